import assert from "node:assert/strict"
import { test } from "node:test"
import { createVerifier } from "../src/index.js"
import type { AsyncKV, RefreshResult, Verifier } from "../src/types.js"
import { published, verifierModule } from "./files.js"
import { at, honest, trust, withFetch } from "./mirror.js"
import { MemoryStore } from "./store.js"

const wasm = await verifierModule()
const open = (store: AsyncKV): Promise<Verifier> => createVerifier(trust, { wasm, store, now: () => at(3) })

const refresh = (verifier: Verifier, head: string): Promise<RefreshResult> => refreshFrom(verifier, honest(head))

async function refreshFrom(verifier: Verifier, answer: Parameters<typeof withFetch>[0]): Promise<RefreshResult> {
  let result: RefreshResult | undefined
  await withFetch(answer, async () => {
    ;[result] = await verifier.refresh()
  })
  return result as RefreshResult
}

async function filled(head: string): Promise<MemoryStore> {
  const store = new MemoryStore()
  const result = await refresh(await open(store), head)
  assert.ok(result.outcome === "updated" && result.stored)
  return store
}

const state = { record: "state", outcome: "restored" }
const lists = { record: "lists", authority: "example", outcome: "restored" }

test("an empty store restores nothing", async () => {
  assert.deepEqual((await open(new MemoryStore())).restored, [])
})

test("what was installed is in use again after a restart, without a network", async () => {
  const store = await filled("head2")
  let verifier: Verifier | undefined
  const requests = await withFetch(honest("head1"), async () => {
    verifier = await open(store)
  })
  assert.deepEqual(requests, [])
  assert.deepEqual(verifier?.restored, [state, lists])
  assert.equal((await refresh(verifier as Verifier, "head2")).outcome, "current")
})

test("a restart does not forget which heads are too old", async () => {
  const store = await filled("head2")
  for (const lost of [[], ["e2eid/state"], ["e2eid/lists/example"]]) {
    const copy = new MemoryStore()
    for (const [key, value] of store.entries) if (!lost.includes(key)) copy.entries.set(key, value)
    const result = await refresh(await open(copy), "head1")
    assert.ok(result.outcome === "failed" && result.code === "rollback", `without ${lost.join()}`)
  }
})

test("a store that fails after any number of writes leaves what can be used, and never a rollback", async () => {
  const complete = new MemoryStore()
  const first = await open(complete)
  await refresh(first, "head1")
  const written = complete.writes
  await refresh(first, "head2")
  await refresh(first, "head3")
  const total = complete.writes
  assert.ok(total > written)
  for (let capacity = 0; capacity <= total; capacity++) {
    const store = new MemoryStore()
    store.capacity = capacity
    const verifier = await open(store)
    for (const head of ["head1", "head2", "head3"]) {
      const result = await refresh(verifier, head)
      assert.equal(result.outcome, "updated")
      assert.ok(result.outcome === "updated" && (result.stored || store.writes === capacity))
    }
    store.capacity = Infinity
    const next = await open(store)
    assert.ok(next.restored.every(({ outcome }) => outcome === "restored"), `${capacity} writes`)
    if (capacity >= written) assert.ok(next.restored.length > 0, `${capacity} writes`)
    if (capacity === total) assert.equal((await refresh(next, "head2")).outcome, "failed")
    const newest = await refresh(next, "head3")
    assert.ok(newest.outcome !== "failed", `${capacity} writes`)
  }
})

test("a store without room for the lists remembers what was seen all the same", async () => {
  for (const first of [[], ["head1"]]) {
    const store = new MemoryStore()
    const verifier = await open(store)
    for (const head of first) await refresh(verifier, head)
    store.refuses = (key) => key.startsWith("e2eid/blob/")
    const missed = await refresh(verifier, "head2")
    assert.ok(missed.outcome === "updated" && !missed.stored)
    const next = await open(store)
    const old = await refresh(next, "head1")
    assert.ok(old.outcome === "failed" && old.code === "rollback", `after ${first.join()}: ${JSON.stringify(old)}`)
    assert.equal((await refresh(next, "head2")).outcome, "updated")
  }
})

test("a store that recovers gets what it has missed", async () => {
  const store = new MemoryStore()
  store.capacity = 0
  const verifier = await open(store)
  const missed = await refresh(verifier, "head2")
  assert.ok(missed.outcome === "updated" && !missed.stored)
  store.capacity = Infinity
  const again = await refresh(verifier, "head2")
  assert.ok(again.outcome === "current" && again.stored)
  assert.deepEqual((await open(store)).restored, [state, lists])
})

// Each record damaged in turn: cut off, emptied, prolonged, one bit changed, or of another kind altogether.
const damages: [string, (bytes: Uint8Array) => unknown][] = [
  ["cut off", (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ["empty", () => new Uint8Array()],
  ["prolonged", (bytes) => Uint8Array.of(...bytes, 0)],
  ["changed", (bytes) => bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte))],
  ["text", () => "text"],
]

for (const [name, damage] of damages) {
  test(`a record that is ${name} is reported, and costs no other`, async () => {
    const whole = await filled("head2")
    for (const [key, value] of whole.entries) {
      const store = new MemoryStore()
      for (const entry of whole.entries) store.entries.set(...entry)
      store.entries.set(key, damage(value) as Uint8Array)
      const verifier = await open(store)
      const failed = verifier.restored.filter(({ outcome }) => outcome === "failed")
      assert.deepEqual(
        failed.map(({ record }) => record),
        [key === "e2eid/state" ? "state" : "lists"],
        key,
      )
      assert.ok(failed.every(({ code, message }) => code && message))
      const old = await refresh(verifier, "head1")
      assert.ok(old.outcome === "failed" && old.code === "rollback", key)
      const result = await refresh(verifier, "head3")
      assert.ok(result.outcome === "updated" && result.stored, key)
      assert.deepEqual((await open(store)).restored, [state, lists], key)
    }
  })
}

// 26: the slot that was written last is cut off; what is used is older, and says so.
for (const [name, damage] of damages) {
  test(`a newer state that is ${name} leaves the older one in use, and that is reported`, async () => {
    const store = new MemoryStore()
    const verifier = await open(store)
    await refresh(verifier, "head1")
    await refresh(verifier, "head2") // to the other slot
    assert.ok(store.entries.has("e2eid/state") && store.entries.has("e2eid/state/2"))
    const newer = store.entries.get("e2eid/state/2") as Uint8Array
    store.entries.set("e2eid/state/2", damage(newer) as Uint8Array)
    for (const key of store.entries.keys()) if (!key.startsWith("e2eid/state")) store.entries.delete(key)

    const next = await open(store)
    const [failed, used] = next.restored
    assert.equal(next.restored.length, 2)
    assert.deepEqual([failed?.record, failed?.outcome], ["state", "failed"])
    assert.ok(failed?.code && failed.message)
    assert.deepEqual(used, state)
    // The older one knows head 1: another one of that number is refused, and what is newer taken.
    const fork = await refreshFrom(next, honest("fork/head1", "fork"))
    assert.ok(fork.outcome === "failed" && fork.code === "equivocation", JSON.stringify(fork))
    assert.deepEqual(store.entries.get("e2eid/state/2"), damage(newer)) // nothing was learned
    assert.equal((await refresh(next, "head2")).outcome, "updated")
    // It went to the damaged slot, so that the whole one was never at risk.
    assert.deepEqual(store.entries.get("e2eid/state/2"), newer)
    assert.deepEqual(fork.evidence, { number: 1, heads: [published("fork", "head1")] }) // the other one went with the lists
    const again = (await open(store)).restored.filter(({ record }) => record !== "evidence")
    assert.deepEqual(again, [state, lists])
  })
}

test("a state that is cut off with each write never costs more than that write", async () => {
  const store = new MemoryStore()
  const heads = ["head1", "head2", "head3"]
  for (const [i, head] of heads.entries()) {
    const before = new Map(store.entries)
    const verifier = await open(store)
    await refresh(verifier, head)
    const written = [...store.entries].filter(([key, value]) => key.startsWith("e2eid/state") && before.get(key) !== value)
    assert.equal(written.length, 1)
    const [key, value] = written[0] as [string, Uint8Array]
    const torn = new MemoryStore()
    torn.entries.set("e2eid/state", before.get("e2eid/state") ?? value)
    if (before.has("e2eid/state/2")) torn.entries.set("e2eid/state/2", before.get("e2eid/state/2") as Uint8Array)
    torn.entries.set(key, value.subarray(0, 40))
    const next = await open(torn)
    const wanted = i === 0 ? ["failed"] : ["failed", "restored"]
    assert.deepEqual(next.restored.map(({ outcome }) => outcome), wanted)
    if (i === 2) assert.equal((await refresh(next, "head1")).outcome, "failed") // what the write before had seen
  }
})

// 32: two tabs have been shown two heads of one number.
test("a dispute of two heads outlives a restart, with both as evidence", async () => {
  const store = new MemoryStore()
  const [one, other] = await Promise.all([open(store), open(store)])
  let once = true
  const seen = await refreshFrom(other, async (request) => {
    if (once) {
      once = false
      await refresh(one, "head2") // at the same time
    }
    return honest("fork/example/head", "fork")(request)
  })
  const heads = [published("fork", "example", "head"), published("head2")]
  const evidence = { number: 2, heads }
  assert.ok(seen.outcome === "failed" && seen.code === "equivocation" && seen.number === undefined)
  assert.deepEqual(seen.evidence, evidence)

  const next = await open(store)
  assert.deepEqual(next.restored.map(({ record, outcome, code }) => [record, outcome, code]), [
    ["state", "failed", "equivocation"],
    ["state", "restored", undefined],
    ["evidence", "restored", undefined],
    ["lists", "failed", "equivocation"],
  ])
  assert.deepEqual(next.restored[2]?.evidence, evidence)
  for (const answer of [honest("head2"), honest("fork/example/head", "fork")]) {
    const result = await refreshFrom(next, answer)
    assert.ok(result.outcome === "failed" && result.code === "equivocation")
    assert.deepEqual(result.evidence, evidence)
  }
  const later = await refresh(next, "head3")
  assert.deepEqual([later.outcome, later.outcome !== "fetched" && later.number], ["updated", 3])
  assert.ok((await open(store)).restored.every(({ outcome }) => outcome === "restored"))
})

test("a store that throws is reported and not fatal", async () => {
  const broken = { get: () => Promise.reject(new Error("no storage")), set: () => Promise.reject(new Error("no storage")) }
  const verifier = await open(broken)
  assert.deepEqual(
    verifier.restored.map(({ record, outcome, code }) => [record, outcome, code]),
    [
      ["state", "failed", "revocation_unavailable"],
      ["lists", "failed", "revocation_unavailable"],
    ],
  )
  const result = await refresh(verifier, "head1")
  assert.ok(result.outcome === "updated" && !result.stored)
})

test("what another tab has seen is not forgotten", async () => {
  const store = new MemoryStore()
  const [one, other] = await Promise.all([open(store), open(store)])
  await refresh(one, "head1")
  await refresh(other, "head2")
  const old = await refresh(one, "head1")
  assert.ok(old.outcome === "failed" && old.code === "rollback")
  assert.equal((await refresh(await open(store), "head2")).outcome, "current")
})

test("blobs that no head takes any more are deleted after a restart", async () => {
  const store = await filled("head1")
  const before = new Set(store.entries.keys())
  await refresh(await open(store), "head2")
  await refresh(await open(store), "head3")
  const after = new Set(store.entries.keys())
  const gone = [...before].filter((key) => !after.has(key))
  assert.ok(gone.length > 0)
  assert.deepEqual((await open(store)).restored, [state, lists])
})
