package pkix

import "github.com/e2eid/e2eid/internal/der"

// A Reasons is a set of revocation reasons (ReasonFlags of RFC 5280, Section 4.2.1.13): bit n stands for the flag of
// that number.
type Reasons = uint16

const (
	// reasonCount is the number of flags, of which the first is unused.
	reasonCount = 9
	// AllReasons has every reason.
	AllReasons Reasons = 1<<reasonCount - 2
)

// A DistributionPointName says where a CRL is found (RFC 5280, Section 4.2.1.13): one of its parts, or none, is set.
type DistributionPointName struct {
	FullName     []GeneralName
	RelativeName []Attribute // of the CRL issuer's name, which it continues
}

// A DistributionPoint is RFC 5280, Section 4.2.1.13. Reasons is 0 if absent, which stands for all.
type DistributionPoint struct {
	Name      DistributionPointName
	Reasons   Reasons
	CRLIssuer []GeneralName
}

// ReadDistributionPoints reads the value of cRLDistributionPoints or freshestCRL.
func ReadDistributionPoints(in *der.String, out *[]DistributionPoint) error {
	const part = "distribution points"
	return EachItem(part, MaxListItems, in, func(item *der.String) bool {
		var seq, name, reasons, issuer der.String
		var hasName, hasReasons, hasIssuer bool
		if !item.Read(&seq, der.Sequence) ||
			!seq.Optional(&name, &hasName, der.Context(0).Constructed()) ||
			!seq.Optional(&reasons, &hasReasons, der.Context(1)) ||
			!seq.Optional(&issuer, &hasIssuer, der.Context(2).Constructed()) || !seq.Empty() {
			return false
		}
		var dp DistributionPoint
		if hasName && !dp.Name.read(name) || hasReasons && !NamedBits(reasons, reasonCount, &dp.Reasons) {
			return false
		}
		if hasIssuer {
			names, err := ReadGeneralNames(issuer)
			if err != nil {
				return false
			}
			dp.CRLIssuer = names
		}
		*out = append(*out, dp)
		return true
	})
}

// ReadDistributionPointName reads what the explicit tag of a DistributionPointName holds.
func (n *DistributionPointName) read(in der.String) bool {
	var content der.String
	var tag der.Tag
	if !in.Any(&content, &tag) || !in.Empty() {
		return false
	}
	switch tag {
	case der.Context(0).Constructed():
		names, err := ReadGeneralNames(content)
		n.FullName = names
		return err == nil
	case der.Context(1).Constructed():
		list, err := readRDN(content, 0, nil)
		n.RelativeName = list
		return err == nil
	}
	return false
}
