// Package mls decodes what a member of an MLS group presents (RFC 9420): KeyPackage, LeafNode with its Credential, and
// the ratchet tree. It decides nothing and trusts nothing: no signature, lifetime or name is checked here. Package
// verifier judges what is read, and hands the bytes that [LeafNode.SignContent] and [KeyPackage.SignContent] return to
// whoever checks signatures.
//
// # Encoding
//
// Structures are in the presentation language of RFC 9420, Section 2.1: integers are big-endian, a vector <V> begins
// with its size in bytes, as a variable-size integer of which only the shortest form is taken (Section 2.1.2):
//
//	00vvvvvv                               0 to 63
//	01vvvvvv vvvvvvvv                     64 to 16,383
//	10vvvvvv vvvvvvvv vvvvvvvv vvvvvvvv   16,384 to 2^30-1
//
// Every structure has one encoding. Bytes after it are refused, and so are an extension type that stands twice in one
// list (Section 13.4), public keys of no bytes and an X.509 chain of no certificates (both of which no sender can mean).
// Structures do not nest in themselves, so that depth is bounded by the types; sizes and counts are bounded in
// limits.go.
//
// # Unknown credential types
//
// The body of a Credential is a select on its type (Section 5.3) and does not say its size. A reader that does not know
// the type cannot know where it ends. The bodies of basic, x509, and multi and weak-multi of draft-ietf-mls-extensions
// are one vector each, and other implementations read any unknown body so; but nothing demands it, and type 0x0003 of
// draft-barnes-mls-userinfo-vc was two vectors with sizes of four and two bytes. This package reads an unknown body as
// one opaque<V> too, and never lets that guess pass for knowledge:
//
//   - if everything after it decodes, the Credential has its Type and [Credential.Known] reports false. The fields after
//     it rest on the guess. In a tree, [TreeLeaf.Guessed] marks each leaf that does.
//   - if anything after it fails, at whatever place, the error is [ErrUnsupportedCredential] and not [ErrMalformed]: the
//     bytes may be right and the guess wrong.
//
// Either way a verifier answers "unsupported credential". GREASE values are unknown types like any other, as Section
// 13.5 demands.
//
// # Ownership
//
// Decoded values keep sub-slices of the input, which must not change afterwards.
package mls

import (
	"errors"
	"strconv"
)

// Every error of a decoder of this package wraps one of these.
var (
	ErrMalformed             = errors.New("mls: malformed")
	ErrLimit                 = errors.New("mls: over a limit")
	ErrUnsupportedVersion    = errors.New("mls: unsupported protocol version")
	ErrUnsupportedCredential = errors.New("mls: undecodable after a credential of unknown type")
)

// A ParseError says where decoding stopped and why.
type ParseError struct {
	Part   string // name of the field in RFC 9420, such as "init_key"
	Reason string
	Offset int // in the input, in bytes
	class  error
}

func (e *ParseError) Error() string {
	return e.class.Error() + ": " + e.Part + " at byte " + strconv.Itoa(e.Offset) + ": " + e.Reason
}

// Unwrap returns [ErrMalformed], [ErrLimit], [ErrUnsupportedVersion] or [ErrUnsupportedCredential].
func (e *ParseError) Unwrap() error { return e.class }
