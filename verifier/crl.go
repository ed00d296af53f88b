package verifier

import (
	"bytes"
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/hex"
	"github.com/e2eid/e2eid/revocation/crl"
)

// A candidate is a CRL, complete or a delta, that is about a certificate and that somebody signed who may.
type candidate struct {
	*signedCRL
	key     []byte       // it was signed with
	reasons x509.Reasons // it speaks of
	until   time.Time
	code    Code      // why it is not fresh
	says    statement // of the certificate
	upTo    *crl.List // the newest delta that this is made with or, without one, the list itself
}

// byCRL says what the CRLs of the bag say of certificate i of a path (RFC 5280, Section 6.3.3). In whatever order they
// came, every CRL counts that is in scope, signed by who may, and fresh; of several of one issuer and scope, the newest.
// One that revokes the certificate decides. It is good only if together they cover every reason.
//
// What is revoked for good stays so: silence takes nothing back. A CRL that revokes, also a delta by itself and one that has
// expired, counts unless a newer complete one that is fresh speaks, and one that the clock is behind of whatever others say.
func (s *statuses) byCRL(p path, i int) statement {
	c := p[i].cert
	candidates, open := s.candidates(p, i)
	good, revoked, last := statement{}, statement{code: CodeNotCovered}, statement{code: CodeNotCovered}
	covered := x509.Reasons(0)
	for j := range candidates {
		l := &candidates[j]
		if l.BaseNumber != nil {
			l.says = s.lookup(c, l, nil, l.until)
		} else {
			l.says = s.entry(c, l, p, i)
		}
	}
	for j := range candidates {
		l := &candidates[j]
		one, delta := l.says, l.BaseNumber != nil
		switch {
		case one.code == CodeRevoked && (l.code == CodeClock || !superseded(candidates, l, true)):
			revoked = join(revoked, one)
		case one.code == CodeRevoked && l.code == CodeStaleRevocation:
			last = join(last, one)
		case delta:
			open = join(open, statement{code: CodeNotCovered})
		case l.code != "":
			open = join(open, statement{code: l.code, behind: l.code == CodeClock})
		case superseded(candidates, l, false):
		case one.code == "":
			if covered == 0 {
				good = one
			}
			good = earlier(good, one)
			covered |= l.reasons
		case one.known():
			revoked = join(revoked, one)
		default:
			open = join(open, one)
		}
	}
	switch {
	case revoked.known():
		return revoked
	case covered == x509.AllReasons:
		return good
	case last.known(): // resort
		return last
	}
	if covered != 0 {
		open = join(open, statement{code: CodeNotCovered})
	}
	open.missing = []Missing{{MissingCRL, crlName(c)}}
	return open
}

// candidates returns the CRLs about certificate i of a path, and a statement of why others do not count.
func (s *statuses) candidates(p path, i int) (list []candidate, open statement) {
	c := p[i].cert
	open.code = CodeRevocationUnavailable
	for _, l := range s.g.evidence.crls {
		if !s.step() {
			return nil, statement{code: CodeBudget}
		}
		reasons := s.p.scopeReasons(&s.g.evidence, c, l.heldCRL)
		if reasons == 0 {
			if l.issuer == s.p.key(c.Issuer) {
				open = join(open, statement{code: CodeNotCovered})
			}
			continue
		}
		key := s.authentic(l, p, i)
		if key == nil {
			continue
		}
		// Without a number, which all but those of version 1 must have (RFC 5280, Section 5.2.3), it could be any issue.
		if l.Number == nil && l.Version != 1 {
			open = join(open, statement{code: CodeNotCovered})
			continue
		}
		one := candidate{signedCRL: l, key: key, reasons: reasons, upTo: l.List}
		one.until, one.code = times(l.ThisUpdate, l.NextUpdate, s.now, p.authority().maxAge)
		list = append(list, one)
	}
	return list, open
}

// superseded reports whether there is a newer complete CRL of the same issuer, key and scope that is fresh too and, if
// that is asked, says whether the certificate is revoked. Of a CA that changed its key each key may have its own CRLs,
// which count by themselves.
func superseded(candidates []candidate, l *candidate, speaking bool) bool {
	for i := range candidates {
		other := &candidates[i]
		if other.code == "" && other.BaseNumber == nil && (!speaking || other.says.known()) && other.issuer == l.issuer &&
			bytes.Equal(other.key, l.key) && bytes.Equal(other.scope, l.scope) &&
			(newer(other.List, l.List) || speaking && newer(other.upTo, l.List)) {
			return true
		}
	}
	return false
}

// newer compares CRLs of one issuer and scope: by their numbers, if both have one.
func newer(a, b *crl.List) bool {
	if n := crl.CompareNumbers(a.Number, b.Number); n != 0 && a.Number != nil && b.Number != nil {
		return n > 0
	}
	return a.ThisUpdate.After(b.ThisUpdate)
}

// entry says what a CRL, with its newest delta if there is one, has about c. A delta that is newer still
// revokes for good if it has expired, or the clock is behind of it.
func (s *statuses) entry(c *x509.Certificate, l *candidate, p path, i int) statement {
	deltas, other := s.deltas(l, p, i)
	final := statement{code: CodeNotCovered}
	for _, d := range other {
		one := s.lookup(c, l, d.List, l.until)
		if one.code == CodeRevoked && (len(deltas) == 0 || newer(d.List, deltas[0].List)) {
			final = join(final, one)
		}
	}
	if final.known() {
		return final
	}
	if len(deltas) == 0 {
		return s.lookup(c, l, nil, l.until)
	}
	l.upTo = deltas[0].List
	one := statement{code: CodeRevocationUnavailable}
	for _, d := range deltas {
		until, _ := times(d.ThisUpdate, d.NextUpdate, s.now, p.authority().maxAge)
		if l.until.Before(until) {
			until = l.until
		}
		one = join(one, s.lookup(c, l, d.List, until))
	}
	return one
}

// lookup says what a CRL with a delta, nil for none, has about c (RFC 5280, Section 6.3.3, (i) to (k)).
func (s *statuses) lookup(c *x509.Certificate, l *candidate, delta *crl.List, until time.Time) statement {
	if l.UnsupportedCritical {
		return statement{code: CodeUnsupportedCritical}
	}
	if delta != nil && delta.UnsupportedCritical {
		if one := s.lookup(c, l, nil, until); one.code == CodeRevoked {
			return one
		}
		return statement{code: CodeUnsupportedCritical}
	}
	one := statement{fresh: Freshness{SourceCRL, 0, l.ThisUpdate, l.NextUpdate, until}}
	issuer := s.p.key(c.Issuer)
	var e crl.Entry
	found := false
	if delta != nil {
		e, found = delta.Entry(issuer, c.Serial)
	}
	// What is removed was on hold, or has expired (Section 5.3.1): it does not make up for a revocation for good, and says
	// nothing of what has expired.
	if !found || e.Reason == crl.RemoveFromCRL {
		removed := found && delta != nil && !delta.ThisUpdate.After(c.NotAfter)
		if e, found = l.Entry(issuer, c.Serial); removed && e.Reason == crl.CertificateHold {
			found = false
		}
	}
	switch {
	case !found && l.ThisUpdate.After(c.NotAfter):
		// Entries of what has expired leave the list (Section 5.1.2.6): it does not say that there never was one.
		return statement{code: CodeNotCovered}
	case !found:
		return one
	case e.Reason == crl.RemoveFromCRL: // in a delta by itself
		return statement{code: CodeNotCovered}
	case e.Reason == crl.CertificateHold:
		one.code = CodeSuspended
	default:
		one.code = CodeRevoked
	}
	one.revocation = Revocation{e.RevokedAt, e.Reason.String()}
	return one
}

// deltas returns the newest fresh delta that continues a complete CRL: of the same issuer, scope and key, made for it or
// one before it (RFC 5280, Sections 5.2.4 and 6.3.3, (c) and (h)); several, if an issuer made different ones of one
// number. And all that have expired, or that the clock is behind of.
func (s *statuses) deltas(l *candidate, p path, i int) (newest, other []*signedCRL) {
	for _, d := range s.g.evidence.crls {
		if d.BaseNumber == nil || d.issuer != l.issuer || !bytes.Equal(d.scope, l.scope) || !sameKeyID(d.List, l.List) ||
			crl.CompareNumbers(l.Number, d.BaseNumber) < 0 || crl.CompareNumbers(l.Number, d.Number) >= 0 ||
			len(newest) > 0 && newer(newest[0].List, d.List) || !s.step() {
			continue
		}
		_, code := times(d.ThisUpdate, d.NextUpdate, s.now, p.authority().maxAge)
		if !bytes.Equal(s.authentic(d, p, i), l.key) {
			continue
		}
		if code != "" {
			other = append(other, d)
			continue
		}
		if len(newest) > 0 && newer(d.List, newest[0].List) {
			newest = nil
		}
		newest = append(newest, d)
	}
	return newest, other
}

func sameKeyID(a, b *crl.List) bool {
	if a.AuthorityKeyID == nil || b.AuthorityKeyID == nil {
		return a.AuthorityKeyID == b.AuthorityKeyID
	}
	return bytes.Equal(a.AuthorityKeyID.KeyID, b.AuthorityKeyID.KeyID)
}

// crlName names the CRL that a certificate needs: the first address of its distribution points or, if it has none, the
// hexadecimal of its issuer's name.
func crlName(c *x509.Certificate) string {
	for _, point := range c.CRLDistributionPoint {
		for _, g := range point.Name.FullName {
			if g.Kind == x509.URIName {
				return string(g.Value)
			}
		}
	}
	return hex.String(c.Issuer.Raw)
}
