package verifier_test

import (
	"encoding"
	"encoding/asn1"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
)

// The rows about signatures and keys, and what jwx accepts.

// halves returns r and s of a good signature of the message.
func (w *world) halves(message []byte) (r, s *big.Int) {
	sig := w.issuer.SignRaw(helper, message)
	return new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
}

func raw(r, s *big.Int) []byte {
	return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
}

// order is n of P-256.
var order, _ = new(big.Int).SetString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)

// neutral is the point of Ed25519 for which R = neutral and S = 0 sign everything.
var neutral = append([]byte{1}, make([]byte, 31)...)

// smallOrder has a holder's key of small order, and its signature of everything.
func smallOrder(point []byte) func(testing.TB) string {
	return sd(func(w *world) {
		key := `{"kty":"OKP","crv":"Ed25519","x":"` + testvc.Encode(point) + `"}`
		replace(&w.payload, w.holder.JWK(""), key)
		w.kbSigner = testvc.KeyOf("EdDSA", signing(func([]byte) []byte { return append(slices.Clone(point), make([]byte, 32)...) }))
	})
}

var signatureRow = []rowCase{
	{"DER form", "", signed(func(w *world, m []byte) []byte {
		r, s := w.halves(m)
		b, _ := asn1.Marshal(struct{ R, S *big.Int }{r, s})
		return b
	}), badIssuerSignature},
	{"r/s = 0", "both", signed(func(w *world, m []byte) []byte { return make([]byte, 64) }), badIssuerSignature},
	{"r/s = 0", "r", signed(func(w *world, m []byte) []byte { _, s := w.halves(m); return raw(new(big.Int), s) }), badIssuerSignature},
	{"r/s = 0", "s", signed(func(w *world, m []byte) []byte { r, _ := w.halves(m); return raw(r, new(big.Int)) }), badIssuerSignature},
	{"r/s >= n", "r is n", signed(func(w *world, m []byte) []byte { _, s := w.halves(m); return raw(order, s) }), badIssuerSignature},
	{"r/s >= n", "s is n", signed(func(w *world, m []byte) []byte { r, _ := w.halves(m); return raw(r, order) }), badIssuerSignature},
	{"r/s >= n", "s has all bits", signed(func(w *world, m []byte) []byte {
		r, _ := w.halves(m)
		return raw(r, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1)))
	}), badIssuerSignature},
	{"short r", "without its leading byte", signed(func(w *world, m []byte) []byte { r, s := w.halves(m); return raw(r, s)[1:] }), badIssuerSignature},
	{"short r", "that is short, written without the zero", signed(func(w *world, m []byte) []byte {
		for {
			if r, s := w.halves(m); r.BitLen() <= 248 {
				return raw(r, s)[1:]
			}
		}
	}), badIssuerSignature},
	{"short r", "that is short, written with it", signed(func(w *world, m []byte) []byte {
		for {
			if r, s := w.halves(m); r.BitLen() <= 248 {
				return raw(r, s)
			}
		}
	}), "verified"},
	{"short r", "with more zeros", signed(func(w *world, m []byte) []byte {
		r, s := w.halves(m)
		return append(r.FillBytes(make([]byte, 33)), s.FillBytes(make([]byte, 33))...)
	}), badIssuerSignature},
	{"Ed25519 small order", "the neutral point in cnf", smallOrder(neutral), "rejected no_key_binding POP-7"},
	{"Ed25519 small order", "zero in cnf", smallOrder(make([]byte, 32)), "rejected no_key_binding POP-7"},
	{"Ed25519 small order", "of an issuer", sd(func(w *world) {
		w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"` + testvc.Encode(neutral) + `"}]}`)
	}), "trust refused: no key that verifies: key unsuitable: key is refused: signature: public key is malformed, weak or not of this algorithm"},
	{"off-curve point", "of an issuer", sd(func(w *world) {
		i := &w.trust.Authorities[0].Issuers[0]
		i.Keys = []byte(`{"keys":[` + offCurve(w.issuer) + `]}`)
	}), "trust refused: no key that verifies: key unsuitable: key is refused: signature: public key is malformed, weak or not of this algorithm"},
	{"off-curve point", "in cnf", sd(func(w *world) {
		w.kbSigner = newES256()
		replace(&w.payload, w.holder.JWK(""), offCurve(w.kbSigner))
		replace(&w.kbHeader, "EdDSA", "ES256")
	}), "rejected no_key_binding POP-7"},
}

// offCurve is the JWK of a key whose y is another.
func offCurve(k *testvc.Key) string {
	point := k.Raw()
	y := slices.Clone(point[33:])
	y[31] ^= 1
	return strings.Replace(k.JWK(""), testvc.Encode(point[33:]), testvc.Encode(y), 1)
}

var jwxRow = []rowCase{
	{"ES384 asked as ES256", "", header("ES256", "ES384"), badIssuerSignature},
	{"no alg", "", header(`"alg":"ES256",`, ``), badForm + ": header lacks alg"},
	{"no alg", "in the key binding", sd(func(w *world) { replace(&w.kbHeader, `"alg":"EdDSA",`, ``) }), badForm + ": header lacks alg"},
	{"ES256 with P-384 key", "", sd(func(w *world) {
		p384 := newKey("ES384")
		w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + p384.JWK(`,"kid":"k1"`) + `]}`)
		w.noList = true
	}), badIssuerSignature},
	{"duplicate header names", "", header(`"alg":"ES256"`, `"alg":"ES384","alg":"ES256"`), badForm + ": header is not strict JSON: json: alg second member of this name"},
	{"signature with trailing bits", "", partOf(2, strayBits), badForm + ": signature is not base64url"},
	{"signature with ==", "", partOf(2, padded), badForm + ": signature is not base64url"},
	{"newline after the token", "", jwt(func(_ *world, s string) string { return s + "\n" }), badForm + ": signature is not base64url"},
	{"newline after the token", "and its key binding", sd(func(w *world) { w.edit = func(s string) string { return s + "\n" } }), badForm + ": signature is not base64url"},
	{"4 parts", "", jwt(func(_ *world, s string) string { return s + ".AAAA" }), badForm + ": what comes first is no JWT: token does not have three parts"},
	{"KeySet, key without alg", "", sd(func(*world) {}), "verified"},
	{"trailing garbage", "", sd(func(w *world) { w.payload += "x" }), badForm + ": payload is not strict JSON: json: more than one value"},
	{"duplicate exp", "", sd(func(w *world) { replace(&w.payload, `"exp"`, `"exp":1,"exp"`) }), badForm + ": payload is not strict JSON: json: exp second member of this name"},
	{"exp as string", "", sd(func(w *world) { replace(&w.payload, "1760000000", `"1760000000"`) }), badForm + ": exp is not a time in whole seconds"},
	{"no exp at all", "is accepted: its status tells", sd(func(w *world) { replace(&w.payload, `"exp":1760000000,`, ``) }), "verified"},
	{"JWK off curve", "", sd(func(w *world) {
		w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + offCurve(w.issuer) + `]}`)
	}), "trust refused: no key that verifies: key unsuitable: key is refused: signature: public key is malformed, weak or not of this algorithm"},
	{"JWK private", "of the issuer", issuerKey("ES256", `,"d":"AA"`), "trust refused: secret key: JWK has the secret member d"},
	{"JWK private", "symmetric", sd(func(w *world) {
		w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[{"kty":"oct","k":"AA","kid":"k1"}]}`)
	}), "trust refused: secret key: JWK has the secret member k"},
	{"alg Ed25519", "is accepted", sd(func(w *world) { replace(&w.kbHeader, "EdDSA", "Ed25519") }), "verified"},
	{"kty AKP", "is accepted", boundToAKP(`"alg":"ML-DSA-44",`), "verified"},
	{"kty AKP", "without alg", boundToAKP(""), "rejected no_key_binding POP-7"},
}

// boundToAKP has a holder with a key of ML-DSA-44.
func boundToAKP(alg string) func(testing.TB) string {
	return sd(func(w *world) {
		signer := testca.NewKey(testca.MLDSA44, "holder").Signer
		pub, err := signer.Public().(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			helper.Fatal(err)
		}
		w.kbSigner = testvc.KeyOf("ML-DSA-44", signer)
		replace(&w.payload, w.holder.JWK(""), `{"kty":"AKP",`+alg+`"pub":"`+testvc.Encode(pub)+`"}`)
		replace(&w.kbHeader, "EdDSA", "ML-DSA-44")
	})
}
