package verifier_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Credentials that come with certification paths, each with one of its own.
func TestAVPOfCredentialsWithCertificationPaths(t *testing.T) {
	for name, test := range map[string]struct {
		change func(c *caWorld, w *severalWorld)
		code   verifier.Code
	}{
		"both good":                        {func(c *caWorld, w *severalWorld) {}, ""},
		"one of a certificate for another": {func(c *caWorld, w *severalWorld) { c.leaf.Set(testca.SAN(testca.URI("https://other.example"))) }, verifier.CodeUntrustedIssuer},
		"one whose certificate is over":    {func(c *caWorld, w *severalWorld) { c.leaf.NotAfter = testca.At.Add(-time.Second) }, verifier.CodeExpired},
		"one of another hierarchy": {func(c *caWorld, w *severalWorld) {
			c.ca = testca.New(testca.Options{Seed: "evil", NoStatus: true})
			c.chain[0] = base64.StdEncoding.EncodeToString(c.ca.Intermediate.DER)
		}, verifier.CodeUntrustedIssuer},
		"one signed by another key": {func(c *caWorld, w *severalWorld) { w.parts[1].signer = testvc.NewKey(t, "ES256") }, verifier.CodeBadSignature},
		"one that has expired":      {func(c *caWorld, w *severalWorld) { w.parts[1].until = w.parts[1].from }, verifier.CodeExpired},
	} {
		for _, form := range forms {
			if form == "Data Integrity" {
				continue // no proof has certificates
			}
			for other := range 2 { // which one is good
				c := newCAWorld(t)
				w := newSeveralWorld(t, form)
				rules := w.trust.Authorities[0].Issuers[0].Identifiers
				w.trust = c.trust
				w.trust.Authorities[0].Issuers[0].Identifiers = rules
				w.at, w.made = testca.At, testca.At.Add(-10*time.Second)
				path := func() string {
					chain := append([]string{base64.StdEncoding.EncodeToString(c.ca.Intermediate.Issue(c.leaf))}, c.chain...)
					return `"x5c":["` + strings.Join(chain, `","`) + `"]`
				}
				for _, p := range w.parts {
					p.signer, p.from, p.until, p.header = c.issuer, "2026-11-01T00:00:00Z", "2027-01-01T00:00:00Z", path()
				}
				test.change(c, w)
				w.parts[1].header = path()
				if other == 1 {
					slices.Reverse(w.parts)
				}
				if v := w.judge(t); v.Code() != test.code {
					t.Errorf("%s, %s: %s", name, form, v.AppendJSON(nil))
				}
			}
		}
	}
}
