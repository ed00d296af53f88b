package verifier_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/vectors"
	"github.com/e2eid/e2eid/verifier"
)

// The examples of RFC 9901 and SD-JWT VC: those with key binding as presentations, the others by themselves.
func TestExamplesOfTheSpecificationsAreVerified(t *testing.T) {
	judged := 0
	for _, file := range []string{"rfc9901-examples.json", "sd-jwt-vc-examples.json"} {
		var doc struct {
			Issuer_jwk json.RawMessage
			Examples   []struct {
				ID, Kind, Token string
				KB              struct {
					Payload struct {
						Aud, Nonce string
						Iat        int64
					}
				}
			}
		}
		if err := json.Unmarshal(vectors.Read(t, "vc", "sd-jwt", file), &doc); err != nil {
			t.Fatal(err)
		}
		authority := verifier.Authority{ID: "examples", Status: verifier.StatusUncheckedUnsafe}
		for _, id := range []string{"https://issuer.example.com", "https://pid-issuer.bund.de.example", "https://example.com/issuer", "https://pid-issuer.aendgard.example"} {
			authority.Issuers = append(authority.Issuers, verifier.Issuer{ID: id, Keys: []byte(`{"keys":[` + string(doc.Issuer_jwk) + `]}`)})
		}
		trust := verifier.Trust{Authorities: []verifier.Authority{authority}}
		for _, e := range doc.Examples {
			p := verifier.Presentation{Kind: verifier.BareToken, Bytes: []byte(e.Token), PathOnly: true}
			at := time.Unix(1_750_000_000, 0).UTC()
			if e.Kind == "sd-jwt+kb" {
				p.Kind, p.Audience, p.Nonce = verifier.Token, e.KB.Payload.Aud, e.KB.Payload.Nonce
				at = time.Unix(e.KB.Payload.Iat, 0).UTC()
			}
			v := judgeOne(t, trust, at, p)
			if want := e.Kind != "issuer-signed-jwt"; want != (v.Outcome() == verifier.Verified) {
				t.Errorf("%s: %s", e.ID, v.AppendJSON(nil))
			}
			judged++
			if e.Kind != "sd-jwt+kb" {
				continue
			}
			p.Nonce += "1"
			if v := judgeOne(t, trust, at, p); v.Code() != verifier.CodePopContext {
				t.Errorf("%s with another nonce: %s", e.ID, v.AppendJSON(nil))
			}
		}
	}
	if judged != 17 {
		t.Errorf("%d examples", judged)
	}
}
