package crl

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

// An index finds entries by the issuer's number and the serial number. A hash of these chooses a bucket. In the bucket
// an entry has a slot: its offset in the DER, and above that six more bits of the hash, by which nearly every other
// entry is passed over without a look at the DER.
type index struct {
	der    der.String // content of revokedCertificates
	count  int        // entries of the list
	slots  []uint32   // bucket after bucket, each in the order of compare
	starts []uint32   // where in slots each bucket starts, and at last where they end

	// Of an indirect list that has certificateIssuer, else nil.
	runs      []run             // in order of offset
	names     []pkix.Name       // of issuers but the list's: number n is names[n-1]
	ids       map[string]uint16 // pkix.Name.Key to number
	encodings map[string]uint16 // content of certificateIssuer to number
}

const (
	// perBucket is how many entries a bucket has on average. More make the table smaller and lookups slower.
	perBucket = 4

	offsetBits = 26
	offsetMask = 1<<offsetBits - 1

	_ = uint(1<<offsetBits - maxListBytes) // offsets fit
)

// build makes the index of entries that were all decoded once. It sorts by bucket in two passes, and then each bucket.
func (x *index) build() {
	x.encodings = nil
	buckets := x.count/perBucket + 1
	x.starts = make([]uint32, buckets+1)
	x.slots = make([]uint32, x.count)
	for offset, issuer := range x.walk {
		b, _ := x.hash(issuer, x.serial(offset))
		x.starts[b]++
	}
	end := uint32(0)
	for b, size := range x.starts {
		end += size
		x.starts[b] = end
	}
	for offset, issuer := range x.walk {
		b, high := x.hash(issuer, x.serial(offset))
		x.starts[b]--
		x.slots[x.starts[b]] = high | offset
	}
	kept := uint32(0)
	for b := range buckets {
		bucket := x.slots[x.starts[b]:x.starts[b+1]]
		x.sort(bucket, 0)
		x.starts[b] = kept
		for _, slot := range bucket {
			if kept > x.starts[b] && x.compare(x.slots[kept-1], slot) == 0 {
				x.slots[kept-1] = x.graver(x.slots[kept-1], slot)
				continue
			}
			x.slots[kept] = slot
			kept++
		}
	}
	x.starts[buckets] = kept
	x.slots = x.slots[:kept]
}

// find returns the offset of the entry for a certificate.
func (x *index) find(issuer uint16, serial []byte) (offset uint32, ok bool) {
	b, high := x.hash(issuer, serial)
	bucket := x.slots[x.starts[b]:x.starts[b+1]]
	for len(bucket) > 0 {
		middle := len(bucket) / 2
		slot := bucket[middle]
		order := compareHigh(slot, high)
		if order == 0 {
			order = x.compareTo(slot&offsetMask, issuer, serial)
		}
		switch {
		case order == 0:
			return slot & offsetMask, true
		case order < 0:
			bucket = bucket[middle+1:]
		default:
			bucket = bucket[:middle]
		}
	}
	return 0, false
}

// hash returns the number of the bucket, and the high bits of the slot. It spreads what authorities use: counters and
// random numbers. An attacker can make entries that hash alike; they are in order, so that this gains little.
func (x *index) hash(issuer uint16, serial []byte) (bucket int, high uint32) {
	const odd = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio
	h := uint64(issuer)<<8 | uint64(len(serial))
	for len(serial) > 0 {
		size := min(len(serial), 8)
		var word uint64
		for _, c := range serial[:size] {
			word = word<<8 | uint64(c)
		}
		serial = serial[size:]
		h = (h ^ word) * odd
		h ^= h >> 32
	}
	h *= odd
	return int(h >> 32 * uint64(len(x.starts)-1) >> 32), uint32(h) &^ offsetMask
}

// compare orders slots by their high bits, then by serial number, shorter ones first, then by issuer. It is zero for
// the same certificate.
func (x *index) compare(a, b uint32) int {
	if order := compareHigh(a, b); order != 0 {
		return order
	}
	a, b = a&offsetMask, b&offsetMask
	if order := compareSerials(x.serial(a), x.serial(b)); order != 0 || len(x.runs) == 0 {
		return order
	}
	return int(x.issuerAt(a)) - int(x.issuerAt(b))
}

// compareTo is compare, after the high bits, with an entry that is given by its parts.
func (x *index) compareTo(offset uint32, issuer uint16, serial []byte) int {
	if order := compareSerials(x.serial(offset), serial); order != 0 || len(x.runs) == 0 {
		return order
	}
	return int(x.issuerAt(offset)) - int(issuer)
}

func compareHigh(a, b uint32) int { return int(a>>offsetBits) - int(b>>offsetBits) }

func compareSerials(a, b []byte) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return bytes.Compare(a, b)
}

// graver returns which of two slots for one certificate counts.
func (x *index) graver(a, b uint32) uint32 {
	if a > b { // the high bits are the same
		a, b = b, a
	}
	first, second := x.entry(a&offsetMask, 0), x.entry(b&offsetMask, 0)
	was, is := first.Reason.gravity(), second.Reason.gravity()
	if is > was || is == was && second.RevokedAt.Before(first.RevokedAt) {
		return b
	}
	return a
}

// walk yields the offset and issuer of each entry.
func (x *index) walk(yield func(offset uint32, issuer uint16) bool) {
	runs, issuer := x.runs, uint16(0)
	for offset := uint32(0); int(offset) < len(x.der); {
		if len(runs) > 0 && runs[0].offset == offset {
			issuer, runs = runs[0].issuer, runs[1:]
		}
		if !yield(offset, issuer) {
			return
		}
		header, size := x.header(offset)
		offset += header + size
	}
}

// serial returns the serial number of an entry.
func (x *index) serial(offset uint32) []byte {
	header, _ := x.header(offset)
	integer := x.der[offset+header:]
	return integer[2 : 2+integer[1]] // its length is below 128
}

// header returns the size of an entry's header and content. It was read before, so it is well-formed.
func (x *index) header(offset uint32) (header, size uint32) {
	header, size = 2, uint32(x.der[offset+1])
	if size >= 0x80 {
		octets := size & 0x7f
		size = 0
		for _, c := range x.der[offset+2 : offset+2+octets] {
			size = size<<8 | uint32(c)
		}
		header += octets
	}
	return header, size
}
