package verifier

import (
	"fmt"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
)

const aliceID = "mimi://example.com/u/alice"

// unchecked returns a Verifier that believes the root of ca, and looks at no revocation data.
func unchecked(t *testing.T, ca *testca.Authority, intermediates ...[]byte) *Verifier {
	t.Helper()
	scope, err := name.ParseScope([]string{"example.com"})
	if err != nil {
		t.Fatal(err)
	}
	v, err := New(Trust{Authorities: []Authority{{
		ID: "example", Scope: scope, Anchors: [][]byte{ca.Root.DER}, Intermediates: intermediates, Status: StatusUncheckedUnsafe,
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// alicePresents returns a presentation of Alice's KeyPackage with this chain.
func alicePresents(chain ...[]byte) Presentation {
	at := uint64(testca.At.Unix())
	kp := mlstest.KeyPackage{LeafNode: mlstest.LeafNode{
		Suite: mls.P256AES128SHA256P256, Signer: testca.NewKey(testca.P256, "alice 1").Signer, Credential: mlstest.X509(chain...),
		Lifetime: mls.Lifetime{NotBefore: at - 60, NotAfter: at + 3600},
	}}.Build()
	return Presentation{Kind: KeyPackage, Bytes: kp, Expected: []string{aliceID}}
}

// judge returns the verdict, and how many checks it took.
func judge(v *Verifier, p Presentation) (Verdict, int) {
	plan := v.Plan(testca.At, testca.At, []Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0], len(plan.Checks())
}

func wantVerdict(t *testing.T, v Verdict, outcome Outcome, code Code) {
	t.Helper()
	if v.Outcome() != outcome || v.Code() != code {
		t.Errorf("%v(%v), want %v(%v)", v.Outcome(), v.Code(), outcome, code)
	}
}

// forest returns n certificates for issuers of the intermediate's name that name each other as issuer: any of them may
// have issued any other, and the end entity.
func forest(ca *testca.Authority, n int) (ders [][]byte) {
	template := ca.IntermediateCert()
	template.Issuer = ca.Intermediate.Cert.Subject
	for i := range n {
		key := testca.NewKey(testca.P256, fmt.Sprint("tree ", i))
		ders = append(ders, testca.NewRoot(template, key).DER)
	}
	return ders
}

func TestForestOfOneNameEndsTheBudget(t *testing.T) {
	ca := testca.New(testca.Options{NoStatus: true})
	end := ca.Issue(ca.Alice())
	v := unchecked(t, ca)
	verdict, _ := judge(v, alicePresents(end, ca.Intermediate.DER))
	wantVerdict(t, verdict, Verified, "")

	for _, test := range []struct {
		what      string
		verifier  *Verifier
		presented [][]byte
	}{
		{"presented", unchecked(t, ca), forest(ca, 14)},
		{"configured", unchecked(t, ca, forest(ca, 100)...), nil},
		{"both", unchecked(t, ca, forest(ca, 20)...), forest(ca, 14)},
		// What was not looked at might be another authority, or revoked.
		{"beside a path that holds", unchecked(t, ca, ca.Intermediate.DER), forest(ca, 14)},
	} {
		verdict, checks := judge(test.verifier, alicePresents(append([][]byte{end}, test.presented...)...))
		wantVerdict(t, verdict, Rejected, CodeBudget)
		if checks > maxEdges+2 {
			t.Errorf("%s: %d checks", test.what, checks)
		}
	}
}

func TestCertificatesPresentedAreBounded(t *testing.T) {
	ca := testca.New(testca.Options{NoStatus: true})
	chain := ca.Chain(ca.Alice())
	for len(chain) <= maxPresentedCertificates {
		chain = append(chain, ca.Intermediate.DER) // even if they are all the same one
	}
	v := unchecked(t, ca)
	verdict, checks := judge(v, alicePresents(chain...))
	wantVerdict(t, verdict, Rejected, CodeBudget)
	if checks != 0 {
		t.Errorf("%d checks", checks)
	}
}

func TestExpectedIdentifiersAreBounded(t *testing.T) {
	p := Presentation{Kind: KeyPackage}
	for n := range maxExpected + 2 {
		if _, ok := p.check(); ok != (0 < n && n <= maxExpected) {
			t.Errorf("%d expected: ok = %v", n, ok)
		}
		p.Expected = append(p.Expected, aliceID)
	}
}

// A roster that is too long has verdicts for all: the members within the limit are judged.
func TestPresentationsAreBounded(t *testing.T) {
	ca := testca.New(testca.Options{NoStatus: true})
	good := alicePresents(ca.Chain(ca.Alice())...)
	roster := make([]Presentation, MaxPresentations+2)
	for i := range roster {
		roster[i] = Presentation{Kind: KeyPackage, Expected: []string{aliceID}} // malformed
	}
	roster[MaxPresentations-1], roster[MaxPresentations] = good, good
	plan := unchecked(t, ca).Plan(testca.At, testca.At, roster)
	verdicts := plan.Conclude(native.Run(plan.Checks()))
	if len(verdicts) != len(roster) || len(plan.Checks()) != 4 {
		t.Fatalf("%d verdicts, %d checks", len(verdicts), len(plan.Checks()))
	}
	wantVerdict(t, verdicts[0], Rejected, CodeMalformed)
	wantVerdict(t, verdicts[MaxPresentations-1], Verified, "")
	wantVerdict(t, verdicts[MaxPresentations], Rejected, CodeBudget)
	wantVerdict(t, verdicts[MaxPresentations+1], Rejected, CodeBudget)
}

// A proven edge is about the certificate's very bytes: a changed one is another edge, and a refused one stays unproven.
func TestChangedCertificateAsksForItsEdgeAgain(t *testing.T) {
	ca := testca.New(testca.Options{NoStatus: true})
	v := unchecked(t, ca)
	for _, test := range []struct {
		what   string
		change func(*testca.Cert)
		checks int
		code   Code
	}{
		{"first", func(*testca.Cert) {}, 4, ""},
		{"again", func(*testca.Cert) {}, 2, ""},
		{"renewed", func(c *testca.Cert) { c.NotAfter = c.NotAfter.AddDate(0, 0, 1) }, 3, ""},
		{"signed content changed", func(c *testca.Cert) {
			c.ChangeTBS = func(b []byte) []byte { b[len(b)-1] ^= 1; return b } // in the key identifier
		}, 3, CodeUntrustedIssuer},
		{"and once more", func(c *testca.Cert) {
			c.ChangeTBS = func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
		}, 3, CodeUntrustedIssuer},
		{"the first after that", func(*testca.Cert) {}, 2, ""},
	} {
		c := ca.Alice()
		test.change(&c)
		verdict, checks := judge(v, alicePresents(ca.Chain(c)...))
		if verdict.Code() != test.code || checks != test.checks {
			t.Errorf("%s: %v(%v) after %d checks, want %q after %d", test.what, verdict.Outcome(), verdict.Code(), checks, test.code, test.checks)
		}
	}
}
