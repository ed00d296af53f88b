// One verifier: a running module, the host that checks signatures for it, and what it takes to start another module in
// the same state should this one die.

import { newBackend } from "./backend.js"
import type { Bytes } from "./batch.js"
import { CHECKS, CODES, OUTCOMES } from "./codes.js"
import { type Address, Documents } from "./documents.js"
import { type AnyPresentation, answersRequest, bagRequest, configureRequest, type Encoded, listsRequest, membersRequest, planRequest, trustText } from "./encode.js"
import { asE2eidError, E2eidError, EquivocationError } from "./errors.js"
import { Evidences } from "./evidence.js"
import { defaultHost, type Host } from "./host.js"
import { compile, ExitedError, type Instance, instantiate, parseJSON } from "./loader.js"
import { parseMembers } from "./members.js"
import { mirrorSource } from "./mirror.js"
import { forEachLimited, Gate, inTime } from "./pool.js"
import { answer, install } from "./refresh.js"
import { attempt, failedResult, fetchResult, restoreResult } from "./results.js"
import { Records, sameBytes, type Slot, SLOTS } from "./store.js"
import type { TrustConfig } from "./trust.js"
import type {
  Bag,
  Member,
  RefreshOptions,
  RefreshResult,
  Refused,
  RestoreResult,
  Times,
  VerifierOptions,
} from "./types.js"
import { rejected } from "./verdicts.js"

// The module keeps at most 64 plans open (wasm/abi): these two together stay below.
const PLANS_IN_FLIGHT = 16
const UPDATES_IN_FLIGHT = 8

// Room for most single presentations, and for their checks.
const PLAN_BYTES = 4 << 10

// How long a verdict waits for the store.
const STORE_MS = 2_000

const empty = new Uint8Array()

/** An authority as the module has understood it. */
interface Configured {
  id: string
  /** Empty if there is none. */
  mirror: string
}

export class Engine {
  restored: readonly RestoreResult[] = []
  /** Called when something has come that verdicts may depend on. */
  onchange: () => void = () => {}
  readonly now: () => Date
  #authorities: readonly Configured[] = []
  readonly #module: WebAssembly.Module
  readonly #host: Host
  #configuration: Uint8Array
  readonly #records: Records
  readonly #documents: Documents
  readonly #plans = new Gate(PLANS_IN_FLIGHT)
  readonly #rooms: { request: Bytes; plan: Bytes }[] = [] // of plans that are concluded: making new ones takes longer than filling them
  readonly #refreshes = new Gate(1)
  readonly #numbers = new Map<string, number>() // of the heads held, by authority
  readonly #evidence: Evidences
  #bag: Uint8Array | undefined
  #contradiction: Uint8Array | undefined // a stored state that says otherwise than ours
  #stalled = false // the store has not done yet what it was given
  #signed = false // the bag has status lists or assertions
  #instance: Promise<Instance> | undefined
  #closed = false

  private constructor(module: WebAssembly.Module, host: Host, configuration: Uint8Array, options: VerifierOptions) {
    this.#module = module
    this.#host = host
    this.#configuration = configuration
    this.#records = new Records(options.store)
    this.#documents = new Documents(options.store)
    this.#evidence = new Evidences(this.#records)
    this.now = options.now ?? (() => new Date())
  }

  static async create(trust: TrustConfig, options: VerifierOptions): Promise<Engine> {
    const configuration = configureRequest(trustText(trust)) // now: the caller's object may change meanwhile
    const backend = options.backend && newBackend(options.backend)
    const [module, host] = await Promise.all([compile(options.wasm), defaultHost(backend)])
    const engine = new Engine(module, host, configuration, options)
    const instance = await instantiate(module)
    engine.#adopt(configure(instance, configuration))
    engine.restored = await engine.#load(instance)
    engine.#instance = Promise.resolve(instance)
    return engine
  }

  /** Judges presentations and returns the verdicts as the module wrote them: the text of a JSON array. */
  async judge(presentations: readonly (AnyPresentation | Encoded)[], times: Times): Promise<string> {
    const now = times.now ?? this.now()
    const rooms = this.#rooms.pop() ?? { request: new Uint8Array(PLAN_BYTES), plan: new Uint8Array(PLAN_BYTES) }
    const request = planRequest(presentations, times.at ?? now, now, rooms.request)
    const { length } = presentations
    try {
      const verdicts = await this.#plans.run(() =>
        this.#use(async (instance) => {
          const { plan, answers } = await answer(this.#host, instance.call("plan", request, rooms.plan))
          const verdicts = instance.text("conclude", answersRequest(plan, answers))
          if (this.#signed) await this.#remember(instance)
          return verdicts
        }),
      )
      if (this.#rooms.length < PLANS_IN_FLIGHT) this.#rooms.push(rooms) // nothing reads there any more
      return verdicts
    } catch (error) {
      const { code, message } = asE2eidError(error, "internal", "the verifier failed")
      if (code === "invalid_request") throw error
      return JSON.stringify(Array.from({ length }, () => rejected(code, message)))
    }
  }

  async use(bag: Bag): Promise<Refused[]> {
    const request = bagRequest(bag)
    const { refused } = parseJSON(await this.#use(async (instance) => instance.call("bag", request))) as { refused: Refused[] }
    this.#bag = request
    this.#signed = (bag.statusLists?.length ?? 0) + (bag.statusAssertions?.length ?? 0) > 0
    return refused
  }

  // The module has seen when status lists and assertions were made. That outlives it, so that nobody goes back to older ones
  // after a restart; what the store does not take now it is given with the next verdict.
  async #remember(instance: Instance): Promise<void> {
    const state = instance.call("state", empty)
    if (!this.#records.isNews(state)) return
    this.#records.state = state
    if (this.#stalled) return
    let done = false
    const store = async (): Promise<void> => {
      try {
        await this.#merge(instance).catch(() => {})
        await this.#records.learned(instance.call("state", empty))
      } finally {
        done = true
        this.#stalled = false
      }
    }
    if (!(await inTime(store(), STORE_MS)) && !done) this.#stalled = true
  }

  async members(ratchetTree: Uint8Array, cipherSuite: number, groupId: Uint8Array): Promise<Member[]> {
    const request = membersRequest(ratchetTree, cipherSuite, groupId)
    const list = await this.#use(async (instance) => instance.call("members", request))
    const group = { kind: "leafNode", carrier: "tree", cipherSuite, groupId } as const
    return parseMembers(list).map((leaf) => ({ ...group, ...leaf }))
  }

  /** Brings newer revocation data. One refresh runs at a time, so that a slow one cannot undo a quick one. */
  async refresh({ signal = new AbortController().signal, authorities }: RefreshOptions): Promise<RefreshResult[]> {
    const results: RefreshResult[] = []
    await this.#refreshes.run(async () => {
      const asked = authorities?.map((id) => this.#source(id)) ?? this.#authorities
      const wanted = asked.filter(({ mirror }) => mirror !== "")
      const addresses = this.#documents.addresses.filter(({ authority }) => asked.some(({ id }) => id === authority))
      await forEachLimited(wanted, UPDATES_IN_FLIGHT, async (authority, i) => {
        results[i] = await this.#refresh(authority, signal)
      })
      signal.throwIfAborted()
      const outcomes = await this.#documents.refresh((work) => this.#use(work), addresses, this.now, signal)
      results.push(...outcomes.map(fetchResult))
    })
    return results
  }

  /** Goes over to another configuration. A refresh ends before, so that nothing is installed in a module that is left. */
  async setTrust(trust: TrustConfig): Promise<RestoreResult[]> {
    const configuration = configureRequest(trustText(trust)) // now: the caller's object may change meanwhile
    return this.#refreshes.run(async () => {
      const before = await this.#living()
      const instance = await instantiate(this.#module)
      const configured = configure(instance, configuration)
      this.#configuration = configuration
      this.#adopt(configured)
      this.#numbers.clear()
      const loaded = await this.#loadRecords(this.#authorities.filter(({ id }) => !this.#records.source(id)))
      const lists = await this.#fill(instance)
      const documents = (await this.#documents.load(instance)).map(restoreResult)
      if (!before.exited) instance.call("restore", before.call("state", empty)) // what it has seen meanwhile
      if (!this.#closed) this.#instance = Promise.resolve(instance)
      return [...loaded, ...lists, ...documents]
    })
  }

  close(): void {
    this.#closed = true
    this.#instance = undefined
  }

  async #refresh(authority: Configured, signal: AbortSignal): Promise<RefreshResult> {
    const { id } = authority
    try {
      signal.throwIfAborted()
      const { updated, number } = await this.#use(async (instance) => {
        await this.#merge(instance)
        const installed = await install(instance, this.#host, id, this.now(), mirrorSource(authority, signal))
        this.#numbers.set(id, installed.number)
        if (installed.updated) {
          const conflict = await this.#merge(instance)
          if (conflict?.authority === id) {
            conflict.served = installed.head
            await this.#records.learned(instance.call("state", empty)) // beside what contradicts it
            throw conflict
          }
          const record = instance.call("lists", listsRequest(id))
          await this.#records.installed(id, installed, record, () => instance.call("state", empty))
          this.onchange() // now that no module that dies can take it along
        }
        return installed
      })
      const stored = await this.#records.write(id)
      return { authority: id, outcome: updated ? "updated" : "current", number, stored, ...this.#evidence.of(id) }
    } catch (error) {
      signal.throwIfAborted()
      if (this.#closed) throw error
      if (error instanceof EquivocationError) await this.#use((instance) => this.#evidence.prove(instance, error))
      const { code, message } = asE2eidError(error, "internal", "the refresh failed")
      const number = this.#numbers.get(id)
      return { authority: id, outcome: "failed", code, message, ...(number !== undefined && { number }), ...this.#evidence.of(id) }
    }
  }

  // Takes in what another tab may have put into the store meanwhile, so that a mirror cannot lead one tab back behind the
  // other. A state that cannot be read has been reported when it was restored. Where one contradicts ours, only newer heads are
  // taken of that authority.
  async #merge(instance: Instance): Promise<EquivocationError | undefined> {
    const before = instance.call("state", empty)
    const { found, conflict } = await this.#readSlots(instance)
    if (!found) return undefined
    const state = instance.call("state", empty)
    this.#records.state = state // a module that takes the place of this one must know it too
    if (!sameBytes(before, state)) this.onchange()
    return conflict
  }

  // Brings both slots of the state into the module, and says which one is to be written next: one that is damaged or empty, or
  // else the older one. The side of a contradiction that is not ours stays.
  async #readSlots(instance: Instance): Promise<{ found: boolean; conflict: EquivocationError | undefined; results: RestoreResult[] }> {
    const whole: [Slot, Uint8Array][] = []
    const failures: unknown[] = []
    let conflict: EquivocationError | undefined
    let next: Slot | undefined
    for (const slot of SLOTS) {
      let stored: Uint8Array | undefined
      try {
        stored = await this.#records.stateIn(slot)
        if (!stored) continue
        instance.call("restore", stored)
        whole.push([slot, stored])
      } catch (error) {
        if (instance.exited) throw error
        failures.push(error)
        if (stored && error instanceof EquivocationError) {
          conflict = error
          next ??= slot === 0 ? 1 : 0
          whole.push([slot, stored])
          this.#numbers.delete(error.authority)
          if (!sameBytes(this.#contradiction, stored)) {
            this.#contradiction = stored
            this.onchange()
          }
          await this.#evidence.prove(instance, error)
        }
      }
    }
    const found = whole.length > 0
    if (next === undefined && found) {
      const state = instance.call("state", empty)
      const newest = whole.length === 1 ? whole[0] : whole.find(([, stored]) => sameBytes(stored, state))
      if (newest) next = newest[0] === 0 ? 1 : 0
    }
    if (next !== undefined) this.#records.overwrite(next)
    const failed = failures.slice(0, 1).map((error) => failedResult({ record: "state" }, error))
    return { found, conflict, results: found ? [...failed, { record: "state", outcome: "restored" }] : failed }
  }

  #source(id: string): Configured {
    const documents = this.#documents.addresses
    const authority = this.#authorities.find((a) => a.id === id)
    if (authority && (authority.mirror !== "" || documents.some((d) => d.authority === id))) return authority
    throw new E2eidError("invalid_request", `no authority ${JSON.stringify(id)} with a mirror or documents is configured`)
  }

  // Runs work on a living module, and again on a new one if that dies by another call meanwhile. The call that kills it
  // fails: it would kill the next one as well.
  async #use<T>(work: (instance: Instance) => Promise<T>): Promise<T> {
    for (;;) {
      const instance = await this.#living()
      try {
        return await work(instance)
      } catch (error) {
        if (!(error instanceof ExitedError)) throw error
      }
    }
  }

  async #living(): Promise<Instance> {
    const current = this.#instance
    const instance = await current?.catch(() => undefined)
    if (this.#closed) throw new E2eidError("invalid_request", "the verifier is closed")
    if (instance && !instance.exited) return instance
    // Whoever comes first makes the new one, for all who wait.
    if (this.#instance === current) this.#instance = this.#revive()
    return this.#instance as Promise<Instance>
  }

  async #revive(): Promise<Instance> {
    const instance = await instantiate(this.#module)
    this.#adopt(configure(instance, this.#configuration))
    await this.#fill(instance)
    return instance
  }

  // Brings what is held into a fresh module.
  async #fill(instance: Instance): Promise<RestoreResult[]> {
    const { state } = this.#records
    if (state) instance.call("restore", state)
    const results = await this.#restoreLists(instance)
    if (this.#contradiction) await attempt({ record: "state" }, async () => void instance.call("restore", this.#contradiction as Uint8Array))
    this.#documents.restore(instance)
    if (this.#bag) instance.call("bag", this.#bag)
    return results
  }

  #adopt({ authorities, documents }: Configuration): void {
    this.#authorities = authorities
    this.#documents.addresses = documents
  }

  // Reads the store into the records and those into the module.
  async #load(instance: Instance): Promise<RestoreResult[]> {
    const { found, results } = await this.#readSlots(instance)
    if (found) this.#records.loaded(instance.call("state", empty))
    const loaded = await this.#loadRecords(this.#authorities)
    const lists = await this.#restoreLists(instance)
    const documents = (await this.#documents.load(instance)).map(restoreResult)
    return [...results, ...loaded, ...lists, ...documents]
  }

  // Reads lists and evidence into memory, and returns what failed and what evidence there is.
  async #loadRecords(authorities: readonly Configured[]): Promise<RestoreResult[]> {
    const results: RestoreResult[] = []
    for (const { id } of authorities) {
      const lists = await attempt({ record: "lists", authority: id }, () => this.#records.loadLists(id))
      if (lists.outcome === "failed") results.push(lists)
      try {
        const evidence = await this.#evidence.load(id)
        if (evidence) results.push({ record: "evidence", authority: id, outcome: "restored", evidence })
      } catch (error) {
        // A store that fails has failed for the lists.
        if (error instanceof E2eidError) results.push(failedResult({ record: "evidence", authority: id }, error))
      }
    }
    return results
  }

  // Brings the lists into a fresh module. Those that fail are dropped: they would fail again at the next revival. The
  // verdicts that needed them are undetermined until the next refresh.
  async #restoreLists(instance: Instance): Promise<RestoreResult[]> {
    const results: RestoreResult[] = []
    const records = this.#records
    for (const { id } of this.#authorities) {
      const source = records.source(id)
      if (!source) continue
      const result = await attempt({ record: "lists", authority: id }, async () => {
        const installed = await install(instance, this.#host, id, this.now(), source)
        this.#numbers.set(id, installed.number)
      })
      if (result.outcome === "failed") {
        this.#numbers.delete(id)
        records.drop(id)
      }
      results.push(result)
    }
    return results
  }
}

interface Configuration {
  authorities: Configured[]
  documents: Address[]
}

// The module may be of another release than this file: nothing that only one of them knows may pass between them.
function configure(instance: Instance, configuration: Uint8Array): Configuration {
  if (!sameSets(parseJSON(instance.call("codes", empty)), { codes: CODES, checks: CHECKS, outcomes: OUTCOMES })) {
    throw new E2eidError("internal", "the module is of another version than the package")
  }
  return parseJSON(instance.call("configure", configuration)) as Configuration
}

type Sets = Record<"codes" | "checks" | "outcomes", readonly string[]>

function sameSets(theirs: unknown, ours: Sets): boolean {
  const sorted = ({ codes, checks, outcomes }: Sets): string =>
    JSON.stringify([codes, checks, outcomes].map((set) => set.toSorted()))
  return sorted(theirs as Sets) === sorted(ours)
}
