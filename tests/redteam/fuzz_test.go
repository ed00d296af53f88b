package redteam

import (
	"bytes"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// Every byte of a KeyPackage is covered by its signature, and Ed25519 signatures have one encoding: whatever is
// verified for Alice is the KeyPackage that she made.
func FuzzOnlyWhatAliceMadeIsVerified(f *testing.F) {
	ca := testca.New(testca.Options{Kind: testca.Ed25519})
	key := testca.NewKey(testca.Ed25519, "alice 1")
	c := ca.Alice()
	c.Key = key.Public()
	l := leaf(key.Signer, ca.Chain(c)...)
	l.Suite = mls.X25519AES128SHA256Ed25519
	// Fuzzing runs in several processes, which must agree on what is good.
	l.EncryptionKey = bytes.Repeat([]byte{1}, 32)
	good := mlstest.KeyPackage{LeafNode: l, InitKey: bytes.Repeat([]byte{2}, 32)}.Build()
	v, err := verifier.New(verifier.Trust{Authorities: []verifier.Authority{{
		ID: authority, Scope: scope(f, "example.com"), Anchors: [][]byte{ca.Root.DER}, Status: verifier.StatusUncheckedUnsafe,
	}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(mlstest.Message(good))
	for i := 0; i < len(good); i += 37 {
		f.Add(append(bytes.Clone(good[:i]), good[min(i+1, len(good)):]...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		plan := v.Plan(now, now, []verifier.Presentation{
			{Kind: verifier.KeyPackage, Bytes: b, Expected: []string{alice}},
			{Kind: verifier.KeyPackage, Bytes: b, Discover: true},
			{Kind: verifier.LeafNode, Bytes: b, CipherSuite: l.Suite, Carrier: verifier.InTree, Expected: []string{alice}},
		})
		// One after the other, so that the coverage depends on the input alone.
		var answers []signature.Answer
		for _, c := range plan.Checks() {
			answers = append(answers, native.Verify(c))
		}
		for i, verdict := range plan.Conclude(answers) {
			if verdict.Outcome() != verifier.Verified {
				continue
			}
			inner := b
			if i < 2 {
				inner, _ = bytes.CutPrefix(b, mlstest.Message(nil))
			}
			if i == 2 || !bytes.Equal(inner, good) {
				t.Errorf("verified %x", b)
			}
		}
	})
}

func TestFuzzSeedIsVerified(t *testing.T) {
	w := newWorld(t)
	verified(t, w.judge(mlstest.Message(w.keyPackage(w.ca.Alice()))))
}
