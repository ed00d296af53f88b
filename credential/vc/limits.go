package vc

// Bounds, with their reasons.
const (
	// MaxBytes of a presentation. A portrait takes most of a large one.
	MaxBytes = 256 << 10
	// Credentials in one vp. The example of VC-JOSE-COSE has two.
	maxCredentials = 8
	// Entries of credentialStatus: revocation and suspension, twice each while issuers move.
	maxStatus = 4
	// Types of a credential, which are names; the largest example has three.
	maxTypes = 32
)
