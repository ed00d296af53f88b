package main

import (
	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

var formatNames = map[vc.Format]string{
	vc.SDJWT: "SD-JWT", vc.SDJWTVC: "SD-JWT VC", vc.VCSDJWT: "vc+sd-jwt", vc.VCJWT: "vc+jwt", vc.JWTVC: "JWT-VC",
	vc.Proven: "Data Integrity", vc.VCCOSE: "vc+cose",
}

var statusKinds = map[vc.StatusKind]string{
	vc.StatusUnknown: "unknown", vc.StatusToken: "Token Status List", vc.StatusBitstring: "Bitstring Status List",
	vc.Status2021: "StatusList2021", vc.StatusAssertion: "status assertion",
}

// showToken shows a verifiable credential in a LeafNode, or says why it is none.
func showToken(b []byte) any {
	p, err := vc.Parse(b)
	if err != nil {
		return object{{"malformed", text(err.Error())}, {"bytes", hexBytes(b)}}
	}
	return showPresentation(p)
}

func showPresentation(p *vc.Presentation) object {
	o := object{{"credentials", listOf(p.Credentials, func(c *vc.Credential) any { return showVC(c) })}}
	if p.Unsupported > 0 {
		o.add("credentialsLeftOut", uint64(p.Unsupported))
	}
	if p.Proof != nil {
		o.add("proof", showProof(p.Proof))
	}
	return o
}

func showVC(c *vc.Credential) object {
	o := object{{"format", formatNames[c.Format]}}
	o = append(o, showSecuring(c.Token, c.Proofs)...)
	o.addText("issuer", c.Issuer)
	if len(c.Types) > 0 {
		o.add("types", listOf(c.Types, func(s string) any { return text(s) }))
	}
	o.addText("subject", c.Subject)
	o.addTime("notBefore", c.NotBefore)
	o.addTime("notAfter", c.NotAfter)
	o.addText("audience", c.Audience)
	o.addText("challenge", c.Challenge)
	switch {
	case c.HolderError != nil:
		o.add("holder", object{{"refused", text(c.HolderError.Error())}})
	case c.Holder != nil:
		o.add("holder", showHolder(c.Holder))
	}
	if len(c.Status) > 0 {
		o.add("status", listOf(c.Status, showStatusRef))
	}
	o.add("claims", showJSON(c.Claims))
	if c.SDJWT != nil {
		o.add("disclosures", listOf(c.SDJWT.Disclosures, showDisclosure))
		o.add("undisclosed", uint64(c.SDJWT.Undisclosed))
	}
	if c.Token != nil && c.Format != vc.VCCOSE { // of COSE there is no such hash
		digest := c.Token.Digest()
		o.add("credentialHash", base64url.Encode(digest[:]))
	}
	return o
}

// showSecuring shows the header of a token, or the proofs if there is none.
func showSecuring(token *jose.Unverified, proofs []*dataintegrity.Proof) object {
	if token != nil {
		return object{{"header", showHeader(token.Header())}}
	}
	return object{{"proofs", listOf(proofs, func(p *dataintegrity.Proof) any {
		o := object{{"cryptosuite", text(p.Suite)}, {"verificationMethod", text(p.VerificationMethod)}}
		o.addTime("created", p.Created)
		o.addTime("expires", p.Expires)
		return o
	})}}
}

// showHeader shows a protected header; of COSE what was read of it.
func showHeader(h jose.Header) object {
	var o object
	members, err := h.Object.Object()
	for _, m := range members {
		if m.Name != "x5c" {
			o.add(memberName(m.Name), showJSON(m.Value))
		}
	}
	chain := "x5c"
	if err != nil {
		chain = "x5chain"
		o.addText("alg", h.Algorithm)
		o.addText("typ", h.Type)
		o.addText("cty", h.ContentType)
		if h.KeyID != "" {
			o.add("kid", hexBytes(h.KeyID))
		}
	}
	if len(h.Certificates) > 0 {
		o.add(chain, listOf(h.Certificates, showDER))
	}
	return o
}

// showHolder shows the key that something is bound to, with the thumbprint of RFC 7638 in the form that others write.
func showHolder(k *jose.Key) object {
	thumbprint := k.Thumbprint()
	return object{
		{"kind", keyKinds[k.Public().Kind]},
		{"key", hexBytes(k.Public().Key)},
		{"thumbprint", base64url.Encode(thumbprint[:])},
	}
}

func showStatusRef(r vc.StatusRef) any {
	o := object{{"kind", statusKinds[r.Kind]}}
	if r.URI != "" {
		o.add("uri", text(r.URI))
		o.add("index", r.Index)
	}
	o.addText("purpose", r.Purpose)
	if r.Size > 0 {
		o.add("size", uint64(r.Size))
	}
	return o
}

// showDisclosure shows a disclosure without its salt. It has been decoded before, within the same bounds.
func showDisclosure(encoded []byte) any {
	b, err := base64url.Decode(encoded)
	if err != nil {
		return object{{"malformed", text(err.Error())}}
	}
	v, err := strictjson.Parse(b, strictjson.Limits{Bytes: sdjwt.MaxBytes, Nodes: len(b), Depth: 32})
	if err != nil {
		return object{{"malformed", text(err.Error())}}
	}
	parts, _ := v.Array()
	var o object
	if len(parts) == 3 {
		o.add("name", showJSON(parts[1]))
	}
	o.add("value", showJSON(parts[len(parts)-1]))
	return o
}

func showProof(p *vc.Proof) object {
	var o object
	if p.Token != nil {
		o.add("header", showHeader(p.Token.Header()))
	}
	o.addText("holder", p.Holder)
	o.addText("verificationMethod", p.Method)
	o.addText("audience", p.Audience)
	o.addText("nonce", p.Nonce)
	o.addTime("issuedAt", p.IssuedAt)
	o.addTime("notBefore", p.NotBefore)
	o.addTime("notAfter", p.NotAfter)
	o.add("bound", p.Bound)
	return o
}

// addText adds a text that is empty if absent.
func (o *object) addText(name, s string) {
	if s != "" {
		o.add(name, text(s))
	}
}

// addTime adds a time that is 0 if absent.
func (o *object) addTime(name string, seconds int64) {
	if seconds != 0 {
		o.add(name, unixTime(uint64(seconds)))
	}
}
