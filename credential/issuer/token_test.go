package issuer_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// tokenWorld is an issuer, a holder, and a verifier that knows the issuer.
func tokenWorld(t *testing.T) (i *issuer.TokenIssuer, holder ed25519.PrivateKey, trust verifier.Trust) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, holder, err = ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := jwxsign.PublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	scope, err := name.ParseScope([]string{"example.com"})
	if err != nil {
		t.Fatal(err)
	}
	return &issuer.TokenIssuer{ID: "https://issuer.example", Algorithm: "ES256", Key: key, KeyID: "k1"}, holder,
		verifier.Trust{Authorities: []verifier.Authority{{ID: "corp", Scope: scope, Issuers: []verifier.Issuer{{
			ID: "https://issuer.example", Keys: []byte(`{"keys":[` + string(public.JWK()) + `]}`),
			Identifiers: []verifier.ClaimRule{
				{Path: []string{"email"}, Form: verifier.ClaimEmail},
				{Path: []string{"vc", "credentialSubject", "email"}, Form: verifier.ClaimEmail},
			},
		}}}}}
}

func judge(t *testing.T, trust verifier.Trust, at time.Time, p verifier.Presentation, lists ...string) verifier.Verdict {
	t.Helper()
	v, err := verifier.New(trust)
	if err != nil {
		t.Fatal(err)
	}
	bag := &verifier.Bag{}
	for _, l := range lists {
		if err := bag.AddStatusList([]byte(l)); err != nil {
			t.Fatal(err)
		}
	}
	v.Use(bag)
	plan := v.Plan(at, at, []verifier.Presentation{p})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}

func TestWhatIsIssuedIsVerified(t *testing.T) {
	i, holder, trust := tokenWorld(t)
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	c := issuer.Credential{
		Type: "https://example.com/employee", Holder: holder.Public(), NotBefore: at.Add(-time.Hour), NotAfter: at.Add(time.Hour),
		Claims: map[string]any{"department": "x"}, Disclosable: map[string]any{"email": "alice@example.com", "birthdate": "2000-01-01"},
		StatusURI: "https://issuer.example/status/1", StatusIndex: 7,
	}
	token, err := i.SDJWTVC(c)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, "~")
	if len(parts) != 4 {
		t.Fatalf("%d parts", len(parts))
	}
	withheld := parts[0] + "~" + parts[2] + "~" // the birthdate is first
	presented, err := issuer.Present(withheld, "Ed25519", holder, "bob", "nonce", at)
	if err != nil {
		t.Fatal(err)
	}
	p := verifier.Presentation{Kind: verifier.Token, Bytes: []byte(presented), Audience: "bob", Nonce: "nonce", Expected: []string{"mailto:alice@example.com"}}
	for _, revoked := range [][]int{nil, {6, 8}, {7}} {
		list, err := i.StatusList(c.StatusURI, 1000, revoked, at.Add(-time.Minute), at.Add(time.Hour), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		v := judge(t, trust, at, p, list)
		if want := len(revoked) != 1; want != (v.Outcome() == verifier.Verified) || !want && v.Code() != verifier.CodeRevoked {
			t.Errorf("revoked %v: %s", revoked, v.AppendJSON(nil))
		}
	}

	c.Claims, c.Disclosable = map[string]any{"email": "alice@example.com"}, nil
	token, err = i.JWTVC(c)
	if err != nil {
		t.Fatal(err)
	}
	p = verifier.Presentation{Kind: verifier.BareToken, Bytes: []byte(token), SignatureKey: holder.Public().(ed25519.PublicKey), Expected: p.Expected}
	for _, revoked := range [][]int{nil, {7}} {
		list, err := i.StatusList(c.StatusURI, 1000, revoked, at.Add(-time.Minute), at.Add(time.Hour), time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		v := judge(t, trust, at, p, list)
		if want := revoked == nil; want != (v.Outcome() == verifier.Verified) || !want && v.Code() != verifier.CodeRevoked {
			t.Errorf("JWT-VC, revoked %v: %s", revoked, v.AppendJSON(nil))
		}
	}
	c.Claims = map[string]any{"id": "did:example:1"}
	if _, err := i.JWTVC(c); !errors.Is(err, issuer.ErrToken) {
		t.Errorf("a JWT-VC of another subject: %v", err)
	}
	c.Claims, c.Disclosable = nil, map[string]any{"birthdate": "2000-01-01"}
	if _, err := i.JWTVC(c); !errors.Is(err, issuer.ErrToken) {
		t.Errorf("a JWT-VC of which something could be withheld: %v", err)
	}
}

func TestNothingIsIssuedThatWouldBeRefused(t *testing.T) {
	i, holder, _ := tokenWorld(t)
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	_, unseen := testvc.Disclosure(`["salt","email","mallory@example.com"]`)
	for name, change := range map[string]func(c *issuer.Credential){
		"no type":                     func(c *issuer.Credential) { c.Type = "" },
		"an end before its begin":     func(c *issuer.Credential) { c.NotAfter = c.NotBefore },
		"a claim of the issuer's own": func(c *issuer.Credential) { c.Claims = map[string]any{"iss": "x"} },
		"a type among the claims":     func(c *issuer.Credential) { c.Claims = map[string]any{"vct": "x"} },
		"a key among the claims":      func(c *issuer.Credential) { c.Claims = map[string]any{"cnf": map[string]any{}} },
		"a begin among the claims":    func(c *issuer.Credential) { c.Claims = map[string]any{"nbf": 1} },
		"a subject that is another key": func(c *issuer.Credential) {
			c.Claims = map[string]any{"sub": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}
		},
		"a claim that is there twice":    func(c *issuer.Credential) { c.Claims, c.Disclosable = map[string]any{"a": 1}, map[string]any{"a": 2} },
		"exp that could be withheld":     func(c *issuer.Credential) { c.Disclosable = map[string]any{"nbf": 1} },
		"a digest among the claims":      func(c *issuer.Credential) { c.Claims = map[string]any{"a": map[string]any{"_sd": 1}} },
		"a digest of what is not seen":   func(c *issuer.Credential) { c.Claims = map[string]any{"a": map[string]any{"_sd": []any{unseen}}} },
		"one in what can be withheld":    func(c *issuer.Credential) { c.Disclosable = map[string]any{"a": map[string]any{"_sd": []any{unseen}}} },
		"one in the place of an element": func(c *issuer.Credential) { c.Claims = map[string]any{"a": []any{map[string]any{"...": unseen}}} },
		"a status among the claims": func(c *issuer.Credential) {
			c.Claims = map[string]any{"status": map[string]any{"status_list": map[string]any{"idx": 1, "uri": "https://issuer.example/1"}}}
		},
		"an index below 0":               func(c *issuer.Credential) { c.StatusURI, c.StatusIndex = "https://issuer.example/1", -1 },
		"a claim that cannot be written": func(c *issuer.Credential) { c.Claims = map[string]any{"a": make(chan int)} },
		"a type of bytes":                func(c *issuer.Credential) { c.Type = "\xff" },
		"a holder's key of no kind":      func(c *issuer.Credential) { c.Holder = crypto.PublicKey("key") },
		"no holder":                      func(c *issuer.Credential) { c.Holder = nil },
	} {
		c := issuer.Credential{Type: "t", Holder: holder.Public(), NotBefore: at, NotAfter: at.Add(time.Hour)}
		if _, err := i.SDJWTVC(c); err != nil {
			t.Fatal(err)
		}
		change(&c)
		if token, err := i.SDJWTVC(c); err == nil || token != "" {
			t.Errorf("%s: issued", name)
		}
	}
	if _, err := i.StatusList("https://issuer.example/1", 8, []int{8}, at, at.Add(time.Hour), time.Hour); !errors.Is(err, issuer.ErrToken) {
		t.Errorf("an index outside: %v", err)
	}
	if _, err := i.StatusList("", 8, nil, at, at.Add(time.Hour), time.Hour); !errors.Is(err, issuer.ErrToken) {
		t.Errorf("no uri: %v", err)
	}
}
