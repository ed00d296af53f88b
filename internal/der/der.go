// Package der reads DER (X.690) elements: one tag octet, a definite length in its shortest form, and the content. It
// has the calls that certificates need, under the names of golang.org/x/crypto/cryptobyte, and takes exactly what that
// takes; a fuzz test holds the two together.
//
// It exists for its size: cryptobyte links encoding/asn1 and with that math/big and reflect, which make the
// WebAssembly module larger by 47 kB compressed, for reading nothing but tags and lengths.
package der

// A Tag is an identifier octet: class, constructed bit and a tag number below 31.
type Tag uint8

// Tags of the universal class.
const (
	Boolean          Tag = 1
	Integer          Tag = 2
	BitString        Tag = 3
	OctetString      Tag = 4
	Null             Tag = 5
	ObjectIdentifier Tag = 6
	UTF8String       Tag = 12
	NumericString    Tag = 18
	PrintableString  Tag = 19
	IA5String        Tag = 22
	UTCTime          Tag = 23
	GeneralizedTime  Tag = 24
	VisibleString    Tag = 26
	UniversalString  Tag = 28
	BMPString        Tag = 30
	Sequence         Tag = 16 | constructed
	Set              Tag = 17 | constructed
)

const (
	constructed     = 0x20
	contextSpecific = 0x80
	number          = 0x1f
)

// Context returns the primitive context-specific tag of a number below 31.
func Context(n uint8) Tag { return Tag(n&number) | contextSpecific }

// Constructed returns t with the constructed bit set.
func (t Tag) Constructed() Tag { return t | constructed }

// Number returns the tag number.
func (t Tag) Number() uint8 { return uint8(t & number) }

// A String is DER that is read from its beginning. Methods that read return false, and read nothing, if what is asked
// for does not stand there. What they return are sub-slices.
type String []byte

// Empty reports whether all was read.
func (s String) Empty() bool { return len(s) == 0 }

// Next reports whether an element with this tag comes next; it need not be well-formed.
func (s String) Next(t Tag) bool { return len(s) > 0 && Tag(s[0]) == t }

// Any reads an element of any tag and returns its content.
func (s *String) Any(content *String, t *Tag) bool {
	var element String
	header, ok := s.element(&element, t)
	if ok {
		*content = element[header:]
	}
	return ok
}

// AnyElement reads an element of any tag and returns it whole.
func (s *String) AnyElement(element *String, t *Tag) bool {
	_, ok := s.element(element, t)
	return ok
}

// Read reads an element with this tag and returns its content.
func (s *String) Read(content *String, t Tag) bool { return s.Next(t) && s.Any(content, &t) }

// Element reads an element with this tag and returns it whole.
func (s *String) Element(element *String, t Tag) bool { return s.Next(t) && s.AnyElement(element, &t) }

// Optional is Read, if an element with this tag comes next; present tells.
func (s *String) Optional(content *String, present *bool, t Tag) bool {
	*present = s.Next(t)
	return !*present || s.Read(content, t)
}

// Bool reads a BOOLEAN, which is 0x00 or 0xff (X.690, Section 11.1).
func (s *String) Bool(out *bool) bool {
	var b String
	rest := *s
	if !rest.Read(&b, Boolean) || len(b) != 1 || b[0] != 0 && b[0] != 0xff {
		return false
	}
	*s, *out = rest, b[0] == 0xff
	return true
}

// element reads an element and returns the size of its tag and length. Tag numbers from 31 on take more octets
// (X.690, Section 8.1.2.4) and are refused: nothing we read has one. So are indefinite lengths, and lengths of over
// four octets.
func (s *String) element(out *String, t *Tag) (header int, ok bool) {
	b := *s
	if len(b) < 2 || Tag(b[0])&number == number {
		return 0, false
	}
	length := uint64(b[1])
	header = 2
	if length >= 0x80 {
		octets := int(length & 0x7f)
		if octets == 0 || octets > 4 || len(b) < 2+octets {
			return 0, false
		}
		length = 0
		for _, c := range b[2 : 2+octets] {
			length = length<<8 | uint64(c)
		}
		// The shortest form (X.690, Section 10.1): a small length has the short form, others no leading zeros.
		if length < 0x80 || length>>(8*(octets-1)) == 0 {
			return 0, false
		}
		header += octets
	}
	if length > uint64(len(b)-header) {
		return 0, false
	}
	end := header + int(length)
	*out, *t, *s = b[:end:end], Tag(b[0]), b[end:]
	return header, true
}
