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

// The sections of the NIST suite that need neither revocation nor policies. The others come with those.
var pkitsSections = []string{"4.1", "4.2", "4.3", "4.6", "4.13", "4.16"}

// What must fail here although NIST has it valid.
var pkitsRefused = map[string]string{
	"4.1.4": "DSA is not supported",
	"4.1.5": "DSA is not supported",
}

func TestPKITSPaths(t *testing.T) {
	var manifest struct {
		ValidationTime time.Time `json:"validationTime"`
		Tests          []struct {
			ID          string   `json:"id"`
			Section     string   `json:"section"`
			Path        []string `json:"path"`
			ExpectValid bool     `json:"expectValid"`
		} `json:"tests"`
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
			if got, want := acceptsPath(t, ders, manifest.ValidationTime), test.ExpectValid && !refused; got != want {
				t.Errorf("%s %s: accepted = %v, want %v", variant, test.ID, got, want)
				continue
			}
			right++
		}
		t.Logf("%s: %d of %d right", variant, right, tried)
		if tried < 75 {
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

// acceptsPath reports whether some path from the last certificate to the first passes all the rules of a path.
func acceptsPath(t *testing.T, ders [][]byte, at time.Time) bool {
	v, err := New(Trust{Authorities: []Authority{{ID: "nist", Anchors: ders[:1], ExtKeyUsage: []x509.OID{}}}})
	if err != nil {
		t.Fatal(err)
	}
	var certs []*x509.Certificate
	for _, der := range ders[1:] {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return false
		}
		certs = append(certs, c)
	}
	plan := v.Plan(at, at, nil)
	g := plan.graph(certs[len(certs)-1], certs[:len(certs)-1])
	if err := plan.questions.answer(native.Run(plan.Checks())); err != nil {
		t.Fatal(err)
	}
	accepted := false
	g.paths(&plan.questions, func(p path) {
		r := &report{}
		p.criticalExtensions(r)
		p.mayIssue(r)
		p.nameConstraints(r)
		p.validity(at, r)
		accepted = accepted || r.first(Failed) == nil
	})
	return accepted
}
