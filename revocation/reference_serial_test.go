package revocation

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/revocation/internal/filter"
	"github.com/e2eid/e2eid/revocation/publisher/serial"
)

// A serialAnswer is one entry of testdata/serial.json, whose lists package serial has built. That they say what they should is
// checked with a second reader, made from the package doc: numbers of any size and strings of 0 and 1. That they are coded as they
// should be is checked with the writer of reference_writer_test.go.
type serialAnswer struct {
	Name    string `json:"name"`
	Issued  int    `json:"issued"`  // serial numbers 0x0100…, as three bytes, so many
	Listed  []int  `json:"listed"`  // which of them
	Issuer  string `json:"issuer"`  // SHA-256 of nothing in particular
	Blob    string `json:"blob"`    // the snapshot
	Reading string `json:"reading"` // what the list answers for each, as digits
}

func serialNumber(i int) []byte { return []byte{1, byte(i >> 8), byte(i)} }

// slowHas asks a snapshot for a certificate.
func slowHas(blob []byte, issued, listed int, issuer [32]byte, number []byte) bool {
	n, inverted := listed, false
	if listed > issued/2 {
		n, inverted = issued-listed, true
	}
	sum := sha256.Sum256(append(issuer[:], number...))
	part := func(i int) *big.Int { return new(big.Int).SetBytes(sum[8*i : 8*i+8]) }
	word := new(big.Int).Lsh(big.NewInt(1), 64)
	mix := func(x *big.Int, i int64) *big.Int {
		constant := func(hex string) *big.Int { v, _ := new(big.Int).SetString(hex, 16); return v }
		z := new(big.Int).Mul(big.NewInt(i+1), constant("9e3779b97f4a7c15"))
		z.Add(z, x).Mod(z, word)
		z.Xor(z, new(big.Int).Rsh(z, 30)).Mul(z, constant("bf58476d1ce4e5b9")).Mod(z, word)
		z.Xor(z, new(big.Int).Rsh(z, 27)).Mul(z, constant("94d049bb133111eb")).Mod(z, word)
		return z.Xor(z, new(big.Int).Rsh(z, 31))
	}
	digits := ""
	for _, c := range blob[1:] {
		digits += slowDigits(uint64(c), 8)
	}
	take := func(width int) uint64 {
		v := uint64(0)
		for _, d := range digits[:width] {
			v = 2*v + uint64(d-'0')
		}
		digits = digits[width:]
		return v
	}
	varint := func() uint64 { return take(8<<take(2) - 2) }
	if n == 0 {
		return inverted
	}
	if blob[0] == 0x10 {
		width := take(8)
		hash := new(big.Int).Rsh(mix(part(2), int64(varint())), uint(64-width)).Uint64()
		m := max(1, (1<<width)*45426/(65536*uint64(n)))
		b := 0
		for 1<<b < m {
			b++
		}
		next, found := uint64(0), false
		for range n {
			q := uint64(strings.Index(digits, "1"))
			take(int(q) + 1)
			rest := uint64(0)
			if c := uint64(1)<<b - m; b > 0 {
				if rest = take(b - 1); rest >= c {
					rest = 2*rest + take(1) - c
				}
			}
			next += q*m + rest
			found = found || next == hash
			next++
		}
		return found != inverted
	}
	rice := func(k int) int {
		q := strings.Index(digits, "1")
		take(q + 1)
		return q<<k | int(take(k))
	}
	rank, seedBits, free := int(take(8)), int(take(8)), int(take(8))
	var blocks [2]int
	blocks[0], blocks[1] = int(varint()), int(varint())
	keys := [2]int{n, int(varint())}
	for level := range 2 {
		mean := keys[level] / blocks[level]
		k := 0
		for 4<<(2*k) <= mean {
			k++
		}
		own := int(new(big.Int).Rsh(new(big.Int).Mul(part(level), big.NewInt(int64(blocks[level]))), 64).Int64())
		at, size, seed, before := 0, 0, 0, 0
		for i := range blocks[level] {
			e := rice(k)
			if e%2 == 0 {
				e = mean + e/2
			} else {
				e = mean - (e+1)/2
			}
			s := 0
			if level == 0 && seedBits > 0 {
				s = int(take(seedBits))
			} else {
				s = rice(1)
			}
			if i == own {
				size, seed, at = e, s, before
			}
			before += e
		}
		columns := 1
		if level == 0 {
			columns = rank
		}
		if level == 1 {
			free = 0
		}
		mine := digits[(at+own*free)*columns:]
		take((before + blocks[level]*free) * columns)
		row := ""
		size += free
		for i := int64(0); len(row) < size; i++ {
			row += slowDigits(mix(part(2+level), int64(32*seed)+i).Uint64(), 64)
		}
		for j := range columns {
			bit := uint(0)
			for i := range size {
				bit ^= uint(row[i]-'0') & uint(mine[j*size+i]-'0')
			}
			if level == 0 && bit != part(3).Bit(j) {
				return inverted
			}
			if level == 1 {
				return (bit == 1) != inverted
			}
		}
	}
	return false
}

func TestSerialKnownAnswers(t *testing.T) {
	const path = "testdata/serial.json"
	issuer := sha256.Sum256([]byte("issuer"))
	many := func(n, step int) (list []int) {
		for i := range n {
			list = append(list, i*step)
		}
		return list
	}
	cases := []serialAnswer{
		{Name: "nothing is listed", Issued: 9, Listed: []int{}},
		{Name: "everything is listed", Issued: 9, Listed: many(9, 1)},
		{Name: "one: a hash", Issued: 100, Listed: []int{7}},
		{Name: "all but one: a hash", Issued: 100, Listed: many(99, 1)},
		{Name: "five: hashes", Issued: 1000, Listed: many(5, 200)},
		{Name: "two hundred: a filter", Issued: 3000, Listed: many(200, 15)},
		{Name: "most: a filter of the others", Issued: 600, Listed: many(400, 1)},
	}
	if *update {
		for i := range cases {
			c := &cases[i]
			var in, out []filter.Key
			for n := range c.Issued {
				k := filter.NewKey(issuer, serialNumber(n))
				if slices.Contains(c.Listed, n) == (len(c.Listed) <= c.Issued/2) {
					in = append(in, k)
				} else {
					out = append(out, k)
				}
			}
			blob, err := serial.Encode(in, out, serial.Options{SeedBits: 5 * (i % 2)})
			if err != nil {
				t.Fatal(err)
			}
			c.Issuer, c.Blob = hex.EncodeToString(issuer[:]), hex.EncodeToString(blob)
			for n := range c.Issued {
				digit := "0"
				if slices.Contains(c.Listed, n) {
					digit = "1"
				}
				c.Reading += digit
			}
		}
		text, err := json.MarshalIndent(cases, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var stored []serialAnswer
	if err := json.Unmarshal(text, &stored); err != nil || len(stored) != len(cases) {
		t.Fatal(len(stored), err)
	}
	for _, c := range stored {
		t.Run(c.Name, func(t *testing.T) {
			blob, err := hex.DecodeString(c.Blob)
			if err != nil {
				t.Fatal(err)
			}
			set, err := decodeSerial(blob, uint64(c.Issued), uint64(len(c.Listed)))
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.Issued {
				want := c.Reading[i] == '1'
				if want != slices.Contains(c.Listed, i) {
					t.Fatalf("%d: the file contradicts itself", i)
				}
				if got := slowHas(blob, c.Issued, len(c.Listed), issuer, serialNumber(i)); got != want {
					t.Errorf("%d: the second reader says %t", i, got)
				}
				if got := set.has(filter.NewKey(issuer, serialNumber(i))); got != want {
					t.Errorf("%d: the reader says %t", i, got)
				}
			}
		})
	}
}

// slowDelta writes a delta by the package doc; changes has, for lists by position, what is revoked, suspended and good.
func slowDelta(covered []uint64, changes map[int][3][]uint32) []byte {
	out, next := []byte{0xc0}, 0
	for at, n := range covered {
		c, ok := changes[at]
		if !ok {
			continue
		}
		out = append(out, slowVarint(uint64(at-next))...)
		next = at + 1
		for _, set := range c {
			out = append(out, slowVarint(uint64(len(set)))...)
			out = append(out, slowBytes(slowGolomb(n, set))...)
		}
	}
	return out
}

func TestDeltaKnownAnswers(t *testing.T) {
	lists := []List{{ID: "a", Kind: KindIndex, Covered: 1000}, {ID: "b", Kind: KindIndex, Covered: 50}, {ID: "c", Kind: KindIndex, Covered: 1 << 20}}
	changed := map[string][]uint64{"a": {3, 500, 999}, "c": {7}}
	current := map[string][]Entry{"a": {{Index: 2}, {Index: 3}, {Index: 999, Reason: CertificateHold}}, "b": {{Index: 1}}}
	got, err := EncodeDelta(lists, changed, current)
	if err != nil {
		t.Fatal(err)
	}
	want := slowDelta([]uint64{1000, 50, 1 << 20}, map[int][3][]uint32{0: {{3}, {999}, {500}}, 2: {nil, nil, {7}}})
	if hex.EncodeToString(got) != hex.EncodeToString(want) {
		t.Errorf("got %x, want %x", got, want)
	}
	// Worked by hand: M = 693 of 1000 for one, so 10 bits with 331 short remainders of 9. 3: 1 000000011. 999: 0 1, 306 as
	// 100110010. 500: 1, 831 as 1100111111. In the third list M is 726816, 20 bits, 321760 of them in 19: 7: 1 0…0111.
	byHand := "c0" + "00" + "01" + "80c0" + "01" + "6640" + "01" + "e7e0" + "01" + "0000" + "01" + "800070"
	if hex.EncodeToString(got) != byHand {
		t.Errorf("got %x, by hand %s", got, byHand)
	}
}

func FuzzDelta(f *testing.F) {
	lists := []List{{ID: "a", Kind: KindIndex, Covered: 1000, Details: Blob{Size: 1}}, {ID: "b", Kind: KindSerial},
		{ID: "c", Kind: KindIndex, Covered: 1 << 32}, {ID: "d", Kind: KindIndex, Covered: 5}}
	now := map[string][]Entry{"a": {{Index: 3}, {Index: 999, Reason: CertificateHold}}, "d": {{Index: 1}}}
	for _, changed := range []map[string][]uint64{{}, {"a": {3, 5, 999}}, {"c": {1 << 31}, "d": {0, 1}}} {
		b, err := EncodeDelta(lists, changed, now)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		changes, err := parseDelta(in, lists)
		if err != nil {
			return
		}
		if again := appendDelta(nil, lists, changes); string(again) != string(in) {
			t.Fatalf("%x re-encodes as %x", in, again)
		}
	})
}

func FuzzSerialList(f *testing.F) {
	f.Add([]byte{0x10}, uint64(9), uint64(0))
	f.Add([]byte{0x10, 8, 0, 0x80}, uint64(100), uint64(1))
	f.Add([]byte{0x11, 1, 0, 0, 1, 1, 1, 0xc0, 0xff}, uint64(100), uint64(1))
	f.Fuzz(func(t *testing.T, in []byte, covered, listed uint64) {
		if covered > MaxCovered || listed > covered {
			return
		}
		s, err := decodeSerial(in, covered, listed)
		if err != nil {
			return
		}
		s.has(filter.NewKey([32]byte{}, in))
		if in[0] != schemeHashes || len(in) == 1 {
			return // FuzzFilter re-encodes the others
		}
		again := appendVarint([]byte{schemeHashes, byte(s.width)}, uint64(s.seed))
		out := bitWriter{b: again}
		m, next := golombM(1<<s.width, uint64(len(s.hashes))), uint64(0)
		for _, h := range s.hashes {
			out.gap(h-next, m)
			next = h + 1
		}
		if again = out.finish(); string(again) != string(in) {
			t.Fatalf("%x re-encodes as %x", in, again)
		}
	})
}
