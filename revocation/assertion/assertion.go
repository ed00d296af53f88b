// Package assertion reads status assertions (draft-demarco-oauth-status-assertions-03): a JWT in which the issuer of a
// verifiable credential says what its status is, for the holder to bring along.
//
//	header     typ status-assertion+jwt; alg, kid and x5c as package jose reads them, so never none or a MAC
//	iss        the issuer of the credential
//	iat, exp   when it was made, and the first second in which it does not hold; nbf, if it is there, moves the begin
//	credential_hash, credential_hash_alg
//	           sha-256 of the credential as the issuer signed it, base64url: of an SD-JWT the characters before the
//	           first tilde, without disclosures, of any other JWT all of them; of the JSON serialization those of the
//	           compact one with the same parts (jose.Unverified.Digest)
//	credential_status_validity
//	           a value of the registry of Token Status List; credential_status_type in the editors' later text
//	cnf        jwk, the key that the credential is bound to
//
// [Parse] checks form alone. Whose it is, whether it is fresh, and what credential and key it is about is the caller's to
// judge. credential_status_detail is the issuer's own and is not read.
package assertion

import (
	"errors"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/member"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// MaxToken of an assertion in bytes. Most of a large one is x5c, with post-quantum keys and signatures.
const MaxToken = 128 << 10

// ErrFormat reports what is no status assertion, or has two readings. It stands in a [jose.Error], as all errors of this
// package; those of package jose report what is no JWS.
var ErrFormat = errors.New("assertion: malformed")

func malformed(part, reason string) error {
	return &jose.Error{Kind: ErrFormat, Part: part, Reason: reason}
}

// Values of the registry (draft-ietf-oauth-status-list, "Status Types"). All others are the application's or reserved.
const (
	Valid     uint8 = 0
	Invalid   uint8 = 1
	Suspended uint8 = 2
)

// An Assertion is what an issuer says of one credential. Nothing in it is authenticated.
type Assertion struct {
	Token      *jose.Unverified
	Issuer     string
	Credential [sha256.Size]byte
	Holder     *jose.Key // of cnf
	Status     uint8
	// IssuedAt is when it was made, or nbf if that is later, and NotAfter the last second of those that it holds.
	IssuedAt, NotAfter int64
}

// Parse reads an assertion. It does not retain token. The error is a [*jose.Error].
func Parse(token []byte) (*Assertion, error) {
	u, err := jose.ParseSized(token, MaxToken)
	if err != nil {
		return nil, err
	}
	if !jose.SameType(u.Header().Type, "status-assertion+jwt") {
		return nil, malformed("typ", "is not status-assertion+jwt")
	}
	claims, err := u.UnverifiedClaims()
	if err != nil {
		return nil, err
	}
	a := &Assertion{Token: u}
	issuer, _ := claims.Get("iss")
	if a.Issuer, err = issuer.Text(); err != nil || a.Issuer == "" {
		return nil, malformed("iss", "is absent, or no text")
	}
	if _, ok := claims.Get("aud"); ok {
		return nil, malformed("aud", "names one verifier")
	}
	if !a.readTimes(claims) {
		return nil, malformed("iat", "and exp are not times in whole seconds, in this order")
	}
	if !a.readCredential(claims) {
		return nil, malformed("credential_hash", "is not one in sha-256")
	}
	if !a.readStatus(claims) {
		return nil, malformed("credential_status_validity", "is not one number of the registry")
	}
	cnf, _ := claims.Get("cnf")
	jwk, ok := cnf.Get("jwk")
	if !ok {
		return nil, malformed("cnf", "has no jwk")
	}
	if a.Holder, err = jose.ReadKey(jwk); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *Assertion) readTimes(v strictjson.Value) bool {
	iat, made := member.Seconds(v, "iat")
	exp, ends := member.Seconds(v, "exp")
	nbf, begins := member.Seconds(v, "nbf")
	a.IssuedAt, a.NotAfter = max(iat, nbf), exp-1
	return made && iat != 0 && begins && ends && exp > a.IssuedAt
}

func (a *Assertion) readCredential(claims strictjson.Value) bool {
	v, _ := claims.Get("credential_hash_alg")
	if alg, err := v.Text(); err != nil || alg != "sha-256" {
		return false
	}
	v, _ = claims.Get("credential_hash")
	text, err := v.Text()
	if err != nil || len(text) != 43 {
		return false
	}
	hash, err := base64url.Decode(text)
	copy(a.Credential[:], hash)
	return err == nil && len(hash) == sha256.Size
}

// readStatus reads the status under the name of the draft, or that of the later text; where both are there they say the
// same.
func (a *Assertion) readStatus(claims strictjson.Value) (ok bool) {
	for _, name := range [...]string{"credential_status_validity", "credential_status_type"} {
		v, there := claims.Get(name)
		if !there {
			continue
		}
		n, err := v.Int64()
		if err != nil || n < 0 || n > 255 || ok && uint8(n) != a.Status {
			return false
		}
		a.Status, ok = uint8(n), true
	}
	return ok
}
