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

// makeSet returns the set of indexes below covered.
func makeSet(covered uint64, indexes []uint32) *indexSet {
	entries := make([]Entry, len(indexes))
	for n, i := range indexes {
		entries[n].Index = uint64(i)
	}
	return setOf(covered, entries)
}

// encode returns the Golomb coding and the set of indexes below covered.
func encode(covered uint64, indexes []uint32) ([]byte, *indexSet) {
	set := makeSet(covered, indexes)
	return golombSet(set), set
}

// code returns the coding of a set by a scheme; nothing to code has one by schemeGolomb alone.
func code(s *indexSet, scheme byte) []byte {
	if scheme == schemeGolomb || s.held == 0 {
		return golombSet(s)
	}
	return adaptiveSet(s.covered, s.stored(), scheme)
}

var schemes = []byte{schemeGolomb, schemeQuick, schemeSlow}

func TestEverySmallSetHasOneCodingOfAScheme(t *testing.T) {
	for covered := uint64(0); covered <= 12; covered++ {
		codings := map[string]bool{}
		for members := range uint64(1) << covered {
			var indexes []uint32
			for i := range uint32(covered) {
				if members>>i&1 == 1 {
					indexes = append(indexes, i)
				}
			}
			for _, scheme := range schemes {
				blob := code(makeSet(covered, indexes), scheme)
				if scheme != schemeGolomb && blob[0] == schemeGolomb {
					continue // nothing to code
				}
				set, err := decodeSet(blob, covered, uint64(len(indexes)), schemeSlow)
				if err != nil {
					t.Fatalf("%d of %d by %d: %v", indexes, covered, scheme, err)
				}
				if got := set.indexes(); !slices.Equal(got, indexes) {
					t.Fatalf("%d of %d by %d decodes to %d", indexes, covered, scheme, got)
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
}

// Of all strings of at most two bytes, which hold every coding of so few indexes, exactly C(N,R) are codings by a scheme:
// no set has a second one.
func TestNothingElseIsACoding(t *testing.T) {
	for covered := uint64(1); covered <= 10; covered++ {
		choose := uint64(1)
		for revoked := uint64(0); revoked <= covered; revoked++ {
			for _, scheme := range schemes {
				if scheme != schemeGolomb && covered > 5 {
					continue // takes long: each of them makes a model
				}
				accepted := uint64(0)
				for size := range 3 {
					for v := range 1 << (8 * size) {
						blob := []byte{scheme, byte(v), byte(v >> 8)}[:1+size]
						if _, err := decodeSet(blob, covered, revoked, schemeSlow); err == nil {
							accepted++
						}
					}
				}
				want := choose
				if scheme != schemeGolomb && choose == 1 {
					want = 0 // nothing to code has one coding, whatever the scheme
				}
				if accepted != want {
					t.Errorf("%d of %d by %d: %d codings, want %d", revoked, covered, scheme, accepted, want)
				}
			}
			choose = choose * (covered - revoked) / (revoked + 1)
		}
	}
}

func randomSet(rng *rand.Rand, covered uint64, revoked int) []uint32 {
	chosen := make([]uint64, covered/64+1)
	for left := revoked; left > 0; {
		i := rng.Uint64N(covered)
		if bit := uint64(1) << (i % 64); chosen[i/64]&bit == 0 {
			chosen[i/64] |= bit
			left--
		}
	}
	indexes := make([]uint32, 0, revoked)
	for at, word := range chosen {
		for ; word != 0; word &= word - 1 {
			indexes = append(indexes, uint32(at*64+bits.TrailingZeros64(word)))
		}
	}
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
		scheme := schemes[rng.IntN(len(schemes))]
		blob := code(makeSet(covered, indexes), scheme)
		if len(indexes) < 500 && !bytes.Equal(blob, slowSet(covered, indexes, int(blob[0]))) {
			t.Fatalf("N=%d R=%d: coding %d differs from the second writer's", covered, len(indexes), scheme)
		}
		set, err := decodeSet(blob, covered, uint64(len(indexes)), schemeSlow)
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
	got, err := decodeSet(blob, MaxCovered, 5, schemeSlow)
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
	for _, revoked := range []uint64{1 << 18, 1 << 26, 1 << 31, MaxCovered - 1<<26} {
		for _, blob[0] = range schemes {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := decodeSet(blob, MaxCovered, revoked, schemeSlow)
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Errorf("R=%d: accepted", revoked)
			}
			if n := after.TotalAlloc - before.TotalAlloc; n > 1<<16 {
				t.Errorf("R=%d: %d bytes allocated", revoked, n)
			}
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
	for _, covered := range []uint64{1e4, 1e5, 1e6, 1e7} {
		for _, rate := range []float64{.0001, .001, .01, .05, .1, .3, .44, .7, .99} {
			revoked := int(float64(covered) * rate)
			if revoked < 100 || covered == 1e7 && rate > .1 || testing.Short() && revoked > 1e4 {
				continue
			}
			blob := smallestSet(makeSet(covered, randomSet(rng, covered, revoked)))
			bound := log2choose(float64(covered), float64(revoked)) / 8
			most := 1.009 * bound
			if least := min(revoked, int(covered)-revoked); least < 1000 {
				most = 1.02*bound + 16
			}
			t.Logf("N=%d R=%d: scheme %d, %d bytes, %.4f of the bound", covered, revoked, blob[0], len(blob), float64(len(blob))/bound)
			if float64(len(blob)) > most {
				t.Errorf("N=%d R=%d: %d bytes, bound %.0f", covered, revoked, len(blob), bound)
			}
		}
	}
}

func FuzzIndexList(f *testing.F) {
	for _, indexes := range [][]uint32{{}, {0}, {7}, {0, 1, 2}, {3, 900, 901}} {
		for _, scheme := range schemes {
			f.Add(code(makeSet(1000, indexes), scheme), uint64(1000), uint64(len(indexes)))
		}
	}
	f.Add([]byte{1, 0xff}, uint64(8), uint64(8))
	f.Add([]byte{1, 0, 0, 0, 0, 1}, uint64(MaxCovered), uint64(1))
	f.Fuzz(func(t *testing.T, blob []byte, covered, revoked uint64) {
		if covered > MaxCovered || revoked > covered {
			return // ParseHead has refused it
		}
		set, err := decodeSet(blob, covered, revoked, schemeSlow)
		if err != nil {
			return
		}
		numbers, _ := coded(covered, revoked)
		if set.held != numbers {
			t.Fatalf("%d numbers, want %d", set.held, numbers)
		}
		if again := code(set, blob[0]); !bytes.Equal(again, blob) {
			t.Fatalf("%x re-encodes as %x", blob, again)
		}
		if revoked > 1<<20 {
			return
		}
		indexes := set.indexes()
		if uint64(len(indexes)) != revoked {
			t.Fatalf("%d indexes, want %d", len(indexes), revoked)
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
				if _, err := decodeSet(blob, c.covered, uint64(c.revoked), schemeSlow); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(8*float64(len(blob))/log2choose(float64(c.covered), float64(c.revoked)), "of-bound")
		})
		adaptive := adaptiveSet(c.covered, indexes, schemeQuick)
		b.Run(name+"/decode-adaptive", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decodeSet(adaptive, c.covered, uint64(c.revoked), schemeSlow); err != nil {
					b.Fatal(err)
				}
			}
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
