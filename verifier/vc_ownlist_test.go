package verifier_test

import (
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/verifier"
)

// The authority's own published lists speak for the same name and index.
func TestTheAuthoritysOwnListsSpeakForStatusReferences(t *testing.T) {
	for _, c := range []struct {
		name    string
		noToken bool
		revoked []revocation.Entry
		code    verifier.Code
	}{
		{"good, without a status list token", true, nil, ""},
		{"good in both", false, nil, ""},
		{"another index revoked", true, []revocation.Entry{{Index: 4}}, ""},
		{"revoked, without a token", true, []revocation.Entry{{Index: 3}}, verifier.CodeRevoked},
		{"revoked, and good in the token", false, []revocation.Entry{{Index: 3}}, verifier.CodeRevoked},
	} {
		w := newWorld(t)
		signer := testlist.New("corp", testca.New(testca.Options{ListID: listURI, CAListID: listURI + "/ca"}))
		w.trust.Authorities[0].Keys = []revocation.Key{signer.PublicKey()}
		v, err := verifier.New(w.trust)
		if err != nil {
			t.Fatal(err)
		}
		head, blobs := signer.Next(w.at.Add(-time.Minute), c.revoked...)
		u, err := v.PlanHead("corp", head, w.at)
		if err != nil {
			t.Fatal(err)
		}
		if err := u.Conclude(native.Run(u.Checks())); err != nil {
			t.Fatal(err)
		}
		if err := u.Install(blobs); err != nil {
			t.Fatal(err)
		}
		bag := &verifier.Bag{}
		if !c.noToken {
			if err := bag.AddStatusList([]byte(w.listSigner.Sign(t, w.listHeader, w.listPayload))); err != nil {
				t.Fatal(err)
			}
		}
		v.Use(bag)
		p := w.presentation
		p.Bytes = []byte(w.token(t))
		plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
		if got := plan.Conclude(native.Run(plan.Checks()))[0]; got.Code() != c.code {
			t.Errorf("%s: %s, want %s", c.name, got.AppendJSON(nil), c.code)
		}
	}
}
