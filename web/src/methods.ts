// How WebCrypto does each signature algorithm, and the form in which it takes RSA keys.

import type { Bytes } from "./batch.js"

type Parameters = AlgorithmIdentifier | EcKeyImportParams | EcdsaParams | RsaHashedImportParams | RsaPssParams

/** How WebCrypto does one algorithm. */
export interface Method {
  format: "raw" | "raw-public" | "spki"
  /** For importKey and generateKey. */
  key: Parameters
  /** For verify and sign. */
  verify: Parameters
}

const HASHES = ["SHA-256", "SHA-384", "SHA-512"]

export const ED25519 = 0x0201

// Values of signature.Algorithm. Ed448 is missing: the engines that have it, OpenSSL under Node, verify by another equation
// than ours (package signature), so that it is always the backend's.
const METHODS: ReadonlyMap<number, Method> = new Map([
  ...ecdsa(0x0101, "P-256"),
  ...ecdsa(0x0111, "P-384"),
  ...ecdsa(0x0121, "P-521"),
  [ED25519, plain("raw", "Ed25519")],
  ...rsa(0x0301),
  [0x0401, plain("raw-public", "ML-DSA-44")],
  [0x0402, plain("raw-public", "ML-DSA-65")],
  [0x0403, plain("raw-public", "ML-DSA-87")],
])

// RSASSA-PSS has a value for each hash and each length of the salt, which is the low byte.
const PSS_HASHES: ReadonlyMap<number, string> = new Map([
  [0x0500, "SHA-256"],
  [0x0600, "SHA-384"],
  [0x0700, "SHA-512"],
])

/** The algorithm that stands for this one in what a host supports: all lengths of the salt are alike. */
export function family(algorithm: number): number {
  const base = algorithm & 0xff00
  return PSS_HASHES.has(base) ? base : algorithm
}

/** How to do a known algorithm. */
export function methodOf(algorithm: number): Method {
  const hash = PSS_HASHES.get(algorithm & 0xff00)
  if (hash === undefined) return METHODS.get(algorithm) as Method
  const name = "RSA-PSS"
  return { format: "spki", key: { name, hash }, verify: { name, saltLength: algorithm & 0xff } }
}

function ecdsa(first: number, namedCurve: string): [number, Method][] {
  return HASHES.map((hash, i) => [
    first + i,
    { format: "raw", key: { name: "ECDSA", namedCurve }, verify: { name: "ECDSA", hash } },
  ])
}

function rsa(first: number): [number, Method][] {
  const name = "RSASSA-PKCS1-v1_5"
  return HASHES.map((hash, i) => [first + i, { format: "spki", key: { name, hash }, verify: { name } }])
}

function plain(format: Method["format"], name: string): Method {
  return { format, key: { name }, verify: { name } }
}

// AlgorithmIdentifier { rsaEncryption, NULL } (RFC 8017, Appendix A.1).
const RSA_ENCRYPTION = Uint8Array.of(
  0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
)

/** Wraps a DER RSAPublicKey in a SubjectPublicKeyInfo (RFC 5280, Section 4.1), the form in which WebCrypto takes it. */
export function rsaKeyInfo(key: Bytes): Bytes {
  const bits = der(0x03, Uint8Array.of(0), key) // BIT STRING without unused bits
  return der(0x30, RSA_ENCRYPTION, bits)
}

function der(tag: number, ...parts: Bytes[]): Bytes {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const header = [tag]
  if (size < 0x80) header.push(size)
  else if (size < 0x100) header.push(0x81, size)
  else header.push(0x82, size >> 8, size & 0xff) // keys are far below 64 KiB
  const out = new Uint8Array(header.length + size)
  out.set(header)
  let at = header.length
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
