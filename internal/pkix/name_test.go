package pkix

import (
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/internal/der"
)

// A part is one attribute of a test's name.
type part struct {
	rdn   int
	oid   OID
	tag   asn1.Tag
	value string
}

func buildName(t *testing.T, parts ...part) Name {
	t.Helper()
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for i := 0; i < len(parts); {
			b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
				for rdn := parts[i].rdn; i < len(parts) && parts[i].rdn == rdn; i++ {
					p := parts[i]
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(p.oid)) })
						b.AddASN1(p.tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(p.value)) })
					})
				}
			})
		}
	})
	in := der.String(b.BytesOrPanic())
	var n Name
	if err := ReadName(&in, &n); err != nil {
		t.Fatalf("%v: %v", parts, err)
	}
	return n
}

func TestNamesCompareAsRFC5280Section7Says(t *testing.T) {
	utf8, printable, bmp := asn1.UTF8String, asn1.PrintableString, asn1.Tag(der.BMPString)
	base := buildName(t, part{0, OIDOrganization, printable, "Test Org"}, part{1, OIDCommonName, printable, "Alice"})
	for what, c := range map[string]struct {
		parts []part
		equal bool
	}{
		"the same":                    {[]part{{0, OIDOrganization, printable, "Test Org"}, {1, OIDCommonName, printable, "Alice"}}, true},
		"another string type":         {[]part{{0, OIDOrganization, utf8, "Test Org"}, {1, OIDCommonName, bmp, "\x00A\x00l\x00i\x00c\x00e"}}, true},
		"another case":                {[]part{{0, OIDOrganization, printable, "TEST oRG"}, {1, OIDCommonName, printable, "alice"}}, true},
		"white space around":          {[]part{{0, OIDOrganization, printable, "  Test Org "}, {1, OIDCommonName, printable, "Alice"}}, true},
		"more white space between":    {[]part{{0, OIDOrganization, printable, "Test    Org"}, {1, OIDCommonName, printable, "Alice"}}, true},
		"no white space between":      {[]part{{0, OIDOrganization, printable, "TestOrg"}, {1, OIDCommonName, printable, "Alice"}}, false},
		"another value":               {[]part{{0, OIDOrganization, printable, "Test Org"}, {1, OIDCommonName, printable, "Alicf"}}, false},
		"another type":                {[]part{{0, OIDCommonName, printable, "Test Org"}, {1, OIDCommonName, printable, "Alice"}}, false},
		"another order":               {[]part{{0, OIDCommonName, printable, "Alice"}, {1, OIDOrganization, printable, "Test Org"}}, false},
		"one less":                    {[]part{{0, OIDOrganization, printable, "Test Org"}}, false},
		"one more":                    {[]part{{0, OIDOrganization, printable, "Test Org"}, {1, OIDCommonName, printable, "Alice"}, {2, OIDCommonName, printable, "Alice"}}, false},
		"one relative name, not two":  {[]part{{0, OIDCommonName, printable, "Alice"}, {0, OIDOrganization, printable, "Test Org"}}, false},
		"letters that look the same":  {[]part{{0, OIDOrganization, utf8, "Test Org"}, {1, OIDCommonName, utf8, "Аlice"}}, false},
		"a part moved across a limit": {[]part{{0, OIDOrganization, printable, "Test OrgAlice"}, {1, OIDCommonName, printable, ""}}, false},
	} {
		n := buildName(t, c.parts...)
		if base.Equal(n) != c.equal || n.Equal(base) != c.equal || (base.Key() == n.Key()) != c.equal {
			t.Errorf("%s: Equal = %v, want %v; keys equal = %v", what, base.Equal(n), c.equal, base.Key() == n.Key())
		}
	}
	german := buildName(t, part{0, OIDCommonName, utf8, "MÜLLER"})
	if !german.Equal(buildName(t, part{0, OIDCommonName, utf8, "Müller"})) {
		t.Error("case beyond ASCII is not folded")
	}
}

func TestSubtreeOfAName(t *testing.T) {
	p := asn1.PrintableString
	org := buildName(t, part{0, OIDOrganization, p, "Org"})
	alice := buildName(t, part{0, OIDOrganization, p, "ORG"}, part{1, OIDCommonName, p, "Alice"})
	other := buildName(t, part{0, OIDCommonName, p, "Alice"}, part{1, OIDOrganization, p, "Org"})
	var empty Name
	for _, c := range []struct {
		n, m Name
		want bool
	}{{alice, org, true}, {org, alice, false}, {other, org, false}, {alice, empty, true}, {empty, org, false}, {org, org, true}} {
		if got := c.n.HasPrefix(c.m); got != c.want {
			t.Errorf("HasPrefix(%v, %v) = %v", c.n.Attributes, c.m.Attributes, got)
		}
	}
}
