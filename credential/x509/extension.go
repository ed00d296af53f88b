package x509

import (
	"github.com/e2eid/e2eid/internal/der"
)

// Extensions that are decoded (RFC 5280, Section 4.2), and the one of docs/status-extension.md.
const (
	OIDSubjectKeyID         OID = "\x55\x1d\x0e"
	OIDKeyUsage             OID = "\x55\x1d\x0f"
	OIDSubjectAltName       OID = "\x55\x1d\x11"
	OIDBasicConstraints     OID = "\x55\x1d\x13"
	OIDNameConstraints      OID = "\x55\x1d\x1e"
	OIDCRLDistributionPoint OID = "\x55\x1d\x1f"
	OIDCertificatePolicies  OID = "\x55\x1d\x20"
	OIDPolicyMappings       OID = "\x55\x1d\x21"
	OIDAuthorityKeyID       OID = "\x55\x1d\x23"
	OIDPolicyConstraints    OID = "\x55\x1d\x24"
	OIDExtKeyUsage          OID = "\x55\x1d\x25"
	OIDFreshestCRL          OID = "\x55\x1d\x2e"
	OIDInhibitAnyPolicy     OID = "\x55\x1d\x36"
	OIDAuthorityInfoAccess  OID = "\x2b\x06\x01\x05\x05\x07\x01\x01"
)

// parsers decode the value of an extension into its field. Each must consume it all.
var parsers = map[OID]func(*Certificate, *der.String) error{
	OIDSubjectKeyID:     parseSubjectKeyID,
	OIDKeyUsage:         parseKeyUsage,
	OIDSubjectAltName:   parseSubjectAltName,
	OIDBasicConstraints: parseBasicConstraints,
	OIDNameConstraints:  parseNameConstraints,
	OIDCRLDistributionPoint: func(c *Certificate, in *der.String) error {
		return parseDistributionPoints(in, &c.CRLDistributionPoint)
	},
	OIDCertificatePolicies: parsePolicies,
	OIDPolicyMappings:      parsePolicyMappings,
	OIDAuthorityKeyID:      parseAuthorityKeyID,
	OIDPolicyConstraints:   parsePolicyConstraints,
	OIDExtKeyUsage:         parseExtKeyUsage,
	OIDFreshestCRL:         func(c *Certificate, in *der.String) error { return parseDistributionPoints(in, &c.FreshestCRL) },
	OIDInhibitAnyPolicy:    parseInhibitAnyPolicy,
	OIDAuthorityInfoAccess: parseAuthorityInfoAccess,
	OIDStatus:              parseStatus,
}

// parseExtensions reads Extensions, the content of the field's explicit tag.
func (c *Certificate) parseExtensions(in der.String) error {
	var list der.String
	if !in.Read(&list, der.Sequence) || !in.Empty() || list.Empty() {
		return malformed("extensions", "not a SEQUENCE with members")
	}
	for !list.Empty() {
		var ext, value der.String
		var e Extension
		if !list.Read(&ext, der.Sequence) || !readOID(&ext, &e.ID) {
			return malformed("extensions", "not an extension")
		}
		if ext.Next(der.Boolean) {
			// FALSE is the default, which DER leaves out; but so many authorities write it (in basicConstraints
			// above all) that refusing it here would only be noise: the value is clear.
			if !ext.Bool(&e.Critical) {
				return malformed("extensions", "critical is not a DER BOOLEAN")
			}
		}
		if !ext.Read(&value, der.OctetString) || !ext.Empty() {
			return malformed("extensions", "value is not an OCTET STRING")
		}
		e.Value = value
		if c.Extension(e.ID) != nil {
			return malformed("extensions", "repeated: "+e.ID.String())
		}
		if parse := parsers[e.ID]; parse != nil {
			if err := parse(c, &value); err != nil {
				return err
			}
			if !value.Empty() {
				return malformed("extension "+e.ID.String(), "trailing bytes")
			}
			e.Known = true
		}
		if c.Extensions = append(c.Extensions, e); len(c.Extensions) > maxExtensions {
			return malformed("extensions", "too many")
		}
	}
	return nil
}
