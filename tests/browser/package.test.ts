// The package in Chromium, under a strict Content-Security-Policy.

import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { after, before, test } from "node:test"
import { Engine } from "../../web/src/engine.js"
import { trustText } from "../../web/src/encode.js"
import { vectors, verifierModule } from "../../web/test/files.js"
import { type Case, question } from "../../web/test/keypackages.js"
import { openHarness } from "./browser.js"

let harness: Awaited<ReturnType<typeof openHarness>>
before(async () => {
  harness = await openHarness()
})
after(() => harness.close())

/** What tests/verdicts says natively. */
function native(cases: readonly Case[]): string[] {
  const lines = cases.map((vector) => {
    const { trust, options } = question(vector)
    const time = (options.now as Date).getTime() / 1000
    const keyPackage = vector.key_package
    return `{"trust":${trustText(trust)},"keyPackage":"${keyPackage}","expected":"${vector.reference_id}","time":${time}}`
  })
  const out = execFileSync("go", ["run", "../tests/verdicts"], { input: lines.join("\n"), encoding: "utf8" })
  return out.trimEnd().split("\n")
}

/** What the module says under Node. */
async function underNode(cases: readonly Case[]): Promise<string[]> {
  const wasm = await verifierModule()
  const verdicts: string[] = []
  for (const vector of cases) {
    const { trust, bytes, options } = question(vector)
    const engine = await Engine.create(trust, { wasm })
    verdicts.push((await engine.judge([{ ...options, kind: "keyPackage", bytes }], options)).slice(1, -1))
  }
  return verdicts
}

test("all of x509-keypackages.json comes out right, in the same bytes natively, under Node and in Chromium", async (t) => {
  const text = vectors(t, "mls", "x509-keypackages.json")
  if (text === undefined) return
  const cases = JSON.parse(text) as Case[]
  const raw = await harness.page.evaluate((given) => window.harness.raw(given), cases)
  assert.equal(raw.length, 52)
  for (const [i, { label, cipher_suite, expect, reason }] of cases.entries()) {
    const verdict = JSON.parse(raw[i] as string) as { outcome: string; code?: string }
    const name = `${label}, suite ${cipher_suite}`
    assert.equal(verdict.outcome === "verified" ? "valid" : "invalid", expect, name)
    assert.equal(verdict.code ?? null, reason, name)
  }
  assert.deepEqual(raw, native(cases))
  assert.deepEqual(raw, await underNode(cases))
})

test("the published package gives these verdicts, and verifying asks nobody", async (t) => {
  const text = vectors(t, "mls", "x509-keypackages.json")
  if (text === undefined) return
  const cases = JSON.parse(text) as Case[]
  const requested = harness.requests.length
  const verdicts = await harness.page.evaluate((given) => window.harness.verdicts(given), cases)
  const raw = await harness.page.evaluate((given) => window.harness.raw(given), cases)
  assert.deepEqual(verdicts.map((verdict) => JSON.stringify(verdict)), raw)
  assert.equal(harness.requests.length, requested)
})

test("Chromium's WebCrypto does what the host needs of it", async () => {
  const algorithms = await harness.page.evaluate(() => window.harness.algorithms())
  for (const algorithm of [0x0101, 0x0102, 0x0103, 0x0111, 0x0112, 0x0113, 0x0121, 0x0122, 0x0123, 0x0201]) {
    assert.ok(algorithms.includes(algorithm), `0x${algorithm.toString(16)}`)
  }
  const signing = algorithms.filter((a) => a < 0x0400)
  for (const algorithm of [...signing, 0x0500, 0x0520, 0x0630, 0x0740]) {
    const answers = await harness.page.evaluate((given) => window.harness.signatures(given), algorithm)
    assert.deepEqual(answers, [1, 0, 0, 0], `0x${algorithm.toString(16)}`)
  }
})

test("bound challenges are answered with this browser's keys, once, and in no other session", async () => {
  const results = await harness.page.evaluate(() => window.harness.challenges())
  const ways = Object.entries(results)
  assert.equal(ways.length, 4)
  for (const [way, said] of ways) {
    const other = way === "SD-JWT VC" ? "pop_context" : "bad_signature"
    assert.deepEqual(said, ["verified mimi://example.com/u/alice", "invalid_request", `rejected ${other}`], way)
  }
})

test("Ed448 is checked by the backend module", async (t) => {
  const text = vectors(t, "wycheproof", "ed448_test.json")
  if (text === undefined) return
  type Group = { publicKey: { pk: string }; tests: { msg: string; sig: string; result: string }[] }
  const [group] = (JSON.parse(text) as { testGroups: Group[] }).testGroups
  const { publicKey, tests } = group as Group
  for (const { msg, sig, result } of tests.slice(0, 5)) {
    const [alone, helped] = await harness.page.evaluate(
      ([pk, m, s]) => window.harness.check(0x0202, pk, m, s),
      [publicKey.pk, msg, sig] as const,
    )
    const right = result === "valid" ? 1 : 0
    assert.ok(alone === 2 || alone === right) // a WebCrypto may come to know it
    assert.equal(helped, right)
  }
})

test("nothing is left in the page, and nothing went wrong there", async () => {
  assert.deepEqual(await harness.page.evaluate(() => window.harness.globals()), [])
  assert.deepEqual(harness.problems, [])
})
