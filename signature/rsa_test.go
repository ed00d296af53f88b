package signature_test

import (
	"bytes"
	"math/big"
	"slices"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/signature"
)

// rsaKey returns an RSAPublicKey (RFC 8017, Appendix A.1.1).
func rsaKey(n, e *big.Int) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(n)
		b.AddASN1BigInt(e)
	})
	return b.BytesOrPanic()
}

// modulus returns an odd number of exactly so many bits.
func modulus(bits uint) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return n.SetBit(n, 0, 1)
}

func power(exponent uint, plus int64) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), exponent)
	return n.Add(n, big.NewInt(plus))
}

func TestRSAKeys(t *testing.T) {
	f4 := big.NewInt(65537)
	n := modulus(2048)
	wrap := func(content ...[]byte) []byte { // in a SEQUENCE
		var b cryptobyte.Builder
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(content, nil)) })
		return b.BytesOrPanic()
	}
	integer := func(content ...byte) []byte {
		var b cryptobyte.Builder
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(content) })
		return b.BytesOrPanic()
	}
	nDER, eDER := integer(append([]byte{0}, n.Bytes()...)...), integer(1, 0, 1)
	for _, test := range []struct {
		name string
		key  []byte
		ok   bool
	}{
		{"2048 bits", rsaKey(n, f4), true},
		{"2049 bits", rsaKey(modulus(2049), f4), true},
		{"8192 bits", rsaKey(modulus(8192), f4), true},
		{"the same, put together by hand", wrap(nDER, eDER), true},
		{"exponent 3", rsaKey(n, big.NewInt(3)), true},
		{"exponent 2^31 - 1", rsaKey(n, power(31, -1)), true},

		{"2047 bits", rsaKey(modulus(2047), f4), false},
		{"1024 bits", rsaKey(modulus(1024), f4), false},
		{"8193 bits", rsaKey(modulus(8193), f4), false},
		{"16384 bits", rsaKey(modulus(16384), f4), false},
		{"an even modulus", rsaKey(new(big.Int).Sub(n, big.NewInt(1)), f4), false},
		{"a modulus of zero", rsaKey(new(big.Int), f4), false},
		{"a negative modulus", rsaKey(new(big.Int).Neg(n), f4), false},
		{"a modulus whose first bit makes it negative", wrap(integer(n.Bytes()...), eDER), false},
		{"a needless zero before the modulus", wrap(integer(append([]byte{0, 0}, n.Bytes()...)...), eDER), false},

		{"exponent 0", rsaKey(n, big.NewInt(0)), false},
		{"exponent 1, under which every message is its own signature", rsaKey(n, big.NewInt(1)), false},
		{"exponent 2", rsaKey(n, big.NewInt(2)), false},
		{"an even exponent", rsaKey(n, big.NewInt(65536)), false},
		{"exponent -3", rsaKey(n, big.NewInt(-3)), false},
		{"exponent 2^31", rsaKey(n, power(31, 0)), false},
		{"exponent 2^31 + 1", rsaKey(n, power(31, 1)), false},
		{"exponent 2^32 - 1", rsaKey(n, power(32, -1)), false},
		{"exponent 2^32 + 1", rsaKey(n, power(32, 1)), false},
		{"an exponent as long as the modulus", rsaKey(n, new(big.Int).Sub(n, big.NewInt(2))), false},
		{"a needless zero before the exponent", wrap(nDER, integer(0, 1, 0, 1)), false},
		{"an exponent without content", wrap(nDER, integer()), false},
		{"a modulus without content", wrap(integer(), eDER), false},

		{"a byte after it", append(rsaKey(n, f4), 0), false},
		{"a third integer", wrap(nDER, eDER, eDER), false},
		{"no exponent", wrap(nDER), false},
		{"an empty sequence", wrap(), false},
		{"nothing", nil, false},
		{"a SubjectPublicKeyInfo around it", spki(rsaKey(n, f4)), false},
		{"length in three octets", append([]byte{0x30, 0x83, 0}, rsaKey(n, f4)[2:]...), false},
		{"indefinite length", append(append([]byte{0x30, 0x80}, append(bytes.Clone(nDER), eDER...)...), 0, 0), false},
	} {
		for _, a := range append(slices.Clone(rsaAlgorithms), signature.RSAPSSSHA256, signature.RSAPSSSHA512+64) {
			want := signature.ErrKey
			if test.ok {
				want = nil
			}
			if err := signature.CheckKey(a, test.key); err != want {
				t.Errorf("%s: %s: %v, want %v", a, test.name, err, want)
			}
		}
	}
}

// spki wraps an RSAPublicKey as X.509 does.
func spki(key []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes([]byte{0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0})
		b.AddASN1BitString(key)
	})
	return b.BytesOrPanic()
}

func TestRSASignatureIsAsLongAsTheModulus(t *testing.T) {
	for _, bits := range []uint{2048, 2049, 2056, 3072, 8192} {
		key := rsaKey(modulus(bits), big.NewInt(65537))
		want := int(bits+7) / 8
		for size := want - 2; size <= want+2; size++ {
			for _, a := range []signature.Algorithm{signature.RSAPKCS1SHA256, signature.RSAPSSSHA256 + 32} {
				_, err := signature.New(a, key, nil, make([]byte, size))
				if (err == nil) != (size == want) {
					t.Errorf("%s: a signature of %d bytes with a modulus of %d bits: %v", a, size, bits, err)
				}
			}
		}
	}
}

func TestRSASignatureIsBelowTheModulus(t *testing.T) {
	one := big.NewInt(1)
	for _, bits := range []uint{2048, 2049, 2055, 4096} {
		n := modulus(bits)
		size := int(bits+7) / 8
		for _, test := range []struct {
			name string
			s    *big.Int
			ok   bool
		}{
			{"zero", new(big.Int), true}, // its encoded message would be zero, which no hash leads to
			{"n - 1", new(big.Int).Sub(n, one), true},
			{"n", n, false},
			{"n + 1", new(big.Int).Add(n, one), false},
			{"every bit", new(big.Int).Sub(new(big.Int).Lsh(one, uint(8*size)), one), false},
		} {
			for _, a := range []signature.Algorithm{signature.RSAPKCS1SHA512, signature.RSAPSSSHA512} {
				_, err := signature.New(a, rsaKey(n, big.NewInt(65537)), nil, test.s.FillBytes(make([]byte, size)))
				if (err == nil) != test.ok || err != nil && err != signature.ErrSignature {
					t.Errorf("%s with %d bits: a signature of %s: %v", a, bits, test.name, err)
				}
			}
		}
	}
}

// RFC 8017, Section 9.1.2, step 3: an encoded message has room for hash, salt and two octets. It has one bit less than
// the modulus.
func TestPSSSaltFitsTheKey(t *testing.T) {
	for _, bits := range []uint{2048, 2049, 2050, 2056, 2057, 2304, 3072} {
		key := rsaKey(modulus(bits), big.NewInt(65537))
		sig := make([]byte, (bits+7)/8)
		for base, hash := range hashOfPSS {
			for salt := range 256 {
				fits := (int(bits)-1+7)/8 >= hash.Size()+salt+2
				_, err := signature.New(base+signature.Algorithm(salt), key, nil, sig)
				if (err == nil) != fits || err != nil && err != signature.ErrSignature {
					t.Errorf("%s with a salt of %d in %d bits: %v", hash, salt, bits, err)
				}
			}
		}
	}
}

// Whatever key is taken, it is the one DER encoding of numbers within the bounds.
func FuzzRSAKey(f *testing.F) {
	for _, bits := range []uint{1024, 2047, 2048, 4096, 8192, 8193} {
		f.Add(rsaKey(modulus(bits), big.NewInt(65537)))
	}
	f.Add(rsaKey(modulus(2048), big.NewInt(1)))
	f.Fuzz(func(t *testing.T, in []byte) {
		n, e := new(big.Int), new(big.Int)
		whole := cryptobyte.String(in)
		var seq cryptobyte.String
		ok := whole.ReadASN1(&seq, asn1.SEQUENCE) && whole.Empty() && seq.ReadASN1Integer(n) && seq.ReadASN1Integer(e) && seq.Empty() &&
			n.Sign() > 0 && n.BitLen() >= 2048 && n.BitLen() <= 8192 && n.Bit(0) == 1 &&
			e.Cmp(big.NewInt(3)) >= 0 && e.BitLen() <= 31 && e.Bit(0) == 1
		if err := signature.CheckKey(signature.RSAPKCS1SHA256, in); (err == nil) != ok {
			t.Fatalf("CheckKey(%x) = %v, want ok = %v", in, err, ok)
		}
		if ok && !bytes.Equal(rsaKey(n, e), in) {
			t.Fatalf("%x re-encodes to %x", in, rsaKey(n, e))
		}
	})
}
