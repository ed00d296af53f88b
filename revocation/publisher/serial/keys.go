package serial

import (
	"runtime"
	"sync"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

// Keys returns the keys of n certificates of an issuer, whose serial numbers are told by their position, from several
// goroutines. workers is as in [Options].
func Keys(issuer [32]byte, n int, number func(i int) []byte, workers int) []filter.Key {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	keys := make([]filter.Key, n)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := n / workers * w; i < n && (i < n/workers*(w+1) || w == workers-1); i++ {
				keys[i] = filter.NewKey(issuer, number(i))
			}
		})
	}
	wait.Wait()
	return keys
}
