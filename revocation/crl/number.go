package crl

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/pkix"
)

// CompareNumbers compares two CRL numbers as [List] has them: the result is negative if a is less than b, zero if they
// are equal, positive if a is greater. No number is less than every number.
func CompareNumbers(a, b []byte) int {
	// Neither is negative, and both are in the shortest form.
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return bytes.Compare(a, b)
}

// readNumber reads a CRLNumber: a DER INTEGER, not negative and below 2^160.
func readNumber(part string, in *der.String, out *[]byte) error {
	var b der.String
	if !in.Read(&b, der.Integer) || !pkix.MinimalInteger(b) {
		return pkix.Malformed(part, "not a DER INTEGER")
	}
	if b[0]&0x80 != 0 || len(b) > maxNumberBytes || len(b) == maxNumberBytes && b[0] != 0 {
		return pkix.Malformed(part, "negative, or over 20 octets")
	}
	*out = b
	return nil
}
