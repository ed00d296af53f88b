package vc

import (
	"errors"
	"strings"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// presentation reads a vp of the data model 2.0, in which credentials are enveloped (VC Data Model 2.0, Section 4.13.1).
func presentation(u *jose.Unverified, claims strictjson.Value, cty string) (*Presentation, error) {
	if err := w3cEnvelope(u.Header(), claims, cty); err != nil {
		return nil, err
	}
	if err := model(claims, contextV2, "VerifiablePresentation"); err != nil {
		return nil, err
	}
	p := &Presentation{}
	var err error
	if p.Proof, err = proof(u, claims, false); err != nil {
		return nil, err
	}
	return p.credentials(claims, enveloped)
}

// enveloped reads a credential in a data: URL.
func enveloped(v strictjson.Value) (*Credential, error) {
	if err := model(v, contextV2, "EnvelopedVerifiableCredential"); err != nil {
		return nil, err
	}
	id, err := text(v, "id")
	if err != nil {
		return nil, err
	}
	media, token, ok := strings.Cut(id, ",")
	media, data := strings.CutPrefix(media, "data:")
	if !ok || !data {
		return nil, malformed("an enveloped credential is not a data: URL")
	}
	media, encoded := strings.CutSuffix(media, ";base64")
	if encoded {
		b, ok := decodeCOSE(strings.TrimSuffix(token, "\n")) // which readers of URLs leave out, and the suite has
		if !ok {
			return nil, malformed("an enveloped credential is not COSE in base64")
		}
		token = string(b)
	}
	c, err := credential(token)
	if err != nil {
		return nil, err
	}
	if typ := c.Header().Type; typ != "" && !jose.SameType(typ, "JWT") && !jose.SameType(typ, media) || encoded != (c.Format == VCCOSE) {
		return nil, malformed("an enveloped credential is of another form than its URL says")
	}
	return c, nil
}

// presentation11 reads a JWT-VP (VC Data Model 1.1, Section 6.3.1).
func presentation11(u *jose.Unverified, claims strictjson.Value) (*Presentation, error) {
	inner, _ := claims.Get("vp")
	if err := model(inner, contextV1, "VerifiablePresentation"); err != nil {
		return nil, err
	}
	if _, ok := claims.Get("vc"); ok {
		return nil, malformed("both vc and vp")
	}
	p := &Presentation{}
	var err error
	if p.Proof, err = proof(u, claims, true); err != nil {
		return nil, err
	}
	return p.credentials(inner, func(v strictjson.Value) (*Credential, error) {
		token, err := v.Text()
		if err != nil {
			return nil, malformed("a credential within a vp that nobody signed")
		}
		return credential(token)
	})
}

// credentials reads those of a vp, each alone or in an array.
func (p *Presentation) credentials(v strictjson.Value, read func(strictjson.Value) (*Credential, error)) (*Presentation, error) {
	member, ok := v.Get("verifiableCredential")
	if !ok {
		return nil, malformed("no verifiableCredential")
	}
	list, err := member.Array()
	if err != nil {
		list = []strictjson.Value{member}
	}
	if len(list) == 0 {
		return nil, malformed("no verifiableCredential")
	}
	if len(list) > maxCredentials {
		return nil, refuse(ErrLimit, "too many credentials")
	}
	for i, v := range list {
		for _, before := range list[:i] {
			if v.Raw() == before.Raw() {
				return nil, malformed("a credential twice")
			}
		}
		c, err := read(v)
		switch {
		case errors.Is(err, ErrUnsupported):
			p.Unsupported++
		case err != nil:
			return nil, err
		default:
			p.Credentials = append(p.Credentials, c)
		}
	}
	if len(p.Credentials) == 0 {
		return nil, refuse(ErrUnsupported, "no credential of a form that is known")
	}
	return p, nil
}

// credential reads one that stands within a vp: no other vp, and without a key binding of its own, which would be
// another holder's.
func credential(token string) (*Credential, error) {
	p, err := Parse([]byte(token))
	if err != nil {
		return nil, err
	}
	if p.Proof != nil {
		return nil, malformed("a presentation within a presentation")
	}
	return p.Credentials[0], nil
}

// proof reads what a vp says of itself.
func proof(u *jose.Unverified, claims strictjson.Value, iat bool) (*Proof, error) {
	p := &Proof{Token: u, Bound: true}
	var iss string
	for _, m := range [...]struct {
		name string
		to   *string
	}{{"aud", &p.Audience}, {"nonce", &p.Nonce}, {"iss", &iss}} {
		var err error
		if m.name == "aud" {
			*m.to, err = audience(claims)
		} else {
			*m.to, err = text(claims, m.name)
		}
		if err != nil {
			return nil, err
		}
	}
	for _, m := range [...]struct {
		name string
		to   *int64
	}{{"iat", &p.IssuedAt}, {"nbf", &p.NotBefore}, {"exp", &p.NotAfter}} {
		var err error
		if *m.to, err = seconds(claims, m.name); err != nil {
			if m.name == "iat" && !iat {
				continue // as in credentials of this form; then it has no time of issue
			}
			return nil, err
		}
	}
	if p.NotAfter != 0 {
		p.NotAfter--
	}
	inner, in := claims.Get("vp")
	if !in {
		inner = claims
	}
	var err error
	p.Holder, err = holder(inner, iss)
	return p, err
}

// holder reads who presents a vp, which is iss if that is there.
func holder(vp strictjson.Value, iss string) (string, error) {
	member, ok := vp.Get("holder")
	if !ok {
		return iss, nil
	}
	id, err := member.Text()
	if err != nil {
		if id, err = text(member, "id"); err != nil {
			return "", err
		}
	}
	if id == "" || iss != "" && iss != id {
		return "", malformed("holder is empty, or is not iss")
	}
	return id, nil
}
