package mirror_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/worker/mirror"
)

var errDown = errors.New("storage is down")

// A memory is a Store that fails when told to.
type memory struct {
	mu      sync.Mutex
	objects map[string][]byte
	ops     int
	failAt  int  // the operation that fails, and all after it; 0: none
	done    bool // it is done before it fails
}

func newMemory() *memory { return &memory{objects: map[string][]byte{}} }

// step counts an operation. fails tells that it fails, skip that nothing is done.
func (s *memory) step() (fails, skip bool) {
	s.ops++
	fails = s.failAt > 0 && s.ops >= s.failAt
	return fails, fails && !(s.done && s.ops == s.failAt)
}

func version(b []byte) string { return mirror.ETag(b) }

func (s *memory) Get(_ context.Context, key string, max int64) ([]byte, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if fails, _ := s.step(); fails {
		return nil, "", errDown
	}
	b, ok := s.objects[key]
	if !ok {
		return nil, "", mirror.ErrNotFound
	}
	if int64(len(b)) > max {
		return nil, "", errors.New("too large")
	}
	return bytes.Clone(b), version(b), nil
}

func (s *memory) write(key string, data []byte) error {
	fails, skip := s.step()
	if !skip {
		s.objects[key] = bytes.Clone(data)
	}
	if fails {
		return errDown
	}
	return nil
}

func (s *memory) Put(_ context.Context, key string, data []byte, v string, _ mirror.Meta) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	current := mirror.Absent
	if b, ok := s.objects[key]; ok {
		current = version(b)
	}
	if current != v {
		return mirror.ErrConflict
	}
	return s.write(key, data)
}

func (s *memory) PutBlob(_ context.Context, b revocation.Blob, body io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(body, int64(b.Size)+1))
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		return err
	case uint64(len(data)) < b.Size:
		return mirror.ErrCut
	case revocation.NewBlob(data) != b:
		return mirror.ErrMismatch
	}
	return s.write(mirror.BlobKey(b), data)
}

func (s *memory) HasBlob(_ context.Context, b revocation.Blob) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if fails, _ := s.step(); fails {
		return false, errDown
	}
	return uint64(len(s.objects[mirror.BlobKey(b)])) == b.Size, nil
}

func (s *memory) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	fails, skip := s.step()
	if !skip {
		delete(s.objects, key)
	}
	if fails {
		return errDown
	}
	return nil
}

func (s *memory) List(_ context.Context, prefix string, max int) (keys []string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if fails, _ := s.step(); fails {
		return nil, errDown
	}
	for key := range s.objects {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys[:min(len(keys), max)], nil
}

func (s *memory) blobs() (names []string) {
	for key := range s.objects {
		if name, ok := strings.CutPrefix(key, "blob/"); ok {
			names = append(names, name)
		}
	}
	return names
}

const authority = "example"

// A world is a mirror of one authority, with a clock of its own.
type world struct {
	t      *testing.T
	store  *memory
	lists  *testlist.Signer
	now    time.Time
	mirror *mirror.Mirror
	blobs  map[string][]byte // all that were ever published
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, store: newMemory(), now: testca.At, blobs: map[string][]byte{}}
	w.lists = testlist.New(authority, testca.New(testca.Options{}))
	w.mirror = w.over(w.store)
	return w
}

func (w *world) over(s mirror.Store) *mirror.Mirror {
	signers := revocation.Signers{Authority: authority, Keys: []revocation.Key{w.lists.PublicKey()}}
	c := mirror.Config{Authorities: []mirror.Authority{{Signers: signers, Origin: "https://origin.example/"}}}
	return mirror.New(s, c, func() time.Time { return w.now }, nil)
}

// publication makes the next head, which revokes so many.
func (w *world) publication(revoked uint64) []byte {
	var entries []revocation.Entry
	for i := range revoked {
		entries = append(entries, revocation.Entry{Index: i * 3})
	}
	w.now = w.now.Add(time.Minute)
	head, blobs := w.lists.Next(w.now, entries...)
	for _, b := range blobs {
		w.blobs[revocation.NewBlob(b).Name()] = b
	}
	return head
}

// push does what push.Client does.
func (w *world) push(m *mirror.Mirror, head []byte) (mirror.Accepted, error) {
	ctx := context.Background()
	a, err := m.AcceptHead(ctx, authority, head)
	if err != nil {
		return a, err
	}
	for _, b := range a.Missing {
		if _, err := m.AcceptBlob(ctx, authority, b.Name(), int64(b.Size), bytes.NewReader(w.blobs[b.Name()])); err != nil {
			return a, err
		}
	}
	return m.AcceptHead(ctx, authority, head)
}

// mustPush fails the test unless the head is served after it.
func (w *world) mustPush(head []byte) {
	w.t.Helper()
	if a, err := w.push(w.mirror, head); err != nil || !a.Served {
		w.t.Fatalf("%+v, %v", a, err)
	}
}

// whole reports whether what the store serves is this head with all its blobs.
func (w *world) whole(head []byte) bool {
	if !bytes.Equal(w.store.objects[mirror.HeadKey(authority)], head) {
		return false
	}
	u, err := revocation.ParseHead(head)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range u.Body().Lists {
		for _, b := range []revocation.Blob{l.Snapshot, l.Details} {
			if b != (revocation.Blob{}) && revocation.NewBlob(w.store.objects[mirror.BlobKey(b)]) != b {
				return false
			}
		}
	}
	return true
}

func refusedFor(t *testing.T, what string, err error, want mirror.Reason) {
	t.Helper()
	refusal := (*mirror.Refusal)(nil)
	if !errors.As(err, &refusal) || refusal.Reason != want {
		t.Errorf("%s: %v, want a refusal for %s", what, err, want)
	}
}
