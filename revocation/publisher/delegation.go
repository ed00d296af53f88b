package publisher

import (
	"crypto"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/delegation"
	"github.com/e2eid/e2eid/signature"
)

// A Delegation lets a key sign the heads of an authority, for verifiers that are configured with issuers of verifiable
// credentials: package delegation. There is no other way to take it back than to let it end, so its time is short.
type Delegation struct {
	Issuer    string // as verifiers configure it; of the same authority
	Authority string
	Key       revocation.Key
	// It holds from NotBefore on and before NotAfter. Whole seconds count.
	NotBefore, NotAfter time.Time
}

// Sign returns the token, signed with a key of the issuer by an alg such as "ES256", with its kid or "". The error wraps
// [ErrInput] if clients would refuse it.
func (d Delegation) Sign(alg string, issuer crypto.Signer, keyID string) ([]byte, error) {
	kind, ok := map[signature.Algorithm]pkix.KeyKind{
		signature.Ed25519: pkix.KeyEd25519, signature.ECDSAP256SHA256: pkix.KeyP256,
		signature.MLDSA44: pkix.KeyMLDSA44, signature.MLDSA65: pkix.KeyMLDSA65,
	}[d.Key.Algorithm]
	if !ok {
		return nil, ErrKey
	}
	key, err := jose.KeyOf(pkix.PublicKey{Kind: kind, Key: d.Key.Key})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	payload, err := json.Marshal(struct {
		Issuer    string          `json:"iss"`
		Authority string          `json:"authority"`
		NotBefore int64           `json:"nbf"`
		Expires   int64           `json:"exp"`
		Key       json.RawMessage `json:"key"`
	}{d.Issuer, d.Authority, d.NotBefore.Unix(), d.NotAfter.Unix(), key.JWK()})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	token, err := jwxsign.Sign(payload, alg, issuer, jwxsign.Header{Type: delegation.Type, KeyID: keyID})
	if err != nil {
		return nil, err
	}
	if _, err := delegation.Parse(token); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	return token, nil
}

// checkDelegations reports a delegation that would help no client: of another authority or key, or not in force.
func (f *Folder) checkDelegations(p Publication, signers []Signer) error {
	for _, token := range p.Delegations {
		d, err := delegation.Parse(token)
		switch {
		case err != nil:
			return fmt.Errorf("%w: %w", ErrInput, err)
		case d.Authority != f.authority || !d.Holds(p.ThisUpdate.Unix()):
			return fmt.Errorf("%w: a delegation is of another authority, or not in force", ErrInput)
		case !slices.ContainsFunc(signers, func(s Signer) bool { return s.key.ID() == d.Key.ID() }):
			return fmt.Errorf("%w: a delegation is of a key that does not sign", ErrInput)
		}
	}
	return nil
}
