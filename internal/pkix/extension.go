package pkix

import "github.com/e2eid/e2eid/internal/der"

// An Extension is one extension of a certificate, a CRL or one of its entries, or an OCSP response (RFC 5280, Section
// 4.1).
type Extension struct {
	ID       OID
	Critical bool
	Known    bool   // decoded into a field of what it stands in
	Value    []byte // content of the OCTET STRING
}

// ReadExtensions reads one Extensions and nothing after it. It calls parse with each value. One that parse knows must be
// consumed whole.
func ReadExtensions(in der.String, parse func(id OID, value *der.String) (known bool, err error)) ([]Extension, error) {
	var seq der.String
	if !in.Read(&seq, der.Sequence) || !in.Empty() || seq.Empty() {
		return nil, Malformed("extensions", "not a SEQUENCE with members")
	}
	var list []Extension
	for !seq.Empty() {
		var ext, value der.String
		var e Extension
		if !seq.Read(&ext, der.Sequence) || !ReadOID(&ext, &e.ID) {
			return nil, Malformed("extensions", "not an extension")
		}
		if ext.Next(der.Boolean) {
			// FALSE is the default, which DER leaves out; but so many authorities write it (in basicConstraints
			// above all) that refusing it here would only be noise: the value is clear.
			if !ext.Bool(&e.Critical) {
				return nil, Malformed("extensions", "critical is not a DER BOOLEAN")
			}
		}
		if !ext.Read(&value, der.OctetString) || !ext.Empty() {
			return nil, Malformed("extensions", "value is not an OCTET STRING")
		}
		e.Value = value
		for _, other := range list {
			if other.ID == e.ID {
				return nil, Malformed("extensions", "repeated: "+e.ID.String())
			}
		}
		var err error
		if e.Known, err = parse(e.ID, &value); err != nil {
			return nil, err
		}
		if e.Known && !value.Empty() {
			return nil, Malformed("extension "+e.ID.String(), "trailing bytes")
		}
		if list = append(list, e); len(list) > maxExtensions {
			return nil, Malformed("extensions", "too many")
		}
	}
	return list, nil
}
