package sha512_test

import (
	stdsha512 "crypto/sha512"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/sha512"
)

// The examples of FIPS 180 and its predecessors.
var known = []struct{ message, sum, sum512 string }{
	{"", "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
		"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"},
	{"abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
	{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039",
		"8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
}

func TestKnownMessagesHaveTheirDigests(t *testing.T) {
	for _, k := range known {
		if sum := sha512.Sum384([]byte(k.message)); hex.EncodeToString(sum[:]) != k.sum {
			t.Errorf("of %d bytes: %x, want %s", len(k.message), sum, k.sum)
		}
		if sum := sha512.Sum512([]byte(k.message)); hex.EncodeToString(sum[:]) != k.sum512 {
			t.Errorf("of %d bytes: %x, want %s", len(k.message), sum, k.sum512)
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
		if got, want := sha512.Sum512(message[:n]), stdsha512.Sum512(message[:n]); got != want {
			t.Errorf("of %d bytes: %x, want %x", n, got, want)
		}
	}
}

// FuzzSum holds this and the standard library's together.
func FuzzSum(f *testing.F) {
	for _, n := range []int{0, 1, 111, 112, 127, 128, 129, 240, 1000} {
		f.Add([]byte(strings.Repeat("x", n)))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		if got, want := sha512.Sum384(message), stdsha512.Sum384(message); got != want {
			t.Fatalf("%x, want %x", got, want)
		}
		if got, want := sha512.Sum512(message), stdsha512.Sum512(message); got != want {
			t.Fatalf("%x, want %x", got, want)
		}
	})
}
