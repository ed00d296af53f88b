// What the types let an application do, and what they must not. It is compiled against what is published, and never run.

import {
  type AsyncKV,
  type BoundChallenge,
  type Challenge,
  CHALLENGE_AUDIENCE,
  challengeBytes,
  challengeNonce,
  type Code,
  CODES,
  createVerifier,
  E2eidError,
  type Presentation,
  type TrustConfig,
  type Verdict,
  type Verifier,
} from "@e2eid/verify"

declare const bytes: Uint8Array
declare const trust: TrustConfig
declare const verdict: Verdict
declare const verifier: Verifier
declare const module: WebAssembly.Module
declare const store: AsyncKV
declare const open: Challenge

export async function allowed(): Promise<void> {
  await createVerifier(trust, { wasm: module })
  await createVerifier(trust, { wasm: fetch("verifier.wasm"), store, now: () => new Date() })
  await createVerifier(trust, { wasm: WebAssembly.compileStreaming(fetch("verifier.wasm")) })
  await createVerifier(
    {
      authorities: [
        {
          id: "example",
          scope: ["example.com"],
          anchors: [bytes, "base64"],
          revocation: { mirror: "https://mirror.example/", keys: [{ algorithm: "Ed25519", key: bytes }] },
        },
      ],
      policy: { basic: "report" },
    },
    { wasm: module },
  )
  await verifier.verifyKeyPackage(bytes, { expected: "mimi://example.com/u/alice", at: new Date() })
  await verifier.verifyKeyPackage(bytes, { discover: true, signatureKey: bytes, assuredBefore: true })
  await verifier.verifyLeafNode(bytes, { cipherSuite: 1, carrier: "keyPackage", expected: ["a:b", "c:d"] })
  const revocation = { delegated: true, sequence: 1 } as const
  await createVerifier({ authorities: [{ id: "a", scope: [], anchors: [bytes], revocation }] }, { wasm: module })
  const context = { audience: "https://app.example", nonce: "fresh" }
  await verifier.verifyToken("text", { ...context, expected: "mailto:alice@example.com" })
  await verifier.verifyToken(bytes, { ...context, pathOnly: true, at: new Date() })
  await verifier.verifyToken("text", { kind: "bareToken", signatureKey: bytes, discover: true })
  const end = { identifier: "im:alice@example.com", identityKey: bytes }
  const asked = verifier.challenge({ presenterRole: "initiator", session: bytes, verifier: end, presenter: { identityKey: bytes } })
  await verifier.verifyChallenge(asked, { token: "text" }, { expected: end.identifier, at: new Date() })
  await verifier.verifyChallenge(asked, { certificate: bytes, signature: bytes }, { discover: true, claimed: end.identifier })
  const seen: BoundChallenge = { presenterRole: "initiator", session: bytes, nonce: asked.nonce, verifier: end, presenter: end }
  challengeBytes(seen, bytes).buffer.slice(0)
  const context2 = { aud: CHALLENGE_AUDIENCE, nonce: await challengeNonce(seen) }
  context2.nonce.trim()
  await verifier.use({ statusLists: ["text", bytes], crls: [bytes] })
  const issuers = [{ id: "https://issuer.example", jwks: { keys: [{ kty: "OKP" }] }, identifiers: [{ claim: ["sub"] }] }]
  await createVerifier({ authorities: [{ id: "a", scope: ["example.com"], issuers }] }, { wasm: module })
  const members = await verifier.members(bytes, 1, bytes)
  const roster = members.map((member): Presentation => ({ ...member, discover: true }))
  for (const each of await verifier.verifyAll(roster, { at: new Date() })) read(each)
  for (const result of await verifier.refresh({ signal: AbortSignal.timeout(1000), authorities: ["example"] })) {
    if ("evidence" in result) result.evidence?.heads.map(({ length }) => length)
    if (result.outcome === "failed") code(result.code)
    else if (result.outcome === "fetched") result.url.slice()
    else result.number.toFixed()
  }
  const watch = await verifier.watch({ kind: "keyPackage", bytes, discover: true }, (verdict, before) => read(verdict) + read(before))
  read(watch.verdict)
  watch.stop()
  await verifier.watch({ kind: "challengeAnswer", challenge: asked, answer: { token: "text" }, expected: "a:b" }, read, { at: new Date() })
  for (const { outcome } of await verifier.setTrust(trust)) console.log(outcome)
  for (const { record, outcome } of verifier.restored) console.log(record, outcome)
  verifier.close()
}

export function read(given: Verdict): string {
  switch (given.outcome) {
    case "verified":
      return given.identity.id + (given.revocation?.freshUntil ?? "")
    case "undetermined":
      return given.missing.map(({ name }) => name).join()
    case "unverified":
    case "rejected":
      return `${given.code}: ${given.message}`
    default:
      return given satisfies never
  }
}

export function code(given: Code): boolean {
  return CODES.includes(given)
}

export function caught(error: unknown): Code | undefined {
  return error instanceof E2eidError ? error.code : undefined
}

export async function refused(): Promise<void> {
  // @ts-expect-error an identity is not readable before the outcome is known
  verdict.identity
  // @ts-expect-error nor is the code
  verdict.code
  if (verdict.outcome !== "verified") {
    // @ts-expect-error what is not verified has no identity
    verdict.identity
  } else {
    // @ts-expect-error what is verified has no code
    verdict.code
    // @ts-expect-error revocation is null where it is left unchecked
    verdict.revocation.number
    // @ts-expect-error a verdict is not for changing
    verdict.findings.push()
  }
  if (verdict.outcome === "rejected") {
    // @ts-expect-error codes are a closed set
    if (verdict.code === "surprise") return
  }
  // @ts-expect-error outcomes are a closed set
  if (verdict.outcome === "valid") return

  // @ts-expect-error somebody is expected, or discover says that nobody is
  await verifier.verifyKeyPackage(bytes, {})
  // @ts-expect-error not both
  await verifier.verifyKeyPackage(bytes, { expected: "a:b", discover: true })
  // @ts-expect-error discover is true or absent
  await verifier.verifyKeyPackage(bytes, { discover: false })
  // @ts-expect-error a LeafNode is judged in its group's cipher suite
  await verifier.verifyLeafNode(bytes, { carrier: "keyPackage", discover: true })
  // @ts-expect-error a leaf of a group needs its place there
  await verifier.verifyLeafNode(bytes, { cipherSuite: 1, carrier: "commit", discover: true })
  // @ts-expect-error only a leaf of a tree can be guessed
  await verifier.verifyLeafNode(bytes, { cipherSuite: 1, carrier: "keyPackage", guessed: true, discover: true })
  // @ts-expect-error a holder's proof is for an audience and a nonce
  await verifier.verifyToken("text", { discover: true, audience: "https://app.example" })
  // @ts-expect-error a bare token is compared with the key its holder is known by
  await verifier.verifyToken("text", { kind: "bareToken", discover: true })
  // @ts-expect-error whoever nobody expects says under which name they answer
  await verifier.verifyChallenge(open, { token: "text" }, { discover: true })
  // @ts-expect-error a certificate alone proves nothing
  await verifier.verifyChallenge(open, { certificate: bytes }, { expected: "a:b" })
  // @ts-expect-error what is proven has a name
  await verifier.verifyChallenge(open, { token: "text" }, { pathOnly: true })
  // @ts-expect-error a challenge is made by the verifier, with its own nonce
  await verifier.verifyChallenge({ nonce: bytes }, { token: "text" }, { expected: "a:b" })
  // @ts-expect-error a watch is judged for the time that it is
  await verifier.watch({ kind: "keyPackage", bytes, discover: true }, read, { now: new Date() })
  // @ts-expect-error what is watched is of somebody
  await verifier.watch({ kind: "keyPackage", bytes }, read)
  // @ts-expect-error a verdict is not for setting
  ;(await verifier.watch({ kind: "keyPackage", bytes, discover: true }, read)).verdict = verdict
  // @ts-expect-error certificates are DER
  await verifier.use({ certificates: ["text"] })
  // @ts-expect-error an authority without anchors and issuers vouches for nobody
  await createVerifier({ authorities: [{ id: "a", scope: [] }] }, { wasm: module })
  // @ts-expect-error nobody signs the heads
  await createVerifier({ authorities: [{ id: "a", scope: [], anchors: [bytes], revocation: {} }] }, { wasm: module })
  // @ts-expect-error times are Dates, so that seconds are not taken for milliseconds
  await verifier.verifyKeyPackage(bytes, { discover: true, at: 1_700_000_000 })
  // @ts-expect-error the caller brings the module
  await createVerifier(trust, {})
  // @ts-expect-error an address is not fetched implicitly
  await createVerifier(trust, { wasm: "verifier.wasm" })
  // @ts-expect-error an authority without scope is a mistake
  await createVerifier({ authorities: [{ id: "a", anchors: [bytes] }] }, { wasm: module })
}
