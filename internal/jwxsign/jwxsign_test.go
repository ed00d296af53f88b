package jwxsign_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"testing"

	"github.com/cloudflare/circl/sign/ed448"
	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
	"github.com/cloudflare/circl/sign/mldsa/mldsa87"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
)

func signers(t *testing.T) map[string]crypto.Signer {
	t.Helper()
	must := func(key crypto.Signer, err error) crypto.Signer {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	ec := func(c elliptic.Curve) crypto.Signer {
		k, err := ecdsa.GenerateKey(c, rand.Reader)
		return must(k, err)
	}
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	rsaKey := must(k, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	must(ed, err)
	_, goldilocks, err := ed448.GenerateKey(rand.Reader)
	must(goldilocks, err)
	_, m44, err := mldsa44.GenerateKey(rand.Reader)
	must(m44, err)
	_, m65, err := mldsa65.GenerateKey(rand.Reader)
	must(m65, err)
	_, m87, err := mldsa87.GenerateKey(rand.Reader)
	must(m87, err)
	return map[string]crypto.Signer{
		"ES256": ec(elliptic.P256()), "ES384": ec(elliptic.P384()), "ES512": ec(elliptic.P521()),
		"EdDSA": ed, "Ed25519": ed, "Ed448": goldilocks,
		"RS256": rsaKey, "RS384": rsaKey, "RS512": rsaKey, "PS256": rsaKey, "PS384": rsaKey, "PS512": rsaKey,
		"ML-DSA-44": m44, "ML-DSA-65": m65, "ML-DSA-87": m87,
	}
}

func TestEveryAlgorithmSignsWithItsKeysAlone(t *testing.T) {
	payload := []byte(`{"sub":"1"}`)
	all := signers(t)
	for alg, own := range all {
		for other, key := range all {
			token, err := jwxsign.Sign(payload, alg, key, jwxsign.Header{Type: "JWT", ContentType: "x", KeyID: "k\"1"})
			if !sameKey(t, own, key) && !(alg == "EdDSA" && other == "Ed448") { // EdDSA names two curves
				if !errors.Is(err, jwxsign.ErrKey) || token != nil {
					t.Errorf("%s with the key of %s: %v", alg, other, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", alg, err)
				continue
			}
			u, err := jose.Parse(token)
			if err != nil {
				t.Fatal(err)
			}
			if h := u.Header(); h.Algorithm != alg || h.Type != "JWT" || h.ContentType != "x" || h.KeyID != "k\"1" || h.Certificates != nil {
				t.Errorf("%s: header %+v", alg, h)
			}
		}
	}
}

func sameKey(t *testing.T, a, b crypto.Signer) bool {
	t.Helper()
	x, err := jwxsign.PublicKey(a.Public())
	if err != nil {
		t.Fatal(err)
	}
	y, err := jwxsign.PublicKey(b.Public())
	if err != nil {
		t.Fatal(err)
	}
	return x.Thumbprint() == y.Thumbprint()
}

func TestCertificatesStandInTheHeaderAsTheyAre(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	chain := [][]byte{[]byte("first"), []byte("second one"), {0x30, 0}}
	token, err := jwxsign.Sign([]byte("{}"), "ES256", key, jwxsign.Header{Certificates: chain})
	if err != nil {
		t.Fatal(err)
	}
	u, err := jose.Parse(token)
	if err != nil {
		t.Fatal(err)
	}
	got := u.Header().Certificates
	if len(got) != len(chain) {
		t.Fatalf("%d certificates", len(got))
	}
	for i := range chain {
		if !bytes.Equal(got[i], chain[i]) {
			t.Errorf("certificate %d is %q", i, got[i])
		}
	}
}

func TestWhatWeWouldRefuseIsNotSigned(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range []string{"", "none", "HS256", "ES384", "ES256K", "es256", "RS256"} {
		if token, err := jwxsign.Sign([]byte("{}"), alg, key, jwxsign.Header{}); !errors.Is(err, jwxsign.ErrKey) || token != nil {
			t.Errorf("alg %q: %v", alg, err)
		}
	}
	small, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jwxsign.Sign([]byte("{}"), "ES256", small, jwxsign.Header{}); err == nil {
		t.Error("signed with P-224")
	}
}
