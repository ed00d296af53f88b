package revocation

import (
	"slices"
	"strings"
	"testing"
)

// The largest blocks, seeds and distances from the mean, in filters that no publisher makes.
func TestEdgesOfFiltersAreAsTheDocSays(t *testing.T) {
	rice := func(k, v int) string {
		out := strings.Repeat("0", v>>k) + "1"
		for i := k - 1; i >= 0; i-- {
			out += string('0' + byte(v>>i&1))
		}
		return out
	}
	number := func(v int) string {
		out := ""
		for _, c := range slowVarint(uint64(v)) {
			out += slowDigits(uint64(c), 8)
		}
		return out
	}
	// write makes a filter of rank 1 with blocks of these sizes in both levels, and this seed in all.
	write := func(seedBits, free, seed int, sizes ...int) []byte {
		n := 0
		for _, s := range sizes {
			n += s
		}
		mean, k := n/len(sizes), 0
		for 4<<(2*k) <= mean {
			k++
		}
		out := "00000001" + slowDigits(uint64(seedBits), 8) + slowDigits(uint64(free), 8) + number(len(sizes)) + number(len(sizes)) + number(n)
		for level := range 2 {
			for _, s := range sizes {
				if s < mean {
					out += rice(k, 2*(mean-s)-1)
				} else {
					out += rice(k, 2*(s-mean))
				}
				if level == 0 && seedBits > 0 {
					out += slowDigits(uint64(seed), seedBits)
				} else {
					out += rice(1, seed)
				}
			}
			bits := n
			if level == 0 {
				bits += free * len(sizes)
			}
			out += strings.Repeat("1011001110001111", bits/16+1)[:bits]
		}
		return append([]byte{0x11}, slowBytes(out)...)
	}
	many := make([]int, 3000)
	many[7] = 2048
	over := slices.Clone(many)
	over[7] = 2049
	for _, c := range []struct {
		name                 string
		seedBits, free, seed int
		sizes                []int
		good                 bool
	}{
		{"one key", 0, 0, 0, []int{1}, true},
		{"2047 and one more", 1, 1, 1, []int{2047}, true},
		{"2048 and one more", 1, 1, 1, []int{2048}, false},
		{"2048", 1, 0, 1, []int{2048}, true},
		{"2049", 1, 0, 1, []int{2049}, false},
		{"all keys in one of two blocks", 0, 0, 3, []int{0, 2048}, true},
		{"all keys in the other", 12, 1, 4095, []int{2047, 0}, true},
		{"blocks without a key", 0, 0, 0, many, true},
		{"blocks without a key but one with too many", 0, 0, 0, over, false},
		{"the largest seed", 0, 1, 8193, []int{5, 6}, true},
		{"a seed that is larger", 0, 1, 8194, []int{5, 6}, false},
		{"13 seed bits", 13, 0, 1, []int{5}, false},
		{"two more unknowns", 1, 2, 1, []int{5}, false},
	} {
		n := 0
		for _, s := range c.sizes {
			n += s
		}
		blob := write(c.seedBits, c.free, c.seed, c.sizes...)
		if _, err := decodeSerial(blob, uint64(2*n), uint64(n)); (err == nil) != c.good {
			t.Errorf("%s: %v", c.name, err)
		}
		compareSerial(t, c.name, blob, 2*n, n, nil)
	}
	for _, blob := range [][]byte{{0x11, 1, 0, 0, 1, 1, 0, 0x90}, {0x11}, {0x10}, {0x12}, {0xf0}, nil} {
		compareSerial(t, "nothing is held", blob, 9, 0, nil)
	}
}
