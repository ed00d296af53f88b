// Signatures to check, and keys to make them with.

import { type BatchKey, type Bytes, encodeBatch } from "../src/batch.js"

export interface Check {
  algorithm: number
  key: Bytes
  message: Bytes
  signature: Bytes
}

/** The batch of some checks, in which equal keys stand once, as signature.AppendBatch writes it. */
export function batchOf(checks: readonly Check[]): Bytes {
  const index = new Map<string, number>()
  const keys: BatchKey[] = []
  return encodeBatch({
    keys,
    checks: checks.map(({ algorithm, key, message, signature }) => {
      const name = `${algorithm} ${key.join()}`
      if (!index.has(name)) index.set(name, keys.push({ algorithm, key }) - 1)
      return { key: index.get(name) as number, message, signature }
    }),
  })
}

const HASHES = ["SHA-256", "SHA-384", "SHA-512"]

/** A fresh key of an algorithm (package signature), and what it signs in the forms of a Check. */
export async function newSigner(algorithm: number): Promise<(message: Bytes) => Promise<Check>> {
  const { generate, sign, format } = parameters(algorithm)
  const pair = (await crypto.subtle.generateKey(generate, true, ["sign", "verify"])) as CryptoKeyPair
  const exported = new Uint8Array(await crypto.subtle.exportKey(format, pair.publicKey))
  const key = format === "spki" ? rsaPublicKey(exported) : exported
  return async (message) => {
    const signed = await crypto.subtle.sign(sign, pair.privateKey, message)
    return { algorithm, key, message, signature: new Uint8Array(signed) }
  }
}

interface Parameters {
  generate: AlgorithmIdentifier | EcKeyGenParams | RsaHashedKeyGenParams
  sign: AlgorithmIdentifier | EcdsaParams | RsaPssParams
  format: "raw" | "spki"
}

function parameters(algorithm: number): Parameters {
  const hash = HASHES[(algorithm & 0xf) - 1] as string
  if (algorithm >= 0x0500) {
    const params = { hash: HASHES[(algorithm >> 8) - 5] as string, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
    return {
      generate: { name: "RSA-PSS", ...params },
      sign: { name: "RSA-PSS", saltLength: algorithm & 0xff },
      format: "spki",
    }
  }
  switch (algorithm >> 4) {
    case 0x10:
    case 0x11:
    case 0x12: {
      const namedCurve = ["P-256", "P-384", "P-521"][(algorithm >> 4) - 0x10] as string
      return { generate: { name: "ECDSA", namedCurve }, sign: { name: "ECDSA", hash }, format: "raw" }
    }
    case 0x20:
      return { generate: { name: "Ed25519" }, sign: { name: "Ed25519" }, format: "raw" }
    case 0x30: {
      const name = "RSASSA-PKCS1-v1_5"
      const publicExponent = Uint8Array.of(1, 0, 1)
      return { generate: { name, hash, modulusLength: 2048, publicExponent }, sign: { name }, format: "spki" }
    }
  }
  throw new Error(`no key for algorithm ${algorithm}`)
}

// The BIT STRING of a SubjectPublicKeyInfo with a 2048-bit key begins after 24 bytes.
function rsaPublicKey(spki: Bytes): Bytes {
  return spki.subarray(24)
}
