package ocsp

import (
	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

const (
	oidNonce          pkix.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x02" // RFC 6960, Section 4.4.1
	oidCRLReference   pkix.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x03" // Section 4.4.2
	oidArchiveCutoff  pkix.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x06" // Section 4.4.4
	oidExtendedRevoke pkix.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x09" // Section 4.4.8
)

// readExtensions reads the optional extensions [1] at the end of in, each with read: known tells whether read has a
// meaning for it, ok whether it is well-formed. An extension where it does not belong is unknown there.
func readExtensions(in *der.String, critical *bool, read func(id pkix.OID, value *der.String) (known, ok bool)) error {
	var content der.String
	var present bool
	if !in.Optional(&content, &present, der.Context(1).Constructed()) || !in.Empty() {
		return pkix.Malformed(part, "trailing bytes")
	}
	if !present {
		return nil
	}
	list, err := pkix.ReadExtensions(content, func(id pkix.OID, value *der.String) (bool, error) {
		known, ok := read(id, value)
		if known && !ok {
			return true, pkix.Malformed("extension "+id.String(), "not of its type")
		}
		return known, nil
	})
	for _, e := range list {
		*critical = *critical || e.Critical && !e.Known
	}
	return err
}

// readExtension reads one of the responseExtensions.
func (r *Response) readExtension(id pkix.OID, value *der.String) (known, ok bool) {
	var content der.String
	switch id {
	case oidNonce:
		ok = value.Read(&content, der.OctetString) && len(content) > 0 && len(content) <= maxNonceBytes
		r.Nonce = content
		return true, ok
	case oidExtendedRevoke:
		r.ExtendedRevoke = true
		return true, value.Read(&content, der.Null) && content.Empty()
	}
	return false, false
}

// readExtension reads one of the singleExtensions. Those of CRL entries may stand there too (RFC 6960, Section 4.4.5);
// none is known: the ones that are not critical change nothing, and certificateIssuer, which is, has no use beside a
// CertID.
func (s *Single) readExtension(id pkix.OID, value *der.String) (known, ok bool) {
	var content der.String
	switch id {
	case oidArchiveCutoff:
		return true, readTime(value, &s.ArchiveCutoff)
	case oidCRLReference:
		// It tells auditors where the status is from and asks nothing of us: its parts are not looked into.
		return true, value.Read(&content, der.Sequence)
	}
	return false, false
}
