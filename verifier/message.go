package verifier

// Message returns one sentence for a developer's log: what the code means and what would mend it. It holds nothing
// from the presentation.
func (c Code) Message() string {
	if m, ok := messages[c]; ok {
		return m
	}
	return messages[CodeInternal]
}

var messages = map[Code]string{
	CodeInternal:                 "the host gave no usable answers, or the module failed: nothing was judged",
	CodeInvalidRequest:           "the call is incomplete or contradicts itself: name the times, what the bytes are and who is expected",
	CodeInvalidConfig:            "the trust configuration is refused",
	CodeMalformed:                "the bytes are not in the one encoding that the format allows",
	CodeBudget:                   "judging this would cost more than the limits allow",
	CodeUnsupportedCredential:    "a credential type that this version does not know: nobody is known to vouch for it",
	CodeUnsupportedAlgorithm:     "a cipher suite or algorithm that cannot be checked here",
	CodeNoAssurance:              "a basic credential: no authority vouches for the name in it",
	CodeCredentialTypeNotAllowed: "the policy does not accept this credential type",
	CodeCredentialDowngrade:      "this member has shown an authority's credential before and now shows less",
	CodeKeyMismatch:              "the credential was issued for another key than the one that signs, or its own key has signed nothing",
	CodeAlgorithmNotAllowed:      "the policy does not accept an algorithm that this rests on",
	CodeSuiteMismatch:            "a key or algorithm does not fit the cipher suite",
	CodeWrongSource:              "the LeafNode was made for another purpose than where it was found",
	CodeBadSignature:             "a signature of the holder does not hold for these bytes in this context, or one of the issuer not at all",
	CodeBadKey:                   "the public key is malformed or weak",
	CodeNoKeyBinding:             "whoever has it could present it: the credential is bound to no key",
	CodePopContext:               "the holder's proof was made for another audience, nonce, time or credential",
	CodeBadBinding:               "a binding of the multi-credential does not hold: its key has not signed the key of this LeafNode",
	CodeLifetime:                 "outside the lifetime of the LeafNode, or that is longer than the policy allows",
	CodeUntrustedIssuer:          "no key of an issuer that is configured has signed it, and no certification path whose signatures hold leads to a trust anchor: configure the issuer, or present the missing intermediate",
	CodeIssuerKeysUnavailable:    "the document that has the issuer's keys is not held",
	CodeStaleIssuerKeys:          "the document that has the issuer's keys is too old: fetch it again",
	CodeBadChain:                 "a certificate of the path may not issue: basic constraints, path length or key usage; or one that may not has what only an issuer has",
	CodeNameConstraint:           "a name is outside what one of its issuers may certify",
	CodePolicyConstraint:         "the path demands a certificate policy that the certificates do not share",
	CodeUnsupportedCritical:      "a certificate of the path, or a CRL or OCSP response about it, has a critical extension that is not processed; or a head or list is of a newer version, kind or scheme",
	CodeExpired:                  "the credential, or a certificate of the path, has expired: the holder must renew it",
	CodeNotYetValid:              "the credential, or a certificate of the path, is not valid yet",
	CodeWrongKeyUsage:            "a certificate is for another use: it needs digitalSignature and the configured extended key usage",
	CodeNoIdentity:               "the credential names nobody: a certificate does in its subjectAltName, where names in the subject do not count, and a verifiable credential in the claims that the trust configuration has for it",
	CodeIdentityMismatch:         "the credential does not present the expected identifier, compared in canonical form",
	CodeAmbiguousIdentity:        "the credential names several users",
	CodeAuthorityNotForDomain:    "the authority may not assert this identifier: it is outside its scope",
	CodeAmbiguousAuthority:       "several authorities vouch for it: their anchors overlap, or each issued a part of it",
	CodeRevoked:                  "revoked by the authority",
	CodeSuspended:                "suspended by the authority",
	CodeNotCovered:               "no revocation data held speaks about the credential, or a certificate of the path: it may be newer than the list, outside the scope of the CRL, or refer to no status that is known",
	CodeStaleRevocation:          "the newest revocation data held is too old: refresh",
	CodeRevocationUnavailable:    "no revocation data of the authority is held: refresh",
	CodeClock:                    "the clock is behind times that the authority has signed",
	CodeBadRevocation:            "revocation data that is not what the authority signed",
	CodeRollback:                 "revocation data, or a document of an issuer's keys, older than what is already held",
	CodeEquivocation:             "two different heads with one number, or logs of one DID: the authority, or who holds its key, tells two stories",
	CodeFastForward:              "revocation data numbered or dated in the future",
}
