package vc

import (
	"errors"
	"slices"

	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/signature"
)

// parseJSON reads an SD-JWT in its JSON serialization, or a credential with a Data Integrity proof.
func parseJSON(text []byte) (*Presentation, error) {
	v, err := strictjson.Parse(text, strictjson.Limits{Bytes: MaxBytes, Nodes: 1 << 14, Depth: 32})
	if err != nil {
		return nil, wrap(err)
	}
	if _, ok := v.Get("payload"); ok {
		t, err := sdjwt.ParseJSON(text)
		if err != nil {
			return nil, wrap(err)
		}
		return readSDJWT(t)
	}
	if _, ok := v.Get("proof"); !ok {
		return nil, refuse(ErrUnsigned, "JSON without a proof")
	}
	c := &Credential{Format: Proven, Claims: v}
	switch c.proof, err = dataintegrity.Parse(v); {
	case errors.Is(err, dataintegrity.ErrUnsupported):
		return nil, refuse(ErrUnsupported, err.Error())
	case err != nil:
		return nil, malformed(err.Error())
	case c.proof.Purpose != "assertionMethod":
		return nil, malformed("a proof for another purpose than to assert")
	}
	if types, err := texts(v, "type"); err == nil && slices.Contains(types, "VerifiablePresentation") {
		return nil, refuse(ErrUnsupported, "a presentation with a proof")
	}
	if _, ok := v.Get("iss"); ok {
		return nil, malformed("a claim of JWTs beside a proof")
	}
	if err := c.readIssuer(v); err != nil {
		return nil, err
	}
	if c.Issuer == "" {
		return nil, malformed("no issuer")
	}
	contexts, err := texts(v, "@context")
	if err != nil {
		return nil, err
	}
	if len(contexts) > 0 && contexts[0] == contextV1 {
		err = c.readModel(v, contextV1, "issuanceDate", "expirationDate")
	} else {
		err = c.readModel(v, contextV2, "validFrom", "validUntil")
	}
	if err != nil {
		return nil, err
	}
	end := c.proof.Expires
	if end != 0 {
		end--
	}
	c.narrow(c.proof.Created, end)
	c.Audience = c.proof.Domain
	c.readHolder()
	return &Presentation{Credentials: []*Credential{c}}, nil
}

// Header returns the protected header of the token. For a Data Integrity proof it has the algorithm and, as kid, the
// verification method.
func (c *Credential) Header() jose.Header {
	if c.Token == nil {
		return jose.Header{Algorithm: c.proof.Algorithm(), KeyID: c.proof.VerificationMethod}
	}
	return c.Token.Header()
}

// Check describes the check that key signed the credential. An error is one of a key that cannot have.
func (c *Credential) Check(key *jose.Key) (signature.Check, error) {
	if c.Token == nil {
		return c.proof.Check(key)
	}
	p, err := c.Token.Plan(key)
	if err != nil {
		return signature.Check{}, err
	}
	return p.Check(), nil
}
