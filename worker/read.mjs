// Answers GET and HEAD, from the isolate's memory, the cache of the data centre, or R2, whichever has it first. No Go runs.

import { notFound, OPEN, parseRange, precondition, problem, takesGzip } from "./http.mjs"

// What caches are told. mirror/server/reads.go has the same.
const CACHE_BLOB = "public, max-age=31536000, immutable"
const CACHE_SHORT = "public, max-age=30, stale-if-error=604800"

// What changes is served from memory for so long, and from the data centre's cache, before R2 is asked again. The variable
// CACHE_SECONDS replaces the second: it is the price in reads of R2 against the time until a new head is everywhere.
const MEMORY_MS = 5_000
const CACHE_MS = 30_000

// Objects up to this size are held whole; larger ones are passed through from R2 each time. An isolate has 128 MiB.
const WHOLE_BYTES = 1 << 20
const MEMORY_BYTES = 32 << 20

/** Served objects by their path: { bytes, plain, type, etag, modified, gzip, at, headers }. */
const memory = new Map()
let memoryBytes = 0

function remember(path, entry) {
  forget(path)
  for (const [oldest] of memory) {
    if (memoryBytes + entry.bytes.length <= MEMORY_BYTES) break
    forget(oldest)
  }
  memory.set(path, entry)
  memoryBytes += entry.bytes.length
  return entry
}

function forget(path) {
  const entry = memory.get(path)
  if (entry) memoryBytes -= entry.bytes.length
  memory.delete(path)
}

/** Drops what is remembered of a path that has been put. */
export async function changed(url, path) {
  forget(path)
  await caches.default.delete(cacheKey(url, path))
}

const isBlob = (path) => path.startsWith("/blob/")
const cacheKey = (url, path) => `${new URL(url).origin}/.mirror/cache${path}`

/** The answer for a path whose object is held and fresh, at once; undefined if it is not. */
export function fromMemory(request, env, path) {
  const held = memory.get(path)
  if (held === undefined || held.gzip) return undefined
  if (!held.immutable && Date.now() - held.checked >= Math.min(MEMORY_MS, cacheMs(env))) return undefined
  return serve(request, held)
}

const cacheMs = (env) => (env.CACHE_SECONDS === undefined ? CACHE_MS : Number(env.CACHE_SECONDS) * 1000)

/** Answers for a path of a head, a blob or a carried object. */
export async function read(request, env, ctx, path) {
  const held = memory.get(path)
  if (held !== undefined && Date.now() - held.checked < Math.min(MEMORY_MS, cacheMs(env))) return serve(request, held)
  if (held !== undefined) held.checked = Date.now() // the others are served by it until this one has asked
  const key = cacheKey(request.url, path)
  const cached = await fromCache(key, path).catch(() => null) // R2 has it as well
  if (cached && (cached.immutable || Date.now() - cached.at < cacheMs(env))) return serve(request, remember(path, cached))
  let object
  try {
    object = await env.BUCKET.get(path.slice(1))
    if (object === null) {
      forget(path)
      return notFound()
    }
    if (object.size > WHOLE_BYTES) return await passThrough(request, env, ctx, path, object)
    const entry = remember(path, fromObject(path, object, new Uint8Array(await object.arrayBuffer())))
    ctx.waitUntil(toCache(key, entry))
    return serve(request, entry)
  } catch (error) {
    // The last one stays, and its Age tells.
    const last = [held, cached].filter(Boolean).sort((a, b) => b.at - a.at)[0]
    console.error(JSON.stringify({ msg: "storage", path, error: String(error), stale: last !== undefined }))
    if (last === undefined) return problem("storage")
    return serve(request, remember(path, { ...last, checked: Date.now() }))
  }
}

function fromObject(path, object, bytes) {
  const { etag, modified, gzip } = object.customMetadata ?? {}
  return describe(path, {
    bytes,
    type: object.httpMetadata?.contentType ?? "application/octet-stream",
    etag: isBlob(path) ? path.slice("/blob/".length) : (etag ?? object.etag),
    modified: Number(modified ?? 0),
    gzip: gzip === "1",
    at: Date.now(),
  })
}

// The headers are made once, not for each request, and are few: each costs as much as a condition.
function describe(path, entry) {
  const immutable = isBlob(path)
  const headers = {
    ...OPEN,
    "Content-Type": entry.type,
    "Cache-Control": immutable ? CACHE_BLOB : CACHE_SHORT,
    ETag: `"${entry.etag}"`,
  }
  if (!path.endsWith("/head")) headers["Accept-Ranges"] = "bytes"
  if (entry.modified) headers["Last-Modified"] = new Date(entry.modified).toUTCString()
  if (path.includes("/carried/")) headers["Vary"] = "Accept-Encoding"
  return { ...entry, immutable, checked: Date.now(), ...both(new Headers(headers)), age: -1 }
}

async function fromCache(key, path) {
  const response = await caches.default.match(key)
  if (response === undefined) return null
  const { type, etag, modified, gzip, at } = JSON.parse(response.headers.get("X-Entry"))
  return describe(path, { bytes: new Uint8Array(await response.arrayBuffer()), type, etag, modified, gzip, at })
}

// For a week, since what has changed is better than nothing when R2 fails. Whether it is fresh is seen from its time.
function toCache(key, { bytes, type, etag, modified, gzip, at }) {
  const headers = { "Cache-Control": "public, max-age=604800", "X-Entry": JSON.stringify({ type, etag, modified, gzip, at }) }
  return caches.default.put(key, new Response(bytes, { headers }))
}

// The headers of an entry, with its age in seconds unless it never changes.
function headersOf(entry) {
  if (!entry.immutable) {
    const age = Math.floor((Date.now() - entry.at) / 1000)
    if (age !== entry.age) {
      entry.age = age
      entry.headers.set("Age", String(age))
      entry.repeated.set("Age", String(age))
    }
  }
  return entry
}

// RFC 9110, Section 15.4.5 says what a 304 repeats; that any page may read it has to be said each time.
const REPEATED = ["Access-Control-Allow-Origin", "Age", "Cache-Control", "ETag", "Vary"]

/** Headers, and those of them that a 304 repeats. */
export function both(headers) {
  const repeated = new Headers()
  for (const name of REPEATED) {
    const value = headers.get(name)
    if (value !== null) repeated.set(name, value)
  }
  return { headers, repeated }
}

function serve(request, entry) {
  return entry.gzip ? serveCompressed(request, entry) : serveBytes(request, entry.bytes, headersOf(entry), `"${entry.etag}"`, entry.modified)
}

// Compressed if the client takes that and asks for no part of it. Behind Cloudflare's edge the header itself says what the
// edge takes; what the client takes is told apart.
async function serveCompressed(request, entry) {
  const accept = request.cf?.clientAcceptEncoding ?? request.headers.get("Accept-Encoding")
  if (!request.headers.has("Range") && takesGzip(accept)) {
    const etag = `"${entry.etag}-gzip"`
    const headers = withHeaders(headersOf(entry).headers, { ETag: etag, "Content-Encoding": "gzip" })
    return serveBytes(request, entry.bytes, both(headers), etag, entry.modified, { encodeBody: "manual" })
  }
  if (!entry.plain) {
    const stream = new Response(entry.bytes).body.pipeThrough(new DecompressionStream("gzip"))
    entry.plain = new Uint8Array(await new Response(stream).arrayBuffer())
  }
  return serveBytes(request, entry.plain, headersOf(entry), `"${entry.etag}"`, entry.modified)
}

function withHeaders(headers, more) {
  const copy = new Headers(headers)
  for (const [name, value] of Object.entries(more)) copy.set(name, value)
  return copy
}

/** Answers with bytes, a range of them, or that a condition leaves nothing to send. `etag` is as in the headers. */
export function serveBytes(request, bytes, { headers, repeated }, etag, modified, init = undefined) {
  const asked = request.headers
  const status = precondition(asked, etag, modified)
  if (status === 304) return new Response(null, { status, headers: repeated })
  if (status === 412) return problem("condition")
  if (request.method === "HEAD") {
    return new Response(null, { ...init, headers: withHeaders(headers, { "Content-Length": String(bytes.length) }) })
  }
  const range = rangeOf(asked, etag, bytes.length)
  if (range === null) return new Response(bytes, { ...init, headers })
  if (range.size === 0) return unsatisfiable(bytes.length)
  const part = bytes.subarray(range.from, range.from + range.size)
  const partial = withHeaders(headers, { "Content-Range": contentRange(range, bytes.length) })
  return new Response(part, { status: 206, headers: partial })
}

// A date in If-Range never lets the Range pass: two heads may have one second.
function rangeOf(asked, etag, total) {
  const spec = asked.get("Range")
  if (!spec) return null
  const condition = asked.get("If-Range")
  return condition && condition !== etag ? null : parseRange(spec, total)
}

const contentRange = ({ from, size }, total) => `bytes ${from}-${from + size - 1}/${total}`
const unsatisfiable = (total) => problem("range", { "Content-Range": `bytes */${total}` })

// A large object goes from R2 to the client as it comes, a part of it as a part.
async function passThrough(request, env, ctx, path, object) {
  const entry = fromObject(path, object, new Uint8Array(0))
  const etag = `"${entry.etag}"`
  const { headers: own, repeated } = headersOf(entry)
  const headers = withHeaders(own, { "Content-Length": String(object.size) })
  const status = precondition(request.headers, etag, entry.modified)
  const range = request.method === "HEAD" ? null : rangeOf(request.headers, etag, object.size)
  if (status === 0 && request.method === "GET" && range === null) return new Response(object.body, { headers })
  ctx.waitUntil(object.body.cancel())
  if (status === 304) return new Response(null, { status, headers: repeated })
  if (status === 412) return problem("condition")
  if (request.method === "HEAD") return new Response(null, { headers })
  if (range.size === 0) return unsatisfiable(object.size)
  const part = await env.BUCKET.get(path.slice(1), { range: { offset: range.from, length: range.size } })
  if (part === null) return notFound()
  const partial = { "Content-Range": contentRange(range, object.size), "Content-Length": String(range.size) }
  return new Response(part.body, { status: 206, headers: withHeaders(headers, partial) })
}
