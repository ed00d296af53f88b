package attack

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/internal/jcs"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A vcWorld is an authority with one issuer of verifiable credentials, and a holder.
type vcWorld struct {
	issuer, holder *testvc.Key
	trust          verifier.Trust
	at             time.Time
}

const (
	vcList  = "https://issuer.example/status/1"
	vcOther = "https://issuer.example/status/2"
)

func newVCWorld(t *testing.T, claim ...string) *vcWorld {
	t.Helper()
	scope, err := name.ParseScope([]string{"example.com"})
	if err != nil {
		t.Fatal(err)
	}
	w := &vcWorld{issuer: testvc.NewKey(t, "ES256"), holder: testvc.NewKey(t, "EdDSA"), at: time.Unix(1_750_000_000, 0).UTC()}
	w.trust = verifier.Trust{Authorities: []verifier.Authority{{
		ID: "corp", Scope: scope, Status: verifier.StatusUncheckedUnsafe,
		Issuers: []verifier.Issuer{{
			ID: "https://issuer.example", Keys: []byte(`{"keys":[` + w.issuer.JWK(`,"kid":"k1"`) + `]}`),
			Identifiers: []verifier.ClaimRule{{Path: claim, Form: verifier.ClaimEmail}},
		}},
	}}}
	return w
}

// bareToken is judged for a client whose key the protocol has proven.
func (w *vcWorld) bareToken(t *testing.T, token string, lists ...string) verifier.Verdict {
	t.Helper()
	return w.judge(t, verifier.Presentation{
		Kind: verifier.BareToken, Bytes: []byte(token), SignatureKey: w.holder.Raw(), Expected: []string{"mailto:alice@example.com"},
	}, lists...)
}

func (w *vcWorld) judge(t *testing.T, p verifier.Presentation, lists ...string) verifier.Verdict {
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
	v.Use(bag)
	return askAt(v, w.at, w.at, p)
}

// statusToken is a Token Status List of the issuer.
func (w *vcWorld) statusToken(t *testing.T, uri string, content ...byte) string {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(content)
	z.Close()
	return w.issuer.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt","kid":"k1"}`,
		`{"sub":"`+uri+`","iat":1749990000,"exp":1751000000,"status_list":{"bits":1,"lst":"`+testvc.Encode(out.Bytes())+`"}}`)
}

// bitstring is a Bitstring Status List of the issuer whose first entry is the highest bit of first.
func (w *vcWorld) bitstring(t *testing.T, uri string, first byte) string {
	return w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w.bitstringPayload(uri, first))
}

func (w *vcWorld) bitstringPayload(uri string, first byte) string {
	content := make([]byte, 131072/8)
	content[0] = first
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(content)
	z.Close()
	return `{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"` + uri + `",` +
		`"type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"https://issuer.example","validFrom":"2025-06-15T00:00:00Z",` +
		`"validUntil":"2025-07-01T00:00:00Z","credentialSubject":{"type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"u` + testvc.Encode(out.Bytes()) + `"}}`
}

func (w *vcWorld) sdjwt(t *testing.T, typ, payload string, disclosures ...string) string {
	header := `{"alg":"ES256","kid":"k1"}`
	if typ != "" {
		header = `{"alg":"ES256","kid":"k1","typ":"` + typ + `"}`
	}
	return testvc.SDJWT(w.issuer.Sign(t, header, payload), disclosures...)
}

const (
	contextV1 = `"@context":["https://www.w3.org/2018/credentials/v1"]`
	contextV2 = `"@context":["https://www.w3.org/ns/credentials/v2"]`
	bitEntry  = `{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"0","statusListCredential":"` + vcOther + `"}`
	tokenRef  = `"status":{"status_list":{"idx":0,"uri":"` + vcList + `"}}`
)

// A JWT-VC that says in "vc" until when it holds, and has no typ, becomes an SD-JWT without disclosures when somebody
// writes a tilde behind it. What "vc" says must not be lost on the way.
func TestATildeDoesNotMakeAnotherCredentialOfAJWTVC(t *testing.T) {
	w := newVCWorld(t, "vc", "credentialSubject", "email")
	payload := `{"iss":"https://issuer.example","sub":"` + w.holder.DID() + `","vc":{` + contextV1 + `,"type":["VerifiableCredential"],` +
		`"expirationDate":"2025-01-01T00:00:00Z","credentialSubject":{"id":"` + w.holder.DID() + `","email":"alice@example.com"}}}`
	token := w.issuer.Sign(t, `{"alg":"ES256","kid":"k1"}`, payload)
	want(t, "the JWT-VC itself", w.bareToken(t, token), verifier.Rejected, verifier.CodeExpired)
	notVerified(t, "with a tilde behind it", w.bareToken(t, token+"~"))

	parts := strings.Split(token, ".")
	notVerified(t, "in the JSON serialization", w.bareToken(t, `{"protected":"`+parts[0]+`","payload":"`+parts[1]+`","signature":"`+parts[2]+`"}`))

	// The same within a presentation that its holder signs.
	vp := `{"iss":"` + w.holder.DID() + `","aud":"a","nonce":"n","iat":1749999999,"vp":{` + contextV1 + `,"type":["VerifiablePresentation"],"verifiableCredential":["` + token + `~"]}}`
	p := verifier.Presentation{Kind: verifier.Token, Audience: "a", Nonce: "n", Expected: []string{"mailto:alice@example.com"}}
	p.Bytes = []byte(w.holder.Sign(t, `{"alg":"EdDSA","typ":"JWT"}`, vp))
	notVerified(t, "with a tilde in a JWT-VP", w.judge(t, p))
	p.Bytes = []byte(w.holder.Sign(t, `{"alg":"EdDSA","typ":"JWT"}`, strings.Replace(vp, "~", "", 1)))
	want(t, "in a JWT-VP", w.judge(t, p), verifier.Rejected, verifier.CodeExpired)
}

// The same of a JWT without typ whose payload is a credential of the data model 2.0, and of a type of SD-JWT of which
// nothing is known but that it has the data model's words in it.
func TestAnUntypedSDJWTDoesNotLoseWhatTheDataModelRestricts(t *testing.T) {
	w := newVCWorld(t, "credentialSubject", "email")
	payload := `{` + contextV2 + `,"type":["VerifiableCredential"],"issuer":"https://issuer.example","validUntil":"2025-01-01T00:00:00Z",` +
		`"cnf":{"jwk":` + w.holder.JWK("") + `},"credentialSubject":{"email":"alice@example.com"}}`
	want(t, "as vc+sd-jwt", w.bareToken(t, w.sdjwt(t, "vc+sd-jwt", payload)), verifier.Rejected, verifier.CodeExpired)
	notVerified(t, "without typ", w.bareToken(t, w.sdjwt(t, "", payload)))
	notVerified(t, "of another type", w.bareToken(t, w.sdjwt(t, "example+sd-jwt", payload)))
}

// Of several references to status each must be good, under whichever of the two names they stand.
func TestEachStatusOfACredentialCounts(t *testing.T) {
	w := newVCWorld(t, "credentialSubject", "email")
	w.trust.Authorities[0].Status = verifier.StatusRequired
	w3c := `{` + contextV2 + `,"type":["VerifiableCredential"],"issuer":"https://issuer.example","cnf":{"jwk":` + w.holder.JWK("") + `},` +
		`"credentialSubject":{"email":"alice@example.com"},"credentialStatus":` + bitEntry
	header := `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`
	good, revoked := w.bitstring(t, vcOther, 0), w.bitstring(t, vcOther, 0x80)
	goodToken, revokedToken := w.statusToken(t, vcList, 0), w.statusToken(t, vcList, 1)
	want(t, "vc+jwt, good", w.bareToken(t, w.issuer.Sign(t, header, w3c+`}`), good), verifier.Verified, "")
	want(t, "vc+jwt, revoked", w.bareToken(t, w.issuer.Sign(t, header, w3c+`}`), revoked), verifier.Rejected, verifier.CodeRevoked)
	both := w3c + `,` + tokenRef + `}`
	notVerified(t, "vc+jwt, revoked in status", w.bareToken(t, w.issuer.Sign(t, header, both), good, revokedToken))
	notVerified(t, "vc+jwt, list of status withheld", w.bareToken(t, w.issuer.Sign(t, header, both), good))
	notVerified(t, "vc+sd-jwt, revoked in status", w.bareToken(t, w.sdjwt(t, "vc+sd-jwt", both), good, revokedToken))

	w.trust.Authorities[0].Issuers[0].Identifiers[0].Path = []string{"email"}
	sd := `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":` + w.holder.JWK("") + `},"email":"alice@example.com",` + tokenRef
	want(t, "dc+sd-jwt, good", w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", sd+`}`), goodToken), verifier.Verified, "")
	notVerified(t, "dc+sd-jwt, revoked in credentialStatus", w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", sd+`,"credentialStatus":`+bitEntry+`}`), goodToken, revoked))

	w.trust.Authorities[0].Issuers[0].Identifiers[0].Path = []string{"vc", "credentialSubject", "email"}
	jwtVC := `{"iss":"https://issuer.example","sub":"` + w.holder.DID() + `",` + tokenRef + `,"vc":{` + contextV1 + `,"type":["VerifiableCredential"],` +
		`"credentialStatus":` + bitEntry + `,"credentialSubject":{"email":"alice@example.com"}}}`
	notVerified(t, "JWT-VC, revoked in status", w.bareToken(t, w.issuer.Sign(t, `{"alg":"ES256","typ":"JWT","kid":"k1"}`, jwtVC), good, revokedToken))
}

// A holder must not be able to leave out one of the places where revocation is looked up.
func TestAReferenceToStatusCannotBeWithheld(t *testing.T) {
	w := newVCWorld(t, "credentialSubject", "email")
	w.trust.Authorities[0].Status = verifier.StatusRequired
	entry, digest := testvc.Disclosure(`["salt",` + bitEntry + `]`)
	other := strings.Replace(strings.Replace(bitEntry, vcOther, vcList, 1), `"revocation"`, `"revocation"`, 1)
	payload := `{` + contextV2 + `,"type":["VerifiableCredential"],"issuer":"https://issuer.example","cnf":{"jwk":` + w.holder.JWK("") + `},` +
		`"credentialSubject":{"email":"alice@example.com"},"credentialStatus":[` + other + `,{"...":"` + digest + `"}]}`
	good, revoked := w.bitstring(t, vcList, 0), w.bitstring(t, vcOther, 0x80)
	notVerified(t, "disclosed", w.bareToken(t, w.sdjwt(t, "vc+sd-jwt", payload, entry), good, revoked))
	notVerified(t, "withheld", w.bareToken(t, w.sdjwt(t, "vc+sd-jwt", payload), good, revoked))
}

// The first second of 1970 is over, too.
func TestTheSecondAfterTheEpochIsNoAbsenceOfAnEnd(t *testing.T) {
	w := newVCWorld(t, "email")
	sd := `{"iss":"https://issuer.example","vct":"v","exp":EXP,"cnf":{"jwk":` + w.holder.JWK("") + `},"email":"alice@example.com"}`
	want(t, "exp 2", w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", strings.Replace(sd, "EXP", "2", 1))), verifier.Rejected, verifier.CodeExpired)
	notVerified(t, "exp 1", w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", strings.Replace(sd, "EXP", "1", 1))))

	token := w.sdjwt(t, "dc+sd-jwt", strings.Replace(sd, "EXP", "1760000000", 1))
	kb := w.holder.Sign(t, `{"alg":"EdDSA","typ":"kb+jwt"}`, `{"iat":1749999990,"exp":1,"aud":"a","nonce":"n","sd_hash":"`+testvc.Hash(token)+`"}`)
	p := verifier.Presentation{Kind: verifier.Token, Audience: "a", Nonce: "n", Expected: []string{"mailto:alice@example.com"}, Bytes: []byte(token + kb)}
	notVerified(t, "key binding with exp 1", w.judge(t, p))

	w = newVCWorld(t, "credentialSubject", "email")
	w3c := `{` + contextV2 + `,"type":["VerifiableCredential"],"issuer":"https://issuer.example","cnf":{"jwk":` + w.holder.JWK("") + `},` +
		`"credentialSubject":{"email":"alice@example.com"},"validUntil":"1970-01-01T00:00:01Z"}`
	notVerified(t, "validUntil", w.bareToken(t, w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w3c)))
}

func TestAListThatEndedAtTheEpochIsNotFreshByItsTimeToLive(t *testing.T) {
	w := newVCWorld(t, "email")
	w.trust.Authorities[0].Status = verifier.StatusRequired
	sd := `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":` + w.holder.JWK("") + `},"email":"alice@example.com",` + tokenRef + `}`
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write([]byte{0})
	z.Close()
	list := w.issuer.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt","kid":"k1"}`,
		`{"sub":"`+vcList+`","iat":1749990000,"exp":1,"ttl":86400,"status_list":{"bits":1,"lst":"`+testvc.Encode(out.Bytes())+`"}}`)
	bag := &verifier.Bag{}
	if bag.AddStatusList([]byte(list)) != nil {
		return // that is no list
	}
	notVerified(t, "exp 1", w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", sd), list))
}

// An application that says for whom and in answer to what a proof must be made wants one, whatever the kind.
func TestAKeyBindingThatWasAskedForCannotBeStripped(t *testing.T) {
	w := newVCWorld(t, "email")
	token := w.sdjwt(t, "dc+sd-jwt", `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com"}`)
	kb := w.holder.Sign(t, `{"alg":"EdDSA","typ":"kb+jwt"}`, `{"iat":1749999990,"aud":"a","nonce":"n","sd_hash":"`+testvc.Hash(token)+`"}`)
	p := verifier.Presentation{Kind: verifier.BareToken, Audience: "a", Nonce: "n", SignatureKey: w.holder.Raw(), Expected: []string{"mailto:alice@example.com"}}
	p.Bytes = []byte(token + kb)
	want(t, "with it", w.judge(t, p), verifier.Verified, "")
	p.Nonce = "m"
	want(t, "of another nonce", w.judge(t, p), verifier.Rejected, verifier.CodePopContext)
	p.Bytes = []byte(token)
	notVerified(t, "stripped", w.judge(t, p))
}

// A multi-credential that names two users is ambiguous as a certificate that does is.
func TestBindingsOfSeveralUsersAreAmbiguous(t *testing.T) {
	for _, weak := range []bool{false, true} {
		w := newVCWorld(t, "email")
		client := mlstest.NewSigner(1)
		var bindings []mls.Binding
		for _, who := range []string{"alice@example.com", "bob@example.com"} {
			signer := mlstest.NewSigner(1)
			holder := testvc.KeyOf("EdDSA", signer)
			token := w.sdjwt(t, "dc+sd-jwt", `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+holder.JWK("")+`},"email":"`+who+`"}`)
			token += holder.Sign(t, `{"alg":"EdDSA","typ":"kb+jwt"}`, `{"iat":1749999990,"aud":"a","nonce":"n","sd_hash":"`+testvc.Hash(token)+`"}`)
			b := mls.Binding{CipherSuite: 1, Credential: mlstest.Token(mls.SDJWT, token), CredentialKey: mlstest.PublicKey(signer.Public())}
			b.Signature = mlstest.Sign(1, signer, "CredentialBindingTBS", mlstest.AppendVector(mlstest.BindingTBS(b), mlstest.PublicKey(client.Public())))
			bindings = append(bindings, b)
		}
		c := mls.Credential{Type: mls.Multi, Bindings: bindings}
		if weak {
			c.Type = mls.WeakMulti
		}
		at := uint64(w.at.Unix())
		kp := mlstest.KeyPackage{LeafNode: mlstest.LeafNode{Suite: 1, Signer: client, Credential: c, Lifetime: mls.Lifetime{NotBefore: at - 100, NotAfter: at + 100}}}.Build()
		notVerified(t, "two users", w.judge(t, verifier.Presentation{Kind: verifier.KeyPackage, Bytes: kp, Discover: true}))
	}
}

// What is planned for a status list signed under x5c must outlive the planning of the LeafNode around the credential.
func TestAStatusListUnderX5CCountsInALeafNode(t *testing.T) {
	p := newParty("corp", testca.Options{})
	key := testca.NewKey(testca.P256, "credential issuer")
	issue := func(common string, index uint64) string {
		end := testca.Cert{
			Subject: testca.Name{{Type: testca.OIDCommonName, Value: common}}, Key: key.Public(),
			Extensions: []testca.Ext{testca.KeyUsage(testca.DigitalSignature), testca.SAN(testca.URI("https://issuer.example")), testca.Status(p.ca.ListID, index)},
		}
		return `"x5c":["` + base64.StdEncoding.EncodeToString(p.ca.Intermediate.Issue(end)) + `","` + base64.StdEncoding.EncodeToString(p.ca.Intermediate.DER) + `"]`
	}
	w := newVCWorld(t, "email")
	w.at = now
	w.issuer = testvc.KeyOf("ES256", key.Signer)
	var client crypto.Signer = mlstest.NewSigner(1)
	w.holder = testvc.KeyOf("EdDSA", client)
	a := p.trusted(t, "example.com")
	a.Issuers = w.trust.Authorities[0].Issuers
	a.Issuers[0].Keys, a.Issuers[0].X5C = nil, true
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write([]byte{0})
	z.Close()
	n := func(d int64) string { return string(strictjson.AppendInt(nil, now.Unix()+d)) }
	token := testvc.SDJWT(w.issuer.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt",`+issue("credentials", 5)+`}`,
		`{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com",`+tokenRef+`}`))
	list := w.issuer.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt",`+issue("lists", 6)+`}`,
		`{"sub":"`+vcList+`","iat":`+n(-100)+`,"exp":`+n(100)+`,"status_list":{"bits":1,"lst":"`+testvc.Encode(out.Bytes())+`"}}`)
	kb := w.holder.Sign(t, `{"alg":"EdDSA","typ":"kb+jwt"}`, `{"iat":`+n(-10)+`,"aud":"a","nonce":"n","sd_hash":"`+testvc.Hash(token)+`"}`)
	kp := mlstest.KeyPackage{LeafNode: mlstest.LeafNode{
		Suite: 1, Signer: client, Credential: mlstest.Token(mls.SDJWT, token+kb),
		Lifetime: mls.Lifetime{NotBefore: uint64(now.Unix() - 100), NotAfter: uint64(now.Unix() + 100)},
	}}.Build()
	expected := []string{"mailto:alice@example.com"}
	for what, pres := range map[string]verifier.Presentation{
		"by itself":     {Kind: verifier.BareToken, Bytes: []byte(token), SignatureKey: w.holder.Raw(), Expected: expected},
		"in a LeafNode": {Kind: verifier.KeyPackage, Bytes: kp, Expected: expected},
	} {
		v := newVerifier(t, a)
		p.publish(t, v, now)
		bag := &verifier.Bag{}
		if err := bag.AddStatusList([]byte(list)); err != nil {
			t.Fatal(err)
		}
		v.Use(bag)
		want(t, what, ask(v, pres), verifier.Verified, "")
	}
}

// A name to show has the characters that are allowed in a certificate's, and no others.
func TestADisplayNameHasNoControlCharacters(t *testing.T) {
	w := newVCWorld(t, "email")
	w.trust.Authorities[0].Issuers[0].Name = []string{"name"}
	for _, bad := range []string{`Alice\u0000`, `Alice\nverified by corp`, `\u202eecilA`, `Ali\u200bce`} {
		v := w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", `{"iss":"https://issuer.example","vct":"v","name":"`+bad+`","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com"}`))
		if id, ok := v.Identity(); ok && id.Name != "" {
			t.Errorf("%s: shown as %q", bad, id.Name)
		}
	}
}

// A Data Integrity proof that is meant for one domain says so as aud does.
func TestTheDomainOfAProofRestrictsIt(t *testing.T) {
	w := newVCWorld(t, "credentialSubject", "email")
	w.issuer = testvc.NewKey(t, "EdDSA")
	w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + w.issuer.JWK(`,"kid":"key-1"`) + `]}`)
	canonical := func(text string) []byte {
		v, err := strictjson.Parse([]byte(text), strictjson.Limits{Bytes: 1 << 16, Nodes: 1 << 10, Depth: 20})
		if err != nil {
			t.Fatal(err)
		}
		b, err := jcs.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	document := `{` + contextV2 + `,"type":["VerifiableCredential"],"issuer":"https://issuer.example","credentialSubject":{"id":"` + w.holder.DID() + `","email":"alice@example.com"}}`
	for _, more := range []string{``, `"domain":"https://other.example",`, `"domain":"https://other.example","challenge":"x",`} {
		options := `{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022",` + more + `"verificationMethod":"https://issuer.example#key-1","proofPurpose":"assertionMethod"}`
		first, second := sha256.Sum256(canonical(options)), sha256.Sum256(canonical(document))
		value := testvc.Base58(w.issuer.SignRaw(t, append(first[:], second[:]...)))
		v := w.bareToken(t, document[:len(document)-1]+`,"proof":`+options[:len(options)-1]+`,"proofValue":"`+value+`"}}`)
		if more == "" {
			want(t, "no domain", v, verifier.Verified, "")
		} else {
			notVerified(t, "another domain", v)
		}
	}
}

// A key that is distrusted vouches for nobody, in whatever form it is configured.
func TestADistrustedKeyIsNoIssuersKey(t *testing.T) {
	key := testca.NewKey(testca.P256, "a key that was lost")
	old := testca.NewRoot(testca.Cert{Subject: testca.Name{{Type: testca.OIDCommonName, Value: "old"}}, Key: key.Public()}, key)
	w := newVCWorld(t, "email")
	w.issuer = testvc.KeyOf("ES256", key.Signer)
	w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + w.issuer.JWK("") + `]}`)
	w.trust.Distrusted = [][]byte{old.DER}
	if _, err := verifier.New(w.trust); err != nil {
		return
	}
	notVerified(t, "by a distrusted key", w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com"}`)))
}

// What holds: attacks that came to nothing.
func TestTokensOfOneKindAreNotTakenForAnother(t *testing.T) {
	w := newVCWorld(t, "email")
	evil, other := testvc.NewKey(t, "ES256"), testvc.NewKey(t, "EdDSA")
	good := `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":` + w.holder.JWK("") + `},"email":"alice@example.com"}`
	forged := func(header string) string { return testvc.SDJWT(evil.Sign(t, header, good)) }
	jwt := strings.Split(w.issuer.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt"}`, strings.Replace(good, w.holder.JWK(""), other.JWK(""), 1)), ".")
	mine := strings.Split(evil.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt"}`, good), ".")
	hidden, digest := testvc.Disclosure(`["s","jwk",` + w.holder.JWK("") + `]`)
	for what, token := range map[string]string{
		"kid of another DID":         forged(`{"alg":"ES256","typ":"dc+sd-jwt","kid":"` + evil.DID() + `#0"}`),
		"kid that is empty":          forged(`{"alg":"ES256","typ":"dc+sd-jwt","kid":"https://issuer.example#"}`),
		"jwk and x5u":                forged(`{"alg":"ES256","typ":"dc+sd-jwt","jwk":` + evil.JWK("") + `,"x5u":"https://evil.example"}`),
		"iss that is a list":         w.sdjwt(t, "dc+sd-jwt", strings.Replace(good, `"https://issuer.example"`, `["https://issuer.example"]`, 1)),
		"issuer beside iss":          w.sdjwt(t, "dc+sd-jwt", strings.Replace(good, `"vct"`, `"issuer":"https://other.example","vct"`, 1)),
		"a key binding as issuer's":  w.sdjwt(t, "kb+jwt", good),
		"a status list's typ":        w.sdjwt(t, "statuslist+jwt", good),
		"an ID token with cnf":       w.sdjwt(t, "", strings.Replace(good, `"vct"`, `"aud":"client","vct"`, 1)),
		"JSON, the second signature": `{"payload":"` + mine[1] + `","signatures":[{"protected":"` + jwt[0] + `","signature":"` + jwt[2] + `"},{"protected":"` + mine[0] + `","signature":"` + mine[2] + `"}]}`,
		"JSON, general and flat":     `{"payload":"` + jwt[1] + `","protected":"` + jwt[0] + `","signature":"` + jwt[2] + `","signatures":[]}`,
		"cnf that can be withheld":   w.sdjwt(t, "dc+sd-jwt", `{"iss":"https://issuer.example","vct":"v","cnf":{"_sd":["`+digest+`"]},"email":"alice@example.com"}`, hidden),
		"an e-mail that is a list":   w.sdjwt(t, "dc+sd-jwt", strings.Replace(good, `"alice@example.com"`, `["alice@example.com"]`, 1)),
		"an e-mail in upper case":    w.sdjwt(t, "dc+sd-jwt", strings.Replace(good, `"alice@example.com"`, `"ALICE@example.com"`, 1)),
		"two addresses in one":       w.sdjwt(t, "dc+sd-jwt", strings.Replace(good, `"alice@example.com"`, `"alice@example.com,bob@example.com"`, 1)),
	} {
		notVerified(t, what, w.bareToken(t, token))
	}
}

// A list that an issuer of another authority signed says nothing, even if it is named as the credential's.
func TestAStatusListOfAnotherAuthorityDoesNotCount(t *testing.T) {
	w := newVCWorld(t, "email")
	evil := testvc.NewKey(t, "ES256")
	a := w.trust.Authorities[0]
	a.Status = verifier.StatusRequired
	b := a
	b.ID = "evil"
	b.Issuers = []verifier.Issuer{{ID: "https://evil.example", Keys: []byte(`{"keys":[` + evil.JWK("") + `]}`)}}
	w.trust.Authorities = []verifier.Authority{a, b}
	token := w.sdjwt(t, "dc+sd-jwt", `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com",`+tokenRef+`}`)
	mine := &vcWorld{issuer: evil}
	list := mine.statusToken(t, vcList, 0)
	notVerified(t, "without iss", w.bareToken(t, token, list))
	parts := strings.Split(list, ".")
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, iss := range []string{"https://evil.example", "https://issuer.example"} {
		signed := evil.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt"}`, strings.Replace(string(payload), `{"sub"`, `{"iss":"`+iss+`","sub"`, 1))
		notVerified(t, iss, w.bareToken(t, token, signed))
	}
	want(t, "the issuer's own", w.bareToken(t, token, w.statusToken(t, vcList, 0)), verifier.Verified, "")
}

// A CA that is limited to a usage which is not the authority's cannot certify clients, and so nobody who vouches for any
// number of them.
func TestACAForAnotherUsageMakesNoIssuers(t *testing.T) {
	ca := testca.New(testca.Options{NoStatus: true})
	key := testca.NewKey(testca.P256, "credential issuer")
	w := newVCWorld(t, "email")
	w.at = now
	w.issuer = testvc.KeyOf("ES256", key.Signer)
	a := &w.trust.Authorities[0]
	a.Anchors = [][]byte{ca.Root.DER}
	a.Issuers[0].Keys, a.Issuers[0].X5C = nil, true
	for _, c := range []struct {
		usage    testca.OID
		verified bool
	}{{testca.OIDClientAuth, true}, {testca.OIDServerAuth, false}} {
		sub := ca.IntermediateCert()
		sub.Set(testca.EKU(c.usage))
		subCA := ca.Root.NewCA(sub, ca.Intermediate.Key)
		end := testca.Cert{
			Subject: testca.Name{{Type: testca.OIDCommonName, Value: "issuer"}}, Key: key.Public(),
			Extensions: []testca.Ext{testca.KeyUsage(testca.DigitalSignature), testca.SAN(testca.URI("https://issuer.example"))},
		}
		x5c := `"x5c":["` + base64.StdEncoding.EncodeToString(subCA.Issue(end)) + `","` + base64.StdEncoding.EncodeToString(subCA.DER) + `"]`
		v := w.bareToken(t, testvc.SDJWT(w.issuer.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt",`+x5c+`}`,
			`{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com"}`)))
		if c.verified {
			want(t, "a CA for clients", v, verifier.Verified, "")
		} else {
			want(t, "a CA for servers", v, verifier.Rejected, verifier.CodeWrongKeyUsage)
		}
	}
}

// Members bring the same list; that it came often is no reason to refuse anybody.
func TestAListThatCameOftenIsOneList(t *testing.T) {
	w := newVCWorld(t, "email")
	w.trust.Authorities[0].Status = verifier.StatusRequired
	token := w.sdjwt(t, "dc+sd-jwt", `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com",`+tokenRef+`}`)
	var lists []string
	list := w.statusToken(t, vcList, 0)
	for range 17 {
		lists = append(lists, list)
	}
	want(t, "seventeen times", w.bareToken(t, token, lists...), verifier.Verified, "")
}
