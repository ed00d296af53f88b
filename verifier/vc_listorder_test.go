package verifier_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A verifier that has seen a list does not go back to one that was made before, whichever way it is secured.
func TestAProvenListIsNoWayBack(t *testing.T) {
	w := newProvenList(t)
	older := w.text(t)
	replace(&w.list, "2025-06-15T00:00:00Z", "2025-06-15T02:00:00Z")
	newer := w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w.list)
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	p := w.presentation
	p.Bytes = []byte(w.vpSigner.Sign(t, w.vpHeader, strings.ReplaceAll(w.vp, "TOKEN", w.issuer.Sign(t, w.vcHeader, w.vc))))
	for i, list := range []string{older, newer, older} {
		bag := &verifier.Bag{}
		if err := bag.AddStatusList([]byte(list)); err != nil {
			t.Fatal(err)
		}
		v.Use(bag)
		plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
		got := plan.Conclude(native.Run(plan.Checks()))[0].Code()
		if want := [...]verifier.Code{"", "", verifier.CodeRollback}[i]; got != want {
			t.Errorf("list %d: %s, want %s", i, got, want)
		}
	}
}

// Whatever the words in which an issuer says when its list holds, and however it is secured, they bind.
func TestTheTimesOfAListInTheWordsOfBothModels(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		code   verifier.Code
	}{
		"validUntil":              {`"validUntil":"2025-06-15T00:00:01Z"`, verifier.CodeStaleRevocation},
		"expirationDate":          {`"expirationDate":"2025-06-15T00:00:01Z"`, verifier.CodeStaleRevocation},
		"both, validUntil":        {`"expirationDate":"2025-06-16T00:00:00Z","validUntil":"2025-06-15T00:00:01Z"`, verifier.CodeStaleRevocation},
		"validFrom to come":       {`"issuanceDate":"2025-06-15T23:00:00Z","validUntil":"2025-06-16T00:00:00Z"`, verifier.CodeClock},
		"expirationDate, and not": {`"expirationDate":"2025-06-16T00:00:00Z","validUntil":"2025-06-16T00:00:00Z"`, ""},
	} {
		w := newProvenList(t)
		w.trust.Authorities[0].MaxAge = 24 * time.Hour
		replace(&w.list, `"validUntil":"2025-06-16T00:00:00Z"`, c.change)
		for form, text := range map[string]string{
			"vc+jwt":             w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w.list),
			"vc+jwt without typ": w.issuer.Sign(t, `{"alg":"ES256","kid":"k1"}`, w.list),
			"JWT-VC":             w.issuer.Sign(t, `{"alg":"ES256","typ":"JWT","kid":"k1"}`, `{"iss":"https://issuer.example","nbf":1749945600,"vc":`+w.list+`}`),
			"vc+cose": string(w.issuer.SignCOSE(t, testvc.Sign1{
				Protected: []testvc.Pair{{Key: 1, Value: -7}, {Key: 16, Value: "application/vc+cose"}, {Key: 4, Value: []byte("k1")}}, Payload: []byte(w.list),
			})),
			"proof": w.text(t),
		} {
			if v, err := w.judgeWith(t, text); v.Code() != c.code || err != nil {
				t.Errorf("%s, %s: %v, %s, want %s", name, form, err, v.Code(), c.code)
			}
		}
	}
}

// Of a list that does not say when it was signed it is not known whether it is older than one that does, if both begin at once: it
// may revoke, and makes nothing good.
func TestFormsOfAListThatAreSignedAtDifferentTimes(t *testing.T) {
	w := newProvenList(t)
	jwt := func(iat string) string {
		payload := w.list
		replace(&payload, `"validFrom"`, iat+`"validFrom"`)
		return w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, payload)
	}
	good, proven, signed := jwt(""), w.text(t), jwt(`"iat":1749946000,`)
	replace(&w.list, noneRevoked, setBit(94567))
	revoking, later := jwt(""), jwt(`"iat":1749946001,`)
	for name, lists := range map[string][]string{"proven first": {proven, revoking}, "revoking first": {revoking, proven}, "iat": {signed, revoking}, "later": {signed, later}} {
		if v, err := w.judgeWith(t, lists...); v.Code() != verifier.CodeRevoked || err != nil {
			t.Errorf("%s: %v, %s", name, err, v.Code())
		}
	}
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	p := w.presentation
	p.Bytes = []byte(w.vpSigner.Sign(t, w.vpHeader, strings.ReplaceAll(w.vp, "TOKEN", w.issuer.Sign(t, w.vcHeader, w.vc))))
	for i, c := range []struct {
		list string
		code verifier.Code
	}{
		{good, ""}, {proven, ""}, {good, verifier.CodeRollback}, {signed, verifier.CodeRollback}, // signed an hour before the proof
		{revoking, verifier.CodeRevoked}, {later, verifier.CodeRollback}, {proven, ""},
	} {
		bag := &verifier.Bag{}
		if err := bag.AddStatusList([]byte(c.list)); err != nil {
			t.Fatal(err)
		}
		v.Use(bag)
		plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
		if got := plan.Conclude(native.Run(plan.Checks()))[0].Code(); got != c.code {
			t.Errorf("list %d: %q, want %q", i, got, c.code)
		}
	}
}

// In whatever order an issuer's lists come, and in whatever company: a credential is good by none that is older, in either time,
// than one that was seen and revokes.
func TestNoOlderListIsGoodAfterOneThatRevokes(t *testing.T) {
	w := newProvenList(t)
	p := w.presentation
	p.Bytes = []byte(w.vpSigner.Sign(t, w.vpHeader, strings.ReplaceAll(w.vp, "TOKEN", w.issuer.Sign(t, w.vcHeader, w.vc))))
	type list struct {
		from, signed int // hours of the day; 0 if it does not say
		revokes      bool
		text         string
	}
	var lists []list
	revoking := w.list
	replace(&revoking, noneRevoked, setBit(94567))
	for _, revokes := range []bool{false, true} {
		for from := range 4 {
			for signed := range 4 {
				if from+signed == 0 {
					continue
				}
				text, begins, at := w.list, "", ""
				if revokes {
					text = revoking
				}
				if from > 0 {
					begins = fmt.Sprintf(`"validFrom":"2025-06-15T0%d:00:00Z",`, from)
				}
				if signed > 0 {
					at = fmt.Sprintf(`"iat":%d,`, 1749945600+3600*signed)
				}
				replace(&text, `"validFrom":"2025-06-15T00:00:00Z",`, begins+at)
				lists = append(lists, list{from, signed, revokes, w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, text)})
			}
		}
	}
	// newer reports whether a is newer than b in either time.
	newer := func(a, b list) bool {
		begins, other := cmp.Or(a.from, a.signed), cmp.Or(b.from, b.signed)
		return begins > other || a.signed > cmp.Or(b.signed, b.from)
	}
	r, verified, revoked := rand.New(rand.NewPCG(1, 2)), 0, 0
	for range 300 {
		v, err := verifier.New(w.trust)
		if err != nil {
			t.Fatal(err)
		}
		var seen []list
		for range 4 {
			bag := &verifier.Bag{}
			var brought []list
			for range 1 + r.IntN(2) {
				l := lists[r.IntN(len(lists))]
				if err := bag.AddStatusList([]byte(l.text)); err != nil {
					t.Fatal(err)
				}
				brought, seen = append(brought, l), append(seen, l)
			}
			v.Use(bag)
			plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
			switch got := plan.Conclude(native.Run(plan.Checks()))[0]; {
			case got.Outcome() == verifier.Verified:
				verified++
				if !slices.ContainsFunc(brought, func(good list) bool {
					return !good.revokes && !slices.ContainsFunc(seen, func(l list) bool { return l.revokes && newer(l, good) })
				}) {
					t.Fatalf("verified by %+v after %+v", brought, seen)
				}
			case got.Code() == verifier.CodeRevoked:
				revoked++
				if !slices.ContainsFunc(brought, func(l list) bool { return l.revokes }) {
					t.Fatalf("revoked by %+v", brought)
				}
			case got.Code() != verifier.CodeRollback:
				t.Fatal(got.Code())
			}
		}
	}
	if verified < 100 || revoked < 100 {
		t.Errorf("%d verified, %d revoked: that tests little", verified, revoked)
	}
}
