package main

import (
	"encoding/pem"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/signature"
)

// authorityKeys are the values of -algorithm for an authority of certificates.
var authorityKeys = map[string]issuer.KeyType{signature.Ed25519.String(): issuer.Ed25519, signature.ECDSAP256SHA256.String(): issuer.P256}

// newAuthority makes an authority in a folder that is empty or not there, and returns its root in PEM.
func newAuthority(folder, algorithm string, c issuer.Config) ([]byte, error) {
	keyType, ok := authorityKeys[algorithm]
	if !ok {
		return nil, usageError("-algorithm of an authority is Ed25519 or ECDSA-P256-SHA256")
	}
	c.KeyType = keyType
	a, err := issuer.New(c)
	if err != nil {
		return nil, err
	}
	if err := a.Save(folder); err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root()}), a.Inventory().Close()
}
