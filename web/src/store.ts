// What outlives an instance of the module and, with a store, the page: the state that guards against rollback, and for
// each authority the head last installed with a record of its lists. Nothing here is trusted: it goes back in through the
// same operations as what a mirror sends.
//
// In the store these are "e2eid/state", "e2eid/lists/<authority>" and "e2eid/blob/<authority>/<sha256>". The record of the
// lists is written first, then the head that it belongs to, then the state, so that what an interruption leaves fits
// together: a head newer than the state is an update, while an older one would be a rollback. Where the store does not take
// lists, the state is written all the same: what it has of older ones is then not used after a restart. The head is, in the notation
// of RFC 9420, Section 2.1, with opaque x<4> as in docs/architecture.md:
//
//	struct {
//	    uint8 version = 2;
//	    opaque head<4>;
//	    opaque sha256[32];     // of the record
//	} Lists;

import { Writer } from "./encode.js"
import { E2eidError } from "./errors.js"
import type { Installed, Source } from "./refresh.js"
import type { AsyncKV } from "./types.js"

const VERSION = 2
const HASH_BYTES = 32
const STATE_KEY = "e2eid/state"
const listsKey = (authority: string): string => `e2eid/lists/${authority}`
const blobKey = (authority: string, sha256: string): string => `e2eid/blob/${authority}/${sha256}`

interface Lists {
  head: Uint8Array
  /** Lower-case hex of the record's SHA-256. */
  name: string
  /** Undefined if the store has lost it. */
  record: Uint8Array | undefined
}

/** The records, in memory and, if there is a store, in it. */
export class Records {
  /** The module's exported state, once something was installed or restored. */
  state: Uint8Array | undefined
  readonly #store: AsyncKV | undefined
  readonly #lists = new Map<string, Lists>()
  readonly #stored = new Map<string, string>() // name of the record in the store, by authority
  readonly #unwritten = new Set<string>() // authorities
  readonly #refused = new Set<string>() // those of them whose lists the store did not take
  #written: Uint8Array | undefined // the state that is in the store, as far as is known
  #writing: Promise<unknown> = Promise.resolve()

  constructor(store: AsyncKV | undefined) {
    this.#store = store
  }

  /** Reads the state into memory. Throws what the store throws. */
  async loadState(): Promise<void> {
    this.state = await this.storedState()
    this.#written = this.state
  }

  /** The state as the store has it now. */
  storedState(): Promise<Uint8Array | undefined> {
    return this.#read(STATE_KEY)
  }

  /** Reads an authority's lists; an absent record is no failure. Throws if it is malformed, and what the store throws. */
  async loadLists(authority: string): Promise<void> {
    const record = await this.#read(listsKey(authority))
    if (!record) return
    const { head, name } = parseLists(record)
    this.#stored.set(authority, name)
    this.#lists.set(authority, { head, name, record: await this.#read(blobKey(authority, name)) })
  }

  /** The source that an authority's records are, undefined if there are none. */
  source(authority: string): Source | undefined {
    const lists = this.#lists.get(authority)
    if (!lists) return undefined
    const lost = async (): Promise<Uint8Array> => {
      throw new E2eidError("revocation_unavailable", "a list is not in the store")
    }
    const { record } = lists
    return { head: async () => lists.head, blob: lost, record: record ? async () => record : lost }
  }

  /** Forgets an authority's lists in memory. The store keeps them until newer ones are written. */
  drop(authority: string): void {
    this.#lists.delete(authority)
  }

  /**
   * Takes over what was installed, and the module's record of its lists. The state is asked for at the end: one from
   * before could lack what another authority has installed meanwhile.
   */
  async installed(authority: string, { head }: Installed, record: Uint8Array<ArrayBuffer>, state: () => Uint8Array): Promise<void> {
    const name = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", record)))
    this.state = state()
    this.#lists.set(authority, { head, name, record })
    if (this.#store) this.#unwritten.add(authority)
  }

  /** Whether the store, or if there is none the memory, has another state than this. */
  isNews(state: Uint8Array): boolean {
    const held = this.#store ? this.#written : this.state
    return !sameBytes(held, state)
  }

  /** Takes over a state that has grown by no installation, and writes it. A store that fails is given it again. */
  async learned(state: Uint8Array): Promise<void> {
    this.state = state
    const turn = this.#writing.then(() => this.#writeState())
    this.#writing = turn.catch(() => {})
    await this.#writing
  }

  // The state speaks of all authorities: it must not run ahead of the lists of any. But one whose lists the store does not take,
  // such as for their size, must not keep what was seen of all others from being remembered.
  async #writeState(): Promise<void> {
    const { state } = this
    if (!state || !this.#store || [...this.#unwritten].some((authority) => !this.#refused.has(authority))) return
    await this.#store.set(STATE_KEY, state.slice())
    this.#written = state
  }

  /** Writes an authority's records if they have changed. False if the store failed; the next call tries again. */
  async write(authority: string): Promise<boolean> {
    const turn = this.#writing.then(() => this.#write(authority))
    this.#writing = turn.catch(() => {})
    try {
      await turn
      return true
    } catch {
      return false
    }
  }

  async #write(authority: string): Promise<void> {
    const store = this.#store
    const lists = this.#lists.get(authority)
    if (!store || !lists || !this.#unwritten.has(authority)) return
    const before = this.#stored.get(authority)
    try {
      // The store is given copies: it may transfer them to another thread, and a module that dies needs ours.
      if (before !== lists.name && lists.record) await store.set(blobKey(authority, lists.name), lists.record.slice())
      await store.set(listsKey(authority), encodeLists(lists))
    } catch (error) {
      this.#refused.add(authority)
      await this.#writeState()
      throw error
    }
    this.#stored.set(authority, lists.name)
    this.#refused.delete(authority)
    // Newer ones may have been installed meanwhile: then they are still to be written.
    if (this.#lists.get(authority) === lists) this.#unwritten.delete(authority)
    await this.#writeState()
    if (before !== undefined && before !== lists.name) await store.delete?.(blobKey(authority, before))
  }

  async #read(key: string): Promise<Uint8Array | undefined> {
    const value: unknown = await this.#store?.get(key)
    if (value === undefined || value instanceof Uint8Array) return value
    throw new E2eidError("malformed", `the store holds something else than bytes under ${key}`)
  }
}

function encodeLists({ head, name }: Lists): Uint8Array {
  const hash = Uint8Array.from({ length: HASH_BYTES }, (_, i) => parseInt(name.slice(2 * i, 2 * i + 2), 16))
  return new Writer().uint8(VERSION, "version").opaque(head, "head").raw(hash).finish()
}

function parseLists(record: Uint8Array): { head: Uint8Array; name: string } {
  const malformed = new E2eidError("malformed", "the stored lists are not a record of this version")
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  if (record.length < 5 + HASH_BYTES || view.getUint8(0) !== VERSION) throw malformed
  const headSize = view.getUint32(1)
  if (headSize !== record.length - 5 - HASH_BYTES) throw malformed
  return { head: record.subarray(5, 5 + headSize), name: toHex(record.subarray(5 + headSize)) }
}

export function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a?.length === b.length && b.every((byte, i) => byte === a[i])
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("")
}
