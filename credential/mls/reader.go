package mls

import "encoding/binary"

// A reader decodes the presentation language from one input. The first failure stays: reading goes on as if the input
// had ended, and what was read is dropped by the caller when [reader.finish] reports it.
type reader struct {
	in  []byte
	off int
	end int // of the innermost vector that is being read
	err error

	// A credential of unknown type was read: from here on positions are a guess (see the package comment).
	guessing bool
	// A credential was read whose type a draft suggests: where that fails, it is of another type with this value.
	provisional bool
	nested      bool // within a multi-credential, of which none has another in it
}

func newReader(in []byte, maxBytes int) *reader {
	r := &reader{in: in, end: len(in)}
	if len(in) > maxBytes {
		r.fail(ErrLimit, "input", "too many bytes")
	}
	return r
}

// fail records the first failure only.
func (r *reader) fail(class error, part, reason string) {
	r.failAt(r.off, class, part, reason)
}

func (r *reader) failAt(offset int, class error, part, reason string) {
	if r.err != nil {
		return
	}
	if r.guessing || r.provisional {
		class = ErrUnsupportedCredential
	}
	r.err = &ParseError{Part: part, Reason: reason, Offset: offset, class: class}
}

// finish reports the first failure, or bytes that are left.
func (r *reader) finish() error {
	if r.off != len(r.in) {
		r.fail(ErrMalformed, "input", "trailing bytes")
	}
	return r.err
}

// since returns what was read from an offset on. Its capacity is its size: appending to it copies.
func (r *reader) since(start int) []byte { return r.in[start:r.off:r.off] }

// take returns the next n bytes, nil after a failure.
func (r *reader) take(n int, part string) []byte {
	if r.err != nil {
		return nil
	}
	if n > r.end-r.off {
		r.fail(ErrMalformed, part, "ends early")
		return nil
	}
	start := r.off
	r.off += n
	return r.since(start)
}

func (r *reader) uint8(part string) uint8 {
	if b := r.take(1, part); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint16(part string) uint16 {
	if b := r.take(2, part); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) uint32(part string) uint32 {
	if b := r.take(4, part); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64(part string) uint64 {
	if b := r.take(8, part); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// varint reads a variable-size integer (RFC 9420, Section 2.1.2) in its shortest form. It is 0 after a failure.
func (r *reader) varint(part string) int {
	first := r.uint8(part)
	prefix := first >> 6
	v := uint32(first & 0x3f)
	switch prefix {
	case 3:
		r.fail(ErrMalformed, part, "invalid size prefix")
		return 0
	case 2:
		b := r.take(3, part)
		if b == nil {
			return 0
		}
		v = v<<24 | uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2])
	case 1:
		v = v<<8 | uint32(r.uint8(part))
	}
	if prefix == 1 && v < 1<<6 || prefix == 2 && v < 1<<14 {
		r.fail(ErrMalformed, part, "size is not in its shortest form")
		return 0
	}
	return int(v)
}

// size reads the size of a vector that lies within what is left. It is 0 after a failure.
func (r *reader) size(part string) int {
	n := r.varint(part)
	if n > r.end-r.off {
		r.fail(ErrMalformed, part, "is longer than what encloses it")
	}
	if r.err != nil {
		return 0
	}
	return n
}

// opaque reads an opaque<V>.
func (r *reader) opaque(part string) []byte { return r.take(r.size(part), part) }

// key reads an HPKEPublicKey or SignaturePublicKey. Their formats depend on the cipher suite, and none is empty.
func (r *reader) key(part string) []byte {
	k := r.opaque(part)
	if len(k) == 0 {
		r.fail(ErrMalformed, part, "is empty")
	}
	return k
}

// vector reads a vector of at most maxItems items and calls item for each, which reads at least one byte.
func (r *reader) vector(part string, maxItems int, item func()) {
	n := r.size(part)
	outer := r.end
	r.end = r.off + n
	for i := 0; r.err == nil && r.off < r.end; i++ {
		if i == maxItems {
			r.fail(ErrLimit, part, "too many items")
			break
		}
		item()
	}
	r.end = outer
}

// uint16s reads a vector of registered values.
func uint16s[T ~uint16](r *reader, part string) []T {
	var list []T
	r.vector(part, maxCapabilities, func() { list = append(list, T(r.uint16(part))) })
	return list
}

// appendVarint appends the shortest form of n, which is at most maxVectorBytes.
func appendVarint(dst []byte, n int) []byte {
	switch {
	case n < 1<<6:
		return append(dst, byte(n))
	case n < 1<<14:
		return binary.BigEndian.AppendUint16(dst, 1<<14|uint16(n))
	}
	return binary.BigEndian.AppendUint32(dst, 1<<31|uint32(n))
}

func varintSize(n int) int {
	switch {
	case n < 1<<6:
		return 1
	case n < 1<<14:
		return 2
	}
	return 4
}
