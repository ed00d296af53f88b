package jose_test

import (
	"errors"
	"strings"
	"sync"

	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/lestrrat-go/jwx/v2/jwt"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
)

// jwx verifies a token with github.com/lestrrat-go/jwx/v2 as its documentation shows, and reads its claims.
func jwx(token, key, asked string) error {
	payload, err := verifyJWX(token, key, asked)
	if err != nil {
		return err
	}
	_, err = jwt.ParseInsecure(payload)
	return err
}

// errPanic stands for a panic of jwx: an Ed25519 JWK that is not 32 bytes long causes one.
var errPanic = errors.New("jwx panics")

func verifyJWX(token, key, asked string) (payload []byte, err error) {
	defer func() {
		if recover() != nil {
			payload, err = nil, errPanic
		}
	}()
	teachJWX()
	if asked == "EdDSA" && strings.Contains(key, `"Ed448"`) {
		asked = "Ed448" // jwx knows EdDSA for one curve
	}
	alg := jwa.SignatureAlgorithm(asked)
	if isAKP(key) {
		ours, err := jose.ParseKey([]byte(key))
		if err != nil {
			return nil, err
		}
		return jws.Verify([]byte(token), jws.WithKey(alg, ours))
	}
	parsed, err := jwk.ParseKey([]byte(key))
	if err != nil {
		return nil, err
	}
	return jws.Verify([]byte(token), jws.WithKey(alg, parsed))
}

func isAKP(key string) bool {
	k, err := jose.ParseKey([]byte(key))
	return err == nil && len(k.Public().Key) >= 1312
}

// teachJWX registers the algorithms that jwx does not know, by its own means. The hosts check the signature.
var teachJWX = sync.OnceFunc(func() {
	for name, a := range map[jwa.SignatureAlgorithm]signature.Algorithm{
		"Ed25519": signature.Ed25519, "Ed448": signature.Ed448,
		"ML-DSA-44": signature.MLDSA44, "ML-DSA-65": signature.MLDSA65, "ML-DSA-87": signature.MLDSA87,
	} {
		jws.RegisterVerifier(name, jws.VerifierFactoryFn(func() (jws.Verifier, error) { return taught{name, a}, nil }))
	}
})

type taught struct {
	name      jwa.SignatureAlgorithm
	algorithm signature.Algorithm
}

func (v taught) Algorithm() jwa.SignatureAlgorithm { return v.name }

func (v taught) Verify(message, sig []byte, key any) error {
	k, ok := key.(*jose.Key)
	if !ok {
		// A jwk.Key: its required members are those of ours.
		parsed, isJWK := key.(jwk.Key)
		if !isJWK {
			return errors.New("no key")
		}
		var err error
		if k, err = keyOfJWX(parsed); err != nil {
			return err
		}
	}
	c, err := signature.New(v.algorithm, k.Public().Key, message, sig)
	if err != nil {
		return err
	}
	if native.Verify(c) != signature.Valid {
		return errors.New("invalid")
	}
	return nil
}

func keyOfJWX(key jwk.Key) (*jose.Key, error) {
	okp, ok := key.(jwk.OKPPublicKey)
	if !ok {
		return nil, errors.New("not an OKP key")
	}
	return jose.ParseKey([]byte(`{"kty":"OKP","crv":"` + okp.Crv().String() + `","x":"` + encode(string(okp.X())) + `"}`))
}
