package revocation

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/revocation/internal/filter"
	"github.com/e2eid/e2eid/revocation/publisher/serial"
)

// A third reader of serial lists and one of padding, strict, made from the package doc alone by who had not written the first: they
// take the same bytes as the package, also damaged ones, and answer the same.

// docBits are bits, a byte each, that are taken from the front; over says that there were too few, or a value is out of range.
type docBits struct {
	bits []byte
	over bool
}

func newDocBits(b []byte) *docBits {
	d := &docBits{}
	for _, c := range b {
		for i := 7; i >= 0; i-- {
			d.bits = append(d.bits, c>>i&1)
		}
	}
	return d
}

func (d *docBits) take(n int) (v uint64) {
	for _, bit := range d.row(n) {
		v = v*2 + uint64(bit)
	}
	return v
}

func (d *docBits) row(n int) []byte {
	if n < 0 || n > len(d.bits) {
		d.over, d.bits = true, nil
		return nil
	}
	out := d.bits[:n]
	d.bits = d.bits[n:]
	return out
}

// refuse marks the bits as refused if bad.
func (d *docBits) refuse(bad bool) bool {
	d.over = d.over || bad
	return d.over
}

func (d *docBits) varint() uint64 {
	length := 1 << d.take(2)
	v := d.take(8*length - 2)
	shortest := 8
	for _, l := range []int{4, 2, 1} {
		if v < 1<<(8*l-2) {
			shortest = l
		}
	}
	d.refuse(length != shortest)
	return v
}

// unary counts the zero bits before a one.
func (d *docBits) unary() (n int) {
	for !d.over && d.take(1) == 0 {
		n++
	}
	return n
}

// end says whether nothing is left but zero bits up to the byte.
func (d *docBits) end() bool {
	return !d.over && len(d.bits) < 8 && !slices.Contains(d.bits, 1)
}

func docMix(x, i uint64) uint64 {
	z := x + (i+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// docSerial reads a snapshot and returns what asks it with the words a, b, c, d of a key; nil if it is refused.
func docSerial(blob []byte, covered, listed uint64) func(key [4]uint64) bool {
	n, inverted := listed, false
	if listed > covered/2 {
		n, inverted = covered-listed, true
	}
	if len(blob) == 0 {
		return nil
	}
	d := newDocBits(blob[1:])
	switch blob[0] {
	case 0x10:
		if n == 0 {
			if len(blob) > 1 {
				return nil
			}
			return func([4]uint64) bool { return inverted }
		}
		width, seed := int(d.take(8)), d.varint()
		if d.refuse(width < 1 || width > 46 || seed >= 1<<30 || n > 1024) || n > 1<<width {
			return nil
		}
		m := max(1, uint64(1)<<width*45426/(65536*n))
		b := 0
		for uint64(1)<<b < m {
			b++
		}
		short := uint64(1)<<b - m
		var numbers []uint64
		next := uint64(0)
		for range n {
			q := uint64(d.unary())
			rest := uint64(0)
			if b > 0 {
				if rest = d.take(b - 1); rest >= short {
					rest = 2*rest + d.take(1) - short
				}
			}
			next += q*m + rest
			if d.refuse(next >= 1<<width) {
				return nil
			}
			numbers = append(numbers, next)
			next++
		}
		if !d.end() {
			return nil
		}
		return func(key [4]uint64) bool {
			return slices.Contains(numbers, docMix(key[2], seed)>>(64-width)) != inverted
		}
	case 0x11:
		f := docReadFilter(d, n)
		if f == nil {
			return nil
		}
		return func(key [4]uint64) bool { return f.has(key) != inverted }
	}
	return nil
}

func docKey(issuer [32]byte, number []byte) (key [4]uint64) {
	sum := sha256.Sum256(append(issuer[:], number...))
	for i := range key {
		key[i] = binary.BigEndian.Uint64(sum[8*i:])
	}
	return key
}

// compareSerial reads a snapshot with both, and reports what each says; listed is nil if it is not known.
func compareSerial(t *testing.T, name string, blob []byte, covered, count int, listed func(int) bool) {
	t.Helper()
	set, err := decodeSerial(blob, uint64(covered), uint64(count))
	ask := docSerial(blob, uint64(covered), uint64(count))
	if (err == nil) != (ask != nil) {
		t.Fatalf("%s: the package says %v, the doc %t: %x", name, err, ask != nil, blob)
	}
	if err != nil {
		if listed != nil {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	for i := range min(covered+20, 600) { // also of whom it says nothing
		got, doc := set.has(filter.NewKey([32]byte{}, serialNumber(i))), ask(docKey([32]byte{}, serialNumber(i)))
		if got != doc || listed != nil && i < covered && got != listed(i) {
			t.Fatalf("%s: %d: the package says %t, the doc %t: %x", name, i, got, doc, blob)
		}
	}
}

func TestSerialListsAreAsTheDocSays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	type input struct{ covered, listed, seedBits int }
	inputs := []input{{0, 0, 0}, {0, 0, 12}, {1, 0, 8}, {1, 1, 8}, {2, 1, 12}, {3, 2, 0}, {64, 64, 8}, {65, 32, 8}, {65, 33, 8}, {128, 64, 1}}
	for _, n := range []int{1, 2, 62, 63, 64, 65, 66, 127, 128, 129} {
		for _, seedBits := range []int{0, 4} {
			inputs = append(inputs, input{3 * n, n, seedBits}, input{3 * n, 2 * n, seedBits}, input{2*n + 1, n + 1, seedBits})
		}
	}
	inputs = append(inputs, input{200, 64, 12}, input{200, 65, 12})
	for range 12 {
		n := 1 + random.IntN(500)
		inputs = append(inputs, input{n, random.IntN(n + 1), random.IntN(5)})
	}
	for _, in := range inputs {
		name := fmt.Sprint(in)
		order := random.Perm(in.covered)
		set := make([]bool, in.covered)
		var listed, others []filter.Key
		for i, at := range order {
			set[at] = i < in.listed
			if k := filter.NewKey([32]byte{}, serialNumber(at)); set[at] {
				listed = append(listed, k)
			} else {
				others = append(others, k)
			}
		}
		if len(listed) > len(others) {
			listed, others = others, listed
		}
		is := func(i int) bool { return set[i] }
		blob, err := serial.Encode(listed, others, serial.Options{SeedBits: in.seedBits})
		if err != nil {
			t.Fatal(name, err)
		}
		blobs := [][]byte{blob}
		if len(listed) > 0 { // a filter also where hashes are smaller
			b, err := serial.Build(listed, others, serial.Options{SeedBits: in.seedBits})
			if err != nil {
				t.Fatal(name, err)
			}
			blobs = append(blobs, append([]byte{0x11}, b...))
		}
		for _, blob := range blobs {
			compareSerial(t, name, blob, in.covered, in.listed, is)
			for _, count := range []int{0, in.listed - 1, in.listed + 1, in.covered} { // of a head that says otherwise
				if count >= 0 && count <= in.covered && count != in.listed {
					compareSerial(t, name, blob, in.covered, count, nil)
				}
			}
			for range 10 {
				damaged := bytes.Clone(blob)
				switch at := random.IntN(len(damaged)); random.IntN(5) {
				case 0:
					damaged = damaged[:at]
				case 1:
					damaged = append(damaged, byte(random.IntN(3)))
				case 2:
					at = min(at, 8) // where the numbers are
					damaged[at] ^= 1 << random.IntN(8)
				default:
					damaged[at] ^= 1 << random.IntN(8)
				}
				compareSerial(t, name+", damaged", damaged, in.covered, in.listed, nil)
			}
		}
	}
}
