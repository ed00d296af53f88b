// Package headkeys reads from configuration files who signs an authority's heads: clients and mirrors are configured alike
// (docs/trust.md).
package headkeys

import (
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

// algorithms are the names of those that may sign heads.
var algorithms = map[string]signature.Algorithm{
	"Ed25519":           signature.Ed25519,
	"ECDSA-P256-SHA256": signature.ECDSAP256SHA256,
	"ML-DSA-44":         signature.MLDSA44,
	"ML-DSA-65":         signature.MLDSA65,
}

// Read reads one key. Whether it is one of its algorithm is left to the caller.
func Read(v strictjson.Value) (k revocation.Key, err error) {
	if err := v.Fields("algorithm", "key"); err != nil {
		return k, err
	}
	algorithm, err := v.Require("algorithm")
	if err != nil {
		return k, err
	}
	name, err := algorithm.Text()
	if err != nil {
		return k, err
	}
	if k.Algorithm = algorithms[name]; k.Algorithm == 0 {
		return k, algorithm.Refuse("is not an algorithm that signs heads")
	}
	raw, err := v.Require("key")
	if err != nil {
		return k, err
	}
	k.Key, err = Base64(raw)
	return k, err
}

// Threshold reads how many of a number of keys must have signed.
func Threshold(v strictjson.Value, keys int) (int, error) {
	n, err := v.Int64()
	if err != nil {
		return 0, err
	}
	if n < 1 || n > int64(keys) {
		return 0, v.Refuse("is not between 1 and the number of keys")
	}
	return int(n), nil
}

// Base64 reads octets.
func Base64(v strictjson.Value) ([]byte, error) {
	text, err := v.Text()
	if err != nil {
		return nil, err
	}
	b, err := base64url.DecodePadded(text)
	if err != nil {
		return nil, v.Refuse("is not base64 (RFC 4648, Section 4) without line breaks")
	}
	return b, nil
}
