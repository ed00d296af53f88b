package pkix

import (
	"bytes"
	"unicode/utf8"

	"github.com/e2eid/e2eid/internal/der"
)

// A Name is a distinguished name (RFC 5280, Section 4.1.2.4).
type Name struct {
	Raw        []byte // DER of the RDNSequence
	Attributes []Attribute
}

// An Attribute is one type and value of a name. RDN counts from zero the relative name it stands in.
type Attribute struct {
	RDN   int
	Type  OID
	Tag   der.Tag // of the value: the kind of string
	Value []byte  // content octets
}

// Attribute types (X.520).
const (
	OIDCommonName   OID = "\x55\x04\x03"
	OIDOrganization OID = "\x55\x04\x0a"
)

// Empty reports whether the name has no attributes.
func (n Name) Empty() bool { return len(n.Attributes) == 0 }

// Equal reports whether n and m are the same name (RFC 5280, Section 7.1).
func (n Name) Equal(m Name) bool {
	return bytes.Equal(n.Raw, m.Raw) || len(n.Attributes) == len(m.Attributes) && n.HasPrefix(m)
}

// HasPrefix reports whether the first relative names of n are those of m, so that n is within the subtree of m (RFC
// 5280, Section 4.2.1.10).
func (n Name) HasPrefix(m Name) bool {
	long, short := n.Attributes, m.Attributes
	for len(short) > 0 {
		if len(long) == 0 {
			return false
		}
		var a, b []Attribute
		a, long = firstRDN(long)
		b, short = firstRDN(short)
		if len(a) != len(b) || canonicalRDN(a) != canonicalRDN(b) {
			return false
		}
	}
	return true
}

// Key returns a string that two names share if and only if they are equal.
func (n Name) Key() string {
	var key []byte
	for rest := n.Attributes; len(rest) > 0; {
		var rdn []Attribute
		rdn, rest = firstRDN(rest)
		key = appendSized(key, canonicalRDN(rdn))
	}
	return string(key)
}

// firstRDN splits attributes after the first relative name.
func firstRDN(attributes []Attribute) (rdn, rest []Attribute) {
	n := 1
	for n < len(attributes) && attributes[n].RDN == attributes[0].RDN {
		n++
	}
	return attributes[:n], attributes[n:]
}

// Text returns the only value of an attribute type as UTF-8. ok is false if there is none, there are several, or it
// is not a UTF8String, PrintableString or IA5String.
func (n Name) Text(t OID) (s string, ok bool) {
	for _, a := range n.Attributes {
		if a.Type != t {
			continue
		}
		if ok {
			return "", false
		}
		switch a.Tag {
		case der.UTF8String, der.PrintableString, der.IA5String:
			s, ok = string(a.Value), true
		default:
			return "", false
		}
	}
	return s, ok
}

// ReadName reads a Name. Strings of a form we can read must have no control characters: a name that a person could
// be shown must not end early, break a line or reverse.
func ReadName(in *der.String, out *Name) error {
	var raw der.String
	if !in.Element(&raw, der.Sequence) {
		return Malformed("name", "not a SEQUENCE")
	}
	if len(raw) > maxNameBytes {
		return Malformed("name", "too large")
	}
	n := Name{Raw: raw}
	rest := raw
	rest.Read(&rest, der.Sequence)
	for rdn := 0; !rest.Empty(); rdn++ {
		var set der.String
		if !rest.Read(&set, der.Set) {
			return Malformed("name", "not a SET")
		}
		var err error
		if n.Attributes, err = readRDN(set, rdn, n.Attributes); err != nil {
			return err
		}
	}
	*out = n
	return nil
}

// readRDN reads the content of a RelativeDistinguishedName and appends its attributes.
func readRDN(set der.String, rdn int, list []Attribute) ([]Attribute, error) {
	if set.Empty() {
		return nil, Malformed("name", "a relative name without members")
	}
	var before []byte
	for !set.Empty() {
		var element, av, value der.String
		if !set.Element(&element, der.Sequence) {
			return nil, Malformed("name", "not an attribute")
		}
		// X.690, Section 11.6: members of a SET OF in ascending order.
		if before != nil && bytes.Compare(before, element) >= 0 {
			return nil, Malformed("name", "attributes of an RDN not in order")
		}
		before = element
		a := Attribute{RDN: rdn}
		if !element.Read(&av, der.Sequence) || !ReadOID(&av, &a.Type) {
			return nil, Malformed("name", "not an attribute type")
		}
		if !av.Any(&value, &a.Tag) || !av.Empty() {
			return nil, Malformed("name", "not an attribute value")
		}
		a.Value = value
		if !validString(a.Tag, a.Value) {
			return nil, Malformed("name", "string with characters it must not have")
		}
		if list = append(list, a); len(list) > maxNameAttributes {
			return nil, Malformed("name", "too many attributes")
		}
	}
	return list, nil
}

// Showable reports whether s can be shown to a person as a name: it has none of the characters that ReadName refuses.
func Showable(s string) bool { return validString(der.UTF8String, []byte(s)) }

// validString reports whether the octets are a string of the kind that tag names, without control characters. Tags
// of other kinds, and T.61, whose repertoire nobody implements, are not looked into.
func validString(tag der.Tag, b []byte) bool {
	switch tag {
	case der.PrintableString:
		for _, c := range b {
			if !printable(c) {
				return false
			}
		}
	case der.IA5String, der.NumericString, der.VisibleString:
		for _, c := range b {
			if c < 0x20 || c >= 0x7f {
				return false
			}
		}
	case der.UTF8String:
		if !utf8.Valid(b) {
			return false
		}
		for len(b) > 0 {
			r, size := utf8.DecodeRune(b)
			if control(r) {
				return false
			}
			b = b[size:]
		}
	case der.BMPString:
		if len(b)%2 != 0 {
			return false
		}
		for ; len(b) > 0; b = b[2:] {
			if control(rune(b[0])<<8 | rune(b[1])) {
				return false
			}
		}
	case der.UniversalString:
		if len(b)%4 != 0 {
			return false
		}
		for ; len(b) > 0; b = b[4:] {
			if b[0] != 0 || control(rune(b[1])<<16|rune(b[2])<<8|rune(b[3])) {
				return false
			}
		}
	}
	return true
}

// control reports characters that no name has a use for: C0 and C1 controls, line and paragraph separators, the marks
// that change the direction of what follows (Unicode Bidi_Control), and characters that cannot be seen (most of
// Default_Ignorable_Code_Point), which make one name look like another. The joiners U+200C and U+200D stay: names in
// several scripts need them.
func control(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029,
		r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069,
		r == 0x00ad, r == 0x034f, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x180e, r == 0x200b,
		r >= 0x2060 && r <= 0x2065, r >= 0x206a && r <= 0x206f, r == 0x3164, r == 0xfeff, r == 0xffa0,
		r >= 0xfff0 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff:
		return true
	}
	return false
}

// printable reports the characters of a PrintableString (X.680, Section 41.4), and four that authorities put there
// and every implementation reads: * @ & _.
func printable(c byte) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		return true
	}
	return bytes.IndexByte([]byte(" '()+,-./:=?*@&_"), c) >= 0
}
