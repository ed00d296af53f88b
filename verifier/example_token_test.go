package verifier_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/verifier"
)

// A credential of anybody's: the token, the keys of its issuer as a JWK Set, whom the holder's proof must be for, a status
// list, and a time.
func Example_token() {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	token, statusList := example(at)
	// As the issuer publishes it. This one is of RFC 8037, Appendix A.2, whose private part everybody knows.
	const jwks = `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`

	scope, err := name.ParseScope([]string{"example.com"})
	if err != nil {
		log.Fatal(err)
	}
	v, err := verifier.New(verifier.Trust{Authorities: []verifier.Authority{{
		ID: "corp", Scope: scope,
		Issuers: []verifier.Issuer{{
			ID: "https://issuer.example", Keys: []byte(jwks),
			Identifiers: []verifier.ClaimRule{{Path: []string{"email"}, Form: verifier.ClaimEmail, Verified: []string{"email_verified"}}},
			Roles:       []string{"groups"},
		}},
	}}})
	if err != nil {
		log.Fatal(err)
	}
	var bag verifier.Bag
	if err := bag.AddStatusList(statusList); err != nil {
		log.Fatal(err)
	}
	v.Use(&bag)

	plan := v.Plan(at, at, []verifier.Presentation{{ // judged for the first time, with revocation data of the second
		Kind: verifier.Token, Bytes: token,
		Audience: "https://verifier.example", Nonce: "n-0S6_WzA2Mj",
		Expected: []string{"mailto:alice@example.com"}, // or Discover, or PathOnly
	}})
	verdict := plan.Conclude(native.Run(plan.Checks()))[0]
	if id, ok := verdict.Identity(); ok {
		fmt.Println(verdict.Outcome(), id.ID, id.Roles, "says", id.Authority)
	} else {
		fmt.Println(verdict.Outcome(), verdict.Code(), verdict.Missing())
	}
	// Output: verified mailto:alice@example.com [admin] says corp
}

// example issues and presents a credential, as others have done by then.
func example(at time.Time) (token, statusList []byte) {
	check := func(err error) {
		if err != nil {
			log.Fatal(err)
		}
	}
	seed, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A") // RFC 8037, Appendix A.1
	check(err)
	key, holder := ed25519.NewKeyFromSeed(seed), ed25519.NewKeyFromSeed([]byte("a holder's seed, of 32 bytes  ..."[:32]))
	i := &issuer.TokenIssuer{ID: "https://issuer.example", Algorithm: "Ed25519", Key: key}
	credential, err := i.SDJWTVC(issuer.Credential{
		Type: "https://example.com/employee", Holder: holder.Public(), NotBefore: at.Add(-time.Hour), NotAfter: at.AddDate(0, 1, 0),
		Claims:      map[string]any{"email_verified": true, "groups": []string{"admin"}},
		Disclosable: map[string]any{"email": "alice@example.com"},
		StatusURI:   "https://issuer.example/status/1", StatusIndex: 7,
	})
	check(err)
	presented, err := issuer.Present(credential, "Ed25519", holder, "https://verifier.example", "n-0S6_WzA2Mj", at)
	check(err)
	list, err := i.StatusList("https://issuer.example/status/1", 1000, nil, at.Add(-time.Minute), at.AddDate(0, 0, 1), time.Hour)
	check(err)
	return []byte(presented), []byte(list)
}
