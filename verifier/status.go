package verifier

import (
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// status looks up what the authority's publication says of each certificate below the anchor whose status the trust
// configuration demands.
func (p path) status(now time.Time, r *report) {
	a := p.authority()
	if a.status == StatusUncheckedUnsafe {
		r.skip(CheckStatus)
		r.skip(CheckCovered)
		r.skip(CheckFresh)
		return
	}
	if a.publication == nil {
		r.open(CheckCovered, CodeRevocationUnavailable, -1)
		r.missing = append(r.missing, Missing{MissingRevocation, a.id})
		return
	}
	standing := revocation.Good
	for i, n := range p[:len(p)-1] {
		ref := n.cert.Status
		if ref == nil {
			if i == 0 || a.status == StatusRequired {
				r.open(CheckCovered, CodeNotCovered, i)
				standing = revocation.NotCovered
			}
			continue
		}
		s := a.publication.Status(ref.ListID, ref.Index, now, a.maxAge)
		if s.Standing != revocation.Good {
			standing = s.Standing
			r.standing(s, i, Missing{MissingRevocation, ref.ListID})
		}
	}
	if standing == revocation.Good {
		r.pass(CheckStatus)
		r.pass(CheckCovered)
		r.pass(CheckFresh)
	}
	// Every lookup of one publication has the same times.
	head := a.publication.Status("", 0, now, a.maxAge)
	r.freshness = &Freshness{head.Number, head.ThisUpdate, head.NextUpdate, head.FreshUntil}
}

// standing records what is not good about certificate i. A standing this version does not know is not good either.
func (r *report) standing(s revocation.Status, i int, missing Missing) {
	switch s.Standing {
	case revocation.Revoked, revocation.Suspended:
		code := CodeRevoked
		if s.Standing == revocation.Suspended {
			code = CodeSuspended
		}
		if r.findings[CheckStatus].Result != Failed {
			r.revocation = &Revocation{s.Since, s.Reason.String()}
		}
		r.fail(CheckStatus, code, i)
		r.pass(CheckCovered)
		return
	case revocation.NotCovered:
		r.open(CheckCovered, CodeNotCovered, i)
	case revocation.Stale:
		r.open(CheckFresh, CodeStaleRevocation, i)
	case revocation.Clock:
		r.open(CheckFresh, CodeClock, -1)
		return // newer data would not help
	default:
		r.fail(CheckStatus, CodeInternal, i)
		return
	}
	r.missing = append(r.missing, missing)
}

// doubtClock turns "not yet" into undetermined(clock) where the clock is behind a time that the authority has signed:
// then it is the clock that is wrong, and nothing is known of the certificate or LeafNode.
func (p *Plan) doubtClock(c path, early bool, r *report) {
	pub := c.authority().publication
	if pub == nil || !p.now.Before(pub.Head().ThisUpdate().Add(-revocation.ClockTolerance)) {
		return
	}
	for i := range r.findings {
		f := &r.findings[i]
		if f.Result == Failed && (f.Code == CodeNotYetValid || f.Code == CodeLifetime && early) {
			*f = Finding{f.Check, Open, CodeClock, -1}
		}
	}
}
