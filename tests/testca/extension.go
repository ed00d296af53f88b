package testca

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// An Ext is one extension. Value is the content of the OCTET STRING; Raw, if not nil, stands in place of the whole.
type Ext struct {
	OID      OID
	Critical bool
	Value    []byte
	Raw      []byte
}

// DER returns the Extension (RFC 5280, Section 4.1).
func (e Ext) DER() []byte {
	if e.Raw != nil {
		return e.Raw
	}
	return sequence(func(b *cryptobyte.Builder) {
		b.AddBytes(e.OID.DER())
		if e.Critical {
			b.AddASN1Boolean(true)
		}
		b.AddASN1OctetString(e.Value)
	})
}

// WithCritical returns e with another criticality than its builder gave it, which is what RFC 5280 asks for.
func (e Ext) WithCritical(critical bool) Ext {
	e.Critical = critical
	return e
}

// Unknown returns an extension that nobody has heard of, or a known one with any content.
func Unknown(id OID, critical bool, value []byte) Ext {
	return Ext{OID: id, Critical: critical, Value: value}
}

// BasicConstraints is RFC 5280, Section 4.2.1.9. A pathLen below zero is left out.
func BasicConstraints(ca bool, pathLen int) Ext {
	return Ext{OID: OIDBasicConstraints, Critical: true, Value: sequence(func(b *cryptobyte.Builder) {
		if ca {
			b.AddASN1Boolean(true)
		}
		if pathLen >= 0 {
			b.AddASN1Int64(int64(pathLen))
		}
	})}
}

// Bits of KeyUsage.
const (
	DigitalSignature = iota
	NonRepudiation
	KeyEncipherment
	DataEncipherment
	KeyAgreement
	KeyCertSign
	CRLSign
	EncipherOnly
	DecipherOnly
)

// KeyUsage is RFC 5280, Section 4.2.1.3.
func KeyUsage(bits ...int) Ext {
	highest := -1
	var octets [2]byte
	for _, bit := range bits {
		octets[bit/8] |= 0x80 >> (bit % 8)
		highest = max(highest, bit)
	}
	content := []byte{0}
	if highest >= 0 {
		content = append([]byte{byte(7 - highest%8)}, octets[:highest/8+1]...)
	}
	return Ext{OID: OIDKeyUsage, Critical: true, Value: element(asn1.BIT_STRING, content)}
}

// EKU is extended key usage, RFC 5280, Section 4.2.1.12.
func EKU(ids ...OID) Ext { return Ext{OID: OIDExtKeyUsage, Value: oids(ids)} }

func oids(ids []OID) []byte {
	return sequence(func(b *cryptobyte.Builder) {
		for _, id := range ids {
			b.AddBytes(id.DER())
		}
	})
}

// SAN is subjectAltName, RFC 5280, Section 4.2.1.6.
func SAN(names ...GeneralName) Ext {
	return Ext{OID: OIDSubjectAltName, Value: sequence(func(b *cryptobyte.Builder) { addNames(b, names) })}
}

func addNames(b *cryptobyte.Builder, names []GeneralName) {
	for _, n := range names {
		b.AddBytes(n)
	}
}

// SKI is subjectKeyIdentifier, RFC 5280, Section 4.2.1.2.
func SKI(id []byte) Ext { return Ext{OID: OIDSubjectKeyID, Value: element(asn1.OCTET_STRING, id)} }

// AKI is authorityKeyIdentifier with a key identifier alone, RFC 5280, Section 4.2.1.1.
func AKI(id []byte) Ext {
	return Ext{OID: OIDAuthorityKeyID, Value: element(asn1.SEQUENCE, element(asn1.Tag(0).ContextSpecific(), id))}
}

// NameConstraints is RFC 5280, Section 4.2.1.10. Empty lists are left out.
func NameConstraints(permitted, excluded []GeneralName) Ext {
	return Ext{OID: OIDNameConstraints, Critical: true, Value: sequence(func(b *cryptobyte.Builder) {
		for i, names := range [][]GeneralName{permitted, excluded} {
			if len(names) == 0 {
				continue
			}
			b.AddASN1(explicit(uint8(i)), func(b *cryptobyte.Builder) {
				for _, n := range names {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(n) })
				}
			})
		}
	})}
}

// Policies is certificatePolicies without qualifiers, RFC 5280, Section 4.2.1.4.
func Policies(ids ...OID) Ext {
	return Ext{OID: OIDPolicies, Value: sequence(func(b *cryptobyte.Builder) {
		for _, id := range ids {
			b.AddBytes(oids([]OID{id}))
		}
	})}
}

// PolicyMappings is RFC 5280, Section 4.2.1.5: pairs of a policy of the issuer and one of the subject.
func PolicyMappings(pairs ...[2]OID) Ext {
	return Ext{OID: OIDPolicyMappings, Critical: true, Value: sequence(func(b *cryptobyte.Builder) {
		for _, p := range pairs {
			b.AddBytes(oids(p[:]))
		}
	})}
}

// PolicyConstraints is RFC 5280, Section 4.2.1.11. Values below zero are left out.
func PolicyConstraints(requireExplicit, inhibitMapping int) Ext {
	return Ext{OID: OIDPolicyConstraints, Critical: true, Value: sequence(func(b *cryptobyte.Builder) {
		for i, v := range []int{requireExplicit, inhibitMapping} {
			if v >= 0 {
				b.AddASN1Int64WithTag(int64(v), asn1.Tag(i).ContextSpecific())
			}
		}
	})}
}

// InhibitAnyPolicy is RFC 5280, Section 4.2.1.14.
func InhibitAnyPolicy(skipCerts int) Ext {
	var b cryptobyte.Builder
	b.AddASN1Int64(int64(skipCerts))
	return Ext{OID: OIDInhibitAnyPolicy, Critical: true, Value: b.BytesOrPanic()}
}

// CRLDP is cRLDistributionPoints, RFC 5280, Section 4.2.1.13: one point for each URL.
func CRLDP(urls ...string) Ext {
	return Ext{OID: OIDCRLDistribution, Value: sequence(func(b *cryptobyte.Builder) {
		for _, url := range urls {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddBytes(element(explicit(0), element(explicit(0), URI(url)))) // distributionPoint, fullName
			})
		}
	})}
}

// AIA is authorityInfoAccess, RFC 5280, Section 4.2.2.1: where OCSP answers and where the issuer's certificate lies.
// An empty URL is left out.
func AIA(ocsp, caIssuers string) Ext {
	return Ext{OID: OIDAuthorityInfo, Value: sequence(func(b *cryptobyte.Builder) {
		for _, access := range []struct {
			method OID
			url    string
		}{{oidOCSP, ocsp}, {oidCAIssuers, caIssuers}} {
			if access.url != "" {
				b.AddBytes(element(asn1.SEQUENCE, append(access.method.DER(), URI(access.url)...)))
			}
		}
	})}
}

// Status is the project's status extension: SEQUENCE { listID IA5String, index INTEGER }.
func Status(listID string, index uint64) Ext {
	return Ext{OID: OIDStatus, Value: sequence(func(b *cryptobyte.Builder) {
		b.AddBytes(element(asn1.IA5String, []byte(listID)))
		b.AddASN1Uint64(index)
	})}
}
