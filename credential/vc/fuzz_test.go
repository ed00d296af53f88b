package vc_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
)

// proven returns a credential with a chain of proofs, and a vp with a proof that has it and another one.
func proven(t testing.TB) []string {
	key := testvc.NewKey(t, "EdDSA")
	const context = `"@context":["https://www.w3.org/ns/credentials/v2"],`
	document := `{` + context + `"type":"VerifiableCredential","issuer":"https://a.example","credentialSubject":{"id":"` + key.DIDKey() + `"}}`
	options := `{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","verificationMethod":"` + key.DIDKey() + `","proofPurpose":"assertionMethod"}`
	first := key.Prove(t, document, strings.Replace(options, `{`, `{"id":"urn:a",`, 1))
	second := key.Prove(t, document, strings.Replace(options, `{`, `{"previousProof":"urn:a",`, 1), first)
	chain := testvc.WithProofs(document, first, second)
	vp := `{` + context + `"type":"VerifiablePresentation","verifiableCredential":[` + chain + `,` + testvc.WithProofs(document, first) + `]}`
	options = strings.Replace(options, `assertionMethod"`, `authentication","domain":"a","challenge":"n"`, 1)
	return []string{chain, testvc.WithProofs(vp, key.Prove(t, vp, options))}
}

// A vp has what its proof and each of its credentials say.
func TestAVPWithAProofIsRead(t *testing.T) {
	text := proven(t)[1]
	p, err := vc.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Credentials) != 2 || p.Proof == nil || p.Proof.Audience != "a" || p.Proof.Nonce != "n" || !p.Proof.Bound || !strings.HasPrefix(p.Proof.Method, "did:key:z6Mk") {
		t.Fatalf("%+v %+v", p, p.Proof)
	}
	for i, n := range []int{2, 1} {
		c := p.Credentials[i]
		if c.Format != vc.Proven || c.Holder == nil || len(c.Signatures()) != n {
			t.Errorf("%+v", c)
			continue
		}
		for _, s := range c.Signatures() {
			if check, err := s.Check(c.Holder); err != nil || native.Verify(check) != signature.Valid {
				t.Errorf("credential %d, %s: %v", i, s.Header.KeyID, err)
			}
		}
	}
	if check, err := p.Proof.Check(p.Credentials[0].Holder); err != nil || native.Verify(check) != signature.Valid {
		t.Errorf("the holder's: %v", err)
	}
}

var kinds = []error{vc.ErrFormat, vc.ErrLimit, vc.ErrType, vc.ErrUnsupported, vc.ErrBearer, vc.ErrUnsigned, vc.ErrAlgorithm}

// An error is of exactly one kind, and nothing is returned beside it. What is accepted names its issuer's key by an
// algorithm, has times in order of the calendar, and is one text: with a byte more at its end, JSON's white space and the
// padding of COSE in base64 apart, it is another or none.
func FuzzParse(f *testing.F) {
	for _, file := range []string{"rfc9901-examples.json", "sd-jwt-vc-examples.json"} {
		var doc struct {
			Examples           []struct{ Token string }
			Json_serialization []struct{ Jws_json json.RawMessage }
		}
		if err := json.Unmarshal(vectors.Read(f, "vc", "sd-jwt", file), &doc); err != nil {
			f.Fatal(err)
		}
		for _, e := range doc.Json_serialization {
			f.Add([]byte(e.Jws_json))
		}
		for _, e := range doc.Examples {
			f.Add([]byte(e.Token))
		}
	}
	for _, file := range []string{"presentation-jose-multiple", "presentation-sdjwt-selective", "credential-jose-minimal", "credential-cose-minimal", "presentation-cose-bad-credential"} {
		f.Add([]byte(strings.TrimSpace(string(vectors.Read(f, "vc", "vc-jose-cose", file+".txt")))))
	}
	var userinfo struct{ Credential_jwt, Id_token string }
	if err := json.Unmarshal(vectors.Read(f, "vc", "userinfo-vc", "userinfo-vc.json"), &userinfo); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(userinfo.Credential_jwt))
	f.Add([]byte(userinfo.Id_token))
	f.Add(vectors.Read(f, "vc", "data-integrity", "eddsa", "eddsa-jcs-2022", "signedJCS.json"))
	for _, text := range proven(f) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := vc.Parse(text)
		if err != nil {
			of := 0
			for _, kind := range kinds {
				if errors.Is(err, kind) {
					of++
				}
			}
			if of != 1 || p != nil {
				t.Fatalf("%v is of %d kinds; %v beside it", err, of, p)
			}
			return
		}
		if len(p.Credentials) == 0 {
			t.Fatal("no credential")
		}
		for _, c := range p.Credentials {
			if c.Format == 0 || c.Header().Algorithm == "" && c.Format != vc.Proven || c.NotBefore < 0 || c.NotAfter < 0 || c.HolderError != nil && c.Holder != nil {
				t.Fatalf("%+v", c)
			}
			if n := len(c.Signatures()); n == 0 || n > 8 || n > 1 && c.Format != vc.Proven {
				t.Fatalf("%d signatures of %+v", n, c)
			}
		}
		if p.Proof != nil && p.Proof.Token == nil && (p.Proof.Method == "" || (p.Proof.Audience == "") != (p.Proof.Nonce == "")) {
			t.Fatalf("%+v", p.Proof)
		}
		for _, more := range []string{"\n", "=", "A"} {
			if strings.HasPrefix(strings.TrimLeft(string(text), " \t\r\n"), "{") && more == "\n" {
				continue
			}
			if p.Credentials[0].Format == vc.VCCOSE && more == "=" {
				continue
			}
			longer, err := vc.Parse(append(append([]byte(nil), text...), more...))
			if err == nil && more != "A" {
				t.Fatalf("accepted with %q at its end", more)
			}
			if err == nil && longer.Proof == nil && len(p.Credentials) == 1 && p.Proof == nil && strings.HasSuffix(string(text), "~") {
				t.Fatal("a key binding of one character is none")
			}
		}
	})
}
