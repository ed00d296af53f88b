package cose_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/cloudflare/circl/sign/ed448"
	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
	"github.com/cloudflare/circl/sign/mldsa/mldsa87"

	"github.com/e2eid/e2eid/internal/cose"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
)

const maxBytes = 1 << 16

// A signer is a key with the values of alg that it is for.
type signer struct {
	name string
	key  *testvc.Key
	jwk  *jose.Key
	algs []int
}

func signers(t testing.TB) []signer {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, e448, err := ed448.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, m44, err := mldsa44.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, m65, err := mldsa65.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, m87, err := mldsa87.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec := func(c elliptic.Curve) crypto.Signer {
		k, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	var out []signer
	for _, s := range []struct {
		name, alg string
		key       crypto.Signer
		algs      []int
	}{
		{"P-256", "ES256", ec(elliptic.P256()), []int{-7, -9}},
		{"P-384", "ES384", ec(elliptic.P384()), []int{-35, -51}},
		{"P-521", "ES512", ec(elliptic.P521()), []int{-36, -52}},
		{"Ed25519", "EdDSA", ed, []int{-8, -19}},
		{"Ed448", "EdDSA", e448, []int{-8, -53}},
		{"ML-DSA-44", "ML-DSA-44", m44, []int{-48}},
		{"ML-DSA-65", "ML-DSA-65", m65, []int{-49}},
		{"ML-DSA-87", "ML-DSA-87", m87, []int{-50}},
	} {
		jwk, err := jwxsign.PublicKey(s.key.Public())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, signer{s.name, testvc.KeyOf(s.alg, s.key), jwk, s.algs})
	}
	return out
}

var every = []int{-7, -9, -35, -51, -36, -52, -8, -19, -53, -48, -49, -50}

// judge parses a message and checks its signature by a key.
func judge(b []byte, key *jose.Key) (*jose.Token, error) {
	u, err := cose.Parse(b, maxBytes)
	if err != nil {
		return nil, err
	}
	p, err := u.Plan(key)
	if err != nil {
		return nil, err
	}
	return p.Open(native.Verify(p.Check()))
}

func TestEachKeyTakesItsAlgorithmsAlone(t *testing.T) {
	for _, s := range signers(t) {
		for _, alg := range every {
			b := s.key.SignCOSE(t, testvc.Sign1{Protected: []testvc.Pair{{Key: 1, Value: alg}}, Payload: []byte("payload")})
			token, err := judge(b, s.jwk)
			if slices.Contains(s.algs, alg) {
				if err != nil || string(token.Payload()) != "payload" {
					t.Errorf("%s with alg %d: %v", s.name, alg, err)
				}
				continue
			}
			// The signature is good: it is the algorithm that is another's.
			if !errors.Is(err, jose.ErrKey) || token != nil {
				t.Errorf("%s with alg %d: %v", s.name, alg, err)
			}
		}
	}
}

func TestAKeyThatIsForOneAlgorithmTakesItUnderBothNames(t *testing.T) {
	s := signers(t)[0]
	key, err := jose.ParseKey(append(s.jwk.JWK()[:len(s.jwk.JWK())-1], `,"alg":"ES256"}`...))
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range []int{-7, -9} {
		b := s.key.SignCOSE(t, testvc.Sign1{Protected: []testvc.Pair{{Key: 1, Value: alg}}, Payload: []byte("payload")})
		if _, err := judge(b, key); err != nil {
			t.Errorf("alg %d: %v", alg, err)
		}
	}
}

func TestAHeaderIsReadAndIsACopy(t *testing.T) {
	s := signers(t)[0]
	b := s.key.SignCOSE(t, testvc.Sign1{
		Protected: []testvc.Pair{{Key: 16, Value: "application/a"}, {Key: 1, Value: -7}, {Key: 4, Value: []byte("kid")}, {Key: 3, Value: 60}, {Key: "x", Value: 1},
			{Key: 33, Value: []any{[]byte("one"), []byte("two")}}},
		Unprotected: []testvc.Pair{{Key: 5, Value: []byte("iv")}, {Key: "y", Value: 1}},
		Payload:     []byte("payload"),
	})
	u, err := cose.Parse(b, len(b))
	if err != nil {
		t.Fatal(err)
	}
	clear(b)
	h := u.Header()
	if h.Algorithm != "ES256" || h.Type != "application/a" || h.KeyID != "kid" || h.ContentType != "60" || len(h.Certificates) != 2 || string(h.Certificates[1]) != "two" {
		t.Errorf("header is %+v", h)
	}
	p, err := u.Plan(s.jwk)
	if err != nil || native.Verify(p.Check()) != signature.Valid || string(u.UnverifiedPayload()) != "payload" {
		t.Errorf("after the message is gone: %v", err)
	}
}

func TestAnyBitOfAMessageThatChangesUndoesIt(t *testing.T) {
	s := signers(t)[0]
	good := s.key.SignCOSE(t, testvc.Sign1{Protected: base().Protected, Payload: []byte("payload")})
	for i := range good {
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			if _, err := judge(bad, s.jwk); err == nil {
				t.Errorf("accepted with bit %d of byte %d changed", bit, i)
			}
		}
	}
}

// The CWT of the examples of RFC-to-be draft-ietf-oauth-status-list has its kid in the unprotected header, as most CWTs.
func TestCWTsOfTheSpecificationHold(t *testing.T) {
	var doc struct {
		Key        json.RawMessage `json:"key_public_jwk"`
		List       string          `json:"status_list_token_cwt_hex"`
		Referenced string          `json:"referenced_token_cwt_hex"`
	}
	if err := json.Unmarshal(vectors.Read(t, "vc", "token-status-list", "token-status-list.json"), &doc); err != nil {
		t.Fatal(err)
	}
	key, err := jose.ParseKey(doc.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{doc.List, doc.Referenced} {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := judge(b, key); err != nil {
			t.Errorf("%v", err)
		}
		b[len(b)-1] ^= 1
		if _, err := judge(b, key); !errors.Is(err, jose.ErrSignature) {
			t.Errorf("with another signature: %v", err)
		}
	}
}
