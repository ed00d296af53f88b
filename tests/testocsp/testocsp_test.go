package testocsp_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"

	"golang.org/x/crypto/ocsp"
)

var (
	authority = testca.New(testca.Options{NoStatus: true})
	sibling   = testca.New(testca.Options{NoStatus: true, Seed: "sibling"})
	cert      = authority.Issue(authority.Alice())
)

func parse(t *testing.T, der []byte) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ask returns what the oracle says of cert, as the authority's.
func ask(t *testing.T, response []byte) (*ocsp.Response, error) {
	t.Helper()
	return ocsp.ParseResponseForCert(response, parse(t, cert), parse(t, authority.Intermediate.DER))
}

func TestTemplatesAreBelieved(t *testing.T) {
	for _, r := range []*testocsp.Responder{
		testocsp.ByAuthority(authority.Intermediate), testocsp.Delegate(authority.Intermediate, "responder", nil),
	} {
		for _, r.ByKey = range []bool{false, true} {
			for _, r.Hash = range []crypto.Hash{0, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
				for want, template := range []testocsp.Response{r.Good(cert), r.Revoked(cert, testca.At, 1), r.Unknown(cert)} {
					in := r.Sign(template)
					o, err := ask(t, in)
					if err != nil || o.Status != want {
						t.Fatalf("%v %v, want %d", o, err, want)
					}
					if testca.At.Before(o.ThisUpdate) || testca.At.After(o.NextUpdate) || o.ProducedAt.After(testca.At) {
						t.Errorf("not of its time: %+v", o)
					}
					if (o.RawResponderName == nil) != r.ByKey || r.Hash != 0 && o.IssuerHash != r.Hash {
						t.Errorf("%+v", o)
					}
					if !bytes.Equal(r.Sign(template), in) {
						t.Error("equal templates give different bytes")
					}
				}
			}
		}
	}
}

func TestDelegateMayAnswer(t *testing.T) {
	c := parse(t, testocsp.Delegate(authority.Intermediate, "responder", nil).Cert)
	if err := c.CheckSignatureFrom(parse(t, authority.Intermediate.DER)); err != nil {
		t.Error(err)
	}
	if len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageOCSPSigning {
		t.Errorf("extended key usage %v", c.ExtKeyUsage)
	}
}

// The recipes of the package comment: that the oracle errs too, or shows what was made wrong.
func TestWhatIsWrongShows(t *testing.T) {
	ca, other := testocsp.ByAuthority(authority.Intermediate), testocsp.ByAuthority(sibling.Intermediate)
	stranger := testocsp.Delegate(sibling.Intermediate, "responder", nil)
	key := testca.NewKey(testca.P256, "forger")
	about := testocsp.About(authority.Intermediate, cert, crypto.SHA1)

	type R = testocsp.Response
	for _, c := range []struct {
		name      string
		responder *testocsp.Responder
		change    func(*R)
	}{
		{"another's response", other, func(r *R) { r.Singles[0].ID = about }},
		{"delegate of a sibling", stranger, func(r *R) { r.Singles[0].ID = about }},
		{"forged", ca, func(r *R) { r.SignWith = &key }},
		{"signature changed", ca, func(r *R) { r.ChangeSignature = func(b []byte) []byte { b[len(b)-1] ^= 1; return b } }},
		{"content changed", ca, func(r *R) { r.ChangeTBS = func(b []byte) []byte { b[len(b)-3] ^= 1; return b } }},
		{"critical extension", ca, func(r *R) { r.Singles[0].Extensions = []testca.Ext{testca.Unknown("1.2.3", true, nil)} }},
		{"signature algorithm", ca, func(r *R) { r.Algorithm = testocsp.ECDSAWithSHA1 }},
		{"another certificate", ca, func(r *R) { r.Singles[0].ID.Serial = []byte{1} }},
	} {
		template := c.responder.Good(cert)
		c.change(&template)
		if o, err := ask(t, c.responder.Sign(template)); err == nil {
			t.Errorf("%s: believed %+v", c.name, o)
		}
	}

	template := ca.Good(cert)
	template.Singles[0].NextUpdate = testca.At.Add(-time.Minute)
	if o, err := ask(t, ca.Sign(template)); err != nil || !o.NextUpdate.Before(testca.At) {
		t.Errorf("expired: %v %v", o, err)
	}
	template.Singles[0].NoNextUpdate = true
	if o, err := ask(t, ca.Sign(template)); err != nil || !o.NextUpdate.IsZero() {
		t.Errorf("without nextUpdate: %v %v", o, err)
	}
	delegate := testocsp.Delegate(authority.Intermediate, "responder", func(c *testca.Cert) { c.Set(testca.EKU(testca.OIDClientAuth)) })
	if usage := parse(t, delegate.Cert).ExtKeyUsage; len(usage) != 1 || usage[0] != x509.ExtKeyUsageClientAuth {
		t.Errorf("delegate that is not allowed: %v", usage)
	}
	if _, err := ask(t, testocsp.Refusal(3)); err == nil {
		t.Error("refusal believed")
	}
}
