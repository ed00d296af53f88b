package crl

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

var hostile = testca.NewRoot(testca.Cert{Subject: testca.Name{{Type: testca.OIDCommonName, Value: "Hostile"}}},
	testca.NewKey(testca.Ed25519, "hostile list"))

const odd = 0x9e3779b97f4a7c15

// mix is what the hash does with a word, and unmix the way back.
func mix(h uint64) uint64 {
	h *= odd
	return h ^ h>>32
}

func unmix(h uint64) uint64 {
	inverse := uint64(odd) // Newton's iteration doubles the bits that are right, of which there are three
	for range 5 {
		inverse *= 2 - odd*inverse
	}
	return (h ^ h>>32) * inverse
}

// colliding returns a serial number that has the same hash for every word, whatever the size of the list: the second
// word undoes what the first did. It has 16 octets, or 21 if the word is odd, of which the last five are free.
func colliding(word uint64) []byte {
	const target = 0x0123456789abcdef
	long := word&1 != 0
	word = word&^(3<<62) | 1<<62 // a positive number
	b := binary.BigEndian.AppendUint64(nil, word)
	if !long {
		return binary.BigEndian.AppendUint64(b, mix(16^word)^target)
	}
	free := word >> 3 & 0xffffffffff
	b = binary.BigEndian.AppendUint64(b, mix(21^word)^unmix(target^free))
	return append(b, byte(free>>32), byte(free>>24), byte(free>>16), byte(free>>8), byte(free))
}

// Words that are hard on the sorting of one bucket.
var hostileWords = map[string]func(i int) uint64{
	"rising":        func(i int) uint64 { return uint64(i) },
	"falling":       func(i int) uint64 { return uint64(1<<40 - i) },
	"random":        func(i int) uint64 { return rand.New(rand.NewPCG(uint64(i), 7)).Uint64() },
	"all the same":  func(int) uint64 { return 1 },
	"each twice":    func(i int) uint64 { return uint64(i / 2) },
	"a bit a digit": func(i int) uint64 { return spread(uint64(i)) },
	"reversed bits": func(i int) uint64 { return bits.Reverse64(uint64(i)) >> 2 },
}

// spread puts three bits of i in each octet, so that every digit splits what is sorted, and none much.
func spread(i uint64) (word uint64) {
	for range 8 {
		word = word<<8 | i&7*0x20
		i >>= 3
	}
	return bits.ReverseBytes64(word)
}

// An attacker chooses the serial numbers, and a list is parsed before its signature is checked.
func TestEntriesThatAllHashAlikeAreFoundInBoundedTime(t *testing.T) {
	count := 100_000
	if testing.Short() {
		count = 5_000
	}
	for name, word := range hostileWords {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			l, err := Parse(testcrl.Issue(hostile, testcrl.List{
				RawEntries: testcrl.Many(count, func(i int) []byte { return colliding(word(i)) }, -1),
			}))
			if err != nil {
				t.Fatal(err)
			}
			full := 0
			for b := range l.index.starts[1:] {
				if l.index.starts[b+1] > l.index.starts[b] {
					full++
				}
			}
			if full != 1 {
				t.Fatalf("%d buckets are in use: this is not the attack", full)
			}
			for i := range count {
				if e, ok := l.Entry(l.issuerKey, colliding(word(i))); !ok || string(e.Serial) != string(colliding(word(i))) {
					t.Fatalf("entry %d: %+v, %t", i, e, ok)
				}
			}
			listed := map[string]bool{}
			for i := range count {
				listed[string(colliding(word(i)))] = true
			}
			for i := range 1000 {
				if absent := colliding(uint64(i)*0x10001 + 1<<59); !listed[string(absent)] {
					if _, ok := l.Entry(l.issuerKey, absent); ok {
						t.Fatalf("%x is found", absent)
					}
				}
			}
			// Quadratic work would take more than a minute.
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("%v", d)
			}
		})
	}
}

// Entries for one serial number of two issuers, many of each, that hash alike.
func TestIssuersAreToldApartThatHashAlike(t *testing.T) {
	for _, pair := range [][2]uint16{{1, 2}, {2, 1}, {2, 257}, {257, 2}} {
		const others, each = 257, 20
		probe := index{starts: make([]uint32, (others+2*each)/perBucket+2)}
		serial := int64(0x100)
		octets := func() []byte { return []byte{byte(serial >> 8), byte(serial)} }
		for {
			b1, high1 := probe.hash(pair[0], octets())
			b2, high2 := probe.hash(pair[1], octets())
			if b1 == b2 && high1 == high2 {
				break
			}
			if serial++; serial == 0x8000 {
				t.Fatal("no serial number does")
			}
		}
		entry := func(issuer uint16, serial int64, day int) testcrl.Entry {
			name := testca.Name{{Type: testca.OIDCommonName, Value: strconv.Itoa(int(issuer))}}
			e := testcrl.RevokeSerial(serial, testcrl.CertificateIssuer(testca.Directory(name)))
			e.RevokedAt = testcrl.RevokedAt.AddDate(0, 0, day)
			return e
		}
		var l testcrl.List
		l.Set(testcrl.IDP(testcrl.Scope{Indirect: true}))
		for i := range others { // so that issuer n has number n
			l.Entries = append(l.Entries, entry(uint16(i+1), 1, 0))
		}
		for i := range each {
			l.Entries = append(l.Entries, entry(pair[0], serial, -i), entry(pair[1], serial, i))
		}
		list, err := Parse(testcrl.Issue(hostile, l))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(list.index.slots); n != others+2 {
			t.Errorf("%d certificates, want %d", n, others+2)
		}
		for i, day := range []int{1 - each, 0} {
			e, ok := list.Entry(list.index.names[pair[i]-1].Key(), octets())
			if want := testcrl.RevokedAt.AddDate(0, 0, day); !ok || !e.RevokedAt.Equal(want) {
				t.Errorf("issuers %d, number %d: %+v, %t, want %v", pair, i, e, ok, want)
			}
		}
	}
}

// BenchmarkParse1MColliding is [BenchmarkParse1M] with the worst serial numbers we know of.
func BenchmarkParse1MColliding(b *testing.B) {
	for _, name := range []string{"random", "a bit a digit", "all the same"} {
		der := testcrl.Issue(hostile, testcrl.List{
			RawEntries: testcrl.Many(1_000_000, func(i int) []byte { return colliding(hostileWords[name](i)) }, 4),
		})
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(der)))
			for b.Loop() {
				if _, err := Parse(der); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The exact bounds: what has them is taken, one more is not.
func TestBounds(t *testing.T) {
	indirect := testcrl.IDP(testcrl.Scope{Indirect: true})
	directory := func(i int) testca.GeneralName {
		return testca.Directory(testca.Name{{Type: testca.OIDCommonName, Value: strings.Repeat("x", i)}})
	}
	issuers := func(count int) (l testcrl.List) {
		l.Set(indirect)
		for i := range count * 3 { // each three times, which does not count
			l.Entries = append(l.Entries, testcrl.RevokeSerial(int64(i), testcrl.CertificateIssuer(directory(i%count))))
		}
		return l
	}
	issuerBytes := func(size int) (l testcrl.List) {
		l.Set(indirect)
		const overhead = 4 // of a name of this size
		first := directory(100)
		l.Entries = append(l.Entries, testcrl.RevokeSerial(1, testcrl.CertificateIssuer(first, testca.DNS(strings.Repeat("y", size-len(first)-overhead)))))
		return l
	}
	extensions := func(count int) (l testcrl.List) {
		e := testcrl.RevokeSerial(1)
		for i := range count {
			e.Extensions = append(e.Extensions, testca.Unknown(testca.OID("1.2."+strconv.Itoa(i)), false, nil))
		}
		l.Entries = append(l.Entries, e)
		return l
	}
	size := func(size int) (l testcrl.List) {
		empty := len(testcrl.Issue(hostile, l))
		const overhead = 31 // identifier of the extension, and longer lengths
		l.Set(testca.Unknown("1.2.3", false, make([]byte, size-empty-overhead)))
		return l
	}
	entries := func(count int) (l testcrl.List) {
		l.RawEntries = testcrl.Many(count, func(i int) []byte { return []byte{byte(i & 0x7f)} }, -1)
		return l
	}
	for _, c := range []struct {
		name  string
		make  func(int) testcrl.List
		most  int
		large bool
	}{
		{"issuers", issuers, maxIssuers, false},
		{"octets of an issuer", issuerBytes, maxIssuerBytes, false},
		{"extensions of an entry", extensions, maxEntryExtensions, false},
		{"octets", size, maxListBytes, true},
		{"entries", entries, maxEntries, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.large && testing.Short() {
				t.Skip("large")
			}
			if _, err := Parse(testcrl.Issue(hostile, c.make(c.most))); err != nil {
				t.Errorf("%d: %v", c.most, err)
			}
			if _, err := Parse(testcrl.Issue(hostile, c.make(c.most+1))); err == nil || !strings.Contains(err.Error(), "too ") {
				t.Errorf("%d: %v", c.most+1, err)
			}
		})
	}
}
