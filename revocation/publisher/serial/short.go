package serial

import (
	"math/bits"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// maxShort is up to how many keys a row is two words: blocks of a search are, and it takes nearly all the time of a build.
const maxShort = 128

// A short is what system is for blocks of at most maxShort keys. It finds the same solutions.
type short struct {
	rows    [maxShort]equation
	first   [maxShort]int // the unknown that a row begins with
	columns [filter.MaxRank][2]uint64
	left    [portion]survivor
}

type equation struct{ a, b, value uint64 }

// solve solves the equations of these keys, with values of rank bits, under a seed. It reports whether there is a solution.
func (s *short) solve(states, values []uint64, seed uint32, rank int) bool {
	keys := len(states)
	var keep [2]uint64 // the part of a row that counts
	for i := range keys {
		keep[i/64] |= 1 << (63 - i%64)
	}
	for i, state := range states {
		s.rows[i] = equation{filter.Word(state, seed, 0) & keep[0], 0, values[i]}
		if keys > 64 {
			s.rows[i].b = filter.Word(state, seed, 1) & keep[1]
		}
	}
	rows := s.rows[:keys]
	n := 0
	for unknown := range keys {
		a, b := uint64(1)<<63>>unknown, uint64(0)
		if unknown >= 64 {
			a, b = 0, 1<<63>>(unknown-64)
		}
		at := n
		for at < keys && rows[at].a&a|rows[at].b&b == 0 {
			at++
		}
		if at == keys {
			continue // no equation begins with it: it is zero
		}
		rows[n], rows[at] = rows[at], rows[n]
		p := rows[n]
		s.first[n] = unknown
		n++
		shift := 63 - uint(unknown)%64
		for i := n; i < keys; i++ { // without a branch: half of the rows have the unknown
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
	for c := range rank {
		var known [2]uint64
		for i := n - 1; i >= 0; i-- {
			r := &rows[i]
			bit := (r.value>>c ^ uint64(bits.OnesCount64(r.a&known[0]^r.b&known[1]))) & 1
			known[s.first[i]/64] |= bit << (63 - s.first[i]%64)
		}
		s.columns[c] = known
	}
	return true
}

// portion is how many others are looked at before it is seen whether the seed can still be the best.
const portion = 256

// A survivor is an other whose first two bits are its own fingerprint's, and its row.
type survivor struct {
	first, second uint64
	other         *other
}

// count returns which of the others have their own fingerprint for a value, and whether they are fewer than least: it gives up
// where that will not be. Two columns are looked at without a branch, since no processor guesses how they turn out; a fourth of
// the others are left for the rest.
func (s *short) count(wrong []int32, others []other, long bool, rank int, seed uint32, least int) ([]int32, bool) {
	for from := 0; from < len(others); from += portion {
		if hopeless(len(wrong), least, (64*from+len(others)-1)/len(others)) {
			return wrong, false
		}
		some := others[from:min(from+portion, len(others))]
		n := 0
		for i := range some {
			o := &some[i]
			// Columns end with the keys, so that what a row has behind them counts for nothing.
			first, second := filter.Word(o.state, seed, 0), uint64(0)
			if long {
				second = filter.Word(o.state, seed, 1)
			}
			zero := uint64(bits.OnesCount64(first&s.columns[0][0] ^ second&s.columns[0][1]))
			one := uint64(bits.OnesCount64(first&s.columns[1][0] ^ second&s.columns[1][1]))
			differ := (zero ^ o.value) | (one ^ o.value>>1)
			s.left[n%portion] = survivor{first, second, o}
			n += int(^differ & 1)
		}
	next:
		for i := range s.left[:n] {
			l := &s.left[i]
			for c := 2; c < rank; c++ {
				sum := uint64(bits.OnesCount64(l.first&s.columns[c][0] ^ l.second&s.columns[c][1]))
				if (sum^l.other.value>>c)&1 != 0 {
					continue next
				}
			}
			if wrong = append(wrong, l.other.at); len(wrong) >= least {
				return wrong, false
			}
		}
	}
	return wrong, len(wrong) < least
}

// hopeless reports whether a seed with so many wrong, after so many 64ths of the others, is two standard deviations off from
// having fewer than least in the end. In whole numbers, so that every machine searches alike.
func hopeless(wrong, least, part int) bool {
	over := 64*wrong - least*part
	return least < 1<<20 && over > 0 && over*over > 4*least*part*(64-part)
}
