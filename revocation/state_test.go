package revocation_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// accept opens and accepts body at its thisUpdate.
func accept(t testing.TB, s *revocation.State, b revocation.Body) *revocation.Head {
	t.Helper()
	h := mustOpen(t, b)
	if err := s.Accept(h, b.ThisUpdate); err != nil {
		t.Fatal(err)
	}
	return h
}

func TestRollback(t *testing.T) {
	var s revocation.State
	h2 := accept(t, &s, body(2))
	before := s.Append(nil)
	err := s.Accept(mustOpen(t, body(1)), start)
	var rollback *revocation.RollbackError
	if !errors.As(err, &rollback) || *rollback != (revocation.RollbackError{Authority: "a.example", Got: 1, Held: 2}) {
		t.Fatalf("got %v", err)
	}
	if want := "revocation: got head 1 of a.example, already accepted 2"; err.Error() != want {
		t.Errorf("says %q", err)
	}
	if !bytes.Equal(s.Append(nil), before) {
		t.Error("state has changed")
	}
	if err := s.Accept(h2, time.Time{}); err != nil {
		t.Errorf("the head that is held: %v", err)
	}
	other := body(1)
	other.Authority = "b.example"
	accept(t, &s, other) // each authority has its own numbers
	next := body(4)      // numbers may be left out
	accept(t, &s, next)
	if seen, ok := s.Seen("a.example"); !ok || seen.Number != 4 || !seen.ThisUpdate.Equal(next.ThisUpdate) {
		t.Errorf("seen is %+v", seen)
	}
	if _, ok := s.Seen("c.example"); ok {
		t.Error("seen what was not there")
	}
}

func TestEquivocation(t *testing.T) {
	var s revocation.State
	b := body(5)
	held := accept(t, &s, b)
	twin := b
	twin.NextUpdate = twin.NextUpdate.Add(time.Second)
	after := body(6)
	after.Previous = [32]byte{9}
	for name, got := range map[string]*revocation.Head{
		"same number":                       mustOpen(t, twin),
		"next number after another of ours": mustOpen(t, after),
	} {
		var e *revocation.EquivocationError
		if err := s.Accept(got, after.ThisUpdate); !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if e.Authority != "a.example" || e.Number != 5 || e.HeldHash != held.Hash() || e.GotHash == e.HeldHash {
			t.Errorf("%s: %+v", name, e)
		}
		for _, head := range [][]byte{e.Held, e.Got} { // anybody can check the evidence
			if _, err := open(head, trust("a.example", 1)); err != nil {
				t.Errorf("%s: evidence does not open: %v", name, err)
			}
		}
		if e.Error() != "revocation: authority a.example has signed two heads of number 5" {
			t.Error(e)
		}
	}
	after.Previous = held.Hash()
	accept(t, &s, after)

	// Signed again, a head stays the same head.
	again, err := open(sign(t, after, 1, 2), trust("a.example", 2))
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, "signed again", s.Accept(again, after.ThisUpdate), nil)

	// After a restart only the hash is left of what was held.
	restored, err := revocation.ParseState(s.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	twin = after
	twin.NextUpdate = twin.NextUpdate.Add(time.Second)
	var e *revocation.EquivocationError
	if err := restored.Accept(mustOpen(t, twin), after.ThisUpdate); !errors.As(err, &e) || e.Held != nil || e.Got == nil {
		t.Errorf("after a restart: %v", err)
	}
	if err := restored.Accept(again, after.ThisUpdate); err != nil {
		t.Error(err)
	}
}

func TestFastForward(t *testing.T) {
	now := start.Add(time.Hour)
	at := func(number uint64, this time.Time, span time.Duration) revocation.Body {
		b := body(number)
		b.ThisUpdate, b.NextUpdate = this, this.Add(span)
		return b
	}
	seconds := uint64(now.Unix())
	for _, c := range []struct {
		name string
		b    revocation.Body
		ok   bool
	}{
		{"made now", at(9, now, time.Hour), true},
		{"within the tolerance", at(9, now.Add(revocation.ClockTolerance), time.Hour), true},
		{"beyond the tolerance", at(9, now.Add(revocation.ClockTolerance+time.Second), time.Hour), false},
		{"years ahead", at(9, now.Add(1e5*time.Hour), time.Hour), false},
		{"longest span", at(9, now, revocation.MaxSpan), true},
		{"a second more", at(9, now, revocation.MaxSpan+time.Second), false},
		{"one head a second since 1970", at(seconds, now, time.Hour), true},
		{"one more", at(seconds+1, now, time.Hour), false},
		{"last of all numbers", at(1<<64-1, now, time.Hour), false},
		{"higher number, earlier time", at(9, start, time.Hour), false},
		{"expired, yet newer than what is held", at(9, start.Add(10*time.Minute), time.Minute), true},
	} {
		var s revocation.State
		accept(t, &s, body(5)) // made at start + 5 minutes
		before := s.Append(nil)
		err := s.Accept(mustOpen(t, c.b), now)
		var ahead *revocation.FastForwardError
		if c.ok != (err == nil) || !c.ok && (!errors.As(err, &ahead) || ahead.Number != c.b.Number || ahead.Error() == "") {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && !bytes.Equal(s.Append(nil), before) {
			t.Errorf("%s: state has changed", c.name)
		}
	}
}

// A thief of the key, when it is got back, has not used up the numbers.
func TestAuthorityRecoversFromFastForward(t *testing.T) {
	var s revocation.State
	b := body(1)
	b.Number = uint64(b.ThisUpdate.Unix())
	thief := accept(t, &s, b)
	next := b
	next.Number++
	next.Previous = thief.Hash()
	next.ThisUpdate = next.ThisUpdate.Add(time.Second)
	accept(t, &s, next)
}

func TestZeroHeadIsNobodys(t *testing.T) {
	var s revocation.State
	wantError(t, "zero head", s.Accept(new(revocation.Head), start), revocation.ErrSignature)
}

func TestStateRecord(t *testing.T) {
	var s revocation.State
	for _, id := range []string{"b.example", "a.example", "c"} {
		b := body(3)
		b.Authority = id
		accept(t, &s, b)
	}
	record := s.Append([]byte("x"))[1:]
	restored, err := revocation.ParseState(record)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(restored.Append(nil), record) {
		t.Error("record does not re-encode to itself")
	}
	var rollback *revocation.RollbackError
	if err := restored.Accept(mustOpen(t, body(2)), start); !errors.As(err, &rollback) {
		t.Errorf("restored state: %v", err)
	}
	for size := range record {
		_, err := revocation.ParseState(record[:size])
		wantError(t, "half written", err, revocation.ErrState)
		changed := bytes.Clone(record)
		changed[size] ^= 1
		_, err = revocation.ParseState(changed)
		wantError(t, "changed", err, revocation.ErrState)
		blank := bytes.Clone(record)
		clear(blank[size:])
		_, err = revocation.ParseState(blank)
		wantError(t, "half of it zero", err, revocation.ErrState)
	}
	_, err = revocation.ParseState(make([]byte, 1<<20))
	wantError(t, "too large", err, revocation.ErrState)
	_, err = revocation.ParseState(new(revocation.State).Append(nil))
	wantError(t, "empty state", err, nil)

	resum := func(change func([]byte) []byte) []byte {
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
		{"label", func(b []byte) []byte { b[0]++; return b }, revocation.ErrState},
		{"version", func(b []byte) []byte { b[23] = 2; return b }, revocation.ErrVersion},
		{"fewer", func(b []byte) []byte { b[25]--; return b }, revocation.ErrState},
		{"more", func(b []byte) []byte { b[25]++; return b }, revocation.ErrState},
		{"many more", func(b []byte) []byte { b[24] = 0xff; return b }, revocation.ErrState},
		{"twice the same", func(b []byte) []byte { b[27] = 'b'; return b }, revocation.ErrState},
		{"bad id", func(b []byte) []byte { b[27] = 'A'; return b }, revocation.ErrState},
		{"number zero", func(b []byte) []byte { clear(b[36:44]); return b }, revocation.ErrState},
		{"after the year 9999", func(b []byte) []byte { b[44] = 1; return b }, revocation.ErrState},
	} {
		_, err := revocation.ParseState(resum(c.change))
		wantError(t, c.name, err, c.want)
	}
}

// The slot that was written last is torn, in every way: the one before counts, and says so.
func TestTornSlotLeavesTheOlderOne(t *testing.T) {
	var s revocation.State
	h5 := accept(t, &s, body(5))
	older := s.Append(nil)
	b6 := body(6)
	b6.Previous = h5.Hash()
	h6 := accept(t, &s, b6)
	newer := s.Append(nil)
	for size := range newer {
		changed := bytes.Clone(newer)
		changed[size] ^= 1
		for _, torn := range [][]byte{newer[:size], changed} {
			for _, slots := range [][][]byte{{older, torn}, {torn, older}, {nil, torn, older}} {
				got, err := revocation.RestoreState(slots...)
				if seen, _ := got.Seen("a.example"); err != revocation.ErrSlot || seen.Number != 5 {
					t.Fatalf("%d bytes: %v, head %d", size, err, seen.Number)
				}
				// It takes what the older state would, and nothing else.
				var rollback *revocation.RollbackError
				if err := got.Check(mustOpen(t, body(4)), b6.ThisUpdate); !errors.As(err, &rollback) {
					t.Fatalf("head 4: %v", err)
				}
				wantError(t, "head 6", got.Check(h6, b6.ThisUpdate), nil)
			}
		}
	}
	resum := func(version byte) []byte {
		b := bytes.Clone(newer[:len(newer)-32])
		b[23] = version
		sum := sha256.Sum256(b)
		return append(b, sum[:]...)
	}
	for _, c := range []struct {
		name  string
		slots [][]byte
		want  error
		held  uint64
	}{
		{"nothing was written yet", [][]byte{nil, nil}, nil, 0},
		{"no slots", nil, nil, 0},
		{"one was written", [][]byte{older, nil}, nil, 5},
		{"both", [][]byte{newer, older}, nil, 6},
		{"an empty slot is a damaged one", [][]byte{older, {}}, revocation.ErrSlot, 5},
		{"and alone it is all", [][]byte{nil, {}}, revocation.ErrState, 0},
		{"none is whole", [][]byte{older[:9], newer[:9]}, revocation.ErrState, 0},
		{"a newer version is no damage", [][]byte{older, resum(2)}, revocation.ErrVersion, 5},
		{"nor beside a damaged one", [][]byte{newer[:9], resum(2), older}, revocation.ErrVersion, 5},
	} {
		got, err := revocation.RestoreState(c.slots...)
		wantError(t, c.name, err, c.want)
		if seen, _ := got.Seen("a.example"); seen.Number != c.held {
			t.Errorf("%s: head %d, want %d", c.name, seen.Number, c.held)
		}
	}
	var fork revocation.State
	twin := body(5)
	twin.NextUpdate = twin.NextUpdate.Add(time.Second)
	accept(t, &fork, twin)
	var e *revocation.EquivocationError
	if _, err := revocation.RestoreState(older, newer[:9], fork.Append(nil)); !errors.As(err, &e) {
		t.Errorf("two slots that contradict each other go before a damaged one: %v", err)
	}
}

func TestMerge(t *testing.T) {
	var one, two, fork revocation.State
	h5 := accept(t, &one, body(5))
	accept(t, &two, body(4))
	other := body(1)
	other.Authority = "b.example"
	accept(t, &two, other)
	b6 := body(6)
	b6.Previous = h5.Hash()
	if err := one.Merge(&two); err != nil {
		t.Fatal(err)
	}
	if err := two.Merge(&one); err != nil {
		t.Fatal(err)
	}
	if a, b := one.Append(nil), two.Append(nil); !bytes.Equal(a, b) {
		t.Errorf("states differ after both merges: %x, %x", a, b)
	}
	accept(t, &two, b6)

	twin := body(5)
	twin.NextUpdate = twin.NextUpdate.Add(time.Second)
	accept(t, &fork, twin)
	before := one.Append(nil)
	var e *revocation.EquivocationError
	if err := one.Merge(&fork); !errors.As(err, &e) || e.Number != 5 || e.Held == nil || e.Got == nil {
		t.Errorf("fork: %v", err)
	}
	if !bytes.Equal(one.Append(nil), before) {
		t.Error("a fork has changed the state")
	}

	// A restored state gets its evidence back from the one that has it.
	restored, err := revocation.ParseState(before)
	if err != nil {
		t.Fatal(err)
	}
	if err := restored.Merge(&one); err != nil {
		t.Fatal(err)
	}
	if err := restored.Merge(&fork); !errors.As(err, &e) || e.Held == nil {
		t.Errorf("restored: %v", err)
	}
}

func TestStateIsBounded(t *testing.T) {
	var s, more revocation.State
	for n := range revocation.MaxAuthorities {
		b := body(1)
		b.Authority = "a" + strconv.Itoa(n)
		accept(t, &s, b)
	}
	b := body(1)
	wantError(t, "one too many", s.Accept(mustOpen(t, b), b.ThisUpdate), revocation.ErrFull)
	accept(t, &more, b)
	wantError(t, "merge of one too many", s.Merge(&more), revocation.ErrFull)
	b = body(3)
	b.Authority = "a7"
	wantError(t, "one that is there", s.Check(mustOpen(t, b), b.ThisUpdate.Add(time.Hour)), nil)
	_, err := revocation.ParseState(s.Append(nil))
	wantError(t, "full state", err, nil)
}

func FuzzState(f *testing.F) {
	var s revocation.State
	record := func() []byte { r := s.Append(nil); return r[:len(r)-32] }
	f.Add(record())
	accept(f, &s, body(3))
	f.Add(record())
	s.NoteSigned("a.example", statusList(1), 5)
	s.NoteSigned("b.example", statusList(2), 6)
	f.Add(record())
	f.Fuzz(func(t *testing.T, in []byte) {
		if _, err := revocation.ParseState(in); err == nil {
			t.Fatal("a record without a checksum is taken")
		}
		sum := sha256.Sum256(in) // a fuzzer does not find it
		whole := append(bytes.Clone(in), sum[:]...)
		s, err := revocation.ParseState(whole)
		if err == nil && !bytes.Equal(s.Append(nil), whole) {
			t.Fatalf("%x does not re-encode to itself", whole)
		}
	})
}
