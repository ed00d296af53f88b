package crl_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

// A certificate is what an entry is about.
type certificate struct{ issuer, serial string }

// model is what a list says, found the slow way: by reading every entry.
func model(l *crl.List) map[certificate]crl.Entry {
	entries := map[certificate]crl.Entry{}
	key := l.Issuer.Key()
	for e := range l.All {
		c := certificate{key, string(e.Serial)}
		if e.Issuer != nil {
			c.issuer = e.Issuer.Key()
		}
		before, listed := entries[c]
		if !listed || weight(e) > weight(before) || weight(e) == weight(before) && e.RevokedAt.Before(before.RevokedAt) {
			entries[c] = e
		}
	}
	return entries
}

func weight(e crl.Entry) int {
	switch e.Reason {
	case crl.RemoveFromCRL:
		return 1
	case crl.CertificateHold:
		return 2
	}
	return 3
}

func same(a, b crl.Entry) bool {
	return bytes.Equal(a.Serial, b.Serial) && (a.Issuer == nil) == (b.Issuer == nil) &&
		(a.Issuer == nil || a.Issuer.Equal(*b.Issuer)) && a.RevokedAt.Equal(b.RevokedAt) && a.Reason == b.Reason
}

// checkIndex fails unless every certificate of the list is found, as the model has it, and others, near some thousand
// of those, are not.
func checkIndex(t testing.TB, l *crl.List) {
	t.Helper()
	entries := model(l)
	issuers := map[string]bool{l.Issuer.Key(): true, "": true, "nobody": true}
	for c := range entries {
		issuers[c.issuer] = true
	}
	n := 0
	for c, want := range entries {
		if got, ok := l.Entry(c.issuer, []byte(c.serial)); !ok || !same(got, want) {
			t.Fatalf("serial %x: %+v, %t; want %+v", c.serial, got, ok, want)
		}
		if n++; n > 2000 {
			continue
		}
		near := []byte(c.serial)
		for _, absent := range [][]byte{
			near[:len(near)-1], append([]byte{1}, near...), append(bytes.Clone(near), 0),
			append(bytes.Clone(near[:len(near)-1]), near[len(near)-1]^1),
			append([]byte{near[0] ^ 0x40}, near[1:]...),
		} {
			checkEntry(t, l, entries, certificate{c.issuer, string(absent)})
		}
		if len(issuers) < 20 {
			for issuer := range issuers {
				checkEntry(t, l, entries, certificate{issuer, c.serial})
			}
		}
	}
}

// checkEntry fails unless a certificate is found if and only if the model has it.
func checkEntry(t testing.TB, l *crl.List, entries map[certificate]crl.Entry, c certificate) {
	t.Helper()
	want, listed := entries[c]
	if got, ok := l.Entry(c.issuer, []byte(c.serial)); ok != listed || ok && !same(got, want) {
		t.Fatalf("serial %x: %+v, %t; want %+v, %t", c.serial, got, ok, want, listed)
	}
}

func TestEveryEntryIsFoundAndNoOther(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, size := range []int{0, 1, 2, 3, 4, 5, 15, 16, 17, 64, 300, 5000} {
		for name, serial := range map[string]func(i int) []byte{
			"rising":               func(i int) []byte { return counter(i + 1) },
			"falling":              func(i int) []byte { return counter(size - i) },
			"multiples of 2^16":    func(i int) []byte { return counter((i + 1) << 16) },
			"random":               randomSerial,
			"long equal prefix":    func(i int) []byte { return append(bytes.Repeat([]byte{1}, 17), counter(i+1<<16)...) },
			"long equal suffix":    func(i int) []byte { return append(counter(i+1<<16), bytes.Repeat([]byte{1}, 17)...) },
			"one of each length":   func(i int) []byte { return bytes.Repeat([]byte{byte(i%127) + 1}, i%21+1) },
			"many of each":         func(i int) []byte { return counter(random.IntN(size/4+1) + 1) },
			"all the same":         func(int) []byte { return []byte{7} },
			"negative":             func(i int) []byte { return []byte{0x80 | byte(i>>8&0x3f), byte(i)} },
			"zero and one":         func(i int) []byte { return []byte{byte(i % 2)} },
			"21 octets, as random": func(i int) []byte { return append([]byte{0, 0x80}, append(randomSerial(i), 1, 2, 3)...) },
		} {
			t.Run(fmt.Sprintf("%d %s", size, name), func(t *testing.T) {
				list := testcrl.List{RawEntries: testcrl.Many(size, serial, random.IntN(6))}
				l := mustParse(t, issue(list))
				if l.Entries() != size {
					t.Fatalf("%d entries, want %d", l.Entries(), size)
				}
				checkIndex(t, l)
			})
		}
	}
}

// counter returns the octets of a positive INTEGER.
func counter(n int) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(n))
	for len(b) > 1 && b[0] == 0 && b[1] < 0x80 {
		b = b[1:]
	}
	return b
}

// A revocation must not be undone by another entry for the same certificate, in whatever order they stand.
func TestOfSeveralEntriesForACertificateTheGravestCounts(t *testing.T) {
	day := 24 * time.Hour
	entry := func(reason byte, at time.Duration) testcrl.Entry {
		e := testcrl.RevokeSerial(9, testcrl.Reason(reason))
		e.RevokedAt = testcrl.RevokedAt.Add(at)
		return e
	}
	for _, c := range []struct {
		name    string
		counts  testcrl.Entry
		besides []testcrl.Entry
	}{
		{"revocation before hold", entry(5, day), []testcrl.Entry{entry(6, 0)}},
		{"revocation before removal", entry(1, day), []testcrl.Entry{entry(8, 0)}},
		{"revocation without a reason before removal", entry(0, day), []testcrl.Entry{entry(8, 0), entry(8, 2*day)}},
		{"hold before removal", entry(6, day), []testcrl.Entry{entry(8, 0)}},
		{"the earlier revocation", entry(4, 0), []testcrl.Entry{entry(1, day), entry(3, 2*day)}},
		{"all of them", entry(9, -day), []testcrl.Entry{entry(8, -2*day), entry(6, -2*day), entry(10, 0), entry(9, 0)}},
	} {
		all := append([]testcrl.Entry{c.counts}, c.besides...)
		for shift := range all {
			t.Run(fmt.Sprintf("%s, %d", c.name, shift), func(t *testing.T) {
				list := with(exts(testcrl.Delta(1)), append(append([]testcrl.Entry{}, all[shift:]...), all[:shift]...)...)
				l := mustParse(t, issue(list))
				e, ok := l.Entry(l.Issuer.Key(), []byte{9})
				if !ok || !e.RevokedAt.Equal(c.counts.RevokedAt) || string(testcrl.Reason(byte(e.Reason)).Value) != string(c.counts.Extensions[0].Value) {
					t.Errorf("%+v, %t", e, ok)
				}
				if l.Entries() != len(all) {
					t.Errorf("%d entries, want %d", l.Entries(), len(all))
				}
				checkIndex(t, l)
			})
		}
	}
	t.Run("of equal ones the first", func(t *testing.T) {
		l := mustParse(t, issue(with(nil, entry(4, 0), entry(1, 0), entry(5, 0))))
		if e, ok := l.Entry(l.Issuer.Key(), []byte{9}); !ok || e.Reason != crl.Superseded {
			t.Errorf("%+v, %t", e, ok)
		}
	})
}

// RFC 5280, Section 5.3.3.
func TestTheCertificateIssuerHoldsUntilTheNextOne(t *testing.T) {
	is := func(n testca.Name) testca.Ext {
		return testcrl.CertificateIssuer(testca.Directory(n), testca.DNS("a.example"))
	}
	shouting := testca.Name{{Type: testca.OIDCommonName, Value: " SOMEONE ", Tag: 19}}
	self := authority.Intermediate.Cert.Subject
	l := mustParse(t, issue(with(exts(indirect),
		testcrl.RevokeSerial(1),
		testcrl.RevokeSerial(2, is(someone)),
		testcrl.RevokeSerial(3, testcrl.Reason(1)),
		testcrl.RevokeSerial(4, is(another)),
		testcrl.RevokeSerial(1),
		testcrl.RevokeSerial(5, is(self)),
		testcrl.RevokeSerial(6),
		testcrl.RevokeSerial(7, is(shouting)),
		testcrl.RevokeSerial(8, is(someone)),
	)))
	if l.UnsupportedCritical || l.Entries() != 9 {
		t.Fatalf("unsupported %t, %d entries", l.UnsupportedCritical, l.Entries())
	}
	key := func(n testca.Name) string {
		return mustParse(t, testcrl.Issue(authority.Root, testcrl.List{Issuer: n})).Issuer.Key()
	}
	for issuer, serials := range map[string]string{
		l.Issuer.Key(): "\x01\x05\x06", key(someone): "\x02\x03\x07\x08", key(another): "\x04\x01", key(shouting): "\x02\x03\x07\x08",
		key(testca.Name{{Type: testca.OIDCommonName, Value: "Nobody"}}): "",
	} {
		for serial := byte(0); serial < 10; serial++ {
			e, ok := l.Entry(issuer, []byte{serial})
			if ok != bytes.Contains([]byte(serials), []byte{serial}) {
				t.Errorf("serial %d of %q: %t", serial, issuer, ok)
			}
			if ok && (e.Issuer == nil) != (issuer == l.Issuer.Key()) || ok && e.Issuer != nil && e.Issuer.Key() != issuer {
				t.Errorf("serial %d of %q: issuer %v", serial, issuer, e.Issuer)
			}
		}
	}
	checkIndex(t, l)
}

func TestIndirectListsOfManyIssuersAreFoundIn(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for _, size := range []int{10, 100, 3000} {
		list := with(exts(indirect))
		for range size {
			e := testcrl.Entry{Serial: big.NewInt(int64(random.IntN(size/10 + 1)))}
			if random.IntN(3) > 0 {
				name := testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint(random.IntN(12))}}
				e.Extensions = exts(testcrl.CertificateIssuer(testca.Directory(name)))
			}
			list.Entries = append(list.Entries, e)
		}
		checkIndex(t, mustParse(t, issue(list)))
	}
}

// All certificates of all issuers have one serial number, and of one issuer there are many.
func TestOneSerialNumberOfManyIssuersIsFound(t *testing.T) {
	list := with(exts(indirect))
	for i := range 1000 {
		name := testca.Name{{Type: testca.OIDCommonName, Value: fmt.Sprint(i * 7 % 1000 / 2)}}
		list.Entries = append(list.Entries, testcrl.RevokeSerial(1, testcrl.CertificateIssuer(testca.Directory(name))), testcrl.RevokeSerial(1))
	}
	l := mustParse(t, issue(list))
	if n := len(model(l)); n != 500 {
		t.Fatalf("%d certificates", n)
	}
	checkIndex(t, l)
}

func TestAllStopsWhenItIsTold(t *testing.T) {
	l := mustParse(t, issue(with(nil, testcrl.RevokeSerial(1), testcrl.RevokeSerial(2), testcrl.RevokeSerial(3))))
	var seen []byte
	for e := range l.All {
		if seen = append(seen, e.Serial...); len(seen) == 2 {
			break
		}
	}
	if !bytes.Equal(seen, []byte{1, 2}) {
		t.Errorf("%x", seen)
	}
}
