package testca

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A Cert is the template of a certificate. Fields called Raw are complete DER elements, or anything else, and stand in
// place of the field after which they are called.
type Cert struct {
	Version    int // 1, 2, 3 and whatever is not defined. Zero is 3; 1 is the default, which DER leaves out
	RawVersion []byte

	Serial    *big.Int // nil: 127 bits that derive from the rest
	RawSerial []byte

	Issuer    Name // nil: the subject of whoever issues. Name{} is empty
	RawIssuer []byte

	NotBefore, NotAfter time.Time // UTCTime until 2049, GeneralizedTime after. Zero: the variables of this package
	RawValidity         []byte

	Subject    Name
	RawSubject []byte

	Key    crypto.PublicKey // of any Kind. nil: that of NewKey(P256, "end entity")
	RawKey []byte           // SubjectPublicKeyInfo

	IssuerUniqueID, SubjectUniqueID []byte // octets of the BIT STRINGs; nil: none

	Extensions    []Ext
	RawExtensions []byte // with the explicit tag [3]

	// Algorithms of the signature, the one inside what is signed and the one beside the signature. nil: that of the
	// key which signs.
	InnerAlgorithm, OuterAlgorithm []byte

	// SignWith signs instead of the issuer's key, which makes a forgery.
	SignWith *Key
	// ChangeTBS and ChangeSignature are applied after signing.
	ChangeTBS, ChangeSignature func([]byte) []byte
	// RawSignature is the BIT STRING.
	RawSignature []byte
	// TrailingTBS and Trailing stand at the end, inside of the two outer SEQUENCEs.
	TrailingTBS, Trailing []byte

	forbidden []OID
}

// Set puts extensions in place of those of the same identifier, or at the end.
func (c *Cert) Set(extensions ...Ext) {
	c.Extensions = slices.Clone(c.Extensions) // templates are copied by value
	for _, e := range extensions {
		if i := c.find(e.OID); i >= 0 {
			c.Extensions[i] = e
		} else {
			c.Extensions = append(c.Extensions, e)
		}
	}
}

// Add puts extensions at the end, also if they stand there already.
func (c *Cert) Add(extensions ...Ext) {
	c.Extensions = append(slices.Clone(c.Extensions), extensions...)
}

// Forbid removes extensions, and stops Issue from adding them.
func (c *Cert) Forbid(ids ...OID) {
	c.forbidden = append(slices.Clone(c.forbidden), ids...)
	c.Extensions = slices.DeleteFunc(slices.Clone(c.Extensions), func(e Ext) bool { return slices.Contains(ids, e.OID) })
}

func (c *Cert) find(id OID) int {
	return slices.IndexFunc(c.Extensions, func(e Ext) bool { return e.OID == id })
}

func (c *Cert) wants(id OID) bool { return c.find(id) < 0 && !slices.Contains(c.forbidden, id) }

// addSKI adds a hash of the SubjectPublicKeyInfo. Verifiers must not depend on how an identifier came about (RFC 5280,
// Section 4.2.1.2 only gives examples).
func (c *Cert) addSKI() {
	if c.wants(OIDSubjectKeyID) {
		sum := sha256.Sum256(c.publicKey())
		c.Set(SKI(sum[:20]))
	}
}

// keyID returns the content of the subject key identifier, nil if there is none.
func (c *Cert) keyID() (id []byte) {
	if i := c.find(OIDSubjectKeyID); i >= 0 {
		in := cryptobyte.String(c.Extensions[i].Value)
		in.ReadASN1Bytes(&id, asn1.OCTET_STRING)
	}
	return id
}

func (c *Cert) subject() []byte {
	if c.RawSubject != nil {
		return c.RawSubject
	}
	return c.Subject.DER()
}

func (c *Cert) publicKey() []byte {
	switch {
	case c.RawKey != nil:
		return c.RawKey
	case c.Key == nil:
		return SPKI(NewKey(P256, "end entity").Public())
	}
	return SPKI(c.Key)
}

// encode completes and encodes c as issued by ca.
func (c Cert) encode(ca *CA) (Cert, []byte) {
	if c.Issuer == nil && c.RawIssuer == nil {
		c.RawIssuer = ca.Cert.subject()
	}
	if c.Version == 0 {
		c.Version = 3
	}
	if c.NotBefore.IsZero() {
		c.NotBefore = NotBefore
	}
	if c.NotAfter.IsZero() {
		c.NotAfter = NotAfter
	}
	key := ca.Key
	if c.SignWith != nil {
		key = *c.SignWith
	}
	if c.InnerAlgorithm == nil {
		c.InnerAlgorithm = key.AlgorithmIdentifier()
	}
	if c.OuterAlgorithm == nil {
		c.OuterAlgorithm = key.AlgorithmIdentifier()
	}
	if c.Serial == nil {
		sum := sha256.Sum256(c.tbs()) // with serial number 0
		sum[0] &= 0x7f
		c.Serial = new(big.Int).SetBytes(sum[:16])
	}
	tbs := c.tbs()
	sig := key.Sign(tbs)
	if c.ChangeTBS != nil {
		tbs = c.ChangeTBS(bytes.Clone(tbs))
	}
	if c.ChangeSignature != nil {
		sig = c.ChangeSignature(bytes.Clone(sig))
	}
	return c, sequence(func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddBytes(c.OuterAlgorithm)
		if c.RawSignature != nil {
			b.AddBytes(c.RawSignature)
		} else {
			b.AddASN1BitString(sig)
		}
		b.AddBytes(c.Trailing)
	})
}

// tbs encodes the TBSCertificate (RFC 5280, Section 4.1).
func (c *Cert) tbs() []byte {
	return sequence(func(b *cryptobyte.Builder) {
		switch {
		case c.RawVersion != nil:
			b.AddBytes(c.RawVersion)
		case c.Version != 1:
			b.AddASN1(explicit(0), func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(c.Version) - 1) })
		}
		switch {
		case c.RawSerial != nil:
			b.AddBytes(c.RawSerial)
		case c.Serial == nil:
			b.AddASN1Int64(0)
		default:
			b.AddASN1BigInt(c.Serial)
		}
		b.AddBytes(c.InnerAlgorithm)
		if c.RawIssuer != nil {
			b.AddBytes(c.RawIssuer)
		} else {
			b.AddBytes(c.Issuer.DER())
		}
		if c.RawValidity != nil {
			b.AddBytes(c.RawValidity)
		} else {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				addTime(b, c.NotBefore)
				addTime(b, c.NotAfter)
			})
		}
		b.AddBytes(c.subject())
		b.AddBytes(c.publicKey())
		for i, id := range [][]byte{c.IssuerUniqueID, c.SubjectUniqueID} {
			if id != nil {
				b.AddASN1(asn1.Tag(1+i).ContextSpecific(), func(b *cryptobyte.Builder) {
					b.AddUint8(0) // unused bits
					b.AddBytes(id)
				})
			}
		}
		switch {
		case c.RawExtensions != nil:
			b.AddBytes(c.RawExtensions)
		case len(c.Extensions) > 0:
			b.AddASN1(explicit(3), func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					for _, e := range c.Extensions {
						b.AddBytes(e.DER())
					}
				})
			})
		}
		b.AddBytes(c.TrailingTBS)
	})
}

func addTime(b *cryptobyte.Builder, t time.Time) {
	if t = t.UTC(); t.Year() >= 1950 && t.Year() < 2050 {
		b.AddASN1UTCTime(t)
	} else {
		b.AddASN1GeneralizedTime(t)
	}
}
