package revocation

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// A second writer of serial lists beside the reader of reference_filter_test.go, from the package doc: what package serial has
// built is what it writes with the same seeds, and what it has built with seeds of its own is read right.

// docFill gives a filter, of which the numbers and seeds of blocks are chosen, its sizes and columns. A seed below 0 becomes the least
// that there are columns for; ok is false if there are none. Columns that are there are kept in what is free, of which the
// second result is how much.
func (f *docFilter) docFill(held, others [][4]uint64) (ok bool, choices int) {
	for level := range f.levels {
		keys := held
		if level == 1 {
			for _, k := range others {
				if f.passes(k) {
					keys = append(slices.Clip(keys), k)
				}
			}
		}
		for at := range f.levels[level] {
			b := &f.levels[level][at]
			before := b.columns
			seed, last := b.seed, b.seed
			if seed < 0 {
				seed, last = 0, 8193
				if level == 0 && f.seedBits > 0 {
					last = 1<<f.seedBits - 1
				}
			}
			for b.columns = nil; seed <= last && b.columns == nil; seed++ {
				var mine [][4]uint64
				for _, k := range keys {
					if f.own(level, k) == at {
						mine = append(mine, k)
					}
				}
				b.seed, b.size = seed, len(mine)
				columns := 1
				if level == 0 {
					b.size += f.free
					columns = f.rank
				}
				var rows [][]byte
				for _, k := range mine {
					rows = append(rows, docRow(k[2+level], seed, b.size))
				}
				for j := range columns {
					var values, prefer []byte
					for i, k := range mine {
						value := byte(k[3] >> j & 1)
						if level == 1 {
							value = 0
							if slices.Contains(held, mine[i]) {
								value = 1
							}
						}
						values = append(values, value)
					}
					if before != nil && len(before[j]) == b.size {
						prefer = before[j]
					}
					x, free := docSolve(rows, values, b.size, prefer)
					if x == nil {
						b.columns = nil
						break
					}
					b.columns, choices = append(b.columns, x), choices+free
				}
			}
			if b.columns == nil {
				return false, 0
			}
		}
	}
	return true, choices
}

// docWrite returns the snapshot.
func (f *docFilter) docWrite() []byte {
	number := func(v int) (out string) {
		for _, c := range slowVarint(uint64(v)) {
			out += slowDigits(uint64(c), 8)
		}
		return out
	}
	rice := func(k, v int) string { return strings.Repeat("0", v>>k) + "1" + slowDigits(uint64(v), k) }
	keys := [2]int{}
	for level, blocks := range f.levels {
		for _, b := range blocks {
			keys[level] += b.size
		}
	}
	keys[0] -= f.free * len(f.levels[0])
	out := slowDigits(uint64(f.rank), 8) + slowDigits(uint64(f.seedBits), 8) + slowDigits(uint64(f.free), 8) +
		number(len(f.levels[0])) + number(len(f.levels[1])) + number(keys[1])
	for level, blocks := range f.levels {
		m, k := keys[level]/len(blocks), 0
		for 1<<(2*k+2) <= m {
			k++
		}
		for _, b := range blocks {
			e := b.size - m
			if level == 0 {
				e -= f.free
			}
			if e < 0 {
				out += rice(k, -2*e-1)
			} else {
				out += rice(k, 2*e)
			}
			if level == 0 && f.seedBits > 0 {
				out += slowDigits(uint64(b.seed), f.seedBits)
			} else {
				out += rice(1, b.seed)
			}
		}
		for _, b := range blocks {
			for _, column := range b.columns {
				for _, bit := range column {
					out += string('0' + bit)
				}
			}
		}
	}
	return append([]byte{0x11}, slowBytes(out)...)
}

// docHashes returns the snapshot of the small form with this width and seed; nil if one of the others has a hash of those held.
func docHashes(held, others [][4]uint64, width int, seed uint64) []byte {
	var numbers []uint32 // of at most 32 bits here
	for _, k := range held {
		numbers = append(numbers, uint32(docMix(k[2], seed)>>(64-width)))
	}
	slices.Sort(numbers)
	for _, k := range others {
		if slices.Contains(numbers, uint32(docMix(k[2], seed)>>(64-width))) {
			return nil
		}
	}
	if len(slices.Compact(slices.Clone(numbers))) != len(held) {
		return nil
	}
	if len(numbers) == 0 {
		return []byte{0x10}
	}
	return append(append([]byte{0x10, byte(width)}, slowVarint(seed)...), slowBytes(slowGolomb(1<<width, numbers))...)
}

// keysOf returns the keys of an answer that its list holds, and the others.
func (a serialAnswer) keysOf(t *testing.T) (held, others [][4]uint64) {
	var issuer [32]byte
	if n, err := hex.Decode(issuer[:], []byte(a.Issuer)); n != 32 || err != nil {
		t.Fatal(n, err)
	}
	for i := range a.Issued {
		if k := docKey(issuer, serialNumber(i)); slices.Contains(a.Listed, i) == (len(a.Listed) <= a.Issued/2) {
			held = append(held, k)
		} else {
			others = append(others, k)
		}
	}
	return held, others
}

func storedSerial(t *testing.T) (stored []serialAnswer) {
	text, err := os.ReadFile("testdata/serial.json")
	if err == nil {
		err = json.Unmarshal(text, &stored)
	}
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func TestSerialKnownAnswersAreWhatTheDocWrites(t *testing.T) {
	for _, a := range storedSerial(t) {
		blob, _ := hex.DecodeString(a.Blob)
		held, others := a.keysOf(t)
		var want []byte
		switch {
		case blob[0] == 0x10 && len(held) == 0:
			want = docHashes(held, others, 0, 0)
		case blob[0] == 0x10:
			d := newDocBits(blob[1:])
			width := int(d.take(8))
			want = docHashes(held, others, width, d.varint())
		default:
			f := docReadFilter(newDocBits(blob[1:]), uint64(len(held)))
			ok, choices := f.docFill(held, others)
			// Free is one unknown of each column of the first level, if the filter says so, and hardly any for which two rows agree.
			if !ok || choices > f.free*f.rank*len(f.levels[0])+5 {
				t.Errorf("%s: columns %t, with %d choices", a.Name, ok, choices)
			}
			want = f.docWrite()
		}
		if !bytes.Equal(blob, want) {
			t.Errorf("%s: %x, by the second writer %x", a.Name, blob, want)
		}
	}
}

// Filters of sizes, ranks and seeds that package serial does not choose.
func TestFiltersOfTheSecondWriterAreRead(t *testing.T) {
	for _, c := range []struct{ issued, listed, rank, seedBits, free, blocks1, blocks2 int }{
		{30, 10, 1, 0, 0, 1, 1}, {400, 100, 2, 0, 0, 3, 2}, {400, 100, 5, 6, 1, 4, 7}, {300, 250, 3, 12, 1, 2, 3}, {2000, 50, 8, 10, 0, 1, 2},
	} {
		a := serialAnswer{Issued: c.issued, Issuer: strings.Repeat("00", 32)}
		for i := range c.listed {
			a.Listed = append(a.Listed, i*7%c.issued)
		}
		held, others := a.keysOf(t)
		f := &docFilter{rank: c.rank, seedBits: c.seedBits, free: c.free}
		for level, n := range []int{c.blocks1, c.blocks2} {
			for range n {
				f.levels[level] = append(f.levels[level], docBlock{seed: -1})
			}
		}
		if ok, _ := f.docFill(held, others); !ok {
			t.Fatalf("%v: no filter", c)
		}
		blob := f.docWrite()
		set, err := decodeSerial(blob, uint64(c.issued), uint64(c.listed))
		if err != nil {
			t.Fatalf("%v: %v: %x", c, err, blob)
		}
		for i := range c.issued {
			if got := set.has(filter.NewKey([32]byte{}, serialNumber(i))); got != slices.Contains(a.Listed, i) {
				t.Fatalf("%v: %d is listed: %t", c, i, got)
			}
		}
	}
}
