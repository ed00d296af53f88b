// Brings an authority's revocation data into the module: from a mirror, or from what was kept before. Both are
// untrusted in the same way, so both take the same road: head, its signatures, what it needs, all of it or nothing.

import { answersRequest, headRequest, installRequest } from "./encode.js"
import { E2eidError, EquivocationError } from "./errors.js"
import type { Host } from "./host.js"
import { type Instance, parseJSON } from "./loader.js"
import { forEachLimited } from "./pool.js"

/** A blob that a head names. */
export interface Needed {
  /** Lower-case hex of the SHA-256 of its bytes. */
  sha256: string
  size: number
}

/** Where heads and blobs come from. What it returns is checked by the module. */
export interface Source {
  head(): Promise<Uint8Array>
  /** Resolves to exactly `needed.size` bytes. */
  blob(needed: Needed): Promise<Uint8Array>
  /** The lists of the head as the module has exported them, in place of all blobs. */
  record?(): Promise<Uint8Array>
}

/** What was installed. With the record of its lists it can be installed again. */
export interface Installed {
  /** False if the same head was in use already: nothing was installed then. */
  updated: boolean
  number: number
  head: Uint8Array
}

const BLOBS_IN_FLIGHT = 4

/** Installs what `source` offers for one authority. Throws an E2eidError that says what was wrong with it. */
export async function install(
  instance: Instance,
  host: Host,
  authority: string,
  now: Date,
  source: Source,
): Promise<Installed> {
  const head = await source.head()
  try {
    return await installHead(instance, host, authority, now, source, head)
  } catch (error) {
    if (error instanceof EquivocationError) error.served = head
    throw error
  }
}

async function installHead(
  instance: Instance,
  host: Host,
  authority: string,
  now: Date,
  source: Source,
  head: Uint8Array,
): Promise<Installed> {
  const { plan, answers } = await answer(host, instance.call("head", headRequest(authority, now, head)))
  const accepted = parseAccepted(instance.call("accept", answersRequest(plan, answers)), authority)
  const { number, current, needed } = accepted
  if (current) return { updated: false, number, head }
  const blobs = new Map<string, Uint8Array>()
  let inOrder: Uint8Array[]
  try {
    if (source.record) {
      inOrder = [await source.record()]
    } else {
      await forEachLimited(needed, BLOBS_IN_FLIGHT, async (blob) => {
        blobs.set(blob.sha256, await source.blob(blob))
      })
      inOrder = needed.map(({ sha256 }) => blobs.get(sha256) as Uint8Array)
    }
  } catch (error) {
    abandon(instance, plan)
    throw error
  }
  instance.call("install", installRequest(plan, inOrder))
  return { updated: true, number, head }
}

// Plans are few: one that will not be finished is closed by an installation that must fail for want of its blobs.
function abandon(instance: Instance, plan: number): void {
  try {
    instance.call("install", installRequest(plan, []))
  } catch {
    // as it must
  }
}

// An answer that fits no batch: what is concluded from it is internal, by the module's own rule.
const MISSHAPEN = Uint8Array.of(0xff)

/** Runs the checks of a planned operation. A host that fails leaves the module to conclude that. */
export async function answer(
  host: Host,
  planned: Uint8Array<ArrayBuffer>,
): Promise<{ plan: number; answers: Uint8Array }> {
  if (planned.length < 4) throw new E2eidError("internal", "the module gave a malformed plan")
  const plan = new DataView(planned.buffer, planned.byteOffset).getUint32(0)
  try {
    return { plan, answers: await host.run(planned.subarray(4)) }
  } catch {
    return { plan, answers: MISSHAPEN }
  }
}

interface Accepted {
  number: number
  current: boolean
  needed: readonly Needed[]
}

function parseAccepted(json: Uint8Array, authority: string): Accepted {
  const accepted = parseJSON(json) as Accepted & { authority: string }
  if (accepted.authority !== authority || !accepted.needed.every(wellFormed)) {
    throw new E2eidError("internal", "the module accepted a head in a malformed way")
  }
  return accepted
}

// The name of a blob becomes part of an address, and its size the bound on what is read.
function wellFormed({ sha256, size }: Needed): boolean {
  return /^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(size) && size >= 0
}
