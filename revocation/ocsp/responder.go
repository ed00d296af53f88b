package ocsp

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

// readResponder reads the ResponderID.
func (r *Response) readResponder(in *der.String) error {
	const part = "responderID"
	var content, hash der.String
	var tag der.Tag
	if !in.Any(&content, &tag) {
		return pkix.Malformed(part, "missing")
	}
	switch tag {
	case der.Context(1).Constructed():
		r.ResponderName = new(pkix.Name)
		if err := pkix.ReadName(&content, r.ResponderName); err != nil {
			return pkix.InPart(part, err)
		}
	case der.Context(2).Constructed():
		if !content.Read(&hash, der.OctetString) || len(hash) != sha1Size {
			return pkix.Malformed(part, "not an OCTET STRING of 20")
		}
		r.ResponderKeyHash = hash
	default:
		return pkix.Malformed(part, "unknown choice")
	}
	if !content.Empty() {
		return pkix.Malformed(part, "trailing bytes")
	}
	return nil
}

// MayBe reports whether the response says that this responder signed it: subject is the responder's name, compared by
// RFC 5280, Section 7.1, and key the content of the BIT STRING subjectPublicKey without the octet of unused bits, which
// is [pkix.PublicKey].Key. False means that the signature need not be checked with this key: the identifier must fit
// the signer (RFC 6960, Section 4.2.2.3). True authenticates nobody.
//
// The key's hash is SHA-1 by definition. It only selects keys to check the signature with: one who makes two keys of
// one hash gains a check that fails.
func (r *Response) MayBe(subject pkix.Name, key []byte) bool {
	if r.ResponderName != nil {
		return r.ResponderName.Equal(subject)
	}
	sum := sha1(key)
	return bytes.Equal(r.ResponderKeyHash, sum[:])
}
