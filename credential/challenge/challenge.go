// Package challenge has the bytes by which a client of a messenger without MLS proves, inside an established session of
// two devices, that the key of its credential belongs to the other end of that session. docs/challenge.md says who sends
// what and why each field is there.
//
// # Encoding
//
// In the notation of RFC 9420, Section 2.1:
//
//	enum { signature(1), token(2), (255) } Form;
//	enum { initiator(1), responder(2), (255) } Role;
//
//	struct {
//	    opaque identifier<V>;    // reference identifier, in the form of package name
//	    opaque identity_key<V>;  // of the messenger, as the session's handshake carries it
//	} Party;
//
//	struct {
//	    opaque label<V> = "e2eid bound challenge 1";
//	    Form form;
//	    Role presenter_role;     // which end of the session the presenter is
//	    opaque session<V>;       // 16 to 64 bytes
//	    opaque nonce<V>;         // 16 to 64 bytes
//	    Party verifier;
//	    Party presenter;
//	    select (BoundChallenge.form) {
//	        case signature: opaque certificate<V>;  // DER, the end entity, whose key signs
//	        case token: struct{};
//	    };
//	} BoundChallenge;
package challenge

import (
	"encoding/binary"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/sha256"
)

// Audience is what the holder's proof of a verifiable credential is made for, instead of the verifier's name: that is in
// the nonce.
const Audience = "e2eid-bound-challenge-1"

// A label in front keeps the bytes apart from all else that the same key may sign: see docs/challenge.md.
const label = "e2eid bound challenge 1"

// Bounds of the parts, in bytes. A session or nonce shorter than 128 bits could repeat; keys of today's signature schemes
// and KEMs are below 4096.
const (
	minSecret = 16
	maxSecret = 64
	maxKey    = 4096
)

// A Role is the end of a session: who began the handshake or who answered it. The zero Role is none.
type Role uint8

const (
	Initiator Role = 1
	Responder Role = 2
)

// A Party is one end of the session as the other one knows it.
type Party struct {
	Identifier string // reference identifier in canonical form
	// IdentityKey is the long-term public key that the handshake has authenticated, as the handshake carries it.
	IdentityKey []byte
}

// A Challenge is what a verifier asks and a presenter answers. Both ends fill it in from what they hold themselves: of
// the other only the nonce and the presented identifier are taken. The zero Challenge is not valid.
type Challenge struct {
	PresenterRole Role
	Session       []byte // that both ends derive from the handshake, and no other session has
	Nonce         []byte // the verifier's, from a secure random source, for one answer
	Verifier      Party
	Presenter     Party
}

// Valid reports whether all parts are there and within their bounds. A buffer of zeroes is one that nobody has filled.
func (c *Challenge) Valid() bool {
	return (c.PresenterRole == Initiator || c.PresenterRole == Responder) &&
		filled(c.Session, maxSecret) && filled(c.Nonce, maxSecret) && c.Verifier.valid() && c.Presenter.valid()
}

func (p *Party) valid() bool {
	_, err := name.Parse(p.Identifier)
	return err == nil && filled(p.IdentityKey, maxKey)
}

func filled(b []byte, most int) bool {
	var all byte
	for _, x := range b {
		all |= x
	}
	return all != 0 && len(b) >= minSecret && len(b) <= most
}

// Message returns what the key of an end entity certificate signs, given the certificate's DER. It is nil if c is not
// valid or there is no certificate.
func (c *Challenge) Message(certificate []byte) []byte {
	if len(certificate) == 0 {
		return nil
	}
	if b := c.encode(1); b != nil {
		return appendOpaque(b, certificate)
	}
	return nil
}

// TokenNonce returns the nonce of the holder's proof of a verifiable credential, for [Audience]: the SHA-256 of the
// encoding, base64url. It is empty if c is not valid.
func (c *Challenge) TokenNonce() string {
	b := c.encode(2)
	if b == nil {
		return ""
	}
	h := sha256.New()
	h.Write(b)
	sum := h.Sum()
	return base64url.Encode(sum[:])
}

func (c *Challenge) encode(form byte) []byte {
	if !c.Valid() {
		return nil
	}
	b := appendOpaque(nil, []byte(label))
	b = append(b, form, byte(c.PresenterRole))
	for _, part := range [...][]byte{
		c.Session, c.Nonce, []byte(c.Verifier.Identifier), c.Verifier.IdentityKey,
		[]byte(c.Presenter.Identifier), c.Presenter.IdentityKey,
	} {
		b = appendOpaque(b, part)
	}
	return b
}

// appendOpaque appends an opaque<V>: the size in its shortest form (RFC 9420, Section 2.1.2).
func appendOpaque(dst, b []byte) []byte {
	switch n := len(b); {
	case n < 1<<6:
		dst = append(dst, byte(n))
	case n < 1<<14:
		dst = binary.BigEndian.AppendUint16(dst, 1<<14|uint16(n))
	default:
		dst = binary.BigEndian.AppendUint32(dst, 1<<31|uint32(n))
	}
	return append(dst, b...)
}
