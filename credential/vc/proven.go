package vc

import (
	"errors"
	"slices"

	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// parseJSON reads an SD-JWT in its JSON serialization, or a credential or presentation with a Data Integrity proof.
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
	if isPresentation(v) {
		return presentationProven(v)
	}
	c, err := proven(v)
	if err != nil {
		return nil, err
	}
	return &Presentation{Credentials: []*Credential{c}}, nil
}

// proven reads a credential with Data Integrity proofs, all of which have to hold.
func proven(v strictjson.Value) (*Credential, error) {
	c := &Credential{Format: Proven, Claims: v}
	var err error
	if c.Proofs, err = dataintegrity.ParseAll(v); err != nil {
		return nil, wrapProof(err)
	}
	for _, p := range c.Proofs {
		if p.Purpose != "assertionMethod" {
			return nil, malformed("a proof for another purpose than to assert")
		}
		// What each of them demands is demanded.
		if !agree(&c.Audience, p.Domain) || !agree(&c.Challenge, p.Challenge) {
			return nil, malformed("proofs for two domains, or two challenges")
		}
		end := p.Expires
		if end != 0 {
			end--
		}
		c.narrow(p.Created, end)
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
	if ofModel11(v) {
		err = c.readModel(v, contextV1, "issuanceDate", "expirationDate")
	} else {
		err = c.readModel(v, contextV2, "validFrom", "validUntil")
	}
	if err != nil {
		return nil, err
	}
	c.readHolder()
	return c, nil
}

// agree takes a text if there is none yet, and reports whether there are not two.
func agree(to *string, text string) bool {
	if *to == "" {
		*to = text
	}
	return text == "" || *to == text
}

// ofModel11 reports whether the first context is that of the data model 1.1.
func ofModel11(v strictjson.Value) bool {
	contexts, err := texts(v, "@context")
	return err == nil && len(contexts) > 0 && contexts[0] == contextV1
}

// isPresentation reports whether v says that it is one, whatever else it says.
func isPresentation(v strictjson.Value) bool {
	types, err := texts(v, "type")
	return err == nil && slices.Contains(types, "VerifiablePresentation")
}

// presentationProven reads a presentation with a Data Integrity proof, which its holder made to authenticate (VC Data
// Integrity 1.0, Section 4.4). Its credentials are objects with proofs of their own, or enveloped (VC Data Model 2.0,
// Section 4.13).
func presentationProven(v strictjson.Value) (*Presentation, error) {
	d, err := dataintegrity.Parse(v) // one holder, who signs once
	if err != nil {
		return nil, wrapProof(err)
	}
	if d.Purpose != "authentication" {
		return nil, malformed("a proof for another purpose than to authenticate")
	}
	// A challenge is for one domain (Section 2.1): half of the two binds it to nothing.
	if (d.Domain == "") != (d.Challenge == "") {
		return nil, malformed("a domain without a challenge, or the reverse")
	}
	context := contextV2
	if ofModel11(v) {
		context = contextV1
	}
	if err := model(v, context, "VerifiablePresentation"); err != nil {
		return nil, err
	}
	proof := &Proof{proof: d, Bound: true, Audience: d.Domain, Nonce: d.Challenge, IssuedAt: d.Created, NotAfter: d.Expires, Method: d.VerificationMethod}
	if proof.NotAfter != 0 {
		proof.NotAfter--
	}
	if proof.Holder, err = holder(v, ""); err != nil {
		return nil, err
	}
	p := &Presentation{Proof: proof}
	return p.credentials(v, func(v strictjson.Value) (*Credential, error) {
		switch _, ok := v.Get("proof"); {
		case isPresentation(v):
			return nil, malformed("a presentation within a presentation")
		case ok:
			return proven(v)
		}
		return enveloped(v)
	})
}

// wrapProof turns an error of package dataintegrity into one of this package.
func wrapProof(err error) *Error {
	switch {
	case errors.Is(err, dataintegrity.ErrUnsupported):
		return refuse(ErrUnsupported, err.Error())
	case errors.Is(err, dataintegrity.ErrLimit):
		return refuse(ErrLimit, err.Error())
	}
	return malformed(err.Error())
}
