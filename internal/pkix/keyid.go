package pkix

import "github.com/e2eid/e2eid/internal/der"

// AuthorityKeyID is RFC 5280, Section 4.2.1.1. Absent parts are nil.
type AuthorityKeyID struct {
	KeyID  []byte
	Issuer []GeneralName
	Serial []byte // content octets of the INTEGER
}

// ReadAuthorityKeyID reads the value of the extension.
func ReadAuthorityKeyID(in *der.String, out **AuthorityKeyID) error {
	const part = "authorityKeyIdentifier"
	var seq, keyID, issuer, serial der.String
	var hasKeyID, hasIssuer, hasSerial bool
	if !in.Read(&seq, der.Sequence) ||
		!seq.Optional(&keyID, &hasKeyID, der.Context(0)) ||
		!seq.Optional(&issuer, &hasIssuer, der.Context(1).Constructed()) ||
		!seq.Optional(&serial, &hasSerial, der.Context(2)) || !seq.Empty() {
		return Malformed(part, "not a SEQUENCE of its parts")
	}
	id := &AuthorityKeyID{KeyID: keyID, Serial: serial}
	if hasKeyID && len(keyID) == 0 || hasSerial && (!MinimalInteger(serial) || len(serial) > MaxSerialBytes) {
		return Malformed(part, "empty key identifier, or serial number not a DER INTEGER")
	}
	if hasIssuer {
		names, err := ReadGeneralNames(issuer)
		if err != nil {
			return InPart(part, err)
		}
		id.Issuer = names
	}
	*out = id
	return nil
}
