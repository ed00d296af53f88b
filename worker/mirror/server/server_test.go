package server_test

import (
	"context"
	"errors"
	"io"
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
	"github.com/e2eid/e2eid/worker/mirror/server"
)

var ctx = context.Background()

func folder(t *testing.T) (*server.Folder, string) {
	t.Helper()
	dir := t.TempDir()
	f, err := server.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, dir
}

func TestPutIsConditional(t *testing.T) {
	f, _ := folder(t)
	put := func(data, version string) error { return f.Put(ctx, "a/head", []byte(data), version, mirror.Meta{}) }
	if err := put("1", "other"); !errors.Is(err, mirror.ErrConflict) {
		t.Errorf("a version of what is not there: %v", err)
	}
	if err := put("1", mirror.Absent); err != nil {
		t.Fatal(err)
	}
	if err := put("2", mirror.Absent); !errors.Is(err, mirror.ErrConflict) {
		t.Errorf("absent, of what is there: %v", err)
	}
	_, version, err := f.Get(ctx, "a/head", 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := put("2", version); err != nil {
		t.Fatal(err)
	}
	if err := put("3", version); !errors.Is(err, mirror.ErrConflict) {
		t.Errorf("a version gone by: %v", err)
	}
	if b, _, err := f.Get(ctx, "a/head", 10); err != nil || string(b) != "2" {
		t.Errorf("%q, %v", b, err)
	}
	if _, _, err := f.Get(ctx, "a/head", 0); err == nil {
		t.Error("more bytes than asked for")
	}
}

func TestBlobThatIsNotWhatItsNameSaysLeavesNothing(t *testing.T) {
	f, dir := folder(t)
	name := revocation.NewBlob([]byte("blob"))
	for body, want := range map[string]error{"blob ": mirror.ErrMismatch, "blab": mirror.ErrMismatch, "blo": mirror.ErrCut, "": mirror.ErrCut} {
		if err := f.PutBlob(ctx, name, strings.NewReader(body)); !errors.Is(err, want) {
			t.Errorf("%q: %v", body, err)
		}
	}
	slow := readerFunc(func([]byte) (int, error) { return 0, os.ErrDeadlineExceeded })
	if err := f.PutBlob(ctx, name, slow); !errors.Is(err, mirror.ErrSlow) {
		t.Errorf("a slow body: %v", err)
	}
	if has, err := f.HasBlob(ctx, name); has || err != nil {
		t.Errorf("%v, %v", has, err)
	}
	for _, d := range []string{"blob", ".mirror/tmp"} {
		if left, err := os.ReadDir(filepath.Join(dir, d)); err != nil || len(left) > 0 {
			t.Errorf("%s: %v, %v", d, left, err)
		}
	}
	if err := f.PutBlob(ctx, name, strings.NewReader("blob")); err != nil {
		t.Fatal(err)
	}
	if has, err := f.HasBlob(ctx, name); !has || err != nil {
		t.Errorf("%v, %v", has, err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// A link that leads out of the folder is not followed, whoever has put it there.
func TestFolderIsNotLeft(t *testing.T) {
	f, dir := folder(t)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "a"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(dir, "a", "head")); err != nil {
		t.Skip(err)
	}
	for _, key := range []string{"a/head", "../" + filepath.Base(filepath.Dir(secret)) + "/secret", secret} {
		if b, _, err := f.Get(ctx, key, 100); err == nil {
			t.Errorf("%s: %q", key, b)
		}
		if err := f.Put(ctx, key, []byte("x"), mirror.Absent, mirror.Meta{}); err == nil {
			t.Errorf("%s was written", key)
		}
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "secret" {
		t.Errorf("%q, %v", b, err)
	}
}

// What holds no head, or cannot be read, does not take the last head away from clients.
func TestLastHeadStaysAndTellsItsAge(t *testing.T) {
	dir := t.TempDir()
	lists := testlist.New("example", testca.New(testca.Options{}))
	head, _ := lists.Next(testca.At)
	path := filepath.Join(dir, "example", "head")
	write := func(b []byte) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(head)
	f, err := server.OpenFolderReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	now := testca.At
	h := server.Handler(f, server.Options{Now: func() time.Time { return now }})
	get := func() *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/example/head", nil))
		return w
	}
	if w := get(); w.Code != http.StatusOK || w.Header().Get("Age") != "0" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	now = now.Add(90 * time.Second)
	for _, damage := range [][]byte{{}, head[:len(head)-1], make([]byte, revocation.MaxHeadSize+1)} {
		write(damage)
		if w := get(); w.Code != http.StatusOK || w.Body.String() != string(head) || w.Header().Get("Age") != "90" {
			t.Errorf("damaged: %d %v", w.Code, w.Header())
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if w := get(); w.Code != http.StatusNotFound {
		t.Errorf("removed: %d", w.Code)
	}
	write([]byte("damaged"))
	if w := get(); w.Code != http.StatusServiceUnavailable {
		t.Errorf("damaged from the beginning: %d", w.Code)
	}
}

// A folder without a configuration takes nothing, and is not written to.
func TestReadOnlyMirrorTakesNothing(t *testing.T) {
	dir := t.TempDir()
	f, err := server.OpenFolderReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h := server.Handler(f, server.Options{})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/example/head", strings.NewReader("x")))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestOriginIsNotFollowedElsewhere(t *testing.T) {
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		if r.URL.Path == "/good" {
			io.WriteString(w, "good")
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer s.Close()
	from := server.NewFetcher()
	if _, _, err := from.Fetch(ctx, s.URL+"/moved"); err == nil {
		t.Error("a redirect was taken for an object")
	}
	body, size, err := from.Fetch(ctx, s.URL+"/good")
	if err != nil || size != 4 {
		t.Fatal(size, err)
	}
	body.Close()
	if len(asked) != 2 {
		t.Errorf("asked for %v", asked)
	}
}
