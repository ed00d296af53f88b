package revocation

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"

	"github.com/e2eid/e2eid/internal/hex"
)

// Bounds of a head.
const (
	MaxHeadSize   = 1 << 18 // bytes
	MaxLists      = 1024
	MaxExtensions = 16
	MaxSignatures = 16
	MaxCovered    = 1 << 32   // indexes of one list
	MaxBlobSize   = 1<<30 - 1 // bytes
)

const (
	headLabel   = "e2eid revocation head\x00"
	headVersion = 1
	kindIndex   = 1
	flagDetails = 1
	critical    = 0x8000 // extension types from here on must be understood
)

// A Body is what a head says. Whether anybody vouches for it depends on where it came from: [Head] or [UnverifiedHead].
type Body struct {
	Authority  string
	Number     uint64
	ThisUpdate time.Time // whole seconds
	NextUpdate time.Time
	Previous   [32]byte // hash of the head before, zero in the first
	Lists      []List   // rising by ID
	Extensions []Extension
}

// A List is what a head says of one list.
type List struct {
	ID       string // the URI by which credentials name it
	Covered  uint64 // it speaks for the indexes below this
	Revoked  uint64 // how many of them are revoked or suspended
	Root     [32]byte
	Snapshot Blob
	Details  Blob // zero if there are none
}

// A Blob names bytes by their SHA-256 and size.
type Blob struct {
	SHA256 [32]byte
	Size   uint64
}

// Name returns the SHA-256 as 64 lower-case hexadecimal digits: the last part of the blob's address.
func (b Blob) Name() string { return hex.String(b.SHA256[:]) }

// An Extension is something a later version says. Types from 0x8000 on make this version refuse the head.
type Extension struct {
	Type uint16
	Data []byte
}

// A Signature is one signature under a head.
type Signature struct {
	Algorithm uint16 // signature.Algorithm, or one this version does not know
	KeyID     [8]byte
	Signature []byte
}

// An UnverifiedHead is a well-formed head that nobody vouches for yet.
type UnverifiedHead struct {
	body       Body
	raw        []byte
	signed     []byte // the part of raw that is signed
	signatures []Signature
}

// Body returns what the head claims. The caller may change it.
func (u *UnverifiedHead) Body() Body { return u.body.clone() }

// Hash returns the hash of the head: SHA-256 of the bytes that are signed.
func (u *UnverifiedHead) Hash() [32]byte { return sha256.Sum256(u.signed) }

// Bytes returns a copy of the head as it was received.
func (u *UnverifiedHead) Bytes() []byte { return bytes.Clone(u.raw) }

// Signatures returns the signatures that stand under the head, none of them checked.
func (u *UnverifiedHead) Signatures() []Signature {
	s := slices.Clone(u.signatures)
	for i := range s {
		s[i].Signature = bytes.Clone(s[i].Signature)
	}
	return s
}

func (b Body) clone() Body {
	b.Lists = slices.Clone(b.Lists)
	b.Extensions = slices.Clone(b.Extensions)
	for i := range b.Extensions {
		b.Extensions[i].Data = bytes.Clone(b.Extensions[i].Data)
	}
	return b
}

// ParseHead decodes a head. It checks form only: no signature, no time. The error wraps [ErrFormat] or [ErrVersion].
// It does not retain b.
func ParseHead(b []byte) (*UnverifiedHead, error) {
	if len(b) > MaxHeadSize {
		return nil, malformed("head is over 262144 bytes")
	}
	raw := bytes.Clone(b)
	r := &reader{raw, true}
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	u := &UnverifiedHead{body: body, raw: raw, signed: raw[:len(raw)-len(r.b)]}
	count := r.uint8()
	if !r.ok || count < 1 || count > MaxSignatures {
		return nil, malformed("head has no signatures, or over 16")
	}
	for range count {
		s := Signature{Algorithm: r.uint16()}
		copy(s.KeyID[:], r.take(8))
		s.Signature = r.take(r.varint())
		if !r.ok {
			return nil, malformed("head ends within its signatures")
		}
		if n := len(u.signatures); n > 0 && !u.signatures[n-1].before(s) {
			return nil, malformed("signatures do not rise")
		}
		u.signatures = append(u.signatures, s)
	}
	if len(r.b) > 0 {
		return nil, malformed("bytes after the head")
	}
	return u, nil
}

func (s Signature) before(t Signature) bool {
	if s.Algorithm != t.Algorithm {
		return s.Algorithm < t.Algorithm
	}
	return bytes.Compare(s.KeyID[:], t.KeyID[:]) < 0
}

// readBody takes a Body off r. Slices of the result are parts of r's input.
func readBody(r *reader) (b Body, err error) {
	if string(r.take(uint64(len(headLabel)))) != headLabel {
		return Body{}, malformed("not a head")
	}
	if v := r.uint8(); r.ok && v != headVersion {
		return Body{}, unsupported("version of the head")
	}
	authority := r.take(uint64(r.uint8()))
	b.Authority = string(authority)
	b.Number = r.uint64()
	this, next := r.uint64(), r.uint64()
	b.ThisUpdate, b.NextUpdate = fromUnix(this), fromUnix(next)
	b.Previous = r.hash()
	switch {
	case !r.ok:
		return Body{}, malformed("head ends too soon")
	case !validAuthority(authority):
		return Body{}, malformed("authority id")
	case b.Number == 0:
		return Body{}, malformed("number is zero")
	case next > maxTime || this >= next:
		return Body{}, malformed("nextUpdate is not after thisUpdate, or after the year 9999")
	}
	lists := r.uint16()
	if lists > MaxLists {
		return Body{}, malformed("over 1024 lists")
	}
	for range lists {
		l, err := readList(r)
		if err != nil {
			return Body{}, err
		}
		if n := len(b.Lists); n > 0 && b.Lists[n-1].ID >= l.ID {
			return Body{}, malformed("list ids do not rise")
		}
		b.Lists = append(b.Lists, l)
	}
	extensions := r.uint8()
	if extensions > MaxExtensions {
		return Body{}, malformed("over 16 extensions")
	}
	for range extensions {
		e := Extension{Type: r.uint16()}
		e.Data = r.take(r.varint())
		if n := len(b.Extensions); n > 0 && b.Extensions[n-1].Type >= e.Type {
			return Body{}, malformed("extension types do not rise")
		}
		if e.Type >= critical {
			return Body{}, unsupported("critical extension")
		}
		b.Extensions = append(b.Extensions, e)
	}
	if !r.ok {
		return Body{}, malformed("head ends within lists or extensions")
	}
	return b, nil
}

func readList(r *reader) (l List, err error) {
	id := r.take(uint64(r.uint8()))
	kind, flags := r.uint8(), r.uint8()
	switch {
	case !r.ok:
		return List{}, malformed("head ends within a list")
	case !validListID(id):
		return List{}, malformed("list id")
	case kind != kindIndex:
		return List{}, unsupported("kind of a list")
	case flags&^flagDetails != 0:
		return List{}, unsupported("flags of a list")
	}
	l.ID = string(id)
	l.Covered, l.Revoked = r.varint(), r.varint()
	l.Root = r.hash()
	l.Snapshot = readBlob(r)
	if flags&flagDetails != 0 {
		l.Details = readBlob(r)
	}
	switch {
	case !r.ok:
		return List{}, malformed("list is cut off, or a blob has no size or over 2^30 bytes")
	case l.Covered > MaxCovered || l.Revoked > l.Covered:
		return List{}, malformed("list revokes more than it covers, or covers over 2^32")
	}
	return l, nil
}

func readBlob(r *reader) Blob {
	b := Blob{r.hash(), r.varint()}
	if b.Size == 0 || b.Size > MaxBlobSize {
		r.ok = false
	}
	return b
}

func validListID(id []byte) bool {
	for _, c := range id {
		if c < 0x21 || c > 0x7e {
			return false
		}
	}
	return len(id) > 0 && len(id) <= 255
}

// AppendBody appends the bytes of b that an authority signs. It refuses whatever [ParseHead] refuses, with the same errors.
func AppendBody(dst []byte, b Body) ([]byte, error) {
	if len(b.Authority) > 255 || len(b.Lists) > MaxLists || len(b.Extensions) > MaxExtensions {
		return nil, malformed("too much for a head")
	}
	start := len(dst)
	dst = append(dst, headLabel...)
	dst = append(dst, headVersion, byte(len(b.Authority)))
	dst = append(dst, b.Authority...)
	dst = binary.BigEndian.AppendUint64(dst, b.Number)
	dst = binary.BigEndian.AppendUint64(dst, uint64(b.ThisUpdate.Unix()))
	dst = binary.BigEndian.AppendUint64(dst, uint64(b.NextUpdate.Unix()))
	dst = append(dst, b.Previous[:]...)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(b.Lists)))
	for _, l := range b.Lists {
		if len(l.ID) > 255 || max(l.Covered, l.Revoked) > MaxCovered || max(l.Snapshot.Size, l.Details.Size) > MaxBlobSize {
			return nil, malformed("too much for a list")
		}
		dst = append(dst, byte(len(l.ID)))
		dst = append(dst, l.ID...)
		flags := byte(0)
		if l.Details != (Blob{}) {
			flags = flagDetails
		}
		dst = append(dst, kindIndex, flags)
		dst = appendVarint(dst, l.Covered)
		dst = appendVarint(dst, l.Revoked)
		dst = append(dst, l.Root[:]...)
		dst = appendVarint(append(dst, l.Snapshot.SHA256[:]...), l.Snapshot.Size)
		if flags == flagDetails {
			dst = appendVarint(append(dst, l.Details.SHA256[:]...), l.Details.Size)
		}
	}
	dst = append(dst, byte(len(b.Extensions)))
	for _, e := range b.Extensions {
		dst = binary.BigEndian.AppendUint16(dst, e.Type)
		dst = append(appendVarint(dst, uint64(len(e.Data))), e.Data...)
	}
	if _, err := readBody(&reader{dst[start:], true}); err != nil {
		return nil, err
	}
	return dst, nil
}

// AssembleHead puts signatures, in any order, under the bytes that [AppendBody] made. It refuses whatever
// [ParseHead] refuses, with the same errors.
func AssembleHead(body []byte, signatures []Signature) (*UnverifiedHead, error) {
	if len(signatures) > MaxSignatures {
		return nil, malformed("head has no signatures, or over 16")
	}
	signatures = slices.Clone(signatures)
	slices.SortFunc(signatures, func(a, b Signature) int {
		switch {
		case a.before(b):
			return -1
		case b.before(a):
			return 1
		}
		return 0
	})
	head := append(bytes.Clone(body), byte(len(signatures)))
	for _, s := range signatures {
		head = binary.BigEndian.AppendUint16(head, s.Algorithm)
		head = append(head, s.KeyID[:]...)
		head = append(appendVarint(head, uint64(len(s.Signature))), s.Signature...)
	}
	return ParseHead(head)
}
