package serial

import (
	"math/bits"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// A system is the equations of one block, in rows of words, reduced as they come in.
type system struct {
	keys  int // unknowns
	words int
	rows  []uint64 // a row for each unknown; row i, if there is one, has its first bit at i
	value []uint64 // the right sides
	has   []bool
	row   []uint64
	known []uint64 // the solution: a value for each unknown
}

func newSystem() *system { return &system{} }

// solve solves the equations of these keys, with values, under a seed. It reports whether there is a solution.
func (s *system) solve(states, values []uint64, seed uint32, unknowns int) bool {
	s.reset(unknowns)
	for i, state := range states {
		filter.Row(s.row, state, seed, s.keys)
		if !s.insert(values[i]) {
			return false
		}
	}
	// Unknowns that no equation begins with are zero.
	for i := s.keys - 1; i >= 0; i-- {
		s.known[i] = 0
		if !s.has[i] {
			continue
		}
		v := s.value[i]
		row := s.rows[i*s.words : (i+1)*s.words]
		for w := i / 64; w < s.words; w++ {
			rest := row[w]
			if w == i/64 {
				rest &= ^uint64(0) >> (i % 64) >> 1
			}
			for rest != 0 {
				n := bits.LeadingZeros64(rest)
				v ^= s.known[64*w+n]
				rest &^= 1 << (63 - n)
			}
		}
		s.known[i] = v
	}
	return true
}

func (s *system) reset(keys int) {
	s.keys, s.words = keys, (keys+63)/64
	s.rows = grow(s.rows, keys*s.words)
	s.value = grow(s.value, keys)
	s.known = grow(s.known, keys)
	s.row = grow(s.row, s.words)
	s.has = grow(s.has, keys)
	clear(s.has)
}

// insert reduces s.row by the rows that are there and adds what is left.
func (s *system) insert(value uint64) bool {
	for w := 0; w < s.words; w++ {
		for s.row[w] != 0 {
			i := 64*w + bits.LeadingZeros64(s.row[w])
			at := s.rows[i*s.words : (i+1)*s.words]
			if !s.has[i] {
				copy(at, s.row)
				s.has[i], s.value[i] = true, value
				return true
			}
			value ^= s.value[i]
			for v := w; v < s.words; v++ {
				s.row[v] ^= at[v]
			}
		}
	}
	return value == 0 // a sum of others: either it agrees or nothing does
}

// columns returns the solution bit by bit: for each bit of the value the words of a column.
func (s *system) columns(dst []uint64, rank int) []uint64 {
	dst = grow(dst, rank*s.words)
	clear(dst)
	for i, v := range s.known {
		for c := range rank {
			dst[c*s.words+i/64] |= v >> c & 1 << (63 - i%64)
		}
	}
	return dst
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
