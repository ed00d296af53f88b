package publisher

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// Deltas reach 512 heads back. A client that is one more behind takes the snapshots, and comes to the same.
func TestDeltasReach512HeadsBack(t *testing.T) {
	if testing.Short() {
		t.Skip("publishes 515 heads")
	}
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	const newest = maxBack + 3
	var entries []revocation.Entry
	for i := range uint64(2500) {
		entries = append(entries, revocation.Entry{Index: i * 39})
	}
	held := map[uint64]*revocation.Publication{}
	for number := uint64(1); number <= newest; number++ {
		entries = append(entries, revocation.Entry{Index: 1 + number*39})
		this := start.Add(time.Duration(number) * time.Minute)
		_, err := f.Publish(Publication{ThisUpdate: this, NextUpdate: this.Add(time.Hour),
			Lists: []List{{ID: listID, Issued: 100_000, WithoutDetails: true, Revoked: entries}}}, key)
		if err != nil {
			t.Fatal(err)
		}
		if number < 5 || number == newest {
			if held[number], err = f.Held(); err != nil {
				t.Fatal(err)
			}
		}
	}
	h := held[newest].Head()
	body := h.Body()
	farthest := body.Deltas[len(body.Deltas)-1]
	if farthest.Back != 512 {
		t.Fatalf("the farthest delta reaches %d back", farthest.Back)
	}
	snapshot := body.Lists[0].Snapshot
	if farthest.Size >= snapshot.Size {
		t.Fatalf("the delta has %d bytes, the snapshot %d: nothing to choose", farthest.Size, snapshot.Size)
	}
	want := held[newest].Entries(listID)
	for number, need := range map[uint64]revocation.Blob{4: farthest.Blob, 3: farthest.Blob, 2: snapshot, 1: snapshot} {
		if got := h.Needed(held[number]); !slices.Equal(got, []revocation.Blob{need}) {
			t.Errorf("%d heads behind: %v is needed, want %v", newest-number, got, need)
		}
		blobs, err := f.Blobs([]revocation.Blob{need})
		if err != nil {
			t.Fatal(err)
		}
		p, err := h.Load(held[number], blobs)
		if err != nil || fmt.Sprint(p.Entries(listID)) != fmt.Sprint(want) {
			t.Errorf("%d heads behind: %v, or other entries", newest-number, err)
		}
	}
}
