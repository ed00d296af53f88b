package revocation

// The range coder of the adaptive coding: package doc, "Range coder". An interval [low, low+size) of numbers is narrowed by
// each decision; the coding is the shortest number in the last one.

const (
	rangeBytes = 6       // of the number that are looked at
	rangeLeast = 1 << 40 // the interval is never smaller
)

// A rangeDecoder finds the decisions that lead to a number.
type rangeDecoder struct {
	b     []byte // what was not looked at yet
	code  uint64 // the number, less the start of the interval
	size  uint64 // of the interval
	added int    // zero bytes taken after the end of b
	last  byte   // of the number
	empty bool   // the number is zero
}

func newRangeDecoder(b []byte) rangeDecoder {
	d := rangeDecoder{b: b, size: 1 << (8 * rangeBytes), empty: len(b) == 0}
	if len(b) > 0 {
		d.last = b[len(b)-1]
	}
	for range rangeBytes {
		d.next()
	}
	return d
}

func (d *rangeDecoder) next() {
	d.code <<= 8
	if len(d.b) == 0 {
		d.added++
		return
	}
	d.code |= uint64(d.b[0])
	d.b = d.b[1:]
}

// raw decodes width <= 32 bits of which nothing is known.
func (d *rangeDecoder) raw(width uint) (v uint64, ok bool) {
	for width > 0 {
		n := min(width, 16)
		width -= n
		d.size >>= n
		bits := d.code / d.size
		if bits>>n != 0 {
			return 0, false // beyond what the encoder uses of the interval
		}
		d.code -= bits * d.size
		v = v<<n | bits
		for d.size < rangeLeast {
			d.size <<= 8
			d.next()
		}
	}
	return v, true
}

// finished reports whether the number is the shortest in the interval and, of those, the least.
func (d *rangeDecoder) finished() bool {
	if len(d.b) > 0 {
		return false // the interval is large enough to have a shorter one
	}
	if d.empty {
		return true // zero
	}
	if d.last == 0 || d.added >= rangeBytes {
		return d.last != 0 // where no byte of the number is left in code, the interval is below one unit
	}
	unit := uint64(1) << (8 * d.added)
	// Going down by one unit must leave the interval, and so must the next number that ends a byte earlier.
	return d.code < unit && (256-uint64(d.last))*unit >= d.size-d.code
}

// A rangeEncoder finds the number of its decisions.
type rangeEncoder struct {
	b         []byte
	low, size uint64
}

func newRangeEncoder() rangeEncoder { return rangeEncoder{size: 1 << (8 * rangeBytes)} }

func (e *rangeEncoder) bit(p *chance, shares []uint32, bit uint32) {
	bound := e.size >> 16 * uint64(p.zero)
	if bit == 0 {
		e.size = bound
	} else {
		e.low += bound
		e.size -= bound
	}
	p.learn(bit, shares)
	e.normalize()
}

func (e *rangeEncoder) raw(v uint64, width uint) {
	for width > 0 {
		n := min(width, 16)
		width -= n
		e.size >>= n
		e.low += v >> width & (1<<n - 1) * e.size
		e.normalize()
	}
}

func (e *rangeEncoder) normalize() {
	for e.size < rangeLeast {
		e.carry()
		e.b = append(e.b, byte(e.low>>(8*(rangeBytes-1))))
		e.low = e.low << 8 & (1<<(8*rangeBytes) - 1)
		e.size <<= 8
	}
}

func (e *rangeEncoder) carry() {
	if e.low>>(8*rangeBytes) == 0 {
		return
	}
	e.low &= 1<<(8*rangeBytes) - 1
	for i := len(e.b) - 1; ; i-- {
		e.b[i]++ // the number is below 1, so that a byte stops the carry
		if e.b[i] != 0 {
			return
		}
	}
}

// finish returns the shortest number in the interval.
func (e *rangeEncoder) finish() []byte {
	for keep := 0; keep <= rangeBytes; keep++ {
		unit := uint64(1) << (8 * (rangeBytes - keep))
		n := (e.low + unit - 1) / unit * unit
		if n-e.low >= e.size {
			continue
		}
		e.low = n
		e.carry()
		for i := range keep {
			e.b = append(e.b, byte(e.low>>(8*(rangeBytes-1-i))))
		}
		break
	}
	for len(e.b) > 0 && e.b[len(e.b)-1] == 0 {
		e.b = e.b[:len(e.b)-1]
	}
	return e.b
}
