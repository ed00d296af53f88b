// Package pkix decodes what certificates, CRLs and OCSP responses have in common (RFC 5280): names, times, object
// identifiers, algorithms and keys, and the extensions that stand in several of them. Package credential/x509 has the
// types under its own name.
//
// Everything decodes from strict DER, and keeps sub-slices of the input.
package pkix

import "errors"

// ErrMalformed is wrapped by every error of the decoders.
var ErrMalformed = errors.New("x509: malformed")

// A ParseError says which part of an object is malformed and why. It wraps [ErrMalformed].
type ParseError struct {
	Part   string // such as "subject" or "basicConstraints"
	Reason string
}

func (e *ParseError) Error() string { return "x509: malformed " + e.Part + ": " + e.Reason }
func (e *ParseError) Unwrap() error { return ErrMalformed }

// Malformed returns a [*ParseError].
func Malformed(part, reason string) error { return &ParseError{part, reason} }

// InPart names the part of a certificate that an error of one of its pieces is in.
func InPart(part string, err error) error {
	if e, ok := err.(*ParseError); ok {
		return &ParseError{part, e.Reason}
	}
	return err
}
