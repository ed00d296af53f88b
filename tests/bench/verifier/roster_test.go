// Package verifier benchmarks package verifier on a roster, without the signatures.
package verifier

import (
	"strconv"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

const members = 1000

func roster(b *testing.B) (verifier.Trust, []verifier.Presentation) {
	ca := testca.New(testca.Options{})
	scope, err := name.ParseScope([]string{"example.com"})
	if err != nil {
		b.Fatal(err)
	}
	group := []byte("roster")
	presentations := make([]verifier.Presentation, members)
	for i := range presentations {
		user := "user" + strconv.Itoa(i)
		leaf := mlstest.LeafNode{
			Suite: mls.P256AES128SHA256P256, Signer: testca.NewKey(testca.P256, user+" 1").Signer,
			Credential: mlstest.X509(ca.Chain(ca.Client(user, "1", uint64(i)))...),
			Source:     mls.SourceCommit, GroupID: group, LeafIndex: uint32(i),
		}
		presentations[i] = verifier.Presentation{
			Kind: verifier.LeafNode, Bytes: leaf.Build(), CipherSuite: leaf.Suite, Carrier: verifier.InTree,
			GroupID: group, LeafIndex: uint32(i), Expected: []string{"mimi://example.com/u/" + user},
		}
	}
	return verifier.Trust{Authorities: []verifier.Authority{{
		ID: "example", Scope: scope, Anchors: [][]byte{ca.Root.DER}, Status: verifier.StatusUncheckedUnsafe,
	}}}, presentations
}

func BenchmarkRoster1000(b *testing.B) {
	trust, presentations := roster(b)
	var plan *verifier.Plan
	fresh := func() *verifier.Verifier {
		v, err := verifier.New(trust)
		if err != nil {
			b.Fatal(err)
		}
		return v
	}
	b.Run("plan", func(b *testing.B) {
		for b.Loop() {
			plan = fresh().Plan(testca.At, testca.At, presentations)
		}
	})
	checks := plan.Checks()
	b.Run("batch", func(b *testing.B) {
		for b.Loop() {
			signature.AppendBatch(nil, checks)
		}
	})
	answers := make([]signature.Answer, len(checks))
	for i := range answers {
		answers[i] = signature.Valid
	}
	b.Run("plan and conclude", func(b *testing.B) {
		for b.Loop() {
			plan := fresh().Plan(testca.At, testca.At, presentations)
			for _, v := range plan.Conclude(answers) {
				if v.Outcome() != verifier.Verified {
					b.Fatal(v.Code())
				}
			}
		}
	})
	b.Run("plan, conclude and write", func(b *testing.B) {
		for b.Loop() {
			plan := fresh().Plan(testca.At, testca.At, presentations)
			var out []byte
			for _, v := range plan.Conclude(answers) {
				out = v.AppendJSON(out)
			}
		}
	})
}
