// Evidence that an authority has signed two heads of one number.

import type { EquivocationError } from "./errors.js"
import type { Instance } from "./loader.js"
import { type Records, toHex } from "./store.js"
import type { Evidence } from "./types.js"

/** What there is, in memory and, if there is a store, in it. */
export class Evidences {
  readonly #records: Records
  readonly #held = new Map<string, Evidence>() // by authority

  constructor(records: Records) {
    this.#records = records
  }

  /** As a member of a result. */
  of(authority: string): { evidence?: Evidence } {
    const evidence = this.#held.get(authority)
    return evidence ? { evidence } : {}
  }

  /** Reads it, where it is not in memory. Throws if it is malformed, and what the store throws. */
  async load(authority: string): Promise<Evidence | undefined> {
    const evidence = this.#held.get(authority) ?? (await this.#records.evidence(authority))
    if (evidence) this.#held.set(authority, evidence)
    return evidence
  }

  /**
   * Puts the two heads of an equivocation together, out of what was served, what is held, and what the store has, and keeps
   * them. The first two stay: who has the key can make as many as he likes.
   */
  async prove(instance: Instance, { authority, number, hashes, served }: EquivocationError): Promise<void> {
    const before = await this.load(authority).catch(() => undefined)
    if (before && before.heads.length > 1) return
    const heads = new Map<string, Uint8Array>()
    const found = [...(before?.heads ?? []), ...(await this.#records.heads(authority)), ...(served ? [served] : [])]
    for (const head of found) {
      try {
        heads.set(toHex(instance.call("hash", head)), head)
      } catch (error) {
        if (instance.exited) throw error
      }
    }
    const two = hashes.flatMap((hash) => heads.get(hash) ?? [])
    // One of the next number is evidence by what it says of the one before it.
    if (served && two.length < 2 && !hashes.some((hash) => heads.get(hash) === served)) two.push(served)
    if (two.length <= (before?.heads.length ?? 0)) return
    const evidence = { number, heads: two.map((head) => head.slice()) }
    this.#held.set(authority, evidence)
    await this.#records.keepEvidence(authority, evidence).catch(() => {}) // it is in the results all the same
  }
}
