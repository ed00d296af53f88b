package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"slices"
	"time"

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
	issuer   issuerOptions
	maxAge   time.Duration
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
	flags.StringVar(&r.status, "status", "", "with -root or -jwks: whose revocation status must be known: required (all below the root, the default), endEntity or uncheckedUnsafe, the `rule`")
	flags.DurationVar(&r.maxAge, "max-age", 0, "with -root or -jwks: `how long` revocation data is fresh after it was made, as 24h, if it does not say less; default: as it says")
	issuerFlags(flags, &r.issuer)
	flags.BoolVar(&r.bare, "bare-roots", false, "with -root: of the roots only name and key count, not their validity and constraints")
}

// statusRules are the values of -status, as in the trust configuration.
var statusRules = map[string]verifier.StatusRule{
	"required": verifier.StatusRequired, "endEntity": verifier.StatusEndEntity, "uncheckedUnsafe": verifier.StatusUncheckedUnsafe,
}

// trusted reports whether there is a flag that says whom to trust.
func (r *roots) trusted() bool { return len(r.files)+len(r.issuer.files)+len(r.issuer.ids) > 0 }

// set reports whether there is any flag that needs -root or -jwks.
func (r *roots) set() bool {
	return len(r.distrust)+len(r.usages)+len(r.policies) > 0 || r.status != "" || r.bare || r.maxAge != 0 || r.issuer.set() ||
		r.inputs.RequireExplicit || r.inputs.InhibitMapping || r.inputs.InhibitAny
}

// config returns what the flags stand for: about a token, if it is not nil, and lists that came with it. Roots that
// cannot be read are left out, so that less is trusted; the problems say which.
func (r *roots) config(token []byte, lists [][]byte) (t verifier.Trust, problems []error, err error) {
	a := verifier.Authority{ID: rootsID, Policies: r.inputs, MaxAge: r.maxAge}
	if len(r.files) == 0 {
		a.ID = keysID
	}
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
	if token != nil {
		a.ExtKeyUsage = []x509.OID{} // of issuers none is asked
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
	if token != nil {
		more, err := r.issuer.add(&a, len(r.files) > 0, token, lists)
		if err != nil {
			return t, nil, err
		}
		problems = append(problems, more...)
	}
	t.Authorities = []verifier.Authority{a}
	return t, problems, nil
}

// open returns a verifier that trusts the roots, or issuers.
func (r *roots) open(token []byte, lists [][]byte) (v *verifier.Verifier, problems []error, err error) {
	t, problems, err := r.config(token, lists)
	if err != nil {
		return nil, nil, err
	}
	if v, err = verifier.New(t); err != nil {
		flag := "-root"
		if len(r.files) == 0 {
			flag = "-jwks"
		}
		return nil, nil, errors.Join(append(problems, fmt.Errorf("%s: %w", flag, err))...)
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

// fillBag adds what is in files: PEM of any mixture of certificates, CRLs and OCSP responses, or one of them, a status list
// or assertion, a Signed JWK Set or a did:webvh log. What is
// malformed is left out, as what was never brought; the errors say what.
// The status lists are returned too.
func fillBag(bag *verifier.Bag, files []string) (lists [][]byte, problems []error) {
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
			if err := refuseMark(b); err != nil {
				problems = append(problems, fmt.Errorf("%q is left out: %w", path, err))
				continue
			}
			text := bytes.TrimSpace(b)
			if bytes.HasPrefix(text, []byte("{")) {
				if bytes.Contains(text, []byte(`"encodedList"`)) {
					add(path, 1, bag.AddStatusList)(text)
					lists = append(lists, text)
				} else { // a log of a did:webvh
					add(path, 1, bag.AddIssuerDocument)(text)
				}
				continue
			}
			if bytes.Count(text, []byte(".")) == 2 && bytes.HasPrefix(text, []byte("ey")) {
				add(path, 1, tokenAdder(bag, text))(text)
				lists = append(lists, text)
				continue
			}
			if isCBOR(b) {
				add(path, 1, bag.AddStatusList)(b)
				lists = append(lists, b)
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
	return lists, problems
}

// tokenAdder returns what takes a token of a bag, by what it says it is.
func tokenAdder(bag *verifier.Bag, text []byte) func([]byte) error {
	u, err := jose.Parse(text)
	if err != nil {
		return bag.AddStatusList // which may be larger
	}
	if jose.SameType(u.Header().Type, "status-assertion+jwt") {
		return bag.AddStatusAssertion
	}
	claims, _ := u.UnverifiedClaims()
	if _, ok := claims.Get("jwks"); ok {
		return bag.AddIssuerDocument
	}
	return bag.AddStatusList
}
