package vc

import (
	"slices"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// readSDJWTVC reads the claims of an SD-JWT VC (draft-ietf-oauth-sd-jwt-vc, "JWT Claims Set").
func (c *Credential) readSDJWTVC() error {
	if err := c.readSDJWT(); err != nil {
		return err
	}
	c.Format = SDJWTVC
	vct, err := text(c.Claims, "vct")
	if err != nil {
		return err
	}
	if vct == "" {
		return malformed("no vct")
	}
	c.Types = []string{vct}
	return nil
}

// readSDJWT reads the claims of an SD-JWT of no type that is known.
func (c *Credential) readSDJWT() error {
	c.Format = SDJWT
	if err := c.readClaims(true); err != nil {
		return err
	}
	if err := c.readIssuer(c.Claims); err != nil {
		return err
	}
	var err error
	if c.Subject, err = text(c.Claims, "sub"); err != nil {
		return err
	}
	// What restricts it in the words of a W3C data model is not lost where typ does not say which one it is.
	for _, name := range [...]string{"vc", "vp"} {
		if _, ok := c.Claims.Get(name); ok {
			return malformed("a claim " + name + ", which is not of an SD-JWT")
		}
	}
	if err := c.readPeriod(c.Claims, "validFrom", "validUntil"); err != nil {
		return err
	}
	if err := c.readPeriod(c.Claims, "issuanceDate", "expirationDate"); err != nil {
		return err
	}
	if c.Status, err = status(c.Claims, c.Claims); err != nil {
		return err
	}
	c.readHolder()
	return nil
}

// readW3C reads a credential of the data model 2.0 that is itself the payload (VC-JOSE-COSE, Section 3.1).
func (c *Credential) readW3C(format Format, cty string) error {
	c.Format = format
	if err := w3cEnvelope(c.Token.Header(), c.Claims, cty); err != nil {
		return err
	}
	// iat is not read: what it says is said by validFrom, and the specification's own examples have no number there.
	if err := c.readClaims(false); err != nil {
		return err
	}
	if err := c.readIssuer(c.Claims); err != nil {
		return err
	}
	if c.Issuer == "" {
		return malformed("no issuer")
	}
	if err := c.readModel(c.Claims, contextV2, "validFrom", "validUntil"); err != nil {
		return err
	}
	c.readHolder()
	return nil
}

// w3cEnvelope checks what VC-JOSE-COSE demands of the token: the type of its content, if it is named, and that the claims
// of the data model 1.1 are absent.
func w3cEnvelope(h jose.Header, claims strictjson.Value, cty string) error {
	if h.ContentType != "" && !jose.SameType(h.ContentType, cty) {
		return refuse(ErrType, "cty is not "+cty)
	}
	for _, name := range [...]string{"vc", "vp"} {
		if _, ok := claims.Get(name); ok {
			return malformed("a claim " + name + ", which is not of this data model")
		}
	}
	return nil
}

// readJWTVC reads a JWT-VC (Verifiable Credentials Data Model 1.1, Section 6.3.1), of which registered claims stand for
// members of the credential. Where both are there they must say the same.
func (c *Credential) readJWTVC() error {
	c.Format = JWTVC
	inner, _ := c.Claims.Get("vc")
	if inner.Kind() != strictjson.Object {
		return malformed("vc is not an object")
	}
	if err := c.readClaims(true); err != nil {
		return err
	}
	iss, err := text(c.Claims, "iss")
	if err != nil {
		return err
	}
	if iss == "" {
		return malformed("no iss")
	}
	if issuer, ok := inner.Get("issuer"); ok {
		// What iss says need not stand in an object a second time.
		if _, id := issuer.Get("id"); id || issuer.Kind() != strictjson.Object {
			if err := c.readIssuer(inner); err != nil {
				return err
			}
			if c.Issuer != iss {
				return malformed("another issuer in vc")
			}
		}
	}
	c.Issuer = iss
	notBefore, notAfter := c.NotBefore, c.NotAfter
	c.NotBefore, c.NotAfter = 0, 0
	if err := c.readModel(inner, contextV1, "issuanceDate", "expirationDate"); err != nil {
		return err
	}
	_, exp := c.Claims.Get("exp")
	if exp && c.NotAfter != 0 && c.NotAfter != notAfter {
		return malformed("exp and expirationDate differ")
	}
	c.narrow(notBefore, notAfter)
	sub, err := text(c.Claims, "sub")
	if err != nil {
		return err
	}
	if sub != "" && c.Subject != "" && sub != c.Subject {
		return malformed("sub and the id of credentialSubject differ")
	}
	if c.Subject == "" {
		c.Subject = sub
	}
	c.readHolder()
	return nil
}

// The first of @context.
const (
	contextV1 = "https://www.w3.org/2018/credentials/v1"
	contextV2 = "https://www.w3.org/ns/credentials/v2"
)

// readModel reads what the data models 1.1 and 2.0 share.
func (c *Credential) readModel(v strictjson.Value, context, from, until string) error {
	if err := model(v, context, "VerifiableCredential"); err != nil {
		return err
	}
	c.Types, _ = texts(v, "type")
	subject, ok := v.Get("credentialSubject")
	if !ok {
		return malformed("no credentialSubject")
	}
	if subject.Kind() == strictjson.Object {
		var err error
		if c.Subject, err = text(subject, "id"); err != nil {
			return err
		}
	} else if list, err := subject.Array(); err != nil || len(list) == 0 {
		// Several subjects are well-formed, and nobody in particular.
		return malformed("credentialSubject is neither an object nor several")
	}
	if err := c.readPeriod(v, from, until); err != nil {
		return err
	}
	if context == contextV2 { // what restricts it in the words of before is not lost
		if err := c.readPeriod(v, "issuanceDate", "expirationDate"); err != nil {
			return err
		}
	}
	var err error
	c.Status, err = status(c.Claims, v)
	return err
}

// readPeriod reads the members within which a credential of the data models holds.
func (c *Credential) readPeriod(v strictjson.Value, from, until string) error {
	start, err := dateTime(v, from)
	if err != nil {
		return err
	}
	end, err := dateTime(v, until)
	if err != nil {
		return err
	}
	if end != 0 {
		end-- // the first second that is not within
	}
	c.narrow(start, end)
	return nil
}

// model checks the context and type of an object of the data models.
func model(v strictjson.Value, context, typ string) error {
	contexts, err := texts(v, "@context")
	if err != nil || len(contexts) == 0 || contexts[0] != context {
		return malformed("@context does not begin with that of the data model")
	}
	types, err := texts(v, "type")
	if err != nil || !slices.Contains(types, typ) {
		return malformed("type is not " + typ)
	}
	return nil
}

// readIssuer reads iss and issuer, which must be the same where both are there.
func (c *Credential) readIssuer(v strictjson.Value) error {
	iss, err := text(v, "iss")
	if err != nil {
		return err
	}
	if issuer, ok := v.Get("issuer"); ok {
		id, err := issuer.Text()
		if err != nil { // an object with its id
			if id, err = text(issuer, "id"); err != nil || issuer.Kind() != strictjson.Object {
				return malformed("issuer is neither a string nor an object")
			}
		}
		if id == "" || iss != "" && iss != id {
			return malformed("issuer is empty, or is not iss")
		}
		iss = id
	}
	c.Issuer = iss
	return nil
}

// readClaims reads the registered claims of RFC 7519, Section 4.1 that bound a credential. exp is the first second that
// is not within.
func (c *Credential) readClaims(iat bool) error {
	exp, err := seconds(c.Claims, "exp")
	if err != nil {
		return err
	}
	if exp != 0 {
		exp--
	}
	nbf, err := seconds(c.Claims, "nbf")
	if err != nil {
		return err
	}
	c.narrow(nbf, exp)
	if iat {
		if nbf, err = seconds(c.Claims, "iat"); err != nil {
			return err
		}
		c.narrow(nbf, 0)
	}
	c.Audience, err = audience(c.Claims)
	return err
}

// narrow bounds the credential further; 0 is no bound.
func (c *Credential) narrow(notBefore, notAfter int64) {
	c.NotBefore = max(c.NotBefore, notBefore)
	if notAfter != 0 && (c.NotAfter == 0 || notAfter < c.NotAfter) {
		c.NotAfter = notAfter
	}
}
