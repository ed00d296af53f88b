package serial

import (
	"math/bits"

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
	for seed := range uint32(limit) {
		if !s.sys.solve(s.states, s.values, seed) {
			continue
		}
		s.columns = s.sys.columns(s.columns, rank)
		least := len(order) + 1
		if ok {
			least = len(best.wrong)
		}
		wrong = s.count(wrong[:0], rank, seed, least)
		if len(wrong) < least {
			best = solved{len(listed), seed, append([]uint64(nil), s.columns...), s.sys.words, append([]int32(nil), wrong...)}
			ok = true
		}
		if seeds == 0 {
			break
		}
	}
	return best, ok
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
	if words <= 2 {
		return s.countShort(wrong, rank, seed, least)
	}
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

// countShort is count for blocks whose rows are two words at most: there it takes nearly all the time of a search.
func (s *search) countShort(wrong []int32, rank int, seed uint32, least int) []int32 {
	var columns [filter.MaxRank][2]uint64
	for c := range rank {
		copy(columns[c][:], s.columns[c*s.sys.words:(c+1)*s.sys.words])
	}
	long := s.sys.words == 2
next:
	for i := range s.others {
		o := &s.others[i]
		// Columns end with the keys, so that what a row has behind them counts for nothing.
		first, second := filter.Word(o.state, seed, 0), uint64(0)
		if long {
			second = filter.Word(o.state, seed, 1)
		}
		value := o.value
		for c := range rank {
			sum := first&columns[c][0] ^ second&columns[c][1]
			if (uint64(bits.OnesCount64(sum))^value)&1 != 0 {
				continue next
			}
			value >>= 1
		}
		if wrong = append(wrong, o.at); len(wrong) >= least {
			break
		}
	}
	return wrong
}
