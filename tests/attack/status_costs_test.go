package attack

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Whoever brings the bag fills it with what nobody signed about one credential, and a roster with members that show it. What
// is planned for each member must not be all that is in the bag: a large group would take gigabytes and minutes.
func TestForgedStatusIsNotPlannedForEachMember(t *testing.T) {
	w := newVCWorld(t, "email")
	w.trust.Authorities[0].Status = verifier.StatusRequired
	const status = `"status":{"status_list":{"idx":0,"uri":"` + vcList + `"},"status_assertion":{"credential_hash_alg":"sha-256"}}`
	jwt := w.issuer.Sign(t, `{"alg":"ES256","kid":"k1","typ":"dc+sd-jwt"}`,
		`{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com",`+status+`}`)
	bag := &verifier.Bag{}
	forged := testvc.Encode(make([]byte, 64))
	sign := func(typ, payload string) []byte {
		return []byte(testvc.Encode([]byte(`{"alg":"ES256","kid":"k1","typ":"`+typ+`"}`)) + "." + testvc.Encode([]byte(payload)) + "." + forged)
	}
	for i := range 4096 {
		if err := bag.AddStatusAssertion(sign("status-assertion+jwt", `{"iss":"https://issuer.example","iat":1749990000,"exp":`+fmt.Sprint(1750080000+i)+
			`,"credential_hash":"`+testvc.Hash(jwt)+`","credential_hash_alg":"sha-256","credential_status_validity":0,"cnf":{"jwk":`+w.holder.JWK("")+`}}`)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 256 {
		if err := bag.AddStatusList(sign("statuslist+jwt", `{"sub":"`+vcList+`","iat":1749990000,"exp":`+fmt.Sprint(1751000000+i)+`,"status_list":{"bits":1,"lst":"AAAA"}}`)); err != nil {
			t.Fatal(err)
		}
	}
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	v.Use(bag)
	member := verifier.Presentation{
		Kind: verifier.BareToken, Bytes: []byte(testvc.SDJWT(jwt)), SignatureKey: w.holder.Raw(), Expected: []string{"mailto:alice@example.com"},
	}
	plan := func(members int) (allocated uint64, took time.Duration) {
		roster := make([]verifier.Presentation, members)
		for i := range roster {
			roster[i] = member
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		v.Plan(w.at, w.at, roster)
		took = time.Since(start)
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc, took
	}
	one, _ := plan(1)
	many, took := plan(501)
	each := (many - min(many, one)) / 500
	t.Logf("%d bytes for each further member, %v for 501", each, took)
	if each > 32<<10 {
		t.Errorf("each further member takes %d bytes", each)
	}
}
