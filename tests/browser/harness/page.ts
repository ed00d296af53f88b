// The page that browser tests drive. What it offers stands on window.harness, and takes and gives JSON.

import { Engine } from "../../../web/src/engine.js"
import { newBackend } from "../../../web/src/backend.js"
import { algorithmsOf, defaultHost, newHost } from "../../../web/src/host.js"
import { compile, instantiate, start } from "../../../web/src/loader.js"
import { configureRequest, planRequest, trustText } from "../../../web/src/encode.js"
import { type Batch, parseBatch } from "../../../web/src/batch.js"
import type { TrustConfig } from "../../../web/src/trust.js"
import type { Presentation, Verdict } from "../../../web/src/types.js"
import { addresses, type Certificates, certificates } from "../../../web/test/addresses.js"
import { batchOf, type Check, newSigner } from "../../../web/test/batch.js"
import { encounters } from "../../../web/test/challenge.js"
import { type Case, fromHex, question } from "../../../web/test/keypackages.js"

const P256 = 0x0101

/** The package as it is published. */
const published = "/dist/index.js"
const wasm = WebAssembly.compileStreaming(fetch("/dist/verifier.wasm"))
const backend = WebAssembly.compileStreaming(fetch("/dist/backend.wasm"))

const helper = newBackend(() => backend)

const harness = {
  /** Resolves when the modules are compiled: all that the page needs from the server has come then. */
  async loaded(): Promise<void> {
    await Promise.all([wasm, backend, import(published)])
  },

  /** The verdicts of cases, as the module wrote them. */
  async raw(cases: readonly Case[]): Promise<string[]> {
    const verdicts: string[] = []
    for (const vector of cases) {
      const { trust, bytes, options } = question(vector)
      const engine = await Engine.create(trust, { wasm: await wasm })
      const list = await engine.judge([{ ...options, kind: "keyPackage", bytes }], options)
      verdicts.push(list.slice(1, -1))
    }
    return verdicts
  },

  /** The same by the published package. */
  async verdicts(cases: readonly Case[]): Promise<Verdict[]> {
    const { createVerifier } = (await import(published)) as typeof import("../../../web/src/index.js")
    const verdicts: Verdict[] = []
    for (const vector of cases) {
      const { trust, bytes, options } = question(vector)
      const verifier = await createVerifier(trust, { wasm })
      verdicts.push(await verifier.verifyKeyPackage(bytes, options))
    }
    return verdicts
  },

  /** What comes of answers to bound challenges, by the published package. */
  async challenges(): Promise<Record<string, string[]>> {
    return encounters((await import(published)) as typeof import("../../../web/src/index.js"), await wasm)
  },

  /** What comes of tokens with an attacker's addresses in them, by the published package. */
  async addresses(): Promise<Record<string, string>> {
    return addresses((await import(published)) as typeof import("../../../web/src/index.js"), await wasm)
  },

  /** What comes of certificates with an attacker's addresses in them, by the published package. */
  async certificates(files: Certificates): Promise<Record<string, string>> {
    return certificates((await import(published)) as typeof import("../../../web/src/index.js"), await wasm, files)
  },

  /** Algorithms that this browser's WebCrypto does. */
  async algorithms(): Promise<readonly number[]> {
    return algorithmsOf(crypto.subtle)
  },

  /** Answers to a right signature, a changed one, one of another message and one of another key. */
  async signatures(algorithm: number): Promise<number[]> {
    const message = Uint8Array.of(1, 2, 3)
    const right = await (await newSigner(algorithm))(message)
    const other = await (await newSigner(algorithm))(message)
    const changed = right.signature.map((byte, i) => (i === 10 ? byte ^ 1 : byte))
    return answers([
      right,
      { ...right, signature: changed },
      { ...right, message: Uint8Array.of(1, 2, 4) },
      { ...right, key: other.key },
    ])
  },

  /** Answers to one check whose parts are hex, without and with the backend module. */
  async check(algorithm: number, key: string, message: string, signature: string): Promise<number[]> {
    const check = { algorithm, key: fromHex(key), message: fromHex(message), signature: fromHex(signature) }
    const hosts = [await defaultHost(), await defaultHost(newBackend(() => backend))]
    return (await Promise.all(hosts.map(async (host) => [...(await host.run(batchOf([check])))]))).flat()
  },

  /** Answers to a batch in Base64: by WebCrypto alone, by the backend module alone, or by both. */
  async run(by: "webCrypto" | "backend" | "both", batch: string): Promise<number[]> {
    const algorithms = by === "backend" ? [] : await algorithmsOf(crypto.subtle)
    const host = newHost(crypto.subtle, algorithms, by === "webCrypto" ? {} : { backend: helper })
    return [...(await host.run(fromBase64(batch)))]
  },

  /** The names that this page's global object has gained from what it loaded. */
  globals(): string[] {
    return ["Go", "fs", "process", "path", "e2eidReady"].filter((name) => name in globalThis)
  },

  /** Milliseconds for P-256 checks, each of its own key, with so many in flight: medians, taken in turns. */
  async measure(count: number, inFlight: readonly number[], rounds: number): Promise<number[]> {
    const checks: Check[] = []
    for (let i = 0; i < count; i++) checks.push(await (await newSigner(P256))(Uint8Array.of(i, i >> 8)))
    const batch = batchOf(checks)
    const times = inFlight.map((): number[] => [])
    for (let round = 0; round < rounds; round++) {
      for (const [i, limit] of inFlight.entries()) {
        const host = newHost(crypto.subtle, [P256], { inFlight: limit })
        const start = performance.now()
        const got = await host.run(batch)
        times[i]?.push(performance.now() - start)
        if (got.some((answer) => answer !== 1)) throw new Error("a right signature is not valid")
      }
    }
    return times.map(median)
  },

  /**
   * Milliseconds to judge a roster by the published package, each time with a verifier that has proven nothing yet, and
   * to check the same signatures with WebCrypto alone. Medians, taken in turns.
   */
  async roster(address: string, rounds: number): Promise<{ ours: number; webCrypto: number; checks: number }> {
    const { createVerifier } = (await import(published)) as typeof import("../../../web/src/index.js")
    const roster = (await (await fetch(address)).json()) as Roster
    const now = new Date(roster.now * 1000)
    const group = { kind: "leafNode", cipherSuite: roster.cipherSuite, carrier: "tree", groupId: fromBase64(roster.groupId) } as const
    const presentations: Presentation[] = roster.members.map(({ expected, leafIndex, leafNode }) => {
      return { ...group, expected, leafIndex, bytes: fromBase64(leafNode) }
    })
    const instance = await instantiate(await wasm)
    instance.call("configure", configureRequest(trustText(roster.trust)))
    const batch = parseBatch(instance.call("plan", planRequest(presentations, now, now)).slice(4))
    const ours: number[] = []
    const webCrypto: number[] = []
    for (let round = 0; round < rounds; round++) {
      const verifier = await createVerifier(roster.trust, { wasm })
      let start = performance.now()
      const verdicts = await verifier.verifyAll(presentations, { at: now, now })
      ours.push(performance.now() - start)
      if (!verdicts.every(({ outcome }) => outcome === "verified")) throw new Error("a member is not verified")
      start = performance.now()
      await plain(batch)
      webCrypto.push(performance.now() - start)
    }
    return { ours: median(ours), webCrypto: median(webCrypto), checks: batch.checks.length }
  },

  /**
   * Milliseconds from the first request for the module until a verifier is ready, and until an empty Go program has
   * started in the same way. Medians, taken in turns.
   */
  async ready(address: string, trust: TrustConfig, rounds: number): Promise<{ ours: number; emptyGo: number }> {
    const { createVerifier } = (await import(published)) as typeof import("../../../web/src/index.js")
    const ours: number[] = []
    const emptyGo: number[] = []
    for (let round = 0; round < rounds; round++) {
      let begin = performance.now()
      await createVerifier(trust, { wasm: fetch("/dist/verifier.wasm") })
      ours.push(performance.now() - begin)
      begin = performance.now()
      await start(await compile(fetch(address)))
      emptyGo.push(performance.now() - begin)
    }
    return { ours: median(ours), emptyGo: median(emptyGo) }
  },
}

/** A group as tests/bench/roster writes it. */
interface Roster {
  trust: TrustConfig
  now: number
  cipherSuite: number
  groupId: string
  members: { expected: string; leafIndex: number; leafNode: string }[]
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number

// The floor for a batch: import each key once, verify each check once, in order, with nothing around it.
async function plain({ keys, checks }: Batch): Promise<void> {
  const imported: CryptoKey[] = []
  for (const { key } of keys) {
    imported.push(await crypto.subtle.importKey("raw", key, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]))
  }
  for (const { key, message, signature } of checks) {
    const right = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, imported[key] as CryptoKey, signature, message)
    if (!right) throw new Error("a right signature is not valid")
  }
}

async function answers(checks: readonly Check[]): Promise<number[]> {
  return [...(await (await defaultHost()).run(batchOf(checks)))]
}

declare global {
  interface Window {
    harness: typeof harness
  }
}
window.harness = harness
