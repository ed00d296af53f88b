package verifier

import (
	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/assertion"
)

// A heldAssertion is a status assertion out of a bag.
type heldAssertion struct {
	*assertion.Assertion
	*heldToken
}

// A plannedAssertion is one about a credential, and its issuer's signature.
type plannedAssertion struct {
	*heldAssertion
	source *source
}

// assertions are all about one credential, however many members of a group show it.
type assertions struct {
	list []plannedAssertion
	says *statement // nil until it is asked for
}

type assertionsKey struct {
	credential, holder digest
	issuer             *issuer
	issued             int64
}

// AddStatusAssertion adds a status assertion (package assertion), which is not copied. The error is [ErrBag] or from
// [assertion.Parse].
func (b *Bag) AddStatusAssertion(token []byte) error {
	if err := b.room(token, b.asserted, maxBagAssertions); err != nil {
		return err
	}
	a, err := assertion.Parse(token)
	if err != nil {
		return err
	}
	held, fresh, err := b.hold(token, vc.SignaturesOf(a.Token, nil))
	if fresh {
		if b.assertions == nil {
			b.assertions = map[digest][]*heldAssertion{}
		}
		b.assertions[a.Credential] = append(b.assertions[a.Credential], &heldAssertion{a, held})
		b.asserted++
	}
	return err
}

// planAssertions plans the checks of the assertions in the bag about the credential: of its own issuer, for the key that it
// is bound to, and made after it (draft-demarco-oauth-status-assertions-03, "Presenting Status Assertions").
func (p *Plan) planAssertions(t *vcToken) {
	if t.Token == nil || t.Format == vc.VCCOSE || t.Holder == nil || len(p.bag.assertions) == 0 && len(t.Status) == 0 {
		return
	}
	t.hash = t.Token.Digest()
	issued, _ := t.period()
	key := assertionsKey{t.hash, t.Holder.Thumbprint(), t.issuer, issued}
	if t.assertions = p.assertions[key]; t.assertions != nil {
		return
	}
	t.assertions = &assertions{}
	if p.assertions == nil {
		p.assertions = map[assertionsKey]*assertions{}
	}
	p.assertions[key] = t.assertions
	for _, a := range p.bag.assertions[t.hash] {
		if a.Issuer != t.Issuer || a.Holder.Thumbprint() != key.holder || a.IssuedAt < issued {
			continue
		}
		if s := p.sourceOf(a.heldToken, t.issuer, a.IssuedAt, mark{name: revocation.NameOf('a', string(t.hash[:])), at: a.IssuedAt}); s != nil {
			t.assertions.list = append(t.assertions.list, plannedAssertion{a, s})
		}
	}
}

// asserted says what all assertions about the credential say together.
func (p *Plan) asserted(t *vcToken) statement {
	var missing []Missing
	if t.hash != (digest{}) { // else none can be about it
		missing = []Missing{{MissingStatusAssertion, base64url.Encode(t.hash[:])}}
	}
	best := statement{code: CodeRevocationUnavailable, missing: missing}
	if t.assertions == nil {
		return best
	}
	if t.assertions.says != nil {
		return *t.assertions.says
	}
	unread := false
	for i := range t.assertions.list {
		a := &t.assertions.list[i]
		if !p.holds(a.source) {
			unread = unread || a.source.unread
			continue
		}
		one, _ := p.dated(a.source, SourceStatusAssertion, a.NotAfter)
		switch {
		case a.Status == assertion.Invalid && (one.code == "" || one.code == CodeStaleRevocation): // for good
			one.code, one.revocation.Reason = CodeRevoked, "unspecified"
		case one.code != "":
			if !one.behind {
				one.missing = missing
			}
		case a.Status == assertion.Suspended:
			one.code, one.revocation.Reason = CodeSuspended, "unspecified"
		case a.Status != assertion.Valid:
			one.code = CodeNotCovered // what the application's values mean is not known, and unknown is never good
		}
		best = join(best, one)
	}
	if unread && best.code == "" {
		best.code = CodeBudget
	}
	t.assertions.says = &best
	return best
}

// period returns the first and last second of the time that the credential was issued for, 0 if it does not say. What was
// issued ahead of its time could have been revoked from then on. So an SD-JWT does not say unless it shows its iat: SD-JWT VC
// lets holders hide it ("JWT Claims Set").
func (t *vcToken) period() (from, until int64) {
	from = t.NotBefore
	v, there := t.Claims.Get("iat")
	iat, err := v.Int64()
	switch {
	case there && (err != nil || iat <= 0), !there && (t.Format == vc.SDJWT || t.Format == vc.SDJWTVC || t.Format == vc.VCSDJWT):
		from = 0
	case there && (iat < from || from == 0):
		from = iat
	}
	return from, t.NotAfter
}
