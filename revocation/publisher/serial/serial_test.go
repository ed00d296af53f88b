package serial

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation/internal/filter"
)

func keys(from, n int) []filter.Key {
	list := make([]filter.Key, n)
	for i := range list {
		list[i] = filter.NewKey([32]byte{1}, binary.BigEndian.AppendUint64(nil, uint64(from+i)))
	}
	return list
}

func bound(n, r float64) float64 {
	l := func(x float64) float64 { v, _ := math.Lgamma(x + 1); return v }
	return (l(n) - l(r) - l(n-r)) / math.Ln2 / 8
}

func TestExp(t *testing.T) {
	for _, c := range []struct{ n, r, s int }{{1e6, 1e4, 10}, {1e6, 1e4, 0}, {1e6, 1e3, 10}, {1e6, 1e3, 0}, {1e6, 100, 10}, {1e6, 10, 10}, {1e6, 1e4, 8}} {
		listed, others := keys(0, c.r), keys(c.r, c.n-c.r)
		at := time.Now()
		b, err := Build(listed, others, Options{SeedBits: c.s})
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(at)
		f, err := filter.Parse(b, uint64(c.r))
		if err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for _, k := range listed {
			if !f.Has(k) {
				wrong++
			}
		}
		at = time.Now()
		for _, k := range others {
			if f.Has(k) {
				wrong++
			}
		}
		fmt.Println(c, len(b), float64(len(b))/bound(float64(c.n), float64(c.r)), took, wrong, time.Since(at)/time.Duration(len(others)))
	}
}
