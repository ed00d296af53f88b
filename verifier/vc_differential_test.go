package verifier_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwa"
	jwx "github.com/lestrrat-go/jwx/v2/jws"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// standard reports what the standard library says of a signature in the form that JOSE and COSE have.
func standard(public crypto.PublicKey, message, sig []byte) bool {
	switch key := public.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(key, message, sig)
	case *ecdsa.PublicKey:
		size := (key.Params().BitSize + 7) / 8
		if len(sig) != 2*size {
			return false
		}
		var digest []byte
		switch size {
		case 32:
			d := sha256.Sum256(message)
			digest = d[:]
		case 48:
			d := sha512.Sum384(message)
			digest = d[:]
		default:
			d := sha512.Sum512(message)
			digest = d[:]
		}
		return ecdsa.Verify(key, digest, new(big.Int).SetBytes(sig[:size]), new(big.Int).SetBytes(sig[size:]))
	}
	return false
}

// spoiledSignature returns a signature that is like sig, and good only sometimes.
func spoiledSignature(r *rand.Rand, key *testvc.Key, sig []byte) []byte {
	sig = bytes.Clone(sig)
	half := len(sig) / 2
	switch r.IntN(12) {
	case 0, 1:
		sig[r.IntN(len(sig))] ^= 1 << r.IntN(8)
	case 2:
		return sig[:len(sig)-1]
	case 3:
		return append(sig, 0)
	case 4:
		return append([]byte{0}, sig...)
	case 5:
		return append(sig[half:], sig[:half]...)
	case 6:
		clear(sig[:half])
	case 7:
		clear(sig[half:])
	case 8:
		der, _ := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(sig[:half]), new(big.Int).SetBytes(sig[half:])})
		return der
	case 9: // the other one of ECDSA, and r that is not reduced
		if public, ok := key.Public().(*ecdsa.PublicKey); ok {
			n := public.Params().N
			s := new(big.Int).Sub(n, new(big.Int).SetBytes(sig[half:]))
			s.FillBytes(sig[half:])
			if r.IntN(2) == 0 {
				if sum := new(big.Int).Add(n, new(big.Int).SetBytes(sig[:half])); sum.BitLen() <= 8*half {
					sum.FillBytes(sig[:half])
				}
			}
		}
	}
	return sig
}

// What is verified has a signature that the standard library and jwx verify too, and nothing else keeps a signature that
// they verify from being so. The messages of JOSE and COSE are put together here, and not by the packages that are tested.
func TestSignaturesOfCredentialsAreThoseOfOtherLibraries(t *testing.T) {
	helper = t
	r := rand.New(rand.NewPCG(uint64(number("E2EID_SEED", 1)), 6))
	numbers := map[string]int{"EdDSA": -8, "ES256": -7, "ES384": -35, "ES512": -36}
	results := map[bool]int{}
	for _, alg := range []string{"EdDSA", "ES256", "ES384", "ES512"} {
		s := newScene(t)
		s.issuer = testvc.NewKey(t, alg)
		s.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + s.issuer.JWK(`,"kid":"k1"`) + `]}`)
		s.trust.Authorities[0].Status = verifier.StatusUncheckedUnsafe
		s.bare(s.unbound)
		v := s.client()
		for range number("E2EID_MUTANTS", 60) {
			payload, jose := []byte(s.w3c(s.alice())), r.IntN(2) == 0
			header := []byte(`{"alg":"` + alg + `","typ":"vc+jwt","kid":"k1"}`)
			message := []byte(testvc.Encode(header) + "." + testvc.Encode(payload))
			if !jose {
				header = testvc.CBOR([]testvc.Pair{{Key: 1, Value: numbers[alg]}, {Key: 4, Value: []byte("k1")}, {Key: 16, Value: "application/vc+cose"}})
				message = append(append(append([]byte("\x84\x6aSignature1\x58"), byte(len(header))), header...), 0x40, 0x59, byte(len(payload)>>8), byte(len(payload)))
				message = append(message, payload...)
			}
			sig := spoiledSignature(r, s.issuer, s.issuer.SignRaw(t, message))
			good := standard(s.issuer.Public(), message, sig)
			text := string(message) + "." + testvc.Encode(sig)
			if !jose {
				text = string(testvc.CBOR(testvc.Tag{Number: 18, Content: []any{header, []testvc.Pair{}, payload, sig}}))
			}
			got := s.judge(v, s.at, s.at, []byte(text))[0]
			results[good]++
			if good != (got.Outcome() == verifier.Verified) {
				t.Errorf("%s, JOSE %v, signature %x: the standard library says %v\n%s", alg, jose, sig, good, got.AppendJSON(nil))
			}
			if jose {
				if _, err := jwx.Verify([]byte(text), jwx.WithKey(jwa.SignatureAlgorithm(alg), s.issuer.Public())); (err == nil) != good {
					t.Errorf("%s, signature %x: jwx says %v", alg, sig, err)
				}
			}
		}
	}
	if results[true] == 0 || results[false] == 0 {
		t.Errorf("all alike: %v", results)
	}
}

// The issuer signs what mutants of a good payload say. Whatever of that is verified says to encoding/json, which is less
// strict, the same: who it is, by which issuer, until when, and by which key.
func TestWhatAnIssuerSaysIsWhatOthersRead(t *testing.T) {
	helper = t
	s := newScene(t)
	s.bare(s.jwtVC)
	s.trust.Authorities[0].Status = verifier.StatusUncheckedUnsafe
	s.donors = []string{s.jwtVC(s.alice()), s.jwtVC(s.own()), s.jwtVC(s.forged())}
	m := s.mutator(uint64(number("E2EID_SEED", 1)))
	v := s.client()
	verified, refused := 0, 0
	for range 10 * number("E2EID_MUTANTS", 60) {
		raw, err := base64.RawURLEncoding.DecodeString(strings.Split(s.jwtVC(s.alice()), ".")[1])
		if err != nil {
			t.Fatal(err)
		}
		payload := m.document(string(raw))
		for _, got := range s.judge(v, s.at, s.at, []byte(s.sign(s.alice(), "JWT", payload))) {
			id, ok := got.Identity()
			if !ok {
				refused++
				continue
			}
			verified++
			var claims map[string]any // a struct would take ISS for iss
			if err := json.Unmarshal([]byte(payload), &claims); err != nil {
				t.Errorf("encoding/json: %v\n%s", err, payload)
				continue
			}
			credential, _ := claims["vc"].(map[string]any)
			subject, _ := credential["credentialSubject"].(map[string]any)
			bound := subject["id"] == s.holder.DID() || subject["id"] == s.holder.DIDKey() || claims["sub"] == s.holder.DID() || strings.Contains(payload, `"cnf"`)
			exp, ends := claims["exp"].(float64)
			nbf, begins := claims["nbf"].(float64)
			_, hasExp := claims["exp"]
			_, hasNbf := claims["nbf"]
			if email, _ := subject["email"].(string); "mailto:"+email != id.ID || claims["iss"] != s.id || !bound ||
				ends != hasExp || begins != hasNbf || ends && exp <= float64(s.at.Unix()) || nbf > float64(s.at.Unix()) {
				t.Errorf("verified as %s\n%s", id.ID, payload)
			}
		}
	}
	if verified == 0 || refused == 0 {
		t.Errorf("%d verified, %d refused", verified, refused)
	}
	t.Logf("%d verified, %d refused", verified, refused)
}
