import assert from "node:assert/strict"
import { test } from "node:test"
import { createVerifier } from "../src/index.js"
import type { RefreshResult, Verifier } from "../src/types.js"
import { published, verifierModule } from "./files.js"
import { at, honest, MIRROR, trust, withFetch } from "./mirror.js"

const wasm = await verifierModule()
const newVerifier = (): Promise<Verifier> => createVerifier(trust, { wasm, now: () => at(3) })

async function refresh(verifier: Verifier, answer: Parameters<typeof withFetch>[0]): Promise<RefreshResult> {
  let results: RefreshResult[] = []
  await withFetch(answer, async () => {
    results = await verifier.refresh()
  })
  assert.equal(results.length, 1)
  return results[0] as RefreshResult
}

const updated = (number: number) => ({ authority: "example", outcome: "updated", number, stored: true })
const current = (number: number) => ({ authority: "example", outcome: "current", number, stored: true })

async function fails(verifier: Verifier, answer: Parameters<typeof withFetch>[0], code: string, held?: number) {
  const result = await refresh(verifier, answer)
  const { message, ...rest } = result as Extract<RefreshResult, { outcome: "failed" }>
  assert.deepEqual(rest, { authority: "example", outcome: "failed", code, ...(held && { number: held }) }, message)
  assert.ok(message)
}

test("newer heads update, the same one is current", async () => {
  const verifier = await newVerifier()
  assert.deepEqual(await refresh(verifier, honest("head1")), updated(1))
  assert.deepEqual(await refresh(verifier, honest("head1")), current(1))
  assert.deepEqual(await refresh(verifier, honest("head2")), updated(2))
  assert.deepEqual(await refresh(verifier, honest("head3")), updated(3))
})

test("only addresses below the configured mirror are asked for, and no request says who asks", async () => {
  const verifier = await newVerifier()
  const requests = await withFetch(honest("head1"), () => verifier.refresh())
  const [head, ...blobs] = requests.map(({ address }) => address)
  assert.equal(head, `${MIRROR}/example/head`)
  assert.ok(blobs.length > 0)
  for (const address of blobs) {
    assert.ok(address.startsWith(`${MIRROR}/blob/`))
    assert.match(address.slice(`${MIRROR}/blob/`.length), /^[0-9a-f]{64}$/)
  }
  for (const { init } of requests) {
    assert.equal(init.credentials, "omit")
    assert.equal(init.redirect, "error")
    assert.equal(init.referrerPolicy, "no-referrer")
    assert.equal(init.headers, undefined)
    assert.equal(init.body, undefined)
  }
  assert.equal(requests[0]?.init.cache, "no-cache")
})

test("blobs that are held are not fetched again", async () => {
  const verifier = await newVerifier()
  const first = await withFetch(honest("head1"), () => verifier.refresh())
  const second = await withFetch(honest("head2"), () => verifier.refresh())
  const before = new Set(first.map(({ address }) => address))
  const again = second.filter(({ address }) => !address.endsWith("/head") && before.has(address))
  assert.deepEqual(again, [])
})

test("an older head is refused and what is held stays", async () => {
  const verifier = await newVerifier()
  await refresh(verifier, honest("head2"))
  await fails(verifier, honest("head1"), "rollback", 2)
  assert.deepEqual(await refresh(verifier, honest("head2")), current(2))
})

test("another head of the same number is refused", async () => {
  const verifier = await newVerifier()
  await refresh(verifier, honest("head2"))
  const result = await refresh(verifier, honest("fork/example/head", "fork"))
  assert.ok(result.outcome === "failed" && result.code === "equivocation" && result.number === 2)
  const heads = [published("head2"), published("fork", "example", "head")]
  assert.deepEqual(result.evidence, { number: 2, heads })
  // It is not forgotten when the mirror turns honest again, and another fork does not take its place.
  assert.deepEqual(await refresh(verifier, honest("head2")), { ...current(2), evidence: { number: 2, heads } })
  assert.deepEqual(await refresh(verifier, honest("head3")), { ...updated(3), evidence: { number: 2, heads } })
})

test("a head that follows another than ours is evidence too", async () => {
  const verifier = await newVerifier()
  await refresh(verifier, honest("fork/example/head", "fork"))
  const result = await refresh(verifier, honest("head3"))
  assert.ok(result.outcome === "failed" && result.code === "equivocation" && result.number === 2)
  assert.deepEqual(result.evidence, { number: 2, heads: [published("fork", "example", "head"), published("head3")] })
})

test("a head of the future is refused", async () => {
  const verifier = await createVerifier(trust, { wasm, now: () => at(-30) })
  await fails(verifier, honest("head1"), "fast_forward")
})

const notFound = () => new Response("", { status: 404 })
const isHead = (address: string) => address.endsWith("/head")

test("a mirror that cannot be reached or knows nothing is unavailable", async () => {
  const verifier = await newVerifier()
  await fails(verifier, notFound, "revocation_unavailable")
  await fails(verifier, () => Promise.reject(new TypeError("fetch failed")), "revocation_unavailable")
  await refresh(verifier, honest("head1"))
  await fails(verifier, notFound, "revocation_unavailable", 1)
})

test("a mirror that withholds a blob leaves in place what was held, however often", async () => {
  const verifier = await newVerifier()
  await refresh(verifier, honest("head1"))
  const withholding = (request: { address: string; init: RequestInit }) =>
    isHead(request.address) ? honest("head2")(request) : notFound()
  for (let i = 0; i < 100; i++) await fails(verifier, withholding, "revocation_unavailable", 1)
  assert.deepEqual(await refresh(verifier, honest("head2")), updated(2))
})

test("a head or blob with one bit changed is refused", async () => {
  const verifier = await newVerifier()
  const flip = (bytes: Uint8Array<ArrayBuffer>, at: number) => {
    bytes[at] = (bytes[at] as number) ^ 1
    return bytes
  }
  for (const place of [5, 40, 150, 290]) {
    const result = await refresh(verifier, () => new Response(flip(published("head1"), place)))
    assert.equal(result.outcome, "failed", `bit of byte ${place}`)
  }
  const damaging = async (request: { address: string; init: RequestInit }) => {
    const response = await honest("head1")(request)
    if (isHead(request.address)) return response
    return new Response(flip(new Uint8Array(await response.arrayBuffer()), 0))
  }
  await fails(verifier, damaging, "bad_revocation")
})

test("bytes that are no head are malformed", async () => {
  const verifier = await newVerifier()
  for (const body of ["", "<!doctype html>", "\0".repeat(1000)]) {
    await fails(verifier, () => new Response(body), "malformed")
  }
})

// A body without end; counts what was taken from it.
function endless(): { response: Response; taken: () => number; cancelled: () => boolean } {
  let taken = 0
  let cancelled = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        taken += 65_536
        controller.enqueue(new Uint8Array(65_536))
      },
      cancel() {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { response: new Response(body), taken: () => taken, cancelled: () => cancelled }
}

test("no more is read than a head may have", async () => {
  const { response, taken, cancelled } = endless()
  await fails(await newVerifier(), () => response, "bad_revocation")
  assert.ok(taken() <= 2 * 1024 * 1024)
  assert.ok(cancelled())
})

test("no more is read of a blob than the signed head announces", async () => {
  const bodies: ReturnType<typeof endless>[] = []
  const flooding = (request: { address: string; init: RequestInit }) => {
    if (isHead(request.address)) return honest("head1")(request)
    const body = endless()
    bodies.push(body)
    return body.response
  }
  await fails(await newVerifier(), flooding, "bad_revocation")
  for (const { taken } of bodies) assert.ok(taken() <= 65_536)
})

test("a blob that is shorter than announced is refused", async () => {
  const truncating = (request: { address: string; init: RequestInit }) =>
    isHead(request.address) ? honest("head1")(request) : new Response("")
  await fails(await newVerifier(), truncating, "bad_revocation")
})

test("an aborted refresh rejects with the signal's reason and changes nothing", async () => {
  const verifier = await newVerifier()
  await refresh(verifier, honest("head1"))
  const hanging = ({ init }: { init: RequestInit }) =>
    new Promise<Response>((_, reject) => {
      const signal = init.signal as AbortSignal
      signal.addEventListener("abort", () => reject(signal.reason as Error))
    })
  const controller = new AbortController()
  const reason = new Error("the page is closing")
  setTimeout(() => controller.abort(reason), 10)
  await withFetch(hanging, () => assert.rejects(verifier.refresh({ signal: controller.signal }), reason))
  const requests = await withFetch(hanging, () => assert.rejects(verifier.refresh({ signal: controller.signal }), reason))
  assert.deepEqual(requests, [])
  assert.deepEqual(await refresh(verifier, honest("head1")), current(1))
})

test("misuse throws: an authority that is not configured, or has no mirror", async () => {
  const [authority] = trust.authorities
  const silent = { ...authority, id: "silent", anchors: [published("anchor2")], revocation: { keys: authority?.revocation.keys } }
  const both = { authorities: [authority, silent] } as typeof trust
  const verifier = await createVerifier(both, { wasm, now: () => at(3) })
  for (const id of ["nobody", "silent"]) {
    await assert.rejects(verifier.refresh({ authorities: [id] }), { code: "invalid_request" })
  }
  const requests = await withFetch(honest("head1"), () => verifier.refresh())
  assert.ok(requests.every(({ address }) => !address.includes("silent")))
  assert.deepEqual(await verifier.refresh({ authorities: [] }), [])
})

test("two refreshes at once do not cross", async () => {
  const verifier = await newVerifier()
  const results: RefreshResult[][] = []
  await withFetch(honest("head2"), async () => {
    results.push(...(await Promise.all([verifier.refresh(), verifier.refresh()])))
  })
  assert.deepEqual(results, [[updated(2)], [current(2)]])
})
