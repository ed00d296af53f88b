package signature

import "bytes"

// CheckKey reports whether key is a well-formed public key of the algorithm: [ErrKey] if not, [ErrAlgorithm] if the
// algorithm is unknown. Points of NIST's curves are on them; those of Edwards curves are for the host to decode.
func CheckKey(a Algorithm, key []byte) error {
	ok := false
	switch a {
	case Ed25519:
		ok = len(key) == 32 && edwardsPointOK(key, p25519, smallOrder25519)
	case Ed448:
		ok = len(key) == 57 && key[56]&0x7f == 0 && edwardsPointOK(key, p448, smallOrder448)
	case RSAPKCS1SHA256, RSAPKCS1SHA384, RSAPKCS1SHA512:
		_, ok = rsaModulus(key)
	case MLDSA44:
		ok = len(key) == 1312
	case MLDSA65:
		ok = len(key) == 1952
	case MLDSA87:
		ok = len(key) == 2592
	default:
		if _, _, pss := a.PSS(); pss {
			_, ok = rsaModulus(key)
			break
		}
		c := a.curve()
		if c == nil {
			return ErrAlgorithm
		}
		ok = len(key) == 1+2*c.size && key[0] == 4 && c.onCurve(key[1:])
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
		ok = len(sig) == 64 && edwardsPointOK(sig[:32], p25519, smallOrder25519) && lessLE(sig[32:], l25519)
	case Ed448:
		// RFC 8032, Section 5.2.7.
		ok = len(sig) == 114 && sig[56]&0x7f == 0 && edwardsPointOK(sig[:57], p448, smallOrder448) &&
			sig[113] == 0 && lessLE(sig[57:113], l448)
	case RSAPKCS1SHA256, RSAPKCS1SHA384, RSAPKCS1SHA512:
		modulus, _ := rsaModulus(key)
		ok = rsaSignatureOK(modulus, sig)
	case MLDSA44:
		ok = len(sig) == 2420
	case MLDSA65:
		ok = len(sig) == 3309
	case MLDSA87:
		ok = len(sig) == 4627
	default:
		if base, salt, pss := a.PSS(); pss {
			modulus, _ := rsaModulus(key)
			ok = rsaSignatureOK(modulus, sig) && pssFits(modulus, base, salt)
			break
		}
		c := a.curve()
		ok = len(sig) == 2*c.size && c.scalarOK(sig[:c.size]) && c.scalarOK(sig[c.size:])
	}
	if !ok {
		return ErrSignature
	}
	return nil
}

// edwardsPointOK reports whether the little-endian y coordinate of an encoded point is below the field prime (RFC 8032,
// Sections 5.1.3 and 5.2.3) and the point is not of small order: under such a key a signature binds no message, and no
// signer makes such an R. The sign bit is the top bit of the last byte. No other point has an x of zero, of which the
// sign bit would be ambiguous.
func edwardsPointOK(point, p []byte, smallOrder [][]byte) bool {
	y := bytes.Clone(point)
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
