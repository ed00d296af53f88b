package verifier

import (
	"cmp"
	"strings"
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
		return 8
	case CodeSuspended:
		return 7
	case "":
		return 6
	case CodeUnsupportedCritical:
		return 5
	case CodeClock:
		return 4
	case CodeRollback:
		return 3
	case CodeStaleRevocation:
		return 2
	case CodeNotCovered:
		return 1
	}
	return 0
}

// known reports whether the source covers the certificate with fresh data, or revokes it.
func (s *statement) known() bool { return s.severity() >= 6 }

// both returns what two statements say together of which each must be good: the worse.
func both(a, b statement) statement {
	switch {
	case a.code == b.code:
		return join(a, b)
	case a.code == "" || b.code != "" && a.trouble() < b.trouble():
		a, b = b, a
	}
	a.behind = a.behind || b.behind
	a.missing = append(a.missing[:len(a.missing):len(a.missing)], b.missing...)
	return a
}

// trouble orders codes of what must be good: what revokes, then that the budget did not last, then the rest.
func (s *statement) trouble() int {
	if s.code == CodeBudget || s.code == CodeInternal {
		return 6 // never compared with what is good
	}
	return s.severity()
}

// join returns what two sources say together: the most severe. Their order changes nothing but the order of what is
// missing.
func join(a, b statement) statement {
	behind := a.behind || b.behind
	switch {
	case a.severity() < b.severity():
		a = b
	case a.severity() > b.severity():
	case a.known():
		a = earlier(a, b)
	default:
		a.missing = append(a.missing[:len(a.missing):len(a.missing)], b.missing...)
	}
	a.behind = behind
	return a
}

// earlier returns of two statements that say the same the one that revokes earlier, or ends earlier. Where that is the
// same, the rest decides, so that their order does not.
func earlier(a, b statement) statement {
	order := a.fresh.FreshUntil.Compare(b.fresh.FreshUntil)
	if a.code != "" {
		if order = a.revocation.Since.Compare(b.revocation.Since); order == 0 {
			order = strings.Compare(a.revocation.Reason, b.revocation.Reason)
		}
	} else if order == 0 {
		for _, o := range [...]int{
			a.fresh.ThisUpdate.Compare(b.fresh.ThisUpdate), a.fresh.NextUpdate.Compare(b.fresh.NextUpdate),
			strings.Compare(string(a.fresh.Source), string(b.fresh.Source)), cmp.Compare(a.fresh.Number, b.fresh.Number),
		} {
			if order == 0 {
				order = o
			}
		}
	}
	if order > 0 {
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
