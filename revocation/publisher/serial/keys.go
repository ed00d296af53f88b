package serial

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// Keys returns the keys of n certificates of an issuer, whose serial numbers are told by their position, from several
// goroutines. Of the options Workers and Progress count.
func Keys(issuer [32]byte, n int, number func(i int) []byte, o Options) []filter.Key {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	const piece = 1 << 14
	keys := make([]filter.Key, n)
	progress := counter{o: o, stage: "keys", total: n}
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(o.Workers, (n+piece-1)/piece) {
		wait.Go(func() {
			for {
				to := int(next.Add(piece))
				from := to - piece
				if from >= n {
					return
				}
				to = min(to, n)
				for i := from; i < to; i++ {
					keys[i] = filter.NewKey(issuer, number(i))
				}
				progress.add(to - from)
			}
		})
	}
	wait.Wait()
	return keys
}
