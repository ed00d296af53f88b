package x509

import (
	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

func parseSubjectKeyID(c *Certificate, in *der.String) error {
	var id der.String
	if !in.Read(&id, der.OctetString) || len(id) == 0 {
		return pkix.Malformed("subjectKeyIdentifier", "not an OCTET STRING with content")
	}
	c.SubjectKeyID = id
	return nil
}

func parseKeyUsage(c *Certificate, in *der.String) error {
	var b der.String
	var usage KeyUsage
	if !in.Read(&b, der.BitString) || !pkix.NamedBits(b, 9, (*uint16)(&usage)) {
		return pkix.Malformed("keyUsage", "not a named bit list with members")
	}
	c.KeyUsage = &usage
	return nil
}

func parseSubjectAltName(c *Certificate, in *der.String) error {
	var names der.String
	if !in.Read(&names, der.Sequence) {
		return pkix.Malformed("subjectAltName", "not a SEQUENCE")
	}
	list, err := pkix.ReadGeneralNames(names)
	c.SubjectAltName = list
	return pkix.InPart("subjectAltName", err)
}

func parseBasicConstraints(c *Certificate, in *der.String) error {
	const part = "basicConstraints"
	var seq der.String
	bc := BasicConstraints{MaxPathLen: -1}
	if !in.Read(&seq, der.Sequence) {
		return pkix.Malformed(part, "not a SEQUENCE")
	}
	if seq.Next(der.Boolean) && !seq.Bool(&bc.CA) {
		return pkix.Malformed(part, "cA is not a DER BOOLEAN")
	}
	if seq.Next(der.Integer) {
		n, ok := pkix.ReadSmall(&seq, der.Integer)
		if !ok {
			return pkix.Malformed(part, "pathLenConstraint out of range")
		}
		bc.MaxPathLen = n
	}
	if !seq.Empty() {
		return pkix.Malformed(part, "trailing elements")
	}
	c.BasicConstraints = &bc
	return nil
}

func parseNameConstraints(c *Certificate, in *der.String) error {
	const part = "nameConstraints"
	var seq der.String
	if !in.Read(&seq, der.Sequence) || seq.Empty() {
		return pkix.Malformed(part, "not a SEQUENCE with members")
	}
	nc := &NameConstraints{}
	for i, subtrees := range []*[]Subtree{&nc.Permitted, &nc.Excluded} {
		var list der.String
		var present bool
		if !seq.Optional(&list, &present, der.Context(uint8(i)).Constructed()) || present && list.Empty() {
			return pkix.Malformed(part, "subtrees without members")
		}
		for !list.Empty() {
			var st der.String
			if !list.Read(&st, der.Sequence) {
				return pkix.Malformed(part, "not a subtree")
			}
			base, err := pkix.ReadGeneralName(&st, true)
			if err != nil {
				return pkix.InPart(part, err)
			}
			tree := Subtree{Base: base, Max: -1}
			ok := true
			if st.Next(der.Context(0)) {
				tree.Min, ok = pkix.ReadSmall(&st, der.Context(0))
			}
			if ok && st.Next(der.Context(1)) {
				tree.Max, ok = pkix.ReadSmall(&st, der.Context(1))
			}
			if !ok || !st.Empty() {
				return pkix.Malformed(part, "minimum or maximum out of range")
			}
			if *subtrees = append(*subtrees, tree); len(*subtrees) > pkix.MaxGeneralNames {
				return pkix.Malformed(part, "too many subtrees")
			}
		}
	}
	if !seq.Empty() {
		return pkix.Malformed(part, "trailing elements")
	}
	c.NameConstraints = nc
	return nil
}

func parsePolicies(c *Certificate, in *der.String) error {
	const part = "certificatePolicies"
	seen := map[OID]bool{}
	return pkix.EachItem(part, maxPolicies, in, func(item *der.String) bool {
		var seq, qualifiers der.String
		var p Policy
		if !item.Read(&seq, der.Sequence) || !pkix.ReadOID(&seq, &p.ID) || seen[p.ID] {
			return false
		}
		seen[p.ID] = true
		if !seq.Empty() {
			if !seq.Element(&qualifiers, der.Sequence) || !seq.Empty() {
				return false
			}
			p.Qualifiers = qualifiers
		}
		c.Policies = append(c.Policies, p)
		return true
	})
}

func parsePolicyMappings(c *Certificate, in *der.String) error {
	return pkix.EachItem("policyMappings", maxPolicies, in, func(item *der.String) bool {
		var seq der.String
		var m PolicyMapping
		if !item.Read(&seq, der.Sequence) || !pkix.ReadOID(&seq, &m.IssuerDomain) || !pkix.ReadOID(&seq, &m.SubjectDomain) || !seq.Empty() {
			return false
		}
		c.PolicyMappings = append(c.PolicyMappings, m)
		return true
	})
}

func parseExtKeyUsage(c *Certificate, in *der.String) error {
	return pkix.EachItem("extKeyUsage", pkix.MaxListItems, in, func(item *der.String) bool {
		var id OID
		if !pkix.ReadOID(item, &id) {
			return false
		}
		c.ExtKeyUsage = append(c.ExtKeyUsage, id)
		return true
	})
}

func parseAuthorityInfoAccess(c *Certificate, in *der.String) error {
	return pkix.EachItem("authorityInfoAccess", pkix.MaxListItems, in, func(item *der.String) bool {
		var seq der.String
		var a AccessDescription
		if !item.Read(&seq, der.Sequence) || !pkix.ReadOID(&seq, &a.Method) {
			return false
		}
		location, err := pkix.ReadGeneralName(&seq, false)
		if err != nil || !seq.Empty() {
			return false
		}
		a.Location = location
		c.AuthorityInfoAccess = append(c.AuthorityInfoAccess, a)
		return true
	})
}

func parsePolicyConstraints(c *Certificate, in *der.String) error {
	const part = "policyConstraints"
	var seq der.String
	// RFC 5280, Section 4.2.1.11: not an empty sequence.
	if !in.Read(&seq, der.Sequence) || seq.Empty() {
		return pkix.Malformed(part, "not a SEQUENCE with members")
	}
	pc := &PolicyConstraints{-1, -1}
	for i, field := range []*int{&pc.RequireExplicitPolicy, &pc.InhibitPolicyMapping} {
		tag := der.Context(uint8(i))
		if !seq.Next(tag) {
			continue
		}
		n, ok := pkix.ReadSmall(&seq, tag)
		if !ok {
			return pkix.Malformed(part, "SkipCerts out of range")
		}
		*field = n
	}
	if !seq.Empty() {
		return pkix.Malformed(part, "trailing elements")
	}
	c.PolicyConstraints = pc
	return nil
}

func parseInhibitAnyPolicy(c *Certificate, in *der.String) error {
	n, ok := pkix.ReadSmall(in, der.Integer)
	if !ok {
		return pkix.Malformed("inhibitAnyPolicy", "SkipCerts out of range")
	}
	c.InhibitAnyPolicy = &n
	return nil
}

func parseStatus(c *Certificate, in *der.String) error {
	const part = "status extension"
	var seq, id, index der.String
	if !in.Read(&seq, der.Sequence) || !seq.Read(&id, der.IA5String) ||
		!seq.Read(&index, der.Integer) || !seq.Empty() {
		return pkix.Malformed(part, "not a list id and an index")
	}
	if len(id) == 0 || len(id) > 255 {
		return pkix.Malformed(part, "list id empty or too long")
	}
	for _, b := range id {
		if b <= 0x20 || b >= 0x7f {
			return pkix.Malformed(part, "list id is not visible ASCII")
		}
	}
	if !pkix.MinimalInteger(index) || index[0]&0x80 != 0 || len(index) > 8 {
		return pkix.Malformed(part, "index out of range")
	}
	ref := StatusReference{ListID: string(id)}
	for _, b := range index {
		ref.Index = ref.Index<<8 | uint64(b)
	}
	c.Status = &ref
	return nil
}
