package push_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/worker/mirror"
	"github.com/e2eid/e2eid/worker/mirror/push"
	"github.com/e2eid/e2eid/worker/mirror/server"
)

const token = "a token of some length"

// published writes one publication into a folder, as revocation/publisher does.
func published(t *testing.T) (dir string, key revocation.Key) {
	t.Helper()
	dir = t.TempDir()
	lists := testlist.New("example", testca.New(testca.Options{}))
	head, blobs := lists.Next(testca.At, revocation.Entry{Index: 7})
	files := map[string][]byte{"example/head": head}
	for _, b := range blobs {
		files["blob/"+revocation.NewBlob(b).Name()] = b
	}
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, lists.PublicKey()
}

// newMirror returns a mirror of this authority, behind what may change its answers.
func newMirror(t *testing.T, key revocation.Key, between func(http.Handler) http.Handler) *push.Client {
	t.Helper()
	folder, err := server.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	now := func() time.Time { return testca.At }
	tokens, err := mirror.ParseTokens(strings.ReplaceAll(token, " ", "-"))
	if err != nil {
		t.Fatal(err)
	}
	config := mirror.Config{Authorities: []mirror.Authority{{Signers: revocation.Signers{Authority: "example", Keys: []revocation.Key{key}}}}}
	h := server.Handler(folder, server.Options{Mirror: mirror.New(folder, config, now, nil), Tokens: tokens, Now: now})
	s := httptest.NewServer(between(h))
	t.Cleanup(s.Close)
	return &push.Client{Base: s.URL + "/", Token: strings.ReplaceAll(token, " ", "-"), Wait: time.Millisecond}
}

// Whichever request fails, and whether or not the mirror has done it, the push itself goes on, and once more changes nothing.
func TestPushOutlastsFailures(t *testing.T) {
	dir, key := published(t)
	for _, lost := range []bool{false, true} { // the answer, or the request
		for at := 1; at <= 5; at++ {
			n := 0
			c := newMirror(t, key, func(h http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if n++; n != at {
						h.ServeHTTP(w, r)
						return
					}
					if lost {
						h.ServeHTTP(httptest.NewRecorder(), r)
					}
					panic(http.ErrAbortHandler)
				})
			})
			if r, err := c.Publication(context.Background(), dir, "example"); err != nil || r.Number != 1 {
				t.Errorf("request %d fails: %+v, %v", at, r, err)
			}
			if r, err := c.Publication(context.Background(), dir, "example"); err != nil || r.Blobs != 0 || r.Changed {
				t.Errorf("a second time: %+v, %v", r, err)
			}
		}
	}
}

func TestRefusalIsNotRepeated(t *testing.T) {
	dir, key := published(t)
	n := 0
	c := newMirror(t, key, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { n++; h.ServeHTTP(w, r) })
	})
	c.Token = "another token of some length"
	_, err := c.Publication(context.Background(), dir, "example")
	refused := (*push.RefusedError)(nil)
	if !errors.As(err, &refused) || refused.Reason != mirror.ReasonToken || n != 1 {
		t.Errorf("%v after %d requests", err, n)
	}
	if strings.Contains(err.Error(), c.Token) {
		t.Error("the token is in the error")
	}
}

// A mirror is not trusted: what it says it lacks leads to no other file.
func TestMirrorCannotAskForOtherFiles(t *testing.T) {
	dir, _ := published(t)
	for _, name := range []string{"../example/head", "/etc/passwd", "", "0"} {
		asked := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			w.WriteHeader(http.StatusAccepted)
			w.Write([]byte(`{"missing":[{"sha256":"` + name + `","size":1}]}`))
		}))
		c := push.Client{Base: s.URL + "/", Wait: time.Millisecond}
		if _, err := c.Publication(context.Background(), dir, "example"); err == nil || asked != 1 {
			t.Errorf("%q: %v after %d requests", name, err, asked)
		}
		s.Close()
	}
}

func TestAddressesThatAreNone(t *testing.T) {
	for _, base := range []string{"", "mirror.example/", "https://mirror.example", "ftp://mirror.example/", "https://u:p@mirror.example/", "https://mirror.example/?a=/"} {
		c := push.Client{Base: base}
		if _, err := c.Publication(context.Background(), t.TempDir(), "example"); err == nil {
			t.Errorf("%q was taken", base)
		}
	}
}
