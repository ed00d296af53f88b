package signature

import "github.com/e2eid/e2eid/internal/hex"

// Numbers of the curves: little-endian for EdDSA, as its encodings are, big-endian for ECDSA. The tests derive or
// compare each.

// smallOrder25519 are the y coordinates of the eight points of edwards25519 whose order divides the cofactor; those
// of order 1, 2 and 4 have y = 1, -1 and 0. smallOrder448 likewise for edwards448, whose cofactor is 4.
var (
	smallOrder25519 = [][]byte{
		hex.MustDecode("0000000000000000000000000000000000000000000000000000000000000000"),
		hex.MustDecode("0100000000000000000000000000000000000000000000000000000000000000"),
		hex.MustDecode("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
		hex.MustDecode("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
		hex.MustDecode("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
	}
	smallOrder448 = [][]byte{
		hex.MustDecode("000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"),
		hex.MustDecode("010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"),
		hex.MustDecode("fefffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffff00"),
	}
)

// Field primes, and orders L of the prime-order subgroups (RFC 8032, Sections 5.1 and 5.2).
var (
	p25519 = hex.MustDecode("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")
	l25519 = hex.MustDecode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	p448   = hex.MustDecode("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffff00")
	l448   = hex.MustDecode("f34458ab92c27823558fc58d72c26c219036d6ae49db4ec4e923ca7cffffffffffffffffffffffffffffffffffffffffffffffffffffff3f")
)

// A curve is what ECDSA checks need to know of a NIST curve (SP 800-186, Section 3.2.1).
type curve struct {
	name  string
	size  int    // bytes of a coordinate and of a scalar
	order []byte // big-endian, size bytes, like the others
	field *field
	b     []byte // of the equation
}

var (
	p256 = curve{"P-256", 32, hex.MustDecode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
		newField(hex.MustDecode("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")), hex.MustDecode("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")}
	p384 = curve{"P-384", 48, hex.MustDecode("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
		newField(hex.MustDecode("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff")), hex.MustDecode("b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef")}
	p521 = curve{"P-521", 66, hex.MustDecode("01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"),
		newField(hex.MustDecode("01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")), hex.MustDecode("0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00")}
)

// curve returns the curve of an ECDSA algorithm, nil for others.
func (a Algorithm) curve() *curve {
	switch a {
	case ECDSAP256SHA256, ECDSAP256SHA384, ECDSAP256SHA512:
		return &p256
	case ECDSAP384SHA256, ECDSAP384SHA384, ECDSAP384SHA512:
		return &p384
	case ECDSAP521SHA256, ECDSAP521SHA384, ECDSAP521SHA512:
		return &p521
	}
	return nil
}
