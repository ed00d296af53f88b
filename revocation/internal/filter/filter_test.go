package filter

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// write is the writer of what Parse reads, with strings of 0 and 1.
func write(f *Filter, seedBits int) []byte {
	var digits strings.Builder
	digit := func(width int, v uint64) { fmt.Fprintf(&digits, "%0*b", width, v) }
	varint := func(v uint64) {
		for log := range 4 {
			if width := 8<<log - 2; v>>width == 0 {
				digit(2, uint64(log))
				digit(width, v)
				return
			}
		}
	}
	rice := func(k uint, v uint64) {
		digits.WriteString(strings.Repeat("0", int(v>>k)) + "1")
		if k > 0 {
			digit(int(k), v&(1<<k-1))
		}
	}
	blocks := func(l *level, seedBits int) {
		n := uint64(len(l.blocks) - 1)
		mean := uint64(l.blocks[n].Start) / n
		k := RiceWidth(mean)
		for i, b := range l.blocks[:n] {
			e := int64(l.blocks[i+1].Start-b.Start) - int64(mean)
			zigzag := 2 * e
			if e < 0 {
				zigzag = -2*e - 1
			}
			rice(k, uint64(zigzag))
			if seedBits > 0 {
				digit(seedBits, uint64(b.Seed))
			} else {
				rice(1, uint64(b.Seed))
			}
		}
		for i := range (uint64(l.blocks[n].Start) + n*l.free) * uint64(l.rank) {
			digit(1, f.word(l.at+i)>>63)
		}
	}
	digit(8, uint64(f.levels[0].rank))
	digit(8, uint64(seedBits))
	digit(8, f.levels[0].free)
	for i := range f.levels {
		varint(uint64(len(f.levels[i].blocks) - 1))
	}
	varint(uint64(f.levels[1].blocks[len(f.levels[1].blocks)-1].Start))
	blocks(&f.levels[0], seedBits)
	blocks(&f.levels[1], 0)
	text := digits.String()
	for len(text)%8 != 0 {
		text += "0"
	}
	out := make([]byte, len(text)/8)
	for i, d := range text {
		out[i/8] |= byte(d-'0') << (7 - i%8)
	}
	return out
}

func FuzzFilter(f *testing.F) {
	f.Add([]byte{1, 0, 0, 1, 1, 1, 0xc0, 0xff}, uint64(1))
	f.Add([]byte{1, 0, 1, 1, 1, 1, 0xe0, 0xff}, uint64(1))
	f.Add([]byte{1, 2, 0, 1, 1, 2, 0xc0, 0xff, 0xf0}, uint64(1))
	// A filter of three keys, as package serial builds it.
	f.Add([]byte{0x04, 0x00, 0x00, 0x01, 0x01, 0x03, 0xc0, 0x12, 0x34, 0x60, 0x80}, uint64(3))
	f.Fuzz(func(t *testing.T, in []byte, count uint64) {
		p, err := Parse(in, count)
		if err != nil {
			return
		}
		if again := write(p, int(in[1])); !bytes.Equal(again, in) {
			t.Fatalf("%x re-encodes as %x", in, again)
		}
		if p.Memory() > 64*len(in)+64 {
			t.Fatalf("%d bytes take %d", len(in), p.Memory())
		}
		for i := range uint64(100) { // no question panics
			x := mix(i, 0)
			p.Has(Key{[2]uint64{x, mix(x, 1)}, [2]uint64{mix(x, 2), mix(x, 3)}})
		}
		p.Has(Key{Block: [2]uint64{^uint64(0), ^uint64(0)}})
	})
}
