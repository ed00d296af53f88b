// What outlives an instance of the module and, with a store, the page: the state that guards against rollback, and for
// each authority the head last installed with the blobs it takes. Nothing here is trusted: it goes back in through the
// same operations as what a mirror sends.
//
// In the store these are "e2eid/state", "e2eid/lists/<authority>" and "e2eid/blob/<authority>/<sha256>". Blobs are
// written first, then the lists that name them, then the state, so that what an interruption leaves fits together: a
// head newer than the state is an update, while an older one would be a rollback. Lists, in the notation of RFC 9420,
// Section 2.1, with opaque x<4> as in docs/architecture.md:
//
//	struct {
//	    uint8 version = 1;
//	    opaque head<4>;
//	    uint32 blob_count;
//	    opaque sha256[blob_count][32];
//	} Lists;

import { Writer } from "./encode.js"
import { E2eidError } from "./errors.js"
import type { Installed, Source } from "./refresh.js"
import type { AsyncKV } from "./types.js"

const VERSION = 1
const HASH_BYTES = 32
const STATE_KEY = "e2eid/state"
const listsKey = (authority: string): string => `e2eid/lists/${authority}`
const blobKey = (authority: string, sha256: string): string => `e2eid/blob/${authority}/${sha256}`

interface Lists {
  head: Uint8Array
  blobs: ReadonlyMap<string, Uint8Array>
}

/** The records, in memory and, if there is a store, in it. */
export class Records {
  /** The module's exported state, once something was installed or restored. */
  state: Uint8Array | undefined
  readonly #store: AsyncKV | undefined
  readonly #lists = new Map<string, Lists>()
  readonly #storedBlobs = new Map<string, ReadonlySet<string>>() // by authority
  readonly #unwritten = new Set<string>() // authorities
  #writing: Promise<unknown> = Promise.resolve()

  constructor(store: AsyncKV | undefined) {
    this.#store = store
  }

  /** Reads the state into memory. Throws what the store throws. */
  async loadState(): Promise<void> {
    this.state = await this.storedState()
  }

  /** The state as the store has it now. */
  storedState(): Promise<Uint8Array | undefined> {
    return this.#read(STATE_KEY)
  }

  /** Reads an authority's lists; an absent record is no failure. Throws if it is malformed, and what the store throws. */
  async loadLists(authority: string): Promise<void> {
    const record = await this.#read(listsKey(authority))
    if (!record) return
    const { head, names } = parseLists(record)
    this.#storedBlobs.set(authority, new Set(names))
    const blobs = new Map<string, Uint8Array>()
    for (const name of names) {
      const blob = await this.#read(blobKey(authority, name))
      if (blob) blobs.set(name, blob)
    }
    this.#lists.set(authority, { head, blobs })
  }

  /** The source that an authority's records are, undefined if there are none. */
  source(authority: string): Source | undefined {
    const lists = this.#lists.get(authority)
    if (!lists) return undefined
    return {
      head: () => Promise.resolve(lists.head),
      async blob({ sha256, size }) {
        const blob = lists.blobs.get(sha256)
        if (blob?.length !== size) throw new E2eidError("revocation_unavailable", "a list is not in the store")
        return blob
      },
    }
  }

  /** Takes over what an empty module has installed: that is all its head takes. */
  restored(authority: string, { head, blobs }: Installed): void {
    this.#lists.set(authority, { head, blobs })
  }

  /** Forgets an authority's lists in memory. The store keeps them until newer ones are written. */
  drop(authority: string): void {
    this.#lists.delete(authority)
  }

  /** Takes over what was installed on top of what was held, of which the new head may still take a part. */
  installed(authority: string, { head, blobs }: Installed, state: Uint8Array): void {
    const held = this.#lists.get(authority)?.blobs ?? []
    this.#lists.set(authority, { head, blobs: new Map([...held, ...blobs]) })
    this.state = state
    if (this.#store) this.#unwritten.add(authority)
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
    const before = this.#storedBlobs.get(authority) ?? new Set()
    for (const [name, blob] of lists.blobs) {
      if (!before.has(name)) await store.set(blobKey(authority, name), blob)
    }
    await store.set(listsKey(authority), encodeLists(lists))
    this.#storedBlobs.set(authority, new Set(lists.blobs.keys()))
    // Newer ones may have been installed meanwhile: then they are still to be written.
    if (this.#lists.get(authority) === lists) this.#unwritten.delete(authority)
    // The state speaks of all authorities: it must not run ahead of the lists of any.
    if (this.state && this.#unwritten.size === 0) await store.set(STATE_KEY, this.state)
    for (const name of before) {
      if (!lists.blobs.has(name)) await store.delete?.(blobKey(authority, name))
    }
  }

  async #read(key: string): Promise<Uint8Array | undefined> {
    const value: unknown = await this.#store?.get(key)
    if (value === undefined || value instanceof Uint8Array) return value
    throw new E2eidError("malformed", `the store holds something else than bytes under ${key}`)
  }
}

function encodeLists({ head, blobs }: Lists): Uint8Array {
  const w = new Writer().uint8(VERSION, "version").opaque(head, "head").uint32(blobs.size, "blobs")
  for (const name of blobs.keys()) {
    w.raw(Uint8Array.from({ length: HASH_BYTES }, (_, i) => parseInt(name.slice(2 * i, 2 * i + 2), 16)))
  }
  return w.finish()
}

function parseLists(record: Uint8Array): { head: Uint8Array; names: string[] } {
  const malformed = new E2eidError("malformed", "the stored lists are not a record of this version")
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength)
  if (record.length < 9 || view.getUint8(0) !== VERSION) throw malformed
  const headSize = view.getUint32(1)
  if (headSize > record.length - 9) throw malformed
  const blobs = record.subarray(9 + headSize)
  if (blobs.length !== view.getUint32(5 + headSize) * HASH_BYTES) throw malformed
  const names: string[] = []
  for (let at = 0; at < blobs.length; at += HASH_BYTES) {
    names.push(Array.from(blobs.subarray(at, at + HASH_BYTES), (b) => b.toString(16).padStart(2, "0")).join(""))
  }
  return { head: record.subarray(5, 5 + headSize), names }
}
