// Package sdjwt takes apart selective disclosure JWTs (SD-JWT, RFC 9901) and puts what is disclosed into its place.
//
//	<issuer-signed JWT>~<disclosure>~...~<disclosure>~[<key binding JWT>]
//
// [Parse] separates the parts. The two JWTs are of package jose's: this package checks no signature. [Token.Process]
// takes the issuer's payload, whose signature the caller has had checked or is yet to, and returns the claims.
//
// What RFC 9901 leaves open is decided the strict way:
//
//   - The digests are SHA-256 unless `_sd_alg`, at the top and nowhere else, says sha-384 or sha-512. Another hash is
//     [ErrHash].
//   - A digest is base64url of the size of that hash without stray bits, also a decoy.
//   - A disclosure, each of its parts and the processed payload are JSON as package strictjson takes it: two members of
//     one name are refused wherever they come from.
//   - Claims which decide whether the credential holds and for whom cannot be disclosed selectively: see [Token.Process].
package sdjwt

import (
	"bytes"
	"errors"

	"github.com/e2eid/e2eid/internal/base64url"
)

// Errors of this package. They hold nothing of the token.
var (
	ErrFormat = errors.New("sdjwt: malformed")
	ErrLimit  = errors.New("sdjwt: over a limit")
	ErrHash   = errors.New("sdjwt: digests of a hash that is not known")
)

// An Error says what is wrong. It wraps [ErrFormat], [ErrLimit] or [ErrHash].
type Error struct {
	Kind   error
	Reason string
}

func (e *Error) Error() string { return e.Kind.Error() + ": " + e.Reason }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

func malformed(reason string) *Error { return &Error{ErrFormat, reason} }

// A Token is an SD-JWT taken apart. Nothing in it is authenticated.
type Token struct {
	JWT         []byte   // the issuer-signed JWT in its compact form
	Disclosures [][]byte // as they stand between the tildes, each once
	KeyBinding  []byte   // the Key Binding JWT in its compact form; empty if there is none
	Undisclosed int      // digests without a disclosure, decoys among them; [Token.Process] counts them
	bound       []byte   // what sd_hash is about
	decoded     [][]byte // the disclosures
	hash        hash
}

// Is reports whether text has the outer form of an SD-JWT: a JWT has no tilde.
func Is(text []byte) bool { return bytes.IndexByte(text, '~') >= 0 }

// Parse separates the parts of an SD-JWT, with or without key binding (RFC 9901, Section 4). It decodes the disclosures; of
// the JWTs, which are package jose's to read, it sees that they have three parts. A JWT that no tilde follows is no
// SD-JWT. The error is an [*Error]. The Token refers to text, which must not be changed.
func Parse(text []byte) (*Token, error) {
	if len(text) > MaxBytes {
		return nil, &Error{ErrLimit, "text too long"}
	}
	jwt, rest, ok := bytes.Cut(text, tilde)
	if !ok {
		return nil, malformed("no tilde after the JWT")
	}
	if !isCompact(jwt) {
		return nil, malformed("what comes first is no JWT")
	}
	t := &Token{JWT: jwt, Disclosures: make([][]byte, 0, 8)}
	for {
		d, after, ok := bytes.Cut(rest, tilde)
		if !ok {
			break
		}
		if rest = after; len(t.Disclosures) == maxDisclosures {
			return nil, &Error{ErrLimit, "too many disclosures"}
		}
		t.Disclosures = append(t.Disclosures, d)
	}
	t.KeyBinding, t.bound = rest, text[:len(text)-len(rest)]
	if len(t.KeyBinding) > 0 && !isCompact(t.KeyBinding) {
		return nil, malformed("what comes last is no JWT")
	}
	t.decoded = make([][]byte, len(t.Disclosures))
	for i, d := range t.Disclosures {
		var err error
		if t.decoded[i], err = base64url.Decode(d); err != nil || len(d) == 0 {
			return nil, malformed("a disclosure is not base64url")
		}
		for _, other := range t.Disclosures[:i] { // there are few
			if bytes.Equal(other, d) {
				return nil, malformed("a disclosure stands twice")
			}
		}
	}
	return t, nil
}

var tilde, dot = []byte("~"), []byte(".")

// Hash returns the value that sd_hash of the Key Binding JWT must have (RFC 9901, Section 4.3.1). It is of the hash that
// the issuer's payload names: [Token.Process] comes first.
func (t *Token) Hash() string { return t.hash.digest(t.bound) }

// isCompact reports whether s has three parts.
func isCompact(s []byte) bool { return bytes.Count(s, dot) == 2 }
