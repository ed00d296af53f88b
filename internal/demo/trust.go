package demo

import (
	"encoding/json"
	"fmt"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/verifier/trust"
)

// trustConfig returns what a messenger has to know of the authority (docs/trust.md). The page fetches it when it is
// loaded, because keys of the demo are new at every start; a messenger has it in its own bundle, so that nobody on the
// way can put another authority in place.
func trustConfig(ca *issuer.Authority, key revocation.Key, mirrorOrigin string) ([]byte, error) {
	type headKey struct {
		Algorithm string `json:"algorithm"`
		Key       []byte `json:"key"` // base64 in JSON
	}
	type data struct {
		Mirror string    `json:"mirror"`
		Keys   []headKey `json:"keys"`
	}
	type entry struct {
		ID         string   `json:"id"`
		Scope      []string `json:"scope"`
		Anchors    [][]byte `json:"anchors"`
		Revocation data     `json:"revocation"`
	}
	config, err := json.Marshal(map[string][]entry{"authorities": {{
		ID:      authorityID,
		Scope:   scope,
		Anchors: [][]byte{ca.Root()},
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
