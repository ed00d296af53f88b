package filter

import "math/bits"

// A reader takes bits off bytes, from the most significant of each. After the first that is not there, ok is false.
type reader struct {
	b  []byte
	at uint64 // bits taken
	ok bool
}

// bits reads n <= 62 bits.
func (r *reader) bits(n uint) (v uint64) {
	if r.at+uint64(n) > uint64(len(r.b))*8 {
		r.ok = false
		return 0
	}
	for range n {
		v = v<<1 | uint64(r.b[r.at/8]>>(7-r.at%8)&1)
		r.at++
	}
	return v
}

func (r *reader) skip(n uint64) {
	if n > uint64(len(r.b))*8-r.at {
		r.ok = false
		return
	}
	r.at += n
}

// number reads a varint as in the rest of the format, at most 2^32.
func (r *reader) number() uint64 {
	log := r.bits(2)
	v := r.bits(8<<log - 2)
	if v > 1<<32 || log > 0 && v>>(8<<(log-1)-2) == 0 {
		r.ok = false
	}
	return v
}

// rice reads a number in unary above k bits. It is below 2^20.
func (r *reader) rice(k uint) uint64 {
	q := uint64(0)
	for r.ok && r.bits(1) == 0 {
		if q++; q > 1<<12 {
			r.ok = false
		}
	}
	return q<<k | r.bits(k)
}

// level reads n blocks that have count keys together, and their columns of free bits more. A seed has so many bits; 0: it is a Rice
// code.
func (r *reader) level(n, count uint64, seedBits uint, rank, free uint64) (l level) {
	mean := count / n
	k := RiceWidth(mean)
	// Each block takes a bit and k more.
	if !r.ok || n > uint64(len(r.b))*8/uint64(k+1) {
		r.ok = false
		return level{}
	}
	l.rank, l.free = int(rank), free
	l.blocks = make([]Block, 0, n+1)
	start := uint64(0)
	for range n {
		v := r.rice(k)
		keys := int64(mean) + int64(v>>1^-(v&1))
		b := Block{Start: uint32(start)}
		if seedBits > 0 {
			b.Seed = uint32(r.bits(seedBits))
		} else {
			b.Seed = uint32(r.rice(1))
		}
		if !r.ok || keys < 0 || keys > MaxKeys-int64(free) {
			r.ok = false
			return level{}
		}
		l.blocks = append(l.blocks, b)
		start += uint64(keys)
	}
	if start != count {
		r.ok = false
		return level{}
	}
	l.blocks = append(l.blocks, Block{Start: uint32(start)})
	l.at = r.at
	r.skip((count + n*free) * rank)
	return l
}

// RiceWidth returns the parameter for the sizes of blocks of so many keys in the mean: half their logarithm.
func RiceWidth(mean uint64) uint {
	if mean == 0 {
		return 0
	}
	return uint(bits.Len64(mean)-1) / 2
}

// finished reports whether nothing is left but zero bits that fill the last byte.
func (r *reader) finished() bool {
	left := uint64(len(r.b))*8 - r.at
	return r.ok && left < 8 && r.bits(uint(left)) == 0
}
