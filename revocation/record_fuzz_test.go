package revocation

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// believing returns a head whose lists have the roots and hashes that a record leads to, in whatever scheme: of what a fuzzer
// finds, only the form is then left to refuse.
func believing(record []byte, lists ...List) *Head {
	r := &reader{record[min(len(recordLabel), len(record)):], true}
	for i := range lists {
		l := &lists[i]
		snapshot, details := r.take(r.varint()), r.take(r.varint())
		if l.Details != (Blob{}) {
			l.Details = NewBlob(details)
		}
		if l.Snapshot = NewBlob(snapshot); l.Kind == KindIndex {
			believe(l, snapshot)
		}
	}
	return &Head{u: UnverifiedHead{body: Body{Lists: lists}}}
}

// believe gives an index list the root of a snapshot, in whatever schemes, if there is one.
func believe(l *List, snapshot []byte) {
	var suspended *indexSet
	if l.Suspended > 0 {
		r := &reader{snapshot, true}
		snapshot = r.take(r.varint())
		suspended, _ = decodeSet(r.b, l.Covered, l.Suspended, schemeSlow)
	}
	if revoked, _ := decodeSet(snapshot, l.Covered, l.Revoked, schemeSlow); revoked != nil && (suspended != nil) == (l.Suspended > 0) {
		l.Root = listRoot(revoked, suspended)
	}
}

// twoSets returns a snapshot of sets in these schemes: so many revoked, and so many suspended behind them.
func twoSets(covered uint64, revoked, suspended int, schemes [2]byte) []byte {
	all := randomSet(rand.New(rand.NewPCG(covered, uint64(revoked))), covered, revoked+suspended)
	first := code(makeSet(covered, all[:revoked]), schemes[0])
	if suspended == 0 {
		return first
	}
	return append(append(appendVarint(nil, uint64(len(first))), first...), code(makeSet(covered, all[revoked:]), schemes[1])...)
}

func FuzzRecord(f *testing.F) {
	lists := func(revoked, suspended uint64, details bool) []List {
		l := []List{{Kind: KindIndex, Covered: 300, Revoked: revoked, Suspended: suspended}, {Kind: KindSerial, Covered: 100, Revoked: 1}}
		if details {
			l[0].Details = Blob{Size: 1}
		}
		return l
	}
	record := func(parts ...[]byte) []byte {
		b := []byte(recordLabel)
		for _, p := range parts {
			b = append(appendVarint(b, uint64(len(p))), p...)
		}
		return b
	}
	serial := []byte{schemeHashes, 8, 0, 0x80}
	set := twoSets(300, 3, 0, [2]byte{schemeGolomb})
	f.Add(record(set, nil, serial, nil), uint64(3), uint64(0), false)
	f.Add(record(set, append([]byte{schemeDetails}, make([]byte, 18)...), serial, nil), uint64(3), uint64(0), true)
	f.Add(record(twoSets(300, 3, 1, [2]byte{1, 1}), nil, serial, nil), uint64(3), uint64(1), false)
	// Each of these is another record of the same lists.
	f.Add(record(set, []byte("x"), serial, nil), uint64(3), uint64(0), false)
	f.Add(record(set, nil, serial, []byte("x")), uint64(3), uint64(0), false)
	f.Add(record(twoSets(300, 3, 0, [2]byte{2}), nil, serial, nil), uint64(3), uint64(0), false)
	f.Add(record(twoSets(300, 3, 1, [2]byte{3, 1}), nil, serial, nil), uint64(3), uint64(1), false)
	f.Add(record(twoSets(300, 3, 1, [2]byte{1, 2}), nil, serial, nil), uint64(3), uint64(1), false)
	f.Fuzz(func(t *testing.T, in []byte, revoked, suspended uint64, details bool) {
		if revoked > 300 || suspended > 300-revoked {
			return // ParseHead has refused it
		}
		p, err := believing(in, lists(revoked, suspended, details)...).Restore(in)
		if err == nil && !bytes.Equal(p.Append(nil), in) {
			t.Fatalf("%x is kept again as %x", in, p.Append(nil))
		}
	})
}

// What a snapshot of two sets says, its schemes say in one way.
func FuzzSnapshot(f *testing.F) {
	for _, c := range []struct {
		revoked, suspended int
		schemes            [2]byte
	}{{3, 1, [2]byte{1, 1}}, {3, 200, [2]byte{2, 3}}, {0, 4, [2]byte{1, 2}}, {280, 20, [2]byte{3, 1}}} {
		f.Add(twoSets(300, c.revoked, c.suspended, c.schemes), uint64(c.revoked), uint64(c.suspended))
	}
	f.Fuzz(func(t *testing.T, in []byte, revoked, suspended uint64) {
		if revoked > 300 || suspended < 1 || suspended > 300-revoked {
			return // ParseHead has refused it, or FuzzIndexList has it
		}
		l := List{Kind: KindIndex, Covered: 300, Revoked: revoked, Suspended: suspended}
		believe(&l, in)
		loaded, err := loadList(l, in, nil, 0, schemeSlow)
		if err != nil {
			return
		}
		r := &reader{in, true}
		schemes := []byte{r.take(r.varint())[0], r.b[0]} // in the order that appendSnapshot asks
		again := loaded.appendSnapshot(nil, func(s *indexSet) []byte {
			scheme := schemes[0]
			schemes = schemes[1:]
			return code(s, scheme)
		})
		if !bytes.Equal(again, in) {
			t.Fatalf("%x re-encodes as %x", in, again)
		}
	})
}
