package revocation

import (
	"encoding/binary"
	"time"
)

// maxTime is the end of the year 9999, so that no sum of times overflows.
const maxTime = 253402300799

// A reader takes values off the front of a byte slice. After the first value that is not there, ok is false and
// every further value is zero.
type reader struct {
	b  []byte
	ok bool
}

// take returns the next n bytes, a part of the input.
func (r *reader) take(n uint64) []byte {
	if !r.ok || n > uint64(len(r.b)) {
		r.b, r.ok = nil, false
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) uint8() uint8 {
	if b := r.take(1); r.ok {
		return b[0]
	}
	return 0
}

func (r *reader) uint16() uint16 {
	if b := r.take(2); r.ok {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); r.ok {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (r *reader) hash() (h [32]byte) {
	copy(h[:], r.take(32))
	return h
}

// varint reads an integer of RFC 9000, Section 16, in its shortest form.
func (r *reader) varint() uint64 {
	if !r.ok || len(r.b) == 0 {
		r.take(1)
		return 0
	}
	log := r.b[0] >> 6
	b := r.take(1 << log)
	if !r.ok {
		return 0
	}
	v := uint64(b[0] & 0x3f)
	for _, c := range b[1:] {
		v = v<<8 | uint64(c)
	}
	if log > 0 && v>>(1<<(log-1)*8-2) == 0 {
		r.b, r.ok = nil, false // a shorter form holds it
		return 0
	}
	return v
}

// appendVarint appends v < 2^62 in its shortest form.
func appendVarint(dst []byte, v uint64) []byte {
	switch {
	case v < 1<<6:
		return append(dst, byte(v))
	case v < 1<<14:
		return binary.BigEndian.AppendUint16(dst, uint16(v)|1<<14)
	case v < 1<<30:
		return binary.BigEndian.AppendUint32(dst, uint32(v)|2<<30)
	}
	return binary.BigEndian.AppendUint64(dst, v|3<<62)
}

func fromUnix(s uint64) time.Time { return time.Unix(int64(s), 0).UTC() }

// validAuthority reports whether id is [a-z0-9.-]{1,64}, beginning and ending with a letter or digit. It is a folder's
// name in a mirror's addresses.
func validAuthority(id []byte) bool {
	if len(id) < 1 || len(id) > 64 {
		return false
	}
	for i, c := range id {
		inner := (c == '.' || c == '-') && i > 0 && i < len(id)-1
		if !inner && !('a' <= c && c <= 'z' || '0' <= c && c <= '9') {
			return false
		}
	}
	return true
}

// ValidAuthority reports whether id can be the id of an authority: [a-z0-9.-]{1,64}, beginning and ending with a letter
// or digit.
func ValidAuthority(id string) bool { return validAuthority([]byte(id)) }
