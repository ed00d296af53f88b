package demo

import (
	"crypto"
	"encoding/json"
	"fmt"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/verifier/trust"
)

// A tokenIssuer is one of the issuers of an authority.
type tokenIssuer struct {
	ID           string           `json:"id"`
	JWKS         map[string][]any `json:"jwks"`
	Types        []string         `json:"types"`
	Identifiers  []claimRule      `json:"identifiers"`
	Name         []string         `json:"name"`
	Organization []string         `json:"organization"`
}

type claimRule struct {
	Claim  []string `json:"claim"`
	Form   string   `json:"form"`
	Prefix string   `json:"prefix"`
}

// trustConfig returns what a messenger has to know of the authority (docs/trust.md). The page fetches it when it is
// loaded, because keys of the demo are new at every start; a messenger has it in its own bundle, so that nobody on the
// way can put another authority in place.
func trustConfig(ca *issuer.Authority, key revocation.Key, tokens crypto.PublicKey, mirrorOrigin string) ([]byte, error) {
	type headKey struct {
		Algorithm string `json:"algorithm"`
		Key       []byte `json:"key"` // base64 in JSON
	}
	type data struct {
		Mirror string    `json:"mirror"`
		Keys   []headKey `json:"keys"`
	}
	type entry struct {
		ID         string        `json:"id"`
		Scope      []string      `json:"scope"`
		Anchors    [][]byte      `json:"anchors"`
		Issuers    []tokenIssuer `json:"issuers"`
		Revocation data          `json:"revocation"`
	}
	issuers, err := tokenIssuers(tokens)
	if err != nil {
		return nil, err
	}
	config, err := json.Marshal(map[string][]entry{"authorities": {{
		ID:      authorityID,
		Scope:   scope,
		Anchors: [][]byte{ca.Root()},
		Issuers: issuers,
		Revocation: data{
			Mirror: mirrorOrigin + "/",
			Keys:   []headKey{{"ECDSA-P256-SHA256", key.Key}},
		},
	}}})
	if err != nil {
		return nil, err
	}
	if _, err := trust.Parse(config); err != nil {
		return nil, fmt.Errorf("demo: our own trust configuration is refused: %w", err)
	}
	return config, nil
}
