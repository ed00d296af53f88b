// Package did returns the keys of decentralized identifiers that are their own document: did:jwk and did:key. Nothing is
// resolved: what another method says has to be configured.
//
//	did:jwk:<base64url of a JWK>            one verification method, "#0"
//	did:key:z<base58btc of prefix and key>  one verification method for signatures, "#z..." like the DID
//
// Of did:key those are known whose key is of Ed25519, Ed448, ML-DSA or a NIST curve. The points of NIST curves are
// compressed there, and nowhere else. Methods and keys that are not known are [ErrUnsupported].
package did

import (
	"errors"
	"strings"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature"
)

// Errors of this package.
var (
	ErrFormat      = errors.New("did: malformed")
	ErrUnsupported = errors.New("did: method or key that this version does not know")
)

// MaxSize is the size in bytes that no DID exceeds: that of a JWK with an ML-DSA-87 key.
const MaxSize = 8 << 10

// Is reports whether s has the beginning of a DID.
func Is(s string) bool { return strings.HasPrefix(s, "did:") }

// Split returns the DID that a DID URL is about, and its fragment without "#". Paths and queries are a part of the DID
// returned, and so of no DID that is known.
func Split(url string) (id, fragment string) {
	id, fragment, _ = strings.Cut(url, "#")
	return id, fragment
}

// Key returns the key for signatures of a DID, or of a DID URL whose fragment names it. The error is [ErrFormat],
// [ErrUnsupported], or of package jose for a key that is refused, such as a private one.
func Key(url string) (*jose.Key, error) {
	if len(url) > MaxSize {
		return nil, ErrFormat
	}
	id, fragment := Split(url)
	hash := len(id) < len(url)
	if text, ok := strings.CutPrefix(id, "did:jwk:"); ok {
		if hash && fragment != "0" {
			return nil, ErrFormat
		}
		b, err := base64url.Decode(text)
		if err != nil {
			return nil, ErrFormat
		}
		return jose.ParseKey(b)
	}
	if text, ok := strings.CutPrefix(id, "did:key:"); ok {
		if hash && fragment != text {
			return nil, ErrFormat
		}
		return multikey(text)
	}
	return nil, ErrUnsupported
}

// Multikey returns the key that publicKeyMultibase of a Multikey has (Controlled Identifiers 1.0, Section 2.2.2), which is
// also the last part of a did:key. The errors are those of [Key].
func Multikey(text string) (*jose.Key, error) {
	if len(text) > MaxSize {
		return nil, ErrFormat
	}
	return multikey(text)
}

// prefixes are those of keys for signatures in the registry of multicodec, as unsigned varints, with the sizes of keys.
var prefixes = [...]struct {
	code string
	kind pkix.KeyKind
	size int
}{
	{"\xed\x01", pkix.KeyEd25519, 32},
	{"\x83\x24", pkix.KeyEd448, 57},
	{"\x90\x24", pkix.KeyMLDSA44, 1312},
	{"\x91\x24", pkix.KeyMLDSA65, 1952},
	{"\x92\x24", pkix.KeyMLDSA87, 2592},
	{"\x80\x24", pkix.KeyP256, 33},
	{"\x81\x24", pkix.KeyP384, 49},
	{"\x82\x24", pkix.KeyP521, 67},
}

func multikey(text string) (*jose.Key, error) {
	b, ok := Base58(text) // did:key has base58btc and no other
	if !ok || len(b) < 3 {
		return nil, ErrFormat
	}
	for _, p := range prefixes {
		key, ok := strings.CutPrefix(string(b), p.code)
		if !ok {
			continue
		}
		if len(key) != p.size {
			return nil, ErrFormat
		}
		public := pkix.PublicKey{Kind: p.kind, Key: []byte(key)}
		switch p.kind {
		case pkix.KeyP256, pkix.KeyP384, pkix.KeyP521:
			var err error
			if public.Key, err = signature.Decompress(public.Algorithm(), public.Key); err != nil {
				return nil, ErrFormat
			}
		}
		return jose.KeyOf(public)
	}
	return nil, ErrUnsupported
}

// Base58 returns the bytes of multibase in base58btc, which begins with "z".
func Base58(text string) ([]byte, bool) {
	digits, ok := strings.CutPrefix(text, "z")
	if !ok {
		return nil, false
	}
	return base58(digits)
}

const base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// maxBase58 bounds the digits that are decoded, which takes time in their square: those of an ML-DSA-87 key.
const maxBase58 = 3600

// base58 decodes base58btc, five digits at a time.
func base58(s string) ([]byte, bool) {
	if len(s) > maxBase58 {
		return nil, false
	}
	zeros := len(s) - len(strings.TrimLeft(s, "1"))
	var limbs []uint32 // base 2^32, from the lowest
	for s = s[zeros:]; s != ""; {
		factor, carry := uint64(1), uint64(0)
		for n := 0; n < 5 && s != ""; n++ {
			digit := strings.IndexByte(base58Alphabet, s[0])
			if digit < 0 {
				return nil, false
			}
			factor, carry, s = factor*58, carry*58+uint64(digit), s[1:]
		}
		for j := range limbs {
			carry += uint64(limbs[j]) * factor
			limbs[j] = uint32(carry)
			carry >>= 32
		}
		if carry > 0 {
			limbs = append(limbs, uint32(carry))
		}
	}
	out := make([]byte, zeros, zeros+4*len(limbs))
	for i := 4*len(limbs) - 1; i >= 0; i-- {
		if b := byte(limbs[i/4] >> (i % 4 * 8)); b != 0 || len(out) > zeros {
			out = append(out, b)
		}
	}
	return out, true
}
