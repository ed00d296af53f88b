package publisher

import (
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// A whole publication of a hundred million indexes, of which 1 % is revoked, and the one after it: from the entries to the files. It
// takes what it may on any machine; the memory is all that the program has had of the system at once, with the entries themselves.
func TestFigureOfALargePublication(t *testing.T) {
	if os.Getenv("E2EID_LONG") == "" {
		t.Skip("takes a minute: set E2EID_LONG")
	}
	const covered, count = 100_000_000, 1_000_000
	rng := rand.New(rand.NewPCG(11, 12))
	chosen := make([]uint64, covered/64)
	var entries []revocation.Entry
	add := func(n int) {
		for n > 0 {
			index := rng.Uint64N(covered)
			if chosen[index/64]>>(index%64)&1 == 1 {
				continue
			}
			chosen[index/64] |= 1 << (index % 64)
			reason := revocation.Unspecified
			if rng.IntN(20) == 0 {
				reason = revocation.CertificateHold
			}
			entries = append(entries, revocation.Entry{Index: index, Since: start, Reason: reason})
			n--
		}
	}
	add(count)
	f, key := folder(t, t.TempDir(), "a.example"), signer(t, ed25519Key(1))
	publish := func(name string, this time.Time) *revocation.UnverifiedHead {
		begun := time.Now()
		head, err := f.Publish(Publication{ThisUpdate: this, NextUpdate: this.Add(time.Hour), Lists: []List{{ID: listID, Issued: covered, Revoked: entries}}}, key)
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(begun).Seconds()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("figure revocation.%s1e8_s %.2f s", name, took)
		t.Logf("figure revocation.%s1e8_memory %d MB", name, m.Sys>>20)
		if took > 30 || m.Sys > 1<<30 {
			t.Errorf("%s: %.1f s, %d MB", name, took, m.Sys>>20)
		}
		return head
	}
	publish("publish", start)
	add(3000) // of a day
	head := publish("publish_next", start.Add(time.Hour))
	if deltas := head.Body().Deltas; len(deltas) != 1 || deltas[0].Size > 30_000 {
		t.Errorf("deltas %+v", deltas)
	}
	p, err := client(f, key)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []revocation.Entry{entries[0], entries[len(entries)-1]} {
		want := revocation.Revoked
		if e.Reason == revocation.CertificateHold {
			want = revocation.Suspended
		}
		if got := p.Status(listID, e.Index, start.Add(time.Hour), 0); got.Standing != want {
			t.Errorf("%d: %v, want %v", e.Index, got.Standing, want)
		}
	}
}
