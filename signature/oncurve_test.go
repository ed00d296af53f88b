package signature

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"math/big"
	"testing"
)

var nist = map[*curve]ecdh.Curve{&p256: ecdh.P256(), &p384: ecdh.P384(), &p521: ecdh.P521()}

func TestPointsOfTheCurveAreOnIt(t *testing.T) {
	for c, std := range nist {
		for range 50 {
			key, err := std.GenerateKey(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			point := key.PublicKey().Bytes()
			if !c.onCurve(point[1:]) {
				t.Fatalf("%s: %x is not on the curve", c.name, point)
			}
			for range 20 {
				i, err := rand.Int(rand.Reader, big.NewInt(int64(len(point)-1)*8))
				if err != nil {
					t.Fatal(err)
				}
				off := bytes.Clone(point)
				off[1+i.Int64()/8] ^= 1 << (i.Int64() % 8)
				if _, err := std.NewPublicKey(off); (err == nil) != c.onCurve(off[1:]) {
					t.Fatalf("%s: %x: %v", c.name, off, err)
				}
			}
		}
	}
}

// Coordinates at and beyond the prime are other writings of smaller ones.
func TestCoordinatesAreBelowThePrime(t *testing.T) {
	for c := range nist {
		prime := new(big.Int)
		for i := c.field.n - 1; i >= 0; i-- {
			prime.Lsh(prime, 64).Or(prime, new(big.Int).SetUint64(c.field.p[i]))
		}
		b := new(big.Int).SetBytes(c.b)
		// The smallest x for which there is a point: its other writing, x + p, still fits where p is not full.
		x := big.NewInt(0)
		y := new(big.Int)
		for ; ; x.Add(x, big.NewInt(1)) {
			right := new(big.Int).Exp(x, big.NewInt(3), prime)
			right.Sub(right, new(big.Int).Mul(x, big.NewInt(3))).Add(right, b).Mod(right, prime)
			if y.ModSqrt(right, prime) != nil {
				break
			}
			y = new(big.Int)
		}
		for what, test := range map[string]struct {
			x, y *big.Int
			want bool
		}{
			"x and y":     {x, y, true},
			"x and -y":    {x, new(big.Int).Sub(prime, y), true},
			"x + p":       {new(big.Int).Add(x, prime), y, false},
			"y + p":       {x, new(big.Int).Add(y, prime), false},
			"zeros":       {new(big.Int), new(big.Int), false},
			"p":           {prime, prime, false},
			"another y":   {x, new(big.Int).Add(y, big.NewInt(1)), false},
			"all bits":    {allBits(c), allBits(c), false},
			"x, all bits": {x, allBits(c), false},
		} {
			if test.x.BitLen() > 8*c.size || test.y.BitLen() > 8*c.size {
				continue
			}
			xy := append(test.x.FillBytes(make([]byte, c.size)), test.y.FillBytes(make([]byte, c.size))...)
			if got := c.onCurve(xy); got != test.want {
				t.Errorf("%s, %s: %v", c.name, what, got)
			}
		}
	}
}

func allBits(c *curve) *big.Int {
	return new(big.Int).SetBytes(bytes.Repeat([]byte{0xff}, c.size))
}

// The arithmetic is that of package big.
func FuzzFieldMultiplies(f *testing.F) {
	f.Add([]byte{1}, []byte{2})
	f.Add(bytes.Repeat([]byte{0xff}, 66), bytes.Repeat([]byte{0xff}, 66))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for c := range nist {
			prime := new(big.Int)
			for i := c.field.n - 1; i >= 0; i-- {
				prime.Lsh(prime, 64).Or(prime, new(big.Int).SetUint64(c.field.p[i]))
			}
			x, y := new(big.Int).SetBytes(a), new(big.Int).SetBytes(b)
			x.Mod(x, prime)
			y.Mod(y, prime)
			fx, ok := c.field.read(x.FillBytes(make([]byte, c.size)))
			fy, okY := c.field.read(y.FillBytes(make([]byte, c.size)))
			want, okW := c.field.read(new(big.Int).Mod(new(big.Int).Mul(x, y), prime).FillBytes(make([]byte, c.size)))
			sum, okS := c.field.read(new(big.Int).Mod(new(big.Int).Add(x, y), prime).FillBytes(make([]byte, c.size)))
			difference, okD := c.field.read(new(big.Int).Mod(new(big.Int).Sub(x, y), prime).FillBytes(make([]byte, c.size)))
			if !ok || !okY || !okW || !okS || !okD {
				t.Fatal("a number below the prime is refused")
			}
			if c.field.mul(fx, fy) != want || c.field.add(fx, fy) != sum || c.field.sub(fx, fy) != difference {
				t.Errorf("%s: %x and %x", c.name, x, y)
			}
		}
	})
}

func BenchmarkOnCurve(b *testing.B) {
	for c, std := range nist {
		key, err := std.GenerateKey(rand.Reader)
		if err != nil {
			b.Fatal(err)
		}
		point := key.PublicKey().Bytes()[1:]
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				c.onCurve(point)
			}
		})
	}
}
