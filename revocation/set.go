package revocation

import (
	"encoding/binary"
	"math/bits"
)

// rankBlock is how many bytes of a bitmap one entry of ranks speaks for.
const rankBlock = 512

// An indexSet is a set of indexes below covered. It holds those that are in it or, if these are more than half, those that
// are not, in the smaller of two forms.
type indexSet struct {
	covered  uint64
	count    uint64 // in the set
	inverted bool
	held     uint64
	sorted   []uint32 // rising, if bitmap is nil
	bitmap   []byte
	ranks    []uint32 // how many held indexes stand before each block of the bitmap
}

// newIndexSet returns a set that will have count indexes, once [coded] have been added in rising order.
func newIndexSet(covered, count uint64) *indexSet {
	numbers, inverted := coded(covered, count)
	s := &indexSet{covered: covered, count: count, inverted: inverted}
	if 4*numbers > covered/8 {
		size := (covered + 7) / 8
		s.bitmap = make([]byte, size)
		s.ranks = make([]uint32, 0, (size+rankBlock-1)/rankBlock)
	} else {
		s.sorted = make([]uint32, 0, numbers)
	}
	return s
}

// chunk returns where to put the next indexes of the wanted: in place, or in buffer if there is a bitmap.
func (s *indexSet) chunk(buffer []uint32, wanted uint64) []uint32 {
	size := int(min(wanted, uint64(len(buffer))))
	if s.bitmap != nil {
		return buffer[:size]
	}
	held := len(s.sorted)
	s.sorted = s.sorted[:held+size]
	return s.sorted[held:]
}

// hold adds the next indexes, which stand behind s.sorted already unless there is a bitmap.
func (s *indexSet) hold(next []uint32) {
	if s.bitmap == nil {
		s.held += uint64(len(next))
		return
	}
	for _, i := range next {
		s.add(i)
	}
}

func (s *indexSet) add(i uint32) {
	if s.bitmap == nil {
		s.sorted = append(s.sorted, i)
	} else {
		for uint64(len(s.ranks)) <= uint64(i)/(8*rankBlock) {
			s.ranks = append(s.ranks, uint32(s.held))
		}
		s.bitmap[i/8] |= 1 << (i % 8)
	}
	s.held++
}

// rank reports whether i is in the set, and how many indexes stand before it if so.
func (s *indexSet) rank(i uint64) (rank uint64, ok bool) {
	if i >= s.covered {
		return 0, false
	}
	before, held := s.before(i)
	if s.inverted {
		return i - before, !held
	}
	return before, held
}

// before reports whether i < covered is held, and how many held indexes stand before it.
func (s *indexSet) before(i uint64) (before uint64, held bool) {
	if s.bitmap == nil {
		// A binary search that starts where the index would be if all were evenly spread: in wasm that is twice as fast.
		low, high := 0, len(s.sorted)
		if high > 64 {
			guess := int(i * uint64(high) / s.covered) // both below 2^32
			for step := 32; low < high; step *= 4 {
				if s.sorted[guess] < uint32(i) {
					low = guess + 1
					if guess += step; guess >= high {
						break
					}
				} else {
					high = guess
					if guess -= step; guess < low {
						break
					}
				}
			}
		}
		for low < high {
			mid := int(uint(low+high) / 2)
			if s.sorted[mid] < uint32(i) {
				low = mid + 1
			} else {
				high = mid
			}
		}
		return uint64(low), low < len(s.sorted) && s.sorted[low] == uint32(i)
	}
	held = s.bitmap[i/8]>>(i%8)&1 == 1
	block := i / (8 * rankBlock)
	if block >= uint64(len(s.ranks)) {
		return s.held, false // behind the last one held
	}
	before = uint64(s.ranks[block])
	b := s.bitmap[block*rankBlock : i/8]
	for ; len(b) >= 8; b = b[8:] {
		before += uint64(bits.OnesCount64(binary.LittleEndian.Uint64(b)))
	}
	for _, c := range b {
		before += uint64(bits.OnesCount8(c))
	}
	return before + uint64(bits.OnesCount8(s.bitmap[i/8]&(1<<(i%8)-1))), held
}

// stored returns the indexes that are held; the caller must not change them.
func (s *indexSet) stored() []uint32 {
	if s.bitmap == nil {
		return s.sorted
	}
	all := make([]uint32, 0, s.held)
	for at, c := range s.bitmap {
		for ; c != 0; c &= c - 1 {
			all = append(all, uint32(at*8+bits.TrailingZeros8(c)))
		}
	}
	return all
}

// indexes returns the indexes in the set; the caller must not change them.
func (s *indexSet) indexes() []uint32 {
	held := s.stored()
	if !s.inverted {
		return held
	}
	all := make([]uint32, 0, s.count)
	next := uint64(0)
	for _, i := range held {
		for ; next < uint64(i); next++ {
			all = append(all, uint32(next))
		}
		next++
	}
	for ; next < s.covered; next++ {
		all = append(all, uint32(next))
	}
	return all
}
