package inflate

const maxBits = 15 // of a code

// A huffman is a canonical code: how many codes there are of each length, and their symbols in order (RFC 1951, Section
// 3.2.2).
type huffman struct {
	counts  [maxBits + 1]uint16
	symbols [288]uint16
}

// newHuffman returns the code of these lengths. Codes must be all used, but for one of one bit alone, which stands where
// a block has one distance or none.
func newHuffman(lengths []uint8) (*huffman, bool) {
	h := &huffman{}
	for _, n := range lengths {
		h.counts[n]++
	}
	h.counts[0] = 0
	left, used := 1, 0
	for _, n := range h.counts[1:] {
		left = left<<1 - int(n)
		used += int(n)
		if left < 0 {
			return nil, false
		}
	}
	if left > 0 && (used > 1 || used == 1 && h.counts[1] != 1) {
		return nil, false
	}
	var next [maxBits + 2]uint16
	for i, n := range h.counts {
		next[i+1] = next[i] + n
	}
	for symbol, n := range lengths {
		if n != 0 {
			h.symbols[next[n]] = uint16(symbol)
			next[n]++
		}
	}
	return h, true
}

// decode returns the next symbol, or -1 if the bits are no code.
func (h *huffman) decode(r *reader) int {
	code, first, index := 0, 0, 0
	for n := 1; n <= maxBits; n++ {
		code |= int(r.take(1))
		count := int(h.counts[n])
		if code-count < first {
			return int(h.symbols[index+code-first])
		}
		index += count
		first = (first + count) << 1
		code <<= 1
	}
	return -1
}

// fixed returns the codes of Section 3.2.6.
func fixed() (lengths, distances *huffman) {
	var sizes [288]uint8
	for i := range sizes {
		switch {
		case i < 144:
			sizes[i] = 8
		case i < 256:
			sizes[i] = 9
		case i < 280:
			sizes[i] = 7
		default:
			sizes[i] = 8
		}
	}
	lengths, _ = newHuffman(sizes[:])
	for i := range 32 { // two of them stand for no distance
		sizes[i] = 5
	}
	distances, _ = newHuffman(sizes[:32])
	return lengths, distances
}

// codes reads the codes of a block that brings its own (Section 3.2.7).
func (r *reader) codes() (lengths, distances *huffman, err error) {
	order := [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}
	literals, dists, own := int(r.take(5))+257, int(r.take(5))+1, int(r.take(4))+4
	if literals > 286 || dists > 30 {
		return nil, nil, ErrFormat
	}
	var sizes [286 + 30]uint8
	for _, i := range order[:own] {
		sizes[i] = uint8(r.take(3))
	}
	h, ok := newHuffman(sizes[:19])
	if !ok {
		return nil, nil, ErrFormat
	}
	clear(sizes[:])
	for i := 0; i < literals+dists; {
		symbol := h.decode(r)
		if symbol < 0 || r.bad {
			return nil, nil, ErrFormat
		}
		if symbol < 16 {
			sizes[i] = uint8(symbol)
			i++
			continue
		}
		size, times := uint8(0), 0
		switch symbol {
		case 16:
			if i == 0 {
				return nil, nil, ErrFormat
			}
			size, times = sizes[i-1], 3+int(r.take(2))
		case 17:
			times = 3 + int(r.take(3))
		default:
			times = 11 + int(r.take(7))
		}
		if times > literals+dists-i {
			return nil, nil, ErrFormat
		}
		for range times {
			sizes[i] = size
			i++
		}
	}
	if sizes[256] == 0 { // no end
		return nil, nil, ErrFormat
	}
	lengths, ok1 := newHuffman(sizes[:literals])
	distances, ok2 := newHuffman(sizes[literals : literals+dists])
	if r.bad || !ok1 || !ok2 {
		return nil, nil, ErrFormat
	}
	return lengths, distances, nil
}
