// Package native is the host for Go programs: it answers signature checks with the standard library, and with circl
// for what that lacks. The verifying packages never import it; whoever calls them does.
package native

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes that algorithms name
	_ "crypto/sha512"
	"crypto/x509"
	"math/big"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/portable"
)

// Run answers every check, on all processors. The answers are in the order of the checks.
func Run(checks []signature.Check) []signature.Answer {
	answers := make([]signature.Answer, len(checks))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(checks)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(checks)); i = next.Add(1) - 1 {
				answers[i] = Verify(checks[i])
			}
		})
	}
	wg.Wait()
	return answers
}

// Verify answers one check, which came from [signature.New] or [signature.NewDER].
func Verify(c signature.Check) signature.Answer {
	ok := false
	switch c.Algorithm {
	case signature.ECDSAP256SHA256, signature.ECDSAP256SHA384, signature.ECDSAP256SHA512:
		ok = verifyECDSA(elliptic.P256(), c)
	case signature.ECDSAP384SHA256, signature.ECDSAP384SHA384, signature.ECDSAP384SHA512:
		ok = verifyECDSA(elliptic.P384(), c)
	case signature.ECDSAP521SHA256, signature.ECDSAP521SHA384, signature.ECDSAP521SHA512:
		ok = verifyECDSA(elliptic.P521(), c)
	case signature.RSAPKCS1SHA256, signature.RSAPKCS1SHA384, signature.RSAPKCS1SHA512:
		key, err := x509.ParsePKCS1PublicKey(c.Key)
		ok = err == nil && rsa.VerifyPKCS1v15(key, hash(c.Algorithm), digest(c), c.Signature) == nil
	case signature.Ed25519:
		ok = len(c.Key) == ed25519.PublicKeySize && ed25519.Verify(c.Key, c.Message, c.Signature)
	default:
		_, salt, pss := c.Algorithm.PSS()
		if !pss {
			return portable.Verify(c)
		}
		ok = verifyPSS(c, salt)
	}
	if ok {
		return signature.Valid
	}
	return signature.Invalid
}

func verifyECDSA(curve elliptic.Curve, c signature.Check) bool {
	key, err := ecdsa.ParseUncompressedPublicKey(curve, c.Key)
	if err != nil || len(c.Signature)%2 != 0 {
		return false
	}
	half := len(c.Signature) / 2
	r, s := new(big.Int).SetBytes(c.Signature[:half]), new(big.Int).SetBytes(c.Signature[half:])
	return ecdsa.Verify(key, digest(c), r, s)
}

func digest(c signature.Check) []byte {
	h := hash(c.Algorithm).New()
	h.Write(c.Message)
	return h.Sum(nil)
}

func hash(a signature.Algorithm) crypto.Hash {
	if base, _, pss := a.PSS(); pss {
		a = base
	}
	switch a {
	case signature.ECDSAP256SHA384, signature.ECDSAP384SHA384, signature.ECDSAP521SHA384,
		signature.RSAPKCS1SHA384, signature.RSAPSSSHA384:
		return crypto.SHA384
	case signature.ECDSAP256SHA512, signature.ECDSAP384SHA512, signature.ECDSAP521SHA512,
		signature.RSAPKCS1SHA512, signature.RSAPSSSHA512:
		return crypto.SHA512
	}
	return crypto.SHA256
}
