package main

import (
	"encoding/asn1"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// However a serial number is written, it has the content octets that its certificate has.
func TestSerialNumbersAreIntegersOfDER(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, digits := range []string{"0", "00", "7f", "80", "0080", "ff", "100", "FF:ff", "0:1", strings.Repeat("f", 80)} {
		checkSerial(t, digits)
	}
	for range 1000 {
		checkSerial(t, fmt.Sprintf("%0*x", rng.IntN(20), rng.Uint64()>>rng.IntN(64)))
	}
	for _, digits := range []string{"", ":", "+5", "-5", "0x5", "5 ", "g", "1_0", strings.Repeat("f", 81)} {
		if b, err := serialOctets(digits); err == nil {
			t.Errorf("%q is %x", digits, b)
		}
	}
}

func checkSerial(t *testing.T, digits string) {
	t.Helper()
	n, ok := new(big.Int).SetString(strings.ReplaceAll(digits, ":", ""), 16)
	want, err := asn1.Marshal(n)
	if !ok || err != nil {
		t.Fatal(digits, err)
	}
	if got, err := serialOctets(digits); err != nil || string(got) != string(want[2:]) {
		t.Errorf("%q is %x, want %x (%v)", digits, got, want[2:], err)
	}
}

// A table finds what was added, at its position, and nothing else, whatever its size.
func TestSerialTable(t *testing.T) {
	var table serialTable
	if _, ok := table.find([]byte{1}); ok {
		t.Error("an empty table has something")
	}
	number := func(i int) []byte { return big.NewInt(int64(i) * 7919).Bytes() }
	const count = 20000
	for i := 1; i <= count; i++ {
		if at, added := table.add(number(i)); at != i-1 || !added {
			t.Fatalf("%d is at %d, %v", i, at, added)
		}
		if at, added := table.add(number(i/2 + 1)); added || at != i/2 {
			t.Fatalf("%d again is at %d, %v", i/2+1, at, added)
		}
	}
	for i := 1; i <= 2*count; i++ {
		if at, ok := table.find(number(i)); ok != (i <= count) || ok && at != i-1 {
			t.Fatalf("%d is at %d, %v", i, at, ok)
		}
	}
	if table.len() != count {
		t.Errorf("%d", table.len())
	}
}
