// Package differential compares the verdicts of package verifier with those of two others: crypto/x509, and the program
// openssl. Cases are made from a seed, so that every run has the same ones. Each disagreement must be one that
// exceptions.json explains; and each exception must occur, so that none outlives its reason.
package differential

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
)

// A scenario is one question: is this certificate valid?
type scenario struct {
	// tags are what is special about it. Together they name it; exceptions are about some of them.
	tags []string

	roots, others [][]byte
	end           []byte
	at            time.Time
	usage         testca.OID // of the extended key usages; empty: none is demanded
	host          string     // expected in dNSName; empty: nobody is

	acceptable                             []testca.OID // policies; none: all
	explicitPolicy, inhibitMap, inhibitAny bool
	crls                                   [][]byte
	ignoreAnchor                           bool // what its certificate says beside name and key
	revocation                             bool // of every certificate below the root must be known
}

func (s *scenario) id() string { return strings.Join(s.tags, " ") }

func (s *scenario) tag(tags ...string) {
	for _, t := range tags {
		if t != "" && !slices.Contains(s.tags, t) {
			s.tags = append(s.tags, t)
		}
	}
}

func (s *scenario) has(tags []string) bool {
	for _, t := range tags {
		if !slices.Contains(s.tags, t) {
			return false
		}
	}
	return true
}

// A hierarchy is the templates of a chain, the root first and the end entity last.
type hierarchy struct {
	certs []testca.Cert
	keys  []testca.Key
	scenario
}

// newHierarchy returns a chain that everybody accepts.
func newHierarchy(intermediates int, tags ...string) *hierarchy {
	h := &hierarchy{scenario: scenario{tags: tags, at: testca.At}}
	names := []string{"Root", "First", "Second", "Third", "Fourth"}
	for i := range intermediates + 1 {
		c := testca.Cert{
			Subject:   commonName("Test " + names[i]),
			NotBefore: testca.CANotBefore, NotAfter: testca.CANotAfter,
			Extensions: []testca.Ext{
				testca.BasicConstraints(true, -1),
				testca.KeyUsage(testca.KeyCertSign, testca.CRLSign),
			},
		}
		h.certs = append(h.certs, c)
		h.keys = append(h.keys, testca.NewKey(testca.P256, "differential "+names[i]))
	}
	h.keys = append(h.keys, testca.NewKey(testca.P256, "differential end"))
	h.certs = append(h.certs, testca.Cert{
		Subject: commonName("Alice"), NotBefore: testca.NotBefore, NotAfter: testca.NotAfter,
		Extensions: []testca.Ext{
			testca.BasicConstraints(false, -1),
			testca.KeyUsage(testca.DigitalSignature),
			testca.EKU(testca.OIDClientAuth),
			testca.SAN(testca.DNS("a.example.com")),
		},
	})
	return h
}

func commonName(s string) testca.Name { return testca.Name{{Type: testca.OIDCommonName, Value: s}} }

func (h *hierarchy) root() *testca.Cert { return &h.certs[0] }

// ca returns the intermediate above the end entity.
func (h *hierarchy) ca() *testca.Cert  { return &h.certs[len(h.certs)-2] }
func (h *hierarchy) end() *testca.Cert { return &h.certs[len(h.certs)-1] }

// issue makes the certificates, and the issuers with their keys: the root first.
func (h *hierarchy) issue() (*scenario, []*testca.CA) {
	issuers := []*testca.CA{testca.NewRoot(h.certs[0], h.keys[0])}
	for i := 1; i < len(h.certs); i++ {
		issuers = append(issuers, issuers[i-1].NewCA(h.certs[i], h.keys[i]))
	}
	s := h.scenario
	last := len(issuers) - 1
	s.roots = [][]byte{issuers[0].DER}
	s.end = issuers[last].DER
	for i := last - 1; i > 0; i-- {
		s.others = append(s.others, issuers[i].DER)
	}
	return &s, issuers
}

func (h *hierarchy) scenarioOf() *scenario {
	s, _ := h.issue()
	return s
}

// unique leaves out scenarios whose tags have all come before.
func unique(list []*scenario) (out []*scenario) {
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s.id()] {
			seen[s.id()] = true
			out = append(out, s)
		}
	}
	return out
}

// context is equal for scenarios that differ in the end entity alone.
func (s *scenario) context() string {
	var b bytes.Buffer
	for _, list := range [][][]byte{s.roots, s.others, s.crls} {
		for _, der := range list {
			b.Write(der)
		}
		b.WriteByte(0)
	}
	b.WriteString(strings.Join(opensslOptions(s), " "))
	return b.String()
}
