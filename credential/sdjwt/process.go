package sdjwt

import (
	"slices"
	"sort"
	"strings"

	"github.com/e2eid/e2eid/internal/strictjson"
)

// never are claims that must be there for every verifier to see (SD-JWT VC, "JWT Claims Set"; RFC 9901, Section 9.7),
// and those of the W3C data model that say the same: who holds it could leave out what restricts it. Claims without
// which a credential is refused need not be here.
var never = [...]string{
	"iss", "nbf", "exp", "aud", "cnf", "vct", "vct#integrity", "status",
	"validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus", "vc",
}

// Process puts the disclosures into the payload of the issuer-signed JWT (RFC 9901, Section 7.1, from step 2.d) and
// returns the claims. In them is no digest left, and nothing tells whether a claim was disclosed.
//
// Refused are: a disclosure that no digest refers to, or that has another form than the digest's place; a digest that
// stands twice, in the payload or in disclosures; a name that is there already; names of SD-JWT's own where they do not
// belong; and, at the top, a disclosed claim that decides whether the credential holds: iss, aud, nbf, exp, cnf, vct,
// vct#integrity and status, and those of the W3C data model which say the same. The error is an [*Error].
//
// The result does not depend on the order of the disclosures.
func (t *Token) Process(payload strictjson.Value) (strictjson.Value, error) {
	if payload.Kind() != strictjson.Object {
		return strictjson.Value{}, malformed("the payload is not an object")
	}
	var err error
	if t.hash, err = hashOf(payload); err != nil {
		return strictjson.Value{}, err
	}
	p := processor{hash: t.hash, disclosures: make([]disclosure, 0, len(t.Disclosures)), withheld: make([]string, 0, 8)}
	for i, text := range t.Disclosures {
		d, err := parseDisclosure(t.decoded[i])
		if err != nil {
			return strictjson.Value{}, err
		}
		d.digest = t.hash.digest(text)
		at, _ := p.find(d.digest)
		p.disclosures = append(p.disclosures, d)
		copy(p.disclosures[at+1:], p.disclosures[at:])
		p.disclosures[at] = d
	}
	p.out = make([]byte, 0, len(payload.Raw())+len(t.bound)-len(t.JWT)) // disclosures are longer than what they disclose
	if err := p.object(payload, maxDepth, true); err != nil {
		return strictjson.Value{}, err
	}
	slices.Sort(p.withheld)
	for i, s := range p.withheld[min(1, len(p.withheld)):] {
		if s == p.withheld[i] {
			return strictjson.Value{}, malformed("a digest stands twice")
		}
	}
	for _, d := range p.disclosures {
		if !d.met {
			return strictjson.Value{}, malformed("no digest refers to a disclosure")
		}
	}
	t.Undisclosed = len(p.withheld)
	// Parsing it anew finds the names that are there already, and holds the whole to the limits.
	claims, err := strictjson.Parse(p.out, payloadLimits)
	if err != nil {
		return strictjson.Value{}, wrap(err, "the processed payload is not strict JSON: a name is there already, or it is too large")
	}
	return claims, nil
}

// A processor writes the processed payload. Each disclosure is written once at most, so that the output is not larger
// than the input.
type processor struct {
	hash        hash
	disclosures []disclosure // by their digests
	withheld    []string     // digests of no disclosure
	out         []byte
	whole       bool // within a claim of which nothing may be withheld
}

// find returns the place of a digest among those of disclosures, and whether it is there.
func (p *processor) find(digest string) (at int, there bool) {
	return sort.Find(len(p.disclosures), func(i int) int { return strings.Compare(digest, p.disclosures[i].digest) })
}

// take notes a digest and returns the disclosure that it refers to, nil if that is not provided.
func (p *processor) take(v strictjson.Value) (*disclosure, error) {
	s, err := v.Text()
	if err != nil || !p.hash.isDigest(s) {
		return nil, malformed("a digest is not one of the hash")
	}
	if p.whole {
		return nil, malformed("a digest within a claim that must be there for all")
	}
	at, there := p.find(s)
	if !there {
		p.withheld = append(p.withheld, s)
		return nil, nil
	}
	d := &p.disclosures[at]
	if d.met {
		return nil, malformed("a digest stands twice")
	}
	d.met = true
	return d, nil
}

func (p *processor) value(v strictjson.Value, depth int) error {
	raw := v.Raw()
	if hasDigests(raw) {
		switch v.Kind() {
		case strictjson.Object:
			return p.object(v, depth, false)
		case strictjson.Array:
			return p.array(v, depth)
		}
	}
	p.out = append(p.out, raw...)
	return nil
}

// hasDigests reports whether JSON text may have a name of SD-JWT's own: also one that is written with an escape.
func hasDigests(raw string) bool {
	return strings.Contains(raw, "_sd") || strings.Contains(raw, "...") || strings.IndexByte(raw, '\\') >= 0
}

// object writes an object with what is disclosed of it after what is there for all.
func (p *processor) object(v strictjson.Value, depth int, top bool) error {
	if depth == 0 {
		return &Error{ErrLimit, "too many levels"}
	}
	members, err := v.Object()
	if err != nil {
		return malformed("not an object")
	}
	p.out = append(p.out, '{')
	first := true
	member := func(name string, v strictjson.Value) error {
		if !first {
			p.out = append(p.out, ',')
		}
		first = false
		p.out = append(strictjson.AppendString(p.out, name), ':')
		return p.value(v, depth-1)
	}
	var digests []strictjson.Value
	for _, m := range members {
		switch {
		case m.Name == "...":
			return malformed("a member has the name of an array's digest")
		case m.Name == "_sd":
			if digests, err = m.Value.Array(); err != nil {
				return malformed("_sd is not an array")
			}
		case m.Name == "_sd_alg" && !top:
			return malformed("_sd_alg below the top")
		case m.Name == "_sd_alg":
		default:
			p.whole = p.whole || top && slices.Contains(never[:], m.Name)
			if err := member(m.Name, m.Value); err != nil {
				return err
			}
			p.whole = p.whole && !top
		}
	}
	for _, v := range digests {
		d, err := p.take(v)
		if err != nil {
			return err
		}
		switch {
		case d == nil: // a decoy, or not disclosed
			continue
		case d.element:
			return malformed("an element is disclosed where a member is")
		case top && slices.Contains(never[:], d.name):
			return malformed("a claim that must be there for all is disclosed selectively")
		}
		if err := member(d.name, d.value); err != nil {
			return err
		}
	}
	p.out = append(p.out, '}')
	return nil
}

// array writes an array without the elements that are not disclosed.
func (p *processor) array(v strictjson.Value, depth int) error {
	if depth == 0 {
		return &Error{ErrLimit, "too many levels"}
	}
	elements, err := v.Array()
	if err != nil {
		return malformed("not an array")
	}
	p.out = append(p.out, '[')
	first := true
	for _, e := range elements {
		if d, ok := e.Get("..."); ok {
			if e.Fields("...") != nil {
				return malformed("an array's digest has other members beside it")
			}
			found, err := p.take(d)
			if err != nil {
				return err
			}
			if found == nil {
				continue
			}
			if !found.element {
				return malformed("a member is disclosed where an element is")
			}
			e = found.value
			if _, ok := e.Get("..."); ok {
				return malformed("a disclosed element is a digest")
			}
		}
		if !first {
			p.out = append(p.out, ',')
		}
		first = false
		if err := p.value(e, depth-1); err != nil {
			return err
		}
	}
	p.out = append(p.out, ']')
	return nil
}
