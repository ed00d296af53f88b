package serial

import (
	"math/bits"
	"slices"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// A solved block, ready to be written.
type solved struct {
	keys    int
	seed    uint32
	columns []uint64
	words   int
	wrong   []int32 // positions, among the others, of those the first level takes for listed
}

// A search finds the seed of a block at which the fewest others are taken for listed.
type search struct {
	sys     *system
	short   *short
	columns []uint64
	row     []uint64
	states  []uint64
	values  []uint64
	others  []other
}

// An other is a key of the block that is not listed.
type other struct {
	state, value uint64 // of its row; its fingerprint
	at           int32
}

// first solves a block of the first level. seeds is how many are tried; 0: the first that solves it.
func (s *search) first(listed, others []filter.Key, order []int32, rank, seeds int) (best solved, ok bool) {
	s.states, s.values = s.states[:0], s.values[:0]
	for _, k := range listed {
		s.states = append(s.states, k.Row[0])
		s.values = append(s.values, k.Row[1]&(1<<rank-1))
	}
	s.gather(others, order, rank)
	limit := seeds
	if limit == 0 {
		limit = maxTries
	}
	var wrong []int32
	least := len(order) + 1
	for seed := range uint32(limit) {
		solvable, fewer := false, false
		if wrong, solvable, fewer = s.try(wrong[:0], rank, seed, least); !solvable {
			continue
		}
		if fewer {
			best = solved{len(listed), seed, slices.Clone(s.columns), (len(listed) + 63) / 64, slices.Clone(wrong)}
			ok, least = true, len(wrong)
		}
		if seeds == 0 {
			break
		}
	}
	return best, ok
}

// try solves the block under a seed, into columns if fewer than least of the others are wrong, and returns which.
func (s *search) try(wrong []int32, rank int, seed uint32, least int) (_ []int32, solvable, fewer bool) {
	if len(s.states) > maxShort {
		if !s.sys.solve(s.states, s.values, seed) {
			return wrong, false, false
		}
		s.columns = s.sys.columns(s.columns, rank)
		wrong = s.count(wrong, rank, seed, least)
		return wrong, true, len(wrong) < least
	}
	if !s.short.solve(s.states, s.values, seed, rank) {
		return wrong, false, false
	}
	if wrong, fewer = s.short.count(wrong, s.others, len(s.states) > 64, rank, seed, least); fewer {
		s.columns = s.columns[:0]
		for c := range rank {
			s.columns = append(s.columns, s.short.columns[c][:(len(s.states)+63)/64]...)
		}
	}
	return wrong, true, fewer
}

// gather copies what the search looks at, from all over memory, to one place.
func (s *search) gather(others []filter.Key, order []int32, rank int) {
	s.others = s.others[:0]
	for _, at := range order {
		k := &others[at]
		s.others = append(s.others, other{k.Row[0], k.Row[1] & (1<<rank - 1), at})
	}
}

// count returns which of the others have their own fingerprint for a value; it gives up at least of them.
func (s *search) count(wrong []int32, rank int, seed uint32, least int) []int32 {
	words, keys := s.sys.words, s.sys.keys
	s.row = grow(s.row, words)
next:
	for i := range s.others {
		o := &s.others[i]
		filter.Row(s.row, o.state, seed, keys)
		for c := range rank {
			sum := uint64(0)
			for w, r := range s.row {
				sum ^= r & s.columns[c*words+w]
			}
			if (uint64(bits.OnesCount64(sum))^o.value>>c)&1 != 0 {
				continue next
			}
		}
		if wrong = append(wrong, o.at); len(wrong) >= least {
			break
		}
	}
	return wrong
}
