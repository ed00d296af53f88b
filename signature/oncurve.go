package signature

import (
	"encoding/binary"
	"math/bits"
)

// onCurve reports whether x || y, each of the size of the field, are the coordinates of a point: both are below the
// field prime p, and y² = x³ - 3x + b (SP 800-186, Section 3.2.1). A host finds out when it checks a signature; but a
// certificate may be judged whose own key has signed nothing that is asked about.
//
// Multiplication is Montgomery's: of numbers in the form aR mod p, with R = 2^64 to the number of words. The values are
// public: no constant time.
func (c *curve) onCurve(xy []byte) bool {
	f := c.field
	x, okX := f.read(xy[:c.size])
	y, okY := f.read(xy[c.size:])
	return okX && okY && f.mul(y, y) == c.right(x)
}

// right returns x³ - 3x + b.
func (c *curve) right(x words) words {
	f := c.field
	right := f.mul(f.mul(x, x), x)
	for range 3 {
		right = f.sub(right, x)
	}
	b, _ := f.read(c.b)
	return f.add(right, b)
}

// maxWords is for the 521 bits of P-521.
const maxWords = 9

// A word vector holds a number, least word first. Words from the field's size on are zero.
type words [maxWords]uint64

type field struct {
	n       int // words
	p       words
	inverse uint64 // -1/p modulo 2^64
	square  words  // R² mod p
}

func newField(prime []byte) *field {
	f := &field{n: (len(prime) + 7) / 8, p: toWords(prime)}
	// Newton's iteration: each step doubles the bits that are right, of which any odd number has 3 for itself.
	inverse := f.p[0]
	for range 5 {
		inverse *= 2 - f.p[0]*inverse
	}
	f.inverse = -inverse
	f.square = words{1}
	for range 2 * 64 * f.n {
		f.square = f.add(f.square, f.square)
	}
	return f
}

// read returns a number in Montgomery's form. ok is false if it is not below p.
func (f *field) read(b []byte) (w words, ok bool) {
	w = toWords(b)
	if _, borrow := f.subtract(w, f.p); borrow == 0 {
		return words{}, false
	}
	return f.mul(w, f.square), true
}

func toWords(b []byte) (w words) {
	for i := 0; len(b) > 0; i++ {
		k := max(len(b)-8, 0)
		var part [8]byte
		copy(part[8-(len(b)-k):], b[k:])
		w[i] = binary.BigEndian.Uint64(part[:])
		b = b[:k]
	}
	return w
}

func (f *field) subtract(a, b words) (out words, borrow uint64) {
	for i := range f.n {
		out[i], borrow = bits.Sub64(a[i], b[i], borrow)
	}
	return out, borrow
}

func (f *field) add(a, b words) (sum words) {
	var carry uint64
	for i := range f.n {
		sum[i], carry = bits.Add64(a[i], b[i], carry)
	}
	if less, borrow := f.subtract(sum, f.p); carry >= borrow {
		return less
	}
	return sum
}

func (f *field) sub(a, b words) words {
	out, borrow := f.subtract(a, b)
	if borrow != 0 {
		var carry uint64
		for i := range f.n {
			out[i], carry = bits.Add64(out[i], f.p[i], carry)
		}
	}
	return out
}

// mul returns a b / R mod p.
func (f *field) mul(a, b words) words {
	var t [maxWords + 2]uint64
	for i := range f.n {
		t[f.n+1] = addProduct(t[:f.n+1], a[:f.n], b[i])
		t[f.n+1] += addProduct(t[:f.n+1], f.p[:f.n], t[0]*f.inverse)
		copy(t[:], t[1:]) // the least word has become zero
	}
	var out words
	copy(out[:f.n], t[:f.n])
	if less, borrow := f.subtract(out, f.p); t[f.n] >= borrow {
		return less
	}
	return out
}

// addProduct adds a b to t, which has one word more than a, and returns the carry.
func addProduct(t, a []uint64, b uint64) uint64 {
	var high uint64
	for j, w := range a {
		hi, lo := bits.Mul64(w, b)
		var c uint64
		lo, c = bits.Add64(lo, high, 0)
		hi += c
		t[j], c = bits.Add64(t[j], lo, 0)
		high = hi + c
	}
	var carry uint64
	t[len(a)], carry = bits.Add64(t[len(a)], high, 0)
	return carry
}
