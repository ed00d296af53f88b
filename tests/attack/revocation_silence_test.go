package attack

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// compromised is the entry of a certificate that is revoked for good.
func compromised(cert []byte) []testcrl.Entry {
	return []testcrl.Entry{testcrl.Revoke(cert, testcrl.Reason(testcrl.KeyCompromise))}
}

// stapled returns an OCSP response of the intermediate that the certificate is good.
func stapled(w *world.World, cert []byte) []byte {
	issuer := testocsp.ByAuthority(w.CA.Intermediate)
	return issuer.Sign(issuer.Good(cert))
}

// rootCRL is what the root says of the intermediate: nothing.
func rootCRL(w *world.World) []byte { return testcrl.Issue(w.CA.Root, testcrl.List{}) }

// RFC 5280, Section 5.2: a CRL with an unknown critical extension must not be used to determine a status. One that says
// nothing must not take away what an older fresh one says, or who adds it to the bag takes a revocation back.
func TestNewerCRLThatCannotBeUsedDoesNotHideARevocation(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	older := testcrl.List{Entries: compromised(alice)}
	older.Set(testcrl.Number(1))
	newer := testcrl.List{}
	newer.Set(testcrl.Number(2), testca.Unknown("1.2.3.4", true, []byte{5, 0}))
	w.Responses = [][]byte{stapled(w, alice)}
	w.CRLs = [][]byte{rootCRL(w), testcrl.Issue(w.CA.Intermediate, older)}
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
	w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, newer))
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
}

// The same of a delta: what its complete list says for good stands without it.
func TestDeltaThatCannotBeUsedDoesNotHideARevocation(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	base := testcrl.List{Entries: compromised(alice)}
	base.Set(testcrl.Number(1))
	delta := testcrl.List{}
	delta.Set(testcrl.Number(2), testcrl.Delta(1), testca.Unknown("1.2.3.4", true, []byte{5, 0}))
	w.Responses = [][]byte{stapled(w, alice)}
	w.CRLs = [][]byte{rootCRL(w), testcrl.Issue(w.CA.Intermediate, base)}
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
	w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, delta))
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
}

// docs/x509.md: a CRL that was made after a certificate expired says nothing about it. So it does not supersede one
// that speaks: an expired one would still revoke here.
func TestCRLMadeAfterExpiryDoesNotHideARevocation(t *testing.T) {
	w := world.New(t)
	c := w.CA.Alice()
	c.NotAfter = testca.At.Add(-30 * time.Minute)
	alice := w.CA.Issue(c)
	w.At = testca.At.Add(-45 * time.Minute)
	older := testcrl.List{Entries: compromised(alice)} // made an hour before now
	older.Set(testcrl.Number(1))
	newer := testcrl.List{ThisUpdate: testca.At.Add(-10 * time.Minute)}
	newer.Set(testcrl.Number(2))
	w.Responses = [][]byte{stapled(w, alice)} // made before it expired as well
	w.CRLs = [][]byte{rootCRL(w), testcrl.Issue(w.CA.Intermediate, older)}
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
	w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, newer))
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
}

// RFC 5280, Section 5.3.1: removeFromCRL is also for certificates that have expired. docs/x509.md: of which the list and
// the delta say nothing any more. One that was on hold when it expired is not good.
func TestDeltaMadeAfterExpiryDoesNotLiftAHold(t *testing.T) {
	w := world.New(t)
	c := w.CA.Alice()
	c.NotAfter = testca.At.Add(-30 * time.Minute)
	alice := w.CA.Issue(c)
	w.At = testca.At.Add(-45 * time.Minute)
	base := testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.CertificateHold))}}
	base.Set(testcrl.Number(1))
	delta := testcrl.List{
		ThisUpdate: testca.At.Add(-10 * time.Minute),
		Entries:    []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.RemoveFromCRL))},
	}
	delta.Set(testcrl.Number(2), testcrl.Delta(1))
	w.CRLs = [][]byte{rootCRL(w), testcrl.Issue(w.CA.Intermediate, base)}
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeSuspended, 0)
	w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, delta))
	if v := w.Path(alice, w.CA.Intermediate.DER); v.Outcome() == verifier.Verified {
		t.Errorf("a certificate that was on hold until it expired is verified: %s", v.AppendJSON(nil))
	}
}

// verifier/crl.go, byCRL: one that the clock is behind of revokes for good, whatever others say. A delta is one too.
func TestClockBehindADeltaDoesNotHideItsRevocation(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	base := testcrl.List{}
	base.Set(testcrl.Number(1))
	later := testcrl.List{ThisUpdate: testca.At.Add(time.Hour), Entries: compromised(alice)}
	later.Set(testcrl.Number(2))
	w.CRLs = [][]byte{rootCRL(w), testcrl.Issue(w.CA.Intermediate, base), testcrl.Issue(w.CA.Intermediate, later)}
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
	later.Set(testcrl.Delta(1))
	w.CRLs[2] = testcrl.Issue(w.CA.Intermediate, later)
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
}

// A delta is signed by the issuer too: what it revokes for good is revoked, also where whoever brings it leaves out the
// complete list that it continues.
func TestDeltaWithoutItsCompleteListStillRevokes(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	delta := testcrl.List{Entries: compromised(alice)}
	delta.Set(testcrl.Number(8), testcrl.Delta(7))
	w.Responses = [][]byte{stapled(w, alice)}
	w.CRLs = [][]byte{rootCRL(w), testcrl.Issue(w.CA.Intermediate, delta)}
	world.Rejected(t, w.Path(alice, w.CA.Intermediate.DER), verifier.CodeRevoked, 0)
}
