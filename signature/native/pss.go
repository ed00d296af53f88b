package native

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/binary"
	"math/big"

	"github.com/e2eid/e2eid/signature"
)

// verifyPSS verifies RSASSA-PSS (RFC 8017, Section 8.1.2) with MGF1 of the same hash and a salt of exactly this length.
func verifyPSS(c signature.Check, salt int) bool {
	key, err := x509.ParsePKCS1PublicKey(c.Key)
	if err != nil {
		return false
	}
	if salt == 0 {
		return verifyPSSWithoutSalt(key, hash(c.Algorithm), digest(c), c.Signature)
	}
	return rsa.VerifyPSS(key, hash(c.Algorithm), digest(c), c.Signature, &rsa.PSSOptions{SaltLength: salt}) == nil
}

// verifyPSSWithoutSalt is for what crypto/rsa cannot be asked: its length 0 stands for any. Without a salt the encoded
// message is a function of the digest alone, so that there is nothing to decode: it is made, and compared.
func verifyPSSWithoutSalt(key *rsa.PublicKey, h crypto.Hash, digest, sig []byte) bool {
	want := encodePSSWithoutSalt(h, digest, key.N.BitLen()-1)
	s := new(big.Int).SetBytes(sig)
	if want == nil || len(sig) != key.Size() || s.Cmp(key.N) >= 0 {
		return false
	}
	m := s.Exp(s, big.NewInt(int64(key.E)), key.N) // RSAVP1
	return m.Cmp(new(big.Int).SetBytes(want)) == 0
}

// encodePSSWithoutSalt is EMSA-PSS-ENCODE (RFC 8017, Section 9.1.1) with an empty salt, nil if emBits are too few.
func encodePSSWithoutSalt(h crypto.Hash, digest []byte, emBits int) []byte {
	em := make([]byte, (emBits+7)/8)
	if len(em) < h.Size()+2 {
		return nil
	}
	db, rest := em[:len(em)-h.Size()-1], em[len(em)-h.Size()-1:]
	hashed := h.New()
	hashed.Write(make([]byte, 8))
	hashed.Write(digest)
	hashed.Sum(rest[:0])
	rest[len(rest)-1] = 0xbc
	db[len(db)-1] = 1
	maskMGF1(db, h, rest[:len(rest)-1])
	db[0] &= 0xff >> (8*len(em) - emBits)
	return em
}

// maskMGF1 XORs b with MGF1 of the seed (RFC 8017, Appendix B.2.1).
func maskMGF1(b []byte, h crypto.Hash, seed []byte) {
	for counter := uint32(0); len(b) > 0; counter++ {
		hashed := h.New()
		hashed.Write(seed)
		hashed.Write(binary.BigEndian.AppendUint32(nil, counter))
		for i, mask := range hashed.Sum(nil)[:min(len(b), h.Size())] {
			b[i] ^= mask
		}
		b = b[min(len(b), h.Size()):]
	}
}
