package signature

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"math/big"
	"testing"
)

var compressedCurves = map[Algorithm]elliptic.Curve{
	ECDSAP256SHA256: elliptic.P256(), ECDSAP384SHA384: elliptic.P384(), ECDSAP521SHA512: elliptic.P521(),
}

// Every x, of a point or of none, gives what crypto/elliptic gives, with either sign.
func TestDecompressIsThatOfTheStandardLibrary(t *testing.T) {
	points, none := 0, 0
	for a, std := range compressedCurves {
		size := (std.Params().BitSize + 7) / 8
		for i := range 400 {
			x, err := rand.Int(rand.Reader, std.Params().P)
			if err != nil {
				t.Fatal(err)
			}
			if i < 20 { // the ends of the field, where numbers have most words zero, or all ones
				x.SetInt64(int64(i / 2))
				if i%2 == 1 {
					x.Sub(std.Params().P, x.Add(x, big.NewInt(1)))
				}
			}
			for sign := range byte(2) {
				point := append([]byte{2 + sign}, x.FillBytes(make([]byte, size))...)
				got, err := Decompress(a, point)
				wantX, wantY := elliptic.UnmarshalCompressed(std, point)
				if wantX == nil {
					none++
					if !errors.Is(err, ErrKey) || got != nil {
						t.Fatalf("%v: %x, of no point: %x, %v", a, point, got, err)
					}
					continue
				}
				points++
				want := append(append([]byte{4}, point[1:]...), wantY.FillBytes(make([]byte, size))...)
				if err != nil || !bytes.Equal(got, want) {
					t.Fatalf("%v: %x: %x, want %x; %v", a, point, got, want, err)
				}
				if CheckKey(a, got) != nil {
					t.Fatalf("%v: %x is refused as a key", a, got)
				}
			}
		}
	}
	if points < 900 || none < 900 {
		t.Errorf("%d points and %d of none", points, none)
	}
}

func TestCompressedPointsThatAreRefused(t *testing.T) {
	for a, std := range compressedCurves {
		p := std.Params()
		size := (p.BitSize + 7) / 8
		good := elliptic.MarshalCompressed(std, p.Gx, p.Gy)
		if _, err := Decompress(a, good); err != nil {
			t.Fatal(err)
		}
		with := func(first byte) []byte { return append([]byte{first}, good[1:]...) }
		whole := func(first byte) []byte {
			b := append([]byte{first}, make([]byte, 2*size)...)
			p.Gx.FillBytes(b[1 : 1+size])
			p.Gy.FillBytes(b[1+size:])
			return b
		}
		over := func(n *big.Int) []byte { return append([]byte{2}, n.FillBytes(make([]byte, size))...) }
		for name, point := range map[string][]byte{
			"nothing":             {},
			"infinity":            {0},
			"a first byte of 0":   with(0),
			"a first byte of 1":   with(1),
			"a first byte of 4":   with(4),
			"a first byte of 6":   with(6),
			"a first byte of 130": with(130),
			"one byte less":       good[:size],
			"one byte more":       append(bytes.Clone(good), 0),
			"a zero before x":     append([]byte{good[0], 0}, good[1:]...),
			"not compressed":      whole(4),
			"x that is p":         over(p.P),
			"x that is p and 5":   over(new(big.Int).Add(p.P, big.NewInt(5))),
			"x of all ones":       over(new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(8*size)), big.NewInt(1))),
		} {
			if got, err := Decompress(a, point); !errors.Is(err, ErrKey) || got != nil {
				t.Errorf("%v, %s: %x, %v", a, name, got, err)
			}
		}
		// Where a key is wanted it is the form of Multikeys alone that may be compressed, and hybrid points are nowhere.
		hybrid := whole(6 + byte(p.Gy.Bit(0)))
		for _, key := range [][]byte{good, hybrid} {
			if err := CheckKey(a, key); !errors.Is(err, ErrKey) {
				t.Errorf("%v: %x as a key: %v", a, key, err)
			}
		}
	}
	if _, err := Decompress(Ed25519, make([]byte, 33)); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("a curve that has another form: %v", err)
	}
}
