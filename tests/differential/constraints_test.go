package differential

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/tests/testca"
)

// constraints puts each name under each subtree of its kind, permitted and excluded.
func constraints() (list []*scenario) {
	for _, kind := range []struct {
		tag          string
		make         func(string) testca.GeneralName
		bases, names []string
		odd          []string // bases and names that have no form of their kind, or one that is not compared alike
	}{
		{"dns", testca.DNS,
			[]string{"example.com", ".example.com", "EXAMPLE.com", "a.example.com", "com", "", "*.example.com", "example.com.", "a..b", "-x.com", "b_c.com", "1.2.3.4"},
			[]string{"example.com", "a.example.com", "b.a.example.com", "badexample.com", "A.EXAMPLE.COM", "*.example.com", "*.a.example.com", "*.com", "*",
				"example.com.", ".example.com", "a..example.com", "x.b_c.com", "1.2.3.4", "a*.example.com", "a.*.com", "example.org", "-x.com", "x@example.com"},
			[]string{".example.com", "example.com.", "a..b", "-x.com", "*", "a..example.com", "a*.example.com", "a.*.com", "x@example.com"}},
		{"email", testca.Email,
			[]string{"example.com", ".example.com", "a@example.com", "EXAMPLE.com", "A@example.com", "", "@example.com", "a@b@example.com", "a@.example.com", "com", "\"a\"@example.com", "example.com."},
			[]string{"a@example.com", "A@example.com", "a@EXAMPLE.COM", "b@example.com", "a@b.example.com", "a@badexample.com", "a", "@example.com", "a@",
				"a@b@example.com", "\"a\"@example.com", "\"a@b\"@example.com", "a@example.com.", "a@[1.2.3.4]", "a@com", "*@example.com", "a+x@example.com", "a@.example.com", "a@example..com"},
			[]string{"@example.com", "a@b@example.com", "a@.example.com", "\"a\"@example.com", "example.com.", "a", "a@", "\"a@b\"@example.com", "a@example.com.", "a@[1.2.3.4]", "a@com", "a@example..com"}},
		{"uri", testca.URI,
			[]string{"example.com", ".example.com", "a.example.com", "EXAMPLE.com", "", "http://example.com", "com", "example.com.", "1.2.3.4", "a@example.com"},
			[]string{"http://example.com/", "http://a.example.com/x?y#z", "http://A.Example.COM", "http://user@a.example.com/", "http://a.example.com:80/", "http://u:p@a.example.com:80/",
				"http://badexample.com/", "http://1.2.3.4/", "http://[::1]/", "urn:example:a", "mailto:a@example.com", "http://", "http:///a.example.com", "//a.example.com/", "a.example.com",
				"http://a.example.com\\@evil.org/", "http://evil.org#a.example.com", "http://evil.org?a.example.com", "http://evil.org/@a.example.com", "http://evil.org\\a.example.com",
				"http://a%2eexample.com/", "http://example.com./", "http://com/", "wireapp://%40alice@example.com", "wireapp://id!device@a.example.com", "mimi://example.com/u/alice",
				"http://a.example.com:/", "http://a.example.com:x/", "http://a@b@example.com/", "http://user@evil.org:a.example.com/", "HTTP://a.example.com"},
			[]string{"http://example.com", "example.com.", "1.2.3.4", "a@example.com", "http://1.2.3.4/", "http://[::1]/", "urn:example:a", "mailto:a@example.com", "http://", "http:///a.example.com", "//a.example.com/",
				"http://a.example.com\\@evil.org/", "http://evil.org\\a.example.com", "http://a%2eexample.com/", "http://example.com./", "http://com/", "http://a.example.com:x/", "http://a@b@example.com/", "http://user@evil.org:a.example.com/"}},
	} {
		for _, base := range kind.bases {
			for _, name := range kind.names {
				for _, excluded := range []bool{false, true} {
					h := newHierarchy(1, "constraint", kind.tag, "base="+base, "name="+name, side(excluded))
					// What is odd as a base alone, or as a name alone, is marked.
					if slices.Contains(kind.odd, base) || kind.tag == "dns" && base == "*.example.com" {
						h.tag("odd-base")
					}
					if slices.Contains(kind.odd, name) || kind.tag == "uri" && name == "a.example.com" {
						h.tag("odd-name")
					}
					if base == "" {
						h.tag("base-empty")
					}
					if host := strings.ToLower(name[strings.LastIndexByte(name, '@')+1:]); base != "" && kind.tag == "email" && strings.HasSuffix(host, "."+strings.ToLower(base)) {
						h.tag("host-below")
					}
					if u, err := url.Parse(name); err == nil && kind.tag == "uri" && base != "" {
						if strings.HasSuffix(strings.ToLower(u.Hostname()), "."+strings.ToLower(base)) {
							h.tag("host-below")
						}
						if u.User != nil {
							h.tag("userinfo")
						}
					}
					subtree := []testca.GeneralName{kind.make(base)}
					constrain(h.ca(), subtree, excluded)
					h.end().Set(testca.SAN(kind.make(name)))
					list = append(list, h.scenarioOf())
				}
			}
		}
	}
	v4, v6 := make([]byte, 8), make([]byte, 32)
	copy(v4, []byte{10, 0, 0, 0, 255, 0, 0, 0})
	copy(v6, []byte{0x20, 1, 0xd, 0xb8})
	copy(v6[16:], []byte{255, 255, 255, 255})
	for tag, base := range map[string][]byte{
		"v4": v4, "v6": v6, "v4-all": make([]byte, 8), "v6-all": make([]byte, 32), "v4-holes": {10, 0, 0, 0, 255, 0, 255, 0},
		"v4-host-bits": {10, 0, 0, 1, 255, 0, 0, 0}, "v4-one": {10, 0, 0, 1, 255, 255, 255, 255}, "of-4": {10, 0, 0, 0}, "of-9": make([]byte, 9), "of-0": {},
	} {
		for name, address := range map[string][]byte{
			"v4-in": {10, 0, 0, 1}, "v4-out": {11, 0, 0, 1}, "v6-in": append([]byte{0x20, 1, 0xd, 0xb8}, make([]byte, 12)...), "v6-out": make([]byte, 16),
			"mapped": append(append(make([]byte, 10), 255, 255), 10, 0, 0, 1),
		} {
			for _, excluded := range []bool{false, true} {
				h := newHierarchy(1, "constraint", "ip", "base="+tag, "name="+name, side(excluded))
				constrain(h.ca(), []testca.GeneralName{testca.IP(base...)}, excluded)
				h.end().Set(testca.SAN(testca.IP(address...)))
				list = append(list, h.scenarioOf())
			}
		}
	}
	return byID(list)
}

func side(excluded bool) string {
	if excluded {
		return "excluded"
	}
	return "permitted"
}

func constrain(c *testca.Cert, subtrees []testca.GeneralName, excluded bool) {
	if excluded {
		c.Set(testca.NameConstraints(nil, subtrees))
	} else {
		c.Set(testca.NameConstraints(subtrees, nil))
	}
}

// namedConstraints has subtrees of directory names and of kinds that are not compared, the places where constraints and
// names stand, and several at once.
func namedConstraints() (list []*scenario) {
	example := testca.Name{{Type: testca.OIDOrganization, Value: "Example"}}
	for _, base := range []spelling{
		{"example", example, ""},
		{"example-printable", testca.Name{{Type: testca.OIDOrganization, Value: "EXAMPLE", Tag: asn1.PrintableString}}, ""},
		{"empty", testca.Name{}, ""}, {"other", testca.Name{{Type: testca.OIDOrganization, Value: "Other"}}, ""},
		{"joined", testca.Name{{Type: testca.OIDCommonName, Value: "Test Authority"}, {Type: testca.OIDOrganization, Value: "Example", Join: true}}, "odd-order"},
	} {
		for _, s := range spellings() {
			for _, excluded := range []bool{false, true} {
				h := newHierarchy(1, "constraint", "directory", "base="+base.tag, "name="+s.tag, side(excluded))
				h.tag(base.odd(), s.odd())
				constrain(h.ca(), []testca.GeneralName{testca.Directory(base.name)}, excluded)
				h.end().Subject = s.name
				list = append(list, h.scenarioOf())
			}
		}
	}
	dns := func(s string) []testca.GeneralName { return []testca.GeneralName{testca.DNS(s)} }
	for _, excluded := range []bool{false, true} {
		for tag, base := range map[string]testca.GeneralName{
			"other": testca.OtherName("1.2.3", []byte{12, 1, 'x'}), "registered": testca.RegisteredID("1.2.3"), "x400": {0xa3, 0}, "edi": {0xa5, 5, 0xa1, 3, 12, 1, 'x'},
		} {
			for san, n := range map[string]testca.GeneralName{
				"dns": testca.DNS("a.example.com"), "other": testca.OtherName("1.2.3", []byte{12, 1, 'y'}), "registered": testca.RegisteredID("1.2.4"), "x400": {0xa3, 0}, "edi": {0xa5, 5, 0xa1, 3, 12, 1, 'y'},
			} {
				h := newHierarchy(1, "constraint", "kind-"+tag, "san-"+san, side(excluded))
				constrain(h.ca(), []testca.GeneralName{base}, excluded)
				h.end().Set(testca.SAN(n))
				list = append(list, h.scenarioOf())
			}
		}
		// An address in the subject, where subjectAltName has none.
		for _, san := range []bool{false, true} {
			for _, address := range []string{"a@example.com", "a@example.org"} {
				h := newHierarchy(1, "constraint", "subject-email", "name="+address, fmt.Sprintf("san-%v", san), side(excluded))
				constrain(h.ca(), []testca.GeneralName{testca.Email("example.com")}, excluded)
				h.end().Subject = testca.Name{{Type: testca.OIDEmailAddress, Value: address, Tag: asn1.IA5String}}
				if san {
					h.end().Set(testca.SAN(testca.Email("a@example.com")))
				} else {
					h.end().Forbid(testca.OIDSubjectAltName)
				}
				list = append(list, h.scenarioOf())
			}
		}
		// A host in the common name, which names nobody.
		h := newHierarchy(1, "constraint", "subject-host", side(excluded))
		constrain(h.ca(), dns("example.com"), excluded)
		h.end().Subject = commonName("host.example.com")
		h.end().Forbid(testca.OIDSubjectAltName)
		list = append(list, h.scenarioOf())
		h = newHierarchy(1, "constraint", "subject-host-outside", side(excluded))
		constrain(h.ca(), dns("example.com"), excluded)
		h.end().Subject = commonName("host.example.org")
		h.end().Forbid(testca.OIDSubjectAltName)
		list = append(list, h.scenarioOf())
	}
	for at, place := range []string{"root", "first", "second", "end"} {
		for _, name := range []string{"a.example.com", "a.example.org"} {
			for _, critical := range []bool{false, true} {
				h := newHierarchy(2, "constraint", "place", "at-"+place, "name="+name, fmt.Sprintf("critical-%v", critical))
				h.certs[at].Set(testca.NameConstraints(dns("example.com"), nil).WithCritical(critical))
				h.end().Set(testca.SAN(testca.DNS(name)))
				list = append(list, h.scenarioOf())
			}
		}
	}
	// Names of intermediates, self-issued or not, and of a self-issued end entity.
	for _, self := range []bool{false, true} {
		h := newHierarchy(2, "constraint", "intermediate-outside", fmt.Sprintf("self-%v", self))
		h.certs[1].Set(testca.NameConstraints(dns("example.com"), nil))
		h.certs[2].Set(testca.SAN(testca.DNS("example.org")))
		if self {
			h.certs[2].Subject = h.certs[1].Subject
		}
		list = append(list, h.scenarioOf())
		h = newHierarchy(2, "constraint", "intermediate-directory", fmt.Sprintf("self-%v", self))
		h.certs[1].Subject = testca.Name{{Type: testca.OIDOrganization, Value: "Outside"}}
		h.certs[1].Set(testca.NameConstraints([]testca.GeneralName{testca.Directory(example)}, nil))
		if self {
			h.certs[2].Subject = h.certs[1].Subject
		}
		h.end().Subject = text("Alice", 0)
		list = append(list, h.scenarioOf())
		h = newHierarchy(1, "constraint", "end-outside", fmt.Sprintf("self-%v", self))
		h.ca().Set(testca.NameConstraints(dns("example.com"), nil))
		h.end().Set(testca.SAN(testca.DNS("example.org")))
		if self {
			h.end().Subject = h.ca().Subject
		}
		list = append(list, h.scenarioOf())
	}
	pairs := [][]string{{"example.com"}, {"example.org"}, {"a.example.com"}, {"example.com", "example.org"}}
	for i, first := range pairs {
		for j, second := range pairs {
			for _, excluded := range []bool{false, true} {
				for _, name := range []string{"a.example.com", "b.example.com", "example.org", "example.net"} {
					h := newHierarchy(2, "constraint", "two", fmt.Sprintf("first-%d", i), fmt.Sprintf("second-%d", j), side(excluded), "name="+name)
					constrain(&h.certs[1], allDNS(first), false)
					constrain(&h.certs[2], allDNS(second), excluded)
					h.end().Set(testca.SAN(testca.DNS(name)))
					list = append(list, h.scenarioOf())
				}
			}
		}
	}
	both := newHierarchy(1, "constraint", "permitted-and-excluded")
	both.ca().Set(testca.NameConstraints(dns("example.com"), dns("a.example.com")))
	list = append(list, both.scenarioOf())
	// RFC 5280 has the minimum zero and no maximum.
	for tag, distance := range map[string][]byte{
		"minimum-0": {0x80, 1, 0}, "minimum-1": {0x80, 1, 1}, "maximum-0": {0x81, 1, 0}, "maximum-5": {0x81, 1, 5}, "both": {0x80, 1, 0, 0x81, 1, 9},
	} {
		for _, name := range []string{"a.example.com", "a.example.org"} {
			h := newHierarchy(1, "constraint", tag, "name="+name)
			subtree := append(dns("example.com")[0], distance...)
			subtree = append([]byte{0x30, byte(len(subtree))}, subtree...)
			subtree = append([]byte{0xa0, byte(len(subtree))}, subtree...)
			h.ca().Set(testca.Ext{OID: testca.OIDNameConstraints, Critical: true, Value: append([]byte{0x30, byte(len(subtree))}, subtree...)})
			h.end().Set(testca.SAN(testca.DNS(name)))
			list = append(list, h.scenarioOf())
		}
	}
	return byID(list)
}

func allDNS(hosts []string) (list []testca.GeneralName) {
	for _, s := range hosts {
		list = append(list, testca.DNS(s))
	}
	return list
}
