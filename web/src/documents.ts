// Documents of issuers' keys that nothing but TLS vouches for. They are fetched from the addresses of the trust
// configuration and from nowhere else, each time all of them, so that no credential decides what is asked for.
//
// In the store each is "e2eid/document/<issuer> <address>", in the notation of docs/architecture.md:
//
//	struct {
//	    uint8 version = 1;
//	    int64 fetched;
//	    opaque document<4>;
//	} Document;
//
// The store must keep them as they are: unlike revocation data they are not signed.

import { documentRequest, Writer } from "./encode.js"
import { E2eidError } from "./errors.js"
import type { Instance } from "./loader.js"
import { fetchDocument } from "./mirror.js"
import { forEachLimited } from "./pool.js"
import type { AsyncKV } from "./types.js"

const VERSION = 1
const HEADER_BYTES = 13
const IN_FLIGHT = 4

/** An address as the module has understood the configuration. */
export interface Address {
  authority: string
  issuer: string
  url: string
}

interface Fetched {
  at: Date
  bytes: Uint8Array
}

/** What became of an address: `error` is undefined if its document is in use. */
export interface Outcome {
  address: Address
  error?: unknown
  stored: boolean
}

const keyOf = ({ issuer, url }: Address): string => `e2eid/document/${issuer} ${url}`

/** The documents, in memory and, if there is a store, in it. */
export class Documents {
  addresses: readonly Address[] = []
  readonly #store: AsyncKV | undefined
  readonly #held = new Map<string, Fetched>()

  constructor(store: AsyncKV | undefined) {
    this.#store = store
  }

  /** Reads from the store what is not held yet, and brings it into the module. Only what was there is in the result. */
  async load(instance: Instance): Promise<Outcome[]> {
    const found: [Address, Fetched][] = []
    const outcomes: Outcome[] = []
    for (const address of this.addresses) {
      if (this.#held.has(keyOf(address))) continue
      try {
        const record: unknown = await this.#store?.get(keyOf(address))
        if (record !== undefined) found.push([address, parse(record)])
      } catch (error) {
        outcomes.push({ address, error, stored: true })
      }
    }
    for (const [address, error] of install(instance, found)) {
      outcomes.push({ address, error, stored: true })
    }
    for (const [address, fetched] of found) {
      if (!outcomes.some((o) => o.address === address && o.error)) this.#held.set(keyOf(address), fetched)
    }
    return outcomes
  }

  /** Brings what is held into a new module. */
  restore(instance: Instance): void {
    const held = this.addresses.flatMap((address): [Address, Fetched][] => {
      const fetched = this.#held.get(keyOf(address))
      return fetched ? [[address, fetched]] : []
    })
    install(instance, held)
  }

  /** Fetches the documents of these addresses. One takes the place of the one before once the module has read it. */
  async refresh(use: Use, addresses: readonly Address[], now: () => Date, signal: AbortSignal): Promise<Outcome[]> {
    const arrived: ([Address, Fetched] | undefined)[] = []
    const outcomes: Outcome[] = []
    await forEachLimited(addresses, IN_FLIGHT, async (address, i) => {
      const at = now() // what is served later is newer
      try {
        arrived[i] = [address, { at, bytes: await fetchDocument(address.url, signal) }]
      } catch (error) {
        signal.throwIfAborted()
        outcomes.push({ address, error, stored: false })
      }
    })
    const found = arrived.filter((a) => a !== undefined)
    const installed = await use(async (instance) => install(instance, found))
    for (const [address, error] of installed) {
      const fetched = found.find(([a]) => a === address)?.[1]
      const stored = error === undefined && fetched !== undefined && (await this.#keep(address, fetched))
      outcomes.push({ address, error, stored })
    }
    return outcomes
  }

  // False if there is a store and it failed: the document is in use nevertheless.
  async #keep(address: Address, fetched: Fetched): Promise<boolean> {
    this.#held.set(keyOf(address), fetched)
    const record = new Writer().uint8(VERSION, "version").time(fetched.at, "fetched").opaque(fetched.bytes, "document")
    try {
      await this.#store?.set(keyOf(address), record.finish())
      return true
    } catch {
      return false
    }
  }
}

type Use = <T>(work: (instance: Instance) => Promise<T>) => Promise<T>

// Hands documents to the module, twice if it does not want one: metadata may come after the set of keys it links to.
function install(instance: Instance, documents: readonly [Address, Fetched][]): [Address, unknown][] {
  const put = ([address, { at, bytes }]: [Address, Fetched]): [Address, unknown] => {
    try {
      instance.call("document", documentRequest(address.issuer, address.url, at, bytes))
      return [address, undefined]
    } catch (error) {
      return [address, error]
    }
  }
  const first = documents.map(put)
  return first.map(([address, error], i) => {
    const unwanted = error instanceof E2eidError && error.code === "invalid_request"
    return unwanted ? put(documents[i] as [Address, Fetched]) : [address, error]
  })
}

function parse(record: unknown): Fetched {
  const malformed = new E2eidError("malformed", "the stored document is not a record of this version")
  if (!(record instanceof Uint8Array) || record.length < HEADER_BYTES) throw malformed
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  const at = new Date(Number(view.getBigInt64(1)) * 1000)
  const size = view.getUint32(HEADER_BYTES - 4)
  if (view.getUint8(0) !== VERSION || size !== record.length - HEADER_BYTES || Number.isNaN(at.getTime())) throw malformed
  return { at, bytes: record.slice(HEADER_BYTES) }
}
