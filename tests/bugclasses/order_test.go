package bugclasses

import (
	"bytes"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// So many certificates of one name that the budget ends before the issuers of all are looked for: whose are must not be up
// to whoever orders the bag, or they choose between "revoked" and "too much to judge".
func TestOrderOfABagDecidesWhichCandidatesCount(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	issuer := testocsp.ByAuthority(w.CA.Intermediate)
	revoked := issuer.Sign(issuer.Revoked(alice, testcrl.RevokedAt, testcrl.KeyCompromise))
	ask := func(certificates [][]byte) []byte {
		var bag verifier.Bag
		for _, der := range certificates {
			if err := bag.AddCertificate(der); err != nil {
				t.Fatal(err)
			}
		}
		if err := bag.AddOCSP(revoked); err != nil {
			t.Fatal(err)
		}
		v := w.Client()
		v.Use(&bag)
		return w.Judge(v, verifier.Presentation{Kind: verifier.Certificate, Bytes: alice, PathOnly: true}).AppendJSON(nil)
	}
	bag := [][]byte{w.CA.Intermediate.DER}
	if got := ask(bag); !bytes.Contains(got, []byte(`"code":"revoked"`)) {
		t.Fatalf("%s", got)
	}
	for i := range 60 {
		bag = append(bag, junk(w.CA.IntermediateCert().Subject, i, 0))
	}
	first := ask(bag)
	slices.Reverse(bag)
	if other := ask(bag); !bytes.Equal(first, other) {
		t.Errorf("%s\n%s", first, other)
	}
}
