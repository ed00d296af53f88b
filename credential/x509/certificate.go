package x509

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/der"
)

// ParseCertificate decodes one DER certificate. The result is unauthenticated. The error is a [*ParseError].
func ParseCertificate(b []byte) (*Certificate, error) {
	if len(b) > maxCertificateBytes {
		return nil, malformed("certificate", "too large")
	}
	in := der.String(b)
	var cert, tbs der.String
	if !in.Read(&cert, der.Sequence) || !in.Empty() {
		return nil, malformed("certificate", "not one DER SEQUENCE")
	}
	c := &Certificate{Raw: b}
	if !cert.Element(&tbs, der.Sequence) {
		return nil, malformed("certificate", "no TBSCertificate")
	}
	c.RawTBS = tbs
	var outer der.String
	if !cert.Element(&outer, der.Sequence) || !readBitString(&cert, &c.Signature) || !cert.Empty() {
		return nil, malformed("certificate", "no signature of whole octets")
	}
	if err := c.parseTBS(tbs); err != nil {
		return nil, err
	}
	// RFC 5280, Section 4.1.1.2: the one outside, which is not signed, must be the one inside.
	if !bytes.Equal(outer, c.SignatureAlgorithm.Raw) {
		return nil, malformed("signatureAlgorithm", "differs from the one inside")
	}
	return c, nil
}

func (c *Certificate) parseTBS(in der.String) error {
	var tbs der.String
	in.Read(&tbs, der.Sequence)
	if err := c.readVersion(&tbs); err != nil {
		return err
	}
	var serial der.String
	if !tbs.Read(&serial, der.Integer) || !minimalInteger(serial) || len(serial) > maxSerialBytes {
		return malformed("serialNumber", "not a DER INTEGER of at most 20 octets")
	}
	c.Serial = serial
	var alg, params der.String
	if !tbs.Element(&alg, der.Sequence) {
		return malformed("signature", "no algorithm")
	}
	c.SignatureAlgorithm.Raw = alg
	if !readAlgorithmIdentifier(&alg, &c.SignatureAlgorithm.OID, &params) {
		return malformed("signature", "no algorithm")
	}
	if err := inPart("issuer", readName(&tbs, &c.Issuer)); err != nil {
		return err
	}
	// RFC 5280, Section 4.1.2.4: the issuer has a non-empty name.
	if c.Issuer.Empty() {
		return malformed("issuer", "empty name")
	}
	var validity der.String
	if !tbs.Read(&validity, der.Sequence) || !readTime(&validity, &c.NotBefore) ||
		!readTime(&validity, &c.NotAfter) || !validity.Empty() {
		return malformed("validity", "not two times in UTC to the second")
	}
	if err := inPart("subject", readName(&tbs, &c.Subject)); err != nil {
		return err
	}
	var spki der.String
	if !tbs.Element(&spki, der.Sequence) {
		return malformed("subjectPublicKeyInfo", "not a SEQUENCE")
	}
	c.RawPublicKey = spki
	if err := readPublicKey(&spki, &c.PublicKey); err != nil {
		return err
	}
	for _, tag := range []der.Tag{der.Context(1), der.Context(2)} {
		var id der.String
		var present bool
		if !tbs.Optional(&id, &present, tag) {
			return malformed("uniqueIdentifier", "not a BIT STRING")
		}
		if present && (c.Version < 2 || !validBitString(id)) {
			return malformed("uniqueIdentifier", "not a BIT STRING, or in a version 1 certificate")
		}
	}
	var extensions der.String
	var present bool
	if !tbs.Optional(&extensions, &present, der.Context(3).Constructed()) {
		return malformed("extensions", "not a SEQUENCE")
	}
	if present {
		if c.Version != 3 {
			return malformed("extensions", "in a certificate before version 3")
		}
		if err := c.parseExtensions(extensions); err != nil {
			return err
		}
	}
	if !tbs.Empty() {
		return malformed("TBSCertificate", "trailing elements")
	}
	// RFC 5280, Section 4.1.2.6: a certificate without a subject is named by a critical subjectAltName.
	if c.Subject.Empty() {
		if san := c.Extension(OIDSubjectAltName); san == nil || !san.Critical {
			return malformed("subject", "empty, and no critical subjectAltName")
		}
	}
	return nil
}

func (c *Certificate) readVersion(tbs *der.String) error {
	var explicit, version der.String
	var present bool
	if !tbs.Optional(&explicit, &present, der.Context(0).Constructed()) {
		return malformed("version", "not an INTEGER")
	}
	c.Version = 1
	if !present {
		return nil
	}
	// Version 1 is the default, which DER leaves out (X.690, Section 11.5).
	if !explicit.Read(&version, der.Integer) || !explicit.Empty() || len(version) != 1 || version[0] != 1 && version[0] != 2 {
		return malformed("version", "not 2 or 3")
	}
	c.Version = int(version[0]) + 1
	return nil
}

// minimalInteger reports whether b is the content of a DER INTEGER (X.690, Section 8.3.2).
func minimalInteger(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	return len(b) == 1 || !(b[0] == 0 && b[1]&0x80 == 0 || b[0] == 0xff && b[1]&0x80 != 0)
}

// validBitString reports whether b is the content of a DER BIT STRING: unused bits are zero.
func validBitString(b []byte) bool {
	if len(b) == 0 || b[0] > 7 || len(b) == 1 && b[0] != 0 {
		return false
	}
	return b[len(b)-1]&(1<<b[0]-1) == 0 || len(b) == 1
}

// inPart names the part of a certificate that an error of one of its pieces is in.
func inPart(part string, err error) error {
	if e, ok := err.(*ParseError); ok {
		return &ParseError{part, e.Reason}
	}
	return err
}
