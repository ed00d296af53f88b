package conformance

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
	"github.com/e2eid/e2eid/verifier"
)

// What must fail here although NIST has it valid.
var pkitsRefused = map[string]string{
	"4.1.4": "DSA is not supported",
	"4.1.5": "DSA is not supported",
}

// The sections of the NIST suite that need no revocation data, for the variants that have none.
var pkitsPathSections = []string{"4.1", "4.2", "4.3", "4.6", "4.8", "4.9", "4.10", "4.11", "4.12", "4.13", "4.16"}

// A pkitsTest is one entry of the manifest.
type pkitsTest struct {
	ID          string   `json:"id"`
	Section     string   `json:"section"`
	Title       string   `json:"title"`
	Path        []string `json:"path"`
	CRLs        []string `json:"crls"`
	ExpectValid bool     `json:"expectValid"`

	InitialPolicySet            []string `json:"initialPolicySet"`
	InitialExplicitPolicy       bool     `json:"initialExplicitPolicy"`
	InitialPolicyMappingInhibit bool     `json:"initialPolicyMappingInhibit"`
	InitialAnyPolicyInhibit     bool     `json:"initialAnyPolicyInhibit"`
}

type pkitsManifest struct {
	ValidationTime time.Time         `json:"validationTime"`
	PolicyOIDs     map[string]string `json:"policyOIDs"`
	Tests          []pkitsTest       `json:"tests"`
}

// Every case of the NIST suite gets NIST's answer, in whatever order certificates and CRLs come.
func TestPKITS(t *testing.T) {
	var m pkitsManifest
	if err := json.Unmarshal(vectors.Read(t, "pkits", "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	right, lax := 0, 0
	for _, test := range m.Tests {
		_, refused := pkitsRefused[test.ID]
		for _, reversed := range []bool{false, true} {
			verdict := m.judge(t, "certs", test, true, reversed)
			verified := verdict.Outcome() == verifier.Verified
			if verified != (test.ExpectValid && !refused) {
				t.Errorf("%s %s, reversed %v: %s", test.ID, test.Title, reversed, verdict.AppendJSON(nil))
			}
			if reversed {
				continue
			}
			if verified == test.ExpectValid {
				right++
			}
			if verified && !test.ExpectValid {
				lax++
			}
		}
	}
	t.Logf("figure x509.pkits_right %d cases", right)
	t.Logf("figure x509.pkits_false_accepts %d cases", lax)
	if len(m.Tests) != 249 {
		t.Errorf("%d cases", len(m.Tests))
	}
}

// The same paths re-signed with other algorithms, which have no CRLs.
func TestPKITSVariants(t *testing.T) {
	var m pkitsManifest
	if err := json.Unmarshal(vectors.Read(t, "pkits", "manifest.json"), &m); err != nil {
		t.Fatal(err)
	}
	for _, variant := range []string{"p256", "ml-dsa-44", "ml-dsa-65"} {
		tried := 0
		for _, test := range m.Tests {
			// README of the vectors: the variants lack the DSA files, and the ML-DSA ones 4.2.3.
			if !slices.Contains(pkitsPathSections, test.Section) || strings.HasPrefix(test.ID, "4.1.") && test.ID >= "4.1.4" ||
				variant != "p256" && test.ID == "4.2.3" {
				continue
			}
			tried++
			verdict := m.judge(t, "variants/"+variant+"/certs", test, false, false)
			if verified := verdict.Outcome() == verifier.Verified; verified != test.ExpectValid {
				t.Errorf("%s %s %s: %s", variant, test.ID, test.Title, verdict.AppendJSON(nil))
			}
		}
		if tried < 164 {
			t.Errorf("%s: tried %d cases only", variant, tried)
		}
	}
}

// judge asks the public API about one case.
func (m *pkitsManifest) judge(t *testing.T, folder string, test pkitsTest, revocation, reversed bool) verifier.Verdict {
	t.Helper()
	read := func(path ...string) []byte {
		b, err := os.ReadFile(filepath.Join(append([]string{vectors.Path(t, "pkits")}, path...)...))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var ders [][]byte
	for _, n := range test.Path {
		ders = append(ders, read(filepath.FromSlash(folder), n+".crt"))
	}
	anchor, others, end := ders[0], ders[1:len(ders)-1], ders[len(ders)-1]
	authority := verifier.Authority{
		ID: "nist", Anchors: [][]byte{anchor}, ExtKeyUsage: []x509.OID{},
		Policies: verifier.PolicyInputs{
			RequireExplicit: test.InitialExplicitPolicy, InhibitMapping: test.InitialPolicyMappingInhibit,
			InhibitAny: test.InitialAnyPolicyInhibit,
		},
	}
	for _, n := range test.InitialPolicySet {
		id, ok := x509.ParseOID(m.PolicyOIDs[n])
		if !ok {
			t.Fatalf("no such policy: %q", n)
		}
		authority.Policies.Acceptable = append(authority.Policies.Acceptable, id)
	}
	var bag verifier.Bag
	if revocation {
		crls := slices.Clone(test.CRLs)
		if reversed {
			slices.Reverse(crls)
		}
		for _, n := range crls {
			if err := bag.AddCRL(read("crls", n+".crl")); err != nil {
				t.Logf("%s: CRL %s: %v", test.ID, n, err)
			}
		}
	} else {
		authority.Status = verifier.StatusUncheckedUnsafe
	}
	if reversed {
		others = slices.Clone(others)
		slices.Reverse(others)
	}
	v, err := verifier.New(verifier.Trust{Authorities: []verifier.Authority{authority}})
	if err != nil {
		t.Fatal(err)
	}
	v.Use(&bag)
	plan := v.Plan(m.ValidationTime, m.ValidationTime, []verifier.Presentation{{
		Kind: verifier.Certificate, Bytes: end, Certificates: others, PathOnly: true,
	}})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}
