package jose

import (
	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// readRSA reads "n" and "e", big-endian without leading zeros (RFC 7518, Section 2, Base64urlUInt). Their range is checked
// with the key's.
func readRSA(jwk strictjson.Value) (key pkix.PublicKey, err error) {
	var numbers [2][]byte
	for i, name := range [...]string{"n", "e"} {
		if numbers[i], err = octets(jwk, name, 0); err != nil {
			return key, err
		}
		if numbers[i][0] == 0 {
			return key, refuse(ErrKey, name, "has a leading zero")
		}
	}
	key.Kind, key.Key = pkix.KeyRSA, rsaPublicKey(numbers[0], numbers[1])
	return key, nil
}

// rsaPublicKey returns the DER RSAPublicKey (RFC 8017, Appendix A.1.1) of two numbers above zero.
func rsaPublicKey(n, e []byte) []byte {
	content := appendInteger(appendInteger(nil, n), e)
	return append(appendHeader(nil, der.Sequence, len(content)), content...)
}

func appendInteger(dst, number []byte) []byte {
	if number[0]&0x80 == 0 {
		return append(appendHeader(dst, der.Integer, len(number)), number...)
	}
	return append(append(appendHeader(dst, der.Integer, len(number)+1), 0), number...)
}

// appendHeader appends a tag and a length below 2^16: keys are bounded far below.
func appendHeader(dst []byte, tag der.Tag, length int) []byte {
	dst = append(dst, byte(tag))
	switch {
	case length < 0x80:
		return append(dst, byte(length))
	case length < 0x100:
		return append(dst, 0x81, byte(length))
	}
	return append(dst, 0x82, byte(length>>8), byte(length))
}

// rsaNumbers returns the numbers of a key that signature.CheckKey has taken, without leading zeros.
func rsaNumbers(key []byte) (n, e []byte, ok bool) {
	in := der.String(key)
	var seq, number, exponent der.String
	if !in.Read(&seq, der.Sequence) || !seq.Read(&number, der.Integer) || !seq.Read(&exponent, der.Integer) ||
		len(number) < 2 || len(exponent) == 0 {
		return nil, nil, false
	}
	if n = number; n[0] == 0 {
		n = n[1:]
	}
	if e = exponent; e[0] == 0 && len(e) > 1 {
		e = e[1:]
	}
	return n, e, true
}
