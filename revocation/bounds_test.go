package revocation

import (
	"errors"
	"fmt"
	"testing"
)

// A blob of one byte, named by 1024 lists, would stand for as many trees over 2^32 bits: a quarter of an hour's work, signed by one
// authority and done by a client of several.
func TestListsOfAHeadHaveBoundsTogether(t *testing.T) {
	head := func(lists ...List) Body {
		return Body{Authority: "a.example", Number: 1, ThisUpdate: fromUnix(1700000000), NextUpdate: fromUnix(1700086400), Lists: lists}
	}
	index := func(i int, covered, size uint64) List {
		return List{ID: fmt.Sprintf("urn:%04d", i), Kind: KindIndex, Covered: covered, Snapshot: Blob{Size: size}}
	}
	serial := func(i int, covered, size uint64) List {
		return List{ID: fmt.Sprintf("urn:%04d", i), Kind: KindSerial, Covered: covered, IssuedBefore: 1, Snapshot: Blob{Size: size}}
	}
	with := func(l List, size uint64) List { l.Details.Size = size; return l }
	var many []List
	for i := range MaxLists {
		many = append(many, index(i, MaxCovered, 1))
	}
	for _, c := range []struct {
		name string
		body Body
		want error
	}{
		{"one that covers all", head(index(0, MaxCovered, 1)), nil},
		{"two that do", head(index(0, MaxCovered, 1), index(1, MaxCovered, 1)), ErrFormat},
		{"one more index", head(index(0, MaxCovered, 1), index(1, 1, 1)), ErrFormat},
		{"two halves", head(index(0, MaxCovered/2, 1), index(1, MaxCovered/2, 1)), nil},
		{"as many as there can be", head(many...), ErrFormat},
		{"serial numbers cost nothing", head(serial(0, MaxCovered, 1), serial(1, MaxCovered, 1)), nil},
		{"the largest blob", head(serial(0, 9, MaxBlobSize)), nil},
		{"and one byte", head(serial(0, 9, MaxBlobSize), index(1, 9, 1)), ErrFormat},
		{"details count", head(with(index(0, 9, MaxBlobSize-1), 2)), ErrFormat},
		{"up to there they do not", head(with(index(0, 9, MaxBlobSize-1), 1)), nil},
	} {
		if _, err := AppendBody(nil, c.body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}
