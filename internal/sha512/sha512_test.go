package sha512_test

import (
	stdsha512 "crypto/sha512"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/sha512"
)

// The examples of FIPS 180 and its predecessors.
var known = []struct{ message, sum string }{
	{"", "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b"},
	{"abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
	{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039"},
}

func TestKnownMessagesHaveTheirDigests(t *testing.T) {
	for _, k := range known {
		if sum := sha512.Sum384([]byte(k.message)); hex.EncodeToString(sum[:]) != k.sum {
			t.Errorf("of %d bytes: %x, want %s", len(k.message), sum, k.sum)
		}
	}
}

// Every length around the first blocks, so that the padding finds room and does not.
func TestEveryShortLengthAgreesWithTheStandardLibrary(t *testing.T) {
	message := []byte(strings.Repeat("e2eid, FIPS 180-4.", 40))
	for n := range 600 {
		if got, want := sha512.Sum384(message[:n]), stdsha512.Sum384(message[:n]); got != want {
			t.Errorf("of %d bytes: %x, want %x", n, got, want)
		}
	}
}

// FuzzSum384 holds this and the standard library's together.
func FuzzSum384(f *testing.F) {
	for _, n := range []int{0, 1, 111, 112, 127, 128, 129, 240, 1000} {
		f.Add([]byte(strings.Repeat("x", n)))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		if got, want := sha512.Sum384(message), stdsha512.Sum384(message); got != want {
			t.Fatalf("%x, want %x", got, want)
		}
	})
}
