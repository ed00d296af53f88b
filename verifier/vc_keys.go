package verifier

import (
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/signature"
)

// issuerKeys is what one plan has on the keys of an issuer.
type issuerKeys struct {
	keys   []*jose.Key        // configured, or fetched
	signed []*plannedDocument // that vouch for themselves; the newest of which has the keys, once they are judged
	code   Code               // why there are none; "" if there are
	// missing names the document that would settle it, or has keys that this one lacks.
	missing []Missing
	until   time.Time // when the document is too old; zero if never
	judged  bool
}

// A plannedDocument is a document with the checks of who signed it. The keys of it count if counts is set.
type plannedDocument struct {
	*heldDocument
	keys   []*jose.Key
	checks []ref  // each must hold
	graph  *graph // of the certificate in x5c
	counts bool
}

// keysOf returns what the plan has on the keys of an issuer, and plans the checks of documents. What was fetched is judged
// here and now; what is signed once the answers are there.
func (p *Plan) keysOf(i *issuer) *issuerKeys {
	k := p.keys[i]
	if k != nil {
		return k
	}
	if p.keys == nil {
		p.keys = map[*issuer]*issuerKeys{}
	}
	k = &issuerKeys{judged: true}
	p.keys[i] = k
	if i.Document == NoDocument {
		k.keys = i.keys
		return k
	}
	k.missing = []Missing{{MissingIssuerDocument, i.url}}
	if i.Document == SignedKeySet || i.Document == DIDWebVH {
		p.planDocuments(i, k)
		return k
	}
	doc, url := &i.first, i.url
	for k.keys == nil && k.code == "" {
		k.missing[0].Name = url
		if doc.url != url {
			k.code = CodeIssuerKeysUnavailable
			break
		}
		k.within(doc.at, time.Time{}, p.now, i.MaxAge)
		k.keys = doc.keys
		if doc.next == "" {
			break
		}
		doc, url = &i.keysAt, doc.next
	}
	if k.code != "" {
		k.keys = nil
	}
	return k
}

// within records whether a document made, or fetched, at this time and to be replaced at next is fresh.
func (k *issuerKeys) within(made, next, now time.Time, maxAge time.Duration) {
	until, code := times(made, next, now, maxAge)
	if code == CodeStaleRevocation {
		code = CodeStaleIssuerKeys
	}
	if code != "" {
		k.code = code
	}
	if k.until.IsZero() || until.Before(k.until) {
		k.until = until
	}
}

// planDocuments plans the checks of the documents in the bag that say they are the issuer's.
func (p *Plan) planDocuments(i *issuer, k *issuerKeys) {
	k.judged = false
	list := p.bag.documents
	if i.signed != nil {
		list = append(list[:len(list):len(list)], i.signed)
	}
	for _, d := range list {
		if !d.of(i) {
			continue
		}
		if len(k.signed) == maxIssuerDocuments {
			k.signed, k.code, k.judged = nil, CodeBudget, true
			return
		}
		planned := &plannedDocument{heldDocument: d, keys: d.keysFor(i)}
		if d.log != nil {
			for _, version := range d.log.Versions {
				planned.checks = append(planned.checks, p.questions.askEdge(version.Check, nil))
			}
		} else if !p.planSet(i, planned) {
			continue
		}
		k.signed = append(k.signed, planned)
	}
}

// planSet plans the path to the certificate that a set was signed with. It reports whether that names the issuer's host.
func (p *Plan) planSet(i *issuer, d *plannedDocument) bool {
	end := d.certificates[0]
	named := false
	for _, host := range end.SubjectAltName {
		named = named || host.Kind == x509.DNSName && string(host.Value) == i.host
	}
	key, err := jose.KeyOf(end.PublicKey)
	if !named || err != nil {
		return false
	}
	d.checks = []ref{p.signedToken(func(key *jose.Key) (signature.Check, error) {
		plan, err := d.set.Token.Plan(key)
		if err != nil {
			return signature.Check{}, err
		}
		return plan.Check(), nil
	}, key)}
	d.graph = p.graph(end, d.certificates[1:])
	return true
}

// byIssuer plans the checks that a key of the issuer signed something with this header. from has the document of each,
// or is nil if each counts. ok is false, and nothing planned, if there are more than the budget allows.
func (p *Plan) byIssuer(i *issuer, h jose.Header, ask func(*jose.Key) ref) (signed []ref, from []*plannedDocument, ok bool) {
	k := p.keysOf(i)
	for _, key := range i.among(k.keys, h) {
		if !p.v.distrusted[string(key.Public().Key)] {
			signed = append(signed, ask(key))
		}
	}
	planned := 0
	for _, d := range k.signed {
		planned += len(i.among(d.keys, h))
	}
	if planned > maxIssuerKeys { // anyone may bring documents, that have any number of keys
		return nil, nil, false
	}
	for _, d := range k.signed {
		for _, key := range i.among(d.keys, h) {
			if !p.v.distrusted[string(key.Public().Key)] {
				signed, from = append(signed, ask(key)), append(from, d)
			}
		}
	}
	return signed, from, true
}

// counted returns those of the checks whose document counts.
func counted(signed []ref, from []*plannedDocument) []ref {
	if from == nil {
		return signed
	}
	var out []ref
	for n, d := range from {
		if d.counts {
			out = append(out, signed[n])
		}
	}
	return out
}

// settleKeys records whether the keys of the issuer are known, and reports it.
func (p *Plan) settleKeys(r *report, i *issuer) bool {
	if i.Document == NoDocument {
		return true
	}
	k := p.judgedKeys(i)
	switch k.code {
	case "":
		r.pass(i.Document.check())
		return true
	case CodeBudget, CodeUntrustedIssuer:
		r.fail(i.Document.check(), k.code, -1)
	default:
		r.open(i.Document.check(), k.code, -1)
		r.missing = append(r.missing, k.missing...)
	}
	return false
}

// judgedKeys is keysOf with the documents judged: the newest of those that hold has the keys.
func (p *Plan) judgedKeys(i *issuer) *issuerKeys {
	k := p.keysOf(i)
	if k.judged {
		return k
	}
	k.judged, k.code = true, CodeIssuerKeysUnavailable
	var newest *plannedDocument
	var held []*plannedDocument
	for _, d := range k.signed {
		switch code, missing := p.documentHolds(i, d); {
		case code == "":
			held = append(held, d)
			if newest == nil || d.number() > newest.number() || d.number() == newest.number() && d.ends() < newest.ends() {
				newest = d
			}
		case code > k.code: // whichever, but not by their order
			k.code, k.missing = code, append(k.missing[:1:1], missing...)
		}
	}
	if newest == nil {
		return k
	}
	k.code = ""
	if newest.log != nil {
		for _, d := range held {
			if newest.version(d.number()) != d.version(d.number()) {
				k.code = CodeEquivocation
				return k
			}
		}
	}
	switch {
	case newest.number() < i.newest:
		k.code = CodeRollback
		return k
	case newest.log != nil && i.newest > 0 && newest.version(i.newest) != i.newestVersion:
		k.code = CodeEquivocation
		return k
	}
	var made time.Time
	next := noExpiry // of a log nothing says when the next entry is due
	if newest.log != nil {
		made = time.Unix(newest.log.Versions[newest.number()-1].Time, 0).UTC()
	} else {
		made, next = time.Unix(newest.number(), 0).UTC(), time.Unix(newest.set.NotAfter, 0).UTC()
	}
	k.within(made, next, p.now, i.MaxAge)
	if k.code == CodeClock { // made in the future, by whichever clock
		return k
	}
	i.newest = newest.number()
	if newest.log != nil {
		i.newestVersion = newest.version(i.newest)
		switch {
		case k.code != "":
		case newest.log.Witnessed:
			k.code = CodeUnsupportedCredential
		case len(newest.keys) == 0: // deactivated, moved, or without a key to assert with
			k.code = CodeUntrustedIssuer
		}
	}
	if k.code != "" {
		return k
	}
	for _, d := range held {
		d.counts = d.number() == i.newest
	}
	return k
}

// documentHolds reports whether a document is the issuer's: code says why not. One that is not is as good as none, since
// anyone may bring it.
func (p *Plan) documentHolds(i *issuer, d *plannedDocument) (code Code, missing []Missing) {
	answer := signature.Valid
	for _, check := range d.checks {
		switch p.questions.of(check) {
		case signature.Valid:
		case signature.Unsupported:
			answer = signature.Unsupported
		default:
			return CodeIssuerKeysUnavailable, nil
		}
	}
	if answer != signature.Valid {
		return CodeUnsupportedAlgorithm, nil
	}
	if d.graph == nil {
		return "", nil
	}
	code = CodeIssuerKeysUnavailable
	st := &statuses{p: p, g: d.graph, now: p.now}
	d.graph.paths(&p.questions, func(c path) {
		if code == "" || c.authority() != i.authority {
			return
		}
		r := &report{}
		c.validateIssuer(p.now, r, &d.graph.compared)
		st.judge(c, r)
		switch {
		case r.first(Failed) != nil || st.exhausted() || d.graph.compared > maxComparisons:
		case r.first(Open) != nil:
			code, missing = r.first(Open).Code, r.missing
		default:
			code, missing = "", nil
		}
	})
	return code, missing
}
