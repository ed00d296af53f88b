package x509

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

// ParseCertificate decodes one DER certificate. The result is unauthenticated. The error is a [*ParseError].
func ParseCertificate(b []byte) (*Certificate, error) {
	if len(b) > maxCertificateBytes {
		return nil, pkix.Malformed("certificate", "too large")
	}
	in := der.String(b)
	var cert, tbs der.String
	if !in.Read(&cert, der.Sequence) || !in.Empty() {
		return nil, pkix.Malformed("certificate", "not one DER SEQUENCE")
	}
	c := &Certificate{Raw: b}
	if !cert.Element(&tbs, der.Sequence) {
		return nil, pkix.Malformed("certificate", "no TBSCertificate")
	}
	c.RawTBS = tbs
	var outer der.String
	if !cert.Element(&outer, der.Sequence) || !pkix.ReadBitString(&cert, &c.Signature) || !cert.Empty() {
		return nil, pkix.Malformed("certificate", "no signature of whole octets")
	}
	if err := c.parseTBS(tbs); err != nil {
		return nil, err
	}
	// RFC 5280, Section 4.1.1.2: the one outside, which is not signed, must be the one inside.
	if !bytes.Equal(outer, c.SignatureAlgorithm.Raw) {
		return nil, pkix.Malformed("signatureAlgorithm", "differs from the one inside")
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
	if !tbs.Read(&serial, der.Integer) || !pkix.MinimalInteger(serial) || len(serial) > pkix.MaxSerialBytes {
		return pkix.Malformed("serialNumber", "not a DER INTEGER of at most 20 octets")
	}
	c.Serial = serial
	var alg, params der.String
	if !tbs.Element(&alg, der.Sequence) {
		return pkix.Malformed("signature", "no algorithm")
	}
	c.SignatureAlgorithm.Raw = alg
	if !pkix.ReadAlgorithmIdentifier(&alg, &c.SignatureAlgorithm.OID, &params) {
		return pkix.Malformed("signature", "no algorithm")
	}
	if err := pkix.InPart("issuer", pkix.ReadName(&tbs, &c.Issuer)); err != nil {
		return err
	}
	// RFC 5280, Section 4.1.2.4: the issuer has a non-empty name.
	if c.Issuer.Empty() {
		return pkix.Malformed("issuer", "empty name")
	}
	var validity der.String
	if !tbs.Read(&validity, der.Sequence) || !pkix.ReadTime(&validity, &c.NotBefore) ||
		!pkix.ReadTime(&validity, &c.NotAfter) || !validity.Empty() {
		return pkix.Malformed("validity", "not two times in UTC to the second")
	}
	if err := pkix.InPart("subject", pkix.ReadName(&tbs, &c.Subject)); err != nil {
		return err
	}
	var spki der.String
	if !tbs.Element(&spki, der.Sequence) {
		return pkix.Malformed("subjectPublicKeyInfo", "not a SEQUENCE")
	}
	c.RawPublicKey = spki
	if err := pkix.ReadPublicKey(&spki, &c.PublicKey); err != nil {
		return err
	}
	for _, tag := range []der.Tag{der.Context(1), der.Context(2)} {
		var id der.String
		var present bool
		if !tbs.Optional(&id, &present, tag) {
			return pkix.Malformed("uniqueIdentifier", "not a BIT STRING")
		}
		if present && (c.Version < 2 || !pkix.ValidBitString(id)) {
			return pkix.Malformed("uniqueIdentifier", "not a BIT STRING, or in a version 1 certificate")
		}
	}
	var extensions der.String
	var present bool
	if !tbs.Optional(&extensions, &present, der.Context(3).Constructed()) {
		return pkix.Malformed("extensions", "not a SEQUENCE")
	}
	if present {
		if c.Version != 3 {
			return pkix.Malformed("extensions", "in a certificate before version 3")
		}
		if err := c.parseExtensions(extensions); err != nil {
			return err
		}
	}
	if !tbs.Empty() {
		return pkix.Malformed("TBSCertificate", "trailing elements")
	}
	// RFC 5280, Section 4.1.2.6: a certificate without a subject is named by a critical subjectAltName.
	if c.Subject.Empty() {
		if san := c.Extension(OIDSubjectAltName); san == nil || !san.Critical {
			return pkix.Malformed("subject", "empty, and no critical subjectAltName")
		}
	}
	return nil
}

func (c *Certificate) readVersion(tbs *der.String) error {
	var explicit, version der.String
	var present bool
	if !tbs.Optional(&explicit, &present, der.Context(0).Constructed()) {
		return pkix.Malformed("version", "not an INTEGER")
	}
	c.Version = 1
	if !present {
		return nil
	}
	// Version 1 is the default, which DER leaves out (X.690, Section 11.5).
	if !explicit.Read(&version, der.Integer) || !explicit.Empty() || len(version) != 1 || version[0] != 1 && version[0] != 2 {
		return pkix.Malformed("version", "not 2 or 3")
	}
	c.Version = int(version[0]) + 1
	return nil
}
