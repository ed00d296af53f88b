package verifier_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/jcs"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

func canonical(t testing.TB, text string) []byte {
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

func TestACredentialWithADataIntegrityProof(t *testing.T) {
	issuer := testvc.NewKey(t, "EdDSA")
	w := newWorld(t)
	a := &w.trust.Authorities[0]
	a.Status = verifier.StatusUncheckedUnsafe
	a.Issuers[0].Keys = []byte(`{"keys":[` + issuer.JWK(`,"kid":"key-1"`) + `]}`)
	a.Issuers[0].Identifiers = []verifier.ClaimRule{{Path: []string{"credentialSubject", "email"}, Form: verifier.ClaimEmail}}
	document := `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"https://issuer.example",` +
		`"validFrom":"2025-02-01T00:00:00Z","validUntil":"2025-10-01T00:00:00Z","credentialSubject":{"id":"` + w.holder.DID() + `","email":"alice@example.com"}}`
	options := `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","created":"2025-02-01T00:00:00Z",` +
		`"verificationMethod":"https://issuer.example#key-1","proofPurpose":"assertionMethod"}`
	for name, c := range map[string]struct {
		change func(document, options *string, p *verifier.Presentation)
		late   func(signed string) string
		code   verifier.Code
	}{
		"good":                      {},
		"another key of the issuer": {change: func(d, o *string, p *verifier.Presentation) { replace(o, "#key-1", "#key-2") }, code: verifier.CodeUntrustedIssuer},
		"a key of another controller": {change: func(d, o *string, p *verifier.Presentation) {
			replace(o, "https://issuer.example#key-1", "https://evil.example#key-1")
		}, code: verifier.CodeUntrustedIssuer},
		"a key that is its own DID": {change: func(d, o *string, p *verifier.Presentation) {
			replace(o, "https://issuer.example#key-1", issuer.DID()+"#0")
		}, code: verifier.CodeUntrustedIssuer},
		"an issuer nobody knows": {change: func(d, o *string, p *verifier.Presentation) {
			replace(d, `"https://issuer.example"`, `"https://evil.example"`)
		}, code: verifier.CodeUntrustedIssuer},
		"a proof to authenticate": {change: func(d, o *string, p *verifier.Presentation) { replace(o, "assertionMethod", "authentication") }, code: verifier.CodeMalformed},
		"a suite on RDF":          {change: func(d, o *string, p *verifier.Presentation) { replace(o, "eddsa-jcs-2022", "eddsa-rdfc-2022") }, code: verifier.CodeUnsupportedCredential},
		"made in the future":      {change: func(d, o *string, p *verifier.Presentation) { replace(o, "2025-02-01", "2025-12-01") }, code: verifier.CodeNotYetValid},
		"a proof that has expired": {change: func(d, o *string, p *verifier.Presentation) {
			replace(o, `"created"`, `"expires":"2025-03-01T00:00:00Z","created"`)
		}, code: verifier.CodeExpired},
		"ended":                         {change: func(d, o *string, p *verifier.Presentation) { replace(d, "2025-10-01", "2025-03-01") }, code: verifier.CodeExpired},
		"another subject's key":         {change: func(d, o *string, p *verifier.Presentation) { replace(d, w.holder.DID(), w.other.DID()) }, code: verifier.CodeKeyMismatch},
		"presented as if by its holder": {change: func(d, o *string, p *verifier.Presentation) { p.Kind, p.Audience, p.Nonce = verifier.Token, "a", "n" }, code: verifier.CodeKeyMismatch},
		"a claim that was changed":      {late: func(s string) string { return strings.Replace(s, "alice@", "bob@", 1) }, code: verifier.CodeBadSignature},
		"a claim that was added":        {late: func(s string) string { return strings.Replace(s, `"validFrom"`, `"x":1,"validFrom"`, 1) }, code: verifier.CodeBadSignature},
		"white space":                   {late: func(s string) string { return strings.Replace(s, `,`, ` , `, 1) }},
		"names twice":                   {late: func(s string) string { return strings.Replace(s, `"validFrom"`, `"type":"x","validFrom"`, 1) }, code: verifier.CodeMalformed},
		"bytes after it":                {late: func(s string) string { return s + "x" }, code: verifier.CodeMalformed},
	} {
		d, o, p := document, options, w.presentation
		p.Kind, p.Audience, p.Nonce, p.SignatureKey = verifier.BareToken, "", "", w.holder.Raw()
		if c.change != nil {
			c.change(&d, &o, &p)
		}
		first, second := sha256.Sum256(canonical(t, o)), sha256.Sum256(canonical(t, d))
		value := testvc.Base58(issuer.SignRaw(t, append(first[:], second[:]...)))
		signed := d[:len(d)-1] + `,"proof":` + o[:len(o)-1] + `,"proofValue":"` + value + `"}}`
		if c.late != nil {
			signed = c.late(signed)
		}
		p.Bytes = []byte(signed)
		if v := judgeOne(t, w.trust, w.at, p); v.Code() != c.code {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
		}
	}
}
