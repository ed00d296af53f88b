package publisher

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// Of a padded publication all that is served has one of a few sizes, clients read it alike, and deltas work, also from and to one
// without padding.
func TestPaddedPublication(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	serials := SerialList{ID: "urn:s", IssuedBefore: start}
	for i := range 300 {
		serials.Serials = append(serials.Serials, []byte{1, byte(i >> 8), byte(i)})
	}
	var held []*revocation.Publication
	deltas := 0
	for n := range 24 {
		this := start.Add(time.Duration(n) * time.Minute)
		l := List{ID: listID, Issued: 100000}
		for i := range uint64(1200 + n) {
			e := revocation.Entry{Index: i * 7919 % 100000, Since: start, Reason: revocation.Superseded}
			if i%100 == 0 {
				e.Reason = revocation.CertificateHold
			}
			l.Revoked = append(l.Revoked, e)
		}
		serials.Revoked = append(serials.Revoked, n*3)
		p := Publication{ThisUpdate: this, NextUpdate: this.Add(time.Hour), Lists: []List{l}, Serials: []SerialList{serials}, Padding: 256}
		if n%8 == 5 {
			p.Padding = 0
		}
		head, err := f.Publish(p, key)
		if err != nil {
			t.Fatal(err)
		}
		body := head.Body()
		signed, err := revocation.AppendBody(nil, body)
		if err != nil {
			t.Fatal(err)
		}
		if p.Padding > 0 {
			sizes := []uint64{uint64(len(signed))}
			for _, b := range names(head) {
				sizes = append(sizes, b.Size)
			}
			for _, s := range sizes {
				if revocation.PaddedSize(8, s) != s {
					t.Errorf("head %d has something of %d bytes", n+1, s)
				}
			}
			if s := body.Lists[1]; s.Covered != 64+320 && s.Covered != 64+256 || s.Revoked != 64 {
				t.Errorf("head %d shows %d of %d", n+1, s.Revoked, s.Covered)
			}
		}
		// Everyone who holds one of the heads before comes to the same.
		for from, old := range append([]*revocation.Publication{nil}, held...) {
			need := mustOpen(t, head, key).Needed(old)
			if old != nil {
				for _, d := range body.Deltas {
					for _, b := range need {
						if b == d.Blob {
							deltas++
						}
					}
				}
			}
			blobs, err := f.Blobs(need)
			if err != nil {
				t.Fatal(err)
			}
			got, err := mustOpen(t, head, key).Load(old, blobs)
			if err != nil {
				t.Fatalf("from %d to %d: %v", from, n+1, err)
			}
			for _, e := range l.Revoked {
				s := got.Status(listID, e.Index, this, 0)
				if s.Reason != e.Reason || !s.Since.Equal(e.Since) || (s.Standing != revocation.Revoked && s.Standing != revocation.Suspended) {
					t.Fatalf("from %d to %d: index %d is %+v", from, n+1, e.Index, s)
				}
			}
			if got.Status(listID, 1, this, 0).Standing != revocation.Good {
				t.Errorf("index 1 is not good")
			}
			for i, s := range serials.Serials {
				want := revocation.Good
				if i%3 == 0 && i/3 <= n {
					want = revocation.Revoked
				}
				if s := got.StatusOfSerial(serials.Issuer, s, start.Add(-1), this, 0); s.Standing != want {
					t.Fatalf("serial %d is %v", i, s.Standing)
				}
			}
			record := got.Append(nil)
			again, err := mustOpen(t, head, key).Restore(record)
			if err != nil || !bytes.Equal(again.Append(nil), record) {
				t.Fatalf("a record of head %d: %v", n+1, err)
			}
		}
		p0, err := f.Held()
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, p0)
	}
	if deltas < 50 {
		t.Errorf("%d clients took a delta", deltas)
	}
}

func mustOpen(t *testing.T, head *revocation.UnverifiedHead, key Signer) *revocation.Head {
	t.Helper()
	f := Folder{authority: head.Body().Authority}
	h, err := f.reopen(head)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// What rounds the numbers up is not told by what is served: it is another secret in each folder, and stays.
func TestCoverOfASerialList(t *testing.T) {
	key := signer(t, ed25519Key(1))
	p := Publication{ThisUpdate: start, NextUpdate: start.Add(time.Hour), Padding: 64,
		Serials: []SerialList{{ID: "urn:s", IssuedBefore: start, Serials: [][]byte{{1}, {2}}, Revoked: []int{0}}}}
	seen := map[string]bool{}
	for range 2 {
		f := folder(t, t.TempDir(), "a.example")
		head, err := f.Publish(p, key)
		if err != nil {
			t.Fatal(err)
		}
		seen[head.Body().Lists[0].Snapshot.Name()] = true
		before := files(t, f.dir)
		if _, err := f.Publish(p, key); err != nil || !equal(files(t, f.dir), before) {
			t.Errorf("a second run changes something: %v", err)
		}
		for name := range before {
			if strings.HasPrefix(name, "/blob/") && strings.Contains(filepath.Base(name), "cover") {
				t.Errorf("%s is served", name)
			}
		}
		if err := f.write(filepath.Join(f.home(), ".cover"), filepath.Join(f.home(), ".cover.new"), []byte("half")); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Publish(p, key); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrInput) {
			t.Errorf("a damaged secret: %v", err)
		}
	}
	if len(seen) != 2 {
		t.Error("two folders have the same secret")
	}
	for _, bad := range []uint64{1, 32, 65, 100, 1 << 21} {
		p.Padding = bad
		if _, err := folder(t, t.TempDir(), "a.example").Publish(p, key); !errors.Is(err, ErrInput) {
			t.Errorf("padding %d: %v", bad, err)
		}
	}
}
