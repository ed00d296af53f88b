// Package testvc makes verifiable credentials for tests, good ones and bad: whatever JSON it is given it signs.
package testvc

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// Encode is base64url without padding.
func Encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// A Key signs tokens.
type Key struct {
	Alg    string
	signer crypto.Signer
}

// NewKey returns a new key for EdDSA, ES256, ES384 or ES512.
func NewKey(t testing.TB, alg string) *Key {
	t.Helper()
	var err error
	k := &Key{Alg: alg}
	if curve := curves[alg]; curve != nil {
		k.signer, err = ecdsa.GenerateKey(curve, rand.Reader)
	} else {
		_, k.signer, err = ed25519.GenerateKey(rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// KeyOf returns a key that signs with signer, which is of the algorithm.
func KeyOf(alg string, signer crypto.Signer) *Key { return &Key{alg, signer} }

var curves = map[string]elliptic.Curve{"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521()}

// Raw returns the public key as signature.Check has it.
func (k *Key) Raw() []byte {
	switch pub := k.signer.Public().(type) {
	case ed25519.PublicKey:
		return pub
	case *ecdsa.PublicKey:
		b, err := pub.Bytes()
		if err != nil {
			panic(err)
		}
		return b
	}
	panic("testvc: key")
}

// Public returns the public key as the standard library has it.
func (k *Key) Public() crypto.PublicKey { return k.signer.Public() }

// JWK returns the public key as a JWK, with more members after it, such as `,"kid":"1"`.
func (k *Key) JWK(more string) string {
	raw := k.Raw()
	if k.Alg == "EdDSA" {
		return fmt.Sprintf(`{"kty":"OKP","crv":"Ed25519","x":"%s"%s}`, Encode(raw), more)
	}
	crv := map[string]string{"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[k.Alg]
	half := 1 + len(raw)/2
	return fmt.Sprintf(`{"kty":"EC","crv":"%s","x":"%s","y":"%s"%s}`, crv, Encode(raw[1:half]), Encode(raw[half:]), more)
}

// DID returns the public key as a did:jwk.
func (k *Key) DID() string { return "did:jwk:" + Encode([]byte(k.JWK(""))) }

// Sign returns a compact JWS of a header and a payload, as they are written.
func (k *Key) Sign(t testing.TB, header, payload string) string {
	t.Helper()
	text := Encode([]byte(header)) + "." + Encode([]byte(payload))
	return text + "." + Encode(k.signature(t, []byte(text)))
}

// SignRaw returns the signature of a message.
func (k *Key) SignRaw(t testing.TB, message []byte) []byte { return k.signature(t, message) }

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// Base58 is base58btc with the "z" of multibase in front.
func Base58(b []byte) string {
	n, fiftyEight, digit := new(big.Int).SetBytes(b), big.NewInt(58), new(big.Int)
	var out []byte
	for n.Sign() > 0 {
		n.DivMod(n, fiftyEight, digit)
		out = append(out, base58[digit.Int64()])
	}
	for _, c := range b {
		if c != 0 {
			break
		}
		out = append(out, base58[0])
	}
	slices.Reverse(out)
	return "z" + string(out)
}

func (k *Key) signature(t testing.TB, message []byte) []byte {
	t.Helper()
	var sig []byte
	var err error
	switch key := k.signer.(type) {
	case *ecdsa.PrivateKey:
		var digest []byte
		switch k.Alg {
		case "ES256":
			d := sha256.Sum256(message)
			digest = d[:]
		case "ES384":
			d := sha512.Sum384(message)
			digest = d[:]
		default:
			d := sha512.Sum512(message)
			digest = d[:]
		}
		r, s, e := ecdsa.Sign(rand.Reader, key, digest)
		if err = e; err == nil {
			size := (key.Curve.Params().BitSize + 7) / 8
			sig = append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
		}
	default:
		sig, err = k.signer.Sign(rand.Reader, message, crypto.Hash(0))
	}
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

// Disclosure returns a disclosure and its digest.
func Disclosure(json string) (text, digest string) {
	text = Encode([]byte(json))
	return text, Digest(crypto.SHA256, text)
}

// Digest returns base64url of a digest.
func Digest(h crypto.Hash, s string) string {
	w := h.New()
	w.Write([]byte(s))
	return Encode(w.Sum(nil))
}

// SDJWT puts an issuer-signed JWT and disclosures together, with the tilde at the end.
func SDJWT(jwt string, disclosures ...string) string {
	return strings.Join(append([]string{jwt}, disclosures...), "~") + "~"
}

// Hash returns sd_hash of an SD-JWT without key binding.
func Hash(sdjwt string) string {
	return Digest(crypto.SHA256, sdjwt)
}
