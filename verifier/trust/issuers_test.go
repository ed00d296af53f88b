package trust_test

import (
	"strings"
	"testing"

	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/verifier/trust"
)

func TestIssuersAreRead(t *testing.T) {
	c, err := trust.Parse(encode(t, full()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.New(c.Trust); err != nil {
		t.Fatal(err)
	}
	issuers := c.Authorities[0].Issuers
	if len(issuers) != 2 || !issuers[1].X5C || issuers[1].ID != "https://ca.example" || issuers[1].Keys != nil || issuers[1].Types != nil {
		t.Fatalf("%+v", issuers)
	}
	i := issuers[0]
	if i.X5C || len(i.Keys) == 0 || i.Types[0] != "a" || i.Name[0] != "n" || i.Organization[0] != "o" || len(i.Identifiers) != 2 {
		t.Errorf("%+v", i)
	}
	if strings.Join(i.Email, "/") != "c/email" || i.EmailVerified[0] != "v" || i.Roles[0] != "r" {
		t.Errorf("%+v", i)
	}
	if r := i.Identifiers[0]; r.Form != verifier.ClaimEmail || strings.Join(r.Path, "/") != "c/email" || r.Verified[0] != "v" || r.Prefix != "" {
		t.Errorf("%+v", r)
	}
	if r := i.Identifiers[1]; r.Form != verifier.ClaimURI || r.Path[0] != "u" || r.Verified != nil || r.Prefix != "mimi://example.com/u/" {
		t.Errorf("%+v", r)
	}
}

func TestAnAuthorityOfIssuersAloneNeedsNoAnchor(t *testing.T) {
	o := full()
	a := o["authorities"].(array)[0].(object)
	a["issuers"] = a["issuers"].(array)[:1]
	delete(a, "anchors")
	if _, err := trust.Parse(encode(t, o)); err != nil {
		t.Error(err)
	}
	a["issuers"] = array{}
	if _, err := trust.Parse(encode(t, o)); err == nil {
		t.Error("neither anchors nor issuers, and accepted")
	}
}

func TestIssuersThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(issuer, rule object){
		"no id":                   func(i, r object) { delete(i, "id") },
		"id that is a number":     func(i, r object) { i["id"] = 1 },
		"an unknown member":       func(i, r object) { i["jwks_uri"] = "https://issuer.example/jwks" },
		"jwks that is a list":     func(i, r object) { i["jwks"] = array{} },
		"x5c that is a string":    func(i, r object) { i["x5c"] = "true" },
		"types that are empty":    func(i, r object) { i["types"] = array{} },
		"types that are a string": func(i, r object) { i["types"] = "a" },
		"name that is a string":   func(i, r object) { i["name"] = "n" },
		"roles that are a string": func(i, r object) { i["roles"] = "r" },
		"no claim":                func(i, r object) { delete(r, "claim") },
		"claim that is a string":  func(i, r object) { r["claim"] = "email" },
		"an unknown form":         func(i, r object) { r["form"] = "dns" },
		"a prefix that is empty":  func(i, r object) { r["prefix"] = "" },
		"verified that is empty":  func(i, r object) { r["verified"] = array{} },
		"an unknown rule":         func(i, r object) { r["regexp"] = "." },
	} {
		o := full()
		i := o["authorities"].(array)[0].(object)["issuers"].(array)[0].(object)
		change(i, i["identifiers"].(array)[0].(object))
		if _, err := trust.Parse(encode(t, o)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
