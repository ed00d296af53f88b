package revocation

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// rankBlock is how many bytes of a bitmap one entry of ranks speaks for.
const rankBlock = 512

// An indexSet holds the revoked indexes of a list in the smaller of two forms.
type indexSet struct {
	covered uint64
	count   uint64
	sorted  []uint32 // rising, if bitmap is nil
	bitmap  []byte   // the canonical bitstring
	ranks   []uint32 // how many indexes stand before each block of the bitmap
}

// newIndexSet returns an empty set with room for revoked indexes. They must be added in rising order.
func newIndexSet(covered, revoked uint64) *indexSet {
	s := &indexSet{covered: covered}
	if 4*revoked > covered/8 {
		size := (covered + 7) / 8
		s.bitmap = make([]byte, size)
		s.ranks = make([]uint32, 0, (size+rankBlock-1)/rankBlock)
	} else {
		s.sorted = make([]uint32, 0, revoked)
	}
	return s
}

func (s *indexSet) add(i uint32) {
	if s.bitmap == nil {
		s.sorted = append(s.sorted, i)
	} else {
		for uint64(len(s.ranks)) <= uint64(i)/(8*rankBlock) {
			s.ranks = append(s.ranks, uint32(s.count))
		}
		s.bitmap[i/8] |= 1 << (i % 8)
	}
	s.count++
}

// rank reports whether i is in the set, and how many indexes stand before it if so.
func (s *indexSet) rank(i uint64) (rank uint64, ok bool) {
	if i >= s.covered {
		return 0, false
	}
	if s.bitmap == nil {
		n, ok := slices.BinarySearch(s.sorted, uint32(i))
		return uint64(n), ok
	}
	if s.bitmap[i/8]>>(i%8)&1 == 0 {
		return 0, false
	}
	block := i / (8 * rankBlock)
	rank = uint64(s.ranks[block])
	b := s.bitmap[block*rankBlock : i/8]
	for ; len(b) >= 8; b = b[8:] {
		rank += uint64(bits.OnesCount64(binary.LittleEndian.Uint64(b)))
	}
	for _, c := range b {
		rank += uint64(bits.OnesCount8(c))
	}
	return rank + uint64(bits.OnesCount8(s.bitmap[i/8]&(1<<(i%8)-1))), true
}

// indexes returns the set as a new slice.
func (s *indexSet) indexes() []uint32 {
	if s.bitmap == nil {
		return slices.Clone(s.sorted)
	}
	all := make([]uint32, 0, s.count)
	for at, c := range s.bitmap {
		for ; c != 0; c &= c - 1 {
			all = append(all, uint32(at*8+bits.TrailingZeros8(c)))
		}
	}
	return all
}
