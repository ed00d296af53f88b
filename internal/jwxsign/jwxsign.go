// Package jwxsign signs JWS on the issuer's side. It is the one package that signs with github.com/lestrrat-go/jwx/v2, so
// that another version, or another library, is a change of this file. jwx/v2 is no longer maintained, and nothing of it is
// on the verifying side; here it gets no input but the issuer's own, header names that are fixed (its open advisory,
// GHSA-4cf7-xm37-g63h, is about names), and an alg that is checked against the key first. What it made is read back and
// verified by package jose before it is returned: we issue nothing that we would refuse.
package jwxsign

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"

	"github.com/cloudflare/circl/sign/ed448"
	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
	"github.com/cloudflare/circl/sign/mldsa/mldsa87"
	"github.com/lestrrat-go/jwx/v2/cert"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature/native"
)

// ErrKey reports a key that is of no kind we verify with, or not of the algorithm.
var ErrKey = errors.New("jwxsign: key unsuitable")

// A Header is what a protected header says beside alg. Empty members are left out.
type Header struct {
	Type         string   // typ
	ContentType  string   // cty
	KeyID        string   // kid
	Certificates [][]byte // x5c, DER, the signer's first
}

// Sign returns a JWS of payload in the compact serialization. alg is one that package jose knows and that fits the key.
func Sign(payload []byte, alg string, key crypto.Signer, header Header) ([]byte, error) {
	public, err := PublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	if !public.Fits(alg) {
		return nil, fmt.Errorf("%w: not for %q", ErrKey, alg)
	}
	protected, err := header.headers()
	if err != nil {
		return nil, err
	}
	registerOnce()
	token, err := jws.Sign(payload, jws.WithKey(jwa.SignatureAlgorithm(alg), key, jws.WithProtectedHeaders(protected)))
	if err != nil {
		return nil, fmt.Errorf("jwxsign: %w", err)
	}
	if err := readBack(token, payload, public); err != nil {
		return nil, err
	}
	return token, nil
}

func (h Header) headers() (jws.Headers, error) {
	out := jws.NewHeaders()
	for name, value := range map[string]string{jws.TypeKey: h.Type, jws.ContentTypeKey: h.ContentType, jws.KeyIDKey: h.KeyID} {
		if value == "" {
			continue
		}
		if err := out.Set(name, value); err != nil {
			return nil, fmt.Errorf("jwxsign: %w", err)
		}
	}
	if len(h.Certificates) == 0 {
		return out, nil
	}
	var chain cert.Chain
	for _, c := range h.Certificates {
		if err := chain.AddString(base64.StdEncoding.EncodeToString(c)); err != nil {
			return nil, fmt.Errorf("jwxsign: %w", err)
		}
	}
	if err := out.Set(jws.X509CertChainKey, &chain); err != nil {
		return nil, fmt.Errorf("jwxsign: %w", err)
	}
	return out, nil
}

// readBack verifies what was made.
func readBack(token, payload []byte, public *jose.Key) error {
	u, err := jose.ParseSized(token, len(token))
	if err != nil {
		return err
	}
	plan, err := u.Plan(public)
	if err != nil {
		return err
	}
	opened, err := plan.Open(native.Verify(plan.Check()))
	if err != nil {
		return err
	}
	if string(opened.Payload()) != string(payload) {
		return errors.New("jwxsign: signed another payload")
	}
	return nil
}

// PublicKey returns the key that verifies what a key of the standard library or of circl signs; a [*jose.Key] is that itself.
func PublicKey(public crypto.PublicKey) (*jose.Key, error) {
	var key pkix.PublicKey
	switch p := public.(type) {
	case *jose.Key:
		return jose.KeyOf(p.Public()) // a zero Key is refused
	case ed448.PublicKey:
		key.Kind = pkix.KeyEd448
	case *mldsa44.PublicKey:
		key.Kind = pkix.KeyMLDSA44
	case *mldsa65.PublicKey:
		key.Kind = pkix.KeyMLDSA65
	case *mldsa87.PublicKey:
		key.Kind = pkix.KeyMLDSA87
	default:
		spki, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			return nil, fmt.Errorf("%w: %v", ErrKey, err)
		}
		in := der.String(spki)
		if err := pkix.ReadPublicKey(&in, &key); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		return jose.KeyOf(key)
	}
	raw, err := public.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrKey, err)
	}
	key.Key = raw
	return jose.KeyOf(key)
}

// registerOnce teaches jwx the algorithms that it does not know. Its registry is the process's.
var registerOnce = sync.OnceFunc(func() {
	for _, name := range []jwa.SignatureAlgorithm{"Ed25519", "Ed448", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"} {
		jws.RegisterSigner(name, jws.SignerFactoryFn(func() (jws.Signer, error) { return wholeMessage(name), nil }))
	}
})

// wholeMessage signs with algorithms that take a message and not its hash.
type wholeMessage jwa.SignatureAlgorithm

func (w wholeMessage) Algorithm() jwa.SignatureAlgorithm { return jwa.SignatureAlgorithm(w) }

func (w wholeMessage) Sign(message []byte, key any) ([]byte, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, ErrKey
	}
	return signer.Sign(rand.Reader, message, crypto.Hash(0))
}
