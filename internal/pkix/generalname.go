package pkix

import (
	"github.com/e2eid/e2eid/internal/der"
)

// A NameKind is the choice of a GeneralName (RFC 5280, Section 4.2.1.6): its tag number.
type NameKind uint8

const (
	OtherName     NameKind = 0
	RFC822Name    NameKind = 1
	DNSName       NameKind = 2
	X400Address   NameKind = 3
	DirectoryName NameKind = 4
	EDIPartyName  NameKind = 5
	URIName       NameKind = 6
	IPAddress     NameKind = 7
	RegisteredID  NameKind = 8
)

// A GeneralName is one name. Value has the octets of an rfc822Name, dNSName, URI or iPAddress; the DER of the Name
// of a directoryName, which is decoded in Directory; the content octets of the others.
type GeneralName struct {
	Kind      NameKind
	Value     []byte
	Directory Name
}

// ReadGeneralName reads one GeneralName. Where constraint is true, it is the base of a subtree: an iPAddress then has
// a mask (RFC 5280, Section 4.2.1.10).
func ReadGeneralName(in *der.String, constraint bool) (GeneralName, error) {
	var value der.String
	var tag der.Tag
	if !in.Any(&value, &tag) {
		return GeneralName{}, Malformed("general name", "not an element")
	}
	g := GeneralName{Value: value}
	switch tag {
	case der.Context(0).Constructed():
		g.Kind = OtherName
		var id OID
		var content der.String
		if !ReadOID(&value, &id) || !value.Read(&content, der.Context(0).Constructed()) || !value.Empty() {
			return GeneralName{}, Malformed("general name", "not an otherName")
		}
	case der.Context(1), der.Context(2), der.Context(6):
		g.Kind = NameKind(tag & 0x1f)
		// The names these hold are visible ASCII. An empty one is a name of nobody, but a base of a constraint that
		// holds everything; in both it is kept for the verifier to judge.
		for _, c := range value {
			if c <= 0x20 || c >= 0x7f {
				return GeneralName{}, Malformed("general name", "space, control or non-ASCII character")
			}
		}
	case der.Context(3).Constructed():
		g.Kind = X400Address
	case der.Context(4).Constructed():
		g.Kind = DirectoryName
		if err := ReadName(&value, &g.Directory); err != nil {
			return GeneralName{}, err
		}
		if !value.Empty() {
			return GeneralName{}, Malformed("general name", "trailing bytes after directoryName")
		}
	case der.Context(5).Constructed():
		g.Kind = EDIPartyName
	case der.Context(7):
		g.Kind = IPAddress
		size := len(value)
		if constraint {
			if size%2 != 0 {
				return GeneralName{}, Malformed("general name", "iPAddress of no known size")
			}
			size /= 2
		}
		if size != 4 && size != 16 {
			return GeneralName{}, Malformed("general name", "iPAddress of no known size")
		}
	case der.Context(8):
		g.Kind = RegisteredID
		if !ValidOID(value) {
			return GeneralName{}, Malformed("general name", "not a registeredID")
		}
	default:
		return GeneralName{}, Malformed("general name", "unknown choice")
	}
	return g, nil
}

// ReadGeneralNames reads names until in is empty: the content of a GeneralNames, which has at least one.
func ReadGeneralNames(in der.String) ([]GeneralName, error) {
	var names []GeneralName
	for !in.Empty() {
		g, err := ReadGeneralName(&in, false)
		if err != nil {
			return nil, err
		}
		if names = append(names, g); len(names) > MaxGeneralNames {
			return nil, Malformed("general names", "too many")
		}
	}
	if len(names) == 0 {
		return nil, Malformed("general names", "none")
	}
	return names, nil
}
