package revocation_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

func TestStatus(t *testing.T) {
	since := start.Add(-time.Hour)
	a, blobsA := list(t, listA, 1000, true,
		revocation.Entry{Index: 7, Since: since, Reason: revocation.KeyCompromise},
		revocation.Entry{Index: 8, Reason: revocation.CertificateHold})
	b, blobsB := list(t, listB, 50, false, revocation.Entry{Index: 49})
	p := mustLoad(t, mustOpen(t, body(1, a, b)), nil, append(blobsA, blobsB...))

	this, next := start.Add(time.Minute), start.Add(time.Minute+time.Hour)
	early := this.Add(-revocation.ClockTolerance)
	const none = time.Duration(0)
	for _, c := range []struct {
		name   string
		list   string
		index  uint64
		now    time.Time
		maxAge time.Duration
		want   revocation.Standing
	}{
		{"good", listA, 6, this, none, revocation.Good},
		{"good at nextUpdate", listA, 6, next, none, revocation.Good},
		{"stale after nextUpdate", listA, 6, next.Add(1), none, revocation.Stale},
		{"a maximum age beyond nextUpdate changes nothing", listA, 6, next.Add(1), 2 * time.Hour, revocation.Stale},
		{"good at the maximum age", listA, 6, this.Add(time.Minute), time.Minute, revocation.Good},
		{"stale over the maximum age", listA, 6, this.Add(time.Minute + 1), time.Minute, revocation.Stale},
		{"stale for ever with a maximum age below zero", listA, 6, this, -1, revocation.Stale},
		{"clock a little slow", listA, 6, early, none, revocation.Good},
		{"clock too slow", listA, 6, early.Add(-1), none, revocation.Clock},
		{"revoked", listA, 7, this, none, revocation.Revoked},
		{"revoked in old data", listA, 7, next.Add(1000 * time.Hour), none, revocation.Revoked},
		{"revoked, whatever the clock says", listA, 7, time.Time{}, none, revocation.Revoked},
		{"suspended", listA, 8, this, none, revocation.Suspended},
		{"suspended in old data", listA, 8, next.Add(1), none, revocation.Suspended},
		{"revoked without details", listB, 49, this, none, revocation.Revoked},
		{"issued after the list was made", listB, 50, this, none, revocation.NotCovered},
		{"index that wraps to a covered one", listB, 1<<32 + 3, this, none, revocation.NotCovered},
		{"largest index", listB, 1<<64 - 1, this, none, revocation.NotCovered},
		{"list nobody has", "https://a.example/status/3", 6, this, none, revocation.NotCovered},
		{"list nobody has in old data", "https://a.example/status/3", 6, next.Add(1), none, revocation.Stale},
		{"list named by its beginning", listA[:len(listA)-1], 7, this, none, revocation.NotCovered},
	} {
		got := p.Status(c.list, c.index, c.now, c.maxAge)
		if got.Standing != c.want {
			t.Errorf("%s: %v, want %v", c.name, got.Standing, c.want)
		}
		if got.Number != 1 || !got.ThisUpdate.Equal(this) || !got.NextUpdate.Equal(next) || got.FreshUntil.After(next) {
			t.Errorf("%s: wrong publication in %+v", c.name, got)
		}
	}
	if got := p.Status(listA, 7, this, none); got.Reason != revocation.KeyCompromise || !got.Since.Equal(since) {
		t.Errorf("details of 7: %+v", got)
	}
	if got := p.Status(listA, 8, this, 10*time.Minute); !got.Since.IsZero() || !got.FreshUntil.Equal(this.Add(10*time.Minute)) {
		t.Errorf("details of 8: %+v", got)
	}
	want := []revocation.Entry{{Index: 7, Since: since, Reason: revocation.KeyCompromise}, {Index: 8, Reason: revocation.CertificateHold}}
	if got := p.Entries(listA); !slices.Equal(got, want) {
		t.Errorf("entries are %v, want %v", got, want)
	}
	if p.Entries("https://a.example/status/3") != nil {
		t.Error("entries of no list")
	}
}

func TestNothingIsUnknown(t *testing.T) {
	for _, p := range []*revocation.Publication{nil, {}} {
		if got := p.Status(listA, 0, start, 0); got != (revocation.Status{}) || got.Standing != revocation.Unknown {
			t.Errorf("%+v", got)
		}
		if p.Entries(listA) != nil {
			t.Error("entries of nothing")
		}
	}
	if name := revocation.Standing(200).String(); name != "unknown" || revocation.NotCovered.String() != "not covered" {
		t.Error(name)
	}
}

func TestNoBitOfABlobCanBeChanged(t *testing.T) {
	head, blobs := twoLists(t, 1)
	h, err := open(head, trust("a.example", 1))
	if err != nil {
		t.Fatal(err)
	}
	for i := range blobs {
		for at := range blobs[i] {
			for bit := range 8 {
				changed := slices.Clone(blobs)
				changed[i] = bytes.Clone(blobs[i])
				changed[i][at] ^= 1 << bit
				p, err := h.Load(nil, changed)
				if !errors.Is(err, revocation.ErrBlob) || p != nil {
					t.Errorf("bit %d of byte %d of blob %d: %v", bit, at, i, err)
				}
			}
			changed := slices.Clone(blobs)
			changed[i] = blobs[i][:at]
			_, err := h.Load(nil, changed)
			wantError(t, "cut off", err, revocation.ErrBlob)
		}
	}
	slices.Reverse(blobs)
	mustLoad(t, h, nil, blobs) // order does not matter
	mustLoad(t, h, nil, append(blobs, blobs...))
	_, err = h.Load(nil, blobs[1:])
	wantError(t, "a blob is withheld", err, revocation.ErrMissing)
	_, err = h.Load(nil, nil)
	wantError(t, "all are withheld", err, revocation.ErrMissing)
	_, err = h.Load(nil, append(blobs, []byte("zip bomb")))
	wantError(t, "a blob too many", err, revocation.ErrBlob)
	_, err = h.Load(nil, append(blobs, nil))
	wantError(t, "an empty blob", err, revocation.ErrBlob)
}

// What an authority signs by mistake is refused too: each coding of a set other than the one of root, N and R.
func TestSignedContradictions(t *testing.T) {
	l, blobs := list(t, listA, 1000, true, revocation.Entry{Index: 7}, revocation.Entry{Index: 300})
	for _, c := range []struct {
		name     string
		snapshot []byte
		details  []byte
		change   func(*revocation.List)
		want     error
	}{
		{"as it should be", blobs[0], blobs[1], nil, nil},
		{"another root", blobs[0], blobs[1], func(l *revocation.List) { l.Root[0]++ }, revocation.ErrRoot},
		{"fewer revoked", blobs[0], blobs[1][:7], func(l *revocation.List) { l.Revoked = 1 }, revocation.ErrFormat},
		{"more revoked", blobs[0], append(bytes.Clone(blobs[1]), 0, 0, 0, 0, 0, 0), func(l *revocation.List) { l.Revoked = 3 }, revocation.ErrFormat},
		{"more covered", blobs[0], blobs[1], func(l *revocation.List) { l.Covered = 1001 }, revocation.ErrRoot},
		{"a byte left over", append(bytes.Clone(blobs[0]), 0), blobs[1], nil, revocation.ErrFormat},
		{"a newer scheme", append([]byte{9}, blobs[0][1:]...), blobs[1], nil, revocation.ErrVersion},
		{"snapshot as details", blobs[0], blobs[0], nil, revocation.ErrVersion},
		{"details of another number", blobs[0], blobs[1][:7], nil, revocation.ErrFormat},
		{"a reason nobody has", blobs[0], append([]byte{0x80, 77}, blobs[1][2:]...), nil, revocation.ErrFormat},
	} {
		bad := l
		bad.Snapshot, bad.Details = revocation.NewBlob(c.snapshot), revocation.NewBlob(c.details)
		if c.change != nil {
			c.change(&bad)
		}
		_, err := mustOpen(t, body(1, bad)).Load(nil, [][]byte{c.snapshot, c.details})
		wantError(t, c.name, err, c.want)
	}
	// Every single bit of the snapshot, signed as it is.
	for bit := range 8 * len(blobs[0]) {
		changed := bytes.Clone(blobs[0])
		changed[bit/8] ^= 1 << (bit % 8)
		bad := l
		bad.Snapshot = revocation.NewBlob(changed)
		if _, err := mustOpen(t, body(1, bad)).Load(nil, [][]byte{changed, blobs[1]}); err == nil {
			t.Errorf("bit %d can be changed", bit)
		}
	}
}

func TestListsOfTwoHeadsDoNotMix(t *testing.T) {
	old, oldBlobs := list(t, listA, 1000, false)
	revoked, newBlobs := list(t, listA, 1000, false, revocation.Entry{Index: 7})
	other, otherBlobs := list(t, listB, 1000, false, revocation.Entry{Index: 9})
	h1, h2 := mustOpen(t, body(1, old, other)), mustOpen(t, body(2, revoked, other))
	_, err := h2.Load(nil, append(slices.Clone(oldBlobs), otherBlobs...))
	wantError(t, "old list under the new head", err, revocation.ErrBlob)

	held := mustLoad(t, h1, nil, append(slices.Clone(oldBlobs), otherBlobs...))
	if need := h2.Needed(held); !slices.Equal(need, []revocation.Blob{revoked.Snapshot}) {
		t.Errorf("needed are %v", need)
	}
	if need := h2.Needed(nil); len(need) != 2 {
		t.Errorf("needed from nothing are %v", need)
	}
	_, err = h2.Load(held, nil)
	wantError(t, "changed list is withheld", err, revocation.ErrMissing)
	_, err = h2.Load(held, oldBlobs)
	wantError(t, "old list again", err, revocation.ErrBlob)

	p := mustLoad(t, h2, held, newBlobs)
	now := start.Add(2 * time.Minute)
	for index, want := range map[uint64]revocation.Standing{7: revocation.Revoked, 9: revocation.Good} {
		if got := p.Status(listA, index, now, 0); got.Standing != want || got.Number != 2 {
			t.Errorf("%d: %+v", index, got)
		}
	}
	if got := p.Status(listB, 9, now, 0).Standing; got != revocation.Revoked {
		t.Errorf("list taken over from the head before: %v", got)
	}
	if got := held.Status(listA, 7, now, 0).Standing; got != revocation.Good {
		t.Errorf("held publication has changed: %v", got)
	}
}

// Row 28: a list of authority A, whole and with its head, offered for authority B.
func TestListOfAnotherAuthority(t *testing.T) {
	clean, cleanBlobs := list(t, listA, 1000, false)
	dirty, _ := list(t, listA, 1000, false, revocation.Entry{Index: 7})
	headA := sign(t, body(1, clean), 1)
	_, err := open(headA, trust("b.example", 1))
	wantError(t, "head of a.example for b.example under the same key", err, revocation.ErrAuthority)
	b := body(1, dirty)
	b.Authority = "b.example"
	_, err = mustOpen(t, b).Load(nil, cleanBlobs)
	wantError(t, "list of a.example under the head of b.example", err, revocation.ErrBlob)
}

func TestLoadKeepsNothingOfItsInput(t *testing.T) {
	head, blobs := twoLists(t, 1)
	h, err := open(head, trust("a.example", 1))
	if err != nil {
		t.Fatal(err)
	}
	p := mustLoad(t, h, nil, blobs)
	for _, b := range append(blobs, head) {
		clear(b)
	}
	claims := h.Body()
	clear(claims.Lists)
	if got := p.Status(listA, 7, start.Add(3*time.Minute), 0); got.Standing != revocation.Revoked || got.Reason != revocation.KeyCompromise {
		t.Errorf("%+v", got)
	}
	if again, err := open(p.Head().Bytes(), trust("a.example", 1)); err != nil || again.Hash() != h.Hash() {
		t.Errorf("kept head does not open: %v", err)
	}
}

func TestEncodeListRefuses(t *testing.T) {
	for _, c := range []struct {
		name    string
		id      string
		covered uint64
		entries []revocation.Entry
	}{
		{"an id with a blank", "a b", 1, nil},
		{"no id", "", 1, nil},
		{"over 2^32 covered", "a", 1<<32 + 1, nil},
		{"more revoked than covered", "a", 0, make([]revocation.Entry, 1)},
		{"an index beyond", "a", 5, []revocation.Entry{{Index: 5}}},
		{"an index twice", "a", 5, []revocation.Entry{{Index: 1}, {Index: 1}}},
		{"indexes that sink", "a", 5, []revocation.Entry{{Index: 2}, {Index: 1}}},
		{"a reason nobody has", "a", 5, []revocation.Entry{{Index: 2, Reason: 7}}},
		{"a time before 1970", "a", 5, []revocation.Entry{{Index: 2, Since: time.Unix(-1, 0)}}},
	} {
		_, _, err := revocation.EncodeList(c.id, c.covered, c.entries, true)
		wantError(t, c.name, err, revocation.ErrFormat)
	}
}
