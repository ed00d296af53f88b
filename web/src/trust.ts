// The trust configuration (docs/trust.md).

/** A certificate or key: the bytes (DER, or the raw key), or the text of docs/trust.md (base64; for certificates also PEM). */
export type Encoded = Uint8Array | string

/** Whom to trust for what. What is left out has its strictest value; docs/trust.md says which. */
export interface TrustConfig {
  authorities: readonly Authority[]
  policy?: Policy
  /** Certificates through whose keys no path runs, whoever certifies them: of anchors that were removed, of compromised CAs. */
  distrusted?: readonly Encoded[]
}

/** It has anchors, issuers of verifiable credentials, or both. */
export type Authority = AuthorityOptions &
  (
    | { anchors: readonly Encoded[]; issuers?: readonly TokenIssuer[] }
    | { anchors?: readonly Encoded[]; issuers: readonly TokenIssuer[] }
  )

export interface AuthorityOptions {
  /** Stable name, `[a-z0-9.-]{1,64}`. It stands in verdicts, signed heads and mirror addresses. */
  id: string
  /** What it may assert: `example.com`, `.example.com` (any host below it), `mimi://example.com/u/`. Nothing else. */
  scope: readonly string[]
  /** Whether what an anchor says beside its name and key holds too. Left out: `apply`. */
  anchorConstraints?: "apply" | "ignore"
  /** CA certificates that presentations may omit. Standing here does not make them trusted. */
  intermediates?: readonly Encoded[]
  /** What the end entity must be for, all of them: names or dotted OIDs. Left out: `["clientAuth"]`. */
  extendedKeyUsage?: readonly string[]
  /** Certificate policies, as inputs of RFC 5280, Section 6.1.1. Left out: any or none. */
  policies?: { acceptable?: readonly string[]; requireExplicit?: boolean; inhibitMapping?: boolean; inhibitAny?: boolean }
  status?: "required" | "endEntity" | "uncheckedUnsafe"
  /**
   * Seconds. The status of an end entity that was issued for at most so long need not be known, unless it refers to status
   * information. Left out: that of every end entity must be.
   */
  shortLived?: number
  revocation?: Revocation
}

/** An issuer of verifiable credentials. Its keys are `jwks`, those of a DID that is a key, with `x5c` certified by an anchor, or in `document`. */
export interface TokenIssuer {
  /**
   * `iss` or `issuer` of its credentials, byte for byte: a URL, a DID, or with `jwks` any text without spaces; `""`, with
   * `jwks`, for credentials that name no issuer.
   */
  id: string
  jwks?: { keys: readonly object[] }
  /** Credentials bring a certification path to an anchor. */
  x5c?: boolean
  /** In which document the keys stand. The first two are fetched by `refresh` alone; anyone may bring the others. */
  document?: "metadata" | "didWeb" | "signedJwks" | "didWebvh"
  /** The https addresses that `refresh` fetches the document from, and the JWK Set that metadata links to. Left out: none. */
  fetch?: readonly string[]
  /** Seconds since it was fetched or, if it is signed, made, until which a document counts. Left out: docs/trust.md. */
  maxAge?: number
  /** `vct`, or types, of which a credential must have one. Left out: every type. */
  types?: readonly string[]
  /** Where its credentials say whom they are about. Left out: they identify nobody. */
  identifiers?: readonly ClaimRule[]
  /** Paths of claims to display. */
  name?: readonly string[]
  organization?: readonly string[]
  email?: readonly string[]
  /** The path of a claim that says whether the address is known to be the holder's. */
  emailVerified?: readonly string[]
  roles?: readonly string[]
}

/** A claim that holds an identifier. */
export interface ClaimRule {
  /** The path of members from the payload down. */
  claim: readonly string[]
  form?: "uri" | "email"
  /** Stands before the claim's text. */
  prefix?: string
  /** The path of a claim that must be `true`. */
  verified?: readonly string[]
}

/** Heads are signed by these keys, or by a key that an anchor certifies, or an issuer with `jwks` delegates, for it. */
export type Revocation = RevocationOptions &
  (
    | {
        keys: readonly HeadKey[]
        /** How many of the keys must have signed. Left out: all of them. */
        threshold?: number
        delegated?: false
      }
    | { delegated: true; keys?: never; threshold?: never }
  )

export interface HeadKey {
  algorithm: "Ed25519" | "ECDSA-P256-SHA256" | "ML-DSA-44" | "ML-DSA-65"
  key: Encoded
}

export interface RevocationOptions {
  /** Where `refresh` fetches, an https address. Verifying never does. */
  mirror?: string
  /** That of the rollover that led to these keys: heads of keys replaced since are refused. Left out: 0. */
  sequence?: number
  /** Seconds after `thisUpdate` until which a head counts as fresh, if its `nextUpdate` is not sooner. */
  maxAge?: number
}

export interface Policy {
  /** A basic credential, for which nobody vouches: `reject` it, or `report` it as unverified(no_assurance). */
  basic?: "reject" | "report"
  /** Names of the algorithms that anything may rest on (docs/trust.md). Left out: all that are supported. */
  algorithms?: readonly string[]
  /** Seconds a LeafNode lifetime may span. */
  maxLeafLifetime?: number
}
