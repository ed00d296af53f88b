// Presentations of verifiable credentials with addresses of an attacker in them, and what becomes of them. The keys are
// WebCrypto's, so that it runs in a page.

import type * as Package from "../src/index.js"
import type { Verdict } from "../src/index.js"

/** Where the attacker would see a request. */
export const ATTACKER = "https://attacker.example"

const ISSUER = "https://issuer.example"
const LIST = `${ISSUER}/status/1`
const audience = "mimi://example.com/u/bob"
const nonce = "n-1234567890"
const expected = "mailto:alice@example.com"

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
const newKey = (): Promise<CryptoKeyPair> => crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"])

async function publicJWK({ publicKey }: CryptoKeyPair): Promise<object> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey)
  return { kty, crv, x, y }
}

async function sign({ privateKey }: CryptoKeyPair, header: object, payload: object): Promise<string> {
  const message = [{ alg: "ES256", ...header }, payload].map((part) => base64url(utf8(JSON.stringify(part)))).join(".")
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, utf8(message))
  return `${message}.${base64url(new Uint8Array(signature))}`
}

/** How a token differs from a good one. */
interface Change {
  header?: object
  claims?: object
  status?: string
  forged?: boolean
  proof?: object
  noProof?: boolean
  noList?: boolean
}

const attacks: Record<string, Change> = {
  good: {},
  "good, with addresses in the header": { header: { jku: `${ATTACKER}/jwks`, x5u: `${ATTACKER}/x5u` } },
  jku: { forged: true, header: { jku: `${ATTACKER}/jwks` } },
  x5u: { forged: true, header: { x5u: `${ATTACKER}/x5u` } },
  kid: { header: { kid: `${ATTACKER}/key` } },
  iss: { forged: true, claims: { iss: ATTACKER } },
  "status_list.uri, forged": { forged: true, noList: true, status: `${ATTACKER}/status` },
  "status_list.uri, signed": { noList: true, status: `${ATTACKER}/status` },
  "old nonce": { proof: { nonce: "n-1" } },
  "another audience": { proof: { aud: "mimi://example.com/u/carol" } },
  "no proof": { noProof: true },
}

/**
 * What the published package says of each: outcome and code. Then it refreshes, which may ask for what the configuration has
 * and for nothing else.
 */
export async function addresses({ createVerifier }: typeof Package, wasm: WebAssembly.Module): Promise<Record<string, string>> {
  const issuer = await newKey()
  const jwk = { ...(await publicJWK(issuer)), kid: "k1" }
  const identifiers = [{ claim: ["email"], form: "email" as const }]
  const issuers = [
    { id: ISSUER, jwks: { keys: [jwk] }, identifiers },
    { id: "https://metadata.example", document: "metadata" as const, identifiers }, // nothing says that it may be fetched
  ]
  const now = new Date("2026-11-23T00:00:00Z")
  const seconds = now.getTime() / 1000
  const lst = base64url(new Uint8Array(await new Response(new Blob([new Uint8Array(2)]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer()))
  const list = await sign(issuer, { typ: "statuslist+jwt", kid: "k1" }, { sub: LIST, iat: seconds - 60, exp: seconds + 3600, status_list: { bits: 1, lst } })
  const said: Record<string, string> = {}
  for (const [name, change] of Object.entries(attacks)) {
    const verifier = await createVerifier({ authorities: [{ id: "corp", scope: ["example.com"], issuers }] }, { wasm, now: () => now })
    if (!change.noList) await verifier.use({ statusLists: [list] })
    const holder = await newKey()
    const claims = {
      iss: ISSUER,
      iat: seconds - 60,
      exp: seconds + 3600,
      vct: "v",
      email: "alice@example.com",
      cnf: { jwk: await publicJWK(holder) },
      status: { status_list: { idx: 3, uri: change.status ?? LIST } },
      ...change.claims,
    }
    const credential = await sign(change.forged ? await newKey() : issuer, { typ: "dc+sd-jwt", kid: "k1", ...change.header }, claims)
    const sd_hash = base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(`${credential}~`))))
    const proof = await sign(holder, { typ: "kb+jwt" }, { iat: seconds - 5, aud: audience, nonce, sd_hash, ...change.proof })
    const token = `${credential}~${change.noProof ? "" : proof}`
    const verdict = await verifier.verifyToken(token, { expected, audience, nonce, at: now, now })
    const [direct] = await verifier.verifyAll([{ kind: "token", bytes: token, expected, audience, nonce }], { at: now, now })
    if (JSON.stringify(direct) !== JSON.stringify(verdict)) throw new Error(`${name}: another verdict together`)
    said[name] = words(verdict)
    await verifier.refresh()
    verifier.close()
  }
  return said
}

/** What test/authority wrote: DER in base64. */
export type Certificates = Record<"anchor" | "certificate" | "orphan", string>

/**
 * What the published package says of certificates that name the attacker as where their CRL lies, where OCSP answers and where
 * their issuer's certificate lies: with the issuer at hand, and without it. Then it refreshes.
 */
export async function certificates({ createVerifier }: typeof Package, wasm: WebAssembly.Module, files: Certificates): Promise<Record<string, string>> {
  const der = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const now = new Date("2026-11-24T00:00:00Z")
  const said: Record<string, string> = {}
  for (const name of ["certificate", "orphan"] as const) {
    for (const status of ["required", "uncheckedUnsafe"] as const) {
      const authorities = [{ id: "corp", scope: ["mimi://example.com/u/"], anchors: [der(files.anchor)], status }]
      const verifier = await createVerifier({ authorities }, { wasm, now: () => now })
      const verdict = await verifier.verifyCertificate(der(files[name]), { expected: "mimi://example.com/u/alice" })
      said[`${name}, ${status}`] = words(verdict)
      await verifier.refresh()
      verifier.close()
    }
  }
  return said
}

function words(verdict: Verdict): string {
  if (verdict.outcome === "verified") return "verified"
  return [verdict.outcome, verdict.code, ...verdict.missing.map(({ kind, name }) => `${kind} ${name}`)].join(" ")
}
