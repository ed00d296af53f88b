// Batches of signature checks: the form in which the module asks for them (docs/architecture.md, "Batch of checks").

import { Writer } from "./encode.js"
import { E2eidError } from "./errors.js"

export type Bytes = Uint8Array<ArrayBuffer>

const VERSION = 1
const KEY_HEADER_BYTES = 6
const CHECK_HEADER_BYTES = 12

export interface BatchKey {
  /** A value of signature.Algorithm. */
  algorithm: number
  key: Bytes
}

export interface BatchCheck {
  /** Index of the key. */
  key: number
  message: Bytes
  signature: Bytes
}

/** Keys stand once, so that each is imported once. */
export interface Batch {
  keys: readonly BatchKey[]
  checks: readonly BatchCheck[]
}

/** Takes a batch apart, into views of it. Throws `internal` if it is malformed. */
export function parseBatch(batch: Bytes): Batch {
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength)
  let at = 0
  const take = (size: number): number => {
    if (size > batch.length - at) throw malformed()
    at += size
    return at - size
  }
  const count = (): number => view.getUint32(take(4))
  const bytes = (size: number): Bytes => {
    const start = take(size)
    return batch.subarray(start, start + size)
  }

  if (view.byteLength === 0 || view.getUint8(take(1)) !== VERSION) throw malformed()
  const keyCount = count()
  if (keyCount > (batch.length - at) / KEY_HEADER_BYTES) throw malformed()
  const keys: BatchKey[] = []
  for (let i = 0; i < keyCount; i++) {
    const algorithm = view.getUint16(take(2))
    keys.push({ algorithm, key: bytes(count()) })
  }
  const checkCount = count()
  if (checkCount > (batch.length - at) / CHECK_HEADER_BYTES) throw malformed()
  const checks: BatchCheck[] = []
  for (let i = 0; i < checkCount; i++) {
    const key = count()
    if (key >= keyCount) throw malformed()
    const messageSize = count()
    const signatureSize = count()
    checks.push({ key, message: bytes(messageSize), signature: bytes(signatureSize) })
  }
  if (at !== batch.length) throw malformed()
  return { keys, checks }
}

function malformed(): E2eidError {
  return new E2eidError("internal", "the module asked for checks in a form that is not a batch")
}

/** Writes a batch. */
export function encodeBatch({ keys, checks }: Batch): Bytes {
  const w = new Writer().uint8(VERSION, "version").uint32(keys.length, "keys")
  for (const { algorithm, key } of keys) w.uint16(algorithm, "algorithm").opaque(key, "key")
  w.uint32(checks.length, "checks")
  for (const { key, message, signature } of checks) {
    w.uint32(key, "key").uint32(message.length, "message").uint32(signature.length, "signature")
    w.raw(message).raw(signature)
  }
  return w.finish()
}
