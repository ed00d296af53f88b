package testca

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// PSS returns the same RSA key, which now signs by RSASSA-PSS with this hash and length of the salt.
func (k Key) PSS(hash crypto.Hash, salt int) Key {
	k.Hash, k.pss = hash, &salt
	return k
}

// SignPSS makes an RSASSA-PSS signature (RFC 8017, Section 8.1.1) with MGF1 of a hash that may be another than the
// message's, and a salt of any length, also none. The same arguments get the same signature.
func (k Key) SignPSS(message []byte, hash, mgf crypto.Hash, salt int) []byte {
	key := k.Signer.(*rsa.PrivateKey)
	emBits := key.N.BitLen() - 1
	em := make([]byte, (emBits+7)/8)
	seed := sha256.Sum256(message)
	random := make([]byte, salt)
	xorMGF1(random, crypto.SHA256, seed[:])

	db, rest := em[:len(em)-hash.Size()-1], em[len(em)-hash.Size()-1:]
	h := hash.New()
	h.Write(make([]byte, 8))
	h.Write(digest(hash, message))
	h.Write(random)
	copy(rest, h.Sum(nil))
	rest[hash.Size()] = 0xbc
	db[len(db)-salt-1] = 1
	copy(db[len(db)-salt:], random)
	xorMGF1(db, mgf, rest[:hash.Size()])
	db[0] &= 0xff >> (8*len(em) - emBits)

	s := new(big.Int).SetBytes(em)
	return s.Exp(s, key.D, key.N).FillBytes(make([]byte, key.Size()))
}

func digest(hash crypto.Hash, message []byte) []byte {
	h := hash.New()
	h.Write(message)
	return h.Sum(nil)
}

func xorMGF1(out []byte, hash crypto.Hash, seed []byte) {
	for i := range out {
		if i%hash.Size() == 0 {
			block := digest(hash, binary.BigEndian.AppendUint32(append([]byte(nil), seed...), uint32(i/hash.Size())))
			for j := 0; j < hash.Size() && i+j < len(out); j++ {
				out[i+j] ^= block[j]
			}
		}
	}
}

var hashOIDs = map[crypto.Hash]OID{
	crypto.SHA1: "1.3.14.3.2.26", crypto.SHA224: "2.16.840.1.101.3.4.2.4", crypto.SHA256: "2.16.840.1.101.3.4.2.1",
	crypto.SHA384: "2.16.840.1.101.3.4.2.2", crypto.SHA512: "2.16.840.1.101.3.4.2.3",
	crypto.SHA512_224: "2.16.840.1.101.3.4.2.5", crypto.SHA512_256: "2.16.840.1.101.3.4.2.6",
}

// PSSAlgorithm returns the AlgorithmIdentifier of id-RSASSA-PSS with these parameters (RFC 4055, Section 3.1), of which
// those that are the default are left out.
func PSSAlgorithm(hash, mgf crypto.Hash, salt int) []byte {
	null := []byte{5, 0}
	return Algorithm("1.2.840.113549.1.1.10", sequence(func(b *cryptobyte.Builder) {
		if hash != crypto.SHA1 {
			b.AddBytes(element(asn1.Tag(0).ContextSpecific().Constructed(), Algorithm(hashOIDs[hash], null)))
		}
		if mgf != crypto.SHA1 {
			id := Algorithm("1.2.840.113549.1.1.8", Algorithm(hashOIDs[mgf], null))
			b.AddBytes(element(asn1.Tag(1).ContextSpecific().Constructed(), id))
		}
		if salt != 20 {
			b.AddASN1(asn1.Tag(2).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(salt)) })
		}
	}))
}
