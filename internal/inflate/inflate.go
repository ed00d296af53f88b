// Package inflate reads DEFLATE (RFC 1951) in a ZLIB (RFC 1950) or a GZIP (RFC 1952) envelope, up to a size the caller
// sets. The standard library's reader comes in one package with a writer, which links fmt; this one is for whole texts
// that are held in memory anyway, and small.
//
// Memory grows with what is written, at most to twice the limit: no size that the input states is believed before its
// bytes are there. A stream has one envelope and nothing after it; checksums and sizes are compared.
package inflate

import (
	"encoding/binary"
	"errors"
)

// Errors of this package. What was inflated before is not returned.
var (
	ErrFormat = errors.New("inflate: malformed stream")
	ErrLimit  = errors.New("inflate: larger than the limit")
)

// Zlib returns what a ZLIB stream holds. More than limit bytes are [ErrLimit].
func Zlib(b []byte, limit int) ([]byte, error) {
	// Method 8 with a window of at most 32 KiB, and no preset dictionary.
	if len(b) < 6 || b[0]&15 != 8 || b[0]>>4 > 7 || b[1]&0x20 != 0 || binary.BigEndian.Uint16(b)%31 != 0 {
		return nil, ErrFormat
	}
	out, rest, err := inflate(b[2:], limit)
	if err != nil {
		return nil, err
	}
	if len(rest) != 4 || binary.BigEndian.Uint32(rest) != adler32(out) {
		return nil, ErrFormat
	}
	return out, nil
}

// Gzip is Zlib of a GZIP stream of one member.
func Gzip(b []byte, limit int) ([]byte, error) {
	body, ok := afterGzipHeader(b)
	if !ok {
		return nil, ErrFormat
	}
	out, rest, err := inflate(body, limit)
	if err != nil {
		return nil, err
	}
	if len(rest) != 8 || binary.LittleEndian.Uint32(rest) != crc32(out) || binary.LittleEndian.Uint32(rest[4:]) != uint32(len(out)) {
		return nil, ErrFormat
	}
	return out, nil
}

// afterGzipHeader skips the header (RFC 1952, Section 2.3).
func afterGzipHeader(b []byte) (rest []byte, ok bool) {
	const fhcrc, fextra, fname, fcomment, known = 2, 4, 8, 16, 31
	if len(b) < 10 || b[0] != 0x1f || b[1] != 0x8b || b[2] != 8 || b[3]&^known != 0 {
		return nil, false
	}
	flags, at := b[3], 10
	if flags&fextra != 0 {
		if len(b)-at < 2 {
			return nil, false
		}
		at += 2 + int(binary.LittleEndian.Uint16(b[at:]))
	}
	for _, f := range [...]byte{fname, fcomment} {
		if flags&f == 0 {
			continue
		}
		for at < len(b) && b[at] != 0 {
			at++
		}
		at++
	}
	if flags&fhcrc != 0 {
		if at > len(b)-2 || binary.LittleEndian.Uint16(b[at:]) != uint16(crc32(b[:at])) {
			return nil, false
		}
		at += 2
	}
	if at > len(b) {
		return nil, false
	}
	return b[at:], true
}

func adler32(b []byte) uint32 {
	lo, hi := uint32(1), uint32(0)
	for len(b) > 0 {
		n := min(len(b), 5552) // so many sums fit into 32 bits
		for _, c := range b[:n] {
			lo += uint32(c)
			hi += lo
		}
		lo, hi, b = lo%65521, hi%65521, b[n:]
	}
	return hi<<16 | lo
}

func crc32(b []byte) uint32 {
	var table [256]uint32
	for i := range table {
		c := uint32(i)
		for range 8 {
			c = c>>1 ^ 0xedb88320&-(c&1)
		}
		table[i] = c
	}
	sum := ^uint32(0)
	for _, c := range b {
		sum = sum>>8 ^ table[byte(sum)^c]
	}
	return ^sum
}
