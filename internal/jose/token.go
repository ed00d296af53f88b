package jose

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/signature"
)

// An Unverified is a well-formed JWS, or a signed object of another form (see [Assemble]), that nobody vouches for yet.
type Unverified struct {
	header      Header
	unprotected strictjson.Value
	payload     []byte
	signed      []byte // the JWS Signing Input, or what stands for it
	signature   []byte
}

// Parse reads a JWS in the compact serialization (RFC 7515, Section 7.1), of at most [MaxToken] bytes. It checks form
// alone: no signature, no time, no claim. The error is an [*Error]. It does not retain token.
func Parse(token []byte) (*Unverified, error) { return ParseSized(token, MaxToken) }

// ParseSized is [Parse] with another bound in bytes, for what is known to be large: a status list.
func ParseSized(token []byte, maxBytes int) (*Unverified, error) {
	if len(token) > maxBytes {
		return nil, refuse(ErrLimit, "token", "is too long")
	}
	header, rest, _ := bytes.Cut(token, []byte("."))
	payload, sig, ok := bytes.Cut(rest, []byte("."))
	if !ok || bytes.IndexByte(sig, '.') >= 0 {
		return nil, refuse(ErrFormat, "token", "does not have three parts")
	}
	u, err := parseParts(header, payload, sig)
	if err != nil {
		return nil, err
	}
	u.signed = bytes.Clone(token[:len(header)+1+len(payload)])
	return u, nil
}

// parseParts reads the parts from their base64url. The signing input is left to the caller.
func parseParts(header, payload, sig []byte) (u *Unverified, err error) {
	u = new(Unverified)
	if u.header, err = parseHeader(header); err != nil {
		return nil, err
	}
	if u.payload, err = base64url.Decode(payload); err != nil {
		return nil, refuse(ErrFormat, "payload", "is not base64url")
	}
	if u.signature, err = base64url.Decode(sig); err != nil {
		return nil, refuse(ErrFormat, "signature", "is not base64url")
	}
	if len(u.signature) == 0 {
		return nil, refuse(ErrFormat, "signature", "is empty")
	}
	return u, nil
}

// Assemble returns a signed object of another serialization than JOSE's as an Unverified, for package cose, so that keys
// are bound to algorithms in one place: h.Algorithm is a name of JOSE. signed is what the signature covers, and payload
// within it. It checks nothing, and retains all of them.
func Assemble(h *Header, signed, payload, signature []byte) *Unverified {
	return &Unverified{header: *h, payload: payload, signed: signed, signature: signature}
}

// Header returns the protected header. What it refers to must not be changed.
func (u *Unverified) Header() Header { return u.header }

// Unprotected returns the unprotected header of a signature in the JSON serialization, the zero Value if there is none.
// No signature ever covers it.
func (u *Unverified) Unprotected() strictjson.Value { return u.unprotected }

// UnverifiedPayload returns the payload, which anyone may have written: to find out whose key to try, and for nothing
// else. It must not be changed.
func (u *Unverified) UnverifiedPayload() []byte { return u.payload }

// Digest returns the SHA-256 of the token in the compact serialization, whichever one it came in.
func (u *Unverified) Digest() [sha256.Size]byte {
	h := sha256.New()
	h.Write(u.signed)
	h.Write([]byte("." + base64url.Encode(u.signature)))
	return h.Sum()
}

// UnverifiedClaims is [Unverified.UnverifiedPayload] read as a JSON object.
func (u *Unverified) UnverifiedClaims() (strictjson.Value, error) { return claims(u.payload) }

// A Plan holds the signature check that decides about a token.
type Plan struct {
	token Token
	check signature.Check
}

// Plan describes the check that key signed the token. The key must fit the token's algorithm; "kid" is not compared,
// since the key may have been found by other means: see [KeySet.Find]. The error is an [*Error] of kind [ErrKey] if the
// key does not fit, or [ErrSignature] if no key could have made this signature.
func (u *Unverified) Plan(key *Key) (*Plan, error) {
	c, err := u.Check(key)
	if err != nil {
		return nil, err
	}
	return &Plan{Token{*u, key}, c}, nil
}

// Check is [Unverified.Plan] for a caller who looks at the answer itself. The errors are the same.
func (u *Unverified) Check(key *Key) (signature.Check, error) {
	if key == nil {
		return signature.Check{}, refuse(ErrKey, "key", "is absent")
	}
	algorithm, ok := key.algorithm(u.header.Algorithm)
	if !ok {
		return signature.Check{}, refuse(ErrKey, "key", "is not of the algorithm")
	}
	c, err := signature.NewChecked(algorithm, key.public.Key, u.signed, u.signature) // whoever makes a Key checks it
	if err != nil {
		return signature.Check{}, &Error{ErrSignature, "signature", "has a form or size that no signature has", err}
	}
	return c, nil
}

// Check returns what the host has to answer. Its slices must not be changed.
func (p *Plan) Check() signature.Check { return p.check }

// A Token is a JWS whose signature holds. Only [Plan.Open] makes one; a zero Token has no payload. Whether its key is the
// right one, and its claims are true at this time, is for the caller to judge.
type Token struct {
	u   Unverified
	key *Key
}

// Open concludes the plan from the host's answer. The error is an [*Error] of kind [ErrSignature], or of [ErrAlgorithm]
// where the host cannot do the algorithm; it is signature.ErrAnswers if the host is at fault.
func (p *Plan) Open(answer signature.Answer) (*Token, error) {
	switch answer {
	case signature.Valid:
		if p.token.key == nil {
			break // a zero Plan is about nothing
		}
		t := p.token
		return &t, nil
	case signature.Invalid:
		return nil, refuse(ErrSignature, "signature", "does not hold")
	case signature.Unsupported:
		return nil, refuse(ErrAlgorithm, "alg", "is beyond this host")
	}
	return nil, signature.ErrAnswers
}

// Header returns the protected header. What it refers to must not be changed.
func (t *Token) Header() Header { return t.u.header }

// Key returns the key that made the signature.
func (t *Token) Key() *Key { return t.key }

// Payload returns what was signed. It must not be changed.
func (t *Token) Payload() []byte { return t.u.payload }

// Claims returns the payload read as one JSON object, as in a JWT (RFC 7519, Section 7.2). The error is an [*Error].
func (t *Token) Claims() (strictjson.Value, error) { return claims(t.u.payload) }

func claims(payload []byte) (strictjson.Value, error) {
	return parseObject(payload, claimLimits(payload), "payload")
}
