package jose_test

import (
	"bytes"
	"crypto/ecdh"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature"
)

// fits are the algorithms that each key is for: no other, whatever the header says.
var fits = map[string]string{
	"P-256": "ES256", "another P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "EdDSA Ed25519",
	"Ed448": "EdDSA Ed448", "RSA": "RS256 RS384 RS512 PS256 PS384 PS512", "ML-DSA-44": "ML-DSA-44",
}

var names = []string{
	"ES256", "ES384", "ES512", "EdDSA", "Ed25519", "Ed448", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
	"ML-DSA-44", "ML-DSA-65", "ML-DSA-87",
}

func TestEachKeyFitsItsAlgorithmsAlone(t *testing.T) {
	others := []string{"", "none", "HS256", "ES256K", "ESP256", "ESP384", "ESP512", "RS1", "RSA-OAEP", "es256", "ES256 ", "ML-DSA"}
	for name, want := range fits {
		key := mustKey(t, []byte(publicJWK(name, "")))
		for _, alg := range append(others, names...) {
			if got := key.Fits(alg); got != contains(want, alg) {
				t.Errorf("%s fits %q: %v", name, alg, got)
			}
		}
		// With "alg" in the JWK, for that one alone; the two names of an EdDSA curve are one algorithm.
		for only := range strings.FieldsSeq(want) {
			key := mustKey(t, with(t, publicJWK(name, ""), map[string]any{"alg": only}))
			for _, alg := range append(others, names...) {
				same := alg == only || strings.HasPrefix(want, "EdDSA") && contains(want, alg)
				if got := key.Fits(alg); got != same {
					t.Errorf("%s for %s fits %q: %v", name, only, alg, got)
				}
			}
		}
	}
	if (&jose.Key{}).Fits("ES256") || (&jose.Key{}).Fits("") {
		t.Error("the zero Key fits something")
	}
}

func contains(list, name string) bool {
	for n := range strings.FieldsSeq(list) {
		if n == name {
			return true
		}
	}
	return false
}

func TestKeysOfCertificates(t *testing.T) {
	r, err := jwxsign.PublicKey(keys()["RSA"].Public())
	if err != nil {
		t.Fatal(err)
	}
	pss := func(restriction signature.Algorithm) pkix.PublicKey {
		p := r.Public()
		p.Kind, p.PSS = pkix.KeyRSAPSS, restriction
		return p
	}
	for name, test := range map[string]struct {
		key  pkix.PublicKey
		want string
	}{
		"RSA":                                  {r.Public(), fits["RSA"]},
		"RSASSA-PSS":                           {pss(0), "PS256 PS384 PS512"},
		"RSASSA-PSS of SHA-256 alone":          {pss(signature.RSAPSSSHA256), "PS256"},
		"RSASSA-PSS of SHA-256, salt 32":       {pss(signature.RSAPSSSHA256 + 32), "PS256"},
		"RSASSA-PSS of SHA-256, salt 33":       {pss(signature.RSAPSSSHA256 + 33), ""},
		"RSASSA-PSS of SHA-512, salt 20":       {pss(signature.RSAPSSSHA512 + 20), "PS512"},
		"a key whose bytes change after KeyOf": {clobbered(r.Public()), fits["RSA"]},
	} {
		key, err := jose.KeyOf(test.key)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if name == "a key whose bytes change after KeyOf" {
			clear(test.key.Key)
		}
		if key.Thumbprint() != r.Thumbprint() {
			t.Errorf("%s: another thumbprint", name)
		}
		for _, alg := range names {
			if got := key.Fits(alg); got != contains(test.want, alg) {
				t.Errorf("%s fits %s: %v", name, alg, got)
			}
		}
	}
	point, err := ecdh.P256().NewPrivateKey(bytes.Repeat([]byte{4}, 32))
	if err != nil {
		t.Fatal(err)
	}
	for kind := range 256 {
		for _, key := range [][]byte{nil, {4}, point.PublicKey().Bytes()} {
			k, err := jose.KeyOf(pkix.PublicKey{Kind: pkix.KeyKind(kind), Key: key})
			if known := pkix.KeyKind(kind) == pkix.KeyP256 && len(key) == 65; (err == nil) != known || !known && !isKind(err, jose.ErrKey) {
				t.Errorf("kind %d with %d bytes: %v, %v", kind, len(key), k, err)
			}
		}
	}
}

func clobbered(k pkix.PublicKey) pkix.PublicKey {
	k.Key = bytes.Clone(k.Key)
	return k
}
