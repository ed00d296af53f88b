package revocation

import "math/bits"

// The adaptive coding of gaps: package doc, "Scheme 2".

const (
	mantissaBits = 3  // bits after the first one of a number that are modelled
	maxClasses   = 33 // lengths of numbers up to 2^32
)

// A chance is the probability, in 2^-16, that a decision is 0, and how much it has learnt.
type chance struct {
	zero uint16
	seen uint16
}

const leastChance = 32 // of 65536: either way

// A gapModel has the probabilities for the gaps of a set.
type gapModel struct {
	top      uint32                     // classes there are
	depth    uint32                     // decisions that choose one, at most 6
	previous uint32                     // class, or top
	limit    uint32                     // of what a chance learns
	shares   [1024]uint32               // by what it has learnt
	classes  [maxClasses + 1][64]chance // by the class before, and the digits before
	mantissa [maxClasses][64]chance     // by the class, and the digits before: the first 8 of each, in rows that decode reads like the others
}

// newGapModel returns the model for count > 0 indexes below covered, before it has seen any of them.
func newGapModel(covered, count uint64, start, limit uint16) *gapModel {
	top := bits.Len64(covered) // classes of numbers from 1 to covered
	m := &gapModel{top: uint32(top), depth: uint32(bits.Len(uint(top - 1))), previous: uint32(top), limit: uint32(limit)}
	for seen := range limit + 1 {
		m.shares[seen] = uint32((1<<32-1)/uint64(seen+2) + 1)
	}
	tail := newTail(covered, count)
	for node := 1; node < 1<<m.depth; node++ {
		depth := bits.Len(uint(node)) - 1
		width := uint(m.depth) - uint(depth)
		from := (node - 1<<depth) << width
		mid, to := from+1<<(width-1), from+1<<width
		m.classes[0][node] = chance{tail.zero(1<<from, 1<<mid, 1<<to), start}
	}
	for context := range top {
		m.classes[context+1] = m.classes[0]
	}
	for class := 1; class < top; class++ {
		for node := 1; node < 1<<min(class, mantissaBits); node++ {
			depth := bits.Len(uint(node)) - 1
			width := uint(class - depth)
			from := uint64(1)<<class + uint64(node-1<<depth)<<width
			m.mantissa[class][node] = chance{tail.zero(from, from+1<<(width-1), from+1<<width), start}
		}
	}
	return m
}

// A tail computes with the geometric law of gaps: each further step is taken with probability 1 - count/covered.
type tail struct {
	covered uint64
	powers  [33]uint64 // of that probability, to 2^i, in 2^-64
}

func newTail(covered, count uint64) *tail {
	t := &tail{covered: covered}
	if count < covered {
		t.powers[0], _ = bits.Div64(covered-count, 0, covered)
	}
	for i := 1; i < len(t.powers); i++ {
		t.powers[i], _ = bits.Mul64(t.powers[i-1], t.powers[i-1])
	}
	return t
}

// from returns the probability that a number, which is a gap and one, is at least v.
func (t *tail) from(v uint64) uint64 {
	if v > t.covered || v == 0 { // 0 stands for 2^64
		return 0
	}
	p := uint64(1<<64 - 1)
	for i, rest := 0, v-1; rest > 0; i, rest = i+1, rest>>1 {
		if rest&1 == 1 {
			p, _ = bits.Mul64(p, t.powers[i])
		}
	}
	return p
}

// zero returns the probability in 2^-16 that a number in [a, c) is in [a, b).
func (t *tail) zero(a, b, c uint64) uint16 {
	all := t.from(a) - t.from(c)
	low := t.from(a) - t.from(b)
	p := uint64(1 << 15)
	if all > 0 {
		high, rest := bits.Mul64(low, 1<<16-1)
		p, _ = bits.Div64(high, rest, all)
	}
	return uint16(min(max(p, leastChance), 1<<16-leastChance))
}

// decode reads gaps into indexes that rise from next on. It returns what follows the last one, which is above covered
// as soon as an index is. The decisions and raw bits are those of a rangeEncoder. All of it stands in one function,
// without calls and, where what is decoded cannot be foreseen, without branches: in wasm that takes less than half the time.
func (m *gapModel) decode(d *rangeDecoder, dst []uint32, next, covered uint64) (after uint64, ok bool) {
	code, size, b, at := d.code, d.size, d.b, d.at
	limit, depth, top := m.limit, m.depth, m.top
	for i := range dst {
		table, left := &m.classes[m.previous], depth
		node, class := uint32(1), uint32(0)
		for {
			for ; left > 0; left-- {
				p := &table[node%uint32(len(table))]
				zero, seen := uint64(p.zero), uint32(p.seen)
				bound := size >> 16 * zero
				is0 := uint64(int64(code-bound) >> 63) // all bits, or none: both are below 2^48
				code -= bound &^ is0
				size -= bound
				size ^= (size ^ bound) & is0
				step := (zero - leastChance) ^ (zero-leastChance^(65536-leastChance-zero))&is0
				step = step * uint64(m.shares[seen%uint32(len(m.shares))]) >> 32
				p.zero = uint16(zero - (step ^ is0) + is0) // up or down
				p.seen = uint16(seen + (seen-limit)>>31)   // up to the limit
				node = node<<1 + 1 + uint32(is0)
				for size < rangeLeast {
					size <<= 8
					code <<= 8
					if at < len(b) {
						code |= uint64(b[at])
					}
					at++
				}
			}
			if class > 0 {
				break
			}
			if class = node - 1<<depth; class >= top {
				return 0, false
			}
			m.previous = class
			node = 1
			if class == 0 {
				break
			}
			table, left = &m.mantissa[class], min(class, mantissaBits)
		}
		number := uint64(node)
		for raw := class - min(class, mantissaBits); raw > 0; {
			n := min(raw, rawBits)
			raw -= n
			size >>= n & 63
			v := code / size
			if v>>(n&63) != 0 {
				return 0, false // beyond what the encoder uses of the interval
			}
			code -= v * size
			number = number<<(n&63) | v
			for size < rangeLeast {
				size <<= 8
				code <<= 8
				if at < len(b) {
					code |= uint64(b[at])
				}
				at++
			}
		}
		next += number
		if next > covered {
			return next, true
		}
		dst[i] = uint32(next - 1)
	}
	d.code, d.size, d.at = code, size, at
	return next, true
}

func (m *gapModel) encode(e *rangeEncoder, gap uint64) {
	number := gap + 1
	class := uint32(bits.Len64(number)) - 1
	node := uint32(1)
	for i := m.depth; i > 0; i-- {
		bit := class >> (i - 1) & 1
		m.code(e, &m.classes[m.previous][node], bit)
		node = node<<1 | bit
	}
	m.previous = class
	width := uint(class)
	prefix := uint32(1)
	for range min(class, mantissaBits) {
		width--
		bit := uint32(number>>width) & 1
		m.code(e, &m.mantissa[class][prefix], bit)
		prefix = prefix<<1 | bit
	}
	e.raw(number&(1<<width-1), width)
}

// code codes a decision and learns from it: the probability moves to what was seen, by a share that falls from
// 1/(seen+2) to 1/(limit+2). Shares are 2^32 over these, rounded up: multiplying is exact for dividends below 2^16, and
// faster.
func (m *gapModel) code(e *rangeEncoder, p *chance, bit uint32) {
	e.bit(uint64(p.zero), bit)
	share := uint64(m.shares[p.seen])
	if uint32(p.seen) < m.limit {
		p.seen++
	}
	if bit == 0 {
		p.zero += uint16((65536 - leastChance - uint64(p.zero)) * share >> 32)
	} else {
		p.zero -= uint16((uint64(p.zero) - leastChance) * share >> 32)
	}
}
