package differential

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
)

func byID(list []*scenario) []*scenario {
	slices.SortFunc(list, func(a, b *scenario) int { return strings.Compare(a.id(), b.id()) })
	return list
}

// hosts compares dNSNames with the host that is expected.
func hosts() (list []*scenario) {
	for _, name := range []string{
		"a.example.com", "A.Example.COM", "*.example.com", "*.a.example.com", "a*.example.com", "*a.example.com", "*", "*.com", "*.*.example.com", "a.*.com", "example.com", "a.example.com.",
		"xn--bcher-kva.example.com", "*.xn--bcher-kva.example.com", "xn--*.example.com", "a_b.example.com", "1.2.3.4", "",
	} {
		for _, host := range []string{"a.example.com", "b.a.example.com", "example.com", "xn--bcher-kva.example.com", "a_b.example.com"} {
			h := newHierarchy(1, "host", "name="+name, "host="+host)
			h.host = host
			h.end().Set(testca.SAN(testca.DNS(name)))
			list = append(list, h.scenarioOf())
		}
	}
	for _, san := range []bool{false, true} {
		h := newHierarchy(1, "host", "common-name", fmt.Sprintf("san-%v", san))
		h.host = "a.example.com"
		h.end().Subject = commonName("a.example.com")
		h.end().Forbid(testca.OIDSubjectAltName)
		if san {
			h.end().Set(testca.SAN(testca.Email("a@example.com")))
		}
		list = append(list, h.scenarioOf())
	}
	h := newHierarchy(1, "host", "uri")
	h.host = "a.example.com"
	h.end().Set(testca.SAN(testca.URI("https://a.example.com/")))
	return byID(append(list, h.scenarioOf()))
}

// bags has certificates beside those of the path, in every order, and paths that part and meet.
func bags() (list []*scenario) {
	expired := func(c *testca.Cert) { c.NotAfter = testca.At.Add(-time.Hour) }
	twin := testca.NewKey(testca.P256, "differential twin")
	// A second certificate of the first intermediate, which differs in one thing.
	for tag, other := range map[string]func(root *testca.CA, c testca.Cert, key testca.Key) []byte{
		"same-again": func(root *testca.CA, c testca.Cert, key testca.Key) []byte { return root.NewCA(c, key).DER },
		"expired": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			expired(&c)
			return root.NewCA(c, key).DER
		},
		"newer": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			c.NotBefore = testca.At.Add(-time.Hour)
			return root.NewCA(c, key).DER
		},
		"not-yet": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			c.NotBefore = testca.At.Add(time.Hour)
			return root.NewCA(c, key).DER
		},
		"other-key": func(root *testca.CA, c testca.Cert, _ testca.Key) []byte { return root.NewCA(c, twin).DER },
		"other-key-same-id": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			c.Set(testca.SKI(keyIDOf(root.NewCA(c, key))))
			return root.NewCA(c, twin).DER
		},
		"other-id": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			c.Set(testca.SKI([]byte{1, 2, 3, 4}))
			return root.NewCA(c, key).DER
		},
		"no-ca": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			c.Set(testca.BasicConstraints(false, -1))
			return root.NewCA(c, key).DER
		},
		"no-certsign": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			c.Set(testca.KeyUsage(testca.CRLSign))
			return root.NewCA(c, key).DER
		},
		"constrained": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			c.Set(testca.NameConstraints([]testca.GeneralName{testca.DNS("example.org")}, nil))
			return root.NewCA(c, key).DER
		},
		"unknown-critical": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			c.Set(testca.Unknown(oidUnknown, true, nil))
			return root.NewCA(c, key).DER
		},
		"self-signed": func(_ *testca.CA, c testca.Cert, key testca.Key) []byte { return testca.NewRoot(c, key).DER },
		"by-unknown": func(_ *testca.CA, c testca.Cert, key testca.Key) []byte {
			return testca.NewRoot(testca.Cert{Subject: commonName("Unknown")}, twin).NewCA(c, key).DER
		},
		"forged": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			c.SignWith = &twin
			return root.NewCA(c, key).DER
		},
		"broken": func(root *testca.CA, c testca.Cert, key testca.Key) []byte {
			der := root.NewCA(c, key).DER
			return der[:len(der)-1]
		},
	} {
		for _, where := range []string{"alone", "before", "after"} {
			for _, deep := range []bool{false, true} {
				h := newHierarchy(2, "bag", "second-"+tag, where, fmt.Sprintf("deep-%v", deep))
				s, issuers := h.issue()
				at := 2
				if deep {
					at = 1
				}
				der := other(issuers[at-1], h.certs[at], h.keys[at])
				i := 2 - at // others stand with the one nearest to the end entity first
				switch where {
				case "alone":
					s.others[i] = der
				case "before":
					s.others = slices.Insert(s.others, 0, der)
				case "after":
					s.others = append(s.others, der)
				}
				list = append(list, s)
			}
		}
	}
	h := newHierarchy(3, "bag", "reversed")
	s := h.scenarioOf()
	slices.Reverse(s.others)
	list = append(list, s)
	for i := range 3 {
		h := newHierarchy(3, "bag", fmt.Sprintf("without-%d", i))
		s := h.scenarioOf()
		s.others = slices.Delete(s.others, i, i+1)
		list = append(list, s)
		h = newHierarchy(3, "bag", fmt.Sprintf("twice-%d", i))
		s = h.scenarioOf()
		s.others = append(s.others, s.others[i])
		list = append(list, s)
		h = newHierarchy(3, "bag", fmt.Sprintf("anchor-is-%d", i))
		s = h.scenarioOf()
		s.roots = [][]byte{s.others[i]}
		list = append(list, s)
	}
	s = newHierarchy(1, "bag", "root-in-bag").scenarioOf()
	s.others = append(s.others, s.roots[0])
	list = append(list, s)
	s = newHierarchy(1, "bag", "root-in-bag-only").scenarioOf()
	s.others = append(s.others, s.roots[0])
	s.roots = [][]byte{testca.NewRoot(testca.Cert{Subject: commonName("Unknown"), Extensions: []testca.Ext{testca.BasicConstraints(true, -1)}}, twin).DER}
	list = append(list, s)
	s = newHierarchy(1, "bag", "end-is-anchor").scenarioOf()
	s.roots = append(s.roots, s.end)
	list = append(list, s)
	s = newHierarchy(1, "bag", "end-is-only-anchor").scenarioOf()
	s.roots = [][]byte{s.end}
	list = append(list, s)
	s = newHierarchy(1, "bag", "root-as-end").scenarioOf()
	s.end = s.roots[0]
	list = append(list, s)
	h = newHierarchy(0, "bag", "no-intermediate")
	list = append(list, h.scenarioOf())
	// A root of the same name and another key, and one of the same key that has expired.
	for _, first := range []bool{false, true} {
		add := func(tag string, make func(h *hierarchy) []byte) {
			h := newHierarchy(1, "bag", "root-beside-"+tag, fmt.Sprintf("first-%v", first))
			s := h.scenarioOf()
			if first {
				s.roots = slices.Insert(s.roots, 0, make(h))
			} else {
				s.roots = append(s.roots, make(h))
			}
			list = append(list, s)
		}
		add("other-key", func(h *hierarchy) []byte { return testca.NewRoot(h.certs[0], twin).DER })
		add("expired", func(h *hierarchy) []byte { c := h.certs[0]; expired(&c); return testca.NewRoot(c, h.keys[0]).DER })
		add("constrained", func(h *hierarchy) []byte {
			c := h.certs[0]
			c.Set(testca.NameConstraints([]testca.GeneralName{testca.DNS("example.org")}, nil))
			return testca.NewRoot(c, h.keys[0]).DER
		})
	}
	// A key is changed: the new one certifies the old one, and the other way round (RFC 4210, Section 4.4).
	for _, tag := range []string{"new-with-old", "old-with-new"} {
		h := newHierarchy(1, "bag", tag)
		s, issuers := h.issue()
		renewed := h.certs[0]
		root := testca.NewRoot(renewed, twin)
		if tag == "old-with-new" {
			s.roots = [][]byte{root.DER}
			s.others = append(s.others, root.NewCA(h.certs[0], h.keys[0]).DER)
		} else {
			ca := root.NewCA(h.certs[1], h.keys[1])
			s.others = [][]byte{ca.DER, issuers[0].NewCA(renewed, twin).DER}
		}
		list = append(list, s)
	}
	// Two authorities certify each other.
	h = newHierarchy(2, "bag", "circle")
	s, issuers := h.issue()
	s.others = append(s.others, issuers[2].NewCA(h.certs[1], h.keys[1]).DER)
	list = append(list, s)
	h = newHierarchy(2, "bag", "circle-without-anchor")
	s, issuers = h.issue()
	s.others = [][]byte{s.others[0], issuers[2].NewCA(h.certs[1], h.keys[1]).DER}
	list = append(list, s)
	// A key certified under two names, and one key for issuer and subject.
	h = newHierarchy(2, "bag", "one-key")
	h.keys[2] = h.keys[1]
	list = append(list, h.scenarioOf())
	h = newHierarchy(1, "bag", "end-with-issuer-key")
	h.end().Key = h.keys[1].Public()
	list = append(list, h.scenarioOf())
	h = newHierarchy(1, "bag", "end-with-issuer-name")
	h.end().Subject = h.ca().Subject
	list = append(list, h.scenarioOf())
	h = newHierarchy(1, "bag", "end-with-issuer-name-and-key")
	h.end().Subject, h.end().Key = h.ca().Subject, h.keys[1].Public()
	list = append(list, h.scenarioOf())
	h = newHierarchy(1, "bag", "end-self-signed")
	s = h.scenarioOf()
	s.end = testca.NewRoot(h.certs[2], h.keys[2]).DER
	list = append(list, s)
	for n := 4; n <= 11; n++ {
		list = append(list, longChain(n))
	}
	return byID(list)
}

// longChain has n intermediates.
func longChain(n int) *scenario {
	h := newHierarchy(0, "bag", fmt.Sprintf("long-%d", n))
	s, issuers := h.issue()
	ca := issuers[0]
	for i := range n {
		c := testca.Cert{
			Subject: commonName(fmt.Sprintf("Number %d", i)), NotBefore: testca.CANotBefore, NotAfter: testca.CANotAfter,
			Extensions: []testca.Ext{testca.BasicConstraints(true, -1), testca.KeyUsage(testca.KeyCertSign)},
		}
		ca = ca.NewCA(c, testca.NewKey(testca.P256, fmt.Sprintf("differential number %d", i)))
		s.others = append(s.others, ca.DER)
	}
	s.end = ca.NewCA(h.certs[1], h.keys[1]).DER
	return s
}
