package mlstest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding"
	"fmt"

	_ "crypto/sha256" // hashes of the suites
	_ "crypto/sha512"

	"github.com/cloudflare/circl/sign/ed448"

	"github.com/e2eid/e2eid/credential/mls"
)

// Suites returns the cipher suites of RFC 9420.
func Suites() []mls.CipherSuite { return []mls.CipherSuite{1, 2, 3, 4, 5, 6, 7} }

// NewSigner returns a new key of a suite's signature algorithm.
func NewSigner(suite mls.CipherSuite) crypto.Signer {
	switch suite {
	case 1, 3:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return must(key, err)
	case 2:
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	case 4, 6:
		_, key, err := ed448.GenerateKey(rand.Reader)
		return must(key, err)
	case 5:
		return must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
	case 7:
		return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	}
	panic(fmt.Sprintf("mlstest: no signature algorithm for cipher suite %d", suite))
}

// PublicKey returns a public key as a SignaturePublicKey (RFC 9420, Section 5.1.1).
func PublicKey(key crypto.PublicKey) []byte {
	switch key := key.(type) {
	case ed25519.PublicKey:
		return key
	case *ecdsa.PublicKey:
		return must(key.Bytes())
	case encoding.BinaryMarshaler: // Ed448
		return must(key.MarshalBinary())
	}
	panic(fmt.Sprintf("mlstest: no encoding for a %T", key))
}

// HPKEKey returns random bytes in the size of a suite's HPKE public keys. Nobody holds the private key.
func HPKEKey(suite mls.CipherSuite) []byte {
	size := map[mls.CipherSuite]int{1: 32, 2: 65, 3: 32, 4: 56, 5: 133, 6: 56, 7: 97}[suite]
	if size == 0 {
		size = 32
	}
	key := make([]byte, size)
	rand.Read(key)
	if size%2 == 1 {
		key[0] = 4 // an uncompressed point
	}
	return key
}

// Sign is SignWithLabel (RFC 9420, Section 5.1.2). The hash is the suite's, whatever key the signer has.
func Sign(suite mls.CipherSuite, signer crypto.Signer, label string, content []byte) []byte {
	message := AppendVector(AppendVector(nil, []byte("MLS 1.0 "+label)), content)
	hash := crypto.Hash(0) // EdDSA signs the message itself
	if _, ok := signer.Public().(*ecdsa.PublicKey); ok {
		hash = crypto.SHA256
		switch suite {
		case 5:
			hash = crypto.SHA512
		case 7:
			hash = crypto.SHA384
		}
		h := hash.New()
		h.Write(message)
		message = h.Sum(nil)
	}
	return must(signer.Sign(rand.Reader, message, hash))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic("mlstest: " + err.Error())
	}
	return v
}
