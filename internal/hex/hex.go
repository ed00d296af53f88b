// Package hex writes bytes as lower-case hexadecimal. encoding/hex would link fmt into the verifying packages.
package hex

const digits = "0123456789abcdef"

// Append appends two digits for each byte of b.
func Append(dst, b []byte) []byte {
	for _, c := range b {
		dst = append(dst, digits[c>>4], digits[c&15])
	}
	return dst
}

// String returns two digits for each byte of b.
func String(b []byte) string { return string(Append(make([]byte, 0, 2*len(b)), b)) }

// MustDecode returns the bytes of a constant in lower-case digits. It panics if s is not one.
func MustDecode(s string) []byte {
	b := make([]byte, len(s)/2)
	for i := range b {
		b[i] = digit(s[2*i])<<4 | digit(s[2*i+1])
	}
	if String(b) != s {
		panic("hex: not lower-case hexadecimal")
	}
	return b
}

func digit(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}
