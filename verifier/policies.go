package verifier

import (
	"slices"

	"github.com/e2eid/e2eid/credential/x509"
)

// PolicyInputs are the inputs about certificate policies of RFC 5280, Section 6.1.1, (c) and (e) to (g). The zero
// PolicyInputs accept every policy, and none.
type PolicyInputs struct {
	Acceptable      []x509.OID // user-initial-policy-set; empty for any policy
	RequireExplicit bool       // initial-explicit-policy
	InhibitMapping  bool       // initial-policy-mapping-inhibit
	InhibitAny      bool       // initial-any-policy-inhibit
}

// A policySet holds policies.
type policySet map[x509.OID]bool

// sorted returns the policies, dotted.
func (s policySet) sorted() (list []string) {
	for id := range s {
		list = append(list, id.String())
	}
	slices.Sort(list)
	return list
}

// A policyNode is a node of one level of the policy graph (RFC 9618): policies are a graph and not the tree of RFC 5280,
// Section 6.1.2, which mappings make exponential. Of the levels above nothing is needed but where a node comes from.
type policyNode struct {
	expected policySet
	// origins are the policies in the anchor's domain that lead here: those of the first nodes below anyPolicy.
	// anyPolicy itself stands for those that were never named.
	origins policySet
}

type policyLevel map[x509.OID]*policyNode

// certificatePolicies processes the policies of the path (RFC 5280, Sections 6.1.3 (d) to (f), 6.1.4 (a), (b) and (h) to
// (j), and 6.1.5 (a), (b) and (g)). It returns the user-constrained-policy-set, sorted in no order; anyPolicy in it stands
// for every policy.
func (p path) certificatePolicies(in PolicyInputs, r *report) policySet {
	n := len(p) - 1 // certificates below the anchor
	counter := func(inhibited bool) int {
		if inhibited {
			return 0
		}
		return n + 1
	}
	explicit, mapping, anyPolicy := counter(in.RequireExplicit), counter(in.InhibitMapping), counter(in.InhibitAny)
	level := policyLevel{x509.OIDAnyPolicy: {policySet{x509.OIDAnyPolicy: true}, policySet{x509.OIDAnyPolicy: true}}}
	// What the anchor says holds as in RFC 5937, Section 3.2.
	anchor := p[n].cert
	if len(anchor.Policies) > 0 {
		level = level.next(anchor, true)
	}
	if pc := anchor.PolicyConstraints; pc != nil {
		explicit = lowered(explicit, pc.RequireExplicitPolicy)
		mapping = lowered(mapping, pc.InhibitPolicyMapping)
	}
	if anchor.InhibitAnyPolicy != nil {
		anyPolicy = lowered(anyPolicy, *anchor.InhibitAnyPolicy)
	}
	for i := n - 1; i >= 0; i-- {
		c := p[i].cert
		last := i == 0
		level = level.next(c, anyPolicy > 0 || !last && c.SelfIssued())
		if explicit == 0 && len(level) == 0 {
			r.fail(CheckPolicies, CodePolicyConstraint, i)
			return nil
		}
		if last {
			break
		}
		for _, m := range c.PolicyMappings {
			if m.IssuerDomain == x509.OIDAnyPolicy || m.SubjectDomain == x509.OIDAnyPolicy {
				r.fail(CheckPolicies, CodePolicyConstraint, i)
				return nil
			}
		}
		level.mapped(c.PolicyMappings, mapping > 0)
		if !c.SelfIssued() {
			explicit, mapping, anyPolicy = max(explicit-1, 0), max(mapping-1, 0), max(anyPolicy-1, 0)
		}
		if pc := c.PolicyConstraints; pc != nil {
			explicit = lowered(explicit, pc.RequireExplicitPolicy)
			mapping = lowered(mapping, pc.InhibitPolicyMapping)
		}
		if c.InhibitAnyPolicy != nil {
			anyPolicy = lowered(anyPolicy, *c.InhibitAnyPolicy)
		}
	}
	explicit = max(explicit-1, 0)
	if pc := p.end().PolicyConstraints; pc != nil && pc.RequireExplicitPolicy == 0 {
		explicit = 0
	}
	set := level.constrained(in.Acceptable)
	if explicit == 0 && len(set) == 0 {
		r.fail(CheckPolicies, CodePolicyConstraint, 0)
		return nil
	}
	r.pass(CheckPolicies)
	return set
}

// lowered returns the smaller of a counter and SkipCerts, which is -1 if absent.
func lowered(counter, skipCerts int) int {
	if skipCerts < 0 {
		return counter
	}
	return min(counter, skipCerts)
}

// next returns the level of a certificate (Section 6.1.3, (d) and (e)). anyAllowed says if its anyPolicy counts.
func (l policyLevel) next(c *x509.Certificate, anyAllowed bool) policyLevel {
	parents := map[x509.OID][]x509.OID{} // by what they expect
	for policy, node := range l {
		for e := range node.expected {
			parents[e] = append(parents[e], policy)
		}
	}
	below := policyLevel{}
	add := func(policy x509.OID, from ...x509.OID) {
		node := &policyNode{policySet{policy: true}, policySet{}}
		for _, parent := range from {
			if parent == x509.OIDAnyPolicy {
				node.origins[policy] = true
				continue
			}
			for o := range l[parent].origins {
				node.origins[o] = true
			}
		}
		below[policy] = node
	}
	any := false
	for _, p := range c.Policies {
		switch {
		case p.ID == x509.OIDAnyPolicy:
			any = true
		case len(parents[p.ID]) > 0:
			add(p.ID, parents[p.ID]...)
		case l[x509.OIDAnyPolicy] != nil:
			add(p.ID, x509.OIDAnyPolicy)
		}
	}
	if any && anyAllowed {
		for e, from := range parents {
			if below[e] == nil {
				add(e, from...)
			}
		}
	}
	return below
}

// mapped applies mappings to what the level expects below it (Section 6.1.4, (b)).
func (l policyLevel) mapped(mappings []x509.PolicyMapping, allowed bool) {
	to := map[x509.OID]policySet{}
	for _, m := range mappings {
		if to[m.IssuerDomain] == nil {
			to[m.IssuerDomain] = policySet{}
		}
		to[m.IssuerDomain][m.SubjectDomain] = true
	}
	for from, expected := range to {
		node := l[from]
		switch {
		case !allowed:
			delete(l, from)
		case node != nil:
			node.expected = expected
		case l[x509.OIDAnyPolicy] != nil:
			l[from] = &policyNode{expected, policySet{from: true}}
		}
	}
}

// constrained returns which of the acceptable policies, all if none are named, lead to the last level (Section 6.1.5,
// (g)).
func (l policyLevel) constrained(acceptable []x509.OID) policySet {
	origins := policySet{}
	for _, node := range l {
		for o := range node.origins {
			origins[o] = true
		}
	}
	if len(acceptable) == 0 || slices.Contains(acceptable, x509.OIDAnyPolicy) {
		return origins
	}
	set := policySet{}
	for _, a := range acceptable {
		if origins[a] || origins[x509.OIDAnyPolicy] {
			set[a] = true
		}
	}
	return set
}
