package revocation_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"testing"

	"github.com/e2eid/e2eid/revocation"
)

func statusList(n int) revocation.SignedName {
	return revocation.NameOf('l', "https://issuer.example/"+string(binary.BigEndian.AppendUint32(nil, uint32(n))))
}

func TestNewestOfEachNameIsRemembered(t *testing.T) {
	var s revocation.State
	for _, made := range []int64{100, 90, 120, 110} {
		s.NoteSigned("a.example", statusList(1), made)
	}
	s.NoteSigned("a.example", statusList(2), 7)
	s.NoteSigned("b.example", statusList(1), 9)
	for _, c := range []struct {
		authority string
		list      int
		made      int64
	}{{"a.example", 1, 120}, {"a.example", 2, 7}, {"b.example", 1, 9}, {"a.example", 3, 0}, {"c.example", 1, 0}} {
		if got := s.NewestSigned(c.authority, statusList(c.list)); got != c.made {
			t.Errorf("%s, list %d: made at %d, want %d", c.authority, c.list, got, c.made)
		}
	}
	if revocation.NameOf('l', "x") == revocation.NameOf('a', "x") {
		t.Error("two kinds share a name")
	}
	for _, made := range []int64{0, -1, 1 << 60} {
		s.NoteSigned("c.example", statusList(1), made)
	}
	s.NoteSigned("Not an id", statusList(1), 3)
	if s.NewestSigned("c.example", statusList(1)) != 0 || s.NewestSigned("Not an id", statusList(1)) != 0 {
		t.Error("a time or id that no record holds is remembered")
	}
}

func TestMemorySurvivesARestart(t *testing.T) {
	var s revocation.State
	accept(t, &s, body(3))
	for _, id := range []string{"b.example", "a.example", "c"} {
		for n := range 20 {
			s.NoteSigned(id, statusList(n), int64(1000+n))
		}
	}
	record := s.Append(nil)
	restored, err := revocation.ParseState(record)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(restored.Append(nil), record) || restored.NewestSigned("a.example", statusList(7)) != 1007 {
		t.Error("the record does not give back what it was made of")
	}
	for size := range record {
		_, err := revocation.ParseState(record[:size])
		wantError(t, "half written", err, revocation.ErrState)
	}
	// Of two slots the one that is whole counts, of two that are, the newer of each.
	older := restored.Append(nil)
	restored.NoteSigned("c", statusList(0), 5000)
	both, err := revocation.RestoreState(older, restored.Append(nil))
	if err != nil || both.NewestSigned("c", statusList(0)) != 5000 || both.NewestSigned("c", statusList(1)) != 1001 {
		t.Errorf("two slots: %v", err)
	}
	if both, err = revocation.RestoreState(older[:99], restored.Append(nil)); err != revocation.ErrSlot || both.NewestSigned("c", statusList(0)) != 5000 {
		t.Errorf("the older slot is torn: %v", err)
	}
	if both, err = revocation.RestoreState(older, restored.Append(nil)[:99]); err != revocation.ErrSlot ||
		both.NewestSigned("c", statusList(0)) != 1000 || both.NewestSigned("c", statusList(1)) != 1001 {
		t.Errorf("the newer slot is torn: %v", err)
	}
}

func TestMergeOfMemoriesHasNoOrder(t *testing.T) {
	var one, two revocation.State
	for n := range 30 {
		one.NoteSigned("a.example", statusList(n), int64(100+n))
		two.NoteSigned("a.example", statusList(n), int64(130-n))
		two.NoteSigned("b.example", statusList(n), int64(1+n))
	}
	a, b := one.Append(nil), two.Append(nil)
	var ab, ba revocation.State
	for _, c := range []struct {
		s       *revocation.State
		records [][]byte
	}{{&ab, [][]byte{a, b, a}}, {&ba, [][]byte{b, a}}} {
		for _, r := range c.records {
			other, err := revocation.ParseState(r)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.s.Merge(other); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !bytes.Equal(ab.Append(nil), ba.Append(nil)) {
		t.Error("the order of merging has changed the record")
	}
	if got := ab.NewestSigned("a.example", statusList(2)); got != 128 {
		t.Errorf("made at %d, want 128", got)
	}
}

// Whoever makes many names can have no other authority's forgotten, and nothing that is forgotten comes back.
func TestFullMemoryForgetsTheOldestOfWhoHasMost(t *testing.T) {
	var s revocation.State
	s.NoteSigned("small", statusList(1), 10) // older than all
	for n := range revocation.MaxSigned + 100 {
		s.NoteSigned("large", statusList(n), int64(1000+n))
	}
	if got := s.NewestSigned("small", statusList(1)); got != 10 {
		t.Errorf("the list of the other authority: %d", got)
	}
	if got := s.NewestSigned("small", statusList(2)); got != 0 {
		t.Errorf("a new name of the other authority is held to %d", got)
	}
	const forgotten = 1000 + 100
	if got := s.NewestSigned("large", statusList(0)); got != forgotten {
		t.Errorf("what was forgotten counts as made at %d, want %d", got, forgotten)
	}
	if got := s.NewestSigned("large", statusList(1<<20)); got != forgotten {
		t.Errorf("a new name counts as made at %d, want %d", got, forgotten)
	}
	record := s.Append(nil)
	if len(record) > revocation.MaxStateSize/2 {
		t.Errorf("%d bytes", len(record))
	}
	restored, err := revocation.ParseState(record)
	if err != nil {
		t.Fatal(err)
	}
	var early revocation.State // another tab, from before
	early.NoteSigned("large", statusList(0), 1000)
	early.NoteSigned("large", statusList(2000), 2900)
	early.NoteSigned("large", statusList(1<<20), 4000)
	if err := restored.Merge(&early); err != nil {
		t.Fatal(err)
	}
	for n, made := range map[int]int64{0: forgotten + 1, 2000: 3000, 1 << 20: 4000} {
		if got := restored.NewestSigned("large", statusList(n)); got != made {
			t.Errorf("after a merge, list %d counts as made at %d, want %d", n, got, made)
		}
	}
	_, err = revocation.ParseState(restored.Append(nil))
	wantError(t, "merged", err, nil)
}

func TestMemoryOfTooManyAuthoritiesIsUsedForNone(t *testing.T) {
	var s revocation.State
	for n := range revocation.MaxAuthorities {
		s.NoteSigned("a"+strconv.Itoa(n), statusList(n), 5)
	}
	s.NoteSigned("b", statusList(1), 7)
	if got := s.NewestSigned("b", statusList(1)); got < 1<<37 {
		t.Errorf("an authority that cannot be remembered may go back to %d", got)
	}
	var more revocation.State
	more.NoteSigned("b", statusList(1), 7)
	wantError(t, "merge of one too many", s.Merge(&more), revocation.ErrFull)
	_, err := revocation.ParseState(s.Append(nil))
	wantError(t, "full", err, nil)
}

func TestMemoryHasOneEncoding(t *testing.T) {
	var s revocation.State
	s.NoteSigned("a", statusList(1), 5)
	s.NoteSigned("a", statusList(2), 6)
	s.NoteSigned("b", statusList(1), 7)
	record := s.Append(nil)
	const memories = 24 + 2 + 2 // after label, version, no heads, and the count
	resum := func(change func(b []byte) []byte) []byte {
		b := change(bytes.Clone(record[:len(record)-32]))
		sum := sha256.Sum256(b)
		return append(b, sum[:]...)
	}
	for _, c := range []struct {
		name   string
		change func(b []byte) []byte
		want   error
	}{
		{"nothing", func(b []byte) []byte { return b }, nil},
		{"fewer authorities", func(b []byte) []byte { b[memories-1]--; return b }, revocation.ErrState},
		{"more authorities", func(b []byte) []byte { b[memories-1]++; return b }, revocation.ErrState},
		{"no id", func(b []byte) []byte { b[memories+1] = 'A'; return b }, revocation.ErrState},
		{"authorities not rising", func(b []byte) []byte { b[memories+1] = 'b'; return b }, revocation.ErrState},
		{"made up to the floor", func(b []byte) []byte { b[memories+6] = 5; return b }, revocation.ErrState},
		{"made after the floor", func(b []byte) []byte { b[memories+6] = 4; return b }, nil},
		{"names not rising", func(b []byte) []byte { copy(b[memories+9:], b[memories+9+21:memories+9+21+16]); return b }, revocation.ErrState},
		{"more names", func(b []byte) []byte { b[memories+7] = 0xff; return b }, revocation.ErrState},
		{"no name and no floor", func(b []byte) []byte { return append(b, 1, 'c', 0, 0, 0, 0, 0, 0, 0) }, revocation.ErrState},
		{"bytes left over", func(b []byte) []byte { return append(b, 0) }, revocation.ErrState},
	} {
		b := resum(c.change)
		if c.name == "no name and no floor" {
			b[memories-1]++
			sum := sha256.Sum256(b[:len(b)-32])
			copy(b[len(b)-32:], sum[:])
		}
		_, err := revocation.ParseState(b)
		wantError(t, c.name, err, c.want)
	}
}
