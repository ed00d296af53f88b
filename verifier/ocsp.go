package verifier

import (
	"bytes"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/revocation/ocsp"
	"github.com/e2eid/e2eid/signature"
)

// about reports whether the response has a status of c, issued by issuer.
func (e *evidence) about(r *heldResponse, c, issuer *x509.Certificate) bool {
	for i := range r.Singles {
		if e.matches(&r.Singles[i], c, issuer) {
			return true
		}
	}
	return false
}

// matches reports whether a status is that of c, issued by issuer.
func (e *evidence) matches(s *ocsp.Single, c, issuer *x509.Certificate) bool {
	return bytes.Equal(s.ID.Serial, c.Serial) && e.compare(len(c.Issuer.Raw)+len(issuer.PublicKey.Key)) &&
		s.ID.Matches(c.Issuer.Raw, issuer.PublicKey.Key, c.Serial)
}

// byOCSP says what the responses of the bag say of certificate i of a path (RFC 6960, Section 3.2).
func (s *statuses) byOCSP(p path, i int) statement {
	c, issuer := p[i].cert, p[i+1].cert
	if s.g.evidence.exhausted {
		return statement{code: CodeBudget} // in whatever order they came: which of them fitted must not decide
	}
	best := statement{code: CodeRevocationUnavailable}
	for j := range s.g.evidence.responses {
		r := &s.g.evidence.responses[j]
		if !s.step() {
			return statement{code: CodeBudget}
		}
		if r.subject != p[i] || r.issuer != p[i+1] || s.p.questions.of(r.check) != signature.Valid || !s.appointed(r) {
			continue
		}
		for k := range r.Singles {
			single := &r.Singles[k]
			if s.g.evidence.matches(single, c, issuer) {
				best = join(best, s.single(r, single, p))
			}
		}
	}
	return best
}

// appointed reports whether the response's signer is the issuer itself, or one whom it appointed to sign responses, and
// whose certificate holds (RFC 6960, Section 4.2.2.2). Nobody says whether the delegate is revoked, so the issuer must
// have said that nobody need ask (id-pkix-ocsp-nocheck, Section 4.2.2.2.1).
func (s *statuses) appointed(r *signedResponse) bool {
	d := r.delegate
	if d == nil {
		return true
	}
	if s.p.questions.of(r.appointed) != signature.Valid || d.Extension(x509.OIDOCSPNoCheck) == nil ||
		s.now.Before(d.NotBefore) || s.now.After(d.NotAfter) ||
		d.KeyUsage != nil && *d.KeyUsage&x509.DigitalSignature == 0 || s.p.v.distrusted[string(d.PublicKey.Key)] {
		return false
	}
	for _, e := range d.Extensions {
		if e.Critical && !processed[e.ID] && e.ID != x509.OIDOCSPNoCheck {
			return false
		}
	}
	for _, usage := range d.ExtKeyUsage {
		if usage == x509.OIDOCSPSigning {
			return true
		}
	}
	return false
}

// single says what one status of a response says.
func (s *statuses) single(r *signedResponse, single *ocsp.Single, p path) statement {
	one := statement{fresh: Freshness{SourceOCSP, 0, single.ThisUpdate, single.NextUpdate, single.NextUpdate}}
	one.fresh.FreshUntil, one.code = times(single.ThisUpdate, single.NextUpdate, s.now, p.authority().maxAge)
	one.behind = one.code == CodeClock
	hold := single.Reason == uint8(crl.CertificateHold)
	switch {
	case r.UnsupportedCritical || single.UnsupportedCritical:
		return statement{code: CodeUnsupportedCritical}
	case single.Status == ocsp.Revoked && (one.code == "" || !hold):
		one.code = CodeRevoked
		if hold {
			one.code = CodeSuspended
		}
		one.revocation = Revocation{single.RevokedAt, crl.Reason(single.Reason).String()}
	case one.code == "" && (single.Status == ocsp.Unknown || single.ThisUpdate.After(r.subject.cert.NotAfter)):
		// A responder need not remember what it said of a certificate that has expired (RFC 6960, Section 4.4.4).
		one.code = CodeNotCovered
	}
	return one
}
