package differential

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// accepted is what every judge answers about a certificate that it takes.
const accepted = "accepted"

// ours returns the answer of package verifier: accepted, or outcome and code, or the part that could not be decoded.
func ours(t testing.TB, s *scenario) string {
	everything, err := name.ParseScope([]string{"*"})
	if err != nil {
		t.Fatal(err)
	}
	a := verifier.Authority{
		ID: "root", Anchors: s.roots, Scope: everything, ExtKeyUsage: []x509.OID{},
		Policies: verifier.PolicyInputs{
			RequireExplicit: s.explicitPolicy, InhibitMapping: s.inhibitMap, InhibitAny: s.inhibitAny,
			Acceptable: oids(t, s.acceptable),
		},
	}
	if s.usage != "" {
		a.ExtKeyUsage = oids(t, []testca.OID{s.usage})
	}
	if s.ignoreAnchor {
		a.AnchorConstraints = verifier.IgnoreAnchor
	}
	if !s.revocation {
		a.Status = verifier.StatusUncheckedUnsafe
	}
	v, err := verifier.New(verifier.Trust{Authorities: []verifier.Authority{a}})
	if err != nil {
		return joined("refused", unreadable(s))
	}
	var bag verifier.Bag
	for _, der := range s.others {
		_ = bag.AddCertificate(der) // others may do without it
	}
	for _, der := range s.crls {
		_ = bag.AddCRL(der)
	}
	v.Use(&bag)
	p := verifier.Presentation{Kind: verifier.Certificate, Bytes: s.end, PathOnly: s.host == ""}
	if s.host != "" {
		p.Expected = []string{"dns:" + s.host}
	}
	plan := v.Plan(s.at, s.at, []verifier.Presentation{p})
	verdict := plan.Conclude(native.Run(plan.Checks()))[0]
	if verdict.Outcome() == verifier.Verified {
		return accepted
	}
	return joined(verdict.Outcome().String()+" "+string(verdict.Code()), unreadable(s))
}

// joined leaves out the code where it only says that something could not be decoded.
func joined(answer string, parts []string) string {
	switch {
	case len(parts) == 0:
		return answer
	case answer == "refused", answer == "rejected malformed", answer == "rejected untrusted_issuer", answer == "undetermined revocation_unavailable":
		return "malformed " + strings.Join(parts, ", ")
	}
	return answer + ", malformed " + strings.Join(parts, ", ")
}

// unreadable names the parts that could not be decoded.
func unreadable(s *scenario) (parts []string) {
	note := func(err error) {
		var malformed *pkix.ParseError
		if errors.As(err, &malformed) {
			part := strings.ReplaceAll(malformed.Part, " ", "-")
			switch {
			case part == "issuer", part == "subject":
				part = "name" // of an issuer it is both
			case strings.HasPrefix(part, "extension-"):
				part = "extension" // of any identifier
			}
			if !slices.Contains(parts, part) {
				parts = append(parts, part)
			}
		}
	}
	for _, der := range s.roots {
		_, err := x509.ParseCertificate(der)
		note(err)
	}
	for _, der := range s.others {
		_, err := x509.ParseCertificate(der)
		note(err)
	}
	_, err := x509.ParseCertificate(s.end)
	note(err)
	var bag verifier.Bag
	for _, der := range s.crls {
		note(bag.AddCRL(der))
	}
	slices.Sort(parts)
	return parts
}

func oids(t testing.TB, ids []testca.OID) (list []x509.OID) {
	for _, id := range ids {
		o, ok := x509.ParseOID(string(id))
		if !ok {
			t.Fatalf("not an object identifier: %s", id)
		}
		list = append(list, o)
	}
	return list
}
