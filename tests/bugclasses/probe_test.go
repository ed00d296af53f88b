package bugclasses

import (
	"crypto"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

var _ = crypto.SHA256

// intermediate without cRLSign signs CRLs through a self-signed certificate of its own with cRLSign
func TestProbeCRLSignBypass(t *testing.T) {
	w := world.New(t)
	inter := w.CA.IntermediateCert()
	inter.Set(testca.KeyUsage(testca.KeyCertSign))
	key := testca.NewKey(testca.P256, "no crl")
	ca := w.CA.Root.NewCA(inter, key)
	alice := ca.Issue(w.CA.Alice())
	w.CRLs = [][]byte{testcrl.Issue(w.CA.Root, testcrl.List{}), testcrl.Issue(ca, testcrl.List{})}
	world.Undetermined(t, w.Path(alice, ca.DER), verifier.CodeRevocationUnavailable, -1)
	self := testca.NewRoot(w.CA.IntermediateCert(), key)
	world.Undetermined(t, w.Path(alice, ca.DER, self.DER), verifier.CodeRevocationUnavailable, -1)
}

func TestProbeOrderFreshness(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	a := testcrl.List{ThisUpdate: testca.At.Add(-2 * time.Hour)}
	a.Set(testcrl.IDP(testcrl.Scope{OnlyUsers: true}), testcrl.Number(3))
	w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, a))
	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER))
}

func TestProbeOrderReason(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	a := testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(1))}}
	a.Set(testcrl.IDP(testcrl.Scope{OnlyUsers: true}))
	b := testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(4))}}
	w.CRLs = append(w.CRLs[:1], testcrl.Issue(w.CA.Intermediate, a), testcrl.Issue(w.CA.Intermediate, b))
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
}

// two keys of one CA, each with its own CRLs; old key's number is higher
func TestProbeRolloverNumbers(t *testing.T) {
	w := world.New(t)
	key := testca.NewKey(testca.P256, "second key")
	second := w.CA.Root.NewCA(w.CA.IntermediateCert(), key)
	alice := second.Issue(w.CA.Alice())
	var high testcrl.List
	high.Set(testcrl.Number(100))
	w.CRLs = [][]byte{w.CRLs[0], testcrl.Issue(w.CA.Intermediate, high),
		testcrl.Issue(second, testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(alice)}})}
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER, second.DER), verifier.CodeRevoked, 0)
}

// a list from the future revokes, an older one does not
func TestProbeFuture(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	l := testcrl.List{ThisUpdate: testca.At.Add(48 * time.Hour), NextUpdate: testca.At.Add(72 * time.Hour), Entries: []testcrl.Entry{testcrl.Revoke(alice)}}
	l.Set(testcrl.Number(2))
	w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, l))
	t.Logf("%s", w.Path(alice, w.CA.Intermediate.DER).AppendJSON(nil))
	if w.Path(alice, w.CA.Intermediate.DER).Outcome() == verifier.Verified {
		t.Error("verified")
	}
}

// distrusted RSA root, cross-certified as id-RSASSA-PSS key
func TestProbeDistrustOtherSPKI(t *testing.T) {
	w := world.Unchecked(t)
	removed := testca.New(testca.Options{NoStatus: true, Name: "Removed", Seed: "removed", Kind: testca.RSA2048})
	cross := removed.RootCert()
	cross.RawKey = testca.RawSPKI(testca.Algorithm("1.2.840.113549.1.1.10", nil), testca.RawPublicKey(removed.Root.Key.Public()))
	root := w.CA.RootCert()
	root.Set(testca.BasicConstraints(true, 3))
	w.Trust.Authorities[0].Anchors = [][]byte{testca.NewRoot(root, w.CA.Root.Key).DER}
	crossed := w.CA.Root.Issue(cross)
	inter := removed.IntermediateCert()
	inter.Key = removed.Intermediate.Key.Public()
	inter.InnerAlgorithm = testca.PSSAlgorithm(crypto.SHA256, crypto.SHA256, 32)
	inter.OuterAlgorithm = inter.InnerAlgorithm
	ca := removed.Root.NewCA(inter, removed.Intermediate.Key)
	// sign again with PSS
	inter = ca.Cert
	var tbs []byte
	inter.ChangeTBS = func(b []byte) []byte { tbs = b; return b }
	inter.ChangeSignature = func([]byte) []byte {
		return removed.Root.Key.SignPSS(tbs, crypto.SHA256, crypto.SHA256, 32)
	}
	der := removed.Root.Issue(inter)
	alice := removed.Issue(removed.Alice())
	world.Verified(t, w.Path(alice, der, crossed))
	w.Trust.Distrusted = [][]byte{removed.Root.DER}
	world.Rejected(t, w.Path(alice, der, crossed), verifier.CodeUntrustedIssuer, -1)
}

// SmtpUTF8Mailbox beside constraints on mailboxes
func TestProbeSmtpUTF8(t *testing.T) {
	w := world.Unchecked(t)
	inter := w.CA.IntermediateCert()
	inter.Set(testca.NameConstraints([]testca.GeneralName{testca.Email("good.example")}, nil))
	ca := w.CA.Root.NewCA(inter, w.CA.Intermediate.Key)
	c := w.CA.Alice()
	c.Set(testca.SAN(testca.OtherName("1.3.6.1.5.5.7.8.9", append([]byte{0x0c, 12}, "a@ev.example"...))))
	world.Rejected(t, w.Path(ca.Issue(c), ca.DER), verifier.CodeNameConstraint, 0)
}
