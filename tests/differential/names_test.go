package differential

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/tests/testca"
)

const bmpString = asn1.Tag(30)
const universalString = asn1.Tag(28)

func bmp(s string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u>>8), byte(u))
	}
	return string(b)
}

func universal(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r>>24), byte(r>>16), byte(r>>8), byte(r))
	}
	return string(b)
}

// A spelling is a way to write a name. Those of one kind are the same name (RFC 5280, Section 7.1, and RFC 4518); odd
// ones have characters or an order that a name must not have.
type spelling struct {
	tag  string
	name testca.Name
	kind string
}

func (s spelling) odd() string {
	if strings.HasPrefix(s.kind, "odd-") {
		return s.kind
	}
	return ""
}

func text(value string, tag asn1.Tag) testca.Name {
	return testca.Name{
		{Type: testca.OIDOrganization, Value: "Example"}, {Type: testca.OIDCommonName, Value: value, Tag: tag},
	}
}

// spellings of a name: some are the same one (RFC 5280, Section 7.1).
func spellings() []spelling {
	o, cn, mail := testca.OIDOrganization, testca.OIDCommonName, testca.OIDEmailAddress
	return []spelling{
		{"utf8", text("Test Authority", 0), "a"},
		{"printable", text("Test Authority", asn1.PrintableString), "a"},
		{"ia5", text("Test Authority", asn1.IA5String), "a"},
		{"teletex", text("Test Authority", asn1.T61String), "teletex"},
		{"visible", text("Test Authority", 26), "a"},
		{"bmp", text(bmp("Test Authority"), bmpString), "a"},
		{"universal", text(universal("Test Authority"), universalString), "a"},
		{"upper", text("TEST AUTHORITY", 0), "a"},
		{"printable-lower", text("test authority", asn1.PrintableString), "a"},
		{"two-blanks", text("Test  Authority", 0), "a"},
		{"outer-blanks", text(" Test Authority ", 0), "a"},
		{"printable-blanks", text("  Test   Authority", asn1.PrintableString), "a"},
		{"no-blank", text("TestAuthority", 0), "no-blank"},
		{"tab", text("Test\tAuthority", 0), "odd-characters"},
		{"other", text("Test Authorities", 0), "other"},
		{"order", testca.Name{{Type: cn, Value: "Test Authority"}, {Type: o, Value: "Example"}}, "order"},
		{"joined", testca.Name{{Type: cn, Value: "Test Authority"}, {Type: o, Value: "Example", Join: true}}, "odd-order"},
		{"joined-disorder", testca.Name{{Type: o, Value: "Example"}, {Type: cn, Value: "Test Authority", Join: true}}, "joined-disorder"},
		{"joined-upper", testca.Name{{Type: cn, Value: "TEST AUTHORITY"}, {Type: o, Value: "EXAMPLE", Join: true}}, "odd-order"},
		{"shorter", testca.Name{{Type: o, Value: "Example"}}, "shorter"},
		{"longer", append(text("Test Authority", 0), testca.Attr{Type: cn, Value: "More"}), "longer"},
		{"repeated", append(text("Test Authority", 0), testca.Attr{Type: cn, Value: "Test Authority"}), "repeated"},
		{"other-type", testca.Name{{Type: o, Value: "Example"}, {Type: "2.5.4.11", Value: "Test Authority"}}, "other-type"},
		{"unknown-type", testca.Name{{Type: o, Value: "Example"}, {Type: oidUnknown, Value: "Test Authority"}}, "unknown-type"},
		{"umlaut", text("Täst Äuthority", 0), "u"},
		{"umlaut-upper", text("TÄST ÄUTHORITY", 0), "u"},
		{"umlaut-decomposed", text("Ta\u0308st A\u0308uthority", 0), "umlaut-decomposed"},
		{"umlaut-bmp", text(bmp("Täst Äuthority"), bmpString), "u"},
		{"umlaut-latin1", text("T\xe4st \xc4uthority", asn1.T61String), "umlaut-latin1"},
		{"sharp-s", text("Straße", 0), "sharp-s"},
		{"ss", text("Strasse", 0), "ss"},
		{"no-break-blank", text("Test\u00a0Authority", 0), "a"},
		{"soft-hyphen", text("Test\u00ad Authority", 0), "odd-characters"},
		{"zero-width", text("Test\u200b Authority", 0), "odd-characters"},
		{"full-width", text("Ｔｅｓｔ Authority", 0), "full-width"},
		{"nul", text("Test Authority\x00", 0), "odd-characters"},
		{"nul-inside", text("Test\x00Authority", 0), "odd-characters"},
		{"not-utf8", text("Test Authority\xff", 0), "odd-characters"},
		{"printable-bad", text("Test_Authority!", asn1.PrintableString), "odd-characters"},
		{"ia5-high", text("Test Authority\xe4", asn1.IA5String), "odd-characters"},
		{"bmp-odd", text(bmp("Test Authority")+"x", bmpString), "odd-characters"},
		{"bmp-surrogate", text(bmp("Test 𝔸"), bmpString), "bmp-surrogate"},
		{"utf8-astral", text("Test 𝔸", 0), "utf8-astral"},
		{"empty-value", text("", 0), "n"},
		{"blank-value", text("  ", 0), "n"},
		{"email-ia5", testca.Name{{Type: cn, Value: "A"}, {Type: mail, Value: "a@example.com", Tag: asn1.IA5String}}, "e"},
		{"email-upper", testca.Name{{Type: cn, Value: "A"}, {Type: mail, Value: "a@EXAMPLE.com", Tag: asn1.IA5String}}, "e"},
		{"country", testca.Name{{Type: testca.OIDCountry, Value: "DE", Tag: asn1.PrintableString}, {Type: cn, Value: "A"}}, "c"},
		{"country-lower", testca.Name{{Type: testca.OIDCountry, Value: "de", Tag: asn1.PrintableString}, {Type: cn, Value: "A"}}, "c"},
		{"not-a-string", testca.Name{{Type: cn, Value: "\x00\x01", Tag: asn1.OCTET_STRING}}, "not-a-string"},
		{"integer-value", testca.Name{{Type: cn, Value: "\x01", Tag: asn1.INTEGER}}, "integer-value"},
	}
}

// names has the issuer in one spelling and the subject above it in another. Pairs are within the alike ones, and each
// with itself and the first.
func names() (list []*scenario) {
	all := spellings()
	add := func(subject, issuer spelling) {
		h := newHierarchy(1, "name", "subject-"+subject.tag, "issuer-"+issuer.tag)
		h.tag(subject.odd(), issuer.odd())
		if subject.tag != issuer.tag && subject.kind == issuer.kind {
			h.tag("alike")
		}
		h.ca().Subject = subject.name
		h.end().Issuer = issuer.name
		list = append(list, h.scenarioOf())
	}
	for i, s := range all {
		add(s, s)
		add(all[0], s)
		add(s, all[0])
		for _, near := range []int{1, 2, 3} {
			if i+near < len(all) {
				add(s, all[i+near])
			}
		}
	}
	for _, s := range all {
		h := newHierarchy(1, "name", "end-"+s.tag)
		h.tag(s.odd())
		h.end().Subject = s.name
		list = append(list, h.scenarioOf())
	}
	for i, raw := range [][]byte{
		{0x30, 2, 0x31, 0}, {0x30, 4, 0x31, 2, 0x30, 0}, {0x31, 0}, {0x30, 2, 5, 0}, {4, 0},
	} {
		h := newHierarchy(1, "name", fmt.Sprintf("end-broken-%d", i))
		h.end().RawSubject = raw
		list = append(list, h.scenarioOf())
	}
	return list
}
