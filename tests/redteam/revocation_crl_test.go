package redteam

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// held is a world with Alice's certificate and responders of root and intermediate.
type held struct {
	*world.World
	alice        []byte
	root, issuer *testocsp.Responder
}

func newHeld(t *testing.T, extensions ...testca.Ext) held {
	w := world.New(t)
	c := w.CA.Alice()
	c.Set(extensions...)
	return held{w, w.CA.Issue(c), testocsp.ByAuthority(w.CA.Root), testocsp.ByAuthority(w.CA.Intermediate)}
}

// with judges Alice's certificate with these CRLs of the root and of the intermediate.
func (h held) with(root testcrl.List, issuer ...testcrl.List) verifier.Verdict {
	h.T.Helper()
	w := *h.World
	w.CRLs = [][]byte{testcrl.Issue(w.CA.Root, root)}
	for _, l := range issuer {
		w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, l))
	}
	return w.Names(alice, h.alice, w.CA.Intermediate.DER)
}

// answered judges it with these responses alone.
func (h held) answered(responses ...[]byte) verifier.Verdict {
	h.T.Helper()
	w := *h.World
	w.CRLs, w.Responses = nil, responses
	return w.Names(alice, h.alice, w.CA.Intermediate.DER)
}

func revoking(cert []byte, extensions ...testca.Ext) testcrl.List {
	return testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(cert, testcrl.Reason(testcrl.KeyCompromise))}, Extensions: extensions}
}

func TestRow33IntermediateIsRevoked(t *testing.T) {
	h := newHeld(t)
	inter := h.CA.Intermediate.DER
	world.Verified(t, h.with(revoking(h.alice), testcrl.List{})) // a list of another issuer
	v := h.with(revoking(inter), testcrl.List{})
	world.Rejected(t, v, verifier.CodeRevoked, 1)
	if r, ok := v.Revocation(); !ok || r.Reason != "keyCompromise" || !r.Since.Equal(testcrl.RevokedAt) {
		t.Errorf("revocation %+v, %v", r, ok)
	}
	good := h.issuer.Sign(h.issuer.Good(h.alice))
	world.Verified(t, h.answered(good, h.root.Sign(h.root.Good(inter))))
	v = h.answered(good, h.root.Sign(h.root.Revoked(inter, testca.At.Add(-time.Minute), 1)))
	world.Rejected(t, v, verifier.CodeRevoked, 1)
	world.Undetermined(t, h.answered(good), verifier.CodeRevocationUnavailable, 1)
	// Both are revoked: the end entity is named.
	world.Rejected(t, h.with(revoking(inter), revoking(h.alice)), verifier.CodeRevoked, 0)
}

func TestRow34CredentialIsIssuedAgainWithItsSerialNumber(t *testing.T) {
	h := newHeld(t)
	revoked := revoking(h.alice)
	responses := [][]byte{h.issuer.Sign(h.issuer.Revoked(h.alice, testca.At.Add(-time.Hour), 1)), h.root.Sign(h.root.Good(h.CA.Intermediate.DER))}
	again := h.CA.Alice()
	again.Key = testca.NewKey(testca.P256, "alice, again").Public()
	fresh := h
	fresh.alice = h.CA.Issue(again) // its own number
	world.Verified(t, fresh.with(testcrl.List{}, revoked))
	world.Undetermined(t, fresh.answered(responses...), verifier.CodeRevocationUnavailable, 0)
	again.RawSerial = append([]byte{2, byte(len(testcrl.Serial(h.alice)))}, testcrl.Serial(h.alice)...)
	h.alice = h.CA.Issue(again)
	world.Rejected(t, h.with(testcrl.List{}, revoked), verifier.CodeRevoked, 0)
	world.Rejected(t, h.answered(responses...), verifier.CodeRevoked, 0)
}

func TestRow59ExpiredListBesideAFreshOne(t *testing.T) {
	h := newHeld(t)
	old := testcrl.List{ThisUpdate: testca.At.Add(-72 * time.Hour), NextUpdate: testca.At.Add(-24 * time.Hour)}
	old.Set(testcrl.Number(1))
	fresh := testcrl.List{}
	fresh.Set(testcrl.Number(2))
	// Every order is tried by world.Ask.
	world.Verified(t, h.with(testcrl.List{}, old, fresh))
	world.Undetermined(t, h.with(testcrl.List{}, old), verifier.CodeStaleRevocation, 0)
	world.Rejected(t, h.with(testcrl.List{}, old, revoking(h.alice, testcrl.Number(2))), verifier.CodeRevoked, 0)
	suspended := old
	suspended.Entries = []testcrl.Entry{testcrl.Revoke(h.alice, testcrl.Reason(testcrl.CertificateHold))}
	world.Verified(t, h.with(testcrl.List{}, suspended, fresh))

	inter := h.root.Sign(h.root.Good(h.CA.Intermediate.DER))
	late := h.issuer.Good(h.alice)
	late.Singles[0].ThisUpdate, late.Singles[0].NextUpdate = testca.At.Add(-72*time.Hour), testca.At.Add(-24*time.Hour)
	world.Undetermined(t, h.answered(inter, h.issuer.Sign(late)), verifier.CodeStaleRevocation, 0)
	world.Verified(t, h.answered(inter, h.issuer.Sign(late), h.issuer.Sign(h.issuer.Good(h.alice))))
	world.Rejected(t, h.answered(inter, h.issuer.Sign(late), h.issuer.Sign(h.issuer.Revoked(h.alice, testca.At, -1))), verifier.CodeRevoked, 0)
}

func TestRow60OnlyTheLastOfSeveralPointsSaysRevoked(t *testing.T) {
	const count = 4
	var points []testcrl.Point
	var idps []testca.Ext
	for _, url := range []string{"http://a.example", "http://b.example", "http://c.example", "http://d.example"} {
		full := []testca.GeneralName{testca.URI(url)}
		points = append(points, testcrl.Point{FullName: full})
		idps = append(idps, testcrl.IDP(testcrl.Scope{FullName: full}))
	}
	h := newHeld(t, testcrl.CRLDP(points...))
	for last := range count {
		lists := make([]testcrl.List, count)
		for i := range lists {
			lists[i].Set(idps[i])
		}
		world.Verified(t, h.with(testcrl.List{}, lists...))
		lists[last].Entries = []testcrl.Entry{testcrl.Revoke(h.alice)}
		world.Rejected(t, h.with(testcrl.List{}, lists...), verifier.CodeRevoked, 0)
	}
	// Likewise of several statuses in one response.
	inter := h.root.Sign(h.root.Good(h.CA.Intermediate.DER))
	bad := h.issuer.Revoked(h.alice, testca.At, -1).Singles[0]
	for last := range count {
		r := h.issuer.Good(h.alice)
		for len(r.Singles) < count {
			r.Singles = append(r.Singles, r.Singles[0])
		}
		world.Verified(t, h.answered(inter, h.issuer.Sign(r)))
		r.Singles[last] = bad
		world.Rejected(t, h.answered(inter, h.issuer.Sign(r)), verifier.CodeRevoked, 0)
	}
	// A list and a response contradict each other.
	w := *h.World
	w.Responses = [][]byte{h.issuer.Sign(h.issuer.Revoked(h.alice, testca.At, 1))}
	world.Rejected(t, w.Names(alice, h.alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
}

func TestRow61ListDoesNotSpeakOfTheCertificate(t *testing.T) {
	point := func(url string) []testca.GeneralName { return []testca.GeneralName{testca.URI(url)} }
	h := newHeld(t, testcrl.CRLDP(testcrl.Point{FullName: point("http://a.example")}))
	for what, extensions := range map[string][]testca.Ext{
		"delta":                   {testcrl.Number(2), testcrl.Delta(1)},
		"certificates of CAs":     {testcrl.IDP(testcrl.Scope{OnlyCAs: true})},
		"attribute certificates":  {testcrl.IDP(testcrl.Scope{OnlyAttributes: true})},
		"another point":           {testcrl.IDP(testcrl.Scope{FullName: point("http://b.example")})},
		"another name of a point": {testcrl.IDP(testcrl.Scope{RelativeName: testca.Name{{Type: testca.OIDCommonName, Value: "a"}}})},
	} {
		t.Run(what, func(t *testing.T) {
			h := h
			world.Undetermined(t, h.with(testcrl.List{}, testcrl.List{Extensions: extensions}), verifier.CodeNotCovered, 0)
			// What it says of the certificate's number is about another.
			world.Verified(t, h.with(testcrl.List{}, testcrl.List{}, testcrl.List{Extensions: extensions}))
			if what != "delta" {
				world.Verified(t, h.with(testcrl.List{}, testcrl.List{}, revoking(h.alice, extensions...)))
			}
		})
	}
	some := testcrl.List{Extensions: []testca.Ext{testcrl.IDP(testcrl.Scope{Reasons: []int{1, 2}})}}
	world.Undetermined(t, h.with(testcrl.List{}, some), verifier.CodeNotCovered, 0)
	for what, in := range map[string]testcrl.Scope{
		"users": {OnlyUsers: true}, "this point": {FullName: point("http://a.example")},
		"this point among others": {FullName: append(point("http://b.example"), point("http://a.example")...)},
		"indirect":                {Indirect: true}, "every reason": {Reasons: []int{1, 2, 3, 4, 5, 6, 7, 8}},
	} {
		t.Run(what, func(t *testing.T) {
			world.Verified(t, h.with(testcrl.List{}, testcrl.List{Extensions: []testca.Ext{testcrl.IDP(in)}}))
			world.Rejected(t, h.with(testcrl.List{}, revoking(h.alice, testcrl.IDP(in))), verifier.CodeRevoked, 0)
		})
	}
	// For the intermediate it is the other way round.
	users := testcrl.List{Extensions: []testca.Ext{testcrl.IDP(testcrl.Scope{OnlyUsers: true})}}
	world.Undetermined(t, h.with(users, testcrl.List{}), verifier.CodeNotCovered, 1)
	// A response about another certificate of the issuer.
	inter := h.root.Sign(h.root.Good(h.CA.Intermediate.DER))
	other := h.issuer.Sign(h.issuer.Good(h.CA.Issue(h.CA.Client("bob", "1", 0))))
	world.Undetermined(t, h.answered(inter, other), verifier.CodeRevocationUnavailable, 0)
	world.Undetermined(t, h.answered(inter, h.issuer.Sign(h.issuer.Unknown(h.alice))), verifier.CodeNotCovered, 0)
}

func TestRow62ListWithAnUnknownCriticalExtension(t *testing.T) {
	h := newHeld(t)
	unknown := func(critical bool) testca.Ext { return testca.Unknown("1.2.3.4.5", critical, []byte{5, 0}) }
	inter := h.root.Sign(h.root.Good(h.CA.Intermediate.DER))
	for what, judge := range map[string]func(critical bool) verifier.Verdict{
		"of the list": func(critical bool) verifier.Verdict {
			return h.with(testcrl.List{}, testcrl.List{Extensions: []testca.Ext{unknown(critical)}})
		},
		"of an entry about another certificate": func(critical bool) verifier.Verdict {
			return h.with(testcrl.List{}, testcrl.List{Entries: []testcrl.Entry{testcrl.RevokeSerial(7, unknown(critical))}})
		},
		"of a delta": func(critical bool) verifier.Verdict {
			return h.with(testcrl.List{}, testcrl.List{}, testcrl.List{Extensions: []testca.Ext{testcrl.Number(2), testcrl.Delta(1), unknown(critical)}})
		},
		"of a newer list": func(critical bool) verifier.Verdict {
			return h.with(testcrl.List{}, testcrl.List{}, testcrl.List{Extensions: []testca.Ext{testcrl.Number(2), unknown(critical)}})
		},
		"of a response": func(critical bool) verifier.Verdict {
			r := h.issuer.Good(h.alice)
			r.Extensions = []testca.Ext{unknown(critical)}
			return h.answered(inter, h.issuer.Sign(r))
		},
		"of a status": func(critical bool) verifier.Verdict {
			r := h.issuer.Good(h.alice)
			r.Singles[0].Extensions = []testca.Ext{unknown(critical)}
			return h.answered(inter, h.issuer.Sign(r))
		},
	} {
		t.Run(what, func(t *testing.T) {
			world.Verified(t, judge(false))
			world.Undetermined(t, judge(true), verifier.CodeUnsupportedCritical, 0)
		})
	}
}

// Row 21 with a list: the clock is behind what the authority has signed.
func TestRow21ClockIsBehindASignedList(t *testing.T) {
	h := newHeld(t)
	h.At, h.Now = testca.NotBefore.AddDate(-1, 0, 0), testca.NotBefore.AddDate(-1, 0, 0)
	world.Undetermined(t, h.with(testcrl.List{}, testcrl.List{}), verifier.CodeClock, -1)
	world.Rejected(t, h.answered(), verifier.CodeNotYetValid, 0)
}
