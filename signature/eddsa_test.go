package signature_test

import (
	"bytes"
	"math/big"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/edwards"
)

// An eddsa is what RFC 8032 says of a curve, in Sections 5.1 and 5.2. The subgroup's order is 2^exponent + rest.
type eddsa struct {
	algorithm      signature.Algorithm
	p              *big.Int
	size           int // of a key, and of half a signature
	exponent       uint
	rest           string
	restIsNegative bool
}

func eddsas() []eddsa {
	p25519 := new(big.Int).Lsh(big.NewInt(1), 255)
	p25519.Sub(p25519, big.NewInt(19))
	p448 := new(big.Int).Lsh(big.NewInt(1), 448)
	p448.Sub(p448, new(big.Int).Lsh(big.NewInt(1), 224)).Sub(p448, big.NewInt(1))
	return []eddsa{
		{signature.Ed25519, p25519, 32, 252, "27742317777372353535851937790883648493", false},
		{signature.Ed448, p448, 57, 446, "13818066809895115352007386748515426880336692474882178609894547503885", true},
	}
}

func (e eddsa) order() *big.Int {
	rest, _ := new(big.Int).SetString(e.rest, 10)
	if e.restIsNegative {
		rest.Neg(rest)
	}
	return rest.Add(rest, new(big.Int).Lsh(big.NewInt(1), e.exponent))
}

func TestEdDSAScalarIsBelowTheOrder(t *testing.T) {
	for _, e := range eddsas() {
		key, sig := good(e.algorithm)
		one := big.NewInt(1)
		l := e.order()
		all := bytes.Repeat([]byte{0xff}, e.size)
		for _, test := range []struct {
			name string
			s    []byte
			ok   bool
		}{
			{"zero", make([]byte, e.size), true}, // RFC 8032 permits it; no signature has it by chance
			{"one", edwards.LittleEndian(one, e.size), true},
			{"L - 1", edwards.LittleEndian(new(big.Int).Sub(l, one), e.size), true},
			{"L", edwards.LittleEndian(l, e.size), false},
			{"L + 1", edwards.LittleEndian(new(big.Int).Add(l, one), e.size), false},
			{"2 L", edwards.LittleEndian(new(big.Int).Lsh(l, 1), e.size), false},
			{"every bit", all, false},
		} {
			b := append(bytes.Clone(sig[:e.size]), test.s...)
			want := signature.ErrSignature
			if test.ok {
				want = nil
			}
			if _, err := signature.New(e.algorithm, key, nil, b); err != want {
				t.Errorf("%s: S is %s: %v, want %v", e.algorithm, test.name, err, want)
			}
		}
		// The one signature with L added to its S would verify where S is reduced (RFC 8032, Section 8.4).
		s := bytes.Clone(sig[e.size:])
		slices.Reverse(s)
		malleable := edwards.LittleEndian(new(big.Int).Add(new(big.Int).SetBytes(s), l), e.size)
		if _, err := signature.New(e.algorithm, key, nil, append(bytes.Clone(sig[:e.size]), malleable...)); err != signature.ErrSignature {
			t.Errorf("%s: S + L: %v", e.algorithm, err)
		}
	}
}

// Both points of a signature, the key and R, are encoded in the one way and not of small order.
func TestEdDSAPoints(t *testing.T) {
	for _, e := range eddsas() {
		key, sig := good(e.algorithm)
		signBit := func(b []byte) []byte {
			b = bytes.Clone(b)
			b[len(b)-1] |= 0x80
			return b
		}
		number := func(n *big.Int) []byte { return edwards.LittleEndian(n, e.size) }
		plus := func(n int64) []byte { return number(new(big.Int).Add(e.p, big.NewInt(n))) }
		for _, test := range []struct {
			name string
			y    []byte
			ok   bool
		}{
			{"a key", key, true},
			{"2 is a coordinate like another: whether it is a point is for the host", number(big.NewInt(2)), true},
			{"p - 2", plus(-2), true},
			{"nothing", nil, false},
			{"0, of order 4", number(new(big.Int)), false},
			{"1, the neutral element", number(big.NewInt(1)), false},
			{"p - 1, of order 2", plus(-1), false},
			{"p, for 0", plus(0), false},
			{"p + 1, for 1", plus(1), false},
			{"p + 2, which is not canonical", plus(2), false},
		} {
			for _, y := range [][]byte{test.y, signBit(append([]byte{0}, test.y...))[1:]} {
				if err := signature.CheckKey(e.algorithm, y); (err == nil) != test.ok {
					t.Errorf("%s: y is %s (%x): %v", e.algorithm, test.name, y, err)
				}
				_, err := signature.New(e.algorithm, key, nil, append(bytes.Clone(y), sig[e.size:]...))
				if (err == nil) != test.ok || err != nil && err != signature.ErrSignature {
					t.Errorf("%s: y of R is %s (%x): %v", e.algorithm, test.name, y, err)
				}
			}
		}
	}
}

// Package edwards finds the points of small order by itself.
func TestNoPointOfSmallOrderIsTaken(t *testing.T) {
	for a, c := range map[signature.Algorithm]*edwards.Curve{
		signature.Ed25519: edwards.Curve25519(), signature.Ed448: edwards.Curve448(),
	} {
		key, sig := good(a)
		for i, p := range c.SmallOrder() {
			b := c.Encode(p)
			if err := signature.CheckKey(a, b); err != signature.ErrKey {
				t.Errorf("%s: point %d as a key: %v", a, i, err)
			}
			if _, err := signature.New(a, key, nil, append(b, sig[len(b):]...)); err != signature.ErrSignature {
				t.Errorf("%s: point %d as R: %v", a, i, err)
			}
		}
	}
}

// The last byte of an Ed448 key has the sign of x and nothing else.
func TestEd448KeyHasNoStrayBits(t *testing.T) {
	key, sig := good(signature.Ed448)
	for last := range 256 {
		b := bytes.Clone(key)
		b[56] = byte(last)
		if _, err := signature.New(signature.Ed448, b, nil, sig); (err == nil) != (last&0x7f == 0) {
			t.Errorf("last byte %#x: %v", last, err)
		}
		b = bytes.Clone(sig)
		b[56] = byte(last)
		if _, err := signature.New(signature.Ed448, key, nil, b); (err == nil) != (last&0x7f == 0) {
			t.Errorf("last byte of R %#x: %v", last, err)
		}
		b = bytes.Clone(sig)
		b[113] = byte(last)
		if _, err := signature.New(signature.Ed448, key, nil, b); (err == nil) != (last == 0) {
			t.Errorf("last byte of the signature %#x: %v", last, err)
		}
	}
}
