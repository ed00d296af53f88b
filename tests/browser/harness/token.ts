// SD-JWTs with key binding by our package and by the @sd-jwt packages, in one page. For the benchmark only.

import { digest, ES256 } from "@sd-jwt/crypto-browser"
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc"

/** As tests/bench/tokens writes it. */
interface Tokens {
  issuer: string
  jwk: JsonWebKey
  audience: string
  now: number
  tokens: Issued[]
}

interface Issued {
  token: string
  nonce: string
  expected: string
}

/** Milliseconds for each token, by round, from the first on. */
export interface Times {
  ours: number[]
  /** Ours for all tokens in one batch. */
  together: number[]
  theirs: number[]
  /** Theirs for all tokens at once. */
  theirsTogether: number[]
}

/**
 * The times from a token's text to an answer, one after the other and all at once: by one verifier, and by the @sd-jwt
 * packages with their own WebCrypto functions. They take turns within each round, which has tokens that neither
 * has seen, of holders of their own.
 *
 * Both check the issuer's ES256 signature, the digests, that it is not expired, the holder's ES256 signature by the key in
 * cnf, sd_hash, nonce, and audience. Theirs leave the audience, and whom the token names, to the application. Theirs have
 * imported the issuer's key beforehand, and no status is asked for.
 */
export async function compare(address: string, rounds: number): Promise<Times> {
  const published = "/dist/index.js"
  const { createVerifier } = (await import(published)) as typeof import("../../../web/src/index.js")
  const wasm = await WebAssembly.compileStreaming(fetch("/dist/verifier.wasm"))
  const { issuer, jwk, audience, now, tokens } = (await (await fetch(address)).json()) as Tokens
  const date = new Date(now * 1000)
  const identifiers = [{ claim: ["email"], form: "email" as const }]
  const issuers = [{ id: issuer, jwks: { keys: [jwk] }, identifiers }]
  const trust = { authorities: [{ id: "example", scope: ["example.com"], issuers, status: "uncheckedUnsafe" as const }] }
  const ours = await createVerifier(trust, { wasm })
  const theirs = new SDJwtVcInstance({
    hasher: digest,
    hashAlg: "sha-256",
    verifier: await ES256.getVerifier(jwk),
    kbVerifier: async (data, signature, { cnf }) => {
      if (!cnf) throw new Error("bound to no key")
      return (await ES256.getVerifier(cnf.jwk))(data, signature)
    },
  })

  async function byOurs({ token, nonce, expected }: Issued): Promise<void> {
    const { outcome } = await ours.verifyToken(token, { expected, audience, nonce, at: date, now: date })
    if (outcome !== "verified") throw new Error(`ours: ${outcome}`)
  }
  async function byOursTogether(some: readonly Issued[]): Promise<void> {
    const verdicts = await ours.verifyAll(
      some.map(({ token, nonce, expected }) => ({ kind: "token", bytes: token, expected, audience, nonce })),
      { at: date, now: date },
    )
    if (verdicts.some(({ outcome }) => outcome !== "verified")) throw new Error("ours, together: not verified")
  }
  async function byTheirs({ token, nonce, expected }: Issued): Promise<void> {
    const { payload, kb } = await theirs.verify(token, { currentDate: now, keyBindingNonce: nonce })
    if (payload.iss !== issuer || kb?.payload.aud !== audience || `mailto:${String(payload["email"])}` !== expected) {
      throw new Error("@sd-jwt: another token")
    }
  }
  async function oneByOne(some: readonly Issued[], verify: (token: Issued) => Promise<void>): Promise<void> {
    for (const token of some) await verify(token)
  }

  const times: Times = { ours: [], together: [], theirs: [], theirsTogether: [] }
  const each = Math.floor(tokens.length / (2 * rounds))
  const time = async (name: keyof Times, work: () => Promise<void>): Promise<void> => {
    const start = performance.now()
    await work()
    times[name].push((performance.now() - start) / each)
  }
  for (let round = 0; round < rounds; round++) {
    const some = tokens.splice(0, each)
    await time("ours", () => oneByOne(some, byOurs))
    await time("theirs", () => oneByOne(some, byTheirs))
    const others = tokens.splice(0, each)
    await time("together", () => byOursTogether(others))
    await time("theirsTogether", async () => void (await Promise.all(others.map(byTheirs))))
  }
  return times
}
