// The Worker's entry: what only reads is answered here, and Go is started for the rest.

import bundled from "./config.json"
import syumai from "./build/worker.mjs"
import { drain, patient } from "./body.mjs"
import { glue } from "./glue.mjs"
import { notFound, OPEN, problem, withoutBody } from "./http.mjs"
import page from "./mirror/server/page.html"
import { both, changed, fromMemory, read, serveBytes } from "./read.mjs"

const AUTHORITY = "(?!blob/)[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?"
const NAME = "[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?"
const READ_ONLY = /^\/(?:blob\/[0-9a-f]{64}|status|)$/
const READ_WRITE = new RegExp(`^/${AUTHORITY}/(?:head|carried/${NAME})$`)
const WRITE_ONLY = new RegExp(`^/${AUTHORITY}/blob/[0-9a-f]{64}$`)

const configuration = (env) => env.CONFIG ?? JSON.stringify(bundled)

// A test does not wait as long as a client may take.
const bodyMs = (env) => (env.BODY_MS === undefined ? undefined : Number(env.BODY_MS))

/** What Go sees of the environment. */
const forGo = (env) => ({
  CONFIG: configuration(env),
  PUSH_TOKEN: env.PUSH_TOKEN ?? "",
  glue: glue(env.BUCKET, bodyMs(env)),
})

export default {
  fetch(request, env, ctx) {
    const { method, url } = request
    const path = url.slice(url.indexOf("/", url.indexOf("//") + 2))
    // Nearly every request ends here: a path that is held is an address, without a query.
    const held = method === "GET" || method === "HEAD" ? fromMemory(request, env, path) : undefined
    return held ?? contained(request, env, ctx, path)
  },

  async scheduled(event, env, ctx) {
    await syumai.scheduled(event, forGo(env), ctx)
    counted = undefined
  },
}

async function contained(request, env, ctx, path) {
  try {
    const answered = await answer(request, env, ctx, path)
    if (!request.bodyUsed) await drain(request)
    return answered
  } catch (error) {
    console.error(JSON.stringify({ msg: "internal", error: String(error?.stack ?? error) }))
    return problem("internal")
  }
}

async function answer(request, env, ctx, path) {
  const { method } = request
  if (path.includes("?")) return finish(method, problem("query"))
  const writable = Boolean(env.PUSH_TOKEN)
  const allow = methods(path, writable)
  if (allow === null) return finish(method, notFound())
  const readable = allow.startsWith("GET")
  if (readable && (method === "GET" || method === "HEAD")) {
    if (path === "/") return finish(method, await statusPage(request))
    if (path === "/status") return finish(method, await status(request, env))
    return finish(method, await read(request, env, ctx, path))
  }
  if (readable && method === "OPTIONS") return preflight(allow)
  if (method === "PUT" && allow.endsWith("PUT")) return await upload(request, env, ctx, path)
  return problem("method", { Allow: allow })
}

const finish = (method, response) => (method === "HEAD" ? withoutBody(response) : response)

function methods(path, writable) {
  if (READ_ONLY.test(path)) return "GET, HEAD, OPTIONS"
  if (READ_WRITE.test(path)) return writable ? "GET, HEAD, OPTIONS, PUT" : "GET, HEAD, OPTIONS"
  return writable && WRITE_ONLY.test(path) ? "PUT" : null
}

// Pages of any origin may read, and none write.
function preflight(allow) {
  const headers = {
    ...OPEN,
    Allow: allow,
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "public, max-age=86400",
  }
  return new Response(null, { status: 204, headers })
}

// The token is looked at before Go is started: a stranger's request costs no more than that. Go looks at it again.
async function upload(request, env, ctx, path) {
  if (!(await allowed(request.headers.get("Authorization"), env.PUSH_TOKEN))) {
    return problem("token", { "WWW-Authenticate": "Bearer" })
  }
  const answered = await syumai.fetch(await patient(request, WRITE_ONLY.test(path), bodyMs(env)), forGo(env), ctx)
  await changed(request.url, path)
  counted = undefined
  const headers = new Headers(answered.headers)
  headers.delete("Connection")
  for (const [name, value] of Object.entries(OPEN)) headers.set(name, value)
  return new Response(await answered.arrayBuffer(), { status: answered.status, headers })
}

async function allowed(authorization, tokens) {
  const token = /^Bearer (.+)$/.exec(authorization ?? "")?.[1]
  if (token === undefined) return false
  const hash = (text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))
  const given = await hash(token)
  let good = false
  for (const one of tokens.split(/\s+/).filter((t) => t !== "")) {
    good = crypto.subtle.timingSafeEqual(given, await hash(one)) || good
  }
  return good
}

// The counters that Go has written, read at most every few seconds, and how old each head is by now.
const COUNTED_MS = 5_000
let counted // { at, authorities }

async function status(request, env) {
  const now = Date.now()
  if (counted === undefined || now - counted.at >= COUNTED_MS) {
    try {
      const object = await env.BUCKET.get(".mirror/status")
      counted = { at: now, authorities: (await object?.json())?.authorities ?? {} }
    } catch {
      return problem("storage")
    }
  }
  const seconds = Math.floor(now / 1000)
  const authorities = JSON.parse(configuration(env)).authorities.map(({ id }) => {
    const none = { id, number: 0, thisUpdate: 0, nextUpdate: 0, age: 0, servedSince: 0, waiting: 0, accepted: 0, refused: {} }
    const found = { ...none, ...counted.authorities[id] }
    return { ...found, age: found.number === 0 ? 0 : seconds - found.thisUpdate }
  })
  const body = new TextEncoder().encode(JSON.stringify({ now: seconds, authorities, refused: {} }))
  const headers = { ...OPEN, "Content-Type": "application/json", "Cache-Control": "public, max-age=5" }
  return serveBytes(request, body, both(new Headers(headers)), "", 0)
}

let prepared // the status page and its headers
async function statusPage(request) {
  prepared ??= await preparePage()
  return serveBytes(request, prepared.bytes, prepared, prepared.headers.get("ETag"), 0)
}

async function preparePage() {
  const bytes = new TextEncoder().encode(page)
  const policy = [
    "default-src 'none'",
    `script-src ${await hashSource("script")}`,
    `style-src ${await hashSource("style")}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ")
  const headers = {
    ...OPEN,
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": policy,
    "Referrer-Policy": "no-referrer",
    ETag: `"${hex(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 32)}"`,
  }
  return { bytes, ...both(new Headers(headers)) }
}

async function hashSource(element) {
  const content = page.split(`<${element}>`)[1].split(`</${element}>`)[0]
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(content))
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(sum)))}'`
}

const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("")
