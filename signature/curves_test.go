package signature

import (
	"bytes"
	"crypto/elliptic"
	"math/big"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/tests/edwards"
)

func TestEdwardsConstantsAreThoseOfTheirCurves(t *testing.T) {
	for _, test := range []struct {
		name       string
		curve      *edwards.Curve
		size       int
		cofactor   int64
		p, l       []byte
		smallOrder [][]byte
	}{
		{"edwards25519", edwards.Curve25519(), 32, 8, p25519, l25519, smallOrder25519},
		{"edwards448", edwards.Curve448(), 57, 4, p448, l448, smallOrder448},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := test.curve
			if !c.P.ProbablyPrime(20) || !bytes.Equal(edwards.LittleEndian(c.P, len(test.p)), test.p) {
				t.Errorf("p = %x", test.p)
			}
			l := edwards.FromLittleEndian(test.l)
			cofactor := big.NewInt(test.cofactor)
			if !l.ProbablyPrime(20) {
				t.Error("L is not prime")
			}
			// Hasse: the number of points differs from p + 1 by at most 2 sqrt(p). L is larger than that range is wide,
			// so if it divides the number of points, that number is the multiple of L in the range.
			off := new(big.Int).Mul(l, cofactor)
			off.Sub(off, c.P).Sub(off, big.NewInt(1))
			if off.Mul(off, off).Cmp(new(big.Int).Mul(big.NewInt(4), c.P)) > 0 {
				t.Error("cofactor * L is not the number of points of any curve over this field")
			}

			// Multiplying by L leaves of each point its part of small order. Points of all parts are found soon.
			small := map[string]bool{}
			var encoded [][]byte
			ordersL, points := 0, map[string]bool{}
			for y := int64(2); y < 60; y++ {
				p, ok := c.At(big.NewInt(y))
				if !ok {
					continue
				}
				q := c.Times(l, p)
				if !c.Times(cofactor, q).Equal(c.Zero()) {
					t.Fatalf("a point of the curve has an order that does not divide cofactor * L")
				}
				if !c.Times(cofactor, p).Equal(c.Zero()) {
					ordersL++ // cofactor * p is not zero, and L times that is
				}
				for _, q := range []edwards.Point{q, c.Neg(q)} {
					points[q.X.String()+","+q.Y.String()] = true
				}
				if b := edwards.LittleEndian(q.Y, test.size); !small[string(b)] {
					small[string(b)] = true
					encoded = append(encoded, b)
				}
			}
			if ordersL == 0 {
				t.Error("no point of order L found")
			}
			if len(points) != int(test.cofactor) {
				t.Errorf("found %d points of small order, want %d", len(points), test.cofactor)
			}
			slices.SortFunc(encoded, bytes.Compare)
			if !slices.EqualFunc(encoded, sortedCopy(test.smallOrder), bytes.Equal) {
				t.Errorf("small order: %x, want %x", test.smallOrder, encoded)
			}
		})
	}
}

func sortedCopy(list [][]byte) [][]byte {
	list = slices.Clone(list)
	slices.SortFunc(list, bytes.Compare)
	return list
}

func TestECDSAOrdersAreThoseOfTheStandardLibrary(t *testing.T) {
	for _, test := range []struct {
		ours   curve
		theirs elliptic.Curve
	}{
		{p256, elliptic.P256()}, {p384, elliptic.P384()}, {p521, elliptic.P521()},
	} {
		params := test.theirs.Params()
		size := (params.BitSize + 7) / 8
		if test.ours.name != params.Name || test.ours.size != size ||
			!bytes.Equal(test.ours.order, params.N.FillBytes(make([]byte, size))) {
			t.Errorf("%+v, want %s of %d bytes with order %x", test.ours, params.Name, size, params.N)
		}
	}
}
