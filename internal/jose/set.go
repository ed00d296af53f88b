package jose

import (
	"errors"

	"github.com/e2eid/e2eid/internal/strictjson"
)

// A KeySet is a JWK Set (RFC 7517, Section 5). The zero KeySet has no keys.
type KeySet struct {
	keys    []*Key
	ignored int
}

// ParseKeySet reads a JWK Set. Keys of an unknown kind, or that are not for verifying, are left out, as Section 5 asks; a
// set with a secret key is refused as a whole, since whoever publishes one signs no more alone. The error is an
// [*Error]. It does not retain b.
func ParseKeySet(b []byte) (*KeySet, error) {
	object, err := parseObject(b, setLimits, "JWK Set")
	if err != nil {
		return nil, err
	}
	return ReadKeySet(object)
}

// ReadKeySet is [ParseKeySet] of a set within another document, as issuer metadata has.
func ReadKeySet(set strictjson.Value) (*KeySet, error) {
	v, _ := set.Get("keys")
	list, err := v.Array()
	if err != nil {
		return nil, refuse(ErrFormat, "JWK Set", "has no array of keys")
	}
	if len(list) > maxKeys {
		return nil, refuse(ErrLimit, "JWK Set", "has too many keys")
	}
	s := new(KeySet)
	for _, jwk := range list {
		k, err := ReadKey(jwk)
		switch {
		case err == nil:
			s.keys = append(s.keys, k)
		case errors.Is(err, ErrKey):
			s.ignored++
		default:
			return nil, err
		}
	}
	return s, nil
}

// Keys returns the keys to verify with, in their order. They must not be changed.
func (s *KeySet) Keys() []*Key { return s.keys }

// Ignored returns how many keys were left out.
func (s *KeySet) Ignored() int { return s.ignored }

// Find returns the one key that a token with this header may have been signed with: of its "kid", if it has one, and its
// algorithm. The error is an [*Error] of kind [ErrNoKey] if there is none, or more than one: which one an issuer meant is
// not guessed. Two keys may share a "kid" if their algorithms tell them apart (RFC 7517, Section 4.5).
func (s *KeySet) Find(h Header) (*Key, error) {
	var found *Key
	for _, k := range s.keys {
		if h.KeyID != "" && k.id != h.KeyID || !k.Fits(h.Algorithm) {
			continue
		}
		if found != nil {
			return nil, refuse(ErrNoKey, "JWK Set", "has more than one key for the token")
		}
		found = k
	}
	if found == nil {
		return nil, refuse(ErrNoKey, "JWK Set", "has no key for the token")
	}
	return found, nil
}
