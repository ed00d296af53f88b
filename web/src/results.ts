// What an application is told of refreshes, and of what the store held.

import type { Outcome } from "./documents.js"
import { asE2eidError } from "./errors.js"
import type { RefreshResult, RestoreResult } from "./types.js"

export function fetchResult({ address, error, stored }: Outcome): RefreshResult {
  if (error === undefined) return { ...address, outcome: "fetched", stored }
  const { code, message } = asE2eidError(error, "internal", "the refresh failed")
  return { ...address, outcome: "failed", code, message }
}

export function restoreResult({ address: { authority, url }, error }: Outcome): RestoreResult {
  const name = { record: "document", authority, url } as const
  if (error === undefined) return { ...name, outcome: "restored" }
  const { code, message } = asE2eidError(error, "issuer_keys_unavailable", "the store failed")
  return { ...name, outcome: "failed", code, message }
}

type RecordName = Pick<RestoreResult, "record" | "authority">

export async function attempt(name: RecordName, work: () => Promise<void>): Promise<RestoreResult> {
  try {
    await work()
    return { ...name, outcome: "restored" }
  } catch (error) {
    return failedResult(name, error)
  }
}

export function failedResult(name: RecordName, error: unknown): RestoreResult {
  const { code, message } = asE2eidError(error, "revocation_unavailable", "the store failed")
  return { ...name, outcome: "failed", code, message }
}
