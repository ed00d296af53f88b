package verifier_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
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

// What would settle a vp is named for every credential in it, and one that is over by now makes it one of the past.
func TestWhatIsMissingAndPastOfSeveralCredentials(t *testing.T) {
	w := newSeveralWorld(t, "vp+jwt")
	w.parts[0].list, w.parts[1].list = listURI+"1", listURI+"2"
	want := []verifier.Missing{{Kind: verifier.MissingStatusList, Name: listURI + "1"}, {Kind: verifier.MissingStatusList, Name: listURI + "2"}}
	if v := w.judge(t); v.Outcome() != verifier.Undetermined || !slices.Equal(v.Missing(), want) {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	for until, past := range map[string]bool{"2025-10-01T00:00:00Z": false, "2025-06-20T00:00:00Z": true} {
		w := newSeveralWorld(t, "vp+jwt")
		w.trust.Authorities[0].Status = verifier.StatusUncheckedUnsafe
		w.parts[1].until = until
		w.presentation.Bytes = []byte(w.vp(t))
		v, err := verifier.New(w.trust)
		if err != nil {
			t.Fatal(err)
		}
		plan := v.Plan(w.at, w.at.AddDate(0, 1, 0), []verifier.Presentation{w.presentation})
		if got := plan.Conclude(native.Run(plan.Checks()))[0]; got.Outcome() != verifier.Verified || got.Historical() != past {
			t.Errorf("until %s: %s", until, got.AppendJSON(nil))
		}
	}
}
