package main

import (
	"crypto/sha256"
	"errors"
	"net/netip"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/der"
)

// showDER shows a certificate, or says why it is none.
func showDER(b []byte) any {
	c, err := x509.ParseCertificate(b)
	if err != nil {
		return object{{"malformed", text(err.Error())}, {"der", hexBytes(b)}}
	}
	return showCertificate(c)
}

func showCertificate(c *x509.Certificate) object {
	sum := sha256.Sum256(c.Raw)
	o := object{
		{"version", uint64(c.Version)},
		{"serialNumber", hexBytes(c.Serial)},
		{"signatureAlgorithm", oid(c.SignatureAlgorithm.OID)},
		{"issuer", distinguishedName(c.Issuer)},
		{"notBefore", c.NotBefore},
		{"notAfter", c.NotAfter},
		{"subject", distinguishedName(c.Subject)},
		{"publicKey", showKey(c.PublicKey)},
	}
	if len(c.Extensions) > 0 {
		o.add("extensions", listOf(c.Extensions, func(e x509.Extension) any { return showExtension(c, e) }))
	}
	o.add("signature", hexBytes(c.Signature))
	o.add("sha256", hexBytes(sum[:]))
	return o
}

func showKey(k x509.PublicKey) object {
	kind := keyKinds[k.Kind]
	if kind == "" {
		kind = "unknown"
	}
	return object{{"algorithm", oid(k.OID)}, {"kind", kind}, {"key", hexBytes(k.Key)}}
}

func showExtension(c *x509.Certificate, e x509.Extension) object {
	o := object{{"id", oid(e.ID)}, {"critical", e.Critical}}
	if show := extensionValues[e.ID]; show != nil && e.Known {
		o.add("value", show(c))
	} else {
		o.add("raw", hexBytes(e.Value))
	}
	return o
}

// extensionValues show the fields into which extensions are decoded.
var extensionValues = map[x509.OID]func(*x509.Certificate) any{
	x509.OIDSubjectKeyID: func(c *x509.Certificate) any { return hexBytes(c.SubjectKeyID) },
	x509.OIDKeyUsage: func(c *x509.Certificate) any {
		return flags(uint16(*c.KeyUsage), keyUsages[:])
	},
	x509.OIDSubjectAltName: func(c *x509.Certificate) any { return listOf(c.SubjectAltName, showIdentifier) },
	x509.OIDBasicConstraints: func(c *x509.Certificate) any {
		o := object{{"cA", c.BasicConstraints.CA}}
		o.addCount("pathLenConstraint", c.BasicConstraints.MaxPathLen)
		return o
	},
	x509.OIDNameConstraints: func(c *x509.Certificate) any {
		var o object
		o.addSubtrees("permitted", c.NameConstraints.Permitted)
		o.addSubtrees("excluded", c.NameConstraints.Excluded)
		return o
	},
	x509.OIDCRLDistributionPoint: func(c *x509.Certificate) any {
		return listOf(c.CRLDistributionPoint, showDistributionPoint)
	},
	x509.OIDFreshestCRL: func(c *x509.Certificate) any { return listOf(c.FreshestCRL, showDistributionPoint) },
	x509.OIDCertificatePolicies: func(c *x509.Certificate) any {
		return listOf(c.Policies, func(p x509.Policy) any {
			o := object{{"policy", oid(p.ID)}}
			if p.Qualifiers != nil {
				o.add("qualifiers", hexBytes(p.Qualifiers))
			}
			return o
		})
	},
	x509.OIDPolicyMappings: func(c *x509.Certificate) any {
		return listOf(c.PolicyMappings, func(m x509.PolicyMapping) any {
			return object{{"issuerDomainPolicy", oid(m.IssuerDomain)}, {"subjectDomainPolicy", oid(m.SubjectDomain)}}
		})
	},
	x509.OIDAuthorityKeyID: func(c *x509.Certificate) any {
		var o object
		if id := c.AuthorityKeyID; id.KeyID != nil {
			o.add("keyIdentifier", hexBytes(id.KeyID))
		}
		o.addNames("authorityCertIssuer", c.AuthorityKeyID.Issuer)
		if serial := c.AuthorityKeyID.Serial; serial != nil {
			o.add("authorityCertSerialNumber", hexBytes(serial))
		}
		return o
	},
	x509.OIDPolicyConstraints: func(c *x509.Certificate) any {
		var o object
		o.addCount("requireExplicitPolicy", c.PolicyConstraints.RequireExplicitPolicy)
		o.addCount("inhibitPolicyMapping", c.PolicyConstraints.InhibitPolicyMapping)
		return o
	},
	x509.OIDExtKeyUsage: func(c *x509.Certificate) any {
		return listOf(c.ExtKeyUsage, func(id x509.OID) any { return oid(id) })
	},
	x509.OIDInhibitAnyPolicy: func(c *x509.Certificate) any { return uint64(*c.InhibitAnyPolicy) },
	x509.OIDAuthorityInfoAccess: func(c *x509.Certificate) any {
		return listOf(c.AuthorityInfoAccess, func(a x509.AccessDescription) any {
			return object{{"accessMethod", oid(a.Method)}, {"accessLocation", showName(a.Location)}}
		})
	},
	x509.OIDStatus: func(c *x509.Certificate) any {
		return object{{"listID", text(c.Status.ListID)}, {"index", c.Status.Index}}
	},
}

// keyUsages are the bits in their order (RFC 5280, Section 4.2.1.3).
var keyUsages = [...]string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
	"keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}

// reasonFlags are the bits in their order (RFC 5280, Section 4.2.1.13).
var reasonFlags = [...]string{"unused", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
	"cessationOfOperation", "certificateHold", "privilegeWithdrawn", "aACompromise"}

// flags shows a named bit list.
func flags(bits uint16, names []string) any {
	return list(func(yield func(any) bool) {
		for i, s := range names {
			if bits&(1<<i) != 0 && !yield(s) {
				return
			}
		}
	})
}

// addCount adds a number that is -1 if absent.
func (o *object) addCount(name string, n int) {
	if n >= 0 {
		o.add(name, uint64(n))
	}
}

func (o *object) addNames(name string, names []x509.GeneralName) {
	if len(names) > 0 {
		o.add(name, listOf(names, func(g x509.GeneralName) any { return showName(g) }))
	}
}

func (o *object) addSubtrees(name string, trees []x509.Subtree) {
	if len(trees) == 0 {
		return
	}
	o.add(name, listOf(trees, func(t x509.Subtree) any {
		s := showName(t.Base)
		if t.Min != 0 {
			s.add("minimum", uint64(t.Min))
		}
		s.addCount("maximum", t.Max)
		return s
	}))
}

func showDistributionPoint(p x509.DistributionPoint) any {
	var o object
	o.addNames("fullName", p.Name.FullName)
	if p.Name.RelativeName != nil {
		o.add("nameRelativeToCRLIssuer", distinguishedName(x509.Name{Attributes: p.Name.RelativeName}))
	}
	if p.Reasons != 0 {
		o.add("reasons", flags(p.Reasons, reasonFlags[:]))
	}
	o.addNames("cRLIssuer", p.CRLIssuer)
	return o
}

// showName shows a GeneralName under the name of its choice (RFC 5280, Section 4.2.1.6).
func showName(g x509.GeneralName) object {
	switch g.Kind {
	case x509.RFC822Name:
		return object{{"rfc822Name", text(string(g.Value))}}
	case x509.DNSName:
		return object{{"dNSName", text(string(g.Value))}}
	case x509.URIName:
		return object{{"uniformResourceIdentifier", text(string(g.Value))}}
	case x509.DirectoryName:
		return object{{"directoryName", distinguishedName(g.Directory)}}
	case x509.IPAddress:
		return object{{"iPAddress", address(g.Value)}}
	case x509.RegisteredID:
		return object{{"registeredID", oid(x509.OID(g.Value))}}
	case x509.X400Address:
		return object{{"x400Address", hexBytes(g.Value)}}
	case x509.EDIPartyName:
		return object{{"ediPartyName", hexBytes(g.Value)}}
	}
	var id der.String
	value := der.String(g.Value)
	if !value.Read(&id, der.ObjectIdentifier) {
		return object{{"otherName", hexBytes(g.Value)}}
	}
	return object{{"otherName", object{{"typeID", oid(x509.OID(id))}, {"value", hexBytes(value)}}}}
}

// address returns an iPAddress: an address, or one and its mask where it is a constraint.
func address(b []byte) any {
	if a, ok := netip.AddrFromSlice(b); ok {
		return a.String()
	}
	a, okA := netip.AddrFromSlice(b[:len(b)/2])
	m, okM := netip.AddrFromSlice(b[len(b)/2:])
	if okA && okM {
		return a.String() + "/" + m.String()
	}
	return hexBytes(b)
}

// showIdentifier adds to a name what kind of identifier it is (package name), or why it is none.
func showIdentifier(g x509.GeneralName) any {
	o := showName(g)
	var id name.Identifier
	var err error
	switch g.Kind {
	case x509.URIName:
		id, err = name.Parse(string(g.Value))
	case x509.RFC822Name:
		id, err = name.FromEmail(string(g.Value))
	case x509.DNSName:
		id, err = name.FromDNS(string(g.Value))
	default:
		return o
	}
	var refused *name.Error
	switch {
	case err == nil:
		o.add("identifies", id.Class().String())
	case errors.As(err, &refused):
		o.add("identifies", "nobody: "+text(refused.Error()))
	}
	return o
}
