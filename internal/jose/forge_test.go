package jose_test

import (
	"math/big"
	"strings"

	"github.com/e2eid/e2eid/internal/base64url"
)

// Changes to a forgery: each is one.

func header(h string) func(*forgery)  { return func(f *forgery) { f.header = h } }
func payload(p string) func(*forgery) { return func(f *forgery) { f.payload = p } }

// whole makes a JSON serialization of the payload, a good signature and one by another key.
func whole(how func(p, good, other string) string) func(*forgery) {
	return finish(func(h, p, sig string) string {
		other := base64url.Encode(sign(keys()["another P-256"], "ES256", h+"."+p))
		return how(p, `{"protected":"`+h+`","signature":"`+sig+`"}`, `{"protected":"`+h+`","signature":"`+other+`"}`)
	})
}

func general(payload string, signatures ...string) string {
	return `{"payload":"` + payload + `","signatures":[` + strings.Join(signatures, ",") + `]}`
}

// second puts another signature beside a good one.
func second(s string) func(*forgery) {
	return whole(func(p, a, _ string) string { return general(p, a, s) })
}

func unprotected(header string) func(*forgery) {
	return finish(func(h, p, sig string) string {
		return `{"payload":"` + p + `","protected":"` + h + `","header":` + header + `,"signature":"` + sig + `"}`
	})
}

// replaced changes the text of the JWK.
func replaced(old, new string) func(*forgery) {
	return func(f *forgery) { f.jwk = strings.Replace(f.jwk, old, new, 1) }
}

// asRSA makes it a token by the RSA key, and changes the text of its JWK.
func asRSA(old, new string) func(*forgery) {
	return func(f *forgery) {
		f.header, f.signer, f.signAs, f.asked = `{"alg":"RS256"}`, "RSA", "RS256", "RS256"
		f.jwk = publicJWK("RSA", "")
		replaced(old, new)(f)
	}
}

func publicX() string {
	jwk := publicJWK("P-256", "")
	_, x, _ := strings.Cut(jwk, `"x":"`)
	return x[:43]
}

func zeroBefore(s string) string {
	b, err := base64url.Decode(s)
	if err != nil {
		panic(err)
	}
	return base64url.Encode(append([]byte{0}, b...))
}

func withJWK(more string) func(*forgery) {
	return func(f *forgery) { f.jwk = publicJWK("P-256", more) }
}

func finish(how func(h, p, s string) string) func(*forgery) {
	return func(f *forgery) { f.finish = how }
}

// resign puts another encoding, or other numbers, in the place of r and s.
func resign(how func(r, s *big.Int) []byte) func(*forgery) {
	return finish(func(h, p, sig string) string {
		raw, err := base64url.Decode(sig)
		if err != nil {
			panic(err)
		}
		r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])
		return h + "." + p + "." + base64url.Encode(how(r, s))
	})
}

// signed signs parts as they are.
func signed(h, p string) string {
	return h + "." + p + "." + base64url.Encode(sign(keys()["P-256"], "ES256", h+"."+p))
}

// strayBit sets the last bit of a text of 64 bytes, which is none of theirs.
func strayBit(s string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return s[:len(s)-1] + string(alphabet[strings.IndexByte(alphabet, s[len(s)-1])|1])
}

func flip(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}
