// Bound challenges between clients whose keys WebCrypto makes: an authority for certificates, an issuer of verifiable
// credentials, and the answers of their holders. It runs in Node and in a page.

import {
  boolean,
  bitString,
  type Bytes,
  explicit,
  implicit,
  integer,
  octetString,
  oid,
  sequence,
  set,
  utcTime,
  utf8String,
} from "../demo/der.js"
import type * as Package from "../src/index.js"
import type { BoundChallenge, ChallengeAnswer, Verdict, Verifier } from "../src/index.js"

type Algorithms = [key: AlgorithmIdentifier | EcKeyGenParams | RsaHashedKeyGenParams, sign: AlgorithmIdentifier | EcdsaParams | RsaPssParams]

const P256: Algorithms = [
  { name: "ECDSA", namedCurve: "P-256" },
  { name: "ECDSA", hash: "SHA-256" },
]
const ED25519: Algorithms = [{ name: "Ed25519" }, { name: "Ed25519" }]
const RSA: Algorithms = [
  { name: "RSA-PSS", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: "SHA-256" },
  { name: "RSA-PSS", saltLength: 32 },
]

interface Key {
  jwk: JsonWebKey
  spki: Bytes
  sign(message: Uint8Array): Promise<Bytes>
}

async function newKey([key, by]: Algorithms): Promise<Key> {
  const pair = (await crypto.subtle.generateKey(key, true, ["sign", "verify"])) as CryptoKeyPair
  const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey)
  return {
    jwk: Object.fromEntries(Object.entries(jwk).filter(([name]) => ["kty", "crv", "x", "y"].includes(name))),
    spki: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
    sign: async (message) => new Uint8Array(await crypto.subtle.sign(by, pair.privateKey, Uint8Array.from(message))),
  }
}

const ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"))
const name = (text: string): Bytes => sequence(set(sequence(oid("2.5.4.3"), utf8String(text))))
const extension = (id: string, critical: boolean, value: Bytes): Bytes =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value))

/** A certificate for `spki`, signed by a P-256 key. */
async function certify(issuer: Key, spki: Bytes, subject: string, extensions: Bytes[]): Promise<Bytes> {
  const day = 86_400_000
  const info = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(crypto.getRandomValues(new Uint8Array(16))),
    ECDSA_SHA256,
    name("authority"),
    sequence(utcTime(new Date(Date.now() - day)), utcTime(new Date(Date.now() + day))),
    name(subject),
    spki,
    explicit(3, sequence(...extensions)),
  )
  const raw = await issuer.sign(info)
  const signature = sequence(integer(raw.subarray(0, 32)), integer(raw.subarray(32)))
  return sequence(info, ECDSA_SHA256, bitString(signature))
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

async function jws(key: Key, alg: string, typ: string, payload: object): Promise<string> {
  const text = [{ alg, typ }, payload].map((part) => base64url(utf8(JSON.stringify(part)))).join(".")
  return `${text}.${base64url(await key.sign(utf8(text)))}`
}

export const alice = "mimi://example.com/u/alice"
export const bob = "mimi://example.com/u/bob"
export const mallory = "mimi://example.com/u/mallory"

export const session = Uint8Array.from({ length: 32 }, (_, i) => i + 1)
export const keyOf = (id: string): Uint8Array => new Uint8Array(33).fill(id.charCodeAt(id.lastIndexOf("/") + 1))
const party = (identifier: string) => ({ identifier, identityKey: keyOf(identifier) })

/** What Bob asks of Alice, in a session that she has begun. */
export const question = { presenterRole: "initiator", session, verifier: party(bob), presenter: { identityKey: keyOf(alice) } } as const

/** What the other end makes of his question, under a name of its choice. */
export const seenBy = (identifier: string, nonce: Uint8Array): BoundChallenge => ({
  ...question,
  nonce,
  presenter: { ...question.presenter, identifier },
})

type Answerer = (challenge: BoundChallenge) => Promise<ChallengeAnswer>

/** A verifier, and the ways in which somebody called `who` answers to it. */
export async function meet(pack: typeof Package, wasm: WebAssembly.Module, who = alice): Promise<{ verifier: Verifier; answerers: Record<string, Answerer> }> {
  const [ca, issuer] = [await newKey(P256), await newKey(P256)]
  const root = await certify(ca, ca.spki, "authority", [
    extension("2.5.29.19", true, sequence(boolean(true))),
    extension("2.5.29.15", true, bitString(Uint8Array.of(0x06), 1)),
  ])
  const scope = ["example.com"]
  const verifier = await pack.createVerifier(
    {
      authorities: [
        { id: "x509", scope, anchors: [root], status: "uncheckedUnsafe" },
        {
          id: "vc",
          scope,
          status: "uncheckedUnsafe",
          issuers: [{ id: "https://issuer.example", jwks: { keys: [issuer.jwk] }, identifiers: [{ claim: ["account"], form: "uri" }] }],
        },
      ],
    },
    { wasm },
  )

  const answerers: Record<string, Answerer> = {}
  for (const [kind, algorithms] of Object.entries({ "P-256": P256, Ed25519: ED25519, RSA })) {
    const key = await newKey(algorithms)
    const certificate = await certify(ca, key.spki, "client", [
      extension("2.5.29.15", true, bitString(Uint8Array.of(0x80), 7)),
      extension("2.5.29.37", false, sequence(oid("1.3.6.1.5.5.7.3.2"))),
      extension("2.5.29.17", false, sequence(implicit(6, utf8(who)))),
    ])
    answerers[`certificate, ${kind}`] = async (challenge) => ({
      certificate,
      signature: await key.sign(pack.challengeBytes(challenge, certificate)),
    })
  }
  const holder = await newKey(P256)
  const claims = { iss: "https://issuer.example", vct: "v", account: who, cnf: { jwk: holder.jwk } }
  const token = `${await jws(issuer, "ES256", "dc+sd-jwt", claims)}~`
  answerers["SD-JWT VC"] = async (challenge) => {
    const digest = await crypto.subtle.digest("SHA-256", utf8(token))
    return {
      token:
        token +
        (await jws(holder, "ES256", "kb+jwt", {
          iat: Math.floor(Date.now() / 1000),
          aud: pack.CHALLENGE_AUDIENCE,
          nonce: await pack.challengeNonce(challenge),
          sd_hash: base64url(new Uint8Array(digest)),
        })),
    }
  }
  return { verifier, answerers }
}

export const said = (verdict: Verdict): string =>
  verdict.outcome === "verified" ? `verified ${verdict.identity.id}` : `${verdict.outcome} ${verdict.code}`

/** What comes of each way to answer: to this question, to one in another session, and to this one twice. */
export async function encounters(pack: typeof Package, wasm: WebAssembly.Module): Promise<Record<string, string[]>> {
  const { verifier, answerers } = await meet(pack, wasm)
  const results: Record<string, string[]> = {}
  for (const [way, answer] of Object.entries(answerers)) {
    const asked = verifier.challenge(question)
    const right = await answer(seenBy(alice, asked.nonce))
    const verdict = await verifier.verifyChallenge(asked, right, { expected: alice })
    const again = await verifier.verifyChallenge(asked, right, { expected: alice }).catch((error: { code: string }) => error.code)
    const other = verifier.challenge({ ...question, session: session.map((byte) => byte ^ 1) })
    const relayed = await answer(seenBy(alice, other.nonce))
    const foreign = await verifier.verifyChallenge(other, relayed, { expected: alice })
    results[way] = [said(verdict), typeof again === "string" ? again : "taken twice", said(foreign)]
  }
  return results
}
