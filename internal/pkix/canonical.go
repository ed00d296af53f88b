package pkix

import (
	"encoding/binary"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/e2eid/e2eid/internal/der"
)

// canonicalRDN returns a string that two relative names share if and only if RFC 5280, Section 7.1 has them equal: the
// same attributes in any order, with values that match.
func canonicalRDN(attributes []Attribute) string {
	parts := make([]string, len(attributes))
	for i, a := range attributes {
		parts[i] = string(appendSized(appendSized(nil, string(a.Type)), canonicalValue(a.Tag, a.Value)))
	}
	slices.Sort(parts)
	var all []byte
	for _, p := range parts {
		all = appendSized(all, p)
	}
	return string(all)
}

// canonicalValue prepares a value for comparison. Of the string preparation of RFC 4518, which Section 7.1 refers to, it
// has: one character set for all string types; case folded; characters that only format dropped; white space trimmed,
// and each run of it one space. It does not normalise Unicode (Section 2.3 there): composed and decomposed forms differ,
// as they do in most implementations. Values that are not of a known string type compare by their bytes.
func canonicalValue(tag der.Tag, value []byte) string {
	out := []byte{stringKind}
	space := false
	each := func(r rune) {
		switch {
		case unicode.IsSpace(r):
			space = len(out) > 1
			return
		case formatting(r):
			return
		}
		if space {
			out, space = append(out, ' '), false
		}
		// Upper case first: some letters meet only there.
		out = utf8.AppendRune(out, unicode.ToLower(unicode.ToUpper(r)))
	}
	switch tag {
	case der.UTF8String, der.PrintableString, der.IA5String, der.NumericString, der.VisibleString:
		for _, r := range string(value) {
			each(r)
		}
	case der.BMPString:
		for b := value; len(b) > 1; b = b[2:] {
			each(rune(binary.BigEndian.Uint16(b)))
		}
	case der.UniversalString:
		for b := value; len(b) > 3; b = b[4:] {
			each(rune(binary.BigEndian.Uint32(b)))
		}
	default:
		return string(append([]byte{byte(tag)}, value...))
	}
	return string(out)
}

// stringKind stands before the canonical form of a string, where the tag stands before other values. No tag is zero.
const stringKind = 0

// formatting reports characters that RFC 4518, Section 2.2 maps to nothing.
func formatting(r rune) bool {
	switch {
	case r == 0x00ad, r == 0x034f, r == 0x1806, r >= 0x180b && r <= 0x180e, r >= 0x200b && r <= 0x200f,
		r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2063, r >= 0x206a && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f,
		r == 0xfeff, r >= 0xfff9 && r <= 0xfffc:
		return true
	}
	return false
}

func appendSized(dst []byte, s string) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(s)))
	return append(dst, s...)
}
