package vc

import (
	"bytes"
	"errors"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/cose"
	"github.com/e2eid/e2eid/internal/jose"
)

// isCOSE returns bytes that begin like COSE: those of text themselves, or what they are in base64. No text of another form
// begins with a byte beyond ASCII, nor is base64 without a dot anything else.
func isCOSE(text []byte) (b []byte, ok bool) {
	if isBinary(text) {
		return text, true
	}
	if bytes.IndexByte(text, '.') >= 0 {
		return nil, false
	}
	return decodeCOSE(string(text))
}

// decodeCOSE reads base64 of either alphabet, as the suite of VC-JOSE-COSE has it: its files are base64 without padding, its
// data: URLs base64url, and the specification's base64 with padding (RFC 2397).
func decodeCOSE(text string) (b []byte, ok bool) {
	b, err := base64url.DecodeStandard(text)
	if err != nil {
		b, err = base64url.Decode(text)
	}
	return b, err == nil && isBinary(b)
}

// isBinary reports bytes that begin like an array or a tag of CBOR.
func isBinary(b []byte) bool { return len(b) > 0 && b[0] >= 0x80 }

// parseCOSE reads a credential or a vp secured with COSE (VC-JOSE-COSE, Section 3.3). typ is demanded here, since it alone
// says what the rest is.
func parseCOSE(b []byte) (*Presentation, error) {
	u, err := cose.Parse(b, MaxBytes)
	if err != nil {
		e := wrap(err)
		if errors.Is(err, cose.ErrMAC) {
			e.Kind = ErrUnsigned
		}
		return nil, e
	}
	typ := u.Header().Type
	vp := jose.SameType(typ, "vp+cose")
	if !vp && !jose.SameType(typ, "vc+cose") {
		return nil, refuse(ErrType, "typ of a COSE_Sign1")
	}
	claims, err := u.UnverifiedClaims()
	if err != nil {
		return nil, wrap(err)
	}
	if vp {
		return presentation(u, claims, "vp")
	}
	c := &Credential{Token: u, Claims: claims}
	if err := c.readW3C(VCCOSE, "vc"); err != nil {
		return nil, err
	}
	return &Presentation{Credentials: []*Credential{c}}, nil
}
