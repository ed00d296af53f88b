package revocation

import (
	"encoding/binary"
	"math/bits"
)

// golombM returns the parameter for a set of revoked out of covered: ln 2 times the mean distance, at which a code
// bit for the quotient is as likely 0 as 1. It is fixed by rule so that a set has one coding. revoked is not zero.
func golombM(covered, revoked uint64) uint64 {
	return max(1, covered*45426/(revoked<<16)) // below 2^48
}

// golombWidth returns ceil(log2 m), the bits of a long remainder, and how many remainders take one bit less.
func golombWidth(m uint64) (width uint, short uint64) {
	width = uint(bits.Len64(m - 1))
	return width, 1<<width - m
}

// golombLeast returns the bits of the shortest code of a gap.
func golombLeast(m uint64) uint64 {
	width, short := golombWidth(m)
	if width > 0 && short > 0 {
		return uint64(width)
	}
	return uint64(width) + 1
}

// golomb decodes count gaps into a set that expects as many. The error wraps [ErrFormat].
func (in *bitReader) golomb(set *indexSet, count uint64) error {
	if count == 0 {
		return nil
	}
	m := golombM(set.covered, count)
	var buffer [decodeChunk]uint32
	next := uint64(0) // the least index the next one can be
	for count > 0 {
		chunk := set.chunk(buffer[:], count)
		var ok bool
		if next, ok = in.indexes(chunk, next, set.covered, m); !ok {
			return malformed("list is cut off")
		}
		if next > set.covered {
			return malformed("list revokes an index it does not cover")
		}
		set.hold(chunk)
		count -= uint64(len(chunk))
	}
	return nil
}

// indexes decodes gaps with parameter m into indexes that rise from next on. It returns what follows the last one; if
// that is above covered < 2^33, so is an index, and they are not to be used.
func (in *bitReader) indexes(dst []uint32, next, covered, m uint64) (after uint64, ok bool) {
	width, short := golombWidth(m)
	limit := covered / m // no quotient is larger
	enough := min(56, width+8)
	lead, unused := uint64(1)<<width, 63-width
	// As bitReader.gap, but in registers, without calls or branches, and with shifts that need no check: in wasm a third
	// of the time.
	b, acc, n, at := in.b, in.acc, in.n&63, 0
	for i := range dst {
		if n < enough && at+8 <= len(b) {
			// At least 56 bits. Swapping the bytes of one load is faster than eight loads.
			o := b[at : at+8]
			v := uint64(o[0]) | uint64(o[1])<<8 | uint64(o[2])<<16 | uint64(o[3])<<24 |
				uint64(o[4])<<32 | uint64(o[5])<<40 | uint64(o[6])<<48 | uint64(o[7])<<56
			v = v>>8&0x00ff00ff00ff00ff | v&0x00ff00ff00ff00ff<<8
			v = v>>16&0x0000ffff0000ffff | v&0x0000ffff0000ffff<<16
			acc |= (v>>32 | v<<32) >> n
			at += int((63 - n) >> 3)
			n |= 56
		}
		zeros := 64 - uint(bits.Len64(acc))
		if zeros+width >= n {
			// A long run of zeros, or the end of the blob.
			in.b, in.acc, in.n = b[at:], acc, n
			q, rest, ok := in.gap(width, short)
			if !ok {
				return 0, false
			}
			b, acc, n, at = in.b, in.acc, in.n, 0
			if q > limit {
				return covered + 1, true
			}
			next += q*m + rest // q*m < 2^33
			dst[i] = uint32(next)
			next++
			continue
		}
		acc <<= zeros & 63
		long := acc>>(unused&63) - lead // without the 1 behind the zeros
		half := long >> 1
		isShort := uint64(int64(half-short) >> 63) // all bits, or none
		rest := (long - short) ^ (long-short^half)&isShort
		used := width + uint(isShort) // one less
		acc = acc << (used & 63) << 1
		n -= zeros + 1 + used
		next += uint64(zeros)*m + rest // grows by less than 2^39
		dst[i] = uint32(next)
		next++
	}
	in.b, in.acc, in.n = b[at:], acc, n
	return next, true
}

// golomb writes the gaps of numbers, which rise and are below covered.
func (out *bitWriter) golomb(covered uint64, numbers []uint32) {
	if len(numbers) == 0 {
		return
	}
	m := golombM(covered, uint64(len(numbers)))
	next := uint64(0)
	for _, v := range numbers {
		out.gap(uint64(v)-next, m)
		next = uint64(v) + 1
	}
}

func (out *bitWriter) gap(gap, m uint64) {
	width, short := golombWidth(m)
	q, rest := gap/m, gap%m
	for ; q >= 32; q -= 32 {
		out.bits(0, 32)
	}
	out.bits(1, uint(q)+1)
	switch {
	case width == 0:
	case rest < short:
		out.bits(rest, width-1)
	default:
		out.bits(rest+short, width)
	}
}

// A bitReader reads bits from the most significant of each byte on.
type bitReader struct {
	b   []byte
	acc uint64 // the next n bits at the top; below them may stand bits that come after
	n   uint
}

// fill makes n at least 57, or all that is left.
func (r *bitReader) fill() {
	if len(r.b) >= 8 {
		r.acc |= binary.BigEndian.Uint64(r.b) >> r.n
		whole := (64 - r.n) / 8
		r.b = r.b[whole:]
		r.n += 8 * whole
		return
	}
	for r.n <= 56 && len(r.b) > 0 {
		r.acc |= uint64(r.b[0]) << (56 - r.n)
		r.b = r.b[1:]
		r.n += 8
	}
}

// gap reads the code of one gap: the quotient, and the remainder in truncated binary.
func (r *bitReader) gap(width uint, short uint64) (q, rest uint64, ok bool) {
	if r.n < 57 {
		r.fill()
	}
	zeros := uint(bits.LeadingZeros64(r.acc))
	for ; zeros >= r.n; zeros = uint(bits.LeadingZeros64(r.acc)) {
		if r.n == 0 {
			return 0, 0, false
		}
		q += uint64(r.n) // all there is are zeros, and more may follow
		r.acc, r.n = r.acc<<r.n, 0
		r.fill()
	}
	q += uint64(zeros)
	r.acc <<= zeros + 1
	r.n -= zeros + 1
	if r.n < width {
		r.fill()
	}
	// The next bits as if they were a long remainder; if they are not, the last one is of the next code.
	v := r.acc >> (64 - width)
	rest, used := v-short, width
	if v>>1 < short {
		rest, used = v>>1, width-1
	}
	if r.n < used {
		return 0, 0, false
	}
	r.acc <<= used
	r.n -= used
	return q, rest, true
}

// rest returns the bytes behind those begun; ok is false unless zero bits fill the last one of these.
func (r *bitReader) rest(whole []byte) (b []byte, ok bool) {
	fill := r.n % 8
	return whole[len(whole)-len(r.b)-int(r.n/8):], fill == 0 || r.acc>>(64-fill) == 0
}

// A bitWriter writes bits from the most significant of each byte on.
type bitWriter struct {
	b   []byte
	acc uint64 // the last n < 8 bits written, at the bottom
	n   uint
}

// bits writes v < 2^width, width <= 48.
func (w *bitWriter) bits(v uint64, width uint) {
	w.acc = w.acc<<width | v
	for w.n += width; w.n >= 8; {
		w.n -= 8
		w.b = append(w.b, byte(w.acc>>w.n))
	}
	w.acc &= 1<<w.n - 1
}

// finish fills the last byte with zero bits.
func (w *bitWriter) finish() []byte {
	if w.n > 0 {
		w.b = append(w.b, byte(w.acc<<(8-w.n)))
	}
	return w.b
}
