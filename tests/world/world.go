// Package world is a client that verifies certificates by themselves, and what it is given: for tests that state what
// must come out.
//
//	w := world.New(t)
//	alice := w.CA.Issue(w.CA.Alice())
//	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER))
//	w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, testcrl.List{Entries: …}))
//	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
//
// Every question is asked several times, with all that was given in another order: the answer must be the same bytes.
package world

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/verifier"
)

// A World is a trust configuration, the bag that the client judges with, and the time.
type World struct {
	T       testing.TB
	CA      *testca.Authority
	Trust   verifier.Trust
	At, Now time.Time

	Certificates, CRLs, Responses [][]byte // in the bag
}

// New returns a world that trusts CA for example.com, demands the status of every certificate, and holds CRLs of root
// and intermediate that revoke nobody.
func New(t testing.TB) *World {
	w := Unchecked(t)
	w.Trust.Authorities[0].Status = verifier.StatusRequired
	w.CRLs = [][]byte{testcrl.Issue(w.CA.Root, testcrl.List{}), testcrl.Issue(w.CA.Intermediate, testcrl.List{})}
	return w
}

// Unchecked returns a world that does not look at revocation, and holds nothing.
func Unchecked(t testing.TB) *World {
	w := &World{T: t, CA: testca.New(testca.Options{NoStatus: true}), At: testca.At, Now: testca.At}
	w.Trust.Authorities = []verifier.Authority{{
		ID: "example", Scope: Scope(t, "example.com"), Anchors: [][]byte{w.CA.Root.DER}, Status: verifier.StatusUncheckedUnsafe,
	}}
	return w
}

// Scope parses a scope.
func Scope(t testing.TB, entries ...string) name.Scope {
	t.Helper()
	s, err := name.ParseScope(entries)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Path asks whether an end entity certificate is valid, whomever it names, given others.
func (w *World) Path(end []byte, others ...[]byte) verifier.Verdict {
	w.T.Helper()
	return w.Ask(verifier.Presentation{Kind: verifier.Certificate, Bytes: end, Certificates: others, PathOnly: true})
}

// Names asks whether it is that of the one expected.
func (w *World) Names(expected string, end []byte, others ...[]byte) verifier.Verdict {
	w.T.Helper()
	return w.Ask(verifier.Presentation{Kind: verifier.Certificate, Bytes: end, Certificates: others, Expected: []string{expected}})
}

// Discover asks who it is.
func (w *World) Discover(end []byte, others ...[]byte) verifier.Verdict {
	w.T.Helper()
	return w.Ask(verifier.Presentation{Kind: verifier.Certificate, Bytes: end, Certificates: others, Discover: true})
}

// Ask judges a presentation, by clients that remember nothing and one that has been asked before.
func (w *World) Ask(p verifier.Presentation) verifier.Verdict {
	w.T.Helper()
	v := w.Client()
	first := w.Judge(v, p)
	want := first.AppendJSON(nil)
	if got := w.Judge(v, p).AppendJSON(nil); !bytes.Equal(got, want) {
		w.T.Errorf("asked again: %s, first %s", got, want)
	}
	for turn, order := range []func([][]byte) [][]byte{reversed, rotated} {
		other := *w
		other.Certificates, other.CRLs, other.Responses = order(w.Certificates), order(w.CRLs), order(w.Responses)
		p.Certificates = order(p.Certificates)
		if got := other.Judge(other.Client(), p).AppendJSON(nil); !bytes.Equal(got, want) {
			w.T.Errorf("in order %d: %s, first %s", turn+1, got, want)
		}
	}
	return first
}

func reversed(list [][]byte) [][]byte {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func rotated(list [][]byte) [][]byte {
	if len(list) == 0 {
		return nil
	}
	return append(slices.Clone(list[1:]), list[0])
}

// Client returns a verifier that holds the bag. What the bag refuses fails the test.
func (w *World) Client() *verifier.Verifier {
	w.T.Helper()
	v, err := verifier.New(w.Trust)
	if err != nil {
		w.T.Fatal(err)
	}
	var bag verifier.Bag
	for _, add := range []struct {
		put  func([]byte) error
		ders [][]byte
	}{{bag.AddCertificate, w.Certificates}, {bag.AddCRL, w.CRLs}, {bag.AddOCSP, w.Responses}} {
		for _, der := range add.ders {
			if err := add.put(der); err != nil {
				w.T.Fatal(err)
			}
		}
	}
	v.Use(&bag)
	return v
}

// Judge asks a client once.
func (w *World) Judge(v *verifier.Verifier, p verifier.Presentation) verifier.Verdict {
	plan := v.Plan(w.At, w.Now, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}

// Want fails the test unless the verdict is this one, about this certificate, -1 for none. Only a verified one may name
// anybody.
func Want(t testing.TB, v verifier.Verdict, outcome verifier.Outcome, code verifier.Code, certificate int) {
	t.Helper()
	if v.Outcome() != outcome || v.Code() != code || v.Certificate() != certificate {
		t.Errorf("%s(%s) of certificate %d, want %s(%s) of %d\n%s",
			v.Outcome(), v.Code(), v.Certificate(), outcome, code, certificate, v.AppendJSON(nil))
	}
	if id, ok := v.Identity(); ok != (v.Outcome() == verifier.Verified) || !ok && (id.ID != "" || id.Name != "" || id.Organization != "") {
		t.Errorf("%s shows the identity %+v", v.Outcome(), id)
	}
}

// Verified, Rejected and Undetermined are [Want] with that outcome.
func Verified(t testing.TB, v verifier.Verdict) {
	t.Helper()
	Want(t, v, verifier.Verified, "", -1)
}

func Rejected(t testing.TB, v verifier.Verdict, code verifier.Code, certificate int) {
	t.Helper()
	Want(t, v, verifier.Rejected, code, certificate)
}

func Undetermined(t testing.TB, v verifier.Verdict, code verifier.Code, certificate int) {
	t.Helper()
	Want(t, v, verifier.Undetermined, code, certificate)
}
