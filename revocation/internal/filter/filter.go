package filter

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// ErrFormat reports bytes that are not the one encoding of a filter.
var ErrFormat = errors.New("filter: malformed")

// Bounds of a filter.
const (
	MaxKeys     = 2048 // unknowns of a block
	MaxRank     = 40
	MaxSeedBits = 12
)

// A Block is one system of linear equations over two elements. It has as many unknowns as keys, or one more, and a
// column of them for each bit of the value.
type Block struct {
	Start uint32 // how many keys stand in the blocks before
	Seed  uint32
}

// A level has the blocks and, in the filter's bits, their solutions.
type level struct {
	blocks []Block // and one more that ends the last
	rank   int     // columns
	free   uint64  // unknowns of a block beside one for each key
	at     uint64  // where the first column begins
}

// A Filter holds a set of keys within a universe. About keys outside of it, it says anything.
type Filter struct {
	levels [2]level
	data   []byte // the filter, and padding for reads of whole words
}

// Parse reads a filter of count keys. It retains a copy of b.
func Parse(b []byte, count uint64) (*Filter, error) {
	in := reader{b: b, ok: true}
	rank, seedBits, free := in.bits(8), uint(in.bits(8)), in.bits(8)
	n1, n2, count2 := in.number(), in.number(), in.number()
	size := uint64(len(b)) * 8
	if !in.ok || rank < 1 || rank > MaxRank || seedBits > MaxSeedBits || free > 1 || n1 == 0 || n2 == 0 ||
		n1 > size || n2 > size || count > size/rank || count2 < count || count2 > size || size > 1<<33 {
		return nil, ErrFormat
	}
	f := &Filter{}
	f.levels[0] = in.level(n1, count, seedBits, rank, free)
	f.levels[1] = in.level(n2, count2, 0, 1, 0)
	if !in.finished() {
		return nil, ErrFormat
	}
	f.data = append(make([]byte, 0, len(b)+9), b...)[:len(b)+9]
	return f, nil
}

// Memory returns how many bytes the filter keeps.
func (f *Filter) Memory() int {
	return len(f.data) + 8*(len(f.levels[0].blocks)+len(f.levels[1].blocks))
}

// Has reports whether a key of the universe is in the set.
func (f *Filter) Has(k Key) bool {
	for column := range f.levels[0].rank {
		if f.value(k, 0, column) != k.Row[1]>>column&1 {
			return false
		}
	}
	return f.value(k, 1, 0) == 1
}

// value returns a bit of the value that a level has for a key.
func (f *Filter) value(k Key, n, column int) uint64 {
	l := &f.levels[n]
	i := BlockOf(k, n, len(l.blocks)-1)
	b := l.blocks[i]
	keys := int(l.blocks[i+1].Start-b.Start) + int(l.free)
	at := l.at + (uint64(b.Start)+uint64(i)*l.free)*uint64(l.rank) + uint64(column*keys)
	sum := uint64(0)
	for word := 0; keys > 0; word++ {
		row := Word(k.Row[n], b.Seed, word)
		if keys < 64 {
			row &^= ^uint64(0) >> keys
		}
		sum ^= row & f.word(at)
		at += 64
		keys -= 64
	}
	return uint64(bits.OnesCount64(sum) & 1)
}

// word returns the 64 bits from bit at on.
func (f *Filter) word(at uint64) uint64 {
	b := f.data[at/8 : at/8+9]
	return binary.BigEndian.Uint64(b)<<(at%8) | uint64(b[8])>>(8-at%8)
}
