package main

import (
	"bytes"
	cryptox509 "crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/jwxsign"
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
			if key = publicPart(block); key == nil {
				err = fmt.Errorf("it is a %s, not a PUBLIC KEY", text(block.Type))
			}
			private = errPrivate
		}
		if err == nil && key == nil {
			key, err = keyOf(spki)
		}
		if err != nil {
			return nil, fmt.Errorf("PEM block %d: %w", i+1, err)
		}
		jwks = append(jwks, key.JWK())
	}
	return jwks, private
}

// oneKey reads the one public key of a file, or that of a private one.
func oneKey(path string) (*jose.Key, error) {
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
	return key, nil
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

// publicPart returns the public key of a private one, nil if the block has none.
func publicPart(block *pem.Block) *jose.Key {
	private, err := keyOfBlock(block)
	if err != nil || private == nil {
		return nil
	}
	key, err := jwxsign.PublicKey(private.Public())
	if err != nil {
		return nil
	}
	return key
}
