package differential

import (
	"math/rand/v2"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

// What is signed may be anything: it is signed in any case. Whatever we accept, the other judge accepts too, or refuses
// for a reason that stands in exceptions.json. That we refuse more is not looked at here: a certificate has no tags then
// by which the reasons could be told apart.

// The places of what is fuzzed.
const (
	placeEnd = iota
	placeCA
	placeList
)

func FuzzAgainstCryptoX509(f *testing.F) {
	addSeeds(f)
	known := readExceptions(f, judgeGo)
	f.Fuzz(func(t *testing.T, signed []byte, place byte) {
		s := signedScenario(signed, place)
		if s == nil || !goCan(s) || ours(t, s) != accepted {
			return
		}
		if theirs := byGo(t, s); theirs != accepted && !known.mention(judgeGo+": "+theirs) {
			t.Errorf("%x at %d: we accept it, and crypto/x509 says %s", signed, place, theirs)
		}
	})
}

func FuzzAgainstOpenSSL(f *testing.F) {
	needOpenSSL(f)
	addSeeds(f)
	known := readExceptions(f, judgeOpenSSL)
	f.Fuzz(func(t *testing.T, signed []byte, place byte) {
		s := signedScenario(signed, place)
		if s == nil || ours(t, s) != accepted { // most are not: a process takes some milliseconds
			return
		}
		if theirs := byOpenSSL(t, []*scenario{s})[0]; theirs != accepted && !known.mention(judgeOpenSSL+": "+theirs) {
			t.Errorf("%x at %d: we accept it, and openssl says %s", signed, place, theirs)
		}
	})
}

// Chains and lists that are drawn as those of the tests are, from other seeds.
func FuzzDrawn(f *testing.F) {
	needOpenSSL(f)
	for seed := range uint64(4) {
		f.Add(seed)
	}
	byWhom := map[string]exceptions{judgeGo: readExceptions(f, judgeGo), judgeOpenSSL: readExceptions(f, judgeOpenSSL)}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		for _, s := range []*scenario{randomPolicies(r, "drawn"), drawnLists(r, "drawn"), mutant(r, "end"), mutant(r, "ca"), mutant(r, "list")} {
			mine := ours(t, s)
			theirs := map[string]string{judgeOpenSSL: byOpenSSL(t, []*scenario{s})[0]}
			if goCan(s) {
				theirs[judgeGo] = byGo(t, s)
			}
			for judge, answer := range theirs {
				if mine != accepted || answer == accepted {
					continue
				}
				answer = judge + ": " + answer
				// Of mutants the tests have a few only: what stands for one place stands for others here.
				if s.tags[0] == "mutant" && byWhom[judge].mention(answer) || byWhom[judge].explains(s, mine, answer) != nil {
					continue
				}
				t.Errorf("%s: we accept it, and %s", s.id(), answer)
			}
		}
	})
}

// mention reports whether some exception is about what we accept and the other judge refuses with these words.
func (list exceptions) mention(theirs string) bool {
	for _, e := range list {
		if e.Ours == accepted && e.Theirs == theirs {
			return true
		}
	}
	return false
}

// addSeeds adds what is signed of scenarios of every kind.
func addSeeds(f *testing.F) {
	chain, issuers := rich().issue()
	f.Add(tbsOf(chain.end), byte(placeEnd))
	f.Add(tbsOf(issuers[1].DER), byte(placeCA))
	var t testcrl.List
	t.Entries = []testcrl.Entry{testcrl.RevokeSerial(7, testcrl.Reason(1))}
	f.Add(tbsOf(testcrl.Issue(issuers[1], t)), byte(placeList))
	t.Set(testcrl.IDP(testcrl.Scope{FullName: address(listURL)}))
	f.Add(tbsOf(testcrl.Issue(issuers[1], t)), byte(placeList))
	for _, generate := range []func() []*scenario{certificates, extensions, constraints, names} {
		list := generate()
		for i := 0; i < len(list); i += 25 {
			f.Add(tbsOf(list[i].end), byte(placeEnd))
			if len(list[i].others) == 1 {
				f.Add(tbsOf(list[i].others[0]), byte(placeCA))
			}
		}
	}
}

// signedScenario has what is signed in its place of a chain, nil if there is no such place.
func signedScenario(signed []byte, place byte) *scenario {
	h := rich()
	s, issuers := h.issue()
	s.revocation = place == placeList
	switch place {
	case placeEnd:
		s.end = sign(signed, issuers[1].Key)
	case placeCA:
		s.others = [][]byte{sign(signed, issuers[0].Key)}
	case placeList:
		s.crls = [][]byte{testcrl.Issue(issuers[0], testcrl.List{}), sign(signed, issuers[1].Key)}
	default:
		return nil
	}
	return s
}

func sign(signed []byte, key testca.Key) []byte {
	return assemble(signed, key.AlgorithmIdentifier(), key.Sign(signed))
}
