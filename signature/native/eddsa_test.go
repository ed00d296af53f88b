package native_test

import (
	"testing"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/signature/portable"
	"github.com/e2eid/e2eid/tests/edwards"
)

// Package signature says which equation each algorithm has. Both backends have it; the tests of the npm package put the
// same signatures to WebCrypto.
func TestPointsWithAPartOfSmallOrderAreJudgedByOneEquation(t *testing.T) {
	for _, test := range []struct {
		algorithm signature.Algorithm
		curve     *edwards.Curve
		valid     func(edwards.Signature) bool
	}{
		{signature.Ed25519, edwards.Curve25519(), func(s edwards.Signature) bool { return s.Cofactorless }},
		{signature.Ed448, edwards.Curve448(), func(s edwards.Signature) bool { return s.Dropping }},
	} {
		// How often two equations differ: else the test would tell nothing.
		var all, cofactored, dropping int
		for _, s := range test.curve.Signatures() {
			c, err := signature.New(test.algorithm, s.Key, s.Message, s.Signature)
			if err != nil {
				t.Fatalf("%s: %s: %v", test.algorithm, s.Name, err)
			}
			want := signature.Invalid
			if test.valid(s) {
				want = signature.Valid
			}
			if got := native.Verify(c); got != want {
				t.Errorf("%s: %s: native answers %d, want %d", test.algorithm, s.Name, got, want)
			}
			if got := portable.Verify(c); got != want {
				t.Errorf("%s: %s: portable answers %d, want %d", test.algorithm, s.Name, got, want)
			}
			all++
			if s.Cofactored != s.Cofactorless {
				cofactored++
			}
			if s.Dropping != s.Cofactorless {
				dropping++
			}
		}
		if cofactored < 10 || dropping < 10 {
			t.Errorf("%s: of %d signatures %d and %d tell the equations apart", test.algorithm, all, cofactored, dropping)
		}
		t.Logf("%s: %d signatures; with the cofactor %d have another answer, without T %d", test.algorithm, all, cofactored, dropping)
	}
}
