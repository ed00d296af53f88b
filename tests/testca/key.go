package testca

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // hashes of the signature algorithms
	"crypto/x509"
	"encoding"
	"encoding/binary"
	"fmt"
	"io"
	"math/big"
	"sync"

	"github.com/cloudflare/circl/sign/ed448"
	"github.com/cloudflare/circl/sign/mldsa/mldsa44"
	"github.com/cloudflare/circl/sign/mldsa/mldsa65"
	"github.com/cloudflare/circl/sign/mldsa/mldsa87"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A Kind is an algorithm of keys.
type Kind uint8

const (
	P256 Kind = iota
	P384
	P521
	Ed25519
	Ed448
	RSA2048
	MLDSA44
	MLDSA65
	MLDSA87
	P224    // too weak
	RSA1024 // too weak
)

// Kinds lists every Kind that is strong enough to be accepted.
func Kinds() []Kind {
	return []Kind{P256, P384, P521, Ed25519, Ed448, RSA2048, MLDSA44, MLDSA65, MLDSA87}
}

func (k Kind) String() string {
	return [...]string{"P-256", "P-384", "P-521", "Ed25519", "Ed448", "RSA 2048", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87",
		"P-224", "RSA 1024"}[k]
}

// A Key signs.
type Key struct {
	Signer crypto.Signer
	Hash   crypto.Hash // with ECDSA and RSA; zero: SHA-256, or the size of the curve
	pss    *int        // with RSA: RSASSA-PSS with a salt of this length, instead of PKCS #1 v1.5
}

type keyID struct {
	kind Kind
	name string
}

var keys sync.Map // keyID to Key

// NewKey returns the key of this kind and name: the same for each call, in every process. Keys are secret from nobody.
func NewKey(kind Kind, name string) Key {
	id := keyID{kind, name}
	if key, ok := keys.Load(id); ok {
		return key.(Key)
	}
	key, _ := keys.LoadOrStore(id, Key{Signer: derive(kind, &stream{seed: kind.String() + " " + name})})
	return key.(Key)
}

func derive(kind Kind, random io.Reader) crypto.Signer {
	switch kind {
	case P224:
		return deriveECDSA(elliptic.P224(), random)
	case P256:
		return deriveECDSA(elliptic.P256(), random)
	case P384:
		return deriveECDSA(elliptic.P384(), random)
	case P521:
		return deriveECDSA(elliptic.P521(), random)
	case RSA1024:
		return deriveRSA(1024, 65537, random)
	case RSA2048:
		return deriveRSA(2048, 65537, random)
	case Ed25519:
		return ed25519.NewKeyFromSeed(read(random, ed25519.SeedSize))
	case Ed448:
		return ed448.NewKeyFromSeed(read(random, ed448.SeedSize))
	case MLDSA44:
		_, key := mldsa44.NewKeyFromSeed((*[32]byte)(read(random, 32)))
		return key
	case MLDSA65:
		_, key := mldsa65.NewKeyFromSeed((*[32]byte)(read(random, 32)))
		return key
	case MLDSA87:
		_, key := mldsa87.NewKeyFromSeed((*[32]byte)(read(random, 32)))
		return key
	}
	panic(fmt.Sprintf("testca: unknown kind of key %d", kind))
}

// deriveECDSA takes scalars from random until one is in range. ecdsa.GenerateKey would ignore random.
func deriveECDSA(curve elliptic.Curve, random io.Reader) crypto.Signer {
	size := (curve.Params().BitSize + 7) / 8
	for {
		scalar := read(random, size)
		scalar[0] &= 0xff >> (size*8 - curve.Params().BitSize)
		if key, err := ecdsa.ParseRawPrivateKey(curve, scalar); err == nil {
			return key
		}
	}
}

// NewRSAKey returns an RSA key with a modulus of so many bits and a public exponent that is prime: the same for each call.
func NewRSAKey(bits int, exponent int64, name string) Key {
	return Key{Signer: deriveRSA(bits, exponent, &stream{seed: fmt.Sprintf("RSA %d %d %s", bits, exponent, name)})}
}

// deriveRSA takes the next primes after two numbers from random. rsa.GenerateKey would ignore random.
func deriveRSA(bits int, exponent int64, random io.Reader) crypto.Signer {
	one, e := big.NewInt(1), big.NewInt(exponent)
	var primes []*big.Int
	for _, size := range []int{(bits + 1) / 2, bits / 2} {
		p := new(big.Int).SetBytes(read(random, (size+7)/8))
		p.Mod(p, new(big.Int).Lsh(one, uint(size)))
		p.SetBit(p, size-1, 1).SetBit(p, size-2, 1).SetBit(p, 0, 1) // the product has all the bits
		for !p.ProbablyPrime(20) || new(big.Int).Mod(new(big.Int).Sub(p, one), e).Sign() == 0 {
			p.Add(p, big.NewInt(2))
		}
		primes = append(primes, p)
	}
	p, q := primes[0], primes[1]
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: int(e.Int64())},
		D:         new(big.Int).ModInverse(e, phi),
		Primes:    primes,
	}
	key.Precompute()
	return key
}

// A stream is the SHA-256 hashes of a counter and the seed.
type stream struct {
	seed string
	next uint64
	rest []byte
}

func (s *stream) Read(b []byte) (int, error) {
	if len(s.rest) == 0 {
		sum := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, s.next), s.seed...))
		s.next++
		s.rest = sum[:]
	}
	n := copy(b, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func read(r io.Reader, size int) []byte {
	b := make([]byte, size)
	if _, err := io.ReadFull(r, b); err != nil {
		panic(err)
	}
	return b
}

// Public returns the public key, as the Key of a Cert.
func (k Key) Public() crypto.PublicKey { return k.Signer.Public() }

// Sign signs a message. The same message gets the same signature.
func (k Key) Sign(message []byte) []byte {
	if k.pss != nil {
		return k.SignPSS(message, k.hash(), k.hash(), *k.pss)
	}
	var sig []byte
	var err error
	if hash := k.hash(); hash == 0 {
		sig, err = k.Signer.Sign(nil, message, hash)
	} else {
		h := hash.New()
		h.Write(message)
		sig, err = k.Signer.Sign(nil, h.Sum(nil), hash) // no randomness: RFC 6979 with ECDSA
	}
	if err != nil {
		panic(err)
	}
	return sig
}

func (k Key) hash() crypto.Hash {
	switch key := k.Signer.Public().(type) {
	case *ecdsa.PublicKey:
		switch {
		case k.Hash != 0:
			return k.Hash
		case key.Curve == elliptic.P384():
			return crypto.SHA384
		case key.Curve == elliptic.P521():
			return crypto.SHA512
		}
		return crypto.SHA256
	case *rsa.PublicKey:
		if k.Hash != 0 {
			return k.Hash
		}
		return crypto.SHA256
	}
	return 0
}

// AlgorithmIdentifier returns that of the key's signatures.
func (k Key) AlgorithmIdentifier() []byte {
	if k.pss != nil {
		return PSSAlgorithm(k.hash(), k.hash(), *k.pss)
	}
	pub := k.Signer.Public()
	switch pub.(type) {
	case *ecdsa.PublicKey:
		// RFC 5758, Section 3.2: no parameters.
		return Algorithm(map[crypto.Hash]OID{
			crypto.SHA256: "1.2.840.10045.4.3.2", crypto.SHA384: "1.2.840.10045.4.3.3", crypto.SHA512: "1.2.840.10045.4.3.4",
		}[k.hash()], nil)
	case *rsa.PublicKey:
		// RFC 4055, Section 5: the parameters are NULL.
		return Algorithm(map[crypto.Hash]OID{
			crypto.SHA256: "1.2.840.113549.1.1.11", crypto.SHA384: "1.2.840.113549.1.1.12", crypto.SHA512: "1.2.840.113549.1.1.13",
		}[k.hash()], []byte{5, 0})
	}
	return Algorithm(keyOID(pub), nil)
}

// Algorithm returns an AlgorithmIdentifier; parameters are DER, nil if absent.
func Algorithm(id OID, parameters []byte) []byte {
	return element(asn1.SEQUENCE, append(id.DER(), parameters...))
}

// keyOID is the identifier of a key, and of its signatures, where crypto/x509 has none.
func keyOID(pub crypto.PublicKey) OID {
	switch pub.(type) {
	case ed25519.PublicKey:
		return "1.3.101.112" // RFC 8410, Section 3
	case ed448.PublicKey:
		return "1.3.101.113"
	case *mldsa44.PublicKey:
		return "2.16.840.1.101.3.4.3.17" // RFC 9881, Section 2
	case *mldsa65.PublicKey:
		return "2.16.840.1.101.3.4.3.18"
	case *mldsa87.PublicKey:
		return "2.16.840.1.101.3.4.3.19"
	}
	panic(fmt.Sprintf("testca: unknown kind of key %T", pub))
}

// SPKI returns the SubjectPublicKeyInfo of a key of any Kind.
func SPKI(pub crypto.PublicKey) []byte {
	switch pub := pub.(type) {
	case *ecdsa.PublicKey, *rsa.PublicKey, ed25519.PublicKey:
		der, err := x509.MarshalPKIXPublicKey(pub)
		if err != nil {
			panic(err)
		}
		return der
	}
	return RawSPKI(Algorithm(keyOID(pub), nil), RawPublicKey(pub))
}

// RawSPKI returns a SubjectPublicKeyInfo of an AlgorithmIdentifier and the octets of a key.
func RawSPKI(algorithm, key []byte) []byte {
	return sequence(func(b *cryptobyte.Builder) {
		b.AddBytes(algorithm)
		b.AddASN1BitString(key)
	})
}

// RawPublicKey returns a key as it stands in a SubjectPublicKeyInfo and, but for RSA, in MLS (RFC 9420, Section 5.1.1).
func RawPublicKey(pub crypto.PublicKey) []byte {
	switch pub := pub.(type) {
	case *ecdsa.PublicKey:
		point, err := pub.Bytes()
		if err != nil {
			panic(err)
		}
		return point
	case *rsa.PublicKey:
		return x509.MarshalPKCS1PublicKey(pub)
	case ed25519.PublicKey:
		return pub
	case encoding.BinaryMarshaler: // those of circl
		b, err := pub.MarshalBinary()
		if err != nil {
			panic(err)
		}
		return b
	}
	panic(fmt.Sprintf("testca: unknown kind of key %T", pub))
}
