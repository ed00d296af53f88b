package signature

import (
	"bytes"
	"math/bits"

	"github.com/e2eid/e2eid/internal/der"
)

// RSA moduli are bounded from below for strength and from above for the work of a check; an exponent over 32 bits is
// refused by common backends, so it is refused here for all of them.
const (
	minRSABits = 2048
	maxRSABits = 8192
)

// rsaModulus returns the modulus of a DER RSAPublicKey within our bounds, without leading zeros.
func rsaModulus(key []byte) (modulus []byte, ok bool) {
	in := der.String(key)
	var seq der.String
	var n, e []byte
	if !in.Read(&seq, der.Sequence) || !in.Empty() ||
		!readPositive(&seq, &n) || !readPositive(&seq, &e) || !seq.Empty() {
		return nil, false
	}
	if size := bitLen(n); size < minRSABits || size > maxRSABits || n[len(n)-1]&1 == 0 {
		return nil, false
	}
	// e is odd and 3 <= e < 2^31.
	if bitLen(e) > 31 || e[len(e)-1]&1 == 0 || len(e) == 1 && e[0] < 3 {
		return nil, false
	}
	return n, true
}

// rsaSignatureOK reports whether a signature is as long as the modulus and a number below it (RFC 8017, Sections 8.1.2
// and 8.2.2, steps 1 and 2).
func rsaSignatureOK(modulus, sig []byte) bool {
	return len(sig) == len(modulus) && bytes.Compare(sig, modulus) < 0
}

// pssFits reports whether an encoded message of this key has room for the hash and the salt (RFC 8017, Section 9.1.2,
// step 3).
func pssFits(modulus []byte, base Algorithm, salt int) bool {
	hash := 32
	switch base {
	case RSAPSSSHA384:
		hash = 48
	case RSAPSSSHA512:
		hash = 64
	}
	return (bitLen(modulus)-1+7)/8 >= hash+salt+2
}

// bitLen returns the bits of a big-endian number without leading zeros.
func bitLen(n []byte) int { return (len(n)-1)*8 + bits.Len8(n[0]) }

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
