package testocsp

import (
	"bytes"
	"crypto"
	"time"

	"github.com/e2eid/e2eid/tests/testca"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A Response is the template of an OCSPResponse. Fields called Raw are complete DER elements, or anything else, and
// stand in place of the fields beside them.
type Response struct {
	Status    byte // responseStatus
	RawStatus []byte
	Type      testca.OID // empty: id-pkix-ocsp-basic

	RawVersion []byte // [0]; nil: v1, which DER leaves out

	RawName      []byte // DER of the responder's Name
	ByKey        []byte // hash of the responder's key, in place of the name
	RawResponder []byte

	ProducedAt    time.Time // zero: the variable of this package
	RawProducedAt []byte

	Singles    []Single
	RawSingles []byte // the SEQUENCE

	Extensions    []testca.Ext
	RawExtensions []byte // with the explicit tag [1]

	Algorithm    []byte // nil: that of the key which signs
	RawSignature []byte // the BIT STRING

	Certificates    [][]byte // nil: no field
	RawCertificates []byte   // with the explicit tag [0]

	// SignWith signs instead of the responder's key.
	SignWith *testca.Key
	// ChangeTBS and ChangeSignature are applied after signing.
	ChangeTBS, ChangeSignature func([]byte) []byte
	// RawBasic is the BasicOCSPResponse, RawBytes the responseBytes with their explicit tag [0]: none, if empty but not nil.
	RawBasic, RawBytes []byte
	// These stand at the end, inside of the SEQUENCE after which they are called.
	TrailingTBS, TrailingBasic, TrailingBytes, Trailing []byte
}

// A Single is the template of a SingleResponse.
type Single struct {
	ID    CertID
	RawID []byte

	Status    Status
	RevokedAt time.Time // zero: ThisUpdate of this package
	Reason    int       // CRLReason of Revoked; below zero: none
	RawStatus []byte

	ThisUpdate, NextUpdate       time.Time // zero: the variables of this package
	NoNextUpdate                 bool
	RawThisUpdate, RawNextUpdate []byte // nextUpdate with the explicit tag [0]

	Extensions    []testca.Ext
	RawExtensions []byte // with the explicit tag [1]
	Trailing      []byte
}

// A CertID is RFC 6960, Section 4.1.1.
type CertID struct {
	Algorithm         []byte // AlgorithmIdentifier, such as of [HashAlgorithm]
	NameHash, KeyHash []byte
	Serial            []byte // content octets of the INTEGER
	Trailing          []byte
}

// DER returns the CertID.
func (id CertID) DER() []byte {
	return join(asn1.SEQUENCE, id.Algorithm, element(asn1.OCTET_STRING, id.NameHash),
		element(asn1.OCTET_STRING, id.KeyHash), element(asn1.INTEGER, id.Serial), id.Trailing)
}

// DER returns the SingleResponse.
func (s Single) DER() []byte {
	id := or(s.RawID, s.ID.DER)
	status := or(s.RawStatus, s.status)
	next := or(s.RawNextUpdate, func() []byte {
		if s.NoNextUpdate {
			return nil
		}
		return join(explicit(0), Time(orTime(s.NextUpdate, NextUpdate)))
	})
	this := or(s.RawThisUpdate, func() []byte { return Time(orTime(s.ThisUpdate, ThisUpdate)) })
	return join(asn1.SEQUENCE, id, status, this, next, extensions(s.Extensions, s.RawExtensions), s.Trailing)
}

func (s Single) status() []byte {
	if s.Status != Revoked {
		return element(asn1.Tag(s.Status).ContextSpecific(), nil)
	}
	at := Time(orTime(s.RevokedAt, ThisUpdate))
	if s.Reason < 0 {
		return join(explicit(1), at)
	}
	return join(explicit(1), at, join(explicit(0), element(asn1.ENUM, []byte{byte(s.Reason)})))
}

// TBS returns the ResponseData, which is signed.
func (t Response) TBS() []byte {
	responder := or(t.RawResponder, func() []byte {
		if t.ByKey != nil {
			return join(explicit(2), element(asn1.OCTET_STRING, t.ByKey))
		}
		return join(explicit(1), t.RawName)
	})
	singles := or(t.RawSingles, func() []byte {
		var list [][]byte
		for _, s := range t.Singles {
			list = append(list, s.DER())
		}
		return join(asn1.SEQUENCE, list...)
	})
	produced := or(t.RawProducedAt, func() []byte { return Time(orTime(t.ProducedAt, ProducedAt)) })
	return join(asn1.SEQUENCE, t.RawVersion, responder, produced, singles, extensions(t.Extensions, t.RawExtensions),
		t.TrailingTBS)
}

func (t Response) encode(key testca.Key) []byte {
	status := or(t.RawStatus, func() []byte { return element(asn1.ENUM, []byte{t.Status}) })
	body := or(t.RawBytes, func() []byte {
		kind := t.Type
		if kind == "" {
			kind = "1.3.6.1.5.5.7.48.1.1"
		}
		basic := or(t.RawBasic, func() []byte { return t.basic(key) })
		return join(explicit(0), join(asn1.SEQUENCE, kind.DER(), element(asn1.OCTET_STRING, basic), t.TrailingBytes))
	})
	return join(asn1.SEQUENCE, status, body, t.Trailing)
}

func (t Response) basic(key testca.Key) []byte {
	if t.SignWith != nil {
		key = *t.SignWith
	}
	tbs := t.TBS()
	sig := key.Sign(tbs)
	if t.ChangeTBS != nil {
		tbs = t.ChangeTBS(bytes.Clone(tbs))
	}
	if t.ChangeSignature != nil {
		sig = t.ChangeSignature(bytes.Clone(sig))
	}
	signature := or(t.RawSignature, func() []byte { return element(asn1.BIT_STRING, append([]byte{0}, sig...)) })
	certs := or(t.RawCertificates, func() []byte {
		if t.Certificates == nil {
			return nil
		}
		return join(explicit(0), join(asn1.SEQUENCE, t.Certificates...))
	})
	return join(asn1.SEQUENCE, tbs, or(t.Algorithm, key.AlgorithmIdentifier), signature, certs, t.TrailingBasic)
}

func extensions(list []testca.Ext, raw []byte) []byte {
	return or(raw, func() []byte {
		if len(list) == 0 {
			return nil
		}
		var all [][]byte
		for _, e := range list {
			all = append(all, e.DER())
		}
		return join(explicit(1), join(asn1.SEQUENCE, all...))
	})
}

// Time returns a GeneralizedTime.
func Time(t time.Time) []byte {
	return element(asn1.GeneralizedTime, []byte(t.UTC().Format("20060102150405Z")))
}

func or(raw []byte, otherwise func() []byte) []byte {
	if raw != nil {
		return raw
	}
	return otherwise()
}

func orTime(t, otherwise time.Time) time.Time {
	if t.IsZero() {
		return otherwise
	}
	return t
}

func digest(hash crypto.Hash, b []byte) []byte {
	h := hash.New()
	h.Write(b)
	return h.Sum(nil)
}

func explicit(n uint8) asn1.Tag { return asn1.Tag(n).ContextSpecific().Constructed() }

func element(tag asn1.Tag, content []byte) []byte { return join(tag, content) }

// join returns an element of which the parts are the content.
func join(tag asn1.Tag, parts ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(tag, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(parts, nil)) })
	return b.BytesOrPanic()
}

// fields are what a CertID and a responder's identifier are made of.
type fields struct{ serial, issuer, subject, key []byte }

// read takes a certificate apart.
func read(cert []byte) (f fields) {
	in := cryptobyte.String(cert)
	var c, tbs, serial, issuer, subject, spki cryptobyte.String
	ok := in.ReadASN1(&c, asn1.SEQUENCE) && c.ReadASN1(&tbs, asn1.SEQUENCE) &&
		tbs.SkipOptionalASN1(explicit(0)) && tbs.ReadASN1(&serial, asn1.INTEGER) && tbs.SkipASN1(asn1.SEQUENCE) &&
		tbs.ReadASN1Element(&issuer, asn1.SEQUENCE) && tbs.SkipASN1(asn1.SEQUENCE) &&
		tbs.ReadASN1Element(&subject, asn1.SEQUENCE) && tbs.ReadASN1(&spki, asn1.SEQUENCE) &&
		spki.SkipASN1(asn1.SEQUENCE) && spki.ReadASN1BitStringAsBytes(&f.key)
	if !ok {
		panic("testocsp: not a certificate")
	}
	f.serial, f.issuer, f.subject = serial, issuer, subject
	return f
}
