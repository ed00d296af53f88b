package verifier

import (
	"bytes"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/revocation/crl"
)

// scopeReasons returns the reasons of which a CRL speaks about c, none if c is outside its scope (RFC 5280, Section
// 6.3.3, (b) and (d)), or if the budget is spent: then which CRLs fitted must not decide.
func (p *Plan) scopeReasons(e *evidence, c *x509.Certificate, l *heldCRL) (reasons x509.Reasons) {
	scope := l.Scope
	if scope == nil {
		scope = &crl.Scope{}
	}
	isCA := c.BasicConstraints != nil && c.BasicConstraints.CA
	if scope.OnlyUsers && isCA || scope.OnlyCAs && !isCA || scope.OnlyAttributes {
		return 0
	}
	own := l.issuer == p.key(c.Issuer)
	of := allIfNone(scope.Reasons)
	for _, point := range c.CRLDistributionPoint {
		if point.CRLIssuer == nil && own || point.CRLIssuer != nil && scope.Indirect && p.namesIssuer(e, point, l) {
			if e.inPoint(c, point, l, scope) {
				reasons |= of & allIfNone(point.Reasons)
			}
		}
	}
	// And every CRL of the certificate's issuer counts as if a distribution point named that issuer.
	implied := x509.DistributionPoint{Name: x509.DistributionPointName{
		FullName: []x509.GeneralName{{Kind: x509.DirectoryName, Directory: c.Issuer}},
	}}
	if own && e.inPoint(c, implied, l, scope) {
		reasons |= of
	}
	if e.exhausted {
		return 0
	}
	return reasons
}

func allIfNone(r x509.Reasons) x509.Reasons {
	if r == 0 {
		return x509.AllReasons
	}
	return r & x509.AllReasons
}

// namesIssuer reports whether a distribution point has the issuer of a CRL as its cRLIssuer.
func (p *Plan) namesIssuer(e *evidence, point x509.DistributionPoint, l *heldCRL) bool {
	for _, name := range point.CRLIssuer {
		if !e.compare(len(name.Value)) {
			return false
		}
		if name.Kind == x509.DirectoryName && p.key(name.Directory) == l.issuer {
			return true
		}
	}
	return false
}

// inPoint reports whether a CRL, whose issuer fits, is one that a distribution point of c refers to.
func (e *evidence) inPoint(c *x509.Certificate, point x509.DistributionPoint, l *heldCRL, scope *crl.Scope) bool {
	names := fullNames(scope.Name, l.Issuer)
	if names == nil {
		return true // every distribution point
	}
	issuer := c.Issuer
	if len(point.CRLIssuer) == 1 && point.CRLIssuer[0].Kind == x509.DirectoryName {
		issuer = point.CRLIssuer[0].Directory // RFC 5280, Section 4.2.1.13: what a relative name continues
	}
	wanted := fullNames(point.Name, issuer)
	if wanted == nil {
		wanted = point.CRLIssuer
	}
	for _, a := range names {
		for _, b := range wanted {
			if !e.compare(sizeOf(a.Directory) + sizeOf(b.Directory)) {
				return false
			}
			if sameName(a, b) {
				return true
			}
		}
	}
	return false
}

// fullNames returns the names of a distribution point, nil if it has none. A relative one continues base.
func fullNames(n x509.DistributionPointName, base x509.Name) []x509.GeneralName {
	if n.RelativeName == nil {
		return n.FullName
	}
	full := base.Attributes[:len(base.Attributes):len(base.Attributes)]
	rdn := 0
	if len(full) > 0 {
		rdn = full[len(full)-1].RDN + 1
	}
	for _, a := range n.RelativeName {
		a.RDN = rdn
		full = append(full, a)
	}
	return []x509.GeneralName{{Kind: x509.DirectoryName, Directory: x509.Name{Attributes: full}}}
}

func hasDirectory(names []x509.GeneralName, want x509.Name) bool {
	for _, n := range names {
		if n.Kind == x509.DirectoryName && n.Directory.Equal(want) {
			return true
		}
	}
	return false
}

// sizeOf says what it takes to compare a name: preparing a value for it costs most.
func sizeOf(n x509.Name) (sizeBytes int) {
	for _, a := range n.Attributes {
		sizeBytes += 64 + len(a.Value)
	}
	return sizeBytes
}

// sameName compares names; addresses by their bytes.
func sameName(a, b x509.GeneralName) bool {
	if a.Kind != b.Kind {
		return false
	}
	if a.Kind == x509.DirectoryName {
		return len(a.Directory.Attributes) == len(b.Directory.Attributes) && a.Directory.HasPrefix(b.Directory)
	}
	return bytes.Equal(a.Value, b.Value)
}
