package revocation

import "math/bits"

// ExtensionPadding is the type of the extension that says to which sizes blobs are padded: package doc, "Padding".
const ExtensionPadding = 0x8001

const (
	schemePadded           = 0xf0 // first byte of every blob of a head that has padding, and of no other
	minPadding, maxPadding = 6, 17
)

// PaddedSize returns the size of its class: the least that is not below size, is 2^class or more, and has no binary digit
// but zeros after its first three.
func PaddedSize(class uint8, size uint64) uint64 {
	if size <= 1<<class {
		return 1 << class
	}
	drop := max(bits.Len64(size-1), 3) - 3
	return ((size-1)>>drop + 1) << drop
}

// Pad returns a blob as a head with padding of this class names it.
func Pad(class uint8, blob []byte) []byte {
	out := append(appendVarint([]byte{schemePadded}, uint64(len(blob))), blob...)
	return append(out, make([]byte, PaddedSize(class, uint64(len(out)))-uint64(len(out)))...)
}

// pad names what a blob is in a head with this padding; 0: with none.
func pad(class uint8, blob []byte) []byte {
	if class == 0 {
		return blob
	}
	return Pad(class, blob)
}

// unpad returns what [Pad] was given, a part of blob. The error wraps [ErrFormat] or [ErrVersion].
func unpad(class uint8, blob []byte) ([]byte, error) {
	if class == 0 {
		return blob, nil
	}
	if len(blob) == 0 || blob[0] != schemePadded {
		return nil, unsupported("blob without the padding that its head has")
	}
	r := &reader{blob[1:], true}
	content := r.take(r.varint())
	if !r.ok || !zeros(r.b) || uint64(len(blob)) != PaddedSize(class, uint64(len(blob)-len(r.b))) {
		return nil, malformed("padding is not zeros up to the size of its class")
	}
	return content, nil
}

func zeros(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// checkPadding reports whether a body of so many bytes has a valid padding, or none.
func (b *Body) checkPadding(size int) error {
	for _, e := range b.Extensions {
		if e.Type != ExtensionPadding {
			continue
		}
		if len(e.Data) == 0 || e.Data[0] < minPadding || e.Data[0] > maxPadding || !zeros(e.Data[1:]) ||
			PaddedSize(e.Data[0], uint64(size)) != uint64(size) {
			return malformed("padding of a head")
		}
	}
	return nil
}

// Padding returns the class of the padding that a well-formed body has, 0 if it has none.
func (b *Body) Padding() uint8 {
	for _, e := range b.Extensions {
		if e.Type == ExtensionPadding {
			return e.Data[0]
		}
	}
	return 0
}

// PadBody gives b, which has no padding, that of a class: afterwards it names blobs as [Pad] returns them, and its own size is
// one of the class. It is to be called last. The error wraps [ErrFormat].
func PadBody(b *Body, class uint8) error {
	if class < minPadding || class > maxPadding || b.Padding() != 0 {
		return malformed("class of padding")
	}
	before := b.Extensions
	for fill := 0; ; {
		b.Extensions = append(before[:len(before):len(before)], Extension{ExtensionPadding, append([]byte{class}, make([]byte, fill)...)})
		body, err := appendBody(nil, *b)
		if err != nil {
			b.Extensions = before
			return err
		}
		size := uint64(len(body))
		missing := int(PaddedSize(class, size) - size)
		if missing == 0 {
			return nil
		}
		// The count of the zeros takes a byte more from 63 of them on, and two from 16383 on: then the size is reached from below.
		fill += max(1, missing-2)
	}
}
