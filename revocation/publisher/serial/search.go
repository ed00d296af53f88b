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

// first solves a block of the first level, which has free unknowns more than keys. seeds is how many are tried; 0: the first that
// solves it.
func (s *search) first(listed, others []filter.Key, order []int32, rank, seeds, free int) (best solved, ok bool) {
	s.states, s.values = s.states[:0], s.values[:0]
	for _, k := range listed {
		s.states = append(s.states, k.Row[0])
		s.values = append(s.values, k.Row[1]&(1<<rank-1))
	}
	s.gather(others, order, rank)
	unknowns := len(listed) + free
	if seeds > 0 && unknowns <= maxShort {
		return s.firstShort(unknowns, rank, seeds)
	}
	limit := seeds
	if limit == 0 {
		limit = maxTries
	}
	var wrong []int32
	least := len(order) + 1
	for seed := range uint32(limit) {
		if !s.sys.solve(s.states, s.values, seed, unknowns) {
			continue
		}
		s.columns = s.sys.columns(s.columns, rank)
		if wrong = s.count(wrong[:0], rank, seed, least); len(wrong) < least {
			best = solved{len(listed), seed, slices.Clone(s.columns), s.sys.words, slices.Clone(wrong)}
			ok, least = true, len(wrong)
		}
		if seeds == 0 {
			break
		}
	}
	return best, ok
}

// firstShort is first for blocks of few unknowns.
func (s *search) firstShort(unknowns, rank, seeds int) (best solved, ok bool) {
	least, choice := 0, uint64(0)
	best.keys, best.words = len(s.states), (unknowns+63)/64
	for seed := range uint32(seeds) {
		if !s.short.solve(s.states, s.values, seed, unknowns) {
			continue
		}
		s.short.tabulate(unknowns)
		if c, wrong := s.short.weigh(s.others, seed, unknowns, rank); !ok || wrong < least {
			best.seed, choice, least, ok = seed, c, wrong, true
		}
	}
	if !ok {
		return best, false
	}
	s.short.solve(s.states, s.values, best.seed, unknowns)
	s.short.choose(choice, unknowns)
	s.short.tabulate(unknowns)
	for _, o := range s.others {
		if s.short.sum(o.state, best.seed, unknowns) == o.value {
			best.wrong = append(best.wrong, o.at)
		}
	}
	best.columns = make([]uint64, rank*best.words)
	for i, v := range s.short.known[:unknowns] {
		for c := range rank {
			best.columns[c*best.words+i/64] |= v >> c & 1 << (63 - i%64)
		}
	}
	return best, true
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
