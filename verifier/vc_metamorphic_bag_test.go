package verifier_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// eachScene runs a test for every scene.
func eachScene(t *testing.T, run func(t *testing.T, s *scene, m *mutator)) {
	for _, name := range slices.Sorted(maps.Keys(scenes)) {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			helper = t
			s := sceneOf(t, name)
			run(t, s, s.mutator(uint64(number("E2EID_SEED", 1))))
		})
	}
}

// sealed is what the signature of a token out of a bag is about, with the signature: the same for those that are as good.
func sealed(text string) string {
	if v, rest, err := uncbor([]byte(text)); err == nil && len(rest) == 0 {
		if tag, ok := v.(testvc.Tag); ok {
			v = tag.Content
		}
		if parts, ok := v.([]any); ok && len(parts) == 4 {
			return fmt.Sprintf("%x %x %x", parts[0], parts[2], parts[3])
		}
	}
	if object, ok := parsed(text); ok && get(object, "proof") != nil {
		return unarrayed(text)
	}
	if i := strings.LastIndexByte(text, '.'); i >= 0 {
		return text[:i+1] + min(text[i+1:], negated(text[i+1:]))
	}
	return text
}

// junk is what anybody can make: what Mallory's own issuer says under the same name, and mutants of what Alice's issuer says.
func (s *scene) junk(m *mutator, of []byte, n int) (junk [][]byte) {
	junk = append(junk, s.list(s.evil, false))
	m.donors = append(s.donors[:len(s.donors):len(s.donors)], string(s.list(s.evil, false)))
	for len(junk) < n {
		text := m.mutate(string(of))
		if sealed(text) != sealed(string(of)) {
			junk = append(junk, []byte(text))
		}
	}
	return junk
}

// spoiled are mutants of documents of issuers' keys.
func (s *scene) spoiled(m *mutator, n int) (junk [][]byte) {
	for i := range n {
		if len(s.documents) == 0 {
			break
		}
		good := strings.TrimSuffix(string(s.documents[0]), "\n")
		text := m.mutate(good)
		if i%3 == 0 {
			text = m.bytes(good)
		}
		if sealed(text) != sealed(good) && unarrayed(text) != unarrayed(good) {
			junk = append(junk, []byte(text))
		}
	}
	return junk
}

func shuffled(m *mutator, lists ...[][]byte) [][]byte {
	all := slices.Concat(lists...)
	m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// Whatever else is in the bag, in whatever order: a good credential stays good, one that is revoked stays revoked, and one
// of which nothing is known does not become good.
func TestWhatAnybodyPutsIntoABagDecidesNothing(t *testing.T) {
	eachScene(t, func(t *testing.T, s *scene, m *mutator) {
		good, revoked := s.list(s.issuer, false), s.list(s.issuer, true)
		text := s.p.Bytes
		var withJunk, withRevoked []verifier.Verdict
		for i := range number("E2EID_MUTANTS", 96) / 16 {
			n := 2 + m.IntN(20)
			v := s.client()
			spoiled := s.spoiled(m, n)
			junk := s.junk(m, good, n)
			s.bagged(v, shuffled(m, junk, [][]byte{good}), shuffled(m, spoiled, s.documents))
			if got := s.judge(v, s.at, s.at, text); got[0].Outcome() != verifier.Verified {
				t.Errorf("junk hides what is good: %s", got[0].AppendJSON(nil))
			}
			if len(s.documents) > 0 {
				for _, d := range append(spoiled, nil) {
					v = s.client()
					documents := [][]byte{d}
					if d == nil { // all of them
						documents = spoiled
					}
					s.bagged(v, [][]byte{good}, documents)
					if got := s.judge(v, s.at, s.at, text); got[0].Outcome() == verifier.Verified {
						t.Errorf("verified by a document that nobody signed:\n%q\n%q", d, s.documents)
					}
				}
			}
			if s.alone { // the bag says nothing about its status
				continue
			}
			v = s.client()
			s.bagged(v, junk, s.documents)
			if got := s.judge(v, s.at, s.at, text); got[0].Outcome() != verifier.Undetermined && got[0].Code() != verifier.CodeRevoked {
				t.Errorf("verified by lists that nobody signed: %s %q", got[0].AppendJSON(nil), junk)
			}
			v = s.client()
			s.bagged(v, shuffled(m, s.junk(m, revoked, n), junk, [][]byte{revoked}), shuffled(m, spoiled, s.documents))
			if got := s.judge(v, s.at, s.at, text); got[0].Code() != verifier.CodeRevoked {
				t.Errorf("junk hides that it is revoked: %s", got[0].AppendJSON(nil))
			}
			// One bag in several orders.
			if i == 0 {
				junk = append(junk, good)
				for range 6 {
					for _, c := range []struct {
						lists [][]byte
						last  *[]verifier.Verdict
					}{{junk, &withJunk}, {append(junk[:len(junk):len(junk)], revoked), &withRevoked}} {
						v = s.client()
						s.bagged(v, shuffled(m, c.lists), shuffled(m, spoiled, s.documents))
						got := s.judge(v, s.at, s.at, text)
						if *c.last != nil && !alike(*c.last, got) {
							t.Errorf("another order of the bag, another verdict:\n%s\n%s", (*c.last)[0].AppendJSON(nil), got[0].AppendJSON(nil))
						}
						*c.last = got
					}
				}
			}
		}
	})
}

// With the same data nothing becomes good again by waiting, and a verdict ends when it says.
func TestNothingBecomesGoodByWaiting(t *testing.T) {
	eachScene(t, func(t *testing.T, s *scene, m *mutator) {
		kept := s.client()
		s.bagged(kept, s.good(), s.documents)
		first := s.judge(kept, s.at, s.at, s.p.Bytes)[0]
		times := []time.Time{s.at}
		for range number("E2EID_MUTANTS", 96) / 16 {
			times = append(times, s.at.Add(time.Duration(m.Int64N(int64(400*24*time.Hour)))), s.at.Add(time.Duration(m.Int64N(int64(2*time.Hour)))))
		}
		if f, ok := first.Freshness(); ok {
			times = append(times, f.FreshUntil, f.FreshUntil.Add(-time.Second), f.FreshUntil.Add(time.Second))
		}
		slices.SortFunc(times, time.Time.Compare)
		for _, same := range []bool{true, false} { // the time that it is asked for
			over := ""
			for _, now := range times {
				at := s.at
				if !same {
					at = now
				}
				fresh := s.client()
				s.bagged(fresh, s.good(), s.documents)
				got := s.judge(fresh, at, now, s.p.Bytes)
				if !alike(got, s.judge(kept, at, now, s.p.Bytes)) {
					t.Errorf("at %v a client says something else that has been asked before", now)
				}
				f, known := first.Freshness()
				switch verified := got[0].Outcome() == verifier.Verified; {
				case verified && over != "":
					t.Errorf("verified at %v, after %s", now, over)
				case verified && known && now.After(f.FreshUntil):
					t.Errorf("verified at %v, which is after %v", now, f.FreshUntil)
				case !verified && same && known && !now.After(f.FreshUntil) && s.p.Kind != verifier.KeyPackage:
					t.Errorf("at %v, not after %v: %s", now, f.FreshUntil, got[0].AppendJSON(nil))
				case !verified:
					over = now.String() + ": " + string(got[0].Code())
				}
			}
		}
	})
}

// An answer to a challenge is none to another, in whatever one thing that differs.
func TestAnAnswerIsToOneChallenge(t *testing.T) {
	for _, name := range []string{"bound challenge", "bound challenge, vp+jwt"} {
		helper = t
		s := sceneOf(t, name)
		v := s.client()
		s.bagged(v, s.good(), s.documents)
		asked := *s.p.Challenge
		for what, change := range map[string]func(){
			"session":               func() { s.p.Challenge.Session = append([]byte{9}, asked.Session[1:]...) },
			"a longer session":      func() { s.p.Challenge.Session = append(slices.Clone(asked.Session), 1) },
			"nonce":                 func() { s.p.Challenge.Nonce = append([]byte{9}, asked.Nonce[1:]...) },
			"role":                  func() { s.p.Challenge.PresenterRole = 3 - asked.PresenterRole },
			"verifier":              func() { s.p.Challenge.Verifier.Identifier = "mailto:carol@example.com" },
			"key of the verifier":   func() { s.p.Challenge.Verifier.IdentityKey = asked.Presenter.IdentityKey },
			"key of the presenter":  func() { s.p.Challenge.Presenter.IdentityKey = asked.Verifier.IdentityKey },
			"verifier as presenter": func() { s.p.Challenge.Verifier, s.p.Challenge.Presenter = asked.Presenter, asked.Verifier },
			"presenter":             func() { s.p.Challenge.Presenter.Identifier = "mailto:mallory@example.com" },
		} {
			c := asked
			s.p.Challenge = &c
			if got := s.judge(v, s.at, s.at, s.p.Bytes); got[0].Outcome() != verifier.Verified {
				t.Fatalf("%s", got[0].AppendJSON(nil))
			}
			change()
			s.p.Expected = []string{s.p.Challenge.Presenter.Identifier}
			for _, got := range s.judge(v, s.at, s.at, s.p.Bytes) {
				if got.Outcome() == verifier.Verified {
					t.Errorf("%s, another %s: %s", name, what, got.AppendJSON(nil))
				}
			}
			s.p.Expected = []string{"mailto:alice@example.com"}
		}
	}
}
