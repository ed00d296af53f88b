// Package jwt signs tokens. It is the only place on the authority's side of revocation that knows the JOSE library.
package jwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"errors"
	"fmt"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
)

// ErrKey reports a key that this package does not sign with.
var ErrKey = errors.New("jwt: key is none of Ed25519, P-256, P-384")

// Sign returns the compact form of a token with this payload and type.
func Sign(payload []byte, typ, keyID string, key crypto.Signer) (string, error) {
	if key == nil {
		return "", ErrKey
	}
	var alg jwa.SignatureAlgorithm
	switch pub := key.Public().(type) {
	case ed25519.PublicKey:
		alg = jwa.EdDSA
	case *ecdsa.PublicKey:
		switch pub.Curve {
		case elliptic.P256():
			alg = jwa.ES256
		case elliptic.P384():
			alg = jwa.ES384
		}
	}
	if alg == "" {
		return "", ErrKey
	}
	header := jws.NewHeaders()
	if err := header.Set(jws.TypeKey, typ); err != nil {
		return "", fmt.Errorf("jwt: %w", err)
	}
	if keyID != "" {
		if err := header.Set(jws.KeyIDKey, keyID); err != nil {
			return "", fmt.Errorf("jwt: %w", err)
		}
	}
	token, err := jws.Sign(payload, jws.WithKey(alg, key, jws.WithProtectedHeaders(header)))
	if err != nil {
		return "", fmt.Errorf("jwt: %w", err)
	}
	return string(token), nil
}
