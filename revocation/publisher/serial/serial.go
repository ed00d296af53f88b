// Package serial builds the exact filter of serial lists. The package doc of revocation specifies it.
package serial

import (
	"errors"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// ErrKeys reports keys that no filter can tell apart: the same one is listed and not, or there are far too few blocks.
var ErrKeys = errors.New("serial: listed and other keys cannot be told apart")

const (
	meanSearched = 64   // keys of a block of the first level whose seed is searched
	meanQuick    = 400  // and of one whose seed is not
	meanSecond   = 1800 // and of the second level; one of 2048 is refused
	maxTries     = 1 << 12
)

// Options of a filter. All of them lead to the same answers.
type Options struct {
	// SeedBits is the effort for a smaller filter: each block of the first level tries 2^SeedBits seeds. 8 is good, 6 takes
	// a fourth of the time and 0.3 % of the size more; 0 does not search.
	SeedBits int
	// Workers is how many goroutines build it; 0: as many as there are processors.
	Workers int
	// Progress, if not nil, is told how much of each stage is done: "keys", "first level", "second level". Calls come one at a time.
	Progress func(stage string, done, total int)
}

// Build returns a filter that has all listed keys and none of the others. The same input gives the same bytes.
func Build(listed, others []filter.Key, o Options) ([]byte, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	rank := rankFor(len(listed), len(others), o.SeedBits)
	mean, free := meanQuick, 0
	if o.SeedBits > 0 {
		mean, free = meanSearched, 1
	}
	first, err := build(listed, mean, 0, func(groups [][]filter.Key) ([]solved, error) {
		order := group(others, len(groups), 0)
		seeds := 0
		if o.SeedBits > 0 {
			seeds = 1 << o.SeedBits
		}
		return parallel(len(groups), o, "first level", func(s *search, i int) (solved, bool) {
			return s.first(groups[i], others, order[i], rank, seeds, free)
		})
	})
	if err != nil {
		return nil, err
	}
	all := append([]filter.Key(nil), listed...)
	for _, b := range first {
		for _, at := range b.wrong {
			all = append(all, others[at])
		}
	}
	second, err := build(all, meanSecond, 1, func(groups [][]filter.Key) ([]solved, error) {
		order := group(all, len(groups), 1)
		return parallel(len(groups), o, "second level", func(s *search, i int) (solved, bool) { return s.second(all, order[i], len(listed)) })
	})
	if err != nil {
		return nil, err
	}
	var w writer
	w.bits(uint64(rank), 8)
	w.bits(uint64(o.SeedBits), 8)
	w.bits(uint64(free), 8)
	w.number(uint64(len(first)))
	w.number(uint64(len(second)))
	w.number(uint64(len(all)))
	w.level(first, len(listed), uint(o.SeedBits), rank, free)
	w.level(second, len(all), 0, 1, 0)
	return w.b, nil
}

// build tries numbers of blocks until each block is small enough and has a solution.
func build(keys []filter.Key, mean, level int, solve func(groups [][]filter.Key) ([]solved, error)) ([]solved, error) {
	n := max(1, (len(keys)+mean/2)/mean)
	for range 16 {
		groups := make([][]filter.Key, n)
		for _, k := range keys {
			i := filter.BlockOf(k, level, n)
			groups[i] = append(groups[i], k)
		}
		fits := true
		for _, g := range groups {
			fits = fits && len(g) < filter.MaxKeys
		}
		if fits {
			if blocks, err := solve(groups); err == nil {
				return blocks, nil
			}
		}
		n++
	}
	return nil, ErrKeys
}

// second solves a block of the second level, where keys before position listed have value 1.
func (s *search) second(all []filter.Key, order []int32, listed int) (solved, bool) {
	s.states, s.values = s.states[:0], s.values[:0]
	for _, at := range order {
		s.states = append(s.states, all[at].Row[1])
		v := uint64(0)
		if int(at) < listed {
			v = 1
		}
		s.values = append(s.values, v)
	}
	for seed := range uint32(maxTries) {
		if s.sys.solve(s.states, s.values, seed, len(order)) {
			return solved{len(order), seed, s.sys.columns(nil, 1), s.sys.words, nil}, true
		}
	}
	return solved{}, false
}

// group returns the positions of the keys of each block.
func group(keys []filter.Key, n, level int) [][]int32 {
	counts := make([]int32, n+1)
	for _, k := range keys {
		counts[filter.BlockOf(k, level, n)+1]++
	}
	for i := range n {
		counts[i+1] += counts[i]
	}
	order := make([]int32, len(keys))
	at := append([]int32(nil), counts...)
	for i, k := range keys {
		b := filter.BlockOf(k, level, n)
		order[at[b]] = int32(i)
		at[b]++
	}
	groups := make([][]int32, n)
	for i := range groups {
		groups[i] = order[counts[i]:counts[i+1]]
	}
	return groups
}

// parallel solves n blocks.
func parallel(n int, o Options, stage string, solve func(s *search, i int) (solved, bool)) ([]solved, error) {
	blocks := make([]solved, n)
	var next, failed atomic.Int64
	var wait sync.WaitGroup
	progress := counter{o: o, stage: stage, total: n}
	for range min(o.Workers, n) {
		wait.Go(func() {
			s := &search{sys: newSystem(), short: new(short)}
			for failed.Load() == 0 {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				b, ok := solve(s, i)
				if !ok {
					failed.Add(1)
					return
				}
				blocks[i] = b
				progress.add(1)
			}
		})
	}
	wait.Wait()
	if failed.Load() > 0 {
		return nil, ErrKeys
	}
	return blocks, nil
}

// A counter tells Options.Progress what several goroutines have done of a stage.
type counter struct {
	o     Options
	stage string
	total int

	mu   sync.Mutex
	done int
}

func (c *counter) add(n int) {
	if c.o.Progress == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done += n
	c.o.Progress(c.stage, c.done, c.total)
}

// rankFor returns the bits of a fingerprint at which the filter is smallest.
func rankFor(listed, others, seedBits int) int {
	best, least := 1, math.Inf(1)
	for rank := 1; rank <= filter.MaxRank; rank++ {
		wrong := float64(others) / math.Exp2(float64(rank))
		if seedBits > 0 { // a search leaves what is about three standard deviations less
			of := wrong * meanSearched / float64(max(listed, 1))
			wrong *= max(0.25, 1-3.2/math.Sqrt(of))
		}
		if size := float64(listed*rank) + wrong; size < least {
			best, least = rank, size
		}
	}
	return best
}
