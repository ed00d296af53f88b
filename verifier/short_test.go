package verifier_test

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"
	certs "github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

const shortLife = 24 * time.Hour

var (
	oidNoRevAvail = testca.OID("2.5.29.56") // RFC 9608
	derNull       = []byte{5, 0}
)

// short returns a world that knows that the intermediate is good and nothing of end entities, and one of a day's length.
func short(t *testing.T) (*certs.World, testca.Cert) {
	w := certs.New(t)
	w.CRLs = w.CRLs[:1] // the root's
	w.Trust.Authorities[0].ShortLived = shortLife
	c := w.CA.Alice()
	c.NotBefore, c.NotAfter = testca.At.Add(-shortLife/2), testca.At.Add(shortLife/2)
	return w, c
}

func judgeShort(w *certs.World, c testca.Cert) verifier.Verdict {
	return w.Path(w.CA.Issue(c), w.CA.Intermediate.DER)
}

func TestAShortLivedCertificateNeedsNoStatus(t *testing.T) {
	w, c := short(t)
	v := judgeShort(w, c)
	if v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	// What ends first is what the verdict rests on: here the certificate itself.
	c.NotAfter = testca.At.Add(time.Minute)
	v = judgeShort(w, c)
	if f, _ := v.Freshness(); f.Source != verifier.SourceShortLived || !f.FreshUntil.Equal(c.NotAfter) || !f.ThisUpdate.Equal(c.NotBefore) {
		t.Errorf("%s", v.AppendJSON(nil))
	}
}

func TestWhatIsNotExcusedForBeingShort(t *testing.T) {
	for _, c := range []struct {
		name        string
		change      func(w *certs.World, c *testca.Cert)
		code        verifier.Code
		certificate int
	}{
		{"without the policy", func(w *certs.World, c *testca.Cert) { w.Trust.Authorities[0].ShortLived = 0 }, verifier.CodeRevocationUnavailable, 0},
		{"a certificate that says itself that nothing is available, without the policy", func(w *certs.World, c *testca.Cert) {
			w.Trust.Authorities[0].ShortLived = 0
			c.Add(testca.Unknown(oidNoRevAvail, false, derNull))
		}, verifier.CodeRevocationUnavailable, 0},
		{"a second longer", func(w *certs.World, c *testca.Cert) { c.NotAfter = c.NotAfter.Add(time.Second) }, verifier.CodeRevocationUnavailable, 0},
		{"its issuer", func(w *certs.World, c *testca.Cert) { w.CRLs = nil }, verifier.CodeRevocationUnavailable, 1},
		{"its issuer, if that is as short", func(w *certs.World, c *testca.Cert) {
			w.CRLs, w.Trust.Authorities[0].ShortLived = nil, 99*366*24*time.Hour
		}, verifier.CodeRevocationUnavailable, 1},
		{"one that names a CRL", func(w *certs.World, c *testca.Cert) {
			c.Add(testca.CRLDP("https://issuer.example/crl"))
		}, verifier.CodeRevocationUnavailable, 0},
		{"one that names an OCSP responder", func(w *certs.World, c *testca.Cert) {
			c.Add(testca.AIA("https://issuer.example/ocsp", ""))
		}, verifier.CodeRevocationUnavailable, 0},
		{"one that may issue", func(w *certs.World, c *testca.Cert) {
			c.Set(testca.BasicConstraints(true, -1), testca.KeyUsage(testca.DigitalSignature, testca.KeyCertSign))
		}, verifier.CodeRevocationUnavailable, 0},
		{"one that is revoked", func(w *certs.World, c *testca.Cert) {
			responder := testocsp.ByAuthority(w.CA.Intermediate)
			w.Responses = [][]byte{responder.Sign(responder.Revoked(w.CA.Issue(*c), testca.At.Add(-time.Minute), 1))}
		}, verifier.CodeRevoked, 0},
		{"one of which the clock is behind", func(w *certs.World, c *testca.Cert) {
			responder := testocsp.ByAuthority(w.CA.Intermediate)
			late := responder.Good(w.CA.Issue(*c))
			late.Singles[0].ThisUpdate, late.Singles[0].NextUpdate = testca.At.Add(time.Hour), testca.At.Add(2*time.Hour)
			w.Responses = [][]byte{responder.Sign(late)}
		}, verifier.CodeClock, -1},
		{"one that has expired, for the time before", func(w *certs.World, c *testca.Cert) {
			w.At = c.NotAfter.Add(-shortLife)
			c.NotBefore, c.NotAfter = c.NotBefore.Add(-shortLife), c.NotAfter.Add(-shortLife)
		}, verifier.CodeRevocationUnavailable, 0},
	} {
		w, cert := short(t)
		c.change(w, &cert)
		v := judgeShort(w, cert)
		if v.Code() != c.code || v.Certificate() != c.certificate {
			t.Errorf("%s: %s of %d, want %s of %d\n%s", c.name, v.Code(), v.Certificate(), c.code, c.certificate, v.AppendJSON(nil))
		}
	}
}

func TestShortLivedCredentials(t *testing.T) {
	const life = int64(shortLife / time.Second)
	for _, c := range []struct {
		name       string
		period     string // in place of iat and exp
		status     bool
		withoutIt  bool
		code       verifier.Code
		freshUntil int64
	}{
		{"a day", `"iat":1749960000,"exp":1750046400`, false, false, "", 1750046399},
		{"a day and two seconds", `"iat":1749960000,"exp":1750046402`, false, false, verifier.CodeNotCovered, 0},
		{"no begin", `"exp":1750046400`, false, false, verifier.CodeNotCovered, 0},
		{"no end", `"iat":1749960000`, false, false, verifier.CodeNotCovered, 0},
		{"a begin by nbf alone, of an SD-JWT, whose holder may hide iat", `"nbf":1749960000,"exp":1750046400`, false, false, verifier.CodeNotCovered, 0},
		{"a day, issued at once to begin an hour later", `"iat":1749960000,"nbf":1749963600,"exp":1750046400`, false, false, "", 1750046399},
		{"a day, issued a month before", `"iat":1747000000,"nbf":1749960000,"exp":1750046400`, false, false, verifier.CodeNotCovered, 0},
		{"a day, that refers to a list", `"iat":1749960000,"exp":1750046400`, true, false, verifier.CodeRevocationUnavailable, 0},
		{"a day, without the policy", `"iat":1749960000,"exp":1750046400`, false, true, verifier.CodeNotCovered, 0},
	} {
		w := newWorld(t)
		w.noList = true
		replace(&w.payload, `"iat":1740000000,"exp":1760000000`, c.period)
		if !c.status {
			replace(&w.payload, `,"status":{"status_list":{"idx":3,"uri":"`+listURI+`"}}`, ``)
		}
		if !c.withoutIt {
			w.trust.Authorities[0].ShortLived = time.Duration(life) * time.Second
		}
		v := w.judge(t)
		if v.Code() != c.code {
			t.Errorf("%s: %s, want %s", c.name, v.AppendJSON(nil), c.code)
		}
		if f, ok := v.Freshness(); ok && (f.Source != verifier.SourceShortLived || f.FreshUntil.Unix() != c.freshUntil) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	w := newWorld(t)
	w.trust.Authorities[0].ShortLived = -1
	if _, err := verifier.New(w.trust); err == nil {
		t.Error("a time below zero is taken")
	}
}
