package crl_test

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

const million = 1_000_000

var benchCA = testca.NewRoot(testca.Cert{Subject: testca.Name{{Type: testca.OIDCommonName, Value: "Large"}}},
	testca.NewKey(testca.P256, "large list"))

// randomSerial is the serial number i of a list, as most authorities make them: 16 octets that look random.
func randomSerial(i int) []byte {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(i))
	sum := sha256.Sum256(n[:])
	sum[0] = sum[0]&0x7f | 0x40
	return sum[:16]
}

// millionEntries is a list of 1,000,000 entries with reasons, 49 MB.
func millionEntries(tb testing.TB) []byte {
	tb.Helper()
	return testcrl.Issue(benchCA, testcrl.List{RawEntries: testcrl.Many(million, randomSerial, testcrl.Superseded)})
}

// BenchmarkParse1M decodes and indexes. It also prints what the index holds.
func BenchmarkParse1M(b *testing.B) {
	der := millionEntries(b)
	b.SetBytes(int64(len(der)))
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var l *crl.List
	for b.Loop() {
		var err error
		if l, err = crl.Parse(der); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/million, "index-B/entry")
	runtime.KeepAlive(l)
}

// BenchmarkLookup1M looks certificates up at random, nine of ten of which are not in the list: what verifying does.
func BenchmarkLookup1M(b *testing.B) {
	l, err := crl.Parse(millionEntries(b))
	if err != nil {
		b.Fatal(err)
	}
	issuer := l.Issuer.Key()
	serials := make([][]byte, 1<<16)
	random := rand.New(rand.NewPCG(1, 2))
	listed := 0
	for i := range serials {
		n := random.IntN(10 * million)
		if n < million {
			listed++
		}
		serials[i] = randomSerial(n)
	}
	found, i := 0, 0
	for b.Loop() {
		if _, ok := l.Entry(issuer, serials[i%len(serials)]); ok {
			found++
		}
		i++
	}
	if i >= len(serials) && found == 0 || found > i {
		b.Fatalf("%d of %d found, %d of %d are listed", found, i, listed, len(serials))
	}
}
