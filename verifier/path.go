package verifier

import (
	"slices"
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
)

// A path runs from the end entity, first, to an anchor, last.
type path []*node

func (p path) end() *x509.Certificate { return p[0].cert }
func (p path) authority() *authority  { return p[len(p)-1].authority }

// paths calls use with every path whose signatures hold, depth first, until the budget ends. It returns the authorities
// of paths that would hold if an algorithm that nobody here can check were fine, and whether the budget ended the walk.
func (g *graph) paths(q *questions, use func(path)) (unsupported map[*authority]bool, exhausted bool) {
	return g.pathsFrom(g.end, q, use)
}

// pathsFrom is paths from another certificate than the end entity.
func (g *graph) pathsFrom(start *node, q *questions, use func(path)) (unsupported map[*authority]bool, exhausted bool) {
	unsupported = map[*authority]bool{}
	steps, found := 0, 0
	var walk func(p path, doubtful bool)
	walk = func(p path, doubtful bool) {
		last := p[len(p)-1]
		if last.authority != nil {
			if doubtful {
				unsupported[last.authority] = true
			} else if found++; found <= maxPaths {
				use(append(path(nil), p...))
			} else {
				exhausted = true
			}
			return
		}
		if len(p) > maxPathIntermediates+1 {
			return
		}
		for _, e := range g.edges[last] {
			if steps++; steps > maxPaths*maxEdges {
				exhausted = true
				return
			}
			answer := q.of(e.check)
			if answer == signature.Invalid || p.repeats(e.issuer) {
				continue
			}
			walk(append(p, e.issuer), doubtful || answer == signature.Unsupported)
		}
	}
	walk(path{start}, false)
	return unsupported, exhausted || g.exhausted
}

// repeats reports whether the path already has a certificate of this name and key: it would run in a circle.
func (p path) repeats(issuer *node) bool { return p.find(issuer) >= 0 }

// find returns the place of a certificate of this name and key on the path, -1 if there is none.
func (p path) find(n *node) int {
	for i := range p {
		if p[i].identity == n.identity {
			return i
		}
	}
	return -1
}

// validate applies the rules that need no signature, in the order of [Checks].
func (p path) validate(at time.Time, r *report, compared *int) {
	p.holds(p.authority().policies, at, r, compared)
	p.keyUsage(r)
}

// holds applies those of RFC 5280, Section 6.1, whatever the end entity is for, each to every certificate. Anchors are held
// to their own constraints and validity as RFC 5937 has it.
func (p path) holds(in PolicyInputs, at time.Time, r *report, compared *int) {
	p.criticalExtensions(r)
	p.mayIssue(r)
	p.nameConstraints(r, compared)
	r.policies = p.certificatePolicies(in, r).sorted()
	p.validity(at, r)
}

// processed are the extensions that may be critical. The others that are decoded must not be critical, or say
// something that this version does not process.
var processed = map[x509.OID]bool{
	x509.OIDBasicConstraints:    true,
	x509.OIDKeyUsage:            true,
	x509.OIDExtKeyUsage:         true,
	x509.OIDSubjectAltName:      true,
	x509.OIDStatus:              true,
	x509.OIDNameConstraints:     true,
	x509.OIDCertificatePolicies: true,
	x509.OIDPolicyMappings:      true,
	x509.OIDPolicyConstraints:   true,
	x509.OIDInhibitAnyPolicy:    true,
}

func (p path) criticalExtensions(r *report) {
	for i, n := range p {
		for _, e := range n.cert.Extensions {
			if e.Critical && !processed[e.ID] {
				r.fail(CheckCritical, CodeUnsupportedCritical, i)
				return
			}
		}
	}
	r.pass(CheckCritical)
}

// mayIssue checks basicConstraints, pathLenConstraint and keyUsage of each issuer (RFC 5280, Section 6.1.4, (k) to (n)),
// and that an end entity which may not issue has nothing that only an issuer may have (Sections 4.2.1.9 and 4.2.1.10).
func (p path) mayIssue(r *report) {
	if c := p.end(); (c.BasicConstraints == nil || !c.BasicConstraints.CA) && p[0].authority == nil &&
		(c.KeyUsage != nil && *c.KeyUsage&x509.KeyCertSign != 0 || c.NameConstraints != nil) {
		r.fail(CheckConstraints, CodeBadChain, 0)
		return
	}
	below := 0 // intermediates between the issuer and the end entity that are not self-issued
	for i, n := range p[1:] {
		i++
		c := n.cert
		bc := c.BasicConstraints
		switch {
		// An anchor is a name and a key; in one of version 1 nothing else is said.
		case bc == nil && (n.authority == nil || c.Version == 3), bc != nil && !bc.CA,
			bc != nil && bc.MaxPathLen >= 0 && below > bc.MaxPathLen,
			c.KeyUsage != nil && *c.KeyUsage&x509.KeyCertSign == 0:
			r.fail(CheckConstraints, CodeBadChain, i)
			return
		}
		if !c.SelfIssued() {
			below++
		}
	}
	r.pass(CheckConstraints)
}

func (p path) validity(at time.Time, r *report) {
	// What has expired comes first: a clock that is behind cannot excuse it.
	for i, n := range p {
		if at.After(n.cert.NotAfter) {
			r.fail(CheckValidity, CodeExpired, i)
			return
		}
	}
	for i, n := range p {
		if at.Before(n.cert.NotBefore) {
			r.fail(CheckValidity, CodeNotYetValid, i)
			return
		}
	}
	r.pass(CheckValidity)
}

// validAt reports whether every certificate is within its validity.
func (p path) validAt(t time.Time) bool {
	for _, n := range p {
		if t.Before(n.cert.NotBefore) || t.After(n.cert.NotAfter) {
			return false
		}
	}
	return true
}

// keyUsage checks what the end entity may be used for. An issuer that limits extended key usage limits it for all
// below it. That it may sign is demanded of whoever presents an identity; RFC 5280 does not ask it of a path.
func (p path) keyUsage(r *report) {
	end := p.end()
	if end.KeyUsage != nil && *end.KeyUsage&x509.DigitalSignature == 0 && !r.nameless {
		r.fail(CheckKeyUsage, CodeWrongKeyUsage, 0)
		return
	}
	for _, want := range p.authority().extKeyUsage {
		for i, n := range p {
			if i == 0 && !slices.Contains(n.cert.ExtKeyUsage, want) || i > 0 && !n.admits(want) {
				r.fail(CheckKeyUsage, CodeWrongKeyUsage, i)
				return
			}
		}
	}
	r.pass(CheckKeyUsage)
}

// admits reports whether an issuer may certify for an extended key usage: it is limited to none, or to this too.
func (n *node) admits(want x509.OID) bool {
	usages := n.cert.ExtKeyUsage
	return usages == nil || slices.Contains(usages, want) || slices.Contains(usages, x509.OIDAnyExtKeyUsage)
}
