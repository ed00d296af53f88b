// A publication on its whole way: from the authority's folder to the native mirror by push, from there to the Worker by cron, and
// to a client, whose verdicts are then the same whichever mirror it asked, and those of the command over the folder.

import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { createVerifier } from "../../web/dist/index.js"
import { get, json, publish, put } from "./http.mjs"
import { command, config, fixture, fixturePath, native, TOKEN, workerd } from "./targets.mjs"

const wasm = await WebAssembly.compile(readFileSync(new URL("../../web/dist/verifier.wasm", import.meta.url)))
const USERS = ["alice", "bob", "carol"]

let origin // the native mirror, from which the Worker pulls
let worker
let pull

before(async () => {
  origin = await native()
  const configuration = JSON.parse(config())
  for (const authority of configuration.authorities) authority.origin = `${origin.origin}/`
  configuration.authorities.find(({ id }) => id === "example").carried[0].origin = `${origin.origin}/example/carried/ca.crl`
  worker = await workerd({ configuration: JSON.stringify(configuration), bindings: { CACHE_SECONDS: "1" } })
  const entry = await worker.miniflare.getWorker()
  pull = () => entry.scheduled({ cron: "*/5 * * * *" })
})
after(async () => {
  await worker.close()
  await origin.close()
})

/** Runs the command. Resolves to its exit status and what it printed. */
function run(args, env = {}) {
  return new Promise((resolve) => {
    execFile(command, args, { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ status: error?.code ?? 0, stdout, stderr })
    })
  })
}

const push = (folder, authority = "people", token = TOKEN) =>
  run(["push", "-dir", fixturePath(folder), "-authority", authority, "-to", `${origin.origin}/`], { E2EID_PUSH_TOKEN: token })

/** The verdicts of a client that has refreshed from a mirror. */
async function verdicts(mirror) {
  const trust = JSON.parse(fixture("trust.json"))
  trust.authorities[0].revocation.mirror = `${mirror}/`
  const verifier = await createVerifier(trust, { wasm })
  const refreshed = await verifier.refresh()
  const presentations = USERS.map((user) => {
    return { kind: "keyPackage", bytes: fixture(`${user}.kp`), expected: `mimi://example.com/u/${user}` }
  })
  const now = new Date(Math.floor(Date.now() / 60_000) * 60_000)
  const judged = await verifier.verifyAll(presentations, { now })
  verifier.close()
  return { refreshed, judged }
}

/** Those of the command, over the folder of the authority. */
async function byCommand(folder) {
  const now = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString()
  const judged = []
  for (const user of USERS) {
    const { stdout } = await run([
      "verify", "-trust", trustFile, "-expect", `mimi://example.com/u/${user}`, "-revocation", fixturePath(folder), "-now", now,
      "-json", fixturePath(`${user}.kp`),
    ])
    judged.push(JSON.parse(stdout))
  }
  return judged
}

const trustFile = fixturePath("trust.command.json")

test("a push with a wrong token is refused, and says so", async () => {
  const { status, stderr } = await push("people1", "people", `${TOKEN}x`)
  assert.equal(status, 1)
  assert.match(stderr, /401 token/)
})

test("a push brings all blobs and the head; run twice, it changes nothing", async () => {
  assert.match((await push("people1")).stdout, /^head 1 of people: served from now on, [1-9]\d* blobs sent\n$/)
  assert.match((await push("people1")).stdout, /^head 1 of people: served already, 0 blobs sent\n$/)
})

test("publish -to pushes what it has published", async () => {
  const folder = mkdtempSync(join(tmpdir(), "e2eid-publish-"))
  const publish = (token) =>
    run(["publish", "-authority", "silent", "-key", fixturePath("silent.pem"), "-to", `${origin.origin}/`, folder], { E2EID_PUSH_TOKEN: token })
  const refused = await publish(`${TOKEN}x`)
  assert.equal(refused.status, 1)
  assert.match(refused.stderr, /401 token/)
  const { status, stdout, stderr } = await publish(TOKEN)
  assert.equal(status, 0, stderr)
  assert.match(stdout, /head \d+ of silent: served from now on/)
  assert.deepEqual((await get(origin.origin, "/silent/head")).body, readFileSync(join(folder, "silent", "head")))
  rmSync(folder, { recursive: true })
})

test("by cron the Worker serves what its origin serves", async () => {
  assert.equal((await get(worker.origin, "/people/head")).status, 404)
  await pull()
  assert.deepEqual((await get(worker.origin, "/people/head")).body, (await get(origin.origin, "/people/head")).body)
  const { authorities } = json(await get(worker.origin, "/status"))
  assert.equal(authorities.find(({ id }) => id === "people").accepted, 1)
  assert.ok(authorities.find(({ id }) => id === "pq").refused.origin > 0, "an origin without a head is counted")
})

for (const [folder, outcomes] of [
  ["people1", ["verified", "verified", "undetermined"]],
  ["people2", ["verified", "rejected", "undetermined"]],
]) {
  test(`a client judges alike by both mirrors and by the folder ${folder}`, async () => {
    const trust = JSON.parse(fixture("trust.json"))
    trust.authorities[0].revocation.mirror = "https://mirror.example/"
    writeFileSync(trustFile, JSON.stringify(trust))
    assert.equal((await push(folder)).status, 0)
    await pull()
    await new Promise((resolve) => setTimeout(resolve, 1_100)) // until memory and cache have grown old
    const [a, b] = [await verdicts(origin.origin), await verdicts(worker.origin)]
    assert.ok(a.refreshed.every((r) => r.updated || r.number), JSON.stringify(a.refreshed))
    assert.deepEqual(b, a)
    assert.deepEqual(await byCommand(folder), a.judged)
    assert.deepEqual(a.judged.map(({ outcome }) => outcome), outcomes)
  })
}

test("an older folder is refused as a rollback", async () => {
  const { status, stderr } = await push("people1")
  assert.equal(status, 1)
  assert.match(stderr, /409 rollback/)
})

test("large blobs and carried objects are pulled too", async () => {
  await publish(origin.origin, "example", 3)
  await put(origin.origin, "/example/carried/ca.crl", fixture("ca.crl"))
  await pull()
  assert.deepEqual((await get(worker.origin, "/example/head")).body, fixture("example.3"))
  assert.deepEqual((await get(worker.origin, "/example/carried/ca.crl")).body, fixture("ca.crl"))
})

test("an origin that lies changes nothing", async () => {
  const answers = {
    stranger: { "/example/head": fixture("stranger.head") },
    blobless: { "/example/head": fixture("example.3") },
    endless: {},
  }
  for (const [name, served] of Object.entries(answers)) {
    const liar = createServer((request, response) => {
      if (name === "endless") {
        const chunk = Buffer.alloc(1 << 16)
        const more = () => {
          while (!response.destroyed && response.write(chunk));
          if (!response.destroyed) response.once("drain", more)
        }
        more()
        return
      }
      const body = served[request.url] ?? (request.url.startsWith("/blob/") ? Buffer.from("<html>") : undefined)
      response.writeHead(body ? 200 : 404).end(body)
    })
    await new Promise((resolve) => liar.listen(0, "127.0.0.1", resolve))
    const configuration = JSON.parse(config())
    configuration.authorities = configuration.authorities.filter(({ id }) => id === "example")
    configuration.authorities[0].origin = `http://127.0.0.1:${liar.address().port}/`
    const victim = await workerd({ configuration: JSON.stringify(configuration) })
    await publish(victim.origin, "example", 1)
    await (await victim.miniflare.getWorker()).scheduled({ cron: "*/5 * * * *" })
    assert.deepEqual((await get(victim.origin, "/example/head")).body, fixture("example.1"), name)
    const [{ refused }] = json(await get(victim.origin, "/status")).authorities
    const reasons = { stranger: "bad_signature", blobless: ["mismatch", "length", "cut"], endless: "too_large" }[name]
    assert.ok([reasons].flat().some((reason) => refused[reason] > 0), `${name}: ${JSON.stringify(refused)}`)
    await victim.close()
    liar.close()
    liar.closeAllConnections()
  }
})
