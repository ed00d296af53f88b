package verifier

// A Check is one rule a presentation is judged by. Its name is permanent: it stands in verdicts, documents and tests.
// The values rise in the order in which a failure becomes the code of a verdict, and may change. The zero Check is none.
type Check uint8

const (
	CheckForm Check = 1 + iota // decodes strictly, within the limits

	CheckCredentialType // a credential type that is known and that the policy accepts
	CheckDowngrade      // not weaker than what this member has shown before

	CheckSource           // LeafNode made for where it was found
	CheckSuite            // its signature key is well-formed, and it and the credential's fit the cipher suite
	CheckSignatureKey     // the credential is about that key
	CheckLeafSignature    // LeafNode signature, in its group and at its leaf
	CheckPackageSignature // KeyPackage signature
	CheckLifetime         // LeafNode lifetime
	CheckHolder           // the credential is bound to a key, whose holder presents it
	CheckContext          // the holder's proof was made for this audience, with this nonce, now, about this credential

	CheckChallenge // the certificate's key has signed the challenge: of this session, verifier and presenter, for this answer

	CheckBinding // of a multi-credential: the credential's key has signed this LeafNode's

	CheckIssuer // an issuer that an authority is configured with

	CheckMetadata  // its keys are those of its metadata, which was fetched and is fresh
	CheckDIDWeb    // or of the document of its did:web, likewise
	CheckSignedSet // or of the newest Signed JWK Set, which is fresh and signed under an anchor
	CheckDIDWebVH  // or of the newest log of its did:webvh, which holds

	CheckPath        // certification path whose signatures hold, to a trust anchor
	CheckCritical    // no critical extension that is not processed
	CheckConstraints // basic constraints, path length and key usage of each issuer
	CheckNames       // no name is outside what an issuer may certify
	CheckPolicies    // certificate policies, where they are demanded
	CheckValidity    // each certificate is within its validity
	CheckKeyUsage    // key usage and extended key usage of the end entity

	CheckIdentifier // presents an identifier
	CheckExpected   // presents the expected identifiers, and no other user
	CheckScope      // within what the authority may assert
	CheckAuthority  // one authority vouches

	CheckStatus  // the authority's revocation data does not revoke it
	CheckCovered // that data speaks about it
	CheckFresh   // and is fresh

	checkEnd
)

var checkNames = [checkEnd]string{
	CheckForm:             "FORM-1",
	CheckCredentialType:   "CRED-1",
	CheckDowngrade:        "CRED-2",
	CheckLeafSignature:    "POP-1",
	CheckSignatureKey:     "POP-2",
	CheckSuite:            "POP-3",
	CheckPackageSignature: "POP-4",
	CheckSource:           "POP-5",
	CheckLifetime:         "POP-6",
	CheckHolder:           "POP-7",
	CheckContext:          "POP-8",
	CheckBinding:          "POP-9",
	CheckChallenge:        "POP-10",
	CheckIssuer:           "VC-1",
	CheckMetadata:         "KEY-1",
	CheckDIDWeb:           "KEY-2",
	CheckSignedSet:        "KEY-3",
	CheckDIDWebVH:         "KEY-4",
	CheckPath:             "PATH-1",
	CheckValidity:         "PATH-2",
	CheckConstraints:      "PATH-3",
	CheckCritical:         "PATH-4",
	CheckKeyUsage:         "PATH-5",
	CheckNames:            "PATH-6",
	CheckPolicies:         "PATH-7",
	CheckIdentifier:       "NAME-1",
	CheckExpected:         "NAME-2",
	CheckScope:            "NAME-3",
	CheckAuthority:        "NAME-4",
	CheckCovered:          "STAT-1",
	CheckFresh:            "STAT-2",
	CheckStatus:           "STAT-3",
}

// String returns the permanent name, such as "POP-2", or "" for a value that is no Check.
func (c Check) String() string {
	if c >= checkEnd {
		return ""
	}
	return checkNames[c]
}

// Checks returns every Check, in the order in which a failure becomes the code of a verdict.
func Checks() []Check {
	list := make([]Check, 0, checkEnd-1)
	for c := CheckForm; c < checkEnd; c++ {
		list = append(list, c)
	}
	return list
}

// A Result is how a check came out. The zero Result is Skipped: the check had no subject, and proves nothing.
type Result uint8

const (
	Skipped Result = iota
	Passed
	Open // could not be decided: the verdict is Undetermined or Unverified unless another check fails
	Failed
)

// String returns the word that stands in the JSON of a verdict.
func (r Result) String() string {
	switch r {
	case Passed:
		return "passed"
	case Failed:
		return "failed"
	case Open:
		return "undetermined"
	}
	return "skipped"
}

// A Finding is the result of one check: the worst, if it was applied to several certificates.
type Finding struct {
	Check  Check
	Result Result
	Code   Code // why, where Result is Failed or Open
	// Certificate counts from the end entity, 0, towards the anchor; -1 if the finding is about no certificate.
	Certificate int
}

// isForTokens reports the checks that are about verifiable credentials alone.
func isForTokens(c Check) bool { return c == CheckHolder || c == CheckContext || c == CheckIssuer }

// isForKeys reports the checks of the document that an issuer's keys stand in.
func isForKeys(c Check) bool { return CheckMetadata <= c && c <= CheckDIDWebVH }
