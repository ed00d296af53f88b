// Bound challenges (docs/challenge.md): what both ends of a session make of what they hold, and the verifier's memory of
// what it has asked.

import { base64, ROLE, Writer } from "./encode.js"
import { E2eidError } from "./errors.js"
import type { Possession, Token } from "./types.js"

/** One end of a session, as the other one knows it. */
export interface Party {
  /** Reference identifier in canonical form, such as `mimi://example.com/u/alice`. */
  identifier: string
  /** The messenger's long-term public key that the session's handshake has authenticated, as the handshake carries it. */
  identityKey: Uint8Array
}

/** What a verifier asks of the other end of a session. */
export interface ChallengeRequest {
  /** Which end the presenter is: who began the handshake, or who answered it. */
  presenterRole: "initiator" | "responder"
  /**
   * 16 to 64 bytes that both ends derive from the handshake and no other session has: a secret of a KDF under a label of
   * its own, or a hash of all public values of the handshake. Never an id that a server or one end has chosen.
   */
  session: Uint8Array
  /** Who asks. */
  verifier: Party
  /** Who answers. The name comes with the answer, and what is expected is said when it is verified. */
  presenter: Pick<Party, "identityKey">
}

/**
 * What a presenter answers. All of it is from its own session, but for the nonce and the verifier's identifier, which have
 * come with the question.
 */
export interface BoundChallenge extends ChallengeRequest {
  nonce: Uint8Array
  presenter: Party
}

/** An answer: a certificate and what its key has signed ({@link challengeBytes}), or a token ({@link challengeNonce}). */
export type ChallengeAnswer =
  | {
      certificate: Uint8Array
      /** Others that came with it, in any order. */
      certificates?: readonly Uint8Array[]
      /** As WebCrypto makes it. */
      signature: Uint8Array
      token?: never
    }
  | { token: Token; certificate?: never }

/**
 * Who is expected; the first is the identifier that the presenter has signed as. With `discover` it is the one that the
 * presenter claims, which its credential must confirm; the application must then show it.
 */
export type ChallengeReference =
  | { expected: string | readonly string[]; discover?: never; claimed?: never }
  | { discover: true; claimed: string; expected?: never }

export type ChallengeOptions = ChallengeReference & Possession

/** What the holder's proof of a verifiable credential is made for. */
export const CHALLENGE_AUDIENCE = "e2eid-bound-challenge-1"

const LABEL = new TextEncoder().encode("e2eid bound challenge 1")
const FORM = { signature: 1, token: 2 } as const
const MIN = 16
const MAX = 64
const MAX_KEY = 4096

/** The bytes that the key of this certificate (DER) signs: ECDSA with the hash of the curve's size, Ed25519, RSA-PSS. */
export function challengeBytes(challenge: BoundChallenge, certificate: Uint8Array): Uint8Array<ArrayBuffer> {
  const w = write(challenge, FORM.signature)
  if (!(certificate instanceof Uint8Array) || certificate.length === 0) {
    throw new E2eidError("invalid_request", "certificate is no Uint8Array with content")
  }
  return vector(w, certificate, "certificate").finish()
}

/** The nonce of the holder's proof, for {@link CHALLENGE_AUDIENCE}. */
export async function challengeNonce(challenge: BoundChallenge): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", write(challenge, FORM.token).finish())
  return base64(new Uint8Array(digest)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

/** Gives out a challenge for its one answer, by this presenter. A second time throws. */
export let takeChallenge: (challenge: Challenge, presenter: string) => BoundChallenge

/** A question that waits for its one answer. It lives in this page alone: after a reload ask anew. */
export class Challenge {
  readonly #request: ChallengeRequest
  readonly #nonce = crypto.getRandomValues(new Uint8Array(32))
  #open = true

  static {
    takeChallenge = (challenge, presenter) => challenge.#take(presenter)
  }

  constructor({ presenterRole, session, verifier, presenter }: ChallengeRequest) {
    checkRequest({ presenterRole, session, verifier, presenter })
    const copy = (bytes: Uint8Array) => new Uint8Array(bytes) // slice would be a view of a Buffer
    this.#request = {
      presenterRole,
      session: copy(session),
      verifier: { identifier: verifier.identifier, identityKey: copy(verifier.identityKey) },
      presenter: { identityKey: copy(presenter.identityKey) },
    }
  }

  /** What is sent to the presenter, with the verifier's identifier. */
  get nonce(): Uint8Array<ArrayBuffer> {
    return this.#nonce.slice()
  }

  #take(presenter: string): BoundChallenge {
    if (!this.#open) throw new E2eidError("invalid_request", "this challenge has been answered: make another")
    this.#open = false
    const { identityKey } = this.#request.presenter
    return { ...this.#request, nonce: this.#nonce, presenter: { identifier: presenter, identityKey } }
  }
}

function write(challenge: BoundChallenge, form: number): Writer {
  checkRequest(challenge)
  const { presenterRole, session, nonce, verifier, presenter } = challenge
  checkFilled(nonce, MAX, "nonce")
  checkName(presenter.identifier)
  const w = vector(new Writer(), LABEL, "label").uint8(form, "form").uint8(ROLE[presenterRole], "presenterRole")
  vector(vector(w, session, "session"), nonce, "nonce")
  for (const { identifier, identityKey } of [verifier, presenter]) {
    vector(vector(w, new TextEncoder().encode(identifier), "identifier"), identityKey, "identityKey")
  }
  return w
}

/** `opaque x<V>`: the size in its shortest form (RFC 9420, Section 2.1.2). */
function vector(w: Writer, bytes: Uint8Array, name: string): Writer {
  const size = bytes.length
  if (size < 0x40) w.uint8(size, name)
  else if (size < 0x4000) w.uint16(0x4000 + size, name)
  else w.uint32(0x8000_0000 + size, name)
  return w.raw(bytes)
}

function checkRequest({ presenterRole, session, verifier, presenter }: ChallengeRequest): void {
  if (!Object.hasOwn(ROLE, presenterRole)) throw new E2eidError("invalid_request", "presenterRole is initiator or responder")
  checkFilled(session, MAX, "session")
  checkName(verifier.identifier)
  checkFilled(verifier.identityKey, MAX_KEY, "identityKey")
  checkFilled(presenter.identityKey, MAX_KEY, "identityKey")
}

// Zeroes are a buffer that nobody has filled.
function checkFilled(bytes: Uint8Array, most: number, name: string): void {
  if (!(bytes instanceof Uint8Array) || bytes.length < MIN || bytes.length > most || bytes.every((byte) => byte === 0)) {
    throw new E2eidError("invalid_request", `${name} is not a Uint8Array of ${MIN} to ${most} bytes that are not all zero`)
  }
}

function checkName(identifier: string): void {
  if (typeof identifier !== "string" || identifier === "") {
    throw new E2eidError("invalid_request", "identifier is not a string with characters")
  }
}
