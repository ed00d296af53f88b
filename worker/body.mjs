// The body of a push on its way to Go: bounded in time and, where Go will read it, in memory.

// A body has so long at first, and a second more for each 32 KiB. As in mirror/server/server.go.
const BODY_MS = 15_000
const SLOWEST = 32 << 10

// Blobs up to the first size, and all else that Go reads, are read before Go is started: a slow body then keeps no instance
// waiting. Larger blobs go to R2 as they come; anything else that is larger, Go refuses unread.
const WHOLE_BYTES = 1 << 20
const MOST_BYTES = 8 << 20

/** When a body of this size has taken too long. */
export function deadline(size, bodyMs = BODY_MS) {
  return AbortSignal.timeout(bodyMs + (Math.min(Math.max(size, 0), 1 << 30) / SLOWEST) * 1000)
}

/** The request with a body that Go need not wait for. It fails with a TimeoutError where the client's took too long. */
export async function patient(request, isBlob, bodyMs) {
  const { body, url, method, headers } = request
  const announced = headers.get("Content-Length")
  const size = Number(announced ?? 0)
  if (body === null || size > (isBlob ? WHOLE_BYTES : MOST_BYTES)) return request
  const read = await readAtMost(body, MOST_BYTES, deadline(size, bodyMs))
  return new Request(url, { method, headers, body: replay(read) })
}

/** Reads what a refused request still sends, within bounds: workerd cuts the connection before the answer otherwise. */
export async function drain({ body }) {
  if (body !== null) await readAtMost(body, WHOLE_BYTES, AbortSignal.timeout(1_000))
}

// The chunks that came, and why no more did: undefined if that was all.
async function readAtMost(body, max, signal) {
  const chunks = []
  const reader = body.getReader()
  const timeout = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
  try {
    for (let size = 0; ; ) {
      const { done, value } = await Promise.race([reader.read(), timeout])
      if (done) return { chunks }
      size += value.length
      chunks.push(value)
      if (size > max) throw new Error("the body has no end")
    }
  } catch (error) {
    reader.cancel().catch(() => {})
    return { chunks, error }
  }
}

function replay({ chunks, error }) {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      if (error === undefined) controller.close()
    },
    pull(controller) {
      if (error !== undefined) controller.error(error) // after what came before it
    },
  })
}
