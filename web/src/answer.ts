// An answer to a bound challenge, put together with the challenge for the module.

import {
  type BoundChallenge,
  Challenge,
  type ChallengeAnswer,
  type ChallengeOptions,
  type ChallengeReference,
  takeChallenge,
} from "./challenge.js"
import { E2eidError } from "./errors.js"
import type { Possession, Token } from "./types.js"

/** An answer as the module takes it. */
export type ChallengedPresentation = ChallengeReference &
  Possession & { challenge: BoundChallenge } & (
    | { kind: "challengedCertificate"; bytes: Uint8Array; certificates: readonly Uint8Array[]; signature: Uint8Array }
    | { kind: "challengedToken"; bytes: Token }
  )

/** Puts an answer and its challenge together, which is spent by that. */
export function presentationOf(challenge: Challenge, answer: ChallengeAnswer, options: ChallengeOptions): ChallengedPresentation {
  if (!(challenge instanceof Challenge)) throw new E2eidError("invalid_request", "this is no challenge of challenge()")
  const { expected, claimed } = options
  const presenter = claimed ?? (typeof expected === "string" ? expected : expected?.[0])
  const asked = { ...options, challenge: takeChallenge(challenge, presenter as string) }
  if ((answer.certificate === undefined) === (answer.token === undefined)) {
    throw new E2eidError("invalid_request", "an answer is either a certificate with its signature, or a token")
  }
  if (answer.token !== undefined) return { ...asked, kind: "challengedToken", bytes: answer.token }
  const { certificate, certificates = [], signature } = answer
  return { ...asked, kind: "challengedCertificate", bytes: certificate, certificates, signature }
}
