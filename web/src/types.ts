import type { Challenge, ChallengeAnswer, ChallengeOptions, ChallengeRequest } from "./challenge.js"
import type { Check, Code, Outcome } from "./codes.js"
import type { TrustConfig } from "./trust.js"

// The standard library's type of a Module is empty, so that even a string would fit it.
type Module = WebAssembly.Module & object

/** Compiled or fetched by the caller: nothing is downloaded implicitly, and a strict CSP keeps working. */
export type WasmSource = Module | Response | PromiseLike<Module | Response>

/**
 * Where revocation data outlives the page: IndexedDB, a file, anything that keeps bytes under a name. It need not be
 * trusted with more than keeping: what it returns is verified again, but for documents of issuers' keys that are not
 * signed (`metadata`, `didWeb`), which whoever can write there can replace. Tabs may share one.
 */
export interface AsyncKV {
  get(key: string): PromiseLike<Uint8Array | undefined>
  set(key: string, value: Uint8Array): PromiseLike<unknown>
  /** Forgets what is no longer needed. Without it the store grows. */
  delete?(key: string): PromiseLike<unknown>
}

export interface VerifierOptions {
  /** The verifier's module, `@e2eid/verify/verifier.wasm`. */
  wasm: WasmSource
  /**
   * Brings `@e2eid/verify/backend.wasm`, with the signature algorithms that WebCrypto lacks: Ed448 in all browsers,
   * Ed25519 and ML-DSA in some. It is called when the first such signature is to be checked. Left out, or not there in
   * 30 seconds: those presentations are not verified, with code `unsupported_algorithm`.
   */
  backend?: () => WasmSource
  store?: AsyncKV
  /** The clock; the system's if left out. */
  now?: () => Date
}

/**
 * Who the application expects: reference identifiers, each of which must be presented. `discover: true` instead takes
 * whoever it is; the application must then show the identity, since nothing says it is the right one.
 */
export type Reference =
  | { expected: string | readonly string[]; discover?: never }
  | { discover: true; expected?: never }

export interface Possession {
  /** The signature key that the protocol uses for this client. Left out: whatever key the presentation is signed with. */
  signatureKey?: Uint8Array
  /** This client has shown a credential that somebody vouches for: a basic one now is a downgrade. */
  assuredBefore?: boolean
}

export type KeyPackageOptions = Reference &
  Possession & {
    /** Cipher suite of the group it is for. Left out: its own. */
    cipherSuite?: number
  }

/** What carried a LeafNode (RFC 9420, Section 7.2). The signature of all but a KeyPackage's may cover its place in the group. */
export type Carrier =
  | { carrier: "keyPackage"; groupId?: never; leafIndex?: never; guessed?: never }
  | { carrier: "update" | "commit"; groupId: Uint8Array; leafIndex: number; guessed?: never }
  | {
      carrier: "tree"
      groupId: Uint8Array
      leafIndex: number
      /** As `members` has it. Left out: whoever took the tree apart knew where each leaf ends. */
      guessed?: boolean
    }

export type LeafNodeOptions = Reference &
  Possession &
  Carrier & {
    /** Cipher suite of the group. */
    cipherSuite: number
  }

/**
 * A certificate by itself, such as that of an external sender: whoever presents it proves by other means that it is
 * theirs. `signatureKey` is the key they proved it with.
 */
export type CertificateOptions = ((Reference & { pathOnly?: never }) | PathOnly) &
  Possession & {
    /** Others that came with it, in any order. */
    certificates?: readonly Uint8Array[]
  }

/** Whether it is valid, whomever it names. What is verified then is no identity: its `id` is empty. */
export interface PathOnly {
  pathOnly: true
  expected?: never
  discover?: never
}

/** What one client presents, in its encoding, a KeyPackage bare or as an MLSMessage; and what is known about it. */
export type Presentation =
  | ({ kind: "keyPackage"; bytes: Uint8Array } & KeyPackageOptions)
  | ({ kind: "leafNode"; bytes: Uint8Array } & LeafNodeOptions)
  | ({ kind: "certificate"; bytes: Uint8Array } & CertificateOptions)
  | ({ kind: "token"; bytes: Token } & TokenOptions)
  | ({ kind: "bareToken"; bytes: Token } & BareTokenOptions)

/** A credential or list: text or its bytes, or the bytes of COSE. */
export type Token = string | Uint8Array

/**
 * A verifiable credential with its holder's proof: an SD-JWT with key binding, or a vp. The nonce is the application's
 * own, fresh for each presentation and not guessable, and it takes none twice.
 */
export type TokenOptions = ((Reference & { pathOnly?: never }) | PathOnly) & Possession & { audience: string; nonce: string }

/** A verifiable credential whose holder proves by other means that `signatureKey` is theirs. */
export type BareTokenOptions = ((Reference & { pathOnly?: never; signatureKey: Uint8Array }) | PathOnly) &
  Possession &
  /** Of a proof that is there nevertheless. */
  ({ audience: string; nonce: string } | { audience?: never; nonce?: never })

/**
 * What may help to judge: certificates, CRLs and OCSP responses as DER, status lists and assertions, and issuers' keys. It may come from anyone: nothing
 * in it is trusted, and what is of no use is passed over.
 */
export interface Bag {
  certificates?: readonly Uint8Array[]
  crls?: readonly Uint8Array[]
  ocsp?: readonly Uint8Array[]
  /** Signed status lists of verifiable credentials: JWT, CWT or COSE, or JSON with Data Integrity proofs. */
  statusLists?: readonly Token[]
  /** Status assertions, which holders bring. */
  statusAssertions?: readonly Token[]
  /** Documents of issuers' keys that are signed: Signed JWK Sets, and logs of a did:webvh. No others: see `refresh`. */
  issuerDocuments?: readonly Token[]
}

/** An item of a bag that was left out. */
export interface Refused {
  /** Its place, counted through certificates, crls, ocsp, statusLists, statusAssertions and issuerDocuments, from 0. */
  item: number
  code: Code
  message: string
}

export interface Times {
  /** When it must have been valid, such as when an old message was sent. Left out: `now`. */
  at?: Date | undefined
  /** When it is judged, for revocation and freshness. Left out: the verifier's clock. */
  now?: Date | undefined
}

/** An occupied leaf of a ratchet tree. `{ ...member, expected }` is its presentation. */
export interface Member {
  kind: "leafNode"
  /** The encoded LeafNode. */
  bytes: Uint8Array
  carrier: "tree"
  cipherSuite: number
  groupId: Uint8Array
  leafIndex: number
  /**
   * It stands behind a credential of a type whose end nobody knows, so that its own begin is a guess. Then nobody is
   * vouched for.
   */
  guessed: boolean
}

/** All times are Unix seconds. */
export type Verdict = Verified | NotVerified

export interface Verified {
  outcome: "verified"
  identity: Identity
  /** How fresh the revocation data was; null where the configuration leaves revocation unchecked. */
  revocation: Freshness | null
  /** It was valid at `at` but is no longer at `now`. */
  historical: boolean
  warnings: readonly string[]
  findings: readonly Finding[]
}

export interface NotVerified {
  outcome: Exclude<Outcome, "verified">
  code: Code
  /** For people who debug; the code is what programs read. */
  message: string
  /** Which certificate it is about, counted from the end entity (0). */
  certificate?: number
  revoked?: { since?: number; reason: string }
  /** What would settle an undetermined verdict. */
  missing: readonly { kind: "revocation" | "crl" | "statusList" | "statusAssertion" | "issuerDocument" | "intermediate"; name: string }[]
  warnings: readonly string[]
  findings: readonly Finding[]
}

export interface Identity {
  /** The identifier to show: the one that was expected, if one was. */
  id: string
  /** Every identifier the credential presents and the authority may assert. */
  identifiers: readonly string[]
  /** Id of the authority that vouches. */
  authority: string
  /** Display attributes, as the authority certified them. */
  name?: string
  organization?: string
  /** Of a verifiable credential. Not `verified`: the authority says no more than that it was stated. */
  email?: { address: string; verified: boolean }
  /** Of a verifiable credential. What they mean is between the authority and the application. */
  roles?: readonly string[]
  /** Certificate policies that the path is valid for, dotted. */
  policies?: readonly string[]
  notBefore: number
  notAfter: number
}

export interface Freshness {
  /**
   * What kind of data the verdict rests on; of several, that which is first to be too old. `shortLived` is none: the
   * credential expires at `freshUntil`, and the configuration asks no more of it.
   */
  source: "list" | "crl" | "ocsp" | "statusList" | "statusAssertion" | "shortLived"
  /** Rising number of the authority's head; 0 for other sources. */
  number: number
  thisUpdate: number
  nextUpdate: number
  /** The last second: after it the same presentation is undetermined(stale_revocation), unless newer data is held. */
  freshUntil: number
}

export interface Finding {
  check: Check
  result: "passed" | "failed" | "undetermined" | "skipped"
  code?: Code
  certificate?: number
}

/** That an authority, or a thief of its key, tells different people different things: a matter for people. */
export interface Evidence {
  /** Of which there are two heads; the second may be of the next number, and say that another one came before. */
  number: number
  /** The heads as they were received, signed. One alone where the store no longer has the other, or never had. */
  heads: readonly Uint8Array[]
}

export interface RefreshOptions {
  signal?: AbortSignal
  /** Ids of the authorities to ask for. Left out: all that have a mirror, or issuers with `fetch`. */
  authorities?: readonly string[]
}

/** What became of one authority's revocation data, or of a document of one of its issuers. A failure leaves in place what was held. */
export type RefreshResult =
  | {
      authority: string
      outcome: "updated" | "current"
      /** Number of the head now held. */
      number: number
      /** False if there is a store and it failed to keep the data; it is in use nevertheless. */
      stored: boolean
      /** Once it has been seen, whatever comes after; also in the store. */
      evidence?: Evidence
    }
  | {
      authority: string
      /** Whose keys stand in the document. */
      issuer: string
      url: string
      outcome: "fetched"
      stored: boolean
    }
  | {
      authority: string
      /** Of a document. */
      issuer?: string
      url?: string
      outcome: "failed"
      code: Code
      message: string
      /** Number of the head still held, if any. */
      number?: number
      /** Once it has been seen, whatever comes after; also in the store. */
      evidence?: Evidence
    }

/** What became of a record found in the store. `failed` records are left alone until newer data replaces them. */
export interface RestoreResult {
  /**
   * Which record: the state that guards against rollback, an authority's lists, a document of an issuer's keys, or evidence
   * against an authority. The state is kept twice: if it is both `failed` and `restored`, a write was cut off, and what is
   * used is what was written before it; heads that are older than what was lost, and newer than that, are then taken.
   */
  record: "state" | "lists" | "document" | "evidence"
  /** With `lists`, `document` and `evidence`. */
  authority?: string
  /** With `document`. */
  url?: string
  outcome: "restored" | "failed"
  evidence?: Evidence
  code?: Code
  message?: string
}

/** What can be watched. An answer to a challenge spends it, as `verifyChallenge` does. */
export type Watchable = Presentation | ({ kind: "challengeAnswer"; challenge: Challenge; answer: ChallengeAnswer } & ChallengeOptions)

export interface WatchOptions {
  /** When it must have been valid, such as when an old message was sent. Left out: always now. */
  at?: Date
}

/** Called with what is said from now on, and what was said before. What it throws, or rejects with, is written to the console. */
export type WatchListener = (verdict: Verdict, before: Verdict) => unknown

/** A presentation that is judged again and again. */
export interface Watch {
  /** The newest verdict. That it rests on newer data changes `revocation` alone, and is no event. */
  readonly verdict: Verdict
  /** The listener is not called any more. */
  stop(): void
}

export interface Verifier {
  /** What the store held when the verifier was made; empty without a store or with an empty one. */
  readonly restored: readonly RestoreResult[]

  /** Judges the KeyPackage of a client that is to be added. */
  verifyKeyPackage(keyPackage: Uint8Array, options: KeyPackageOptions & Times): Promise<Verdict>

  /** Judges the LeafNode of a member, or of one that updates. */
  verifyLeafNode(leafNode: Uint8Array, options: LeafNodeOptions & Times): Promise<Verdict>

  /** Judges a certificate by itself. */
  verifyCertificate(certificate: Uint8Array, options: CertificateOptions & Times): Promise<Verdict>

  /** Judges a verifiable credential that its holder presents or, of kind `bareToken`, whose holder is known otherwise. */
  verifyToken(
    token: Token,
    options: (({ kind?: "token" } & TokenOptions) | ({ kind: "bareToken" } & BareTokenOptions)) & Times,
  ): Promise<Verdict>

  /**
   * Asks the other end of a session of a messenger without MLS to prove whose it is, with a new nonce. Send
   * `challenge.nonce` and your own identifier, inside the session.
   */
  challenge(request: ChallengeRequest): Challenge

  /**
   * Judges the answer to a challenge, which is spent by that: a second answer throws. A proof for another session, another
   * of the two clients or another nonce is rejected with `bad_signature` or `pop_context`.
   */
  verifyChallenge(challenge: Challenge, answer: ChallengeAnswer, options: ChallengeOptions & Times): Promise<Verdict>

  /**
   * Judges with these from then on, instead of those before. What could not be read is left out, and returned. They are
   * not kept in the store.
   */
  use(bag: Bag): Promise<Refused[]>

  /** Judges a roster in one batch: one verdict for each presentation, in order. Cheaper by far than one call for each. */
  verifyAll(presentations: readonly Presentation[], times?: Times): Promise<Verdict[]>

  /** Splits a ratchet tree (RFC 9420, Section 12.4.3.3) into its occupied leaves. It checks nothing. */
  members(ratchetTree: Uint8Array, cipherSuite: number, groupId: Uint8Array): Promise<Member[]>

  /**
   * Judges a presentation now, and again for the time that it is then: with newer revocation data, a newer document or bag,
   * another trust configuration, after each `refresh`, also one that brought nothing, and when the verdict grows too old or the
   * credential expires. The listener hears of a verdict that says otherwise than the one before; the first is in the result.
   * What was awaited, such as `refresh`, resolves when the listeners have been called.
   *
   * A token's holder proof counts as of now for ever: it is made for one moment, and the credential is judged on. Of a roster
   * watch each member: they are judged in batches. Rejects with `budget` beyond 4096 watches or 64 MiB of presentations.
   */
  watch(presentation: Watchable, listener: WatchListener, options?: WatchOptions): Promise<Watch>

  /**
   * Judges by another trust configuration from then on, with all that is held and remembered. If it is refused
   * (`invalid_config`) the one before stays. The result is like `restored`, about what was held or is in the store of the
   * authorities and issuers that the new one has.
   */
  setTrust(trust: TrustConfig): Promise<RestoreResult[]>

  /**
   * Fetches newer revocation data from the configured mirrors, and documents of issuers' keys from the addresses that
   * the configuration has in `fetch`: the only call that uses the network. Rejects only on misuse or with the reason of
   * an aborted signal; what failed on the way is in the results.
   */
  refresh(options?: RefreshOptions): Promise<RefreshResult[]>

  /** Frees the module and stops all watches. Calls in progress finish; later ones are refused. */
  close(): void
}
