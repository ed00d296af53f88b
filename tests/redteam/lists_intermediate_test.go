package redteam

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/verifier"
)

// Row 33 by the authority's own lists, of indexes and of serial numbers: what the list says of the intermediate decides about
// Alice, whom everybody calls good, also where the status of issuers is not demanded.
func TestRow33IntermediateIsRevokedByAList(t *testing.T) {
	for name, serial := range map[string]bool{"index list": false, "serial list": true} {
		for _, rule := range []verifier.StatusRule{verifier.StatusRequired, verifier.StatusEndEntity} {
			for of := good; of < sayings; of++ {
				w, p, der := statusWorld(t, !serial)
				w.trust.Authorities[0].Status = rule
				w.restart()
				publishBoth(t, w, der, serial, good, of)
				v := w.ask(p)
				outcome, code := together(of)
				want(t, v, outcome, code)
				if of == good {
					continue
				}
				if v.Certificate() != 1 {
					t.Errorf("%s, %d: certificate %d", name, of, v.Certificate())
				}
				since, reason := since, "certificateHold"
				if of == revoked {
					reason = "keyCompromise"
					if serial {
						since, reason = time.Time{}, "unspecified"
					}
				} else if serial {
					since = time.Time{}
				}
				if r, ok := v.Revocation(); !ok || r.Reason != reason || !r.Since.Equal(since) {
					t.Errorf("%s, %d: revocation %+v, %v", name, of, r, ok)
				}
				// A short-lived certificate is excused from a status of its own, and not from that of its issuer.
				w, p, der = statusWorld(t, !serial)
				w.trust.Authorities[0].Status, w.trust.Authorities[0].ShortLived = rule, 1000*24*time.Hour
				w.restart()
				publishBoth(t, w, der, serial, good, of)
				want(t, w.ask(p), outcome, code)
			}
		}
	}
}

// Whatever else is brought that says good of both, in whatever order and before or after the list: the intermediate is revoked.
// Of both that are, the end entity is named.
func TestRow33NothingMakesUpForARevokedIntermediate(t *testing.T) {
	for name, serial := range map[string]bool{"index list": false, "serial list": true} {
		for _, ofAlice := range []said{good, revoked} {
			w, p, der := statusWorld(t, !serial)
			root, issuer := testocsp.ByAuthority(w.ca.Root), testocsp.ByAuthority(w.ca.Intermediate)
			items := [][]byte{
				crlSaid(w.ca.Root, nil, good), crlSaid(w.ca.Intermediate, nil, good),
				ocspSaid(root, w.ca.Intermediate.DER, good), ocspSaid(issuer, der, good),
			}
			if serial {
				useBag(t, w.v, items)
				verified(t, w.ask(p)) // and is remembered
			}
			ask := func() {
				v := w.ask(p)
				rejected(t, v, verifier.CodeRevoked)
				if first := map[said]int{good: 1, revoked: 0}[ofAlice]; v.Certificate() != first {
					t.Errorf("%s, %d of Alice: certificate %d, want %d", name, ofAlice, v.Certificate(), first)
				}
			}
			permutations(items, func(items [][]byte) {
				w.restart()
				useBag(t, w.v, items)
				publishBoth(t, w, der, serial, ofAlice, revoked)
				ask()
				w.restart()
				publishBoth(t, w, der, serial, ofAlice, revoked)
				ask()
				useBag(t, w.v, items)
				ask()
			})
		}
	}
}
