package differential

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

// What the comparison has found to be accepted that must not be, one by one.

func TestAnExcludedMailboxThatCannotBeComparedExcludesEveryMailbox(t *testing.T) {
	for _, base := range []string{`"a"@example.com`, `@example.com`, `a@`, `a@b@example.com`, `b@.example.com`} {
		h := newHierarchy(1, "finding")
		constrain(h.ca(), []testca.GeneralName{testca.Email(base)}, true)
		h.end().Set(testca.SAN(testca.Email("a@example.com")))
		if got := ours(t, h.scenarioOf()); got != "rejected name_constraint" {
			t.Errorf("%s: %s", base, got)
		}
	}
}

// RFC 3986, Section 3.2.1 has no "@" in the user: readers differ on where the host begins.
func TestAURIWithTwoUsersHasNoHostThatCouldBePermitted(t *testing.T) {
	h := newHierarchy(1, "finding")
	constrain(h.ca(), []testca.GeneralName{testca.URI("example.com")}, false)
	h.end().Set(testca.SAN(testca.URI("https://a@evil.example@example.com/")))
	if got := ours(t, h.scenarioOf()); got != "rejected name_constraint" {
		t.Error(got)
	}
}

// Whoever withholds a newer delta does not make the older one untrue.
func TestADeltaThatHasExpiredStillRevokesForGood(t *testing.T) {
	for _, test := range []struct {
		name   string
		reason byte
		newer  bool // a fresh delta, which does not have the entry
		want   string
	}{
		{"revoked", testcrl.KeyCompromise, false, "rejected revoked"},
		{"on hold, which may have ended", testcrl.CertificateHold, false, accepted},
		{"a newer delta speaks", testcrl.KeyCompromise, true, accepted},
	} {
		s := listScenario("finding", nil, func(l *listing) [][]byte {
			expired := func(d *testcrl.List) {
				d.ThisUpdate, d.NextUpdate = testca.At.Add(-48*time.Hour), testca.At.Add(-24*time.Hour)
				d.Set(testcrl.Number(6), testcrl.Delta(5))
				revoke(l, testcrl.Reason(test.reason))(d)
			}
			complete := func(c *testcrl.List) {
				c.ThisUpdate = testca.At.Add(-72 * time.Hour)
				c.Set(testcrl.Number(5))
			}
			lists := [][]byte{l.of(1, complete), l.of(1, expired)}
			if test.newer {
				lists = append(lists, l.of(1, func(d *testcrl.List) { d.Set(testcrl.Number(7), testcrl.Delta(5)) }))
			}
			return lists
		})
		if got := ours(t, s); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
