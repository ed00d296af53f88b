package attack

import (
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Whoever brings the bag fills it with lists that nobody signed, for a name that every member's credential has. They are
// as large as a bag may be, and must be hashed for a signature once, not once for each member.
func TestForgedStatusListsAreNotHashedForEachMember(t *testing.T) {
	w := newVCWorld(t, "email")
	w.trust.Authorities[0].Status = verifier.StatusRequired
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	bag := &verifier.Bag{}
	body := strings.Repeat("A", 4<<20)
	evil := testvc.NewKey(t, "ES256")
	for range 16 {
		list := evil.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt","kid":"k1"}`,
			`{"sub":"`+vcList+`","iat":1749990000,"exp":1751000000,"status_list":{"bits":1,"lst":"`+body+`"}}`)
		if err := bag.AddStatusList([]byte(list)); err != nil {
			t.Fatal(err)
		}
	}
	v.Use(bag)
	token := []byte(w.sdjwt(t, "dc+sd-jwt", `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+`},"email":"alice@example.com",`+tokenRef+`}`))
	p := verifier.Presentation{Kind: verifier.BareToken, Bytes: token, SignatureKey: w.holder.Raw(), Expected: []string{"mailto:alice@example.com"}}
	plan := func(members int) time.Duration {
		ps := make([]verifier.Presentation, members)
		for i := range ps {
			ps[i] = p
		}
		start := time.Now()
		v.Plan(w.at, w.at, ps)
		return time.Since(start)
	}
	one := time.Duration(1 << 62)
	for range 3 { // what is cached is not counted
		one = min(one, plan(1))
	}
	many := time.Duration(1 << 62)
	for range 3 {
		many = min(many, plan(20))
	}
	t.Logf("1 member %v, 20 members %v", one, many)
	if many > 20*time.Millisecond+5*one {
		t.Errorf("planning for 20 members takes %v, for one %v", many, one)
	}
}

// Parsing takes time in proportion to the size, whatever stands in a presentation of the largest size.
func TestParsingIsBoundedWhateverAPresentationHolds(t *testing.T) {
	w := newVCWorld(t, "email")
	digits := "z" + strings.Repeat("2", 3599)
	small := func(i int) string { // another one each time: one that stands twice is refused at once
		return testvc.Encode([]byte(`{"alg":"ES256"}`)) + "." + testvc.Encode([]byte(`{"iss":"`+string(rune('a'+i))+`","sub":"did:key:`+digits+`"}`)) + ".AAAA~"
	}
	inner := func(list []string) string {
		return w.holder.Sign(t, `{"alg":"EdDSA"}`, `{"vp":{`+contextV1+`,"type":"VerifiablePresentation","verifiableCredential":["`+strings.Join(list, `","`)+`"]}}`)
	}
	eight := make([]string, 8)
	for i := range eight {
		eight[i] = small(i)
	}
	// Eight proofs: each over those before it, with as much in them as there is room for; and with values of too many digits.
	const document = `{` + contextV1 + `,"type":"VerifiableCredential","issuer":"did:example:a","credentialSubject":{},"x":"`
	proof := func(i int, previous []string, more string) string {
		named := ""
		if len(previous) > 0 {
			named = `"previousProof":["` + strings.Join(previous, `","`) + `"],`
		}
		id := `urn:` + string(rune('a'+i))
		return `{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","id":"` + id + `",` + named + `"verificationMethod":"did:key:` + digits + `","proofPurpose":"assertionMethod",` + more + `}`
	}
	var chain, ids, long []string
	for i := range 8 {
		chain = append(chain, proof(i, ids, `"x":[`+strings.Repeat(`{},`, 600)+`1],"y":"`+strings.Repeat("y", 20<<10)+`","proofValue":"z`+string(rune('2'+i))+`"`))
		ids = append(ids, "urn:"+string(rune('a'+i)))
		long = append(long, proof(i, nil, `"proofValue":"`+digits[:3599-i]+`"`))
	}
	proven := func(size int, proofs []string) string {
		return document + strings.Repeat("x", size) + `","proof":[` + strings.Join(proofs, ",") + `]}`
	}
	var many []string // in a vp, each with eight proofs
	for i := range 8 {
		var short []string
		for j := range 8 {
			short = append(short, strings.Replace(proof(j, nil, `"proofValue":"z`+string(rune('2'+j))+`"`), digits, "z2", 1))
		}
		many = append(many, strings.Replace(proven(26<<10, short), "did:example:a", "did:example:"+string(rune('a'+i)), 1))
	}
	proved := `{` + contextV1 + `,"type":"VerifiablePresentation","holder":"did:key:` + digits + `","verifiableCredential":[` + strings.Join(many, ",") + `],"proof":` +
		strings.Replace(proof(0, nil, `"proofValue":"z2"`), "assertionMethod", "authentication", 1) + `}`
	var vps []string
	for range 3 {
		vps = append(vps, inner(eight))
	}
	for what, text := range map[string]string{
		"identifiers that are long keys": inner(eight),
		"presentations within":           inner(vps),
		"a chain over large proofs":      proven(20<<10, chain),
		"proofs with long values":        proven(100<<10, long),
		"credentials with eight proofs":  proved,
		"members of an object":           w.sdjwt(t, "dc+sd-jwt", `{"iss":"a","vct":"v","x":[`+strings.Repeat(`{},`, 8000)+`1]}`),
		"names with escapes":             w.sdjwt(t, "dc+sd-jwt", `{"iss":"a","vct":"v","x":{`+strings.Repeat(`"\u0061\u0061\u0061\u0061\u0061\u0061\u0061\u0061":{},`, 1)+`"`+strings.Repeat(`\u0061`, 25000)+`":1}}`),
		"levels":                         w.sdjwt(t, "dc+sd-jwt", `{"iss":"a","vct":"v","x":`+strings.Repeat(`[[],`, 23)+`1`+strings.Repeat(`]`, 23)+`}`),
	} {
		if len(text) > vc.MaxBytes {
			t.Errorf("%s: %d bytes", what, len(text))
		}
		took := time.Hour
		var err error
		for range 5 { // the best: other work on the machine makes one longer
			start := time.Now()
			_, err = vc.Parse([]byte(text))
			took = min(took, time.Since(start))
		}
		t.Logf("%s: %d bytes, %v, %v", what, len(text), took, err)
		if took > 250*time.Millisecond {
			t.Errorf("%s: %v", what, took)
		}
	}
}
