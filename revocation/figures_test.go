package revocation

import (
	"crypto/ed25519"
	"crypto/x509"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/revocation/internal/filter"
	"github.com/e2eid/e2eid/revocation/publisher/serial"
	"github.com/e2eid/e2eid/tests/vectors"
)

// realLists are the CRLs that vectors/revocation/README.md names as index-like, with the bytes that research/revocation.md, 3 has
// for them (0: none).
var realLists = []struct {
	name string
	most int
}{
	{"dhs-ca-sparse31", 25499}, {"godaddy-seq-b-clustered", 7930}, {"buypass-class3-seq20-futuredates", 7299},
	{"entrust-l1c-sparse31", 8081}, {"godaddy-seq-a", 11114}, {"luxtrust-qualified-seq18", 0},
}

// realSet returns the serial numbers of a CRL less the lowest, and the DER.
func realSet(t *testing.T, name string) (indexes []uint32, der []byte) {
	der = vectors.Read(t, "revocation/crl-2011/"+name+".crl")
	crl, err := x509.ParseRevocationList(der)
	if err != nil {
		t.Fatal(err)
	}
	var numbers []*big.Int
	for _, e := range crl.RevokedCertificateEntries {
		numbers = append(numbers, e.SerialNumber)
	}
	slices.SortFunc(numbers, (*big.Int).Cmp)
	for _, n := range numbers {
		indexes = append(indexes, uint32(new(big.Int).Sub(n, numbers[0]).Uint64()))
	}
	return slices.Compact(indexes), der
}

func TestRealListsAreAsSmallAsMeasuredBefore(t *testing.T) {
	bits, entries, whole := 0, 0, 0
	for _, c := range realLists {
		indexes, der := realSet(t, c.name)
		covered := uint64(indexes[len(indexes)-1]) + 1
		blob := smallestSet(makeSet(covered, indexes))
		set, err := decodeSet(blob, covered, uint64(len(indexes)), schemeSlow)
		if err != nil || !slices.Equal(set.indexes(), indexes) {
			t.Fatal(c.name, err)
		}
		t.Logf("%s: %d entries, %d bytes by scheme %d, DER %d", c.name, len(indexes), len(blob), blob[0], len(der))
		if c.most > 0 && len(blob) > c.most {
			t.Errorf("%s: %d bytes, were %d", c.name, len(blob), c.most)
		}
		bits += 8 * len(blob)
		entries += len(indexes)
		whole += 8 * len(der)
	}
	t.Logf("figure revocation.real_bits_per_entry %.3f bits", float64(bits)/float64(entries))
	t.Logf("figure revocation.real_bits_per_entry_der %.1f bits", float64(whole)/float64(entries))
}

// One day at 10 million credentials of which 1 % are revoked in a year: what a client that comes daily fetches.
func TestADayIsSmall(t *testing.T) {
	const covered, perDay = 10_000_000, 274
	rng := rand.New(rand.NewPCG(7, 8))
	all := randomSet(rng, covered, 100_000+perDay)
	today := map[uint32]bool{}
	for len(today) < perDay {
		today[all[rng.IntN(len(all))]] = true
	}
	var entries []Entry
	var changed []uint64
	for _, i := range all {
		entries = append(entries, Entry{Index: uint64(i)})
		if today[i] {
			changed = append(changed, uint64(i))
		}
	}
	const id = "https://id.example.org/lists/2026-11"
	l, _, err := EncodeList(id, covered, entries, false)
	if err != nil {
		t.Fatal(err)
	}
	body := Body{Authority: "id.example.org", Number: 400, ThisUpdate: fromUnix(1700000000), NextUpdate: fromUnix(1700086400), Lists: []List{l}}
	var day []byte
	for back := uint64(1); back <= 256; back *= 2 {
		d, err := EncodeDelta(body.Lists, map[string][]uint64{id: changed}, map[string][]Entry{id: entries})
		if err != nil {
			t.Fatal(err)
		}
		day = d
		body.Deltas = append(body.Deltas, Delta{back, NewBlob(d)})
	}
	signed, err := AppendBody(nil, body)
	if err != nil {
		t.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	head, err := AssembleHead(signed, []Signature{{Algorithm: 0x0807, Signature: ed25519.Sign(key, signed)}})
	if err != nil {
		t.Fatal(err)
	}
	total := len(head.Bytes()) + len(day)
	t.Logf("head %d bytes, delta %d, bound %.0f", len(head.Bytes()), len(day), log2choose(covered-100_000, perDay)/8)
	t.Logf("figure revocation.day_bytes_1e7 %d bytes", total)
	if total > 2200 {
		t.Errorf("a day takes %d bytes", total)
	}
}

func TestFigureOfIndexLists(t *testing.T) {
	const covered, count = 1_000_000, 10_000
	blob := smallestSet(makeSet(covered, randomSet(rand.New(rand.NewPCG(9, 10)), covered, count)))
	t.Logf("figure revocation.index_ratio_1e6_1pct %.4f ratio", float64(len(blob))/(log2choose(covered, count)/8))
}

func TestFigureOfSerialLists(t *testing.T) {
	if testing.Short() {
		t.Skip("searches seeds for a million serial numbers")
	}
	const covered, count = 1_000_000, 10_000
	listed, others := serialKeys(0, count), serialKeys(count, covered-count)
	b, err := serial.Encode(listed, others, serial.Options{SeedBits: 8})
	if err != nil {
		t.Fatal(err)
	}
	s, err := decodeSerial(b, covered, count)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range listed {
		if !s.has(k) {
			t.Fatal("a listed certificate is not there")
		}
	}
	t.Logf("figure revocation.serial_ratio_1e6_1pct %.4f ratio", float64(len(b))/(log2choose(covered, count)/8))
	t.Logf("figure revocation.serial_bytes_1e6_1pct %d bytes", len(b))
	t.Logf("figure revocation.serial_memory_1e6_1pct %d bytes", len(b)+s.filter.Memory())
}

func serialKeys(from, n int) []filter.Key {
	keys := make([]filter.Key, n)
	for i := range keys {
		v := from + i
		keys[i] = filter.NewKey([32]byte{1}, []byte{1, byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
	}
	return keys
}

// BenchmarkSerialLookup asks as a client does, hash and all.
func BenchmarkSerialLookup(b *testing.B) {
	const covered, count = 200_000, 2_000
	blob, err := serial.Encode(serialKeys(0, count), serialKeys(count, covered-count), serial.Options{SeedBits: 6})
	if err != nil {
		b.Fatal(err)
	}
	s, err := decodeSerial(blob, covered, count)
	if err != nil {
		b.Fatal(err)
	}
	for name, from := range map[string]int{"good": count, "revoked": 0} {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				v := from + i%count
				s.has(filter.NewKey([32]byte{1}, []byte{1, byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}))
			}
		})
	}
}
