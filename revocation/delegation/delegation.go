// Package delegation reads tokens by which an issuer of verifiable credentials has somebody sign the heads of its authority:
// proof type 3 of package revocation, for authorities that have issuers and no X.509 trust anchor. What it returns is
// unauthenticated: whose key signed the token is for the caller to plan and conclude.
//
// A token is a JWS in the compact serialization (RFC 7515, Section 7.1) of at most [MaxSize] bytes. Its protected header has
//
//	typ  "e2eid-list-signing+jwt": no token of another use has it, and no credential is taken for a delegation
//	     (RFC 8725, Section 3.11)
//	alg  one that package jose knows
//	kid  optional, as in the credentials of the issuer
//
// and no other member. The payload is a JSON object with exactly these members:
//
//	iss        the issuer, byte for byte as verifiers configure it
//	authority  the id of the authority, as in its heads
//	nbf, exp   NumericDate without a fraction (RFC 7519, Section 2): the delegation holds from nbf on and before exp,
//	           0 < nbf < exp
//	key        a JWK (RFC 7517): the key that signs heads, of Ed25519, P-256, ML-DSA-44 or ML-DSA-65. Its kind says the
//	           algorithm
//
// A name that is there twice, and bytes after the object, are refused, as in all JSON here.
package delegation

import (
	"errors"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/member"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

const (
	// Type is the typ of a token.
	Type = "e2eid-list-signing+jwt"
	// MaxSize bounds a token, in bytes: one for an ML-DSA-65 key by one of ML-DSA-87 has some 10,000.
	MaxSize = 16 << 10
)

// ErrFormat is wrapped by all errors of [Parse] that are not package jose's.
var ErrFormat = errors.New("delegation: malformed")

// An Error says what is malformed. It wraps [ErrFormat].
type Error struct{ Reason string }

func (e *Error) Error() string { return ErrFormat.Error() + ": " + e.Reason }

// Unwrap returns [ErrFormat].
func (e *Error) Unwrap() error { return ErrFormat }

// A Delegation is what a token says. Nobody vouches for it before Token is verified with a key of the issuer.
type Delegation struct {
	Issuer, Authority   string
	NotBefore, NotAfter int64 // Unix seconds; NotAfter is the last one
	Key                 revocation.Key
	Token               *jose.Unverified
}

// Holds reports whether the delegation is in force at a time in Unix seconds.
func (d *Delegation) Holds(now int64) bool { return d.NotBefore <= now && now <= d.NotAfter }

// Parse reads a token. It checks form alone: no signature, no time. The error wraps [ErrFormat] or is of package jose.
func Parse(token []byte) (*Delegation, error) {
	u, err := jose.ParseSized(token, MaxSize)
	if err != nil {
		return nil, err
	}
	h := u.Header()
	if !jose.SameType(h.Type, Type) {
		return nil, &Error{"typ is not that of a delegation"}
	}
	if h.Object.Fields("alg", "typ", "kid") != nil {
		return nil, &Error{"header has other members than alg, typ and kid"}
	}
	claims, err := u.UnverifiedClaims()
	if err != nil {
		return nil, err
	}
	if claims.Fields("iss", "authority", "nbf", "exp", "key") != nil {
		return nil, &Error{"a claim that is not of a delegation"}
	}
	d := &Delegation{Token: u}
	text := func(name string) string {
		v, _ := claims.Get(name)
		s, _ := v.Text() // empty unless it is text
		return s
	}
	number := func(name string) int64 {
		v, _ := claims.Get(name)
		n, _ := v.Int64()
		return n
	}
	d.Issuer, d.Authority, d.NotBefore, d.NotAfter = text("iss"), text("authority"), number("nbf"), number("exp")-1
	switch {
	case d.Issuer == "":
		return nil, &Error{"iss is no text, or empty"}
	case !revocation.ValidAuthority(d.Authority):
		return nil, &Error{"authority is no id of one"}
	case d.NotBefore < 1 || d.NotAfter < d.NotBefore || d.NotAfter > member.MaxTime:
		return nil, &Error{"nbf and exp are not whole seconds, the first before the second"}
	}
	jwk, _ := claims.Get("key")
	key, err := jose.ReadKey(jwk)
	if err != nil {
		return nil, err
	}
	public := key.Public()
	algorithm, ok := Algorithm(public.Kind)
	if !ok {
		return nil, &Error{"key is of a kind that signs no heads"}
	}
	d.Key = revocation.Key{Algorithm: algorithm, Key: public.Key}
	return d, nil
}

// Algorithm returns the algorithm by which keys of a kind sign heads.
func Algorithm(kind pkix.KeyKind) (signature.Algorithm, bool) {
	switch kind {
	case pkix.KeyEd25519:
		return signature.Ed25519, true
	case pkix.KeyP256:
		return signature.ECDSAP256SHA256, true
	case pkix.KeyMLDSA44:
		return signature.MLDSA44, true
	case pkix.KeyMLDSA65:
		return signature.MLDSA65, true
	}
	return 0, false
}
