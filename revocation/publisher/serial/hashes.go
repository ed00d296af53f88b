package serial

import (
	"errors"
	"math/bits"
	"slices"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// Schemes of package revocation.
const (
	schemeHashes = 0x10
	schemeFilter = 0x11
)

// maxHashes is up to how many keys a list of hashes is tried: beyond, the filter is smaller.
const maxHashes = 64

// Encode returns a serial list, with its scheme, that has all listed keys and none of the others: the smaller of a list
// of hashes and a filter.
func Encode(listed, others []filter.Key, o Options) ([]byte, error) {
	if len(listed) == 0 {
		return []byte{schemeHashes}, nil
	}
	b, err := Build(listed, others, o)
	if err != nil {
		return nil, err
	}
	best := append([]byte{schemeFilter}, b...)
	if len(listed) <= maxHashes {
		if b, err := hashes(listed, others); err == nil && len(b) < len(best) {
			best = b
		}
	}
	return best, nil
}

var errHashes = errors.New("serial: no seed tells the hashes apart")

// hashes finds the seed at which no other key has the hash of a listed one. At that width about one seed in e^4 is.
func hashes(listed, others []filter.Key) ([]byte, error) {
	width := uint(max(bits.Len64(uint64(len(listed))*uint64(len(others))/4), bits.Len(uint(len(listed)))+1))
	if width > 46 {
		return nil, errHashes
	}
next:
	for seed := range uint32(1 << 14) {
		set := make([]uint64, len(listed))
		for i, k := range listed {
			set[i] = filter.Hash(k, seed, width)
		}
		slices.Sort(set)
		if len(slices.Compact(slices.Clone(set))) < len(set) {
			continue
		}
		// A table by the low bits, which are as good as any, lets most of the others pass at once.
		var low [1 << 12]bool
		for _, h := range set {
			low[h%uint64(len(low))] = true
		}
		for _, k := range others {
			h := filter.Hash(k, seed, width)
			if !low[h%uint64(len(low))] {
				continue
			}
			if _, found := slices.BinarySearch(set, h); found {
				continue next
			}
		}
		return appendHashes(set, width, seed), nil
	}
	return nil, errHashes
}

func appendHashes(set []uint64, width uint, seed uint32) []byte {
	w := writer{b: []byte{schemeHashes, byte(width)}}
	w.number(uint64(seed))
	m := max(1, (1<<width)*45426/(uint64(len(set))<<16))
	length := uint(bits.Len64(m - 1))
	short := uint64(1)<<length - m
	next := uint64(0)
	for _, h := range set {
		gap := h - next
		next = h + 1
		for range gap / m {
			w.bits(0, 1)
		}
		w.bits(1, 1)
		switch r := gap % m; {
		case length == 0:
		case r < short:
			w.bits(r, length-1)
		default:
			w.bits(r+short, length)
		}
	}
	return w.b
}
