// Package keydoc reads documents in which the keys of an issuer of verifiable credentials stand:
//
//	document               who vouches for its bytes          specification
//	JWT VC Issuer Metadata TLS, of the URL it came from       draft-ietf-oauth-sd-jwt-vc-24, "JWT VC Issuer Metadata"
//	did:web document       TLS, of the URL it came from       did:web Method Specification; DID Core 1.0
//	Signed JWK Set         a certification path in x5c        OpenID Connect UserInfo VC, draft 00, "Signed OpenID Provider JWK Sets"
//	did:webvh log          the DID itself, its own signatures did:webvh Method v1.0
//
// Nothing is fetched, and nothing in a parsed document is authenticated: signatures are the caller's to check, and of the
// first two kinds it is the caller who knows where the bytes came from. Private keys make a document be refused as a whole.
package keydoc

import (
	"errors"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/member"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// Kinds of [Error].
var (
	ErrFormat = errors.New("keydoc: malformed")
	ErrIssuer = errors.New("keydoc: document of another issuer")
)

// An Error says what is wrong with a document. It wraps one of the kinds, and repeats nothing of the document.
type Error struct {
	Kind   error
	Reason string
}

func (e *Error) Error() string { return e.Kind.Error() + ": " + e.Reason }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

func malformed(reason string) *Error { return &Error{ErrFormat, reason} }

// Bounds, with their reasons.
const (
	// MaxDocument bounds a document in bytes: some dozen keys with certificates beside them.
	MaxDocument = 512 << 10
	// MaxLog bounds a did:webvh log in bytes, and maxEntries its entries: of an issuer that rotates its keys every week, five
	// years.
	MaxLog     = 2 << 20
	maxEntries = 256
	// maxMethods of a DID document, and references to them.
	maxMethods = 32
	// maxUpdateKeys, and hashes of the next ones, of one entry of a log.
	maxUpdateKeys = 16
	// maxProof is more than the multibase of an Ed25519 key, or signature, has. Longer text takes time to decode.
	maxProof = 100
)

var limits = strictjson.Limits{Bytes: MaxDocument, Nodes: 1 << 13, Depth: 16}

// parse reads one JSON object.
func parse(b []byte, what string) (strictjson.Value, error) {
	v, err := strictjson.Parse(b, limits)
	if err != nil {
		return v, malformed(what + ": " + err.Error())
	}
	if v.Kind() != strictjson.Object {
		return v, malformed(what + " is not an object")
	}
	return v, nil
}

// text reads a member that must be a string with characters.
func text(v strictjson.Value, name string) (string, error) {
	s, ok := member.Text(v, name)
	if !ok || s == "" {
		return "", malformed(name + " is not a string with characters")
	}
	return s, nil
}

// seconds reads a time claim, 0 if it is absent and not required.
func seconds(v strictjson.Value, name string, required bool) (int64, error) {
	n, ok := member.Seconds(v, name)
	if !ok || n == 0 && required {
		return 0, malformed(name + " is not a time in whole seconds")
	}
	return n, nil
}

// keySet reads a JWK Set that must have a key.
func keySet(v strictjson.Value) ([]*jose.Key, error) {
	set, err := jose.ReadKeySet(v)
	if err != nil {
		return nil, err
	}
	if len(set.Keys()) == 0 {
		return nil, malformed("no key that verifies")
	}
	return set.Keys(), nil
}
