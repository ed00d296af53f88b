// A mirror that loses power, or whose storage fails, at any step: the last good publication stays served, and the push run again
// completes the next.

import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { get, head, json, publish, put, send } from "./http.mjs"
import { killRounds, whole } from "./kill.mjs"
import { blobsOf, fixture, native, workerd } from "./targets.mjs"


test("killed at random points, the native mirror loses nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "e2eid-mirror-"))
  const { losses, struck } = await killRounds(folder, 40)
  assert.equal(losses, 0)
  assert.ok(struck.before > 0, "no kill struck before the head was in place")
  const mirror = await native({ dir: folder })
  assert.deepEqual(readdirSync(join(folder, ".mirror", "tmp")), [], "leftovers stay")
  await mirror.close()
  rmSync(folder, { recursive: true })
})

test("a second mirror over the same folder is refused", async () => {
  const mirror = await native()
  await assert.rejects(native({ dir: mirror.folder }), /another process/)
  await mirror.close()
})

// Stands before the Worker. From operation `at` on, or at that one alone, R2 fails: before anything is done, or after it
// was done and with the answer lost.
const FAILING = `
import { glue } from "./glue.mjs"
import worker from "./index.js"
let count = 0, plan = {}
function failing(bucket) {
  return new Proxy(bucket, {
    get(target, name) {
      const f = target[name]
      if (typeof f !== "function") return f
      return async (...args) => {
        const n = ++count
        const fails = n === plan.at || (plan.on && n >= plan.at)
        if (fails && !plan.done) throw new Error("R2 is down")
        const result = await f.apply(target, args)
        if (fails) throw new Error("R2 did not answer")
        return result
      }
    },
  })
}
export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url)
    if (url.pathname === "/glue") {
      const { get, put } = glue(env.BUCKET)
      const [text, version] = await request.json()
      const meta = { contentType: "text/plain", modified: 0 }
      return put("test", new TextEncoder().encode(text), version, meta).then(
        async () => new Response((await get("test", 10)).version),
        (error) => new Response(error.message),
      )
    }
    if (url.pathname !== "/test") return worker.fetch(request, { ...env, BUCKET: failing(env.BUCKET) }, ctx)
    const before = count
    plan = JSON.parse(decodeURIComponent(url.hash || url.search.slice(1)))
    count = 0
    return new Response(String(before))
  },
}`

describe("R2 that fails in workerd", () => {
  let mirror
  let at
  let n = 1
  before(async () => {
    mirror = await workerd({ wrap: FAILING })
    at = mirror.origin
    await publish(at, "many", n)
  })
  after(() => mirror.close())
  const fail = async (plan) => Number((await send(at, "GET", `/test?${encodeURIComponent(JSON.stringify(plan))}`)).body)

  let operations
  test("no operation fails: the push is through", async () => {
    await fail({})
    assert.ok((await publish(at, "many", ++n)).served)
    operations = await fail({})
    assert.ok(operations > 10, `${operations}`)
  })
  // Power lost at each operation; of the others every third, since package mirror's own tests try them all.
  for (const [name, plan, step] of [
    ["one operation fails", {}, 3],
    ["all fail from one on", { on: true }, 1],
    ["one is done and its answer lost", { done: true }, 3],
  ]) {
    test(`${name}: a whole publication stays served, and the push run again completes the next`, async () => {
      for (let k = 1; k <= operations; k += step) {
        await fail({ ...plan, at: k })
        const result = await publish(at, "many", n + 1).catch((error) => error)
        await fail({})
        const served = await whole(at, [n, n + 1])
        assert.notEqual(served, 0, `operation ${k}: nothing whole is served`)
        if (result.served) assert.equal(served, n + 1)
        assert.ok((await publish(at, "many", n + 1)).served, `operation ${k}`)
        assert.equal(await whole(at, [n + 1]), n + 1)
        n++
      }
    })
  }
  test("reads go on from memory, and tell their age", async () => {
    const known = blobsOf(`many.${n}`)[0]
    await get(at, `/blob/${known}`)
    await get(at, "/many/head")
    await fail({ at: 1, on: true })
    await new Promise((resolve) => setTimeout(resolve, 6_000)) // longer than the head is fresh in memory
    const answer = await get(at, "/many/head")
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, fixture(`many.${n}`))
    assert.ok(Number(answer.headers.age) >= 5, answer.headers.age)
    assert.equal((await get(at, `/blob/${known}`)).status, 200)
    await fail({})
  })
  test("what was never read is 503, not 404, and may be asked for again", async () => {
    await fail({ at: 1, on: true })
    const answer = await get(at, `/blob/${"1".repeat(64)}`)
    assert.deepEqual([answer.status, json(answer).reason, answer.headers["retry-after"]], [503, "storage", "5"])
    assert.equal(answer.headers["cache-control"], "no-store")
    assert.equal((await head(at, `/blob/${"1".repeat(64)}`)).status, 503)
    await fail({})
    assert.equal((await get(at, `/blob/${"1".repeat(64)}`)).status, 404)
  })
  test("a write is refused if the object has changed, or is there where none was", async () => {
    const write = async (...args) => (await send(at, "POST", "/glue", { body: JSON.stringify(args) })).body.toString()
    assert.equal(await write("0", "f".repeat(32)), "conflict")
    const first = await write("1", "")
    assert.match(first, /^[0-9a-f]{32}$/)
    assert.equal(await write("2", ""), "conflict")
    const second = await write("2", first)
    assert.match(second, /^[0-9a-f]{32}$/)
    assert.equal(await write("3", first), "conflict")
  })
  test("two pushes at once leave one publication whole", async () => {
    const results = await Promise.allSettled([publish(at, "many", n + 1), publish(at, "many", n + 2)])
    assert.ok(results.length === 2)
    assert.notEqual(await whole(at, [n, n + 1, n + 2]), 0)
    assert.ok((await publish(at, "many", n + 3)).served)
    assert.equal((await put(at, "/many/head", fixture(`many.${n}`))).status, 409)
  })
})
