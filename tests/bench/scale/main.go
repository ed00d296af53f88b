// Command scale measures what docs/scale.md calculates with: sizes of a publication, and how many operations of the storage a
// push and a pull take.
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/worker/mirror"
	"github.com/e2eid/e2eid/worker/mirror/server"
)

const (
	authority = "example"
	covered   = 1_000_000 // credentials of one authority
	revoked   = covered / 100
)

// counting counts operations as R2 bills them: writes and lists are class A, reads class B, deletions free.
type counting struct {
	mirror.Store
	a, b int
}

func (s *counting) Get(ctx context.Context, key string, max int64) ([]byte, string, error) {
	s.b++
	return s.Store.Get(ctx, key, max)
}

func (s *counting) HasBlob(ctx context.Context, b revocation.Blob) (bool, error) {
	s.b++
	return s.Store.HasBlob(ctx, b)
}

func (s *counting) Put(ctx context.Context, key string, data []byte, version string, meta mirror.Meta) error {
	s.a++
	return s.Store.Put(ctx, key, data, version, meta)
}

func (s *counting) PutBlob(ctx context.Context, b revocation.Blob, body io.Reader) error {
	s.a++
	return s.Store.PutBlob(ctx, b, body)
}

// origin serves the published folder.
type origin struct{ dir string }

func (o origin) Fetch(_ context.Context, address string) (io.ReadCloser, int64, error) {
	b, err := os.ReadFile(filepath.Join(o.dir, address[len("https://origin.example/"):]))
	return io.NopCloser(bytes.NewReader(b)), int64(len(b)), err
}

func main() {
	log.SetFlags(0)
	dir, err := os.MkdirTemp("", "e2eid-scale-*")
	check(err)
	defer os.RemoveAll(dir)
	published, mirrored := filepath.Join(dir, "published"), filepath.Join(dir, "mirrored")
	check(os.Mkdir(published, 0o755))
	check(os.Mkdir(mirrored, 0o755))
	folder, err := server.OpenFolder(mirrored)
	check(err)
	defer folder.Close()
	store := &counting{Store: folder}
	signer, err := publisher.NewSigner(testca.NewKey(testca.P256, "list signer").Signer)
	check(err)
	now := time.Now()
	signers := revocation.Signers{Authority: authority, Keys: []revocation.Key{signer.Key()}}
	m := mirror.New(store, mirror.Config{Authorities: []mirror.Authority{{Signers: signers, Origin: "https://origin.example/"}}},
		func() time.Time { return now }, nil)
	f, err := publisher.Open(published, authority)
	check(err)
	pull := func(what string) {
		store.a, store.b = 0, 0
		check(m.Pull(context.Background(), origin{published}))
		if what == "" {
			return
		}
		fmt.Printf("figure mirror.%s_class_a %d operations\nfigure mirror.%s_class_b %d operations\n", what, store.a, what, store.b)
	}
	for hour := range 2 {
		at := now.Add(time.Duration(hour-3) * time.Hour)
		// What is revoked is spread as a hash of the index would: one in a hundred, and some more each hour.
		list := publisher.List{ID: "https://example.com/lists/1", Issued: covered, WithoutDetails: true}
		for i, x := uint64(0), uint64(1); i < covered; i++ {
			x = x*6364136223846793005 + 1442695040888963407
			if x>>32%covered < revoked+uint64(hour)*10 {
				list.Revoked = append(list.Revoked, revocation.Entry{Index: i})
			}
		}
		_, err = f.Publish(publisher.Publication{ThisUpdate: at, NextUpdate: at.Add(24 * time.Hour), Lists: []publisher.List{list}}, signer)
		check(err)
		pull([]string{"", "pull_new"}[hour])
	}
	pull("pull_same")
	head, err := os.ReadFile(filepath.Join(published, authority, "head"))
	check(err)
	u, err := revocation.ParseHead(head)
	check(err)
	fmt.Printf("figure mirror.scale_head %d bytes\n", len(head))
	fmt.Printf("figure mirror.scale_snapshot %d bytes\n", u.Body().Lists[0].Snapshot.Size)
	for _, d := range u.Body().Deltas {
		fmt.Printf("figure mirror.scale_delta_%d %d bytes\n", d.Back, d.Size)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
