// Presentations that are judged again whenever that may come out otherwise. One lane judges them, in batches: verdicts come
// in the order of what they rest on, and a newer one is never replaced by an older.

import { presentationOf } from "./answer.js"
import { Encoded } from "./encode.js"
import { E2eidError } from "./errors.js"
import type { Verdict, Watch, WatchListener, WatchOptions, Watchable } from "./types.js"

/** How many presentations are watched at one time, and how many bytes they have together. */
export const MAX_WATCHES = 4096
const MAX_BYTES = 64 << 20

// What is judged at once: the page must have its turn between two batches.
const BATCH = 256
const BATCH_BYTES = 4 << 20

// Bounds of the time until a verdict is renewed that grows too old: longer ones overflow a timer.
const MIN_MS = 1_000
const MAX_MS = 2 ** 31 - 1

/** Judges presentations as they were encoded, all for one time. Throws once the verifier is closed. */
type Judge = (presentations: readonly Encoded[], at: Date | undefined) => Promise<Verdict[]>

interface Watched {
  readonly encoded: Encoded
  readonly at: Date | undefined
  readonly listener: WatchListener
  /** Which change it was judged after. */
  judged: number
  verdict: Verdict | undefined
}

export class Watches {
  readonly #open = new Set<Watched>()
  readonly #judge: Judge
  readonly #now: () => Date
  #bytes = 0
  #changes = 0
  #running: Promise<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(judge: Judge, now: () => Date) {
    this.#judge = judge
    this.#now = now
  }

  async add(what: Watchable, listener: WatchListener, { at }: WatchOptions): Promise<Watch> {
    if (typeof listener !== "function") throw new E2eidError("invalid_request", "listener is not a function")
    if (this.#open.size >= MAX_WATCHES) throw new E2eidError("budget", `${MAX_WATCHES} presentations are watched: stop some`)
    const presentation = what.kind === "challengeAnswer" ? presentationOf(what.challenge, what.answer, what) : what
    // Copied now: the caller's may change, and a later verdict must be about the same.
    const encoded = new Encoded(presentation, at ?? this.#now())
    if (this.#bytes + encoded.bytes.length > MAX_BYTES) {
      throw new E2eidError("budget", `more than ${MAX_BYTES} bytes of presentations are watched: stop some`)
    }
    const watched: Watched = { encoded, at: at && new Date(at), listener, judged: -1, verdict: undefined }
    this.#open.add(watched)
    this.#bytes += encoded.bytes.length
    try {
      while (watched.verdict === undefined && this.#open.has(watched)) await this.#run()
    } catch (error) {
      this.#stop(watched)
      throw error
    }
    if (watched.verdict === undefined) throw new E2eidError("invalid_request", "the verifier is closed")
    return {
      get verdict() {
        return watched.verdict as Verdict
      },
      stop: () => this.#stop(watched),
    }
  }

  /**
   * Judges all again, and resolves when the listeners have been told; `patient` leaves out those that could not be judged
   * before: one of them may have killed the module, and would again in the middle of a refresh. Never rejects.
   */
  async changed(patient = false): Promise<void> {
    this.#changes++
    for (const watched of patient ? this.#open : []) {
      if (watched.verdict && failed(watched.verdict)) watched.judged = this.#changes
    }
    try {
      while (this.#next().length > 0) await this.#run()
    } catch {
      // the verifier is closed
    }
  }

  /** Stops all. */
  close(): void {
    for (const watched of this.#open) this.#stop(watched)
    clearTimeout(this.#timer)
  }

  #stop(watched: Watched): void {
    if (this.#open.delete(watched)) this.#bytes -= watched.encoded.bytes.length
    if (this.#open.size === 0) clearTimeout(this.#timer)
  }

  #run(): Promise<void> {
    this.#running ??= this.#judgeAll().finally(() => {
      this.#running = undefined
      this.#arm()
    })
    return this.#running
  }

  async #judgeAll(): Promise<void> {
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      const changes = this.#changes // what comes while these are judged may or may not count
      const verdicts = await this.#judgeBatch(batch)
      batch.forEach((watched, i) => {
        watched.judged = Math.max(watched.judged, changes)
        this.#tell(watched, verdicts[i] as Verdict)
      })
    }
  }

  // Those that are to be judged next, of one time: new ones first, since their callers wait.
  #next(): Watched[] {
    const pending = [...this.#open].filter(({ judged }) => judged < this.#changes)
    const first = pending.find(({ judged }) => judged < 0) ?? pending[0]
    if (!first) return []
    const batch = [first]
    let bytes = first.encoded.bytes.length
    for (const watched of pending) {
      if (watched === first || watched.at?.getTime() !== first.at?.getTime()) continue
      bytes += watched.encoded.bytes.length
      if (batch.length >= BATCH || bytes > BATCH_BYTES) break
      batch.push(watched)
    }
    return batch
  }

  // One that kills the module must not take the verdicts of the others along.
  async #judgeBatch(batch: readonly Watched[]): Promise<Verdict[]> {
    const at = batch[0]?.at
    const verdicts = await this.#judge(batch.map(({ encoded }) => encoded), at)
    if (batch.length === 1 || !verdicts.every(failed)) return verdicts
    const alone: Verdict[] = []
    for (const { encoded } of batch) alone.push(...(await this.#judge([encoded], at)))
    return alone
  }

  #tell(watched: Watched, verdict: Verdict): void {
    if (!this.#open.has(watched)) return
    const before = watched.verdict
    watched.verdict = verdict
    if (before === undefined || said(before) === said(verdict)) return
    // An error of the application's is its own, and must not cost the others their verdicts.
    const report = (error: unknown): void => console.error("@e2eid/verify: a listener failed", error)
    try {
      Promise.resolve(watched.listener(verdict, before) as unknown).catch(report)
    } catch (error) {
      report(error)
    }
  }

  // A verdict grows too old by itself, also where a mirror withholds what is newer.
  #arm(): void {
    clearTimeout(this.#timer)
    let end = Infinity
    for (const { verdict, at } of this.#open) if (verdict) end = Math.min(end, endOf(verdict, at))
    if (end === Infinity) return
    const ms = Math.min(Math.max((end + 1) * 1000 - this.#now().getTime(), MIN_MS), MAX_MS)
    const timer = setTimeout(() => void this.changed(), ms)
    this.#timer = timer
    if (typeof timer === "object") (timer as { unref?: () => void }).unref?.() // of Node, which is not to wait for it
  }
}

/** The last second of a verified verdict, Unix. */
function endOf(verdict: Verdict, at: Date | undefined): number {
  if (verdict.outcome !== "verified") return Infinity
  const { identity, revocation, historical } = verdict
  return Math.min(revocation?.freshUntil ?? Infinity, at || historical ? Infinity : identity.notAfter)
}

function failed(verdict: Verdict): boolean {
  return verdict.outcome === "rejected" && verdict.code === "internal"
}

/** What a verdict says, but for the data that it rests on: newer that says the same is no change. */
function said(verdict: Verdict): string {
  return JSON.stringify({ ...verdict, revocation: null, findings: null })
}
