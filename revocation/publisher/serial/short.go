package serial

import (
	"math/bits"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

const (
	// maxShort is up to how many unknowns a row is two words: nearly all blocks of a search are, and it takes nearly all the
	// time of a build.
	maxShort = 128
	// maxChosen is for how many columns the kernel is added or not as the count of the wrong says.
	maxChosen = 10
	// inKernel marks, beside the columns of an unknown, that it is in the kernel.
	inKernel = filter.MaxRank
)

// A short searches the seed of a block of few keys. A block has one unknown more than keys, hence a vector, the kernel, that can be
// added to any column and leaves the listed keys as they are. Of the others, those whose row is odd with the kernel come out
// wrong for one choice of columns to add it to: one pass counts, for all choices, how many are wrong.
type short struct {
	rows   [maxShort]equation
	first  [maxShort]int // the unknown that a row begins with
	known  [maxShort]uint64
	table  [maxShort / 8][256]uint64 // sums of known for each value of a byte of a row
	counts [2 << maxChosen]int32
}

type equation struct{ a, b, value uint64 }

// solve solves the equations of these keys, with values, under a seed, into known. It reports whether there is a solution.
func (s *short) solve(states, values []uint64, seed uint32, unknowns int) bool {
	var keep [2]uint64 // the part of a row that counts
	for i := range unknowns {
		keep[i/64] |= 1 << (63 - i%64)
	}
	for i, state := range states {
		s.rows[i] = equation{filter.Word(state, seed, 0) & keep[0], 0, values[i]}
		if unknowns > 64 {
			s.rows[i].b = filter.Word(state, seed, 1) & keep[1]
		}
	}
	rows := s.rows[:len(states)]
	n := 0
	clear(s.known[:])
	for unknown := range unknowns {
		a, b := uint64(1)<<63>>unknown, uint64(0)
		if unknown >= 64 {
			a, b = 0, 1<<63>>(unknown-64)
		}
		at := n
		for at < len(rows) && rows[at].a&a|rows[at].b&b == 0 {
			at++
		}
		if at == len(rows) { // no equation begins with it: it is zero, and the last such one leads to the kernel
			for i := range unknown {
				s.known[i] = 0
			}
			s.known[unknown] = 1 << inKernel
			continue
		}
		rows[n], rows[at] = rows[at], rows[n]
		p := rows[n]
		s.first[n] = unknown
		n++
		shift := 63 - uint(unknown)%64
		for i := n; i < len(rows); i++ { // without a branch: half of the rows have the unknown
			r := &rows[i]
			mask := -((r.a&a | r.b&b) >> shift)
			r.a ^= p.a & mask
			r.b ^= p.b & mask
			r.value ^= p.value & mask
		}
	}
	for _, r := range rows[n:] {
		if r.value != 0 {
			return false // a sum of others, and not of their values
		}
	}
	for i := n - 1; i >= 0; i-- {
		r := rows[i]
		v := r.value
		for ; r.a != 0; r.a &= r.a - 1 {
			v ^= s.known[63-bits.TrailingZeros64(r.a)]
		}
		for ; r.b != 0; r.b &= r.b - 1 {
			v ^= s.known[127-bits.TrailingZeros64(r.b)]
		}
		s.known[s.first[i]] = v
	}
	return true
}

// tabulate prepares sum.
func (s *short) tabulate(unknowns int) {
	for at := range max(8, (unknowns+7)/8) {
		t := &s.table[at]
		for v := 1; v < 256; v++ {
			t[v] = t[v&(v-1)] ^ s.known[8*at+7-bits.TrailingZeros8(uint8(v))]
		}
	}
}

// sum returns the columns that a key has in the block, and whether its row is odd with the kernel.
func (s *short) sum(state uint64, seed uint32, unknowns int) (v uint64) {
	w := filter.Word(state, seed, 0)
	v = s.table[0][w>>56] ^ s.table[1][w>>48&255] ^ s.table[2][w>>40&255] ^ s.table[3][w>>32&255] ^
		s.table[4][w>>24&255] ^ s.table[5][w>>16&255] ^ s.table[6][w>>8&255] ^ s.table[7][w&255]
	if unknowns > 64 {
		w = filter.Word(state, seed, 1)
		for at := 8; at < (unknowns+7)/8; at++ {
			v ^= s.table[at&15][w>>56]
			w <<= 8
		}
	}
	return v
}

// weigh returns the columns to add the kernel to so that the fewest of the others are wrong, and how many are.
func (s *short) weigh(others []other, seed uint32, unknowns, rank int) (choice uint64, wrong int) {
	counts := s.counts[:2<<min(rank, maxChosen)]
	clear(counts)
	for i := range others {
		o := &others[i]
		v := s.sum(o.state, seed, unknowns)
		// What is wrong with the kernel in these columns; without it in any, if the row is even with it.
		if at := (v^o.value)&(1<<inKernel-1)<<1 | v>>inKernel; at < uint64(len(counts)) {
			counts[at]++
		}
	}
	best := 0
	for at := range len(counts) / 2 {
		if counts[2*at+1] < counts[2*best+1] {
			best = at
		}
	}
	return uint64(best), int(counts[0] + counts[2*best+1])
}

// choose adds the kernel to columns.
func (s *short) choose(choice uint64, unknowns int) {
	for i := range unknowns {
		s.known[i] ^= choice & -(s.known[i] >> inKernel)
		s.known[i] &= 1<<inKernel - 1
	}
}
