package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

func TestRulesOfIdentifiers(t *testing.T) {
	for s, want := range map[string]string{
		"email:email": "email|", "email:email,email_verified": "email|email_verified", "uri:sub": "sub|",
		"email:vc.credentialSubject.email": "vc/credentialSubject/email|", "email:a.b,c.d": "a/b|c/d",
		"": "", "email": "", "email:": "", "email:,v": "", "email:a,": "", "email:a..b": "", "uri:.a": "", "name:a": "", "EMAIL:a": "",
	} {
		r, ok := claimRule(s)
		got := ""
		if ok {
			got = strings.Join(r.Path, "/") + "|" + strings.Join(r.Verified, "/")
		}
		if got != want || ok && (r.Form == verifier.ClaimEmail) != strings.HasPrefix(s, "email") {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func pkcs8(t *testing.T) []byte {
	t.Helper()
	b, err := x509.MarshalPKCS8PrivateKey(testca.NewKey(testca.P256, "issuer").Signer)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b})
}

func TestKeysAreReadFromEachFormOfAFile(t *testing.T) {
	var bundle []byte
	kinds := []testca.Kind{testca.P256, testca.P384, testca.Ed25519}
	for _, kind := range kinds {
		key := testca.NewKey(kind, "issuer").Signer.Public()
		spki, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})
		bundle = append(bundle, block...)
		want, err := jwxsign.PublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		for form, text := range map[string]string{
			"PEM": string(block), "JWK": string(want.JWK()), "JWK Set": `{"keys":[` + string(want.JWK()) + `]}`,
			"JWK with more": strings.Replace(string(want.JWK()), "{", `{"kid":"a","use":"sig","x-y":1,`, 1),
		} {
			jwks, err := publicKeys([]byte(text))
			if err != nil || len(jwks) != 1 {
				t.Errorf("%v as %s: %d keys, %v", kind, form, len(jwks), err)
				continue
			}
			if got, err := jose.ParseKey(jwks[0]); err != nil || got.Thumbprint() != want.Thumbprint() {
				t.Errorf("%v as %s: another key, %v", kind, form, err)
			}
		}
		if _, err := publicKeys(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: append(spki, 0)})); err == nil {
			t.Errorf("%v with bytes after the key: accepted", kind)
		}
	}
	// Fixtures have private keys. What is secret is left out.
	for name, text := range map[string]string{
		"JWK": `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","key_ops":["sign"]}`,
		"PEM": string(pkcs8(t)),
	} {
		jwks, err := publicKeys([]byte(text))
		if !errors.Is(err, errPrivate) || len(jwks) != 1 || strings.Contains(string(jwks[0]), `"d"`) {
			t.Errorf("private key as %s: %s, %v", name, jwks, err)
			continue
		}
		if _, err := jose.ParseKey(jwks[0]); err != nil {
			t.Errorf("private key as %s: %v", name, err)
		}
	}
	if jwks, err := publicKeys(bundle); err != nil || len(jwks) != len(kinds) {
		t.Errorf("a bundle: %d keys, %v", len(jwks), err)
	}
	ca := testca.New(testca.Options{})
	jwks, err := publicKeys(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Root.DER}))
	want, _ := jwxsign.PublicKey(ca.Root.Key.Signer.Public())
	if err != nil || len(jwks) != 1 || string(jwks[0]) != string(want.JWK()) {
		t.Errorf("a certificate: %s, %v", jwks, err)
	}
	for name, text := range map[string]string{
		"nothing": "", "text": "hello", "an array": "[]", "a number": "1", "an object": "{}", "keys that are an object": `{"keys":{}}`,
		"a symmetric key": `{"kty":"oct","k":"AAAA"}`, "an unknown curve": `{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}`,
	} {
		if jwks, err := publicKeys([]byte(text)); err == nil {
			t.Errorf("%s: %s", name, jwks)
		}
	}
}
