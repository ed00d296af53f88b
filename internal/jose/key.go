package jose

import (
	"bytes"

	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature"
)

// A Key is a public key to verify with. The zero Key verifies nothing.
type Key struct {
	public pkix.PublicKey
	only   signature.Algorithm // if not 0, the only one: what its JWK says
	id     string
}

// KeyOf returns the key of a certificate, which is for every algorithm of its kind. The error is an [*Error] of kind
// [ErrKey].
func KeyOf(public pkix.PublicKey) (*Key, error) {
	if err := checkPublic(public); err != nil {
		return nil, err
	}
	public.Key = bytes.Clone(public.Key)
	return &Key{public: public}, nil
}

// checkPublic refuses keys that no signature should be checked with, whatever the algorithm.
func checkPublic(public pkix.PublicKey) error {
	algorithm := public.Algorithm() // 0 for RSA, whose keys are alike for all of its algorithms
	if public.Kind == pkix.KeyRSA || public.Kind == pkix.KeyRSAPSS {
		algorithm = signature.RSAPKCS1SHA256
	}
	if algorithm == 0 {
		return refuse(ErrKey, "key", "is of an unknown kind")
	}
	if err := signature.CheckKey(algorithm, public.Key); err != nil {
		return &Error{ErrKey, "key", "is refused", err}
	}
	if algorithm == signature.RSAPKCS1SHA256 {
		if n, _, ok := rsaNumbers(public.Key); !ok || guessable(n) {
			return refuse(ErrKey, "key", "has a modulus that can be factored (CVE-2017-15361)")
		}
	}
	return nil
}

// algorithm returns what a signature of this key is that says "alg" is name; ok is false if there is no such.
func (k *Key) algorithm(name string) (a signature.Algorithm, ok bool) {
	a, ok = algorithmFor(name, k.public)
	return a, ok && (k.only == 0 || k.only == a)
}

// Fits reports whether the key may have signed a token with this "alg".
func (k *Key) Fits(alg string) bool {
	_, ok := k.algorithm(alg)
	return ok
}

// ID returns the "kid" of a JWK; it is empty if there is none, and for the keys of certificates.
func (k *Key) ID() string { return k.id }

// Public returns the key itself, in the form of package pkix. It must not be changed.
func (k *Key) Public() pkix.PublicKey { return k.public }

// Named returns the key with another ID: that by which a document that has it refers to it.
func (k *Key) Named(id string) *Key {
	named := *k
	named.id = id
	return &named
}
