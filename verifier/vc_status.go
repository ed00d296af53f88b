package verifier

import (
	"bytes"
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
}

// A plannedList is a list that a credential refers to, and who signed it.
type plannedList struct {
	*heldList
	ref    int // which reference of the credential
	source *source
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
	held, fresh, err := b.hold(token, l.Token)
	if fresh {
		b.lists = append(b.lists, &heldList{List: l, heldToken: held})
	}
	return err
}

// planLists plans the checks of the lists in the bag that the credential refers to. Any issuer of its authority may sign
// one; a Token Status List that does not name one counts as the credential's issuer's, or that of its certificate.
func (p *Plan) planLists(t *vcToken) {
	for i, ref := range t.Status {
		for _, l := range p.bag.lists {
			if l.URI != ref.URI || !matches(l.Kind, ref.Kind) {
				continue
			}
			iss := t.issuer
			if l.Issuer != "" {
				iss = p.v.issuers[l.Issuer]
			} else if iss.X5C && len(l.certificates) > 0 && !iss.named(l.certificates[0], false) {
				iss = p.v.issuerNamed(l.certificates[0])
			}
			if iss == nil || iss.authority != t.issuer.authority {
				continue
			}
			// Two forms of one list are made at different times.
			if s := p.sourceOf(l.heldToken, iss, revocation.NameOf('0'+byte(l.Kind), l.URI), l.IssuedAt); s != nil {
				t.lists = append(t.lists, plannedList{heldList: l, ref: i, source: s})
			}
		}
	}
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
	unread := false
	for j := range t.lists {
		switch l := &t.lists[j]; {
		case l.ref != i:
		case p.holds(l.source):
			said := p.byStatusList(l, ref)
			unread = unread || said.code == CodeBudget
			one = join(one, said)
		case l.source.unread:
			unread = true
		case p.keysOf(l.source.issuer).code != "": // what would settle whether it does
			one.missing = append(one.missing, p.keysOf(l.source.issuer).missing...)
		}
	}
	if unread && one.code == "" {
		one.code = CodeBudget // it might have revoked
	}
	return one
}

// dated judges when a source that holds was made, and that none of its name was made later: whoever brings it must not be
// able to go back to one in which a credential was good. next is 0 if it does not say.
func (p *Plan) dated(s *source, from Source, next int64) statement {
	one := statement{fresh: Freshness{Source: from, ThisUpdate: time.Unix(s.made, 0).UTC()}}
	if next != 0 {
		one.fresh.NextUpdate = time.Unix(next, 0).UTC()
	}
	a := s.issuer.authority
	one.fresh.FreshUntil, one.code = times(one.fresh.ThisUpdate, one.fresh.NextUpdate, p.now, a.maxAge)
	one.fresh.endsBy(p.keysOf(s.issuer).until)
	one.fresh.endsBy(s.until)
	one.behind = one.code == CodeClock
	if !one.behind && s.made < p.v.state.NewestSigned(a.id, s.name) {
		one.code = CodeRollback
	}
	return one
}

// byStatusList says what a list whose signature holds says of an entry.
func (p *Plan) byStatusList(l *plannedList, ref vc.StatusRef) statement {
	next := l.NotAfter
	// After its time to live there may be a newer one, which is all that matters here: expiry comes later.
	if ttl := l.TimeToLive; ttl != 0 && ttl <= int64(maxTimeToLive/time.Second) {
		if until := l.IssuedAt + ttl; next == 0 || until < next {
			next = until
		}
	}
	one := p.dated(l.source, SourceStatusList, next)
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
	if one.code = p.bag.open(l.heldList); one.code != "" {
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

// open inflates a list whose signature holds, within the room for all. It returns why that failed.
func (b *Bag) open(l *heldList) Code {
	if l.Size() > 0 {
		return ""
	}
	for _, other := range b.lists {
		// Anybody can write it in other forms, by what nothing protects: they take no room of their own.
		if (other.Size() > 0 || other.failed) && other.Kind == l.Kind && bytes.Equal(other.Token.UnverifiedPayload(), l.Token.UnverifiedPayload()) {
			l.List, l.failed = other.List, other.failed
			break
		}
	}
	switch {
	case l.Size() > 0:
		return ""
	case l.failed:
		return CodeNotCovered
	case b.inflated > maxInflated:
		return CodeBudget
	case l.Open() != nil:
		l.failed = true
		return CodeNotCovered
	}
	b.inflated += l.Size()
	return ""
}

// byIndex says what the authority's own publication says of an entry of a list.
func (a *authority) byIndex(uri string, index uint64, now time.Time) statement {
	p := path{{cert: &x509.Certificate{Status: &x509.StatusReference{ListID: uri, Index: index}}}, {authority: a}}
	return p.byList(now, 0)
}
