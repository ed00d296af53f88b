package revocation

// The range coder of the adaptive coding: package doc, "Range coder". An interval [low, low+size) of numbers is narrowed by
// each decision; the coding is the shortest number in the last one.

const (
	rangeBytes = 6       // of the number that are looked at
	rangeLeast = 1 << 40 // the interval is never smaller
	rawBits    = 16      // at most in a group
)

// A rangeDecoder finds the decisions that lead to a number.
type rangeDecoder struct {
	b    []byte // the number, without the zero bytes at its end
	at   int    // bytes looked at, zeros at the end included
	code uint64 // what was looked at, less the start of the interval
	size uint64 // of the interval
}

func newRangeDecoder(b []byte) rangeDecoder {
	d := rangeDecoder{b: b, at: rangeBytes, size: 1 << (8 * rangeBytes)}
	for i := range rangeBytes {
		d.code <<= 8
		if i < len(b) {
			d.code |= uint64(b[i])
		}
	}
	return d
}

// finished reports whether the number is the shortest in the interval and, of those, the least.
func (d *rangeDecoder) finished() bool {
	added := d.at - len(d.b)
	if added < 0 {
		return false // the interval is large enough to have a shorter one
	}
	if len(d.b) == 0 {
		return true // zero
	}
	last := d.b[len(d.b)-1]
	if last == 0 || added >= rangeBytes {
		return last != 0 // where no byte of the number is left in code, the interval is below one unit
	}
	unit := uint64(1) << (8 * added)
	// Going down by one unit must leave the interval, and so must the next number that ends a byte earlier.
	return d.code < unit && (256-uint64(last))*unit >= d.size-d.code
}

// A rangeEncoder finds the number of its decisions.
type rangeEncoder struct {
	b         []byte
	low, size uint64
}

func newRangeEncoder() rangeEncoder { return rangeEncoder{size: 1 << (8 * rangeBytes)} }

// bit codes a decision that is 0 with probability zero, in 2^-16.
func (e *rangeEncoder) bit(zero uint64, bit uint32) {
	bound := e.size >> 16 * zero
	if bit == 0 {
		e.size = bound
	} else {
		e.low += bound
		e.size -= bound
	}
	e.normalize()
}

func (e *rangeEncoder) raw(v uint64, width uint) {
	for width > 0 {
		n := min(width, rawBits)
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
