package crl

// insertionSize is the size up to which sorting by insertion is the fastest, and a bucket of an honest list stays.
const insertionSize = 16

// sort puts slots that agree in the digits before depth in the order of compare.
func (x *index) sort(slots []uint32, depth int) {
	if len(slots) > insertionSize {
		x.sortDigits(slots, depth)
		return
	}
	for i := 1; i < len(slots); i++ {
		for j := i; j > 0 && x.compare(slots[j-1], slots[j]) > 0; j-- {
			slots[j-1], slots[j] = slots[j], slots[j-1]
		}
	}
}

// sortDigits sorts digit by digit, the most significant first and in place. Whoever made the list chose its serial
// numbers, so the work must not depend on their being spread: here each octet of one is looked at three times at most.
func (x *index) sortDigits(slots []uint32, depth int) {
	var ends, next [256]uint32
	for {
		first, more := x.digit(slots[0], depth)
		if !more {
			return // all for the same certificate
		}
		ends = [256]uint32{}
		for _, slot := range slots {
			d, _ := x.digit(slot, depth)
			ends[d]++
		}
		if int(ends[first]) < len(slots) {
			break
		}
		depth++
	}
	sum := uint32(0)
	for d, size := range ends {
		next[d] = sum
		sum += size
		ends[d] = sum
	}
	for d := range ends {
		for next[d] < ends[d] {
			// What stands here goes to where it belongs, until what belongs here stands here.
			here := next[d]
			to, _ := x.digit(slots[here], depth)
			there := next[to]
			slots[here], slots[there] = slots[there], slots[here]
			next[to]++
		}
	}
	start := uint32(0)
	for _, end := range ends {
		x.sort(slots[start:end], depth+1)
		start = end
	}
}

// digit returns one of the digits whose order, from depth 0 on, is that of compare: the high bits, the length of the
// serial number, its octets, the two octets of the issuer's number. ok is false if there are no more.
func (x *index) digit(slot uint32, depth int) (d uint8, ok bool) {
	if depth == 0 {
		return uint8(slot >> offsetBits), true
	}
	offset := slot & offsetMask
	serial := x.serial(offset)
	switch rest := depth - 2 - len(serial); {
	case depth == 1:
		return uint8(len(serial)), true
	case rest < 0:
		return serial[depth-2], true
	case rest < 2 && len(x.runs) > 0:
		return uint8(x.issuerAt(offset) >> (8 - 8*rest)), true
	}
	return 0, false
}
