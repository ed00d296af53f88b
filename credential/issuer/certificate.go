package issuer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	credential "github.com/e2eid/e2eid/credential/x509"
)

// Certificates are encoded here rather than by crypto/x509, for two things it cannot write: a URI whose bytes survive
// ("!" becomes "%21" in a url.URL), and the identifier of the status extension, an arc of 128 bits where
// encoding/asn1.ObjectIdentifier has an int.

const (
	tagSequence = asn1.SEQUENCE
	tagURI      = asn1.Tag(6) // uniformResourceIdentifier of GeneralName
)

const (
	oidExtKeyUsageClientAuth = credential.OID("\x2b\x06\x01\x05\x05\x07\x03\x02") // RFC 5280, Section 4.2.1.12
	oidECDSAWithSHA256       = credential.OID("\x2a\x86\x48\xce\x3d\x04\x03\x02") // RFC 5758, Section 3.2
	oidECDSAWithSHA384       = credential.OID("\x2a\x86\x48\xce\x3d\x04\x03\x03")
	oidECDSAWithSHA512       = credential.OID("\x2a\x86\x48\xce\x3d\x04\x03\x04")
	oidEd25519               = credential.OID("\x2b\x65\x70") // RFC 8410, Section 3
)

// Contents of the KeyUsage BIT STRING, its first octet the count of unused bits.
var (
	digitalSignature  = []byte{7, 0x80}
	certSignAndCRLSgn = []byte{1, 0x06}
)

// A validity is whole seconds, both of them included (RFC 5280, Section 4.1.2.5).
type validity struct{ notBefore, notAfter time.Time }

// startingAt returns the validity that lasts d from now, or from the start of the second that now is in.
func startingAt(now time.Time, d time.Duration) validity {
	start := now.UTC().Truncate(time.Second)
	return validity{start, start.Add(d - time.Second)}
}

// A profile is what one certificate says.
type profile struct {
	serial   *big.Int // nil: a new one
	subject  []byte   // DER of the Name
	key      crypto.PublicKey
	validity validity
	ca       bool // else an end entity
	pathLen  int  // of a CA
	root     bool // no authority key identifier (RFC 5280, Section 4.2.1.1)
	names    []string
	status   *Record
}

// sign encodes and signs a certificate.
func (ca *issuingCA) sign(p profile) ([]byte, error) {
	if p.serial == nil {
		serial, err := newSerial()
		if err != nil {
			return nil, err
		}
		p.serial = serial
	}
	spki, err := x509.MarshalPKIXPublicKey(p.key)
	if err != nil {
		return nil, err
	}
	subjectID, err := keyID(p.key)
	if err != nil {
		return nil, err
	}
	algorithm, hash, err := signatureAlgorithm(ca.key.Public())
	if err != nil {
		return nil, err
	}

	var b cryptobyte.Builder
	b.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1Int64(2) }) // v3
		b.AddASN1BigInt(p.serial)
		addAlgorithm(b, algorithm)
		b.AddBytes(ca.subject)
		b.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
			addTime(b, p.validity.notBefore)
			addTime(b, p.validity.notAfter)
		})
		b.AddBytes(p.subject)
		b.AddBytes(spki)
		b.AddASN1(asn1.Tag(3).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			b.AddASN1(tagSequence, func(b *cryptobyte.Builder) { p.addExtensions(b, subjectID, ca.keyID) })
		})
	})
	tbs, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	sig, err := crypto.SignMessage(ca.key, rand.Reader, tbs, hash)
	if err != nil {
		return nil, err
	}
	var out cryptobyte.Builder
	out.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		addAlgorithm(b, algorithm)
		b.AddASN1BitString(sig)
	})
	return out.Bytes()
}

func (p *profile) addExtensions(b *cryptobyte.Builder, subjectID, issuerID []byte) {
	addExtension(b, credential.OIDBasicConstraints, true, func(b *cryptobyte.Builder) {
		b.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
			if p.ca { // FALSE is the default, which DER leaves out
				b.AddASN1Boolean(true)
				b.AddASN1Int64(int64(p.pathLen))
			}
		})
	})
	usage := digitalSignature
	if p.ca {
		usage = certSignAndCRLSgn
	}
	addExtension(b, credential.OIDKeyUsage, true, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.BIT_STRING, func(b *cryptobyte.Builder) { b.AddBytes(usage) })
	})
	if !p.ca {
		addExtension(b, credential.OIDExtKeyUsage, false, func(b *cryptobyte.Builder) {
			b.AddASN1(tagSequence, func(b *cryptobyte.Builder) { addOID(b, oidExtKeyUsageClientAuth) })
		})
	}
	addExtension(b, credential.OIDSubjectKeyID, false, func(b *cryptobyte.Builder) { b.AddASN1OctetString(subjectID) })
	if !p.root {
		addExtension(b, credential.OIDAuthorityKeyID, false, func(b *cryptobyte.Builder) {
			b.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.Tag(0).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes(issuerID) })
			})
		})
	}
	if len(p.names) > 0 {
		emptySubject := len(p.subject) == 2 // RFC 5280, Section 4.2.1.6: then the names are critical
		addExtension(b, credential.OIDSubjectAltName, emptySubject, func(b *cryptobyte.Builder) {
			b.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
				for _, name := range p.names {
					b.AddASN1(tagURI.ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(name)) })
				}
			})
		})
	}
	if p.status != nil {
		addExtension(b, credential.OIDStatus, false, func(b *cryptobyte.Builder) {
			b.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.IA5String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(p.status.List)) })
				b.AddASN1Uint64(p.status.Index)
			})
		})
	}
}

func addExtension(b *cryptobyte.Builder, id credential.OID, critical bool, value func(*cryptobyte.Builder)) {
	b.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
		addOID(b, id)
		if critical {
			b.AddASN1Boolean(true)
		}
		b.AddASN1(asn1.OCTET_STRING, value)
	})
}

func addOID(b *cryptobyte.Builder, id credential.OID) {
	b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(id)) })
}

func addAlgorithm(b *cryptobyte.Builder, id credential.OID) {
	b.AddASN1(tagSequence, func(b *cryptobyte.Builder) { addOID(b, id) }) // no parameters in any we sign with
}

// addTime encodes t as RFC 5280, Section 4.1.2.5 has it: UTCTime until 2049.
func addTime(b *cryptobyte.Builder, t time.Time) {
	if t.Year() < 2050 {
		b.AddASN1UTCTime(t)
	} else {
		b.AddASN1GeneralizedTime(t)
	}
}

// encodeName returns the DER of a Name of organizationName and commonName, each left out if empty.
func encodeName(organization, common string) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
		for _, a := range []struct {
			id    credential.OID
			value string
		}{{credential.OIDOrganization, organization}, {credential.OIDCommonName, common}} {
			if a.value == "" {
				continue
			}
			b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) {
				b.AddASN1(tagSequence, func(b *cryptobyte.Builder) {
					addOID(b, a.id)
					b.AddASN1(asn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(a.value)) })
				})
			})
		}
	})
	return b.BytesOrPanic() // sizes are bounded
}

// signatureAlgorithm returns how a key of the authority signs: ECDSA with the hash of the size of its curve.
func signatureAlgorithm(pub crypto.PublicKey) (credential.OID, crypto.Hash, error) {
	switch k := pub.(type) {
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return oidECDSAWithSHA256, crypto.SHA256, nil
		case elliptic.P384():
			return oidECDSAWithSHA384, crypto.SHA384, nil
		case elliptic.P521():
			return oidECDSAWithSHA512, crypto.SHA512, nil
		}
	case ed25519.PublicKey:
		return oidEd25519, 0, nil
	}
	return "", 0, wrap(ErrConfig, "unknown kind of key")
}
