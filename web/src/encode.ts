// Requests to the module, as docs/architecture.md lays them out. Integers are big-endian. Only form is checked here,
// so that nothing is cut off or wraps around on the way; what a request means is the module's to judge.

import type { ChallengedPresentation } from "./answer.js"
import type { Bytes } from "./batch.js"
import { E2eidError } from "./errors.js"
import type { TrustConfig } from "./trust.js"
import type { Bag, Carrier, Possession, Presentation, Token } from "./types.js"

const KIND = { keyPackage: 1, leafNode: 2, certificate: 3, token: 4, bareToken: 5, challengedCertificate: 6, challengedToken: 7 } as const
const CARRIER = { keyPackage: 1, update: 2, commit: 3, tree: 4 } as const
export const ROLE = { initiator: 1, responder: 2 } as const
const ASSURED_BEFORE = 1
const DISCOVER = 2
const GUESSED = 4
const PATH_ONLY = 8
const PROVEN = 16

// Of what is larger than the module takes (packages mls, vc, x509 and verifier), one more than that is written: it is
// refused as the whole would be, which need not be copied for it, nor stay in the module's memory.
const MAX_BYTES = 256 << 10
const MAX_TREE_BYTES = 64 << 20
const MAX_CERTIFICATES = 64

// Of such text a browser makes bytes no faster than the loop does, after the way there and back.
const SHORT = 64

const utf8 = new TextEncoder()
const empty = new Uint8Array()

/** Appends integers and byte strings to one growing buffer. */
export class Writer {
  #buffer: Bytes
  #size = 0

  /** It writes into `room` as long as that suffices. */
  constructor(room: Bytes = new Uint8Array(256)) {
    this.#buffer = room
  }

  uint8(value: number, name: string): this {
    return this.#integer(integer(value, 0xff, name), 1)
  }

  uint16(value: number, name: string): this {
    return this.#integer(integer(value, 0xffff, name), 2)
  }

  uint32(value: number, name: string): this {
    return this.#integer(integer(value, 0xffff_ffff, name), 4)
  }

  /** Unix seconds of a date. A fraction of a second is dropped towards the past. */
  time(date: Date, name: string): this {
    const seconds = Math.floor(date instanceof Date ? date.getTime() / 1000 : NaN)
    if (!Number.isSafeInteger(seconds)) throw new E2eidError("invalid_request", `${name} is not a valid Date`)
    return this.#integer(Math.floor(seconds / 2 ** 32), 4).#integer(seconds, 4)
  }

  /** Bytes as they are, without their size. */
  raw(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length)
    this.#buffer.set(bytes, at)
    return this
  }

  /** `opaque x<4>` */
  opaque(bytes: Uint8Array, name: string): this {
    if (!(bytes instanceof Uint8Array)) throw new E2eidError("invalid_request", `${name} is not a Uint8Array`)
    return this.uint32(bytes.length, name).raw(bytes)
  }

  /** `opaque x<4>` of text. */
  text(text: string, name: string): this {
    if (typeof text !== "string") throw new E2eidError("invalid_request", `${name} is not a string`)
    const before = this.#size
    const at = this.uint32(text.length, name).#grow(text.length)
    if (ascii(text, this.#buffer.subarray(at, this.#size))) return this
    this.#size = before
    return this.opaque(utf8.encode(text), name)
  }

  /** `opaque x<4>` of text or the bytes of it. */
  token(token: Token, name: string): this {
    return typeof token === "string" ? this.text(token, name) : this.opaque(token, name)
  }

  finish(): Bytes {
    return this.#buffer.subarray(0, this.#size)
  }

  #grow(by: number): number {
    const at = this.#size
    this.#size += by
    if (this.#size > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#size, 2 * this.#buffer.length))
      larger.set(this.#buffer)
      this.#buffer = larger
    }
    return at
  }

  // Big-endian. Of what is negative the bytes are those of two's complement.
  #integer(value: number, size: number): this {
    let at = this.#grow(size)
    for (let bits = 8 * size - 8; bits >= 0; bits -= 8) this.#buffer[at++] = value >> bits
    return this
  }
}

// Writes text of which each character is one byte, and reports whether it is.
function ascii(text: string, into: Uint8Array): boolean {
  if (text.length > SHORT) return utf8.encodeInto(text, into).read === text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return false
    into[i] = code
  }
  return true
}

// A name that is no text could pass here for one, and for none where it is compared: then a part would not be written,
// and the module would read what follows in its place.
function valueOf<K extends string>(values: Record<K, number>, name: K, what: string): number {
  if (typeof name === "string" && Object.hasOwn(values, name)) return values[name]
  throw new E2eidError("invalid_request", `unknown ${what} ${String(name)}`)
}

function cut<T extends Token>(bytes: T, max: number): T {
  if (typeof bytes === "string") return bytes.slice(0, max + 1) as T
  return bytes instanceof Uint8Array ? (bytes.subarray(0, max + 1) as T) : bytes
}

// Whatever else a caller takes for true must not pass for false.
function isSet(flag: boolean | undefined, name: string): boolean {
  if (flag !== undefined && typeof flag !== "boolean") throw new E2eidError("invalid_request", `${name} is neither true nor false`)
  return flag === true
}

function integer(value: number, max: number, name: string): number {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new E2eidError("invalid_request", `${name} is not an integer from 0 to ${max}`)
  }
  return value
}

/** Request of `configure`. */
export function configureRequest(trust: string): Uint8Array {
  return new Writer().text(trust, "trust").finish()
}

/** What can be judged: an answer to a challenge is put together by `verifyChallenge` alone. */
export type AnyPresentation = Presentation | ChallengedPresentation

/** Request of `plan`, in `room` if that suffices. */
export function planRequest(presentations: readonly (AnyPresentation | Encoded)[], at: Date, now: Date, room?: Bytes): Bytes {
  const w = new Writer(room).time(at, "at").time(now, "now").uint32(presentations.length, "presentations")
  for (const presentation of presentations) {
    if (presentation instanceof Encoded) w.raw(presentation.bytes)
    else writePresentation(w, presentation)
  }
  return w.finish()
}

/** A presentation that will be judged again, in the form that `plan` takes. */
export class Encoded {
  readonly bytes: Uint8Array

  /** A holder's proof was shown at `provenAt`, and is for that time alone. */
  constructor(presentation: AnyPresentation, provenAt: Date) {
    const w = new Writer()
    writePresentation(w, presentation, provenAt)
    this.bytes = w.finish().slice()
  }
}

function writePresentation(w: Writer, p: AnyPresentation, provenAt?: Date): void {
  const kind = valueOf(KIND, p.kind, "kind of presentation")
  const leaf = p.kind === "leafNode" ? p : undefined // nothing else has a place in a group
  const carriesCertificates = p.kind === "certificate" || p.kind === "challengedCertificate"
  const certificates = carriesCertificates ? (p.certificates?.slice(0, MAX_CERTIFICATES + 1) ?? []) : []
  const expected = expectedOf(p)
  const proven = isToken(p) || p.kind === "challengedToken" ? provenAt : undefined
  w.uint8(kind, "kind")
    .uint16(cipherSuiteOf(p), "cipherSuite")
    .uint8(leaf ? carrierOf(leaf) : 0, "carrier")
    .uint8(flagsOf(p) | (isSet(leaf?.guessed, "guessed") ? GUESSED : 0) | (proven ? PROVEN : 0), "flags")
    .opaque(leaf?.groupId ?? empty, "groupId")
    .uint32(leaf?.leafIndex ?? 0, "leafIndex")
    .opaque(signatureKeyOf(p), "signatureKey")
    .uint16(expected.length, "expected")
  for (const identifier of expected) w.text(identifier, "expected")
  if (isToken(p) || p.kind === "challengedToken") w.token(cut(p.bytes, MAX_BYTES), "bytes")
  else w.opaque(cut(p.bytes, MAX_BYTES), "bytes")
  w.uint16(certificates.length, "certificates")
  for (const certificate of certificates) w.opaque(cut(certificate, MAX_BYTES), "certificate")
  if (isToken(p)) writeContext(w, p)
  if (p.kind === "challengedCertificate" || p.kind === "challengedToken") writeChallenge(w, p)
  if (proven) w.time(proven, "at")
}

// Empty text stands for none. Only a bare token may be without, and then nothing else must leave its holder open.
function writeContext(w: Writer, p: TokenPresentation): void {
  const { audience = "", nonce = "" } = p
  if ((audience === "") !== (nonce === "") || (p.kind === "token" && nonce === "")) {
    throw new E2eidError("invalid_request", "a token needs audience and nonce")
  }
  if (p.kind === "bareToken" && p.signatureKey === undefined && !isPathOnly(p)) {
    throw new E2eidError("invalid_request", "a bare token needs signatureKey")
  }
  w.text(audience, "audience").text(nonce, "nonce")
}

function writeChallenge(w: Writer, p: ChallengedPresentation): void {
  const { presenterRole, session, nonce, verifier, presenter } = p.challenge
  w.uint8(ROLE[presenterRole], "presenterRole").opaque(session, "session").opaque(nonce, "nonce")
  w.text(verifier.identifier, "verifier").opaque(verifier.identityKey, "identityKey")
  w.text(cut(presenter.identifier, MAX_BYTES), "presenter").opaque(presenter.identityKey, "identityKey")
  w.opaque(p.kind === "challengedCertificate" ? cut(p.signature, MAX_BYTES) : empty, "signature")
}

// 0 stands for "its own" in a KeyPackage's request, so an explicit 0 is a mistake and not a wildcard.
function cipherSuiteOf(p: AnyPresentation): number {
  if (p.kind !== "keyPackage" && p.kind !== "leafNode") return 0
  if (p.kind === "keyPackage" && p.cipherSuite === undefined) return 0
  if (!p.cipherSuite) throw new E2eidError("invalid_request", "cipherSuite is missing")
  return p.cipherSuite
}

function carrierOf({ carrier, groupId, leafIndex }: Carrier): number {
  const value = valueOf(CARRIER, carrier, "carrier")
  if (carrier !== "keyPackage" && (groupId === undefined || leafIndex === undefined)) {
    throw new E2eidError("invalid_request", `a LeafNode carried by ${carrier} needs groupId and leafIndex`)
  }
  return value
}

// An empty key on the wire means that none is named: a caller whose key is empty has made a mistake.
function signatureKeyOf(p: Possession): Uint8Array {
  if (p.signatureKey === undefined) return empty
  if (p.signatureKey.length === 0) throw new E2eidError("invalid_request", "signatureKey is empty")
  return p.signatureKey
}

function flagsOf(p: AnyPresentation): number {
  const assured = isSet(p.assuredBefore, "assuredBefore") ? ASSURED_BEFORE : 0
  const whom = isSet(p.discover, "discover") ? DISCOVER : isPathOnly(p) ? PATH_ONLY : 0 // expectedOf refuses both
  return assured | whom
}

function isPathOnly(p: AnyPresentation): boolean {
  return (p.kind === "certificate" || isToken(p)) && isSet(p.pathOnly, "pathOnly")
}

type TokenPresentation = Extract<Presentation, { kind: "token" | "bareToken" }>

function isToken(p: AnyPresentation): p is TokenPresentation {
  return p.kind === "token" || p.kind === "bareToken"
}

// Neither an expectation nor discover, or both, is a mistake that must not pass for "anyone".
function expectedOf(p: AnyPresentation): readonly string[] {
  const expected = typeof p.expected === "string" ? [p.expected] : (p.expected ?? [])
  if (Number(expected.length > 0) + Number(isSet(p.discover, "discover")) + Number(isPathOnly(p)) !== 1) {
    throw new E2eidError("invalid_request", "either expected names at least one identifier, or discover or pathOnly is true")
  }
  return expected
}

/** Request of `bag`. */
export function bagRequest({ certificates = [], crls = [], ocsp = [], statusLists = [], statusAssertions = [], issuerDocuments = [] }: Bag): Uint8Array {
  const der = [certificates, crls, ocsp]
  const count = der.reduce((sum, { length }) => sum + length, statusLists.length + statusAssertions.length + issuerDocuments.length)
  const w = new Writer().uint32(count, "bag")
  der.forEach((items, i) => {
    for (const item of items) w.uint8(i + 1, "kind").opaque(item, "item of the bag")
  })
  for (const list of statusLists) w.uint8(4, "kind").token(list, "status list")
  for (const assertion of statusAssertions) w.uint8(5, "kind").token(assertion, "status assertion")
  for (const document of issuerDocuments) w.uint8(6, "kind").token(document, "issuer document")
  return w.finish()
}

/** Request of `document`. */
export function documentRequest(issuer: string, url: string, fetched: Date, document: Uint8Array): Uint8Array {
  return new Writer().text(issuer, "issuer").text(url, "url").time(fetched, "fetched").opaque(document, "document").finish()
}

/** Request of `members`. */
export function membersRequest(tree: Uint8Array, cipherSuite: number, groupId: Uint8Array): Uint8Array {
  return new Writer().uint16(cipherSuite, "cipherSuite").opaque(groupId, "groupId").opaque(cut(tree, MAX_TREE_BYTES), "ratchetTree").finish()
}

/** Request of `head`. */
export function headRequest(authority: string, now: Date, head: Uint8Array): Uint8Array {
  return new Writer().text(authority, "authority").time(now, "now").opaque(head, "head").finish()
}

/** Request of `conclude` and `accept`. */
export function answersRequest(plan: number, answers: Uint8Array): Uint8Array {
  return new Writer(new Uint8Array(4 + answers.length)).uint32(plan, "plan").raw(answers).finish()
}

/** Request of `lists`. */
export function listsRequest(authority: string): Uint8Array {
  return new Writer().text(authority, "authority").finish()
}

/** Request of `install`. */
export function installRequest(plan: number, blobs: readonly Uint8Array[]): Uint8Array {
  const w = new Writer().uint32(plan, "plan").uint32(blobs.length, "blobs")
  for (const blob of blobs) w.opaque(blob, "blob")
  return w.finish()
}

/** The JSON of docs/trust.md. Names are passed on as they are: the module refuses what it does not know. */
export function trustText(trust: TrustConfig): string {
  return JSON.stringify(trust, function (this: Record<string, unknown>, name, value: unknown) {
    const given = this[name] // before toJSON, which a Buffer has
    return given instanceof Uint8Array ? base64(given) : value
  })
}

/** With padding. */
export function base64(bytes: Uint8Array): string {
  let binary = ""
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}
