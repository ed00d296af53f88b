package redteam

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// Row 29 where anchors delegate: a head counts if, and only if, one of the authority's anchors certifies its signer for lists.
func TestOnlyWhomAnAnchorCertifiesSignsLists(t *testing.T) {
	w := newWorld(t)
	w.trust.Authorities[0].Keys, w.trust.Authorities[0].Delegated = nil, true
	listSigning := testca.OID(revocation.ListSigningOID)
	stranger := testca.New(testca.Options{Seed: "stranger"}) // of the same name
	signs := func(c *testca.Cert) {}
	for _, c := range []struct {
		name   string
		by     *testca.CA
		change func(*testca.Cert)
		key    testca.Key // that signs the head
		good   bool
	}{
		{"as it should be", w.ca.Root, signs, w.lists.Key, true},
		{"without the usage", w.ca.Root, func(c *testca.Cert) { c.Set(testca.EKU(testca.OIDClientAuth)) }, w.lists.Key, false},
		{"without any usage", w.ca.Root, func(c *testca.Cert) { c.Forbid(testca.OIDExtKeyUsage) }, w.lists.Key, false},
		{"expired", w.ca.Root, func(c *testca.Cert) { c.NotAfter = now.Add(-time.Second) }, w.lists.Key, false},
		{"not valid yet", w.ca.Root, func(c *testca.Cert) { c.NotBefore = now.Add(time.Hour) }, w.lists.Key, false},
		{"that may issue", w.ca.Root, func(c *testca.Cert) { c.Set(testca.BasicConstraints(true, -1)) }, w.lists.Key, false},
		{"whose key may not sign", w.ca.Root, func(c *testca.Cert) { c.Set(testca.KeyUsage(testca.KeyAgreement)) }, w.lists.Key, false},
		{"by an intermediate", w.ca.Intermediate, signs, w.lists.Key, false},
		{"by another's anchor", stranger.Root, signs, w.lists.Key, false},
		{"with a forged signature", w.ca.Root, func(c *testca.Cert) { k := testca.NewKey(testca.P256, "forger"); c.SignWith = &k }, w.lists.Key, false},
		{"of another key than the head's", w.ca.Root, signs, testca.NewKey(testca.Ed25519, "other"), false},
	} {
		t.Run("certificate "+c.name, func(t *testing.T) {
			w.restart()
			template := testca.Cert{Subject: testca.Name{{Type: testca.OIDCommonName, Value: "list signer"}}, Key: w.lists.Key.Public(),
				NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour)}
			template.Set(testca.EKU(listSigning))
			c.change(&template)
			body, err := revocation.AppendBody(nil, revocation.Body{Authority: authority, Number: 1, ThisUpdate: now, NextUpdate: now.Add(time.Hour)})
			if err != nil {
				t.Fatal(err)
			}
			k := revocation.Key{Algorithm: signature.Ed25519, Key: testca.RawPublicKey(c.key.Public())}
			head, err := revocation.AssembleHead(body, []revocation.Signature{{Algorithm: uint16(k.Algorithm), KeyID: k.ID(), Signature: c.key.Sign(body)}},
				revocation.Proof{Type: revocation.ProofCertificates, Data: revocation.AppendDelegated(nil, c.by.Issue(template))})
			if err != nil {
				t.Fatal(err)
			}
			err = w.offer(now, head.Bytes(), nil)
			if c.good != (err == nil) {
				t.Errorf("%v, want good %t", err, c.good)
			}
			if err != nil {
				refused(t, err, verifier.CodeBadRevocation)
			}
		})
	}
	w.restart()
	head, blobs := w.lists.Next(now)
	refused(t, w.offer(now, head, blobs), verifier.CodeBadRevocation) // without a certificate
	w.trust.Authorities[0].Keys = []revocation.Key{w.lists.PublicKey()}
	if _, err := verifier.New(w.trust); err == nil {
		t.Error("keys beside delegation")
	}
}
