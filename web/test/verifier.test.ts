import assert from "node:assert/strict"
import { test } from "node:test"
import { CHECKS, CODES, OUTCOMES } from "../src/codes.js"
import { Engine } from "../src/engine.js"
import { createVerifier } from "../src/index.js"
import { instantiate, parseJSON } from "../src/loader.js"
import type { TrustConfig } from "../src/trust.js"
import type { Presentation, Verdict } from "../src/types.js"
import { DEADLY, mortalModule, vectors, verifierModule } from "./files.js"
import { type Case, question } from "./keypackages.js"
import { at, honest, trust, withFetch } from "./mirror.js"

const wasm = await verifierModule()

test("codes, checks and outcomes are those of the module", async () => {
  const instance = await instantiate(wasm)
  const theirs = parseJSON(instance.call("codes", new Uint8Array())) as Record<string, string[]>
  assert.deepEqual(theirs["codes"]?.toSorted(), [...CODES].sort())
  assert.deepEqual(theirs["checks"]?.toSorted(), [...CHECKS].sort())
  assert.deepEqual(theirs["outcomes"]?.toSorted(), [...OUTCOMES].sort())
})

test("a trust configuration that is refused throws", async () => {
  for (const refused of [
    {},
    { authorities: [], surprise: 1 },
    { authorities: [{ id: "Not An Id", scope: [], anchors: [] }] },
    { authorities: [{ id: "a", scope: [], anchors: ["not base64!"] }] },
  ]) {
    await assert.rejects(createVerifier(refused as unknown as TrustConfig, { wasm }), {
      name: "E2eidError",
      code: "invalid_config",
    })
  }
})

test("no trust configuration is misuse", async () => {
  await assert.rejects(createVerifier(undefined as unknown as TrustConfig, { wasm }), { code: "invalid_request" })
})

test("all of x509-keypackages.json comes out right, without a network", async (t) => {
  const text = vectors(t, "mls", "x509-keypackages.json")
  if (text === undefined) return
  const cases = JSON.parse(text) as Case[]
  assert.equal(cases.length, 52)
  const requests = await withFetch(
    () => new Response(),
    async () => {
      for (const vector of cases) {
        const { trust, bytes, options } = question(vector)
        const verdict = await (await createVerifier(trust, { wasm })).verifyKeyPackage(bytes, options)
        const name = `${vector.label}, suite ${vector.cipher_suite}`
        if (verdict.outcome === "verified") {
          assert.equal(vector.expect, "valid", name)
          assert.ok(verdict.identity.identifiers.includes(vector.reference_id), name)
        } else {
          assert.equal(vector.expect, "invalid", name)
          assert.equal(verdict.code, vector.reason, name)
        }
      }
    },
  )
  assert.deepEqual(requests, [])
})

test("a roster has the verdicts of its presentations, in order", async (t) => {
  const text = vectors(t, "mls", "x509-keypackages.json")
  if (text === undefined) return
  const first = (JSON.parse(text) as Case[]).filter((vector, _, all) => vector.trust_anchor === all[0]?.trust_anchor)
  const { trust, options } = question(first[0] as Case)
  const verifier = await createVerifier(trust, { wasm })
  const roster = first.map((vector): Presentation => {
    return { kind: "keyPackage", bytes: question(vector).bytes, expected: vector.reference_id }
  })
  const together = await verifier.verifyAll(roster, options)
  const alone = await Promise.all(
    first.map((vector) => verifier.verifyKeyPackage(question(vector).bytes, question(vector).options)),
  )
  assert.deepEqual(together, alone)
  assert.ok(new Set(together.map(({ outcome }) => outcome)).size > 1)
})

test("a thousand calls at once all come to an end", async () => {
  const verifier = await createVerifier(trust, { wasm })
  const call = () => verifier.verifyKeyPackage(Uint8Array.of(1), { discover: true })
  const verdicts = await Promise.all(Array.from({ length: 1000 }, call))
  assert.ok(verdicts.every((verdict) => verdict.outcome === "rejected" && verdict.code === "malformed"))
})

test("bytes that are no presentation have a verdict that is not verified, and never throw", async () => {
  const verifier = await createVerifier(trust, { wasm })
  const group = { cipherSuite: 1, groupId: Uint8Array.of(1), leafIndex: 0 }
  const refused = (verdict: Verdict) => assert.notEqual(verdict.outcome, "verified")
  for (const bytes of [new Uint8Array(), Uint8Array.of(0), new Uint8Array(100_000).fill(1)]) {
    refused(await verifier.verifyKeyPackage(bytes, { expected: "mimi://example.com/u/alice" }))
    refused(await verifier.verifyLeafNode(bytes, { ...group, carrier: "commit", discover: true }))
  }
  assert.deepEqual(await verifier.verifyAll([]), [])
})

test("bytes that are no tree throw", async () => {
  const verifier = await createVerifier(trust, { wasm })
  await assert.rejects(verifier.members(Uint8Array.of(9, 9, 9), 1, Uint8Array.of(1)), { code: "malformed" })
})

test("a tree is split into its leaves", async (t) => {
  const text = vectors(t, "mls", "tree-validation.json")
  if (text === undefined) return
  type TreeCase = { cipher_suite: number; tree: string; group_id: string }
  const verifier = await createVerifier(trust, { wasm })
  for (const { cipher_suite, tree, group_id } of (JSON.parse(text) as TreeCase[]).slice(0, 20)) {
    const bytes = Buffer.from(tree, "hex")
    const members = await verifier.members(bytes, cipher_suite, Buffer.from(group_id, "hex"))
    assert.ok(members.length > 0)
    assert.deepEqual(members.map(({ leafIndex }) => leafIndex), [...new Set(members.map(({ leafIndex }) => leafIndex))])
    assert.ok(members.every((member) => !member.guessed && bytes.includes(Buffer.from(member.bytes))))
    const verdicts = await verifier.verifyAll(members.map((member) => ({ ...member, discover: true })))
    for (const verdict of verdicts) {
      // Basic credentials, whose possession is proven: the signatures hold in this group and at these leaves.
      assert.equal(verdict.outcome === "verified" || verdict.code, "credential_type_not_allowed")
      assert.ok(verdict.findings.some(({ check, result }) => check === "POP-1" && result === "passed"))
    }
  }
})

test("a closed verifier refuses calls", async () => {
  const verifier = await createVerifier(trust, { wasm })
  verifier.close()
  const refused = { code: "invalid_request", message: /closed/ }
  await assert.rejects(verifier.verifyKeyPackage(Uint8Array.of(1), { discover: true }), refused)
  await assert.rejects(verifier.refresh(), refused)
  await assert.rejects(verifier.members(new Uint8Array(), 1, new Uint8Array()), refused)
})

test("the raw text is what the verdicts are parsed from", async () => {
  const options = { wasm, now: () => at(0) }
  const presentation = { kind: "keyPackage", bytes: Uint8Array.of(1), discover: true } as const
  const text = await (await Engine.create(trust, options)).judge([presentation], {})
  assert.deepEqual(JSON.parse(text), await (await createVerifier(trust, options)).verifyAll([presentation]))
})

test("a presentation that kills the module is rejected, and the next call finds another in the same state", async () => {
  const verifier = await createVerifier(trust, { wasm: await mortalModule(), now: () => at(3) })
  await withFetch(honest("head2"), () => verifier.refresh())
  const deadly = new TextEncoder().encode(DEADLY)
  const [dead, alive] = await Promise.all([
    verifier.verifyKeyPackage(deadly, { discover: true }),
    verifier.verifyKeyPackage(Uint8Array.of(1), { discover: true }),
  ])
  assert.ok(dead.outcome === "rejected" && dead.code === "internal")
  assert.ok(alive.outcome === "rejected" && alive.code === "malformed")
  await withFetch(honest("head1"), async () => {
    const [result] = await verifier.refresh()
    assert.ok(result?.outcome === "failed" && result.code === "rollback" && result.number === 2)
  })
  await withFetch(honest("head2"), async () => {
    assert.equal((await verifier.refresh())[0]?.outcome, "current") // its lists are in use, not only its number
  })
})
