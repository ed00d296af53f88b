package pkix

import "github.com/e2eid/e2eid/internal/der"

// MinimalInteger reports whether b is the content of a DER INTEGER (X.690, Section 8.3.2).
func MinimalInteger(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	return len(b) == 1 || !(b[0] == 0 && b[1]&0x80 == 0 || b[0] == 0xff && b[1]&0x80 != 0)
}

// ValidBitString reports whether b is the content of a DER BIT STRING: unused bits are zero.
func ValidBitString(b []byte) bool {
	if len(b) == 0 || b[0] > 7 || len(b) == 1 && b[0] != 0 {
		return false
	}
	return b[len(b)-1]&(1<<b[0]-1) == 0 || len(b) == 1
}

// ReadSmall reads a non-negative INTEGER. One that is larger than any use of it stands for the largest: a path or a
// count that long is refused elsewhere.
func ReadSmall(in *der.String, tag der.Tag) (int, bool) {
	const most = 1 << 30
	var b der.String
	if !in.Read(&b, tag) || !MinimalInteger(b) || b[0]&0x80 != 0 || len(b) > MaxSerialBytes {
		return 0, false
	}
	v := 0
	for _, c := range b {
		if v = v<<8 | int(c); v > most {
			return most, true
		}
	}
	return v, true
}

// EachItem reads a SEQUENCE with members and hands its content to read, which takes one item and reports if it could.
func EachItem(part string, most int, in *der.String, read func(*der.String) bool) error {
	var list der.String
	if !in.Read(&list, der.Sequence) || list.Empty() {
		return Malformed(part, "not a SEQUENCE with members")
	}
	for n := 0; !list.Empty(); n++ {
		if n == most {
			return Malformed(part, "too many members")
		}
		if !read(&list) {
			return Malformed(part, "malformed or repeated member")
		}
	}
	return nil
}

// ReadBitString reads a BIT STRING of whole octets.
func ReadBitString(in *der.String, out *[]byte) bool {
	var b der.String
	if !in.Read(&b, der.BitString) || len(b) == 0 || b[0] != 0 {
		return false
	}
	*out = b[1:]
	return true
}

// NamedBits decodes the content of a BIT STRING that is a named bit list with members: no trailing zero bits (X.690,
// Section 11.2.2), and bit n of out for the bit of that number. Bits from most on are refused.
func NamedBits(b []byte, most int, out *uint16) bool {
	if !ValidBitString(b) || len(b) < 2 || len(b) > 3 || b[len(b)-1]>>b[0]&1 == 0 {
		return false
	}
	var bits uint16
	for i := range 8 * (len(b) - 1) {
		if b[1+i/8]&(0x80>>(i%8)) != 0 {
			if i >= most {
				return false
			}
			bits |= 1 << i
		}
	}
	*out = bits
	return true
}
