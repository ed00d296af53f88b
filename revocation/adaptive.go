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

// learn moves the probability to what was seen, by a share that falls from 1/(seen+2) to 1/(limit+2). shares has 2^32 over these,
// rounded up: multiplying is exact for dividends below 2^16, and faster.
func (c *chance) learn(bit uint32, shares []uint32) {
	share := uint64(shares[c.seen])
	if int(c.seen) < len(shares)-1 {
		c.seen++
	}
	if bit == 0 {
		c.zero += uint16((65536 - leastChance - uint64(c.zero)) * share >> 32)
	} else {
		c.zero -= uint16((uint64(c.zero) - leastChance) * share >> 32)
	}
}

// A gapModel has the probabilities for the gaps of a set.
type gapModel struct {
	depth    int // decisions that choose the class of a number
	shares   []uint32
	classes  []chance
	mantissa [maxClasses][1 << mantissaBits]chance
	previous int // class
}

// newGapModel returns the model for count > 0 indexes below covered, before it has seen any of them.
func newGapModel(covered, count uint64, start, limit uint16) *gapModel {
	top := bits.Len64(covered) // classes of numbers from 1 to covered
	m := &gapModel{depth: bits.Len(uint(top - 1)), shares: make([]uint32, limit+1)}
	for seen := range m.shares {
		m.shares[seen] = uint32((1<<32-1)/uint64(seen+2) + 1)
	}
	tail := newTail(covered, count)
	classes := make([]chance, 1<<m.depth)
	for node := 1; node < len(classes); node++ {
		depth := bits.Len(uint(node)) - 1
		width := uint(m.depth - depth)
		from := (node - 1<<depth) << width
		mid, to := from+1<<(width-1), from+1<<width
		classes[node] = chance{tail.zero(1<<from, 1<<mid, 1<<to), start}
	}
	m.classes = make([]chance, (top+1)<<m.depth)
	for context := range top + 1 {
		copy(m.classes[context<<m.depth:], classes)
	}
	for class := 1; class < top; class++ {
		for node := 1; node < 1<<min(class, mantissaBits); node++ {
			depth := bits.Len(uint(node)) - 1
			width := uint(class - depth)
			from := uint64(1)<<class + uint64(node-1<<depth)<<width
			m.mantissa[class][node] = chance{tail.zero(from, from+1<<(width-1), from+1<<width), start}
		}
	}
	m.previous = top
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

// decode reads one gap. The decisions are those of rangeEncoder.bit; all of them stand in this one loop, in registers,
// since calls are dear in wasm.
func (m *gapModel) decode(d *rangeDecoder) (gap uint64, ok bool) {
	code, size, rest := d.code, d.size, d.b
	shares := m.shares
	table := m.classes[m.previous<<m.depth:]
	left, class := m.depth, 0
	node := uint32(1)
	for {
		for ; left > 0; left-- {
			p := &table[node]
			zero := uint64(p.zero)
			share := uint64(shares[p.seen])
			if int(p.seen) < len(shares)-1 {
				p.seen++
			}
			node <<= 1
			if bound := size >> 16 * zero; code < bound {
				size = bound
				p.zero = uint16(zero + (65536-leastChance-zero)*share>>32)
			} else {
				code -= bound
				size -= bound
				p.zero = uint16(zero - (zero-leastChance)*share>>32)
				node |= 1
			}
			for size < rangeLeast {
				size <<= 8
				code <<= 8
				if len(rest) > 0 {
					code |= uint64(rest[0])
					rest = rest[1:]
				} else {
					d.added++
				}
			}
		}
		if class > 0 {
			break
		}
		if class = int(node) - 1<<m.depth; class >= len(m.classes)>>m.depth-1 {
			return 0, false
		}
		m.previous = class
		node = 1
		if class == 0 {
			break
		}
		table, left = m.mantissa[class][:], min(class, mantissaBits)
	}
	d.code, d.size, d.b = code, size, rest
	width := uint(class - min(class, mantissaBits))
	number := uint64(node)
	if width > 0 {
		low, ok := d.raw(width)
		if !ok {
			return 0, false
		}
		number = number<<width | low
	}
	return number - 1, true
}

func (m *gapModel) encode(e *rangeEncoder, gap uint64) {
	number := gap + 1
	class := bits.Len64(number) - 1
	classes := m.classes[m.previous<<m.depth:]
	node := uint32(1)
	for i := m.depth - 1; i >= 0; i-- {
		bit := uint32(class) >> i & 1
		e.bit(&classes[node], m.shares, bit)
		node = node<<1 | bit
	}
	m.previous = class
	modelled := min(class, mantissaBits)
	width := uint(class)
	prefix := uint32(1)
	for range modelled {
		width--
		bit := uint32(number>>width) & 1
		e.bit(&m.mantissa[class][prefix], m.shares, bit)
		prefix = prefix<<1 | bit
	}
	e.raw(number&(1<<width-1), width)
}
