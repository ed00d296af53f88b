// Package signature states what a signature check is, so that the packages which need one verified and the host that
// verifies it share no code but this.
//
// The verifying packages hold no signature backend. They describe each check with [New] or [NewDER], which refuse
// everything a strict backend must refuse that can be told without arithmetic on the curve: sizes, ranges, encodings,
// small-order points. What is left for a backend is one question with one answer, the same in every host.
package signature

import "errors"

// Errors of [New] and [NewDER]: no backend needs to be asked, the check has failed.
var (
	ErrAlgorithm = errors.New("signature: unknown algorithm")
	ErrKey       = errors.New("signature: public key is malformed, weak or not of this algorithm")
	ErrSignature = errors.New("signature: signature is malformed or out of range")
)

// An Algorithm names a signature algorithm with all its parameters. The values are part of the format of a batch
// (docs/architecture.md) and never change. The zero Algorithm is none.
type Algorithm uint16

// ECDSA is named by curve and hash: X.509 permits every pair (RFC 5758, Section 3.2).
const (
	ECDSAP256SHA256 Algorithm = 0x0101
	ECDSAP256SHA384 Algorithm = 0x0102
	ECDSAP256SHA512 Algorithm = 0x0103
	ECDSAP384SHA256 Algorithm = 0x0111
	ECDSAP384SHA384 Algorithm = 0x0112
	ECDSAP384SHA512 Algorithm = 0x0113
	ECDSAP521SHA256 Algorithm = 0x0121
	ECDSAP521SHA384 Algorithm = 0x0122
	ECDSAP521SHA512 Algorithm = 0x0123
	Ed25519         Algorithm = 0x0201
	Ed448           Algorithm = 0x0202
	RSAPKCS1SHA256  Algorithm = 0x0301
	RSAPKCS1SHA384  Algorithm = 0x0302
	RSAPKCS1SHA512  Algorithm = 0x0303
	MLDSA44         Algorithm = 0x0401
	MLDSA65         Algorithm = 0x0402
	MLDSA87         Algorithm = 0x0403
)

// Algorithms lists every Algorithm this package knows, in rising order.
func Algorithms() []Algorithm {
	return []Algorithm{
		ECDSAP256SHA256, ECDSAP256SHA384, ECDSAP256SHA512,
		ECDSAP384SHA256, ECDSAP384SHA384, ECDSAP384SHA512,
		ECDSAP521SHA256, ECDSAP521SHA384, ECDSAP521SHA512,
		Ed25519, Ed448,
		RSAPKCS1SHA256, RSAPKCS1SHA384, RSAPKCS1SHA512,
		MLDSA44, MLDSA65, MLDSA87,
	}
}

// String returns a name such as "ECDSA P-256 SHA-256", or "unknown".
func (a Algorithm) String() string {
	switch a {
	case Ed25519:
		return "Ed25519"
	case Ed448:
		return "Ed448"
	case RSAPKCS1SHA256, RSAPKCS1SHA384, RSAPKCS1SHA512:
		return "RSA PKCS#1 " + hashNames[a&0xf-1]
	case MLDSA44:
		return "ML-DSA-44"
	case MLDSA65:
		return "ML-DSA-65"
	case MLDSA87:
		return "ML-DSA-87"
	}
	if c := a.curve(); c != nil {
		return "ECDSA " + c.name + " " + hashNames[a&0xf-1]
	}
	return "unknown"
}

var hashNames = [3]string{"SHA-256", "SHA-384", "SHA-512"}

// A Check is one signature to verify. Its parts are in the one form every host takes; they are not copied.
type Check struct {
	Algorithm Algorithm
	// Key is the raw public key: a point 0x04 || X || Y for ECDSA, the encoded point for EdDSA (RFC 8032), a DER
	// RSAPublicKey (RFC 8017, Appendix A.1.1) for RSA, the encoded key for ML-DSA (FIPS 204).
	Key []byte
	// Message is what was signed, unhashed. ML-DSA and EdDSA contexts are empty.
	Message []byte
	// Signature is r || s, each of the size of the curve's order, for ECDSA, and the octets of the algorithm else.
	Signature []byte
}

// An Answer is what a host says of one Check.
type Answer uint8

// Every other Answer is a fault of the host.
const (
	Invalid     Answer = 0
	Valid       Answer = 1
	Unsupported Answer = 2 // the host cannot do this algorithm
)

// New describes the check of a signature over message. ECDSA signatures are r || s.
// The error is [ErrAlgorithm], [ErrKey] or [ErrSignature].
func New(a Algorithm, key, message, sig []byte) (Check, error) {
	if err := checkKey(a, key); err != nil {
		return Check{}, err
	}
	if err := checkSignature(a, key, sig); err != nil {
		return Check{}, err
	}
	return Check{Algorithm: a, Key: key, Message: message, Signature: sig}, nil
}

// NewDER is [New] for the places where an ECDSA signature is a DER Ecdsa-Sig-Value (RFC 3279, Section 2.2.3):
// X.509 and MLS. For other algorithms it is New.
func NewDER(a Algorithm, key, message, sig []byte) (Check, error) {
	if c := a.curve(); c != nil {
		raw, ok := c.signatureFromDER(sig)
		if !ok {
			return Check{}, ErrSignature
		}
		sig = raw
	}
	return New(a, key, message, sig)
}
