package verifier

import (
	"time"

	"github.com/e2eid/e2eid/credential/keydoc"
	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/statuslist"
)

// A heldList is a status list out of a bag.
type heldList struct {
	*statuslist.List
	*heldToken
	failed bool // it could not be opened
	closed bool // there was no room for it
	opened *authority
	like   *heldList // the first that says the same, nil until it is looked for
}

// A plannedList is a list that a credential refers to, and who signed it.
type plannedList struct {
	*heldList
	source *source
}

// A listsKey is what credentials share that refer to one list.
type listsKey struct {
	issuer *issuer
	uri    string
	kind   vc.StatusKind
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
	held, fresh, err := b.hold(token, vc.SignaturesOf(l.Token, l.Proofs))
	if fresh {
		b.lists = append(b.lists, &heldList{List: l, heldToken: held})
	}
	return err
}

// planLists plans the checks of the lists in the bag that the credential refers to. Any issuer of its authority may sign
// one; a Token Status List that does not name one counts as the credential's issuer's, or that of its certificate.
func (p *Plan) planLists(t *vcToken) {
	for _, ref := range t.Status {
		key := listsKey{t.issuer, ref.URI, ref.Kind}
		lists, known := p.lists[key]
		if !known {
			lists = p.listsOf(key)
			if p.lists == nil {
				p.lists = map[listsKey][]plannedList{}
			}
			p.lists[key] = lists
		}
		t.lists = append(t.lists, lists)
	}
}

func (p *Plan) listsOf(key listsKey) (lists []plannedList) {
	for _, l := range p.bag.lists {
		if l.URI != key.uri || !matches(l.Kind, key.kind) {
			continue
		}
		iss := key.issuer
		if l.Issuer != "" {
			iss = p.v.issuers[l.Issuer]
		} else if iss.X5C && len(l.certificates) > 0 && !iss.named(l.certificates[0], false) {
			iss = p.v.issuerNamed(l.certificates[0])
		}
		if iss == nil || iss.authority != key.issuer.authority {
			continue
		}
		if s := p.sourceOf(l.heldToken, iss, l.IssuedAt(), l.marks()...); s != nil {
			lists = append(lists, plannedList{l, s})
		}
	}
	return lists
}

// marks of a list: kinds are different lists. Those of the W3C have two times, of which each may be all that tells an issuer's
// lists apart: one that it signs in several forms is not signed in all of them when it begins.
func (l *heldList) marks() []mark {
	name := revocation.NameOf('0'+byte(l.Kind), l.URI)
	if l.Kind == statuslist.Token {
		return []mark{{name: name, at: l.IssuedAt()}}
	}
	from, signed := mark{name: revocation.NameOf('A'+byte(l.Kind), l.URI), at: l.From}, mark{name: name, at: l.SignedAt}
	if l.From == 0 {
		from.at = l.SignedAt
	}
	if l.SignedAt == 0 {
		signed.at, signed.vague = l.From, true
	}
	return []mark{from, signed}
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

// judgeStatus looks up the status of the credential. Of several references each must be good; what revokes counts whether
// it was referred to or not.
func (p *Plan) judgeStatus(it *item, r *report) {
	t := it.token
	a := t.issuer.authority
	if a.status == StatusUncheckedUnsafe {
		for _, c := range [...]Check{CheckStatus, CheckCovered, CheckFresh} {
			r.skip(c)
		}
		return
	}
	if p.exhausted {
		r.fail(CheckCovered, CodeBudget, -1) // which of them fitted must not decide
		return
	}
	asserted := p.asserted(t)
	var one statement
	for i, ref := range t.Status {
		next := asserted
		if ref.Kind != vc.StatusAssertion {
			next = p.listed(t, i, ref)
		}
		if i == 0 {
			one = next
		} else {
			one = both(one, next)
		}
	}
	switch {
	case len(t.Status) == 0:
		from, until := t.period()
		one = a.shortLived(join(statement{code: CodeNotCovered}, asserted), from, until, p.now)
	case asserted.code == CodeRevoked || asserted.code == CodeSuspended:
		one = both(one, asserted)
	}
	r.behind = r.behind || one.behind
	if one.code != "" {
		r.standing(one, -1)
		return
	}
	r.rest(one.fresh)
	for _, c := range [...]Check{CheckStatus, CheckCovered, CheckFresh} {
		r.pass(c)
	}
}

// listed says what all sources together say of reference i, to a list.
func (p *Plan) listed(t *vcToken, i int, ref vc.StatusRef) statement {
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
	room := true
	for j := range t.lists[i] {
		switch l := &t.lists[i][j]; {
		case p.holds(l.source):
			next := p.byStatusList(l, ref)
			room = room && next.code != CodeBudget
			one = join(one, next)
		case l.source.unread:
			room = false
		case p.keysOf(l.source.issuer).code != "": // what would settle whether it does
			one.missing = append(one.missing, p.keysOf(l.source.issuer).missing...)
		}
	}
	if !room && one.code != CodeRevoked && one.code != CodeSuspended {
		one = statement{code: CodeBudget} // which of them fitted must not decide
	}
	return one
}

// dated judges when a source that holds was made, and that none of its name was made later: whoever brings it must not be
// able to go back to one in which a credential was good. next is 0 if it does not say. Of one that is vague it is not known whether
// another was made later: it may revoke, and is no reason for more.
func (p *Plan) dated(s *source, from Source, next int64) (one statement, vague bool) {
	one = statement{fresh: Freshness{Source: from, ThisUpdate: time.Unix(s.made, 0).UTC()}}
	if next != 0 {
		one.fresh.NextUpdate = time.Unix(next, 0).UTC()
	}
	a := s.issuer.authority
	one.fresh.FreshUntil, one.code = times(one.fresh.ThisUpdate, one.fresh.NextUpdate, p.now, a.maxAge)
	one.fresh.endsBy(p.keysOf(s.issuer).until)
	if s.chain != nil {
		one.fresh.endsBy(s.chain.until)
	}
	one.behind = one.code == CodeClock
	for _, m := range s.marks {
		switch older := m.at < p.v.state.NewestSigned(a.id, m.name); {
		case !older || one.behind:
		case m.vague:
			vague = true
		default:
			one.code = CodeRollback
		}
	}
	return one, vague
}

// byStatusList says what a list whose signature holds says of an entry.
func (p *Plan) byStatusList(l *plannedList, ref vc.StatusRef) statement {
	next := l.NotAfter
	// After its time to live there may be a newer one, which is all that matters here: expiry comes later.
	if ttl := l.TimeToLive; ttl != 0 && ttl <= int64(maxTimeToLive/time.Second) {
		if until := l.IssuedAt() + ttl; next == 0 || until < next {
			next = until
		}
	}
	one, vague := p.dated(l.source, SourceStatusList, next)
	if one.code != "" {
		if !one.behind {
			one.missing = []Missing{{MissingStatusList, ref.URI}}
		}
		return one
	}
	if ref.Kind != vc.StatusToken && !l.HasPurpose(ref.Purpose) {
		one.code = CodeNotCovered
		return one
	}
	a := l.source.issuer.authority
	held := p.bag.first(l.heldList, a)
	if one.code = p.bag.open(held, a); one.code != "" {
		return one
	}
	value, ok := held.Value(ref.Index, ref.Size)
	switch {
	case !ok:
		one.code = CodeNotCovered
	case value == 0 && vague:
		one.code, one.missing = CodeRollback, []Missing{{MissingStatusList, ref.URI}}
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

// first returns the first list of the authority that was asked for and says the same. Anybody can write a list in other forms,
// by what nothing protects: they take no room of their own.
func (b *Bag) first(l *heldList, a *authority) *heldList {
	if l.like == nil {
		l.like = l
		for _, other := range b.lists {
			if other != l && other.like == other && other.opened == a && other.Same(l.List) {
				l.like = other
			}
		}
	}
	return l.like
}

// open inflates a list of an authority whose signature holds, within the room for all. It returns why that failed.
func (b *Bag) open(l *heldList, a *authority) Code {
	switch {
	case l.failed:
		return CodeNotCovered
	case l.closed:
		return CodeBudget
	case l.Size() > 0:
		return ""
	}
	l.opened = a
	if l.Open() != nil {
		l.failed = true
		return CodeNotCovered
	}
	if b.inflated += l.Size(); b.inflated > maxInflated {
		b.close(l)
	}
	if l.closed {
		return CodeBudget
	}
	return ""
}

// close gives up a list of the authority that takes most room, for good, so that none takes another's: the last that was opened
// if that is its, else any.
func (b *Bag) close(last *heldList) {
	takes := map[*authority]int{}
	most := last.opened
	for _, l := range b.lists {
		takes[l.opened] += l.Size()
	}
	for _, l := range b.lists {
		if takes[l.opened] > takes[most] {
			most, last = l.opened, l
		}
	}
	b.inflated -= last.Size()
	last.closed = true
	last.Close()
}

// byIndex says what the authority's own publication says of an entry of a list.
func (a *authority) byIndex(uri string, index uint64, now time.Time) statement {
	p := path{{cert: &x509.Certificate{Status: &x509.StatusReference{ListID: uri, Index: index}}}, {authority: a}}
	return p.byList(now, 0)
}
