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

// sextet returns the value of a character, or bad. The last two of the alphabet differ between its forms.
func sextet(c, c62, c63 byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c - 'A'
	case 'a' <= c && c <= 'z':
		return c - 'a' + 26
	case '0' <= c && c <= '9':
		return c - '0' + 52
	case c == c62:
		return 62
	case c == c63:
		return 63
	}
	return bad
}

// Decode returns the bytes that s encodes, none if s is empty. The error is [ErrFormat]. It does not retain s.
func Decode[S string | []byte](s S) ([]byte, error) { return decode(s, '-', '_') }

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
	return decode(s, '+', '/')
}

// DecodeStandard is Decode for base64 with its own alphabet, with padding or without.
func DecodeStandard(s string) ([]byte, error) {
	if len(s)%4 == 0 {
		return DecodePadded(s)
	}
	return decode(s, '+', '/')
}

func decode[S string | []byte](s S, c62, c63 byte) ([]byte, error) {
	if len(s)%4 == 1 {
		return nil, ErrFormat // six bits are no byte
	}
	out := make([]byte, 0, len(s)/4*3+len(s)%4)
	var bits uint32
	have := 0
	for i := range len(s) {
		v := sextet(s[i], c62, c63)
		if v == bad {
			return nil, ErrFormat
		}
		bits = bits<<6 | uint32(v)
		if have += 6; have >= 8 {
			have -= 8
			out = append(out, byte(bits>>have))
			bits &= 1<<have - 1
		}
	}
	if bits != 0 {
		return nil, ErrFormat // stray bits
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
