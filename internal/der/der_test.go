package der

import (
	"bytes"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// compare reads b with this package and with cryptobyte, element by element and into each: both must take the same and
// return the same.
func compare(t *testing.T, b []byte, depth int) {
	t.Helper()
	ours, theirs := String(b), cryptobyte.String(b)
	for {
		var content, element String
		var tag Tag
		peek := ours
		ok := ours.Any(&content, &tag)
		var wantContent, wantElement cryptobyte.String
		var wantTag asn1.Tag
		whole := theirs
		wantOK := theirs.ReadAnyASN1(&wantContent, &wantTag)
		if ok != wantOK || tag != Tag(wantTag) && ok || !bytes.Equal(content, wantContent) || !bytes.Equal(ours, theirs) {
			t.Fatalf("%x: Any = %v, tag %x, content %x; cryptobyte has %v, %x, %x", b, ok, tag, content, wantOK, wantTag, wantContent)
		}
		rest := peek
		if got, want := rest.AnyElement(&element, &tag), whole.ReadAnyASN1Element(&wantElement, &wantTag); got != want || !bytes.Equal(element, wantElement) {
			t.Fatalf("%x: AnyElement = %v, %x; cryptobyte has %v, %x", b, got, element, want, wantElement)
		}
		compareKnown(t, peek)
		if !ok {
			return
		}
		if depth > 0 {
			compare(t, content, depth-1)
		}
	}
}

func compareKnown(t *testing.T, b String) {
	t.Helper()
	for _, tag := range []Tag{Boolean, Integer, Sequence, Set, Context(0), Context(3).Constructed()} {
		var content, element String
		var wantContent, wantElement cryptobyte.String
		s1, s2, s3 := b, b, b
		c1, c2, c3 := cryptobyte.String(b), cryptobyte.String(b), cryptobyte.String(b)
		// On failure cryptobyte has read on; this package has not.
		ok := s1.Read(&content, tag)
		if ok != c1.ReadASN1(&wantContent, asn1.Tag(tag)) || ok && !bytes.Equal(content, wantContent) || !ok && len(s1) != len(b) {
			t.Fatalf("%x: Read %x differs", []byte(b), tag)
		}
		ok = s2.Element(&element, tag)
		if ok != c2.ReadASN1Element(&wantElement, asn1.Tag(tag)) || ok && !bytes.Equal(element, wantElement) || !ok && len(s2) != len(b) {
			t.Fatalf("%x: Element %x differs", []byte(b), tag)
		}
		content, wantContent = nil, nil
		var present, wantPresent bool
		ok = s3.Optional(&content, &present, tag)
		if ok != c3.ReadOptionalASN1(&wantContent, &wantPresent, asn1.Tag(tag)) || present != wantPresent ||
			ok && !bytes.Equal(content, wantContent) || !ok && len(s3) != len(b) {
			t.Fatalf("%x: Optional %x differs", []byte(b), tag)
		}
	}
	var got, want bool
	s, c := b, cryptobyte.String(b)
	if ok := s.Bool(&got); ok != c.ReadASN1Boolean(&want) || ok && got != want {
		t.Fatalf("%x: Bool differs", []byte(b))
	}
}

func TestEveryShortInputReadsAsInCryptobyte(t *testing.T) {
	for a := range 256 {
		compare(t, []byte{byte(a)}, 2)
		for b := range 256 {
			compare(t, []byte{byte(a), byte(b)}, 2)
			compare(t, []byte{byte(a), byte(b), 0xff}, 2)
			compare(t, []byte{0x30, byte(a), byte(b), 0x80, 0x01, 0x00}, 2)
		}
	}
}

func TestLengthsReadAsInCryptobyte(t *testing.T) {
	for _, size := range []int{0, 1, 127, 128, 255, 256, 65535, 65536, 1 << 20} {
		var long cryptobyte.Builder
		long.AddASN1(asn1.OCTET_STRING, func(b *cryptobyte.Builder) { b.AddBytes(make([]byte, size)) })
		der := long.BytesOrPanic()
		compare(t, der, 0)
		compare(t, der[:len(der)-1], 0)
		compare(t, append(der, 5), 0)
		compare(t, append([]byte{4, 0x84, 0, 0, 0}, der[1:]...), 0)
	}
}

func FuzzAgainstCryptobyte(f *testing.F) {
	f.Add([]byte{0x30, 0x06, 0x01, 0x01, 0xff, 0xa0, 0x01, 0x00})
	f.Add([]byte{0x04, 0x81, 0x80})
	f.Add([]byte{0x1f, 0x81, 0x01, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) { compare(t, b, 4) })
}
