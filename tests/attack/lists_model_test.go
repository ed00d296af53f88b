package attack

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// A modelHead is one that the authority, or the thief of the key that it has replaced, has signed.
type modelHead struct {
	number uint64
	raw    []byte
	blobs  [][]byte
	good   bool // what it says of Alice
	thief  bool
	after  bool // by the second key
}

// What is true of the heads of modelHeads, by number.
const (
	modelCount              = 20
	modelHeld, modelResumed = 3, 6 // suspended from, good again from
	modelRevoked            = 9
	modelReplaced           = 13 // the second key signs from here on
)

func modelHeads(t *testing.T, p *party) (heads []modelHead, keys []revocation.Key) {
	first, second, thief := newListSigner("first"), newListSigner("second"), newListSigner("thief")
	replaced := rollover(t, p.id, 1, first, second)
	previous := [32]byte{}
	sign := func(number uint64, previous [32]byte, entries []revocation.Entry, by listSigner, proofs ...revocation.Proof) (modelHead, *revocation.UnverifiedHead) {
		at := now.Add(time.Duration(number) * time.Minute)
		body := revocation.Body{Authority: p.id, Number: number, ThisUpdate: at, NextUpdate: at.Add(24 * time.Hour), Previous: previous}
		h := modelHead{number: number, good: len(entries) == 0}
		for _, l := range []list{{p.ca.ListID, 1000, entries}, {p.ca.CAListID, 1000, nil}} {
			e, b, err := revocation.EncodeList(l.id, l.covered, l.revoked, true)
			if err != nil {
				t.Fatal(err)
			}
			body.Lists, h.blobs = append(body.Lists, e), append(h.blobs, b...)
		}
		signed, err := revocation.AppendBody(nil, body)
		if err != nil {
			t.Fatal(err)
		}
		u, err := revocation.AssembleHead(signed, []revocation.Signature{by.sign(signed)}, proofs...)
		if err != nil {
			t.Fatal(err)
		}
		h.raw = u.Bytes()
		return h, u
	}
	for number := uint64(1); number <= modelCount; number++ {
		var entries []revocation.Entry
		switch {
		case number >= modelRevoked:
			entries = []revocation.Entry{{Index: 0, Reason: revocation.KeyCompromise}}
		case number >= modelHeld && number < modelResumed:
			entries = []revocation.Entry{{Index: 0, Reason: revocation.CertificateHold}}
		}
		by, proofs := first, []revocation.Proof(nil)
		if number >= modelReplaced {
			by, proofs = second, []revocation.Proof{replaced}
			for _, sequence := range []uint32{1, 2} { // by itself, and by a rollover to a key of his own
				lie, _ := sign(number+1, previous, nil, thief, rollover(t, p.id, sequence, first, thief))
				lie.thief = true
				heads = append(heads, lie)
			}
			lie, _ := sign(number+1, previous, nil, first)
			lie.thief = true
			heads = append(heads, lie)
		}
		h, u := sign(number, previous, entries, by, proofs...)
		h.after = number >= modelReplaced
		heads = append(heads, h)
		previous = u.Hash()
	}
	return heads, []revocation.Key{first.public()}
}

// A modelClient is one of the authority's, and what must be true of it.
type modelClient struct {
	v       *verifier.Verifier
	known   uint64     // the newest number that it, or who shared a record with it, has accepted
	held    *modelHead // in use
	opened  bool       // since it was started, a head of the second key
	pending []struct {
		*verifier.Update
		*modelHead
	}
}

// Heads in any order, updates that are begun and ended in any order, restarts with what is kept or a part of it, records shared
// between clients, and a thief of the key that was replaced: who has heard of a revocation never again takes Alice for verified, and
// who has not does only what the head in use says.
func TestNothingMakesAKnownRevocationForgotten(t *testing.T) {
	p := newParty("example", testca.Options{})
	heads, keys := modelHeads(t, p)
	trusted := p.trusted(t, "example.com")
	trusted.Keys = keys
	kp := forAlice(keyPackage(p.ca.Chain(p.ca.Alice())...))
	at := now.Add(modelCount * time.Minute)
	told := map[string]int{}
	for seed := range uint64(80) {
		rng := rand.New(rand.NewPCG(seed, 5))
		var clients []*modelClient
		for range 3 {
			clients = append(clients, &modelClient{v: newVerifier(t, trusted)})
		}
		for step := range 80 {
			c := clients[rng.IntN(len(clients))]
			h := &heads[rng.IntN(len(heads))]
			for h.number > c.known+3 && rng.IntN(4) > 0 { // so that it is a long way to the last
				h = &heads[rng.IntN(len(heads))]
			}
			plan := c.v.Plan(now, at, []verifier.Presentation{kp}) // ends after what happens now
			switch op := rng.IntN(10); {
			case op < 6:
				if h.thief && !c.opened {
					continue // the thief's word is as good as the authority's was
				}
				c.begin(t, p.id, at, h, told)
				if op < 4 && len(c.pending) > 0 {
					c.end(t, rng, rng.IntN(len(c.pending)), told)
				}
			case op < 7 && len(c.pending) > 0:
				c.end(t, rng, rng.IntN(len(c.pending)), told)
			case op < 8:
				c.restart(t, p.id, at, newVerifier(t, trusted), rng.IntN(2) == 0)
				told["restart"]++
				plan = c.v.Plan(now, at, []verifier.Presentation{kp})
			case op < 10:
				other := clients[rng.IntN(len(clients))]
				if err := c.v.RestoreState(other.v.State(nil)); err != nil {
					t.Fatal(err)
				}
				c.known = max(c.known, other.known)
				if len(c.v.Lists(nil, p.id)) == 0 {
					c.held = nil
				}
			}
			v := plan.Conclude(native.Run(plan.Checks()))[0]
			verified := v.Outcome() == verifier.Verified
			if verified {
				told["verified"]++
			}
			if verified && c.known >= modelRevoked {
				t.Fatalf("seed %d, step %d: verified, and head %d is known, which revokes\n%s", seed, step, c.known, v.AppendJSON(nil))
			}
			if want := c.held != nil && c.held.good; verified != want {
				t.Fatalf("seed %d, step %d: head in use %+v: %s", seed, step, c.held, v.AppendJSON(nil))
			}
		}
	}
	for _, what := range []string{"verified", "restart", "installed", "refused", "thief refused"} {
		if told[what] == 0 {
			t.Errorf("%s never happened", what)
		}
	}
	t.Log(told)
}

// begin takes an update to before its last step.
func (c *modelClient) begin(t *testing.T, id string, at time.Time, h *modelHead, told map[string]int) {
	u, err := c.v.PlanHead(id, h.raw, at)
	if err != nil {
		t.Fatal(err)
	}
	if u.Conclude(native.Run(u.Checks())) != nil {
		if h.thief && h.number > c.known {
			told["thief refused"]++
		}
		return
	}
	if h.thief {
		t.Fatalf("a head of the thief is taken: %+v", h)
	}
	c.pending = append(c.pending, struct {
		*verifier.Update
		*modelHead
	}{u, h})
}

// end takes the last step of one, at times without all blobs.
func (c *modelClient) end(t *testing.T, rng *rand.Rand, i int, told map[string]int) {
	u := c.pending[i]
	c.pending = append(c.pending[:i:i], c.pending[i+1:]...)
	blobs := u.blobs
	if rng.IntN(5) == 0 {
		blobs = blobs[1:]
	}
	if err := u.Install(blobs); err != nil {
		told["refused"]++
		return
	}
	if u.number < c.known {
		t.Fatalf("head %d is taken, and %d is known", u.number, c.known)
	}
	told["installed"]++
	c.known, c.held, c.opened = u.number, u.modelHead, c.opened || u.after
}

// restart starts the client anew with the record of its state and, unless they were lost, its head and lists.
func (c *modelClient) restart(t *testing.T, id string, at time.Time, v *verifier.Verifier, whole bool) {
	record, lists := c.v.State(nil), c.v.Lists(nil, id)
	if err := v.RestoreState(record); err != nil {
		t.Fatal(err)
	}
	c.v, c.pending, c.opened = v, nil, false
	h := c.held
	if c.held = nil; h == nil || !whole {
		return
	}
	u, err := v.PlanHead(id, h.raw, at)
	if err == nil {
		err = u.Conclude(native.Run(u.Checks()))
	}
	if err == nil {
		err = u.Install([][]byte{lists})
	}
	if err != nil {
		t.Fatalf("what was kept of head %d: %v", h.number, err)
	}
	c.held, c.opened = h, h.after
}
