import assert from "node:assert/strict"
import { test } from "node:test"
import { createVerifier } from "../src/index.js"
import type { AsyncKV, Verdict, Verifier } from "../src/types.js"
import { verifierModule } from "./files.js"
import { at } from "./mirror.js"
import { MemoryStore } from "./store.js"
import { tokens } from "./tokens.js"

const { audience, nonce, bare, presented, good } = tokens
const wasm = await verifierModule()
const email = "mailto:alice@example.com"
const signatureKey = new Uint8Array(Buffer.from(tokens.holder, "base64"))

async function verifierWith(...statusLists: (string | Uint8Array)[]): Promise<Verifier> {
  return storing(undefined, ...statusLists)
}

async function storing(store: AsyncKV | undefined, ...statusLists: (string | Uint8Array)[]): Promise<Verifier> {
  const identifiers = [{ claim: ["email"], form: "email" as const }]
  const issuers = [{ id: tokens.issuer, jwks: { keys: [tokens.jwk] }, identifiers, email: ["email"], emailVerified: ["email_verified"] }]
  const authorities = [{ id: "corp", scope: ["example.com"], issuers }]
  const verifier = await createVerifier({ authorities }, { wasm, now: () => at(0), ...(store && { store }) })
  assert.deepEqual(await verifier.use({ statusLists }), [])
  return verifier
}

const said = (verdict: Verdict): string =>
  verdict.outcome === "verified" ? `verified ${verdict.identity.id}` : `${verdict.outcome} ${verdict.code}`

test("a verifiable credential that its holder presents is verified, as text and as bytes", async () => {
  const verifier = await verifierWith(good)
  const options = { audience, nonce, expected: email }
  const verdict = await verifier.verifyToken(presented, options)
  assert.equal(said(verdict), `verified ${email}`)
  assert.ok(verdict.outcome === "verified" && verdict.identity.authority === "corp")
  assert.deepEqual(verdict.identity.email, { address: "alice@example.com", verified: false })
  assert.equal(verdict.revocation?.source, "statusList")
  const bytes = new TextEncoder().encode(presented)
  assert.deepEqual(await verifier.verifyToken(bytes, options), verdict)
  assert.deepEqual(await verifier.verifyAll([{ kind: "token", bytes: presented, ...options }]), [verdict])
})

test("a proof for another nonce, another audience or another time is rejected", async () => {
  const verifier = await verifierWith(good)
  const options = { audience, nonce, expected: email }
  for (const other of [{ nonce: "another" }, { audience: "https://other.example" }, { at: at(1), now: at(1) }]) {
    assert.equal(said(await verifier.verifyToken(presented, { ...options, ...other })), "rejected pop_context")
  }
  assert.equal(said(await verifier.verifyToken(bare, options)), "rejected key_mismatch")
})

test("it is about whom it says, and no one else", async () => {
  const verifier = await verifierWith(good)
  const ask = async (expected: string) => said(await verifier.verifyToken(presented, { audience, nonce, expected }))
  assert.equal(await ask("mailto:bob@example.com"), "rejected identity_mismatch")
  assert.equal(said(await verifier.verifyToken(presented, { audience, nonce, discover: true })), `verified ${email}`)
  assert.equal(said(await verifier.verifyToken(presented, { audience, nonce, pathOnly: true })), "verified ")
})

test("a bare one is verified for the key that its holder is known by", async () => {
  const verifier = await verifierWith(good)
  const ask = async (key: Uint8Array) =>
    said(await verifier.verifyToken(bare, { kind: "bareToken", signatureKey: key, expected: email }))
  assert.equal(await ask(signatureKey), `verified ${email}`)
  assert.equal(await ask(signatureKey.map((byte) => byte ^ 1)), "rejected key_mismatch")
})

test("its status list decides, and without one nothing is known", async () => {
  const ask = async (...lists: (string | Uint8Array)[]) =>
    (await verifierWith(...lists)).verifyToken(presented, { audience, nonce, expected: email })
  assert.equal(said(await ask(tokens.revoked)), "rejected revoked")
  assert.equal(said(await ask(new TextEncoder().encode(good))), `verified ${email}`)
  const unknown = await ask()
  assert.ok(unknown.outcome === "undetermined" && unknown.code === "revocation_unavailable")
  assert.deepEqual(unknown.missing, [{ kind: "statusList", name: "https://issuer.example/status/1" }])
})

test("a status list that is none is left out and returned", async () => {
  const verifier = await verifierWith()
  const refused = await verifier.use({ crls: [Uint8Array.of(0)], statusLists: [good, "no list"] })
  assert.deepEqual(refused.map(({ item, code }) => [item, code]), [[0, "malformed"], [2, "malformed"]])
  assert.match(refused[1]?.message ?? "", /token does not have three parts/)
  // Why a list is left out is said in words: here its own status.
  const [header, payload = "", signature] = good.split(".")
  const claims = { ...(JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as object), status: {} }
  const status = btoa(JSON.stringify(claims)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
  const [own] = await verifier.use({ statusLists: [`${header}.${status}.${signature}`] })
  assert.match(own?.message ?? "", /a status list that has a status/)
  assert.deepEqual(await verifier.use({ statusLists: [good] }), [])
  assert.equal(said(await verifier.verifyToken(presented, { audience, nonce, expected: email })), `verified ${email}`)
})

test("a restart does not forget how new the status lists were, nor does another tab", async () => {
  const store = new MemoryStore()
  const ask = async (verifier: Verifier) => said(await verifier.verifyToken(presented, { audience, nonce, expected: email }))
  const tab = await storing(store, good)
  assert.equal(await ask(tab), `verified ${email}`)
  const { writes } = store
  assert.equal(await ask(tab), `verified ${email}`)
  assert.equal(store.writes, writes, "what is known is not written again")
  assert.equal(await ask(await storing(store, tokens.later)), "rejected revoked")
  assert.equal(await ask(await storing(store, good)), "undetermined rollback")
  for (const slot of ["e2eid/state", "e2eid/state/2"]) store.entries.delete(slot)
  assert.equal(await ask(await storing(store, good)), `verified ${email}`)
})

test("a store that fails changes no verdict, and is given it again", async () => {
  const store = new MemoryStore()
  store.capacity = 0
  const ask = async (verifier: Verifier) => said(await verifier.verifyToken(presented, { audience, nonce, expected: email }))
  const verifier = await storing(store, tokens.later)
  assert.equal(await ask(verifier), "rejected revoked")
  assert.equal(store.entries.size, 0)
  store.capacity = Infinity
  assert.equal(await ask(verifier), "rejected revoked")
  assert.equal(await ask(await storing(store, good)), "undetermined rollback")
})
