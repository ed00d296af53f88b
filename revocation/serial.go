package revocation

import (
	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// The schemes of a serial list, its first byte: package doc, "Serial list".
const (
	schemeHashes = 0x10
	schemeFilter = 0x11
)

// maxHashes bounds a list of hashes, which is slower to ask than a filter.
const maxHashes = 1024

// A serialSet answers for the certificates that a serial list covers.
type serialSet struct {
	inverted bool // it holds those that are not listed
	filter   *filter.Filter
	hashes   []uint64 // rising, of width bits, if filter is nil
	width    uint
	seed     uint32
}

// decodeSerial decodes a serial list that covers and lists so many. The error wraps [ErrFormat] or [ErrVersion].
func decodeSerial(blob []byte, covered, listed uint64) (*serialSet, error) {
	if len(blob) == 0 {
		return nil, malformed("list is empty")
	}
	numbers, inverted := coded(covered, listed)
	s := &serialSet{inverted: inverted}
	switch {
	case blob[0] == schemeHashes:
		return s, s.parseHashes(blob[1:], numbers)
	case blob[0] != schemeFilter:
		return nil, unsupported("scheme of a list")
	}
	var err error
	if s.filter, err = filter.Parse(blob[1:], numbers); err != nil || numbers == 0 {
		return nil, malformed("filter of a serial list")
	}
	return s, nil
}

func (s *serialSet) parseHashes(b []byte, count uint64) error {
	if count == 0 {
		if len(b) > 0 {
			return malformed("list has bits left over")
		}
		return nil
	}
	r := &reader{b, true}
	s.width = uint(r.uint8())
	seed := r.varint()
	if !r.ok || s.width < 1 || s.width > 46 || seed >= 1<<30 || count > maxHashes || count > 1<<s.width {
		return malformed("hashes of a serial list")
	}
	s.seed = uint32(seed)
	in := bitReader{b: r.b}
	m := golombM(1<<s.width, count)
	width, short := golombWidth(m)
	next := uint64(0)
	for range count {
		q, rest, ok := in.gap(width, short)
		if !ok || q > 1<<s.width/m {
			return malformed("list is cut off")
		}
		next += q*m + rest
		if next >= 1<<s.width {
			return malformed("list has a hash that is too large")
		}
		s.hashes = append(s.hashes, next)
		next++
	}
	if rest, ok := in.rest(r.b); !ok || len(rest) > 0 {
		return malformed("list has bits left over")
	}
	return nil
}

// has reports whether a certificate is listed. It must be covered.
func (s *serialSet) has(k filter.Key) bool {
	if s.filter != nil {
		return s.filter.Has(k) != s.inverted
	}
	if len(s.hashes) == 0 {
		return s.inverted
	}
	h := filter.Hash(k, s.seed, s.width)
	low, high := 0, len(s.hashes)
	for low < high {
		mid := (low + high) / 2
		if s.hashes[mid] < h {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return (low < len(s.hashes) && s.hashes[low] == h) != s.inverted
}
