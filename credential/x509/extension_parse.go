package x509

import (
	"github.com/e2eid/e2eid/internal/der"
)

func parseSubjectKeyID(c *Certificate, in *der.String) error {
	var id der.String
	if !in.Read(&id, der.OctetString) || len(id) == 0 {
		return malformed("subjectKeyIdentifier", "not an OCTET STRING with content")
	}
	c.SubjectKeyID = id
	return nil
}

func parseKeyUsage(c *Certificate, in *der.String) error {
	var b der.String
	// A named bit list has no trailing zero bits (X.690, Section 11.2.2), and at least one bit is set.
	if !in.Read(&b, der.BitString) || !validBitString(b) || len(b) < 2 || len(b) > 3 || b[len(b)-1]>>b[0]&1 == 0 {
		return malformed("keyUsage", "not a named bit list with members")
	}
	var usage KeyUsage
	for i := range 9 {
		if at := 1 + i/8; at < len(b) && b[at]&(0x80>>(i%8)) != 0 {
			usage |= 1 << i
		}
	}
	c.KeyUsage = &usage
	return nil
}

func parseSubjectAltName(c *Certificate, in *der.String) error {
	var names der.String
	if !in.Read(&names, der.Sequence) {
		return malformed("subjectAltName", "not a SEQUENCE")
	}
	list, err := readGeneralNames(names)
	c.SubjectAltName = list
	return inPart("subjectAltName", err)
}

func parseBasicConstraints(c *Certificate, in *der.String) error {
	const part = "basicConstraints"
	var seq der.String
	bc := BasicConstraints{MaxPathLen: -1}
	if !in.Read(&seq, der.Sequence) {
		return malformed(part, "not a SEQUENCE")
	}
	if seq.Next(der.Boolean) && !seq.Bool(&bc.CA) {
		return malformed(part, "cA is not a DER BOOLEAN")
	}
	if seq.Next(der.Integer) {
		n, ok := readSmall(&seq, der.Integer)
		if !ok {
			return malformed(part, "pathLenConstraint out of range")
		}
		bc.MaxPathLen = n
	}
	if !seq.Empty() {
		return malformed(part, "trailing elements")
	}
	c.BasicConstraints = &bc
	return nil
}

// readSmall reads a non-negative INTEGER. One that is larger than any use of it stands for the largest: a path or a
// count that long is refused elsewhere.
func readSmall(in *der.String, tag der.Tag) (int, bool) {
	const most = 1 << 30
	var b der.String
	if !in.Read(&b, tag) || !minimalInteger(b) || b[0]&0x80 != 0 || len(b) > maxSerialBytes {
		return 0, false
	}
	v := 0
	for _, c := range b {
		if v = v<<8 | int(c); v > most {
			return most, true
		}
	}
	return v, true
}

func parseNameConstraints(c *Certificate, in *der.String) error {
	const part = "nameConstraints"
	var seq der.String
	if !in.Read(&seq, der.Sequence) || seq.Empty() {
		return malformed(part, "not a SEQUENCE with members")
	}
	nc := &NameConstraints{}
	for i, subtrees := range []*[]Subtree{&nc.Permitted, &nc.Excluded} {
		var list der.String
		var present bool
		if !seq.Optional(&list, &present, der.Context(uint8(i)).Constructed()) || present && list.Empty() {
			return malformed(part, "subtrees without members")
		}
		for !list.Empty() {
			var st der.String
			if !list.Read(&st, der.Sequence) {
				return malformed(part, "not a subtree")
			}
			base, err := readGeneralName(&st, true)
			if err != nil {
				return inPart(part, err)
			}
			tree := Subtree{Base: base, Max: -1}
			ok := true
			if st.Next(der.Context(0)) {
				tree.Min, ok = readSmall(&st, der.Context(0))
			}
			if ok && st.Next(der.Context(1)) {
				tree.Max, ok = readSmall(&st, der.Context(1))
			}
			if !ok || !st.Empty() {
				return malformed(part, "minimum or maximum out of range")
			}
			if *subtrees = append(*subtrees, tree); len(*subtrees) > maxGeneralNames {
				return malformed(part, "too many subtrees")
			}
		}
	}
	if !seq.Empty() {
		return malformed(part, "trailing elements")
	}
	c.NameConstraints = nc
	return nil
}

func parsePolicies(c *Certificate, in *der.String) error {
	const part = "certificatePolicies"
	seen := map[OID]bool{}
	return eachItem(part, maxPolicies, in, func(item *der.String) bool {
		var seq, qualifiers der.String
		var p Policy
		if !item.Read(&seq, der.Sequence) || !readOID(&seq, &p.ID) || seen[p.ID] {
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
	return eachItem("policyMappings", maxPolicies, in, func(item *der.String) bool {
		var seq der.String
		var m PolicyMapping
		if !item.Read(&seq, der.Sequence) || !readOID(&seq, &m.IssuerDomain) || !readOID(&seq, &m.SubjectDomain) || !seq.Empty() {
			return false
		}
		c.PolicyMappings = append(c.PolicyMappings, m)
		return true
	})
}

func parseExtKeyUsage(c *Certificate, in *der.String) error {
	return eachItem("extKeyUsage", maxListItems, in, func(item *der.String) bool {
		var id OID
		if !readOID(item, &id) {
			return false
		}
		c.ExtKeyUsage = append(c.ExtKeyUsage, id)
		return true
	})
}

func parseAuthorityInfoAccess(c *Certificate, in *der.String) error {
	return eachItem("authorityInfoAccess", maxListItems, in, func(item *der.String) bool {
		var seq der.String
		var a AccessDescription
		if !item.Read(&seq, der.Sequence) || !readOID(&seq, &a.Method) {
			return false
		}
		location, err := readGeneralName(&seq, false)
		if err != nil || !seq.Empty() {
			return false
		}
		a.Location = location
		c.AuthorityInfoAccess = append(c.AuthorityInfoAccess, a)
		return true
	})
}

// eachItem reads a SEQUENCE with members and hands its content to read, which takes one item and reports if it could.
func eachItem(part string, most int, in *der.String, read func(*der.String) bool) error {
	var list der.String
	if !in.Read(&list, der.Sequence) || list.Empty() {
		return malformed(part, "not a SEQUENCE with members")
	}
	for n := 0; !list.Empty(); n++ {
		if n == most {
			return malformed(part, "too many members")
		}
		if !read(&list) {
			return malformed(part, "malformed or repeated member")
		}
	}
	return nil
}

func parseAuthorityKeyID(c *Certificate, in *der.String) error {
	const part = "authorityKeyIdentifier"
	var seq, keyID, issuer, serial der.String
	var hasKeyID, hasIssuer, hasSerial bool
	if !in.Read(&seq, der.Sequence) ||
		!seq.Optional(&keyID, &hasKeyID, der.Context(0)) ||
		!seq.Optional(&issuer, &hasIssuer, der.Context(1).Constructed()) ||
		!seq.Optional(&serial, &hasSerial, der.Context(2)) || !seq.Empty() {
		return malformed(part, "not a SEQUENCE of its parts")
	}
	id := &AuthorityKeyID{KeyID: keyID, Serial: serial}
	if hasKeyID && len(keyID) == 0 || hasSerial && (!minimalInteger(serial) || len(serial) > maxSerialBytes) {
		return malformed(part, "empty key identifier, or serial number not a DER INTEGER")
	}
	if hasIssuer {
		names, err := readGeneralNames(issuer)
		if err != nil {
			return inPart(part, err)
		}
		id.Issuer = names
	}
	c.AuthorityKeyID = id
	return nil
}

func parsePolicyConstraints(c *Certificate, in *der.String) error {
	const part = "policyConstraints"
	var seq der.String
	// RFC 5280, Section 4.2.1.11: not an empty sequence.
	if !in.Read(&seq, der.Sequence) || seq.Empty() {
		return malformed(part, "not a SEQUENCE with members")
	}
	pc := &PolicyConstraints{-1, -1}
	for i, field := range []*int{&pc.RequireExplicitPolicy, &pc.InhibitPolicyMapping} {
		tag := der.Context(uint8(i))
		if !seq.Next(tag) {
			continue
		}
		n, ok := readSmall(&seq, tag)
		if !ok {
			return malformed(part, "SkipCerts out of range")
		}
		*field = n
	}
	if !seq.Empty() {
		return malformed(part, "trailing elements")
	}
	c.PolicyConstraints = pc
	return nil
}

func parseInhibitAnyPolicy(c *Certificate, in *der.String) error {
	n, ok := readSmall(in, der.Integer)
	if !ok {
		return malformed("inhibitAnyPolicy", "SkipCerts out of range")
	}
	c.InhibitAnyPolicy = &n
	return nil
}

func parseDistributionPoints(in *der.String, out *[]DistributionPoint) error {
	const part = "distribution points"
	return eachItem(part, maxListItems, in, func(item *der.String) bool {
		var seq, name, reasons, issuer der.String
		var hasName, hasReasons, hasIssuer bool
		if !item.Read(&seq, der.Sequence) ||
			!seq.Optional(&name, &hasName, der.Context(0).Constructed()) ||
			!seq.Optional(&reasons, &hasReasons, der.Context(1)) ||
			!seq.Optional(&issuer, &hasIssuer, der.Context(2).Constructed()) || !seq.Empty() {
			return false
		}
		var dp DistributionPoint
		if hasName && !readDistributionPointName(name, &dp) || hasReasons && !validBitString(reasons) {
			return false
		}
		dp.Reasons = reasons
		if hasIssuer {
			names, err := readGeneralNames(issuer)
			if err != nil {
				return false
			}
			dp.CRLIssuer = names
		}
		*out = append(*out, dp)
		return true
	})
}

func readDistributionPointName(in der.String, dp *DistributionPoint) bool {
	var content der.String
	var tag der.Tag
	if !in.Any(&content, &tag) || !in.Empty() {
		return false
	}
	switch tag {
	case der.Context(0).Constructed():
		names, err := readGeneralNames(content)
		dp.FullName = names
		return err == nil
	case der.Context(1).Constructed():
		dp.RelativeName = content
		return len(content) > 0
	}
	return false
}

func parseStatus(c *Certificate, in *der.String) error {
	const part = "status extension"
	var seq, id, index der.String
	if !in.Read(&seq, der.Sequence) || !seq.Read(&id, der.IA5String) ||
		!seq.Read(&index, der.Integer) || !seq.Empty() {
		return malformed(part, "not a list id and an index")
	}
	if len(id) == 0 || len(id) > 255 {
		return malformed(part, "list id empty or too long")
	}
	for _, b := range id {
		if b <= 0x20 || b >= 0x7f {
			return malformed(part, "list id is not visible ASCII")
		}
	}
	if !minimalInteger(index) || index[0]&0x80 != 0 || len(index) > 8 {
		return malformed(part, "index out of range")
	}
	ref := StatusReference{ListID: string(id)}
	for _, b := range index {
		ref.Index = ref.Index<<8 | uint64(b)
	}
	c.Status = &ref
	return nil
}
