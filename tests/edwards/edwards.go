// Package edwards does arithmetic on the two curves of EdDSA with big integers: slowly, plainly, and for tests alone. It
// makes signatures that no library makes, with points that have a part of small order.
package edwards

import (
	"math/big"
	"slices"
)

// A Curve is a x² + y² = 1 + d x² y² over the integers modulo P. Both of RFC 8032 have a complete addition law, so that
// one formula adds all points.
type Curve struct {
	P, A, D  *big.Int
	L        *big.Int // order of Base
	Cofactor int64
	Base     Point
	Size     int // bytes of an encoded point
	hash     func(r, a, message []byte) []byte
}

// A Point has coordinates from 0 to P - 1.
type Point struct{ X, Y *big.Int }

// Curve25519 returns edwards25519 (RFC 8032, Section 5.1).
func Curve25519() *Curve {
	c := &Curve{A: big.NewInt(-1), Cofactor: 8, Size: 32, hash: sha512}
	c.P = new(big.Int).Sub(power(255), big.NewInt(19))
	c.D = c.div(big.NewInt(-121665), big.NewInt(121666))
	c.L = new(big.Int).Add(power(252), number("27742317777372353535851937790883648493"))
	y := c.div(big.NewInt(4), big.NewInt(5))
	c.Base, _ = c.At(y)
	if c.Base.X.Bit(0) == 1 {
		c.Base = c.Neg(c.Base) // the even x
	}
	return c
}

// Curve448 returns edwards448 (RFC 8032, Section 5.2).
func Curve448() *Curve {
	c := &Curve{A: big.NewInt(1), D: big.NewInt(-39081), Cofactor: 4, Size: 57, hash: shake256}
	c.P = new(big.Int).Sub(power(448), power(224))
	c.P.Sub(c.P, big.NewInt(1))
	c.L = new(big.Int).Sub(power(446), number("13818066809895115352007386748515426880336692474882178609894547503885"))
	c.Base = Point{
		number("224580040295924300187604334099896036246789641632564134246125461686950415467406032909029192869357953282578032075146446173674602635247710"),
		number("298819210078481492676017930443930673437544040154080242095928241372331506189835876003536878655418784733982303233503462500531545062832660"),
	}
	return c
}

// Zero returns the neutral element.
func (c *Curve) Zero() Point { return Point{big.NewInt(0), big.NewInt(1)} }

// Add returns p + q.
func (c *Curve) Add(p, q Point) Point {
	one := big.NewInt(1)
	t := c.mul(c.D, c.mul(c.mul(p.X, q.X), c.mul(p.Y, q.Y)))
	x := new(big.Int).Add(c.mul(p.X, q.Y), c.mul(p.Y, q.X))
	y := new(big.Int).Sub(c.mul(p.Y, q.Y), c.mul(c.A, c.mul(p.X, q.X)))
	return Point{c.div(x, new(big.Int).Add(one, t)), c.div(y, new(big.Int).Sub(one, t))}
}

// Neg returns -p.
func (c *Curve) Neg(p Point) Point {
	return Point{new(big.Int).Mod(new(big.Int).Neg(p.X), c.P), p.Y}
}

// Times returns p added to itself n times.
func (c *Curve) Times(n *big.Int, p Point) Point {
	sum := c.Zero()
	for i := n.BitLen() - 1; i >= 0; i-- {
		sum = c.Add(sum, sum)
		if n.Bit(i) == 1 {
			sum = c.Add(sum, p)
		}
	}
	return sum
}

// At returns a point with this y, if there is one: x² = (1 - y²) / (a - d y²).
func (c *Curve) At(y *big.Int) (p Point, ok bool) {
	p.Y = y
	yy := c.mul(y, y)
	xx := c.div(new(big.Int).Sub(big.NewInt(1), yy), new(big.Int).Sub(c.A, c.mul(c.D, yy)))
	p.X = new(big.Int).ModSqrt(xx, c.P)
	return p, p.X != nil
}

// Equal reports whether p and q are the same point.
func (p Point) Equal(q Point) bool { return p.X.Cmp(q.X) == 0 && p.Y.Cmp(q.Y) == 0 }

// Encode returns the encoding of a point (RFC 8032, Sections 5.1.2 and 5.2.2).
func (c *Curve) Encode(p Point) []byte {
	b := LittleEndian(p.Y, c.Size)
	b[c.Size-1] |= byte(p.X.Bit(0)) << 7
	return b
}

// LittleEndian returns n in size bytes.
func LittleEndian(n *big.Int, size int) []byte {
	b := n.FillBytes(make([]byte, size))
	slices.Reverse(b)
	return b
}

// FromLittleEndian returns the number that b is.
func FromLittleEndian(b []byte) *big.Int {
	b = slices.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

func (c *Curve) mul(a, b *big.Int) *big.Int {
	m := new(big.Int).Mul(a, b)
	return m.Mod(m, c.P)
}

func (c *Curve) div(a, b *big.Int) *big.Int {
	return c.mul(a, new(big.Int).ModInverse(new(big.Int).Mod(b, c.P), c.P))
}

func power(n uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), n) }

func number(decimal string) *big.Int {
	n, ok := new(big.Int).SetString(decimal, 10)
	if !ok {
		panic("edwards: not decimal")
	}
	return n
}
