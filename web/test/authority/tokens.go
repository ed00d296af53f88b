package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"os"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/internal/jwxsign"
)

// tokens is what web/test/token.test.ts reads.
type tokens struct {
	Issuer    string          `json:"issuer"`
	JWK       json.RawMessage `json:"jwk"`    // the issuer's key
	Holder    []byte          `json:"holder"` // the holder's key, raw
	Audience  string          `json:"audience"`
	Nonce     string          `json:"nonce"`
	Bare      string          `json:"bare"`      // an SD-JWT VC of alice@example.com
	Presented string          `json:"presented"` // the same with its holder's proof, made at start
	Good      string          `json:"good"`      // the status list
	Revoked   string          `json:"revoked"`   // the same with the credential revoked
	Later     string          `json:"later"`     // and one that was made after these, and revokes it
}

func writeTokens(file string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	public, err := jwxsign.PublicKey(key.Public())
	check(err)
	holder := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	out := tokens{
		Issuer: "https://issuer.example", JWK: public.JWK(), Holder: holder.Public().(ed25519.PublicKey),
		Audience: "https://app.example", Nonce: "mBnnm1vLq9tkCzSp",
	}
	i := &issuer.TokenIssuer{ID: out.Issuer, Algorithm: "ES256", Key: key}
	credential := issuer.Credential{
		Type: "https://example.com/employee", Holder: holder.Public(),
		NotBefore: start.Add(-time.Hour), NotAfter: start.AddDate(0, 0, 7),
		Disclosable: map[string]any{"email": "alice@example.com"},
		StatusURI:   "https://issuer.example/status/1", StatusIndex: 7,
	}
	out.Bare, err = i.SDJWTVC(credential)
	check(err)
	out.Presented, err = issuer.Present(out.Bare, "Ed25519", holder, out.Audience, out.Nonce, start)
	check(err)
	list := func(before time.Duration, revoked ...int) string {
		text, err := i.StatusList(credential.StatusURI, 1000, revoked, start.Add(-before), start.AddDate(0, 0, 1), time.Hour)
		check(err)
		return text
	}
	out.Good, out.Revoked = list(time.Minute, 6, 8), list(time.Minute, 7)
	out.Later = list(time.Second, 7)
	text, err := json.Marshal(out)
	check(err)
	check(os.WriteFile(file, text, 0o644))
}
