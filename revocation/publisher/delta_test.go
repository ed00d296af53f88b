package publisher

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
)

// history publishes n heads: each revokes some, suspends one and resumes an earlier one.
func history(t *testing.T, f *Folder, n int, key Signer, details bool) (held []*revocation.Publication) {
	entries := map[uint64]revocation.Entry{}
	for i := range n {
		this := start.Add(time.Duration(i) * time.Hour)
		for k := range uint64(5) {
			index := (uint64(i)*977 + k*7919) % 5000
			if _, there := entries[index]; !there {
				entries[index] = revocation.Entry{Index: index, Since: this, Reason: revocation.Superseded}
			}
		}
		if hold := uint64(6000 + i); i%3 == 0 {
			entries[hold] = revocation.Entry{Index: hold, Since: this, Reason: revocation.CertificateHold}
		}
		if i >= 4 {
			if e := entries[uint64(6000+i-4)]; e.Reason == revocation.CertificateHold {
				delete(entries, e.Index)
				if i%2 == 0 {
					entries[e.Index] = revocation.Entry{Index: e.Index, Since: this, Reason: revocation.KeyCompromise}
				}
			}
		}
		l := List{ID: listID, Issued: 10000 + uint64(i), WithoutDetails: !details}
		for _, e := range entries {
			l.Revoked = append(l.Revoked, e)
		}
		_, err := f.Publish(Publication{ThisUpdate: this, NextUpdate: this.Add(time.Hour), Lists: []List{l}}, key)
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.Held()
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, p)
	}
	return held
}

// Whatever head a client holds, one delta brings it to the newest, and to the same lists.
func TestOneDeltaCatchesUpFromAnyHead(t *testing.T) {
	for _, details := range []bool{false, true} {
		t.Run(fmt.Sprint(details), func(t *testing.T) {
			f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
			held := history(t, f, 40, key, details)
			newest := held[len(held)-1]
			steps := 0
			for i, p := range held[:len(held)-1] {
				need := newest.Head().Needed(p)
				blobs, err := f.Blobs(need)
				if err != nil {
					t.Fatal(err)
				}
				got, err := newest.Head().Load(p, blobs)
				if err != nil {
					t.Fatalf("from head %d: %v", i+1, err)
				}
				want := newest.Entries(listID)
				if entries := got.Entries(listID); fmt.Sprint(entries) != fmt.Sprint(want) {
					t.Fatalf("from head %d: other entries", i+1)
				}
				if len(need) == 1 && need[0] != newest.Head().Body().Lists[0].Snapshot {
					steps++
				}
			}
			t.Logf("%d of %d clients took a delta", steps, len(held)-1)
			if steps < 5 { // small lists are soon smaller than their deltas
				t.Errorf("%d of %d clients took a delta", steps, len(held)-1)
			}
		})
	}
}

func TestWhatIsRevokedStaysSo(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	publish := func(n int, entries ...revocation.Entry) error {
		this := start.Add(time.Duration(n) * time.Minute)
		_, err := f.Publish(Publication{ThisUpdate: this, NextUpdate: this.Add(time.Hour), Lists: []List{{ID: listID, Issued: 9, Revoked: entries}}}, key)
		return err
	}
	hold := revocation.CertificateHold
	for i, c := range []struct {
		entries []revocation.Entry
		want    error
	}{
		{[]revocation.Entry{{Index: 1}, {Index: 2, Reason: hold}}, nil},
		{[]revocation.Entry{{Index: 2, Reason: hold}}, ErrInput},
		{[]revocation.Entry{{Index: 1, Reason: hold}, {Index: 2, Reason: hold}}, ErrInput},
		{[]revocation.Entry{{Index: 1}}, nil},
		{[]revocation.Entry{{Index: 1}, {Index: 2}}, nil},
		{nil, ErrInput},
	} {
		if err := publish(i, c.entries...); !errors.Is(err, c.want) {
			t.Errorf("%d: %v, want %v", i, err, c.want)
		}
	}
	this := start.Add(time.Hour)
	_, err := f.Publish(Publication{ThisUpdate: this, NextUpdate: this.Add(time.Hour)}, key)
	if !errors.Is(err, ErrInput) {
		t.Errorf("a list is left out: %v", err)
	}
}

func TestSerialListIsBuiltOnce(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	l := SerialList{ID: "urn:s", IssuedBefore: start, Revoked: []int{3}, Suspended: []int{5}}
	for i := range 300 {
		l.Serials = append(l.Serials, []byte{1, byte(i >> 8), byte(i)})
	}
	var built int
	l.Progress = func(string, int, int) { built++ }
	for n := range 3 {
		this := start.Add(time.Duration(n) * time.Minute)
		if n == 2 {
			l.Revoked = []int{3, 4}
		}
		before := built
		if _, err := f.Publish(Publication{ThisUpdate: this, NextUpdate: this.Add(time.Hour), Serials: []SerialList{l}}, key); err != nil {
			t.Fatal(err)
		}
		if (built > before) != (n != 1) {
			t.Errorf("publication %d: built %d", n, built-before)
		}
	}
	p, err := client(f, key)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range l.Serials {
		want := revocation.Good
		switch i {
		case 3, 4:
			want = revocation.Revoked
		case 5:
			want = revocation.Suspended
		}
		got := p.StatusOfSerial(l.Issuer, s, start.Add(-1), start.Add(2*time.Minute), 0)
		if got.Standing != want {
			t.Errorf("%d: %v, want %v", i, got.Standing, want)
		}
		for _, notBefore := range []time.Time{start, start.Add(time.Hour)} {
			if got := p.StatusOfSerial(l.Issuer, s, notBefore, start.Add(2*time.Minute), 0); got.Standing != revocation.NotCovered {
				t.Errorf("%d, issued later: %v", i, got.Standing)
			}
		}
		if got := p.StatusOfSerial([32]byte{9}, s, start.Add(-1), start.Add(2*time.Minute), 0); got.Standing != revocation.NotCovered {
			t.Errorf("%d of another issuer: %v", i, got.Standing)
		}
	}
	for _, bad := range [][]int{{300}, {-1}, {1, 1}} {
		l.Revoked = bad
		if _, _, err := l.Encode(); !errors.Is(err, ErrInput) {
			t.Errorf("positions %v: %v", bad, err)
		}
	}
}

func TestCleanRemovesOnlyWhatNoHeadHasNamedForLong(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	history(t, f, 12, key, true)
	before := len(files(t, filepath.Join(f.dir, "blob")))
	if n, err := f.Clean(time.Hour, time.Now()); n != 0 || err != nil {
		t.Errorf("within the grace: %d, %v", n, err)
	}
	n, err := f.Clean(time.Hour, time.Now().Add(2*time.Hour))
	if err != nil || n == 0 || n >= before {
		t.Fatalf("after the grace: %d of %d, %v", n, before, err)
	}
	if _, err := client(f, key); err != nil {
		t.Error(err)
	}
	last, err := f.Last()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Blobs(names(last)); err != nil {
		t.Errorf("a delta is gone: %v", err)
	}
	if err := os.WriteFile(filepath.Join(f.dir, "a.example", "head"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Clean(0, time.Now()); !errors.Is(err, ErrDamaged) {
		t.Errorf("beside a damaged head: %v", err)
	}
}

// A client follows keys that the former ones have replaced, and goes back to them for nobody.
func TestKeysRollOver(t *testing.T) {
	f := folder(t, t.TempDir(), "a.example")
	keys := []Signer{signer(t, ed25519Key(1)), signer(t, p256Key(t)), signer(t, ed25519Key(3)), signer(t, ed25519Key(4))}
	trusted := func(n int, sequence uint32) revocation.Signers {
		return revocation.Signers{Authority: "a.example", Keys: []revocation.Key{keys[n].Key()}, Sequence: sequence}
	}
	open := func(raw []byte, s revocation.Signers) (*revocation.Head, error) {
		u, err := revocation.ParseHead(raw)
		if err != nil {
			return nil, err
		}
		plan, err := u.Plan(s)
		if err != nil {
			return nil, err
		}
		return plan.Open(native.Run(plan.Checks()))
	}
	publish := func(n, key int) []byte {
		head, err := f.Publish(publication(n), keys[key])
		if err != nil {
			t.Fatal(err)
		}
		return head.Bytes()
	}
	first := publish(0, 0)
	for n := 1; n < 3; n++ {
		if err := f.Rollover(uint32(n), keys[n-1:n], keys[n:n+1]); err != nil {
			t.Fatal(err)
		}
	}
	second := publish(1, 2)
	state := &revocation.State{}
	for _, raw := range [][]byte{first, second} {
		head, err := open(raw, trusted(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		if err := state.Accept(head, head.ThisUpdate()); err != nil {
			t.Fatal(err)
		}
	}
	// The thief of the first key makes a newer head, with and without the rollovers.
	stolen := folder(t, t.TempDir(), "a.example")
	if _, err := stolen.Publish(publication(0), keys[0]); err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		if _, err := stolen.Publish(publication(n+1), keys[0]); err != nil {
			t.Fatal(err)
		}
	}
	last, err := stolen.Last()
	if err != nil {
		t.Fatal(err)
	}
	head, err := open(last.Bytes(), trusted(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if err := state.Check(head, head.ThisUpdate()); !errors.Is(err, revocation.ErrReplaced) {
		t.Errorf("head of a replaced key: %v", err)
	}
	restored, err := revocation.RestoreState(state.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := restored.Check(head, head.ThisUpdate()); !errors.Is(err, revocation.ErrReplaced) {
		t.Errorf("head of a replaced key after a restart: %v", err)
	}
	if _, err := open(second, trusted(3, 0)); !errors.Is(err, revocation.ErrSignature) {
		t.Errorf("keys that nobody rolled over from: %v", err)
	}
	for n := range 3 { // a configuration of any time leads to the same keys
		head, err := open(second, trusted(n, uint32(n)))
		if err != nil {
			t.Fatal(n, err)
		}
		if err := state.Check(head, head.ThisUpdate()); err != nil {
			t.Error(n, err)
		}
	}
	// Without the signature of the former keys, or of the new ones, a rollover is none.
	for name, by := range map[string][2]int{"by the new keys alone": {3, 3}, "by a stranger": {1, 3}} {
		forged := folder(t, t.TempDir(), "a.example")
		if err := forged.Rollover(9, keys[by[0]:by[0]+1], keys[by[1]:by[1]+1]); err != nil {
			t.Fatal(err)
		}
		h, err := forged.Publish(publication(0), keys[3])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := open(h.Bytes(), trusted(0, 0)); !errors.Is(err, revocation.ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := f.Rollover(0, keys[:1], keys[1:2]); !errors.Is(err, ErrInput) {
		t.Errorf("sequence 0: %v", err)
	}
}
