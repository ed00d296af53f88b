package attack

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

func asked() challenge.Challenge {
	return challenge.Challenge{
		PresenterRole: challenge.Initiator, Session: bytes.Repeat([]byte{1}, 32),
		Verifier:  challenge.Party{Identifier: bob, IdentityKey: bytes.Repeat([]byte{3}, 32)},
		Presenter: challenge.Party{Identifier: alice, IdentityKey: bytes.Repeat([]byte{4}, 32)},
	}
}

// A session's secret is wiped, and buffers are used again, while the challenge waits for its answer.
func TestAPendingChallengeIsTheOneThatWasAsked(t *testing.T) {
	mine := asked()
	p, err := challenge.Ask(rand.Reader, mine)
	if err != nil {
		t.Fatal(err)
	}
	clear(mine.Session)
	mine.Verifier.IdentityKey[0]++
	mine.Presenter.IdentityKey[0]++
	c, err := p.Take(alice)
	if err != nil {
		t.Fatal(err)
	}
	want := asked()
	want.Nonce = p.Nonce()
	if c.TokenNonce() != want.TokenNonce() {
		t.Error("what the caller changed afterwards has changed the challenge")
	}
}

// Whoever the answer is from: one was taken, so none is after it.
func TestNothingGivesAChallengeOutASecondTime(t *testing.T) {
	for _, presenter := range []string{alice, bob, "", "not an identifier"} {
		p, err := challenge.Ask(rand.Reader, asked())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Take(presenter); (err == nil) != (presenter == alice) {
			t.Errorf("%q: %v", presenter, err)
		}
		if c, err := p.Take(alice); c != nil || !errors.Is(err, challenge.ErrSpent) {
			t.Errorf("after %q: %v", presenter, err)
		}
	}
}

// Two parts are moved against each other, at every border and by every size, so that the bytes beside the sizes stay.
func TestNoPartOfAChallengeLendsBytesToItsNeighbour(t *testing.T) {
	base := asked()
	base.Nonce = bytes.Repeat([]byte{2}, 40)
	base.Session = bytes.Repeat([]byte{2}, 40)
	seen := map[string]string{}
	for s := 16; s <= 64; s++ {
		c := base
		c.Session, c.Nonce = bytes.Repeat([]byte{2}, s), bytes.Repeat([]byte{2}, 80-s)
		for _, form := range []string{"", "certificate"} {
			name := form + " " + strconv.Itoa(s)
			got := c.TokenNonce()
			if form != "" {
				got = string(c.Message([]byte{2, 2}))
			}
			if other, known := seen[got]; known {
				t.Errorf("%s and %s are the same", name, other)
			}
			seen[got] = name
		}
	}
	key := func(n int) []byte { return bytes.Repeat([]byte{5}, n) }
	for _, n := range []int{16, 62, 63, 64, 65, 300, 4095, 4096} { // around the sizes of a size
		c := base
		c.Presenter.IdentityKey = key(n)
		message := c.Message(key(5000 - n))
		if other, known := seen[string(message)]; known {
			t.Errorf("a key of %d bytes and %s are the same", n, other)
		}
		seen[string(message)] = "a key of " + strconv.Itoa(n)
	}
}

// An update that waits for its blobs was accepted before another tab's story came.
func TestAHeadThatIsDisputedMeanwhileIsNotInstalled(t *testing.T) {
	p := newParty("example", testca.Options{})
	v, other := newVerifier(t, p.trusted(t, "example.com")), newVerifier(t, p.trusted(t, "example.com"))
	lists := []list{{p.ca.ListID, 1000, nil}, {p.ca.CAListID, 1000, nil}}
	head, blobs := p.head(t, now, now.Add(24*time.Hour), lists...)
	p.number, p.last = 0, nil
	lists[0].revoked = []revocation.Entry{{Index: 3}}
	fork, forked := p.head(t, now, now.Add(24*time.Hour), lists...)
	if err := offer(other, p.id, now, fork, forked); err != nil {
		t.Fatal(err)
	}
	if err := offer(v, p.id, now, head, blobs); err != nil {
		t.Fatal(err)
	}
	late := newVerifier(t, p.trusted(t, "example.com"))
	if err := late.RestoreState(v.State(nil)); err != nil {
		t.Fatal(err)
	}
	u, err := late.PlanHead(p.id, head, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Conclude(native.Run(u.Checks())); err != nil {
		t.Fatal(err)
	}
	if err := late.RestoreState(other.State(nil)); verifier.RevocationCode(err) != verifier.CodeEquivocation {
		t.Fatal(err)
	}
	if err := u.Install(blobs[:len(u.Needed())]); verifier.RevocationCode(err) != verifier.CodeEquivocation {
		t.Errorf("installed: %v", err)
	}
	notVerified(t, "by a disputed head", judge(late, p.ca.Chain(p.ca.Alice())...))
}
