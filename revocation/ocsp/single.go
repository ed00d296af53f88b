package ocsp

import (
	"time"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

// A Status is what a responder says of a certificate (RFC 6960, Section 2.2). The zero Status is Unknown.
type Status uint8

const (
	Unknown Status = iota // the responder does not know the certificate
	Good                  // not revoked. It need not have been issued, or be valid
	Revoked               // for good or, with reason certificateHold, for a time
)

func (s Status) String() string {
	switch s {
	case Good:
		return "good"
	case Revoked:
		return "revoked"
	}
	return "unknown"
}

// A Single is a decoded SingleResponse: what is said of one certificate.
type Single struct {
	ID     CertID
	Status Status

	RevokedAt time.Time // zero unless Revoked
	// Reason is the number of a CRLReason (RFC 5280, Section 5.3.1): 0 to 10 without 7. It is 0, unspecified, if absent.
	Reason uint8

	ThisUpdate time.Time // the status was known to be correct then
	NextUpdate time.Time // there is newer information by then. Zero if absent: there is at any time

	ArchiveCutoff       time.Time // revocations are remembered of certificates that expired since (Section 4.4.4); zero if absent
	UnsupportedCritical bool      // has a critical extension that this package does not know
}

// readSingles reads the list of SingleResponse.
func (r *Response) readSingles(in *der.String) error {
	const part = "singleResponse"
	var list, seq der.String
	if !in.Read(&list, der.Sequence) || list.Empty() {
		return pkix.Malformed(part, "none")
	}
	for !list.Empty() {
		if len(r.Singles) == maxSingles {
			return pkix.Malformed(part, "too many")
		}
		if !list.Read(&seq, der.Sequence) {
			return pkix.Malformed(part, "not a SEQUENCE")
		}
		r.Singles = append(r.Singles, Single{})
		s := &r.Singles[len(r.Singles)-1]
		if !s.ID.read(&seq) {
			return pkix.Malformed("certID", "not a SEQUENCE of its parts")
		}
		if !s.readStatus(&seq) {
			return pkix.Malformed("certStatus", "unknown choice, or malformed")
		}
		if !readTime(&seq, &s.ThisUpdate) {
			return pkix.Malformed("thisUpdate", notTime)
		}
		if !explicit(&seq, 0, func(in *der.String) bool { return readTime(in, &s.NextUpdate) }) {
			return pkix.Malformed("nextUpdate", notTime)
		}
		if err := readExtensions(&seq, &s.UnsupportedCritical, s.readExtension); err != nil {
			return err
		}
	}
	return nil
}

// readStatus reads a CertStatus.
func (s *Single) readStatus(in *der.String) bool {
	var content der.String
	var tag der.Tag
	if !in.Any(&content, &tag) {
		return false
	}
	switch tag {
	case der.Context(0):
		s.Status = Good
	case der.Context(1).Constructed():
		s.Status = Revoked
		return readTime(&content, &s.RevokedAt) && explicit(&content, 0, s.readReason) && content.Empty()
	case der.Context(2):
		s.Status = Unknown
	default:
		return false
	}
	return content.Empty()
}

// readReason reads a CRLReason.
func (s *Single) readReason(in *der.String) bool {
	var reason der.String
	if !in.Read(&reason, tagEnumerated) || len(reason) != 1 || reason[0] > maxReason || reason[0] == unusedReason {
		return false
	}
	s.Reason = reason[0]
	return true
}

// Numbers of CRLReason (RFC 5280, Section 5.3.1).
const (
	unusedReason = 7
	maxReason    = 10
)
