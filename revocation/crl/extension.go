package crl

import (
	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

// Extensions of a list that are decoded (RFC 5280, Section 5.2).
const (
	OIDNumber                   pkix.OID = "\x55\x1d\x14"
	OIDDeltaIndicator           pkix.OID = "\x55\x1d\x1b"
	OIDIssuingDistributionPoint pkix.OID = "\x55\x1d\x1c"
	OIDAuthorityKeyID           pkix.OID = "\x55\x1d\x23"
	OIDFreshestCRL              pkix.OID = "\x55\x1d\x2e"
)

// parseExtensions reads Extensions, the content of the field's explicit tag.
func (l *List) parseExtensions(in der.String) error {
	list, err := pkix.ReadExtensions(in, func(id pkix.OID, value *der.String) (known bool, err error) {
		switch id {
		case OIDNumber:
			err = readNumber("cRLNumber", value, &l.Number)
		case OIDDeltaIndicator:
			err = readNumber("deltaCRLIndicator", value, &l.BaseNumber)
		case OIDIssuingDistributionPoint:
			l.Scope, err = readScope(value)
		case OIDAuthorityKeyID:
			err = pkix.ReadAuthorityKeyID(value, &l.AuthorityKeyID)
		case OIDFreshestCRL:
			err = pkix.ReadDistributionPoints(value, &l.FreshestCRL)
		default:
			return false, nil
		}
		return true, err
	})
	for _, e := range list {
		if e.Critical && !e.Known {
			l.UnsupportedCritical = true
		}
	}
	l.Extensions = list
	return err
}

// readScope reads an IssuingDistributionPoint.
func readScope(in *der.String) (*Scope, error) {
	const part = "issuingDistributionPoint"
	var seq, name, reasons der.String
	var hasName, hasReasons bool
	s := &Scope{}
	if !in.Read(&seq, der.Sequence) ||
		!seq.Optional(&name, &hasName, der.Context(0).Constructed()) ||
		!readFlag(&seq, 1, &s.OnlyUsers) ||
		!readFlag(&seq, 2, &s.OnlyCAs) ||
		!seq.Optional(&reasons, &hasReasons, der.Context(3)) ||
		!readFlag(&seq, 4, &s.Indirect) ||
		!readFlag(&seq, 5, &s.OnlyAttributes) || !seq.Empty() {
		return nil, pkix.Malformed(part, "not a SEQUENCE of its parts")
	}
	if hasName && !pkix.ReadDistributionPointName(name, &s.Name) {
		return nil, pkix.Malformed(part, "not a name of a distribution point")
	}
	if hasReasons && !pkix.ReadReasons(reasons, &s.Reasons) {
		return nil, pkix.Malformed(part, "reasons are not a named bit list with members")
	}
	kinds := 0
	for _, only := range []bool{s.OnlyUsers, s.OnlyCAs, s.OnlyAttributes} {
		if only {
			kinds++
		}
	}
	if kinds > 1 {
		return nil, pkix.Malformed(part, "only one kind of certificates, and only another")
	}
	if kinds == 0 && !hasName && !hasReasons && !s.Indirect {
		return nil, pkix.Malformed(part, "empty")
	}
	return s, nil
}

// readFlag reads a BOOLEAN DEFAULT FALSE with an implicit tag. DER leaves FALSE out (X.690, Section 11.5).
func readFlag(in *der.String, tag uint8, out *bool) bool {
	var b der.String
	if !in.Optional(&b, out, der.Context(tag)) {
		return false
	}
	return !*out || len(b) == 1 && b[0] == 0xff
}
