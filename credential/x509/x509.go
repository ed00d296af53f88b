// Package x509 decodes X.509 certificates (RFC 5280) from strict DER. It decides nothing: no signature, date or name
// is checked here, and a [Certificate] is only what its bytes say. Package verifier judges it.
//
// [ParseCertificate] takes one DER certificate and nothing after it, in the one encoding that X.690, Section 10 and 11
// allow, and refuses what RFC 5280 says must not be there: repeated extensions, an algorithm inside the signature
// other than the one outside, extensions in a certificate before version 3. Extensions that are known are decoded, so
// that a malformed one is refused even if nobody asks for it; unknown ones are kept as they are.
//
// A Certificate keeps sub-slices of the input, which must not change afterwards.
package x509

import (
	"time"

	"github.com/e2eid/e2eid/signature"
)

// A Certificate is a decoded certificate (RFC 5280, Section 4.1).
type Certificate struct {
	Raw    []byte // the whole certificate
	RawTBS []byte // TBSCertificate: what the signature covers

	Version      int    // 1, 2 or 3
	Serial       []byte // content octets of the INTEGER: minimal two's complement, also zero and below
	Issuer       Name
	Subject      Name
	NotBefore    time.Time
	NotAfter     time.Time // valid up to and including this second
	PublicKey    PublicKey
	RawPublicKey []byte // SubjectPublicKeyInfo

	SignatureAlgorithm SignatureAlgorithm
	Signature          []byte // octets of the BIT STRING

	// Extensions are all extensions in their order. Those decoded below have Known set.
	Extensions []Extension

	BasicConstraints     *BasicConstraints
	KeyUsage             *KeyUsage
	ExtKeyUsage          []OID // nil if absent, else at least one
	SubjectAltName       []GeneralName
	SubjectKeyID         []byte
	AuthorityKeyID       *AuthorityKeyID
	NameConstraints      *NameConstraints
	Policies             []Policy
	PolicyMappings       []PolicyMapping
	PolicyConstraints    *PolicyConstraints
	InhibitAnyPolicy     *int // SkipCerts
	CRLDistributionPoint []DistributionPoint
	FreshestCRL          []DistributionPoint
	AuthorityInfoAccess  []AccessDescription
	Status               *StatusReference
}

// Extension returns the extension of this id, nil if there is none.
func (c *Certificate) Extension(id OID) *Extension {
	for i := range c.Extensions {
		if c.Extensions[i].ID == id {
			return &c.Extensions[i]
		}
	}
	return nil
}

// SelfIssued reports whether subject and issuer are the same name (RFC 5280, Section 6.1).
func (c *Certificate) SelfIssued() bool { return c.Subject.Equal(c.Issuer) }

// NameAndKey returns a certificate of version 1 that has c's subject and public key and says nothing else: it is valid
// at all times.
func (c *Certificate) NameAndKey() *Certificate {
	return &Certificate{
		Raw: c.Raw, Version: 1, Serial: c.Serial, Issuer: c.Subject, Subject: c.Subject,
		NotAfter:  time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), // RFC 5280, Section 4.1.2.5: no well-defined end
		PublicKey: c.PublicKey, RawPublicKey: c.RawPublicKey,
	}
}

// SignedBy describes the check that key signed c. Errors are those of [SignatureAlgorithm.Check].
func (c *Certificate) SignedBy(key PublicKey) (signature.Check, error) {
	return c.SignatureAlgorithm.Check(key, c.RawTBS, c.Signature)
}
