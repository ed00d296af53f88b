package ocsp

import (
	"encoding/binary"
	"math/bits"
)

const (
	sha1Size  = 20
	sha1Block = 64
)

// sha1 returns the SHA-1 hash of data (FIPS 180-4, Section 6.1), which identifies keys and names here and authenticates
// nothing: see [CertID.Matches] and [Response.MayBe].
//
// It is not crypto/sha1 for two reasons. That registers itself with package crypto, which keeps its every method, so that
// the WebAssembly module gets 16 kB larger than with this, 3.5 kB compressed. And it panics under GODEBUG=fips140=only,
// where a response must still be read. A fuzz test holds the two together.
func sha1(data []byte) (sum [sha1Size]byte) {
	h := [5]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}
	length := uint64(len(data)) * 8
	for ; len(data) >= sha1Block; data = data[sha1Block:] {
		sha1Compress(&h, data)
	}
	// A one bit, zeros, and the length in bits end the last block, or the one after where they find no room.
	var last [2 * sha1Block]byte
	end := sha1Block
	n := copy(last[:], data)
	last[n] = 0x80
	if n+1+8 > end {
		end += sha1Block
	}
	binary.BigEndian.PutUint64(last[end-8:], length)
	for rest := last[:end]; len(rest) > 0; rest = rest[sha1Block:] {
		sha1Compress(&h, rest)
	}
	for i, v := range h {
		binary.BigEndian.PutUint32(sum[4*i:], v)
	}
	return sum
}

// sha1Compress takes one block into the state (Section 6.1.2).
func sha1Compress(h *[5]uint32, block []byte) {
	var w [80]uint32
	for t := range w {
		if t < 16 {
			w[t] = binary.BigEndian.Uint32(block[4*t:])
		} else {
			w[t] = bits.RotateLeft32(w[t-3]^w[t-8]^w[t-14]^w[t-16], 1)
		}
	}
	a, b, c, d, e := h[0], h[1], h[2], h[3], h[4]
	for t, word := range w {
		var f, k uint32
		switch t / 20 {
		case 0:
			f, k = b&c|^b&d, 0x5a827999
		case 1:
			f, k = b^c^d, 0x6ed9eba1
		case 2:
			f, k = b&c|b&d|c&d, 0x8f1bbcdc
		default:
			f, k = b^c^d, 0xca62c1d6
		}
		a, b, c, d, e = bits.RotateLeft32(a, 5)+f+e+k+word, a, bits.RotateLeft32(b, 30), c, d
	}
	for i, v := range [5]uint32{a, b, c, d, e} {
		h[i] += v
	}
}
