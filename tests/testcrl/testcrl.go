// Package testcrl makes certificate revocation lists for tests, of which anything can be wrong, as package testca makes
// certificates: byte by byte, and equal templates give equal bytes.
//
// A [List] is a template. One without fields is a complete, current list that revokes nobody, which a verifier must
// accept; a hostile variant is that with a field changed, or an extension set or removed:
//
//	a := testca.New(testca.Options{})
//	alice := a.Issue(a.Alice())
//
//	good := testcrl.Issue(a.Intermediate, testcrl.List{})
//	revokes := testcrl.Issue(a.Intermediate, testcrl.List{
//		Entries: []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.KeyCompromise))},
//	})
//
//	var l testcrl.List
//	l.Set(testcrl.Number(8), testcrl.Delta(7), testcrl.IDP(testcrl.Scope{OnlyUsers: true}))
//	delta := testcrl.Issue(a.Intermediate, l)
//
// [CRLDP] makes distribution points with all their parts for certificates: c.Set(testcrl.CRLDP(testcrl.Point{…})).
package testcrl

import (
	"bytes"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/tests/testca"
)

// Times of lists and entries whose template has none.
var (
	RevokedAt  = testca.At.Add(-2 * time.Hour)
	ThisUpdate = testca.At.Add(-time.Hour)
	NextUpdate = testca.At.Add(7 * 24 * time.Hour)
)

// A List is the template of a CertificateList. Fields called Raw are complete DER elements, or anything else, and stand
// in place of the field after which they are called.
type List struct {
	Version    int // 1, 2 and whatever is not defined. Zero is 2; 1 is left out
	RawVersion []byte

	Issuer    testca.Name // nil: the subject of whoever issues. Name{} is empty
	RawIssuer []byte

	ThisUpdate, NextUpdate time.Time // zero: the variables of this package
	NoNextUpdate           bool
	RawTimes               []byte // both

	Entries    []Entry // none: the field is left out
	RawEntries []byte

	// Extensions of the list. Unless they are here or forbidden, or it is of version 1, a cRLNumber of 1 and an
	// authorityKeyIdentifier that names the issuer's key are added.
	Extensions    []testca.Ext
	RawExtensions []byte // with the explicit tag [0]

	// Algorithms, the one inside what is signed and the one beside the signature. nil: that of the key which signs.
	InnerAlgorithm, OuterAlgorithm []byte

	// SignWith signs instead of the issuer's key.
	SignWith *testca.Key
	// ChangeTBS and ChangeSignature are applied after signing.
	ChangeTBS, ChangeSignature func([]byte) []byte
	// RawSignature is the BIT STRING.
	RawSignature []byte
	// TrailingTBS and Trailing stand at the end, inside of the two outer SEQUENCEs.
	TrailingTBS, Trailing []byte

	forbidden []testca.OID
}

// An Entry is the template of an entry of revokedCertificates. Raw stands in place of the whole.
type Entry struct {
	Serial     *big.Int
	RawSerial  []byte
	RevokedAt  time.Time // zero: the variable of this package
	RawTime    []byte
	Extensions []testca.Ext // none: the field is left out
	Raw        []byte
}

// Revoke returns the entry for a certificate in DER.
func Revoke(certificate []byte, extensions ...testca.Ext) Entry {
	return Entry{RawSerial: element(asn1.INTEGER, Serial(certificate)), Extensions: extensions}
}

// RevokeSerial returns the entry for a serial number.
func RevokeSerial(serial int64, extensions ...testca.Ext) Entry {
	return Entry{Serial: big.NewInt(serial), Extensions: extensions}
}

// Serial returns the content octets of the serial number of a certificate in DER.
func Serial(certificate []byte) []byte {
	in := cryptobyte.String(certificate)
	var tbs, serial cryptobyte.String
	if !in.ReadASN1(&tbs, asn1.SEQUENCE) || !tbs.ReadASN1(&tbs, asn1.SEQUENCE) ||
		!tbs.SkipOptionalASN1(explicit(0)) || !tbs.ReadASN1(&serial, asn1.INTEGER) {
		panic("testcrl: not a certificate")
	}
	return serial
}

// Set puts extensions in place of those of the same identifier, or at the end.
func (l *List) Set(extensions ...testca.Ext) {
	l.Extensions = slices.Clone(l.Extensions) // templates are copied by value
	for _, e := range extensions {
		if i := l.find(e.OID); i >= 0 {
			l.Extensions[i] = e
		} else {
			l.Extensions = append(l.Extensions, e)
		}
	}
}

// Forbid removes extensions, and stops Issue from adding them.
func (l *List) Forbid(ids ...testca.OID) {
	l.forbidden = append(slices.Clone(l.forbidden), ids...)
	l.Extensions = slices.DeleteFunc(slices.Clone(l.Extensions), func(e testca.Ext) bool { return slices.Contains(ids, e.OID) })
}

func (l *List) find(id testca.OID) int {
	return slices.IndexFunc(l.Extensions, func(e testca.Ext) bool { return e.OID == id })
}

func (l *List) wants(id testca.OID) bool {
	return l.Version != 1 && l.find(id) < 0 && !slices.Contains(l.forbidden, id)
}

// Issue completes the list as one of this issuer, signs and encodes it.
func Issue(issuer *testca.CA, l List) []byte {
	if l.wants(OIDNumber) {
		l.Set(Number(1))
	}
	if l.wants(testca.OIDAuthorityKeyID) {
		if id := keyID(issuer); id != nil {
			l.Set(testca.AKI(id))
		}
	}
	if l.Issuer == nil && l.RawIssuer == nil {
		if l.RawIssuer = issuer.Cert.RawSubject; l.RawIssuer == nil {
			l.RawIssuer = issuer.Cert.Subject.DER()
		}
	}
	key := issuer.Key
	if l.SignWith != nil {
		key = *l.SignWith
	}
	if l.InnerAlgorithm == nil {
		l.InnerAlgorithm = key.AlgorithmIdentifier()
	}
	if l.OuterAlgorithm == nil {
		l.OuterAlgorithm = key.AlgorithmIdentifier()
	}
	tbs := l.tbs()
	sig := key.Sign(tbs)
	if l.ChangeTBS != nil {
		tbs = l.ChangeTBS(bytes.Clone(tbs))
	}
	if l.ChangeSignature != nil {
		sig = l.ChangeSignature(bytes.Clone(sig))
	}
	return sequence(func(b *cryptobyte.Builder) {
		b.AddBytes(tbs)
		b.AddBytes(l.OuterAlgorithm)
		if l.RawSignature != nil {
			b.AddBytes(l.RawSignature)
		} else {
			b.AddASN1BitString(sig)
		}
		b.AddBytes(l.Trailing)
	})
}

// keyID returns the subject key identifier of an issuer, nil if it has none.
func keyID(issuer *testca.CA) (id []byte) {
	for _, e := range issuer.Cert.Extensions {
		if e.OID == testca.OIDSubjectKeyID {
			in := cryptobyte.String(e.Value)
			in.ReadASN1Bytes(&id, asn1.OCTET_STRING)
		}
	}
	return id
}
