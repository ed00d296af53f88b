package verifier_test

import (
	"bytes"
	"compress/zlib"
	"crypto"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A world is a good presentation of an SD-JWT VC, of which a test changes one thing.
type world struct {
	issuer, holder, other *testvc.Key
	trust                 verifier.Trust
	at                    time.Time

	signer       *testvc.Key
	header       string
	payload      string
	disclosures  []string
	kbSigner     *testvc.Key
	kbHeader     string
	kbPayload    string // HASH becomes sd_hash
	noProof      bool
	listSigner   *testvc.Key
	listHeader   string
	listPayload  string
	noList       bool
	presentation verifier.Presentation
	edit         func(token string) string
}

const listURI = "https://issuer.example/status/1"

func compressed(b ...byte) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write(b)
	w.Close()
	return testvc.Encode(out.Bytes())
}

func newWorld(t testing.TB) *world {
	scope, err := name.ParseScope([]string{"example.com"})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		issuer: testvc.NewKey(t, "ES256"), holder: testvc.NewKey(t, "EdDSA"), other: testvc.NewKey(t, "EdDSA"),
		at: time.Unix(1_750_000_000, 0).UTC(),
	}
	text, digest := testvc.Disclosure(`["salt","email","alice@example.com"]`)
	w.signer, w.kbSigner, w.listSigner = w.issuer, w.holder, w.issuer
	w.header = `{"alg":"ES256","typ":"dc+sd-jwt","kid":"k1"}`
	w.payload = `{"iss":"https://issuer.example","iat":1740000000,"exp":1760000000,"vct":"https://example.com/employee","email_verified":true,` +
		`"name":"Alice","cnf":{"jwk":` + w.holder.JWK("") + `},"status":{"status_list":{"idx":3,"uri":"` + listURI + `"}},"_sd":["` + digest + `"]}`
	w.disclosures = []string{text}
	w.kbHeader = `{"alg":"EdDSA","typ":"kb+jwt"}`
	w.kbPayload = `{"iat":1749999990,"aud":"mimi://example.com/u/bob","nonce":"n-1234567890","sd_hash":"HASH"}`
	w.listHeader = `{"alg":"ES256","typ":"statuslist+jwt","kid":"k1"}`
	w.listPayload = `{"sub":"` + listURI + `","iat":1749990000,"exp":1751000000,"ttl":86400,"status_list":{"bits":1,"lst":"` + compressed(0b0000_0001, 0) + `"}}`
	w.presentation = verifier.Presentation{
		Kind: verifier.Token, Audience: "mimi://example.com/u/bob", Nonce: "n-1234567890", Expected: []string{"mailto:alice@example.com"},
	}
	w.trust = verifier.Trust{Authorities: []verifier.Authority{{
		ID: "corp", Scope: scope,
		Issuers: []verifier.Issuer{{
			ID: "https://issuer.example", Keys: []byte(`{"keys":[` + w.issuer.JWK(`,"kid":"k1"`) + `]}`),
			Identifiers: []verifier.ClaimRule{{Path: []string{"email"}, Form: verifier.ClaimEmail, Verified: []string{"email_verified"}}},
			Name:        []string{"name"},
		}},
	}}}
	return w
}

func (w *world) token(t testing.TB) string {
	text := testvc.SDJWT(w.signer.Sign(t, w.header, w.payload), w.disclosures...)
	if !w.noProof {
		text += w.kbSigner.Sign(t, w.kbHeader, strings.ReplaceAll(w.kbPayload, "HASH", testvc.Hash(text)))
	}
	if w.edit != nil {
		text = w.edit(text)
	}
	return text
}

func (w *world) judge(t testing.TB) verifier.Verdict {
	t.Helper()
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	bag := &verifier.Bag{}
	if !w.noList {
		if err := bag.AddStatusList([]byte(w.listSigner.Sign(t, w.listHeader, w.listPayload))); err != nil {
			t.Fatal(err)
		}
	}
	v.Use(bag)
	p := w.presentation
	if p.Bytes == nil {
		p.Bytes = []byte(w.token(t))
	}
	shown.token = p.Bytes
	plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}

func replace(s *string, old, new string) {
	if !strings.Contains(*s, old) {
		panic("nothing to change: " + old)
	}
	*s = strings.Replace(*s, old, new, 1)
}

func TestAGoodPresentationOfAnSDJWTVCIsVerified(t *testing.T) {
	w := newWorld(t)
	v := w.judge(t)
	id, ok := v.Identity()
	if !ok || id.ID != "mailto:alice@example.com" || id.Authority != "corp" || id.Name != "Alice" {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	if id.NotBefore.Unix() != 1740000000 || id.NotAfter.Unix() != 1759999999 {
		t.Errorf("from %v to %v", id.NotBefore, id.NotAfter)
	}
	if f, ok := v.Freshness(); !ok || f.Source != verifier.SourceStatusList || f.FreshUntil.Unix() != 1749990000+86400 {
		t.Errorf("freshness %+v", f)
	}
	w.presentation.SignatureKey = w.holder.Raw()
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Errorf("with the protocol's key: %s", v.AppendJSON(nil))
	}
	w.presentation.Expected, w.presentation.Discover = nil, true
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Errorf("discovered: %s", v.AppendJSON(nil))
	}
}

// bad is one change to a good presentation and the code of its verdict. Rows of the red team's table are named.
type bad struct {
	change func(w *world)
	code   verifier.Code
}

var badPresentations = map[string]bad{
	// 47
	"47 replayed with an old nonce":       {func(w *world) { w.presentation.Nonce = "n-2" }, verifier.CodePopContext},
	"47 made for another audience":        {func(w *world) { w.presentation.Audience = "mimi://example.com/u/carol" }, verifier.CodePopContext},
	"47 made eleven minutes ago":          {func(w *world) { replace(&w.kbPayload, "1749999990", "1749999340") }, verifier.CodePopContext},
	"47 made in the future":               {func(w *world) { replace(&w.kbPayload, "1749999990", "1750000061") }, verifier.CodePopContext},
	"47 sd_hash of another set":           {func(w *world) { replace(&w.kbPayload, "HASH", testvc.Hash("x")) }, verifier.CodePopContext},
	"key binding that has expired":        {func(w *world) { replace(&w.kbPayload, `"iat"`, `"exp":1750000000,"iat"`) }, verifier.CodePopContext},
	"key binding that is not yet valid":   {func(w *world) { replace(&w.kbPayload, `"iat"`, `"nbf":1750000100,"iat"`) }, verifier.CodePopContext},
	"key binding with several audiences":  {func(w *world) { replace(&w.kbPayload, `"mimi://example.com/u/bob"`, `["mimi://example.com/u/bob"]`) }, verifier.CodeMalformed},
	"key binding with a number for nonce": {func(w *world) { replace(&w.kbPayload, `"n-1234567890"`, `1234567890`) }, verifier.CodeMalformed},
	"key binding of another typ":          {func(w *world) { replace(&w.kbHeader, "kb+jwt", "JWT") }, verifier.CodeMalformed},
	"credential for another audience":     {func(w *world) { replace(&w.payload, `"iat"`, `"aud":"https://other.example","iat"`) }, verifier.CodePopContext},
	// 45, 46, 48
	"48 key binding missing":              {func(w *world) { w.noProof = true }, verifier.CodeKeyMismatch},
	"48 cnf missing":                      {func(w *world) { replace(&w.payload, `"cnf"`, `"xcnf"`) }, verifier.CodeNoKeyBinding},
	"48 cnf with a kid alone":             {func(w *world) { replace(&w.payload, `{"jwk":`, `{"kid":"1","x":`) }, verifier.CodeNoKeyBinding},
	"48 cnf with a private key":           {func(w *world) { replace(&w.payload, `{"kty":"OKP"`, `{"d":"AA","kty":"OKP"`) }, verifier.CodeNoKeyBinding},
	"48 cnf of another key than the leaf": {func(w *world) { w.presentation.SignatureKey = w.other.Raw() }, verifier.CodeKeyMismatch},
	"45 relayed by a holder of her own key": {func(w *world) { // Mallory's credential over her own name, Alice's proof
		replace(&w.payload, w.holder.JWK(""), w.other.JWK(""))
	}, verifier.CodeBadSignature},
	"46 key binding by another key": {func(w *world) { w.kbSigner = w.other }, verifier.CodeBadSignature},
	"key binding with alg none":     {func(w *world) { replace(&w.kbHeader, "EdDSA", "none") }, verifier.CodeBadSignature},
	"key binding with another alg":  {func(w *world) { replace(&w.kbHeader, "EdDSA", "ES256") }, verifier.CodeBadSignature},
	// 49
	"49 alg none":               {func(w *world) { replace(&w.header, "ES256", "none") }, verifier.CodeBadSignature},
	"49 alg NoNe":               {func(w *world) { replace(&w.header, "ES256", "NoNe") }, verifier.CodeBadSignature},
	"49 alg HS256":              {func(w *world) { replace(&w.header, "ES256", "HS256") }, verifier.CodeBadSignature},
	"49 alg of another curve":   {func(w *world) { replace(&w.header, "ES256", "ES384") }, verifier.CodeBadSignature},
	"49 no alg":                 {func(w *world) { replace(&w.header, `"alg":"ES256",`, ``) }, verifier.CodeMalformed},
	"49 unknown crit":           {func(w *world) { replace(&w.header, `"kid"`, `"crit":["x"],"x":1,"kid"`) }, verifier.CodeMalformed},
	"49 empty crit":             {func(w *world) { replace(&w.header, `"kid"`, `"crit":[],"kid"`) }, verifier.CodeMalformed},
	"49 names twice":            {func(w *world) { replace(&w.payload, `"iat"`, `"iss":"https://issuer.example","iat"`) }, verifier.CodeMalformed},
	"signed by another key":     {func(w *world) { w.signer = newES256() }, verifier.CodeBadSignature},
	"another kid":               {func(w *world) { replace(&w.header, "k1", "k2") }, verifier.CodeUntrustedIssuer},
	"its own key in the header": {func(w *world) { w.signer = newES256(); replace(&w.header, `"kid":"k1"`, `"jwk":`+w.signer.JWK("")) }, verifier.CodeBadSignature},
	"an issuer nobody knows":    {func(w *world) { replace(&w.payload, "https://issuer.example", "https://evil.example") }, verifier.CodeUntrustedIssuer},
	"an issuer with a slash":    {func(w *world) { replace(&w.payload, `"https://issuer.example"`, `"https://issuer.example/"`) }, verifier.CodeUntrustedIssuer},
	"no issuer":                 {func(w *world) { replace(&w.payload, `"iss"`, `"xiss"`) }, verifier.CodeUntrustedIssuer},
	"an unknown alg":            {func(w *world) { replace(&w.header, "ES256", "ES256K") }, verifier.CodeUnsupportedAlgorithm},
	"another typ":               {func(w *world) { replace(&w.header, "dc+sd-jwt", "JWT") }, verifier.CodeCredentialTypeNotAllowed},
	"no vct":                    {func(w *world) { replace(&w.payload, `"vct"`, `"xvct"`) }, verifier.CodeMalformed},
	"a type that is not wanted": {func(w *world) { w.trust.Authorities[0].Issuers[0].Types = []string{"https://example.com/guest"} }, verifier.CodeCredentialTypeNotAllowed},
	// 66
	"66 a disclosure no digest refers to": {func(w *world) {
		text, _ := testvc.Disclosure(`["s","role","admin"]`)
		w.disclosures = append(w.disclosures, text)
	}, verifier.CodeMalformed},
	"66 a digest twice": {func(w *world) {
		_, digest := testvc.Disclosure(`["salt","email","alice@example.com"]`)
		replace(&w.payload, `"name"`, `"x":{"_sd":["`+digest+`"]},"name"`)
	}, verifier.CodeMalformed},
	"66 _sd as a name":                 {disclosed(`["s","_sd",[]]`), verifier.CodeMalformed},
	"66 cnf disclosed selectively":     {disclosed(`["s","cnf",{}]`), verifier.CodeMalformed},
	"66 exp disclosed selectively":     {disclosed(`["s","exp",1]`), verifier.CodeMalformed},
	"66 a name that is there already":  {disclosed(`["s","name","Mallory"]`), verifier.CodeMalformed},
	"66 a disclosure of another hash":  {func(w *world) { replace(&w.payload, `"_sd"`, `"_sd_alg":"sha-512","_sd"`) }, verifier.CodeMalformed},
	"66 a hash that is not known":      {func(w *world) { replace(&w.payload, `"_sd"`, `"_sd_alg":"sha3-512","_sd"`) }, verifier.CodeUnsupportedCredential},
	"66 a disclosure that was changed": {func(w *world) { w.disclosures[0], _ = testvc.Disclosure(`["salt","email","bob@example.com"]`) }, verifier.CodeMalformed},
	// 68
	"68 padding":                   {func(w *world) { w.edit = func(s string) string { return s + "=" } }, verifier.CodeMalformed},
	"68 a line break":              {func(w *world) { w.edit = func(s string) string { return s + "\n" } }, verifier.CodeMalformed},
	"68 a space in front":          {func(w *world) { w.edit = func(s string) string { return " " + s } }, verifier.CodeMalformed},
	"68 bytes after the payload":   {func(w *world) { w.payload += "x" }, verifier.CodeMalformed},
	"68 a number that is no time":  {func(w *world) { replace(&w.payload, "1760000000", "1e400") }, verifier.CodeMalformed},
	"68 exp that is a string":      {func(w *world) { replace(&w.payload, "1760000000", `"1760000000"`) }, verifier.CodeMalformed},
	"68 half a surrogate pair":     {func(w *world) { replace(&w.payload, `"Alice"`, `"\ud800"`) }, verifier.CodeMalformed},
	"68 bytes that are not UTF-8":  {func(w *world) { replace(&w.payload, `"Alice"`, "\"\xff\"") }, verifier.CodeMalformed},
	"68 many levels":               {func(w *world) { replace(&w.payload, `"Alice"`, strings.Repeat("[", 99)+strings.Repeat("]", 99)) }, verifier.CodeBudget},
	"expired":                      {func(w *world) { replace(&w.payload, "1760000000", "1750000000") }, verifier.CodeExpired},
	"not valid yet":                {func(w *world) { replace(&w.payload, `"iat"`, `"nbf":1750000001,"iat"`) }, verifier.CodeNotYetValid},
	"issued in the future":         {func(w *world) { replace(&w.payload, "1740000000", "1750000001") }, verifier.CodeNotYetValid},
	"somebody else":                {func(w *world) { w.presentation.Expected = []string{"mailto:bob@example.com"} }, verifier.CodeIdentityMismatch},
	"an address not verified":      {func(w *world) { replace(&w.payload, `"email_verified":true`, `"email_verified":false`) }, verifier.CodeIdentityMismatch},
	"verified that is a string":    {func(w *world) { replace(&w.payload, `"email_verified":true`, `"email_verified":"true"`) }, verifier.CodeIdentityMismatch},
	"the claim withheld":           {func(w *world) { w.disclosures = nil }, verifier.CodeNoIdentity},
	"outside the scope":            {func(w *world) { w.trust.Authorities[0].Scope = mustScope("example.org") }, verifier.CodeAuthorityNotForDomain},
	"an algorithm that is refused": {func(w *world) { w.trust.Policy.Algorithms = mustSet("Ed25519") }, verifier.CodeAlgorithmNotAllowed},
	// 50, 67
	"50 no list":               {func(w *world) { w.noList = true }, verifier.CodeRevocationUnavailable},
	"67 another sub":           {func(w *world) { replace(&w.listPayload, listURI, listURI+"0") }, verifier.CodeRevocationUnavailable},
	"67 signed by another key": {func(w *world) { w.listSigner = newES256() }, verifier.CodeRevocationUnavailable},
	"67 of another issuer":     {func(w *world) { replace(&w.listPayload, `"iat"`, `"iss":"https://evil.example","iat"`) }, verifier.CodeRevocationUnavailable},
	"67 a bomb that nobody signed": {func(w *world) {
		w.listSigner = newES256()
		replace(&w.listPayload, compressed(1, 0), compressed(make([]byte, 20<<20)...))
	}, verifier.CodeRevocationUnavailable},
	"67 a bomb":                    {func(w *world) { replace(&w.listPayload, compressed(1, 0), compressed(make([]byte, 20<<20)...)) }, verifier.CodeNotCovered},
	"67 index outside":             {func(w *world) { replace(&w.payload, `"idx":3`, `"idx":16`) }, verifier.CodeNotCovered},
	"67 a very large index":        {func(w *world) { replace(&w.payload, `"idx":3`, `"idx":9007199254740992`) }, verifier.CodeNotCovered},
	"67 index below 0":             {func(w *world) { replace(&w.payload, `"idx":3`, `"idx":-1`) }, verifier.CodeMalformed},
	"67 index in a string":         {func(w *world) { replace(&w.payload, `"idx":3`, `"idx":"3"`) }, verifier.CodeMalformed},
	"67 index with a fraction":     {func(w *world) { replace(&w.payload, `"idx":3`, `"idx":3.0`) }, verifier.CodeMalformed},
	"67 exp passed, ttl not":       {func(w *world) { replace(&w.listPayload, "1751000000", "1749999999") }, verifier.CodeStaleRevocation},
	"67 ttl passed, exp not":       {func(w *world) { replace(&w.listPayload, "86400", "60") }, verifier.CodeStaleRevocation},
	"67 no exp and no ttl":         {func(w *world) { replace(&w.listPayload, `"exp":1751000000,"ttl":86400,`, ``) }, verifier.CodeStaleRevocation},
	"67 iat in the future":         {func(w *world) { replace(&w.listPayload, "1749990000", "1750001000") }, verifier.CodeClock},
	"67 an unknown kind of status": {func(w *world) { replace(&w.payload, `"status_list"`, `"other_list"`) }, verifier.CodeNotCovered},
	"no status at all":             {func(w *world) { replace(&w.payload, `"status"`, `"xstatus"`) }, verifier.CodeNotCovered},
	"revoked":                      {func(w *world) { replace(&w.listPayload, compressed(1, 0), compressed(0b1000, 0)) }, verifier.CodeRevoked},
	"suspended": {func(w *world) {
		replace(&w.listPayload, `1,"lst":"`+compressed(1, 0), `2,"lst":"`+compressed(0b1000_0000, 0))
	}, verifier.CodeSuspended},
	"a status of the application's": {func(w *world) {
		replace(&w.listPayload, `1,"lst":"`+compressed(1, 0), `2,"lst":"`+compressed(0b1100_0000, 0))
	}, verifier.CodeNotCovered},
	"no audience in the call":          {func(w *world) { w.presentation.Audience = "" }, verifier.CodeInvalidRequest},
	"no nonce in the call":             {func(w *world) { w.presentation.Nonce = "" }, verifier.CodeInvalidRequest},
	"nobody expected in the call":      {func(w *world) { w.presentation.Expected = nil }, verifier.CodeInvalidRequest},
	"a suite in the call":              {func(w *world) { w.presentation.CipherSuite = 1 }, verifier.CodeInvalidRequest},
	"63 an ID token":                   {bearer(`{"alg":"ES256","typ":"JWT"}`, `{"iss":"https://issuer.example","sub":"1","aud":"c","exp":1760000000,"iat":1740000000}`), verifier.CodeNoKeyBinding},
	"63 an access token":               {bearer(`{"alg":"ES256","typ":"at+jwt"}`, `{"iss":"https://issuer.example","sub":"1","aud":"c","exp":1760000000,"iat":1740000000}`), verifier.CodeNoKeyBinding},
	"63 a SAML assertion":              {text(`<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>`), verifier.CodeNoKeyBinding},
	"63 a SAML assertion in base64url": {text(testvc.Encode([]byte(`<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>`))), verifier.CodeNoKeyBinding},
	"a credential nobody signed":       {text(`{"@context":["https://www.w3.org/ns/credentials/v2"]}`), verifier.CodeBadSignature},
	"a data integrity proof":           {text(`{"proof":{"type":"Ed25519Signature2020"}}`), verifier.CodeUnsupportedCredential},
	"nothing":                          {func(w *world) { w.presentation.Bytes = []byte{} }, verifier.CodeMalformed},
}

// disclosed adds a disclosure.
func disclosed(json string) func(*world) {
	return func(w *world) {
		text, digest := testvc.Disclosure(json)
		w.disclosures = append(w.disclosures, text)
		replace(&w.payload, `"_sd":[`, `"_sd":["`+digest+`",`)
		for _, claim := range []string{"cnf", "exp"} {
			if strings.Contains(json, `"`+claim+`"`) {
				replace(&w.payload, `"`+claim+`"`, `"x`+claim+`"`)
			}
		}
	}
}

// Each hash of _sd_alg, for the disclosures and for sd_hash, which must be of the same.
func TestSDJWTsOfEachHash(t *testing.T) {
	hashes := map[string]crypto.Hash{"sha-256": crypto.SHA256, "sha-384": crypto.SHA384, "sha-512": crypto.SHA512}
	for alg, h := range hashes {
		for other, bound := range hashes {
			w := newWorld(t)
			_, digest := testvc.Disclosure(`["salt","email","alice@example.com"]`)
			replace(&w.payload, digest, testvc.Digest(h, w.disclosures[0]))
			replace(&w.payload, `"_sd"`, `"_sd_alg":"`+alg+`","_sd"`)
			text := testvc.SDJWT(w.signer.Sign(t, w.header, w.payload), w.disclosures...)
			text += w.kbSigner.Sign(t, w.kbHeader, strings.Replace(w.kbPayload, "HASH", testvc.Digest(bound, text), 1))
			w.presentation.Bytes = []byte(text)
			want := verifier.CodePopContext
			if alg == other {
				want = ""
			}
			if v := w.judge(t); v.Code() != want {
				t.Errorf("_sd_alg %s, sd_hash of %s: %s", alg, other, v.AppendJSON(nil))
			}
		}
	}
}

func bearer(header, payload string) func(*world) {
	return func(w *world) { w.presentation.Bytes = []byte(w.issuer.Sign(helper, header, payload)) }
}

func text(s string) func(*world) {
	return func(w *world) { w.presentation.Bytes = []byte(s) }
}

func TestEachChangeOfAGoodPresentationIsRefusedForItsReason(t *testing.T) {
	helper = t
	for name, c := range badPresentations {
		w := newWorld(t)
		c.change(w)
		v := w.judge(t)
		if v.Code() != c.code || v.Outcome() == verifier.Verified {
			t.Errorf("%s: %s %s, want %s\n%s", name, v.Outcome(), v.Code(), c.code, v.AppendJSON(nil))
		}
	}
}

// helper is the test that helpers report to.
var helper testing.TB

func newES256() *testvc.Key { return testvc.NewKey(helper, "ES256") }

func mustScope(s string) name.Scope {
	scope, err := name.ParseScope([]string{s})
	if err != nil {
		panic(err)
	}
	return scope
}

func mustSet(names ...string) signature.Set {
	set, err := signature.ParseSet(names)
	if err != nil {
		panic(err)
	}
	return set
}

// Nothing outside the trust configuration's hosts is named as missing, and nothing before the issuer's signature holds.
func TestWhatIsMissingIsNamedOnlyForASignedCredential(t *testing.T) {
	w := newWorld(t)
	w.noList = true
	v := w.judge(t)
	if m := v.Missing(); len(m) != 1 || m[0].Kind != verifier.MissingStatusList || m[0].Name != listURI {
		t.Errorf("missing %v", m)
	}
	for _, uri := range []string{"http://issuer.example/1", "data:,x", "file:///etc/passwd", "https://localhost/1", "https://127.0.0.1/1", "https://a@issuer.example/1", "https://issuer.example:1/x"} {
		w := newWorld(t)
		w.noList = true
		replace(&w.payload, listURI, uri)
		if v := w.judge(t); len(v.Missing()) != 0 || v.Outcome() != verifier.Undetermined {
			t.Errorf("%s: %s", uri, v.AppendJSON(nil))
		}
	}
	helper = t
	w = newWorld(t)
	w.noList, w.signer = true, newES256()
	if v := w.judge(t); len(v.Missing()) != 0 {
		t.Errorf("missing %v of a forged credential", v.Missing())
	}
}

// A host's answers decide, and nothing is verified without them.
func TestHostsAnswersDecideAboutTokens(t *testing.T) {
	w := newWorld(t)
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	bag := &verifier.Bag{}
	if err := bag.AddStatusList([]byte(w.listSigner.Sign(t, w.listHeader, w.listPayload))); err != nil {
		t.Fatal(err)
	}
	v.Use(bag)
	p := w.presentation
	p.Bytes = []byte(w.token(t))
	plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
	checks := plan.Checks()
	if len(checks) != 3 {
		t.Fatalf("%d checks", len(checks))
	}
	for i := range 27 {
		w := newWorld(t)
		v, _ := verifier.New(w.trust)
		bag := &verifier.Bag{}
		bag.AddStatusList([]byte(w.listSigner.Sign(t, w.listHeader, w.listPayload)))
		v.Use(bag)
		p.Bytes = []byte(w.token(t))
		plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
		answers := []signature.Answer{signature.Answer(i % 3), signature.Answer(i / 3 % 3), signature.Answer(i / 9)}
		got := plan.Conclude(answers)[0]
		all := answers[0] == signature.Valid && answers[1] == signature.Valid && answers[2] == signature.Valid
		if all != (got.Outcome() == verifier.Verified) {
			t.Errorf("%v: %s", answers, got.AppendJSON(nil))
		}
	}
}

// answered judges w's bytes with these answers, and returns how many there are.
func (w *world) answered(t *testing.T, answer func(i int) signature.Answer) (verifier.Verdict, int) {
	t.Helper()
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	bag := &verifier.Bag{}
	if err := bag.AddStatusList([]byte(w.listSigner.Sign(t, w.listHeader, w.listPayload))); err != nil {
		t.Fatal(err)
	}
	v.Use(bag)
	plan := v.Plan(w.at, w.at, []verifier.Presentation{w.presentation})
	answers := make([]signature.Answer, len(plan.Checks()))
	for i := range answers {
		answers[i] = answer(i)
	}
	return plan.Conclude(answers)[0], len(answers)
}

func allValid(int) signature.Answer { return signature.Valid }

// everyAnswerCounts judges w's bytes with each single answer changed from Valid.
func everyAnswerCounts(t *testing.T, name string, w *world, least int) {
	t.Helper()
	v, n := w.answered(t, allValid)
	if v.Outcome() != verifier.Verified || n < least {
		t.Fatalf("%s: %d checks: %s", name, n, v.AppendJSON(nil))
	}
	for i := range n {
		for _, bad := range []signature.Answer{signature.Invalid, signature.Unsupported} {
			if v, _ := w.answered(t, func(j int) signature.Answer {
				if i == j {
					return bad
				}
				return signature.Valid
			}); v.Outcome() == verifier.Verified {
				t.Errorf("%s: verified with answer %d of %d being %v", name, i, n, bad)
			}
		}
	}
}
