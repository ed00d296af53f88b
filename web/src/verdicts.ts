// Verdicts as the module writes them.

import { type Code, CODES, OUTCOMES } from "./codes.js"
import type { NotVerified, Verdict } from "./types.js"

/** Reads as many verdicts. One that this version does not know must not pass for one that it does. */
export function parseVerdicts(text: string, count: number): Verdict[] {
  const verdicts = JSON.parse(text) as Verdict[]
  if (verdicts.length === count && verdicts.every(known)) return verdicts
  const internal = rejected("internal", "the module gave verdicts of another form")
  return Array.from({ length: count }, () => internal)
}

/** The verdict where nothing could be judged. */
export function rejected(code: Code, message: string): NotVerified {
  return { outcome: "rejected", code, message, missing: [], warnings: [], findings: [] }
}

function known(verdict: Verdict): boolean {
  return verdict.outcome === "verified" || (OUTCOMES.includes(verdict.outcome) && CODES.includes(verdict.code as Code))
}
