// What the Go part asks of R2 and of the network, as functions that return promises. Errors that Go tells apart are called
// conflict, mismatch, slow and cut.

import { deadline } from "./body.mjs"

const PULL_MS = 120_000

/** The functions, over a bucket. `bodyMs` replaces the time that a body has at first. */
export function glue(bucket, bodyMs) {
  return {
    /** { data, version }, or null if it is not there. */
    async get(key, max) {
      const object = await bucket.get(key)
      if (object === null) return null
      if (object.size > max) {
        await object.body.cancel()
        throw new Error(`${key} is over ${max} bytes`)
      }
      return { data: new Uint8Array(await object.arrayBuffer()), version: object.etag }
    },

    /** Writes if the object still has this version; the empty one says that it is not there. */
    async put(key, data, version, { contentType, etag, modified, gzip }) {
      const onlyIf = version === "" ? new Headers({ "If-None-Match": "*" }) : { etagMatches: version }
      const customMetadata = { etag, modified: String(modified), gzip: gzip ? "1" : "0" }
      const written = await bucket.put(key, data, { onlyIf, httpMetadata: { contentType }, customMetadata })
      if (written === null) throw new Error("conflict")
    },

    /** Stores a stream of exactly `size` bytes with this hash, which R2 checks before the object is there. */
    async putBlob(key, stream, size, sha256) {
      const fixed = new FixedLengthStream(size)
      let failed // what became of the stream, unless R2 failed before
      const piped = stream.pipeTo(fixed.writable, { signal: deadline(size, bodyMs) }).catch((error) => {
        failed ??= error?.name === "TimeoutError" ? "slow" : "cut"
      })
      try {
        const httpMetadata = { contentType: "application/octet-stream" }
        await bucket.put(key, fixed.readable, { sha256, httpMetadata })
        await piped
      } catch (error) {
        failed ??= /checksum|digest|hash/i.test(String(error)) ? "mismatch" : String(error)
        throw new Error(failed)
      }
    },

    /** The size of an object, -1 if it is not there. */
    async size(key) {
      return (await bucket.head(key))?.size ?? -1
    },

    async remove(key) {
      await bucket.delete(key)
    },

    async list(prefix, limit) {
      const { objects } = await bucket.list({ prefix, limit })
      return objects.map(({ key }) => key)
    },

    /** { body, size } of what is at an origin's address; size is -1 if it is not told. */
    async fetch(address) {
      const headers = { "Cache-Control": "no-cache" }
      const response = await fetch(address, { headers, redirect: "manual", signal: AbortSignal.timeout(PULL_MS) })
      if (response.status !== 200 || response.body === null) {
        await response.body?.cancel()
        throw new Error(`origin answered with status ${response.status}`)
      }
      const size = Number(response.headers.get("Content-Length") ?? -1)
      // The length is that of what travels; what is read may have been compressed on its way.
      return { body: response.body, size: response.headers.has("Content-Encoding") ? -1 : size }
    },
  }
}
