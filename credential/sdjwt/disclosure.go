package sdjwt

import (
	"errors"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// A disclosure is one that is provided, decoded (RFC 9901, Section 4.2).
type disclosure struct {
	element bool   // of an array, without a name
	name    string // of an object's member
	value   strictjson.Value
	digest  string
	met     bool // by a digest of the payload, or of another disclosure
}

func parseDisclosure(b []byte) (disclosure, error) {
	v, err := strictjson.Parse(b, disclosureLimits)
	if err != nil {
		return disclosure{}, wrap(err, "a disclosure is not strict JSON")
	}
	parts, err := v.Array()
	if err != nil || len(parts) != 2 && len(parts) != 3 {
		return disclosure{}, malformed("a disclosure is not an array of two or three")
	}
	if parts[0].Kind() != strictjson.String {
		return disclosure{}, malformed("the salt of a disclosure is not a string")
	}
	d := disclosure{element: len(parts) == 2, value: parts[len(parts)-1]}
	if d.element {
		return d, nil
	}
	if d.name, err = parts[1].Text(); err != nil {
		return disclosure{}, malformed("the name in a disclosure is not a string")
	}
	if d.name == "_sd" || d.name == "..." || d.name == "_sd_alg" {
		return disclosure{}, malformed("the name in a disclosure is one of SD-JWT's own")
	}
	return d, nil
}

// wrap tells limits of strictjson from what is malformed.
func wrap(err error, reason string) *Error {
	if errors.Is(err, strictjson.ErrLimit) {
		return &Error{ErrLimit, reason}
	}
	return malformed(reason)
}

// wrapJOSE is wrap of an error of package jose.
func wrapJOSE(err error) *Error {
	if errors.Is(err, jose.ErrLimit) {
		return &Error{ErrLimit, err.Error()}
	}
	return malformed(err.Error())
}
