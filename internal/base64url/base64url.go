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

// IsOf reports whether s encodes size bytes.
func IsOf(s string, size int) bool {
	if len(s) != (size*8+5)/6 {
		return false
	}
	values := urlValues
	var all, last byte // a bad value has bits that no other has
	for i := range len(s) {
		last = values[s[i]]
		all |= last
	}
	return all < 64 && last&(1<<(len(s)*6-size*8)-1) == 0 // no stray bits
}

// Decode returns the bytes that s encodes, none if s is empty. The error is [ErrFormat]. It does not retain s.
func Decode[S string | []byte](s S) ([]byte, error) {
	return decode([]byte(s), urlValues) // which copies nothing
}

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
	return decode([]byte(s), standardValues)
}

// DecodeStandard is Decode for base64 with its own alphabet, with padding or without.
func DecodeStandard(s string) ([]byte, error) {
	if len(s)%4 == 0 {
		return DecodePadded(s)
	}
	return decode([]byte(s), standardValues)
}

func decode(s []byte, values *[256]byte) ([]byte, error) {
	rest := len(s) % 4
	if rest == 1 {
		return nil, ErrFormat // six bits are no byte
	}
	all := make([]byte, len(s)/4*3+(rest+1)/2)
	out := all
	var any byte // a bad value has bits that no other has
	for ; len(s) >= 4 && len(out) >= 3; s, out = s[4:], out[3:] {
		a, b, c, d := values[s[0]], values[s[1]], values[s[2]], values[s[3]]
		any |= a | b | c | d
		out[0], out[1], out[2] = a<<2|b>>4, b<<4|c>>2, c<<6|d
	}
	var stray byte
	switch rest {
	case 2:
		a, b := values[s[0]], values[s[1]]
		any |= a | b
		out[0], stray = a<<2|b>>4, b<<4
	case 3:
		a, b, c := values[s[0]], values[s[1]], values[s[2]]
		any |= a | b | c
		out[0], out[1], stray = a<<2|b>>4, b<<4|c>>2, c<<6
	}
	if any > 63 || stray != 0 {
		return nil, ErrFormat
	}
	return all, nil
}

// Encode returns the text of b.
func Encode(b []byte) string {
	var room [96]byte // for digests and points of curves; Append grows out of it
	return string(Append(room[:0], b))
}

// Append appends the text of b to dst.
func Append(dst, b []byte) []byte {
	for ; len(b) >= 3; b = b[3:] {
		bits := uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
		dst = append(dst, alphabet[bits>>18], alphabet[bits>>12&63], alphabet[bits>>6&63], alphabet[bits&63])
	}
	switch len(b) {
	case 1:
		dst = append(dst, alphabet[b[0]>>2], alphabet[b[0]<<4&63])
	case 2:
		dst = append(dst, alphabet[b[0]>>2], alphabet[(b[0]<<4|b[1]>>4)&63], alphabet[b[1]<<2&63])
	}
	return dst
}
