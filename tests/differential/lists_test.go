package differential

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

// A listing is a chain with one intermediate, which was issued, and the list of its root.
type listing struct {
	*hierarchy
	issuers []*testca.CA // root, intermediate, end entity
	ofRoot  testcrl.List
}

const listURL, otherURL = "http://crl.example.com/1", "http://crl.example.com/2"

// listScenario makes the chain as prepare has it, nil for as it is, and the lists that make returns beside that of the root.
func listScenario(tag string, prepare func(h *hierarchy), make func(l *listing) [][]byte) *scenario {
	h := newHierarchy(1, append([]string{"list"}, strings.Fields(tag)...)...)
	h.revocation = true
	if prepare != nil {
		prepare(h)
	}
	s, issuers := h.issue()
	l := &listing{hierarchy: h, issuers: issuers}
	lists := make(l)
	s.crls = append([][]byte{testcrl.Issue(issuers[0], l.ofRoot)}, lists...)
	s.tags = h.tags
	return s
}

func (l *listing) end() []byte { return l.issuers[2].DER }
func (l *listing) of(ca int, apply func(*testcrl.List)) []byte {
	var t testcrl.List
	if apply != nil {
		apply(&t)
	}
	return testcrl.Issue(l.issuers[ca], t)
}

func revoke(l *listing, extensions ...testca.Ext) func(*testcrl.List) {
	return func(t *testcrl.List) { t.Entries = []testcrl.Entry{testcrl.Revoke(l.end(), extensions...)} }
}

// lists has revocation lists, which only openssl can be asked about.
func lists() (list []*scenario) {
	add := func(tag string, prepare func(*hierarchy), make func(*listing) [][]byte) {
		list = append(list, listScenario(tag, prepare, make))
	}
	one := func(tag string, apply func(*listing, *testcrl.List)) {
		for _, revoked := range []bool{false, true} {
			add(fmt.Sprintf("%s revoked-%v", tag, revoked), nil, func(l *listing) [][]byte {
				return [][]byte{l.of(1, func(t *testcrl.List) {
					if revoked {
						revoke(l)(t)
					}
					apply(l, t)
				})}
			})
		}
	}
	twin := testca.NewKey(testca.P256, "differential twin")
	one("plain", func(*listing, *testcrl.List) {})
	for reason := range byte(12) {
		add(fmt.Sprintf("reason-%d", reason), nil, func(l *listing) [][]byte {
			return [][]byte{l.of(1, revoke(l, testcrl.Reason(reason)))}
		})
	}
	add("none", nil, func(*listing) [][]byte { return nil })
	add("of-another-serial", nil, func(l *listing) [][]byte {
		return [][]byte{l.of(1, func(t *testcrl.List) { t.Entries = []testcrl.Entry{testcrl.RevokeSerial(7)} })}
	})
	add("revoked-later", nil, func(l *listing) [][]byte {
		return [][]byte{l.of(1, func(t *testcrl.List) {
			revoke(l)(t)
			t.Entries[0].RevokedAt = testca.At.Add(time.Hour)
		})}
	})
	add("intermediate-revoked", nil, func(l *listing) [][]byte {
		l.ofRoot.Entries = []testcrl.Entry{testcrl.Revoke(l.issuers[1].DER)}
		return [][]byte{l.of(1, nil)}
	})
	for _, seconds := range []int{-1, 0, 1} {
		d := time.Duration(seconds) * time.Second
		one(fmt.Sprintf("this-update%+d", seconds), func(_ *listing, t *testcrl.List) { t.ThisUpdate = testca.At.Add(d) })
		one(fmt.Sprintf("next-update%+d", seconds), func(_ *listing, t *testcrl.List) { t.NextUpdate = testca.At.Add(d) })
	}
	one("no-next-update", func(_ *listing, t *testcrl.List) { t.NoNextUpdate = true })
	one("times-swapped", func(_ *listing, t *testcrl.List) { t.ThisUpdate, t.NextUpdate = testcrl.NextUpdate, testcrl.ThisUpdate })
	one("other-key", func(_ *listing, t *testcrl.List) { t.SignWith = &twin })
	one("bad-signature", func(_ *listing, t *testcrl.List) {
		t.ChangeSignature = func(b []byte) []byte { b[len(b)-1] ^= 1; return b }
	})
	one("other-issuer", func(_ *listing, t *testcrl.List) { t.Issuer = commonName("Nobody") })
	one("issuer-upper", func(_ *listing, t *testcrl.List) { t.Issuer = commonName("TEST  FIRST") })
	one("version-1", func(_ *listing, t *testcrl.List) { t.Version = 1 })
	one("version-1-number", func(_ *listing, t *testcrl.List) { t.Version = 1; t.Set(testcrl.Number(1)) })
	one("version-3", func(_ *listing, t *testcrl.List) { t.Version = 3 })
	one("no-number", func(_ *listing, t *testcrl.List) { t.Forbid(testcrl.OIDNumber) })
	one("number-zero", func(_ *listing, t *testcrl.List) { t.Set(testcrl.Number(0)) })
	one("number-negative", func(_ *listing, t *testcrl.List) { t.Set(testcrl.Number(-1)) })
	one("number-large", func(_ *listing, t *testcrl.List) { t.Set(testcrl.BigNumber(new(big.Int).Lsh(big.NewInt(1), 158))) })
	one("number-huge", func(_ *listing, t *testcrl.List) { t.Set(testcrl.BigNumber(new(big.Int).Lsh(big.NewInt(1), 300))) })
	one("number-critical", func(_ *listing, t *testcrl.List) { t.Set(testcrl.Number(1).WithCritical(true)) })
	one("unknown", func(_ *listing, t *testcrl.List) { t.Set(testca.Unknown(oidUnknown, false, []byte{5, 0})) })
	one("unknown-critical", func(_ *listing, t *testcrl.List) { t.Set(testca.Unknown(oidUnknown, true, []byte{5, 0})) })
	one("aki-critical", func(_ *listing, t *testcrl.List) { t.Set(testca.AKI([]byte{1, 2}).WithCritical(true)) })
	one("aki-other", func(_ *listing, t *testcrl.List) { t.Set(testca.AKI([]byte{1, 2})) })
	one("no-aki", func(_ *listing, t *testcrl.List) { t.Forbid(testca.OIDAuthorityKeyID) })
	one("twice-number", func(_ *listing, t *testcrl.List) {
		t.Extensions = []testca.Ext{testcrl.Number(1), testcrl.Number(2)}
	})
	one("algorithms-differ", func(_ *listing, t *testcrl.List) { t.OuterAlgorithm = testca.Algorithm("1.2.840.10045.4.3.3", nil) })
	one("trailing", func(_ *listing, t *testcrl.List) { t.Trailing = []byte{5, 0} })
	one("no-entries-but-the-field", func(_ *listing, t *testcrl.List) { t.RawEntries = []byte{0x30, 0} })
	for tag, e := range map[string]testca.Ext{
		"unknown": testca.Unknown(oidUnknown, false, []byte{5, 0}), "unknown-critical": testca.Unknown(oidUnknown, true, []byte{5, 0}),
		"reason-critical": testcrl.Reason(1).WithCritical(true), "invalidity": testcrl.InvalidityDate(testca.At), "hold-instruction": testca.Unknown("2.5.29.23", false, []byte{6, 1, 42}),
		"issuer": testcrl.CertificateIssuer(testca.Directory(commonName("Test First"))),
	} {
		add("entry-"+tag, nil, func(l *listing) [][]byte { return [][]byte{l.of(1, revoke(l, e))} })
		add("other-entry-"+tag, nil, func(l *listing) [][]byte {
			return [][]byte{l.of(1, func(t *testcrl.List) { t.Entries = []testcrl.Entry{testcrl.RevokeSerial(7, e)} })}
		})
	}
	// Who may sign.
	for _, may := range []bool{false, true} {
		add(fmt.Sprintf("issuer-may-%v", may), func(h *hierarchy) {
			if may {
				h.ca().Forbid(testca.OIDKeyUsage)
			} else {
				h.ca().Set(testca.KeyUsage(testca.KeyCertSign))
			}
		}, func(l *listing) [][]byte { return [][]byte{l.of(1, nil)} })
	}
	list = append(list, scopes()...)
	list = append(list, several()...)
	list = append(list, indirect()...)
	r := newRandom("lists")
	for i := range 160 {
		list = append(list, drawnLists(r, fmt.Sprintf("drawn-%d", i)))
	}
	return byID(list)
}

func address(s string) []testca.GeneralName { return []testca.GeneralName{testca.URI(s)} }

// A drawn is what matters of a drawn list for whether another is newer.
type drawn struct {
	scope, number           int
	outside                 bool // not about the end entity
	revoked, expired, delta bool
}

// superseded reports whether each list that revokes the end entity is complete, and there is a newer one of its scope that does not.
func superseded(all []drawn) (any bool) {
	for _, d := range all {
		if !d.revoked || d.outside {
			continue
		}
		any = true
		if d.delta || !slices.ContainsFunc(all, func(o drawn) bool {
			return o.number > d.number && o.scope == d.scope && !o.expired && !o.delta && !o.revoked
		}) {
			return false
		}
	}
	return any
}

// drawnLists draws lists of the intermediate.
func drawnLists(r *rand.Rand, tag string) *scenario {
	return listScenario(tag, func(h *hierarchy) {
		h.tag("drawn")
		if r.IntN(2) == 0 {
			p := testcrl.Point{FullName: address(pick(r, []string{listURL, otherURL}))}
			if r.IntN(4) == 0 {
				p.Reasons = []int{1 + r.IntN(8), 1 + r.IntN(8)}
				h.tag("point-reasons")
			}
			points := []testcrl.Point{p}
			if r.IntN(3) == 0 {
				points = append(points, testcrl.Point{FullName: address(listURL)})
			}
			h.end().Set(testcrl.CRLDP(points...))
			h.tag("point")
		}
		if r.IntN(3) == 0 {
			h.end().Set(testcrl.FreshestCRL(testcrl.Point{FullName: address(otherURL)}))
			h.tag("freshest")
		}
	}, func(l *listing) (lists [][]byte) {
		var all []drawn
		for range 1 + r.IntN(3) {
			var t testcrl.List
			var d drawn
			d.number = 1 + r.IntN(4)
			t.Set(testcrl.Number(int64(d.number)))
			if r.IntN(4) == 0 {
				var extensions []testca.Ext
				if r.IntN(2) == 0 {
					extensions = append(extensions, testcrl.Reason(pick(r, []byte{1, 4, 6, 9})))
				}
				revoke(l, extensions...)(&t)
				d.revoked = true
				l.tag("revoked")
			}
			if r.IntN(3) == 0 {
				scopes := []testcrl.Scope{{FullName: address(listURL)}, {FullName: address(otherURL)}, {OnlyUsers: true}, {OnlyCAs: true}, {Reasons: []int{1, 2, 3, 4}}, {Reasons: []int{5, 6, 7, 8}}, {FullName: address(listURL), OnlyUsers: true}}
				i := r.IntN(len(scopes))
				d.scope = i + 1
				// A name in the scope is none of a certificate without distribution points.
				d.outside = scopes[i].OnlyCAs || scopes[i].FullName != nil && !l.has([]string{"point"})
				t.Set(testcrl.IDP(scopes[i]))
				l.tag("scope")
			}
			switch r.IntN(8) {
			case 0:
				t.ThisUpdate, t.NextUpdate = testca.At.Add(-48*time.Hour), testca.At.Add(-24*time.Hour)
				d.expired = true
				l.tag("expired")
			case 1:
				t.ThisUpdate = testca.At.Add(-time.Duration(1+r.IntN(5)) * time.Hour)
			}
			if r.IntN(5) == 0 {
				t.Set(testcrl.Delta(int64(1 + r.IntN(3))))
				d.delta = true
				l.tag("delta")
			}
			all = append(all, d)
			lists = append(lists, testcrl.Issue(l.issuers[1], t))
		}
		if superseded(all) {
			l.tag("superseded")
		}
		return lists
	})
}
