package dataintegrity_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/tests/testvc"
)

// An error is of exactly one kind, and nothing is returned beside it. What is signed is the same with other white space, and
// another with a member more, which nothing but proofs is left out of.
func FuzzParseAll(f *testing.F) {
	keys := map[string]*jose.Key{}
	const context = `"@context":["https://www.w3.org/ns/credentials/v2"],`
	document := `{` + context + `"type":"VerifiableCredential","issuer":"https://a.example","n":1}`
	for _, c := range []struct{ alg, suite string }{{"EdDSA", "eddsa-jcs-2022"}, {"ES256", "ecdsa-jcs-2019"}, {"ES384", "ecdsa-jcs-2019"}} {
		key := testvc.NewKey(f, c.alg)
		parsed, err := jose.ParseKey([]byte(key.JWK("")))
		if err != nil {
			f.Fatal(err)
		}
		keys[map[string]string{"EdDSA": "Ed25519"}[c.alg]+strings.TrimPrefix(c.alg, "EdDSA")] = parsed
		options := `{"type":"DataIntegrityProof","cryptosuite":"` + c.suite + `","created":"2025-01-01T00:00:00Z","verificationMethod":"did:example:a#1","proofPurpose":"assertionMethod"}`
		first := key.Prove(f, document, strings.Replace(options, `{`, `{"id":"urn:a",`, 1))
		second := key.Prove(f, document, strings.Replace(options, `{`, `{`+context+`"previousProof":"urn:a",`, 1), first)
		f.Add([]byte(testvc.WithProofs(document, first)))
		f.Add([]byte(testvc.WithProofs(document, first, second)))
	}
	limits := strictjson.Limits{Bytes: 1 << 16, Nodes: 1 << 12, Depth: 20}
	kinds := []error{dataintegrity.ErrFormat, dataintegrity.ErrUnsupported, dataintegrity.ErrLimit}
	messages := func(t *testing.T, text []byte) (signed [][]byte) {
		v, err := strictjson.Parse(text, limits)
		if err != nil {
			return nil
		}
		proofs, err := dataintegrity.ParseAll(v)
		if err != nil {
			n := 0
			for _, kind := range kinds {
				if errors.Is(err, kind) {
					n++
				}
			}
			if n != 1 || proofs != nil {
				t.Fatalf("%v is of %d kinds, beside %v", err, n, proofs)
			}
			return nil
		}
		for _, p := range proofs {
			key := keys[p.Algorithm()]
			if key == nil {
				signed = append(signed, nil)
				continue
			}
			check, err := p.Check(key)
			if err != nil {
				check.Message = nil
			}
			signed = append(signed, check.Message)
		}
		return signed
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		signed := messages(t, text)
		if signed == nil {
			return
		}
		var spaced bytes.Buffer
		if err := json.Indent(&spaced, text, " ", "\t"); err != nil {
			t.Fatalf("encoding/json: %v", err)
		}
		more := append(bytes.TrimSuffix(bytes.TrimRight(text, " \t\r\n"), []byte("}")), `,"zzzz zzzz":0}`...)
		same, other := messages(t, spaced.Bytes()), messages(t, more)
		if len(same) != len(signed) {
			if spaced.Len() <= limits.Bytes {
				t.Fatalf("%d proofs, and %d with white space", len(signed), len(same))
			}
			return
		}
		for i, m := range signed {
			if !bytes.Equal(m, same[i]) {
				t.Error("white space is signed")
			}
			if m != nil && i < len(other) && bytes.Equal(m, other[i]) {
				t.Error("a member more is not signed")
			}
		}
	})
}
