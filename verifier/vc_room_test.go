package verifier_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/cbor"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// What nothing protects of a COSE_Sign1 can be changed by anybody. A list must not take the room of others by coming in
// many such forms.
func TestAListInManyFormsTakesTheRoomOfOne(t *testing.T) {
	w := newCWTWorld(t)
	w.list = make([]byte, 15<<20)
	token := w.token(t)
	var lists []string
	for i := range 8 {
		w.cwt.Unprotected = []testvc.Pair{{Key: 4, Value: []byte("k1")}, {Key: -70000 - i, Value: i}}
		lists = append(lists, unprotected(t, token, testvc.CBOR(w.cwt.Unprotected)))
	}
	other := newCWTWorld(t)
	other.issuer, other.signer, other.listSigner, other.trust = w.issuer, w.issuer, w.issuer, w.trust
	replace(&other.payload, listURI, listURI+"0")
	other.claim(2, listURI+"0")
	first, second := w.presentation, other.presentation
	first.Bytes, second.Bytes = []byte(w.world.token(t)), []byte(other.world.token(t))
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	bag := &verifier.Bag{}
	for _, l := range append(lists, other.token(t)) {
		if err := bag.AddStatusList([]byte(l)); err != nil {
			t.Fatal(err)
		}
	}
	v.Use(bag)
	plan := v.Plan(w.at, w.at, []verifier.Presentation{first, second})
	for i, v := range plan.Conclude(native.Run(plan.Checks())) {
		if v.Outcome() != verifier.Verified {
			t.Errorf("presentation %d: %s", i, v.AppendJSON(nil))
		}
	}
}

// unprotected puts another unprotected header into a COSE_Sign1 within its tag.
func unprotected(t testing.TB, token string, header []byte) string {
	t.Helper()
	v, err := cbor.Parse([]byte(token)[1:], cbor.Limits{Bytes: len(token), Nodes: 32, Depth: 8})
	parts, _ := v.Items()
	if err != nil || len(parts) != 4 {
		t.Fatal(err)
	}
	out := []byte(token[:2])
	for i, p := range parts {
		if i == 1 {
			out = append(out, header...)
			continue
		}
		out = append(out, p.Raw()...)
	}
	return string(out)
}

// Sets that nobody signed can have any number of keys. They must not hide a list that revokes behind the budget, while an
// older one by another key counts.
func TestKeysOfUnsignedSetsDoNotHideAListThatRevokes(t *testing.T) {
	helper = t
	w := newJWKSWorld(t)
	w.trust.Authorities[0].Status = verifier.StatusEndEntity
	first, second := w.world.issuer, testvc.NewKey(t, "ES256")
	w.keys = `{"keys":[` + first.JWK(`,"kid":"k1"`) + `,` + second.JWK(`,"kid":"k9"`) + `]}`
	good, set := w.listSigner.Sign(t, w.listHeader, w.listPayload), w.signedSet(t)
	revoking := w.listPayload
	replace(&revoking, compressed(0b0000_0001, 0), compressed(0b0000_1000, 0))
	replace(&revoking, "1795435190", "1795435195")
	revokes := second.Sign(t, strings.Replace(w.listHeader, "k1", "k9", 1), revoking)
	w.signer = newES256() // not the certificate's
	key := newES256().JWK(`,"kid":"k9"`)
	w.keys = `{"keys":[` + key + strings.Repeat(`,`+key, 16) + `]}`
	forged := w.signedSet(t)
	for _, c := range []struct {
		name      string
		documents [][]byte
		code      verifier.Code
	}{
		{"without the forged set", [][]byte{set}, verifier.CodeRevoked},
		{"with it", [][]byte{set, forged}, verifier.CodeBudget},
		{"with it, in the other order", [][]byte{forged, set}, verifier.CodeBudget},
	} {
		verdict := w.judgeWith(t, []string{good, revokes}, c.documents)
		if verdict.Code() != c.code {
			t.Errorf("%s: %s, want %s", c.name, verdict.AppendJSON(nil), c.code)
		}
	}
}

// The same of so many sets that none is looked at, of an issuer that signs lists alone.
func TestSoManySetsThatNoneIsReadDoNotHideAListThatRevokes(t *testing.T) {
	helper = t
	w := newJWKSWorld(t)
	w.trust.Authorities[0].Status = verifier.StatusEndEntity
	issuers := &w.trust.Authorities[0].Issuers
	*issuers = append(*issuers, (*issuers)[0])
	(*issuers)[1].ID = "https://issuer.example/lists"
	(*issuers)[0].Document, (*issuers)[0].Keys = verifier.NoDocument, []byte(w.keys)
	w.issuer = (*issuers)[1].ID
	lister := newES256()
	w.keys = `{"keys":[` + lister.JWK(`,"kid":"k9"`) + `]}`
	documents := [][]byte{w.signedSet(t)}
	good := w.listSigner.Sign(t, w.listHeader, w.listPayload)
	replace(&w.listPayload, compressed(0b0000_0001, 0), compressed(0b0000_1000, 0))
	replace(&w.listPayload, "1795435190", "1795435195")
	replace(&w.listPayload, `{"sub"`, `{"iss":"`+w.issuer+`","sub"`)
	revokes := lister.Sign(t, w.listHeader[:len(w.listHeader)-len(`,"kid":"k1"}`)]+`}`, w.listPayload)
	w.signer = newES256() // not the certificate's
	for i := range 9 {
		w.claims = fmt.Sprintf(`"jti":"%d","exp":1798000000`, i)
		documents = append(documents, w.signedSet(t))
	}
	for n, want := range map[int]verifier.Code{1: verifier.CodeRevoked, len(documents): verifier.CodeBudget} {
		verdict := w.judgeWith(t, []string{good, revokes}, documents[:n])
		if verdict.Code() != want {
			t.Errorf("%d sets: %s, want %s", n, verdict.AppendJSON(nil), want)
		}
	}
}

// judgeWith judges the presentation with these lists and sets, and knows that nothing of the intermediate is revoked.
func (w *jwksWorld) judgeWith(t testing.TB, lists []string, documents [][]byte) verifier.Verdict {
	t.Helper()
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	bag := &verifier.Bag{}
	for _, l := range lists {
		if err := bag.AddStatusList([]byte(l)); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range documents {
		if err := bag.AddIssuerDocument(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := bag.AddCRL(testcrl.Issue(w.ca.ca.Intermediate, testcrl.List{})); err != nil {
		t.Fatal(err)
	}
	v.Use(bag)
	p := w.presentation
	p.Bytes = []byte(w.token(t))
	plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}
