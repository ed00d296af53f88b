package differential

import (
	"fmt"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

// deltas has complete lists with deltas.
func deltas() (list []*scenario) {
	point := testcrl.Point{FullName: address(otherURL)}
	for _, d := range []struct {
		tag                    string
		base, number, indicate int64
		apply                  func(l *listing, complete, delta *testcrl.List)
	}{
		{"good", 5, 6, 5, func(*listing, *testcrl.List, *testcrl.List) {}},
		{"revokes", 5, 6, 5, func(l *listing, _, d *testcrl.List) { revoke(l)(d) }},
		{"holds", 5, 6, 5, func(l *listing, _, d *testcrl.List) { revoke(l, testcrl.Reason(testcrl.CertificateHold))(d) }},
		{"removes", 5, 6, 5, func(l *listing, c, d *testcrl.List) {
			revoke(l, testcrl.Reason(testcrl.CertificateHold))(c)
			revoke(l, testcrl.Reason(testcrl.RemoveFromCRL))(d)
		}},
		{"removes-revoked", 5, 6, 5, func(l *listing, c, d *testcrl.List) {
			revoke(l, testcrl.Reason(testcrl.KeyCompromise))(c)
			revoke(l, testcrl.Reason(testcrl.RemoveFromCRL))(d)
		}},
		{"older-indicator", 5, 6, 3, func(l *listing, _, d *testcrl.List) { revoke(l)(d) }},
		{"newer-indicator", 5, 8, 6, func(l *listing, _, d *testcrl.List) { revoke(l)(d) }},
		{"equal-number", 5, 5, 5, func(l *listing, _, d *testcrl.List) { revoke(l)(d) }},
		{"lower-number", 5, 4, 3, func(l *listing, _, d *testcrl.List) { revoke(l)(d) }},
		{"no-number", 5, 6, 5, func(l *listing, _, d *testcrl.List) { revoke(l)(d); d.Forbid(testcrl.OIDNumber) }},
		{"base-no-number", 5, 6, 5, func(l *listing, c, d *testcrl.List) { revoke(l)(d); c.Forbid(testcrl.OIDNumber) }},
		{"expired", 5, 6, 5, func(l *listing, _, d *testcrl.List) {
			revoke(l)(d)
			d.ThisUpdate, d.NextUpdate = testca.At.Add(-48*time.Hour), testca.At.Add(-24*time.Hour)
		}},
		{"base-expired", 5, 6, 5, func(_ *listing, c, _ *testcrl.List) {
			c.ThisUpdate, c.NextUpdate = testca.At.Add(-48*time.Hour), testca.At.Add(-24*time.Hour)
		}},
		{"other-key", 5, 6, 5, func(l *listing, _, d *testcrl.List) {
			twin := testca.NewKey(testca.P256, "differential twin")
			revoke(l)(d)
			d.SignWith = &twin
		}},
		{"other-scope", 5, 6, 5, func(l *listing, _, d *testcrl.List) {
			revoke(l)(d)
			d.Set(testcrl.IDP(testcrl.Scope{OnlyUsers: true}))
		}},
		{"same-scope", 5, 6, 5, func(l *listing, c, d *testcrl.List) {
			revoke(l)(d)
			c.Set(testcrl.IDP(testcrl.Scope{OnlyUsers: true}))
			d.Set(testcrl.IDP(testcrl.Scope{OnlyUsers: true}))
		}},
		{"other-aki", 5, 6, 5, func(l *listing, _, d *testcrl.List) { revoke(l)(d); d.Set(testca.AKI([]byte{1, 2})) }},
		{"unknown-critical", 5, 6, 5, func(l *listing, _, d *testcrl.List) { d.Set(testca.Unknown(oidUnknown, true, []byte{5, 0})) }},
		{"not-critical", 5, 6, 5, func(l *listing, _, d *testcrl.List) { d.Set(testcrl.Delta(5).WithCritical(false)) }},
	} {
		for _, where := range []string{"in-list", "in-certificate", "nowhere"} {
			for _, alone := range []bool{false, true} {
				list = append(list, listScenario(fmt.Sprintf("delta-%s freshest-%s alone-%v", d.tag, where, alone), func(h *hierarchy) {
					if where == "in-certificate" {
						h.end().Set(testcrl.FreshestCRL(point))
					}
				}, func(l *listing) [][]byte {
					var complete, delta testcrl.List
					complete.Set(testcrl.Number(d.base))
					if where == "in-list" {
						complete.Set(testcrl.FreshestCRL(point))
					}
					delta.Set(testcrl.Number(d.number), testcrl.Delta(d.indicate))
					d.apply(l, &complete, &delta)
					lists := [][]byte{testcrl.Issue(l.issuers[1], delta)}
					if !alone {
						lists = append(lists, testcrl.Issue(l.issuers[1], complete))
					}
					return lists
				}))
			}
		}
	}
	return list
}
