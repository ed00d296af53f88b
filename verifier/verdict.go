package verifier

import "time"

// An Outcome says what may be done with a presentation. The zero Outcome is Rejected, and so is every value that this
// version does not know.
type Outcome uint8

const (
	Rejected     Outcome = iota // something is wrong
	Undetermined                // could not check: Missing says what would settle it
	Unverified                  // nothing that an authority vouches for
	Verified                    // the identity is proven
)

// String returns the word that stands in the JSON of a verdict.
func (o Outcome) String() string {
	switch o {
	case Verified:
		return "verified"
	case Undetermined:
		return "undetermined"
	case Unverified:
		return "unverified"
	}
	return "rejected"
}

// An Identity is what a verified presentation proves, and who says so.
type Identity struct {
	// ID is the first expected identifier or, where none was expected, the one user, client or host that is named.
	ID string
	// Identifiers are all that the authority may assert of this credential, in the credential's order. ID is one.
	Identifiers []string
	Authority   string
	// Name and Organization are for display. The authority vouches for them, but they are not unique: never compare
	// them. Empty if the credential has none.
	Name, Organization string
	// Email, Roles and EmailVerified are out of the claims of a verifiable credential that the trust configuration names for
	// them, and that the holder has disclosed. The authority vouches for the address if EmailVerified, and else for no more
	// than that it was stated. What roles mean is between the authority and the application.
	Email         string
	EmailVerified bool
	Roles         []string
	// Policies are the certificate policies that the path is valid for and the trust configuration accepts, dotted and in
	// rising order (the user-constrained-policy-set of RFC 5280, Section 6.1.6): anyPolicy among them stands for all.
	Policies []string
	// NotBefore and NotAfter bound the credential.
	NotBefore, NotAfter time.Time
}

// A Source is a kind of revocation data.
type Source string

const (
	SourceList       Source = "list" // the authority's head and lists
	SourceCRL        Source = "crl"
	SourceOCSP       Source = "ocsp"
	SourceStatusList Source = "statusList" // a signed status list that a credential refers to

	SourceStatusAssertion Source = "statusAssertion" // what the issuer has said of this credential, and the holder brings
	SourceShortLived      Source = "shortLived"      // none: the end entity expires before there would be any
)

// Freshness says what revocation data a verdict rests on: of several, that which is first to be too old.
type Freshness struct {
	Source                 Source
	Number                 uint64 // of the authority's head; 0 for other sources
	ThisUpdate, NextUpdate time.Time
	FreshUntil             time.Time // the last second of the verdict: after it, it must be renewed with newer data
}

// A Revocation says when and why a credential was revoked.
type Revocation struct {
	Since  time.Time // zero if the authority does not say
	Reason string    // such as "keyCompromise"; "unspecified" if the authority does not say
}

// A MissingKind is a kind of thing that would settle an undetermined verdict.
type MissingKind string

const (
	MissingRevocation MissingKind = "revocation" // the authority's head and lists; Name is the authority, or the list
	MissingCRL        MissingKind = "crl"        // Name is an address out of the certificate, or the hexadecimal of its DER issuer
	MissingStatusList MissingKind = "statusList" // Name is the https URL that the credential has
	// A status assertion; Name is the base64url of the SHA-256 of the credential as the issuer signed it.
	MissingStatusAssertion MissingKind = "statusAssertion"
	MissingIssuerDocument  MissingKind = "issuerDocument" // Name is the URL to fetch; for a Signed JWK Set its issuer
	MissingIntermediate    MissingKind = "intermediate"   // a CA certificate; Name is the hexadecimal of its DER subject
)

// A Missing is one such thing.
type Missing struct {
	Kind MissingKind
	Name string
}

// A Verdict is the answer about one presentation. The zero Verdict is Rejected with code internal.
type Verdict struct {
	outcome     Outcome
	code        Code
	certificate int // that the code is about; -1 if none
	identity    Identity
	freshness   *Freshness
	revocation  *Revocation
	revoked     bool // or suspended, whatever else the code says
	missing     []Missing
	historical  bool
	warnings    []string
	findings    []Finding
}

// Outcome returns what may be done with the presentation.
func (v Verdict) Outcome() Outcome { return v.outcome }

// Code returns why the outcome is not Verified; it is empty if it is.
func (v Verdict) Code() Code {
	if v.outcome != Verified && v.code == "" {
		return CodeInternal
	}
	return v.code
}

// Certificate returns the certificate that the code is about, 0 the end entity; -1 if it is about none.
func (v Verdict) Certificate() int {
	if v.code == "" {
		return -1
	}
	return v.certificate
}

// Identity returns the proven identity; ok is false unless the outcome is Verified.
func (v Verdict) Identity() (id Identity, ok bool) {
	if v.outcome != Verified {
		return Identity{}, false
	}
	return v.identity, true
}

// Freshness returns the revocation data that a verified verdict rests on. ok is false for other outcomes, and where
// the trust configuration has revocation unchecked.
func (v Verdict) Freshness() (f Freshness, ok bool) {
	if v.outcome != Verified || v.freshness == nil {
		return Freshness{}, false
	}
	return *v.freshness, true
}

// Revocation returns when and why; ok is false unless the code is revoked or suspended.
func (v Verdict) Revocation() (r Revocation, ok bool) {
	if v.revocation == nil {
		return Revocation{}, false
	}
	return *v.revocation, true
}

// Missing returns what would settle the verdict.
func (v Verdict) Missing() []Missing { return v.missing }

// Historical reports that a verified presentation was valid at the time asked for, and is no longer.
func (v Verdict) Historical() bool { return v.historical }

// Warnings returns hints for whoever shows the presented identifiers to a person: see [name.Warnings].
func (v Verdict) Warnings() []string { return v.warnings }

// Findings returns the result of each check that was reached, in the order of [Checks].
func (v Verdict) Findings() []Finding { return v.findings }
