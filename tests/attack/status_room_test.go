package attack

import (
	"fmt"
	"testing"

	"github.com/e2eid/e2eid/revocation/statuslist"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
)

// A bag inflates lists until they take too much room. Two lists that an issuer made in one second both count: that there was
// no room for the one that revokes must not leave the other.
func TestListThatThereIsNoRoomForIsNotPassedOver(t *testing.T) {
	w := newVCWorld(t, "email")
	w.trust.Authorities[0].Status = verifier.StatusRequired
	credential := func(uri string) verifier.Presentation {
		text := w.sdjwt(t, "dc+sd-jwt", `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com",`+
			`"status":{"status_list":{"idx":0,"uri":"`+uri+`"}}}`)
		return verifier.Presentation{Kind: verifier.BareToken, Bytes: []byte(text), SignatureKey: w.holder.Raw(), Expected: []string{"mailto:alice@example.com"}}
	}
	good, revoked := w.statusToken(t, vcList, 0), w.statusToken(t, vcList, 1)
	for name, lists := range map[string][]string{"good first": {good, revoked}, "revoked first": {revoked, good}} {
		v := newVerifier(t, w.trust.Authorities[0])
		bag := &verifier.Bag{}
		var roster []verifier.Presentation
		for i := range 4 {
			uri := fmt.Sprintf("https://issuer.example/large/%d", i)
			lists, roster = append(lists, w.statusToken(t, uri, make([]byte, statuslist.MaxInflated)...)), append(roster, credential(uri))
		}
		for _, l := range lists {
			if err := bag.AddStatusList([]byte(l)); err != nil {
				t.Fatal(err)
			}
		}
		v.Use(bag)
		plan := v.Plan(w.at, w.at, append(roster, credential(vcList)))
		verdicts := plan.Conclude(native.Run(plan.Checks()))
		for i, got := range verdicts[:4] {
			want(t, fmt.Sprint(name, ", large list ", i), got, verifier.Verified, "")
		}
		notVerified(t, name, verdicts[4])
	}
}

// An authority whose lists take all the room must not take it from another: its own are given up.
func TestListsOfOneAuthorityDoNotTakeAnothersRoom(t *testing.T) {
	w, greedy := newVCWorld(t, "email"), newVCWorld(t, "email")
	a, b := &w.trust.Authorities[0], greedy.trust.Authorities[0]
	a.Status = verifier.StatusRequired
	b.ID, b.Status, b.Issuers[0].ID = "greedy", verifier.StatusRequired, "https://greedy.example"
	credential := func(w *vcWorld, issuer, uri string) verifier.Presentation {
		text := w.sdjwt(t, "dc+sd-jwt", `{"iss":"`+issuer+`","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com",`+
			`"status":{"status_list":{"idx":0,"uri":"`+uri+`"}}}`)
		return verifier.Presentation{Kind: verifier.BareToken, Bytes: []byte(text), SignatureKey: w.holder.Raw(), Expected: []string{"mailto:alice@example.com"}}
	}
	bag := &verifier.Bag{}
	lists := []string{w.statusToken(t, vcList, 0)}
	var roster []verifier.Presentation
	for i := range 6 {
		uri := fmt.Sprintf("https://greedy.example/large/%d", i)
		large := make([]byte, statuslist.MaxInflated)
		large[1] = byte(i) // lists that are the same share one room
		lists, roster = append(lists, greedy.statusToken(t, uri, large...)), append(roster, credential(greedy, "https://greedy.example", uri))
	}
	for _, l := range lists {
		if err := bag.AddStatusList([]byte(l)); err != nil {
			t.Fatal(err)
		}
	}
	v := newVerifier(t, *a, b)
	v.Use(bag)
	for range 2 {
		plan := v.Plan(w.at, w.at, append(roster, credential(w, "https://issuer.example", vcList)))
		verdicts := plan.Conclude(native.Run(plan.Checks()))
		want(t, "the other authority", verdicts[len(roster)], verifier.Verified, "")
		want(t, "one too many of the first", verdicts[len(roster)-1], verifier.Rejected, verifier.CodeBudget)
	}
}
