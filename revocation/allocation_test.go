package revocation

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// allocates returns how many bytes f asks for altogether.
func allocates(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A hundred bytes of whoever delivers them must not cost megabytes, be they refused, at once or late, or accepted.
func TestHundredBytesAskForNoMegabytes(t *testing.T) {
	const hundred, most = 100, 1 << 20
	rng := rand.New(rand.NewPCG(17, 18))
	random := func(start ...byte) []byte {
		b := bytes.Clone(start)
		for len(b) < hundred {
			b = append(b, byte(rng.Uint32()))
		}
		return b
	}
	worst := map[string]uint64{}
	spend := func(name string, f func() error) (err error) {
		t.Helper()
		n := allocates(func() { err = f() })
		if n > most {
			t.Errorf("%s: %d bytes, and %v", name, n, err)
		}
		worst[name] = max(worst[name], n)
		return err
	}

	// As many as a hundred bytes can stand for: all in a row, which costs next to nothing, but for one.
	for _, covered := range []uint64{1 << 18, 1 << 22, 1 << 32} {
		row, blob := []uint32{}, make([]byte, hundred+1)
		for n := uint32(hundred * maxDensity); len(blob) > hundred || len(row) > len(blob)*maxDensity; n -= 1024 {
			row = row[:0]
			for i := range n {
				row = append(row, i)
			}
			row = append(row, uint32(covered-10))
			blob = adaptiveSet(covered, row, schemeQuick)
		}
		if len(row) < 30_000 {
			t.Fatalf("%d numbers in %d bytes", len(row), len(blob))
		}
		if err := spend("a dense set", func() error { _, err := decodeSet(blob, covered, uint64(len(row)), schemeSlow); return err }); err != nil {
			t.Error(err)
		}
	}
	for _, covered := range []uint64{800, 1 << 18, 1 << 22, 1 << 32} {
		for _, scheme := range schemes {
			for _, count := range []uint64{1, 100, 300, 700, hundred * maxDensity, covered / 2, covered/2 + 1, covered - 100} {
				if count > covered {
					continue
				}
				for _, blob := range [][]byte{random(scheme), bytes.Repeat([]byte{0}, hundred), bytes.Repeat([]byte{0xff}, hundred)} {
					blob[0] = scheme
					spend("a set", func() error { _, err := decodeSet(blob, covered, count, schemeSlow); return err })
				}
			}
		}
	}

	lists := []List{{ID: "a", Kind: KindIndex, Covered: 1 << 32}, {ID: "b", Kind: KindIndex, Covered: 800}}
	full := append([]byte{schemeDelta, 1, 0x42, 0xf8}, append(bytes.Repeat([]byte{0xff}, 95), 0, 0)...) // 760 indexes
	if err := spend("a delta", func() error { _, err := parseDelta(full, lists); return err }); err != nil {
		t.Error(err)
	}
	for range 200 {
		spend("a delta", func() error { _, err := parseDelta(random(schemeDelta, 0), lists); return err })
		spend("a delta", func() error { _, err := parseDelta(random(schemeDelta, 0, 0x43, 0x20), lists); return err })
	}
	for _, count := range []uint64{1, 100, 700, maxHashes, 1 << 31} {
		for range 20 {
			spend("hashes", func() error { _, err := decodeSerial(random(schemeHashes, 40), 1<<32, count); return err })
			spend("a filter", func() error {
				_, err := decodeSerial(random(schemeFilter, 1, 0, 0, 0x43, 0x20), 1<<32, count)
				return err
			})
			spend("a filter", func() error { _, err := filter.Parse(random(1, 0, 0, 1, 1), count); return err })
		}
	}

	start := headLabel + "\x01\x09a.example" + strings.Repeat("\x00", 7) + "\x01" + strings.Repeat("\x00", 15) + "\x01" + strings.Repeat("\x00", 32)
	for range 100 {
		spend("a head", func() error { _, err := ParseHead(append([]byte(start), 4, 0)); return err })
		spend("a head", func() error { _, err := ParseHead(random([]byte(start)...)); return err })
		spend("a head", func() error { _, err := ParseHead(append([]byte(start), "\x00\x00\xff"...)); return err })
		spend("a record", func() error {
			_, err := (&Head{u: UnverifiedHead{body: Body{Lists: lists}}}).Restore(random([]byte(recordLabel)...))
			return err
		})
	}
	t.Log(worst)
}

// Nobody has signed what stands behind a head. A row of as many empty certificates as there is room for is refused at the fifth.
func TestRowOfCertificatesIsCounted(t *testing.T) {
	row := make([]byte, MaxHeadSize)
	var err error
	if n := allocates(func() { _, err = behind(ProofCertificates, row).Certificates() }); err == nil || n > 1<<12 {
		t.Errorf("%d bytes, %v", n, err)
	}
}
