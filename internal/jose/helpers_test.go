package jose_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"hash"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/cloudflare/circl/sign/ed448"
	"github.com/cloudflare/circl/sign/mldsa/mldsa44"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
)

// isKind reports whether err is of this kind and of no other.
func isKind(err, kind error) bool {
	var e *jose.Error
	return errors.As(err, &e) && e.Kind == kind && e.Part != "" && e.Reason != "" && errors.Is(err, kind)
}

// said returns what an error says without its kind and cause.
func said(err error) string {
	var e *jose.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Part + " " + e.Reason
}

// keys are the private keys of the tests, by name. All but RSA are the same in every run, so that fuzz inputs last.
var keys = sync.OnceValue(func() map[string]crypto.Signer {
	secret := func(name string, size int) []byte {
		sum := sha512.Sum512([]byte(name))
		return append([]byte{0, 1}, append(sum[:], sum[:]...)...)[:size]
	}
	ec := func(name string, c elliptic.Curve) crypto.Signer {
		k, err := ecdsa.ParseRawPrivateKey(c, secret(name, (c.Params().BitSize+7)/8))
		if err != nil {
			panic(err)
		}
		return k
	}
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	_, m := mldsa44.NewKeyFromSeed((*[32]byte)(secret("ML-DSA-44", 32)))
	return map[string]crypto.Signer{
		"P-256": ec("P-256", elliptic.P256()), "another P-256": ec("another P-256", elliptic.P256()),
		"P-384": ec("P-384", elliptic.P384()), "P-521": ec("P-521", elliptic.P521()),
		"Ed25519": ed25519.NewKeyFromSeed(secret("Ed25519", 32)), "Ed448": ed448.NewKeyFromSeed(secret("Ed448", 57)),
		"RSA": r, "ML-DSA-44": m,
	}
})

// publicJWK returns the JWK of one of keys, with more members if there are any.
func publicJWK(name, more string) string {
	k, err := jwxsign.PublicKey(keys()[name].Public())
	if err != nil {
		panic(err)
	}
	jwk := string(k.JWK())
	if more != "" {
		jwk = jwk[:len(jwk)-1] + "," + more + "}"
	}
	return jwk
}

// sign signs a message as alg with any key that can, whatever JOSE thinks of the two.
func sign(key crypto.Signer, alg, message string) []byte {
	must := func(sig []byte, err error) []byte {
		if err != nil {
			panic(err)
		}
		return sig
	}
	size := alg[len(alg)-3:]
	h, hash := map[string]func() hash.Hash{"384": sha512.New384, "512": sha512.New}[size], crypto.SHA256
	switch size {
	case "384":
		hash = crypto.SHA384
	case "512":
		hash = crypto.SHA512
	default:
		h = sha256.New
	}
	digest := h()
	digest.Write([]byte(message))
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, digest.Sum(nil))
		must(nil, err)
		return rawSignature(r, s, (key.Curve.Params().BitSize+7)/8)
	case *rsa.PrivateKey:
		if strings.HasPrefix(alg, "PS") {
			return must(rsa.SignPSS(rand.Reader, key, hash, digest.Sum(nil), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}))
		}
		return must(rsa.SignPKCS1v15(nil, key, hash, digest.Sum(nil)))
	}
	return must(key.Sign(rand.Reader, []byte(message), crypto.Hash(0)))
}

func rawSignature(r, s *big.Int, size int) []byte {
	return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
}

// A forgery is a token that is good until one thing in it is changed.
type forgery struct {
	header, payload string // before base64url
	signer          string // one of keys
	signAs          string // the algorithm of the signature, whatever the header says
	jwk             string // of the key that is verified with
	asked           string // the algorithm that is asked of jwx, which takes it from its caller
	finish          func(header, payload, sig string) string
}

func goodToken() forgery {
	return forgery{
		header: `{"alg":"ES256","typ":"JWT","kid":"1"}`, payload: `{"sub":"1","exp":4000000000}`, signer: "P-256", signAs: "ES256",
		jwk: publicJWK("P-256", `"kid":"1"`), asked: "ES256",
		finish: func(header, payload, sig string) string { return header + "." + payload + "." + sig },
	}
}

func (f forgery) token() string {
	header, payload := encode(f.header), encode(f.payload)
	return f.finish(header, payload, base64url.Encode(sign(keys()[f.signer], f.signAs, header+"."+payload)))
}

func encode(s string) string { return base64url.Encode([]byte(s)) }

func decode(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64url.Decode(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
