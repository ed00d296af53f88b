// Fetches from mirrors. A mirror sees which authority is asked for and nothing else: no cookies, no referrer, no
// query, the same addresses for everybody. It can withhold; it cannot make us read more than we asked for.

import type { Code } from "./codes.js"
import { asE2eidError, E2eidError } from "./errors.js"
import type { Source } from "./refresh.js"

export interface Mirrored {
  /** Id of the authority. */
  id: string
  /** Address from the trust configuration. */
  mirror: string
}

const MAX_HEAD_BYTES = 1 << 20
const HEAD_TIMEOUT_MS = 15_000
const BLOB_TIMEOUT_MS = 120_000

// Bounds of a document of an issuer's keys: the largest log that the module reads.
const MAX_DOCUMENT_BYTES = 2 << 20
const DOCUMENT_TIMEOUT_MS = 15_000

/** Fetches a document of an issuer's keys, from an address of the trust configuration. */
export function fetchDocument(url: string, signal: AbortSignal): Promise<Uint8Array> {
  if (!url.startsWith("https://")) throw new E2eidError("invalid_request", "a document's address is not https")
  const from = { name: "the issuer", unavailable: "issuer_keys_unavailable", refused: "malformed" } as const
  return get(url, { cache: "no-cache" }, MAX_DOCUMENT_BYTES, DOCUMENT_TIMEOUT_MS, signal, from)
}

interface From {
  name: string
  unavailable: Code
  refused: Code
}

const MIRROR: From = { name: "the mirror", unavailable: "revocation_unavailable", refused: "bad_revocation" }

/** The source that a mirror is. Requests end when `signal` is aborted. */
export function mirrorSource({ id, mirror }: Mirrored, signal: AbortSignal): Source {
  const base = mirror.replace(/\/+$/, "")
  return {
    // The head changes, so a cache is to ask whether it has. Blobs are named by their content.
    head: () => get(`${base}/${id}/head`, { cache: "no-cache" }, MAX_HEAD_BYTES, HEAD_TIMEOUT_MS, signal),
    async blob({ sha256, size }) {
      const bytes = await get(`${base}/blob/${sha256}`, { cache: "default" }, size, BLOB_TIMEOUT_MS, signal)
      if (bytes.length < size) throw new E2eidError("bad_revocation", "the mirror sent less than the head announces")
      return bytes
    },
  }
}

async function get(
  address: string,
  init: RequestInit,
  maxBytes: number,
  timeoutMs: number,
  signal: AbortSignal,
  from = MIRROR,
): Promise<Uint8Array> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(address, {
      ...init,
      credentials: "omit",
      mode: "cors",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.any([signal, timeout]),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new E2eidError(from.unavailable, `${from.name} answered with status ${response.status}`)
    }
    return await readAtMost(response, maxBytes, from)
  } catch (error) {
    const why = timeout.aborted ? "did not answer in time" : "cannot be reached"
    throw asE2eidError(error, from.unavailable, `${from.name} ${why}`)
  }
}

// Counts what arrives and not what the header promises, which may be absent, wrong, or about compressed bytes.
async function readAtMost(response: Response, maxBytes: number, from: From): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > maxBytes) {
      await reader.cancel()
      throw new E2eidError(from.refused, `${from.name} sent more than the ${maxBytes} bytes it may`)
    }
    chunks.push(value)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
