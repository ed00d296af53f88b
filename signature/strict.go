package signature

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/der"
)

// RSA moduli are bounded from below for strength and from above for the work of a check; an exponent over 32 bits is
// refused by common backends, so it is refused here for all of them.
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// CheckKey reports whether key is a well-formed public key of the algorithm: [ErrKey] if not, [ErrAlgorithm] if the
// algorithm is unknown. A point is not checked to lie on its curve; every host does that.
func CheckKey(a Algorithm, key []byte) error { return checkKey(a, key) }

func checkKey(a Algorithm, key []byte) error {
	ok := false
	switch a {
	case Ed25519:
		ok = len(key) == 32 && edwardsKeyOK(key, p25519, smallOrder25519)
	case Ed448:
		ok = len(key) == 57 && key[56]&0x7f == 0 && edwardsKeyOK(key, p448, smallOrder448)
	case RSAPKCS1SHA256, RSAPKCS1SHA384, RSAPKCS1SHA512:
		_, ok = rsaModulusBytes(key)
	case MLDSA44:
		ok = len(key) == 1312
	case MLDSA65:
		ok = len(key) == 1952
	case MLDSA87:
		ok = len(key) == 2592
	default:
		c := a.curve()
		if c == nil {
			return ErrAlgorithm
		}
		ok = len(key) == 1+2*c.size && key[0] == 4
	}
	if !ok {
		return ErrKey
	}
	return nil
}

func checkSignature(a Algorithm, key, sig []byte) error {
	ok := false
	switch a {
	case Ed25519:
		// RFC 8032, Section 5.1.7: S is in the range 0 <= S < L.
		ok = len(sig) == 64 && lessLE(sig[32:], l25519)
	case Ed448:
		// RFC 8032, Section 5.2.7.
		ok = len(sig) == 114 && sig[113] == 0 && lessLE(sig[57:113], l448)
	case RSAPKCS1SHA256, RSAPKCS1SHA384, RSAPKCS1SHA512:
		// RFC 8017, Section 8.2.2: the signature is as long as the modulus.
		size, _ := rsaModulusBytes(key)
		ok = len(sig) == size
	case MLDSA44:
		ok = len(sig) == 2420
	case MLDSA65:
		ok = len(sig) == 3309
	case MLDSA87:
		ok = len(sig) == 4627
	default:
		c := a.curve()
		ok = len(sig) == 2*c.size && c.scalarOK(sig[:c.size]) && c.scalarOK(sig[c.size:])
	}
	if !ok {
		return ErrSignature
	}
	return nil
}

// rsaModulusBytes returns the size in bytes of the modulus of a DER RSAPublicKey within our bounds.
func rsaModulusBytes(key []byte) (size int, ok bool) {
	in := der.String(key)
	var seq der.String
	var n, e []byte
	if !in.Read(&seq, der.Sequence) || !in.Empty() ||
		!readPositive(&seq, &n) || !readPositive(&seq, &e) || !seq.Empty() {
		return 0, false
	}
	bits := len(n) * 8
	for top := n[0]; top&0x80 == 0; top <<= 1 {
		bits--
	}
	if bits < minRSABits || bits > maxRSABits || n[len(n)-1]&1 == 0 {
		return 0, false
	}
	// e is odd and 3 <= e < 2^31.
	if len(e) > 4 || len(e) == 4 && e[0]&0x80 != 0 || e[len(e)-1]&1 == 0 || len(e) == 1 && e[0] < 3 {
		return 0, false
	}
	return len(n), true
}

// readPositive reads a minimal DER INTEGER above zero and returns its magnitude without leading zeros.
func readPositive(in *der.String, out *[]byte) bool {
	var b der.String
	if !in.Read(&b, der.Integer) || len(b) == 0 || b[0]&0x80 != 0 {
		return false
	}
	if b[0] == 0 {
		if len(b) < 2 || b[1]&0x80 == 0 {
			return false // zero, or a needless leading zero
		}
		b = b[1:]
	}
	*out = b
	return true
}

// edwardsKeyOK reports whether the little-endian y coordinate of an encoded point is below the field prime (RFC 8032,
// Sections 5.1.3 and 5.2.3) and the point is not of small order: under such a key a signature binds no message.
// The sign bit is the top bit of the last byte.
func edwardsKeyOK(key, p []byte, smallOrder [][]byte) bool {
	y := bytes.Clone(key)
	y[len(y)-1] &= 0x7f
	if !lessLE(y, p) {
		return false
	}
	for _, s := range smallOrder {
		if bytes.Equal(y, s) {
			return false
		}
	}
	return true
}

// lessLE compares little-endian integers of one size. The values are public: no constant time.
func lessLE(a, b []byte) bool {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}
