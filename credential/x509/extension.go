package x509

import (
	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

// Extensions that are decoded (RFC 5280, Section 4.2), and the one of docs/status-extension.md.
const (
	OIDSubjectKeyID             OID = "\x55\x1d\x0e"
	OIDKeyUsage                 OID = "\x55\x1d\x0f"
	OIDSubjectAltName           OID = "\x55\x1d\x11"
	OIDBasicConstraints         OID = "\x55\x1d\x13"
	OIDIssuingDistributionPoint OID = "\x55\x1d\x1c" // of CRLs
	OIDNameConstraints          OID = "\x55\x1d\x1e"
	OIDCRLDistributionPoint     OID = "\x55\x1d\x1f"
	OIDCertificatePolicies      OID = "\x55\x1d\x20"
	OIDPolicyMappings           OID = "\x55\x1d\x21"
	OIDAuthorityKeyID           OID = "\x55\x1d\x23"
	OIDPolicyConstraints        OID = "\x55\x1d\x24"
	OIDExtKeyUsage              OID = "\x55\x1d\x25"
	OIDFreshestCRL              OID = "\x55\x1d\x2e"
	OIDInhibitAnyPolicy         OID = "\x55\x1d\x36"
	OIDAuthorityInfoAccess      OID = "\x2b\x06\x01\x05\x05\x07\x01\x01"
)

// parsers decode the value of an extension into its field. Each must consume it all.
var parsers = map[OID]func(*Certificate, *der.String) error{
	OIDSubjectKeyID:     parseSubjectKeyID,
	OIDKeyUsage:         parseKeyUsage,
	OIDSubjectAltName:   parseSubjectAltName,
	OIDBasicConstraints: parseBasicConstraints,
	OIDNameConstraints:  parseNameConstraints,
	OIDCRLDistributionPoint: func(c *Certificate, in *der.String) error {
		return pkix.ReadDistributionPoints(in, &c.CRLDistributionPoint)
	},
	OIDCertificatePolicies: parsePolicies,
	OIDPolicyMappings:      parsePolicyMappings,
	OIDAuthorityKeyID: func(c *Certificate, in *der.String) error {
		return pkix.ReadAuthorityKeyID(in, &c.AuthorityKeyID)
	},
	OIDPolicyConstraints:   parsePolicyConstraints,
	OIDExtKeyUsage:         parseExtKeyUsage,
	OIDFreshestCRL:         func(c *Certificate, in *der.String) error { return pkix.ReadDistributionPoints(in, &c.FreshestCRL) },
	OIDInhibitAnyPolicy:    parseInhibitAnyPolicy,
	OIDAuthorityInfoAccess: parseAuthorityInfoAccess,
	OIDStatus:              parseStatus,
}

// parseExtensions reads Extensions, the content of the field's explicit tag.
func (c *Certificate) parseExtensions(in der.String) error {
	list, err := pkix.ReadExtensions(in, func(id OID, value *der.String) (known bool, err error) {
		parse := parsers[id]
		if parse == nil {
			return false, nil
		}
		return true, parse(c, value)
	})
	c.Extensions = list
	return err
}
