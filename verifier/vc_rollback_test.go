package verifier_test

import (
	"strings"
	"testing"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
)

// Row 67's kin: the one who brings lists goes back to the one before the revocation.
func TestAnOlderStatusListIsARollback(t *testing.T) {
	w := newWorld(t)
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	p := w.presentation
	p.Bytes = []byte(w.token(t))
	ask := func(lists ...string) verifier.Verdict {
		bag := &verifier.Bag{}
		for _, l := range lists {
			if err := bag.AddStatusList([]byte(w.listSigner.Sign(t, w.listHeader, l))); err != nil {
				t.Fatal(err)
			}
		}
		v.Use(bag)
		plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
		return plan.Conclude(native.Run(plan.Checks()))[0]
	}
	good := w.listPayload
	newer := strings.Replace(good, "1749990000", "1749995000", 1)
	revoked := strings.Replace(newer, compressed(1, 0), compressed(0b1000, 0), 1)
	future := strings.Replace(good, "1749990000", "1750001000", 1)
	for i, c := range []struct {
		lists []string
		code  verifier.Code
	}{
		{[]string{good}, ""},
		{[]string{future}, verifier.CodeClock}, // it is not remembered
		{[]string{good}, ""},
		{[]string{revoked}, verifier.CodeRevoked},
		{[]string{good}, verifier.CodeRollback},
		{[]string{good, revoked}, verifier.CodeRevoked},
		{[]string{newer}, ""}, // of the same second
		{[]string{newer, revoked}, verifier.CodeRevoked},
		{nil, verifier.CodeRevocationUnavailable},
	} {
		if got := ask(c.lists...); got.Code() != c.code {
			t.Errorf("%d: %s, want %s", i, got.AppendJSON(nil), c.code)
		}
	}
}
