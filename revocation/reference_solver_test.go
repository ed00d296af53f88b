package revocation

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// A filter as the package doc has it, bit by bit: how it is read and asked, and the solution of its equations.

type docBlock struct {
	size, seed int
	columns    [][]byte
}

// docFilter is a filter; sizes of blocks are those of their rows.
type docFilter struct {
	rank, seedBits, free int
	levels               [2][]docBlock
}

func docReadFilter(d *docBits, n uint64) *docFilter {
	rank, seedBits, free := int(d.take(8)), int(d.take(8)), int(d.take(8))
	counts := [2]uint64{d.varint(), d.varint()}
	keys2 := d.varint()
	if d.refuse(n == 0 || rank < 1 || rank > 40 || seedBits > 12 || free > 1 || keys2 < n ||
		max(counts[0], counts[1], keys2) > 1<<32 || min(counts[0], counts[1]) == 0) {
		return nil
	}
	f := &docFilter{rank: rank, seedBits: seedBits, free: free}
	for level, sum := range [2]uint64{n, keys2} {
		m := int(sum / counts[level])
		k := 0
		for 1<<(2*k+2) <= m { // floor(log2(m)/2)
			k++
		}
		total := 0
		for i := uint64(0); i < counts[level] && !d.over; i++ {
			coded := d.unary() << k
			coded |= int(d.take(k))
			size := m + coded/2
			if coded%2 == 1 {
				size = m - (coded+1)/2
			}
			seed := 0
			if level == 0 && seedBits > 0 {
				seed = int(d.take(seedBits))
			} else {
				seed = d.unary() << 1
				seed |= int(d.take(1))
				d.refuse(seed > 8193)
			}
			most := 2048
			if level == 0 {
				most -= free
			}
			d.refuse(size < 0 || size > most)
			total += size
			f.levels[level] = append(f.levels[level], docBlock{size: size, seed: seed})
		}
		if d.refuse(uint64(total) != sum) {
			return nil
		}
		columns := rank
		if level == 1 {
			columns, free = 1, 0
		}
		for i := range f.levels[level] {
			b := &f.levels[level][i]
			b.size += free
			for range columns {
				b.columns = append(b.columns, d.row(b.size))
			}
		}
	}
	if !d.end() {
		return nil
	}
	return f
}

// own returns which block of a level a key is in: floor(choose counts / 2^64), in halves of 32 bits.
func (f *docFilter) own(level int, key [4]uint64) int {
	choose, count := key[level], uint64(len(f.levels[level]))
	return int((choose>>32*count + choose&0xffffffff*count>>32) >> 32)
}

func docRow(x uint64, seed, size int) (row []byte) {
	for i := uint64(0); len(row) < size; i++ {
		row = append(row, newDocBits(binary.BigEndian.AppendUint64(nil, docMix(x, 32*uint64(seed)+i))).bits...)
	}
	return row[:size]
}

// ask returns what the columns of a level give for a key.
func (f *docFilter) ask(level int, key [4]uint64) (out []byte) {
	b := f.levels[level][f.own(level, key)]
	row := docRow(key[2+level], b.seed, b.size)
	for _, column := range b.columns {
		out = append(out, docParity(row, column))
	}
	return out
}

func docParity(row, column []byte) (parity byte) {
	for i, bit := range column {
		parity ^= bit & row[i]
	}
	return parity
}

func (f *docFilter) has(key [4]uint64) bool { return f.passes(key) && f.ask(1, key)[0] == 1 }

// passes reports whether the first level takes a key for one that is held.
func (f *docFilter) passes(key [4]uint64) bool {
	for j, bit := range f.ask(0, key) {
		if bit != byte(key[3]>>j&1) {
			return false
		}
	}
	return true
}

// docSolve returns what all rows, of so many unknowns, give their values with, and how many unknowns are free; nil if
// nothing does. Free ones are as in prefer, or 0.
func docSolve(rows [][]byte, values []byte, unknowns int, prefer []byte) (x []byte, free int) {
	var pivots []int
	var solved [][]byte // each with its value behind it
	for i, row := range rows {
		row = append(slices.Clone(row), values[i])
		for k, other := range solved {
			if row[pivots[k]] == 1 {
				docAdd(row, other)
			}
		}
		pivot := bytes.IndexByte(row[:unknowns], 1)
		if pivot < 0 {
			if row[unknowns] == 1 {
				return nil, 0
			}
			continue
		}
		for _, other := range solved {
			if other[pivot] == 1 {
				docAdd(other, row)
			}
		}
		pivots, solved = append(pivots, pivot), append(solved, row)
	}
	if x = slices.Clone(prefer); x == nil {
		x = make([]byte, unknowns)
	}
	for k, row := range solved {
		x[pivots[k]] = 0
		x[pivots[k]] = row[unknowns] ^ docParity(row, x)
	}
	return x, unknowns - len(solved)
}

func docAdd(row, other []byte) {
	for i := range row {
		row[i] ^= other[i]
	}
}
