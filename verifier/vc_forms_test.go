package verifier_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

func judgeOne(t testing.TB, trust verifier.Trust, at time.Time, p verifier.Presentation, lists ...string) verifier.Verdict {
	t.Helper()
	v, err := verifier.New(trust)
	if err != nil {
		t.Fatal(err)
	}
	bag := &verifier.Bag{}
	for _, l := range lists {
		if err := bag.AddStatusList([]byte(l)); err != nil {
			t.Fatal(err)
		}
	}
	v.Use(bag)
	plan := v.Plan(at, at, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}

// A caWorld is an issuer whose key comes with a certification path.
type caWorld struct {
	*world
	ca    *testca.Authority
	leaf  testca.Cert
	chain []string // base64, after the leaf
}

func newCAWorld(t testing.TB) *caWorld {
	c := &caWorld{world: newWorld(t), ca: testca.New(testca.Options{NoStatus: true})}
	c.at = testca.At
	for _, s := range []*string{&c.payload, &c.kbPayload, &c.listPayload} {
		for _, old := range []string{"1740000000", "1749999990", "1749990000"} {
			*s = strings.ReplaceAll(*s, old, "1795435190") // ten seconds before
		}
		*s = strings.ReplaceAll(strings.ReplaceAll(*s, "1760000000", "1798000000"), "1751000000", "1798000000")
	}
	key := testca.NewKey(testca.P256, "credential issuer")
	c.issuer = testvc.KeyOf("ES256", key.Signer)
	c.signer, c.listSigner = c.issuer, c.issuer
	c.leaf = testca.Cert{
		Subject: testca.Name{{Type: testca.OIDCommonName, Value: "issuer"}}, Key: key.Public(),
		Extensions: []testca.Ext{testca.KeyUsage(testca.DigitalSignature), testca.SAN(testca.URI("https://issuer.example"))},
	}
	c.chain = []string{base64.StdEncoding.EncodeToString(c.ca.Intermediate.DER)}
	a := &c.trust.Authorities[0]
	a.Anchors, a.Status = [][]byte{c.ca.Root.DER}, verifier.StatusEndEntity
	a.Issuers[0].Keys, a.Issuers[0].X5C = nil, true
	a.Status = verifier.StatusUncheckedUnsafe
	return c
}

func (c *caWorld) judge(t testing.TB) verifier.Verdict {
	t.Helper()
	chain := append([]string{base64.StdEncoding.EncodeToString(c.ca.Intermediate.Issue(c.leaf))}, c.chain...)
	x5c := `"x5c":["` + strings.Join(chain, `","`) + `"]`
	for _, header := range []*string{&c.header, &c.listHeader} {
		*header = strings.Replace(*header, `"kid":"k1"`, x5c, 1)
	}
	return c.world.judge(t)
}

func TestAnIssuersCertificationPath(t *testing.T) {
	helper = t
	if v := newCAWorld(t).judge(t); v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	for name, c := range map[string]struct {
		change func(c *caWorld)
		code   verifier.Code
	}{
		"named by the host in a dNSName":      {func(c *caWorld) { c.leaf.Set(testca.SAN(testca.DNS("issuer.example"))) }, ""},
		"for clients":                         {func(c *caWorld) { c.leaf.Add(testca.EKU(testca.OIDClientAuth)) }, ""},
		"48 iss not bound to the certificate": {func(c *caWorld) { c.leaf.Set(testca.SAN(testca.URI("https://other.example"))) }, verifier.CodeUntrustedIssuer},
		"a host below that of iss":            {func(c *caWorld) { c.leaf.Set(testca.SAN(testca.DNS("a.issuer.example"))) }, verifier.CodeUntrustedIssuer},
		"a wildcard over the host of iss":     {func(c *caWorld) { c.leaf.Set(testca.SAN(testca.DNS("*.example"))) }, verifier.CodeUntrustedIssuer},
		"no subjectAltName":                   {func(c *caWorld) { c.leaf.Forbid(testca.OIDSubjectAltName); c.leaf.Extensions = c.leaf.Extensions[:1] }, verifier.CodeUntrustedIssuer},
		"the anchor within x5c":               {func(c *caWorld) { c.chain = append(c.chain, base64.StdEncoding.EncodeToString(c.ca.Root.DER)) }, verifier.CodeBadChain},
		"no intermediate":                     {func(c *caWorld) { c.chain = nil }, verifier.CodeUntrustedIssuer},
		"another hierarchy": {func(c *caWorld) {
			c.ca = testca.New(testca.Options{Seed: "evil", NoStatus: true})
			c.chain[0] = base64.StdEncoding.EncodeToString(c.ca.Intermediate.DER)
		}, verifier.CodeUntrustedIssuer},
		"a key for something else":              {func(c *caWorld) { c.leaf.Set(testca.KeyUsage(testca.KeyAgreement)) }, verifier.CodeWrongKeyUsage},
		"a certificate that has expired":        {func(c *caWorld) { c.leaf.NotAfter = testca.At.Add(-time.Second) }, verifier.CodeExpired},
		"an unknown critical extension":         {func(c *caWorld) { c.leaf.Add(testca.Unknown(testca.OID("1.2.3.4"), true, nil)) }, verifier.CodeUnsupportedCritical},
		"signed by another key than the leaf's": {func(c *caWorld) { c.signer = newES256() }, verifier.CodeBadSignature},
		"padding missing in x5c":                {func(c *caWorld) { c.chain[0] += "="; c.noList = true }, verifier.CodeMalformed},
		"status that must be known and is not":  {func(c *caWorld) { c.trust.Authorities[0].Status = verifier.StatusEndEntity }, verifier.CodeRevocationUnavailable},
	} {
		w := newCAWorld(t)
		c.change(w)
		if v := w.judge(t); v.Code() != c.code {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
		}
	}
	// A leaf that signed itself, under an issuer that takes x5c.
	w := newCAWorld(t)
	key := testca.NewKey(testca.P256, "credential issuer")
	self := testca.NewRoot(w.leaf, key)
	w.header = strings.Replace(w.header, `"kid":"k1"`, `"x5c":["`+base64.StdEncoding.EncodeToString(self.DER)+`"]`, 1)
	if v := w.world.judge(t); v.Code() != verifier.CodeUntrustedIssuer {
		t.Errorf("self-signed leaf: %s", v.AppendJSON(nil))
	}
	// No x5c at all.
	if v := newCAWorld(t).world.judge(t); v.Code() != verifier.CodeUntrustedIssuer {
		t.Errorf("no x5c: %s", v.AppendJSON(nil))
	}
}

func gzipped(b []byte) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return base64.RawURLEncoding.EncodeToString(out.Bytes())
}

// vcJWT is a credential of the data model 2.0 in a vp, with a Bitstring Status List.
type vpWorld struct {
	*world
	vcHeader, vc, vpHeader, vp, list string
	vpSigner                         *testvc.Key
}

func newVPWorld(t testing.TB) *vpWorld {
	w := &vpWorld{world: newWorld(t)}
	w.vpSigner = w.holder
	w.vcHeader = `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`
	w.vc = `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential","EmployeeCredential"],"issuer":{"id":"https://issuer.example"},` +
		`"validFrom":"2025-02-01T00:00:00Z","validUntil":"2025-10-01T00:00:00Z","credentialSubject":{"id":"` + w.holder.DID() + `","email":"alice@example.com"},` +
		`"credentialStatus":{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"94567","statusListCredential":"` + listURI + `"}}`
	w.vpHeader = `{"alg":"EdDSA","typ":"vp+jwt"}`
	w.vp = `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":"VerifiablePresentation","holder":"` + w.holder.DID() + `","iat":1749999990,"aud":"mimi://example.com/u/bob",` +
		`"nonce":"n-1234567890","verifiableCredential":[{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,TOKEN"}]}`
	w.list = `{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"` + listURI + `","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"https://issuer.example",` +
		`"validFrom":"2025-06-15T00:00:00Z","validUntil":"2025-06-16T00:00:00Z","credentialSubject":{"type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"u` + gzipped(make([]byte, 16384)) + `"}}`
	w.trust.Authorities[0].Issuers[0].Identifiers = []verifier.ClaimRule{
		{Path: []string{"credentialSubject", "email"}, Form: verifier.ClaimEmail},
		{Path: []string{"vc", "credentialSubject", "email"}, Form: verifier.ClaimEmail},
	}
	return w
}

func (w *vpWorld) judge(t testing.TB) verifier.Verdict {
	t.Helper()
	vc := w.issuer.Sign(t, w.vcHeader, w.vc)
	p := w.presentation
	p.Bytes = []byte(w.vpSigner.Sign(t, w.vpHeader, strings.ReplaceAll(w.vp, "TOKEN", vc)))
	return judgeOne(t, w.trust, w.at, p, w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w.list))
}

func setBit(i int) string {
	b := make([]byte, 16384)
	b[i/8] |= 0x80 >> (i % 8)
	return gzipped(b)
}

func TestAVPOfTheDataModel(t *testing.T) {
	helper = t
	if v := newVPWorld(t).judge(t); v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	empty := gzipped(make([]byte, 16384))
	for name, c := range map[string]struct {
		change func(w *vpWorld)
		code   verifier.Code
	}{
		"a bit beside":                  {func(w *vpWorld) { replace(&w.list, empty, setBit(94566)) }, ""},
		"67 the bit in the wrong order": {func(w *vpWorld) { replace(&w.list, empty, setBit(94567^7)) }, ""},
		"revoked":                       {func(w *vpWorld) { replace(&w.list, empty, setBit(94567)) }, verifier.CodeRevoked},
		"67 purpose of another list":    {func(w *vpWorld) { replace(&w.list, `"statusPurpose":"revocation"`, `"statusPurpose":"suspension"`) }, verifier.CodeNotCovered},
		"67 a list of another id":       {func(w *vpWorld) { replace(&w.list, listURI, listURI+"0") }, verifier.CodeRevocationUnavailable},
		"67 a list that has ended":      {func(w *vpWorld) { replace(&w.list, "2025-06-16T00:00:00Z", "2025-06-15T00:00:01Z") }, verifier.CodeStaleRevocation},
		"67 an index beyond":            {func(w *vpWorld) { replace(&w.vc, `"94567"`, `"131072"`) }, verifier.CodeNotCovered},
		"67 an index that is a number":  {func(w *vpWorld) { replace(&w.vc, `"94567"`, `94567`) }, verifier.CodeMalformed},
		"67 an index with a zero":       {func(w *vpWorld) { replace(&w.vc, `"94567"`, `"094567"`) }, verifier.CodeMalformed},
		"an unknown status type":        {func(w *vpWorld) { replace(&w.vc, "BitstringStatusListEntry", "Other") }, verifier.CodeNotCovered},
		"a claim vc":                    {func(w *vpWorld) { replace(&w.vc, `"issuer"`, `"vc":{},"issuer"`) }, verifier.CodeMalformed},
		"a claim vp":                    {func(w *vpWorld) { replace(&w.vp, `"holder"`, `"vp":{},"holder"`) }, verifier.CodeMalformed},
		"iss that is not issuer":        {func(w *vpWorld) { replace(&w.vc, `"issuer"`, `"iss":"https://evil.example","issuer"`) }, verifier.CodeMalformed},
		"another first context":         {func(w *vpWorld) { replace(&w.vc, "ns/credentials/v2", "2018/credentials/v1") }, verifier.CodeMalformed},
		"not a credential by type":      {func(w *vpWorld) { replace(&w.vc, `"VerifiableCredential",`, ``) }, verifier.CodeMalformed},
		"cty of something else":         {func(w *vpWorld) { replace(&w.vcHeader, `"kid"`, `"cty":"vp","kid"`) }, verifier.CodeCredentialTypeNotAllowed},
		"ended":                         {func(w *vpWorld) { replace(&w.vc, "2025-10-01T00:00:00Z", "2025-06-15T15:06:40Z") }, verifier.CodeExpired},
		"not begun":                     {func(w *vpWorld) { replace(&w.vc, "2025-02-01T00:00:00Z", "2025-06-15T15:06:41Z") }, verifier.CodeNotYetValid},
		"an exp before validUntil":      {func(w *vpWorld) { replace(&w.vc, `"issuer"`, `"exp":1750000000,"issuer"`) }, verifier.CodeExpired},
		"no subject's key": {func(w *vpWorld) {
			w.vc = strings.Replace(w.vc, w.holder.DID(), "did:example:alice", 1)
			w.vp = strings.Replace(w.vp, w.holder.DID(), "did:example:alice", 1)
		}, verifier.CodeNoKeyBinding},
		"another subject's key":    {func(w *vpWorld) { replace(&w.vc, w.holder.DID(), w.other.DID()) }, verifier.CodeKeyMismatch},
		"another holder":           {func(w *vpWorld) { replace(&w.vp, w.holder.DID(), w.other.DID()) }, verifier.CodeKeyMismatch},
		"signed by another":        {func(w *vpWorld) { w.vpSigner = w.other }, verifier.CodeBadSignature},
		"no nonce":                 {func(w *vpWorld) { replace(&w.vp, `"nonce":"n-1234567890",`, ``) }, verifier.CodePopContext},
		"no aud":                   {func(w *vpWorld) { replace(&w.vp, `"aud":"mimi://example.com/u/bob",`, ``) }, verifier.CodePopContext},
		"no iat":                   {func(w *vpWorld) { replace(&w.vp, `"iat":1749999990,`, ``) }, ""},
		"no iat, another nonce":    {func(w *vpWorld) { replace(&w.vp, `"iat":1749999990,`, ``); replace(&w.vp, "n-1234567890", "n-1") }, verifier.CodePopContext},
		"no iat, ended":            {func(w *vpWorld) { replace(&w.vp, `"iat":1749999990,`, `"exp":1750000000,`) }, verifier.CodePopContext},
		"made eleven minutes ago":  {func(w *vpWorld) { replace(&w.vp, "1749999990", "1749999340") }, verifier.CodePopContext},
		"one audience in an array": {func(w *vpWorld) { replace(&w.vp, `"mimi://example.com/u/bob"`, `["mimi://example.com/u/bob"]`) }, ""},
		"another in an array":      {func(w *vpWorld) { replace(&w.vp, `"mimi://example.com/u/bob"`, `["https://other.example"]`) }, verifier.CodePopContext},
		"two audiences": {func(w *vpWorld) {
			replace(&w.vp, `"mimi://example.com/u/bob"`, `["mimi://example.com/u/bob","https://other.example"]`)
		}, verifier.CodeMalformed},
		"no typ":  {func(w *vpWorld) { replace(&w.vcHeader, `"typ":"vc+jwt",`, ``) }, ""},
		"typ JWT": {func(w *vpWorld) { replace(&w.vcHeader, `vc+jwt`, `JWT`) }, ""},
		"an ID token in the place of a credential": {func(w *vpWorld) { replace(&w.vcHeader, `vc+jwt`, `JWT`); replace(&w.vc, "@context", "context") }, verifier.CodeNoKeyBinding},
		"a credential nobody signed": {func(w *vpWorld) {
			replace(&w.vp, `{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,TOKEN"}`, w.vc)
		}, verifier.CodeMalformed},
		"another type in the URL": {func(w *vpWorld) { replace(&w.vp, "application/vc+jwt,", "application/vc+sd-jwt,") }, verifier.CodeMalformed},
		"a URL that is not data":  {func(w *vpWorld) { replace(&w.vp, "data:", "https:") }, verifier.CodeMalformed},
		"one credential twice": {func(w *vpWorld) {
			w.vp = strings.Replace(w.vp, `[{"@context"`, `[{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,TOKEN"},{"@context"`, 1)
		}, verifier.CodeMalformed},
		"a vp without its credential": {func(w *vpWorld) { replace(&w.vp, `"verifiableCredential"`, `"other"`) }, verifier.CodeMalformed},
	} {
		w := newVPWorld(t)
		c.change(w)
		if v := w.judge(t); v.Code() != c.code {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
		}
	}
}

// The data model 1.1, as UserInfo VCs have it, presented by a JWT-VP and by itself beside the protocol's key.
func TestAJWTVC(t *testing.T) {
	helper = t
	w := newVPWorld(t)
	good := `{"iss":"https://issuer.example","iat":1740000000,"exp":1760000000,"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential","UserInfoCredential"],` +
		`"credentialSubject":{"id":"` + w.holder.DID() + `","email":"alice@example.com"},` +
		`"credentialStatus":{"type":"StatusList2021Entry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"` + listURI + `"}}}`
	list := `{"iss":"https://issuer.example","iat":1749990000,"exp":1751000000,"jti":"` + listURI + `","vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential","StatusList2021Credential"],` +
		`"credentialSubject":{"type":"StatusList2021","statusPurpose":"revocation","encodedList":"` + gzipped(make([]byte, 16384)) + `"}}}`
	const header = `{"alg":"ES256","typ":"JWT","kid":"k1"}`
	bare := w.presentation
	bare.Kind, bare.Audience, bare.Nonce, bare.SignatureKey = verifier.BareToken, "", "", w.holder.Raw()
	judge := func(payload string, p verifier.Presentation) verifier.Verdict {
		p.Bytes = []byte(w.issuer.Sign(t, header, payload))
		return judgeOne(t, w.trust, w.at, p, w.issuer.Sign(t, header, list))
	}
	if v := judge(good, bare); v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	vp := w.presentation
	vp.Bytes = []byte(w.holder.Sign(t, `{"alg":"EdDSA","typ":"JWT"}`, `{"iss":"`+w.holder.DID()+`","iat":1749999990,"aud":"mimi://example.com/u/bob","nonce":"n-1234567890",`+
		`"vp":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiablePresentation"],"verifiableCredential":["`+w.issuer.Sign(t, header, good)+`"]}}`))
	if v := judgeOne(t, w.trust, w.at, vp, w.issuer.Sign(t, header, list)); v.Outcome() != verifier.Verified {
		t.Errorf("JWT-VP: %s", v.AppendJSON(nil))
	}
	for name, c := range map[string]struct {
		from, to string
		code     verifier.Code
	}{
		"expirationDate that is exp":     {`"credentialSubject"`, `"expirationDate":"2025-10-09T08:53:20Z","credentialSubject"`, ""},
		"expirationDate that is not exp": {`"credentialSubject"`, `"expirationDate":"2026-10-09T08:53:20Z","credentialSubject"`, verifier.CodeMalformed},
		"another issuer in vc":           {`"credentialSubject"`, `"issuer":"https://evil.example","credentialSubject"`, verifier.CodeMalformed},
		"another sub":                    {`"iat"`, `"sub":"did:example:mallory","iat"`, verifier.CodeMalformed},
		"cnf of another key":             {`"iat"`, `"cnf":{"jwk":` + w.other.JWK("") + `},"iat"`, verifier.CodeNoKeyBinding},
		"cnf of the same key":            {`"iat"`, `"cnf":{"jwk":` + w.holder.JWK("") + `},"iat"`, ""},
		"vc that is a string":            {`"vc":{`, `"vc":"x","xvc":{`, verifier.CodeMalformed},
		"the context of 2.0":             {"2018/credentials/v1", "ns/credentials/v2", verifier.CodeMalformed},
		"a subject's private key":        {w.holder.DID(), "did:jwk:" + testvc.Encode([]byte(w.holder.JWK(`,"d":"AA"`))), verifier.CodeNoKeyBinding},
		"a subject without a key":        {w.holder.DID(), "did:example:alice", verifier.CodeNoKeyBinding},
		"another subject's key":          {w.holder.DID(), w.other.DID(), verifier.CodeKeyMismatch},
	} {
		if !strings.Contains(good, c.from) {
			t.Fatal(name)
		}
		if v := judge(strings.Replace(good, c.from, c.to, 1), bare); v.Code() != c.code {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
		}
	}
	// By itself it is whoever's has it.
	token := w.presentation
	if v := judge(good, token); v.Code() != verifier.CodeKeyMismatch {
		t.Errorf("a JWT-VC as a presentation: %s", v.AppendJSON(nil))
	}
	bare.SignatureKey = nil
	if v := judge(good, bare); v.Code() != verifier.CodeInvalidRequest {
		t.Errorf("a JWT-VC of nobody's: %s", v.AppendJSON(nil))
	}
}

func TestAnIssuerThatIsItsKey(t *testing.T) {
	w := newWorld(t)
	issuer := testvc.NewKey(t, "EdDSA")
	w.signer, w.listSigner = issuer, issuer
	replace(&w.payload, `"https://issuer.example"`, `"`+issuer.DID()+`"`)
	replace(&w.header, `"alg":"ES256"`, `"alg":"EdDSA"`)
	replace(&w.header, `"kid":"k1"`, `"kid":"`+issuer.DID()+`#0"`)
	replace(&w.listHeader, `"alg":"ES256"`, `"alg":"Ed25519"`) // RFC 9864
	w.trust.Authorities[0].Issuers[0].ID = issuer.DID()
	w.trust.Authorities[0].Issuers[0].Keys = nil
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	replace(&w.header, "#0", "#1")
	if v := w.judge(t); v.Outcome() == verifier.Verified {
		t.Error("another fragment is accepted")
	}
}

func TestTrustThatIsRefused(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(i *verifier.Issuer){
		"a fragment":             func(i *verifier.Issuer) { i.ID = "https://issuer.example#1" },
		"a space":                func(i *verifier.Issuer) { i.ID = "https://issuer.example/ " },
		"other letters":          func(i *verifier.Issuer) { i.ID = "https://\u00edssuer.example" },
		"no keys":                func(i *verifier.Issuer) { i.Keys = nil },
		"a set without keys":     func(i *verifier.Issuer) { i.Keys = []byte(`{"keys":[]}`) },
		"a private key":          func(i *verifier.Issuer) { i.Keys = []byte(`{"keys":[` + w.issuer.JWK(`,"d":"AA"`) + `]}`) },
		"keys and x5c":           func(i *verifier.Issuer) { i.X5C = true },
		"x5c without an anchor":  func(i *verifier.Issuer) { i.X5C, i.Keys = true, nil },
		"a key beside a did:jwk": func(i *verifier.Issuer) { i.ID = w.issuer.DID() },
		"a rule without a path":  func(i *verifier.Issuer) { i.Identifiers[0].Path = nil },
		"a path of no members":   func(i *verifier.Issuer) { i.Roles = []string{} },
		"verified without email": func(i *verifier.Issuer) { i.EmailVerified = []string{"email_verified"} },
		"a rule of no form":      func(i *verifier.Issuer) { i.Identifiers[0].Form = 9 },
		"a prefix of a mailbox":  func(i *verifier.Issuer) { i.Identifiers[0].Prefix = "mimi://example.com/u/" },
		"a prefix without its host": func(i *verifier.Issuer) {
			i.Identifiers[0].Form, i.Identifiers[0].Prefix = verifier.ClaimURI, "mimi://example"
		},
		"a prefix of everything": func(i *verifier.Issuer) { i.Identifiers[0].Form, i.Identifiers[0].Prefix = verifier.ClaimURI, "*" },
	} {
		w := newWorld(t)
		change(&w.trust.Authorities[0].Issuers[0])
		if _, err := verifier.New(w.trust); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// Of an issuer that is to be found in a certificate the id is one that certificates have; of another any that can stand in iss.
	for _, id := range []string{"", "http://issuer.example", "https://localhost", "https://a@issuer.example", "issuer"} {
		w := newWorld(t)
		i := &w.trust.Authorities[0].Issuers[0]
		i.ID = id
		if _, err := verifier.New(w.trust); err != nil {
			t.Errorf("%q with keys: %v", id, err)
		}
		w.trust.Authorities[0].Anchors = [][]byte{testca.New(testca.Options{}).Root.DER}
		i.Keys, i.X5C = nil, true
		if _, err := verifier.New(w.trust); err == nil {
			t.Errorf("%q by x5c: accepted", id)
		}
	}
	w.trust.Authorities = append(w.trust.Authorities, w.trust.Authorities[0])
	w.trust.Authorities[1].ID = "other"
	if _, err := verifier.New(w.trust); err == nil {
		t.Error("one issuer of two authorities: accepted")
	}
}
