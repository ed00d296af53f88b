package verifier

// A Check is one rule a presentation is judged by. Its number is permanent: it stands in code, verdicts and tests.
type Check string

const (
	CheckForm Check = "FORM-1" // decodes strictly, within the limits

	CheckCredentialType Check = "CRED-1" // a credential type that is known and that the policy accepts
	CheckDowngrade      Check = "CRED-2" // not weaker than what this member has shown before

	CheckLeafSignature    Check = "POP-1" // LeafNode signature, in its group and at its leaf
	CheckSignatureKey     Check = "POP-2" // the credential is about the LeafNode's signature key
	CheckSuite            Check = "POP-3" // that key is well-formed, and both keys fit the cipher suite
	CheckPackageSignature Check = "POP-4" // KeyPackage signature
	CheckSource           Check = "POP-5" // LeafNode made for where it was found
	CheckLifetime         Check = "POP-6" // LeafNode lifetime

	CheckPath        Check = "PATH-1" // certification path whose signatures hold, to a trust anchor
	CheckValidity    Check = "PATH-2" // each certificate is within its validity
	CheckConstraints Check = "PATH-3" // basic constraints, path length and key usage of each issuer
	CheckCritical    Check = "PATH-4" // no critical extension that is not processed
	CheckKeyUsage    Check = "PATH-5" // key usage and extended key usage of the end entity

	CheckIdentifier Check = "NAME-1" // presents an identifier
	CheckExpected   Check = "NAME-2" // presents the expected identifiers, and no other user
	CheckScope      Check = "NAME-3" // within what the authority may assert
	CheckAuthority  Check = "NAME-4" // one authority vouches

	CheckCovered Check = "STAT-1" // the authority's revocation data speaks about it
	CheckFresh   Check = "STAT-2" // that data is fresh
	CheckStatus  Check = "STAT-3" // and does not revoke it
)

// Checks returns every Check, in the order in which a failure becomes the code of a verdict.
func Checks() []Check {
	return []Check{
		CheckForm, CheckCredentialType, CheckDowngrade,
		CheckSource, CheckSuite, CheckSignatureKey, CheckLeafSignature, CheckPackageSignature, CheckLifetime,
		CheckPath, CheckCritical, CheckConstraints, CheckValidity, CheckKeyUsage,
		CheckIdentifier, CheckExpected, CheckScope, CheckAuthority,
		CheckStatus, CheckCovered, CheckFresh,
	}
}

// A Result is how a check came out. The zero Result is Skipped: the check was not reached, and proves nothing.
type Result uint8

const (
	Skipped Result = iota
	Passed
	Failed
	Open // could not be decided: the verdict is Undetermined or Unverified unless another check fails
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

// A Finding is the result of one check.
type Finding struct {
	Check  Check
	Result Result
	Code   Code // why, where Result is Failed or Open
	// Certificate counts from the end entity, 0, towards the anchor; -1 if the finding is about no certificate.
	Certificate int
}
