package issuer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"math/big"

	"golang.org/x/crypto/cryptobyte"

	"github.com/e2eid/e2eid/signature"
)

// A KeyType is a kind of key an authority may have.
type KeyType uint8

const (
	P256 KeyType = iota
	P384
	P521
	Ed25519
)

func generateKey(t KeyType) (crypto.Signer, error) {
	switch t {
	case P256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case P384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case P521:
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return nil, wrap(ErrConfig, "unknown key type")
}

// checkKey refuses public keys that are not certified: weak ones, and those the verifier would refuse.
func checkKey(pub crypto.PublicKey) error {
	var err error
	switch k := pub.(type) {
	case *ecdsa.PublicKey:
		algorithm := map[elliptic.Curve]signature.Algorithm{
			elliptic.P256(): signature.ECDSAP256SHA256,
			elliptic.P384(): signature.ECDSAP384SHA384,
			elliptic.P521(): signature.ECDSAP521SHA512,
		}[k.Curve]
		var point []byte
		if point, err = k.Bytes(); err == nil { // an error if it is not on the curve
			err = signature.CheckKey(algorithm, point)
		}
	case ed25519.PublicKey:
		err = signature.CheckKey(signature.Ed25519, k)
	case *rsa.PublicKey:
		err = signature.CheckKey(signature.RSAPKCS1SHA256, x509.MarshalPKCS1PublicKey(k))
	default:
		return wrap(ErrWeakKey, "unknown kind of key")
	}
	if err != nil {
		return wrap(ErrWeakKey, err.Error())
	}
	return nil
}

// keyID returns the key identifier of RFC 7093, Section 2, method 1: 160 bits of the SHA-256 hash of the key.
func keyID(pub crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, err
	}
	in := cryptobyte.String(der)
	var key []byte
	if !in.ReadASN1(&in, tagSequence) || !in.SkipASN1(tagSequence) || !in.ReadASN1BitStringAsBytes(&key) {
		return nil, wrap(ErrWeakKey, "unknown kind of key")
	}
	sum := sha256.Sum256(key)
	return sum[:20], nil
}

// newSerial returns a random serial number of 128 bits above zero (RFC 5280, Section 4.1.2.2).
func newSerial() (*big.Int, error) {
	serial := new(big.Int)
	for b := make([]byte, 16); serial.Sign() == 0; serial.SetBytes(b) {
		if _, err := rand.Read(b); err != nil {
			return nil, err
		}
	}
	return serial, nil
}
