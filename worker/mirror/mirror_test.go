package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/worker/mirror"
)

var ctx = context.Background()

// Whatever operation of the storage is the last, before or after it is done, a whole publication is served, and the same
// push completes the next.
func TestStorageFailsAtEveryOperation(t *testing.T) {
	for _, done := range []bool{false, true} {
		for at := 1; ; at++ {
			w := newWorld(t)
			first := w.publication(1)
			w.mustPush(first)
			second := w.publication(2)
			w.store.ops, w.store.failAt, w.store.done = 0, at, done
			_, err := w.push(w.mirror, second)
			reached := w.store.ops >= at
			w.store.failAt = 0
			switch {
			case !w.whole(first) && !w.whole(second):
				t.Fatalf("operation %d (done %v): nothing whole is served", at, done)
			case err == nil && !w.whole(second):
				t.Fatalf("operation %d (done %v): pushed without error and not served", at, done)
			}
			// The mirror that goes on is another one, as after a restart.
			w.mirror = w.over(w.store)
			w.mustPush(second)
			if !w.whole(second) {
				t.Fatalf("operation %d (done %v): the next push did not complete it", at, done)
			}
			w.mustPush(w.publication(3))
			if !reached {
				if at < 10 {
					t.Errorf("only %d operations", at)
				}
				break
			}
		}
	}
}

// No change of a byte, and no cut, makes another head acceptable, nor changes what is served.
func TestNoChangedHeadIsAccepted(t *testing.T) {
	w := newWorld(t)
	first := w.publication(1)
	w.mustPush(first)
	second := w.publication(2)
	try := func(b []byte) {
		if a, err := w.mirror.AcceptHead(ctx, authority, b); err == nil {
			t.Errorf("accepted: %+v", a)
		}
	}
	for i := range second {
		flipped := bytes.Clone(second)
		flipped[i] ^= 1 << (i % 8)
		try(flipped)
		try(second[:i])
	}
	try(append(bytes.Clone(second), 0))
	if !w.whole(first) {
		t.Error("something else is served")
	}
	w.mustPush(second)
}

func TestHeadIsServedOnceAllItsBlobsAreThere(t *testing.T) {
	w := newWorld(t)
	head := w.publication(5)
	a, err := w.mirror.AcceptHead(ctx, authority, head)
	if err != nil || a.Served || len(a.Missing) == 0 {
		t.Fatalf("%+v, %v", a, err)
	}
	for i, b := range a.Missing {
		if w.store.objects[mirror.HeadKey(authority)] != nil {
			t.Error("served too soon")
		}
		if created, err := w.mirror.AcceptBlob(ctx, authority, b.Name(), int64(b.Size), bytes.NewReader(w.blobs[b.Name()])); err != nil || !created {
			t.Fatal(err)
		}
		again, err := w.mirror.AcceptHead(ctx, authority, head)
		if last := i == len(a.Missing)-1; err != nil || again.Served != last || len(again.Missing) != len(a.Missing)-1-i {
			t.Errorf("after %d blobs: %+v, %v", i+1, again, err)
		}
	}
}

func TestBlobsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	a, err := w.mirror.AcceptHead(ctx, authority, w.publication(5))
	if err != nil {
		t.Fatal(err)
	}
	b := a.Missing[0]
	good := w.blobs[b.Name()]
	for _, test := range []struct {
		name, blob string
		size       int64
		body       io.Reader
		want       mirror.Reason
	}{
		{"one nobody names", revocation.NewBlob([]byte("x")).Name(), 1, strings.NewReader("x"), mirror.ReasonNotNamed},
		{"a name that is none", "../head", 1, strings.NewReader("x"), mirror.ReasonNotNamed},
		{"other bytes", b.Name(), int64(len(good)), bytes.NewReader(make([]byte, len(good))), mirror.ReasonMismatch},
		{"fewer bytes than announced", b.Name(), int64(len(good)), bytes.NewReader(good[1:]), mirror.ReasonCut},
		{"more bytes than announced", b.Name(), int64(len(good)), io.MultiReader(bytes.NewReader(good), endless{}), mirror.ReasonMismatch},
		{"a size over the named one", b.Name(), 10 << 30, endless{}, mirror.ReasonTooLarge},
		{"a size below the named one", b.Name(), int64(len(good)) - 1, bytes.NewReader(good), mirror.ReasonLength},
		{"no size", b.Name(), -1, bytes.NewReader(good), mirror.ReasonLength},
	} {
		_, err := w.mirror.AcceptBlob(ctx, authority, test.blob, test.size, test.body)
		refusedFor(t, test.name, err, test.want)
	}
	if len(w.store.blobs()) > 0 {
		t.Error("a refused blob was stored")
	}
	_, err = w.mirror.AcceptBlob(ctx, "other", b.Name(), int64(len(good)), bytes.NewReader(good))
	refusedFor(t, "of an unknown authority", err, mirror.ReasonUnknownAuthority)
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// The record of what was accepted outlives the authority's keys: after they have changed, an old head is still a rollback.
func TestRollbackIsRefusedAfterTheKeysHaveChanged(t *testing.T) {
	w := newWorld(t)
	first := w.publication(1)
	w.mustPush(first)
	w.mustPush(w.publication(2))
	w.store.objects[mirror.HeadKey(authority)] = []byte("damaged")
	_, err := w.mirror.AcceptHead(ctx, authority, first)
	refusedFor(t, "an old head over a damaged one", err, mirror.ReasonRollback)
	w.mustPush(w.publication(3)) // and the damage is mended
}

func TestDamagedRecordDoesNotStopTheMirror(t *testing.T) {
	w := newWorld(t)
	w.mustPush(w.publication(1))
	second := w.publication(2)
	w.mustPush(second)
	w.store.objects[".mirror/accepted/"+authority] = []byte("{")
	w.store.objects[mirror.StatusKey] = []byte("{")
	_, err := w.mirror.AcceptHead(ctx, authority, second[:10])
	refusedFor(t, "malformed", err, mirror.ReasonMalformed)
	w.mustPush(w.publication(3))
}

// What is not signed, such as a proof that somebody has left out on the way, does not stay for good.
func TestSameHeadWithOtherProofsTakesTheOldOnesPlace(t *testing.T) {
	w := newWorld(t)
	head := w.publication(1)
	w.mustPush(head)
	u, err := revocation.ParseHead(head)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := revocation.AppendBody(nil, u.Body())
	if err != nil {
		t.Fatal(err)
	}
	other, err := revocation.AssembleHead(signed, u.Signatures(), revocation.Proof{Type: 77, Data: []byte("seen")})
	if err != nil {
		t.Fatal(err)
	}
	w.mustPush(other.Bytes())
	if !w.whole(other.Bytes()) {
		t.Error("the old one stays")
	}
	w.mustPush(w.publication(2))
	if a, err := w.mirror.AcceptHead(ctx, authority, head); err == nil {
		t.Errorf("an old head: %+v", a)
	}
}

func TestEvidenceOfEquivocationIsKept(t *testing.T) {
	w := newWorld(t)
	w.mustPush(w.publication(1))
	served := w.publication(2)
	w.mustPush(served)
	u, err := revocation.ParseHead(served)
	if err != nil {
		t.Fatal(err)
	}
	body := u.Body()
	body.NextUpdate = body.NextUpdate.Add(time.Second)
	fork := w.lists.Sign(body).Bytes()
	_, err = w.mirror.AcceptHead(ctx, authority, fork)
	refusedFor(t, "a second head of one number", err, mirror.ReasonEquivocation)
	if !bytes.Equal(w.store.objects[".mirror/evidence/"+authority], fork) || !w.whole(served) {
		t.Error("not both are kept")
	}
}

// Blobs go a day after no head has named them, and not one that any head names.
func TestSweepDeletesWhatNobodyNames(t *testing.T) {
	w := newWorld(t)
	w.mustPush(w.publication(1))
	before := len(w.store.blobs())
	var last []byte
	for n := range uint64(20) {
		last = w.publication(n % 7) // sets come back
		w.mustPush(last)
	}
	grown := len(w.store.blobs())
	if err := w.mirror.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if len(w.store.blobs()) != grown || grown <= before {
		t.Errorf("%d blobs, %d after a sweep that is too soon", grown, len(w.store.blobs()))
	}
	w.now = w.now.Add(mirror.KeepRetired + time.Hour)
	if err := w.mirror.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if !w.whole(last) {
		t.Error("a sweep deleted what is served")
	}
	if got := len(w.store.blobs()); got > 3 {
		t.Errorf("%d blobs are left, the head names at most 3", got)
	}
}

func TestAuthoritiesAreCountedApart(t *testing.T) {
	w := newWorld(t)
	w.mustPush(w.publication(1))
	w.mirror.AcceptHead(ctx, authority, nil)
	w.mirror.AcceptHead(ctx, "stranger", nil)
	w.now = w.now.Add(time.Hour)
	s, err := w.mirror.Status(ctx)
	if err != nil || len(s.Authorities) != 1 {
		t.Fatalf("%+v, %v", s, err)
	}
	a := s.Authorities[0]
	if a.Number != 1 || a.Accepted != 1 || a.Refused[mirror.ReasonMalformed] != 1 || a.Age != 3600 || len(a.Refused) != 1 {
		t.Errorf("%+v", a)
	}
	if s.Refused[mirror.ReasonUnknownAuthority] != 1 {
		t.Errorf("%+v", s.Refused)
	}
}

// origin serves what an authority has published, with changes.
type origin struct {
	w      *world
	head   []byte
	change func(name string, b []byte) []byte
}

func (o origin) Fetch(_ context.Context, address string) (io.ReadCloser, int64, error) {
	path := strings.TrimPrefix(address, "https://origin.example/")
	b := o.head
	if name, ok := strings.CutPrefix(path, "blob/"); ok {
		b = o.w.blobs[name]
	} else if path != authority+"/head" {
		return nil, 0, errors.New("no such address: " + address)
	}
	if o.change != nil {
		b = o.change(path, b)
	}
	if b == nil {
		return nil, 0, errors.New("404")
	}
	return io.NopCloser(bytes.NewReader(b)), int64(len(b)), nil
}

func TestPullBringsInWhatTheOriginHas(t *testing.T) {
	w := newWorld(t)
	for n := range uint64(4) {
		head := w.publication(n)
		for range 2 {
			if err := w.mirror.Pull(ctx, origin{w: w, head: head}); err != nil {
				t.Fatal(err)
			}
		}
		if !w.whole(head) {
			t.Error("not served")
		}
	}
}

func TestOriginThatLiesChangesNothing(t *testing.T) {
	for name, change := range map[string]func(string, []byte) []byte{
		"nothing is there":  func(string, []byte) []byte { return nil },
		"an error page":     func(string, []byte) []byte { return []byte("<html>") },
		"an endless head":   func(_ string, b []byte) []byte { return append(bytes.Clone(b), make([]byte, 1<<20)...) },
		"no blobs":          func(p string, b []byte) []byte { return unlessBlob(p, b, nil) },
		"other blobs":       func(p string, b []byte) []byte { return unlessBlob(p, b, make([]byte, len(b))) },
		"blobs of one size": func(p string, b []byte) []byte { return unlessBlob(p, b, []byte{0}) },
	} {
		w := newWorld(t)
		first := w.publication(1)
		w.mustPush(first)
		if err := w.mirror.Pull(ctx, origin{w, w.publication(4), change}); err == nil {
			t.Errorf("%s: no error", name)
		}
		if !w.whole(first) {
			t.Errorf("%s: something else is served", name)
		}
		s, err := w.mirror.Status(ctx)
		if err != nil || len(s.Authorities[0].Refused) == 0 {
			t.Errorf("%s: not counted: %+v, %v", name, s, err)
		}
	}
}

func unlessBlob(path string, b, other []byte) []byte {
	if strings.HasPrefix(path, "blob/") {
		return other
	}
	return b
}
