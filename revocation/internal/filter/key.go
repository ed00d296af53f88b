// Package filter is the exact filter behind serial lists: what reads it, and the arithmetic that reading and building
// share. The package doc of revocation specifies it.
package filter

import (
	"encoding/binary"
	"math/bits"

	"github.com/e2eid/e2eid/internal/sha256"
)

// A Key is a certificate as the filter knows it: SHA-256 of the issuer's key id and the serial number.
type Key struct {
	Block [2]uint64 // choose the block of a level
	Row   [2]uint64 // lead to the row in it; the second is the fingerprint, too
}

// NewKey returns the key of the certificate with the content octets of its serial number.
func NewKey(issuer [32]byte, serial []byte) Key {
	sum := sha256.Sum256(append(issuer[:], serial...))
	word := func(i int) uint64 { return binary.BigEndian.Uint64(sum[8*i:]) }
	return Key{[2]uint64{word(0), word(1)}, [2]uint64{word(2), word(3)}}
}

const step = 0x9e3779b97f4a7c15 // of SplitMix64

// mix returns output n, counted from 0, of SplitMix64 from a state on.
func mix(state, n uint64) uint64 {
	z := state + (n+1)*step
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Row writes the coefficients of a key in a block of so many keys, ceil(keys/64) words, from the most significant bit on.
func Row(row []uint64, state uint64, seed uint32, keys int) {
	for n := range row {
		row[n] = Word(state, seed, n)
		if keys < 64 {
			row[n] &^= ^uint64(0) >> keys
		}
		keys -= 64
	}
}

// Word returns word n of the rows of a seed, before it is cut off at the keys.
func Word(state uint64, seed uint32, n int) uint64 {
	return mix(state, MaxKeys/64*uint64(seed)+uint64(n))
}

// BlockOf returns which of n blocks a key is in.
func BlockOf(k Key, level, n int) int {
	i, _ := bits.Mul64(k.Block[level], uint64(n))
	return int(i)
}

// Hash returns the hash of a key, of so many bits, in a list of hashes with a seed.
func Hash(k Key, seed uint32, width uint) uint64 { return mix(k.Row[0], uint64(seed)) >> (64 - width) }
