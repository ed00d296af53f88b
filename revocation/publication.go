package revocation

import (
	"time"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// ClockTolerance is how far the clocks of authority and client may be apart.
const ClockTolerance = 5 * time.Minute

// A Standing is what is known of a credential. The zero Standing is Unknown; only Good is good.
type Standing uint8

const (
	Unknown    Standing = iota // nothing was looked up
	Good                       // covered, not revoked, and the data is fresh
	Revoked                    // for ever
	Suspended                  // until the authority says otherwise
	NotCovered                 // no list speaks for the credential
	Stale                      // the data is too old to say it is not revoked
	Clock                      // now is before the data was made: one of the clocks is wrong
)

var standingNames = [...]string{"unknown", "good", "revoked", "suspended", "not covered", "stale", "clock"}

// String returns a name such as "not covered".
func (s Standing) String() string {
	if int(s) < len(standingNames) {
		return standingNames[s]
	}
	return standingNames[Unknown]
}

// A Status is what a publication says of one credential.
type Status struct {
	Standing Standing
	Since    time.Time // of Revoked and Suspended; zero if not stated
	Reason   Reason    // of Revoked and Suspended; Unspecified if not stated
	Source   string    // id of the list that says so; empty if none does

	// The publication that says so; zero if Standing is Unknown. The data counts as fresh until FreshUntil: NextUpdate, or
	// ThisUpdate and the caller's maximum age if that is sooner.
	Number                             uint64
	ThisUpdate, NextUpdate, FreshUntil time.Time
}

// A Publication is a head with all its lists, each checked against it. It never changes.
type Publication struct {
	head  *Head
	lists []loadedList // as in the head
}

type loadedList struct {
	revoked   *indexSet // nil in a serial list
	suspended *indexSet // nil if none are
	details   []byte    // without padding; nil if there are none
	serial    *serialSet
	blob      []byte // without padding, of a serial list, which cannot be written again from what it says
}

// Head returns the head.
func (p *Publication) Head() *Head { return p.head }

func (p *Publication) find(id string) (int, bool) {
	lists := p.head.u.body.Lists
	low, high := 0, len(lists)
	for low < high {
		mid := (low + high) / 2
		if lists[mid].ID < id {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low, low < len(lists) && lists[low].ID == id
}

// Status says what the publication knows at time now of the index of a list. Data older than maxAge is stale; a maxAge of
// zero leaves that to nextUpdate alone. The package doc states the order of the answers. On a nil or zero
// Publication the answer is Unknown.
func (p *Publication) Status(listID string, index uint64, now time.Time, maxAge time.Duration) Status {
	if p == nil || p.head == nil {
		return Status{}
	}
	s := p.status(maxAge)
	i, ok := p.find(listID)
	covered := false
	if ok && p.head.u.body.Lists[i].Kind == KindIndex {
		s.Source = listID
		l := &p.lists[i]
		if rank, ok := l.revoked.rank(index); ok {
			s.Standing = Revoked
			if l.details != nil {
				entry := l.details[1+rank*detailSize:]
				s.Reason, s.Since = Reason(entry[0]), sinceOf(entry[1:])
			}
			return s
		}
		if l.suspended != nil {
			if rank, ok := l.suspended.rank(index); ok {
				s.Standing, s.Reason = Suspended, CertificateHold
				if l.details != nil {
					s.Since = sinceOf(l.details[1+detailsSize(l.revoked.count, rank):])
				}
				return s
			}
		}
		covered = index < l.revoked.covered
	}
	return s.unlisted(covered, now)
}

// StatusOfSerial says what the publication knows of the certificate with the content octets of its serial number, signed by
// the key whose SubjectPublicKeyInfo has this SHA-256. The certificate must be one that this key has signed: the answer
// for any other, and for one that gives another notBefore than the authority has noted, means nothing. Otherwise it is
// as [Publication.Status].
func (p *Publication) StatusOfSerial(issuer [32]byte, serial []byte, notBefore, now time.Time, maxAge time.Duration) Status {
	if p == nil || p.head == nil {
		return Status{}
	}
	s := p.status(maxAge)
	covered, suspended := false, false
	key := filter.NewKey(issuer, serial)
	issued := notBefore.Unix()
	for i := range p.lists {
		l := &p.head.u.body.Lists[i]
		if l.Kind == KindIndex || l.Issuer != issuer || issued < l.IssuedFrom || issued >= l.IssuedBefore {
			continue
		}
		listed := p.lists[i].serial.has(key)
		switch {
		case l.Kind == KindSerial && listed:
			s.Standing, s.Source = Revoked, l.ID
			return s
		case listed:
			suspended = true
			s.Source = l.ID
		case l.Kind == KindSerial:
			covered = true
			if !suspended {
				s.Source = l.ID
			}
		}
	}
	if suspended {
		s.Standing, s.Reason = Suspended, CertificateHold
		return s
	}
	return s.unlisted(covered, now)
}

// SpeaksFor reports whether a list of the publication is about certificates that this key has signed: the SHA-256 of its
// SubjectPublicKeyInfo.
func (p *Publication) SpeaksFor(issuer [32]byte) bool {
	if p == nil || p.head == nil {
		return false
	}
	for i := range p.head.u.body.Lists {
		if l := &p.head.u.body.Lists[i]; l.Kind != KindIndex && l.Issuer == issuer {
			return true
		}
	}
	return false
}

// status returns what is the same for all.
func (p *Publication) status(maxAge time.Duration) Status {
	b := &p.head.u.body
	s := Status{Number: b.Number, ThisUpdate: b.ThisUpdate, NextUpdate: b.NextUpdate, FreshUntil: b.NextUpdate}
	if maxAge != 0 {
		if until := b.ThisUpdate.Add(maxAge); until.Before(s.FreshUntil) {
			s.FreshUntil = until
		}
	}
	return s
}

// unlisted returns the status of what no list has.
func (s Status) unlisted(covered bool, now time.Time) Status {
	switch {
	case now.Before(s.ThisUpdate.Add(-ClockTolerance)):
		s.Standing = Clock
	case now.After(s.FreshUntil):
		s.Standing = Stale
	case !covered:
		s.Standing = NotCovered
	default:
		s.Standing = Good
	}
	return s
}

// Entries returns what an index list revokes or suspends, rising by index, as a new slice; nil if there is no such list.
// Without details all that is revoked is Unspecified.
func (p *Publication) Entries(listID string) []Entry {
	if p == nil || p.head == nil {
		return nil
	}
	i, ok := p.find(listID)
	if !ok || p.head.u.body.Lists[i].Kind != KindIndex {
		return nil
	}
	l := &p.lists[i]
	revoked := l.revoked.indexes()
	var suspended []uint32
	if l.suspended != nil {
		suspended = l.suspended.indexes()
	}
	details := l.details
	var since []byte
	if details != nil {
		details = details[1:]
		since = details[detailsSize(l.revoked.count, 0):]
	}
	entries := make([]Entry, 0, len(revoked)+len(suspended))
	for len(revoked)+len(suspended) > 0 {
		var e Entry
		if len(suspended) == 0 || len(revoked) > 0 && revoked[0] < suspended[0] {
			e.Index, revoked = uint64(revoked[0]), revoked[1:]
			if details != nil {
				e.Reason, e.Since = Reason(details[0]), sinceOf(details[1:])
				details = details[detailSize:]
			}
		} else {
			e.Index, e.Reason, suspended = uint64(suspended[0]), CertificateHold, suspended[1:]
			if details != nil {
				e.Since = sinceOf(since)
				since = since[sinceSize:]
			}
		}
		entries = append(entries, e)
	}
	return entries
}
