package verifier_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Forms that issuers and wallets write, and their neighbours that must not pass for them.

func TestACredentialThatNamesNoIssuerIsItsCertificates(t *testing.T) {
	second := func(c *caWorld) *verifier.Issuer {
		list := &c.trust.Authorities[0].Issuers
		*list = append(*list, (*list)[0])
		return &(*list)[1]
	}
	for name, test := range map[string]struct {
		change func(c *caWorld)
		code   verifier.Code
	}{
		"the certificate names a configured issuer": {func(c *caWorld) {}, ""},
		"by its host":                   {func(c *caWorld) { c.leaf.Set(testca.SAN(testca.DNS("issuer.example"))) }, ""},
		"the certificate names another": {func(c *caWorld) { c.leaf.Set(testca.SAN(testca.URI("https://other.example"))) }, verifier.CodeUntrustedIssuer},
		"the certificate names two": {func(c *caWorld) {
			second(c).ID = "https://second.example"
			c.leaf.Set(testca.SAN(testca.URI("https://issuer.example"), testca.URI("https://second.example")))
		}, verifier.CodeUntrustedIssuer},
		"one issuer of two is named": {func(c *caWorld) { second(c).ID = "https://second.example" }, ""},
		"a path to another root": {func(c *caWorld) {
			c.trust.Authorities[0].Anchors = [][]byte{testca.New(testca.Options{Seed: "other"}).Root.DER}
		}, verifier.CodeUntrustedIssuer},
		"signed by another key than the leaf": {func(c *caWorld) { c.signer = newES256() }, verifier.CodeBadSignature},
		"iss that is empty":                   {func(c *caWorld) { replace(&c.payload, `"vct"`, `"iss":"","vct"`) }, verifier.CodeMalformed},
		"the named issuer has keys and takes no x5c": {func(c *caWorld) {
			i := &c.trust.Authorities[0].Issuers[0]
			i.X5C, i.Keys = false, []byte(`{"keys":[`+c.issuer.JWK("")+`]}`)
		}, verifier.CodeUntrustedIssuer},
	} {
		helper = t
		c := newCAWorld(t)
		replace(&c.payload, `"iss":"https://issuer.example",`, ``)
		test.change(c)
		if v := c.judge(t); v.Code() != test.code {
			t.Errorf("%s: %s\n%s", name, v.Code(), v.AppendJSON(nil))
		}
	}
}

// A list without iss is that of whom its certificate names, within the authority.
func TestAStatusListIsThatOfWhomItsCertificateNames(t *testing.T) {
	x5c := func(c *caWorld, leaf testca.Cert) string {
		var out []string
		for _, der := range [][]byte{c.ca.Intermediate.Issue(leaf), c.ca.Intermediate.DER} {
			out = append(out, base64.StdEncoding.EncodeToString(der))
		}
		return `"x5c":["` + strings.Join(out, `","`) + `"]`
	}
	for name, test := range map[string]struct {
		change func(c *caWorld, lister *testca.Cert)
		code   verifier.Code
	}{
		"another issuer of the authority": {func(*caWorld, *testca.Cert) {}, ""},
		"an issuer that is not configured": {func(c *caWorld, l *testca.Cert) {
			l.Set(testca.SAN(testca.URI("https://evil.example")))
		}, verifier.CodeRevocationUnavailable},
		"an issuer of another authority": {func(c *caWorld, l *testca.Cert) {
			a := &c.trust.Authorities[0]
			lists := verifier.Authority{ID: "lists", Scope: a.Scope, Anchors: [][]byte{testca.New(testca.Options{Seed: "other"}).Root.DER}, Issuers: a.Issuers[1:]}
			a.Issuers = a.Issuers[:1]
			c.trust.Authorities = append(c.trust.Authorities, lists)
		}, verifier.CodeRevocationUnavailable},
		"iss of the credential's issuer": {func(c *caWorld, l *testca.Cert) {
			replace(&c.listPayload, `"iat"`, `"iss":"https://issuer.example","iat"`)
		}, verifier.CodeRevocationUnavailable},
		"a certificate that has expired": {func(c *caWorld, l *testca.Cert) { l.NotAfter = testca.At.Add(-time.Second) }, verifier.CodeRevocationUnavailable},
	} {
		c := newCAWorld(t)
		a := &c.trust.Authorities[0]
		a.Status = verifier.StatusRequired
		a.Issuers = append(a.Issuers, verifier.Issuer{ID: "https://lists.example", X5C: true})
		key := testca.NewKey(testca.P256, "list issuer")
		lister := c.leaf
		lister.Key = key.Public()
		lister.Extensions = slices.Clone(c.leaf.Extensions)
		lister.Set(testca.SAN(testca.URI("https://lists.example")))
		test.change(c, &lister)
		c.header = strings.Replace(c.header, `"kid":"k1"`, x5c(c, c.leaf), 1)
		list := testvc.KeyOf("ES256", key.Signer).Sign(t, strings.Replace(c.listHeader, `"kid":"k1"`, x5c(c, lister), 1), c.listPayload)
		v, err := verifier.New(c.trust)
		if err != nil {
			t.Fatal(err)
		}
		var bag verifier.Bag
		for _, err := range []error{bag.AddStatusList([]byte(list)), bag.AddCRL(testcrl.Issue(c.ca.Root, testcrl.List{})), bag.AddCRL(testcrl.Issue(c.ca.Intermediate, testcrl.List{}))} {
			if err != nil {
				t.Fatal(err)
			}
		}
		v.Use(&bag)
		c.presentation.Bytes = []byte(c.token(t))
		plan := v.Plan(c.at, c.at, []verifier.Presentation{c.presentation})
		if v := plan.Conclude(native.Run(plan.Checks()))[0]; v.Code() != test.code {
			t.Errorf("%s: %s\n%s", name, v.Code(), v.AppendJSON(nil))
		}
	}
}

func TestAnIssuerWithoutAnIdIsThatOfCredentialsWithoutOne(t *testing.T) {
	helper = t
	w := newWorld(t)
	w.trust.Authorities[0].Issuers[0].ID = ""
	if v := w.judge(t); v.Code() != verifier.CodeUntrustedIssuer {
		t.Errorf("a credential that names its issuer: %s", v.AppendJSON(nil))
	}
	replace(&w.payload, `"iss":"https://issuer.example",`, ``)
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	w.signer = newES256()
	if v := w.judge(t); v.Code() != verifier.CodeBadSignature {
		t.Errorf("signed by another: %s", v.AppendJSON(nil))
	}
}

func TestAnIssuerIsComparedByteForByteWhateverItsForm(t *testing.T) {
	for _, id := range []string{"http://issuer.example/1", "https://issuer.example/", "https://localhost:8443/a", "issuer-1"} {
		w := newWorld(t)
		w.trust.Authorities[0].Issuers[0].ID = id
		if v := w.judge(t); v.Code() != verifier.CodeUntrustedIssuer {
			t.Errorf("%s for https://issuer.example: %s", id, v.AppendJSON(nil))
		}
		replace(&w.payload, `"https://issuer.example"`, `"`+id+`"`)
		if v := w.judge(t); v.Outcome() != verifier.Verified {
			t.Errorf("%s: %s", id, v.AppendJSON(nil))
		}
	}
}

// kid is a hint among the keys that are configured. Of an issuer with a DID it is not one of another DID.
func TestAKidThatIsADIDURL(t *testing.T) {
	for _, test := range []struct {
		id, kid, configured string
		code                verifier.Code
	}{
		{"https://issuer.example", "did:web:issuer.example#1", "", ""},
		{"https://issuer.example", "did:web:issuer.example#1", "did:web:issuer.example#1", ""},
		{"https://issuer.example", "did:web:issuer.example#1", "1", verifier.CodeUntrustedIssuer},
		{"did:web:issuer.example", "did:web:issuer.example#1", "1", ""},
		{"did:web:issuer.example", "did:web:evil.example#1", "", verifier.CodeUntrustedIssuer},
	} {
		w := newWorld(t)
		more := ""
		if test.configured != "" {
			more = `,"kid":"` + test.configured + `"`
		}
		i := &w.trust.Authorities[0].Issuers[0]
		i.ID, i.Keys = test.id, []byte(`{"keys":[`+w.issuer.JWK(more)+`]}`)
		replace(&w.payload, "https://issuer.example", test.id)
		replace(&w.header, "k1", test.kid)
		w.listHeader = strings.Replace(w.listHeader, "k1", test.kid, 1)
		if v := w.judge(t); v.Code() != test.code {
			t.Errorf("%+v: %s", test, v.AppendJSON(nil))
		}
	}
}

func TestTypesOfAnSDJWT(t *testing.T) {
	for typ, vct := range map[string][2]verifier.Code{
		"dc+sd-jwt": {"", verifier.CodeMalformed}, "vc+sd-jwt": {"", verifier.CodeMalformed}, "example+sd-jwt": {"", ""},
		"JWT": {verifier.CodeCredentialTypeNotAllowed, ""}, "sd+jwt": {verifier.CodeCredentialTypeNotAllowed, ""}, "sd-jwt": {verifier.CodeCredentialTypeNotAllowed, ""},
		"kb+jwt":         {verifier.CodeCredentialTypeNotAllowed, verifier.CodeCredentialTypeNotAllowed},
		"statuslist+jwt": {verifier.CodeCredentialTypeNotAllowed, verifier.CodeCredentialTypeNotAllowed},
		"at+jwt":         {verifier.CodeCredentialTypeNotAllowed, verifier.CodeCredentialTypeNotAllowed},
	} {
		w := newWorld(t)
		replace(&w.header, "dc+sd-jwt", typ)
		if v := w.judge(t); v.Code() != vct[0] {
			t.Errorf("%s with vct: %s", typ, v.AppendJSON(nil))
		}
		replace(&w.payload, `"vct"`, `"xvct"`)
		if v := w.judge(t); v.Code() != vct[1] {
			t.Errorf("%s without vct: %s", typ, v.AppendJSON(nil))
		}
	}
}

func TestACredentialBoundByAKidThatIsTheKey(t *testing.T) {
	for name, test := range map[string]struct {
		kid  func(w *world) string
		code verifier.Code
	}{
		"a did:jwk":                      {func(w *world) string { return w.holder.DID() }, ""},
		"its only verification method":   {func(w *world) string { return w.holder.DID() + "#0" }, ""},
		"another fragment":               {func(w *world) string { return w.holder.DID() + "#1" }, verifier.CodeNoKeyBinding},
		"the key of somebody else":       {func(w *world) string { return w.other.DID() + "#0" }, verifier.CodeBadSignature},
		"a DID that has to be resolved":  {func(w *world) string { return "did:web:holder.example#0" }, verifier.CodeNoKeyBinding},
		"a URL":                          {func(w *world) string { return "https://holder.example/key" }, verifier.CodeNoKeyBinding},
		"the text of a JWK and no DID":   {func(w *world) string { return strings.TrimPrefix(w.holder.DID(), "did:jwk:") }, verifier.CodeNoKeyBinding},
		"a did:jwk that is a secret key": {func(w *world) string { return "did:jwk:" + testvc.Encode([]byte(w.holder.JWK(`,"d":"AA"`))) }, verifier.CodeNoKeyBinding},
	} {
		w := newWorld(t)
		replace(&w.payload, `{"jwk":`+w.holder.JWK("")+`}`, `{"kid":"`+test.kid(w)+`"}`)
		if v := w.judge(t); v.Code() != test.code {
			t.Errorf("%s: %s", name, v.AppendJSON(nil))
		}
	}
}

// Whoever asks for nobody learns whether the issuer's part is good. Who asks for a holder, or is shown a proof, gets none.
func TestAHolderOfAnUnknownKindMattersOnlyToWhoAsksForOne(t *testing.T) {
	helper = t
	const curve = `{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}`
	path := verifier.Presentation{Kind: verifier.BareToken, PathOnly: true}
	for name, test := range map[string]struct {
		change func(w *world)
		code   verifier.Code
	}{
		"by itself":    {func(w *world) { w.noProof, w.presentation = true, path }, ""},
		"with a proof": {func(w *world) { w.presentation = path }, verifier.CodeNoKeyBinding},
		"with a holder's key": {func(w *world) {
			w.noProof, w.presentation = true, path
			w.presentation.SignatureKey = w.holder.Raw()
		}, verifier.CodeNoKeyBinding},
		"with a key elsewhere": {func(w *world) {
			w.noProof, w.presentation = true, path
			replace(&w.payload, `{"jwk":`+curve+`}`, `{"kid":"did:web:holder.example#0"}`)
		}, ""},
		"with a secret did:jwk": {func(w *world) {
			w.noProof, w.presentation = true, path
			replace(&w.payload, `{"jwk":`+curve+`}`, `{"kid":"did:jwk:`+testvc.Encode([]byte(w.holder.JWK(`,"d":"AA"`)))+`"}`)
		}, verifier.CodeNoKeyBinding},
		"with a did:key that is malformed": {func(w *world) {
			w.noProof, w.presentation = true, path
			replace(&w.payload, `{"jwk":`+curve+`}`, `{"kid":"did:key:z1"}`)
		}, verifier.CodeNoKeyBinding},
		"with two keys": {func(w *world) {
			w.noProof, w.presentation = true, path
			replace(&w.payload, `{"jwk":`+curve+`}`, `{"jwk":`+w.other.JWK("")+`},"sub":"`+w.holder.DID()+`"`)
		}, verifier.CodeNoKeyBinding},
		"as a token": {func(w *world) { w.presentation.Expected, w.presentation.PathOnly = nil, true }, verifier.CodeNoKeyBinding},
		"with a secret key": {func(w *world) {
			w.noProof, w.presentation = true, path
			replace(&w.payload, curve, w.holder.JWK(`,"d":"AA"`))
		}, verifier.CodeNoKeyBinding},
		"signed by another": {func(w *world) { w.noProof, w.presentation, w.signer = true, path, newES256() }, verifier.CodeBadSignature},
	} {
		w := newWorld(t)
		replace(&w.payload, w.holder.JWK(""), curve)
		test.change(w)
		if v := w.judge(t); v.Code() != test.code {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), test.code, v.AppendJSON(nil))
		}
	}
}

func TestAnIssuersObjectInAJWTVCMayLeaveOutItsId(t *testing.T) {
	helper = t
	w := newWorld(t)
	path := verifier.Presentation{Kind: verifier.BareToken, PathOnly: true}
	w.trust.Authorities[0].Status = verifier.StatusUncheckedUnsafe
	for name, test := range map[string]struct {
		issuer, iss string
		code        verifier.Code
	}{
		"an object without id":     {`{"name":"Example"}`, "https://issuer.example", ""},
		"an object with the id":    {`{"id":"https://issuer.example"}`, "https://issuer.example", ""},
		"an object with another":   {`{"id":"https://evil.example"}`, "https://issuer.example", verifier.CodeMalformed},
		"an object with a null":    {`{"id":null}`, "https://issuer.example", verifier.CodeMalformed},
		"a text of no characters":  {`""`, "https://issuer.example", verifier.CodeMalformed},
		"an array":                 {`["https://issuer.example"]`, "https://issuer.example", verifier.CodeMalformed},
		"an object, of an unknown": {`{"name":"Example"}`, "https://evil.example", verifier.CodeUntrustedIssuer},
	} {
		path.Bytes = []byte(w.issuer.Sign(t, `{"alg":"ES256","typ":"JWT"}`, `{"iss":"`+test.iss+`","nbf":1740000000,"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],`+
			`"type":["VerifiableCredential"],"issuer":`+test.issuer+`,"credentialSubject":{}}}`))
		if v := judgeOne(t, w.trust, w.at, path); v.Code() != test.code {
			t.Errorf("%s: %s\n%s", name, v.Code(), v.AppendJSON(nil))
		}
	}
}
