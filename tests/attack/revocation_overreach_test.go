package attack

import (
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// neighbours is a root with two CAs below it: the one that issued Alice's certificate, and another.
type neighbours struct {
	*world.World
	root, issuer, other *testca.CA
	alice               []byte
}

func caCert(name string, extensions ...testca.Ext) testca.Cert {
	return testca.Cert{
		Subject:   testca.Name{{Type: testca.OIDOrganization, Value: "Org " + name}, {Type: testca.OIDCommonName, Value: name}},
		NotBefore: testca.CANotBefore, NotAfter: testca.CANotAfter,
		Extensions: append([]testca.Ext{testca.BasicConstraints(true, -1), testca.KeyUsage(testca.KeyCertSign, testca.CRLSign)}, extensions...),
	}
}

func newNeighbours(t *testing.T, constraints ...testca.Ext) neighbours {
	w := world.Unchecked(t)
	root := testca.NewRoot(caCert("root"), testca.NewKey(testca.P256, "neighbours root"))
	n := neighbours{World: w, root: root}
	n.issuer = root.NewCA(caCert("issuer"), testca.NewKey(testca.P256, "neighbours issuer"))
	n.other = root.NewCA(caCert("other", constraints...), testca.NewKey(testca.P256, "neighbours other"))
	n.alice = n.issuer.Issue(w.CA.Alice())
	w.Trust.Authorities[0].Anchors = [][]byte{root.DER}
	w.Trust.Authorities[0].Status = verifier.StatusRequired
	return n
}

// cross has the other CA certify the issuer's name: with the issuer's key, so that Alice's certificate gets a second
// path, and with a key of its own, to sign CRLs with.
func (n *neighbours) cross() (own *testca.CA) {
	second := n.other.NewCA(n.named(n.issuer), n.issuer.Key)
	own = n.other.NewCA(n.named(n.issuer), testca.NewKey(testca.P256, "neighbours false issuer"))
	n.Certificates = append(n.Certificates, second.DER, own.DER, n.other.DER)
	return own
}

func (n *neighbours) named(ca *testca.CA) testca.Cert {
	c := caCert("")
	c.Subject = ca.Cert.Subject
	return c
}

// A CA that is revoked itself says nothing any more: whoever has its key must not get certificates of its neighbours
// revoked, which outranks every path that holds.
func TestRevokedCADoesNotRevokeItsNeighboursCertificates(t *testing.T) {
	n := newNeighbours(t)
	n.CRLs = [][]byte{
		testcrl.Issue(n.root, testcrl.List{Entries: compromised(n.other.DER)}),
		testcrl.Issue(n.issuer, testcrl.List{}),
	}
	world.Verified(t, n.Names(alice, n.alice, n.issuer.DER))
	own := n.cross()
	world.Verified(t, n.Names(alice, n.alice, n.issuer.DER)) // a second path, through a revoked CA
	n.CRLs = append(n.CRLs, testcrl.Issue(own, testcrl.List{Entries: compromised(n.alice)}), testcrl.Issue(n.other, testcrl.List{}))
	world.Verified(t, n.Names(alice, n.alice, n.issuer.DER))
}

// A CA that may not certify Alice's name can neither revoke her certificate nor vouch for its status.
func TestConstrainedCAHasNoSayInItsNeighboursCertificates(t *testing.T) {
	n := newNeighbours(t, testca.NameConstraints([]testca.GeneralName{testca.URI("evil.example")}, nil))
	rootCRL := testcrl.Issue(n.root, testcrl.List{})
	own := n.cross()
	lie := testcrl.Issue(own, testcrl.List{})
	n.CRLs = [][]byte{rootCRL, lie, testcrl.Issue(n.other, testcrl.List{})}
	world.Undetermined(t, n.Names(alice, n.alice, n.issuer.DER), verifier.CodeRevocationUnavailable, 0)
	n.CRLs = [][]byte{rootCRL, testcrl.Issue(own, testcrl.List{Entries: compromised(n.alice)}), testcrl.Issue(n.other, testcrl.List{}), testcrl.Issue(n.issuer, testcrl.List{})}
	world.Verified(t, n.Names(alice, n.alice, n.issuer.DER))
}

// Delegates and CRL issuers of one CA say nothing about another's certificates, whatever they are called.
func TestResponderOfACAWithTheSameNameSaysNothing(t *testing.T) {
	n := newNeighbours(t)
	twin := n.other.NewCA(n.named(n.issuer), testca.NewKey(testca.P256, "neighbours twin"))
	n.Certificates = [][]byte{twin.DER, n.other.DER}
	n.CRLs = [][]byte{testcrl.Issue(n.root, testcrl.List{})}
	for _, id := range []*testca.CA{n.issuer, twin} {
		for _, r := range []*testocsp.Responder{testocsp.ByAuthority(twin), testocsp.Delegate(twin, "responder", nil)} {
			for _, byKey := range []bool{false, true} {
				r.ByKey = byKey
				good := r.Good(n.alice)
				good.Singles[0].ID = testocsp.About(id, n.alice, 5)
				n.Responses = [][]byte{r.Sign(good)}
				world.Undetermined(t, n.Names(alice, n.alice, n.issuer.DER), verifier.CodeRevocationUnavailable, 0)
			}
		}
	}
	n.Responses = nil
	n.CRLs = append(n.CRLs, testcrl.Issue(twin, testcrl.List{}))
	world.Undetermined(t, n.Names(alice, n.alice, n.issuer.DER), verifier.CodeRevocationUnavailable, 0)
	// A CA of the same key and another name: the hash of the name tells them apart.
	same := n.root.NewCA(caCert("same key"), n.issuer.Key)
	n.Certificates = append(n.Certificates, same.DER)
	r := testocsp.ByAuthority(same)
	c := n.CA.Alice()
	c.RawSerial = append([]byte{2, byte(len(testcrl.Serial(n.alice)))}, testcrl.Serial(n.alice)...)
	n.CRLs = n.CRLs[:1]
	n.Responses = [][]byte{r.Sign(r.Good(same.Issue(c)))}
	world.Undetermined(t, n.Names(alice, n.alice, n.issuer.DER), verifier.CodeRevocationUnavailable, 0)
	n.CRLs = append(n.CRLs, testcrl.Issue(same, testcrl.List{}))
	world.Undetermined(t, n.Names(alice, n.alice, n.issuer.DER), verifier.CodeRevocationUnavailable, 0)
}
