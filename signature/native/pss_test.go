package native_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"testing"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
)

var pssHashes = map[signature.Algorithm]crypto.Hash{
	signature.RSAPSSSHA256: crypto.SHA256, signature.RSAPSSSHA384: crypto.SHA384, signature.RSAPSSSHA512: crypto.SHA512,
}

// The encoded message is a whole number of octets with a modulus of 2049 bits, and shorter than the modulus; with others
// its first octet has bits that are zero. crypto/rsa says whether what testca signs is right.
func TestPSSWithEverySizeOfModulusModuloEight(t *testing.T) {
	for bits := 2048; bits < 2056; bits++ {
		if testing.Short() && bits > 2050 {
			break
		}
		private, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		key := testca.Key{Signer: private}
		message := []byte("message")
		for base, hash := range pssHashes {
			most := min((bits-1+7)/8-hash.Size()-2, 255)
			for _, salt := range []int{0, 1, 20, hash.Size(), most} {
				sig := key.SignPSS(message, hash, hash, salt)
				for _, claimed := range []int{0, 1, salt - 1, salt, salt + 1, most} {
					if claimed < 0 || claimed > most {
						continue
					}
					c, err := signature.New(base+signature.Algorithm(claimed), testca.RawPublicKey(key.Public()), message, sig)
					if err != nil {
						t.Fatal(err)
					}
					if got := native.Verify(c) == signature.Valid; got != (claimed == salt) {
						t.Errorf("%d bits, %s: a salt of %d, taken for one of %d: %v", bits, hash, salt, claimed, got)
					}
					if claimed > 0 && (verifyPSS(private, hash, message, sig, claimed)) != (claimed == salt) {
						t.Fatalf("%d bits, %s: testca signs wrongly with a salt of %d", bits, hash, salt)
					}
				}
			}
		}
	}
}

func verifyPSS(key *rsa.PrivateKey, hash crypto.Hash, message, sig []byte, salt int) bool {
	h := hash.New()
	h.Write(message)
	return rsa.VerifyPSS(&key.PublicKey, hash, h.Sum(nil), sig, &rsa.PSSOptions{SaltLength: salt}) == nil
}

// New refuses a number above the modulus. So does the host, if it is handed one: s + n has the same remainder as s.
func TestPSSSignatureAboveTheModulusIsInvalid(t *testing.T) {
	key := testca.NewKey(testca.RSA2048, "native test")
	n := key.Signer.(*rsa.PrivateKey).N
	for _, salt := range []int{0, 32} {
		for i := range 1000 {
			message := []byte{byte(i), byte(i >> 8)}
			c := signature.Check{Algorithm: signature.RSAPSSSHA256 + signature.Algorithm(salt), Key: testca.RawPublicKey(key.Public()), Message: message}
			c.Signature = key.SignPSS(message, crypto.SHA256, crypto.SHA256, salt)
			want(t, "below the modulus", c, signature.Valid)
			sum := new(big.Int).Add(n, new(big.Int).SetBytes(c.Signature))
			if sum.BitLen() > n.BitLen() {
				continue // it has no room
			}
			c.Signature = sum.Bytes()
			want(t, "above the modulus", c, signature.Invalid)
			break
		}
	}
}

func TestPSSMasksWithTheHashOfTheMessage(t *testing.T) {
	key := testca.NewKey(testca.RSA2048, "native test")
	for base, hash := range pssHashes {
		for _, mgf := range pssHashes {
			for _, salt := range []int{0, 32} {
				sig := key.SignPSS([]byte("message"), hash, mgf, salt)
				c, err := signature.New(base+signature.Algorithm(salt), testca.RawPublicKey(key.Public()), []byte("message"), sig)
				if err != nil {
					t.Fatal(err)
				}
				answer := signature.Invalid
				if mgf == hash {
					answer = signature.Valid
				}
				want(t, "masked with "+mgf.String(), c, answer)
			}
		}
	}
}

// An encoded message that was right before some of its octets were changed is signed: native says of it what crypto/rsa
// says. Where that takes any salt, without one, it must be one of the lengths that native takes.
func FuzzPSS(f *testing.F) {
	for salt := range 5 {
		f.Add([]byte("message"), uint8(salt), uint8(salt), uint8(salt), uint8(0), uint8(0))
		f.Add([]byte{}, uint8(salt*16), uint8(0), uint8(salt), uint8(0), uint8(0))
	}
	f.Add([]byte("message"), uint8(0), uint8(0), uint8(0), uint8(255), uint8(1))  // the trailer
	f.Add([]byte("message"), uint8(0), uint8(0), uint8(1), uint8(0), uint8(0x80)) // a bit beyond the message
	f.Add([]byte("message"), uint8(1), uint8(0), uint8(0), uint8(222), uint8(1))  // what separates the salt
	key := testca.NewKey(testca.RSA2048, "native test")
	private := key.Signer.(*rsa.PrivateKey)
	e := big.NewInt(int64(private.E))
	f.Fuzz(func(t *testing.T, message []byte, salt, claimed, which, at, change uint8) {
		base := signature.RSAPSSSHA256 + 0x100*signature.Algorithm(which%3)
		hash := pssHashes[base]
		most := private.Size() - hash.Size() - 2
		if int(salt) > most || int(claimed) > most {
			return
		}
		s := new(big.Int).SetBytes(key.SignPSS(message, hash, hash, int(salt)))
		em := s.Exp(s, e, private.N).FillBytes(make([]byte, private.Size()))
		em[at] ^= change
		m := new(big.Int).SetBytes(em)
		if m.Cmp(private.N) >= 0 {
			return
		}
		sig := m.Exp(m, private.D, private.N).FillBytes(em)

		c, err := signature.New(base+signature.Algorithm(claimed), testca.RawPublicKey(key.Public()), message, sig)
		if err != nil {
			t.Fatal(err)
		}
		got := native.Verify(c) == signature.Valid
		theirs := verifyPSS(private, hash, message, sig, int(claimed)) // with a claim of 0: of any length
		if claimed > 0 {
			if got != theirs {
				t.Fatalf("native %v, crypto/rsa %v", got, theirs)
			}
			return
		}
		if got && !theirs {
			t.Fatal("native takes what crypto/rsa takes with no salt at all")
		}
		if theirs && !got {
			other := false
			for n := 1; n <= most; n++ {
				other = other || verifyPSS(private, hash, message, sig, n)
			}
			if !other {
				t.Fatal("crypto/rsa finds no salt, native refuses")
			}
		}
		if theirs && got != (salt == 0) {
			t.Fatalf("a salt of %d is taken for none: %v", salt, got)
		}
	})
}
