package main

import (
	"bytes"
	"crypto"
	cryptox509 "crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/pkix"
)

// errPrivate reports a private key, of which the public part was taken.
var errPrivate = errors.New("a private key: only its public part is used, and whoever has it can issue")

// publicKeys returns the keys of a file as JWKs: of a JWK Set, a JWK, or PEM of keys and certificates. Of a certificate
// nothing but its key is used. Keys beside [errPrivate] are public; no other error has some.
func publicKeys(b []byte) (jwks []json.RawMessage, err error) {
	if !isPEM(b) {
		var set struct{ Keys []json.RawMessage }
		if err := json.Unmarshal(b, &set); err != nil {
			return nil, errors.New("neither JSON nor PEM")
		}
		single := set.Keys == nil
		if single {
			set.Keys = []json.RawMessage{bytes.TrimSpace(b)}
		}
		private := error(nil)
		for i, jwk := range set.Keys {
			_, err := jose.ParseKey(jwk)
			if errors.Is(err, jose.ErrSecret) {
				private = errPrivate
				set.Keys[i], err = withoutSecret(jwk)
			}
			if err != nil && single {
				return nil, err
			}
		}
		return set.Keys, private
	}
	blocks, err := pemBlocks(b)
	if err != nil {
		return nil, err
	}
	private := error(nil)
	for i, block := range blocks {
		var key *jose.Key
		spki, err := block.Bytes, error(nil)
		switch block.Type {
		case "PUBLIC KEY":
		case "CERTIFICATE":
			var c *cryptox509.Certificate
			if c, err = cryptox509.ParseCertificate(block.Bytes); err == nil {
				spki = c.RawSubjectPublicKeyInfo
			}
		default:
			if spki = publicPart(block); spki == nil {
				err = fmt.Errorf("it is a %s, not a PUBLIC KEY", text(block.Type))
			}
			private = errPrivate
		}
		if err == nil {
			key, err = keyOf(spki)
		}
		if err != nil {
			return nil, fmt.Errorf("PEM block %d: %w", i+1, err)
		}
		jwks = append(jwks, key.JWK())
	}
	return jwks, private
}

// holderKey reads one key, in the form that the protocol has it.
func holderKey(path string) ([]byte, error) {
	b, err := readFile(path, maxTrust)
	if err != nil {
		return nil, err
	}
	jwks, err := publicKeys(b)
	if err == nil && len(jwks) != 1 {
		err = fmt.Errorf("it has %d", len(jwks))
	}
	if err != nil && !(errors.Is(err, errPrivate) && len(jwks) == 1) {
		return nil, fmt.Errorf("%q has not one public key: %w", path, err)
	}
	key, err := jose.ParseKey(jwks[0])
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return key.Public().Key, nil
}

// keyOf reads a SubjectPublicKeyInfo.
func keyOf(spki []byte) (*jose.Key, error) {
	in, public := der.String(spki), pkix.PublicKey{}
	if err := pkix.ReadPublicKey(&in, &public); err != nil {
		return nil, err
	}
	if !in.Empty() {
		return nil, errors.New("bytes after the key")
	}
	return jose.KeyOf(public)
}

// withoutSecret returns a JWK without what is secret in it, an error if it is no public key then.
func withoutSecret(jwk []byte) (json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(jwk, &members); err != nil {
		return nil, err
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "priv"} {
		delete(members, name)
	}
	delete(members, "key_ops") // of the private key
	out, err := json.Marshal(members)
	if err == nil {
		_, err = jose.ParseKey(out)
	}
	return out, err
}

// publicPart returns the SubjectPublicKeyInfo of a private key, nil if it is none.
func publicPart(block *pem.Block) []byte {
	key, err := cryptox509.ParsePKCS8PrivateKey(block.Bytes)
	switch block.Type {
	case "PRIVATE KEY":
	case "EC PRIVATE KEY":
		key, err = cryptox509.ParseECPrivateKey(block.Bytes)
	default:
		return nil
	}
	signer, ok := key.(crypto.Signer)
	if err != nil || !ok {
		return nil
	}
	spki, err := cryptox509.MarshalPKIXPublicKey(signer.Public())
	if err != nil {
		return nil
	}
	return spki
}
