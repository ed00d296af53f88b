// Runs the signature checks that the module asks for: with the WebCrypto of the browser (or of Node), and what that lacks
// with the backend module. The module has refused before what a strict verifier refuses, so that every engine gives the
// same answer (package signature). A check is valid only if WebCrypto says true: whatever it throws accepts nothing.

import { type Backend, BACKEND_ALGORITHMS } from "./backend.js"
import { type Batch, type BatchCheck, type BatchKey, type Bytes, encodeBatch, parseBatch } from "./batch.js"
import { ED25519_QUESTIONS } from "./equation.js"
import { E2eidError } from "./errors.js"
import { ED25519, family, type Method, methodOf, rsaKeyInfo } from "./methods.js"
import { forEachLimited } from "./pool.js"

// Answers, see package signature.
const INVALID = 0
const VALID = 1
const UNSUPPORTED = 2

// Some engines spread calls over threads, so that one at a time leaves those idle: Firefox does three times as much with
// 32 in flight, while for Chromium one is as good as all at once (tests/bench/host.ts). More only costs memory.
const IN_FLIGHT = 32

const KEPT_KEYS = 16

/** Runs batches of signature checks. */
export interface Host {
  /**
   * Answers each check of a batch with one byte. Rejects with `internal` if the batch is malformed. It does not
   * retain the batch.
   */
  run(batch: Bytes): Promise<Bytes>
}

const known = new WeakMap<SubtleCrypto, Promise<readonly number[]>>()

/** What a WebCrypto can do, as values of signature.Algorithm; those of RSASSA-PSS without a salt. It is asked once. */
export function algorithmsOf(subtle: SubtleCrypto): Promise<readonly number[]> {
  let algorithms = known.get(subtle)
  if (!algorithms) {
    algorithms = probe(subtle)
    known.set(subtle, algorithms)
  }
  return algorithms
}

/** The host of this realm. Rejects where WebCrypto is absent: on pages that came over plain http. */
export async function defaultHost(backend?: Backend): Promise<Host> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle as SubtleCrypto | undefined
  if (!subtle) throw new E2eidError("internal", "WebCrypto is absent: this is not a secure context")
  return newHost(subtle, await algorithmsOf(subtle), { backend })
}

export interface HostOptions {
  /** For the algorithms that WebCrypto lacks: without one they are unsupported. */
  backend?: Backend | undefined
  inFlight?: number
}

/** A host whose WebCrypto does the given algorithms. */
export function newHost(
  subtle: SubtleCrypto,
  algorithms: readonly number[],
  { backend, inFlight = IN_FLIGHT }: HostOptions = {},
): Host {
  const supported = new Set(algorithms)
  const keys = new Keys(subtle)
  return {
    async run(batch) {
      const parsed = parseBatch(batch)
      const answers = new Uint8Array(parsed.checks.length).fill(UNSUPPORTED)
      const here: number[] = [] // places of the checks that WebCrypto answers
      const there: number[] = [] // and the backend
      for (const [place, { key }] of parsed.checks.entries()) {
        const { algorithm } = parsed.keys[key] as BatchKey
        if (supported.has(family(algorithm))) here.push(place)
        else if (BACKEND_ALGORITHMS.includes(algorithm)) there.push(place)
      }
      await Promise.all([
        webCrypto(subtle, keys, parsed, here, answers, inFlight),
        backend && delegate(backend, parsed, there, answers),
      ])
      return answers
    },
  }
}

// Answers the checks at the given places. Those whose key is held come first: WebCrypto works on them while the others' keys
// are imported, which takes this thread.
async function webCrypto(
  subtle: SubtleCrypto,
  held: Keys,
  { keys, checks }: Batch,
  places: readonly number[],
  answers: Bytes,
  inFlight: number,
): Promise<void> {
  const known: (CryptoKey | Promise<CryptoKey | undefined> | undefined)[] = keys.map((key) => held.find(key))
  const isKnown = (place: number): boolean => known[(checks[place] as BatchCheck).key] !== undefined
  const inOrder = [...places.filter(isKnown), ...places.filter((place) => !isKnown(place))]
  await forEachLimited(inOrder, inFlight, async (place) => {
    const { key, message, signature } = checks[place] as BatchCheck
    answers[place] = INVALID
    const found = (known[key] ??= held.bring(keys[key] as BatchKey))
    const cryptoKey = found instanceof Promise ? await found : found // at once: awaiting a key that is there gives way first
    if (!cryptoKey) return
    const { verify } = methodOf((keys[key] as BatchKey).algorithm)
    try {
      const valid: unknown = await subtle.verify(verify, cryptoKey, signature, message)
      if (valid === true) answers[place] = VALID
    } catch {
      // not valid
    }
  })
}

// The keys that were used last. Authorities' come again with every batch, holders' seldom do.
class Keys {
  readonly #subtle: SubtleCrypto
  readonly #last: (BatchKey & { imported: CryptoKey })[] = [] // the last one first

  constructor(subtle: SubtleCrypto) {
    this.#subtle = subtle
  }

  find(key: BatchKey): CryptoKey | undefined {
    const place = this.#last.findIndex((held) => sameKey(held, key))
    const [found] = place < 0 ? [] : this.#last.splice(place, 1)
    if (found) this.#last.unshift(found)
    return found?.imported
  }

  /** Resolves to undefined if it is not a key. */
  async bring(key: BatchKey): Promise<CryptoKey | undefined> {
    const imported = await importKey(this.#subtle, key)
    if (!imported) return undefined
    this.#last.unshift({ algorithm: key.algorithm, key: key.key.slice(), imported }) // not the batch it is a part of
    if (this.#last.length > KEPT_KEYS) this.#last.pop()
    return imported
  }
}

function sameKey(a: BatchKey, b: BatchKey): boolean {
  return a.algorithm === b.algorithm && a.key.length === b.key.length && a.key.every((byte, i) => byte === b.key[i])
}

// Resolves to undefined if it is not a key.
async function importKey(subtle: SubtleCrypto, { algorithm, key }: BatchKey): Promise<CryptoKey | undefined> {
  const { format, key: params } = methodOf(algorithm)
  const bytes = format === "spki" ? rsaKeyInfo(key) : key
  try {
    // Newer formats are unknown to the type of importKey.
    return await subtle.importKey(format as "raw", bytes, params, false, ["verify"])
  } catch {
    return undefined
  }
}

// Has the checks at the given places answered by the backend, in a batch of their own. Whatever it fails to answer
// stays unsupported.
async function delegate(
  backend: Backend,
  { keys, checks }: Batch,
  places: readonly number[],
  answers: Bytes,
): Promise<void> {
  if (places.length === 0) return
  try {
    const asked = places.map((place) => checks[place] as Batch["checks"][number])
    const used = [...new Set(asked.map(({ key }) => key))]
    const index = new Map(used.map((key, i) => [key, i]))
    const given = await backend.run(
      encodeBatch({
        keys: used.map((key) => keys[key] as BatchKey),
        checks: asked.map((check) => ({ ...check, key: index.get(check.key) as number })),
      }),
    )
    if (given.length !== places.length) return
    for (const [i, place] of places.entries()) answers[place] = given[i] as number
  } catch {
    // unsupported
  }
}

// What varies between engines, each asked through one algorithm that answers for the others of its family.
const PROBED = [
  [0x0101, 0x0102, 0x0103],
  [0x0111, 0x0112, 0x0113],
  [0x0121, 0x0122, 0x0123],
  [ED25519],
  [0x0401],
  [0x0402],
  [0x0403],
]

// Making an RSA key takes too long for a probe, and every WebCrypto has RSASSA-PKCS1-v1_5 and RSA-PSS. One that had not
// would answer "invalid", which never accepts.
const UNPROBED = [0x0301, 0x0302, 0x0303, 0x0500, 0x0600, 0x0700]

/**
 * Lists the algorithms that work: a signature of a fresh key holds, and does not hold for another message. With Ed25519
 * the engine must also verify by our equation.
 */
export async function probe(subtle: SubtleCrypto): Promise<readonly number[]> {
  const families = await Promise.all(
    PROBED.map(async (algorithms) => {
      const [first] = algorithms as [number]
      const right = (await works(subtle, methodOf(first))) && (first !== ED25519 || (await hasOurEquation(subtle)))
      return right ? algorithms : []
    }),
  )
  return [...families.flat(), ...UNPROBED].sort((a, b) => a - b)
}

async function works(subtle: SubtleCrypto, { format, key, verify }: Method): Promise<boolean> {
  const message = Uint8Array.of(1)
  try {
    const pair = (await subtle.generateKey(key, false, ["sign", "verify"])) as CryptoKeyPair
    const raw = await subtle.exportKey(format as "raw", pair.publicKey)
    const publicKey = await subtle.importKey(format as "raw", raw, key, false, ["verify"])
    const signature = await subtle.sign(verify, pair.privateKey, message)
    const right: unknown = await subtle.verify(verify, publicKey, signature, message)
    const wrong: unknown = await subtle.verify(verify, publicKey, signature, Uint8Array.of(2))
    return right === true && wrong === false
  } catch {
    return false
  }
}

async function hasOurEquation(subtle: SubtleCrypto): Promise<boolean> {
  const questions = ED25519_QUESTIONS.map(({ key, ...check }, i) => ({
    key: { algorithm: ED25519, key },
    check: { ...check, key: i },
  }))
  const batch = { keys: questions.map(({ key }) => key), checks: questions.map(({ check }) => check) }
  const answers = new Uint8Array(questions.length).fill(UNSUPPORTED)
  await webCrypto(subtle, new Keys(subtle), batch, [...answers.keys()], answers, IN_FLIGHT)
  return ED25519_QUESTIONS.every(({ valid }, i) => answers[i] === (valid ? VALID : INVALID))
}
