package issuer

import (
	"crypto"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jwxsign"
)

// Disclose returns an SD-JWT with the disclosures of these claims alone, each of which it must have one of: of two, the holder
// might mean to show either. Elements of arrays have no names, and are withheld. What a disclosure stands in has to be disclosed as well: [Present] refuses it otherwise.
func Disclose(credential string, claims []string) (string, error) {
	t, err := sdjwt.Parse([]byte(credential))
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrToken, err)
	}
	if len(t.KeyBinding) > 0 {
		return "", fmt.Errorf("%w: it has a Key Binding JWT already", ErrToken)
	}
	parts, shown := []string{string(t.JWT)}, map[string]bool{}
	for _, d := range t.Disclosures {
		name, ok := disclosedName(d)
		if !ok || !slices.Contains(claims, name) {
			continue
		}
		if shown[name] {
			return "", fmt.Errorf("%w: two disclosures of a claim %q", ErrToken, name)
		}
		parts, shown[name] = append(parts, string(d)), true
	}
	for _, name := range claims {
		if !shown[name] {
			return "", fmt.Errorf("%w: no disclosure of claim %q", ErrToken, name)
		}
	}
	return strings.Join(parts, "~") + "~", nil
}

// disclosedName returns the name of the claim that a disclosure is of (RFC 9901, Section 4.2.1); ok is false if it has none.
func disclosedName(disclosure []byte) (name string, ok bool) {
	b, err := base64url.Decode(disclosure)
	var parts []any
	if err != nil || json.Unmarshal(b, &parts) != nil || len(parts) != 3 {
		return "", false
	}
	name, ok = parts[1].(string)
	return name, ok
}

// Present adds a holder's Key Binding JWT to an SD-JWT that is bound to the holder's key: some of its disclosures may have
// been left out before.
func Present(credential, algorithm string, holder crypto.Signer, audience, nonce string, at time.Time) (string, error) {
	key, err := jwxsign.PublicKey(holder.Public())
	if err != nil {
		return "", err
	}
	p, err := read(credential, key)
	if err != nil {
		return "", err
	}
	t := p.Credentials[0].SDJWT
	if t == nil || p.Proof != nil {
		return "", fmt.Errorf("%w: not an SD-JWT without a Key Binding JWT", ErrToken)
	}
	payload, err := json.Marshal(map[string]any{"iat": at.Unix(), "aud": audience, "nonce": nonce, "sd_hash": t.Hash()})
	if err != nil {
		return "", err
	}
	token, err := jwxsign.Sign(payload, algorithm, holder, jwxsign.Header{Type: "kb+jwt"})
	if err != nil {
		return "", err
	}
	switch p, err = read(credential+string(token), key); {
	case err != nil:
		return "", err
	case p.Proof == nil || !p.Proof.Bound:
		return "", fmt.Errorf("%w: in the JSON serialization", ErrToken)
	case p.Proof.Audience != audience || p.Proof.Nonce != nonce: // JSON has another text for it
		return "", fmt.Errorf("%w: audience or nonce is not UTF-8", ErrToken)
	}
	return credential + string(token), nil
}
