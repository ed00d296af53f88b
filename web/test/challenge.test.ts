import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import * as pack from "../src/index.js"
import { alice, bob, encounters, keyOf, mallory, meet, question, said, seenBy, session } from "./challenge.js"
import { verifierModule } from "./files.js"

const wasm = await verifierModule()
const anyone = await meet(pack, wasm)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "hex"))

/** As tests/challenge/generate.mjs writes it. */
interface Known {
  name: string
  presenterRole: 1 | 2
  session: string
  nonce: string
  verifier: string
  verifierKey: string
  presenter: string
  presenterKey: string
  bytes: string
  tokenNonce?: string
  certificate?: string
}

test("known answers", async () => {
  const known = JSON.parse(readFileSync(join("..", "tests", "challenge", "known.json"), "utf8")) as Known[]
  assert.equal(known.length, 4)
  for (const k of known) {
    const challenge: pack.BoundChallenge = {
      presenterRole: k.presenterRole === 1 ? "initiator" : "responder",
      session: bytes(k.session),
      nonce: bytes(k.nonce),
      verifier: { identifier: k.verifier, identityKey: bytes(k.verifierKey) },
      presenter: { identifier: k.presenter, identityKey: bytes(k.presenterKey) },
    }
    if (k.certificate === undefined) assert.equal(await pack.challengeNonce(challenge), k.tokenNonce, k.name)
    else assert.equal(hex(pack.challengeBytes(challenge, bytes(k.certificate))), k.bytes, k.name)
  }
})

test("an answer with a key of WebCrypto is verified in its session, once, and in no other", async () => {
  assert.deepEqual(await encounters(pack, wasm), {
    "certificate, P-256": [`verified ${alice}`, "invalid_request", "rejected bad_signature"],
    "certificate, Ed25519": [`verified ${alice}`, "invalid_request", "rejected bad_signature"],
    "certificate, RSA": [`verified ${alice}`, "invalid_request", "rejected bad_signature"],
    "SD-JWT VC": [`verified ${alice}`, "invalid_request", "rejected pop_context"],
  })
})

test("nothing of the challenge may be otherwise at the presenter", async () => {
  const { verifier, answerers } = anyone
  for (const [way, answer] of Object.entries(answerers)) {
    const changes: ((c: pack.BoundChallenge) => pack.BoundChallenge)[] = [
      (c) => ({ ...c, presenterRole: "responder" }),
      (c) => ({ ...c, session: c.session.slice(1) }),
      (c) => ({ ...c, nonce: c.nonce.map((byte) => byte ^ 1) }),
      (c) => ({ ...c, verifier: { ...c.verifier, identifier: mallory } }),
      (c) => ({ ...c, verifier: { ...c.verifier, identityKey: keyOf(mallory) } }),
      (c) => ({ ...c, presenter: { ...c.presenter, identifier: mallory } }),
      (c) => ({ ...c, presenter: { ...c.presenter, identityKey: keyOf(mallory) } }),
      (c) => ({ ...c, presenter: c.verifier, verifier: c.presenter }),
    ]
    for (const change of changes) {
      const asked = verifier.challenge(question)
      const given = await answer(change(seenBy(alice, asked.nonce)))
      const verdict = await verifier.verifyChallenge(asked, given, { expected: alice })
      assert.equal(said(verdict), `rejected ${way === "SD-JWT VC" ? "pop_context" : "bad_signature"}`, `${way}: ${change}`)
    }
  }
})

test("whoever nobody expects is whom they sign as, if their credential says so", async () => {
  const { verifier, answerers } = await meet(pack, wasm, mallory)
  for (const answer of Object.values(answerers)) {
    const ask = async (signedAs: string, options: pack.ChallengeOptions): Promise<string> => {
      const asked = verifier.challenge(question)
      return said(await verifier.verifyChallenge(asked, await answer(seenBy(signedAs, asked.nonce)), options))
    }
    assert.equal(await ask(mallory, { discover: true, claimed: mallory }), `verified ${mallory}`)
    assert.equal(await ask(alice, { discover: true, claimed: alice }), "rejected identity_mismatch")
    assert.match(await ask(alice, { discover: true, claimed: mallory }), /^rejected (bad_signature|pop_context)$/)
    assert.match(await ask(mallory, { expected: alice }), /^rejected (bad_signature|pop_context)$/)
    assert.equal(await ask(mallory, { expected: [mallory, bob] }), "rejected identity_mismatch")
  }
})

test("nonces are new, and what the caller changes afterwards changes nothing", async () => {
  const { verifier, answerers } = anyone
  const mine = session.slice()
  const asked = verifier.challenge({ ...question, session: mine })
  assert.equal(asked.nonce.length, 32)
  assert.notDeepEqual(asked.nonce, verifier.challenge(question).nonce)
  const answer = await (answerers["SD-JWT VC"] as NonNullable<(typeof answerers)[string]>)(seenBy(alice, asked.nonce))
  mine.fill(7)
  asked.nonce.fill(7)
  assert.equal(said(await verifier.verifyChallenge(asked, answer, { expected: alice })), `verified ${alice}`)
})

const misuses: [string, unknown][] = [
  ["no role", { ...question, presenterRole: undefined }],
  ["a role that an object has anyway", { ...question, presenterRole: "toString" }],
  ["no session", { ...question, session: new Uint8Array() }],
  ["a session of zeroes", { ...question, session: new Uint8Array(32) }],
  ["a session that could repeat", { ...question, session: new Uint8Array(15).fill(1) }],
  ["a session as text", { ...question, session: "0123456789abcdef" }],
  ["nobody who asks", { ...question, verifier: { identifier: "", identityKey: keyOf(bob) } }],
  ["an identity key that nobody has filled", { ...question, presenter: { identityKey: new Uint8Array(32) } }],
]

for (const [name, request] of misuses) {
  test(`misuse throws: ${name}`, async () => {
    assert.throws(() => anyone.verifier.challenge(request as pack.ChallengeRequest), { code: "invalid_request" })
    const challenge = { ...(request as pack.BoundChallenge), nonce: new Uint8Array(16).fill(1) }
    challenge.presenter = { ...challenge.presenter, identifier: alice }
    assert.throws(() => pack.challengeBytes(challenge, Uint8Array.of(1)), { code: "invalid_request" })
    await assert.rejects(pack.challengeNonce(challenge), { code: "invalid_request" })
  })
}

test("misuse throws: an answer that is none, or two; a challenge of another make", async () => {
  const { verifier } = anyone
  const token = "a.b.c~"
  for (const answer of [{}, { token, certificate: Uint8Array.of(1), signature: Uint8Array.of(1) }, { certificate: Uint8Array.of(1) }]) {
    const given = verifier.verifyChallenge(verifier.challenge(question), answer as pack.ChallengeAnswer, { expected: alice })
    await assert.rejects(given, { code: "invalid_request" })
  }
  const forged = { nonce: new Uint8Array(32).fill(1) } as pack.Challenge
  await assert.rejects(verifier.verifyChallenge(forged, { token }, { expected: alice }), { code: "invalid_request" })
  const nobody = {} as pack.ChallengeOptions
  await assert.rejects(verifier.verifyChallenge(verifier.challenge(question), { token }, nobody), { code: "invalid_request" })
  assert.throws(() => pack.challengeBytes(seenBy(alice, new Uint8Array(15).fill(1)), Uint8Array.of(1)), { code: "invalid_request" })
  assert.throws(() => pack.challengeBytes(seenBy(alice, new Uint8Array(16).fill(1)), new Uint8Array()), { code: "invalid_request" })
})
