import type { Code } from "./codes.js"

/**
 * Misuse, or a fault of the host: `invalid_request` and `invalid_config` name what the application did wrong,
 * `internal` means that the module or this browser failed. A presentation that is not verified is a Verdict, never an
 * error.
 */
export class E2eidError extends Error {
  override readonly name = "E2eidError"
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** An authority has signed two heads of one number. */
export class EquivocationError extends E2eidError {
  readonly authority: string
  readonly number: number
  /** Lower-case hex of the hashes of the head that is held, and of the other one. */
  readonly hashes: readonly [held: string, got: string]
  /** The head that has shown it, if one was offered. */
  served: Uint8Array | undefined

  constructor(message: string, authority: string, number: number, held: string, got: string) {
    super("equivocation", message)
    this.authority = authority
    this.number = number
    this.hashes = [held, got]
  }
}

/** The error a failure stands for: itself if it is ours, else one with `code` and it as the cause. */
export function asE2eidError(error: unknown, code: Code, message: string): E2eidError {
  return error instanceof E2eidError ? error : new E2eidError(code, message, { cause: error })
}
