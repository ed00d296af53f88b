package bugclasses

import (
	"bytes"
	"errors"
	"testing"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// CVE-2024-24783: a key of an unknown algorithm, wherever it stands.
func TestKeyOfUnknownAlgorithmPanics(t *testing.T) {
	curve := testca.OID("1.3.132.0.10").DER() // secp256k1
	for what, algorithm := range map[string][]byte{
		"unknown algorithm":                testca.Algorithm("1.2.3.4", nil),
		"unknown algorithm and parameters": testca.Algorithm("1.2.3.4", []byte{0x30, 0}),
		"unknown curve":                    testca.Algorithm("1.2.840.10045.2.1", curve),
		"DSA":                              testca.Algorithm("1.2.840.10040.4.1", []byte{0x30, 0}),
	} {
		t.Run(what, func(t *testing.T) {
			w := world.New(t)
			alice := w.CA.Issue(w.CA.Alice())
			key := testca.RawSPKI(algorithm, []byte{4})
			end := w.CA.Alice()
			end.RawKey = key
			world.Want(t, w.Path(w.CA.Issue(end), w.CA.Intermediate.DER), verifier.Unverified, verifier.CodeUnsupportedAlgorithm, 0)

			c := w.CA.IntermediateCert()
			c.RawKey = key
			unknown := w.CA.Root.NewCA(c, w.CA.Intermediate.Key)
			world.Want(t, w.Path(alice, unknown.DER), verifier.Unverified, verifier.CodeUnsupportedAlgorithm, -1)
			// Beside the right one it is one more candidate, and signs no list.
			world.Verified(t, w.Path(alice, w.CA.Intermediate.DER, unknown.DER))

			delegate := testocsp.Delegate(w.CA.Intermediate, "responder", func(c *testca.Cert) { c.RawKey = key })
			w.CRLs = w.CRLs[:1]
			w.Responses = [][]byte{delegate.Sign(delegate.Good(alice))}
			world.Undetermined(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevocationUnavailable, 0)
			w.Responses = nil
			w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, testcrl.List{}))

			root := w.CA.RootCert()
			root.RawKey = key
			w.Trust.Authorities[0].Anchors = [][]byte{testca.NewRoot(root, w.CA.Root.Key).DER}
			world.Want(t, w.Path(alice, w.CA.Intermediate.DER), verifier.Unverified, verifier.CodeUnsupportedAlgorithm, -1)
		})
	}
}

// CVE-2026-27138: empty names, with and without constraints on their kind.
func TestEmptyNamePanics(t *testing.T) {
	none := testca.EKU(testca.OIDClientAuth)
	for _, name := range (names{dns(""), email(""), uri(""), dns("*."), dns("."), email("@"), uri(":"), uri("://"), uri("x://@"), uri("x://:")}) {
		world.Verified(t, under(t, none, name))
		for _, base := range (names{dns(""), email(""), uri(""), dns("."), email("."), uri("."), email("@"), email("@."), dns("*")}) {
			if base[0] != name[0] {
				continue
			}
			world.Rejected(t, under(t, testca.NameConstraints(nil, names{base}), name), verifier.CodeNameConstraint, 0)
			world.Rejected(t, under(t, testca.NameConstraints(names{base}, nil), name), verifier.CodeNameConstraint, 0)
		}
	}
	// An empty base holds every name of its kind.
	for _, c := range [][2]testca.GeneralName{{dns(""), dns("a.example")}, {email(""), email("u@a.example")}, {uri(""), uri("x://a.example")}} {
		world.Verified(t, under(t, testca.NameConstraints(names{c[0]}, nil), c[1]))
		world.Rejected(t, under(t, testca.NameConstraints(nil, names{c[0]}), c[1]), verifier.CodeNameConstraint, 0)
	}
}

// GHSA-82j2-j2ch-gfr8 (a panic in the parsing of CRLs): every cut and every flipped bit of whatever is signed is refused,
// or leaves nobody verified.
func TestDamagedBytesPanicOrAreBelieved(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	delegate := testocsp.Delegate(w.CA.Intermediate, "responder", nil)
	response := delegate.Sign(delegate.Good(alice))
	l := revoking(w.CA.Intermediate.DER, testcrl.IDP(testcrl.Scope{OnlyUsers: true}))
	crl := list(w, l)
	root := w.CRLs[0]
	v := w.Client()
	judge := func(end, inter, crl, response []byte) (verdict verifier.Verdict, refused bool) {
		var bag verifier.Bag
		if err := bag.AddCRL(root); err != nil {
			t.Fatal(err)
		}
		if crl != nil {
			if err := bag.AddCRL(crl); err != nil {
				return verdict, true
			}
		}
		if response != nil {
			if err := bag.AddOCSP(response); err != nil {
				return verdict, true
			}
		}
		v.Use(&bag)
		return w.Judge(v, pathOnly(end, inter)), false
	}
	inter := w.CA.Intermediate.DER
	for what, try := range map[string]struct {
		good []byte
		with func([]byte) (verifier.Verdict, bool)
	}{
		"end entity":   {alice, func(b []byte) (verifier.Verdict, bool) { return judge(b, inter, crl, nil) }},
		"intermediate": {inter, func(b []byte) (verifier.Verdict, bool) { return judge(alice, b, crl, nil) }},
		"list":         {crl, func(b []byte) (verifier.Verdict, bool) { return judge(alice, inter, b, nil) }},
		"response":     {response, func(b []byte) (verifier.Verdict, bool) { return judge(alice, inter, nil, b) }},
	} {
		t.Run(what, func(t *testing.T) {
			verdict, _ := try.with(try.good)
			world.Verified(t, verdict)
			for i := range try.good {
				if verdict, refused := try.with(try.good[:i]); !refused && verdict.Outcome() == verifier.Verified {
					t.Errorf("verified with its first %d bytes", i)
				}
				for _, bit := range []byte{1, 0x20, 0x80} {
					bad := bytes.Clone(try.good)
					bad[i] ^= bit
					if verdict, refused := try.with(bad); !refused && verdict.Outcome() == verifier.Verified {
						t.Errorf("verified with bit %#x of byte %d flipped", bit, i)
					}
				}
			}
			if verdict, refused := try.with(append(bytes.Clone(try.good), 0)); !refused && verdict.Outcome() == verifier.Verified {
				t.Error("verified with a byte behind it")
			}
		})
	}
}

// PeculiarVentures/PKI.js#425 lists what browsers had to refuse one by one.
func TestEncodingThatIsNotDERIsRead(t *testing.T) {
	element := func(tag byte, content ...byte) []byte { return append([]byte{tag, byte(len(content))}, content...) }
	raw := func(id testca.OID, value ...byte) testca.Ext { return testca.Ext{OID: id, Value: value} }
	utc := func(a, b string) []byte {
		return element(0x30, append(element(0x17, []byte(a)...), element(0x17, []byte(b)...)...)...)
	}
	algorithm := func(inside ...byte) []byte { return element(0x30, inside...) }
	ecdsa := testca.OID("1.2.840.10045.4.3.2").DER()
	for what, change := range map[string]func(*testca.Cert){
		"version 1 written out":               func(c *testca.Cert) { c.RawVersion = []byte{0xa0, 3, 2, 1, 0} },
		"version 4":                           func(c *testca.Cert) { c.Version = 4 },
		"version of two octets":               func(c *testca.Cert) { c.RawVersion = []byte{0xa0, 4, 2, 2, 0, 2} },
		"extensions in version 2":             func(c *testca.Cert) { c.Version = 2 },
		"serial number with a zero before it": func(c *testca.Cert) { c.RawSerial = []byte{2, 2, 0, 1} },
		"serial number without content":       func(c *testca.Cert) { c.RawSerial = []byte{2, 0} },
		"serial number of 22 octets":          func(c *testca.Cert) { c.RawSerial = element(2, bytes.Repeat([]byte{1}, 22)...) },
		"length in more octets than needed":   func(c *testca.Cert) { c.RawSerial = []byte{2, 0x81, 1, 1} },
		"length that is not given": func(c *testca.Cert) {
			c.RawValidity = append(append([]byte{0x30, 0x80}, utc("260101000000Z", "270101000000Z")[2:]...), 0, 0)
		},
		"time without seconds":          func(c *testca.Cert) { c.RawValidity = utc("2601010000Z", "2701010000Z") },
		"time with an offset":           func(c *testca.Cert) { c.RawValidity = utc("260101000000+0000", "270101000000+0000") },
		"month 13":                      func(c *testca.Cert) { c.RawValidity = utc("261301000000Z", "270101000000Z") },
		"February 30":                   func(c *testca.Cert) { c.RawValidity = utc("260230000000Z", "270101000000Z") },
		"second 60":                     func(c *testca.Cert) { c.RawValidity = utc("260101000060Z", "270101000000Z") },
		"one time":                      func(c *testca.Cert) { c.RawValidity = utc("260101000000Z", "270101000000Z")[:17] },
		"relative name without members": func(c *testca.Cert) { c.RawSubject = []byte{0x30, 2, 0x31, 0} },
		"attributes of a set not in order": func(c *testca.Cert) {
			c.Subject = testca.Name{{Type: "2.5.4.10", Value: "b"}, {Type: "2.5.4.3", Value: "a", Join: true}}
		},
		"PrintableString with what it has not": func(c *testca.Cert) { c.Subject = testca.Name{{Type: "2.5.4.3", Value: "a\"", Tag: 19}} },
		"UTF8String that is none":              func(c *testca.Cert) { c.Subject = testca.Name{{Type: "2.5.4.3", Value: "\xc0\x80"}} },
		"BOOLEAN that is 1":                    func(c *testca.Cert) { c.Add(testca.Ext{Raw: element(0x30, 6, 3, 0x2a, 3, 4, 1, 1, 1, 4, 2, 5, 0)}) },
		"cA that is 1":                         func(c *testca.Cert) { c.Set(raw(testca.OIDBasicConstraints, 0x30, 3, 1, 1, 1)) },
		"pathLenConstraint below zero":         func(c *testca.Cert) { c.Set(raw(testca.OIDBasicConstraints, 0x30, 6, 1, 1, 0xff, 2, 1, 0xff)) },
		"keyUsage with a zero bit at its end":  func(c *testca.Cert) { c.Set(raw(testca.OIDKeyUsage, 3, 2, 6, 0x80)) },
		"keyUsage with unused bits set":        func(c *testca.Cert) { c.Set(raw(testca.OIDKeyUsage, 3, 2, 7, 0x81)) },
		"keyUsage without bits":                func(c *testca.Cert) { c.Set(raw(testca.OIDKeyUsage, 3, 1, 0)) },
		"extKeyUsage without members":          func(c *testca.Cert) { c.Set(raw(testca.OIDExtKeyUsage, 0x30, 0)) },
		"subjectAltName without names":         func(c *testca.Cert) { c.Set(testca.SAN()) },
		"address of five octets":               func(c *testca.Cert) { c.Set(testca.SAN(ip(1, 2, 3, 4, 5))) },
		"DNS name with a space":                func(c *testca.Cert) { c.Set(testca.SAN(dns("a .example"))) },
		"extension twice":                      func(c *testca.Cert) { c.Add(testca.EKU(testca.OIDClientAuth)) },
		"unknown extension twice":              func(c *testca.Cert) { c.Add(testca.Unknown("1.2.3", false, nil), testca.Unknown("1.2.3", false, nil)) },
		"extensions without members":           func(c *testca.Cert) { c.RawExtensions = []byte{0xa3, 2, 0x30, 0} },
		"object identifier with a zero before": func(c *testca.Cert) { c.Add(testca.Ext{Raw: element(0x30, 6, 4, 0x2a, 0x80, 3, 4, 4, 2, 5, 0)}) },
		"object identifier that does not end":  func(c *testca.Cert) { c.Add(testca.Ext{Raw: element(0x30, 6, 3, 0x2a, 3, 0x84, 4, 2, 5, 0)}) },
		"bytes behind a known extension":       func(c *testca.Cert) { c.Set(raw(testca.OIDBasicConstraints, 0x30, 0, 5, 0)) },
		"something behind the extensions":      func(c *testca.Cert) { c.TrailingTBS = []byte{5, 0} },
		"something behind the signature":       func(c *testca.Cert) { c.Trailing = []byte{5, 0} },
		"signature with unused bits":           func(c *testca.Cert) { c.RawSignature = []byte{3, 2, 1, 0} },
		"signature in parts":                   func(c *testca.Cert) { c.RawSignature = []byte{0x23, 5, 3, 3, 0, 1, 2} },
		"another algorithm outside":            func(c *testca.Cert) { c.OuterAlgorithm = testca.Algorithm("1.2.840.10045.4.3.3", nil) },
		"another algorithm inside":             func(c *testca.Cert) { c.InnerAlgorithm = testca.Algorithm("1.2.840.10045.4.3.3", nil) },
		"parameters outside alone":             func(c *testca.Cert) { c.OuterAlgorithm = testca.Algorithm("1.2.840.10045.4.3.2", []byte{5, 0}) },
		"parameters inside alone":              func(c *testca.Cert) { c.InnerAlgorithm = testca.Algorithm("1.2.840.10045.4.3.2", []byte{5, 0}) },
		"two parameters": func(c *testca.Cert) {
			c.OuterAlgorithm = algorithm(append(ecdsa, 5, 0, 5, 0)...)
			c.InnerAlgorithm = c.OuterAlgorithm
		},
		"key of a curve with its parameters": func(c *testca.Cert) {
			c.RawKey = testca.RawSPKI(testca.Algorithm("1.2.840.10045.2.1", []byte{0x30, 0}), []byte{4})
		},
		"RSA key without the NULL": func(c *testca.Cert) {
			c.RawKey = testca.RawSPKI(testca.Algorithm("1.2.840.113549.1.1.1", nil), []byte{4})
		},
		"Ed25519 key with a NULL": func(c *testca.Cert) {
			c.RawKey = testca.RawSPKI(testca.Algorithm("1.3.101.112", []byte{5, 0}), make([]byte, 32))
		},
		"no subject and no critical alternative":   func(c *testca.Cert) { c.Subject, c.RawSubject = nil, []byte{0x30, 0} },
		"no issuer":                                func(c *testca.Cert) { c.RawIssuer = []byte{0x30, 0} },
		"unique identifier with unused bits":       func(c *testca.Cert) { c.TrailingTBS = nil; c.RawExtensions = []byte{0x81, 2, 1, 1} },
		"constraints without subtrees":             func(c *testca.Cert) { c.Set(raw(testca.OIDNameConstraints, 0x30, 0)) },
		"constraints with an empty list":           func(c *testca.Cert) { c.Set(raw(testca.OIDNameConstraints, 0x30, 2, 0xa0, 0)) },
		"policy constraints without members":       func(c *testca.Cert) { c.Set(raw(testca.OIDPolicyConstraints, 0x30, 0)) },
		"policy twice":                             func(c *testca.Cert) { c.Set(testca.Policies("1.2.3", "1.2.3")) },
		"distribution points without members":      func(c *testca.Cert) { c.Set(raw(testca.OIDCRLDistribution, 0x30, 0)) },
		"key identifier without content":           func(c *testca.Cert) { c.Set(testca.SKI(nil)) },
		"not a certificate but its TBSCertificate": func(c *testca.Cert) { c.RawSignature = []byte{} },
	} {
		t.Run(what, func(t *testing.T) {
			w := world.Unchecked(t)
			c := w.CA.Alice()
			change(&c)
			bad := w.CA.Issue(c)
			world.Rejected(t, w.Path(bad, w.CA.Intermediate.DER), verifier.CodeMalformed, 0)
			// It is refused wherever it stands.
			beside := pathOnly(w.CA.Issue(w.CA.Alice()), w.CA.Intermediate.DER, bad)
			world.Rejected(t, w.Judge(w.Client(), beside), verifier.CodeMalformed, 2)
			if err := new(verifier.Bag).AddCertificate(bad); !errors.Is(err, x509.ErrMalformed) {
				t.Errorf("in a bag: %v", err)
			}
		})
	}
}

// Parameters that an algorithm does not have, inside and outside alike: well-formed, but not such a signature.
func TestParametersOfASignatureAlgorithmAreIgnored(t *testing.T) {
	w := world.Unchecked(t)
	c := w.CA.Alice()
	world.Verified(t, w.Path(w.CA.Issue(c), w.CA.Intermediate.DER))
	c.InnerAlgorithm = testca.Algorithm("1.2.840.10045.4.3.2", []byte{5, 0})
	c.OuterAlgorithm = c.InnerAlgorithm
	world.Rejected(t, w.Path(w.CA.Issue(c), w.CA.Intermediate.DER), verifier.CodeUntrustedIssuer, -1)
}

// Lists of rust-pki's own test suite had another algorithm outside than inside.
func TestAlgorithmOutsideOfAListDiffers(t *testing.T) {
	w := world.New(t)
	other := testca.Algorithm("1.2.840.10045.4.3.3", nil)
	for what, l := range map[string]testcrl.List{
		"inside": {InnerAlgorithm: other}, "outside": {OuterAlgorithm: other}, "behind the signature": {Trailing: []byte{5, 0}},
		"behind the extensions": {TrailingTBS: []byte{5, 0}}, "version 3": {Version: 3}, "no issuer": {RawIssuer: []byte{0x30, 0}},
		"removal in a complete one": {Entries: []testcrl.Entry{testcrl.RevokeSerial(1, testcrl.Reason(testcrl.RemoveFromCRL))}},
		"reason 7":                  {Entries: []testcrl.Entry{testcrl.RevokeSerial(1, testcrl.Reason(7))}},
	} {
		if err := new(verifier.Bag).AddCRL(list(w, l)); !errors.Is(err, x509.ErrMalformed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := new(verifier.Bag).AddCRL(list(w, testcrl.List{})); err != nil {
		t.Error(err)
	}
}

// FALSE is a default that DER leaves out, but many authorities write it: it is read, as what it says.
func TestWrittenOutFalseIsTakenForTrue(t *testing.T) {
	const issuer, notIssuer = 0xff, 0
	judge := func(ca, critical byte) verifier.Verdict {
		w := world.Unchecked(t)
		c := w.CA.IntermediateCert()
		c.Set(testca.Ext{OID: testca.OIDBasicConstraints, Critical: true, Value: []byte{0x30, 3, 1, 1, ca}})
		c.Add(testca.Ext{Raw: []byte{0x30, 12, 6, 3, 0x2a, 3, 4, 1, 1, critical, 4, 2, 5, 0}})
		inter := w.CA.Root.NewCA(c, testca.NewKey(testca.P256, "other"))
		return w.Path(inter.Issue(w.CA.Alice()), inter.DER)
	}
	world.Verified(t, judge(issuer, 0))
	world.Rejected(t, judge(notIssuer, 0), verifier.CodeBadChain, 1)
	world.Rejected(t, judge(issuer, 0xff), verifier.CodeUnsupportedCritical, 1)
}
