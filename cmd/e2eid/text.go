package main

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/der"
)

// text returns s so that it can be put on a terminal: as it is if every character is seen and none has a second
// meaning, or else as a Go string literal. Only the latter begins with a quotation mark, so no two strings look the
// same here. What is not seen are controls, and characters that format, such as those that turn the direction of
// writing.
func text(s string) string {
	plain := s != "" && utf8.ValidString(s) && s[0] != ' ' && s[len(s)-1] != ' '
	for _, r := range s {
		plain = plain && unicode.IsPrint(r) && r != '"' && r != '\\'
	}
	if plain {
		return s
	}
	return strconv.Quote(s)
}

// attributeNames are the short names of RFC 4514, Section 3, and some that people expect to see.
var attributeNames = map[string]string{
	"2.5.4.3":                    "CN",
	"2.5.4.4":                    "SN",
	"2.5.4.5":                    "serialNumber",
	"2.5.4.6":                    "C",
	"2.5.4.7":                    "L",
	"2.5.4.8":                    "ST",
	"2.5.4.9":                    "STREET",
	"2.5.4.10":                   "O",
	"2.5.4.11":                   "OU",
	"2.5.4.12":                   "title",
	"2.5.4.42":                   "GN",
	"2.5.4.65":                   "pseudonym",
	"0.9.2342.19200300.100.1.1":  "UID",
	"0.9.2342.19200300.100.1.25": "DC",
	"1.2.840.113549.1.9.1":       "emailAddress",
}

// distinguishedName returns a name in the form of RFC 4514: the last relative name first, types without a short name
// in dotted form with the value in hexadecimal. Beyond what that demands, every character that would not be seen is
// escaped.
func distinguishedName(n x509.Name) string {
	var rdns []string
	for i, a := range n.Attributes {
		s := attribute(a)
		if i > 0 && a.RDN == n.Attributes[i-1].RDN {
			rdns[len(rdns)-1] += "+" + s
		} else {
			rdns = append(rdns, s)
		}
	}
	var b strings.Builder
	for i := len(rdns) - 1; i >= 0; i-- {
		b.WriteString(rdns[i])
		if i > 0 {
			b.WriteByte(',')
		}
	}
	return b.String()
}

func attribute(a x509.Attribute) string {
	dotted := a.Type.String()
	if short, ok := attributeNames[dotted]; ok {
		if s, ok := attributeText(a); ok {
			return short + "=" + escapeDN(s)
		}
		dotted = short
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.Tag(a.Tag), func(b *cryptobyte.Builder) { b.AddBytes(a.Value) })
	element, err := b.Bytes()
	if err != nil { // a tag that cryptobyte does not write
		element = a.Value
	}
	return dotted + "=#" + hex.EncodeToString(element)
}

// attributeText returns the value as UTF-8; ok is false if it is no string, one with what is no character, or one in a
// repertoire of its own (T.61).
func attributeText(a x509.Attribute) (s string, ok bool) {
	switch a.Tag {
	case der.UTF8String, der.PrintableString, der.IA5String, der.NumericString, der.VisibleString:
		return string(a.Value), true
	case der.BMPString:
		var units []uint16
		for v := a.Value; len(v) >= 2; v = v[2:] {
			units = append(units, uint16(v[0])<<8|uint16(v[1]))
		}
		s = string(utf16.Decode(units))
	case der.UniversalString:
		var runes []rune
		for v := a.Value; len(v) >= 4; v = v[4:] {
			runes = append(runes, rune(v[0])<<24|rune(v[1])<<16|rune(v[2])<<8|rune(v[3]))
		}
		s = string(runes)
	default:
		return "", false
	}
	// What is no character became U+FFFD, and two values must not look the same.
	return s, !strings.ContainsRune(s, utf8.RuneError)
}

// escapeDN escapes a value (RFC 4514, Section 2.4).
func escapeDN(s string) string {
	var b strings.Builder
	for i, size := 0, 0; i < len(s); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1, !unicode.IsPrint(r):
			for _, c := range []byte(s[i : i+size]) {
				b.WriteByte('\\')
				b.WriteString(hex.EncodeToString([]byte{c}))
			}
		case strings.ContainsRune(`"+,;<>\`, r), r == ' ' && (i == 0 || i == len(s)-1), r == '#' && i == 0:
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
