package bugclasses

import (
	"bytes"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/tests/world"
)

// More certificates of one name than the budget has edges for: which of them are tried must not be up to whoever orders
// the bag.
func TestOrderOfABagDecidesWhichCandidatesCount(t *testing.T) {
	w := world.Unchecked(t)
	alice := w.CA.Issue(w.CA.Alice())
	bag := [][]byte{w.CA.Intermediate.DER}
	for i := range 90 {
		bag = append(bag, junk(w.CA.IntermediateCert().Subject, i, 0))
	}
	var first []byte
	for range 2 {
		w.Certificates = bag
		verdict := w.Path(alice).AppendJSON(nil)
		if first != nil && !bytes.Equal(first, verdict) {
			t.Errorf("%s\n%s", first, verdict)
		}
		first = verdict
		bag = slices.Clone(bag)
		slices.Reverse(bag)
	}
	w.Certificates = [][]byte{w.CA.Intermediate.DER}
	world.Verified(t, w.Path(alice))
}
