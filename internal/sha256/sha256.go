// Package sha256 computes SHA-256 (FIPS 180-4) for the verifying packages. What they hash is public: certificates, lists,
// signed messages. It is not for secrets, which its memory keeps.
//
// It is not crypto/sha256, which brings the whole FIPS 140-3 module along: AES-GCM, DRBG, SHA-3, HMAC and their
// self-tests. docs/architecture.md has what that costs, and the speed of both. A fuzz test holds the two together.
package sha256

import (
	"encoding/binary"
	"math/bits"
)

// Size is the size of a digest in bytes.
const Size = 32

const blockSize = 64

// A Digest takes what is to be hashed in parts. [New] makes one; its zero value hashes nothing known.
type Digest struct {
	state  [8]uint32
	block  [blockSize]byte // the first length%blockSize bytes are what has come of the block in progress
	length uint64          // bytes so far
}

// New returns the Digest of nothing.
func New() Digest { return Digest{state: initial} }

// Sum256 returns the SHA-256 digest of data.
func Sum256(data []byte) [Size]byte {
	d := New()
	d.Write(data)
	return d.Sum()
}

// Write adds data, which it does not retain.
func (d *Digest) Write(data []byte) {
	held := int(d.length % blockSize)
	d.length += uint64(len(data))
	if held > 0 {
		n := copy(d.block[held:], data)
		if held+n < blockSize {
			return
		}
		compress(&d.state, d.block[:])
		data = data[n:]
	}
	whole := len(data) / blockSize * blockSize
	compress(&d.state, data[:whole])
	copy(d.block[:], data[whole:])
}

// Sum returns the digest of what was written so far. More may be written after it.
func (d *Digest) Sum() (sum [Size]byte) {
	// A one bit, zeros, and the length in bits end the last block, or the one after where they find no room (Section 5.1.1).
	var last [2 * blockSize]byte
	held := copy(last[:], d.block[:d.length%blockSize])
	last[held] = 0x80
	end := blockSize
	if held+1+8 > blockSize {
		end = 2 * blockSize
	}
	binary.BigEndian.PutUint64(last[end-8:], d.length*8)
	state := d.state
	compress(&state, last[:end])
	for i, word := range state {
		binary.BigEndian.PutUint32(sum[4*i:], word)
	}
	return sum
}

// compress takes the blocks of data into the state (Section 6.2.2). Eight rounds stand in a row, after which the working
// variables are in their places again, so that none is moved: 1.2 times as fast as WebAssembly. Ch(e, f, g) is written as
// g^e&(f^g), and Maj(a, b, c) as a&b|c&(a|b). It calls nothing: in the module it is compiled without inlining.
func compress(state *[8]uint32, data []byte) {
	var schedule [64]uint32
	for ; len(data) >= blockSize; data = data[blockSize:] {
		block := (*[blockSize]byte)(data)
		for t := range 16 {
			i := 4 * t
			schedule[t] = uint32(block[i])<<24 | uint32(block[i+1])<<16 | uint32(block[i+2])<<8 | uint32(block[i+3])
		}
		for t := 16; t < 64; t++ {
			x, y := schedule[t-15], schedule[t-2]
			schedule[t] = schedule[t-16] + schedule[t-7] +
				(bits.RotateLeft32(x, -7) ^ bits.RotateLeft32(x, -18) ^ x>>3) +
				(bits.RotateLeft32(y, -17) ^ bits.RotateLeft32(y, -19) ^ y>>10)
		}
		a, b, c, d, e, f, g, h := state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]
		for t := 0; t < 64; t += 8 {
			k, w := (*[8]uint32)(constants[t:]), (*[8]uint32)(schedule[t:])
			h += (bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25)) + (g ^ e&(f^g)) + k[0] + w[0]
			d += h
			h += (bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22)) + (a&b | c&(a|b))
			g += (bits.RotateLeft32(d, -6) ^ bits.RotateLeft32(d, -11) ^ bits.RotateLeft32(d, -25)) + (f ^ d&(e^f)) + k[1] + w[1]
			c += g
			g += (bits.RotateLeft32(h, -2) ^ bits.RotateLeft32(h, -13) ^ bits.RotateLeft32(h, -22)) + (h&a | b&(h|a))
			f += (bits.RotateLeft32(c, -6) ^ bits.RotateLeft32(c, -11) ^ bits.RotateLeft32(c, -25)) + (e ^ c&(d^e)) + k[2] + w[2]
			b += f
			f += (bits.RotateLeft32(g, -2) ^ bits.RotateLeft32(g, -13) ^ bits.RotateLeft32(g, -22)) + (g&h | a&(g|h))
			e += (bits.RotateLeft32(b, -6) ^ bits.RotateLeft32(b, -11) ^ bits.RotateLeft32(b, -25)) + (d ^ b&(c^d)) + k[3] + w[3]
			a += e
			e += (bits.RotateLeft32(f, -2) ^ bits.RotateLeft32(f, -13) ^ bits.RotateLeft32(f, -22)) + (f&g | h&(f|g))
			d += (bits.RotateLeft32(a, -6) ^ bits.RotateLeft32(a, -11) ^ bits.RotateLeft32(a, -25)) + (c ^ a&(b^c)) + k[4] + w[4]
			h += d
			d += (bits.RotateLeft32(e, -2) ^ bits.RotateLeft32(e, -13) ^ bits.RotateLeft32(e, -22)) + (e&f | g&(e|f))
			c += (bits.RotateLeft32(h, -6) ^ bits.RotateLeft32(h, -11) ^ bits.RotateLeft32(h, -25)) + (b ^ h&(a^b)) + k[5] + w[5]
			g += c
			c += (bits.RotateLeft32(d, -2) ^ bits.RotateLeft32(d, -13) ^ bits.RotateLeft32(d, -22)) + (d&e | f&(d|e))
			b += (bits.RotateLeft32(g, -6) ^ bits.RotateLeft32(g, -11) ^ bits.RotateLeft32(g, -25)) + (a ^ g&(h^a)) + k[6] + w[6]
			f += b
			b += (bits.RotateLeft32(c, -2) ^ bits.RotateLeft32(c, -13) ^ bits.RotateLeft32(c, -22)) + (c&d | e&(c|d))
			a += (bits.RotateLeft32(f, -6) ^ bits.RotateLeft32(f, -11) ^ bits.RotateLeft32(f, -25)) + (h ^ f&(g^h)) + k[7] + w[7]
			e += a
			a += (bits.RotateLeft32(b, -2) ^ bits.RotateLeft32(b, -13) ^ bits.RotateLeft32(b, -22)) + (b&c | d&(b|c))
		}
		state[0] += a
		state[1] += b
		state[2] += c
		state[3] += d
		state[4] += e
		state[5] += f
		state[6] += g
		state[7] += h
	}
}

// initial is the initial hash value (Section 5.3.3).
var initial = [8]uint32{
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
}

// constants are those of Section 4.2.2.
var constants = [64]uint32{
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
}
