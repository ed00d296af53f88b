// Package base64url reads base64url without padding (RFC 4648, Section 5, as RFC 7515, Section 2 has it), and base64 with
// padding for the one place where JOSE has that. Each value has one text: stray bits at the end, padding where none
// belongs, white space and the other alphabet are refused. Two texts of one token would pass a list of blocked tokens
// twice, and the readers of the standard library skip line breaks even when they are strict.
package base64url

import "errors"

// ErrFormat reports a text that is not the one encoding of any bytes.
var ErrFormat = errors.New("base64url: not base64url without padding")

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

const bad = 0xff

// values of the characters of both alphabets, or bad: of base64url, and of base64. They differ in the last two.
var urlValues, standardValues = valuesOf('-', '_'), valuesOf('+', '/')

func valuesOf(c62, c63 byte) *[256]byte {
	var values [256]byte
	for c := range values {
		values[c] = bad
	}
	for v := range byte(62) {
		values[alphabet[v]] = v
	}
	values[c62], values[c63] = 62, 63
	return &values
}

// Is reports whether all characters of s are of base64url's alphabet.
func Is(s string) bool {
	values := urlValues
	for i := range len(s) {
		if values[s[i]] == bad {
			return false
		}
	}
	return true
}

// Decode returns the bytes that s encodes, none if s is empty. The error is [ErrFormat]. It does not retain s.
func Decode[S string | []byte](s S) ([]byte, error) { return decode(s, urlValues) }

// DecodePadded is Decode for base64 with its own alphabet and padding (RFC 4648, Section 4), which the certificates of
// "x5c" have (RFC 7515, Section 4.1.6).
func DecodePadded(s string) ([]byte, error) {
	if len(s)%4 != 0 {
		return nil, ErrFormat
	}
	for range 2 {
		if len(s) > 0 && s[len(s)-1] == '=' {
			s = s[:len(s)-1]
		}
	}
	return decode(s, standardValues)
}

// DecodeStandard is Decode for base64 with its own alphabet, with padding or without.
func DecodeStandard(s string) ([]byte, error) {
	if len(s)%4 == 0 {
		return DecodePadded(s)
	}
	return decode(s, standardValues)
}

func decode[S string | []byte](s S, values *[256]byte) ([]byte, error) {
	rest := len(s) % 4
	if rest == 1 {
		return nil, ErrFormat // six bits are no byte
	}
	out := make([]byte, len(s)/4*3+(rest+1)/2)
	var all byte // a bad value has bits that no other has
	n, i := 0, 0
	for ; i < len(s)-rest; i += 4 {
		a, b, c, d := values[s[i]], values[s[i+1]], values[s[i+2]], values[s[i+3]]
		all |= a | b | c | d
		out[n], out[n+1], out[n+2] = a<<2|b>>4, b<<4|c>>2, c<<6|d
		n += 3
	}
	var stray byte
	switch rest {
	case 2:
		a, b := values[s[i]], values[s[i+1]]
		all |= a | b
		out[n], stray = a<<2|b>>4, b<<4
	case 3:
		a, b, c := values[s[i]], values[s[i+1]], values[s[i+2]]
		all |= a | b | c
		out[n], out[n+1], stray = a<<2|b>>4, b<<4|c>>2, c<<6
	}
	if all > 63 || stray != 0 {
		return nil, ErrFormat
	}
	return out, nil
}

// Encode returns the text of b.
func Encode(b []byte) string { return string(Append(make([]byte, 0, (len(b)*8+5)/6), b)) }

// Append appends the text of b to dst.
func Append(dst, b []byte) []byte {
	var bits uint32
	have := 0
	for _, c := range b {
		bits = bits<<8 | uint32(c)
		have += 8
		for have >= 6 {
			have -= 6
			dst = append(dst, alphabet[bits>>have&63])
		}
		bits &= 1<<have - 1
	}
	if have > 0 {
		dst = append(dst, alphabet[bits<<(6-have)&63])
	}
	return dst
}
