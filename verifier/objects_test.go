package verifier_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
)

// The known answers of package revocation have a head whose key an anchor certifies, all written by hand.
func TestHeadOfTheKnownAnswersIsCertified(t *testing.T) {
	stored, err := os.ReadFile("../revocation/testdata/objects.json")
	if err != nil {
		t.Fatal(err)
	}
	var objects []struct{ Name, Hex string }
	if err := json.Unmarshal(stored, &objects); err != nil {
		t.Fatal(err)
	}
	file := map[string][]byte{}
	for _, o := range objects {
		file[o.Name], _ = hex.DecodeString(o.Hex)
	}
	now := time.Unix(1700000100, 0)
	for anchor, good := range map[string]bool{"anchor": true, "certificate for lists": false} {
		v, err := verifier.New(verifier.Trust{Authorities: []verifier.Authority{{ID: "a.example", Anchors: [][]byte{file[anchor]}, Delegated: true}}})
		if err != nil {
			t.Fatal(err)
		}
		u, err := v.PlanHead("a.example", file["head 9"], now)
		if err == nil {
			err = u.Conclude(native.Run(u.Checks()))
		}
		if err == nil {
			err = u.Install([][]byte{file["snapshot after it"], file["details after it"], file["revoked serial numbers"], file["suspended serial numbers"]})
		}
		if good != (err == nil) {
			t.Errorf("under %q: %v", anchor, err)
		}
	}
}
