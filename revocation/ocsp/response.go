package ocsp

import (
	"time"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature"
)

// A Response is a decoded BasicOCSPResponse. Nothing in it is authenticated. It keeps sub-slices of what was parsed.
type Response struct {
	Raw    []byte // DER of the whole OCSPResponse
	RawTBS []byte // DER of the ResponseData, which is signed

	SignatureAlgorithm pkix.SignatureAlgorithm
	Signature          []byte // octets of the BIT STRING

	// One of these says who signed.
	ResponderName    *pkix.Name
	ResponderKeyHash []byte // SHA-1 of the content of the BIT STRING subjectPublicKey

	ProducedAt   time.Time // when it was signed
	Certificates [][]byte  // DER of each, as carried, undecoded; in the order and with the repetitions they came in
	Singles      []Single  // at least one, in their order; several may be about one certificate

	Nonce               []byte // nil: none
	ExtendedRevoke      bool   // revoked may also mean never issued (RFC 6960, Section 4.4.8)
	UnsupportedCritical bool   // has a critical extension that this package does not know
}

// Parse decodes one OCSPResponse and nothing after it. On error the response is nil. The error is a [*StatusError] for
// a response that says nothing about a certificate, and a [*pkix.ParseError] for anything else.
func Parse(in []byte) (*Response, error) {
	if len(in) > maxResponseBytes {
		return nil, pkix.Malformed(part, "too large")
	}
	basic, err := open(in)
	if err != nil {
		return nil, err
	}
	r := &Response{Raw: in}
	if err := r.readBasic(basic); err != nil {
		return nil, err
	}
	return r, nil
}

// The part of a response that errors name, where it is none of the smaller ones.
const part = "OCSP response"

const oidBasic pkix.OID = "\x2b\x06\x01\x05\x05\x07\x30\x01\x01" // id-pkix-ocsp-basic, RFC 6960, Section 4.2.1

const tagEnumerated der.Tag = 10

// open takes the OCSPResponse and the ResponseBytes off, and returns the DER of the BasicOCSPResponse.
func open(in der.String) (basic der.String, err error) {
	var response, status, content der.String
	if !in.Read(&response, der.Sequence) || !in.Empty() || !response.Read(&status, tagEnumerated) ||
		len(status) != 1 || status[0] > uint8(Unauthorized) || status[0] == 4 {
		return nil, pkix.Malformed(part, "not a SEQUENCE that begins with a known status")
	}
	if s := ResponseStatus(status[0]); s != Successful {
		if !response.Empty() {
			return nil, pkix.Malformed(part, "content beside a status that has none")
		}
		return nil, &StatusError{s}
	}
	var kind pkix.OID
	if !explicit(&response, 0, func(in *der.String) bool { return in.Read(&content, der.Sequence) }) || !response.Empty() ||
		!pkix.ReadOID(&content, &kind) || kind != oidBasic || !content.Read(&basic, der.OctetString) || !content.Empty() {
		return nil, pkix.Malformed(part, "no responseBytes of the basic type")
	}
	return basic, nil
}

// readBasic reads a BasicOCSPResponse and nothing after it.
func (r *Response) readBasic(in der.String) error {
	var basic, tbs, algorithm, params der.String
	if !in.Read(&basic, der.Sequence) || !in.Empty() || !basic.Element(&tbs, der.Sequence) ||
		!basic.Element(&algorithm, der.Sequence) {
		return pkix.Malformed(part, "not a SEQUENCE that begins with responseData and signatureAlgorithm")
	}
	r.RawTBS, r.SignatureAlgorithm.Raw = tbs, algorithm
	if !pkix.ReadAlgorithmIdentifier(&algorithm, &r.SignatureAlgorithm.OID, &params) ||
		!pkix.ReadBitString(&basic, &r.Signature) {
		return pkix.Malformed(part, "no signature of whole octets")
	}
	if !explicit(&basic, 0, r.readCertificates) || !basic.Empty() {
		return pkix.Malformed(part, "certificates are no SEQUENCE, or too many")
	}
	return r.readData(tbs)
}

// readCertificates reads what certs holds. It may be empty: RFC 6960, Section 4.2.1 only recommends to leave it out then.
func (r *Response) readCertificates(in *der.String) bool {
	var list, cert der.String
	if !in.Read(&list, der.Sequence) {
		return false
	}
	for !list.Empty() {
		if len(r.Certificates) == maxCertificates || !list.Element(&cert, der.Sequence) {
			return false
		}
		r.Certificates = append(r.Certificates, cert)
	}
	return true
}

// readData reads the ResponseData. A version would stand before the responderID, where its tag is refused: DER leaves v1
// out, and there is no other.
func (r *Response) readData(in der.String) error {
	in.Read(&in, der.Sequence)
	if err := r.readResponder(&in); err != nil {
		return err
	}
	if !readTime(&in, &r.ProducedAt) {
		return pkix.Malformed("producedAt", notTime)
	}
	if err := r.readSingles(&in); err != nil {
		return err
	}
	return readExtensions(&in, &r.UnsupportedCritical, r.readExtension)
}

// explicit reads what the explicit tag of this number holds, if it comes next. There may be nothing after it.
func explicit(in *der.String, number uint8, read func(*der.String) bool) bool {
	tag := der.Context(number).Constructed()
	var content der.String
	return !in.Next(tag) || in.Read(&content, tag) && read(&content) && content.Empty()
}

// readTime reads a GeneralizedTime (RFC 6960, Section 4.2.2.1).
func readTime(in *der.String, out *time.Time) bool {
	return in.Next(der.GeneralizedTime) && pkix.ReadTime(in, out)
}

const notTime = "not YYYYMMDDHHMMSSZ"

// Check describes the check that key signed the response. That the signer may speak for a certificate is another
// matter. Errors are those of [pkix.SignatureAlgorithm.Check].
func (r *Response) Check(key pkix.PublicKey) (signature.Check, error) {
	return r.SignatureAlgorithm.Check(key, r.RawTBS, r.Signature)
}
