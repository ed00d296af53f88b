package serial

import "github.com/e2eid/e2eid/revocation/internal/filter"

// A writer writes bits from the most significant of each byte on.
type writer struct {
	b []byte
	n uint // bits of the last byte that are used; 0: all
}

func (w *writer) bits(v uint64, width uint) {
	for width > 0 {
		if w.n == 0 {
			w.b = append(w.b, 0)
		}
		take := min(8-w.n, width)
		width -= take
		w.b[len(w.b)-1] |= byte(v>>width) & (1<<take - 1) << (8 - w.n - take)
		w.n = (w.n + take) % 8
	}
}

// number writes a varint of package revocation.
func (w *writer) number(v uint64) {
	log := uint(0)
	for v>>(8<<log-2) != 0 {
		log++
	}
	w.bits(uint64(log), 2)
	w.bits(v, 8<<log-2)
}

func (w *writer) rice(v uint64, k uint) {
	for range v >> k {
		w.bits(0, 1)
	}
	w.bits(1, 1)
	w.bits(v, k)
}

// level writes the blocks, and then their columns.
func (w *writer) level(blocks []solved, count int, seedBits uint, rank, free int) {
	mean := int64(count / len(blocks))
	k := filter.RiceWidth(uint64(mean))
	for _, b := range blocks {
		d := int64(b.keys) - mean
		w.rice(uint64(d<<1^d>>63), k)
		if seedBits > 0 {
			w.bits(uint64(b.seed), seedBits)
		} else {
			w.rice(uint64(b.seed), 1)
		}
	}
	for _, b := range blocks {
		for c := range rank {
			left := uint(b.keys + free)
			for _, word := range b.columns[c*b.words : (c+1)*b.words] {
				take := min(left, 64)
				w.bits(word>>(64-take), take)
				left -= take
			}
		}
	}
}
