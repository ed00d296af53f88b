package sha256_test

import (
	stdsha256 "crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/sha256"
)

// The examples of FIPS 180 and its predecessors.
var known = []struct{ message, sum string }{
	{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{strings.Repeat("a", 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
}

func TestKnownMessagesHaveTheirDigests(t *testing.T) {
	for _, k := range known {
		if sum := sha256.Sum256([]byte(k.message)); hex.EncodeToString(sum[:]) != k.sum {
			t.Errorf("of %d bytes: %x, want %s", len(k.message), sum, k.sum)
		}
	}
}

// Every length around the first blocks, so that the padding finds room and does not.
func TestEveryShortLengthAgreesWithTheStandardLibrary(t *testing.T) {
	message := []byte(strings.Repeat("e2eid, FIPS 180-4.", 20))
	for n := range 300 {
		if got, want := sha256.Sum256(message[:n]), stdsha256.Sum256(message[:n]); got != want {
			t.Errorf("of %d bytes: %x, want %x", n, got, want)
		}
	}
}

// Also that a sum leaves what is in progress as it was, and that nothing is allocated.
func TestPartsHashAsTheWhole(t *testing.T) {
	message := []byte(strings.Repeat("0123456789", 26))
	for first := range len(message) {
		for _, second := range []int{first, (first + len(message)) / 2, len(message)} {
			d := sha256.New()
			for _, part := range [][]byte{message[:first], message[first:second], message[second:]} {
				d.Write(part)
				d.Sum()
			}
			if got, want := d.Sum(), stdsha256.Sum256(message); got != want {
				t.Fatalf("in parts to %d, to %d and the rest: %x, want %x", first, second, got, want)
			}
		}
	}
	if n := testing.AllocsPerRun(10, func() { sha256.Sum256(message) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzDigest holds this and the standard library's together, in one piece and in three.
func FuzzDigest(f *testing.F) {
	for _, n := range []int{0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000} {
		f.Add([]byte(strings.Repeat("x", n)), uint16(n/3), uint16(n/2))
	}
	f.Fuzz(func(t *testing.T, message []byte, a, b uint16) {
		want := stdsha256.Sum256(message)
		if got := sha256.Sum256(message); got != want {
			t.Fatalf("%x, want %x", got, want)
		}
		i := min(int(a), len(message))
		j := min(i+int(b), len(message))
		d := sha256.New()
		d.Write(message[:i])
		d.Write(message[i:j])
		d.Write(message[j:])
		if got := d.Sum(); got != want {
			t.Fatalf("in parts to %d, to %d and the rest: %x, want %x", i, j, got, want)
		}
	})
}

// Small is a node of a Merkle tree, large a part of a list.
func BenchmarkSum(b *testing.B) {
	for _, size := range []struct {
		name  string
		bytes int
	}{{"small", 65}, {"large", 1 << 20}} {
		message := make([]byte, size.bytes)
		run := func(name string, sum func([]byte) [32]byte) {
			b.Run(size.name+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(size.bytes))
				for b.Loop() {
					sum(message)
				}
			})
		}
		run("ours", sha256.Sum256)
		run("std", stdsha256.Sum256)
	}
}
