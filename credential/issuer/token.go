package issuer

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
)

// ErrToken reports a credential that is not issued: our own reader would refuse it, or its claims contradict the rest.
var ErrToken = errors.New("issuer: verifiable credential refused")

// A TokenIssuer issues verifiable credentials that are tokens. What it makes is read by package vc before it is returned.
type TokenIssuer struct {
	ID           string // iss, as verifiers configure it
	Algorithm    string // as "ES256" or "Ed25519"
	Key          crypto.Signer
	KeyID        string   // kid; may be empty
	Certificates [][]byte // x5c, DER, that of Key first, without the trust anchor; may be nil
}

// A Credential is what to say about whom.
type Credential struct {
	Type                string           // vct of an SD-JWT VC, or the type beside VerifiableCredential
	Holder              crypto.PublicKey // to which it is bound
	NotBefore, NotAfter time.Time        // NotAfter is the last second
	// Claims can be seen by every verifier; the holder chooses which of Disclosable to show. They have different names.
	Claims, Disclosable map[string]any
	StatusURI           string // of a Token Status List, and the index in it; empty for none
	StatusIndex         int64
}

// encode is base64url without padding.
func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// SDJWTVC issues an SD-JWT VC. Beside each digest of a claim stands a decoy, so that the number of claims is not told
// by the digests (RFC 9901, Section 4.2.5).
func (i *TokenIssuer) SDJWTVC(c Credential) (string, error) {
	payload, err := i.payload(c)
	if err != nil {
		return "", err
	}
	key, err := jwxsign.PublicKey(c.Holder)
	if err != nil {
		return "", err
	}
	payload["vct"], payload["cnf"] = c.Type, map[string]any{"jwk": json.RawMessage(key.JWK())}
	for name := range c.Claims {
		if _, taken := payload[name]; taken || name == "nbf" || name == "status" || name == "_sd" || name == "_sd_alg" {
			return "", ownClaim(name)
		}
	}
	maps.Copy(payload, c.Claims)
	var digests, disclosures []string
	for _, name := range slices.Sorted(maps.Keys(c.Disclosable)) {
		text, err := json.Marshal([]any{encode(random(16)), name, c.Disclosable[name]})
		if err != nil {
			return "", err
		}
		disclosure := encode(text)
		sum := sha256.Sum256([]byte(disclosure))
		digests = append(digests, encode(sum[:]), encode(random(sha256.Size)))
		disclosures = append(disclosures, disclosure)
	}
	if len(digests) > 0 {
		slices.Sort(digests) // their order tells nothing
		payload["_sd"], payload["_sd_alg"] = digests, "sha-256"
	}
	token, err := i.sign(payload, "dc+sd-jwt")
	if err != nil {
		return "", err
	}
	token = strings.Join(append([]string{token}, disclosures...), "~") + "~"
	p, err := read(token, key)
	switch {
	case err != nil:
		return "", err
	case p.Credentials[0].SDJWT.Undisclosed != len(c.Disclosable): // the decoys
		return "", fmt.Errorf("%w: a digest among the claims, of what the holder alone would choose", ErrToken)
	}
	return token, nil
}

// JWTVC issues a JWT-VC of the data model 1.1 whose subject is the holder's key as a did:jwk, as OpenID UserInfo VCs have
// it. Nothing in it can be withheld. Its status is the claim that other JWTs have (draft-ietf-oauth-status-list, "Referenced
// Token").
func (i *TokenIssuer) JWTVC(c Credential) (string, error) {
	payload, _, key, err := i.vcPayload(c)
	if err != nil {
		return "", err
	}
	return i.signVC(payload, key)
}

// vcPayload returns the claims of a JWT-VC, of those vc, and the holder's key.
func (i *TokenIssuer) vcPayload(c Credential) (payload, vc map[string]any, key *jose.Key, err error) {
	if payload, err = i.payload(c); err != nil {
		return nil, nil, nil, err
	}
	if len(c.Disclosable) > 0 {
		return nil, nil, nil, fmt.Errorf("%w: a JWT-VC discloses everything", ErrToken)
	}
	if key, err = jwxsign.PublicKey(c.Holder); err != nil {
		return nil, nil, nil, err
	}
	if _, taken := c.Claims["id"]; taken {
		return nil, nil, nil, ownClaim("id")
	}
	payload["nbf"] = payload["iat"] // issuanceDate, which a JWT-VC must have
	subject := map[string]any{}
	maps.Copy(subject, c.Claims)
	subject["id"] = "did:jwk:" + encode(key.JWK())
	vc = map[string]any{
		"@context": []string{"https://www.w3.org/2018/credentials/v1"}, "type": []string{"VerifiableCredential", c.Type}, "credentialSubject": subject,
	}
	payload["vc"] = vc
	return payload, vc, key, nil
}

func (i *TokenIssuer) signVC(payload map[string]any, holder *jose.Key) (string, error) {
	token, err := i.sign(payload, "JWT")
	if err != nil {
		return "", err
	}
	if _, err := read(token, holder); err != nil {
		return "", err
	}
	return token, nil
}

func ownClaim(name string) error {
	return fmt.Errorf("%w: claim %q is the issuer's own", ErrToken, name)
}

// payload returns the claims that every credential has.
func (i *TokenIssuer) payload(c Credential) (map[string]any, error) {
	if !c.NotAfter.After(c.NotBefore) || c.Type == "" {
		return nil, fmt.Errorf("%w: no type, or an end before its begin", ErrToken)
	}
	for _, s := range [...]string{i.ID, i.KeyID, c.Type, c.StatusURI} {
		if !utf8.ValidString(s) { // which JSON would have another text for
			return nil, fmt.Errorf("%w: issuer, kid, type or status list is not UTF-8", ErrToken)
		}
	}
	// iat would tell holders apart to the second: it is that from which the credential holds.
	p := map[string]any{"iss": i.ID, "iat": c.NotBefore.Unix(), "exp": c.NotAfter.Unix() + 1}
	if c.StatusURI != "" {
		p["status"] = map[string]any{"status_list": map[string]any{"idx": c.StatusIndex, "uri": c.StatusURI}}
	}
	return p, nil
}

func (i *TokenIssuer) sign(payload map[string]any, typ string) (string, error) {
	b, err := json.Marshal(payload)
	if err != nil {
		return "", err
	}
	token, err := jwxsign.Sign(b, i.Algorithm, i.Key, jwxsign.Header{Type: typ, KeyID: i.KeyID, Certificates: i.Certificates})
	return string(token), err
}

// read reads a token as verifiers do. It is refused if it is not bound to the holder's key.
func read(token string, holder *jose.Key) (*vc.Presentation, error) {
	p, err := vc.Parse([]byte(token))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrToken, err)
	}
	if bound := p.Credentials[0].Holder; bound == nil || bound.Thumbprint() != holder.Thumbprint() {
		return nil, fmt.Errorf("%w: not bound to the holder's key", ErrToken)
	}
	return p, nil
}

func random(size int) []byte {
	b := make([]byte, size)
	rand.Read(b) // never fails
	return b
}
