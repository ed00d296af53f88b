package signature

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/der"
)

// scalarOK reports whether 0 < s < order (FIPS 186-5, Section 6.4.2, step 1).
func (c *curve) scalarOK(s []byte) bool {
	return bytes.Compare(s, c.order) < 0 && len(bytes.TrimLeft(s, "\x00")) > 0
}

// signatureFromDER turns a DER Ecdsa-Sig-Value into r || s. Only the one DER encoding is taken.
func (c *curve) signatureFromDER(sig []byte) (raw []byte, ok bool) {
	in := der.String(sig)
	var seq der.String
	var r, s []byte
	if !in.Read(&seq, der.Sequence) || !in.Empty() ||
		!readPositive(&seq, &r) || !readPositive(&seq, &s) || !seq.Empty() ||
		len(r) > c.size || len(s) > c.size {
		return nil, false
	}
	raw = make([]byte, 2*c.size)
	copy(raw[c.size-len(r):], r)
	copy(raw[2*c.size-len(s):], s)
	return raw, true
}
