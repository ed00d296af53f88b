package revocation

// The schemes of a set, its first byte: package doc, "Set".
const (
	schemeGolomb = 1
	schemeQuick  = 2 // adaptive, learns quickly: for sets with habits
	schemeSlow   = 3 // adaptive, learns slowly: for sets without
)

// Parameters of the adaptive schemes: what a chance has learnt at the start, and at most.
const (
	quickStart, quickLimit = 2, 62
	slowStart, slowLimit   = 1000, 1000
)

const (
	// maxDensity is how many numbers one byte of an adaptive coding stands for at most, so that a few bytes cannot ask for
	// much memory.
	maxDensity = 1024
	// adaptiveGain is the part of its size that the adaptive coding must save over Golomb's to be worth ten times the
	// time to decode.
	adaptiveGain = 160
)

// decodeChunk is how many indexes are decoded at a time. Each chunk is a call of its own, since an engine replaces slow
// code of a function by faster code only between two calls.
const decodeChunk = 512

// coded returns how many numbers the coding of a set has: those in the set or, if these are more than half, those that are not.
func coded(covered, count uint64) (numbers uint64, inverted bool) {
	if count > covered/2 {
		return covered - count, true
	}
	return count, false
}

// decodeSet decodes a set of count indexes below covered, in a scheme up to most. The error wraps [ErrFormat] or [ErrVersion].
func decodeSet(blob []byte, covered, count uint64, most byte) (*indexSet, error) {
	if len(blob) == 0 {
		return nil, malformed("list is empty")
	}
	scheme, blob := blob[0], blob[1:]
	numbers, _ := coded(covered, count)
	size := uint64(len(blob))
	switch {
	case scheme < schemeGolomb || scheme > schemeSlow:
		return nil, unsupported("scheme of a list")
	case scheme > most:
		return nil, malformed("list is in another scheme than it has to be here")
	case numbers == 0 && (size > 0 || scheme != schemeGolomb):
		return nil, malformed("list has bits left over")
	case numbers == 0:
		return newIndexSet(covered, count), nil
	case scheme == schemeGolomb && numbers > size*8/golombLeast(golombM(covered, numbers)),
		scheme != schemeGolomb && numbers > (size+1)*maxDensity:
		return nil, malformed("list is too short for what it revokes")
	}
	set := newIndexSet(covered, count)
	if scheme != schemeGolomb {
		return set, decodeAdaptive(set, blob, numbers, scheme)
	}
	in := bitReader{b: blob}
	if err := in.golomb(set, numbers); err != nil {
		return nil, err
	}
	if rest, ok := in.rest(blob); !ok || len(rest) > 0 {
		return nil, malformed("list has bits left over")
	}
	return set, nil
}

func decodeAdaptive(set *indexSet, blob []byte, numbers uint64, scheme byte) error {
	d := newRangeDecoder(blob)
	m := adaptiveModel(set.covered, numbers, scheme)
	var buffer [decodeChunk]uint32
	next := uint64(0)
	for numbers > 0 {
		chunk := set.chunk(buffer[:], numbers)
		var ok bool
		if next, ok = m.decode(&d, chunk, next, set.covered); !ok || next > set.covered {
			return malformed("list revokes an index it does not cover")
		}
		set.hold(chunk)
		numbers -= uint64(len(chunk))
	}
	if !d.finished() {
		return malformed("list has bits left over, or a longer coding than it needs")
	}
	return nil
}

func adaptiveModel(covered, numbers uint64, scheme byte) *gapModel {
	if scheme == schemeQuick {
		return newGapModel(covered, numbers, quickStart, quickLimit)
	}
	return newGapModel(covered, numbers, slowStart, slowLimit)
}

// golombSet returns the coding of a set that is quickest to decode.
func golombSet(s *indexSet) []byte {
	out := bitWriter{b: []byte{schemeGolomb}}
	out.golomb(s.covered, s.stored())
	return out.finish()
}

// smallestSet returns the smallest coding of a set or, if that saves little, the quickest. A set that is spread evenly takes
// at most 1.009 of its information, and a byte, from 1000 numbers on.
func smallestSet(s *indexSet) []byte {
	numbers := s.stored()
	best := golombSet(s)
	if len(numbers) == 0 {
		return best
	}
	for _, scheme := range []byte{schemeQuick, schemeSlow} {
		b := adaptiveSet(s.covered, numbers, scheme)
		least := len(best)
		if best[0] == schemeGolomb && uint64(len(numbers)) <= s.covered/4 { // of shorter gaps, Golomb's codes are up to 1/16 too long
			least -= least / adaptiveGain
		}
		if len(b) < least && uint64(len(numbers)) <= uint64(len(b))*maxDensity {
			best = b
		}
	}
	return best
}

func adaptiveSet(covered uint64, numbers []uint32, scheme byte) []byte {
	e := newRangeEncoder()
	m := adaptiveModel(covered, uint64(len(numbers)), scheme)
	next := uint64(0)
	for _, v := range numbers {
		m.encode(&e, uint64(v)-next)
		next = uint64(v) + 1
	}
	return append([]byte{scheme}, e.finish()...)
}
