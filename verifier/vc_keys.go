package verifier

import (
	"time"

	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

// issuerKeys is what one plan has on the keys of an issuer.
type issuerKeys struct {
	sets []*keySet
	code Code // why there are none; "" if there are
	// missing names the document that would settle it, or has keys that this one lacks.
	missing []Missing
	until   time.Time // when the document is too old; zero if never
	judged  bool
}

// A keySet are keys that count if counts is set: of a document that vouches for itself once it is judged.
type keySet struct {
	*heldDocument // nil if configured, or fetched
	keys          []*jose.Key
	checks        []ref     // who signed the document: each must hold
	graph         *graph    // of the certificate in x5c
	until         time.Time // of what is known of that certificate's status
	counts        bool
}

// keysOf returns what the plan has on the keys of an issuer, and plans the checks of documents. What was fetched is judged
// here and now; what is signed once the answers are there.
func (p *Plan) keysOf(i *issuer) *issuerKeys {
	if i.Document == NoDocument {
		return &i.configured
	}
	k := p.keys[i]
	if k != nil {
		return k
	}
	k = &issuerKeys{judged: true}
	p.keys[i] = k
	keys := i.keys
	switch i.Document {
	case SignedKeySet, DIDWebVH:
		k.missing = []Missing{{MissingIssuerDocument, i.url}}
		p.planDocuments(i, k)
		return k
	default:
		doc, url := &i.first, i.url
		for keys == nil && url != "" && k.code == "" {
			k.missing = []Missing{{MissingIssuerDocument, url}}
			if doc.url != url {
				k.code = CodeIssuerKeysUnavailable
				return k
			}
			k.within(doc.at, time.Time{}, p.now, i.MaxAge)
			keys, url, doc = doc.keys, doc.next, &i.keysAt
		}
		if k.code != "" {
			return k
		}
	}
	k.sets = []*keySet{{keys: keys, counts: true}}
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
		if len(k.sets) == maxIssuerDocuments {
			k.sets, k.code, k.judged = nil, CodeBudget, true
			return
		}
		set := &keySet{heldDocument: d}
		switch {
		case d.set != nil:
			set.keys = d.set.Keys
			end := d.certificates[0]
			key, err := jose.KeyOf(end.PublicKey)
			if err != nil || !i.named(end, true) {
				continue
			}
			set.checks = []ref{p.signedToken(vc.Signature{Check: d.set.Token.Check}, key)}
			set.graph = p.graph(end, d.certificates[1:])
		case d.log.ID == i.ID: // else it has moved, and has the keys of another DID
			set.keys = d.log.Keys
			fallthrough
		default:
			for _, version := range d.log.Versions {
				set.checks = append(set.checks, p.questions.askEdge(version.Check, nil))
			}
		}
		k.sets = append(k.sets, set)
	}
}

// byIssuer plans the checks that a key of the issuer made a signature. from has the set of each. ok is false if there are
// more than the budget allows.
func (p *Plan) byIssuer(i *issuer, s vc.Signature, ask func(*jose.Key) ref) (signed []ref, from []*keySet, ok bool) {
	brought := 0
	for _, set := range p.keysOf(i).sets {
		for _, key := range i.among(set.keys, s.Header, s.Proof) {
			if p.v.distrusted[string(key.Public().Key)] {
				continue
			}
			if set.heldDocument != nil { // that anyone may bring, with any number of keys
				if brought++; brought > maxIssuerKeys {
					return nil, nil, false
				}
			}
			signed, from = append(signed, ask(key)), append(from, set)
		}
	}
	return signed, from, true
}

// counted returns those of the checks whose set counts.
func counted(signed []ref, from []*keySet) []ref {
	var out []ref
	for n, set := range from {
		if set.counts {
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
	var newest *keySet
	var held []*keySet
	for _, d := range k.sets {
		switch code, missing := p.documentHolds(i, d); {
		case code == "":
			held = append(held, d)
			if newest == nil || d.made > newest.made || d.made == newest.made && d.ends < newest.ends {
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
	name := revocation.NameOf('k', i.ID)
	for _, d := range held {
		if !newest.follows(d.made, d.version(d.made)) {
			k.code = CodeEquivocation
		}
	}
	switch {
	case k.code != "":
	case newest.made < i.newest, newest.set != nil && newest.from < p.v.state.NewestSigned(i.authority.id, name):
		k.code = CodeRollback
	case !newest.follows(i.newest, i.newestVersion):
		k.code = CodeEquivocation
	default:
		k.within(time.Unix(newest.from, 0).UTC(), time.Unix(newest.ends, 0).UTC(), p.now, i.MaxAge)
		if k.code != CodeClock { // made in the future, by whichever clock
			i.newest, i.newestVersion = newest.made, newest.version(newest.made)
			if newest.set != nil { // what is forgotten counts as old, which a log may be
				p.v.state.NoteSigned(i.authority.id, name, newest.from)
			}
		}
	}
	switch {
	case k.code != "":
	case newest.log != nil && newest.log.Witnessed:
		k.code = CodeUnsupportedCredential
	case len(newest.keys) == 0: // of a log that is deactivated, has moved, or has no key to assert with
		k.code = CodeUntrustedIssuer
	default:
		for _, d := range held {
			if d.counts = d.made == newest.made; d.counts && !d.until.IsZero() && d.until.Before(k.until) {
				k.until = d.until
			}
		}
	}
	return k
}

// documentHolds reports whether a document is the issuer's: code says why not. One that is not is as good as none, since
// anyone may bring it.
func (p *Plan) documentHolds(i *issuer, d *keySet) (code Code, missing []Missing) {
	code = CodeIssuerKeysUnavailable
	for _, check := range d.checks {
		if answer := p.questions.of(check); answer == signature.Unsupported {
			return CodeUnsupportedAlgorithm, nil
		} else if answer != signature.Valid {
			return code, nil
		}
	}
	if d.graph == nil {
		return "", nil
	}
	// Also if there may be more paths: whoever brings certificates must not hide the newest set, and bring back an older one.
	code, missing, d.until, _ = p.signerHolds(d.graph, i.authority)
	return code, missing
}

// signerHolds judges the paths, to an anchor of this authority, of who signed a document, list or assertion. code is empty
// if one of them is valid now and the signer not revoked by any, as far as is known until a time, zero if that does not end.
// exhausted reports that there may be more paths than the budget allows.
func (p *Plan) signerHolds(g *graph, a *authority) (code Code, missing []Missing, until time.Time, exhausted bool) {
	code = CodeIssuerKeysUnavailable
	revoked := false
	st := &statuses{p: p, g: g, now: p.now, issuers: true}
	_, exhausted = g.paths(&p.questions, func(c path) {
		if c.authority() != a {
			return
		}
		r := &report{nameless: true}
		c.validateIssuer(p.now, r, &g.compared)
		st.judge(c, r)
		revoked = revoked || r.revokedEnd()
		if code == "" || r.first(Failed) != nil {
			return
		}
		code, missing = "", nil
		if f := r.first(Open); f != nil {
			code, missing = f.Code, r.missing
		} else if r.freshness != nil {
			until = r.freshness.FreshUntil
		}
	})
	if revoked || st.exhausted() || g.compared > maxComparisons {
		code, missing = CodeIssuerKeysUnavailable, nil
	}
	return code, missing, until, exhausted
}
