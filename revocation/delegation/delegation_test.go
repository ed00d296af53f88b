package delegation_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/delegation"
	"github.com/e2eid/e2eid/signature"
)

const (
	header  = `{"alg":"Ed25519","typ":"e2eid-list-signing+jwt"}`
	payload = `{"iss":"https://issuer.example","authority":"a.example","nbf":100,"exp":200,"key":{"kty":"OKP","crv":"Ed25519","x":"ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ"}}`
)

// token is signed by nobody: that is the caller's to check.
func token(header, payload string) []byte {
	encode := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	return []byte(encode([]byte(header)) + "." + encode([]byte(payload)) + "." + encode(make([]byte, ed25519.SignatureSize)))
}

func TestParse(t *testing.T) {
	d, err := delegation.Parse(token(header, payload))
	if err != nil || d.Issuer != "https://issuer.example" || d.Authority != "a.example" || d.Key.Algorithm != signature.Ed25519 || len(d.Key.Key) != 32 {
		t.Fatalf("%+v, %v", d, err)
	}
	for now, want := range map[int64]bool{0: false, 99: false, 100: true, 199: true, 200: false, 1 << 62: false} {
		if d.Holds(now) != want {
			t.Errorf("at %d it holds: %t", now, !want)
		}
	}
	if _, err := delegation.Parse(token(strings.Replace(header, "e2eid", "application/E2EID", 1), payload)); err != nil {
		t.Errorf("the long form of the type: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, was, is string }{
		{"another type", "e2eid-list-signing+jwt", "dc+sd-jwt"},
		{"no type", `,"typ":"e2eid-list-signing+jwt"`, ``},
		{"a MAC", `"alg":"Ed25519"`, `"alg":"HS256"`},
		{"a certificate in the header", `"typ"`, `"x5c":["AA=="],"typ"`},
		{"an address of keys in the header", `"typ"`, `"jku":"https://x.example","typ"`},
		{"no issuer", `"iss":"https://issuer.example",`, ``},
		{"an issuer that is no text", `"https://issuer.example"`, `1`},
		{"an empty issuer", `"https://issuer.example"`, `""`},
		{"no authority", `"authority":"a.example",`, ``},
		{"an authority that none can be", `"a.example"`, `"A.example"`},
		{"several authorities", `"a.example"`, `["a.example"]`},
		{"no begin", `"nbf":100,`, ``},
		{"a begin before all time", `"nbf":100`, `"nbf":0`},
		{"no end", `"exp":200,`, ``},
		{"an end that is no integer", `"exp":200`, `"exp":200.5`},
		{"an end in text", `"exp":200`, `"exp":"200"`},
		{"an end at its begin", `"exp":200`, `"exp":100`},
		{"an end after the year 9999", `"exp":200`, `"exp":253402300801`},
		{"no key", `,"key":`, `,"kez":`},
		{"a further claim", `"nbf"`, `"cnf":{},"nbf"`},
		{"a claim twice", `"nbf"`, `"iss":"https://issuer.example","nbf"`},
		{"a key for encryption", `"kty"`, `"use":"enc","kty"`},
		{"a secret key", `"kty"`, `"d":"AA","kty"`},
		{"a key that signs no heads", `"crv":"Ed25519","x":"ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ"`,
			`"crv":"Ed448","x":"` + base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{7}, 57)) + `"`},
	} {
		h, p := strings.Replace(header, c.was, c.is, 1), strings.Replace(payload, c.was, c.is, 1)
		if h == header && p == payload {
			t.Fatalf("%s: nothing is replaced", c.name)
		}
		if d, err := delegation.Parse(token(h, p)); err == nil || d != nil {
			t.Errorf("%s is taken", c.name)
		}
	}
	for name, b := range map[string][]byte{"nothing": nil, "two parts": []byte("e30.e30"), "too much": bytes.Repeat([]byte("a"), delegation.MaxSize+1)} {
		if _, err := delegation.Parse(b); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := delegation.Parse(token(strings.Replace(header, "e2eid", "x", 1), payload)); !errors.Is(err, delegation.ErrFormat) {
		t.Errorf("%v is not ErrFormat", err)
	}
}

// Whatever is taken names a key that can sign, an authority that can be, and a time that has an end.
func FuzzParse(f *testing.F) {
	f.Add(header, payload)
	f.Add(strings.Replace(header, "Ed25519", "ES256", 1), payload)
	f.Fuzz(func(t *testing.T, header, payload string) {
		d, err := delegation.Parse(token(header, payload))
		if err != nil {
			return
		}
		signers := revocation.Signers{Authority: d.Authority, Keys: []revocation.Key{d.Key}}
		if err := signers.Validate(); err != nil || d.Issuer == "" || d.NotBefore < 1 || d.NotAfter < d.NotBefore || d.Token == nil {
			t.Errorf("%+v: %v", d, err)
		}
	})
}
