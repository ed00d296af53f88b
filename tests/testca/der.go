package testca

import (
	"math/big"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// An OID is an object identifier in dotted form. Arcs have any size.
type OID string

// Attributes of names, extensions, extended key usages.
const (
	OIDCommonName   OID = "2.5.4.3"
	OIDOrganization OID = "2.5.4.10"
	OIDCountry      OID = "2.5.4.6"
	OIDEmailAddress OID = "1.2.840.113549.1.9.1"

	OIDSubjectKeyID      OID = "2.5.29.14"
	OIDKeyUsage          OID = "2.5.29.15"
	OIDSubjectAltName    OID = "2.5.29.17"
	OIDIssuerAltName     OID = "2.5.29.18"
	OIDBasicConstraints  OID = "2.5.29.19"
	OIDNameConstraints   OID = "2.5.29.30"
	OIDCRLDistribution   OID = "2.5.29.31"
	OIDPolicies          OID = "2.5.29.32"
	OIDPolicyMappings    OID = "2.5.29.33"
	OIDAuthorityKeyID    OID = "2.5.29.35"
	OIDPolicyConstraints OID = "2.5.29.36"
	OIDExtKeyUsage       OID = "2.5.29.37"
	OIDFreshestCRL       OID = "2.5.29.46"
	OIDInhibitAnyPolicy  OID = "2.5.29.54"
	OIDAuthorityInfo     OID = "1.3.6.1.5.5.7.1.1"

	// OIDStatus is the project's status extension. Its last arc is a UUID: 128 bits, which crypto/x509 does not read.
	OIDStatus OID = "2.25.166729748438539482490491179987987410763"

	OIDAnyPolicy   OID = "2.5.29.32.0"
	OIDAnyEKU      OID = "2.5.29.37.0"
	OIDServerAuth  OID = "1.3.6.1.5.5.7.3.1"
	OIDClientAuth  OID = "1.3.6.1.5.5.7.3.2"
	OIDEmailSign   OID = "1.3.6.1.5.5.7.3.4"
	OIDOCSPSigning OID = "1.3.6.1.5.5.7.3.9"

	oidOCSP      OID = "1.3.6.1.5.5.7.48.1"
	oidCAIssuers OID = "1.3.6.1.5.5.7.48.2"
)

// DER returns the OBJECT IDENTIFIER (X.690, Section 8.19).
func (o OID) DER() []byte {
	return element(asn1.OBJECT_IDENTIFIER, o.content())
}

func (o OID) content() (out []byte) {
	var arcs []*big.Int
	for s := range strings.SplitSeq(string(o), ".") {
		arc, ok := new(big.Int).SetString(s, 10)
		if !ok || arc.Sign() < 0 {
			panic("testca: not an object identifier: " + string(o))
		}
		arcs = append(arcs, arc)
	}
	if len(arcs) < 2 || arcs[0].Cmp(big.NewInt(2)) > 0 {
		panic("testca: not an object identifier: " + string(o))
	}
	first := new(big.Int).Mul(arcs[0], big.NewInt(40))
	arcs[1].Add(arcs[1], first)
	for _, arc := range arcs[1:] {
		var octets []byte
		for more := byte(0); ; more = 0x80 {
			low := byte(new(big.Int).And(arc, big.NewInt(0x7f)).Int64())
			octets = append([]byte{low | more}, octets...)
			if arc.Rsh(arc, 7); arc.Sign() == 0 {
				break
			}
		}
		out = append(out, octets...)
	}
	return out
}

// A Name is a distinguished name.
type Name []Attr

// An Attr is one attribute of a name. It has a relative distinguished name of its own, unless Join puts it in that of
// the attribute before, in the order given.
type Attr struct {
	Type  OID
	Value string
	Tag   asn1.Tag // of the string; zero: UTF8String
	Join  bool
}

// DER returns the Name (RFC 5280, Section 4.1.2.4).
func (n Name) DER() []byte {
	return sequence(func(b *cryptobyte.Builder) {
		for i := 0; i < len(n); {
			end := i + 1
			for end < len(n) && n[end].Join {
				end++
			}
			b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
				for _, a := range n[i:end] {
					tag := a.Tag
					if tag == 0 {
						tag = asn1.UTF8String
					}
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddBytes(a.Type.DER())
						b.AddBytes(element(tag, []byte(a.Value)))
					})
				}
			})
			i = end
		}
	})
}

// A GeneralName is the DER of one (RFC 5280, Section 4.2.1.6).
type GeneralName []byte

// URI, Email, DNS, IP, Directory, OtherName and RegisteredID are the choices of a GeneralName. Nothing is checked.
func URI(s string) GeneralName        { return RawName(6, []byte(s)) }
func Email(s string) GeneralName      { return RawName(1, []byte(s)) }
func DNS(s string) GeneralName        { return RawName(2, []byte(s)) }
func IP(octets ...byte) GeneralName   { return RawName(7, octets) }
func RegisteredID(id OID) GeneralName { return RawName(8, id.content()) }
func Directory(n Name) GeneralName    { return element(explicit(4), n.DER()) }
func OtherName(id OID, value []byte) GeneralName {
	return element(explicit(0), append(id.DER(), element(explicit(0), value)...))
}

// RawName returns a GeneralName of a primitive choice by tag number.
func RawName(tag uint8, content []byte) GeneralName {
	return element(asn1.Tag(tag).ContextSpecific(), content)
}

func explicit(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific().Constructed() }

func element(tag asn1.Tag, content []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(content) })
	return b.BytesOrPanic()
}

func sequence(content func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, content)
	return b.BytesOrPanic()
}
