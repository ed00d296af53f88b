package verifier_test

import (
	"crypto"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// What is remembered of an SD-JWT is that its issuer's key has signed this one: nothing that differs from it in a byte, under
// whichever hash, is taken for proven, be it judged afterwards or in the same plan.
func TestWhatIsRememberedOfAnSDJWTIsThisOneAlone(t *testing.T) {
	for alg, h := range map[string]crypto.Hash{"sha-256": crypto.SHA256, "sha-384": crypto.SHA384, "sha-512": crypto.SHA512} {
		w := newWorld(t)
		replace(&w.payload, `["`+testvc.Digest(crypto.SHA256, w.disclosures[0])+`"]`, `["`+testvc.Digest(h, w.disclosures[0])+`"],"_sd_alg":"`+alg+`"`)
		w.trust.Authorities[0].Status, w.noList = verifier.StatusUncheckedUnsafe, true
		replace(&w.payload, `,"status":{"status_list":{"idx":3,"uri":"`+listURI+`"}}`, "")
		// The issuer has another key, and does not say by which of them it signed.
		w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + testvc.NewKey(t, "ES256").JWK("") + `,` + w.issuer.JWK("") + `]}`)
		replace(&w.header, `,"kid":"k1"`, "")
		jwt := w.signer.Sign(t, w.header, w.payload)
		// Each is bound by its holder, who may be the forger.
		bound := func(sdjwt string) string {
			return sdjwt + w.holder.Sign(t, w.kbHeader, strings.ReplaceAll(w.kbPayload, "HASH", testvc.Digest(h, sdjwt)))
		}
		parts := strings.Split(jwt, ".")
		header, payload, sig := parts[0], parts[1], parts[2]
		good := bound(testvc.SDJWT(jwt, w.disclosures...))
		kb := good[strings.LastIndexByte(good, '~')+1:]
		asJSON := `{"payload":"` + payload + `","protected":"` + header + `","signature":"` + sig + `","header":{"disclosures":["` + w.disclosures[0] + `"],"kb_jwt":"` + kb + `"}}`
		other := strings.Split(w.signer.Sign(t, w.header, w.payload), ".")[2]
		forger := strings.Split(testvc.NewKey(t, "ES256").Sign(t, w.header, w.payload), ".")[2]
		renamed := w.payload
		replace(&renamed, `"name":"Alice"`, `"name":"Carol"`)
		retyped := w.header
		replace(&retyped, `"typ"`, `"x":"~","typ"`)
		forged := []string{
			header + "." + payload + "." + forger,
			header + "." + testvc.Encode([]byte(renamed)) + "." + sig,
			testvc.Encode([]byte(retyped)) + "." + payload + "." + sig,
		}
		for i := range forged {
			forged[i] = bound(testvc.SDJWT(forged[i], w.disclosures...))
		}

		v, err := verifier.New(w.trust)
		if err != nil {
			t.Fatal(err)
		}
		judge := func(tokens ...string) (verdicts []verifier.Verdict, checks int) {
			var presentations []verifier.Presentation
			for _, token := range tokens {
				p := w.presentation
				p.Bytes = []byte(token)
				presentations = append(presentations, p)
			}
			plan := v.Plan(w.at, w.at, presentations)
			return plan.Conclude(native.Run(plan.Checks())), len(plan.Checks())
		}
		for _, token := range forged { // in one plan with it, before and after
			verdicts, _ := judge(token, good, token)
			if verdicts[1].Outcome() != verifier.Verified {
				t.Fatalf("%s: %s", alg, verdicts[1].AppendJSON(nil))
			}
			for _, i := range []int{0, 2} {
				if v := verdicts[i]; v.Outcome() != verifier.Rejected || v.Code() != verifier.CodeBadSignature {
					t.Errorf("%s, %s: %s", alg, token, v.AppendJSON(nil))
				}
			}
			if verdicts, checks := judge(token); checks != 3 || verdicts[0].Code() != verifier.CodeBadSignature {
				t.Errorf("%s, afterwards, %d checks: %s", alg, checks, verdicts[0].AppendJSON(nil))
			}
		}
		for _, c := range []struct {
			name, token string
			verified    bool
			checks      int // the holder's proof, what the other key has not signed, and what is not remembered
		}{
			{"itself", good, true, 2},
			{"as JSON", asJSON, true, 2},
			{"presented anew", bound(testvc.SDJWT(jwt, w.disclosures...)), true, 2},
			{"signed again", bound(testvc.SDJWT(header+"."+payload+"."+other, w.disclosures...)), true, 3},
			{"with nothing disclosed", bound(jwt + "~"), false, 3},
			{"the same once more", bound(jwt + "~"), false, 2},
		} {
			verdicts, checks := judge(c.token)
			if v := verdicts[0]; (v.Outcome() == verifier.Verified) != c.verified || checks != c.checks {
				t.Errorf("%s, %s, %d checks: %s", alg, c.name, checks, v.AppendJSON(nil))
			}
		}
	}
}
