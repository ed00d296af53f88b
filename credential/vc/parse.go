package vc

import (
	"bytes"
	"strings"

	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// Parse reads a credential or a presentation: text, or COSE in binary or base64. It checks form and digests, no signature
// and no time. The error is an [*Error].
func Parse(text []byte) (*Presentation, error) {
	if len(text) > MaxBytes {
		return nil, refuse(ErrLimit, "text too long")
	}
	if b, ok := isCOSE(text); ok {
		return parseCOSE(b)
	}
	if err := recognize(text); err != nil {
		return nil, err
	}
	if bytes.TrimLeft(text, " \t\r\n")[0] == '{' {
		return parseJSON(text)
	}
	if sdjwt.Is(text) {
		return parseSDJWT(text)
	}
	return parseJWT(text)
}

// recognize refuses what is no token of these forms, as what it is.
func recognize(text []byte) error {
	t := bytes.TrimLeft(text, " \t\r\n")
	switch {
	case len(t) == 0:
		return malformed("empty")
	case t[0] == '<' || isEncodedXML(text):
		return refuse(ErrBearer, "XML, such as a SAML assertion")
	}
	return nil
}

// isEncodedXML reports base64 of what begins like XML, as SAML assertions travel (RFC 7522, Section 2.1).
func isEncodedXML(text []byte) bool {
	if len(text) < 8 || bytes.IndexByte(text, '.') >= 0 {
		return false
	}
	b, err := base64url.Decode(text[:8])
	return err == nil && (b[0] == '<' && (b[1] == '?' || b[1]|0x20 >= 'a' && b[1]|0x20 <= 'z'))
}

// parseJWS reads a compact JWS, and tells an algorithm that secures nothing from one that is not known.
func parseJWS(text []byte) (*jose.Unverified, error) {
	u, err := jose.Parse(text)
	if err == nil {
		return u, nil
	}
	e := wrap(err)
	if e.Kind == ErrAlgorithm && unsigned(text) {
		e.Kind = ErrUnsigned
	}
	return nil, e
}

// unsigned reports a header whose alg is none or a MAC, in any case of letters.
func unsigned(text []byte) bool {
	header, _, _ := bytes.Cut(text, []byte("."))
	b, err := base64url.Decode(header)
	if err != nil {
		return false
	}
	v, err := strictjson.Parse(b, strictjson.Limits{Bytes: MaxBytes, Nodes: 256, Depth: 8})
	if err != nil {
		return false
	}
	alg, _ := v.Get("alg")
	s, _ := alg.Text()
	s = strings.ToLower(s)
	return s == "none" || strings.HasPrefix(s, "hs")
}

// parseSDJWT reads an SD-JWT, whose type decides what it is.
func parseSDJWT(text []byte) (*Presentation, error) {
	t, err := sdjwt.Parse(text)
	if err != nil {
		return nil, wrap(err)
	}
	return readSDJWT(t)
}

func readSDJWT(t *sdjwt.Token) (*Presentation, error) {
	u, err := parseJWS(t.JWT)
	if err != nil {
		return nil, err
	}
	payload, err := u.UnverifiedClaims()
	if err != nil {
		return nil, wrap(err)
	}
	claims, err := t.Process(payload)
	if err != nil {
		return nil, wrap(err)
	}
	h := u.Header()
	if jose.SameType(h.Type, "vp+sd-jwt") {
		if len(t.KeyBinding) > 0 {
			return nil, malformed("key binding of a vp, which the holder signs")
		}
		return presentation(u, claims, "vp")
	}
	c := &Credential{Token: u, SDJWT: t, Claims: claims}
	switch {
	case jose.SameType(h.Type, "dc+sd-jwt"):
		err = c.readSDJWTVC()
	case jose.SameType(h.Type, "vc+sd-jwt"):
		if _, ok := claims.Get("@context"); ok {
			err = c.readW3C(VCSDJWT, "vc")
		} else {
			err = c.readSDJWTVC() // the type that SD-JWT VC had before draft-ietf-oauth-sd-jwt-vc-07
		}
	case (h.Type == "" || isPlain(h.Type)) && model(claims, contextV2, "VerifiableCredential") == nil:
		err = c.readW3C(VCSDJWT, "vc") // what it is as a JWT, behind which anybody can write a tilde
	case h.Type == "" || strings.HasSuffix(strings.ToLower(h.Type), "+sd-jwt"):
		err = c.readSDJWT()
	case isPlain(h.Type):
		// An SD-JWT VC must say that it is one (draft-ietf-oauth-sd-jwt-vc, "JOSE Header").
		if _, ok := claims.Get("vct"); ok {
			err = refuse(ErrType, "typ of an SD-JWT VC")
		} else {
			err = c.readSDJWT()
		}
	default:
		err = refuse(ErrType, "typ of an SD-JWT")
	}
	if err != nil {
		return nil, err
	}
	c.digest = t.Hash()
	p := &Presentation{Credentials: []*Credential{c}}
	if len(t.KeyBinding) > 0 {
		if p.Proof, err = keyBinding(t.KeyBinding, c.digest); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// isPlain reports a typ that says of an SD-JWT no more than that it is one. RFC 9901, Section 9.11 recommends another one,
// and libraries write these.
func isPlain(typ string) bool {
	return jose.SameType(typ, "JWT") || jose.SameType(typ, "sd+jwt") || jose.SameType(typ, "sd-jwt")
}

// keyBinding reads the Key Binding JWT (RFC 9901, Section 7.3) of an SD-JWT with this hash.
func keyBinding(jwt []byte, hash string) (*Proof, error) {
	u, err := parseJWS(jwt)
	if err != nil {
		return nil, err
	}
	if !jose.SameType(u.Header().Type, sdjwt.KeyBindingType) {
		return nil, malformed("key binding of another typ than kb+jwt")
	}
	payload, err := u.UnverifiedClaims()
	if err != nil {
		return nil, wrap(err)
	}
	k, err := sdjwt.ParseKeyBinding(payload)
	if err != nil {
		return nil, wrap(err)
	}
	p := &Proof{Token: u, Audience: k.Audience, Nonce: k.Nonce, IssuedAt: k.IssuedAt, NotBefore: k.Before, Bound: k.Hash == hash}
	if k.Expires != 0 {
		p.NotAfter = k.Expires - 1
	}
	return p, nil
}

// parseJWT reads a JWS that is no SD-JWT.
func parseJWT(text []byte) (*Presentation, error) {
	u, err := parseJWS(text)
	if err != nil {
		return nil, err
	}
	typ := u.Header().Type
	if strings.HasSuffix(strings.ToLower(typ), "sd-jwt") {
		return nil, malformed("an SD-JWT without a tilde")
	}
	claims, err := u.UnverifiedClaims()
	if err != nil {
		return nil, wrap(err)
	}
	c := &Credential{Token: u, Claims: claims}
	switch {
	case jose.SameType(typ, "vc+jwt"):
		err = c.readW3C(VCJWT, "vc")
	case jose.SameType(typ, "vp+jwt"):
		return presentation(u, claims, "vp")
	case typ == "" || jose.SameType(typ, "JWT"):
		if _, ok := claims.Get("vp"); ok {
			return presentation11(u, claims)
		}
		_, vc := claims.Get("vc")
		_, context := claims.Get("@context") // of the data model 2.0, whose typ is a SHOULD (VC-JOSE-COSE, Section 3.1.1)
		switch {
		case vc:
			err = c.readJWTVC()
		case !context:
			return nil, refuse(ErrBearer, "a JWT without a credential, such as an ID token")
		case model(claims, contextV2, "VerifiablePresentation") == nil:
			return presentation(u, claims, "vp")
		default:
			err = c.readW3C(VCJWT, "vc")
		}
	case jose.SameType(typ, "at+jwt"):
		err = refuse(ErrBearer, "an access token")
	default:
		err = refuse(ErrType, "typ of a JWT")
	}
	if err != nil {
		return nil, err
	}
	return &Presentation{Credentials: []*Credential{c}}, nil
}
