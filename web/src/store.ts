// What outlives an instance of the module and, with a store, the page: the state that guards against rollback, and for
// each authority the head last installed with a record of its lists. Nothing here is trusted: it goes back in through the
// same operations as what a mirror sends.
//
// In the store these are "e2eid/state" and "e2eid/state/2", "e2eid/lists/<authority>" and "e2eid/blob/<authority>/<sha256>", and
// "e2eid/evidence/<authority>". The state is written to its two slots in turns, so that a write that is cut off leaves the one
// before; what both have is merged, in whatever order, and two that contradict each other stay a dispute. The record of the
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
//
//	struct {
//	    uint8 version = 1;
//	    uint32 number;         // 0xffffffff for all that are higher
//	    opaque heads<4>[2];    // held and got; empty if unknown
//	} Evidence;

import { Writer } from "./encode.js"
import { E2eidError } from "./errors.js"
import type { Installed, Source } from "./refresh.js"
import type { AsyncKV, Evidence } from "./types.js"

const VERSION = 2
const HASH_BYTES = 32
const EVIDENCE_VERSION = 1
const SLOT_KEYS = ["e2eid/state", "e2eid/state/2"] as const
const listsKey = (authority: string): string => `e2eid/lists/${authority}`
const evidenceKey = (authority: string): string => `e2eid/evidence/${authority}`
const blobKey = (authority: string, sha256: string): string => `e2eid/blob/${authority}/${sha256}`

/** One of the two places of the state. */
export type Slot = 0 | 1
export const SLOTS: readonly Slot[] = [0, 1]

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
  #next: Slot = 0 // which slot the state is written to
  #written: Uint8Array | undefined // the state that is in the store, as far as is known
  #writing: Promise<unknown> = Promise.resolve()

  constructor(store: AsyncKV | undefined) {
    this.#store = store
  }

  /** A slot of the state as the store has it now. Throws what the store throws. */
  stateIn(slot: Slot): Promise<Uint8Array | undefined> {
    return this.#read(SLOT_KEYS[slot])
  }

  /** The next state is written to this slot: it is damaged or empty, or what it has is in the other one too. */
  overwrite(slot: Slot): void {
    this.#next = slot
  }

  /** Takes over a state that the store has. */
  loaded(state: Uint8Array): void {
    this.state = state
    this.#written = state
  }

  /** The newest head of an authority that is in memory, and the one that the store has: another tab's, perhaps. */
  async heads(authority: string): Promise<Uint8Array[]> {
    const record = await this.#read(listsKey(authority)).catch(() => undefined)
    const stored = record && attempted(() => parseLists(record).head)
    return [this.#lists.get(authority)?.head, stored].filter((head) => head !== undefined)
  }

  /** Evidence against an authority. Throws if it is malformed, and what the store throws. */
  async evidence(authority: string): Promise<Evidence | undefined> {
    const record = await this.#read(evidenceKey(authority))
    return record && parseEvidence(record)
  }

  /** Keeps it, if the store does. */
  async keepEvidence(authority: string, { number, heads }: Evidence): Promise<void> {
    const w = new Writer().uint8(EVIDENCE_VERSION, "version").uint32(Math.min(number, 0xffff_ffff), "number")
    for (const i of [0, 1]) w.opaque(heads[i] ?? new Uint8Array(), "head")
    await this.#store?.set(evidenceKey(authority), w.finish().slice())
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
    await this.#store.set(SLOT_KEYS[this.#next], state.slice())
    this.#written = state
    this.#next = this.#next === 0 ? 1 : 0
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
    throw malformed(`the store holds something else than bytes under ${key}`)
  }
}

function encodeLists({ head, name }: Lists): Uint8Array {
  const hash = Uint8Array.from({ length: HASH_BYTES }, (_, i) => parseInt(name.slice(2 * i, 2 * i + 2), 16))
  return new Writer().uint8(VERSION, "version").opaque(head, "head").raw(hash).finish()
}

function parseLists(record: Uint8Array): { head: Uint8Array; name: string } {
  const bad = malformed("the stored lists are not a record of this version")
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  if (record.length < 5 + HASH_BYTES || view.getUint8(0) !== VERSION) throw bad
  const headSize = view.getUint32(1)
  if (headSize !== record.length - 5 - HASH_BYTES) throw bad
  return { head: record.subarray(5, 5 + headSize), name: toHex(record.subarray(5 + headSize)) }
}

function parseEvidence(record: Uint8Array): Evidence {
  const bad = malformed("the stored evidence is not a record of this version")
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  if (record.length < 5 || view.getUint8(0) !== EVIDENCE_VERSION) throw bad
  const heads: Uint8Array[] = []
  let at = 5
  for (const _ of [0, 1]) {
    if (record.length < at + 4) throw bad
    const end = at + 4 + view.getUint32(at)
    if (end > record.length) throw bad
    heads.push(record.slice(at + 4, end))
    at = end
  }
  if (at !== record.length) throw bad
  return { number: view.getUint32(1), heads: heads.filter(({ length }) => length > 0) }
}

const malformed = (why: string): E2eidError => new E2eidError("malformed", why)

function attempted<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

export function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a?.length === b.length && b.every((byte, i) => byte === a[i])
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("")
}
