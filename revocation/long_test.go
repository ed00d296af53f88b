package revocation

import (
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation/publisher/serial"
)

// long skips what takes minutes, unless E2EID_LONG is set.
func long(t *testing.T) {
	if os.Getenv("E2EID_LONG") == "" {
		t.Skip("takes minutes: set E2EID_LONG")
	}
}

func TestFigureOfALargeIndexList(t *testing.T) {
	long(t)
	const covered, count = 100_000_000, 1_000_000
	rng := rand.New(rand.NewPCG(11, 12))
	chosen := map[uint64]bool{}
	for len(chosen) < count {
		chosen[rng.Uint64N(covered)] = true
	}
	entries := make([]Entry, 0, count)
	for _, index := range slices.Sorted(maps.Keys(chosen)) {
		entries = append(entries, Entry{Index: index})
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	if _, _, err := EncodeList("a", covered, entries, true); err != nil {
		t.Fatal(err)
	}
	took := time.Since(start).Seconds()
	runtime.ReadMemStats(&after)
	t.Logf("figure revocation.build1e8_s %.2f s", took)
	t.Logf("figure revocation.build1e8_memory %d MB", (after.TotalAlloc-before.TotalAlloc)>>20)
	if took > 30 || (after.TotalAlloc-before.TotalAlloc)>>20 > 1024 {
		t.Errorf("%.1f s", took)
	}
}

func TestFigureOfTheGridAt1e8(t *testing.T) {
	long(t)
	const covered = 100_000_000
	rng := rand.New(rand.NewPCG(13, 14))
	for _, c := range []struct {
		rate  string
		count int
	}{{"0.01pct", 10_000}, {"0.1pct", 100_000}, {"1pct", 1_000_000}, {"5pct", 5_000_000}, {"10pct", 10_000_000}} {
		set := makeSet(covered, randomSet(rng, covered, c.count))
		blob := smallestSet(set)
		ratio := float64(len(blob)) / (log2choose(covered, float64(c.count)) / 8)
		t.Logf("figure revocation.index_ratio_1e8_%s %.4f ratio", c.rate, ratio)
		if ratio > 1.009 {
			t.Errorf("%s: %.4f of the bound", c.rate, ratio)
		}
		if again, err := decodeSet(blob, covered, uint64(c.count), schemeSlow); err != nil || again.root() != set.root() {
			t.Errorf("%s: %v", c.rate, err)
		}
	}
}

// With seeds searched and without, at the rates for which research has bounds.
func TestFigureOfSerialListsAt1e7(t *testing.T) {
	long(t)
	const covered = 10_000_000
	keys := serial.Keys([32]byte{1}, covered, func(i int) []byte {
		return []byte{1, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
	}, serial.Options{})
	for _, c := range []struct {
		name            string
		count, seedBits int
		most            float64
	}{
		{"0.1pct", 10_000, 8, 1.04}, {"0.1pct_plain", 10_000, 0, 1.065},
		{"1pct", 100_000, 8, 1.04}, {"1pct_plain", 100_000, 0, 1.065},
	} {
		start := time.Now()
		b, err := serial.Encode(keys[:c.count], keys[c.count:], serial.Options{SeedBits: c.seedBits})
		if err != nil {
			t.Fatal(err)
		}
		ratio := float64(len(b)) / (log2choose(covered, float64(c.count)) / 8)
		t.Logf("figure revocation.serial_ratio_1e7_%s %.4f ratio", c.name, ratio)
		t.Logf("%s: %.0f s", c.name, time.Since(start).Seconds())
		if ratio > c.most {
			t.Errorf("%s: %.4f of the bound", c.name, ratio)
		}
		set, err := decodeSerial(b, covered, uint64(c.count))
		if err != nil {
			t.Fatal(c.name, err)
		}
		for i := 0; i < covered; i += 1 + i/c.count*99 { // each that is listed, and some of the others
			if set.has(keys[i]) != (i < c.count) {
				t.Fatalf("%s: %d is listed: %t", c.name, i, !(i < c.count))
			}
		}
	}
}

func TestFigureOfALargeSerialList(t *testing.T) {
	long(t)
	const covered, count = 100_000_000, 1_000_000
	start := time.Now()
	keys := serial.Keys([32]byte{1}, covered, func(i int) []byte {
		return []byte{1, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)}
	}, serial.Options{})
	b, err := serial.Encode(keys[:count], keys[count:], serial.Options{SeedBits: 8})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(start).Seconds()
	t.Logf("figure revocation.build_serial1e8_s %.0f s", took)
	ratio := float64(len(b)) / (log2choose(covered, count) / 8)
	t.Logf("figure revocation.serial_ratio_1e8_1pct %.4f ratio", ratio)
	if took > 300 {
		t.Errorf("%.0f s", took)
	}
	if ratio > 1.04 {
		t.Errorf("%.4f of the bound", ratio)
	}
}
