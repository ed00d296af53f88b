// Command crl measures a CRL of 1,000,000 entries and prints the figures, with the host's name if it is given one.
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

const entries = 1_000_000

func main() {
	host := ""
	if len(os.Args) > 1 {
		host = "_" + os.Args[1]
	}
	root := testca.NewRoot(testca.Cert{Subject: testca.Name{{Type: testca.OIDCommonName, Value: "Large"}}}, testca.NewKey(testca.P256, "large list"))
	der := testcrl.Issue(root, testcrl.List{RawEntries: testcrl.Many(entries, serial, testcrl.Superseded)})

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	l, err := crl.Parse(der)
	parsed := time.Since(start)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)

	fmt.Printf("figure x509.crl1m%s_parse_ms %d ms\n", host, parsed.Milliseconds())
	fmt.Printf("figure x509.crl1m%s_index_bytes_per_entry %.2f bytes\n", host, float64(after.HeapAlloc-before.HeapAlloc)/entries)
	fmt.Printf("figure x509.crl1m%s_lookup_ns %d ns\n", host, lookup(l).Nanoseconds())
	runtime.KeepAlive(l)
}

// lookup returns how long one lookup takes: the median of many batches, so that what else the machine does counts
// little. Nine of ten certificates are not in the list, and none is looked up twice.
func lookup(l *crl.List) time.Duration {
	const batches, size = 301, 2000
	issuer := l.Issuer.Key()
	random := rand.New(rand.NewPCG(1, 2))
	serials := make([][]byte, size)
	var took []time.Duration
	for range batches {
		listed := 0
		for i := range serials {
			n := random.IntN(10 * entries)
			if n < entries {
				listed++
			}
			serials[i] = serial(n)
		}
		start := time.Now()
		found := 0
		for _, s := range serials {
			if _, ok := l.Entry(issuer, s); ok {
				found++
			}
		}
		took = append(took, time.Since(start))
		if found != listed {
			fmt.Fprintf(os.Stderr, "%d found, %d are listed\n", found, listed)
			os.Exit(1)
		}
	}
	slices.Sort(took)
	return took[batches/2] / size
}

// serial is serial number i: 16 octets that look random, as most authorities make them.
func serial(i int) []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
	sum[0] = sum[0]&0x7f | 0x40
	return sum[:16]
}
