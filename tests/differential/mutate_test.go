package differential

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

// rich is a chain whose certificates have about every part there is. All three judges accept it.
func rich() *hierarchy {
	h := newHierarchy(1, "mutant")
	h.revocation = true
	mailbox := testca.Attr{Type: testca.OIDEmailAddress, Value: "alice@example.com", Tag: asn1.IA5String}
	h.end().Subject = testca.Name{
		{Type: testca.OIDCountry, Value: "DE", Tag: asn1.PrintableString}, {Type: testca.OIDOrganization, Value: "Example"},
		{Type: "2.5.4.11", Value: "Unit"}, {Type: testca.OIDCommonName, Value: "Alice", Join: true}, mailbox,
	}
	common := []testca.Ext{
		testcrl.CRLDP(testcrl.Point{FullName: address(listURL)}),
		testca.AIA("http://ocsp.example.com", "http://ca.example.com"),
		testca.Unknown(oidUnknown, false, []byte{5, 0}),
	}
	h.ca().Set(append(common,
		testca.BasicConstraints(true, 0),
		testca.Policies("1.2.3.1", "1.2.3.2"),
		testca.PolicyMappings([2]testca.OID{"1.2.3.1", "1.2.3.3"}),
		testca.PolicyConstraints(0, 1),
		testca.InhibitAnyPolicy(0),
		testca.EKU(testca.OIDClientAuth, testca.OIDServerAuth),
		testca.NameConstraints(
			[]testca.GeneralName{testca.DNS("example.com"), testca.Email("example.com"), testca.URI(".example.com"), testca.IP(10, 0, 0, 0, 255, 0, 0, 0)},
			[]testca.GeneralName{testca.DNS("x.example.com"), testca.Email("x@example.com")},
		),
	)...)
	h.end().Set(append(common,
		testca.Policies("1.2.3.3", "1.2.3.2"),
		testca.SAN(testca.DNS("a.example.com"), testca.Email("alice@example.com"), testca.URI("https://a.example.com/x"), testca.IP(10, 1, 2, 3)),
		testca.EKU(testca.OIDClientAuth),
	)...)
	return h
}

// What nobody changed, everybody accepts: else the mutants would tell nothing.
func TestTheChainOfTheMutantsIsAccepted(t *testing.T) {
	s := rich().scenarioOf()
	s.revocation = false
	if got := ours(t, s); got != accepted {
		t.Errorf("we say %s", got)
	}
	if got := byGo(t, s); got != accepted {
		t.Errorf("crypto/x509 says %s", got)
	}
	needOpenSSL(t)
	if got := byOpenSSL(t, []*scenario{s})[0]; got != accepted {
		t.Errorf("openssl says %s", got)
	}
}

// mutants changes one element of a certificate or list, which is signed again.
func mutants() (list []*scenario) {
	for _, place := range []struct {
		name  string
		count int
	}{{"end", 1400}, {"ca", 220}, {"list", 120}} {
		r := newRandom("mutants " + place.name)
		for range place.count {
			list = append(list, mutant(r, place.name))
		}
	}
	return list
}

// mutant draws one.
func mutant(r *rand.Rand, place string) *scenario {
	h := rich()
	s, issuers := h.issue()
	signer := issuers[1].Key
	original := s.end
	switch place {
	case "ca":
		original, signer = issuers[1].DER, issuers[0].Key
	case "list":
		t := testcrl.List{Entries: []testcrl.Entry{testcrl.RevokeSerial(7, testcrl.Reason(1)), testcrl.RevokeSerial(8)}}
		t.Set(testcrl.IDP(testcrl.Scope{FullName: address(listURL)}))
		original = testcrl.Issue(issuers[1], t)
	}
	changed, tags := mutate(r, tbsOf(original), place == "list")
	der := sign(changed, signer)
	s.tag(place)
	s.tag(tags...)
	s.tag(fmt.Sprintf("%x", r.Uint32()))
	s.revocation = place == "list"
	switch place {
	case "ca":
		s.others = [][]byte{der}
	case "list":
		s.crls = [][]byte{testcrl.Issue(issuers[0], testcrl.List{}), der}
	default:
		s.end = der
	}
	return s
}

var certificateParts = []string{"version", "serial", "algorithm", "issuer", "validity", "subject", "key", "extensions"}
var listParts = []string{"version", "algorithm", "issuer", "this-update", "next-update", "entries", "extensions"}

var extensionNames = map[string]string{
	"\x55\x1d\x0e": "ski", "\x55\x1d\x0f": "key-usage", "\x55\x1d\x11": "san", "\x55\x1d\x12": "ian", "\x55\x1d\x13": "basic", "\x55\x1d\x1e": "constraints",
	"\x55\x1d\x1f": "points", "\x55\x1d\x20": "policies", "\x55\x1d\x21": "mappings", "\x55\x1d\x23": "aki", "\x55\x1d\x24": "policy-constraints",
	"\x55\x1d\x25": "eku", "\x55\x1d\x36": "inhibit-any", "\x2b\x06\x01\x05\x05\x07\x01\x01": "aia",
	"\x55\x1d\x14": "number", "\x55\x1d\x1c": "scope",
}

// mutate changes one element of what is signed. The tags say which, and how.
func mutate(r *rand.Rand, tbs []byte, ofList bool) (changed []byte, tags []string) {
	for {
		top, ok := parseElements(tbs, 0)
		if !ok {
			panic("not DER")
		}
		names := certificateParts
		if ofList {
			names = listParts
		}
		at := r.IntN(len(top[0].members))
		if r.IntN(2) == 0 {
			at = len(top[0].members) - 1 // most of it is extensions
		}
		parent, part := top[0], names[at]
		if r.IntN(5) > 0 {
			for depth := 0; parent.members[at].members != nil && r.IntN(6) > 0; depth++ {
				parent = parent.members[at]
				at = r.IntN(len(parent.members))
				if part == "extensions" && len(parent.members[at].members) > 1 {
					if id := parent.members[at].members[0]; id.tag == 6 {
						if part = extensionNames[string(id.content)]; part == "" {
							part = "unknown"
						}
					}
				}
			}
		}
		m := pick(r, mutations)
		if m.apply(r, parent, at) {
			return top[0].der(), []string{part, m.tag}
		}
	}
}
