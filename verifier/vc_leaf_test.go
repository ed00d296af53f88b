package verifier_test

import (
	"crypto"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A leafWorld is a good KeyPackage with an SD-JWT credential.
type leafWorld struct {
	*world
	client     crypto.Signer
	leaf       mlstest.LeafNode
	credential func(text string) (mls.Credential, []byte)
}

func newLeafWorld(t testing.TB) *leafWorld {
	w := &leafWorld{world: newWorld(t), client: mlstest.NewSigner(1)}
	w.holder = testvc.KeyOf("EdDSA", w.client)
	replace(&w.payload, w.kbSigner.JWK(""), w.holder.JWK(""))
	w.kbSigner = w.holder
	at := uint64(w.at.Unix())
	w.leaf = mlstest.LeafNode{Suite: 1, Signer: w.client, Lifetime: mls.Lifetime{NotBefore: at - 100, NotAfter: at + 100}}
	w.credential = func(text string) (mls.Credential, []byte) { return mlstest.Token(mls.SDJWT, text), nil }
	w.presentation = verifier.Presentation{Kind: verifier.KeyPackage, Expected: []string{"mailto:alice@example.com"}}
	return w
}

func (w *leafWorld) judge(t testing.TB) verifier.Verdict {
	t.Helper()
	text := w.token(t)
	w.leaf.Credential, w.leaf.RawCredential = w.credential(text)
	w.presentation.Bytes = mlstest.KeyPackage{LeafNode: w.leaf}.Build()
	v := w.world.judge(t)
	shown.token = []byte(text)
	return v
}

func compacted(text string) (mls.Credential, []byte) {
	parts := strings.Split(text, "~")
	var jwt, disclosures [][]byte
	for _, s := range strings.Split(parts[0], ".") {
		b, _ := base64url.Decode(s)
		jwt = append(jwt, b)
	}
	for _, s := range parts[1 : len(parts)-1] {
		b, _ := base64url.Decode(s)
		disclosures = append(disclosures, b)
	}
	return mls.Credential{}, append([]byte{0, 6}, mlstest.Compacted(jwt[0], jwt[1], jwt[2], disclosures, parts[len(parts)-1])...)
}

func TestAnSDJWTCredentialInAKeyPackage(t *testing.T) {
	helper = t
	for name, c := range map[string]struct {
		change func(w *leafWorld)
		code   verifier.Code
	}{
		"good":                        {func(w *leafWorld) {}, ""},
		"compacted":                   {func(w *leafWorld) { w.credential = compacted }, ""},
		"the key of the protocol":     {func(w *leafWorld) { w.presentation.SignatureKey = w.holder.Raw() }, ""},
		"made long ago":               {func(w *leafWorld) { replace(&w.kbPayload, "1749999990", "1740000010") }, ""},
		"another key of the protocol": {func(w *leafWorld) { w.presentation.SignatureKey = w.other.Raw() }, verifier.CodeKeyMismatch},
		"45 cnf of another key": {func(w *leafWorld) {
			replace(&w.payload, w.holder.JWK(""), w.other.JWK(""))
			w.kbSigner = w.other
		}, verifier.CodeKeyMismatch},
		"45 a stolen credential": {func(w *leafWorld) { // Mallory's leaf around what Alice presents
			w.leaf.Signer = mlstest.NewSigner(1)
		}, verifier.CodeKeyMismatch},
		"no cnf":                     {func(w *leafWorld) { replace(&w.payload, `"cnf"`, `"xcnf"`) }, verifier.CodeNoKeyBinding},
		"48 no key binding":          {func(w *leafWorld) { w.noProof = true }, verifier.CodeKeyMismatch},
		"key binding by another key": {func(w *leafWorld) { w.kbSigner = w.other }, verifier.CodeBadSignature},
		"sd_hash of another set":     {func(w *leafWorld) { replace(&w.kbPayload, "HASH", testvc.Hash("x")) }, verifier.CodePopContext},
		"the leaf's signature":       {func(w *leafWorld) { w.leaf.Signature = make([]byte, 64) }, verifier.CodeBadSignature},
		"expired":                    {func(w *leafWorld) { replace(&w.payload, "1760000000", "1750000000") }, verifier.CodeExpired},
		"revoked":                    {func(w *leafWorld) { replace(&w.listPayload, compressed(1, 0), compressed(0b1000, 0)) }, verifier.CodeRevoked},
		"somebody else":              {func(w *leafWorld) { w.presentation.Expected = []string{"mailto:bob@example.com"} }, verifier.CodeIdentityMismatch},
		"an issuer nobody knows":     {func(w *leafWorld) { replace(&w.payload, "https://issuer.example", "https://evil.example") }, verifier.CodeUntrustedIssuer},
		"forged":                     {func(w *leafWorld) { w.signer = newES256() }, verifier.CodeBadSignature},
		"63 a bearer token": {func(w *leafWorld) {
			w.credential = func(string) (mls.Credential, []byte) {
				return mlstest.Token(mls.UserInfoVC, w.issuer.Sign(t, `{"alg":"ES256","typ":"JWT"}`, `{"iss":"https://issuer.example","sub":"1"}`)), nil
			}
		}, verifier.CodeNoKeyBinding},
		"an SD-JWT as a UserInfo VC": {func(w *leafWorld) {
			w.credential = func(text string) (mls.Credential, []byte) { return mlstest.Token(mls.UserInfoVC, text), nil }
		}, verifier.CodeMalformed},
		"an audience in the call": {func(w *leafWorld) { w.presentation.Audience, w.presentation.Nonce = "a", "n" }, verifier.CodeInvalidRequest},
	} {
		w := newLeafWorld(t)
		c.change(w)
		if v := w.judge(t); v.Code() != c.code {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
		}
	}
}

func TestAUserInfoVCInAKeyPackage(t *testing.T) {
	w := newLeafWorld(t)
	w.trust.Authorities[0].Issuers[0].Identifiers = []verifier.ClaimRule{{Path: []string{"vc", "credentialSubject", "email"}, Form: verifier.ClaimEmail}}
	w.trust.Authorities[0].Status = verifier.StatusUncheckedUnsafe
	subject := w.holder.DID()
	w.credential = func(string) (mls.Credential, []byte) {
		return mlstest.Token(mls.UserInfoVC, w.issuer.Sign(t, `{"alg":"ES256","typ":"JWT","kid":"k1"}`, `{"iss":"https://issuer.example","iat":1740000000,"exp":1760000000,"vc":{`+
			`"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential","UserInfoCredential"],"credentialSubject":{"id":"`+subject+`","email":"alice@example.com"}}}`)), nil
	}
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	subject = w.other.DID()
	if v := w.judge(t); v.Code() != verifier.CodeKeyMismatch {
		t.Errorf("another subject: %s", v.AppendJSON(nil))
	}
}
