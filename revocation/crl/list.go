package crl

import (
	"bytes"
	"time"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature"
)

// A List is a decoded CertificateList. Its slices are parts of what was parsed, which must not change.
type List struct {
	Raw    []byte // the DER of the whole
	RawTBS []byte // what is signed

	Version            int // 1 or 2
	SignatureAlgorithm pkix.SignatureAlgorithm
	Signature          []byte // octets of the BIT STRING
	Issuer             pkix.Name
	ThisUpdate         time.Time
	NextUpdate         time.Time // zero if absent

	// Content octets of an INTEGER, nil if absent; see CompareNumbers. With a BaseNumber the list is a delta: it says
	// what changed since the complete list of that number.
	Number, BaseNumber []byte

	AuthorityKeyID *pkix.AuthorityKeyID     // nil if absent
	Scope          *Scope                   // issuingDistributionPoint, nil if absent
	FreshestCRL    []pkix.DistributionPoint // where deltas are found; not evidence of anything
	Extensions     []pkix.Extension         // in their order

	// UnsupportedCritical is true if any critical extension, of the list or of an entry, is not processed here. Such
	// a list says nothing about any certificate (RFC 5280, Sections 5.2 and 5.3).
	UnsupportedCritical bool

	issuerKey string
	index     index
}

// A Scope is an IssuingDistributionPoint (RFC 5280, Section 5.2.5): which certificates and reasons a list speaks for.
// At most one of the first three flags is set.
type Scope struct {
	Name                               pkix.DistributionPointName
	OnlyUsers, OnlyCAs, OnlyAttributes bool
	Indirect                           bool
	Reasons                            pkix.Reasons // 0 if absent, which stands for all
}

// Parse decodes one DER CertificateList and indexes its entries. The result is unauthenticated. The error is a
// [*pkix.ParseError]. The list keeps b.
func Parse(b []byte) (*List, error) {
	const part = "CertificateList"
	if len(b) > maxListBytes {
		return nil, pkix.Malformed(part, "too large")
	}
	in := der.String(b)
	var list, tbs, outer der.String
	if !in.Read(&list, der.Sequence) || !in.Empty() {
		return nil, pkix.Malformed(part, "not one DER SEQUENCE")
	}
	l := &List{Raw: b}
	if !list.Element(&tbs, der.Sequence) {
		return nil, pkix.Malformed(part, "no TBSCertList")
	}
	l.RawTBS = tbs
	if !list.Element(&outer, der.Sequence) || !pkix.ReadBitString(&list, &l.Signature) || !list.Empty() {
		return nil, pkix.Malformed(part, "no signature of whole octets")
	}
	entries, err := l.parseTBS(tbs)
	if err != nil {
		return nil, err
	}
	// RFC 5280, Section 5.1.1.2: the one outside, which is not signed, must be the one inside.
	if !bytes.Equal(outer, l.SignatureAlgorithm.Raw) {
		return nil, pkix.Malformed("signatureAlgorithm", "differs from the one inside")
	}
	if err := l.parseEntries(entries); err != nil {
		return nil, err
	}
	return l, nil
}

// parseTBS decodes all but the entries, which it returns: what they may say depends on the extensions, which come after
// them.
func (l *List) parseTBS(in der.String) (entries der.String, err error) {
	var tbs, version, alg, params der.String
	in.Read(&tbs, der.Sequence)
	l.Version = 1
	if tbs.Next(der.Integer) {
		// Section 5.1.2.1: if present, it is version 2, whose value is 1.
		if !tbs.Read(&version, der.Integer) || len(version) != 1 || version[0] != 1 {
			return nil, pkix.Malformed("version", "not 2")
		}
		l.Version = 2
	}
	if !tbs.Element(&alg, der.Sequence) {
		return nil, pkix.Malformed("signature", "no algorithm")
	}
	l.SignatureAlgorithm.Raw = alg
	if !pkix.ReadAlgorithmIdentifier(&alg, &l.SignatureAlgorithm.OID, &params) {
		return nil, pkix.Malformed("signature", "no algorithm")
	}
	if err := pkix.InPart("issuer", pkix.ReadName(&tbs, &l.Issuer)); err != nil {
		return nil, err
	}
	if l.Issuer.Empty() {
		return nil, pkix.Malformed("issuer", "empty name")
	}
	l.issuerKey = l.Issuer.Key()
	if !pkix.ReadTime(&tbs, &l.ThisUpdate) {
		return nil, pkix.Malformed("thisUpdate", "not a time in UTC to the second")
	}
	if tbs.Next(der.UTCTime) || tbs.Next(der.GeneralizedTime) {
		if !pkix.ReadTime(&tbs, &l.NextUpdate) {
			return nil, pkix.Malformed("nextUpdate", "not a time in UTC to the second")
		}
		if l.NextUpdate.Before(l.ThisUpdate) {
			return nil, pkix.Malformed("nextUpdate", "before thisUpdate")
		}
	}
	var present bool
	if !tbs.Optional(&entries, &present, der.Sequence) {
		return nil, pkix.Malformed("revokedCertificates", "not a SEQUENCE")
	}
	var extensions der.String
	if !tbs.Optional(&extensions, &present, der.Context(0).Constructed()) {
		return nil, pkix.Malformed("crlExtensions", "not a SEQUENCE")
	}
	if present {
		if l.Version != 2 {
			return nil, pkix.Malformed("crlExtensions", "in a list of version 1")
		}
		if err := l.parseExtensions(extensions); err != nil {
			return nil, err
		}
	}
	if !tbs.Empty() {
		return nil, pkix.Malformed("TBSCertList", "trailing elements")
	}
	return entries, nil
}

// Check describes the check that key signed the list. The error is one of package signature, as that of
// [pkix.SignatureAlgorithm.Check].
func (l *List) Check(key pkix.PublicKey) (signature.Check, error) {
	return l.SignatureAlgorithm.Check(key, l.RawTBS, l.Signature)
}

func (l *List) indirect() bool { return l.Scope != nil && l.Scope.Indirect }
