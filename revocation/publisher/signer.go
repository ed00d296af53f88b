package publisher

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

// ErrKey reports a key that cannot sign heads.
var ErrKey = errors.New("publisher: key is none of Ed25519, ECDSA P-256, ML-DSA-44, ML-DSA-65")

// A Signer signs heads with one key.
type Signer struct {
	key    revocation.Key
	signer crypto.Signer
}

// NewSigner returns a Signer for a key of Ed25519, ECDSA P-256 (with SHA-256), or ML-DSA-44 or 65 as in circl, in memory or
// in hardware. The error is [ErrKey].
func NewSigner(s crypto.Signer) (Signer, error) {
	if s == nil {
		return Signer{}, ErrKey
	}
	key := revocation.Key{}
	switch pub := s.Public().(type) {
	case ed25519.PublicKey:
		key = revocation.Key{Algorithm: signature.Ed25519, Key: pub}
	case *ecdsa.PublicKey:
		if pub.Curve != elliptic.P256() {
			return Signer{}, ErrKey
		}
		point, err := pub.Bytes()
		if err != nil {
			return Signer{}, ErrKey
		}
		key = revocation.Key{Algorithm: signature.ECDSAP256SHA256, Key: point}
	case *mldsa44.PublicKey:
		key = revocation.Key{Algorithm: signature.MLDSA44, Key: pub.Bytes()}
	case *mldsa65.PublicKey:
		key = revocation.Key{Algorithm: signature.MLDSA65, Key: pub.Bytes()}
	default:
		return Signer{}, ErrKey
	}
	if signature.CheckKey(key.Algorithm, key.Key) != nil {
		return Signer{}, ErrKey
	}
	return Signer{key, s}, nil
}

// Key returns the public key, as a verifier's configuration has it.
func (s Signer) Key() revocation.Key { return s.key }

func (s Signer) sign(body []byte) (revocation.Signature, error) {
	sig := revocation.Signature{Algorithm: uint16(s.key.Algorithm), KeyID: s.key.ID()}
	var err error
	if s.key.Algorithm != signature.ECDSAP256SHA256 {
		sig.Signature, err = s.signer.Sign(rand.Reader, body, crypto.Hash(0))
	} else {
		// Without a source of randomness a key in memory signs deterministically (RFC 6979); hardware has its own ways.
		var random io.Reader = rand.Reader
		if _, inMemory := s.signer.(*ecdsa.PrivateKey); inMemory {
			random = nil
		}
		digest := sha256.Sum256(body)
		var der []byte
		if der, err = s.signer.Sign(random, digest[:], crypto.SHA256); err == nil {
			sig.Signature, err = rawECDSA(der)
		}
	}
	if err != nil {
		return revocation.Signature{}, fmt.Errorf("publisher: sign: %w", err)
	}
	return sig, nil
}

// rawECDSA turns the DER that a crypto.Signer returns into r || s for P-256.
func rawECDSA(der []byte) ([]byte, error) {
	var sig struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &sig)
	if err != nil || len(rest) > 0 || sig.R.Sign() <= 0 || sig.S.Sign() <= 0 || sig.R.BitLen() > 256 || sig.S.BitLen() > 256 {
		return nil, errors.New("signer returned no ECDSA signature")
	}
	raw := make([]byte, 64)
	sig.R.FillBytes(raw[:32])
	sig.S.FillBytes(raw[32:])
	return raw, nil
}
