package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"slices"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/verifier/trust"
)

// rootsID names the authority that -root makes.
const rootsID = "root"

// roots are the flags that stand for a trust configuration: one authority, which may assert everything.
type roots struct {
	files    []string
	distrust []string
	usages   []string // names or dotted; "any" demands none
	policies []string // dotted
	inputs   verifier.PolicyInputs
	status   string
	bare     bool // the roots are names and keys
}

func rootFlags(flags *flag.FlagSet, r *roots) {
	stringsFlag(flags, &r.files, "root", "instead of -trust: a `file` of trust anchors that may assert everything, PEM or DER; may be repeated")
	stringsFlag(flags, &r.distrust, "distrust", "with -root: a `file` of certificates through whose keys no path runs; may be repeated")
	stringsFlag(flags, &r.usages, "eku", "with -root: extended key `usage` the end entity must have, a name or OID; any for none; default clientAuth; may be repeated")
	stringsFlag(flags, &r.policies, "policy", "with -root: acceptable certificate policy, a dotted `OID`; may be repeated; default: all")
	flags.BoolVar(&r.inputs.RequireExplicit, "require-policy", false, "with -root: some acceptable policy must lead to the end entity")
	flags.BoolVar(&r.inputs.InhibitMapping, "inhibit-mapping", false, "with -root: policies are not mapped")
	flags.BoolVar(&r.inputs.InhibitAny, "inhibit-any-policy", false, "with -root: anyPolicy stands for none")
	flags.StringVar(&r.status, "status", "", "with -root: whose revocation status must be known: required (all below the root, the default), endEntity or uncheckedUnsafe, the `rule`")
	flags.BoolVar(&r.bare, "bare-roots", false, "with -root: of the roots only name and key count, not their validity and constraints")
}

// statusRules are the values of -status, as in the trust configuration.
var statusRules = map[string]verifier.StatusRule{
	"required": verifier.StatusRequired, "endEntity": verifier.StatusEndEntity, "uncheckedUnsafe": verifier.StatusUncheckedUnsafe,
}

// set reports whether there is any flag that needs -root.
func (r *roots) set() bool {
	return len(r.distrust)+len(r.usages)+len(r.policies) > 0 || r.status != "" || r.bare ||
		r.inputs.RequireExplicit || r.inputs.InhibitMapping || r.inputs.InhibitAny
}

// config returns what the flags stand for. Roots that cannot be read are left out, so that less is trusted; the problems
// say which.
func (r *roots) config() (t verifier.Trust, problems []error, err error) {
	a := verifier.Authority{ID: rootsID, Policies: r.inputs}
	a.Scope, _ = name.ParseScope([]string{"*"})
	anchors, err := readCertificates(r.files)
	if err != nil {
		return t, nil, err
	}
	for i, der := range anchors {
		if _, err := x509.ParseCertificate(der); err != nil {
			problems = append(problems, fmt.Errorf("root %d is left out: %w", i+1, err))
			continue
		}
		a.Anchors = append(a.Anchors, der)
	}
	// Bundles repeat themselves. The verifier refuses a repeated anchor, since in a configuration it is a mistake.
	slices.SortFunc(a.Anchors, bytes.Compare)
	a.Anchors = slices.CompactFunc(a.Anchors, bytes.Equal)
	if t.Distrusted, err = readCertificates(r.distrust); err != nil {
		return t, nil, err
	}
	var ok bool
	if a.Status, ok = statusRules[r.status]; !ok && r.status != "" {
		return t, nil, usageError("-status is required, endEntity or uncheckedUnsafe")
	}
	if r.bare {
		a.AnchorConstraints = verifier.IgnoreAnchor
	}
	for _, s := range r.usages {
		if s == "any" {
			if len(r.usages) > 1 {
				return t, nil, usageError("-eku any demands nothing: it stands alone")
			}
			a.ExtKeyUsage = []x509.OID{}
			continue
		}
		id, ok := trust.ExtKeyUsage(s)
		if !ok {
			return t, nil, usageError(fmt.Sprintf("-eku %s: neither a known usage nor a dotted object identifier", text(s)))
		}
		a.ExtKeyUsage = append(a.ExtKeyUsage, id)
	}
	for _, s := range r.policies {
		id, ok := x509.ParseOID(s)
		if !ok {
			return t, nil, usageError(fmt.Sprintf("-policy %s: not a dotted object identifier", text(s)))
		}
		a.Policies.Acceptable = append(a.Policies.Acceptable, id)
	}
	t.Authorities = []verifier.Authority{a}
	return t, problems, nil
}

// open returns a verifier that trusts the roots.
func (r *roots) open() (v *verifier.Verifier, problems []error, err error) {
	t, problems, err := r.config()
	if err != nil {
		return nil, nil, err
	}
	if v, err = verifier.New(t); err != nil {
		return nil, nil, errors.Join(append(problems, fmt.Errorf("-root: %w", err))...)
	}
	return v, problems, nil
}

func readCertificates(files []string) (ders [][]byte, err error) {
	for _, path := range files {
		b, err := readFile(path, maxInput)
		if err != nil {
			return nil, err
		}
		list, _, err := certificatesIn(b)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", path, err)
		}
		ders = append(ders, list...)
	}
	return ders, nil
}

// fillBag adds what is in files: PEM of any mixture of certificates, CRLs and OCSP responses, or one of them, or a status
// list or assertion. What is
// malformed is left out, as what was never brought; the errors say what.
func fillBag(bag *verifier.Bag, files []string) (problems []error) {
	add := func(path string, n int, adders ...func([]byte) error) func(der []byte) {
		return func(der []byte) {
			var err error
			for _, try := range adders {
				if err = try(der); err == nil || errors.Is(err, verifier.ErrBag) {
					break
				}
			}
			if err != nil {
				problems = append(problems, fmt.Errorf("%q, item %d, is left out: %w", path, n, err))
			}
		}
	}
	for _, path := range files {
		b, err := readFile(path, maxInput)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if !isPEM(b) {
			if text := bytes.TrimSpace(b); bytes.Count(text, []byte(".")) == 2 && bytes.HasPrefix(text, []byte("ey")) {
				adder := bag.AddStatusList
				if u, err := jose.Parse(text); err == nil && jose.SameType(u.Header().Type, "status-assertion+jwt") {
					adder = bag.AddStatusAssertion
				}
				add(path, 1, adder)(text)
				continue
			}
			if isCBOR(b) {
				add(path, 1, bag.AddStatusList)(b)
				continue
			}
			der, _ := decodeInput(b)
			add(path, 1, bag.AddCRL, bag.AddOCSP, bag.AddCertificate)(der)
			continue
		}
		blocks, err := pemBlocks(b)
		if err != nil {
			problems = append(problems, fmt.Errorf("%q is left out: %w", path, err))
		}
		for i, block := range blocks {
			switch block.Type {
			case "CERTIFICATE":
				add(path, i+1, bag.AddCertificate)(block.Bytes)
			case "X509 CRL":
				add(path, i+1, bag.AddCRL)(block.Bytes)
			case "OCSP RESPONSE":
				add(path, i+1, bag.AddOCSP)(block.Bytes)
			default:
				problems = append(problems, fmt.Errorf("%q, item %d, is left out: it is a %s", path, i+1, text(block.Type)))
			}
		}
	}
	return problems
}
