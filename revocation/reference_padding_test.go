package revocation

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// docSize reports whether a size is one of a class.
func docSize(class uint8, size int) bool {
	first := size
	for ; first >= 8; first /= 2 { // up to three binary digits
		if first%2 == 1 {
			return false
		}
	}
	return size >= 1<<class
}

func docUnpad(class uint8, blob []byte) (content []byte, ok bool) {
	if len(blob) == 0 || blob[0] != 0xf0 {
		return nil, false
	}
	d := newDocBits(blob[1:min(len(blob), 9)])
	size := d.varint()
	if d.over {
		return nil, false
	}
	head := 1 + len(slowVarint(size))
	if size > uint64(len(blob)-head) {
		return nil, false
	}
	end := head + int(size)
	least := end
	for !docSize(class, least) {
		least++
	}
	return blob[head:end], len(blob) == least && len(bytes.Trim(blob[end:], "\x00")) == 0
}

func TestPaddingIsAsTheDocSays(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	sizes := []int{0, 1, 61, 62, 63, 64, 65, 78, 79, 125, 126, 127, 16381, 16382, 16383, 16384, 16385, 20476, 20477, 65535, 65536, 131067, 131068}
	for range 50 {
		sizes = append(sizes, random.IntN(5000))
	}
	for _, size := range sizes {
		for _, class := range []uint8{6, 7, 10, 17} {
			content := make([]byte, size)
			for i := range content {
				content[i] = byte(random.IntN(3))
			}
			blob := Pad(class, content)
			blobs := [][]byte{blob}
			for range 8 {
				damaged := bytes.Clone(blob)
				switch at := random.IntN(len(damaged)); random.IntN(5) {
				case 0:
					damaged = damaged[:at]
				case 1:
					damaged = append(damaged, make([]byte, 1+random.IntN(40))...)
				case 2:
					damaged[min(at, 4)] ^= 1 << random.IntN(8)
				default:
					damaged[at] ^= 1 << random.IntN(8)
				}
				blobs = append(blobs, damaged)
			}
			for i, b := range blobs {
				got, err := unpad(class, b)
				doc, ok := docUnpad(class, b)
				if (err == nil) != ok || ok && !bytes.Equal(got, doc) || i == 0 && !bytes.Equal(got, content) {
					t.Fatalf("%d bytes, class %d, blob %d: the package says %v, the doc %t", size, class, i, err, ok)
				}
			}
		}
	}
}
