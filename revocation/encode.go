package revocation

import (
	"time"

	"github.com/e2eid/e2eid/internal/sha256"
)

// An Entry is one revoked or suspended index of a list.
type Entry struct {
	Index  uint64
	Since  time.Time // whole seconds count; zero: not stated
	Reason Reason    // CertificateHold: suspended; all others: revoked
}

// EncodeList is the authority's side of [Head.Load]: it returns what a head says of an index list, and the blobs this
// names. Entries rise by index and are below covered. Without details, reasons and times are left out. The error wraps
// [ErrFormat].
func EncodeList(id string, covered uint64, entries []Entry, details bool) (List, [][]byte, error) {
	if !validListID(id) {
		return List{}, nil, malformed("list id")
	}
	if covered > MaxCovered || uint64(len(entries)) > covered {
		return List{}, nil, malformed("list revokes more than it covers, or covers over 2^32")
	}
	var revoked, suspended []Entry
	for i, e := range entries {
		if e.Index >= covered || i > 0 && e.Index <= entries[i-1].Index {
			return List{}, nil, malformed("indexes do not rise, or are not covered")
		}
		if e.Reason == CertificateHold {
			suspended = append(suspended, e)
		} else {
			revoked = append(revoked, e)
		}
	}
	loaded := loadedList{revoked: setOf(covered, revoked)}
	if len(suspended) > 0 {
		loaded.suspended = setOf(covered, suspended)
	}
	l := List{ID: id, Kind: KindIndex, Covered: covered, Revoked: uint64(len(revoked)), Suspended: uint64(len(suspended))}
	l.Root = listRoot(loaded.revoked, loaded.suspended)
	blobs := [][]byte{loaded.appendSnapshot(nil, smallestSet)}
	l.Snapshot = NewBlob(blobs[0])
	if details {
		b, err := appendDetails([]byte{schemeDetails}, revoked)
		if err == nil {
			b, err = appendDetails(b, suspended)
		}
		if err != nil {
			return List{}, nil, err
		}
		blobs = append(blobs, b)
		l.Details = NewBlob(b)
	}
	if max(l.Snapshot.Size, l.Details.Size) > MaxBlobSize {
		return List{}, nil, malformed("blob is over 2^30 bytes")
	}
	return l, blobs, nil
}

func setOf(covered uint64, entries []Entry) *indexSet {
	s := newIndexSet(covered, uint64(len(entries)))
	next := uint64(0)
	for _, e := range entries {
		if !s.inverted {
			s.add(uint32(e.Index))
			continue
		}
		for ; next < e.Index; next++ {
			s.add(uint32(next))
		}
		next++
	}
	for ; s.inverted && next < covered; next++ {
		s.add(uint32(next))
	}
	return s
}

// EncodeDelta is the authority's side of the deltas that a head names: it returns a delta to a head with these lists.
// changed has, by the id of a list, the indexes that were not always what they are now, rising; current what is revoked or
// suspended now of that list, rising by index. The error wraps [ErrFormat].
func EncodeDelta(lists []List, changed map[string][]uint64, current map[string][]Entry) ([]byte, error) {
	var changes []change
	for at, l := range lists {
		if l.Kind != KindIndex || len(changed[l.ID]) == 0 {
			continue
		}
		c := change{list: at}
		var revoked, suspended []Entry
		now := current[l.ID]
		for i, index := range changed[l.ID] {
			if index >= l.Covered || i > 0 && index <= changed[l.ID][i-1] {
				return nil, malformed("changed indexes do not rise, or are not covered")
			}
			for len(now) > 0 && now[0].Index < index {
				now = now[1:]
			}
			switch {
			case len(now) == 0 || now[0].Index != index:
				c.good = append(c.good, uint32(index))
			case now[0].Reason == CertificateHold:
				c.suspended, suspended = append(c.suspended, uint32(index)), append(suspended, now[0])
			default:
				c.revoked, revoked = append(c.revoked, uint32(index)), append(revoked, now[0])
			}
		}
		if l.Details != (Blob{}) {
			var err error
			if c.details, err = appendDetails(nil, revoked); err == nil {
				c.details, err = appendDetails(c.details, suspended)
			}
			if err != nil {
				return nil, err
			}
		}
		changes = append(changes, c)
	}
	return appendDelta(nil, lists, changes), nil
}

// NewBlob names b.
func NewBlob(b []byte) Blob { return Blob{sha256.Sum256(b), uint64(len(b))} }
