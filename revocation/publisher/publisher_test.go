package publisher

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
)

var start = time.Unix(1_700_000_000, 0).UTC()

const listID = "https://a.example/status/1"

func signer(t testing.TB, s crypto.Signer) Signer {
	t.Helper()
	out, err := NewSigner(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func ed25519Key(n byte) crypto.Signer {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = n
	return ed25519.NewKeyFromSeed(seed)
}

func p256Key(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), 7))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// publication is the n-th: each revokes the next index.
func publication(n int) Publication {
	l := List{ID: listID, Issued: 1000 + uint64(n)}
	for i := range n {
		l.Revoked = append(l.Revoked, revocation.Entry{Index: uint64(500 - i), Since: start, Reason: revocation.KeyCompromise})
	}
	this := start.Add(time.Duration(n) * time.Minute)
	return Publication{ThisUpdate: this, NextUpdate: this.Add(time.Hour),
		Lists: []List{l, {ID: "https://a.example/status/0", Issued: 3, WithoutDetails: true}}}
}

func folder(t testing.TB, dir, authority string) *Folder {
	t.Helper()
	f, err := Open(dir, authority)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// client reads the folder as a mirror's client does: it trusts nothing in it.
func client(f *Folder, keys ...Signer) (*revocation.Publication, error) {
	head, err := os.ReadFile(filepath.Join(f.dir, f.authority, "head"))
	if err != nil {
		return nil, err
	}
	u, err := revocation.ParseHead(head)
	if err != nil {
		return nil, err
	}
	trust := revocation.Signers{Authority: f.authority}
	for _, k := range keys {
		trust.Keys = append(trust.Keys, k.Key())
	}
	plan, err := u.Plan(trust)
	if err != nil {
		return nil, err
	}
	opened, err := plan.Open(native.Run(plan.Checks()))
	if err != nil {
		return nil, err
	}
	blobs, err := f.Blobs(opened.Needed(nil))
	if err != nil {
		return nil, err
	}
	return opened.Load(nil, blobs)
}

func number(t testing.TB, f *Folder, keys ...Signer) uint64 {
	t.Helper()
	p, err := client(f, keys...)
	if err != nil {
		t.Fatal(err)
	}
	return p.Head().Number()
}

// files returns the content of every file below dir.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func equal(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for name, content := range a {
		if other, ok := b[name]; !ok || other != content {
			return false
		}
	}
	return true
}

func TestPublicationsFollowEachOther(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	if _, err := f.Last(); !errors.Is(err, ErrNone) {
		t.Fatalf("before the first: %v", err)
	}
	var state revocation.State
	var previous [32]byte
	for n := range 4 {
		p := publication(n)
		head, err := f.Publish(p, key)
		if err != nil {
			t.Fatal(err)
		}
		if b := head.Body(); b.Number != uint64(n+1) || b.Previous != previous {
			t.Errorf("publication %d is head %d after %x", n, b.Number, b.Previous)
		}
		previous = head.Hash()
		got, err := client(f, key)
		if err != nil {
			t.Fatal(err)
		}
		if err := state.Accept(got.Head(), p.ThisUpdate); err != nil {
			t.Error(err)
		}
		for index := range uint64(1010) {
			want := revocation.Good
			switch {
			case index > 500-uint64(n) && index <= 500:
				want = revocation.Revoked
			case index >= p.Lists[0].Issued:
				want = revocation.NotCovered
			}
			if s := got.Status(listID, index, p.ThisUpdate, 0); s.Standing != want {
				t.Errorf("publication %d, index %d: %v, want %v", n, index, s.Standing, want)
			}
		}
	}
	for name := range files(t, f.dir) {
		base := filepath.Base(name)
		if base != "head" && len(base) != 64 && !strings.Contains(name, "/.changes/") {
			t.Errorf("%s is left behind", name)
		}
	}
}

func TestPublishingTwiceChangesNothing(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	first, err := f.Publish(publication(2), key)
	if err != nil {
		t.Fatal(err)
	}
	before := files(t, f.dir)
	again := publication(2)
	slices.Reverse(again.Lists)
	slices.Reverse(again.Lists[1].Revoked)
	second, err := f.Publish(again, key)
	if err != nil || second.Hash() != first.Hash() || !equal(files(t, f.dir), before) {
		t.Errorf("second run: %v", err)
	}
	// With other keys it is something new.
	other := signer(t, ed25519Key(2))
	if head, err := f.Publish(publication(2), key, other); err != nil || head.Body().Number != 2 {
		t.Errorf("with a further key: %v", err)
	}
	if n := number(t, f, key, other); n != 2 {
		t.Errorf("number %d", n)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	_, mldsa := mldsa44.NewKeyFromSeed(&[mldsa44.SeedSize]byte{3})
	var seen map[string]string
	for range 2 {
		f := folder(t, t.TempDir(), "a.example")
		for n := range 3 {
			if _, err := f.Publish(publication(n), signer(t, ed25519Key(1)), signer(t, p256Key(t)), signer(t, mldsa)); err != nil {
				t.Fatal(err)
			}
		}
		got := files(t, f.dir)
		if seen != nil && !equal(got, seen) {
			t.Error("another run wrote other bytes")
		}
		seen = got
	}
}

func TestKeys(t *testing.T) {
	_, mldsa44Key := mldsa44.NewKeyFromSeed(&[mldsa44.SeedSize]byte{3})
	_, mldsa65Key := mldsa65.NewKeyFromSeed(&[mldsa65.SeedSize]byte{3})
	keys := map[signature.Algorithm]crypto.Signer{
		signature.Ed25519:         ed25519Key(1),
		signature.ECDSAP256SHA256: p256Key(t),
		signature.MLDSA44:         mldsa44Key,
		signature.MLDSA65:         mldsa65Key,
	}
	var all []Signer
	for algorithm, k := range keys {
		s := signer(t, k)
		if s.Key().Algorithm != algorithm {
			t.Errorf("%v is taken for %v", algorithm, s.Key().Algorithm)
		}
		f := folder(t, t.TempDir(), "a.example")
		if _, err := f.Publish(publication(1), s); err != nil {
			t.Errorf("%v: %v", algorithm, err)
		}
		if _, err := client(f, s); err != nil {
			t.Errorf("%v: %v", algorithm, err)
		}
		all = append(all, s)
	}
	f := folder(t, t.TempDir(), "a.example")
	if _, err := f.Publish(publication(1), all...); err != nil {
		t.Fatal(err)
	}
	if _, err := client(f, all...); err != nil {
		t.Errorf("all together: %v", err)
	}
	p384, err := ecdsa.ParseRawPrivateKey(elliptic.P384(), append(make([]byte, 47), 7))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []crypto.Signer{nil, p384, &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: big.NewInt(15), E: 3}}} {
		if _, err := NewSigner(k); !errors.Is(err, ErrKey) {
			t.Errorf("%T: %v", k, err)
		}
	}
}

// A brokenSigner has a good public key and signs something else.
type brokenSigner struct{ crypto.Signer }

func (s brokenSigner) Public() crypto.PublicKey { return ed25519Key(9).Public() }

func TestWhatClientsWouldRefuseIsNotPublished(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	if _, err := f.Publish(publication(3), key); err != nil {
		t.Fatal(err)
	}
	before := files(t, f.dir)
	change := func(c func(*Publication)) Publication {
		p := publication(4)
		c(&p)
		return p
	}
	good := []Signer{key}
	for _, c := range []struct {
		name string
		p    Publication
		keys []Signer
	}{
		{"no key", publication(4), nil},
		{"a key twice", publication(4), []Signer{key, key}},
		{"a key that signs something else", publication(4), []Signer{signer(t, brokenSigner{ed25519Key(1)})}},
		{"nothing set", Publication{}, good},
		{"nextUpdate too far off", change(func(p *Publication) { p.NextUpdate = p.ThisUpdate.Add(revocation.MaxSpan + time.Second) }), good},
		{"nextUpdate before thisUpdate", change(func(p *Publication) { p.NextUpdate = p.ThisUpdate.Add(-1) }), good},
		{"earlier than the one before", change(func(p *Publication) { p.ThisUpdate = start }), good},
		{"a list twice", change(func(p *Publication) { p.Lists[1].ID = listID }), good},
		{"an index twice", change(func(p *Publication) { p.Lists[0].Revoked[1] = p.Lists[0].Revoked[0] }), good},
		{"an index that is not issued", change(func(p *Publication) { p.Lists[0].Revoked[1].Index = 1004 }), good},
		{"fewer issued than before", change(func(p *Publication) { p.Lists[0].Issued = 1002 }), good},
		{"a reason nobody has", change(func(p *Publication) { p.Lists[0].Revoked[1].Reason = 8 }), good},
	} {
		if _, err := f.Publish(c.p, c.keys...); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", c.name, err)
		}
		if !equal(files(t, f.dir), before) {
			t.Fatalf("%s: the folder has changed", c.name)
		}
	}
	for _, id := range []string{"", "..", "a/b", "blob", "A"} {
		if _, err := Open(t.TempDir(), id); !errors.Is(err, ErrInput) {
			t.Errorf("authority %q: %v", id, err)
		}
	}
}

var errCut = errors.New("cut off here")

// Whatever step a publication is cut off at, a client has the one before or the new one, and a further run completes it.
func TestCutOffAtEveryStep(t *testing.T) {
	key := signer(t, ed25519Key(1))
	complete := folder(t, t.TempDir(), "a.example")
	for n := range 2 {
		if _, err := complete.Publish(publication(n), key); err != nil {
			t.Fatal(err)
		}
	}
	want := files(t, complete.dir)
	for cut := 0; ; cut++ {
		f := folder(t, t.TempDir(), "a.example")
		if _, err := f.Publish(publication(0), key); err != nil {
			t.Fatal(err)
		}
		steps := 0
		f.step = func() error {
			if steps == cut {
				return errCut
			}
			steps++
			return nil
		}
		_, err := f.Publish(publication(1), key)
		f.step = nil
		if err == nil {
			if cut < 8 {
				t.Errorf("only %d steps", cut)
			}
			return
		}
		if !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		if n := number(t, f, key); n != 1 && n != 2 {
			t.Errorf("cut at %d: head %d", cut, n)
		}
		if _, err := f.Publish(publication(1), key); err != nil {
			t.Errorf("after a cut at %d: %v", cut, err)
		}
		if got := files(t, f.dir); !equal(got, want) {
			t.Errorf("after a cut at %d: files are %d, want %d", cut, len(got), len(want))
		}
	}
}

// A blob that was damaged on disk is written again, also when the publication is the same.
func TestDamagedBlobIsRepaired(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	if _, err := f.Publish(publication(1), key); err != nil {
		t.Fatal(err)
	}
	want := files(t, f.dir)
	for name, content := range want {
		if filepath.Base(name) == "head" || strings.Contains(name, "/.changes/") {
			continue
		}
		for _, damaged := range []string{"", content[:len(content)-1], content + "x"} {
			if err := os.WriteFile(filepath.Join(f.dir, name), []byte(damaged), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := client(f, key); err == nil {
				t.Fatalf("%s: damage is not noticed", name)
			}
			if _, err := f.Publish(publication(1), key); err != nil || !equal(files(t, f.dir), want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// The number of a head that cannot be read is unknown: going on from 1 would roll clients back.
func TestDamagedHeadStopsThePublisher(t *testing.T) {
	dir := t.TempDir()
	f, other, key := folder(t, dir, "a.example"), folder(t, dir, "b.example"), signer(t, ed25519Key(1))
	if _, err := f.Publish(publication(1), key); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a.example", "head")
	head, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range [][]byte{nil, head[:len(head)-1], bytes.ToUpper(head)} {
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Publish(publication(2), key); !errors.Is(err, ErrDamaged) {
			t.Errorf("got %v", err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "b.example", "head"), head, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Publish(publication(2), key); !errors.Is(err, ErrDamaged) {
		t.Errorf("head of another authority: %v", err)
	}
}

func TestTwoAuthoritiesSideBySide(t *testing.T) {
	dir := t.TempDir()
	// The second name begins with the first, and its temporary blobs must not be taken for the first one's.
	a, b := folder(t, dir, "a"), folder(t, dir, "a.b")
	keyA, keyB := signer(t, ed25519Key(1)), signer(t, ed25519Key(2))
	for n := range 3 {
		if _, err := a.Publish(publication(n), keyA); err != nil {
			t.Fatal(err)
		}
		b.step = func() error { return errCut }
		if _, err := b.Publish(publication(n+1), keyB); !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		b.step = nil
		leftover := filepath.Join(dir, "blob", ".a.b."+strings.Repeat("0", 64))
		if err := os.WriteFile(leftover, []byte("half"), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Publish(publication(n), keyA); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(leftover); err != nil {
			t.Errorf("leftover of a.b was removed by a: %v", err)
		}
		if _, err := b.Publish(publication(n+1), keyB); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(leftover); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("leftover of a.b: %v", err)
		}
		if got := [2]uint64{number(t, a, keyA), number(t, b, keyB)}; got != [2]uint64{uint64(n + 1), uint64(n + 1)} {
			t.Errorf("numbers are %d", got)
		}
	}
	if _, err := client(a, keyB); !errors.Is(err, revocation.ErrSignature) {
		t.Errorf("a under the key of a.b: %v", err)
	}
}

func TestTwoPublishersOfOneAuthority(t *testing.T) {
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	second := folder(t, f.dir, "a.example")
	f.step = func() error {
		if _, err := second.Publish(publication(1), key); !errors.Is(err, ErrBusy) {
			t.Errorf("second publisher: %v", err)
		}
		return nil
	}
	if _, err := f.Publish(publication(0), key); err != nil {
		t.Fatal(err)
	}
	if head, err := second.Publish(publication(1), key); err != nil || head.Body().Number != 2 {
		t.Errorf("after it: %v", err)
	}
}
