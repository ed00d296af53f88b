package signature

// Decompress returns the uncompressed form, as [Check] has it, of a point that is 2 or 3, for an even or odd y, before its
// x (SEC 1, version 2, Section 2.3.4), on the curve of an ECDSA algorithm. Multikeys have that form and nothing else
// here does: [CheckKey] refuses it. The error is [ErrKey] if there is no such point, or [ErrAlgorithm].
//
// The primes of all three curves are 3 modulo 4, so that w^((p+1)/4) is a root of w if there is one; and no point has a
// y of zero, since the orders are odd.
func Decompress(a Algorithm, point []byte) ([]byte, error) {
	c := a.curve()
	if c == nil {
		return nil, ErrAlgorithm
	}
	if len(point) != 1+c.size || point[0]|1 != 3 {
		return nil, ErrKey
	}
	f := c.field
	x, ok := f.read(point[1:])
	if !ok {
		return nil, ErrKey
	}
	right := c.right(x)
	y := f.root(right)
	if f.mul(y, y) != right {
		return nil, ErrKey
	}
	y = f.mul(y, words{1}) // out of Montgomery's form
	if byte(y[0])&1 != point[0]&1 {
		y = f.sub(words{}, y)
	}
	out := make([]byte, 1+2*c.size)
	out[0] = 4
	copy(out[1:], point[1:])
	for i := range c.size {
		out[len(out)-1-i] = byte(y[i/8] >> (i % 8 * 8))
	}
	return out, nil
}

// root returns w^((p+1)/4), which is w to the power of p/4, rounded down, and one more.
func (f *field) root(w words) words {
	out := f.mul(words{1}, f.square) // one
	for i := 64*f.n - 1; i >= 2; i-- {
		out = f.mul(out, out)
		if f.p[i/64]>>(i%64)&1 == 1 {
			out = f.mul(out, w)
		}
	}
	return f.mul(out, w)
}
