package crl

// A Reason says why a certificate is revoked: a CRLReason (RFC 5280, Section 5.3.1).
type Reason uint8

const (
	Unspecified          Reason = 0 // also if the entry has no reason
	KeyCompromise        Reason = 1
	CACompromise         Reason = 2
	AffiliationChanged   Reason = 3
	Superseded           Reason = 4
	CessationOfOperation Reason = 5
	CertificateHold      Reason = 6 // suspended: it may become good again
	RemoveFromCRL        Reason = 8 // of a delta: not revoked any more
	PrivilegeWithdrawn   Reason = 9
	AACompromise         Reason = 10
)

var reasonNames = [...]string{"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
	"cessationOfOperation", "certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise"}

// Valid reports whether r is one of the reasons above.
func (r Reason) Valid() bool { return int(r) < len(reasonNames) && reasonNames[r] != "" }

// String returns the name that RFC 5280 gives the reason, or "unknown".
func (r Reason) String() string {
	if !r.Valid() {
		return "unknown"
	}
	return reasonNames[r]
}

// gravity orders reasons: of two entries for one certificate the graver counts.
func (r Reason) gravity() int {
	switch r {
	case RemoveFromCRL:
		return 0
	case CertificateHold:
		return 1
	}
	return 2
}
