import assert from "node:assert/strict"
import { test } from "node:test"
import { BACKEND_ALGORITHMS, newBackend } from "../src/backend.js"
import { algorithmsOf, newHost } from "../src/host.js"
import { backendModule } from "./files.js"
import { report, suites, Tally } from "./wycheproof.js"

test("every signature gets the right answer, by WebCrypto, by the backend module, and by both together", async (t) => {
  const list = suites(t)
  if (!list) return
  const module = await backendModule()
  const backend = newBackend(() => module)
  const algorithms = await algorithmsOf(crypto.subtle)
  const hosts = [
    { host: newHost(crypto.subtle, algorithms), tally: new Tally("WebCrypto of Node", algorithms) },
    { host: newHost(crypto.subtle, [], { backend }), tally: new Tally("backend.wasm under Node", BACKEND_ALGORITHMS) },
    {
      host: newHost(crypto.subtle, algorithms, { backend }),
      tally: new Tally("both under Node", [...algorithms, ...BACKEND_ALGORITHMS]),
    },
  ]
  for (const suite of list) {
    assert.deepEqual(suite.native, suite.want, suite.file)
    for (const { host, tally } of hosts) tally.add(suite, await host.run(suite.batch))
  }
  assert.deepEqual(report(t, hosts.map(({ tally }) => tally)), [])
  assert.equal(hosts[2]?.tally.unsupported, 0)
})
