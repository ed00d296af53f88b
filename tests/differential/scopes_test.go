package differential

import (
	"fmt"
	"slices"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

// scopes puts issuing distribution points and distribution points together.
func scopes() (list []*scenario) {
	relative := testca.Name{{Type: testca.OIDCommonName, Value: "Part 1"}}
	full := testca.Directory(append(commonName("Test First"), relative...))
	all := []int{1, 2, 3, 4, 5, 6, 7, 8}
	points := []struct {
		tag   string
		point *testcrl.Point
	}{
		{"none", nil},
		{"url", &testcrl.Point{FullName: address(listURL)}},
		{"other-url", &testcrl.Point{FullName: address(otherURL)}},
		{"both-urls", &testcrl.Point{FullName: append(address(otherURL), address(listURL)...)}},
		{"relative", &testcrl.Point{RelativeName: relative}},
		{"directory", &testcrl.Point{FullName: []testca.GeneralName{full}}},
		{"some-reasons", &testcrl.Point{FullName: address(listURL), Reasons: []int{testcrl.FlagKeyCompromise}}},
		{"all-reasons", &testcrl.Point{FullName: address(listURL), Reasons: all}},
		{"issuer", &testcrl.Point{CRLIssuer: []testca.GeneralName{testca.Directory(commonName("Test First"))}}},
		{"issuer-other", &testcrl.Point{CRLIssuer: []testca.GeneralName{testca.Directory(commonName("Nobody"))}}},
		{"empty", &testcrl.Point{}},
	}
	for _, p := range points {
		for tag, scope := range map[string]*testcrl.Scope{
			"none": nil, "url": {FullName: address(listURL)}, "relative": {RelativeName: relative}, "directory": {FullName: []testca.GeneralName{full}},
			"users": {OnlyUsers: true}, "cas": {OnlyCAs: true}, "attributes": {OnlyAttributes: true}, "users-and-cas": {OnlyUsers: true, OnlyCAs: true},
			"indirect": {Indirect: true}, "indirect-url": {Indirect: true, FullName: address(listURL)}, "some-reasons": {Reasons: []int{testcrl.FlagKeyCompromise}},
			"all-reasons": {Reasons: all}, "url-some-reasons": {FullName: address(listURL), Reasons: []int{testcrl.FlagKeyCompromise, testcrl.FlagSuperseded}}, "empty": {},
		} {
			for _, revoked := range []bool{false, true} {
				list = append(list, listScenario(fmt.Sprintf("point-%s scope-%s revoked-%v", p.tag, tag, revoked), func(h *hierarchy) {
					if p.point != nil {
						h.end().Set(testcrl.CRLDP(*p.point))
					}
				}, func(l *listing) [][]byte {
					return [][]byte{l.of(1, func(t *testcrl.List) {
						if revoked {
							revoke(l, testcrl.Reason(testcrl.KeyCompromise))(t)
						}
						if scope != nil {
							t.Set(testcrl.IDP(*scope))
						}
					})}
				}))
			}
		}
	}
	for _, only := range []testcrl.Scope{{OnlyUsers: true}, {OnlyCAs: true}} {
		list = append(list, listScenario(fmt.Sprintf("scope-of-root-users-%v", only.OnlyUsers), nil, func(l *listing) [][]byte {
			l.ofRoot.Set(testcrl.IDP(only))
			return [][]byte{l.of(1, nil)}
		}))
	}
	list = append(list, listScenario("scope-not-critical", nil, func(l *listing) [][]byte {
		return [][]byte{l.of(1, func(t *testcrl.List) { t.Set(testcrl.IDP(testcrl.Scope{OnlyCAs: true}).WithCritical(false)) })}
	}))
	return list
}

// several has more than one list of the intermediate: fresh beside expired, partitions, deltas.
func several() (list []*scenario) {
	with := func(number int64, apply ...func(*testcrl.List)) func(*testcrl.List) {
		return func(t *testcrl.List) {
			t.Set(testcrl.Number(number))
			for _, a := range apply {
				a(t)
			}
		}
	}
	expired := func(t *testcrl.List) {
		t.ThisUpdate, t.NextUpdate = testca.At.Add(-48*time.Hour), testca.At.Add(-24*time.Hour)
	}
	older := func(t *testcrl.List) { t.ThisUpdate = testca.At.Add(-3 * time.Hour) }
	future := func(t *testcrl.List) { t.ThisUpdate = testca.At.Add(time.Hour) }
	add := func(tag string, prepare func(*hierarchy), make func(l *listing, revoked func(*testcrl.List)) [][]byte) {
		for _, reversed := range []bool{false, true} {
			s := listScenario(fmt.Sprintf("several-%s reversed-%v", tag, reversed), prepare, func(l *listing) [][]byte {
				lists := make(l, revoke(l, testcrl.Reason(testcrl.KeyCompromise)))
				if reversed {
					slices.Reverse(lists)
				}
				return lists
			})
			list = append(list, s)
		}
	}
	add("fresh-and-expired", nil, func(l *listing, _ func(*testcrl.List)) [][]byte {
		return [][]byte{l.of(1, with(2)), l.of(1, with(1, expired))}
	})
	add("fresh-and-expired-revoked", nil, func(l *listing, revoked func(*testcrl.List)) [][]byte {
		return [][]byte{l.of(1, with(2)), l.of(1, with(1, expired, revoked))}
	})
	add("revoked-and-expired", nil, func(l *listing, revoked func(*testcrl.List)) [][]byte {
		return [][]byte{l.of(1, with(2, revoked)), l.of(1, with(1, expired))}
	})
	add("older-revoked", nil, func(l *listing, revoked func(*testcrl.List)) [][]byte {
		return [][]byte{l.of(1, with(2)), l.of(1, with(1, older, revoked))}
	})
	add("newer-revoked", nil, func(l *listing, revoked func(*testcrl.List)) [][]byte {
		return [][]byte{l.of(1, with(2, revoked)), l.of(1, with(1, older))}
	})
	add("equal-number", nil, func(l *listing, revoked func(*testcrl.List)) [][]byte {
		return [][]byte{l.of(1, with(1, revoked)), l.of(1, with(1))}
	})
	add("numbers-against-times", nil, func(l *listing, revoked func(*testcrl.List)) [][]byte {
		return [][]byte{l.of(1, with(2, older, revoked)), l.of(1, with(1))}
	})
	add("future-revoked", nil, func(l *listing, revoked func(*testcrl.List)) [][]byte {
		return [][]byte{l.of(1, with(2, future, revoked)), l.of(1, with(1))}
	})
	add("unknown-critical-beside", nil, func(l *listing, _ func(*testcrl.List)) [][]byte {
		return [][]byte{l.of(1, with(2, func(t *testcrl.List) { t.Set(testca.Unknown(oidUnknown, true, []byte{5, 0})) })), l.of(1, with(1))}
	})
	add("forged-beside", nil, func(l *listing, revoked func(*testcrl.List)) [][]byte {
		twin := testca.NewKey(testca.P256, "differential twin")
		return [][]byte{l.of(1, with(2, revoked, func(t *testcrl.List) { t.SignWith = &twin })), l.of(1, with(1))}
	})
	for _, whole := range []bool{false, true} {
		first, second := []int{1, 2, 3, 4}, []int{5, 6, 7}
		if whole {
			second = append(second, 8)
		}
		for tag, reason := range map[string]int{"": -1, "-revoked": testcrl.KeyCompromise} {
			add(fmt.Sprintf("partitions-%v%s", whole, tag), func(h *hierarchy) {
				h.end().Set(testcrl.CRLDP(testcrl.Point{FullName: address(listURL), Reasons: first}, testcrl.Point{FullName: address(otherURL), Reasons: second}))
			}, func(l *listing, revoked func(*testcrl.List)) [][]byte {
				return [][]byte{l.of(1, with(1, func(t *testcrl.List) {
					if reason >= 0 {
						revoked(t)
					}
					t.Set(testcrl.IDP(testcrl.Scope{FullName: address(listURL), Reasons: first}))
				})), l.of(1, with(1, func(t *testcrl.List) {
					t.Set(testcrl.IDP(testcrl.Scope{FullName: address(otherURL), Reasons: second}))
				}))}
			})
		}
	}
	return append(list, deltas()...)
}
