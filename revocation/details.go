package revocation

import "time"

const (
	schemeDetails = 0x80 // first byte of details; numbers from 0x80 on are schemes of details
	detailSize    = 6    // bytes of an entry of what is revoked
	sinceSize     = 5    // bytes of an entry of what is suspended
)

// A Reason says why a credential is revoked: a CRLReason of RFC 5280, Section 5.3.1.
type Reason uint8

// removeFromCRL is left out: it is for delta CRLs.
const (
	Unspecified          Reason = 0
	KeyCompromise        Reason = 1
	CACompromise         Reason = 2
	AffiliationChanged   Reason = 3
	Superseded           Reason = 4
	CessationOfOperation Reason = 5
	CertificateHold      Reason = 6 // suspended: it may become good again
	PrivilegeWithdrawn   Reason = 9
	AACompromise         Reason = 10
)

var reasonNames = [...]string{"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
	"cessationOfOperation", "certificateHold", "", "", "privilegeWithdrawn", "aACompromise"}

// Valid reports whether r is one of the reasons above.
func (r Reason) Valid() bool { return int(r) < len(reasonNames) && reasonNames[r] != "" }

// String returns the name that RFC 5280 gives the reason, or "unknown".
func (r Reason) String() string {
	if !r.Valid() {
		return "unknown"
	}
	return reasonNames[r]
}

// detailsSize returns how many bytes the details of so many are, without the scheme.
func detailsSize(revoked, suspended uint64) uint64 { return revoked*detailSize + suspended*sinceSize }

// checkDetails reports whether entries, without the scheme, are well-formed details. Their number is right.
func checkDetails(entries []byte, revoked uint64) error {
	for ; revoked > 0; revoked-- {
		if r := Reason(entries[0]); !r.Valid() || r == CertificateHold {
			return malformed("reason")
		}
		if uint40(entries[1:]) > maxTime {
			return malformed("time of revocation")
		}
		entries = entries[detailSize:]
	}
	for ; len(entries) > 0; entries = entries[sinceSize:] {
		if uint40(entries) > maxTime {
			return malformed("time of suspension")
		}
	}
	return nil
}

// parseDetails checks the details of a list. The error wraps [ErrFormat] or [ErrVersion].
func parseDetails(blob []byte, l List) error {
	if len(blob) == 0 {
		return malformed("details are empty")
	}
	if blob[0] != schemeDetails {
		return unsupported("scheme of details")
	}
	if uint64(len(blob)-1) != detailsSize(l.Revoked, l.Suspended) { // both are at most 2^32
		return malformed("details are not as many as the list has")
	}
	return checkDetails(blob[1:], l.Revoked)
}

// sinceOf returns the time at the start of b, zero if it is not stated.
func sinceOf(b []byte) (since time.Time) {
	if s := uint40(b); s > 0 {
		since = fromUnix(s)
	}
	return since
}

func uint40(b []byte) uint64 {
	return uint64(b[0])<<32 | uint64(b[1])<<24 | uint64(b[2])<<16 | uint64(b[3])<<8 | uint64(b[4])
}

// appendDetails appends the details of the entries, all of them revoked or all suspended. The error wraps [ErrFormat].
func appendDetails(dst []byte, entries []Entry) ([]byte, error) {
	for _, e := range entries {
		since := int64(0)
		if !e.Since.IsZero() {
			since = e.Since.Unix()
		}
		if !e.Reason.Valid() || since < 0 || since > maxTime {
			return nil, malformed("reason or time of a revocation")
		}
		if e.Reason != CertificateHold {
			dst = append(dst, byte(e.Reason))
		}
		dst = append(dst, byte(since>>32), byte(since>>24), byte(since>>16), byte(since>>8), byte(since))
	}
	return dst, nil
}
