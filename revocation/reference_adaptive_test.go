package revocation

import (
	"math/big"
	"math/bits"
)

// slowAdaptive is the adaptive coding by the package doc: the interval is kept whole, as integers of any size.
func slowAdaptive(covered uint64, numbers []uint32, scheme int) []byte {
	seen, limit := uint64(2), uint64(62)
	if scheme == 3 {
		seen, limit = 1000, 1000
	}
	low, size, places := big.NewInt(0), new(big.Int).Lsh(big.NewInt(1), 48), 6
	type chance struct{ zero, seen uint64 }
	chances := map[[3]int]*chance{}
	shift := func() {
		for size.BitLen() <= 40 {
			low.Lsh(low, 8)
			size.Lsh(size, 8)
			places++
		}
	}
	decide := func(key [3]int, bit, a, b, c uint64) {
		p := chances[key]
		if p == nil {
			p = &chance{slowZero(covered, uint64(len(numbers)), a, b, c), seen}
			chances[key] = p
		}
		bound := new(big.Int).Mul(new(big.Int).Rsh(size, 16), new(big.Int).SetUint64(p.zero))
		if bit == 0 {
			size = bound
			p.zero += (65504 - p.zero) / (p.seen + 2)
		} else {
			low.Add(low, bound)
			size.Sub(size, bound)
			p.zero -= (p.zero - 32) / (p.seen + 2)
		}
		if p.seen < limit {
			p.seen++
		}
		shift()
	}
	depth := 0
	for 1<<depth < bits.Len64(covered) {
		depth++
	}
	before, next := bits.Len64(covered), uint64(0)
	for _, n := range numbers {
		v := uint64(n) - next + 1
		next = uint64(n) + 1
		class := bits.Len64(v) - 1
		for level, node := depth-1, 0; level >= 0; level-- {
			bit := class >> level & 1
			from := node << (level + 1)
			decide([3]int{before, level, node}, uint64(bit), 1<<from, 1<<(from+1<<level), 1<<(from+2<<level))
			node = node<<1 | bit
		}
		before = class
		left := class
		for k := 0; k < 3 && left > 0; k++ {
			prefix := v >> left
			left--
			decide([3]int{-1, class, int(prefix)}, v>>left&1, prefix<<(left+1), (2*prefix+1)<<left, (prefix+1)<<(left+1))
		}
		for left > 0 {
			take := min(left, 16)
			left -= take
			size.Rsh(size, uint(take))
			low.Add(low, new(big.Int).Mul(size, new(big.Int).SetUint64(v>>left&(1<<take-1))))
			shift()
		}
	}
	// The shortest number in [low, low+size), taken as digits of base 256 behind the point; of those the least.
	for keep := 0; ; keep++ {
		unit := new(big.Int).Lsh(big.NewInt(1), uint(8*(places-keep)))
		n := new(big.Int).Add(low, unit)
		n.Sub(n, big.NewInt(1)).Div(n, unit)
		if new(big.Int).Sub(new(big.Int).Mul(n, unit), low).Cmp(size) < 0 {
			return n.FillBytes(make([]byte, keep))
		}
	}
}

// slowZero is the chance that a number in [a, c) is in [a, b), at the start.
func slowZero(covered, count, a, b, c uint64) uint64 {
	from := func(v uint64) *big.Int {
		if v == 0 || v > covered { // 0 stands for 2^64
			return new(big.Int)
		}
		step := new(big.Int).SetUint64(covered - count)
		step.Lsh(step, 64).Div(step, new(big.Int).SetUint64(covered))
		p := new(big.Int).SetUint64(1<<64 - 1)
		for rest := v - 1; rest > 0; rest >>= 1 {
			if rest&1 == 1 {
				p.Rsh(p.Mul(p, step), 64)
			}
			step.Rsh(step.Mul(step, step), 64)
		}
		return p
	}
	all := new(big.Int).Sub(from(a), from(c))
	if all.Sign() == 0 {
		return 32768
	}
	low := new(big.Int).Sub(from(a), from(b))
	p := low.Mul(low, big.NewInt(65535)).Div(low, all).Uint64()
	return min(max(p, 32), 65536-32)
}
