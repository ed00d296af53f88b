package revocation

import "time"

const (
	schemeDetails = 0x80 // first byte of details; numbers from 0x80 on are schemes of details
	detailSize    = 6    // bytes of an entry
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

// checkDetails reports whether blob has well-formed details of so many revoked. The error wraps [ErrFormat] or
// [ErrVersion].
func checkDetails(blob []byte, revoked uint64) error {
	if len(blob) == 0 {
		return malformed("details are empty")
	}
	if blob[0] != schemeDetails {
		return unsupported("scheme of details")
	}
	blob = blob[1:]
	if uint64(len(blob)) != revoked*detailSize { // revoked is at most 2^32
		return malformed("details are not as many as the list revokes")
	}
	for ; len(blob) > 0; blob = blob[detailSize:] {
		if !Reason(blob[0]).Valid() {
			return malformed("reason")
		}
		if uint40(blob[1:]) > maxTime {
			return malformed("time of revocation")
		}
	}
	return nil
}

// detail returns an entry of details that were checked. since is zero if it is not stated.
func detail(blob []byte, rank uint64) (reason Reason, since time.Time) {
	entry := blob[1+rank*detailSize:]
	if s := uint40(entry[1:]); s > 0 {
		since = fromUnix(s)
	}
	return Reason(entry[0]), since
}

func uint40(b []byte) uint64 {
	return uint64(b[0])<<32 | uint64(b[1])<<24 | uint64(b[2])<<16 | uint64(b[3])<<8 | uint64(b[4])
}

// appendDetails appends the details of the entries. The error wraps [ErrFormat].
func appendDetails(dst []byte, entries []Entry) ([]byte, error) {
	dst = append(dst, schemeDetails)
	for _, e := range entries {
		since := int64(0)
		if !e.Since.IsZero() {
			since = e.Since.Unix()
		}
		if !e.Reason.Valid() || since < 0 || since > maxTime {
			return nil, malformed("reason or time of a revocation")
		}
		dst = append(dst, byte(e.Reason), byte(since>>32), byte(since>>24), byte(since>>16), byte(since>>8), byte(since))
	}
	return dst, nil
}
