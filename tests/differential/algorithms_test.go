package differential

import (
	"bytes"
	"crypto"
	"fmt"
	"slices"
	"strings"

	"github.com/e2eid/e2eid/tests/testca"
)

func kindName(k testca.Kind) string { return strings.ReplaceAll(k.String(), " ", "-") }

// algorithms has every kind of key and signature.
func algorithms() (list []*scenario) {
	for _, kind := range append(testca.Kinds(), testca.P224, testca.RSA1024) {
		for at, place := range []string{"root", "ca", "end"} {
			h := newHierarchy(1, "key", kindName(kind), "@"+place)
			h.keys[at] = testca.NewKey(kind, "differential key")
			list = append(list, h.scenarioOf())
		}
	}
	for _, kind := range []testca.Kind{testca.P256, testca.P384, testca.P521, testca.RSA2048} {
		for _, hash := range []crypto.Hash{crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			h := newHierarchy(1, "signature", kindName(kind)+"-"+hash.String())
			h.keys[1] = testca.NewKey(kind, "differential key")
			h.keys[1].Hash = hash
			list = append(list, h.scenarioOf())
		}
	}
	hashes := []crypto.Hash{crypto.SHA1, crypto.SHA224, crypto.SHA256, crypto.SHA384, crypto.SHA512}
	for _, hash := range hashes {
		for _, salt := range []int{0, 8, 20, 32, hash.Size()} {
			h := newHierarchy(1, "pss", fmt.Sprintf("pss-%s-salt-%d", hash, salt))
			h.keys[1] = testca.NewKey(testca.RSA2048, "differential key").PSS(hash, salt)
			list = append(list, h.scenarioOf())
		}
		for _, mgf := range hashes {
			if mgf == hash {
				continue
			}
			h := newHierarchy(1, "pss", fmt.Sprintf("pss-%s-mgf-%s", hash, mgf))
			key := testca.NewKey(testca.RSA2048, "differential key")
			h.keys[1] = key
			h.end().InnerAlgorithm = testca.PSSAlgorithm(hash, mgf, hash.Size())
			h.end().OuterAlgorithm = h.end().InnerAlgorithm
			s := h.scenarioOf()
			tbs := tbsOf(s.end)
			s.end = assemble(tbs, h.end().InnerAlgorithm, key.SignPSS(tbs, hash, mgf, hash.Size()))
			list = append(list, s)
		}
	}
	// A key that says which parameters it is for (RFC 4055, Section 1.2).
	for _, restricted := range []bool{false, true} {
		for _, salt := range []int{20, 32, 40} {
			h := newHierarchy(1, "pss", fmt.Sprintf("pss-key-restricted-%v-salt-%d", restricted, salt))
			key := testca.NewKey(testca.RSA2048, "differential key")
			h.keys[1] = key.PSS(crypto.SHA256, salt)
			algorithm := testca.Algorithm("1.2.840.113549.1.1.10", nil)
			if restricted {
				algorithm = testca.PSSAlgorithm(crypto.SHA256, crypto.SHA256, 32)
			}
			h.ca().RawKey = testca.RawSPKI(algorithm, testca.RawPublicKey(key.Public()))
			list = append(list, h.scenarioOf())
		}
	}
	h := newHierarchy(1, "pss", "pss-key-signs-pkcs1")
	h.keys[1] = testca.NewKey(testca.RSA2048, "differential key")
	h.ca().RawKey = testca.RawSPKI(testca.Algorithm("1.2.840.113549.1.1.10", nil), testca.RawPublicKey(h.keys[1].Public()))
	return append(list, h.scenarioOf())
}

// signatures has what a signature and its algorithm should not be.
func signatures() []*scenario {
	other := testca.NewKey(testca.P256, "differential other")
	null := []byte{5, 0}
	ecdsa, rsa := testca.OID("1.2.840.10045.4.3.2"), testca.OID("1.2.840.113549.1.1.11")
	var changes []change
	places(func(place string, of func(*hierarchy) *testca.Cert) {
		add := func(tag string, apply func(*testca.Cert)) {
			changes = append(changes, change{tag + " @" + place, func(h *hierarchy) { apply(of(h)) }})
		}
		both := func(c *testca.Cert, algorithm []byte) { c.InnerAlgorithm, c.OuterAlgorithm = algorithm, algorithm }
		add("of-another", func(c *testca.Cert) { c.SignWith = &other })
		add("changed", func(c *testca.Cert) {
			c.ChangeSignature = func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
		})
		add("content-changed", func(c *testca.Cert) {
			c.ChangeTBS = func(b []byte) []byte {
				at := bytes.LastIndex(b, []byte("example.com"))
				if at < 0 {
					at = bytes.LastIndex(b, []byte("Test"))
				}
				b[at] ^= 1
				return b
			}
		})
		add("of-nothing", func(c *testca.Cert) { c.ChangeSignature = func([]byte) []byte { return nil } })
		add("zeros", func(c *testca.Cert) {
			c.ChangeSignature = func([]byte) []byte { return []byte{0x30, 6, 2, 1, 0, 2, 1, 0} }
		})
		add("longer", func(c *testca.Cert) { c.ChangeSignature = func(b []byte) []byte { return append(b, 0) } })
		add("padded", func(c *testca.Cert) {
			c.ChangeSignature = func(b []byte) []byte { return slices.Insert(b, 2, 0) }
		})
		add("long-form", func(c *testca.Cert) {
			c.ChangeSignature = func(b []byte) []byte { return slices.Insert(b, 1, 0x81) }
		})
		add("s-negated", func(c *testca.Cert) { c.ChangeSignature = negateS })
		add("unused-bits", func(c *testca.Cert) {
			c.RawSignature = []byte{3, 3, 1, 2, 2}
		})
		add("not-a-bit-string", func(c *testca.Cert) { c.RawSignature = []byte{4, 2, 0, 1} })
		add("ecdsa-null", func(c *testca.Cert) { both(c, testca.Algorithm(ecdsa, null)) })
		add("rsa-algorithm", func(c *testca.Cert) { both(c, testca.Algorithm(rsa, null)) })
		add("unknown-algorithm", func(c *testca.Cert) { both(c, testca.Algorithm(oidUnknown, nil)) })
		add("other-hash", func(c *testca.Cert) { both(c, testca.Algorithm("1.2.840.10045.4.3.3", nil)) })
		add("inner-differs", func(c *testca.Cert) { c.InnerAlgorithm = testca.Algorithm("1.2.840.10045.4.3.3", nil) })
		add("outer-differs", func(c *testca.Cert) { c.OuterAlgorithm = testca.Algorithm("1.2.840.10045.4.3.3", nil) })
		add("inner-null", func(c *testca.Cert) { c.InnerAlgorithm = testca.Algorithm(ecdsa, null) })
		add("outer-null", func(c *testca.Cert) { c.OuterAlgorithm = testca.Algorithm(ecdsa, null) })
		add("outer-trailing", func(c *testca.Cert) {
			c.OuterAlgorithm = testca.Algorithm(ecdsa, []byte{5, 0, 5, 0})
		})
	})
	list := each("signed", 1, changes)
	for tag, algorithm := range map[string][]byte{
		"rsa-absent": testca.Algorithm(rsa, nil), "rsa-odd": testca.Algorithm(rsa, []byte{4, 0}),
	} {
		h := newHierarchy(1, "signed", tag)
		h.keys[1] = testca.NewKey(testca.RSA2048, "differential key")
		h.end().InnerAlgorithm, h.end().OuterAlgorithm = algorithm, algorithm
		list = append(list, h.scenarioOf())
	}
	for tag, algorithm := range map[string][]byte{
		"ed25519-null": testca.Algorithm("1.3.101.112", null), "ed25519-ph": testca.Algorithm("1.3.101.114", nil),
	} {
		h := newHierarchy(1, "signed", tag)
		h.keys[1] = testca.NewKey(testca.Ed25519, "differential key")
		h.end().InnerAlgorithm, h.end().OuterAlgorithm = algorithm, algorithm
		list = append(list, h.scenarioOf())
	}
	// Keys that are not written as they should be.
	p256, p384 := testca.NewKey(testca.P256, "differential First"), testca.NewKey(testca.P384, "differential key")
	rsaKey := testca.NewKey(testca.RSA2048, "differential key")
	point := testca.RawPublicKey(p256.Public())
	ecKey := testca.OID("1.2.840.10045.2.1")
	curve := testca.OID("1.2.840.10045.3.1.7").DER()
	compressed := append([]byte{2 | point[64]&1}, point[1:33]...)
	hybrid := slices.Clone(point)
	hybrid[0] = 6 | point[64]&1
	offCurve := slices.Clone(point)
	offCurve[64] ^= 1
	for tag, key := range map[string][]byte{
		"compressed": testca.RawSPKI(testca.Algorithm(ecKey, curve), compressed),
		"hybrid":     testca.RawSPKI(testca.Algorithm(ecKey, curve), hybrid),
		"off-curve":  testca.RawSPKI(testca.Algorithm(ecKey, curve), offCurve),
		"infinity":   testca.RawSPKI(testca.Algorithm(ecKey, curve), []byte{0}),
		"trailing":   testca.RawSPKI(testca.Algorithm(ecKey, curve), append(slices.Clone(point), 0)),
		"no-curve":   testca.RawSPKI(testca.Algorithm(ecKey, nil), point),
		"null-curve": testca.RawSPKI(testca.Algorithm(ecKey, null), point),
		"other-curve": testca.RawSPKI(testca.Algorithm(ecKey, testca.OID("1.3.132.0.34").DER()),
			point),
		"ec-dh":      testca.RawSPKI(testca.Algorithm("1.3.132.1.12", curve), point),
		"wrong-kind": testca.SPKI(p384.Public()),
		"empty":      testca.RawSPKI(testca.Algorithm(ecKey, curve), nil),
		"unknown":    testca.RawSPKI(testca.Algorithm(oidUnknown, nil), point),
		"rsa-absent": testca.RawSPKI(testca.Algorithm("1.2.840.113549.1.1.1", nil), testca.RawPublicKey(rsaKey.Public())),
	} {
		for at, place := range []string{"ca", "end"} {
			h := newHierarchy(1, "spki", "spki-"+tag, "@"+place)
			h.certs[1+at].RawKey = key
			if tag == "rsa-absent" && at == 0 {
				h.keys[1] = rsaKey
			}
			list = append(list, h.scenarioOf())
		}
	}
	slices.SortFunc(list, func(a, b *scenario) int { return strings.Compare(a.id(), b.id()) })
	return list
}
