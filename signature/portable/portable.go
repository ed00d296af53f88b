// Package portable verifies, with circl, the signatures that a host may lack: EdDSA and ML-DSA. It is small enough to
// be linked into the WebAssembly module, where WebCrypto has no Ed448 and not everywhere Ed25519 or ML-DSA. RSA and ECDSA
// are in every WebCrypto, and faster there: here they are unsupported.
package portable

import (
	"github.com/cloudflare/circl/sign/ed25519"
	"github.com/cloudflare/circl/sign/ed448"
	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
	"github.com/cloudflare/circl/sign/mldsa/mldsa87"

	"github.com/e2eid/e2eid/signature"
)

// Supports reports whether Verify can do the algorithm.
func Supports(a signature.Algorithm) bool {
	switch a {
	case signature.Ed25519, signature.Ed448, signature.MLDSA44, signature.MLDSA65, signature.MLDSA87:
		return true
	}
	return false
}

// Verify answers one check, which came from [signature.New] or [signature.NewDER].
func Verify(c signature.Check) signature.Answer {
	ok := false
	switch c.Algorithm {
	case signature.Ed25519:
		ok = ed25519.Verify(ed25519.PublicKey(c.Key), c.Message, c.Signature)
	case signature.Ed448:
		ok = ed448.Verify(ed448.PublicKey(c.Key), c.Message, c.Signature, "")
	case signature.MLDSA44:
		var key mldsa44.PublicKey
		ok = key.UnmarshalBinary(c.Key) == nil && mldsa44.Verify(&key, c.Message, nil, c.Signature)
	case signature.MLDSA65:
		var key mldsa65.PublicKey
		ok = key.UnmarshalBinary(c.Key) == nil && mldsa65.Verify(&key, c.Message, nil, c.Signature)
	case signature.MLDSA87:
		var key mldsa87.PublicKey
		ok = key.UnmarshalBinary(c.Key) == nil && mldsa87.Verify(&key, c.Message, nil, c.Signature)
	default:
		return signature.Unsupported
	}
	if ok {
		return signature.Valid
	}
	return signature.Invalid
}

// RunBatch answers a batch in the encoding of [signature.AppendBatch], one byte for each check. A malformed batch has
// no answers, which whoever asked refuses as too few. A panic answers Invalid.
func RunBatch(batch []byte) (answers []byte) {
	checks, err := signature.ParseBatch(batch)
	if err != nil {
		return nil
	}
	answers = make([]byte, len(checks))
	for i, c := range checks {
		answers[i] = byte(verifyContained(c))
	}
	return answers
}

func verifyContained(c signature.Check) (a signature.Answer) {
	defer func() {
		if recover() != nil {
			a = signature.Invalid
		}
	}()
	return Verify(c)
}
