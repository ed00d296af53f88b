// What package tests/wycheproof describes, put to the hosts that the package has in Chromium.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { BACKEND_ALGORITHMS } from "../../web/src/backend.js"
import { report, suites, Tally } from "../../web/test/wycheproof.js"
import { openHarness } from "./browser.js"

let harness: Awaited<ReturnType<typeof openHarness>>
before(async () => {
  harness = await openHarness()
})
after(() => harness.close())

test("every signature gets the right answer in Chromium, by WebCrypto, by the backend module, and by both", async (t) => {
  const list = suites(t)
  if (!list) return
  const algorithms = await harness.page.evaluate(() => window.harness.algorithms())
  const hosts = [
    { name: "webCrypto", tally: new Tally("WebCrypto of Chromium", algorithms) },
    { name: "backend", tally: new Tally("backend.wasm in Chromium", BACKEND_ALGORITHMS) },
    { name: "both", tally: new Tally("both in Chromium", [...algorithms, ...BACKEND_ALGORITHMS]) },
  ] as const
  for (const suite of list) {
    assert.deepEqual(suite.native, suite.want, suite.file)
    const batch = Buffer.from(suite.batch).toString("base64")
    for (const { name, tally } of hosts) {
      tally.add(suite, await harness.page.evaluate(([host, b]) => window.harness.run(host, b), [name, batch] as const))
    }
  }
  assert.deepEqual(report(t, hosts.map(({ tally }) => tally)), [])
  assert.equal(hosts[2].tally.unsupported, 0)
  assert.deepEqual(harness.problems, [])
})
