package revocation

import (
	"bytes"
	"slices"
	"strings"
	"time"
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
	NotCovered                 // no list speaks for the index
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

// A Status is what a publication says of one index.
type Status struct {
	Standing Standing
	Since    time.Time // of Revoked and Suspended; zero if not stated
	Reason   Reason    // of Revoked and Suspended; Unspecified if not stated

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
	set     *indexSet
	details []byte // nil if there are none
}

// Head returns the head.
func (p *Publication) Head() *Head { return p.head }

// Needed returns the blobs that Load must be given: those the head names, except for lists that stand the same in
// held (nil: none held). It is the same for every client that holds the same, whatever credentials it has seen.
func (h *Head) Needed(held *Publication) []Blob {
	var need []Blob
	add := func(b Blob) {
		if b != (Blob{}) && !slices.Contains(need, b) {
			need = append(need, b)
		}
	}
	for _, l := range h.u.body.Lists {
		if held.loaded(l) == nil {
			add(l.Snapshot)
			add(l.Details)
		}
	}
	return need
}

// loaded returns a list of p whose entry in the head is the same as l, or nil.
func (p *Publication) loaded(l List) *loadedList {
	if p != nil && p.head != nil {
		if i, ok := p.find(l.ID); ok && p.head.u.body.Lists[i] == l {
			return &p.lists[i]
		}
	}
	return nil
}

func (p *Publication) find(id string) (int, bool) {
	return slices.BinarySearchFunc(p.head.u.body.Lists, id, func(l List, id string) int { return strings.Compare(l.ID, id) })
}

// Load makes a publication of the head from what it needs beside held (nil: nothing held). Blobs are found by their
// hash, in any order; all are used or none. The error is [ErrBlob] if one is not named by the head, [ErrMissing],
// [ErrRoot], or wraps [ErrFormat] or [ErrVersion] if the authority has signed what this package cannot read. The blobs
// are not retained.
func (h *Head) Load(held *Publication, blobs [][]byte) (*Publication, error) {
	lists := h.u.body.Lists
	named := make(map[Blob]bool, 2*len(lists))
	sizes := make(map[uint64]bool, 2*len(lists))
	for _, l := range lists {
		for _, b := range [...]Blob{l.Snapshot, l.Details} {
			named[b] = true
			sizes[b.Size] = true
		}
	}
	given := make(map[Blob][]byte, len(blobs))
	for _, b := range blobs {
		if len(b) == 0 || !sizes[uint64(len(b))] {
			return nil, ErrBlob // not worth hashing
		}
		name := NewBlob(b)
		if !named[name] {
			return nil, ErrBlob
		}
		given[name] = b
	}
	for _, b := range h.Needed(held) {
		if given[b] == nil {
			return nil, ErrMissing
		}
	}
	p := &Publication{h, make([]loadedList, 0, len(lists))}
	for _, l := range lists {
		if same := held.loaded(l); same != nil {
			p.lists = append(p.lists, *same)
			continue
		}
		set, err := decodeSnapshot(given[l.Snapshot], l.Covered, l.Revoked)
		if err != nil {
			return nil, err
		}
		if set.root() != l.Root {
			return nil, ErrRoot
		}
		loaded := loadedList{set: set}
		if l.Details != (Blob{}) {
			loaded.details = bytes.Clone(given[l.Details])
			if err := checkDetails(loaded.details, l.Revoked); err != nil {
				return nil, err
			}
		}
		p.lists = append(p.lists, loaded)
	}
	return p, nil
}

// Status says what the publication knows at time now of the index of a list. Data older than maxAge is stale; a maxAge of
// zero leaves that to nextUpdate alone. The package doc states the order of the answers. On a nil or zero
// Publication the answer is Unknown.
func (p *Publication) Status(listID string, index uint64, now time.Time, maxAge time.Duration) Status {
	if p == nil || p.head == nil {
		return Status{}
	}
	b := &p.head.u.body
	s := Status{Number: b.Number, ThisUpdate: b.ThisUpdate, NextUpdate: b.NextUpdate, FreshUntil: b.NextUpdate}
	if maxAge != 0 {
		if until := b.ThisUpdate.Add(maxAge); until.Before(s.FreshUntil) {
			s.FreshUntil = until
		}
	}
	i, covered := p.find(listID)
	if covered {
		l := &p.lists[i]
		if rank, revoked := l.set.rank(index); revoked {
			s.Standing = Revoked
			if l.details != nil {
				if s.Reason, s.Since = detail(l.details, rank); s.Reason == CertificateHold {
					s.Standing = Suspended
				}
			}
			return s
		}
		covered = index < l.set.covered
	}
	switch {
	case now.Before(b.ThisUpdate.Add(-ClockTolerance)):
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

// Entries returns what a list revokes, rising by index, as a new slice; nil if there is no such list.
func (p *Publication) Entries(listID string) []Entry {
	if p == nil || p.head == nil {
		return nil
	}
	i, ok := p.find(listID)
	if !ok {
		return nil
	}
	l := &p.lists[i]
	indexes := l.set.indexes()
	entries := make([]Entry, len(indexes))
	for rank, index := range indexes {
		entries[rank].Index = uint64(index)
		if l.details != nil {
			entries[rank].Reason, entries[rank].Since = detail(l.details, uint64(rank))
		}
	}
	return entries
}
