package verifier

import (
	"time"

	"github.com/e2eid/e2eid/credential/keydoc"
	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/revocation/statuslist"
	"github.com/e2eid/e2eid/signature"
)

// A heldList is a status list out of a bag, with the digest of what was signed, so that a large one is hashed once.
type heldList struct {
	*statuslist.List
	signed       digest
	certificates []*x509.Certificate // of x5c, the signer's first
	failed       bool                // it could not be opened
}

// check describes the check that key signed the list.
func (l *heldList) check(key *jose.Key) (signature.Check, error) { return tokenCheck(l.Token, key) }

// signedList plans the check that key signed a list.
func (p *Plan) signedList(l *heldList, key *jose.Key) ref {
	return p.signedData(l.signed, key.Public(), func(x509.PublicKey) (signature.Check, error) { return l.check(key) })
}

// A plannedList is a list that a credential refers to, with the checks of who signed it.
type plannedList struct {
	*heldList
	ref    int // which reference of the credential
	issuer *issuer
	signed []ref
	from   []*keySet // of signed
	signer *node     // the certificate of x5c, nil where keys are configured
}

// AddStatusList adds a signed status list (package statuslist), which is not copied. The error is [ErrBag] or from
// [statuslist.Parse].
func (b *Bag) AddStatusList(token []byte) error {
	if err := b.room(token, len(b.lists), maxBagLists); err != nil {
		return err
	}
	l, err := statuslist.Parse(token)
	if err != nil {
		return err
	}
	held := &heldList{List: l}
	if held.certificates, err = parseAll(l.Token.Header().Certificates); err != nil {
		return err
	}
	var known bool
	if held.signed, known = b.seen(token); known {
		return nil
	}
	b.lists, b.bytes = append(b.lists, held), b.bytes+len(token)
	return nil
}

// planLists plans the checks of the lists in the bag that the credential refers to. Any issuer of its authority may sign
// one; a Token Status List that does not name one counts as the credential's issuer's.
func (p *Plan) planLists(it *item, t *vcToken) {
	planned := 0
	for i, ref := range t.Status {
		for _, l := range p.bag.lists {
			if l.URI != ref.URI || !matches(l.Kind, ref.Kind) {
				continue
			}
			iss := t.issuer
			if l.Issuer != "" {
				iss = p.v.issuers[l.Issuer]
			}
			if iss == nil || iss.authority != t.issuer.authority {
				continue
			}
			if planned++; planned > maxTokenLists {
				t.lists = nil
				it.base.fail(CheckCovered, CodeBudget, -1)
				return
			}
			list := plannedList{heldList: l, ref: i, issuer: iss}
			if !iss.X5C {
				p.planListKeys(&list)
			} else if len(l.certificates) > 0 && iss.named(l.certificates[0], false) {
				p.planListPath(it, &list)
			}
			t.lists = append(t.lists, list)
		}
	}
}

// planListKeys plans the checks that a key of its issuer signed a list.
func (p *Plan) planListKeys(list *plannedList) {
	list.signed, list.from, _ = p.byIssuer(list.issuer, list.Token.Header(), func(key *jose.Key) ref { return p.signedList(list.heldList, key) })
}

// planListPath plans the path to the certificate that a list was signed with.
func (p *Plan) planListPath(it *item, list *plannedList) {
	end := list.certificates[0]
	key, err := jose.KeyOf(end.PublicKey)
	if err != nil || p.v.distrusted[string(end.RawPublicKey)] {
		return
	}
	if it.graph == nil {
		it.graph = &graph{edges: make(map[*node][]edge), local: pool{}}
	}
	for _, c := range list.certificates[1:] {
		if subject := p.key(c.Subject); p.v.anchor(subject, c) == nil {
			it.graph.local.add(subject, newNode(subject, c, nil))
		}
	}
	list.signed = []ref{p.signedList(list.heldList, key)}
	list.signer = newNode(p.key(end.Subject), end, nil)
	p.expand(it.graph, list.signer)
}

func matches(list statuslist.Kind, ref vc.StatusKind) bool {
	switch ref {
	case vc.StatusToken:
		return list == statuslist.Token
	case vc.StatusBitstring:
		return list == statuslist.Bitstring
	case vc.Status2021:
		return list == statuslist.List2021
	}
	return false
}

// judgeLists looks up the status of the credential. Of several references each must be good.
func (p *Plan) judgeLists(it *item, r *report) {
	t := it.token
	a := t.issuer.authority
	if a.status == StatusUncheckedUnsafe {
		for _, c := range [...]Check{CheckStatus, CheckCovered, CheckFresh} {
			r.skip(c)
		}
		return
	}
	if len(t.Status) == 0 {
		r.open(CheckCovered, CodeNotCovered, -1)
		return
	}
	good := true
	for i, ref := range t.Status {
		one := p.listed(it, i, ref)
		if one.code == "" {
			r.rest(one.fresh)
		} else {
			good = false
			r.standing(one, -1)
		}
		r.behind = r.behind || one.behind
	}
	if good {
		for _, c := range [...]Check{CheckStatus, CheckCovered, CheckFresh} {
			r.pass(c)
		}
	}
}

// listed says what all sources together say of reference i.
func (p *Plan) listed(it *item, i int, ref vc.StatusRef) statement {
	t := it.token
	one := statement{code: CodeNotCovered}
	if ref.Kind == vc.StatusUnknown {
		return one // unknown is never good
	}
	if ref.Kind != vc.StatusToken && ref.Purpose != "revocation" && ref.Purpose != "suspension" {
		return one
	}
	if _, ok := keydoc.HTTPSHost(ref.URI); ok {
		one = statement{code: CodeRevocationUnavailable, missing: []Missing{{MissingStatusList, ref.URI}}}
	}
	if a := t.issuer.authority; a.publication != nil {
		if own := a.byIndex(ref.URI, ref.Index, p.now); own.code != CodeNotCovered {
			one = join(one, own)
		}
	}
	for j := range t.lists {
		switch l := &t.lists[j]; {
		case l.ref != i:
		case p.listHolds(l, it.graph):
			one = join(one, p.byStatusList(l, ref, t.issuer.authority.maxAge))
		case p.keysOf(l.issuer).code != "": // what would settle whether it does
			one.missing = append(one.missing, p.keysOf(l.issuer).missing...)
		}
	}
	return one
}

// listHolds reports whether an issuer of the authority signed the list.
func (p *Plan) listHolds(l *plannedList, g *graph) bool {
	if p.judgedKeys(l.issuer).code != "" {
		return false
	}
	if answer, _ := p.best(counted(l.signed, l.from)); answer != signature.Valid {
		return false
	}
	if l.signer == nil {
		return true
	}
	found := false
	g.pathsFrom(l.signer, &p.questions, func(c path) {
		if found || c.authority() != l.issuer.authority {
			return
		}
		r := &report{}
		c.validateIssuer(p.now, r, &g.compared)
		st := &statuses{p: p, g: g, now: p.now}
		st.judge(c, r)
		found = r.first(Failed) == nil && r.first(Open) == nil && !st.exhausted() && g.compared <= maxComparisons
	})
	return found
}

// byStatusList says what a list whose signature holds says of an entry.
func (p *Plan) byStatusList(l *plannedList, ref vc.StatusRef, maxAge time.Duration) statement {
	made := time.Unix(l.IssuedAt, 0).UTC()
	var next time.Time
	if l.NotAfter != 0 {
		next = time.Unix(l.NotAfter, 0).UTC()
	}
	// After its time to live there may be a newer one, which is all that matters here: expiry comes later.
	if ttl := l.TimeToLive; ttl != 0 && ttl <= int64(maxTimeToLive/time.Second) {
		if until := made.Add(time.Duration(ttl) * time.Second); next.IsZero() || until.Before(next) {
			next = until
		}
	}
	one := statement{fresh: Freshness{Source: SourceStatusList, ThisUpdate: made, NextUpdate: next}}
	one.fresh.FreshUntil, one.code = times(made, next, p.now, maxAge)
	one.fresh.endsBy(p.keysOf(l.issuer).until)
	one.behind = one.code == CodeClock
	if one.code != "" {
		if one.code == CodeStaleRevocation {
			one.missing = []Missing{{MissingStatusList, ref.URI}}
		}
		return one
	}
	if !p.v.newest(l.issuer.authority.id, l.URI, l.IssuedAt) {
		one.code = CodeRollback
		one.missing = []Missing{{MissingStatusList, ref.URI}}
		return one
	}
	if ref.Kind != vc.StatusToken && !l.HasPurpose(ref.Purpose) || l.failed {
		one.code = CodeNotCovered
		return one
	}
	if !p.bag.open(l.heldList) {
		one.code = CodeNotCovered
		return one
	}
	value, ok := l.Value(ref.Index, ref.Size)
	switch {
	case !ok:
		one.code = CodeNotCovered
	case value == 0:
	case ref.Kind == vc.StatusToken && value == 2, ref.Kind != vc.StatusToken && ref.Purpose == "suspension":
		one.code, one.revocation.Reason = CodeSuspended, "unspecified"
	case ref.Kind == vc.StatusToken && value > 2:
		one.code = CodeNotCovered // what the application's values mean is not known, and unknown is never good
	default:
		one.code, one.revocation.Reason = CodeRevoked, "unspecified"
	}
	return one
}

// newest reports whether no newer list of this name was used before, and remembers this one: whoever brings lists must
// not be able to go back to one in which a credential was good.
func (v *Verifier) newest(authority, uri string, made int64) bool {
	key := authority + " " + uri // no id has a space
	if made < v.lists[key] {
		return false
	}
	if v.lists == nil {
		v.lists = map[string]int64{}
	}
	if _, held := v.lists[key]; held || len(v.lists) < maxKnownLists {
		v.lists[key] = made
	}
	return true
}

// open inflates a list whose signature holds, within the room for all.
func (b *Bag) open(l *heldList) bool {
	if l.Size() > 0 {
		return true
	}
	if l.failed || b.inflated > maxInflated {
		return false
	}
	if l.Open() != nil {
		l.failed = true
		return false
	}
	b.inflated += l.Size()
	return true
}

// byIndex says what the authority's own publication says of an entry of a list.
func (a *authority) byIndex(uri string, index uint64, now time.Time) statement {
	p := path{{cert: &x509.Certificate{Status: &x509.StatusReference{ListID: uri, Index: index}}}, {authority: a}}
	return p.byList(now, 0)
}
