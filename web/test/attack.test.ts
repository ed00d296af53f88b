// What an independent reviewer tried against the package, other than with signatures: what callers hand over in shapes
// that TypeScript forbids, and what changes while it is judged.

import assert from "node:assert/strict"
import { test } from "node:test"
import { newBackend } from "../src/backend.js"
import { membersRequest, planRequest } from "../src/encode.js"
import * as pack from "../src/index.js"
import { createVerifier } from "../src/index.js"
import { Records } from "../src/store.js"
import type { AsyncKV, Presentation, RefreshResult, Verifier } from "../src/types.js"
import { alice, mallory, meet, question, said, seenBy, session } from "./challenge.js"
import { DEADLY, mortalModule, published, verifierModule } from "./files.js"
import { at, honest, trust, withFetch } from "./mirror.js"
import { MemoryStore } from "./store.js"
import { tokens } from "./tokens.js"

const wasm = await verifierModule()
const misuse = { code: "invalid_request" }

type Answered = { certificate: Uint8Array; signature: Uint8Array }

/** A verifier, and what `who` answers to the question with this nonce. */
async function answered(who: string, nonce: Uint8Array): Promise<{ verifier: Verifier } & Answered> {
  const { verifier, answerers } = await meet(pack, wasm, who)
  const answer = (await answerers["certificate, P-256"]?.(seenBy(who, nonce))) as Answered
  return { verifier, ...answer }
}

/** The bytes of integers, big-endian, and byte strings. */
function bytesOf(...parts: (readonly [size: number, value: number] | Uint8Array)[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => {
      if (part instanceof Uint8Array) return part
      const b = Buffer.alloc(part[0])
      b.writeUIntBE(part[1], 0, part[0])
      return b
    }),
  )
}

test("a presentation of a kind that is no text cannot put another one in the place of its neighbour", async () => {
  const { verifier, certificate } = await answered(mallory, session)
  // The first is written as a token without audience and nonce, so that the module looks for them in the second: the
  // audience takes it up to a presentation of Mallory's that stands in its bytes.
  const swallowed = 0x01000000 // kind, suite and carrier of a KeyPackage, read as a size
  const before = 1 + 4 + 4 + 4 + 2 + 4 + alice.length + 4 // from its flags to its bytes
  const smuggled = bytesOf([4, 1], Buffer.from("n"), [1, 3], [2, 0], [1, 0], [1, 2], [4, 0], [4, 0], [4, 0], [2, 0], [4, certificate.length], certificate)
  const roster = [
    { kind: ["token"], bytes: Uint8Array.of(1), expected: alice },
    { kind: "keyPackage", bytes: bytesOf(new Uint8Array(swallowed - before), smuggled), expected: alice },
  ]
  const verdicts = verifier.verifyAll(roster as unknown as Presentation[])
  await assert.rejects(
    verdicts.then((all) => all.map(said)),
    misuse,
  )
})

test("an answer to a challenge is judged with the challenge that asked for it, never with one that came with it", async () => {
  const nonce = new Uint8Array(32).fill(1)
  const { verifier, certificate, signature } = await answered(alice, nonce)
  const presentation = { kind: "challengedCertificate", bytes: certificate, signature, challenge: seenBy(alice, nonce), expected: alice }
  for (const kind of ["challengedCertificate", "challengedToken"]) {
    const verdicts = verifier.verifyAll([{ ...presentation, kind } as unknown as Presentation])
    await assert.rejects(
      verdicts.then((all) => all.map(said)),
      misuse,
    )
  }
})

test("a challenge keeps a copy of Buffers too, whose slices are views", async () => {
  const { verifier, answerers } = await meet(pack, wasm)
  const identityKey = Buffer.from(question.presenter.identityKey)
  const mine = Buffer.from(session)
  const asked = verifier.challenge({ ...question, session: mine, presenter: { identityKey } })
  const answer = await answerers["certificate, P-256"]?.(seenBy(alice, asked.nonce))
  mine.fill(7)
  identityKey.fill(7)
  assert.equal(said(await verifier.verifyChallenge(asked, answer as pack.ChallengeAnswer, { expected: alice })), `verified ${alice}`)
})

test("a verifier trusts what it was given, whatever becomes of the object afterwards", async () => {
  const mine = { ...trust }
  const pending = createVerifier(mine, { wasm })
  mine.authorities = []
  const verifier = await pending
  await withFetch(honest("head1"), async () => {
    assert.deepEqual((await verifier.refresh({ authorities: ["example"] })).map(({ authority }) => authority), ["example"])
  })
})

test("an anchor in a Buffer is the anchor", async () => {
  const [authority] = trust.authorities
  await createVerifier({ authorities: [{ ...authority, anchors: [Buffer.from(published("anchor1"))] }] } as pack.TrustConfig, { wasm })
})

test("a roster that changes while it is judged has the verdicts of what it was", async () => {
  const verifier = await createVerifier(trust, { wasm })
  const presentation: Presentation = { kind: "keyPackage", bytes: Uint8Array.of(1), discover: true }
  const roster = [presentation]
  const pending = verifier.verifyAll(roster)
  roster.push(presentation, presentation)
  assert.deepEqual((await pending).map(said), ["rejected malformed"])
})

test("what is neither true nor false is misuse, not false", async () => {
  const verifier = await createVerifier(trust, { wasm })
  const leaf = { kind: "leafNode", carrier: "tree", cipherSuite: 1, groupId: Uint8Array.of(1), leafIndex: 0, bytes: Uint8Array.of(1) }
  for (const flag of [{ assuredBefore: 1 }, { assuredBefore: "true" }, { assuredBefore: null }, { guessed: 1 }, { discover: 0 }]) {
    const presentation = { ...leaf, expected: alice, ...flag } as unknown as Presentation
    await assert.rejects(verifier.verifyAll([presentation]), misuse, JSON.stringify(flag))
  }
})

test("what is larger than the module takes is refused as such, and not copied", async () => {
  const { verifier, answerers } = await meet(pack, wasm)
  const most = 256 << 10
  const huge = new Uint8Array(most + (64 << 20)).fill(0x7b)
  const text = "{".repeat(huge.length)
  const group = { carrier: "tree", cipherSuite: 1, groupId: Uint8Array.of(1), leafIndex: 0 } as const
  const proof = { audience: "a", nonce: "n" }
  for (const bytes of [huge, huge.subarray(0, most + 1)]) {
    const presentations: Presentation[] = [
      { kind: "keyPackage", bytes, expected: alice },
      { kind: "leafNode", bytes, expected: alice, ...group },
      { kind: "token", bytes, expected: alice, ...proof },
      { kind: "token", bytes: text.slice(0, bytes.length), expected: alice, ...proof },
      { kind: "certificate", bytes, expected: alice, certificates: [bytes] },
      { kind: "certificate", bytes: Uint8Array.of(1), expected: alice, certificates: Array<Uint8Array>(70_000).fill(Uint8Array.of(1)) },
    ]
    assert.ok(planRequest(presentations, at(0), at(0)).length < 8 * most)
    const [budget, malformed] = ["rejected budget", "rejected malformed"]
    assert.deepEqual((await verifier.verifyAll(presentations)).map(said), [budget, budget, budget, budget, malformed, budget])
  }
  for (const change of [{ certificate: huge }, { signature: huge }, { certificates: [huge] }]) {
    const asked = verifier.challenge(question)
    const answer = { ...(await answerers["certificate, P-256"]?.(seenBy(alice, asked.nonce))), ...change } as pack.ChallengeAnswer
    assert.match(said(await verifier.verifyChallenge(asked, answer, { expected: alice })), /^rejected (malformed|bad_signature)$/)
  }
  assert.ok(membersRequest(new Uint8Array(65 << 20), 1, Uint8Array.of(1)).length < (64 << 20) + 64)
  await assert.rejects(verifier.members(new Uint8Array((64 << 20) + 1), 1, Uint8Array.of(1)), { code: "malformed", message: /limit/ })
})

async function refreshed(verifier: Verifier, head: string): Promise<string> {
  let result: RefreshResult | undefined
  const folder = head.startsWith("fork") ? "fork" : "."
  await withFetch(honest(head, folder), async () => {
    ;[result] = await verifier.refresh()
  })
  return result?.outcome === "failed" ? result.code : String(result?.outcome)
}

const kill = async (verifier: Verifier): Promise<void> => {
  const verdict = await verifier.verifyKeyPackage(new TextEncoder().encode(DEADLY), { discover: true })
  assert.equal(said(verdict), "rejected internal")
}

test("a module that dies does not forget what another tab has seen", async () => {
  const store = new MemoryStore()
  const options = { wasm: await mortalModule(), store, now: () => at(3) }
  const [mine, other] = [await createVerifier(trust, options), await createVerifier(trust, options)]
  assert.equal(await refreshed(mine, "head1"), "updated")
  assert.equal(await refreshed(other, "head2"), "updated")
  assert.equal(await refreshed(mine, "head1"), "rollback")
  store.entries.clear() // nobody else tells it again
  await kill(mine)
  assert.equal(await refreshed(mine, "head1"), "rollback")
})

test("a module that dies does not forget that another tab has seen another story", async () => {
  const [store, other] = [new MemoryStore(), new MemoryStore()]
  const options = { wasm: await mortalModule(), now: () => at(3) }
  const mine = await createVerifier(trust, { ...options, store })
  assert.equal(await refreshed(mine, "head2"), "updated")
  assert.equal(await refreshed(await createVerifier(trust, { ...options, store: other }), "fork/example/head"), "updated")
  store.entries.set("e2eid/state", other.entries.get("e2eid/state") as Uint8Array)
  assert.equal(await refreshed(mine, "head2"), "equivocation")
  store.entries.clear()
  await kill(mine)
  assert.equal(await refreshed(mine, "head2"), "equivocation")
  assert.equal(await refreshed(mine, "head3"), "updated")
})

test("a store that stands still holds up no verdict", { timeout: 20_000 }, async () => {
  const { issuer, jwk, audience, nonce, presented, good } = tokens
  const issuers = [{ id: issuer, jwks: { keys: [jwk] }, identifiers: [{ claim: ["email"], form: "email" }] }]
  const store: AsyncKV = { get: () => Promise.resolve(undefined), set: () => new Promise(() => {}) }
  const options = { wasm, store, now: () => at(0) }
  const verifier = await createVerifier({ authorities: [{ id: "corp", scope: ["example.com"], issuers }] } as unknown as pack.TrustConfig, options)
  await verifier.use({ statusLists: [good as string] })
  const roster = Array.from({ length: 40 }, () =>
    verifier.verifyToken(presented as string, { audience, nonce, expected: "mailto:alice@example.com" } as pack.TokenOptions),
  )
  const alive = setInterval(() => {}, 1000)
  for (const verdict of await Promise.all(roster)) assert.equal(verdict.outcome, "verified")
  clearInterval(alive)
})

test("a store that moves what it is given into another thread takes nothing from the verifier", async () => {
  const store = new MemoryStore()
  const moving: AsyncKV = {
    get: (key) => store.get(key),
    set: (key, value) => store.set(key, structuredClone(value, { transfer: [value.buffer as ArrayBuffer] })),
  }
  const verifier = await createVerifier(trust, { wasm: await mortalModule(), store: moving, now: () => at(3) })
  assert.equal(await refreshed(verifier, "head2"), "updated")
  store.entries.clear()
  await kill(verifier)
  assert.equal(await refreshed(verifier, "head1"), "rollback")
  assert.equal(await refreshed(verifier, "head2"), "current")
})

test("an authority whose lists take long does not put back what another has installed meanwhile", async () => {
  const records = new Records(undefined)
  let newest = Uint8Array.of(1)
  const installed = { updated: true, number: 1, head: Uint8Array.of(1) }
  const slow = records.installed("slow", installed, new Uint8Array(32 << 20), () => newest)
  newest = Uint8Array.of(2)
  await records.installed("quick", installed, Uint8Array.of(1), () => newest)
  await slow
  assert.deepEqual(records.state, Uint8Array.of(2))
})

test("verifying goes on without a backend module that does not arrive", { timeout: 5000 }, async () => {
  const backend = newBackend(() => new Promise<never>(() => {}), 20)
  await assert.rejects(backend.run(new Uint8Array()), { code: "internal" })
})
