package testcrl

import (
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/tests/testca"
)

// Extensions of lists and entries that testca does not name.
const (
	OIDNumber                   testca.OID = "2.5.29.20"
	OIDReasonCode               testca.OID = "2.5.29.21"
	OIDInvalidityDate           testca.OID = "2.5.29.24"
	OIDDeltaIndicator           testca.OID = "2.5.29.27"
	OIDIssuingDistributionPoint testca.OID = "2.5.29.28"
	OIDCertificateIssuer        testca.OID = "2.5.29.29"
)

// Reasons, as [Reason] takes them (RFC 5280, Section 5.3.1).
const (
	Unspecified          = 0
	KeyCompromise        = 1
	CACompromise         = 2
	AffiliationChanged   = 3
	Superseded           = 4
	CessationOfOperation = 5
	CertificateHold      = 6
	RemoveFromCRL        = 8
	PrivilegeWithdrawn   = 9
	AACompromise         = 10
)

// Flags of reasons, as [Point] and [Scope] take them: a numbering of its own (RFC 5280, Section 4.2.1.13).
const (
	FlagKeyCompromise        = 1
	FlagCACompromise         = 2
	FlagAffiliationChanged   = 3
	FlagSuperseded           = 4
	FlagCessationOfOperation = 5
	FlagCertificateHold      = 6
	FlagPrivilegeWithdrawn   = 7
	FlagAACompromise         = 8
)

// Number is cRLNumber, RFC 5280, Section 5.2.3.
func Number(n int64) testca.Ext { return BigNumber(big.NewInt(n)) }

// BigNumber is [Number] of any size.
func BigNumber(n *big.Int) testca.Ext { return testca.Ext{OID: OIDNumber, Value: integer(n)} }

// Delta is deltaCRLIndicator, RFC 5280, Section 5.2.4.
func Delta(base int64) testca.Ext {
	return testca.Ext{OID: OIDDeltaIndicator, Critical: true, Value: integer(big.NewInt(base))}
}

func integer(n *big.Int) []byte {
	var b cryptobyte.Builder
	b.AddASN1BigInt(n)
	return b.BytesOrPanic()
}

// A Scope is an issuing distribution point. What is zero is left out.
type Scope struct {
	FullName                           []testca.GeneralName
	RelativeName                       testca.Name // the attributes, of which all but the first are joined
	OnlyUsers, OnlyCAs, OnlyAttributes bool
	Indirect                           bool
	Reasons                            []int // flags
}

// IDP is issuingDistributionPoint, RFC 5280, Section 5.2.5.
func IDP(s Scope) testca.Ext {
	return testca.Ext{OID: OIDIssuingDistributionPoint, Critical: true, Value: sequence(func(b *cryptobyte.Builder) {
		addPointName(b, s.FullName, s.RelativeName)
		addFlag(b, 1, s.OnlyUsers)
		addFlag(b, 2, s.OnlyCAs)
		addReasons(b, 3, s.Reasons)
		addFlag(b, 4, s.Indirect)
		addFlag(b, 5, s.OnlyAttributes)
	})}
}

// A Point is a distribution point. What is zero is left out.
type Point struct {
	FullName     []testca.GeneralName
	RelativeName testca.Name // the attributes, of which all but the first are joined
	Reasons      []int       // flags
	CRLIssuer    []testca.GeneralName
}

// CRLDP is cRLDistributionPoints of a certificate, RFC 5280, Section 4.2.1.13.
func CRLDP(points ...Point) testca.Ext {
	return testca.Ext{OID: testca.OIDCRLDistribution, Value: sequence(func(b *cryptobyte.Builder) {
		for _, p := range points {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				addPointName(b, p.FullName, p.RelativeName)
				addReasons(b, 1, p.Reasons)
				if p.CRLIssuer != nil {
					b.AddASN1(explicit(2), func(b *cryptobyte.Builder) { addNames(b, p.CRLIssuer) })
				}
			})
		}
	})}
}

// FreshestCRL is freshestCRL of a list (RFC 5280, Section 5.2.6) or a certificate (Section 4.2.1.15).
func FreshestCRL(points ...Point) testca.Ext {
	return testca.Ext{OID: testca.OIDFreshestCRL, Value: CRLDP(points...).Value}
}

// Reason is reasonCode of an entry, RFC 5280, Section 5.3.1.
func Reason(code byte) testca.Ext {
	return testca.Ext{OID: OIDReasonCode, Value: element(asn1.ENUM, []byte{code})}
}

// InvalidityDate is RFC 5280, Section 5.3.2.
func InvalidityDate(t time.Time) testca.Ext {
	var b cryptobyte.Builder
	b.AddASN1GeneralizedTime(t.UTC())
	return testca.Ext{OID: OIDInvalidityDate, Value: b.BytesOrPanic()}
}

// CertificateIssuer is RFC 5280, Section 5.3.3: of an entry of an indirect list, and of those after it.
func CertificateIssuer(names ...testca.GeneralName) testca.Ext {
	return testca.Ext{OID: OIDCertificateIssuer, Critical: true,
		Value: sequence(func(b *cryptobyte.Builder) { addNames(b, names) })}
}

func addNames(b *cryptobyte.Builder, names []testca.GeneralName) {
	for _, n := range names {
		b.AddBytes(n)
	}
}

func addPointName(b *cryptobyte.Builder, full []testca.GeneralName, relative testca.Name) {
	if full == nil && relative == nil {
		return
	}
	b.AddASN1(explicit(0), func(b *cryptobyte.Builder) {
		if full != nil {
			b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { addNames(b, full) })
		}
		if relative != nil {
			name := cryptobyte.String(relative.DER())
			var rdn cryptobyte.String
			if !name.ReadASN1(&name, asn1.SEQUENCE) || !name.ReadASN1(&rdn, asn1.SET) || !name.Empty() {
				panic("testcrl: a relative name is one RDN")
			}
			b.AddBytes(element(explicit(1), rdn))
		}
	})
}

func addFlag(b *cryptobyte.Builder, tag uint8, set bool) {
	if set {
		b.AddBytes(element(asn1.Tag(tag).ContextSpecific(), []byte{0xff}))
	}
}

func addReasons(b *cryptobyte.Builder, tag uint8, flags []int) {
	if flags == nil {
		return
	}
	var octets [2]byte
	highest := 0
	for _, flag := range flags {
		octets[flag/8] |= 0x80 >> (flag % 8)
		highest = max(highest, flag)
	}
	content := append([]byte{byte(7 - highest%8)}, octets[:highest/8+1]...)
	b.AddBytes(element(asn1.Tag(tag).ContextSpecific(), content))
}
