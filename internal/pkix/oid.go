package pkix

import "github.com/e2eid/e2eid/internal/der"

// An OID is an object identifier as the content octets of its DER encoding: comparable, and equal only if the
// identifiers are. Use [OID.String] for the dotted form and [ParseOID] for the way back.
type OID string

// String returns the dotted form, or "" if o is not an identifier. Arcs may exceed 64 bits.
func (o OID) String() string {
	if !ValidOID([]byte(o)) {
		return ""
	}
	var out []byte
	var arc []byte // decimal digits, least significant first
	first := true
	for i := 0; i < len(o); i++ {
		carry := int(o[i] & 0x7f)
		for j := range arc {
			carry += int(arc[j]) << 7
			arc[j] = byte(carry % 10)
			carry /= 10
		}
		for ; carry > 0; carry /= 10 {
			arc = append(arc, byte(carry%10))
		}
		if o[i]&0x80 != 0 {
			continue
		}
		if first {
			// X.690, Section 8.19.4: the first subidentifier is 40·X + Y, with Y < 40 where X < 2.
			out, arc = splitFirst(arc)
			first = false
		}
		out = append(out, '.')
		if len(arc) == 0 {
			out = append(out, '0')
		}
		for j := len(arc) - 1; j >= 0; j-- {
			out = append(out, '0'+arc[j])
		}
		arc = arc[:0]
	}
	return string(out)
}

// splitFirst takes 40·X + Y in decimal digits, least significant first, and returns X as text and the digits of Y.
func splitFirst(arc []byte) (x, y []byte) {
	value := 0
	for j := len(arc) - 1; j >= 0 && value < 80; j-- {
		value = value*10 + int(arc[j])
	}
	if len(arc) <= 2 && value < 80 {
		return []byte{'0' + byte(value/40)}, digits(value % 40)
	}
	borrow := 80
	for j := 0; borrow > 0; j++ {
		d := int(arc[j]) - borrow%10
		borrow /= 10
		if d < 0 {
			d += 10
			borrow++
		}
		arc[j] = byte(d)
	}
	for len(arc) > 0 && arc[len(arc)-1] == 0 {
		arc = arc[:len(arc)-1]
	}
	return []byte{'2'}, arc
}

func digits(v int) (d []byte) {
	for ; v > 0; v /= 10 {
		d = append(d, byte(v%10))
	}
	return d
}

// ParseOID returns the identifier of a dotted form. ok is false if s is not one, or an arc exceeds 32 bits.
func ParseOID(s string) (o OID, ok bool) {
	var out []byte
	var arcs int
	var top uint64
	for len(s) > 0 {
		end := 0
		for end < len(s) && s[end] != '.' {
			end++
		}
		arc, fine := parseArc(s[:end])
		if !fine || end == len(s)-1 {
			return "", false
		}
		s = s[min(end+1, len(s)):]
		switch arcs++; {
		case arcs == 1:
			if arc > 2 {
				return "", false
			}
			top = arc
			continue
		case arcs == 2:
			if top < 2 && arc >= 40 {
				return "", false
			}
			arc += 40 * top
		}
		out = appendBase128(out, arc)
	}
	if arcs < 2 || len(out) > maxOIDBytes {
		return "", false
	}
	return OID(out), true
}

func parseArc(s string) (uint64, bool) {
	if s == "" || len(s) > 10 || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	var v uint64
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		v = v*10 + uint64(s[i]-'0')
	}
	return v, v <= 1<<32-1
}

func appendBase128(dst []byte, v uint64) []byte {
	n := 1
	for x := v >> 7; x > 0; x >>= 7 {
		n++
	}
	for n--; n >= 0; n-- {
		b := byte(v>>(7*n)) & 0x7f
		if n > 0 {
			b |= 0x80
		}
		dst = append(dst, b)
	}
	return dst
}

// ValidOID reports whether b is the minimal encoding of an identifier (X.690, Section 8.19.2) within our bound.
func ValidOID(b []byte) bool {
	if len(b) == 0 || len(b) > maxOIDBytes || b[len(b)-1]&0x80 != 0 {
		return false
	}
	start := true
	for _, c := range b {
		if start && c == 0x80 {
			return false
		}
		start = c&0x80 == 0
	}
	return true
}

func ReadOID(in *der.String, out *OID) bool {
	var b der.String
	if !in.Read(&b, der.ObjectIdentifier) || !ValidOID(b) {
		return false
	}
	*out = OID(b)
	return true
}
