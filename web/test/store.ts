import type { AsyncKV } from "../src/types.js"

/** A store in memory that counts its writes and can fail. */
export class MemoryStore implements AsyncKV {
  readonly entries = new Map<string, Uint8Array>()
  writes = 0
  /** How many writes (and deletions) succeed; later ones fail. */
  capacity = Infinity
  /** Which keys are never taken. */
  refuses: (key: string) => boolean = () => false

  get(key: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.entries.get(key))
  }

  set(key: string, value: Uint8Array): Promise<void> {
    if (this.refuses(key)) return Promise.reject(new Error("the store is full"))
    return this.#write(() => this.entries.set(key, Uint8Array.from(value)))
  }

  delete(key: string): Promise<void> {
    return this.#write(() => this.entries.delete(key))
  }

  #write(change: () => unknown): Promise<void> {
    if (this.writes >= this.capacity) return Promise.reject(new Error("the store is full"))
    this.writes++
    change()
    return Promise.resolve()
  }
}
