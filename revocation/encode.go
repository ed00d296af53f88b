package revocation

import (
	"crypto/sha256"
	"time"
)

// An Entry is one revoked or suspended index of a list.
type Entry struct {
	Index  uint64
	Since  time.Time // whole seconds count; zero: not stated
	Reason Reason
}

// EncodeList is the authority's side of [Head.Load]: it returns what a head says of the list, and the blobs this names.
// Entries rise by index and are below covered. Without details, reasons and times are left out and suspended is not
// told from revoked. The error wraps [ErrFormat].
func EncodeList(id string, covered uint64, entries []Entry, details bool) (List, [][]byte, error) {
	if !validListID([]byte(id)) {
		return List{}, nil, malformed("list id")
	}
	if covered > MaxCovered || uint64(len(entries)) > covered {
		return List{}, nil, malformed("list revokes more than it covers, or covers over 2^32")
	}
	set := newIndexSet(covered, uint64(len(entries)))
	indexes := make([]uint32, 0, len(entries))
	for i, e := range entries {
		if e.Index >= covered || i > 0 && e.Index <= entries[i-1].Index {
			return List{}, nil, malformed("indexes do not rise, or are not covered")
		}
		set.add(uint32(e.Index))
		indexes = append(indexes, uint32(e.Index))
	}
	blobs := [][]byte{appendSnapshot(nil, covered, indexes)}
	l := List{ID: id, Covered: covered, Revoked: uint64(len(entries)), Root: set.root(), Snapshot: NewBlob(blobs[0])}
	if details {
		b, err := appendDetails(nil, entries)
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

// NewBlob names b.
func NewBlob(b []byte) Blob { return Blob{sha256.Sum256(b), uint64(len(b))} }
