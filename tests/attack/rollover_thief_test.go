package attack

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// Package revocation, "Rollover of keys": keys that were replaced, and perhaps stolen since, sign nothing for a client that has
// heard of it; not a rollover to the thief's key either, whatever its sequence.
func TestReplacedKeyDoesNotRollOverToItsThief(t *testing.T) {
	p := newParty("example", testca.Options{})
	stolen, next, thief := newListSigner("stolen"), newListSigner("next"), newListSigner("thief")
	a := p.trusted(t, "example.com")
	a.Keys = []revocation.Key{stolen.public()}
	replaced := rollover(t, p.id, 5, stolen, next)
	honest := emptyHead(t, p.id, 9, next, replaced)
	after := rollover(t, p.id, 7, next, newListSigner("third"))
	for _, sequence := range []uint32{5, 6, 1 << 31} {
		own := rollover(t, p.id, sequence, stolen, thief)
		proofs := map[string]revocation.Proof{"alone": own}
		if sequence > 5 {
			proofs["behind the authority's"] = both(replaced, own)
		}
		for name, proof := range proofs {
			for _, restarted := range []string{"", "with the record alone", "with the head"} {
				v := newVerifier(t, a)
				if err := offer(v, p.id, now, honest, nil); err != nil {
					t.Fatal(err)
				}
				if restarted != "" {
					record := v.State(nil)
					v = newVerifier(t, a)
					if err := v.RestoreState(record); err != nil {
						t.Fatal(err)
					}
					if restarted == "with the head" {
						if err := offer(v, p.id, now, honest, nil); err != nil {
							t.Fatal(err)
						}
					}
				}
				tab := newVerifier(t, a) // that hears of it from the other's record
				if err := tab.RestoreState(v.State(nil)); err != nil {
					t.Fatal(err)
				}
				for number := uint64(11); number < 13; number++ {
					for _, v := range []*verifier.Verifier{v, tab} {
						err := offer(v, p.id, now.Add(time.Minute), emptyHead(t, p.id, number, thief, proof), nil)
						if err == nil || verifier.RevocationCode(err) != verifier.CodeBadRevocation {
							t.Errorf("sequence %d %s, restarted %q: a head of the thief: %v", sequence, name, restarted, err)
						}
					}
				}
				if err := offer(v, p.id, now, emptyHead(t, p.id, 14, newListSigner("third"), both(replaced, after)), nil); err != nil {
					t.Errorf("the authority's next key: %v", err)
				}
			}
		}
	}
	// An application that is configured anew is believed.
	v := newVerifier(t, a)
	if err := offer(v, p.id, now, honest, nil); err != nil {
		t.Fatal(err)
	}
	record := v.State(nil)
	a.Keys, a.KeySequence = []revocation.Key{newListSigner("third").public()}, 7
	v = newVerifier(t, a)
	if err := v.RestoreState(record); err != nil {
		t.Fatal(err)
	}
	if err := offer(v, p.id, now, emptyHead(t, p.id, 14, newListSigner("third")), nil); err != nil {
		t.Errorf("a key that is configured: %v", err)
	}
}

// both puts rollovers behind each other.
func both(a, b revocation.Proof) revocation.Proof {
	return revocation.Proof{Type: revocation.ProofRollovers, Data: append(append([]byte(nil), a.Data...), b.Data...)}
}
