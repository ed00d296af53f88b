package publisher

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// say publishes lists n minutes after the start.
func say(f *Folder, n int, key Signer, p Publication) error {
	p.ThisUpdate = start.Add(time.Duration(n) * time.Minute)
	p.NextUpdate = p.ThisUpdate.Add(time.Hour)
	_, err := f.Publish(p, key)
	return err
}

// cutAt lets so many steps pass.
func cutAt(f *Folder, cut int) {
	f.step = func() error {
		if cut == 0 {
			return errCut
		}
		cut--
		return nil
	}
}

// What runs again after a failure, or from a script, says the same and leaves a folder that goes on.
func TestRolloverMadeAgainIsOne(t *testing.T) {
	f := folder(t, t.TempDir(), "a.example")
	keys := []Signer{signer(t, ed25519Key(1)), signer(t, ed25519Key(2)), signer(t, ed25519Key(3))}
	if _, err := f.Publish(publication(0), keys[0]); err != nil {
		t.Fatal(err)
	}
	for n := 1; n < 3; n++ {
		if err := f.Rollover(7, keys[:1], keys[1:2]); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Publish(publication(n), keys[1]); err != nil {
			t.Fatalf("time %d: %v", n, err)
		}
	}
	// A sequence that is not above would make every head malformed from now on.
	for _, sequence := range []uint32{6, 7} {
		if err := f.Rollover(sequence, keys[1:2], keys[2:]); !errors.Is(err, ErrInput) {
			t.Errorf("sequence %d: %v", sequence, err)
		}
	}
	if _, err := f.Publish(publication(3), keys[1]); err != nil {
		t.Error(err)
	}
	if p, err := client(f, keys[0]); err != nil || p.Head().Number() != 4 {
		t.Error(err)
	}
}

func TestRolloverCutOffAtEveryStep(t *testing.T) {
	var keys []Signer
	for n := range byte(6) {
		keys = append(keys, signer(t, ed25519Key(n+1)))
	}
	for cut := 0; ; cut++ {
		f := folder(t, t.TempDir(), "a.example")
		for n := range 4 {
			if err := f.Rollover(uint32(n+1), keys[n:n+1], keys[n+1:n+2]); err != nil {
				t.Fatal(err)
			}
		}
		cutAt(f, cut)
		err := f.Rollover(5, keys[4:5], keys[5:]) // the fifth: the first goes
		f.step = nil
		if err == nil {
			if cut < 8 {
				t.Errorf("only %d steps", cut)
			}
			return
		}
		if _, err := f.Publish(publication(0), keys[4]); err != nil {
			t.Errorf("cut at %d, with the former key: %v", cut, err)
		}
		if err := f.Rollover(5, keys[4:5], keys[5:]); err != nil {
			t.Fatalf("after a cut at %d: %v", cut, err)
		}
		if _, err := f.Publish(publication(1), keys[5]); err != nil {
			t.Errorf("after a cut at %d: %v", cut, err)
		}
		for n := 1; n < 5; n++ {
			if _, err := client(f, keys[n]); err != nil {
				t.Errorf("after a cut at %d, of who knows key %d: %v", cut, n, err)
			}
		}
	}
}

// Two publishers read, then both write: the second has not seen what the first has said.
func TestSuspensionOfAnotherPublisherIsNotLost(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	list := func(entries ...revocation.Entry) Publication {
		return Publication{Lists: []List{{ID: listID, Issued: 9, Revoked: entries}}}
	}
	if err := say(f, 0, key, list()); err != nil {
		t.Fatal(err)
	}
	read, err := f.Last()
	if err != nil {
		t.Fatal(err)
	}
	if err := say(f, 1, key, list(revocation.Entry{Index: 3, Reason: revocation.CertificateHold})); err != nil {
		t.Fatal(err)
	}
	late := list(revocation.Entry{Index: 5})
	if late.After = read.Hash(); !errors.Is(say(f, 2, key, late), ErrBusy) {
		t.Error("what was made from an older head is published")
	}
	last, err := f.Last()
	if err != nil {
		t.Fatal(err)
	}
	late.After = last.Hash()
	if err := say(f, 2, key, late); err != nil {
		t.Error(err)
	}
	if err := say(folder(t, t.TempDir(), "a.example"), 0, key, late); !errors.Is(err, ErrBusy) {
		t.Errorf("after a head that is gone: %v", err)
	}
}

func TestWhatIsRevokedOfASerialListStaysSo(t *testing.T) {
	for _, padding := range []uint64{0, 64} {
		f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
		l := SerialList{ID: "urn:s", IssuedBefore: start}
		for i := range 300 {
			l.Serials = append(l.Serials, []byte{1, byte(i >> 8), byte(i)})
		}
		publish := func(n int, revoked, suspended []int) error {
			l.Revoked, l.Suspended = revoked, suspended
			return say(f, n, key, Publication{Serials: []SerialList{l}, Padding: padding})
		}
		for n, c := range []struct {
			name               string
			revoked, suspended []int
			want               error
		}{
			{"the first", []int{3}, []int{5}, nil},
			{"taken back", nil, nil, ErrInput},
			{"suspended instead", nil, []int{3}, ErrInput},
			{"another instead", []int{4}, nil, ErrInput},
			{"a suspension taken back, one made", []int{3}, []int{6}, nil},
			{"suspended, then revoked", []int{6, 3}, nil, nil},
			{"revoked, then suspended", []int{3}, []int{6}, ErrInput},
			{"the same", []int{3, 6}, nil, nil},
		} {
			if err := publish(n, c.revoked, c.suspended); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", c.name, err, c.want)
			}
		}
		// Nor if the list was left out for a time, which may be.
		if err := say(f, 20, key, Publication{Padding: padding}); err != nil {
			t.Fatal(err)
		}
		if err := publish(21, nil, nil); !errors.Is(err, ErrInput) {
			t.Errorf("after the list was left out: %v", err)
		}
		// What has expired is no more in Serials, and is forgotten.
		l.Serials = l.Serials[4:]
		if err := publish(22, []int{2}, nil); err != nil {
			t.Error(err)
		}
	}
}

// Where a blob of the last publication is lost, the numbers in its head are still known.
func TestFewerAreNotRevokedWhereABlobIsLost(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	list := func(revoked ...uint64) Publication {
		l := List{ID: listID, Issued: 1000, WithoutDetails: true}
		for _, i := range revoked {
			l.Revoked = append(l.Revoked, revocation.Entry{Index: i})
		}
		return Publication{Lists: []List{l}}
	}
	if err := say(f, 0, key, list(3, 70)); err != nil {
		t.Fatal(err)
	}
	last, err := f.Last()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(f.blobs(), last.Body().Lists[0].Snapshot.Name())); err != nil {
		t.Fatal(err)
	}
	if err := say(f, 1, key, list(70)); !errors.Is(err, ErrInput) {
		t.Errorf("a revocation is taken back: %v", err)
	}
	if err := say(f, 2, key, list(3, 70, 71)); err != nil {
		t.Errorf("the lists are not repaired: %v", err)
	}
}

// What was revoked in a list that was left out is known to nobody any more.
func TestListThatWasLeftOutDoesNotComeBack(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	l := List{ID: listID, Issued: 9, Revoked: []revocation.Entry{{Index: 3}}, Expires: start.Add(5 * time.Minute)}
	if err := say(f, 0, key, Publication{Lists: []List{l}}); err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		if err := say(f, 6+n, key, Publication{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, revoked := range [][]revocation.Entry{nil, l.Revoked} {
		l.Expires, l.Revoked = start.Add(time.Hour), revoked
		if err := say(f, 8, key, Publication{Lists: []List{l}}); !errors.Is(err, ErrInput) {
			t.Errorf("it comes back: %v", err)
		}
	}
}

// Cut off before the head that leaves it out, a list is as it was.
func TestListIsLeftOutWithItsHead(t *testing.T) {
	key := signer(t, ed25519Key(1))
	for cut := 0; ; cut++ {
		f := folder(t, t.TempDir(), "a.example")
		l := List{ID: listID, Issued: 9, Revoked: []revocation.Entry{{Index: 3}}, Expires: start.Add(5 * time.Minute)}
		if err := say(f, 0, key, Publication{Lists: []List{l}}); err != nil {
			t.Fatal(err)
		}
		cutAt(f, cut)
		err := say(f, 6, key, Publication{})
		f.step = nil
		if err == nil {
			return
		}
		want := error(nil)
		if number(t, f, key) == 2 {
			want = ErrInput
		}
		if err := say(f, 7, key, Publication{Lists: []List{l}}); !errors.Is(err, want) {
			t.Errorf("cut at %d: %v, want %v", cut, err, want)
		}
	}
}

// The folder may be served as it stands.
func TestSecretsOfTheFolderAreForItsOwner(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	l := SerialList{ID: "urn:s", IssuedBefore: start, Serials: [][]byte{{1}, {2}}, Revoked: []int{1}}
	if err := say(f, 0, key, Publication{Serials: []SerialList{l}, Padding: 64}); err != nil {
		t.Fatal(err)
	}
	seen := 0
	if err := filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if name := filepath.Base(path); err != nil || name != ".cover" && name != ".memory" {
			return err
		}
		seen++
		info, err := d.Info()
		if err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", d.Name(), info.Mode())
		}
		return err
	}); err != nil || seen != 2 {
		t.Error(seen, err)
	}
}

// A pad that no head can have is refused before anything is built, and every other is taken by clients, in any order.
func TestPaddingFromOneHeadToTheNext(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	serials := SerialList{ID: "urn:s", IssuedBefore: start}
	for i := range 300 {
		serials.Serials = append(serials.Serials, []byte{1, byte(i >> 8), byte(i)})
	}
	var held *revocation.Publication
	for n, padding := range []uint64{0, 64, 64, 128, 0, 1 << 17, 64, 1 << 12, 1 << 12} {
		l := List{ID: listID, Issued: 1000, WithoutDetails: n%3 != 0}
		for i := range 5 * (n + 1) {
			l.Revoked = append(l.Revoked, revocation.Entry{Index: uint64(i * 3), Reason: revocation.Superseded, Since: start})
		}
		if n%2 == 0 {
			l.Revoked = append(l.Revoked, revocation.Entry{Index: 999, Reason: revocation.CertificateHold})
		}
		serials.Revoked = append(serials.Revoked, n, 100+n, 299-n)
		if err := say(f, n, key, Publication{Lists: []List{l}, Serials: []SerialList{serials}, Padding: padding}); err != nil {
			t.Fatal(n, padding, err)
		}
		fresh, err := client(f, key)
		if err != nil {
			t.Fatal(n, err)
		}
		blobs, err := f.Blobs(fresh.Head().Needed(held))
		if err != nil {
			t.Fatal(n, err)
		}
		updated, err := fresh.Head().Load(held, blobs)
		if err != nil {
			t.Fatal(n, err)
		}
		restored, err := fresh.Head().Restore(updated.Append(nil))
		if err != nil {
			t.Fatal(n, err)
		}
		if !bytes.Equal(restored.Append(nil), fresh.Append(nil)) {
			t.Errorf("%d: what is held and what is fetched differ", n)
		}
		now := start.Add(time.Duration(n) * time.Minute)
		for i, s := range serials.Serials {
			want := revocation.Good
			for _, r := range serials.Revoked {
				if i == r {
					want = revocation.Revoked
				}
			}
			if got := restored.StatusOfSerial(serials.Issuer, s, start.Add(-1), now, 0); got.Standing != want {
				t.Errorf("%d, serial %d: %v", n, i, got.Standing)
			}
		}
		for i := range uint64(999) {
			want := revocation.Good
			if i%3 == 0 && i/3 < uint64(5*(n+1)) {
				want = revocation.Revoked
			}
			if got := restored.Status(listID, i, now, 0); got.Standing != want {
				t.Errorf("%d, index %d: %v", n, i, got.Standing)
			}
		}
		held = restored
	}
	for _, padding := range []uint64{1 << 18, 1 << 20, 32, 65} {
		if err := say(f, 20, key, Publication{Padding: padding}); !errors.Is(err, ErrInput) {
			t.Errorf("padding %d: %v", padding, err)
		}
	}
}
