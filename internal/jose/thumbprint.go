package jose

import (
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/internal/sha256"
)

// Thumbprint returns the JWK Thumbprint with SHA-256 (RFC 7638), which names the key and nothing that was said about it.
func (k *Key) Thumbprint() [32]byte { return sha256.Sum256(k.JWK()) }

// JWK returns the key as a JWK with its required members alone, in the order and form of RFC 7638, Section 3. It is
// empty for a zero Key.
func (k *Key) JWK() []byte {
	switch key := k.public.Key; k.public.Kind {
	case pkix.KeyP256:
		return jwkEC("P-256", key)
	case pkix.KeyP384:
		return jwkEC("P-384", key)
	case pkix.KeyP521:
		return jwkEC("P-521", key)
	case pkix.KeyEd25519:
		return members("crv", "Ed25519", "kty", "OKP", "x", base64url.Encode(key)) // RFC 8037, Section 2
	case pkix.KeyEd448:
		return members("crv", "Ed448", "kty", "OKP", "x", base64url.Encode(key))
	case pkix.KeyRSA, pkix.KeyRSAPSS:
		if n, e, ok := rsaNumbers(key); ok {
			return members("e", base64url.Encode(e), "kty", "RSA", "n", base64url.Encode(n))
		}
	case pkix.KeyMLDSA44:
		return members("alg", "ML-DSA-44", "kty", "AKP", "pub", base64url.Encode(key)) // RFC 9964
	case pkix.KeyMLDSA65:
		return members("alg", "ML-DSA-65", "kty", "AKP", "pub", base64url.Encode(key))
	case pkix.KeyMLDSA87:
		return members("alg", "ML-DSA-87", "kty", "AKP", "pub", base64url.Encode(key))
	}
	return nil
}

func jwkEC(crv string, point []byte) []byte {
	x, y := point[1:1+len(point)/2], point[1+len(point)/2:]
	return members("crv", crv, "kty", "EC", "x", base64url.Encode(x), "y", base64url.Encode(y))
}

// members writes an object. No name or value here needs an escape.
func members(namesAndValues ...string) []byte {
	out := []byte{'{'}
	for i, s := range namesAndValues {
		out = append(append(append(out, '"'), s...), '"', ":,"[i%2])
	}
	out[len(out)-1] = '}'
	return out
}
