package verifier

import (
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
)

// noExpiry stands for a credential that does not expire, as in certificates (RFC 5280, Section 4.1.2.5).
var noExpiry = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// concludeToken is conclude of a verifiable credential, up to the report.
func (p *Plan) concludeToken(it *item) *report {
	t, r := it.token, it.base
	if t.asked {
		p.settle(r, CheckHolder, t.holder)
	}
	if t.issuer == nil || r.findings[CheckPath].Result == Failed || len(t.signed) == 0 {
		return r
	}
	if !p.settleKeys(r, t.issuer) {
		return r
	}
	held := true
	for n, refs := range t.signed {
		if t.from != nil {
			refs = counted(refs, t.from[n])
		}
		held = p.settleIssuer(r, refs) && held
	}
	if f := r.findings[CheckPath]; f.Code == CodeUntrustedIssuer {
		r.missing = append(r.missing, p.keysOf(t.issuer).missing...) // a newer document may have the key
	}
	switch {
	case !held:
	case t.issuer.X5C:
		return p.concludePath(it)
	default:
		r.pass(CheckPath)
		r.pass(CheckValidity)
		p.judgeToken(it, r)
		r.endsBy(p.keysOf(t.issuer).until)
	}
	return r
}

// settleIssuer reports whether one of the issuer's keys made a signature, and records why not.
func (p *Plan) settleIssuer(r *report, refs []ref) bool {
	switch answer, forbidden := p.best(refs); {
	case answer == signature.Valid:
		return true
	case forbidden:
		r.fail(CheckPath, CodeAlgorithmNotAllowed, -1)
	case answer == signature.Unsupported:
		r.open(CheckPath, CodeUnsupportedAlgorithm, -1)
	case len(refs) == 0: // none of the issuer's keys could have
		r.fail(CheckPath, CodeUntrustedIssuer, -1)
	default:
		r.fail(CheckPath, CodeBadSignature, -1)
	}
	return false
}

// concludePath judges the certification paths of the issuer.
func (p *Plan) concludePath(it *item) *report {
	if it.graph == nil {
		return it.base
	}
	var best *report
	st := &statuses{p: p, g: it.graph, now: p.now, issuers: true}
	unsupported, exhausted := it.graph.paths(&p.questions, func(c path) {
		if c.authority() != it.token.issuer.authority {
			return // somebody else's hierarchy proves nothing about this issuer
		}
		r := it.base.extend()
		r.pass(CheckPath)
		c.validateIssuer(p.at, r, &it.graph.compared)
		st.judge(c, r)
		r.historical = r.historical || !c.validAt(p.now)
		r.doubtClock(false)
		p.judgeToken(it, r)
		if best == nil || r.rank() > best.rank() {
			best = r
		}
	})
	switch {
	case best == nil:
		best = it.base
		p.noPath(it, unsupported[it.token.issuer.authority], exhausted)
	case !best.revokedEnd():
		best.budget(st, exhausted)
	}
	return best
}

// validateIssuer is validate of a path to an issuer of credentials. What it may be used for is said by the trust
// configuration, which names the issuer; extended key usage of clients does not apply to it. But a CA that is limited to
// other usages than the authority's must not make issuers, either.
func (p path) validateIssuer(at time.Time, r *report, compared *int) {
	p.holds(p.authority().policies, at, r, compared)
	if end := p.end(); end.KeyUsage != nil && *end.KeyUsage&x509.DigitalSignature == 0 {
		r.fail(CheckKeyUsage, CodeWrongKeyUsage, 0)
		return
	}
	for i, n := range p[1:] {
		for _, want := range p.authority().extKeyUsage {
			if !n.admits(want) {
				r.fail(CheckKeyUsage, CodeWrongKeyUsage, i+1)
				return
			}
		}
	}
	r.pass(CheckKeyUsage)
}

// best returns the answer that says most of several checks, and whether the policy forbids one.
func (p *Plan) best(refs []ref) (best signature.Answer, forbidden bool) {
	best = signature.Invalid
	for _, r := range refs {
		forbidden = forbidden || r == refForbidden
		switch answer := p.questions.of(r); {
		case answer == signature.Valid:
			return answer, false
		case answer == signature.Unsupported:
			best = answer
		}
	}
	return best, forbidden
}

// settle records how the holder's signature came out.
func (p *Plan) settle(r *report, c Check, check ref) {
	switch answer := p.questions.of(check); {
	case check == refForbidden:
		r.fail(c, CodeAlgorithmNotAllowed, -1)
	case answer == signature.Valid:
		r.pass(c)
	case answer == signature.Unsupported:
		r.open(c, CodeUnsupportedAlgorithm, -1)
	default:
		r.fail(c, CodeBadSignature, -1)
	}
}

// judgeToken applies everything that does not need a signature to a credential whose issuer's signature holds.
func (p *Plan) judgeToken(it *item, r *report) {
	t := it.token
	at, now := p.at.Unix(), p.now.Unix()
	switch {
	case t.NotAfter != 0 && at > t.NotAfter:
		r.fail(CheckValidity, CodeExpired, -1)
	case at < t.NotBefore:
		r.fail(CheckValidity, CodeNotYetValid, -1)
	}
	r.historical = r.historical || t.NotAfter != 0 && now > t.NotAfter || now < t.NotBefore
	if t.Audience != "" && t.Audience != it.request.Audience || t.Challenge != "" && t.Challenge != it.request.Nonce {
		r.fail(CheckContext, CodePopContext, -1)
	}
	identify([]*vcToken{t}, it.request, r)
	p.judgeStatus(it, r)
	r.pass(CheckAuthority)
	r.doubtClock(it.early)
}
