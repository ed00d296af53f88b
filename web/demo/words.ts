// Codes and checks in words for people. The tables are complete by their types.

import type { Check, Code } from "../src/codes.js"
import type { Finding, Freshness, Verdict } from "../src/types.js"
import type { Form } from "./mls-types.js"

/** What passes when a check passes. */
export const CHECK_WORDS: Record<Check, string> = {
  "FORM-1": "The bytes are well-formed, in the one encoding allowed.",
  "CRED-1": "The credential is of a kind this app accepts.",
  "CRED-2": "It is not weaker than what this member has shown before.",
  "POP-1": "The key it presents has signed the leaf.",
  "POP-2": "The certificate is about that same key.",
  "POP-3": "Key and signature scheme fit the cipher suite.",
  "POP-4": "The same key has signed the whole KeyPackage.",
  "POP-5": "The leaf was made for this use.",
  "POP-6": "The leaf is within its lifetime, and that is not too long.",
  "POP-7": "The credential is bound to a key, whose holder presents it.",
  "POP-8": "The holder's proof was made for here and now.",
  "POP-9": "The keys of its credentials have signed this leaf's.",
  "POP-10": "The certificate’s key has signed the challenge.",
  "VC-1": "The credential is of an issuer that an authority has.",
  "KEY-1": "The issuer’s keys are those of its published metadata.",
  "KEY-2": "The issuer’s keys are those of its did:web document.",
  "KEY-3": "The issuer’s keys are those of its newest signed key set.",
  "KEY-4": "The issuer’s keys are those of its newest did:webvh log.",
  "PATH-1": "Signatures lead from the certificate to a trusted authority.",
  "PATH-2": "Every certificate on the way is valid now.",
  "PATH-3": "Every issuer on the way was allowed to issue.",
  "PATH-4": "No certificate demands something this app does not know.",
  "PATH-5": "The certificate is meant for signing as a client.",
  "PATH-6": "No name is outside what an issuer may certify.",
  "PATH-7": "The certificate policies that are demanded lead to it.",
  "NAME-1": "The certificate names somebody.",
  "NAME-2": "It names the one who was expected, and nobody else.",
  "NAME-3": "The authority may speak for that name.",
  "NAME-4": "Exactly one authority vouches.",
  "STAT-1": "The authority’s revocation data covers every certificate.",
  "STAT-2": "That data is fresh.",
  "STAT-3": "None of them is revoked or suspended.",
}

/** The same where the credential is a verifiable one. */
export const TOKEN_CHECK_WORDS: Partial<Record<Check, string>> = {
  "POP-2": "The credential is bound to that same key.",
  "POP-7": "It is bound to a key, and the holder of that presents it.",
  "POP-8": "The holder’s proof was made for here and now.",
  "PATH-1": "The issuer has signed it.",
  "PATH-2": "It is valid now.",
  "NAME-1": "A claim that it shows names somebody.",
  "STAT-1": "The authority’s revocation data covers it.",
  "STAT-3": "It is not revoked or suspended.",
}

export const FORM_WORDS: Record<Form, string> = {
  x509: "X.509 certificate",
  sd_jwt: "SD-JWT VC",
  userinfo_vc: "UserInfo VC",
}

export const CLAIM_WORDS: Record<string, string> = {
  preferred_username: "user name",
  name: "name",
  organization: "organisation",
  email: "e-mail",
  birthdate: "birth date",
}

/** Where the status of a credential was found. */
export const SOURCE_WORDS: Record<Freshness["source"], string> = {
  list: "the authority’s signed list",
  crl: "a CRL",
  ocsp: "an OCSP response",
  statusList: "a status list",
  statusAssertion: "a status assertion",
  shortLived: "its short life",
}

/** Checks of certification paths, which the keys of an issuer do without. */
export const OF_PATHS: ReadonlySet<Check> = new Set<Check>(["PATH-3", "PATH-4", "PATH-5", "PATH-6", "PATH-7"])

/** Checks of verifiable credentials and of answers to challenges, which do not stand under a LeafNode's certificate. */
export const OF_TOKENS: ReadonlySet<Check> = new Set<Check>(["POP-7", "POP-8", "POP-9", "POP-10", "VC-1", "KEY-1", "KEY-2", "KEY-3", "KEY-4"])

/** Headings over the checks whose numbers begin like this. */
export const CHECK_GROUPS: readonly { heading: string; ofTokens?: string; prefixes: readonly string[] }[] = [
  { heading: "What was presented", prefixes: ["FORM", "CRED"] },
  { heading: "Possession of the key", prefixes: ["POP"] },
  { heading: "Certification path", ofTokens: "Issuer", prefixes: ["VC", "KEY", "PATH"] },
  { heading: "Name", prefixes: ["NAME"] },
  { heading: "Revocation", prefixes: ["STAT"] },
]

/** `notReached`: the verdict was clear before, or the check would have needed what failed. */
export type CheckResult = Finding["result"] | "notReached"

export const RESULT_WORDS: Record<CheckResult, string> = {
  passed: "Passed",
  failed: "Failed",
  undetermined: "Undetermined",
  skipped: "Skipped",
  notReached: "Skipped: not reached",
}

export const OUTCOME_WORDS: Record<Verdict["outcome"], string> = {
  verified: "Verified",
  undetermined: "Undetermined",
  unverified: "Unverified",
  rejected: "Rejected",
}

interface CodeWords {
  /** Continues the outcome: "Rejected: …". */
  why: string
  mend: string
}

const hostFault = "Nothing was judged. Reload the app; if it stays, report it to its makers."
const newKeyPackage = "The sender must publish a new KeyPackage."
const realCredential = "Nothing here: whoever sent this must show a credential of an authority you trust."
const askAgain = "The sender must get a credential that says so, and publish a new KeyPackage."
const fetchKeys = "Refresh. If that does not help, the issuer does not publish them where the configuration says."
const authorityFault = "Wait for the authority to publish new data. What was held before stays in use."

export const CODE_WORDS: Record<Code, CodeWords> = {
  internal: { why: "the verifier failed", mend: hostFault },
  invalid_request: { why: "the app asked wrongly", mend: hostFault },
  invalid_config: { why: "the trust configuration is refused", mend: hostFault },
  malformed: { why: "the bytes are malformed", mend: newKeyPackage },
  budget: { why: "judging it would cost too much", mend: newKeyPackage },
  unsupported_credential: { why: "an unknown kind of credential", mend: "A newer version of this app may know it." },
  unsupported_algorithm: { why: "an algorithm that cannot be checked here", mend: "A newer version of this app may know it." },
  no_assurance: { why: "nobody vouches for this name", mend: realCredential },
  credential_type_not_allowed: { why: "nobody vouches for this name", mend: realCredential },
  credential_downgrade: { why: "it shows less than it has shown before", mend: realCredential },
  key_mismatch: {
    why: "the credential is about another key",
    mend: "Nothing: someone presents a credential that is not theirs. The real client’s KeyPackage must arrive unchanged.",
  },
  algorithm_not_allowed: { why: "it rests on an algorithm that this app does not accept", mend: askAgain },
  suite_mismatch: { why: "the key does not fit the cipher suite", mend: newKeyPackage },
  wrong_source: { why: "it was made for another use", mend: newKeyPackage },
  bad_signature: {
    why: "a signature does not hold",
    mend: "It was changed on the way, or made by another key. The real client’s KeyPackage must arrive unchanged.",
  },
  bad_key: { why: "the key is weak or malformed", mend: newKeyPackage },
  no_key_binding: { why: "nothing shows that it is the sender’s", mend: "The holder must present it with a proof of their key. Whoever has a copy could have sent this." },
  pop_context: { why: "the proof was made for another occasion", mend: "Nothing: somebody repeats what the holder has shown elsewhere or before." },
  bad_binding: { why: "one of its credentials belongs to another key", mend: newKeyPackage },
  lifetime: { why: "outside its lifetime", mend: newKeyPackage },
  untrusted_issuer: {
    why: "no authority you trust has issued the credential",
    mend: "The sender must present a credential of an authority that you trust. A self-made one never will be.",
  },
  issuer_keys_unavailable: { why: "the issuer’s keys are not known here", mend: fetchKeys },
  stale_issuer_keys: { why: "the issuer’s keys were fetched too long ago", mend: fetchKeys },
  bad_chain: { why: "an issuer was not allowed to issue", mend: askAgain },
  name_constraint: { why: "an issuer may not certify this name", mend: askAgain },
  policy_constraint: { why: "a certificate policy that is demanded is missing", mend: askAgain },
  unsupported_critical: { why: "the certificate demands something unknown", mend: "A newer version of this app may know it." },
  expired: { why: "the credential has expired", mend: "The sender must renew it." },
  not_yet_valid: { why: "the credential is not valid yet", mend: "Check the clock of this device, or wait." },
  wrong_key_usage: { why: "the certificate is for another use", mend: askAgain },
  no_identity: { why: "the credential names nobody", mend: askAgain },
  identity_mismatch: { why: "it is somebody else", mend: "Nothing: the credential is about another person." },
  ambiguous_identity: { why: "the credential names several people", mend: askAgain },
  authority_not_for_domain: { why: "the authority may not speak for this name", mend: askAgain },
  ambiguous_authority: { why: "several authorities vouch", mend: "The app must be configured with one authority for this name." },
  revoked: {
    why: "revoked by the authority",
    mend: "The holder must enrol again, with a new key. This credential never becomes good again.",
  },
  suspended: { why: "suspended by the authority", mend: "The authority may lift it; the next refresh would tell." },
  not_covered: { why: "the revocation data does not cover it yet", mend: "Refresh the revocation data." },
  stale_revocation: { why: "the revocation data is too old", mend: "Refresh. If that does not help, the authority or its mirror is silent." },
  revocation_unavailable: { why: "no revocation data is held", mend: "Refresh the revocation data." },
  clock: { why: "the clock of this device is wrong", mend: "Set the clock of this device." },
  bad_revocation: { why: "the revocation data is not the authority’s", mend: "Refresh from a mirror that works." },
  rollback: { why: "older revocation data than was already held", mend: "Refresh from a mirror that works." },
  equivocation: { why: "the authority tells two stories", mend: authorityFault },
  fast_forward: { why: "revocation data from the future", mend: authorityFault },
}

/** Reasons of RFC 5280, Section 5.3.1, that a person is revoked for. */
export const REASON_WORDS: Record<string, string> = {
  unspecified: "no reason given",
  keyCompromise: "the key may be in other hands",
  affiliationChanged: "no longer belongs to the organisation",
  superseded: "replaced by another credential",
  cessationOfOperation: "the account was closed",
  certificateHold: "on hold for the time being",
  privilegeWithdrawn: "a privilege was withdrawn",
  cACompromise: "the authority’s key may be in other hands",
  aACompromise: "the attribute authority’s key may be in other hands",
}
