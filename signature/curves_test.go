package signature

import (
	"bytes"
	"crypto/elliptic"
	"math/big"
	"slices"
	"testing"
)

// An edwards is the curve a x² + y² = 1 + d x² y² over the integers modulo p. Both of RFC 8032 have a complete addition
// law, so that one formula adds all points.
type edwards struct {
	p, a, d *big.Int
}

type point struct{ x, y *big.Int }

func (c *edwards) mul(a, b *big.Int) *big.Int {
	m := new(big.Int).Mul(a, b)
	return m.Mod(m, c.p)
}

func (c *edwards) div(a, b *big.Int) *big.Int { return c.mul(a, new(big.Int).ModInverse(b, c.p)) }

func (c *edwards) add(p, q point) point {
	one := big.NewInt(1)
	t := c.mul(c.d, c.mul(c.mul(p.x, q.x), c.mul(p.y, q.y)))
	x := new(big.Int).Add(c.mul(p.x, q.y), c.mul(p.y, q.x))
	y := new(big.Int).Sub(c.mul(p.y, q.y), c.mul(c.a, c.mul(p.x, q.x)))
	return point{c.div(x, new(big.Int).Add(one, t)), c.div(y, new(big.Int).Sub(one, t))}
}

func (c *edwards) times(n *big.Int, p point) point {
	sum := point{big.NewInt(0), big.NewInt(1)}
	for i := n.BitLen() - 1; i >= 0; i-- {
		sum = c.add(sum, sum)
		if n.Bit(i) == 1 {
			sum = c.add(sum, p)
		}
	}
	return sum
}

// at returns a point with this y, if there is one: x² = (1 - y²) / (a - d y²).
func (c *edwards) at(y int64) (p point, ok bool) {
	p.y = big.NewInt(y)
	yy := c.mul(p.y, p.y)
	xx := c.div(new(big.Int).Sub(big.NewInt(1), yy), new(big.Int).Sub(c.a, c.mul(c.d, yy)))
	p.x = new(big.Int).ModSqrt(xx, c.p)
	return p, p.x != nil
}

func (p point) isZero() bool { return p.x.Sign() == 0 && p.y.Cmp(big.NewInt(1)) == 0 }

func littleEndian(n *big.Int, size int) []byte {
	b := n.FillBytes(make([]byte, size))
	slices.Reverse(b)
	return b
}

func fromLittleEndian(b []byte) *big.Int {
	b = bytes.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

func powerOfTwo(n uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), n) }

func TestEdwardsConstantsAreThoseOfTheirCurves(t *testing.T) {
	p := powerOfTwo(255)
	p.Sub(p, big.NewInt(19))
	ed25519 := &edwards{p: p, a: big.NewInt(-1)}
	ed25519.d = ed25519.div(big.NewInt(-121665), big.NewInt(121666)) // RFC 8032, Section 5.1

	p = powerOfTwo(448)
	p.Sub(p, powerOfTwo(224))
	p.Sub(p, big.NewInt(1))
	ed448 := &edwards{p: p, a: big.NewInt(1), d: big.NewInt(-39081)} // Section 5.2

	for _, test := range []struct {
		name       string
		curve      *edwards
		size       int
		cofactor   int64
		p, l       []byte
		smallOrder [][]byte
	}{
		{"edwards25519", ed25519, 32, 8, p25519, l25519, smallOrder25519},
		{"edwards448", ed448, 57, 4, p448, l448, smallOrder448},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := test.curve
			if !c.p.ProbablyPrime(20) || !bytes.Equal(littleEndian(c.p, len(test.p)), test.p) {
				t.Errorf("p = %x", test.p)
			}
			l := fromLittleEndian(test.l)
			cofactor := big.NewInt(test.cofactor)
			if !l.ProbablyPrime(20) {
				t.Error("L is not prime")
			}
			// Hasse: the number of points differs from p + 1 by at most 2 sqrt(p). L is larger than that range is wide,
			// so if it divides the number of points, that number is the multiple of L in the range.
			off := new(big.Int).Mul(l, cofactor)
			off.Sub(off, c.p).Sub(off, big.NewInt(1))
			if off.Mul(off, off).Cmp(new(big.Int).Mul(big.NewInt(4), c.p)) > 0 {
				t.Error("cofactor * L is not the number of points of any curve over this field")
			}

			// Multiplying by L leaves of each point its part of small order. Points of all parts are found soon.
			small := map[string]bool{}
			var encoded [][]byte
			ordersL, points := 0, map[string]bool{}
			for y := int64(2); y < 60; y++ {
				p, ok := c.at(y)
				if !ok {
					continue
				}
				q := c.times(l, p)
				if !c.times(cofactor, q).isZero() {
					t.Fatalf("a point of the curve has an order that does not divide cofactor * L")
				}
				if !c.times(cofactor, p).isZero() {
					ordersL++ // cofactor * p is not zero, and L times that is
				}
				for _, q := range []point{q, {new(big.Int).Mod(new(big.Int).Neg(q.x), c.p), q.y}} {
					points[q.x.String()+","+q.y.String()] = true
				}
				if b := littleEndian(q.y, test.size); !small[string(b)] {
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
