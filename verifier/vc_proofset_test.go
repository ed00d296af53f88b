package verifier_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A setWorld is a credential that an issuer signed with three keys: two proofs, and one over both.
type setWorld struct {
	*world
	keys     [3]*testvc.Key
	document string
	options  [3]string
	chained  bool
	keep     []int // which proofs, in which order
	late     func(text string) string
}

func newSetWorld(t testing.TB) *setWorld {
	w := &setWorld{world: newWorld(t), chained: true, keep: []int{0, 1, 2}}
	a := &w.trust.Authorities[0]
	a.Status = verifier.StatusUncheckedUnsafe
	a.Issuers[0].Identifiers = []verifier.ClaimRule{{Path: []string{"credentialSubject", "email"}, Form: verifier.ClaimEmail}}
	keys := ""
	for i, alg := range []string{"EdDSA", "ES256", "ES384"} {
		w.keys[i] = testvc.NewKey(t, alg)
		id := string(rune('a' + i))
		keys += "," + w.keys[i].JWK(`,"kid":"`+id+`"`)
		suite := "ecdsa-jcs-2019"
		if alg == "EdDSA" {
			suite = "eddsa-jcs-2022"
		}
		w.options[i] = `{"type":"DataIntegrityProof","id":"urn:` + id + `","cryptosuite":"` + suite + `","created":"2025-02-0` + string(rune('1'+i)) + `T00:00:00Z","verificationMethod":"https://issuer.example#` + id + `","proofPurpose":"assertionMethod"}`
	}
	replace(&w.options[2], `"type"`, `"previousProof":["urn:a","urn:b"],"type"`)
	a.Issuers[0].Keys = []byte(`{"keys":[` + keys[1:] + `]}`)
	w.document = `{` + vpContext + `,"type":["VerifiableCredential"],"issuer":"https://issuer.example","validFrom":"2025-01-01T00:00:00Z","validUntil":"2025-10-01T00:00:00Z",` +
		`"credentialSubject":{"id":"` + w.holder.DIDKey() + `","email":"alice@example.com"}}`
	p := &w.presentation
	p.Kind, p.Audience, p.Nonce, p.SignatureKey = verifier.BareToken, "", "", w.holder.Raw()
	return w
}

func (w *setWorld) judge(t testing.TB) verifier.Verdict {
	t.Helper()
	var proofs [3]string
	for i, key := range w.keys {
		var previous []string
		if i == 2 && w.chained {
			previous = proofs[:2]
		}
		proofs[i] = key.Prove(t, w.document, w.options[i], previous...)
	}
	var kept []string
	for _, i := range w.keep {
		kept = append(kept, proofs[i])
	}
	text := testvc.WithProofs(w.document, kept...)
	if w.late != nil {
		text = w.late(text)
	}
	w.presentation.Bytes = []byte(text)
	return w.world.judge(t)
}

func TestACredentialWithSeveralProofs(t *testing.T) {
	helper = t
	swap := func(i int, old, new string) func(w *setWorld) {
		return func(w *setWorld) { replace(&w.options[i], old, new) }
	}
	keep := func(which ...int) func(w *setWorld) { return func(w *setWorld) { w.keep = which } }
	late := func(old, new string) func(w *setWorld) {
		return func(w *setWorld) { w.late = func(s string) string { replace(&s, old, new); return s } }
	}
	for name, c := range map[string]struct {
		change func(w *setWorld)
		code   verifier.Code
	}{
		"three":                       {func(w *setWorld) {}, ""},
		"the last one first":          {keep(2, 0, 1), ""},
		"in an order that was not":    {keep(1, 0, 2), verifier.CodeBadSignature},
		"without what a later covers": {keep(0, 2), verifier.CodeMalformed},
		// Who takes away one of a set, or the last of a chain, has a credential that the others signed.
		"without the last of the chain": {keep(0, 1), ""},
		"one of a set":                  {keep(1), ""},
		"one in an array":               {func(w *setWorld) { w.keep = []int{0}; late(`"proof":{`, `"proof":[{`)(w); brackets(w) }, ""},
		"none":                          {keep(), verifier.CodeMalformed},
		"one twice":                     {keep(0, 1, 2, 0), verifier.CodeMalformed},
		"the second by a stranger":      {func(w *setWorld) { w.keys[1] = newES256() }, verifier.CodeBadSignature},
		"the last by a stranger":        {func(w *setWorld) { w.keys[2] = testvc.NewKey(helper, "ES384") }, verifier.CodeBadSignature},
		"the first by a stranger":       {func(w *setWorld) { w.keys[0] = testvc.NewKey(helper, "EdDSA") }, verifier.CodeBadSignature},
		"one by a key that is unknown":  {swap(1, "#b", "#x"), verifier.CodeUntrustedIssuer},
		"one by a URL without a key":    {swap(1, "https://issuer.example#b", "https://issuer.example#"), verifier.CodeUntrustedIssuer},
		"one by the issuer":             {swap(1, "https://issuer.example#b", "https://issuer.example"), verifier.CodeUntrustedIssuer},
		"one by another's key":          {swap(1, "https://issuer.example#b", "https://evil.example#b"), verifier.CodeUntrustedIssuer},
		"one by a notary": {func(w *setWorld) {
			w.keys[1] = newES256()
			replace(&w.options[1], "https://issuer.example#b", w.keys[1].DIDKey()+"#"+w.keys[1].Multikey())
		}, verifier.CodeUntrustedIssuer},
		"one under another's name": {swap(1, "#b", "#a"), verifier.CodeBadSignature},
		"a chain that covers none": {func(w *setWorld) { w.chained = false }, verifier.CodeBadSignature},
		"no chain": {func(w *setWorld) {
			w.chained = false
			replace(&w.options[2], `"previousProof":["urn:a","urn:b"],`, "")
		}, ""},
		"a chain that is not said to be one":  {swap(2, `"previousProof":["urn:a","urn:b"],`, ""), verifier.CodeBadSignature},
		"one to authenticate":                 {swap(1, "assertionMethod", "authentication"), verifier.CodeMalformed},
		"one of a suite on RDF":               {swap(1, "ecdsa-jcs-2019", "ecdsa-rdfc-2019"), verifier.CodeUnsupportedCredential},
		"one of a suite that is not known":    {swap(2, "ecdsa-jcs-2019", "x"), verifier.CodeUnsupportedCredential},
		"one of an algorithm that is refused": {func(w *setWorld) { w.trust.Policy.Algorithms = mustSet("Ed25519", "ECDSA-P256-SHA256") }, verifier.CodeAlgorithmNotAllowed},
		"one that has expired":                {swap(1, `"created"`, `"expires":"2025-03-01T00:00:00Z","created"`), verifier.CodeExpired},
		"one that is yet to be":               {swap(1, "2025-02-02", "2025-12-02"), verifier.CodeNotYetValid},
		"one for a domain":                    {swap(1, `"type"`, `"domain":"example.com","type"`), verifier.CodePopContext},
		"one in answer to a challenge":        {swap(1, `"type"`, `"challenge":"x","type"`), verifier.CodePopContext},
		"two for two domains": {func(w *setWorld) {
			swap(0, `"type"`, `"domain":"example.com","type"`)(w)
			swap(1, `"type"`, `"domain":"example.org","type"`)(w)
		}, verifier.CodeMalformed},
		"two for two challenges": {func(w *setWorld) {
			swap(0, `"type"`, `"challenge":"x","type"`)(w)
			swap(2, `"type"`, `"challenge":"y","type"`)(w)
		}, verifier.CodeMalformed},
		"a claim changed": {late("alice@", "bob@"), verifier.CodeBadSignature},
		"a time changed":  {late("2025-02-01", "2025-02-04"), verifier.CodeBadSignature},
		"a circle": {func(w *setWorld) {
			swap(0, `"type"`, `"previousProof":"urn:c","type"`)(w)
		}, verifier.CodeMalformed},
	} {
		w := newSetWorld(t)
		c.change(w)
		if v := w.judge(t); v.Code() != c.code || (v.Outcome() == verifier.Verified) != (c.code == "") {
			t.Errorf("%s: %s %s, want %s\n%s", name, v.Outcome(), v.Code(), c.code, v.AppendJSON(nil))
		}
	}
}

// brackets closes the array that was opened.
func brackets(w *setWorld) {
	open := w.late
	w.late = func(s string) string { return strings.TrimSuffix(open(s), "}") + "]}" }
}

// What is left of a set is no more than what the others signed: the bounds of the proof that is gone are gone.
func TestABoundOfAProofIsThatProofs(t *testing.T) {
	w := newSetWorld(t)
	replace(&w.options[1], `"created"`, `"expires":"2025-03-01T00:00:00Z","created"`)
	w.keep = []int{0}
	v := w.judge(t)
	id, ok := v.Identity()
	if !ok || id.NotAfter.Year() != 2025 || id.NotAfter.Month() != 9 || id.NotBefore.Day() != 1 {
		t.Errorf("%+v %s", id, v.AppendJSON(nil))
	}
	w = newSetWorld(t)
	if id, ok := w.judge(t).Identity(); !ok || id.NotBefore.Day() != 3 { // the last of the times they were made
		t.Errorf("%+v", id)
	}
}

// No answer but Valid to every question verifies.
func TestEveryProofOfASetCounts(t *testing.T) {
	w := newSetWorld(t)
	w.judge(t)
	everyAnswerCounts(t, "set", w.world, 3)
}

// An issuer that is its key: did:key of each curve, in a proof and for a JWT.
func TestAnIssuerThatIsACompressedKey(t *testing.T) {
	for i := range 3 {
		w := newSetWorld(t)
		key := w.keys[i]
		issuer := &w.trust.Authorities[0].Issuers[0]
		issuer.ID, issuer.Keys = key.DIDKey(), nil
		replace(&w.document, "https://issuer.example", key.DIDKey())
		w.keep = []int{i}
		w.chained = false
		replace(&w.options[2], `"previousProof":["urn:a","urn:b"],`, "")
		method := "https://issuer.example#" + string(rune('a'+i))
		replace(&w.options[i], method, key.DIDKey()+"#"+key.Multikey())
		if v := w.judge(t); v.Outcome() != verifier.Verified {
			t.Errorf("%s: %s", key.Alg, v.AppendJSON(nil))
		}
		other := testvc.NewKey(t, key.Alg)
		replace(&w.options[i], "#"+key.Multikey(), "#"+other.Multikey())
		if v := w.judge(t); v.Outcome() == verifier.Verified {
			t.Errorf("%s, another fragment: %s", key.Alg, v.AppendJSON(nil))
		}
		if _, err := verifier.New(verifier.Trust{Authorities: slices.Clone(w.trust.Authorities)}); err != nil {
			t.Error(err)
		}
		issuer.Keys = []byte(`{"keys":[` + other.JWK("") + `]}`)
		if _, err := verifier.New(w.trust); err == nil {
			t.Errorf("%s: keys beside an id that is one", key.Alg)
		}
	}
}
