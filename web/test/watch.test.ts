import assert from "node:assert/strict"
import { test } from "node:test"
import * as pack from "../src/index.js"
import { createVerifier, type Verdict, type Verifier, type VerifierOptions, type Watchable } from "../src/index.js"
import { alice as dave, meet, question, seenBy } from "./challenge.js"
import { DEADLY, mortalModule, published, verifierModule } from "./files.js"
import { alice, bob, bobsKeyPackage, certificate, issuer, keyPackage, leafNode, serving, trusting } from "./members.js"
import { at, type Request, withFetch } from "./mirror.js"
import { tokens } from "./tokens.js"

const wasm = await verifierModule()

const unhandled: unknown[] = []
process.on("unhandledRejection", (reason) => unhandled.push(reason))

/** A verifier with a clock that can be set, and the first head. */
async function open(options: Partial<VerifierOptions> = {}): Promise<{ verifier: Verifier; clock: { hour: number } }> {
  const clock = { hour: 1 }
  const verifier = await createVerifier(trusting(), { wasm, now: () => at(clock.hour), ...options })
  await refresh(verifier, 1)
  return { verifier, clock }
}

async function refresh(verifier: Verifier, head: 1 | 2 | 3): Promise<void> {
  await withFetch(serving(head), async () => {
    const [result] = await verifier.refresh()
    assert.equal(result?.outcome, "updated")
  })
}

const said = (verdict: Verdict): string => (verdict.outcome === "verified" ? "verified" : `${verdict.outcome} ${verdict.code}`)

/** A listener, and what it has heard. */
function ear(): { heard: string[]; listen: (verdict: Verdict, before: Verdict) => void } {
  const heard: string[] = []
  return { heard, listen: (verdict, before) => heard.push(`${said(before)}, then ${said(verdict)}`) }
}

const watchables: Record<string, Watchable> = {
  keyPackage: { kind: "keyPackage", bytes: keyPackage, expected: alice },
  leafNode: {
    kind: "leafNode",
    bytes: leafNode,
    expected: alice,
    cipherSuite: 2,
    carrier: "commit",
    groupId: new TextEncoder().encode("g"),
    leafIndex: 2,
  },
  certificate: { kind: "certificate", bytes: certificate, certificates: [issuer], expected: alice },
}
const alicePresents = watchables["keyPackage"] as Watchable
const bobPresents: Watchable = { kind: "keyPackage", bytes: bobsKeyPackage, expected: bob }

for (const [kind, watchable] of Object.entries(watchables)) {
  test(`54: a newer head revokes whose ${kind} was verified, and the application hears of it without asking`, async () => {
    const { verifier, clock } = await open()
    const { heard, listen } = ear()
    const watch = await verifier.watch(watchable, listen)
    assert.equal(said(watch.verdict), "verified")
    assert.deepEqual(heard, [])
    clock.hour = 2
    await refresh(verifier, 2)
    assert.deepEqual(heard, ["verified, then rejected revoked"])
    assert.ok(watch.verdict.outcome === "rejected" && watch.verdict.revoked?.reason === "keyCompromise")
    verifier.close()
  })
}

test("a newer head that says the same is no event, yet the verdict rests on it", async () => {
  const { verifier, clock } = await open()
  const { heard, listen } = ear()
  const watch = await verifier.watch(bobPresents, listen)
  const number = (): number | undefined => (watch.verdict.outcome === "verified" ? watch.verdict.revocation?.number : undefined)
  assert.equal(number(), 1)
  clock.hour = 2
  await refresh(verifier, 2)
  assert.equal(number(), 2)
  assert.deepEqual(heard, [])
  clock.hour = 3
  await refresh(verifier, 3)
  assert.deepEqual(heard, ["verified, then rejected revoked"])
  verifier.close()
})

test("an authority's revocation does not wait for another's mirror", async () => {
  const clock = { hour: 1 }
  const slow = { ...trusting().authorities[0], id: "slow", anchors: [published("anchor1")] } as pack.Authority
  const trust = { authorities: [slow, ...trusting().authorities] }
  const verifier = await createVerifier(trust, { wasm, now: () => at(clock.hour) })
  const stalling = (request: Request): Response | Promise<Response> => {
    if (!request.address.includes("/slow/")) return serving(2)(request)
    return new Promise((_, reject) => request.init.signal?.addEventListener("abort", () => reject(new Error("aborted"))))
  }
  await withFetch(serving(1), () => verifier.refresh({ authorities: ["example"] }))
  clock.hour = 2
  const quit = new AbortController()
  await withFetch(stalling, async () => {
    const heard = new Promise<string>((resolve) => {
      void verifier.watch(alicePresents, (verdict) => resolve(said(verdict)))
    })
    const whole = verifier.refresh({ signal: quit.signal })
    assert.equal(await heard, "rejected revoked")
    quit.abort()
    await assert.rejects(whole)
  })
  verifier.close()
})

test("54: a change of trust is an event, and so is its return", async () => {
  const { verifier } = await open()
  const { heard, listen } = ear()
  const watch = await verifier.watch(alicePresents, listen)
  await assert.rejects(verifier.setTrust({ authorities: [{ id: "Not An Id", scope: [], anchors: [] }] }), { code: "invalid_config" })
  assert.equal(said(await verifier.verifyKeyPackage(keyPackage, { expected: alice })), "verified")
  assert.deepEqual(heard, [])
  assert.deepEqual(await verifier.setTrust(trusting("elsewhere.example")), [
    { record: "lists", authority: "example", outcome: "restored" },
  ])
  assert.deepEqual(heard, ["verified, then rejected authority_not_for_domain"])
  assert.equal(said(await verifier.verifyKeyPackage(keyPackage, { expected: alice })), "rejected authority_not_for_domain")
  await verifier.setTrust(trusting())
  assert.deepEqual(heard.slice(1), ["rejected authority_not_for_domain, then verified"])
  assert.equal(said(watch.verdict), "verified")
  verifier.close()
})

test("a change of trust forgets no head", async () => {
  const { verifier, clock } = await open()
  clock.hour = 2
  await refresh(verifier, 2)
  await verifier.setTrust(trusting("elsewhere.example"))
  await verifier.setTrust(trusting())
  await withFetch(serving(1), async () => {
    const [result] = await verifier.refresh()
    assert.ok(result?.outcome === "failed" && result.code === "rollback" && result.number === 2)
  })
  verifier.close()
})

test("a change of trust forgets no status list", async () => {
  const trust = issuing({ jwks: { keys: [tokens.jwk] } })
  const verifier = await createVerifier(trust, { wasm, now: () => at(0) })
  await verifier.use({ statusLists: [tokens.later] })
  const watch = await verifier.watch(presented, () => {})
  assert.equal(said(watch.verdict), "rejected revoked")
  await verifier.setTrust(trust)
  assert.equal(said(watch.verdict), "rejected revoked") // the bag is still there
  await verifier.use({ statusLists: [tokens.good] })
  assert.equal(said(watch.verdict), "undetermined rollback")
  verifier.close()
})

test("after stop nothing is heard, also of what was being judged", async () => {
  const { verifier, clock } = await open()
  const stopped = ear()
  const other = ear()
  const watch = await verifier.watch(alicePresents, stopped.listen)
  await verifier.watch(alicePresents, (verdict, before) => {
    other.listen(verdict, before)
    late.stop()
  })
  const late = await verifier.watch(alicePresents, stopped.listen)
  watch.stop()
  watch.stop()
  clock.hour = 2
  await refresh(verifier, 2)
  assert.deepEqual(other.heard, ["verified, then rejected revoked"])
  assert.deepEqual(stopped.heard, [])
  assert.equal(said(watch.verdict), "verified") // what it said last
  verifier.close()
})

test("a listener that fails breaks nothing", async (t) => {
  const errors = t.mock.method(console, "error", () => {})
  const { verifier, clock } = await open()
  const { heard, listen } = ear()
  await verifier.watch(alicePresents, () => {
    throw new Error("at once")
  })
  await verifier.watch(alicePresents, () => Promise.reject(new Error("later")))
  await verifier.watch(alicePresents, listen)
  clock.hour = 2
  await refresh(verifier, 2)
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(heard, ["verified, then rejected revoked"])
  assert.equal(errors.mock.callCount(), 2)
  assert.deepEqual(unhandled, [])
  verifier.close()
})

test("a mirror that withholds is an event once the data is too old", async () => {
  const { verifier, clock } = await open()
  const { heard, listen } = ear()
  await verifier.watch(alicePresents, listen)
  const pinned = ear()
  await verifier.watch({ ...alicePresents }, pinned.listen, { at: at(1) })
  clock.hour = 30
  await withFetch(
    () => new Response(null, { status: 404 }),
    () => verifier.refresh(),
  )
  assert.deepEqual(heard, ["verified, then undetermined stale_revocation"])
  assert.deepEqual(pinned.heard, heard)
  verifier.close()
})

test("a verdict that grows too old is renewed by itself", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] })
  const { verifier, clock } = await open()
  const { heard, listen } = ear()
  const renewed = new Promise<void>((resolve) => {
    void verifier.watch(alicePresents, (verdict, before) => {
      listen(verdict, before)
      resolve()
    })
  })
  await verifier.watch(alicePresents, listen)
  await new Promise((resolve) => setImmediate(resolve))
  clock.hour = 24.5
  t.mock.timers.tick(23 * 3_600_000 + 999) // the head lasts until hour 24, and that second counts
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(heard, [])
  t.mock.timers.tick(1)
  await renewed
  assert.equal(heard[0], "verified, then undetermined stale_revocation")
  verifier.close()
})

test("the caller's bytes may change after", async () => {
  const { verifier } = await open()
  const bytes = keyPackage.slice()
  const { heard, listen } = ear()
  const watch = await verifier.watch({ kind: "keyPackage", bytes, expected: alice }, listen)
  bytes.fill(0)
  await verifier.use({})
  assert.deepEqual(heard, [])
  assert.equal(said(watch.verdict), "verified")
  verifier.close()
})

test("watches are bounded, in number and in bytes, and stopping makes room", async () => {
  const verifier = await createVerifier(trusting(), { wasm })
  const small: Watchable = { kind: "keyPackage", bytes: Uint8Array.of(1), discover: true }
  const large: Watchable = { kind: "keyPackage", bytes: new Uint8Array(256 << 10), discover: true }
  const ignore = (): void => {}
  for (const [most, watchable] of [
    [4096, small],
    [255, large],
  ] as const) {
    const open = await Promise.all(Array.from({ length: most }, () => verifier.watch(watchable, ignore)))
    assert.ok(open.every(({ verdict }) => verdict.outcome !== "verified"))
    await assert.rejects(verifier.watch(watchable, ignore), { code: "budget" })
    open.pop()?.stop()
    open.push(await verifier.watch(watchable, ignore))
    await assert.rejects(verifier.watch(watchable, ignore), { code: "budget" })
    for (const watch of open) watch.stop()
  }
  verifier.close()
})

test("misuse throws, and a verifier that is closed watches nothing", async () => {
  const { verifier, clock } = await open()
  const { heard, listen } = ear()
  const misuse = { code: "invalid_request" }
  await assert.rejects(verifier.watch(alicePresents, undefined as unknown as typeof listen), misuse)
  await assert.rejects(verifier.watch({ kind: "keyPackage", bytes: keyPackage } as unknown as Watchable, listen), misuse)
  await assert.rejects(verifier.watch({ ...alicePresents, kind: "challengedCertificate" } as unknown as Watchable, listen), misuse)
  await verifier.watch(alicePresents, listen)
  const pending = verifier.watch(bobPresents, listen)
  verifier.close()
  await assert.rejects(pending, misuse)
  clock.hour = 30
  await assert.rejects(verifier.watch(alicePresents, listen), misuse)
  await assert.rejects(verifier.use({}), misuse)
  await assert.rejects(verifier.setTrust(trusting()), misuse)
  assert.deepEqual(heard, [])
  assert.deepEqual(unhandled, [])
})

test("one that kills the module does not take the verdicts of the others along", async () => {
  const { verifier, clock } = await open({ wasm: await mortalModule() })
  const deadly: Watchable = { kind: "keyPackage", bytes: new TextEncoder().encode(DEADLY), discover: true }
  const { heard, listen } = ear()
  await verifier.watch(alicePresents, listen)
  assert.equal(said((await verifier.watch(deadly, listen)).verdict), "rejected internal")
  await verifier.watch(bobPresents, listen)
  clock.hour = 2
  await refresh(verifier, 2)
  assert.deepEqual(heard, ["verified, then rejected revoked"])
  verifier.close()
})

function issuing(keys: object): pack.TrustConfig {
  const identifiers = [{ claim: ["email"], form: "email" as const }]
  return { authorities: [{ id: "corp", scope: ["example.com"], issuers: [{ id: tokens.issuer, identifiers, ...keys }] }] }
}

const { audience, nonce } = tokens
const email = "mailto:alice@example.com"
const presented: Watchable = { kind: "token", bytes: tokens.presented, audience, nonce, expected: email }

test("a token goes on being judged after its holder's proof, which was for one moment", async () => {
  const signatureKey = new Uint8Array(Buffer.from(tokens.holder, "base64"))
  const bare: Watchable = { kind: "bareToken", bytes: tokens.bare, signatureKey, expected: email }
  const answered: Watchable = { kind: "bareToken", bytes: tokens.presented, signatureKey, audience, nonce, expected: email }
  const clock = { hour: 0 }
  const verifier = await createVerifier(issuing({ jwks: { keys: [tokens.jwk] } }), { wasm, now: () => at(clock.hour) })
  await verifier.use({ statusLists: [tokens.good] })
  const { heard, listen } = ear()
  for (const each of [presented, bare, answered]) assert.equal(said((await verifier.watch(each, listen)).verdict), "verified")
  clock.hour = 0.8
  await verifier.use({ statusLists: [tokens.good] })
  assert.deepEqual(heard, [])
  // Not so by one who asks anew, or whose first question comes too late.
  assert.equal(said(await verifier.verifyToken(tokens.presented, { audience, nonce, expected: email })), "rejected pop_context")
  const late = ear()
  assert.equal(said((await verifier.watch(presented, late.listen)).verdict), "rejected pop_context")
  assert.equal(said((await verifier.watch({ ...presented, nonce: "other" } as Watchable, late.listen)).verdict), "rejected pop_context")
  await verifier.use({ statusLists: [tokens.later] })
  assert.deepEqual(heard, Array.from({ length: 3 }, () => "verified, then rejected revoked"))
  clock.hour = 24 * 8
  await verifier.use({ statusLists: [] })
  assert.deepEqual(new Set(heard.slice(3)), new Set(["rejected revoked, then rejected expired"]))
  verifier.close()
})

test("a document of an issuer's keys that comes is an event", async () => {
  const url = `${tokens.issuer}/.well-known/jwt-vc-issuer`
  const verifier = await createVerifier(issuing({ document: "metadata", fetch: [url] }), { wasm, now: () => at(0) })
  await verifier.use({ statusLists: [tokens.good] })
  const { heard, listen } = ear()
  assert.equal(said((await verifier.watch(presented, listen)).verdict), "undetermined issuer_keys_unavailable")
  const metadata = JSON.stringify({ issuer: tokens.issuer, jwks: { keys: [tokens.jwk] } })
  await withFetch(
    () => new Response(metadata),
    () => verifier.refresh(),
  )
  assert.deepEqual(heard, ["undetermined issuer_keys_unavailable, then verified"])
  verifier.close()
})

test("an answer to a challenge is watched once, and the challenge is spent", async () => {
  const { verifier, answerers } = await meet(pack, wasm)
  for (const answer of Object.values(answerers)) {
    const challenge = verifier.challenge(question)
    const watchable: Watchable = {
      kind: "challengeAnswer",
      challenge,
      answer: await answer(seenBy(dave, challenge.nonce)),
      expected: dave,
    }
    const watch = await verifier.watch(watchable, () => {})
    assert.equal(said(watch.verdict), "verified")
    await assert.rejects(verifier.watch(watchable, () => {}), { code: "invalid_request" })
    await verifier.use({})
    assert.equal(said(watch.verdict), "verified")
  }
  verifier.close()
})
