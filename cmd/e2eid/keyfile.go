package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/delegation"
	"github.com/e2eid/e2eid/revocation/publisher"
)

// maxKeyFile bounds a file with keys, in bytes.
const maxKeyFile = 1 << 20

// readKey reads a private key: PEM (PKCS#8, or SEC 1), or a JWK.
func readKey(path string) (crypto.Signer, error) {
	b, err := readFile(path, maxKeyFile)
	if err != nil {
		return nil, err
	}
	if trimmed := bytes.TrimSpace(b); len(trimmed) > 0 && trimmed[0] == '{' {
		key, err := keyOfJWK(trimmed)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", path, err)
		}
		return key, nil
	}
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		key, err := keyOfBlock(block)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", path, err)
		}
		if key != nil {
			return key, nil
		}
	}
	return nil, fmt.Errorf("%q has no private key that can sign", path)
}

// keyOfBlock returns the private key of a PEM block, nil if it has none that can sign.
func keyOfBlock(block *pem.Block) (crypto.Signer, error) {
	var key any
	var err error
	switch block.Type {
	case "PRIVATE KEY":
		if key, err = keyOfPKCS8(block.Bytes); errors.Is(err, errNotMLDSA) {
			key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		}
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	}
	if err != nil {
		return nil, err
	}
	signer, _ := key.(crypto.Signer)
	return signer, nil
}

// The keys of ML-DSA that sign heads: OIDs of RFC 9881, Section 2.
var (
	oidMLDSA44 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 17}
	oidMLDSA65 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 18}
)

const seedSize = 32

var (
	errNotMLDSA = errors.New("not a key of ML-DSA-44 or ML-DSA-65")
	errNoSeed   = errors.New("a key of ML-DSA without its seed (RFC 9881, Section 6): write it as seed, or as both")
	errMixed    = errors.New("private and public key, or seed and expanded key, are not of one key")
)

// A privateKey is OneAsymmetricKey of RFC 5958, Section 2, without attributes and public key.
type privateKey struct {
	Version    int
	Algorithm  algorithmIdentifier
	PrivateKey []byte
}

type algorithmIdentifier struct{ OID asn1.ObjectIdentifier }

// mldsaOf returns the key of a seed, and its expanded form.
func mldsaOf(oid asn1.ObjectIdentifier, seed [seedSize]byte) (crypto.Signer, []byte, error) {
	switch {
	case oid.Equal(oidMLDSA44):
		_, key := mldsa44.NewKeyFromSeed(&seed)
		return key, key.Bytes(), nil
	case oid.Equal(oidMLDSA65):
		_, key := mldsa65.NewKeyFromSeed(&seed)
		return key, key.Bytes(), nil
	}
	return nil, nil, errNotMLDSA
}

// keyOfPKCS8 reads a key of ML-DSA in the forms seed and both of RFC 9881, Section 6.
func keyOfPKCS8(b []byte) (crypto.Signer, error) {
	var info privateKey
	if rest, err := asn1.Unmarshal(b, &info); err != nil || len(rest) > 0 {
		return nil, errNotMLDSA
	}
	if _, _, err := mldsaOf(info.Algorithm.OID, [seedSize]byte{}); err != nil {
		return nil, err
	}
	var both struct{ Seed, Expanded []byte }
	var seed asn1.RawValue
	rest, err := asn1.Unmarshal(info.PrivateKey, &seed)
	switch {
	case err != nil || len(rest) > 0:
		return nil, errNoSeed
	case seed.Class == asn1.ClassContextSpecific && seed.Tag == 0 && !seed.IsCompound:
		both.Seed = seed.Bytes
	default:
		if rest, err := asn1.Unmarshal(info.PrivateKey, &both); err != nil || len(rest) > 0 {
			return nil, errNoSeed
		}
	}
	if len(both.Seed) != seedSize {
		return nil, errNoSeed
	}
	key, expanded, err := mldsaOf(info.Algorithm.OID, [seedSize]byte(both.Seed))
	if err == nil && both.Expanded != nil && !bytes.Equal(both.Expanded, expanded) {
		return nil, errMixed
	}
	return key, err
}

// pkcs8OfSeed writes a key of ML-DSA in the form seed.
func pkcs8OfSeed(oid asn1.ObjectIdentifier, seed [seedSize]byte) ([]byte, error) {
	private, err := asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, Bytes: seed[:]})
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(privateKey{0, algorithmIdentifier{oid}, private})
}

// keyOfJWK reads a private JWK of Ed25519 (RFC 8037), ECDSA (RFC 7518, Section 6.2) or ML-DSA (RFC 9964, Section 3, with priv
// the seed).
func keyOfJWK(b []byte) (crypto.Signer, error) {
	var jwk struct{ Kty, Crv, Alg, D, Priv string }
	if err := json.Unmarshal(b, &jwk); err != nil {
		return nil, errors.New("is not a JWK")
	}
	secret, err := base64.RawURLEncoding.Strict().DecodeString(jwk.D + jwk.Priv) // a key has one of them
	oid := map[string]asn1.ObjectIdentifier{"ML-DSA-44": oidMLDSA44, "ML-DSA-65": oidMLDSA65}[jwk.Alg]
	curve := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}[jwk.Crv]
	var key crypto.Signer
	switch {
	case err != nil:
	case jwk.Kty == "AKP" && oid != nil && len(secret) == seedSize:
		key, _, err = mldsaOf(oid, [seedSize]byte(secret))
	case jwk.Kty == "OKP" && jwk.Crv == "Ed25519" && len(secret) == ed25519.SeedSize:
		key = ed25519.NewKeyFromSeed(secret)
	case jwk.Kty == "EC" && curve != nil:
		key, err = ecdsa.ParseRawPrivateKey(curve, secret)
	}
	if key == nil || err != nil { // which could quote the key
		return nil, errors.New("is not a private JWK of Ed25519, ECDSA, or ML-DSA-44 or ML-DSA-65 with its seed")
	}
	own, err := jwxsign.PublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	said, err := withoutSecret(b)
	if err != nil {
		return nil, err
	}
	if public, err := jose.ParseKey(said); err != nil || public.Thumbprint() != own.Thumbprint() {
		return nil, errMixed
	}
	return key, nil
}

// readPublicKey reads a public key that signs heads, or that of a private one: PEM, or a JWK.
func readPublicKey(path string) (revocation.Key, error) {
	b, err := readFile(path, maxKeyFile)
	if err != nil {
		return revocation.Key{}, err
	}
	public := pkix.PublicKey{}
	if jwk, err := jose.ParseKey(bytes.TrimSpace(b)); err == nil {
		public = jwk.Public()
	} else if block, _ := pem.Decode(b); block != nil && block.Type == "PUBLIC KEY" {
		in := der.String(block.Bytes)
		if err := pkix.ReadPublicKey(&in, &public); err != nil || len(in) > 0 {
			return revocation.Key{}, fmt.Errorf("%q has no public key", path)
		}
	} else {
		private, err := readKey(path)
		if err != nil {
			return revocation.Key{}, err
		}
		s, err := publisher.NewSigner(private)
		if err != nil {
			return revocation.Key{}, fmt.Errorf("%q: %w", path, err)
		}
		return s.Key(), nil
	}
	algorithm, ok := delegation.Algorithm(public.Kind)
	if !ok {
		return revocation.Key{}, fmt.Errorf("%q: %w", path, publisher.ErrKey)
	}
	return revocation.Key{Algorithm: algorithm, Key: public.Key}, nil
}
