// Signature keys of the cipher suites that the demo offers, all made and used by the browser's WebCrypto.

import { type CiphersuiteImpl, type CiphersuiteName, getCiphersuiteFromName, getCiphersuiteImpl } from "ts-mls"
import { type Bytes, integer, oid, sequence } from "./der.js"

export interface Suite {
  /** Its number in RFC 9420, Section 17.1. */
  id: number
  name: CiphersuiteName
  /** Names of WebCrypto. */
  key: Algorithm | EcKeyGenParams
  sign: Algorithm | EcdsaParams
  /** AlgorithmIdentifier of its signatures, DER. */
  signatureAlgorithm: Bytes
  /** `alg` of JOSE (RFC 7518, Section 3.1; RFC 9864, Section 2.2). */
  jose: string
}

export const SUITES: readonly Suite[] = [
  {
    id: 2,
    name: "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
    key: { name: "ECDSA", namedCurve: "P-256" },
    sign: { name: "ECDSA", hash: "SHA-256" },
    signatureAlgorithm: sequence(oid("1.2.840.10045.4.3.2")),
    jose: "ES256",
  },
  {
    id: 1,
    name: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
    key: { name: "Ed25519" },
    sign: { name: "Ed25519" },
    signatureAlgorithm: sequence(oid("1.3.101.112")),
    jose: "Ed25519",
  },
]

export interface KeyPair {
  /** As it stands in a LeafNode: a P-256 point is uncompressed (RFC 9420, Section 5.1.1). */
  publicKey: Bytes
  /** SubjectPublicKeyInfo, DER. */
  spki: Bytes
  /** PKCS#8, the form in which ts-mls hands it back to be signed with. */
  signKey: Bytes
  /** A signature as MLS and X.509 have it: ECDSA in DER. */
  sign(message: Uint8Array): Promise<Bytes>
  /** A signature as JOSE has it: ECDSA as r || s. */
  signRaw(message: Uint8Array): Promise<Bytes>
}

export async function generateKeys(suite: Suite): Promise<KeyPair> {
  const pair = (await crypto.subtle.generateKey(suite.key, true, ["sign", "verify"])) as CryptoKeyPair
  const [publicKey, spki, signKey] = await Promise.all([
    crypto.subtle.exportKey("raw", pair.publicKey),
    crypto.subtle.exportKey("spki", pair.publicKey),
    crypto.subtle.exportKey("pkcs8", pair.privateKey),
  ])
  return {
    publicKey: new Uint8Array(publicKey),
    spki: new Uint8Array(spki),
    signKey: new Uint8Array(signKey),
    sign: (message) => sign(suite, pair.privateKey, message),
    signRaw: (message) => signRaw(suite, pair.privateKey, message),
  }
}

async function sign(suite: Suite, key: CryptoKey, message: Uint8Array): Promise<Bytes> {
  const raw = await signRaw(suite, key, message)
  if (suite.sign.name !== "ECDSA") return raw
  return sequence(integer(raw.subarray(0, raw.length / 2)), integer(raw.subarray(raw.length / 2)))
}

async function signRaw(suite: Suite, key: CryptoKey, message: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(suite.sign, key, Uint8Array.from(message)))
}

/**
 * What ts-mls needs of a suite, with signatures by WebCrypto. Its own P-256 comes from another package and writes
 * compressed points, which MLS does not have.
 */
export async function implementation(suite: Suite): Promise<CiphersuiteImpl> {
  // Ed25519 asks for no other package, and is replaced.
  const rest = await getCiphersuiteImpl({ ...getCiphersuiteFromName(suite.name), signature: "Ed25519" })
  return {
    ...rest,
    signature: {
      async sign(signKey, message) {
        const key = await crypto.subtle.importKey("pkcs8", Uint8Array.from(signKey), suite.key, false, ["sign"])
        return sign(suite, key, message)
      },
      async verify(publicKey, message, signature) {
        const key = await crypto.subtle.importKey("raw", Uint8Array.from(publicKey), suite.key, false, ["verify"])
        const raw = suite.sign.name === "ECDSA" ? rawECDSA(signature) : Uint8Array.from(signature)
        return raw !== undefined && crypto.subtle.verify(suite.sign, key, raw, Uint8Array.from(message))
      },
      keygen: () => generateKeys(suite),
    },
  }
}

/** Turns the DER of a P-256 signature into r || s, undefined if it is none. ts-mls checks with it; the verdicts do not. */
function rawECDSA(der: Uint8Array): Bytes | undefined {
  const out = new Uint8Array(64)
  let at = 2
  for (const end of [32, 64]) {
    const size = der[at + 1] ?? 0
    let value = der.subarray(at + 2, at + 2 + size)
    at += 2 + size
    while (value[0] === 0) value = value.subarray(1)
    if (value.length > 32) return undefined
    out.set(value, end - value.length)
  }
  return at === der.length ? out : undefined
}
