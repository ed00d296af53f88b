package attack

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// An x5cWorld is a vcWorld whose issuer brings certificates.
type x5cWorld struct {
	*vcWorld
	p    *party
	leaf testca.Cert
	jwt  string
}

func newX5CWorld(t *testing.T) *x5cWorld {
	p := newParty("corp", testca.Options{})
	key := testca.NewKey(testca.P256, "credential issuer")
	w := &x5cWorld{vcWorld: newVCWorld(t, "email"), p: p, leaf: testca.Cert{
		Subject: testca.Name{{Type: testca.OIDCommonName, Value: "credentials"}}, Key: key.Public(),
		Extensions: []testca.Ext{testca.KeyUsage(testca.DigitalSignature), testca.SAN(testca.URI("https://issuer.example")), testca.Status(p.ca.ListID, 5)},
	}}
	w.at, w.issuer = now, testvc.KeyOf("ES256", key.Signer)
	a := p.trusted(t, "example.com")
	a.Issuers = w.trust.Authorities[0].Issuers
	a.Issuers[0].Keys, a.Issuers[0].X5C = nil, true
	w.trust = verifier.Trust{Authorities: []verifier.Authority{a}}
	w.jwt = w.issuer.Sign(t, w.header("dc+sd-jwt", p.ca.Intermediate.Issue(w.leaf), p.ca.Intermediate.DER),
		`{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com","status":{"status_assertion":{"credential_hash_alg":"sha-256"}}}`)
	return w
}

func (w *x5cWorld) header(typ string, chain ...[]byte) string {
	x5c := ""
	for i, der := range chain {
		if i > 0 {
			x5c += `","`
		}
		x5c += base64.StdEncoding.EncodeToString(der)
	}
	return `{"alg":"ES256","typ":"` + typ + `","x5c":["` + x5c + `"]}`
}

func (w *x5cWorld) assertion(id int) string {
	return fmt.Sprintf(`{"iss":"https://issuer.example","jti":"%d","iat":%d,"exp":%d,"credential_hash":"%s","credential_hash_alg":"sha-256",`+
		`"credential_status_validity":0,"cnf":{"jwk":%s}}`, id, now.Unix()-100, now.Unix()+100, testvc.Hash(w.jwt), w.holder.JWK(""))
}

func (w *x5cWorld) presentation() verifier.Presentation {
	return verifier.Presentation{
		Kind: verifier.BareToken, Bytes: []byte(testvc.SDJWT(w.jwt)), SignatureKey: w.holder.Raw(), Expected: []string{"mailto:alice@example.com"},
	}
}

// Whoever brings the bag fills it with assertions that nobody signed, each under certificates of its own, of which each could
// have issued each other. What that costs does not grow with their number.
func TestForgedStatusUnderCertificatesCostsBoundedWork(t *testing.T) {
	w := newX5CWorld(t)
	subject := w.p.ca.IntermediateCert().Subject
	var keys []testca.Key
	for i := range 7 {
		keys = append(keys, testca.NewKey(testca.P256, fmt.Sprint("forger ", i)))
	}
	forged := testvc.Encode(make([]byte, 64))
	bag := &verifier.Bag{}
	const count = 400
	for i := range count {
		forger := testca.New(testca.Options{Seed: "forger"}).Intermediate
		chain := [][]byte{forger.Issue(w.leaf)}
		for _, k := range keys {
			c := w.p.ca.IntermediateCert()
			c.Key, c.Subject = k.Public(), subject
			c.NotAfter = c.NotAfter.Add(time.Duration(i) * time.Second)
			chain = append(chain, forger.Issue(c))
		}
		token := testvc.Encode([]byte(w.header("status-assertion+jwt", chain...))) + "." + testvc.Encode([]byte(w.assertion(i))) + "." + forged
		if err := bag.AddStatusAssertion([]byte(token)); err != nil {
			t.Fatal(err)
		}
	}
	v := newVerifier(t, w.trust.Authorities[0])
	w.p.publish(t, v, now)
	v.Use(bag)
	plan := v.Plan(now, now, []verifier.Presentation{w.presentation()})
	checks := len(plan.Checks())
	t.Logf("%d checks for %d assertions", checks, count)
	if checks > 14_000 {
		t.Errorf("%d checks for %d assertions", checks, count)
	}
	answers := make([]signature.Answer, checks) // to run them would take longer than is of interest
	for i := range answers {
		answers[i] = signature.Valid
	}
	want(t, "flooded", plan.Conclude(answers)[0], verifier.Rejected, verifier.CodeBudget)
}

// As many assertions as a bag holds, of one signer, cost one path and a signature each.
func TestAssertionsOfOneSignerShareAPath(t *testing.T) {
	w := newX5CWorld(t)
	bag := &verifier.Bag{}
	header := w.header("status-assertion+jwt", w.p.ca.Intermediate.Issue(w.leaf), w.p.ca.Intermediate.DER)
	const count = 1000
	for i := range count {
		if err := bag.AddStatusAssertion([]byte(w.issuer.Sign(t, header, w.assertion(i)))); err != nil {
			t.Fatal(err)
		}
	}
	v := newVerifier(t, w.trust.Authorities[0])
	w.p.publish(t, v, now)
	v.Use(bag)
	plan := v.Plan(now, now, []verifier.Presentation{w.presentation()})
	if checks := len(plan.Checks()); checks > count+5 {
		t.Errorf("%d checks for %d assertions", checks, count)
	}
	want(t, "many of one signer", plan.Conclude(native.Run(plan.Checks()))[0], verifier.Verified, "")
}
