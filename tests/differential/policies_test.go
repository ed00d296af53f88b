package differential

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/e2eid/e2eid/tests/testca"
)

var policyOIDs = []testca.OID{"1.2.3.1", "1.2.3.2", "1.2.3.3", testca.OIDAnyPolicy}

// policies draws chains with policies, mappings, constraints and inputs.
func policies() (list []*scenario) {
	r := newRandom("policies")
	for i := range 250 {
		list = append(list, randomPolicies(r, fmt.Sprintf("drawn-%d", i)))
	}
	// A policy that the certificate has through anyPolicy alone is mapped, where that is inhibited, and where it is not.
	for _, inhibited := range []bool{false, true} {
		h := newHierarchy(1, "policy", "mapped-any", fmt.Sprintf("inhibited-%v", inhibited))
		h.explicitPolicy, h.inhibitAny = true, inhibited
		h.ca().Set(testca.Policies(policyOIDs[0], testca.OIDAnyPolicy), testca.PolicyMappings([2]testca.OID{policyOIDs[1], policyOIDs[2]}))
		h.end().Set(testca.Policies(policyOIDs[2]))
		list = append(list, h.scenarioOf())
	}
	return list
}

func randomPolicies(r *rand.Rand, tag string) *scenario {
	h := newHierarchy(1+r.IntN(3), "policy", tag)
	subset := func(among []testca.OID, likely float64) (ids []testca.OID) {
		for _, id := range among {
			if r.Float64() < likely {
				ids = append(ids, id)
			}
		}
		return ids
	}
	for i := range h.certs {
		c := &h.certs[i]
		root, end := i == 0, i == len(h.certs)-1
		if !root || r.IntN(8) == 0 {
			if ids := subset(policyOIDs, 0.55); len(ids) > 0 {
				c.Set(testca.Policies(ids...).WithCritical(r.IntN(4) == 0))
			}
		}
		if end {
			if r.IntN(6) == 0 {
				c.Set(testca.PolicyConstraints(r.IntN(2), -1))
				h.tag("constraints@end")
			}
			continue
		}
		if !root && r.IntN(3) == 0 {
			var pairs [][2]testca.OID
			for range 1 + r.IntN(3) {
				from, to := pick(r, policyOIDs[:3]), pick(r, policyOIDs[:3])
				if r.IntN(24) == 0 {
					to = testca.OIDAnyPolicy
					h.tag("maps-any")
				}
				pairs = append(pairs, [2]testca.OID{from, to})
			}
			c.Set(testca.PolicyMappings(pairs...))
			h.tag("mapping")
		}
		if !root && r.IntN(5) == 0 {
			c.Subject = h.certs[i-1].Subject
			h.tag("self-issued")
		}
		if r.IntN(3) == 0 && (!root || r.IntN(4) == 0) {
			explicit, inhibit := r.IntN(4)-1, r.IntN(4)-1
			if explicit >= 0 || inhibit >= 0 {
				c.Set(testca.PolicyConstraints(explicit, inhibit))
				h.tag("constraints")
			}
		}
		if r.IntN(5) == 0 && (!root || r.IntN(4) == 0) {
			c.Set(testca.InhibitAnyPolicy(r.IntN(3)))
			h.tag("inhibit-any")
		}
		if root && slices.ContainsFunc(c.Extensions, func(e testca.Ext) bool {
			return strings.HasPrefix(string(e.OID), "2.5.29.3") && e.OID != testca.OIDNameConstraints && e.OID != testca.OIDAuthorityKeyID || e.OID == testca.OIDInhibitAnyPolicy
		}) {
			h.tag("policy@root")
		}
	}
	if h.has([]string{"policy@root"}) && r.IntN(2) == 0 {
		// The others take a name and a key from an anchor, as RFC 5280 has it.
		h.ignoreAnchor = true
		h.tag("anchor-ignored")
	}
	if h.acceptable = subset(policyOIDs[:3], 0.3); len(h.acceptable) > 0 {
		h.tag("acceptable")
	}
	if r.IntN(2) == 0 {
		h.explicitPolicy = r.IntN(2) == 0
		h.inhibitMap = r.IntN(4) == 0
		h.inhibitAny = r.IntN(4) == 0
	}
	for tag, set := range map[string]bool{"input-explicit": h.explicitPolicy, "input-inhibit-map": h.inhibitMap, "input-inhibit-any": h.inhibitAny} {
		if set {
			h.tag(tag)
		}
	}
	slices.Sort(h.tags[2:])
	return h.scenarioOf()
}
