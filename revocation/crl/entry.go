package crl

import (
	"bytes"
	"time"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

// An Entry is one revoked certificate.
type Entry struct {
	Serial    []byte     // content octets of the INTEGER
	Issuer    *pkix.Name // of the certificate, in an indirect list; nil: the issuer of the list
	RevokedAt time.Time
	Reason    Reason
}

// Extensions of an entry that are decoded (RFC 5280, Section 5.3).
const (
	oidReasonCode        = "\x55\x1d\x15"
	oidInvalidityDate    = "\x55\x1d\x18"
	oidCertificateIssuer = "\x55\x1d\x1d"
)

const enumerated der.Tag = 10

// fields are the parts of an entry.
type fields struct {
	serial    der.String
	revokedAt time.Time
	reason    Reason
	issuer    der.String // value of certificateIssuer, nil if absent
	extended  bool       // it has extensions
	unknown   bool       // one of them is critical and not known
}

// read reads one entry.
func (f *fields) read(in *der.String) error {
	const part = "revokedCertificates"
	*f = fields{}
	var entry der.String
	if !in.Read(&entry, der.Sequence) {
		return pkix.Malformed(part, "not an entry")
	}
	if !entry.Read(&f.serial, der.Integer) || !pkix.MinimalInteger(f.serial) || len(f.serial) > pkix.MaxSerialBytes {
		return pkix.Malformed(part, "serial number not a DER INTEGER of at most 20 octets")
	}
	if !pkix.ReadTime(&entry, &f.revokedAt) {
		return pkix.Malformed(part, "revocationDate not a time in UTC to the second")
	}
	if entry.Empty() {
		return nil
	}
	f.extended = true
	var extensions der.String
	if !entry.Read(&extensions, der.Sequence) || extensions.Empty() || !entry.Empty() {
		return pkix.Malformed(part, "crlEntryExtensions not a SEQUENCE with members")
	}
	return f.readExtensions(extensions)
}

// readExtensions is [pkix.ReadExtensions] for entries: it allocates nothing, for there can be millions.
func (f *fields) readExtensions(in der.String) error {
	const part = "crlEntryExtensions"
	var ids [maxEntryExtensions]der.String
	for n := 0; !in.Empty(); n++ {
		if n == maxEntryExtensions {
			return pkix.Malformed(part, "too many")
		}
		var ext, id, value der.String
		var critical bool
		if !in.Read(&ext, der.Sequence) || !ext.Read(&id, der.ObjectIdentifier) || !pkix.ValidOID(id) {
			return pkix.Malformed(part, "not an extension")
		}
		if ext.Next(der.Boolean) && !ext.Bool(&critical) {
			return pkix.Malformed(part, "critical is not a DER BOOLEAN")
		}
		if !ext.Read(&value, der.OctetString) || !ext.Empty() {
			return pkix.Malformed(part, "value is not an OCTET STRING")
		}
		for _, other := range ids[:n] {
			if bytes.Equal(other, id) {
				return pkix.Malformed(part, "repeated: "+pkix.OID(id).String())
			}
		}
		ids[n] = id
		switch string(id) {
		case oidReasonCode:
			var code der.String
			if !value.Read(&code, enumerated) || !value.Empty() || len(code) != 1 || !Reason(code[0]).Valid() {
				return pkix.Malformed("reasonCode", "not a CRLReason")
			}
			f.reason = Reason(code[0])
		case oidInvalidityDate:
			var t time.Time
			if !value.Next(der.GeneralizedTime) || !pkix.ReadTime(&value, &t) || !value.Empty() {
				return pkix.Malformed("invalidityDate", "not a GeneralizedTime in UTC to the second")
			}
		case oidCertificateIssuer:
			var names der.String
			if !value.Read(&names, der.Sequence) || !value.Empty() || names.Empty() {
				return pkix.Malformed("certificateIssuer", "not a SEQUENCE with members")
			}
			f.issuer = names
		default:
			f.unknown = f.unknown || critical
		}
	}
	return nil
}

// parseEntries decodes every entry, in the content of revokedCertificates, and makes the index.
func (l *List) parseEntries(entries der.String) error {
	const part = "revokedCertificates"
	x := &l.index
	x.der = entries
	var f fields
	for rest := entries; !rest.Empty(); x.count++ {
		if x.count == maxEntries {
			return pkix.Malformed(part, "too many entries")
		}
		offset := uint32(len(entries) - len(rest))
		if err := f.read(&rest); err != nil {
			return err
		}
		if f.extended && l.Version != 2 {
			return pkix.Malformed("crlEntryExtensions", "in a list of version 1")
		}
		if f.reason == RemoveFromCRL && l.BaseNumber == nil {
			return pkix.Malformed("reasonCode", "removeFromCRL in a list that is not a delta")
		}
		if f.unknown {
			l.UnsupportedCritical = true
		}
		if f.issuer == nil {
			continue
		}
		if !l.indirect() {
			return pkix.Malformed("certificateIssuer", "in a list that is not indirect")
		}
		if err := l.startRun(offset, f.issuer); err != nil {
			return err
		}
	}
	x.build()
	return nil
}

// Entries returns how many entries the list has. A certificate that is listed several times counts as often.
func (l *List) Entries() int { return l.index.count }

// Entry returns the entry for a certificate of an issuer, whose [pkix.Name.Key] it takes, with a serial number as
// certificates have it: the content octets of a DER INTEGER. ok is false if there is none, which means nothing unless
// the list speaks for the certificate.
func (l *List) Entry(issuerKey string, serial []byte) (e Entry, ok bool) {
	x := &l.index
	var issuer uint16
	if issuerKey != l.issuerKey {
		if issuer, ok = x.ids[issuerKey]; !ok {
			return Entry{}, false
		}
	}
	offset, ok := x.find(issuer, serial)
	if !ok {
		return Entry{}, false
	}
	return x.entry(offset, issuer), true
}

// All yields every entry in the list's order, also those that another entry for the same certificate outweighs.
func (l *List) All(yield func(Entry) bool) {
	for offset, issuer := range l.index.walk {
		if !yield(l.index.entry(offset, issuer)) {
			return
		}
	}
}

// entry decodes an entry once more.
func (x *index) entry(offset uint32, issuer uint16) Entry {
	var f fields
	in := x.der[offset:]
	_ = f.read(&in) // it was read before
	e := Entry{Serial: f.serial, RevokedAt: f.revokedAt, Reason: f.reason}
	if issuer > 0 {
		e.Issuer = &x.names[issuer-1]
	}
	return e
}
