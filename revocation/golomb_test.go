package revocation

import (
	"bytes"
	"math"
	"math/bits"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"
)

// encode returns the snapshot and the set of indexes below covered.
func encode(covered uint64, indexes []uint32) ([]byte, *indexSet) {
	set := newIndexSet(covered, uint64(len(indexes)))
	for _, i := range indexes {
		set.add(i)
	}
	return appendSnapshot(nil, covered, indexes), set
}

func TestEverySmallSetHasOneCoding(t *testing.T) {
	for covered := uint64(0); covered <= 12; covered++ {
		codings := map[string]bool{}
		for members := range uint64(1) << covered {
			var indexes []uint32
			for i := range uint32(covered) {
				if members>>i&1 == 1 {
					indexes = append(indexes, i)
				}
			}
			blob, _ := encode(covered, indexes)
			set, err := decodeSnapshot(blob, covered, uint64(len(indexes)))
			if err != nil {
				t.Fatalf("%d of %d: %v", indexes, covered, err)
			}
			if got := set.indexes(); !slices.Equal(got, indexes) {
				t.Fatalf("%d of %d decodes to %d", indexes, covered, got)
			}
			for i := range covered + 3 {
				rank, in := set.rank(i)
				want := bits.OnesCount64(members & (1<<i - 1))
				if in != (members>>i&1 == 1) || in && rank != uint64(want) {
					t.Fatalf("%d of %d: rank(%d) = %d, %t", indexes, covered, i, rank, in)
				}
			}
			key := strconv.Itoa(len(indexes)) + string(blob)
			if codings[key] {
				t.Fatalf("%d of %d shares its coding", indexes, covered)
			}
			codings[key] = true
		}
	}
}

// Of all strings of at most two bytes, which hold every coding of so few indexes, exactly C(N,R) are codings: no set has
// a second one.
func TestNothingElseIsACoding(t *testing.T) {
	for covered := uint64(1); covered <= 10; covered++ {
		choose := uint64(1)
		for revoked := uint64(0); revoked <= covered; revoked++ {
			accepted := uint64(0)
			for size := range 3 {
				for v := range 1 << (8 * size) {
					blob := []byte{schemeGolomb, byte(v), byte(v >> 8)}[:1+size]
					if _, err := decodeSnapshot(blob, covered, revoked); err == nil {
						accepted++
					}
				}
			}
			if accepted != choose {
				t.Errorf("%d of %d: %d codings, want %d", revoked, covered, accepted, choose)
			}
			choose = choose * (covered - revoked) / (revoked + 1)
		}
	}
}

func randomSet(rng *rand.Rand, covered uint64, revoked int) []uint32 {
	chosen := make(map[uint32]bool, revoked)
	for len(chosen) < revoked {
		chosen[uint32(rng.Uint64N(covered))] = true
	}
	indexes := make([]uint32, 0, revoked)
	for i := range chosen {
		indexes = append(indexes, i)
	}
	slices.Sort(indexes)
	return indexes
}

func TestSetAnswersLikeABitmap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		covered := 1 + rng.Uint64N(1<<(1+rng.Uint64N(18)))
		indexes := randomSet(rng, covered, int(rng.Uint64N(min(covered, 6000)+1)))
		bitmap := make([]bool, covered)
		for _, i := range indexes {
			bitmap[i] = true
		}
		blob, _ := encode(covered, indexes)
		if len(indexes) < 500 && !bytes.Equal(blob, slowSnapshot(covered, indexes)) {
			t.Fatalf("N=%d R=%d: coding differs from the second writer's", covered, len(indexes))
		}
		set, err := decodeSnapshot(blob, covered, uint64(len(indexes)))
		if err != nil {
			t.Fatal(err)
		}
		rank := uint64(0)
		for i, want := range bitmap {
			got, in := set.rank(uint64(i))
			if in != want || in && got != rank {
				t.Fatalf("N=%d R=%d: rank(%d) = %d, %t; want %d, %t", covered, len(indexes), i, got, in, rank, want)
			}
			if in {
				rank++
			}
		}
		if !slices.Equal(set.indexes(), indexes) {
			t.Fatalf("N=%d R=%d: indexes differ", covered, len(indexes))
		}
		if got, want := set.root(), slowRoot(covered, indexes); got != want {
			t.Fatalf("N=%d R=%d: root %x, want %x", covered, len(indexes), got, want)
		}
	}
}

func TestLargestListStaysSmall(t *testing.T) {
	indexes := []uint32{0, 1, 1 << 20, math.MaxUint32 - 1, math.MaxUint32}
	blob, set := encode(MaxCovered, indexes)
	got, err := decodeSnapshot(blob, MaxCovered, 5)
	if err != nil || !slices.Equal(got.indexes(), indexes) || got.root() != set.root() {
		t.Fatalf("got %v, %v", got, err)
	}
	if _, in := got.rank(math.MaxUint32 + 1); in {
		t.Error("an index that wraps is in the set")
	}
}

// A blob that is too short for what its head says must be refused before memory is asked for.
func TestShortListAsksForNoMemory(t *testing.T) {
	blob := make([]byte, 100)
	blob[0] = schemeGolomb
	for _, revoked := range []uint64{1 << 16, 1 << 26, 1 << 31, MaxCovered} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := decodeSnapshot(blob, MaxCovered, revoked)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("R=%d: accepted", revoked)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 1<<16 {
			t.Errorf("R=%d: %d bytes allocated", revoked, n)
		}
	}
}

// log2choose is the information in a set of r out of n, in bits.
func log2choose(n, r float64) float64 {
	lg := func(x float64) float64 { v, _ := math.Lgamma(x + 1); return v }
	return (lg(n) - lg(r) - lg(n-r)) / math.Ln2
}

func TestSizeAgainstTheBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct {
		covered uint64
		revoked int
		over    float64
		bytes   float64 // beside
	}{
		{1e4, 100, 1.02, 16}, {1e5, 100, 1.02, 16}, {1e6, 100, 1.02, 16},
		{1e5, 1000, 1.009, 2}, {1e5, 5000, 1.009, 2}, {1e5, 10000, 1.009, 2},
		{1e6, 1000, 1.009, 2}, {1e6, 10000, 1.009, 2}, {1e6, 50000, 1.009, 2}, {1e6, 100000, 1.009, 2},
		{1e7, 10000, 1.009, 2}, {1e7, 100000, 1.009, 2},
	} {
		blob, _ := encode(c.covered, randomSet(rng, c.covered, c.revoked))
		bound := log2choose(float64(c.covered), float64(c.revoked)) / 8
		t.Logf("N=%d R=%d: %d bytes, %.4f of the bound", c.covered, c.revoked, len(blob), float64(len(blob))/bound)
		if float64(len(blob)) > c.over*bound+c.bytes {
			t.Errorf("N=%d R=%d: %d bytes, bound %.0f", c.covered, c.revoked, len(blob), bound)
		}
	}
}

func FuzzIndexList(f *testing.F) {
	for _, indexes := range [][]uint32{{}, {0}, {7}, {0, 1, 2}, {3, 900, 901}} {
		blob, _ := encode(1000, indexes)
		f.Add(blob, uint64(1000), uint64(len(indexes)))
	}
	f.Add([]byte{1, 0xff}, uint64(8), uint64(8))
	f.Add([]byte{1, 0, 0, 0, 0, 1}, uint64(MaxCovered), uint64(1))
	f.Fuzz(func(t *testing.T, blob []byte, covered, revoked uint64) {
		if covered > MaxCovered || revoked > covered {
			return // ParseHead has refused it
		}
		set, err := decodeSnapshot(blob, covered, revoked)
		if err != nil {
			return
		}
		indexes := set.indexes()
		if uint64(len(indexes)) != revoked {
			t.Fatalf("%d indexes, want %d", len(indexes), revoked)
		}
		if again := appendSnapshot(nil, covered, indexes); !bytes.Equal(again, blob) {
			t.Fatalf("%x re-encodes as %x", blob, again)
		}
		for rank, i := range indexes {
			if got, in := set.rank(uint64(i)); !in || got != uint64(rank) {
				t.Fatalf("rank(%d) = %d, %t", i, got, in)
			}
		}
	})
}

func BenchmarkIndexList(b *testing.B) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, c := range []struct {
		covered uint64
		revoked int
	}{{1e6, 1e4}, {1e7, 1e5}, {1e7, 1e6}, {1e8, 1e6}} {
		indexes := randomSet(rng, c.covered, c.revoked)
		blob, set := encode(c.covered, indexes)
		name := "N=" + strconv.FormatUint(c.covered, 10) + "/R=" + strconv.Itoa(c.revoked)
		b.Run(name+"/decode", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decodeSnapshot(blob, c.covered, uint64(c.revoked)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(8*float64(len(blob))/log2choose(float64(c.covered), float64(c.revoked)), "of-bound")
		})
		b.Run(name+"/root", func(b *testing.B) {
			for b.Loop() {
				set.root()
			}
		})
		b.Run(name+"/lookup", func(b *testing.B) {
			i := uint64(0)
			for b.Loop() {
				set.rank(i % c.covered)
				i += 0x9e3779b97f4a7c15 // spreads
			}
		})
		b.Run(name+"/lookup-revoked", func(b *testing.B) {
			i := uint64(0)
			for b.Loop() {
				set.rank(uint64(indexes[i%uint64(len(indexes))]))
				i += 0x9e3779b97f4a7c15
			}
		})
	}
}
