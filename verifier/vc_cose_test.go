package verifier_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
	"github.com/e2eid/e2eid/verifier"
)

// A coseWorld is a good vp of the data model 2.0, secured with COSE like the credential in it.
type coseWorld struct {
	*vpWorld
	vcCOSE, vpCOSE testvc.Sign1
	media          string
	encode         func(credential []byte) string
	text           func(vp []byte) []byte
}

func newCOSEWorld(t testing.TB) *coseWorld {
	w := &coseWorld{vpWorld: newVPWorld(t)}
	w.vcCOSE.Protected = []testvc.Pair{{Key: 1, Value: -7}, {Key: 3, Value: "application/vc"}, {Key: 4, Value: []byte("k1")}, {Key: 16, Value: "application/vc+cose"}}
	w.vpCOSE.Protected = []testvc.Pair{{Key: 1, Value: -8}, {Key: 16, Value: "application/vp+cose"}}
	w.media = "application/vc+cose;base64"
	w.encode = base64.StdEncoding.EncodeToString
	w.text = func(vp []byte) []byte { return vp }
	return w
}

func (w *coseWorld) judge(t testing.TB) verifier.Verdict {
	t.Helper()
	w.vcCOSE.Payload = []byte(w.vc)
	vp := strings.Replace(w.vp, "application/vc+jwt", w.media, 1)
	w.vpCOSE.Payload = []byte(strings.ReplaceAll(vp, "TOKEN", w.encode(w.issuer.SignCOSE(t, w.vcCOSE))))
	p := w.presentation
	p.Bytes = w.text(w.vpSigner.SignCOSE(t, w.vpCOSE))
	return judgeOne(t, w.trust, w.at, p, w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w.list))
}

func TestAVPSecuredWithCOSE(t *testing.T) {
	helper = t
	v := newCOSEWorld(t).judge(t)
	if id, ok := v.Identity(); !ok || id.ID != "mailto:alice@example.com" {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	for name, c := range map[string]struct {
		change func(w *coseWorld)
		code   verifier.Code
	}{
		"in base64": {func(w *coseWorld) {
			w.text = func(b []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(b)) }
		}, ""},
		"in base64 without padding": {func(w *coseWorld) {
			w.text = func(b []byte) []byte { return []byte(base64.RawStdEncoding.EncodeToString(b)) }
		}, ""},
		"in base64url": {func(w *coseWorld) {
			w.text = func(b []byte) []byte { return []byte(base64.RawURLEncoding.EncodeToString(b)) }
		}, ""},
		"in hex":                     {func(w *coseWorld) { w.text = func(b []byte) []byte { return []byte(hex.EncodeToString(b)) } }, verifier.CodeMalformed},
		"not tagged":                 {func(w *coseWorld) { w.vpCOSE.Wrap = func(parts []any) any { return parts } }, ""},
		"within the tag of a CWT":    {func(w *coseWorld) { w.text = func(b []byte) []byte { return append([]byte{0xd8, 61}, b...) } }, verifier.CodeMalformed},
		"bytes after the end":        {func(w *coseWorld) { w.text = func(b []byte) []byte { return append(b, 0) } }, verifier.CodeMalformed},
		"a line break after the end": {func(w *coseWorld) { w.text = func(b []byte) []byte { return append(b, '\n') } }, verifier.CodeMalformed},
		"a space in front":           {func(w *coseWorld) { w.text = func(b []byte) []byte { return append([]byte{' '}, b...) } }, verifier.CodeMalformed},
		"a credential in base64url":  {func(w *coseWorld) { w.encode = base64.RawURLEncoding.EncodeToString }, ""},
		"a JWT in the vp": {func(w *coseWorld) {
			w.media = "application/vc+jwt"
			w.encode = func([]byte) string { return w.issuer.Sign(t, w.vcHeader, w.vc) }
		}, ""},
		"a credential whose URL does not say base64": {func(w *coseWorld) { w.media = "application/vc+cose" }, verifier.CodeMalformed},
		"a credential whose URL says JWT":            {func(w *coseWorld) { w.media = "application/vc+jwt;base64" }, verifier.CodeMalformed},
		"a credential in base64 twice": {func(w *coseWorld) {
			w.encode = func(b []byte) string {
				return base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString(b)))
			}
		}, verifier.CodeMalformed},
		"a JWT in base64": {func(w *coseWorld) {
			w.encode = func([]byte) string {
				return base64.StdEncoding.EncodeToString([]byte(w.issuer.Sign(t, w.vcHeader, w.vc)))
			}
		}, verifier.CodeMalformed},
		"a vp in the vp": {func(w *coseWorld) { w.vcCOSE.Set(16, "application/vp+cose"); w.vcCOSE.Set(3, "application/vp") }, verifier.CodeMalformed},
		"a credential twice": {func(w *coseWorld) {
			replace(&w.vp, `[{`, `[{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+cose;base64,TOKEN"},{`)
		}, verifier.CodeMalformed},
		"beside one as a JWT": {func(w *coseWorld) {
			replace(&w.vp, `}]}`, `},{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,`+w.issuer.Sign(t, w.vcHeader, w.vc)+`"}]}`)
		}, ""},
		"beside a forged one": {func(w *coseWorld) {
			replace(&w.vp, `}]}`, `},{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,`+newES256().Sign(t, w.vcHeader, w.vc)+`"}]}`)
		}, verifier.CodeBadSignature},
		"no content type": {func(w *coseWorld) { w.vcCOSE.Set(3, nil) }, ""},
		"no kid":          {func(w *coseWorld) { w.vcCOSE.Set(4, nil) }, ""},
		"a kid that nothing protects": {func(w *coseWorld) {
			w.vcCOSE.Set(4, nil)
			w.vcCOSE.Unprotected = []testvc.Pair{{Key: 4, Value: []byte("k2")}}
		}, ""},
		"alg under its full name":       {func(w *coseWorld) { w.vcCOSE.Set(1, -9); w.vpCOSE.Set(1, -19) }, ""},
		"no typ":                        {func(w *coseWorld) { w.vcCOSE.Set(16, nil) }, verifier.CodeCredentialTypeNotAllowed},
		"no typ of the vp":              {func(w *coseWorld) { w.vpCOSE.Set(16, nil) }, verifier.CodeCredentialTypeNotAllowed},
		"typ of a JWT":                  {func(w *coseWorld) { w.vcCOSE.Set(16, "application/vc+jwt") }, verifier.CodeCredentialTypeNotAllowed},
		"typ of a status list":          {func(w *coseWorld) { w.vcCOSE.Set(16, "application/statuslist+cwt") }, verifier.CodeCredentialTypeNotAllowed},
		"content type of a vp":          {func(w *coseWorld) { w.vcCOSE.Set(3, "application/vp") }, verifier.CodeCredentialTypeNotAllowed},
		"content type as a number":      {func(w *coseWorld) { w.vcCOSE.Set(3, 50) }, verifier.CodeCredentialTypeNotAllowed},
		"another kid":                   {func(w *coseWorld) { w.vcCOSE.Set(4, []byte("k2")) }, verifier.CodeUntrustedIssuer},
		"alg of another curve":          {func(w *coseWorld) { w.vcCOSE.Set(1, -35) }, verifier.CodeBadSignature},
		"alg of the holder's algorithm": {func(w *coseWorld) { w.vcCOSE.Set(1, -8) }, verifier.CodeBadSignature},
		"alg of the vp of another key":  {func(w *coseWorld) { w.vpCOSE.Set(1, -7) }, verifier.CodeBadSignature},
		"an unknown alg":                {func(w *coseWorld) { w.vcCOSE.Set(1, -47) }, verifier.CodeUnsupportedAlgorithm},
		"alg of HMAC":                   {func(w *coseWorld) { w.vcCOSE.Set(1, 5) }, verifier.CodeBadSignature},
		"a MAC": {func(w *coseWorld) {
			w.vpCOSE.Wrap = func(parts []any) any { return testvc.Tag{Number: 17, Content: parts} }
		}, verifier.CodeBadSignature},
		"alg that nothing protects": {func(w *coseWorld) {
			w.vcCOSE.Set(1, nil)
			w.vcCOSE.Unprotected = []testvc.Pair{{Key: 1, Value: -7}}
		}, verifier.CodeMalformed},
		"crit":                          {func(w *coseWorld) { w.vcCOSE.Set(2, []any{16}) }, verifier.CodeMalformed},
		"claims in the header":          {func(w *coseWorld) { w.vcCOSE.Set(15, []testvc.Pair{{Key: 4, Value: 1}}) }, verifier.CodeMalformed},
		"a label twice":                 {func(w *coseWorld) { w.vcCOSE.Protected = append(w.vcCOSE.Protected, testvc.Pair{Key: 1, Value: -7}) }, verifier.CodeMalformed},
		"a signature of another object": {func(w *coseWorld) { w.vcCOSE.Context = "Signature" }, verifier.CodeBadSignature},
		"forged":                        {func(w *coseWorld) { w.issuer = newES256() }, verifier.CodeBadSignature},
		"another subject's key":         {func(w *coseWorld) { replace(&w.vc, w.holder.DID(), w.other.DID()) }, verifier.CodeKeyMismatch},
		"presented by another":          {func(w *coseWorld) { w.vpSigner = w.other }, verifier.CodeBadSignature},
		"another nonce":                 {func(w *coseWorld) { w.presentation.Nonce = "n-2" }, verifier.CodePopContext},
		"no nonce":                      {func(w *coseWorld) { replace(&w.vp, `"nonce":"n-1234567890",`, ``) }, verifier.CodePopContext},
		"made long ago":                 {func(w *coseWorld) { replace(&w.vp, "1749999990", "1749999340") }, verifier.CodePopContext},
		"ended":                         {func(w *coseWorld) { replace(&w.vc, "2025-10-01T00:00:00Z", "2025-06-15T15:06:40Z") }, verifier.CodeExpired},
		"a claim vc":                    {func(w *coseWorld) { replace(&w.vc, `"issuer"`, `"vc":{},"issuer"`) }, verifier.CodeMalformed},
		"names twice in the payload":    {func(w *coseWorld) { replace(&w.vc, `"issuer"`, `"type":"x","issuer"`) }, verifier.CodeMalformed},
		"many levels": {func(w *coseWorld) {
			replace(&w.vc, `"alice@example.com"`, strings.Repeat("[", 99)+strings.Repeat("]", 99))
		}, verifier.CodeBudget},
		"many levels of CBOR": {func(w *coseWorld) { w.vpCOSE.Set(9, append(testvc.Raw(bytes.Repeat([]byte{0x81}, 99)), 0)) }, verifier.CodeBudget},
		"revoked":             {func(w *coseWorld) { replace(&w.list, gzipped(make([]byte, 16384)), setBit(94567)) }, verifier.CodeRevoked},
	} {
		w := newCOSEWorld(t)
		c.change(w)
		if v := w.judge(t); v.Code() != c.code {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
		}
	}
}

// What a status assertion would name of it is a form of JOSE's, which it has not.
func TestNoStatusAssertionIsAboutACredentialInCOSE(t *testing.T) {
	w := newCOSEWorld(t)
	at := strings.Index(w.vc, `"credentialStatus"`)
	w.vc = w.vc[:at] + `"status":{"status_assertion":{"credential_hash_alg":"sha-256"}}}`
	v := w.judge(t)
	if v.Code() != verifier.CodeRevocationUnavailable || len(v.Missing()) > 0 {
		t.Errorf("%s", v.AppendJSON(nil))
	}
}

// By itself it is for whoever proves the subject's key by other means, as any credential of the data models.
func TestACredentialSecuredWithCOSEByItself(t *testing.T) {
	w := newCOSEWorld(t)
	w.vcCOSE.Payload = []byte(w.vc)
	p := w.presentation
	p.Kind, p.Audience, p.Nonce, p.SignatureKey = verifier.BareToken, "", "", w.holder.Raw()
	p.Bytes = w.issuer.SignCOSE(t, w.vcCOSE)
	list := w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, w.list)
	if v := judgeOne(t, w.trust, w.at, p, list); v.Outcome() != verifier.Verified {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	p.SignatureKey = w.other.Raw()
	if v := judgeOne(t, w.trust, w.at, p, list); v.Code() != verifier.CodeKeyMismatch {
		t.Errorf("beside another key: %s", v.AppendJSON(nil))
	}
	p = w.presentation
	p.Bytes = w.issuer.SignCOSE(t, w.vcCOSE)
	if v := judgeOne(t, w.trust, w.at, p, list); v.Code() != verifier.CodeKeyMismatch {
		t.Errorf("as a presentation: %s", v.AppendJSON(nil))
	}
}

// The certificate of the signer comes in x5chain, and it must be protected.
func TestAnIssuersCertificationPathInX5Chain(t *testing.T) {
	ca := newCAWorld(t)
	w := newCOSEWorld(t)
	w.trust, w.at = ca.trust, ca.at
	w.trust.Authorities[0].Issuers[0].Identifiers = []verifier.ClaimRule{{Path: []string{"credentialSubject", "email"}, Form: verifier.ClaimEmail}}
	chain := []any{ca.ca.Intermediate.Issue(ca.leaf), ca.ca.Intermediate.DER}
	replace(&w.vc, "2025-10-01", "2027-10-01")
	w.vcCOSE.Payload = []byte(w.vc)
	w.vcCOSE.Set(33, chain)
	p := w.presentation
	p.Kind, p.Audience, p.Nonce, p.SignatureKey = verifier.BareToken, "", "", w.holder.Raw()
	p.Bytes = ca.issuer.SignCOSE(t, w.vcCOSE)
	if v := judgeOne(t, w.trust, w.at, p); v.Outcome() != verifier.Verified {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	w.vcCOSE.Set(33, nil)
	w.vcCOSE.Unprotected = []testvc.Pair{{Key: 33, Value: chain}}
	p.Bytes = ca.issuer.SignCOSE(t, w.vcCOSE)
	if v := judgeOne(t, w.trust, w.at, p); v.Code() != verifier.CodeUntrustedIssuer {
		t.Errorf("x5chain that nothing protects: %s", v.AppendJSON(nil))
	}
}

func TestALeafNodeHasNoCredentialInCOSE(t *testing.T) {
	for name, c := range map[string]struct {
		typ mls.CredentialType
		vp  func(w *coseWorld) // nil: the credential by itself
	}{
		"a credential as a UserInfo VC": {mls.UserInfoVC, nil},
		"a vp as an SD-JWT":             {mls.SDJWT, func(*coseWorld) {}},
		"a vp as a UserInfo VC":         {mls.UserInfoVC, func(*coseWorld) {}},
		"a vp with a vc+jwt as a UserInfo VC": {mls.UserInfoVC, func(w *coseWorld) {
			w.media, w.encode = "application/vc+jwt", func([]byte) string { return w.issuer.Sign(t, w.vcHeader, w.vc) }
		}},
		"a vp with a vc+sd-jwt as an SD-JWT":      {mls.SDJWT, asSDJWT(t)},
		"a vp with a vc+sd-jwt as a UserInfo VC ": {mls.UserInfoVC, asSDJWT(t)},
	} {
		leaf, w := newLeafWorld(t), newCOSEWorld(t)
		replace(&w.vc, w.holder.DID(), leaf.holder.DID())
		replace(&w.vp, w.holder.DID(), leaf.holder.DID())
		w.vcCOSE.Payload = []byte(w.vc)
		b := w.issuer.SignCOSE(t, w.vcCOSE)
		if c.vp != nil {
			c.vp(w)
			w.vpCOSE.Payload = []byte(strings.ReplaceAll(strings.Replace(w.vp, "application/vc+jwt", w.media, 1), "TOKEN", w.encode(b)))
			b = leaf.holder.SignCOSE(t, w.vpCOSE)
		}
		leaf.trust = w.trust
		leaf.trust.Authorities[0].Status = verifier.StatusUncheckedUnsafe
		for _, text := range []string{string(b), base64.StdEncoding.EncodeToString(b)} {
			leaf.credential = func(string) (mls.Credential, []byte) { return mlstest.Token(c.typ, text), nil }
			if v := leaf.judge(t); v.Code() != verifier.CodeMalformed {
				t.Errorf("%s: %s", name, v.AppendJSON(nil))
			}
		}
	}
}

func TestALeafNodeHasNoCredentialWithADataIntegrityProof(t *testing.T) {
	for name, c := range map[string]struct {
		typ  mls.CredentialType
		part int
	}{
		"a vp with a proof, with a vc+jwt, as a UserInfo VC":       {mls.UserInfoVC, 0},
		"a vp with a proof, with one with a proof, as an SD-JWT":   {mls.SDJWT, 1},
		"a vp with a proof, with one with a proof, as UserInfo VC": {mls.UserInfoVC, 1},
	} {
		leaf, w := newLeafWorld(t), newSeveralWorld(t, "Data Integrity")
		w.vpSigner, w.vpHolder = leaf.holder, leaf.holder.DID()
		w.parts[c.part].subject = leaf.holder.DID()
		if c.part == 0 {
			w.parts = w.parts[:1]
		} else { // the first is enveloped, and stands for none here
			w.parts[0].raw = w.issued(t, w.parts[1])
			w.parts = w.parts[:1]
		}
		vp := w.vp(t)
		p := w.presentation
		p.Bytes, p.Expected, p.Discover = []byte(vp), nil, true
		w.trust.Authorities[0].Status = verifier.StatusUncheckedUnsafe
		if v := judgeOne(t, w.trust, w.at, p); v.Outcome() != verifier.Verified {
			t.Fatalf("%s, by itself: %s", name, v.AppendJSON(nil))
		}
		leaf.trust = w.trust
		leaf.presentation.Expected, leaf.presentation.Discover = nil, true
		leaf.credential = func(string) (mls.Credential, []byte) { return mlstest.Token(c.typ, vp), nil }
		if v := leaf.judge(t); v.Code() != verifier.CodeMalformed {
			t.Errorf("%s: %s", name, v.AppendJSON(nil))
		}
	}
}

// asSDJWT has the vp's credential be a vc+sd-jwt.
func asSDJWT(t testing.TB) func(w *coseWorld) {
	return func(w *coseWorld) {
		w.media = "application/vc+sd-jwt"
		w.encode = func([]byte) string {
			return testvc.SDJWT(w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+sd-jwt","kid":"k1"}`, w.vc))
		}
	}
}

// The credential of the W3C suite, which is bound to nobody.
func TestTheCredentialOfTheSuiteIsVerified(t *testing.T) {
	var doc struct{ PublicKeyJwk json.RawMessage }
	if err := json.Unmarshal(vectors.Read(t, "vc", "vc-jose-cose", "vm-p256.json"), &doc); err != nil {
		t.Fatal(err)
	}
	trust := verifier.Trust{Authorities: []verifier.Authority{{ID: "suite", Status: verifier.StatusUncheckedUnsafe, Issuers: []verifier.Issuer{{
		ID: "https://example.issuer/vc-jose-cose", Keys: []byte(`{"keys":[` + string(doc.PublicKeyJwk) + `]}`),
	}}}}}
	at := time.Unix(1_750_000_000, 0).UTC()
	for file, code := range map[string]verifier.Code{
		"credential-cose-minimal.txt":            "",
		"credential-cose-minimal-not-base64.txt": verifier.CodeMalformed,
		"credential-cose-bad-media-type.txt":     verifier.CodeCredentialTypeNotAllowed,
		"credential-cose-bad-signature.txt":      verifier.CodeUntrustedIssuer, // of EdDSA, and the issuer's key is P-256
		"presentation-cose-bad-credential.txt":   verifier.CodeMalformed,
		"presentation-cose-single.txt":           verifier.CodeMalformed, // its credential is a placeholder
	} {
		text := bytes.TrimSpace(vectors.Read(t, "vc", "vc-jose-cose", file))
		v := judgeOne(t, trust, at, verifier.Presentation{Kind: verifier.BareToken, Bytes: text, PathOnly: true})
		if v.Code() != code || (v.Outcome() == verifier.Verified) != (code == "") {
			t.Errorf("%s: %s", file, v.AppendJSON(nil))
		}
	}
}
