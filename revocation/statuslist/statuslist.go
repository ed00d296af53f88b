// Package statuslist reads signed status lists that credentials point into with an index:
//
//	                 Token Status List            Bitstring Status List 1.0    StatusList2021
//	specification    draft-ietf-oauth-            W3C Recommendation of        W3C draft of 2023,
//	                 status-list-21               2025-05-15                   OpenID UserInfo VC
//	token            typ statuslist+jwt, or       vc+jwt, JWT-VC, vc+cose,     as of Bitstring Status
//	                 CWT statuslist+cwt           or Data Integrity            List
//	compression      ZLIB                         GZIP                         GZIP
//	text             base64url; none in a CWT     "u" and base64url            base64url
//	index 0          lowest bits of byte 0        highest bits                 highest bit
//	entry            1, 2, 4 or 8 bits            statusSize bits              1 bit
//	least size       none                         131,072 entries              131,072 entries
//	to live          ttl in seconds               ttl in milliseconds          none
//
// [Parse] reads a token and checks nothing else: the caller has its signature checked, and calls [List.Open] after that.
// Only then is anything inflated, up to [MaxInflated]. Whose list it may be, and whether it is fresh, is the caller's
// to judge.
package statuslist

import (
	"bytes"
	"errors"
	"strings"

	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/inflate"
	"github.com/e2eid/e2eid/internal/jose"
)

// Bounds in bytes, with their reasons.
const (
	// MaxToken of a status list. A hundred million entries of which a tenth is revoked take 6.6 MB before base64.
	MaxToken = 16 << 20
	// MaxInflated of a list: that many entries of one bit are 12.5 MB.
	MaxInflated = 16 << 20
	// minEntries of both W3C forms, so that an index tells little about whose it is (Bitstring Status List, Section 6.1).
	minEntries = 131072
	// maxProven bounds a list with Data Integrity proofs, of which the whole is canonicalized for each of them before anybody
	// is known to have made it: ten million entries of which a hundredth is revoked take 184 kB.
	maxProven = 256 << 10
)

// Errors of this package.
var (
	ErrFormat      = errors.New("statuslist: malformed")
	ErrLimit       = errors.New("statuslist: over a limit")
	ErrUnsupported = errors.New("statuslist: no status list of a form that is known")
)

// An Error says what is wrong. It wraps one of the above.
type Error struct {
	Kind   error
	Reason string
}

func (e *Error) Error() string { return e.Kind.Error() + ": " + e.Reason }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

func malformed(reason string) *Error { return &Error{ErrFormat, reason} }

// A Kind is the form of a list. The zero Kind is none.
type Kind uint8

const (
	Token     Kind = 1
	Bitstring Kind = 2
	List2021  Kind = 3
)

// A List is a status list. Nothing in it is authenticated.
type List struct {
	Kind   Kind
	Token  *jose.Unverified       // that the status issuer signed, a JWS or COSE_Sign1; nil if it made Proofs
	Proofs []*dataintegrity.Proof // instead of Token: all have to hold
	URI    string                 // what credentials point to: sub, or the id of the list's credential
	Issuer string                 // iss or issuer; empty if a Token Status List does not say
	// From and NotAfter are the first and last second of those that it holds, by validFrom or nbf and the like, and SignedAt
	// is when it was signed: iat, or created of proofs. In Unix seconds, 0 if that is not said. Issuers that keep validFrom, or do
	// not say when they sign, tell their lists apart by one of the two alone.
	From, NotAfter, SignedAt int64
	TimeToLive               int64    // seconds after which to look for a newer one; 0 if it does not say
	Purposes                 []string // of the W3C kinds
	bits                     int      // of an entry, of a Token Status List; 0 where the credential says
	encoded                  string   // the list in base64url, of a JWT
	compressed               []byte   // or itself, of a CWT
	content                  []byte
	opened                   bool
}

// IssuedAt returns when it was made, in Unix seconds: the later of From and SignedAt.
func (l *List) IssuedAt() int64 { return max(l.From, l.SignedAt) }

// Open inflates the list. It must not be called before the signature is known to hold: a few bytes that anyone can write
// inflate to megabytes. It does so once; the error is an [*Error].
func (l *List) Open() error {
	if l.opened {
		return nil
	}
	compressed := l.compressed
	if compressed == nil {
		var err error
		if compressed, err = base64url.Decode(l.encoded); err != nil {
			return malformed("the list is not base64url")
		}
	}
	read := inflate.Gzip
	if l.Kind == Token {
		read = inflate.Zlib
	}
	content, err := read(compressed, MaxInflated)
	switch {
	case errors.Is(err, inflate.ErrLimit):
		return &Error{ErrLimit, "the list is larger than 16 MiB"}
	case err != nil:
		return malformed("the list cannot be inflated")
	}
	if l.Kind != Token && len(content)*8 < minEntries {
		return malformed("fewer than 131,072 entries")
	}
	l.content, l.opened = content, true
	return nil
}

// Same reports whether both lists have the same entries for what has been read of them: whoever brings one can write it in other
// forms, by what nothing protects.
func (l *List) Same(other *List) bool {
	return l.Kind == other.Kind && l.bits == other.bits && l.encoded == other.encoded && bytes.Equal(l.compressed, other.compressed)
}

// Bits returns how many bits an entry has, of a Token Status List; 0 where the credential says.
func (l *List) Bits() int { return l.bits }

// Close gives up the room that the list takes. It has no entries from then on.
func (l *List) Close() { l.content = nil }

// Size returns how many bytes the open list takes.
func (l *List) Size() int { return len(l.content) }

// Value returns the entry at index. size is how many bits the credential says that an entry has, for the W3C kinds. ok is
// false if the list is not open or has no such entry.
func (l *List) Value(index uint64, size int) (value uint8, ok bool) {
	if l.Kind == Token {
		size = l.bits
	}
	if !l.opened || size < 1 || size > 8 || index >= uint64(len(l.content))*8/uint64(size) {
		return 0, false
	}
	first := index * uint64(size) // no overflow: index is below 2^27
	if l.Kind == Token {
		// An entry does not cross bytes, and the first is in the lowest bits.
		return l.content[first/8] >> (first % 8) & (1<<size - 1), true
	}
	for bit := first; bit < first+uint64(size); bit++ {
		value = value<<1 | l.content[bit/8]>>(7-bit%8)&1
	}
	return value, true
}

// HasPurpose reports whether a list of a W3C kind is about this purpose.
func (l *List) HasPurpose(purpose string) bool {
	for _, p := range l.Purposes {
		if p == purpose {
			return true
		}
	}
	return false
}

// cutMultibase takes off the sign of base64url that Bitstring Status List 1.0 has.
func cutMultibase(s string) (string, bool) { return strings.CutPrefix(s, "u") }
