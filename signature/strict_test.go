package signature_test

import (
	"bytes"
	"crypto"
	"errors"
	"math/big"
	"slices"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
)

// An ecdsaCurve is what the tests know of a curve, apart from package signature.
type ecdsaCurve struct {
	kind       testca.Kind
	order      *big.Int
	size       int
	algorithms []signature.Algorithm
}

var curves = []ecdsaCurve{
	{testca.P256, number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"), 32,
		[]signature.Algorithm{signature.ECDSAP256SHA256, signature.ECDSAP256SHA384, signature.ECDSAP256SHA512}},
	{testca.P384, number("ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"), 48,
		[]signature.Algorithm{signature.ECDSAP384SHA256, signature.ECDSAP384SHA384, signature.ECDSAP384SHA512}},
	{testca.P521, number("01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"), 66,
		[]signature.Algorithm{signature.ECDSAP521SHA256, signature.ECDSAP521SHA384, signature.ECDSAP521SHA512}},
}

var rsaAlgorithms = []signature.Algorithm{signature.RSAPKCS1SHA256, signature.RSAPKCS1SHA384, signature.RSAPKCS1SHA512}

var hashOfPSS = map[signature.Algorithm]crypto.Hash{
	signature.RSAPSSSHA256: crypto.SHA256, signature.RSAPSSSHA384: crypto.SHA384, signature.RSAPSSSHA512: crypto.SHA512,
}

func number(hexDigits string) *big.Int {
	n, ok := new(big.Int).SetString(hexDigits, 16)
	if !ok {
		panic("not hexadecimal")
	}
	return n
}

// kindOf returns the kind of key that an algorithm takes.
func kindOf(a signature.Algorithm) testca.Kind {
	for _, c := range curves {
		if slices.Contains(c.algorithms, a) {
			return c.kind
		}
	}
	if _, _, pss := a.PSS(); pss || slices.Contains(rsaAlgorithms, a) {
		return testca.RSA2048
	}
	return map[signature.Algorithm]testca.Kind{
		signature.Ed25519: testca.Ed25519, signature.Ed448: testca.Ed448,
		signature.MLDSA44: testca.MLDSA44, signature.MLDSA65: testca.MLDSA65, signature.MLDSA87: testca.MLDSA87,
	}[a]
}

// good returns a key of the algorithm and a signature in the form that New takes. The signature is of the right form;
// whether it holds is not for New to say.
func good(a signature.Algorithm) (key, sig []byte) {
	kind := kindOf(a)
	k := testca.NewKey(kind, "signature test")
	if base, salt, ok := a.PSS(); ok {
		hash := hashOfPSS[base]
		return testca.RawPublicKey(k.Public()), k.SignPSS([]byte("message"), hash, hash, salt)
	}
	key, sig = testca.RawPublicKey(k.Public()), k.Sign([]byte("message"))
	for _, c := range curves {
		if c.kind == kind {
			r, s := decodeECDSA(sig)
			sig = pair(c, r, s)
		}
	}
	return key, sig
}

func decodeECDSA(sig []byte) (r, s *big.Int) {
	r, s = new(big.Int), new(big.Int)
	in := cryptobyte.String(sig)
	if !in.ReadASN1(&in, asn1.SEQUENCE) || !in.ReadASN1Integer(r) || !in.ReadASN1Integer(s) || !in.Empty() {
		panic("not an Ecdsa-Sig-Value")
	}
	return r, s
}

// pair returns r || s.
func pair(c ecdsaCurve, r, s *big.Int) []byte {
	b := make([]byte, 2*c.size)
	r.FillBytes(b[:c.size])
	s.FillBytes(b[c.size:])
	return b
}

// derOf returns an Ecdsa-Sig-Value.
func derOf(r, s *big.Int) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(r)
		b.AddASN1BigInt(s)
	})
	return b.BytesOrPanic()
}

func TestEveryAlgorithmNumberIsKnownOrRefused(t *testing.T) {
	// The numbers are part of the format of a batch: they are repeated here, so that a change is seen.
	want := []signature.Algorithm{
		0x0101, 0x0102, 0x0103, 0x0111, 0x0112, 0x0113, 0x0121, 0x0122, 0x0123,
		0x0201, 0x0202, 0x0301, 0x0302, 0x0303, 0x0401, 0x0402, 0x0403,
		0x0520, 0x0630, 0x0740,
	}
	if got := signature.Algorithms(); !slices.Equal(got, want) {
		t.Errorf("Algorithms() = %x, want %x", got, want)
	}
	names := map[string]bool{}
	for i := range 1 << 16 {
		a := signature.Algorithm(i)
		known := slices.Contains(want, a) || i >= 0x0500 && i < 0x0800 // RSASSA-PSS, with any octet for the salt
		wantErr := signature.ErrAlgorithm
		if known {
			wantErr = signature.ErrKey // of no bytes
		}
		if err := signature.CheckKey(a, nil); err != wantErr {
			t.Errorf("CheckKey(%#x, nil) = %v, want %v", i, err, wantErr)
		}
		if c, err := signature.New(a, nil, nil, nil); err != wantErr || c.Algorithm != 0 {
			t.Errorf("New(%#x) = %+v, %v, want %v", i, c, err, wantErr)
		}
		if _, err := signature.NewDER(a, nil, nil, nil); err == nil {
			t.Errorf("NewDER(%#x) accepts nothing at all", i)
		}
		if (a.String() != "unknown") != known || (a.Name() != "unknown") != known || known && names[a.String()] {
			t.Errorf("%#x has the name %q", i, a)
		}
		names[a.String()] = true
	}
}

func TestOnlyOneSizeOfKeyAndSignatureIsTaken(t *testing.T) {
	for _, a := range signature.Algorithms() {
		key, sig := good(a)
		message := []byte("m")
		c, err := signature.New(a, key, message, sig)
		if err != nil || c.Algorithm != a || !bytes.Equal(c.Key, key) || !bytes.Equal(c.Message, message) || !bytes.Equal(c.Signature, sig) {
			t.Fatalf("%s: New = %+v, %v", a, c, err)
		}
		if err := signature.CheckKey(a, key); err != nil {
			t.Errorf("%s: CheckKey: %v", a, err)
		}
		for size := range len(key) + 3 {
			if size == len(key) {
				continue
			}
			b := append(key[:min(size, len(key)):len(key)], make([]byte, max(0, size-len(key)))...)
			if err := signature.CheckKey(a, b); err != signature.ErrKey {
				t.Errorf("%s: a key of %d instead of %d bytes: %v", a, size, len(key), err)
			}
			if c, err := signature.New(a, b, message, sig); err != signature.ErrKey || c.Key != nil || c.Algorithm != 0 {
				t.Errorf("%s: New with a key of %d instead of %d bytes: %+v, %v", a, size, len(key), c, err)
			}
		}
		for size := range len(sig) + 3 {
			if size == len(sig) {
				continue
			}
			b := append(sig[:min(size, len(sig)):len(sig)], make([]byte, max(0, size-len(sig)))...)
			if c, err := signature.New(a, key, message, b); err != signature.ErrSignature || c.Signature != nil || c.Algorithm != 0 {
				t.Errorf("%s: a signature of %d instead of %d bytes: %+v, %v", a, size, len(sig), c, err)
			}
		}
	}
}

// ML-DSA sizes are those of FIPS 204, Table 2.
func TestMLDSASizes(t *testing.T) {
	for a, size := range map[signature.Algorithm][2]int{
		signature.MLDSA44: {1312, 2420}, signature.MLDSA65: {1952, 3309}, signature.MLDSA87: {2592, 4627},
	} {
		if key, sig := good(a); len(key) != size[0] || len(sig) != size[1] {
			t.Errorf("%s: key and signature of %d and %d bytes, want %v", a, len(key), len(sig), size)
		}
		if _, err := signature.New(a, make([]byte, size[0]), nil, make([]byte, size[1])); err != nil {
			t.Errorf("%s: sizes of the standard: %v", a, err)
		}
	}
}

func TestECDSAScalars(t *testing.T) {
	one := big.NewInt(1)
	for _, c := range curves {
		last := new(big.Int).Sub(c.order, one)
		beyond := new(big.Int).Add(c.order, one)
		all := new(big.Int).Sub(new(big.Int).Lsh(one, uint(8*c.size)), one)
		half := new(big.Int).Rsh(c.order, 1)
		for _, test := range []struct {
			name string
			r, s *big.Int
			ok   bool
		}{
			{"both are 1", one, one, true},
			{"both are the order less 1", last, last, true},
			{"s in the upper half is not malformed: FIPS 186-5 takes it", one, new(big.Int).Add(half, one), true},
			{"r is zero", new(big.Int), one, false},
			{"s is zero", one, new(big.Int), false},
			{"r is the order", c.order, one, false},
			{"s is the order", one, c.order, false},
			{"r is above the order", beyond, one, false},
			{"s is above the order", one, beyond, false},
			{"r has every bit", all, one, false},
			{"s has every bit", one, all, false},
		} {
			for _, a := range c.algorithms {
				key, _ := good(a)
				want := signature.ErrSignature
				if test.ok {
					want = nil
				}
				raw, err := signature.New(a, key, nil, pair(c, test.r, test.s))
				if err != want {
					t.Errorf("%s: %s: New: %v, want %v", a, test.name, err, want)
				}
				der, err := signature.NewDER(a, key, nil, derOf(test.r, test.s))
				if err != want || !bytes.Equal(der.Signature, raw.Signature) {
					t.Errorf("%s: %s: NewDER: %x, %v, want %x, %v", a, test.name, der.Signature, err, raw.Signature, want)
				}
			}
		}
	}
}

func TestECDSAPointsAreUncompressed(t *testing.T) {
	for _, c := range curves {
		a := c.algorithms[0]
		key, sig := good(a)
		for first := range 256 {
			b := bytes.Clone(key)
			b[0] = byte(first)
			if _, err := signature.New(a, b, nil, sig); (err == nil) != (first == 4) {
				t.Errorf("%s: a point that begins with %#x: %v", a, first, err)
			}
		}
		for name, b := range map[string][]byte{
			"compressed":              append([]byte{2 + key[len(key)-1]&1}, key[1:1+c.size]...),
			"the point at infinity":   {0},
			"the coordinates alone":   key[1:],
			"a SubjectPublicKeyInfo":  testca.SPKI(testca.NewKey(c.kind, "signature test").Public()),
			"with bytes after it":     append(bytes.Clone(key), 0),
			"a key of Ed25519's size": make([]byte, 32),
		} {
			if err := signature.CheckKey(a, b); err != signature.ErrKey {
				t.Errorf("%s: %s: %v", a, name, err)
			}
		}
	}
}

func TestNewDERTakesOnlyDER(t *testing.T) {
	c := curves[0]
	r, s := number("1122"), number("7f")
	int1 := []byte{2, 2, 0x11, 0x22}
	int2 := []byte{2, 1, 0x7f}
	seq := func(content ...[]byte) []byte {
		b := bytes.Join(content, nil)
		return append([]byte{0x30, byte(len(b))}, b...)
	}
	long := append([]byte{0x30, 0x81, 7}, append(bytes.Clone(int1), int2...)...)
	upper := new(big.Int).Sub(c.order, big.NewInt(1)) // its first byte is 0xff: a zero must stand before it
	for _, test := range []struct {
		name string
		sig  []byte
		ok   bool
	}{
		{"two small integers", seq(int1, int2), true},
		{"a zero before a first bit that is set", derOf(upper, upper), true},
		{"nothing", nil, false},
		{"a tag alone", []byte{0x30}, false},
		{"an empty sequence", seq(), false},
		{"one integer", seq(int1), false},
		{"three integers", seq(int1, int2, int2), false},
		{"a byte after the sequence", append(seq(int1, int2), 0), false},
		{"a byte after the integers", seq(int1, int2, []byte{0}), false},
		{"a sequence that is cut", seq(int1, int2)[:8], false},
		{"a sequence longer than its bytes", append([]byte{0x30, 8}, append(bytes.Clone(int1), int2...)...), false},
		{"a sequence length in the long form", long, false},
		{"a sequence length in four octets", append([]byte{0x30, 0x84, 0, 0, 0, 7}, long[3:]...), false},
		{"a sequence of indefinite length", append(append([]byte{0x30, 0x80}, long[3:]...), 0, 0), false},
		{"an integer length in the long form", seq([]byte{2, 0x81, 2, 0x11, 0x22}, int2), false},
		{"a set instead of the sequence", append([]byte{0x31}, seq(int1, int2)[1:]...), false},
		{"an enumerated instead of an integer", seq([]byte{10, 2, 0x11, 0x22}, int2), false},
		{"an integer without content", seq(int1, []byte{2, 0}), false},
		{"a needless zero before an integer", seq([]byte{2, 3, 0, 0x11, 0x22}, int2), false},
		{"two zeros before an integer", seq([]byte{2, 3, 0, 0, 0xff}, int2), false},
		{"zero", seq([]byte{2, 1, 0}, int2), false},
		{"zero in two octets", seq([]byte{2, 2, 0, 0}, int2), false},
		{"a negative integer", seq([]byte{2, 1, 0x80}, int2), false},
		{"minus one", seq(int1, []byte{2, 1, 0xff}), false},
		{"minus one in two octets", seq(int1, []byte{2, 2, 0xff, 0xff}), false},
		{"an integer one byte longer than the curve's", derOf(new(big.Int).Lsh(big.NewInt(1), 257), s), false},
		{"an integer of a hundred bytes", derOf(r, new(big.Int).Lsh(big.NewInt(1), 800)), false},
		{"r || s", pair(c, r, s), false},
	} {
		key, _ := good(signature.ECDSAP256SHA256)
		got, err := signature.NewDER(signature.ECDSAP256SHA256, key, nil, test.sig)
		if test.ok && err != nil || !test.ok && (err != signature.ErrSignature || got.Signature != nil) {
			t.Errorf("%s: %x, %v", test.name, got.Signature, err)
		}
	}
}

// Of everything but ECDSA there is one form, which both functions take.
func TestNewDERIsNewForOtherAlgorithms(t *testing.T) {
	for _, a := range signature.Algorithms() {
		key, sig := good(a)
		want, err := signature.New(a, key, []byte("m"), sig)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(curves, func(c ecdsaCurve) bool { return slices.Contains(c.algorithms, a) }) {
			sig = derOf(new(big.Int).SetBytes(sig[:len(sig)/2]), new(big.Int).SetBytes(sig[len(sig)/2:]))
		}
		got, err := signature.NewDER(a, key, []byte("m"), sig)
		if err != nil || !bytes.Equal(got.Signature, want.Signature) || !bytes.Equal(got.Key, want.Key) || got.Algorithm != want.Algorithm {
			t.Errorf("%s: NewDER = %+v, %v, want %+v", a, got, err, want)
		}
	}
}

func FuzzNewDER(f *testing.F) {
	one := big.NewInt(1)
	for i, c := range curves {
		_, sig := good(c.algorithms[0])
		f.Add(uint8(i), derOf(new(big.Int).SetBytes(sig[:c.size]), new(big.Int).SetBytes(sig[c.size:])))
		f.Add(uint8(i), derOf(one, new(big.Int).Sub(c.order, one)))
		f.Add(uint8(i), derOf(c.order, one))
	}
	f.Add(uint8(0), []byte{0x30, 0x81, 6, 2, 1, 1, 2, 1, 1})
	f.Add(uint8(0), []byte{0x30, 7, 2, 2, 0, 1, 2, 1, 1})
	f.Fuzz(func(t *testing.T, i uint8, in []byte) {
		c := curves[int(i)%len(curves)]
		key, _ := good(c.algorithms[0])
		got, err := signature.NewDER(c.algorithms[0], key, nil, in)

		// cryptobyte reads the same, and the ranges are those of big integers.
		r, s := new(big.Int), new(big.Int)
		whole := cryptobyte.String(in)
		var seq cryptobyte.String
		ok := whole.ReadASN1(&seq, asn1.SEQUENCE) && whole.Empty() && seq.ReadASN1Integer(r) && seq.ReadASN1Integer(s) && seq.Empty() &&
			r.Sign() > 0 && s.Sign() > 0 && r.Cmp(c.order) < 0 && s.Cmp(c.order) < 0
		if ok != (err == nil) {
			t.Fatalf("NewDER(%x) = %v, want ok = %v", in, err, ok)
		}
		if err != nil {
			if !errors.Is(err, signature.ErrSignature) || got.Algorithm != 0 || got.Signature != nil {
				t.Fatalf("%x: %+v beside %v", in, got, err)
			}
			return
		}
		if !bytes.Equal(got.Signature, pair(c, r, s)) {
			t.Fatalf("%x: signature %x", in, got.Signature)
		}
		if again := derOf(new(big.Int).SetBytes(got.Signature[:c.size]), new(big.Int).SetBytes(got.Signature[c.size:])); !bytes.Equal(again, in) {
			t.Fatalf("%x re-encodes to %x", in, again)
		}
	})
}
