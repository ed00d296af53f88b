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
