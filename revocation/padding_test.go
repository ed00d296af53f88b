package revocation

import (
	"bytes"
	"errors"
	"testing"
)

func TestPaddedSizesAreFewAndAtMostAFourthMore(t *testing.T) {
	for class := uint8(minPadding); class <= maxPadding; class += 11 {
		sizes := map[uint64]bool{}
		for size := uint64(0); size < 1<<15; size++ {
			got := PaddedSize(class, size)
			sizes[got] = true
			if got < size || got < 1<<class || got > 1<<class && got*4 > size*5 {
				t.Fatalf("class %d: %d becomes %d", class, size, got)
			}
			if PaddedSize(class, got) != got {
				t.Fatalf("class %d: %d is not of the class of itself", class, got)
			}
		}
		if most := 1 + 4*max(0, 15-int(class)); len(sizes) > most {
			t.Errorf("class %d: %d sizes, want at most %d", class, len(sizes), most)
		}
	}
	// By hand: 1025 is 10000000001 in binary, and the next number of three digits and zeros is 10100000000.
	for size, want := range map[uint64]uint64{0: 64, 64: 64, 65: 80, 80: 80, 81: 96, 127: 128, 1024: 1024, 1025: 1280, 1 << 32: 1 << 32, 1<<32 + 1: 5 << 30} {
		if got := PaddedSize(6, size); got != want {
			t.Errorf("%d becomes %d, want %d", size, got, want)
		}
	}
}

// What follows the content is decided: nothing else is a padded blob.
func TestABlobHasOnePadding(t *testing.T) {
	content := []byte{1, 2, 3}
	good := Pad(6, content)
	if got, err := unpad(6, good); err != nil || !bytes.Equal(got, content) {
		t.Fatal(got, err)
	}
	change := func(f func(b []byte) []byte) []byte { return f(bytes.Clone(good)) }
	for _, c := range []struct {
		name  string
		class uint8
		blob  []byte
		want  error
	}{
		{"nothing", 6, nil, ErrVersion},
		{"content without padding", 6, content, ErrVersion},
		{"a class too small", 7, good, ErrFormat},
		{"a zero too few", 6, good[:len(good)-1], ErrFormat},
		{"a zero too many", 6, append(bytes.Clone(good), 0), ErrFormat},
		{"the next size", 6, append(bytes.Clone(good), make([]byte, 16)...), ErrFormat},
		{"a byte that is not zero", 6, change(func(b []byte) []byte { b[len(b)-1] = 1; return b }), ErrFormat},
		{"content that is cut off", 6, []byte{schemePadded, 63}, ErrFormat},
		{"a size in a longer form", 6, change(func(b []byte) []byte {
			return append([]byte{schemePadded, 0x40, 3}, b[2:len(b)-1]...)
		}), ErrFormat},
	} {
		if _, err := unpad(c.class, c.blob); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func FuzzPadding(f *testing.F) {
	f.Add(uint8(6), Pad(6, []byte{1}))
	f.Add(uint8(8), Pad(8, make([]byte, 300)))
	f.Fuzz(func(t *testing.T, class uint8, in []byte) {
		if class < minPadding || class > maxPadding {
			return // ParseHead has refused it
		}
		content, err := unpad(class, in)
		if err == nil && !bytes.Equal(Pad(class, content), in) {
			t.Fatalf("%x does not pad to itself", in)
		}
	})
}

func TestPaddingOfAHead(t *testing.T) {
	body := Body{Authority: "a.example", Number: 2, ThisUpdate: fromUnix(1700000000), NextUpdate: fromUnix(1700086400)}
	plain, err := AppendBody(nil, body)
	if err != nil {
		t.Fatal(err)
	}
	// Every number of zeros up to where their count takes more bytes.
	for n := range 200 {
		b := body
		b.Extensions = []Extension{{5, make([]byte, n)}}
		for class := uint8(minPadding); class < 11; class++ {
			c := b.clone()
			if err := PadBody(&c, class); err != nil {
				t.Fatal(err)
			}
			signed, err := AppendBody(nil, c)
			if err != nil {
				t.Fatal(err)
			}
			if size := uint64(len(signed)); c.Padding() != class || PaddedSize(class, size) != size || size > 1<<class && size*16 > uint64(len(plain)+n+24)*25 {
				t.Fatalf("%d bytes beside, class %d: %d bytes", n, class, size)
			}
		}
	}
	padded := body
	if err := PadBody(&padded, 8); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"without a class", nil},
		{"of a class that is too small", []byte{minPadding - 1}},
		{"of a class that is too large", []byte{maxPadding + 1}},
		{"of another size", []byte{8}},
		{"with what is not zero", append(bytes.Clone(padded.Extensions[0].Data[:10]), append(make([]byte, len(padded.Extensions[0].Data)-11), 1)...)},
	} {
		b := body
		b.Extensions = []Extension{{ExtensionPadding, c.data}}
		if _, err := AppendBody(nil, b); !errors.Is(err, ErrFormat) {
			t.Errorf("padding %s: %v", c.name, err)
		}
	}
	if err := PadBody(&padded, 8); !errors.Is(err, ErrFormat) {
		t.Errorf("a second padding: %v", err)
	}
}
