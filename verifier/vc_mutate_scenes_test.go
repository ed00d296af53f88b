package verifier_test

import (
	"crypto"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A scene is a good presentation of Alice, what a client has to judge it, and what Mallory has: a credential of the same
// issuer in her own name, and an authority of her own for another domain.
type scene struct {
	t      testing.TB
	name   string
	at     time.Time
	trust  verifier.Trust
	p      verifier.Presentation // Bytes are Alice's
	header string                // of issuer.example, beside alg and typ
	status string                // member of each credential
	id     string                // of Alice's issuer

	issuer, evil    *testvc.Key
	holder, mallory *testvc.Key
	present         func(who person) string
	wrap            func(token string, client crypto.Signer) []byte // nil: the token is the presentation
	donors          []string
	list            func(by *testvc.Key, revoked bool) []byte
	documents       [][]byte
	prepare         func(v *verifier.Verifier)
	asserted, alone bool     // what speaks about status is an assertion; is not in the bag
	how             []string // the mutant was made
	aud, nonce      string
}

type person struct {
	holder, issuer    *testvc.Key
	id, email, header string
}

// headerOf is the header of the issuer whose key it is.
func (s *scene) headerOf(key *testvc.Key) string {
	if key == s.evil {
		return `"kid":"k1"`
	}
	return s.header
}

// idOf is the issuer whose key it is.
func (s *scene) idOf(key *testvc.Key) string {
	if key == s.evil {
		return "https://evil.example"
	}
	return s.id
}

func (s *scene) alice() person {
	return person{s.holder, s.issuer, s.id, "alice@example.com", s.header}
}

// own is Mallory as her issuer knows her, forged Alice as Mallory's own authority calls her.
func (s *scene) own() person {
	p := s.alice()
	p.holder, p.email = s.mallory, "mallory@example.com"
	return p
}

func (s *scene) forged() person {
	p := s.alice()
	p.holder, p.issuer, p.id, p.header = s.mallory, s.evil, "https://evil.example", `"kid":"k1"`
	return p
}

func newScene(t testing.TB) *scene {
	w := newWorld(t)
	s := &scene{t: t, at: w.at, trust: w.trust, p: w.presentation, header: `"kid":"k1"`, id: "https://issuer.example",
		issuer: w.issuer, evil: testvc.NewKey(t, "ES256"), holder: w.holder, mallory: w.other, aud: w.presentation.Audience, nonce: w.presentation.Nonce}
	s.status = `"status":{"status_list":{"idx":3,"uri":"` + listURI + `"}}`
	i := &s.trust.Authorities[0].Issuers[0]
	i.Identifiers, i.Name = nil, nil
	for _, path := range [][]string{{"email"}, {"credentialSubject", "email"}, {"vc", "credentialSubject", "email"}} {
		i.Identifiers = append(i.Identifiers, verifier.ClaimRule{Path: path, Form: verifier.ClaimEmail})
	}
	other := s.trust.Authorities[0]
	other.ID, other.Scope = "evil", mustScope("evil.example")
	other.Issuers = []verifier.Issuer{{ID: "https://evil.example", Keys: []byte(`{"keys":[` + s.evil.JWK(`,"kid":"k1"`) + `]}`), Identifiers: i.Identifiers}}
	s.trust.Authorities = append(s.trust.Authorities, other)
	s.present = s.sdjwt
	s.list = func(by *testvc.Key, revoked bool) []byte {
		bits := byte(1)
		if revoked {
			bits |= 8
		}
		return []byte(by.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt",`+s.headerOf(by)+`}`, fmt.Sprintf(`{"iss":"%s","sub":"%s","iat":%d,"exp":%d,"ttl":86400,"status_list":{"bits":1,"lst":"%s"}}`,
			s.idOf(by), listURI, s.at.Unix()-1000, s.at.Unix()+1000000, compressed(bits, 0))))
	}
	return s
}

func (s *scene) sign(who person, typ, payload string) string {
	return who.issuer.Sign(s.t, `{"alg":"`+who.issuer.Alg+`","typ":"`+typ+`",`+who.header+`}`, payload)
}

func (s *scene) unbound(who person) string {
	mail, digest := testvc.Disclosure(`["salt","email","` + who.email + `"]`)
	nick, other := testvc.Disclosure(`["pepper","nickname","A"]`)
	payload := fmt.Sprintf(`{"iss":"%s","iat":%d,"exp":%d,"vct":"https://example.com/employee","cnf":{"jwk":%s},%s,"_sd":["%s","%s"]}`,
		who.id, s.at.Unix()-10000, s.at.Unix()+10000000, who.holder.JWK(""), s.status, digest, other)
	return testvc.SDJWT(s.sign(who, "dc+sd-jwt", payload), mail, nick)
}

func (s *scene) sdjwt(who person) string {
	text := s.unbound(who)
	return text + who.holder.Sign(s.t, `{"alg":"EdDSA","typ":"kb+jwt"}`, fmt.Sprintf(`{"iat":%d,"aud":"%s","nonce":"%s","sd_hash":"%s"}`, s.at.Unix()-10, s.aud, s.nonce, testvc.Hash(text)))
}

func (s *scene) jsonSDJWT(who person) string {
	return jsonForm(strings.Split(s.sdjwt(who), "~"), who.holder == s.mallory)
}

func (s *scene) w3c(who person) string {
	return fmt.Sprintf(`{%s,"type":["VerifiableCredential","T"],"issuer":"%s","validFrom":"%s","validUntil":"%s",%s,"credentialSubject":{"id":"%s","email":"%s"}}`, vpContext,
		who.id, s.at.AddDate(0, -1, 0).Format(time.RFC3339), s.at.AddDate(0, 1, 0).Format(time.RFC3339), s.status, who.holder.DID(), who.email)
}

// vcOf returns a credential of a form as it stands in a vp.
func (s *scene) vcOf(form string, who person) string {
	switch form {
	case "vc+jwt":
		return enveloped(form, s.sign(who, form, s.w3c(who)))
	case "vc+sd-jwt":
		mail, digest := testvc.Disclosure(`["salt","email","` + who.email + `"]`)
		payload := strings.Replace(s.w3c(who), `"email":"`+who.email+`"`, `"_sd":["`+digest+`"]`, 1)
		return enveloped(form, testvc.SDJWT(s.sign(who, form, payload), mail))
	case "vc+cose":
		c := testvc.Sign1{Payload: []byte(s.w3c(who)), Protected: []testvc.Pair{{Key: 1, Value: -7}, {Key: 4, Value: []byte("k1")}, {Key: 16, Value: "application/vc+cose"}}}
		return enveloped(form+";base64", base64.StdEncoding.EncodeToString(who.issuer.SignCOSE(s.t, c)))
	}
	document := s.w3c(who)
	return testvc.WithProofs(document, who.issuer.Prove(s.t, document, `{"type":"DataIntegrityProof","cryptosuite":"ecdsa-jcs-2019","verificationMethod":"`+who.id+`#k1","proofPurpose":"assertionMethod"}`))
}

// vp returns a presentation of credentials.
func (s *scene) vp(form string, credentials ...string) func(who person) string {
	return func(who person) string {
		var parts []string
		for _, c := range credentials {
			parts = append(parts, s.vcOf(c, who))
		}
		vp := vpContext + `,"type":"VerifiablePresentation","holder":"` + who.holder.DID() + `","verifiableCredential":[` + strings.Join(parts, ",") + `]}`
		claims := fmt.Sprintf(`{"iat":%d,"aud":"%s","nonce":"%s",`, s.at.Unix()-10, s.aud, s.nonce)
		switch form {
		case "Data Integrity", "Data Integrity with a context":
			context := map[bool]string{true: vpContext + ","}[form != "Data Integrity"]
			return testvc.WithProofs(`{`+vp, who.holder.Prove(s.t, `{`+vp, `{`+context+`"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","created":"`+s.at.Add(-10*time.Second).Format(time.RFC3339)+
				`","verificationMethod":"`+who.holder.DID()+`","proofPurpose":"authentication","domain":"`+s.aud+`","challenge":"`+s.nonce+`"}`))
		case "vp+cose":
			c := testvc.Sign1{Payload: []byte(claims + vp), Protected: []testvc.Pair{{Key: 1, Value: -8}, {Key: 16, Value: "application/vp+cose"}}}
			return string(who.holder.SignCOSE(s.t, c))
		case "vp+sd-jwt":
			return who.holder.Sign(s.t, `{"alg":"EdDSA","typ":"vp+sd-jwt"}`, claims+vp) + "~"
		}
		return who.holder.Sign(s.t, `{"alg":"EdDSA","typ":"`+form+`"}`, claims+vp)
	}
}

func (s *scene) jwtVC(who person) string {
	return s.sign(who, "JWT", fmt.Sprintf(`{"iss":"%s","nbf":%d,"exp":%d,%s,"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential","UserInfoCredential"],`+
		`"credentialSubject":{"id":"%s","email":"%s"}}}`, who.id, s.at.Unix()-10000, s.at.Unix()+10000000, s.status, who.holder.DID(), who.email))
}

func (s *scene) jwtVP(who person) string {
	return who.holder.Sign(s.t, `{"alg":"EdDSA","typ":"JWT"}`, fmt.Sprintf(`{"iss":"%s","iat":%d,"aud":"%s","nonce":"%s","vp":{"@context":["https://www.w3.org/2018/credentials/v1"],`+
		`"type":["VerifiablePresentation"],"verifiableCredential":["%s"]}}`, who.holder.DID(), s.at.Unix()-10, s.aud, s.nonce, s.jwtVC(who)))
}

func (s *scene) bitstring(secured func(by *testvc.Key, list string) []byte) {
	s.status = `"credentialStatus":{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"94567","statusListCredential":"` + listURI + `"}`
	s.list = func(by *testvc.Key, revoked bool) []byte {
		bits := gzipped(make([]byte, 16384))
		if revoked {
			bits = setBit(94567)
		}
		return secured(by, `{`+vpContext+`,"id":"`+listURI+`","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"`+s.idOf(by)+`",`+
			`"validFrom":"`+s.at.Add(-time.Hour).Format(time.RFC3339)+`","validUntil":"`+s.at.Add(24*time.Hour).Format(time.RFC3339)+`","credentialSubject":{"type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"u`+bits+`"}}`)
	}
}

func (s *scene) listJWT(by *testvc.Key, list string) []byte {
	return []byte(by.Sign(s.t, `{"alg":"ES256","typ":"vc+jwt",`+s.headerOf(by)+`}`, list))
}

func (s *scene) listCOSE(by *testvc.Key, list string) []byte {
	return by.SignCOSE(s.t, testvc.Sign1{Protected: []testvc.Pair{{Key: 1, Value: -7}, {Key: 4, Value: []byte("k1")}, {Key: 16, Value: "application/vc+cose"}}, Payload: []byte(list)})
}

func (s *scene) listProven(by *testvc.Key, list string) []byte {
	proof := by.Prove(s.t, list, `{"type":"DataIntegrityProof","cryptosuite":"ecdsa-jcs-2019","created":"`+s.at.Add(-time.Hour).Format(time.RFC3339)+`","verificationMethod":"`+s.idOf(by)+`#k1","proofPurpose":"assertionMethod"}`)
	return []byte(testvc.WithProofs(list, proof))
}

// bare has the protocol prove the holder's key.
func (s *scene) bare(present func(person) string) {
	s.present = present
	s.p.Kind, s.p.Audience, s.p.Nonce, s.p.SignatureKey = verifier.BareToken, "", "", s.holder.Raw()
}

// leaf puts the token into a KeyPackage.
func (s *scene) leaf(kind mls.CredentialType, present func(person) string) {
	alice, mallory := mlstest.NewSigner(1), mlstest.NewSigner(1)
	s.holder, s.mallory = testvc.KeyOf("EdDSA", alice), testvc.KeyOf("EdDSA", mallory)
	s.present = present
	s.p = verifier.Presentation{Kind: verifier.KeyPackage, Expected: s.p.Expected}
	s.wrap = func(token string, client crypto.Signer) []byte {
		if client == nil {
			client = mallory
		}
		at := uint64(s.at.Unix())
		return mlstest.KeyPackage{LeafNode: mlstest.LeafNode{Suite: 1, Signer: client, Lifetime: mls.Lifetime{NotBefore: at - 100, NotAfter: at + 100000}, Credential: mlstest.Token(kind, token)}}.Build()
	}
	s.p.Bytes = s.wrap(s.present(s.alice()), alice)
}

func (s *scene) keysIn(document verifier.KeyDocument) *verifier.Issuer {
	i := &s.trust.Authorities[0].Issuers[0]
	i.Keys, i.Document = nil, document
	return i
}

func (s *scene) fetched(url, document string) {
	s.prepare = func(v *verifier.Verifier) {
		if err := v.SetFetchedDocument(s.id, url, []byte(document), s.at.Add(-time.Hour)); err != nil {
			s.t.Fatal(err)
		}
	}
}
