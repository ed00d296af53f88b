// Package signature states what a signature check is, so that the packages which need one verified and the host that
// verifies it share no code but this.
//
// The verifying packages hold no signature backend. They describe each check with [New] or [NewDER], which refuse
// everything a strict backend must refuse that can be told without arithmetic on the curve: sizes, ranges, encodings,
// small-order points. What is left for a backend is one question with one answer, the same in every host.
//
// # EdDSA
//
// RFC 8032 leaves open whether the equation of a signature is checked as it is or multiplied by the cofactor. The two
// differ for points with a part of small order beside one of prime order, which no encoding gives away: telling them
// takes a multiplication by the group's order for each key, and arithmetic on two more curves. They are therefore not
// refused here; the hosts use one equation for each algorithm instead, so that all of them give the same answer:
//
//   - Ed25519: [S]B = R + [k]A, and R is compared as bytes. Go, circl, BoringSSL and OpenSSL do it so. The host for
//     WebCrypto asks the engine for three signatures that tell the equations apart, and does not use another one.
//   - Ed448: circl's, which leaves the part of small order out of A and compares R as bytes. OpenSSL's multiplies by
//     the cofactor, so that Ed448 is never left to WebCrypto.
//
// An answer that differed would not be a forgery: whatever the equation, a signature that any of them takes is made with
// the private key. What its owner could do is have two verifiers disagree about a signature of his own.
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

// RSASSA-PSS with MGF1 of the same hash (RFC 8017, Section 8.1). The low byte is the length of the salt, which is then
// neither longer nor shorter: RSAPSSSHA256 + 32 is SHA-256 with a salt as long as the hash, RSAPSSSHA256 one without a
// salt. At most 255 bytes are told apart, which is more than any hash needs; a key of 2048 bits has room for 222.
const (
	RSAPSSSHA256 Algorithm = 0x0500
	RSAPSSSHA384 Algorithm = 0x0600
	RSAPSSSHA512 Algorithm = 0x0700
)

// PSS returns the parts of an RSASSA-PSS algorithm: the one of RSAPSSSHA256, RSAPSSSHA384 and RSAPSSSHA512 that names
// its hash, and the length of the salt in bytes. ok is false for other algorithms.
func (a Algorithm) PSS() (base Algorithm, salt int, ok bool) {
	base = a &^ 0xff
	if base < RSAPSSSHA256 || base > RSAPSSSHA512 {
		return 0, 0, false
	}
	return base, int(a & 0xff), true
}

// Algorithms lists every Algorithm this package knows, in rising order; those of RSASSA-PSS with a salt as long as the
// hash, for all lengths.
func Algorithms() []Algorithm {
	return []Algorithm{
		ECDSAP256SHA256, ECDSAP256SHA384, ECDSAP256SHA512,
		ECDSAP384SHA256, ECDSAP384SHA384, ECDSAP384SHA512,
		ECDSAP521SHA256, ECDSAP521SHA384, ECDSAP521SHA512,
		Ed25519, Ed448,
		RSAPKCS1SHA256, RSAPKCS1SHA384, RSAPKCS1SHA512,
		MLDSA44, MLDSA65, MLDSA87,
		RSAPSSSHA256 + 32, RSAPSSSHA384 + 48, RSAPSSSHA512 + 64,
	}
}

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
	if err := CheckKey(a, key); err != nil {
		return Check{}, err
	}
	return NewChecked(a, key, message, sig)
}

// NewChecked is [New] for a key that [CheckKey] has taken already, for this algorithm or another of its kind. The error is
// [ErrSignature].
func NewChecked(a Algorithm, key, message, sig []byte) (Check, error) {
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
