package revocation

import "encoding/binary"

// A Kind says how credentials are found in a list.
type Kind uint8

const (
	KindIndex           Kind = 1 // by an index that the credential carries
	KindSerial          Kind = 2 // by issuer and serial number: those revoked
	KindSerialSuspended Kind = 3 // likewise: those suspended
)

// String returns a name such as "serial".
func (k Kind) String() string {
	switch k {
	case KindIndex:
		return "index"
	case KindSerial:
		return "serial"
	case KindSerialSuspended:
		return "serial, suspended"
	}
	return "unknown"
}

const (
	flagDetails   = 1
	flagSuspended = 2
	flagExpires   = 4
)

// A List is what a head says of one list.
type List struct {
	ID      string // the URI by which credentials name it
	Kind    Kind
	Covered uint64 // index: it speaks for the indexes below this; serial: how many certificates it speaks for
	Revoked uint64 // how many of them are revoked for good
	Expires int64  // Unix seconds when the last of its credentials has expired: then it may be missing; 0: not stated

	// Of an index list.
	Suspended uint64 // how many are suspended
	Root      [32]byte
	Details   Blob // zero if there are none

	// Of a serial list: it speaks for the certificates signed by the key whose SubjectPublicKeyInfo has this SHA-256,
	// with a notBefore from IssuedFrom on and before IssuedBefore, in Unix seconds. Those it lists count as Revoked for
	// both kinds.
	Issuer                   [32]byte
	IssuedFrom, IssuedBefore int64

	Snapshot Blob
}

// readList takes a List off r, that stands behind the list with the id before.
func readList(r *reader, before string) (l List, err error) {
	shared := uint64(r.uint8())
	if shared > uint64(len(before)) {
		return List{}, malformed("list id shares more than there is")
	}
	rest := r.take(uint64(r.uint8()))
	l.ID = before[:shared] + string(rest)
	l.Kind = Kind(r.uint8())
	flags := r.uint8()
	index := l.Kind == KindIndex
	switch {
	case !r.ok:
		return List{}, malformed("head ends within a list")
	case !validListID(l.ID):
		return List{}, malformed("list id")
	case l.ID <= before || shared != sharedPrefix(before, l.ID):
		return List{}, malformed("list ids do not rise, or share more than is said")
	case !index && l.Kind != KindSerial && l.Kind != KindSerialSuspended:
		return List{}, unsupported("kind of a list")
	case index && flags&^(flagDetails|flagSuspended|flagExpires) != 0, !index && flags&^flagExpires != 0:
		return List{}, unsupported("flags of a list")
	}
	l.Covered, l.Revoked = r.varint(), r.varint()
	if flags&flagSuspended != 0 {
		l.Suspended = r.varint()
		r.ok = r.ok && l.Suspended > 0
	}
	if flags&flagExpires != 0 {
		l.Expires = readTime(r)
		r.ok = r.ok && l.Expires > 0
	}
	if index {
		l.Root = r.hash()
	} else {
		l.Issuer = r.hash()
		l.IssuedFrom, l.IssuedBefore = readTime(r), readTime(r)
		r.ok = r.ok && l.IssuedFrom < l.IssuedBefore
	}
	l.Snapshot = readBlob(r)
	if flags&flagDetails != 0 {
		l.Details = readBlob(r)
	}
	switch {
	case !r.ok:
		return List{}, malformed("list is cut off, or a value in it is out of range")
	case l.Covered > MaxCovered || l.Revoked > l.Covered || l.Suspended > l.Covered-l.Revoked:
		return List{}, malformed("list revokes more than it covers, or covers over 2^32")
	}
	return l, nil
}

func appendList(dst []byte, l List, before string) []byte {
	shared := sharedPrefix(before, l.ID)
	dst = append(dst, byte(shared), byte(uint64(len(l.ID))-shared))
	dst = append(dst, l.ID[shared:]...)
	flags := byte(0)
	if l.Details != (Blob{}) {
		flags |= flagDetails
	}
	if l.Suspended > 0 {
		flags |= flagSuspended
	}
	if l.Expires != 0 {
		flags |= flagExpires
	}
	dst = append(dst, byte(l.Kind), flags)
	dst = appendVarint(appendVarint(dst, l.Covered), l.Revoked)
	if flags&flagSuspended != 0 {
		dst = appendVarint(dst, l.Suspended)
	}
	if flags&flagExpires != 0 {
		dst = appendTime(dst, l.Expires)
	}
	if l.Kind == KindIndex {
		dst = append(dst, l.Root[:]...)
	} else {
		dst = append(dst, l.Issuer[:]...)
		dst = appendTime(appendTime(dst, l.IssuedFrom), l.IssuedBefore)
	}
	dst = appendBlob(dst, l.Snapshot)
	if flags&flagDetails != 0 {
		dst = appendBlob(dst, l.Details)
	}
	return dst
}

func readBlob(r *reader) Blob {
	b := Blob{r.hash(), r.varint()}
	if b.Size == 0 || b.Size > MaxBlobSize {
		r.ok = false
	}
	return b
}

func appendBlob(dst []byte, b Blob) []byte { return appendVarint(append(dst, b.SHA256[:]...), b.Size) }

// readTime reads a time in five bytes.
func readTime(r *reader) int64 {
	b := r.take(5)
	if !r.ok || uint40(b) > maxTime {
		r.ok = false
		return 0
	}
	return int64(uint40(b))
}

func appendTime(dst []byte, s int64) []byte {
	return binary.BigEndian.AppendUint32(append(dst, byte(s>>32)), uint32(s))
}

func sharedPrefix(a, b string) (n uint64) {
	for n < uint64(min(len(a), len(b))) && a[n] == b[n] {
		n++
	}
	return n
}

func validListID(id string) bool {
	for i := range len(id) {
		if id[i] < 0x21 || id[i] > 0x7e {
			return false
		}
	}
	return len(id) > 0 && len(id) <= 255
}
