package verifier

// A Code is the stable reason of a verdict that is not Verified. The set is closed: web/src/codes.ts has the same one,
// and a test compares them. A code is never renamed and never gets another meaning.
type Code string

const (
	// Misuse, or a fault of the host: nothing is said about the presentation.
	CodeInternal       Code = "internal"        // the host's answers are misshapen, or the module failed
	CodeInvalidRequest Code = "invalid_request" // the application's call is incomplete or contradicts itself
	CodeInvalidConfig  Code = "invalid_config"  // the trust configuration is refused

	// The presentation.
	CodeMalformed                Code = "malformed"                   // bytes are not in the one encoding
	CodeBudget                   Code = "budget"                      // judging it would cost more than the limits allow
	CodeUnsupportedCredential    Code = "unsupported_credential"      // credential type this version does not know
	CodeUnsupportedAlgorithm     Code = "unsupported_algorithm"       // cipher suite or algorithm that neither host nor module can check
	CodeNoAssurance              Code = "no_assurance"                // basic credential: nobody vouches
	CodeCredentialTypeNotAllowed Code = "credential_type_not_allowed" // a type the policy does not accept
	CodeCredentialDowngrade      Code = "credential_downgrade"        // weaker than what this member has shown before
	CodeKeyMismatch              Code = "key_mismatch"                // the credential is about another key, or presented without its holder's proof
	CodeAlgorithmNotAllowed      Code = "algorithm_not_allowed"       // one the policy does not accept
	CodeSuiteMismatch            Code = "suite_mismatch"              // key or algorithm does not fit the cipher suite
	CodeWrongSource              Code = "wrong_source"                // LeafNode made for another purpose
	CodeBadSignature             Code = "bad_signature"               // proof of possession fails, or is for another context
	CodeBadKey                   Code = "bad_key"                     // weak or malformed public key
	CodeNoKeyBinding             Code = "no_key_binding"              // the credential is bound to no key
	CodePopContext               Code = "pop_context"                 // the holder's proof was made for another audience, nonce, time or credential
	CodeBadBinding               Code = "bad_binding"                 // of a multi-credential, forged or for another LeafNode
	CodeLifetime                 Code = "lifetime"                    // outside the LeafNode lifetime, or that is too long

	// The certification path.
	CodeUntrustedIssuer       Code = "untrusted_issuer"        // no key of a configured issuer, and no path whose signatures hold to a trust anchor
	CodeIssuerKeysUnavailable Code = "issuer_keys_unavailable" // no document held that has the issuer's keys
	CodeStaleIssuerKeys       Code = "stale_issuer_keys"       // the document that has them is too old
	CodeBadChain              Code = "bad_chain"               // basicConstraints, pathLen or keyCertSign
	CodeNameConstraint        Code = "name_constraint"         // a name outside what an issuer may certify
	CodePolicyConstraint      Code = "policy_constraint"       // no certificate policy that is demanded leads to the end entity
	CodeUnsupportedCritical   Code = "unsupported_critical"    // critical extension, version or kind of list that is not processed
	CodeExpired               Code = "expired"
	CodeNotYetValid           Code = "not_yet_valid"
	CodeWrongKeyUsage         Code = "wrong_key_usage" // keyUsage or extended key usage

	// The identity.
	CodeNoIdentity            Code = "no_identity"              // no identifier this version understands
	CodeIdentityMismatch      Code = "identity_mismatch"        // not who the application expects
	CodeAmbiguousIdentity     Code = "ambiguous_identity"       // it names several users
	CodeAuthorityNotForDomain Code = "authority_not_for_domain" // outside the authority's scope
	CodeAmbiguousAuthority    Code = "ambiguous_authority"      // several authorities vouch, policy wants one

	// Revocation.
	CodeRevoked               Code = "revoked"
	CodeSuspended             Code = "suspended"
	CodeNotCovered            Code = "not_covered"            // no list speaks about this credential
	CodeStaleRevocation       Code = "stale_revocation"       // the newest data is too old
	CodeRevocationUnavailable Code = "revocation_unavailable" // no data held
	CodeClock                 Code = "clock"                  // the clock contradicts signed times
	CodeBadRevocation         Code = "bad_revocation"         // revocation data is not what the authority signed
	CodeRollback              Code = "rollback"               // older than data already held
	CodeEquivocation          Code = "equivocation"           // two heads of one number, two logs of one DID
	CodeFastForward           Code = "fast_forward"           // numbers or times from the future
)

// Codes returns every Code, in the order above.
func Codes() []Code {
	return []Code{
		CodeInternal, CodeInvalidRequest, CodeInvalidConfig,
		CodeMalformed, CodeBudget, CodeUnsupportedCredential, CodeUnsupportedAlgorithm, CodeNoAssurance,
		CodeCredentialTypeNotAllowed, CodeCredentialDowngrade, CodeKeyMismatch, CodeAlgorithmNotAllowed, CodeSuiteMismatch, CodeWrongSource,
		CodeBadSignature, CodeBadKey, CodeNoKeyBinding, CodePopContext, CodeBadBinding, CodeLifetime,
		CodeUntrustedIssuer, CodeIssuerKeysUnavailable, CodeStaleIssuerKeys, CodeBadChain, CodeNameConstraint, CodePolicyConstraint, CodeUnsupportedCritical, CodeExpired, CodeNotYetValid,
		CodeWrongKeyUsage,
		CodeNoIdentity, CodeIdentityMismatch, CodeAmbiguousIdentity, CodeAuthorityNotForDomain, CodeAmbiguousAuthority,
		CodeRevoked, CodeSuspended, CodeNotCovered, CodeStaleRevocation, CodeRevocationUnavailable, CodeClock,
		CodeBadRevocation, CodeRollback, CodeEquivocation, CodeFastForward,
	}
}
