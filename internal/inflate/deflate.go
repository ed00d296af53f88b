package inflate

// A reader takes bits from the least significant of each byte on (RFC 1951, Section 3.1.1).
type reader struct {
	b     []byte
	at    int
	bits  uint32
	count uint // of bits that are held
	bad   bool // the input has ended too early
	out   []byte
	limit int
}

// inflate reads the blocks of one DEFLATE stream and returns what follows it.
func inflate(b []byte, limit int) (out, rest []byte, err error) {
	r := &reader{b: b, limit: limit}
	for last := false; !last; {
		last = r.take(1) == 1
		switch r.take(2) {
		case 0:
			err = r.stored()
		case 1:
			err = r.compressed(fixed())
		case 2:
			var lengths, distances *huffman
			if lengths, distances, err = r.codes(); err == nil {
				err = r.compressed(lengths, distances)
			}
		default:
			err = ErrFormat
		}
		if r.bad {
			err = ErrFormat
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return r.out, b[r.at:], nil // take holds no whole byte
}

// take returns the next n bits, up to 16. It reads no byte before it needs one.
func (r *reader) take(n uint) uint32 {
	for r.count < n {
		if r.at == len(r.b) {
			r.bad = true
			return 0
		}
		r.bits |= uint32(r.b[r.at]) << r.count
		r.at++
		r.count += 8
	}
	v := r.bits & (1<<n - 1)
	r.bits >>= n
	r.count -= n
	return v
}

// stored copies a block that is not compressed (Section 3.2.4).
func (r *reader) stored() error {
	r.bits, r.count = 0, 0
	size, inverse := r.take(16), r.take(16)
	if r.bad || size != ^inverse&0xffff || int(size) > len(r.b)-r.at {
		return ErrFormat
	}
	if int(size) > r.limit-len(r.out) {
		return ErrLimit
	}
	r.out = append(r.out, r.b[r.at:r.at+int(size)]...)
	r.at += int(size)
	return nil
}

// A base is the least of a range of lengths or distances, and how many bits tell where in it.
type base struct {
	least uint16
	extra uint8
}

// Section 3.2.5.
var (
	lengthBases = [29]base{
		{3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 1}, {13, 1}, {15, 1}, {17, 1}, {19, 2}, {23, 2}, {27, 2},
		{31, 2}, {35, 3}, {43, 3}, {51, 3}, {59, 3}, {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0},
	}
	distanceBases = [30]base{
		{1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 1}, {7, 1}, {9, 2}, {13, 2}, {17, 3}, {25, 3}, {33, 4}, {49, 4}, {65, 5}, {97, 5}, {129, 6},
		{193, 6}, {257, 7}, {385, 7}, {513, 8}, {769, 8}, {1025, 9}, {1537, 9}, {2049, 10}, {3073, 10}, {4097, 11}, {6145, 11}, {8193, 12},
		{12289, 12}, {16385, 13}, {24577, 13},
	}
)

// compressed reads a block (Section 3.2.3).
func (r *reader) compressed(lengths, distances *huffman) error {
	for !r.bad {
		symbol := lengths.decode(r)
		switch {
		case symbol < 0:
			return ErrFormat
		case symbol < 256:
			if len(r.out) >= r.limit {
				return ErrLimit
			}
			r.out = append(r.out, byte(symbol))
			continue
		case symbol == 256:
			return nil
		case symbol-257 >= len(lengthBases):
			return ErrFormat
		}
		b := lengthBases[symbol-257]
		size := int(b.least) + int(r.take(uint(b.extra)))
		symbol = distances.decode(r)
		if symbol < 0 || symbol >= len(distanceBases) {
			return ErrFormat
		}
		b = distanceBases[symbol]
		distance := int(b.least) + int(r.take(uint(b.extra)))
		if r.bad || distance > len(r.out) {
			return ErrFormat
		}
		if size > r.limit-len(r.out) {
			return ErrLimit
		}
		for range size { // byte by byte: what is copied may be what was just written
			r.out = append(r.out, r.out[len(r.out)-distance])
		}
	}
	return ErrFormat
}
