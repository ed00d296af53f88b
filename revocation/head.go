package revocation

import (
	"bytes"
	"slices"
	"time"

	"github.com/e2eid/e2eid/internal/hex"
	"github.com/e2eid/e2eid/internal/sha256"
)

// Bounds of a head.
const (
	MaxHeadSize   = 1 << 18 // bytes
	MaxLists      = 1024
	MaxExtensions = 16
	MaxSignatures = 16
	MaxCovered    = 1 << 32 // indexes of all lists; certificates of one
	MaxDeltas     = 16
	MaxProofs     = 16
	MaxBlobSize   = 1<<30 - 1 // bytes of a blob, and of those of all lists
)

const (
	headLabel   = "e2eid revocation head\x00"
	headVersion = 1
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
	Deltas     []Delta  // rising by Back
	Extensions []Extension
}

// A Delta names a blob that brings the index lists of head number n-Back, or of any head after it, to those of head n.
type Delta struct {
	Back uint64 // > 0
	Blob
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

// A Proof stands behind the signatures and is not signed: it speaks for itself. Types that are not known are ignored.
type Proof struct {
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
	proofs     []Proof
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

// Proofs returns what stands behind the signatures, none of it checked.
func (u *UnverifiedHead) Proofs() []Proof {
	p := slices.Clone(u.proofs)
	for i := range p {
		p[i].Data = bytes.Clone(p[i].Data)
	}
	return p
}

func (b Body) clone() Body {
	b.Lists = slices.Clone(b.Lists)
	b.Deltas = slices.Clone(b.Deltas)
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
	if u.signatures, err = readSignatures(r); err != nil {
		return nil, err
	}
	proofs := r.uint8()
	if proofs > MaxProofs {
		return nil, malformed("over 16 proofs")
	}
	for range proofs {
		p := Proof{Type: r.uint16()}
		p.Data = r.take(r.varint())
		if n := len(u.proofs); n > 0 && u.proofs[n-1].Type >= p.Type {
			return nil, malformed("proof types do not rise")
		}
		u.proofs = append(u.proofs, p)
	}
	if !r.ok {
		return nil, malformed("head ends within its proofs")
	}
	if len(r.b) > 0 {
		return nil, malformed("bytes after the head")
	}
	return u, nil
}

// readSignatures takes signatures off r. Slices of the result are parts of r's input.
func readSignatures(r *reader) (list []Signature, err error) {
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
		if n := len(list); n > 0 && !list[n-1].before(s) {
			return nil, malformed("signatures do not rise")
		}
		list = append(list, s)
	}
	return list, nil
}

func (s Signature) before(t Signature) bool {
	if s.Algorithm != t.Algorithm {
		return s.Algorithm < t.Algorithm
	}
	return bytes.Compare(s.KeyID[:], t.KeyID[:]) < 0
}

// readBody takes a Body off r. Slices of the result are parts of r's input.
func readBody(r *reader) (b Body, err error) {
	start := len(r.b)
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
	before := ""
	covered, size := uint64(0), uint64(0)
	for range lists {
		l, err := readList(r, before)
		if err != nil {
			return Body{}, err
		}
		before = l.ID
		if l.Kind == KindIndex {
			covered += l.Covered
		}
		// Also of blobs that have one name: each list has what it says for itself.
		if size += l.Snapshot.Size + l.Details.Size; covered > MaxCovered || size > MaxBlobSize {
			return Body{}, malformed("lists cover over 2^32 indexes together, or have 2^30 bytes")
		}
		b.Lists = append(b.Lists, l)
	}
	deltas := r.uint8()
	if deltas > MaxDeltas {
		return Body{}, malformed("over 16 deltas")
	}
	back := uint64(0)
	for range deltas {
		d := Delta{r.varint(), readBlob(r)}
		if d.Back <= back || d.Back >= b.Number {
			return Body{}, malformed("deltas do not rise, or go back behind the first head")
		}
		back = d.Back
		b.Deltas = append(b.Deltas, d)
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
		if e.Type >= critical && e.Type != ExtensionPadding {
			return Body{}, unsupported("critical extension")
		}
		b.Extensions = append(b.Extensions, e)
	}
	if !r.ok {
		return Body{}, malformed("head ends within deltas or extensions")
	}
	if err := b.checkPadding(start - len(r.b)); err != nil {
		return Body{}, err
	}
	return b, nil
}
