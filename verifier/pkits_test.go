package verifier

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/vectors"
)

// The sections of the NIST suite that need no revocation data. The others come with CRLs.
var pkitsSections = []string{"4.1", "4.2", "4.3", "4.6", "4.8", "4.9", "4.10", "4.11", "4.12", "4.13", "4.16"}

// What must fail here although NIST has it valid.
var pkitsRefused = map[string]string{
	"4.1.4": "DSA is not supported",
	"4.1.5": "DSA is not supported",
}

func TestPKITSPaths(t *testing.T) {
	var manifest struct {
		ValidationTime time.Time         `json:"validationTime"`
		PolicyOIDs     map[string]string `json:"policyOIDs"`
		Tests          []pkitsTest       `json:"tests"`
	}
	if err := json.Unmarshal(vectors.Read(t, "pkits", "manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	for _, variant := range []string{"certs", "variants/p256/certs", "variants/ml-dsa-44/certs", "variants/ml-dsa-65/certs"} {
		right, tried := 0, 0
		for _, test := range manifest.Tests {
			ders := readAll(t, variant, test.Path)
			if !slices.Contains(pkitsSections, test.Section) || ders == nil || variant != "certs" && strings.HasPrefix(test.ID, "4.1.") && test.ID >= "4.1.4" {
				continue // README of the vectors: the variants lack the DSA files, and some one other
			}
			tried++
			_, refused := pkitsRefused[test.ID]
			got, policies := acceptsPath(t, ders, manifest.ValidationTime, test.inputs(t, manifest.PolicyOIDs))
			if want := test.ExpectValid && !refused; got != want {
				t.Errorf("%s %s: accepted = %v, want %v", variant, test.ID, got, want)
				continue
			}
			want := oids(t, manifest.PolicyOIDs, test.UserConstrainedPolicySet)
			if variant == "variants/p256/certs" && test.ID == "4.9.6" {
				// There the end entity has a policy, which in the suite and in the other variants it has not.
				want = oids(t, manifest.PolicyOIDs, []string{"NIST-test-policy-1"})
			}
			if got && !same(policies, want) {
				t.Errorf("%s %s: user-constrained-policy-set %v, want %v", variant, test.ID, policies, want)
				continue
			}
			if got == test.ExpectValid {
				right++
			}
		}
		t.Logf("%s: %d of %d right", variant, right, tried)
		if variant == "certs" {
			t.Logf("figure x509.pkits_paths_right %d cases", right)
			t.Logf("figure x509.pkits_paths_tried %d cases", tried)
		}
		if tried < 160 {
			t.Errorf("%s: tried %d tests only", variant, tried)
		}
	}
}

// readAll returns the certificates of a path, nil if the variant lacks one.
func readAll(t *testing.T, variant string, names []string) (ders [][]byte) {
	folder := vectors.Path(t, "pkits", filepath.FromSlash(variant))
	for _, n := range names {
		der, err := os.ReadFile(filepath.Join(folder, n+".crt"))
		if err != nil {
			return nil
		}
		ders = append(ders, der)
	}
	return ders
}

// A pkitsTest is one entry of the manifest.
type pkitsTest struct {
	ID          string   `json:"id"`
	Section     string   `json:"section"`
	Path        []string `json:"path"`
	ExpectValid bool     `json:"expectValid"`

	InitialPolicySet            []string `json:"initialPolicySet"`
	InitialExplicitPolicy       bool     `json:"initialExplicitPolicy"`
	InitialPolicyMappingInhibit bool     `json:"initialPolicyMappingInhibit"`
	InitialAnyPolicyInhibit     bool     `json:"initialAnyPolicyInhibit"`
	UserConstrainedPolicySet    []string `json:"userConstrainedPolicySet"`
}

func (p pkitsTest) inputs(t *testing.T, names map[string]string) PolicyInputs {
	return PolicyInputs{
		Acceptable: oids(t, names, p.InitialPolicySet), RequireExplicit: p.InitialExplicitPolicy,
		InhibitMapping: p.InitialPolicyMappingInhibit, InhibitAny: p.InitialAnyPolicyInhibit,
	}
}

func oids(t *testing.T, names map[string]string, list []string) (ids []x509.OID) {
	for _, n := range list {
		id, ok := x509.ParseOID(names[n])
		if !ok {
			t.Fatalf("no such policy: %q", n)
		}
		ids = append(ids, id)
	}
	return ids
}

func same(set policySet, list []x509.OID) bool {
	for _, id := range list {
		if !set[id] {
			return false
		}
	}
	return len(set) == len(list)
}

// acceptsPath reports whether some path from the last certificate to the first passes all the rules of a path, and the
// policies it is accepted for.
func acceptsPath(t *testing.T, ders [][]byte, at time.Time, in PolicyInputs) (accepted bool, policies policySet) {
	v, err := New(Trust{Authorities: []Authority{{ID: "nist", Anchors: ders[:1], ExtKeyUsage: []x509.OID{}, Policies: in}}})
	if err != nil {
		t.Fatal(err)
	}
	var certs []*x509.Certificate
	for _, der := range ders[1:] {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return false, nil
		}
		certs = append(certs, c)
	}
	plan := v.Plan(at, at, nil)
	g := plan.graph(certs[len(certs)-1], certs[:len(certs)-1])
	if err := plan.questions.answer(native.Run(plan.Checks())); err != nil {
		t.Fatal(err)
	}
	g.paths(&plan.questions, func(p path) {
		r := &report{}
		p.criticalExtensions(r)
		p.mayIssue(r)
		p.nameConstraints(r)
		set := p.certificatePolicies(in, r)
		p.validity(at, r)
		if r.first(Failed) == nil {
			accepted, policies = true, set
		}
	})
	return accepted, policies
}
