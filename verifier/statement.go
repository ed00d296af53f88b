package verifier

import (
	"time"

	"github.com/e2eid/e2eid/revocation"
)

// A statement is what one source of revocation data says of one certificate.
type statement struct {
	// code is empty if the certificate is covered by fresh data and not revoked; CodeRevoked or CodeSuspended; or else
	// says why nothing is known.
	code       Code
	revocation Revocation // of CodeRevoked and CodeSuspended
	missing    []Missing  // what would settle it
	fresh      Freshness  // zero if nothing is known
	behind     bool       // the clock is before the data was made
}

// severity orders codes of statements: what revokes, then what is good, then what tells most about why nothing is known.
func (s *statement) severity() int {
	switch s.code {
	case CodeRevoked:
		return 7
	case CodeSuspended:
		return 6
	case "":
		return 5
	case CodeUnsupportedCritical:
		return 4
	case CodeClock:
		return 3
	case CodeStaleRevocation:
		return 2
	case CodeNotCovered:
		return 1
	}
	return 0
}

// known reports whether the source covers the certificate with fresh data, or revokes it.
func (s *statement) known() bool { return s.severity() >= 5 }

// join returns what two sources say together: the most severe. Their order changes nothing but the order of what is
// missing.
func join(a, b statement) statement {
	if a.severity() == b.severity() {
		if a.known() {
			return earlier(a, b)
		}
		a.missing = append(a.missing[:len(a.missing):len(a.missing)], b.missing...)
		return a
	}
	if a.severity() < b.severity() {
		a, b = b, a
	}
	a.behind = a.behind || b.behind
	return a
}

// earlier returns of two statements that say the same the one that revokes earlier, or ends earlier.
func earlier(a, b statement) statement {
	t, u := a.fresh.FreshUntil, b.fresh.FreshUntil
	if a.code != "" {
		t, u = a.revocation.Since, b.revocation.Since
	}
	if u.Before(t) {
		return b
	}
	return a
}

// times judges data that was made at this and is to be replaced at next, or never if that is zero. until is when it
// stops being fresh; code is empty if it is fresh now.
func times(this, next, now time.Time, maxAge time.Duration) (until time.Time, code Code) {
	until = next
	if maxAge != 0 {
		if byAge := this.Add(maxAge); next.IsZero() || byAge.Before(next) {
			until = byAge
		}
	}
	switch {
	case now.Before(this.Add(-revocation.ClockTolerance)):
		return until, CodeClock
	case until.IsZero() || now.After(until):
		// Without a time for the next, newer data may be there at any moment.
		return until, CodeStaleRevocation
	}
	return until, ""
}
