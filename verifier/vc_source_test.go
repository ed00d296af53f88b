package verifier_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// judgeWith judges the presentation with these status lists, and says how many checks that took.
func (w *world) judgeWith(t testing.TB, v *verifier.Verifier, lists ...string) (verifier.Verdict, int) {
	t.Helper()
	bag := &verifier.Bag{}
	for _, l := range lists {
		if err := bag.AddStatusList([]byte(l)); err != nil {
			t.Fatal(err)
		}
	}
	v.Use(bag)
	p := w.presentation
	p.Bytes = []byte(w.token(t))
	plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0], len(plan.Checks())
}

// However many lists of one name a forger brings, the one that the issuer signed decides, and without it nothing is known.
func TestForgedListsDoNotHideTheGoodOne(t *testing.T) {
	w := newWorld(t)
	stranger := testvc.NewKey(t, "ES256")
	var forged []string
	for i := range 200 {
		forged = append(forged, stranger.Sign(t, w.listHeader, strings.Replace(w.listPayload, `"iat"`, `"jti":"`+strconv.Itoa(i)+`","iat"`, 1)))
	}
	revoked := w.listSigner.Sign(t, w.listHeader, strings.Replace(w.listPayload, compressed(1, 0), compressed(0b1000, 0), 1))
	good := w.listSigner.Sign(t, w.listHeader, w.listPayload)
	for _, c := range []struct {
		name string
		list []string
		code verifier.Code
	}{{"none", nil, verifier.CodeRevocationUnavailable}, {"good", []string{good}, ""}, {"revoked", []string{revoked}, verifier.CodeRevoked}} {
		for _, at := range []int{0, 100, 200} {
			v, err := verifier.New(w.trust)
			if err != nil {
				t.Fatal(err)
			}
			lists := append(append(append([]string{}, forged[:at]...), c.list...), forged[at:]...)
			got, checks := w.judgeWith(t, v, lists...)
			if got.Code() != c.code {
				t.Errorf("%s, behind %d forged: %s, want %s", c.name, at, got.AppendJSON(nil), c.code)
			}
			if checks != 2+len(lists) {
				t.Errorf("%d checks for %d lists", checks, len(lists))
			}
		}
	}
}

// The lists that were made before the newest that the issuer signed say nothing, wherever in the bag they are.
func TestOrderOfStatusListsDoesNotDecide(t *testing.T) {
	w := newWorld(t)
	sign := func(made, list string) string {
		return w.listSigner.Sign(t, w.listHeader, strings.Replace(strings.Replace(w.listPayload, "1749990000", made, 1), compressed(1, 0), list, 1))
	}
	good, revoked := compressed(1, 0), compressed(0b1000, 0)
	for _, c := range []struct {
		name  string
		lists []string
		code  verifier.Code
	}{
		{"newest good", []string{sign("1749990000", revoked), sign("1749995000", good)}, ""},
		{"newest revokes", []string{sign("1749990000", good), sign("1749995000", revoked)}, verifier.CodeRevoked},
		{"two of one second", []string{sign("1749995000", good), sign("1749995000", revoked)}, verifier.CodeRevoked},
		{"newest from the future", []string{sign("1749995000", good), sign("1750001000", revoked)}, ""},
		{"newest over", []string{sign("1749990000", good),
			w.listSigner.Sign(t, w.listHeader, strings.NewReplacer("1749990000", "1749995000", "1751000000", "1749999000").Replace(w.listPayload))},
			verifier.CodeRollback},
	} {
		for _, lists := range [][]string{c.lists, {c.lists[1], c.lists[0]}} {
			v, err := verifier.New(w.trust)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := w.judgeWith(t, v, lists...); got.Code() != c.code {
				t.Errorf("%s: %s, want %s", c.name, got.AppendJSON(nil), c.code)
			}
		}
	}
}

func TestARestartDoesNotForgetStatusLists(t *testing.T) {
	w := newWorld(t)
	newer := w.listSigner.Sign(t, w.listHeader, strings.Replace(strings.Replace(w.listPayload, "1749990000", "1749995000", 1), compressed(1, 0), compressed(0b1000, 0), 1))
	older := w.listSigner.Sign(t, w.listHeader, w.listPayload)
	client := func(records ...[]byte) *verifier.Verifier {
		v, err := verifier.New(w.trust)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			if err := v.RestoreState(r); err != nil {
				t.Fatal(err)
			}
		}
		return v
	}
	first, other := client(), client()
	if got, _ := w.judgeWith(t, first, newer); got.Code() != verifier.CodeRevoked {
		t.Fatalf("%s", got.AppendJSON(nil))
	}
	if got, _ := w.judgeWith(t, other, older); got.Outcome() != verifier.Verified { // another tab, which has not seen it
		t.Fatalf("%s", got.AppendJSON(nil))
	}
	a, b := first.State(nil), other.State(nil)
	for name, records := range map[string][][]byte{"itself": {a}, "both tabs": {a, b}, "both, in the other order": {b, a}} {
		v := client(records...)
		if got, _ := w.judgeWith(t, v, older); got.Code() != verifier.CodeRollback {
			t.Errorf("%s: %s", name, got.AppendJSON(nil))
		}
		if got, _ := w.judgeWith(t, v, newer); got.Code() != verifier.CodeRevoked {
			t.Errorf("%s, newer: %s", name, got.AppendJSON(nil))
		}
	}
	// What somebody else has signed is not remembered.
	v := client()
	stranger := testvc.NewKey(t, "ES256")
	w.judgeWith(t, v, stranger.Sign(t, w.listHeader, strings.Replace(w.listPayload, "1749990000", "1749999000", 1)))
	if got, _ := w.judgeWith(t, v, older); got.Outcome() != verifier.Verified {
		t.Errorf("after a forged one: %s", got.AppendJSON(nil))
	}
}

// Two bags' worth of bytes are checked and no more: an issuer with many keys and no names for them makes of one list many.
func TestBytesThatAreCheckedAreBounded(t *testing.T) {
	w := newWorld(t)
	keys := `{"keys":[` + w.issuer.JWK("")
	for range 30 {
		keys += "," + testvc.NewKey(t, "ES256").JWK("")
	}
	w.trust.Authorities[0].Issuers[0].Keys = []byte(keys + `]}`)
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	padded := func(n int) string {
		return w.listSigner.Sign(t, w.listHeader, strings.Replace(w.listPayload, `"iat"`, `"pad":"`+strings.Repeat("x", n)+`","iat"`, 1))
	}
	if got, checks := w.judgeWith(t, v, padded(2<<20)); got.Outcome() != verifier.Verified || checks < 31 {
		t.Errorf("%d checks: %s", checks, got.AppendJSON(nil))
	}
	got, checks := w.judgeWith(t, v, padded(8<<20), padded(1))
	if got.Code() != verifier.CodeBudget || checks > 60 {
		t.Errorf("%d checks: %s", checks, got.AppendJSON(nil))
	}
}
