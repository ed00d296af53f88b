package verifier_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

const (
	assertionHeader = `{"alg":"ES256","typ":"status-assertion+jwt","kid":"k1"}`
	assertionStatus = `{"status_assertion":{"credential_hash_alg":"sha-256"}}`
)

// An asserted is a world whose credential names status assertions, signed once so that they can be about it.
type asserted struct {
	*world
	jwt, payload string
}

func newAsserted(t *testing.T, change func(w *world)) *asserted {
	w := newWorld(t)
	replace(&w.payload, `{"status_list":{"idx":3,"uri":"`+listURI+`"}}`, assertionStatus)
	if change != nil {
		change(w)
	}
	a := &asserted{world: w, jwt: w.signer.Sign(t, w.header, w.payload)}
	a.payload = `{"iss":"https://issuer.example","iat":1749990000,"exp":1750080000,"credential_hash":"` + testvc.Hash(a.jwt) + `",` +
		`"credential_hash_alg":"sha-256","credential_status_validity":0,"cnf":{"jwk":` + w.holder.JWK("") + `}}`
	return a
}

func (a *asserted) assertion(t testing.TB, changes ...string) string {
	payload := a.payload
	for i := 0; i < len(changes); i += 2 {
		replace(&payload, changes[i], changes[i+1])
	}
	return a.issuer.Sign(t, assertionHeader, payload)
}

func (a *asserted) client(t testing.TB) *verifier.Verifier {
	t.Helper()
	v, err := verifier.New(a.trust)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// ask has a client judge the credential with these assertions and no others.
func (a *asserted) ask(t testing.TB, v *verifier.Verifier, at time.Time, assertions ...string) verifier.Verdict {
	t.Helper()
	bag := &verifier.Bag{}
	for _, text := range assertions {
		if err := bag.AddStatusAssertion([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	v.Use(bag)
	p := a.presentation
	p.Bytes = []byte(a.presented(t))
	plan := v.Plan(a.at, at, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}

func (a *asserted) presented(t testing.TB) string {
	text := testvc.SDJWT(a.jwt, a.disclosures...)
	return text + a.kbSigner.Sign(t, a.kbHeader, strings.ReplaceAll(a.kbPayload, "HASH", testvc.Hash(text)))
}

func TestAStatusAssertionMakesItsCredentialGood(t *testing.T) {
	a := newAsserted(t, nil)
	v := a.ask(t, a.client(t), a.at, a.assertion(t))
	f, ok := v.Freshness()
	if !ok || f.Source != verifier.SourceStatusAssertion || f.ThisUpdate.Unix() != 1749990000 || f.FreshUntil.Unix() != 1750079999 || f.NextUpdate != f.FreshUntil {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	a.trust.Authorities[0].MaxAge = 4 * time.Hour
	v = a.ask(t, a.client(t), a.at, a.assertion(t))
	if f, ok := v.Freshness(); !ok || f.FreshUntil.Unix() != 1749990000+4*3600 {
		t.Errorf("maxAge does not bound it: %s", v.AppendJSON(nil))
	}
	v = a.ask(t, a.client(t), a.at)
	want := []verifier.Missing{{Kind: verifier.MissingStatusAssertion, Name: testvc.Hash(a.jwt)}}
	if m := v.Missing(); v.Code() != verifier.CodeRevocationUnavailable || len(m) != 1 || m[0] != want[0] {
		t.Errorf("without one: %s", v.AppendJSON(nil))
	}
}

func TestStatusAssertionsThatAreNotGood(t *testing.T) {
	other := testvc.NewKey(t, "EdDSA")
	for _, c := range []struct {
		name   string
		change []string
		code   verifier.Code
	}{
		{"revoked", []string{`validity":0`, `validity":1`}, verifier.CodeRevoked},
		{"suspended", []string{`validity":0`, `validity":2`}, verifier.CodeSuspended},
		{"a value of the application", []string{`validity":0`, `validity":3`}, verifier.CodeNotCovered},
		{"expired by a second", []string{`1750080000`, `1750000000`}, verifier.CodeStaleRevocation},
		{"from the future", []string{`1749990000`, `1750000301`}, verifier.CodeClock},
		{"not to be used before the future", []string{`"exp"`, `"nbf":1750000301,"exp"`}, verifier.CodeClock},
		{"made before the credential", []string{`1749990000`, `1739999999`}, verifier.CodeRevocationUnavailable},
		{"for another key", []string{`"cnf":{"jwk":`, `"cnf":{"jwk":` + other.JWK("") + `},"of":{"jwk":`}, verifier.CodeRevocationUnavailable},
		{"of another credential", []string{`"credential_hash":"`, `"credential_hash":"` + testvc.Hash("another") + `","of":"`}, verifier.CodeRevocationUnavailable},
		{"of another issuer by its name", []string{`"iss":"https://issuer.example"`, `"iss":"https://other.example"`}, verifier.CodeRevocationUnavailable},
	} {
		a := newAsserted(t, nil)
		v := a.ask(t, a.client(t), a.at, a.assertion(t, c.change...))
		if v.Code() != c.code {
			t.Errorf("%s: %s, want %s", c.name, v.AppendJSON(nil), c.code)
		}
		r, ok := v.Revocation()
		if ok != (c.code == verifier.CodeRevoked || c.code == verifier.CodeSuspended) || ok && r.Reason != "unspecified" {
			t.Errorf("%s: revocation %+v", c.name, r)
		}
		// Beside a good one, what says nothing changes nothing, and what revokes counts.
		got := a.ask(t, a.client(t), a.at, a.assertion(t, c.change...), a.assertion(t)).Code()
		if ok && got != c.code || !ok && got != "" {
			t.Errorf("%s, beside a good one: %s", c.name, got)
		}
	}
	a := newAsserted(t, nil)
	for name, signer := range map[string]*testvc.Key{"anybody": testvc.NewKey(t, "ES256"), "its holder": a.holder} {
		header := strings.Replace(assertionHeader, "ES256", signer.Alg, 1)
		if v := a.ask(t, a.client(t), a.at, signer.Sign(t, header, a.payload)); v.Code() != verifier.CodeRevocationUnavailable {
			t.Errorf("signed by %s: %s", name, v.AppendJSON(nil))
		}
	}
	for name, header := range map[string]string{
		"none":  `{"alg":"none","typ":"status-assertion+jwt"}`,
		"a MAC": `{"alg":"HS256","typ":"status-assertion+jwt"}`,
	} {
		if (&verifier.Bag{}).AddStatusAssertion([]byte(a.issuer.Sign(t, header, a.payload))) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestAnOlderStatusAssertionIsARollback(t *testing.T) {
	a := newAsserted(t, nil)
	v := a.client(t)
	revoked := a.assertion(t, `1749990000`, `1749995000`, `validity":0`, `validity":1`)
	for i, c := range []struct {
		assertions []string
		code       verifier.Code
	}{
		{[]string{a.assertion(t)}, ""},
		{[]string{revoked, a.assertion(t)}, verifier.CodeRevoked},
		{[]string{a.assertion(t), revoked}, verifier.CodeRevoked},
		{[]string{a.assertion(t)}, verifier.CodeRollback},
	} {
		if got := a.ask(t, v, a.at, c.assertions...); got.Code() != c.code {
			t.Errorf("%d: %s, want %s", i, got.AppendJSON(nil), c.code)
		}
	}
	restarted := a.client(t)
	if err := restarted.RestoreState(v.State(nil)); err != nil {
		t.Fatal(err)
	}
	if got := a.ask(t, restarted, a.at, a.assertion(t)); got.Code() != verifier.CodeRollback {
		t.Errorf("after a restart: %s", got.AppendJSON(nil))
	}
}

func TestHowACredentialNamesStatusAssertions(t *testing.T) {
	for _, c := range []struct {
		name, status  string
		with, without verifier.Code
	}{
		{"by no claim at all", ``, "", verifier.CodeNotCovered},
		{"with another hash", `{"status_assertion":{"credential_hash_alg":"sha-512"}}`, verifier.CodeNotCovered, verifier.CodeNotCovered},
		{"beside a list, of which both must be good", `{"status_assertion":{"credential_hash_alg":"sha-256"},"status_list":{"idx":3,"uri":"` + listURI + `"}}`,
			verifier.CodeRevocationUnavailable, verifier.CodeRevocationUnavailable},
		{"beside what is not known", `{"status_assertion":{"credential_hash_alg":"sha-256"},"oracle":{}}`, verifier.CodeNotCovered, verifier.CodeNotCovered},
		{"without the algorithm", `{"status_assertion":{}}`, verifier.CodeMalformed, verifier.CodeMalformed},
	} {
		a := newAsserted(t, func(w *world) {
			if c.status == "" {
				replace(&w.payload, `,"status":`+assertionStatus, ``)
			} else {
				replace(&w.payload, assertionStatus, c.status)
			}
		})
		if v := a.ask(t, a.client(t), a.at, a.assertion(t)); v.Code() != c.with {
			t.Errorf("%s: %s, want %s", c.name, v.AppendJSON(nil), c.with)
		}
		if v := a.ask(t, a.client(t), a.at); v.Code() != c.without {
			t.Errorf("%s, without one: %s, want %s", c.name, v.AppendJSON(nil), c.without)
		}
		if c.with == verifier.CodeMalformed {
			continue
		}
		if v := a.ask(t, a.client(t), a.at, a.assertion(t, `validity":0`, `validity":1`)); v.Code() != verifier.CodeRevoked {
			t.Errorf("%s, revoked: %s", c.name, v.AppendJSON(nil))
		}
	}
}

// An assertion by certificate has a path of its own to the authority's anchor, on which everything must hold that must for
// the credential's. However short an issuer's certificate lives, its status must be known.
func TestStatusAssertionsByCertificate(t *testing.T) {
	stranger := testca.New(testca.Options{NoStatus: true, Seed: "stranger"})
	type signer struct {
		ca  *testca.Authority
		der []byte
		key *testvc.Key
	}
	for _, c := range []struct {
		name    string
		change  func(w *caWorld, by *signer)
		revoked bool // the certificate of who signed the assertion
		noCRLs  bool
		code    verifier.Code
	}{
		{"the issuer's own certificate", nil, false, false, ""},
		{"another certificate of the issuer", func(w *caWorld, by *signer) {
			key := testca.NewKey(testca.P256, "another")
			leaf := w.leaf
			leaf.Key = key.Public()
			by.key, by.der = testvc.KeyOf("ES256", key.Signer), w.ca.Issue(leaf)
		}, false, false, ""},
		{"another certificate of the issuer, which is revoked", func(w *caWorld, by *signer) {
			key := testca.NewKey(testca.P256, "another")
			leaf := w.leaf
			leaf.Key = key.Public()
			by.key, by.der = testvc.KeyOf("ES256", key.Signer), w.ca.Issue(leaf)
		}, true, false, verifier.CodeRevocationUnavailable},
		{"a certificate of a stranger", func(w *caWorld, by *signer) {
			by.ca, by.der = stranger, stranger.Issue(w.leaf)
		}, false, false, verifier.CodeRevocationUnavailable},
		{"a certificate of somebody else", func(w *caWorld, by *signer) {
			leaf := w.leaf
			leaf.Extensions = []testca.Ext{testca.KeyUsage(testca.DigitalSignature), testca.SAN(testca.URI("https://other.example"))}
			by.der = w.ca.Issue(leaf)
		}, false, false, verifier.CodeRevocationUnavailable},
		{"nothing is known of the certificates, which live for a short time", func(w *caWorld, _ *signer) {
			w.trust.Authorities[0].ShortLived = 99 * 366 * 24 * time.Hour
		}, false, true, verifier.CodeRevocationUnavailable},
	} {
		w := newCAWorld(t)
		w.trust.Authorities[0].Status = verifier.StatusRequired
		by := &signer{w.ca, w.ca.Issue(w.leaf), w.issuer}
		if c.change != nil {
			c.change(w, by)
		}
		chain := func(der []byte, ca *testca.Authority) string {
			return `"x5c":["` + base64.StdEncoding.EncodeToString(der) + `","` + base64.StdEncoding.EncodeToString(ca.Intermediate.DER) + `"]`
		}
		replace(&w.payload, `{"status_list":{"idx":3,"uri":"`+listURI+`"}}`, assertionStatus)
		jwt := w.issuer.Sign(t, strings.Replace(w.header, `"kid":"k1"`, chain(w.ca.Issue(w.leaf), w.ca), 1), w.payload)
		payload := `{"iss":"https://issuer.example","iat":1795435190,"exp":1795500000,"credential_hash":"` + testvc.Hash(jwt) + `",` +
			`"credential_hash_alg":"sha-256","credential_status_validity":0,"cnf":{"jwk":` + w.holder.JWK("") + `}}`
		text := testvc.SDJWT(jwt, w.disclosures...)
		text += w.kbSigner.Sign(t, w.kbHeader, strings.ReplaceAll(w.kbPayload, "HASH", testvc.Hash(text)))
		bag := &verifier.Bag{}
		err := bag.AddStatusAssertion([]byte(by.key.Sign(t, strings.Replace(assertionHeader, `"kid":"k1"`, chain(by.der, by.ca), 1), payload)))
		var revoked testcrl.List
		if c.revoked {
			revoked.Entries = []testcrl.Entry{testcrl.Revoke(by.der)}
		}
		if !c.noCRLs {
			err = errors.Join(err, bag.AddCRL(testcrl.Issue(w.ca.Root, testcrl.List{})), bag.AddCRL(testcrl.Issue(w.ca.Intermediate, revoked)))
		}
		if err != nil {
			t.Fatal(err)
		}
		v, err := verifier.New(w.trust)
		if err != nil {
			t.Fatal(err)
		}
		v.Use(bag)
		p := w.presentation
		p.Bytes = []byte(text)
		plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
		if got := plan.Conclude(native.Run(plan.Checks()))[0]; got.Code() != c.code {
			t.Errorf("%s: %s, want %s", c.name, got.AppendJSON(nil), c.code)
		}
	}
}
