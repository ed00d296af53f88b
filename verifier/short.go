package verifier

import (
	"time"

	"github.com/e2eid/e2eid/credential/x509"
)

// shortLived excuses, where the trust configuration says so, that nothing is known of the status of an end entity that was
// issued for a short time: from its first second to its last, in Unix seconds, 0 if one is not stated. It is not excused that
// the clock is behind what the authority has signed, nor anything that could not be read or compared. Afterwards its status
// is asked for like any other: a verdict must not rest on what is over.
func (a *authority) shortLived(one statement, from, until int64, now time.Time) statement {
	switch one.code {
	case CodeNotCovered, CodeStaleRevocation, CodeRevocationUnavailable:
	default:
		return one
	}
	if one.behind || from <= 0 || until <= from || until-from > int64(a.short/time.Second) || now.Unix() < from || now.Unix() > until {
		return one
	}
	end := time.Unix(until, 0).UTC()
	return statement{fresh: Freshness{SourceShortLived, 0, time.Unix(from, 0).UTC(), end, end}}
}

// oidOCSP is the access method of an OCSP responder (RFC 5280, Section 4.2.2.1).
const oidOCSP x509.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01"

// asksForStatus reports whether a certificate may not go unchecked, however short it lives: it says where its status is
// known, or it issues others (RFC 9608, Section 3, by which such a one cannot say that nothing is available). That a
// certificate says so itself, by noRevAvail, excuses nothing here: the configuration does.
func asksForStatus(c *x509.Certificate) bool {
	for _, a := range c.AuthorityInfoAccess {
		if a.Method == oidOCSP {
			return true
		}
	}
	return c.Status != nil || len(c.CRLDistributionPoint) > 0 || len(c.FreshestCRL) > 0 ||
		c.BasicConstraints != nil && c.BasicConstraints.CA || c.KeyUsage != nil && *c.KeyUsage&x509.KeyCertSign != 0
}
