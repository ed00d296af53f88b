package verifier_test

import (
	"testing"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// What the policy does not allow proves nothing, wherever it stands, and is not even asked about.
func TestOnlyAllowedAlgorithmsCount(t *testing.T) {
	p256 := testca.New(testca.Options{NoStatus: true})
	ed := testca.New(testca.Options{NoStatus: true, Kind: testca.Ed25519, Seed: "ed", Name: "Ed"})
	ask := func(ca *testca.Authority, names ...string) verifier.Verdict {
		t.Helper()
		scope, err := name.ParseScope([]string{"example.com"})
		if err != nil {
			t.Fatal(err)
		}
		trust := verifier.Trust{Authorities: []verifier.Authority{{
			ID: "example", Scope: scope, Anchors: [][]byte{ca.Root.DER}, ExtKeyUsage: []x509.OID{}, Status: verifier.StatusUncheckedUnsafe,
		}}}
		if names != nil {
			if trust.Policy.Algorithms, err = signature.ParseSet(names); err != nil {
				t.Fatal(err)
			}
		}
		v, err := verifier.New(trust)
		if err != nil {
			t.Fatal(err)
		}
		chain := ca.Chain(ca.Alice())
		plan := v.Plan(testca.At, testca.At, []verifier.Presentation{{
			Kind: verifier.Certificate, Bytes: chain[0], Certificates: chain[1:], Expected: []string{"mimi://example.com/u/alice"},
		}})
		for _, c := range plan.Checks() {
			if !trust.Policy.Algorithms.Allows(c.Algorithm) {
				t.Errorf("asked about %v", c.Algorithm)
			}
		}
		return plan.Conclude(native.Run(plan.Checks()))[0]
	}
	for _, test := range []struct {
		ca    *testca.Authority
		names []string
		code  verifier.Code
	}{
		{p256, nil, ""},
		{ed, nil, ""},
		{p256, []string{"ECDSA-P256-SHA256"}, ""},
		{p256, []string{"ECDSA-P256-SHA256", "Ed25519"}, ""},
		{p256, []string{"ECDSA-P256-SHA384", "Ed25519"}, verifier.CodeAlgorithmNotAllowed},
		{ed, []string{"ECDSA-P256-SHA256"}, verifier.CodeAlgorithmNotAllowed},
		{ed, []string{"Ed25519"}, ""},
	} {
		v := ask(test.ca, test.names...)
		if v.Code() != test.code || (v.Outcome() == verifier.Verified) != (test.code == "") || test.code != "" && v.Outcome() != verifier.Rejected {
			t.Errorf("%s, %v: %s", test.ca.Name, test.names, v.AppendJSON(nil))
		}
	}
}
