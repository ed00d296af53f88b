// Command tokens writes SD-JWT VCs with key binding for benchmarks: one issuer, and holders with P-256 keys of their own
// who show some claims and withhold others, as JSON.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/internal/jwxsign"
)

const issuerID = "https://issuer.example"

type token struct {
	Token    string `json:"token"`
	Nonce    string `json:"nonce"`
	Expected string `json:"expected"`
}

type tokens struct {
	Issuer   string          `json:"issuer"`
	JWK      json.RawMessage `json:"jwk"`
	Audience string          `json:"audience"`
	Now      int64           `json:"now"` // Unix seconds
	Tokens   []token         `json:"tokens"`
}

func main() {
	n := flag.Int("n", 10_000, "tokens")
	flag.Parse()
	out, err := build(*n)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func build(n int) (*tokens, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	public, err := jwxsign.PublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	out := &tokens{Issuer: issuerID, JWK: json.RawMessage(public.JWK()), Audience: "https://messenger.example", Now: at.Unix()}
	authority := &issuer.TokenIssuer{ID: issuerID, Algorithm: "ES256", Key: key}
	for i := range n {
		holder, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		email, nonce := fmt.Sprintf("user%d@example.com", i), "nonce "+strconv.Itoa(i)
		sdjwt, err := authority.SDJWTVC(issuer.Credential{
			Type: "https://issuer.example/employee", Holder: holder.Public(), NotBefore: at.Add(-time.Hour), NotAfter: at.Add(time.Hour),
			// In the order of the names, which is that of the disclosures.
			Disclosable: map[string]any{
				"address": map[string]any{"locality": "Berlin", "country": "DE"}, "birthdate": "2000-01-01",
				"email": email, "name": "User " + strconv.Itoa(i), "organization": "Example", "phone_number": "+49 30 1",
			},
		})
		if err != nil {
			return nil, err
		}
		parts := strings.Split(sdjwt, "~")
		shown := strings.Join([]string{parts[0], parts[3], parts[4], parts[5], ""}, "~") // email, name, organization
		presented, err := issuer.Present(shown, "ES256", holder, out.Audience, nonce, at)
		if err != nil {
			return nil, err
		}
		out.Tokens = append(out.Tokens, token{presented, nonce, "mailto:" + email})
	}
	return out, nil
}
