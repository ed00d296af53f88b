import assert from "node:assert/strict"
import { test } from "node:test"
import { createVerifier } from "../src/index.js"
import type { TokenIssuer } from "../src/trust.js"
import type { AsyncKV, RefreshResult, Verdict, Verifier } from "../src/types.js"
import { verifierModule } from "./files.js"
import { at, type Request, withFetch } from "./mirror.js"
import { MemoryStore } from "./store.js"
import { tokens } from "./tokens.js"

const { issuer, audience, nonce, presented, good } = tokens
const wasm = await verifierModule()
const expected = "mailto:alice@example.com"
const metadataURL = `${issuer}/.well-known/jwt-vc-issuer`
const keysURL = "https://keys.example/jwks.json"
const metadata = JSON.stringify({ issuer, jwks: { keys: [tokens.jwk] } })
const linking = JSON.stringify({ issuer, jwks_uri: keysURL })
const keySet = JSON.stringify({ keys: [tokens.jwk] })

type Documents = Pick<TokenIssuer, "fetch" | "maxAge" | "document">

async function open(documents: Documents, store?: AsyncKV, hour = 0): Promise<Verifier> {
  const identifiers = [{ claim: ["email"], form: "email" as const }]
  const issuers = [{ id: issuer, identifiers, ...documents }]
  const authorities = [{ id: "corp", scope: ["example.com"], issuers }]
  const verifier = await createVerifier({ authorities }, { wasm, now: () => at(hour), ...(store && { store }) })
  assert.deepEqual(await verifier.use({ statusLists: [good] }), [])
  return verifier
}

const said = (verdict: Verdict): string => (verdict.outcome === "verified" ? "verified" : `${verdict.outcome} ${verdict.code}`)
const ask = (verifier: Verifier): Promise<Verdict> => verifier.verifyToken(presented, { audience, nonce, expected })
const serving =
  (bodies: Record<string, string>) =>
  ({ address }: Request): Response =>
    new Response(bodies[address] ?? null, { status: bodies[address] === undefined ? 404 : 200 })

async function refreshed(verifier: Verifier, answer: (request: Request) => Response | Promise<Response>): Promise<RefreshResult[]> {
  let results: RefreshResult[] = []
  await withFetch(answer, async () => {
    results = await verifier.refresh()
  })
  return results
}

const fetched = (url: string, stored = true) => ({ authority: "corp", issuer, url, outcome: "fetched", stored })

test("keys are fetched from where the configuration says, by refresh alone, and then verify", async () => {
  const verifier = await open({ document: "metadata", fetch: [metadataURL] })
  const before = await withFetch(serving({}), async () => {
    const verdict = await ask(verifier)
    assert.equal(said(verdict), "undetermined issuer_keys_unavailable")
    assert.ok(verdict.outcome !== "verified")
    assert.deepEqual(verdict.missing, [{ kind: "issuerDocument", name: metadataURL }])
  })
  assert.deepEqual(before, []) // 50: a credential that arrives asks for nothing
  const requests = await withFetch(serving({ [metadataURL]: metadata }), async () => {
    assert.deepEqual(await verifier.refresh(), [fetched(metadataURL)])
  })
  assert.deepEqual(
    requests.map(({ address }) => address),
    [metadataURL],
  )
  const { credentials, redirect, referrerPolicy, method } = requests[0]?.init ?? {}
  assert.deepEqual([credentials, redirect, referrerPolicy, method], ["omit", "error", "no-referrer", undefined])
  const verdict = await ask(verifier)
  assert.equal(said(verdict), "verified")
  assert.ok(verdict.findings.some(({ check, result }) => check === "KEY-1" && result === "passed"))
})

test("without an address in the configuration nothing is fetched, whatever is missing", async () => {
  const verifier = await open({ document: "metadata" })
  const requests = await withFetch(serving({ [metadataURL]: metadata }), async () => {
    assert.deepEqual(await verifier.refresh(), [])
    assert.equal(said(await ask(verifier)), "undetermined issuer_keys_unavailable")
  })
  assert.deepEqual(requests, [])
})

test("a set of keys that metadata links to is fetched only if the configuration has its address too", async () => {
  const bodies = { [metadataURL]: linking, [keysURL]: keySet }
  const one = await open({ document: "metadata", fetch: [metadataURL] })
  assert.deepEqual(await refreshed(one, serving(bodies)), [fetched(metadataURL)])
  const verdict = await ask(one)
  assert.ok(verdict.outcome !== "verified")
  assert.deepEqual(verdict.missing, [{ kind: "issuerDocument", name: keysURL }])
  for (const fetch of [
    [metadataURL, keysURL],
    [keysURL, metadataURL],
  ]) {
    const both = await open({ document: "metadata", fetch })
    assert.deepEqual(await refreshed(both, serving(bodies)), fetch.map((url) => fetched(url)))
    assert.equal(said(await ask(both)), "verified")
  }
})

test("what is refused, missing or too large leaves in place what was held", async () => {
  const verifier = await open({ document: "metadata", fetch: [metadataURL] })
  await refreshed(verifier, serving({ [metadataURL]: metadata }))
  const endless = new ReadableStream<Uint8Array>({ pull: (c) => c.enqueue(new Uint8Array(65_536)) }, { highWaterMark: 0 })
  const answers: [string, () => Response | Promise<Response>][] = [
    ["malformed", () => new Response("<!doctype html>")],
    ["malformed", () => new Response(metadata.replace("issuer.example", "evil.example"))],
    ["malformed", () => new Response(endless)],
    ["issuer_keys_unavailable", () => new Response(null, { status: 404 })],
    ["issuer_keys_unavailable", () => Promise.reject(new TypeError("redirected"))],
  ]
  for (const [code, answer] of answers) {
    const [result] = await refreshed(verifier, answer)
    assert.ok(result?.outcome === "failed")
    assert.deepEqual([result.code, result.issuer, result.url], [code, issuer, metadataURL])
    assert.equal(said(await ask(verifier)), "verified")
  }
})

test("a body that never ends is given up", async (t) => {
  const verifier = await open({ document: "metadata", fetch: [metadataURL] })
  t.mock.method(AbortSignal, "timeout", (milliseconds: number) => {
    assert.equal(milliseconds, 15_000)
    return AbortSignal.abort(new DOMException("too slow", "TimeoutError"))
  })
  const slow = ({ init }: Request): Response =>
    new Response(new ReadableStream({ start: (c) => (init.signal?.aborted ? c.error(init.signal.reason) : undefined) }))
  const [result] = await refreshed(verifier, slow)
  assert.ok(result?.outcome === "failed")
  assert.deepEqual([result.code, result.url], ["issuer_keys_unavailable", metadataURL])
})

test("documents are kept in the store with the time they were fetched, and used after a restart", async () => {
  const store = new MemoryStore()
  await refreshed(await open({ document: "metadata", fetch: [metadataURL, keysURL] }, store), serving({ [metadataURL]: linking, [keysURL]: keySet }))
  const next = await open({ document: "metadata", fetch: [metadataURL, keysURL], maxAge: 3600 }, store)
  const restored = (url: string) => ({ record: "document", authority: "corp", url, outcome: "restored" })
  assert.deepEqual(next.restored, [restored(metadataURL), restored(keysURL)])
  assert.equal(said(await ask(next)), "verified")
  // Another day they are too old, however often they are restored.
  const late = await open({ document: "metadata", fetch: [metadataURL, keysURL] }, store, 25)
  const options = { audience, nonce, expected, at: at(0), now: at(25) }
  assert.equal(said(await late.verifyToken(presented, options)), "undetermined stale_issuer_keys")
})

test("a stored document that is damaged is reported, and the verdict undetermined", async () => {
  const whole = new MemoryStore()
  await refreshed(await open({ document: "metadata", fetch: [metadataURL] }, whole), serving({ [metadataURL]: metadata }))
  for (const damage of [(b: Uint8Array) => b.subarray(0, 20), () => new Uint8Array(), (b: Uint8Array) => Uint8Array.of(9, ...b.subarray(1))]) {
    const store = new MemoryStore()
    for (const [key, value] of whole.entries) store.entries.set(key, damage(value))
    const verifier = await open({ document: "metadata", fetch: [metadataURL] }, store)
    assert.deepEqual(
      verifier.restored.map(({ record, outcome, code }) => [record, outcome, code]),
      [["document", "failed", "malformed"]],
    )
    assert.equal(said(await ask(verifier)), "undetermined issuer_keys_unavailable")
    assert.deepEqual(await refreshed(verifier, serving({ [metadataURL]: metadata })), [fetched(metadataURL)])
    assert.equal(said(await ask(verifier)), "verified")
  }
})

test("a store that fails costs nothing but the restart", async () => {
  const store = new MemoryStore()
  store.capacity = 0
  const verifier = await open({ document: "metadata", fetch: [metadataURL] }, store)
  assert.deepEqual(await refreshed(verifier, serving({ [metadataURL]: metadata })), [fetched(metadataURL, false)])
  assert.equal(said(await ask(verifier)), "verified")
})

test("what is not signed does not come with a bag", async () => {
  const verifier = await open({ document: "metadata", fetch: [metadataURL] })
  const refused = await verifier.use({ statusLists: [good], issuerDocuments: [metadata, keySet, new TextEncoder().encode("x")] })
  assert.deepEqual(refused.map(({ item, code }) => [item, code]), [[1, "malformed"], [2, "malformed"], [3, "malformed"]])
  assert.equal(said(await ask(verifier)), "undetermined issuer_keys_unavailable")
})

test("an authority with documents alone can be refreshed by name, and an aborted refresh rejects", async () => {
  const verifier = await open({ document: "metadata", fetch: [metadataURL] })
  await withFetch(serving({ [metadataURL]: metadata }), async () => {
    assert.deepEqual(await verifier.refresh({ authorities: ["corp"] }), [fetched(metadataURL)])
    await assert.rejects(verifier.refresh({ authorities: ["nobody"] }), { code: "invalid_request" })
    await assert.rejects(verifier.refresh({ signal: AbortSignal.abort(new Error("closing")) }), /closing/)
  })
})
