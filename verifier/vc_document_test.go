package verifier_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A keysWorld is a good presentation whose issuer's keys stand in a document.
type keysWorld struct {
	*world
	v       *verifier.Verifier // made by the first judge, and kept
	id, url string
	fetched time.Time
	extra   [][]byte // issuer documents of the bag
	crls    [][]byte // and CRLs
	ocsp    [][]byte // and OCSP responses
	answers func([]signature.Answer)
}

const metadataURL = "https://issuer.example/.well-known/jwt-vc-issuer"

func newKeysWorld(t testing.TB, document verifier.KeyDocument) *keysWorld {
	helper = t
	w := &keysWorld{world: newWorld(t), id: "https://issuer.example", url: metadataURL}
	w.fetched = w.at.Add(-time.Hour)
	i := &w.trust.Authorities[0].Issuers[0]
	i.Keys, i.Document = nil, document
	return w
}

// rename gives the issuer another id.
func (w *keysWorld) rename(id, url string) {
	for _, s := range []*string{&w.payload, &w.listPayload} {
		*s = strings.ReplaceAll(*s, `"iss":"`+w.id+`"`, `"iss":"`+id+`"`)
	}
	w.trust.Authorities[0].Issuers[0].ID = id
	w.id, w.url = id, url
}

func (w *keysWorld) verifier(t testing.TB) *verifier.Verifier {
	t.Helper()
	if w.v == nil {
		var err error
		if w.v, err = verifier.New(w.trust); err != nil {
			t.Fatal(err)
		}
	}
	return w.v
}

func (w *keysWorld) set(t testing.TB, document string) error {
	t.Helper()
	return w.verifier(t).SetFetchedDocument(w.id, w.url, []byte(document), w.fetched)
}

func (w *keysWorld) judge(t testing.TB) verifier.Verdict {
	t.Helper()
	v := w.verifier(t)
	bag := &verifier.Bag{}
	if err := bag.AddStatusList([]byte(w.listSigner.Sign(t, w.listHeader, w.listPayload))); err != nil {
		t.Fatal(err)
	}
	for _, d := range w.extra {
		if err := bag.AddIssuerDocument(d); err != nil {
			t.Fatal(err)
		}
	}
	for _, der := range w.crls {
		if err := bag.AddCRL(der); err != nil {
			t.Fatal(err)
		}
	}
	for _, der := range w.ocsp {
		if err := bag.AddOCSP(der); err != nil {
			t.Fatal(err)
		}
	}
	v.Use(bag)
	p := w.presentation
	p.Bytes = []byte(w.token(t))
	shown.token = p.Bytes
	plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
	answers := native.Run(plan.Checks())
	if w.answers != nil {
		w.answers(answers)
	}
	return plan.Conclude(answers)[0]
}

func (w *keysWorld) metadata() string {
	return `{"issuer":"https://issuer.example","jwks":{"keys":[` + w.issuer.JWK(`,"kid":"k1"`) + `]}}`
}

func passed(v verifier.Verdict, check string) bool {
	for _, f := range v.Findings() {
		if f.Check.String() == check {
			return f.Result == verifier.Passed
		}
	}
	return false
}

func wants(v verifier.Verdict, url string) bool {
	m := v.Missing()
	return len(m) > 0 && m[0] == verifier.Missing{Kind: verifier.MissingIssuerDocument, Name: url}
}

func TestKeysOfIssuerMetadata(t *testing.T) {
	w := newKeysWorld(t, verifier.IssuerMetadata)
	if v := w.judge(t); v.Outcome() != verifier.Undetermined || v.Code() != verifier.CodeIssuerKeysUnavailable || !wants(v, metadataURL) {
		t.Fatalf("without: %s", v.AppendJSON(nil))
	}
	if err := w.set(t, w.metadata()); err != nil {
		t.Fatal(err)
	}
	v := w.judge(t)
	if v.Outcome() != verifier.Verified || !passed(v, "KEY-1") || passed(v, "KEY-2") {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	if f, _ := v.Freshness(); !f.FreshUntil.Equal(w.fetched.Add(24*time.Hour)) && !f.FreshUntil.Equal(time.Unix(1749990000+86400, 0)) {
		t.Errorf("fresh until %v", f.FreshUntil)
	}
	for age, code := range map[time.Duration]verifier.Code{
		24 * time.Hour: "", 24*time.Hour + time.Second: verifier.CodeStaleIssuerKeys, 1e5 * time.Hour: verifier.CodeStaleIssuerKeys,
		0: "", -5 * time.Minute: "", -5*time.Minute - time.Second: verifier.CodeClock,
	} {
		w.fetched = w.at.Add(-age)
		if err := w.set(t, w.metadata()); err != nil {
			t.Fatal(err)
		}
		v := w.judge(t)
		if v.Code() != code || (code == "") != (v.Outcome() == verifier.Verified) || code != "" && (v.Outcome() != verifier.Undetermined || !wants(v, metadataURL)) {
			t.Errorf("%v old: %s", age, v.AppendJSON(nil))
		}
	}
	w.fetched = time.Time{}
	if err := w.set(t, w.metadata()); err != nil {
		t.Fatal(err)
	}
	if v := w.judge(t); v.Code() != verifier.CodeStaleIssuerKeys {
		t.Errorf("fetched at no time: %s", v.AppendJSON(nil))
	}
}

func TestMaxAgeOfADocumentIsConfigured(t *testing.T) {
	w := newKeysWorld(t, verifier.IssuerMetadata)
	w.trust.Authorities[0].Issuers[0].MaxAge = 30 * time.Minute
	if err := w.set(t, w.metadata()); err != nil {
		t.Fatal(err)
	}
	if v := w.judge(t); v.Code() != verifier.CodeStaleIssuerKeys {
		t.Errorf("an hour old: %s", v.AppendJSON(nil))
	}
	w.fetched = w.at.Add(-30 * time.Minute)
	if err := w.set(t, w.metadata()); err != nil {
		t.Fatal(err)
	}
	v := w.judge(t)
	if v.Outcome() != verifier.Verified {
		t.Errorf("half an hour old: %s", v.AppendJSON(nil))
	}
	if f, _ := v.Freshness(); !f.FreshUntil.Equal(w.at) {
		t.Errorf("fresh until %v, when the keys are too old", f.FreshUntil)
	}
}

func TestAnIssuersMetadataThatIsRefused(t *testing.T) {
	w := newKeysWorld(t, verifier.IssuerMetadata)
	good := w.metadata()
	jwks := `"jwks":{"keys":[` + w.issuer.JWK(`,"kid":"k1"`) + `]}`
	if err := w.set(t, good); err != nil {
		t.Fatal(err)
	}
	for name, document := range map[string]string{
		"of another issuer":           strings.Replace(good, "issuer.example", "issuer.example.net", 1),
		"of the issuer with a slash":  strings.Replace(good, "issuer.example", "issuer.example/", 1),
		"no issuer":                   `{` + jwks + `}`,
		"both jwks and jwks_uri":      strings.Replace(good, `"jwks"`, `"jwks_uri":"https://issuer.example/jwks","jwks"`, 1),
		"neither":                     `{"issuer":"https://issuer.example"}`,
		"jwks_uri without TLS":        `{"issuer":"https://issuer.example","jwks_uri":"http://issuer.example/jwks"}`,
		"jwks_uri with a user":        `{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example@evil.example/jwks"}`,
		"jwks_uri of an address":      `{"issuer":"https://issuer.example","jwks_uri":"https://127.0.0.1/jwks"}`,
		"jwks_uri with a fragment":    `{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/jwks#1"}`,
		"a key for encryption alone":  strings.Replace(good, `"kid"`, `"use":"enc","kid"`, 1),
		"a private key":               strings.Replace(good, `"kid"`, `"d":"AAAA","kid"`, 1),
		"no keys":                     `{"issuer":"https://issuer.example","jwks":{"keys":[]}}`,
		"two members of one name":     strings.Replace(good, `{"issuer"`, `{"issuer":"https://issuer.example","issuer"`, 1),
		"not JSON":                    good + "x",
		"a JWK Set in its place":      `{` + jwks[8:] + ``,
		"a signed document in it":     w.issuer.Sign(t, `{"alg":"ES256"}`, good),
		"nothing":                     ``,
		"more than the largest of it": good + strings.Repeat(" ", 1<<20),
	} {
		if err := w.set(t, document); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// And the one before stays in use.
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	if err := w.verifier(t).SetFetchedDocument(w.id, "https://evil.example/.well-known/jwt-vc-issuer", []byte(good), w.fetched); !errors.Is(err, verifier.ErrUnwanted) {
		t.Errorf("of another URL: %v", err)
	}
	if err := w.verifier(t).SetFetchedDocument("https://other.example", w.url, []byte(good), w.fetched); !errors.Is(err, verifier.ErrUnwanted) {
		t.Errorf("of another issuer: %v", err)
	}
	configured, err := verifier.New(newWorld(t).trust)
	if err != nil {
		t.Fatal(err)
	}
	if err := configured.SetFetchedDocument(w.id, w.url, []byte(good), w.fetched); !errors.Is(err, verifier.ErrUnwanted) {
		t.Errorf("of an issuer with configured keys: %v", err)
	}
}

func TestKeysThatMetadataLinksTo(t *testing.T) {
	w := newKeysWorld(t, verifier.IssuerMetadata)
	const jwksURL = "https://keys.example/jwks.json"
	keys := []byte(`{"keys":[` + w.issuer.JWK(`,"kid":"k1"`) + `]}`)
	if err := w.verifier(t).SetFetchedDocument(w.id, jwksURL, keys, w.fetched); !errors.Is(err, verifier.ErrUnwanted) {
		t.Errorf("before it is linked to: %v", err)
	}
	if err := w.set(t, `{"issuer":"https://issuer.example","jwks_uri":"`+jwksURL+`"}`); err != nil {
		t.Fatal(err)
	}
	if v := w.judge(t); v.Code() != verifier.CodeIssuerKeysUnavailable || !wants(v, jwksURL) {
		t.Fatalf("without: %s", v.AppendJSON(nil))
	}
	if err := w.verifier(t).SetFetchedDocument(w.id, jwksURL, []byte(w.metadata()), w.fetched); err == nil {
		t.Error("metadata where a JWK Set must be: accepted")
	}
	if err := w.verifier(t).SetFetchedDocument(w.id, jwksURL, keys, w.fetched); err != nil {
		t.Fatal(err)
	}
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	// Metadata that links elsewhere leaves the keys of before behind.
	if err := w.set(t, `{"issuer":"https://issuer.example","jwks_uri":"https://keys.example/new.json"}`); err != nil {
		t.Fatal(err)
	}
	if v := w.judge(t); v.Outcome() != verifier.Undetermined || !wants(v, "https://keys.example/new.json") {
		t.Errorf("linked elsewhere: %s", v.AppendJSON(nil))
	}
	// Each of the two has its own age.
	if err := w.set(t, `{"issuer":"https://issuer.example","jwks_uri":"`+jwksURL+`"}`); err != nil {
		t.Fatal(err)
	}
	if err := w.verifier(t).SetFetchedDocument(w.id, jwksURL, keys, w.at.Add(-25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if v := w.judge(t); v.Code() != verifier.CodeStaleIssuerKeys || !wants(v, jwksURL) {
		t.Errorf("old keys: %s", v.AppendJSON(nil))
	}
}

// Whoever brings documents has no say about those that only TLS vouches for.
func TestWhatIsNotSignedIsRefusedInABag(t *testing.T) {
	w := newKeysWorld(t, verifier.IssuerMetadata)
	did, err := json.Marshal(testvc.Document("did:web:issuer.example", map[string]*testvc.Key{"k1": w.issuer}))
	if err != nil {
		t.Fatal(err)
	}
	for name, document := range map[string]string{
		"metadata": w.metadata(), "a JWK Set": `{"keys":[` + w.issuer.JWK("") + `]}`, "a did:web document": string(did),
		"metadata that is signed by whomever": w.other.Sign(t, `{"alg":"EdDSA","typ":"jwks+jwt"}`, w.metadata()), "nothing": "",
	} {
		if err := (&verifier.Bag{}).AddIssuerDocument([]byte(document)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// 50: whom a credential names, and where it points to, is asked for nowhere.
func TestMissingNamesNoAddressOfTheCredential(t *testing.T) {
	w := newKeysWorld(t, verifier.IssuerMetadata)
	w.header = `{"alg":"ES256","typ":"dc+sd-jwt","kid":"https://evil.example/k","jku":"https://evil.example/jwks","x5u":"https://evil.example/x5u"}`
	if v := w.judge(t); len(v.Missing()) != 1 || !wants(v, metadataURL) {
		t.Errorf("%v", v.Missing())
	}
	w.payload = strings.Replace(w.payload, `"iss":"https://issuer.example"`, `"iss":"https://evil.example"`, 1)
	if v := w.judge(t); len(v.Missing()) != 0 || v.Code() != verifier.CodeUntrustedIssuer {
		t.Errorf("%s", v.AppendJSON(nil))
	}
}

func TestADistrustedKeyOfADocumentIsNotUsed(t *testing.T) {
	c := newCAWorld(t)
	w := newKeysWorld(t, verifier.IssuerMetadata)
	w.signer, w.listSigner, w.issuer = c.issuer, c.issuer, c.issuer
	if err := w.set(t, w.metadata()); err != nil {
		t.Fatal(err)
	}
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	w.v, w.trust.Distrusted = nil, [][]byte{c.ca.Intermediate.Issue(c.leaf)}
	if err := w.set(t, w.metadata()); err != nil {
		t.Fatal(err)
	}
	if v := w.judge(t); v.Code() != verifier.CodeUntrustedIssuer {
		t.Errorf("%s", v.AppendJSON(nil))
	}
}

func TestAConfigurationOfKeysThatContradictsItself(t *testing.T) {
	const scid = "QmQ6FJ4fk2xheSSQoEjVpTgx9AQPKhJgtR9hn1nr4EeCrZ"
	ca := newCAWorld(t)
	for name, c := range map[string]struct {
		ok     bool
		change func(i *verifier.Issuer)
	}{
		"metadata":                        {true, func(i *verifier.Issuer) {}},
		"metadata with a path":            {true, func(i *verifier.Issuer) { i.ID += "/tenant/1/" }},
		"metadata and jwks":               {false, func(i *verifier.Issuer) { i.Keys = []byte(`{"keys":[` + ca.issuer.JWK("") + `]}`) }},
		"metadata and x5c":                {false, func(i *verifier.Issuer) { i.X5C = true }},
		"metadata of a DID":               {false, func(i *verifier.Issuer) { i.ID = "did:web:issuer.example" }},
		"metadata of a query":             {false, func(i *verifier.Issuer) { i.ID += "?a" }},
		"metadata of a key":               {false, func(i *verifier.Issuer) { i.ID = ca.issuer.DID() }},
		"did:web of a URL":                {false, func(i *verifier.Issuer) { i.Document = verifier.DIDWeb }},
		"did:web":                         {true, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example", verifier.DIDWeb }},
		"did:web of an address":           {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:127.0.0.1", verifier.DIDWeb }},
		"did:web of a local host":         {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:localhost", verifier.DIDWeb }},
		"did:web with a bare port":        {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example%3A", verifier.DIDWeb }},
		"did:web with port 0":             {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example%3A0", verifier.DIDWeb }},
		"did:web with a port too large":   {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example%3A65536", verifier.DIDWeb }},
		"did:web that climbs":             {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example:..", verifier.DIDWeb }},
		"did:web with an escape":          {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example:%2e%2e", verifier.DIDWeb }},
		"did:web with an empty part":      {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example:", verifier.DIDWeb }},
		"did:web with a path":             {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example/a", verifier.DIDWeb }},
		"did:web with a query":            {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example?a", verifier.DIDWeb }},
		"did:web in upper case":           {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:Issuer.example", verifier.DIDWeb }},
		"a did:web whose document is not": {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example", verifier.NoDocument }},
		"did:webvh":                       {true, func(i *verifier.Issuer) { i.ID, i.Document = "did:webvh:"+scid+":issuer.example:a", verifier.DIDWebVH }},
		"did:webvh without its SCID":      {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:webvh:issuer.example", verifier.DIDWebVH }},
		"did:webvh with another hash": {false, func(i *verifier.Issuer) {
			i.ID, i.Document = "did:webvh:z"+scid[1:]+":issuer.example", verifier.DIDWebVH
		}},
		"did:webvh as a did:web": {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:webvh:"+scid+":issuer.example", verifier.DIDWeb }},
		"a signed set":           {true, func(i *verifier.Issuer) { i.Document = verifier.SignedKeySet }},
		"a signed set of a DID":  {false, func(i *verifier.Issuer) { i.ID, i.Document = "did:web:issuer.example", verifier.SignedKeySet }},
		"an unknown document":    {false, func(i *verifier.Issuer) { i.Document = verifier.DIDWebVH + 1 }},
		"an age below none":      {false, func(i *verifier.Issuer) { i.MaxAge = -1 }},
		"an age of nothing": {false, func(i *verifier.Issuer) {
			i.Document, i.MaxAge, i.Keys = verifier.NoDocument, time.Hour, []byte(`{"keys":[`+ca.issuer.JWK("")+`]}`)
		}},
	} {
		w := newKeysWorld(t, verifier.IssuerMetadata)
		w.trust.Authorities[0].Anchors = [][]byte{ca.ca.Root.DER}
		c.change(&w.trust.Authorities[0].Issuers[0])
		if _, err := verifier.New(w.trust); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := newKeysWorld(t, verifier.SignedKeySet)
	if _, err := verifier.New(w.trust); err == nil {
		t.Error("a signed set without an anchor: accepted")
	}
}

// A list is signed by another issuer of the authority, whose keys stand in a document of its own.
func TestAStatusListByAnIssuerWhoseKeysStandInADocument(t *testing.T) {
	w := newKeysWorld(t, verifier.IssuerMetadata)
	const lister, listerURL = "https://status.example", "https://status.example/.well-known/jwt-vc-issuer"
	a := &w.trust.Authorities[0]
	a.Issuers = append(a.Issuers, verifier.Issuer{ID: lister, Document: verifier.IssuerMetadata})
	w.listSigner = newES256()
	w.listPayload = strings.Replace(w.listPayload, `{"sub"`, `{"iss":"`+lister+`","sub"`, 1)
	if err := w.set(t, w.metadata()); err != nil {
		t.Fatal(err)
	}
	v := w.judge(t)
	wanted := false
	for _, m := range v.Missing() {
		wanted = wanted || m == verifier.Missing{Kind: verifier.MissingIssuerDocument, Name: listerURL}
	}
	if v.Outcome() != verifier.Undetermined || v.Code() != verifier.CodeRevocationUnavailable || !wanted {
		t.Errorf("without: %s", v.AppendJSON(nil))
	}
	keys := `{"issuer":"` + lister + `","jwks":{"keys":[` + w.listSigner.JWK(`,"kid":"k1"`) + `]}}`
	for age, outcome := range map[time.Duration]verifier.Outcome{5 * time.Hour: verifier.Verified, 25 * time.Hour: verifier.Undetermined} {
		if err := w.verifier(t).SetFetchedDocument(lister, listerURL, []byte(keys), w.at.Add(-age)); err != nil {
			t.Fatal(err)
		}
		v := w.judge(t)
		if v.Outcome() != outcome {
			t.Errorf("%v old: %s", age, v.AppendJSON(nil))
		}
		if f, ok := v.Freshness(); ok && !f.FreshUntil.Equal(w.at.Add(19*time.Hour)) {
			t.Errorf("fresh until %v, when the keys of the list's issuer are too old", f.FreshUntil)
		}
	}
}
