package bugclasses

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// A pile is random revocation data about one certificate. Of what the issuer signed, and what it did not.
type pile struct{ crls, responses, forgedCRLs, forgedResponses [][]byte }

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func randomPile(w *world.World, alice []byte, second *testca.CA, r *rand.Rand) (p pile) {
	for range r.IntN(5) {
		l := testcrl.List{
			ThisUpdate: testca.At.Add(time.Duration(pick(r, -72, -3, -2, -1, 48)) * hour),
			Version:    pick(r, 2, 2, 2, 2, 1),
		}
		l.NextUpdate = l.ThisUpdate.Add(time.Duration(pick(r, 24, 24, 96)) * hour)
		l.NoNextUpdate = r.IntN(8) == 0
		reason := pick(r, testcrl.KeyCompromise, testcrl.Superseded, testcrl.CertificateHold)
		if l.Version == 2 {
			l.Set(testcrl.Number(int64(1 + r.IntN(4))))
			switch r.IntN(6) {
			case 0:
				l.Set(testcrl.IDP(testcrl.Scope{OnlyUsers: true}))
			case 1:
				l.Set(testcrl.IDP(testcrl.Scope{OnlyCAs: true}))
			case 2:
				l.Set(testcrl.IDP(testcrl.Scope{Reasons: pick(r, []int{1, 2}, []int{3, 4, 5, 6, 7, 8})}))
			}
			if r.IntN(4) == 0 {
				l.Set(testcrl.Delta(int64(1 + r.IntN(2))))
				reason = pick(r, reason, testcrl.RemoveFromCRL)
			}
			if r.IntN(10) == 0 {
				l.Set(testca.Unknown("1.2.3.4.5", true, []byte{5, 0}))
			}
			if r.IntN(8) == 0 {
				l.Forbid(testcrl.OIDNumber)
			}
		} else {
			reason = -1
		}
		if r.IntN(3) == 0 {
			var extensions []testca.Ext
			if reason >= 0 {
				extensions = append(extensions, testcrl.Reason(byte(reason)))
			}
			l.Entries = []testcrl.Entry{testcrl.Revoke(alice, extensions...)}
		}
		if r.IntN(4) == 0 {
			l.SignWith = ptr(testca.NewKey(testca.P256, "forger"))
			p.forgedCRLs = append(p.forgedCRLs, list(w, l))
		} else {
			p.crls = append(p.crls, testcrl.Issue(pick(r, w.CA.Intermediate, w.CA.Intermediate, second), l))
		}
	}
	delegate := testocsp.Delegate(w.CA.Intermediate, "responder", nil)
	for range r.IntN(3) {
		by := pick(r, testocsp.ByAuthority(w.CA.Intermediate), delegate)
		t := pick(r, by.Good(alice), by.Good(alice), by.Unknown(alice), by.Revoked(alice, testca.At.Add(-hour), pick(r, -1, 1, 6)))
		one := &t.Singles[0]
		one.ThisUpdate = testca.At.Add(time.Duration(pick(r, -72, -2, -1, 48)) * hour)
		one.NextUpdate = one.ThisUpdate.Add(24 * hour)
		if r.IntN(4) == 0 {
			t.SignWith = ptr(testca.NewKey(testca.P256, "forger"))
			p.forgedResponses = append(p.forgedResponses, by.Sign(t))
		} else {
			p.responses = append(p.responses, by.Sign(t))
		}
	}
	return p
}

// Whatever revocation data there is: its order changes nothing (world.Ask sees to that), what nobody signed changes
// nothing, and who is revoked by a newest complete list is not verified.
func TestRandomPilesOfRevocationData(t *testing.T) {
	w, alice := aliceWith(t)
	second := w.CA.Root.NewCA(w.CA.IntermediateCert(), testca.NewKey(testca.P256, "second key"))
	base := w.CRLs
	newest := revoking(alice, testcrl.Number(99))
	newest.ThisUpdate = testca.At
	revokes := list(w, newest)
	seen := map[string]int{}
	for seed := range uint64(300) {
		p := randomPile(w, alice, second, rand.New(rand.NewPCG(seed, 0)))
		judge := func(crls, responses [][]byte) verifier.Verdict {
			w.CRLs, w.Responses = append(base[:1:1], crls...), responses
			return w.Path(alice, w.CA.Intermediate.DER, second.DER)
		}
		signed := judge(p.crls, p.responses)
		seen[signed.Outcome().String()+" "+string(signed.Code())]++
		all := judge(append(p.crls[:len(p.crls):len(p.crls)], p.forgedCRLs...), append(p.responses[:len(p.responses):len(p.responses)], p.forgedResponses...))
		// Signatures of lists that are not about her are not asked for: an undetermined verdict may say that there are such,
		// and what is missing, whoever made them.
		told := signed.Outcome() == verifier.Undetermined && all.Outcome() == verifier.Undetermined &&
			(all.Code() == signed.Code() || signed.Code() == verifier.CodeRevocationUnavailable && all.Code() == verifier.CodeNotCovered)
		if !told && !bytes.Equal(all.AppendJSON(nil), signed.AppendJSON(nil)) {
			t.Errorf("seed %d: with what nobody signed %s, without %s", seed, all.AppendJSON(nil), signed.AppendJSON(nil))
		}
		if v := judge(append(p.crls[:len(p.crls):len(p.crls)], revokes), p.responses); v.Outcome() != verifier.Rejected {
			t.Errorf("seed %d: revoked by the newest list, and %s", seed, v.AppendJSON(nil))
		}
		if signed.Outcome() == verifier.Verified && len(p.crls)+len(p.responses) == 0 {
			t.Errorf("seed %d: verified by nothing", seed)
		}
	}
	t.Log(seen)
	for _, want := range []string{"verified ", "rejected revoked", "rejected suspended", "undetermined stale_revocation", "undetermined clock",
		"undetermined not_covered", "undetermined unsupported_critical", "undetermined revocation_unavailable"} {
		if seen[want] == 0 {
			t.Errorf("never %s", want)
		}
	}
}
