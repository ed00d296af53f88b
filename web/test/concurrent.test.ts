// Many calls at once, each with an answer of its own: none may be given another's, however they overtake each other.

import assert from "node:assert/strict"
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import { test } from "node:test"
import { createVerifier } from "../src/index.js"
import { forEachLimited } from "../src/pool.js"
import type { TrustConfig } from "../src/trust.js"
import type { Presentation, Verdict, Verifier } from "../src/types.js"
import { backendModule, DEADLY, mortalModule, verifierModule } from "./files.js"
import { at } from "./mirror.js"

type Pair = { publicKey: KeyObject; privateKey: KeyObject }

const ISSUERS = 20 // more than the keys that a host keeps
const HOLDERS = 120
const AT_ONCE = 40
const audience = "https://app.example"
const seconds = at(0).getTime() / 1000

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
const pairs: Pair[] = Array.from({ length: ISSUERS }, (_, i) =>
  i % 3 === 0 ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", { namedCurve: "P-256" }),
)
const holder = generateKeyPairSync("ed25519")

function jws({ privateKey }: Pair, typ: string, payload: object): string {
  const ed = privateKey.asymmetricKeyType === "ed25519"
  const signed = `${encode({ alg: ed ? "EdDSA" : "ES256", typ })}.${encode(payload)}`
  const signature = sign(ed ? null : "sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" })
  return `${signed}.${signature.toString("base64url")}`
}

/** An SD-JWT VC of one person, with a holder's proof. What pads it makes some larger than any room. */
function presented(i: number, key: Pair, nonce: string): string {
  const times = { iat: seconds - 60, exp: seconds + 3600 }
  const claims = { iss: issuerOf(i), vct: "t", ...times, email: emailOf(i), pad: "x".repeat(i % 7 === 0 ? 300 * i : i) }
  const bound = `${jws(key, "dc+sd-jwt", { ...claims, cnf: { jwk: holder.publicKey.export({ format: "jwk" }) } })}~`
  const hash = createHash("sha256").update(bound).digest("base64url")
  return bound + jws(holder, "kb+jwt", { iat: seconds, aud: audience, nonce, sd_hash: hash })
}

const issuerOf = (i: number): string => `https://issuer${i % ISSUERS}.example`
const emailOf = (i: number): string => `person${i}@example.com`
const keyOf = (i: number): Pair => pairs[i % ISSUERS] as Pair
const kindOf = (i: number): string | undefined => keyOf(i).publicKey.asymmetricKeyType
const sameKind = (i: number, j: number): boolean => kindOf(i) === kindOf(j)

const trust: TrustConfig = {
  authorities: [
    {
      id: "corp",
      scope: ["example.com"],
      status: "uncheckedUnsafe",
      issuers: pairs.map(({ publicKey }, i) => ({
        id: issuerOf(i),
        jwks: { keys: [publicKey.export({ format: "jwk" })] },
        identifiers: [{ claim: ["email"], form: "email" as const }],
      })),
    },
  ],
}

/** What is asked, and what has to be said. Of each person's there is one that is good, and those that are bad in one way. */
const questions: { presentation: Presentation; answer: string }[] = Array.from({ length: HOLDERS }, (_, i) => {
  const nonce = `nonce ${i}`
  const good = presented(i, keyOf(i), nonce)
  const ask = (bytes: string, answer: string, more: object = {}) => ({
    presentation: { kind: "token" as const, bytes, audience, nonce, expected: `mailto:${emailOf(i)}`, ...more } as Presentation,
    answer,
  })
  return [
    ask(good, `verified mailto:${emailOf(i)}`),
    ask(good, `verified mailto:${emailOf(i)}`, { expected: undefined, discover: true }),
    ask(good, "rejected pop_context", { nonce: `nonce ${i + 1}` }),
    ask(good, "rejected identity_mismatch", { expected: `mailto:${emailOf(i + 1)}` }),
    ask(presented(i, keyOf(i + 3), nonce), sameKind(i, i + 3) ? "rejected bad_signature" : "rejected untrusted_issuer"),
    ask(`${nonce}${"~".repeat(i * 50)}`, "rejected malformed"),
  ]
}).flat()

const said = (verdict: Verdict): string =>
  verdict.outcome === "verified" ? `verified ${verdict.identity.id}` : `${verdict.outcome} ${verdict.code}`

/** In another order each time, some alone and some in batches, more at once than the module takes. */
async function askAll(verifier: Verifier, seed: number, between: () => void = () => {}): Promise<void> {
  const order = questions.map((question, i) => ({ question, place: (i * 7919 + seed * 104_729) % 10_007 }))
  const shuffled = order.sort((a, b) => a.place - b.place).map(({ question }) => question)
  const calls: (typeof questions)[] = []
  for (let i = 0; i < shuffled.length; ) calls.push(shuffled.slice(i, (i += 1 + ((i + seed) % 5 === 0 ? i % 13 : 0))))
  await forEachLimited(calls, AT_ONCE, async (some, i) => {
    if (i % 50 === 49) between()
    const verdicts = await verifier.verifyAll(some.map(({ presentation }) => presentation))
    assert.deepEqual(verdicts.map(said), some.map(({ answer }) => answer))
  })
}

/** A WebCrypto whose answers come late, in another order than they were asked for, and which may lack Ed25519. */
async function withWebCrypto(lacking: boolean, work: () => Promise<void>): Promise<void> {
  const { subtle } = globalThis.crypto
  let n = 0
  const slow = {
    verify: async (...args: Parameters<SubtleCrypto["verify"]>) => {
      const answer = subtle.verify(...args)
      for (let turns = (n++ * 31) % 7; turns > 0; turns--) await new Promise(setImmediate)
      return answer
    },
    generateKey: (algorithm: EcKeyGenParams, ...more: [boolean, KeyUsage[]]) =>
      lacking && algorithm.name === "Ed25519" ? Promise.reject(new Error("lacking")) : subtle.generateKey(algorithm, ...more),
    importKey: subtle.importKey.bind(subtle),
    exportKey: subtle.exportKey.bind(subtle),
    sign: subtle.sign.bind(subtle),
  }
  Object.defineProperty(globalThis.crypto, "subtle", { value: slow, configurable: true })
  try {
    await work()
  } finally {
    delete (globalThis.crypto as { subtle?: unknown }).subtle
  }
}

test("of many calls at once each has its own answer", () =>
  withWebCrypto(false, async () => {
    const verifier = await createVerifier(trust, { wasm: await verifierModule(), now: () => at(0) })
    await askAll(verifier, 1) // nothing is remembered yet
    await Promise.all([askAll(verifier, 2), askAll(verifier, 3)])
  }))

test("also with a backend, and while the module dies and another takes its place", () =>
  withWebCrypto(true, async () => {
    let asked = 0
    const backend = () => (asked++, backendModule())
    const verifier = await createVerifier(trust, { wasm: await mortalModule(), backend, now: () => at(0) })
    const deaths: Promise<string>[] = []
    const kill = () => {
      deaths.push(verifier.verifyKeyPackage(new TextEncoder().encode(DEADLY), { discover: true }).then(said))
    }
    await askAll(verifier, 4, kill)
    assert.ok(deaths.length > 2)
    assert.deepEqual(new Set(await Promise.all(deaths)), new Set(["rejected internal"]))
    assert.equal(asked, 1)
  }))
