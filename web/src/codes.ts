// The closed sets of package verifier (verifier/code.go, verifier/check.go). createVerifier refuses a module whose sets
// differ, so no value outside them can reach an application.

/** Why a verdict is not `verified`, or why a call failed. A code is never renamed and never gets another meaning. */
export const CODES = [
  "internal",
  "invalid_request",
  "invalid_config",
  "malformed",
  "budget",
  "unsupported_credential",
  "unsupported_algorithm",
  "no_assurance",
  "credential_type_not_allowed",
  "credential_downgrade",
  "key_mismatch",
  "algorithm_not_allowed",
  "suite_mismatch",
  "wrong_source",
  "bad_signature",
  "bad_key",
  "no_key_binding",
  "pop_context",
  "bad_binding",
  "lifetime",
  "untrusted_issuer",
  "issuer_keys_unavailable",
  "stale_issuer_keys",
  "bad_chain",
  "name_constraint",
  "policy_constraint",
  "unsupported_critical",
  "expired",
  "not_yet_valid",
  "wrong_key_usage",
  "no_identity",
  "identity_mismatch",
  "ambiguous_identity",
  "authority_not_for_domain",
  "ambiguous_authority",
  "revoked",
  "suspended",
  "not_covered",
  "stale_revocation",
  "revocation_unavailable",
  "clock",
  "bad_revocation",
  "rollback",
  "equivocation",
  "fast_forward",
] as const

/** One of {@link CODES}. */
export type Code = (typeof CODES)[number]

/** What a verification looks at. The numbers are permanent. */
export const CHECKS = [
  "FORM-1", // decodes strictly
  "CRED-1", // credential type accepted
  "CRED-2", // no downgrade
  "POP-1", // LeafNode signature, in its context
  "POP-2", // the credential's key is the signature key
  "POP-3", // key and scheme fit the cipher suite
  "POP-4", // KeyPackage signature
  "POP-5", // LeafNode made for this use
  "POP-6", // lifetime
  "POP-7", // holder of a verifiable credential
  "POP-8", // context of the holder's proof
  "POP-9", // binding of a multi-credential
  "POP-10", // answer of a certificate's key to a challenge
  "VC-1", // issuer of a verifiable credential
  "KEY-1", // its keys: metadata
  "KEY-2", // did:web document
  "KEY-3", // Signed JWK Set
  "KEY-4", // did:webvh log
  "PATH-1", // certification path to a trust anchor
  "PATH-2", // validity
  "PATH-3", // basic constraints, path length, key usage of each CA
  "PATH-4", // critical extensions
  "PATH-5", // key usage of the end entity
  "PATH-6", // name constraints
  "PATH-7", // certificate policies
  "NAME-1", // presents an identifier
  "NAME-2", // the expected one
  "NAME-3", // within the authority's scope
  "NAME-4", // one authority vouches
  "STAT-1", // a list covers it
  "STAT-2", // revocation data is fresh
  "STAT-3", // not revoked
] as const

/** One of {@link CHECKS}. */
export type Check = (typeof CHECKS)[number]

/** What a verdict can say. Only `verified` shows a name as proven. */
export const OUTCOMES = ["verified", "undetermined", "unverified", "rejected"] as const

/** One of {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number]
