package issuer_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/verifier"
)

// What the draft demands of a UserInfo VC, and that its verdict is its StatusList2021's.
func TestAUserInfoVCIsAsItsDraftHasIt(t *testing.T) {
	i, holder, trust := tokenWorld(t)
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	c := issuer.Credential{
		Holder: holder.Public(), NotBefore: at.Add(-time.Hour), NotAfter: at.Add(time.Hour),
		Claims:    map[string]any{"sub": "248289761001", "email": "alice@example.com"},
		StatusURI: "https://issuer.example/status/2", StatusIndex: 94567,
	}
	token, err := i.UserInfoVC(c)
	if err != nil {
		t.Fatal(err)
	}
	var header map[string]any
	var payload struct {
		Iss, Jti      string
		Iat, Nbf, Exp int64
		Sub           *string
		VC            struct {
			Context           []string `json:"@context"`
			Type              []string
			CredentialSubject map[string]any
			CredentialStatus  map[string]any
		}
	}
	for n, to := range []any{&header, &payload} {
		b, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[n])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, to); err != nil {
			t.Fatal(err)
		}
	}
	if header["typ"] != "JWT" || header["kid"] != "k1" || header["alg"] != "ES256" {
		t.Errorf("header %v", header)
	}
	id, _ := payload.VC.CredentialSubject["id"].(string)
	status := payload.VC.CredentialStatus
	if payload.Iss != i.ID || payload.Sub != nil || payload.Nbf != c.NotBefore.Unix() || payload.Exp != c.NotAfter.Unix()+1 ||
		!regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(payload.Jti) ||
		!slices.Equal(payload.VC.Context, []string{"https://www.w3.org/2018/credentials/v1"}) ||
		!slices.Equal(payload.VC.Type, []string{"VerifiableCredential", "UserInfoCredential"}) ||
		!strings.HasPrefix(id, "did:jwk:") || payload.VC.CredentialSubject["sub"] != "248289761001" ||
		status["type"] != "StatusList2021Entry" || status["statusListIndex"] != "94567" || status["statusPurpose"] != "revocation" || status["statusListCredential"] != c.StatusURI {
		t.Errorf("payload %+v", payload)
	}
	p := verifier.Presentation{Kind: verifier.BareToken, Bytes: []byte(token), SignatureKey: holder.Public().(ed25519.PublicKey), Expected: []string{"mailto:alice@example.com"}}
	for _, revoked := range [][]int{nil, {94566, 94568, 94567 ^ 7}, {94567}} {
		list, err := i.StatusList2021(c.StatusURI, 100_000, revoked, at.Add(-time.Minute), at.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		v := judge(t, trust, at, p, list)
		if want := len(revoked) != 1; want != (v.Outcome() == verifier.Verified) || !want && v.Code() != verifier.CodeRevoked {
			t.Errorf("revoked %v: %s", revoked, v.AppendJSON(nil))
		}
	}
	if v := judge(t, trust, at, p); v.Code() != verifier.CodeRevocationUnavailable {
		t.Errorf("without a list: %s", v.AppendJSON(nil))
	}
}

func TestNoUserInfoVCIsIssuedThatTheDraftDoesNotHave(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, change := range map[string]func(i *issuer.TokenIssuer, c *issuer.Credential){
		"of another type":         func(_ *issuer.TokenIssuer, c *issuer.Credential) { c.Type = "x" },
		"without a kid":           func(i *issuer.TokenIssuer, _ *issuer.Credential) { i.KeyID = "" },
		"with what can be hidden": func(_ *issuer.TokenIssuer, c *issuer.Credential) { c.Disclosable = map[string]any{"a": 1} },
		"of another subject":      func(_ *issuer.TokenIssuer, c *issuer.Credential) { c.Claims = map[string]any{"id": "did:key:x"} },
		"an end before its begin": func(_ *issuer.TokenIssuer, c *issuer.Credential) { c.NotAfter = c.NotBefore },
		"an index below 0": func(_ *issuer.TokenIssuer, c *issuer.Credential) {
			c.StatusURI, c.StatusIndex = "https://issuer.example/1", -1
		},
	} {
		i, holder, _ := tokenWorld(t)
		c := issuer.Credential{Holder: holder.Public(), NotBefore: at, NotAfter: at.Add(time.Hour)}
		if _, err := i.UserInfoVC(c); err != nil {
			t.Fatal(err)
		}
		change(i, &c)
		if token, err := i.UserInfoVC(c); !errors.Is(err, issuer.ErrToken) || token != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	i, _, _ := tokenWorld(t)
	if _, err := i.StatusList2021("https://issuer.example/1", 8, []int{8}, at, at.Add(time.Hour)); !errors.Is(err, issuer.ErrToken) {
		t.Errorf("an index outside: %v", err)
	}
	if _, err := i.StatusList2021("", 8, nil, at, at.Add(time.Hour)); !errors.Is(err, issuer.ErrToken) {
		t.Errorf("no uri: %v", err)
	}
}
