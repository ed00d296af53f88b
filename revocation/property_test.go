package revocation

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Beside the grid of TestSizeAgainstTheBound: any number covered, any of them revoked.
func TestRandomSizesAgainstTheBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	between := func(least, most float64) float64 { return least * math.Exp(rng.Float64()*math.Log(most/least)) }
	few, many, rounds := 0.0, 0.0, 300
	if testing.Short() {
		rounds = 60
	}
	for range rounds {
		covered := uint64(between(200, 1e6))
		revoked := int(between(100, float64(covered-100)))
		if rng.IntN(2) == 0 {
			revoked = 100 + rng.IntN(int(covered)-199) // most are dense
		}
		blob := smallestSet(makeSet(covered, randomSet(rng, covered, revoked)))
		bound := log2choose(float64(covered), float64(revoked)) / 8
		most := 1.02*bound + 16
		if min(revoked, int(covered)-revoked) >= 1000 {
			most = 1.009*bound + 1 // the scheme
			many = max(many, float64(len(blob))/bound)
		} else {
			few = max(few, float64(len(blob))-bound)
		}
		if float64(len(blob)) > most {
			t.Errorf("N=%d R=%d: scheme %d, %d bytes, bound %.0f, most %.1f", covered, revoked, blob[0], len(blob), bound, most)
		}
	}
	t.Logf("at most %.4f of the bound from 1000 on, and %.1f bytes over it below", many, few)
}
