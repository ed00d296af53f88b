package verifier

import (
	"time"

	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/revocation"
)

// statuses looks up what is known of the certificates of one presentation's paths: by the authority's publication, by
// CRLs and by OCSP responses.
type statuses struct {
	p       *Plan
	g       *graph
	now     time.Time
	issuers bool    // the paths are of issuers of credentials, and no end entity's
	signers []*node // issuers of CRLs whose own status is being looked up
	steps   int
}

// step reports whether the budget has room for another step.
func (s *statuses) step() bool {
	s.steps++
	return s.steps <= maxRevocationSteps
}

// judge looks up each certificate below the anchor whose status the trust configuration demands.
func (s *statuses) judge(p path, r *report) {
	a := p.authority()
	if a.status == StatusUncheckedUnsafe {
		r.skip(CheckStatus)
		r.skip(CheckCovered)
		r.skip(CheckFresh)
		return
	}
	good := true
	for i, n := range p[:len(p)-1] {
		one := s.of(p, i)
		if c := n.cert; i == 0 && !s.issuers && !asksForStatus(c) {
			one = a.shortLived(one, c.NotBefore.Unix(), c.NotAfter.Unix(), s.now)
		}
		needed := i == 0 || a.status == StatusRequired || n.cert.Status != nil
		if one.code == "" {
			r.rest(one.fresh)
		} else if needed || one.known() {
			good = false
			r.standing(one, i)
			r.revokedIssuer = r.revokedIssuer || i > 0 && one.known()
		}
		r.behind = r.behind || one.behind
	}
	if good {
		r.pass(CheckStatus)
		r.pass(CheckCovered)
		r.pass(CheckFresh)
	}
}

// exhausted reports whether the budget ended before all was looked at.
func (s *statuses) exhausted() bool { return s.steps > maxRevocationSteps || s.g.evidence.exhausted }

// of says what all sources together say of certificate i of a path. A certificate that refers to a list of its
// authority must be good by that list: to bring another source in its place would be to choose the more lenient one.
func (s *statuses) of(p path, i int) statement {
	other := statement{code: CodeRevocationUnavailable}
	if len(s.g.evidence.crls) > 0 || len(p[i].cert.CRLDistributionPoint) > 0 || len(p.authority().keys) == 0 {
		other = join(other, s.byCRL(p, i))
	}
	if len(s.g.evidence.responses) > 0 {
		other = join(other, s.byOCSP(p, i))
	}
	list := p.byList(s.now, i)
	if p[i].cert.Status != nil && !list.known() && (other.code == "" || !other.known()) {
		return list
	}
	return join(list, other)
}

// byList says what the authority's publication says of certificate i of a path.
func (p path) byList(now time.Time, i int) statement {
	a, ref := p.authority(), p[i].cert.Status
	if a.publication == nil {
		if len(a.keys) == 0 && !a.delegated && ref == nil {
			return statement{code: CodeRevocationUnavailable}
		}
		return statement{code: CodeRevocationUnavailable, missing: []Missing{{MissingRevocation, a.id}}}
	}
	source := a.id
	var got revocation.Status
	if ref != nil {
		source = ref.ListID
		got = a.publication.Status(ref.ListID, ref.Index, now, a.maxAge)
	} else {
		issuer := sha256.Sum256(p[i+1].cert.RawPublicKey)
		if !a.publication.SpeaksFor(issuer) {
			return statement{code: CodeNotCovered}
		}
		got = a.publication.StatusOfSerial(issuer, p[i].cert.Serial, p[i].cert.NotBefore, now, a.maxAge)
	}
	one := statement{fresh: Freshness{SourceList, got.Number, got.ThisUpdate, got.NextUpdate, got.FreshUntil}}
	switch got.Standing {
	case revocation.Good:
		return one
	case revocation.Revoked:
		one.code = CodeRevoked
	case revocation.Suspended:
		one.code = CodeSuspended
	case revocation.NotCovered:
		one.code = CodeNotCovered
	case revocation.Stale:
		one.code = CodeStaleRevocation
	case revocation.Clock:
		one.code, one.behind = CodeClock, true
		return one // newer data would not help
	default:
		one.code = CodeInternal
		return one
	}
	if one.known() {
		one.revocation = Revocation{got.Since, got.Reason.String()}
	} else {
		one.missing = []Missing{{MissingRevocation, source}}
	}
	return one
}

// standing records what is not good about certificate i.
func (r *report) standing(one statement, i int) {
	switch one.code {
	case CodeRevoked, CodeSuspended:
		if r.findings[CheckStatus].Result != Failed {
			r.revocation = &one.revocation
		}
		r.fail(CheckStatus, one.code, i)
		r.pass(CheckCovered)
		return
	case CodeStaleRevocation:
		r.open(CheckFresh, one.code, i)
	case CodeClock:
		r.open(CheckFresh, one.code, -1)
	case CodeInternal, CodeBudget:
		r.fail(CheckStatus, one.code, i)
	default:
		r.open(CheckCovered, one.code, i)
	}
	r.lack(one.missing)
}

// lack notes what would settle an undetermined verdict.
func (r *report) lack(missing []Missing) {
next:
	for _, m := range missing {
		for _, have := range r.missing {
			if have == m {
				continue next
			}
		}
		r.missing = append(r.missing, m)
	}
}

// rest notes the data that a report rests on: that which ends first.
func (r *report) rest(f Freshness) {
	if r.freshness != nil {
		f = earlier(statement{fresh: *r.freshness}, statement{fresh: f}).fresh
	}
	r.freshness = &f
}

// endsBy notes that what a report rests on is too old after a time; zero for never.
func (r *report) endsBy(until time.Time) {
	if r.freshness != nil { // each report has its own
		r.freshness.endsBy(until)
	}
}

func (f *Freshness) endsBy(until time.Time) {
	if !until.IsZero() && until.Before(f.FreshUntil) {
		f.FreshUntil = until
	}
}

// doubtClock turns "not yet" into undetermined(clock) where the clock is behind a time that the authority has signed:
// then it is the clock that is wrong, and nothing is known of the certificate or LeafNode.
func (r *report) doubtClock(early bool) {
	if !r.behind {
		return
	}
	for i := range r.findings {
		f := &r.findings[i]
		if f.Result == Failed && (f.Code == CodeNotYetValid || f.Code == CodeLifetime && early) {
			*f = Finding{f.Check, Open, CodeClock, -1}
		}
	}
}
