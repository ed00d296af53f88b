// What HTTP asks of a server, apart from where the bytes come from. mirror/server/respond.go does the same natively, and
// tests/mirror asks both.

/** Headers of every answer: any page may read it, and nothing is guessed about its type. */
export const OPEN = { "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff" }

// Reason, status, title, detail: as in mirror/reason.go.
const PROBLEMS = {
  query: [400, "Bad Request", "addresses here have no query"],
  not_found: [404, "Not Found", "there is nothing at this address"],
  method: [405, "Method Not Allowed", "this address does not take this method"],
  condition: [412, "Precondition Failed", "a condition of the request does not hold"],
  range: [416, "Requested Range Not Satisfiable", "the range begins after the end"],
  token: [401, "Unauthorized", "a push needs the push token"],
  storage: [503, "Service Unavailable", "the storage failed; try again"],
  internal: [500, "Internal Server Error", "the mirror failed"],
}

/** An answer that says why not (RFC 9457). */
export function problem(reason, headers = {}) {
  const [status, title, detail] = PROBLEMS[reason]
  const body = JSON.stringify({ type: "about:blank", title, status, detail, reason })
  const retry = reason === "storage" ? { "Retry-After": "5" } : {}
  const type = { "Content-Type": "application/problem+json", "Cache-Control": "no-store" }
  return new Response(body, { status, headers: { ...OPEN, ...type, ...retry, ...headers } })
}

export const notFound = () => problem("not_found", { "Cache-Control": "public, max-age=10" })

/** The answer to HEAD is that to GET without its body. */
export function withoutBody(response) {
  const headers = new Headers(response.headers)
  return response.body === null ? response : new Response(null, { status: response.status, headers })
}

/**
 * The status that the conditions of a request lead to, 0 if they let it pass (RFC 9110, Section 13.2.2).
 * `etag` has its quotation marks; `modified` is in milliseconds, 0 if it is not stated.
 */
export function precondition(headers, etag, modified) {
  const match = headers.get("If-Match")
  if (match) {
    if (!matches(match, etag, true)) return 412
  } else if (modified) {
    const since = date(headers.get("If-Unmodified-Since"))
    if (since !== null && seconds(modified) > seconds(since)) return 412
  }
  const noneMatch = headers.get("If-None-Match")
  if (noneMatch) {
    if (matches(noneMatch, etag, false)) return 304
  } else if (modified) {
    const since = date(headers.get("If-Modified-Since"))
    if (since !== null && seconds(modified) <= seconds(since)) return 304
  }
  return 0
}

const seconds = (ms) => Math.floor(ms / 1000)

function date(text) {
  const ms = text ? Date.parse(text) : Number.NaN
  return Number.isNaN(ms) ? null : ms
}

// Ours have no commas, so that a list is cut at every one.
function matches(list, etag, strong) {
  if (list.trim() === "*") return true
  if (!etag) return false
  return list.split(",").some((tag) => (strong ? tag.trim() : tag.trim().replace(/^W\//, "")) === etag)
}

/**
 * What a Range asks for of `total` bytes: null if all of it. One that is not understood, or is of several parts, is
 * ignored, as it may be (RFC 9110, Section 14.2). `size` is 0 if there is nothing to send.
 */
export function parseRange(spec, total) {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(spec)
  if (!found || (found[1] === "" && found[2] === "")) return null
  const [first, last] = [Number(found[1]), Number(found[2])]
  if (found[1] === "") {
    const from = Math.max(0, total - last)
    return { from, size: total - from }
  }
  if (found[2] !== "" && last < first) return null
  if (first >= total) return { from: first, size: 0 }
  const end = found[2] === "" ? total - 1 : Math.min(last, total - 1)
  return { from: first, size: end - first + 1 }
}

/** Whether an Accept-Encoding names gzip and does not exclude it. */
export function takesGzip(accept) {
  for (const part of (accept ?? "").split(",")) {
    const [name, parameter = ""] = part.split(";")
    if (name.trim().toLowerCase() !== "gzip") continue
    const q = /^\s*q=(.*)$/.exec(parameter)
    return q === null || Number(q[1]) > 0
  }
  return false
}
