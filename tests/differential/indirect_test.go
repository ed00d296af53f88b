package differential

import (
	"fmt"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

// indirect has lists of others than the issuer of the certificate.
func indirect() (list []*scenario) {
	twin := testca.NewKey(testca.P256, "differential twin")
	directory := func(s string) []testca.GeneralName { return []testca.GeneralName{testca.Directory(commonName(s))} }
	const lister = "Test Lister"
	for _, signer := range []string{"root", "ca", "self", "unknown"} { // who certifies the issuer of the list
		for _, named := range []string{"lister", "nobody", "absent"} { // crlIssuer in the certificate
			for _, flag := range []bool{false, true} {
				for _, entry := range []string{"none", "with-issuer", "without-issuer", "other-issuer"} {
					list = append(list, listScenario(fmt.Sprintf("indirect by-%s names-%s flag-%v entry-%s", signer, named, flag, entry), func(h *hierarchy) {
						point := testcrl.Point{FullName: address(listURL)}
						switch named {
						case "lister":
							point.CRLIssuer = directory(lister)
						case "nobody":
							point.CRLIssuer = directory("Nobody")
						}
						h.end().Set(testcrl.CRLDP(point))
					}, func(l *listing) [][]byte {
						var t testcrl.List
						t.Set(testcrl.IDP(testcrl.Scope{FullName: address(listURL), Indirect: flag}))
						switch entry {
						case "with-issuer":
							revoke(l, testcrl.CertificateIssuer(directory("Test First")...))(&t)
						case "without-issuer":
							revoke(l)(&t)
						case "other-issuer":
							revoke(l, testcrl.CertificateIssuer(directory("Nobody")...))(&t)
						}
						ca, _ := l.lister(signer, lister, twin)
						return [][]byte{testcrl.Issue(ca, t)}
					}))
					s := list[len(list)-1]
					s.others = append(s.others, listerOf(signer, lister, twin))
				}
			}
		}
	}
	// Another key of the same issuer signs the list.
	for _, signer := range []string{"root", "ca", "self", "unknown"} {
		for _, usage := range []string{"crlsign", "certsign", "both"} {
			tag := fmt.Sprintf("list-key by-%s usage-%s", signer, usage)
			var der []byte
			s := listScenario(tag, nil, func(l *listing) [][]byte {
				ca, cert := l.lister(signer, "Test First", twin, usage)
				der = cert
				return [][]byte{testcrl.Issue(ca, testcrl.List{})}
			})
			s.others = append(s.others, der)
			list = append(list, s)
		}
	}
	return list
}

// lister makes the issuer of a list, certified by one of the chain.
func (l *listing) lister(signer, name string, key testca.Key, usage ...string) (*testca.CA, []byte) {
	c := testca.Cert{
		Subject: commonName(name), NotBefore: testca.CANotBefore, NotAfter: testca.CANotAfter,
		Extensions: []testca.Ext{testca.KeyUsage(testca.CRLSign)},
	}
	if len(usage) > 0 {
		switch usage[0] {
		case "certsign":
			c.Set(testca.KeyUsage(testca.KeyCertSign), testca.BasicConstraints(true, -1))
		case "both":
			c.Set(testca.KeyUsage(testca.KeyCertSign, testca.CRLSign), testca.BasicConstraints(true, -1))
		}
	}
	var ca *testca.CA
	switch signer {
	case "root":
		ca = l.issuers[0].NewCA(c, key)
	case "ca":
		ca = l.issuers[1].NewCA(c, key)
	case "self":
		ca = testca.NewRoot(c, key)
	default:
		ca = testca.NewRoot(testca.Cert{Subject: commonName("Unknown")}, testca.NewKey(testca.P256, "differential other")).NewCA(c, key)
	}
	return ca, ca.DER
}

// listerOf makes the same certificate again, for a scenario that is complete.
func listerOf(signer, name string, key testca.Key) []byte {
	h := newHierarchy(1)
	_, issuers := h.issue()
	_, der := (&listing{hierarchy: h, issuers: issuers}).lister(signer, name, key)
	return der
}
