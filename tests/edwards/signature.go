package edwards

import (
	"crypto/sha3"
	stdsha512 "crypto/sha512"
	"fmt"
	"math/big"
)

// A Signature is made by someone who knows the private key and chose points with a part of small order: A, the key, is
// the point of the private key plus a point T, and R that of the nonce plus a point U. Libraries differ on these.
type Signature struct {
	Name                    string
	Key, Message, Signature []byte

	// What the equations say, of which RFC 8032, Sections 5.1.7 and 5.2.7, permit the first two.
	Cofactored   bool // [h][S]B = [h]R + [h][k]A
	Cofactorless bool // [S]B = R + [k]A
	Dropping     bool // [S]B = R + [k](A - T), which lies between them
}

// Signatures returns, for each two points T and U of small order, a signature that is right without the cofactor, if
// there is one, and one that is not, if there is one.
func (c *Curve) Signatures() (list []Signature) {
	small := c.SmallOrder()
	private, nonce := scalar(c, "private key"), scalar(c, "nonce")
	a, r := c.Times(private, c.Base), c.Times(nonce, c.Base)
	for i, t := range small {
		for j, u := range small {
			var found [2]bool
			key, rBytes := c.Encode(c.Add(a, t)), c.Encode(c.Add(r, u))
			// k is as good as random, and only its remainder by the cofactor matters.
			for n := range 64 {
				message := fmt.Appendf(nil, "message %d", n)
				k := FromLittleEndian(c.hash(rBytes, key, message))
				k.Mod(k, c.L)
				right := c.Add(c.Times(new(big.Int).Mod(k, big.NewInt(c.Cofactor)), t), u).Equal(c.Zero())
				index := 0
				if right {
					index = 1
				}
				if found[index] {
					continue
				}
				found[index] = true
				s := new(big.Int).Mul(k, private)
				s.Add(s, nonce).Mod(s, c.L)
				list = append(list, Signature{
					Name: fmt.Sprintf("T %d, U %d, message %d", i, j, n),
					Key:  key, Message: message, Signature: append(rBytes[:c.Size:c.Size], LittleEndian(s, c.Size)...),
					Cofactored: true, Cofactorless: right, Dropping: u.Equal(c.Zero()),
				})
			}
		}
	}
	return list
}

// SmallOrder returns the points whose order divides the cofactor: multiples of one of them, from none to all.
func (c *Curve) SmallOrder() []Point {
	half := big.NewInt(c.Cofactor / 2)
	for y := int64(2); ; y++ {
		p, ok := c.At(big.NewInt(y))
		if !ok {
			continue
		}
		generator := c.Times(c.L, p)
		if c.Times(half, generator).Equal(c.Zero()) {
			continue // a multiple of the generator we look for
		}
		list := []Point{c.Zero()}
		for range c.Cofactor - 1 {
			list = append(list, c.Add(list[len(list)-1], generator))
		}
		return list
	}
}

func scalar(c *Curve, name string) *big.Int {
	sum := stdsha512.Sum512([]byte(name))
	n := new(big.Int).SetBytes(sum[:])
	return n.Mod(n, c.L)
}

func sha512(r, a, message []byte) []byte {
	h := stdsha512.New()
	for _, b := range [][]byte{r, a, message} {
		h.Write(b)
	}
	return h.Sum(nil)
}

// shake256 has the prefix dom4 of no pre-hash and no context (RFC 8032, Section 2).
func shake256(r, a, message []byte) []byte {
	h := sha3.NewSHAKE256()
	for _, b := range [][]byte{[]byte("SigEd448\x00\x00"), r, a, message} {
		_, _ = h.Write(b)
	}
	out := make([]byte, 114)
	_, _ = h.Read(out)
	return out
}
