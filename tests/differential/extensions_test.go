package differential

import (
	"fmt"
	"slices"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

const oidUnknown testca.OID = "1.3.6.1.4.1.99999.1"

// extensions varies criticality, presence, number and content.
func extensions() []*scenario {
	var changes []change
	places(func(place string, of func(*hierarchy) *testca.Cert) {
		add := func(tag string, apply func(*testca.Cert)) {
			changes = append(changes, change{tag + " @" + place, func(h *hierarchy) { apply(of(h)) }})
		}
		for _, critical := range []bool{false, true} {
			how := map[bool]string{false: " plain", true: " critical"}[critical]
			for tag, e := range map[string]testca.Ext{
				"unknown": testca.Unknown(oidUnknown, false, []byte{5, 0}), "unknown-empty": testca.Unknown(oidUnknown, false, nil),
				"aia": testca.AIA("http://ocsp.example.com", "http://ca.example.com"), "crldp": testca.CRLDP("http://crl.example.com"),
				"freshest": testcrl.FreshestCRL(testcrl.Point{FullName: []testca.GeneralName{testca.URI("http://crl.example.com")}}),
				"ian":      {OID: testca.OIDIssuerAltName, Value: testca.SAN(testca.DNS("issuer.example.com")).Value},
				"ski":      testca.SKI([]byte{1, 2, 3}), "ski-empty": testca.SKI(nil), "aki": testca.AKI([]byte{1, 2, 3}),
				"sia":                    testca.Unknown("1.3.6.1.5.5.7.1.11", false, testca.AIA("http://a.example.com", "").Value),
				"directory-attributes":   testca.Unknown("2.5.29.9", false, []byte{0x30, 0}),
				"netscape":               testca.Unknown("2.16.840.1.113730.1.1", false, []byte{3, 2, 0, 0xf7}),
				"nocheck":                testca.Unknown("1.3.6.1.5.5.7.48.1.5", false, []byte{5, 0}),
				"tls-feature":            testca.Unknown("1.3.6.1.5.5.7.1.24", false, []byte{0x30, 3, 2, 1, 5}),
				"ct-poison":              testca.Unknown("1.3.6.1.4.1.11129.2.4.3", false, []byte{5, 0}),
				"proxy":                  testca.Unknown("1.3.6.1.5.5.7.1.14", false, []byte{0x30, 0x0c, 0x30, 0x0a, 6, 8, 0x2b, 6, 1, 5, 5, 7, 0x15, 1}),
				"ip-blocks":              testca.Unknown("1.3.6.1.5.5.7.1.7", false, []byte{0x30, 0}),
				"private-key-usage":      testca.Unknown("2.5.29.16", false, []byte{0x30, 0}),
				"policies":               testca.Policies("1.2.3.4"),
				"policies-twice":         testca.Policies("1.2.3.4", "1.2.3.4"),
				"policies-none":          testca.Policies(),
				"policies-large-arc":     testca.Policies("2.25.166729748438539482490491179987987410763"),
				"eku-none":               testca.EKU(),
				"eku-twice":              testca.EKU(testca.OIDClientAuth, testca.OIDClientAuth),
				"eku-large-arc":          testca.EKU(testca.OIDClientAuth, "2.25.166729748438539482490491179987987410763"),
				"san-none":               testca.SAN(),
				"san-twice":              testca.SAN(testca.DNS("a.example.com"), testca.DNS("a.example.com")),
				"san-empty-dns":          testca.SAN(testca.DNS("")),
				"san-not-ascii":          testca.SAN(testca.DNS("ä.example.com")),
				"san-nul":                testca.SAN(testca.DNS("a.example.com\x00b")),
				"san-blank":              testca.SAN(testca.DNS("a example.com")),
				"san-ip-5":               testca.SAN(testca.IP(1, 2, 3, 4, 5)),
				"san-ip-8":               testca.SAN(testca.IP(1, 2, 3, 4, 5, 6, 7, 8)),
				"san-uri-relative":       testca.SAN(testca.URI("/relative")),
				"san-uri-not-ascii":      testca.SAN(testca.URI("http://ä.example.com/")),
				"san-uri-bad-escape":     testca.SAN(testca.URI("http://a.example.com/%zz")),
				"san-uri-empty":          testca.SAN(testca.URI("")),
				"san-wire":               testca.SAN(testca.URI("wireapp://%40alice@example.com"), testca.URI("wireapp://id!device@example.com")),
				"san-email-odd":          testca.SAN(testca.Email("a b@example.com")),
				"san-email-utf8":         testca.SAN(testca.Email("ä@example.com")),
				"san-other":              testca.SAN(testca.OtherName("1.2.3", []byte{12, 1, 'x'})),
				"san-other-broken":       testca.SAN(testca.RawName(0, []byte{1})),
				"san-registered":         testca.SAN(testca.RegisteredID("1.2.3")),
				"san-tag-9":              testca.SAN(testca.RawName(9, []byte{1})),
				"san-x400":               testca.SAN([]byte{0xa3, 0}),
				"san-edi":                testca.SAN([]byte{0xa5, 5, 0xa1, 3, 12, 1, 'x'}),
				"basic-empty":            testca.Unknown(testca.OIDBasicConstraints, false, []byte{0x30, 0}),
				"basic-explicit-false":   testca.Unknown(testca.OIDBasicConstraints, false, []byte{0x30, 3, 1, 1, 0}),
				"basic-true-is-1":        testca.Unknown(testca.OIDBasicConstraints, false, []byte{0x30, 3, 1, 1, 1}),
				"basic-negative":         testca.Unknown(testca.OIDBasicConstraints, false, []byte{0x30, 6, 1, 1, 0xff, 2, 1, 0xff}),
				"basic-huge":             testca.Unknown(testca.OIDBasicConstraints, false, []byte{0x30, 14, 1, 1, 0xff, 2, 9, 0x7f, 1, 1, 1, 1, 1, 1, 1, 1}),
				"basic-pathlen-no-ca":    testca.BasicConstraints(false, 0),
				"basic-trailing":         testca.Unknown(testca.OIDBasicConstraints, false, []byte{0x30, 5, 1, 1, 0xff, 5, 0}),
				"usage-none":             testca.KeyUsage(),
				"usage-unused":           testca.Unknown(testca.OIDKeyUsage, false, []byte{3, 2, 0, 0x86}),
				"usage-unused-bits-set":  testca.Unknown(testca.OIDKeyUsage, false, []byte{3, 2, 1, 0x87}),
				"usage-trailing-zeros":   testca.Unknown(testca.OIDKeyUsage, false, []byte{3, 3, 0, 0x86, 0}),
				"usage-bit-9":            testca.Unknown(testca.OIDKeyUsage, false, []byte{3, 3, 6, 0x86, 0x40}),
				"usage-no-content":       testca.Unknown(testca.OIDKeyUsage, false, []byte{3, 0}),
				"usage-unused-8":         testca.Unknown(testca.OIDKeyUsage, false, []byte{3, 2, 8, 0}),
				"inhibit-any-large":      testca.InhibitAnyPolicy(1 << 30),
				"policy-constraints":     testca.PolicyConstraints(100, 100),
				"policy-constraints-nil": testca.PolicyConstraints(-1, -1),
				"mappings":               testca.PolicyMappings([2]testca.OID{"1.2.3", "1.2.4"}),
				"mappings-none":          testca.PolicyMappings(),
				"mappings-from-any":      testca.PolicyMappings([2]testca.OID{testca.OIDAnyPolicy, "1.2.4"}),
				"mappings-to-any":        testca.PolicyMappings([2]testca.OID{"1.2.3", testca.OIDAnyPolicy}),
				"constraints-none":       testca.NameConstraints(nil, nil),
				"constraints":            testca.NameConstraints([]testca.GeneralName{testca.DNS("example.com")}, nil),
			} {
				add(tag+how, func(c *testca.Cert) { c.Set(e.WithCritical(critical)) })
			}
		}
		add("twice-unknown", func(c *testca.Cert) {
			c.Add(testca.Unknown(oidUnknown, false, nil), testca.Unknown(oidUnknown, false, nil))
		})
		add("twice-known", func(c *testca.Cert) { c.Add(c.Extensions[0]) })
		add("explicit-not-critical", func(c *testca.Cert) {
			c.Add(testca.Ext{Raw: append(append([]byte{0x30, 16}, append(oidUnknown.DER(), 1, 1, 0)...), 4, 0)})
		})
		add("trailing-in-value", func(c *testca.Cert) {
			e := c.Extensions[0]
			e.Value = append(slices.Clone(e.Value), 5, 0)
			c.Set(e)
		})
		add("none-but-the-field", func(c *testca.Cert) { c.RawExtensions = []byte{0xa3, 2, 0x30, 0} })
		add("field-empty", func(c *testca.Cert) { c.RawExtensions = []byte{0xa3, 0} })
		for _, n := range []int{30, 70} {
			add(fmt.Sprintf("many-%d", n), func(c *testca.Cert) {
				for i := range n {
					c.Add(testca.Unknown(oidUnknown+testca.OID(fmt.Sprintf(".%d", i)), false, nil))
				}
			})
		}
	})
	// Map order must not matter: scenarios stand by themselves.
	slices.SortFunc(changes, func(a, b change) int {
		switch {
		case a.tag < b.tag:
			return -1
		case a.tag > b.tag:
			return 1
		}
		return 0
	})
	return each("extension", 1, changes)
}

// usages combines basicConstraints, keyUsage and extended key usages of issuers and end entities.
func usages() (list []*scenario) {
	for _, basic := range []int{-3, -2, -1, 0, 1} { // none, no CA, no limit, limits
		for n, usage := range [][]int{nil, {testca.KeyCertSign}, {testca.CRLSign}, {testca.KeyCertSign, testca.DigitalSignature}} {
			for at := range 3 {
				place := []string{"root", "first", "second"}[at]
				h := newHierarchy(2, "issuer", fmt.Sprintf("basic%+d", basic), fmt.Sprintf("usage-%d", n), "@"+place)
				c := &h.certs[at]
				switch basic {
				case -3:
					c.Forbid(testca.OIDBasicConstraints)
				case -2:
					c.Set(testca.BasicConstraints(false, -1))
				default:
					c.Set(testca.BasicConstraints(true, basic))
				}
				if usage == nil {
					c.Forbid(testca.OIDKeyUsage)
				} else {
					c.Set(testca.KeyUsage(usage...))
				}
				list = append(list, h.scenarioOf())
			}
		}
	}
	// Self-issued certificates do not count.
	for _, limit := range []int{0, 1} {
		for self := 1; self <= 2; self++ {
			h := newHierarchy(3, "issuer", fmt.Sprintf("self-issued-%d", self), fmt.Sprintf("limit%d@root", limit))
			for i := range self {
				h.certs[2+i].Subject = h.certs[1].Subject
			}
			h.root().Set(testca.BasicConstraints(true, limit))
			list = append(list, h.scenarioOf())
		}
	}
	for name, usage := range map[string][]int{
		"none": nil, "sign": {testca.DigitalSignature}, "encipher": {testca.KeyEncipherment}, "agree": {testca.KeyAgreement},
		"certsign": {testca.KeyCertSign}, "crlsign": {testca.CRLSign}, "decipher-only": {testca.KeyAgreement, testca.DecipherOnly},
	} {
		for _, ca := range []bool{false, true} {
			for _, want := range []testca.OID{"", testca.OIDClientAuth} {
				h := newHierarchy(1, "end", "usage-"+name, fmt.Sprintf("ca-%v", ca), "want-"+usageName(want))
				h.usage = want
				if ca {
					h.end().Set(testca.BasicConstraints(true, -1))
				}
				if usage == nil {
					h.end().Forbid(testca.OIDKeyUsage)
				} else {
					h.end().Set(testca.KeyUsage(usage...))
				}
				list = append(list, h.scenarioOf())
			}
		}
	}
	kinds := [][]testca.OID{
		nil, {testca.OIDClientAuth}, {testca.OIDServerAuth}, {testca.OIDAnyEKU}, {testca.OIDClientAuth, testca.OIDServerAuth},
		{testca.OIDEmailSign}, {oidUnknown}, {testca.OIDAnyEKU, oidUnknown},
	}
	set := func(c *testca.Cert, ids []testca.OID) {
		if ids == nil {
			c.Forbid(testca.OIDExtKeyUsage)
		} else {
			c.Set(testca.EKU(ids...))
		}
	}
	for _, want := range []testca.OID{"", testca.OIDClientAuth, testca.OIDServerAuth} {
		for _, end := range kinds {
			for _, ca := range kinds {
				h := newHierarchy(1, "eku", "want-"+usageName(want), "eku-"+usageName(end...)+"@end", "eku-"+usageName(ca...)+"@ca")
				h.usage = want
				set(h.end(), end)
				set(h.ca(), ca)
				list = append(list, h.scenarioOf())
			}
			h := newHierarchy(1, "eku", "want-"+usageName(want), "eku-"+usageName(end...)+"@root")
			h.usage = want
			set(h.root(), end)
			list = append(list, h.scenarioOf())
		}
	}
	slices.SortFunc(list, func(a, b *scenario) int {
		if a.id() < b.id() {
			return -1
		}
		return 1
	})
	return list
}

func usageName(ids ...testca.OID) (s string) {
	names := map[testca.OID]string{
		testca.OIDClientAuth: "client", testca.OIDServerAuth: "server", testca.OIDAnyEKU: "any", testca.OIDEmailSign: "email",
		oidUnknown: "unknown", "": "nothing",
	}
	for i, id := range ids {
		if i > 0 {
			s += "+"
		}
		s += names[id]
	}
	if s == "" {
		return "none"
	}
	return s
}
