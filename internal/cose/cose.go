// Package cose reads COSE_Sign1 (RFC 9052, Section 4.2) for verifying. What it reads becomes a [jose.Unverified], whose
// [jose.Unverified.Plan] binds the algorithm to the kind and curve of the key, as for a JWS:
//
//	Parse -> jose.Unverified.Plan(key) -> (host runs the check) -> Plan.Open(answer) -> Token.Payload
//
// # What is read
//
//	COSE_Sign1 = [protected: bstr .cbor map, unprotected: map, payload: bstr, signature: bstr]
//
// within tag 18 or by itself, of strict CBOR (package cbor). The payload stands in it, and there is no externally supplied
// data. MACs, encryption, several signers and countersignatures are not there.
//
// # What is trusted of a header
//
// The protected header alone, and of it: alg (1), content type (3), kid (4), typ (16, RFC 9596) and x5chain (33, RFC 9360).
// The unprotected header must not have a label that the protected one has, nor one that must be protected: alg, crit,
// content type, claims, typ. Else it is ignored, "kid" and "x5chain" included: without them all keys of the issuer that fit
// are tried, and a certificate that nothing protects does not say who signed (RFC 9360, Section 2). Whatever "crit" (2)
// demands is refused, and so are CWT claims in the header (15, RFC 9597): they would bound what the payload says.
//
// # Algorithms
//
// Those of RFC 9053 for ECDSA and EdDSA, under their names in JOSE and so with one curve each; their fully-specified forms
// (RFC 9864); and ML-DSA (RFC 9964).
package cose

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/e2eid/e2eid/internal/cbor"
	"github.com/e2eid/e2eid/internal/jose"
)

// Bounds, with their reasons. Sizes are in bytes.
const (
	// maxNodes of a message and of its header: twice what all registered labels and eight certificates take, and more.
	maxNodes = 128
	maxDepth = 8
	// maxCertificates of x5chain, as of x5c.
	maxCertificates = 8
	// maxHeader and maxText are those of package jose.
	maxHeader = 64 << 10
	maxText   = 4 << 10
)

// Labels of headers (RFC 9052, Section 3.1; RFC 9597; RFC 9596; RFC 9360).
const (
	labelAlgorithm   = 1
	labelCritical    = 2
	labelContentType = 3
	labelKeyID       = 4
	labelClaims      = 15
	labelType        = 16
	labelX5Chain     = 33
)

// Tags of messages (RFC 9052, Section 2).
const (
	tagMAC0  = 17
	tagSign1 = 18
	tagMAC   = 97
)

// Tagged is the first byte of a COSE_Sign1 within its tag.
const Tagged = 0xc0 | tagSign1

// ErrMAC reports a MAC, which everyone who can check it can make, or an algorithm that is symmetric.
var ErrMAC = errors.New("cose: a MAC or a cipher, which anyone who can check it can make")

// An Error reports what is refused. It repeats nothing of it. Kind is [ErrMAC], or jose.ErrFormat, jose.ErrLimit,
// jose.ErrAlgorithm or jose.ErrCritical.
type Error struct {
	Kind   error
	Reason string
}

func (e *Error) Error() string { return "cose: " + e.Reason }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

func refuse(kind error, reason string) error { return &Error{kind, reason} }
func malformed(reason string) error          { return refuse(jose.ErrFormat, reason) }

// parse reads CBOR of at most so many bytes.
func parse(b []byte, maxBytes int) (cbor.Value, error) {
	v, err := cbor.Parse(b, cbor.Limits{Bytes: maxBytes, Nodes: maxNodes, Depth: maxDepth})
	switch err {
	case nil:
		return v, nil
	case cbor.ErrLimit:
		return v, refuse(jose.ErrLimit, err.Error())
	}
	return v, malformed(err.Error())
}

// Parse reads a COSE_Sign1 of at most maxBytes. It checks form alone: no signature, no time, no claim. The error is an
// [*Error]. It does not retain b.
func Parse(b []byte, maxBytes int) (*jose.Unverified, error) {
	v, err := parse(b, maxBytes)
	if err != nil {
		return nil, err
	}
	if tag, content, ok := v.Tagged(); ok {
		switch tag {
		case tagSign1:
		case tagMAC0, tagMAC:
			return nil, refuse(ErrMAC, "a MAC")
		default:
			return nil, malformed("a tag that is not COSE_Sign1's")
		}
		v = content
	}
	parts, _ := v.Items()
	if v.Kind() != cbor.Array || len(parts) != 4 || parts[1].Kind() != cbor.Map {
		return nil, malformed("not an array of two headers, payload and signature")
	}
	protected, _ := parts[0].Bytes()
	payload, there := parts[2].Bytes()
	signature, _ := parts[3].Bytes()
	if !there || len(protected) == 0 || len(signature) == 0 {
		return nil, malformed("no protected header, payload or signature in a byte string")
	}
	message := sigStructure(protected, payload)
	var h jose.Header
	if err := readHeader(&h, bytes.Clone(protected), parts[1]); err != nil {
		return nil, err
	}
	return jose.Assemble(&h, message, message[len(message)-len(payload):], bytes.Clone(signature)), nil
}

// sigStructure returns what the signature is about (RFC 9052, Section 4.4). The payload stands at its end.
func sigStructure(protected, payload []byte) []byte {
	b := append(make([]byte, 0, len(protected)+len(payload)+64), "\x84\x6aSignature1"...) // an array of four, a text of ten
	b = cbor.AppendBytes(b, protected)
	b = cbor.AppendBytes(b, nil) // externally supplied data
	return cbor.AppendBytes(b, payload)
}

// readHeader reads the protected header, and refuses an unprotected one that says what it must not.
func readHeader(h *jose.Header, protected []byte, unprotected cbor.Value) error {
	v, err := parse(protected, maxHeader)
	if err != nil {
		return err
	}
	if v.Kind() != cbor.Map {
		return malformed("a protected header that is no map")
	}
	labels, _ := unprotected.Items()
	for i := 0; i < len(labels); i += 2 {
		_, both := v.Find(labels[i].Raw())
		switch n, _ := labels[i].Int(); n {
		case labelAlgorithm, labelCritical, labelContentType, labelClaims, labelType:
			both = true
		}
		if both {
			return malformed("a label in the unprotected header that must be, or is, in the protected one")
		}
	}
	if crit, there := v.Get(labelCritical); there {
		if list, _ := crit.Items(); crit.Kind() != cbor.Array || len(list) == 0 {
			return malformed("crit is not an array with labels")
		}
		return refuse(jose.ErrCritical, "crit lists a label")
	}
	if _, there := v.Get(labelClaims); there {
		return refuse(jose.ErrCritical, "the header has claims")
	}
	if err := readAlgorithm(h, v); err != nil {
		return err
	}
	if kid, there := v.Get(labelKeyID); there {
		b, _ := kid.Bytes()
		if h.KeyID = string(b); len(b) == 0 || len(b) > maxText {
			return malformed("kid is not a short byte string with content")
		}
	}
	typ, ok := mediaType(v, labelType)
	cty, okay := mediaType(v, labelContentType)
	if !ok || !okay {
		return malformed("typ or content type is no media type")
	}
	h.Type, h.ContentType = typ, cty
	return readCertificates(h, v)
}

// algorithms are the values of alg with the names that JOSE has for them, and for one curve each.
var algorithms = [...]struct {
	alg  int64
	name string
}{
	{-7, "ES256"},      // RFC 9053, Section 2.1
	{-35, "ES384"},     //
	{-36, "ES512"},     //
	{-8, "EdDSA"},      // RFC 9053, Section 2.2
	{-9, "ES256"},      // ESP256: RFC 9864, Section 2.1
	{-51, "ES384"},     // ESP384
	{-52, "ES512"},     // ESP512
	{-19, "Ed25519"},   // RFC 9864, Section 2.2
	{-53, "Ed448"},     //
	{-48, "ML-DSA-44"}, // RFC 9964
	{-49, "ML-DSA-65"}, //
	{-50, "ML-DSA-87"}, //
}

// readAlgorithm finds the name of alg.
func readAlgorithm(h *jose.Header, v cbor.Value) error {
	alg, _ := v.Get(labelAlgorithm)
	n, ok := alg.Int()
	if !ok && alg.Kind() != cbor.Text {
		return malformed("alg is neither an integer nor text, or is absent")
	}
	for _, a := range algorithms {
		if a.alg == n {
			h.Algorithm = a.name
			return nil
		}
	}
	if n > 0 {
		return refuse(ErrMAC, "alg is one of MACs and ciphers")
	}
	return refuse(jose.ErrAlgorithm, "alg is unknown")
}

// mediaType reads typ or content type: the whole name of a media type, or a number of the CoAP registry, which is returned
// in decimal and is no name of any. What is absent is empty.
func mediaType(v cbor.Value, label int64) (string, bool) {
	t, there := v.Get(label)
	if !there {
		return "", true
	}
	if n, ok := t.Int(); ok {
		return strconv.FormatInt(n, 10), n >= 0
	}
	s, _ := t.Text()
	return s, strings.IndexByte(s, '/') > 0 && len(s) <= maxText
}

// readCertificates reads x5chain: one certificate, or an array of them (RFC 9360, Section 2).
func readCertificates(h *jose.Header, v cbor.Value) error {
	chain, there := v.Get(labelX5Chain)
	if !there {
		return nil
	}
	list, _ := chain.Items()
	if len(list) == 0 {
		list = append(list, chain)
	}
	if len(list) > maxCertificates {
		return refuse(jose.ErrLimit, "x5chain has too many certificates")
	}
	for _, c := range list {
		der, _ := c.Bytes()
		if len(der) == 0 {
			return malformed("x5chain is no certificate, nor an array of them")
		}
		h.Certificates = append(h.Certificates, der)
	}
	return nil
}
