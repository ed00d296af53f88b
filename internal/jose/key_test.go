package jose_test

import (
	"bytes"
	"crypto"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwk"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
)

// with changes members of a JWK; nil takes one away.
func with(t testing.TB, jwk string, changes map[string]any) []byte {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(jwk), &m); err != nil {
		t.Fatal(err)
	}
	for name, value := range changes {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMalformedKeysAreRefused(t *testing.T) {
	text := func(n int) string { return base64url.Encode(bytes.Repeat([]byte{0x81}, n)) }
	zero := func(s string) string { return base64url.Encode(append([]byte{0}, decode(t, s)...)) }
	var r map[string]string
	if err := json.Unmarshal([]byte(publicJWK("RSA", "")), &r); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		key, name string
		changes   map[string]any
		reason    string
	}{
		{"P-256", "no kty", map[string]any{"kty": nil}, "kty is no string, or absent"},
		{"P-256", "kty of another case", map[string]any{"kty": "ec"}, "kty is unknown"},
		{"P-256", "kty of a number", map[string]any{"kty": 2}, "kty is no string, or absent"},
		{"P-256", "no crv", map[string]any{"crv": nil}, "crv is not a known curve of ECDSA"},
		{"P-256", "secp256k1", map[string]any{"crv": "secp256k1"}, "crv is not a known curve of ECDSA"},
		{"P-256", "curve of OKP", map[string]any{"crv": "Ed25519"}, "crv is not a known curve of ECDSA"},
		{"P-256", "another curve", map[string]any{"crv": "P-384"}, "x is not of the right size"},
		{"P-256", "no x", map[string]any{"x": nil}, "JWK lacks x"},
		{"P-256", "no y", map[string]any{"y": nil}, "JWK lacks y"},
		{"P-256", "y null", map[string]any{"y": json.RawMessage("null")}, "y is not a string"},
		{"P-256", "x of 31 bytes, as without a leading zero", map[string]any{"x": text(31)}, "x is not of the right size"},
		{"P-256", "x of 33 bytes", map[string]any{"x": text(33)}, "x is not of the right size"},
		{"P-256", "x empty", map[string]any{"x": ""}, "x is not of the right size"},
		{"P-256", "x padded", map[string]any{"x": text(32) + "="}, "x is not base64url"},
		{"P-256", "x with a line feed", map[string]any{"x": text(32) + "\n"}, "x is not base64url"},
		{"P-256", "kid empty", map[string]any{"kid": ""}, "kid is not a short string, or is empty"},
		{"P-256", "kid of a number", map[string]any{"kid": 1}, "kid is not a short string, or is empty"},
		{"P-256", "kid of 4097 bytes", map[string]any{"kid": strings.Repeat("k", 4097)}, "kid is not a short string, or is empty"},
		{"P-256", "alg empty", map[string]any{"alg": ""}, "alg is not a signature algorithm of this key"},
		{"P-256", "alg none", map[string]any{"alg": "none"}, "alg is not a signature algorithm of this key"},
		{"P-256", "use of an array", map[string]any{"use": []string{"sig"}}, "use is not sig"},
		{"P-256", "key_ops of a string", map[string]any{"key_ops": "verify"}, "key_ops is not an array"},
		{"P-521", "x of 65 bytes", map[string]any{"x": text(65)}, "x is not of the right size"},
		{"Ed25519", "X25519", map[string]any{"crv": "X25519"}, "crv is not a curve of EdDSA"},
		{"Ed25519", "Ed448", map[string]any{"crv": "Ed448"}, "x is not of the right size"},
		{"Ed25519", "x of 31 bytes", map[string]any{"x": text(31)}, "x is not of the right size"},
		{"Ed25519", "x over the prime", map[string]any{"x": base64url.Encode(bytes.Repeat([]byte{0xff}, 32))}, "key is refused"},
		{"Ed25519", "alg Ed448", map[string]any{"alg": "Ed448"}, "alg is not a signature algorithm of this key"},
		{"RSA", "no n", map[string]any{"n": nil}, "JWK lacks n"},
		{"RSA", "no e", map[string]any{"e": nil}, "JWK lacks e"},
		{"RSA", "n with a leading zero", map[string]any{"n": zero(r["n"])}, "n has a leading zero"},
		{"RSA", "e with a leading zero", map[string]any{"e": "AAEAAQ"}, "e has a leading zero"},
		{"RSA", "e of zero", map[string]any{"e": "AA"}, "e has a leading zero"},
		{"RSA", "e of one", map[string]any{"e": "AQ"}, "key is refused"},
		{"RSA", "e even", map[string]any{"e": "AQAA"}, "key is refused"},
		{"RSA", "e of 33 bits", map[string]any{"e": "AQAAAAE"}, "key is refused"},
		{"RSA", "n of 1024 bits", map[string]any{"n": text(128)}, "key is refused"},
		{"RSA", "n of 8200 bits", map[string]any{"n": text(1025)}, "key is refused"},
		{"RSA", "n of 20000 bits", map[string]any{"n": text(2500)}, "key is refused"},
		{"RSA", "alg RSA-OAEP", map[string]any{"alg": "RSA-OAEP"}, "alg is not a signature algorithm of this key"},
		{"RSA", "alg RS1", map[string]any{"alg": "RS1"}, "alg is not a signature algorithm of this key"},
		{"ML-DSA-44", "no alg, which AKP needs", map[string]any{"alg": nil}, "alg is not an algorithm of AKP keys"},
		{"ML-DSA-44", "alg of another size", map[string]any{"alg": "ML-DSA-65"}, "pub is not of the right size"},
		{"ML-DSA-44", "alg of EC", map[string]any{"alg": "ES256"}, "alg is not an algorithm of AKP keys"},
		{"ML-DSA-44", "no pub", map[string]any{"pub": nil}, "JWK lacks pub"},
	} {
		key, err := jose.ParseKey(with(t, publicJWK(test.key, ""), test.changes))
		if key != nil || !isKind(err, jose.ErrKey) || said(err) != test.reason {
			t.Errorf("%s, %s: %v, want %s", test.key, test.name, err, test.reason)
		}
	}
}

func TestSecretMembersAreRefusedInEveryKey(t *testing.T) {
	for name := range keys() {
		for _, member := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"} {
			for _, value := range []any{"AA", "", json.RawMessage("null")} {
				if _, err := jose.ParseKey(with(t, publicJWK(name, ""), map[string]any{member: value})); !isKind(err, jose.ErrSecret) {
					t.Errorf("%s with %s %v: %v", name, member, value, err)
				}
			}
		}
	}
}

func TestWhatIsNoJWKIsMalformed(t *testing.T) {
	for _, in := range []string{``, `[]`, `"x"`, `null`, `{"kty":"EC"`, `{"kty":"EC","kty":"EC"}`, publicJWK("P-256", "") + "x"} {
		if _, err := jose.ParseKey([]byte(in)); !isKind(err, jose.ErrFormat) {
			t.Errorf("%s: %v", in, err)
		}
	}
	for name, in := range map[string]string{
		"long":        publicJWK("P-256", `"x5c":["`+strings.Repeat("A", 64<<10)+`"]`),
		"many values": publicJWK("P-256", `"x":[`+strings.Repeat("0,", 200)+`0]`),
		"deep":        publicJWK("P-256", `"y":`+strings.Repeat("[", 9)+strings.Repeat("]", 9)),
	} {
		if _, err := jose.ParseKey([]byte(in)); !isKind(err, jose.ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Members that say nothing of the key's use are ignored (RFC 7517, Section 4), certificates among them.
func TestUnknownMembersOfKeysAreIgnored(t *testing.T) {
	for name := range keys() {
		plain := mustKey(t, []byte(publicJWK(name, "")))
		full := mustKey(t, []byte(publicJWK(name, `"use":"sig","key_ops":["verify","sign"],"x5c":["?"],"x5u":1,"x5t":null,"iat":5,"__proto__":{"kty":"oct"}`)))
		if !bytes.Equal(plain.JWK(), full.JWK()) || plain.Thumbprint() != full.Thumbprint() {
			t.Errorf("%s: the key is another", name)
		}
	}
}

// RFC 7638, Section 3.1, and RFC 8037, Appendix A.3.
func TestThumbprints(t *testing.T) {
	for want, jwk := range map[string]string{
		"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs": `{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`,
		"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k": `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
	} {
		print := mustKey(t, []byte(jwk)).Thumbprint()
		if got := base64url.Encode(print[:]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	for name := range keys() {
		if name == "Ed448" || name == "ML-DSA-44" {
			continue // jwx does not know them
		}
		theirs, err := jwk.ParseKey([]byte(publicJWK(name, "")))
		if err != nil {
			t.Fatal(err)
		}
		want, err := theirs.Thumbprint(crypto.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		if got := mustKey(t, []byte(publicJWK(name, ""))).Thumbprint(); !bytes.Equal(got[:], want) {
			t.Errorf("%s: %x, jwx has %x", name, got, want)
		}
	}
}

// Moduli with the mark of CVE-2017-15361 are refused, and those that lack it at one prime alone are not.
func TestGuessableModuliAreRefused(t *testing.T) {
	primorial := big.NewInt(2)
	var primes []int64
	for p := int64(3); p <= 167; p += 2 {
		if big.NewInt(p).ProbablyPrime(0) {
			primorial.Mul(primorial, big.NewInt(p))
			primes = append(primes, p)
		}
	}
	base := new(big.Int).Lsh(big.NewInt(1), 2047) // the least multiple of the primorial with 2048 bits
	base.Sub(base, new(big.Int).Mod(base, primorial)).Add(base, primorial)
	parse := func(n *big.Int) error {
		_, err := jose.ParseKey([]byte(`{"kty":"RSA","e":"AQAB","n":"` + base64url.Encode(n.Bytes()) + `"}`))
		return err
	}
	lacking := 0
	for power := int64(0); power < 20; power++ {
		marked := new(big.Int).Exp(big.NewInt(65537), big.NewInt(power), primorial)
		marked.Add(marked, base)
		if err := parse(marked); !isKind(err, jose.ErrKey) || !strings.HasPrefix(said(err), "key has a modulus") {
			t.Errorf("65537^%d: %v", power, err)
		}
		for _, p := range primes {
			// Adding the primorial without p changes the residue of p alone.
			step := new(big.Int).Div(primorial, big.NewInt(p))
			n := new(big.Int).Set(marked)
			for range p {
				n.Add(n, step)
				if !isPower(new(big.Int).Mod(n, big.NewInt(p)).Int64(), p) {
					lacking++
					if err := parse(n); err != nil {
						t.Errorf("65537^%d but for prime %d: %v", power, p, err)
					}
					break
				}
			}
		}
	}
	if lacking != 20*len(primes) { // a residue of zero is no power
		t.Errorf("%d moduli lack the mark at one prime", lacking)
	}
}

// isPower reports whether rest is a power of 65537 modulo p.
func isPower(rest, p int64) bool {
	for power, n := int64(1), int64(0); n < p; n++ {
		if power == rest {
			return true
		}
		power = power * 65537 % p
	}
	return false
}
