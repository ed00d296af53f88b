package native_test

import (
	"bytes"
	"crypto"
	"testing"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/signature/portable"
	"github.com/e2eid/e2eid/tests/testca"
)

// signers has for each algorithm the kind of key and the hash to sign with.
var signers = map[signature.Algorithm]struct {
	kind testca.Kind
	hash crypto.Hash
}{
	signature.ECDSAP256SHA256: {testca.P256, crypto.SHA256},
	signature.ECDSAP256SHA384: {testca.P256, crypto.SHA384},
	signature.ECDSAP256SHA512: {testca.P256, crypto.SHA512},
	signature.ECDSAP384SHA256: {testca.P384, crypto.SHA256},
	signature.ECDSAP384SHA384: {testca.P384, crypto.SHA384},
	signature.ECDSAP384SHA512: {testca.P384, crypto.SHA512},
	signature.ECDSAP521SHA256: {testca.P521, crypto.SHA256},
	signature.ECDSAP521SHA384: {testca.P521, crypto.SHA384},
	signature.ECDSAP521SHA512: {testca.P521, crypto.SHA512},
	signature.Ed25519:         {testca.Ed25519, 0},
	signature.Ed448:           {testca.Ed448, 0},
	signature.RSAPKCS1SHA256:  {testca.RSA2048, crypto.SHA256},
	signature.RSAPKCS1SHA384:  {testca.RSA2048, crypto.SHA384},
	signature.RSAPKCS1SHA512:  {testca.RSA2048, crypto.SHA512},
	signature.MLDSA44:         {testca.MLDSA44, 0},
	signature.MLDSA65:         {testca.MLDSA65, 0},
	signature.MLDSA87:         {testca.MLDSA87, 0},

	signature.RSAPSSSHA256 + 32: {testca.RSA2048, crypto.SHA256},
	signature.RSAPSSSHA384 + 48: {testca.RSA2048, crypto.SHA384},
	signature.RSAPSSSHA512 + 64: {testca.RSA2048, crypto.SHA512},
}

// signed returns the check of a signature that holds.
func signed(t testing.TB, a signature.Algorithm, message string) signature.Check {
	t.Helper()
	key := testca.NewKey(signers[a].kind, "native test")
	key.Hash = signers[a].hash
	var sig []byte
	if _, salt, pss := a.PSS(); pss {
		sig = key.SignPSS([]byte(message), key.Hash, key.Hash, salt)
	} else {
		sig = key.Sign([]byte(message))
	}
	c, err := signature.NewDER(a, testca.RawPublicKey(key.Public()), []byte(message), sig)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// want asks the native host and, for what that can do, the portable one.
func want(t *testing.T, name string, c signature.Check, answer signature.Answer) {
	t.Helper()
	if got := native.Verify(c); got != answer {
		t.Errorf("%s: %s: native answers %d, want %d", c.Algorithm, name, got, answer)
	}
	if !portable.Supports(c.Algorithm) {
		answer = signature.Unsupported
	}
	if got := portable.Verify(c); got != answer {
		t.Errorf("%s: %s: portable answers %d, want %d", c.Algorithm, name, got, answer)
	}
}

func TestEveryAlgorithmIsVerified(t *testing.T) {
	for _, a := range signature.Algorithms() {
		good := signed(t, a, "message")
		want(t, "a signature", good, signature.Valid)
		want(t, "of no bytes", signed(t, a, ""), signature.Valid)

		c := good
		c.Message = []byte("massage")
		want(t, "another message", c, signature.Invalid)
		c.Message = append(bytes.Clone(good.Message), 0)
		want(t, "a longer message", c, signature.Invalid)

		c = good
		c.Signature = signed(t, a, "other").Signature
		want(t, "the signature of another message", c, signature.Invalid)

		c = good
		other := testca.NewKey(signers[a].kind, "another key")
		c.Key = testca.RawPublicKey(other.Public())
		if _, err := signature.New(a, c.Key, c.Message, c.Signature); err == nil {
			want(t, "another key", c, signature.Invalid)
		}
		// The name of the hash is part of the algorithm.
		for _, b := range signature.Algorithms() {
			if b != a && signers[b].kind == signers[a].kind {
				c := good
				c.Algorithm = b
				want(t, "as "+a.String(), c, signature.Invalid)
			}
		}
	}
}

// One bit decides, wherever it is in the signature.
func TestFlippedSignaturesAreInvalid(t *testing.T) {
	for _, a := range signature.Algorithms() {
		good := signed(t, a, "message")
		step := max(1, len(good.Signature)/24)
		for i := 0; i < len(good.Signature); i += step {
			b := bytes.Clone(good.Signature)
			b[i] ^= 1 << (i % 8)
			if c, err := signature.New(a, good.Key, good.Message, b); err == nil {
				want(t, "a flipped bit", c, signature.Invalid)
			}
		}
	}
}

// New refuses points that are on no curve of NIST's, and leaves those of Edwards curves to the host. A host knows all.
func TestKeysThatAreNoPointAreInvalid(t *testing.T) {
	for _, a := range []signature.Algorithm{signature.ECDSAP256SHA256, signature.ECDSAP384SHA384, signature.ECDSAP521SHA512} {
		good := signed(t, a, "message")
		for name, edit := range map[string]func([]byte){
			"off the curve":                      func(key []byte) { key[len(key)-1] ^= 1 },
			"(0, 0)":                             func(key []byte) { clear(key[1:]) },
			"coordinates above the field's size": func(key []byte) { copy(key[1:], bytes.Repeat([]byte{0xff}, len(key)-1)) },
		} {
			key := bytes.Clone(good.Key)
			edit(key)
			if _, err := signature.New(a, key, good.Message, good.Signature); err != signature.ErrKey {
				t.Errorf("%s: %v", name, err)
			}
			c := good
			c.Key = key
			want(t, name, c, signature.Invalid)
		}
	}
	// About half of all y are no point of the curve. A key that is one has signed nothing here.
	for _, a := range []signature.Algorithm{signature.Ed25519, signature.Ed448} {
		good := signed(t, a, "message")
		for y := byte(2); y < 34; y++ {
			key := make([]byte, len(good.Key))
			key[0] = y
			c, err := signature.New(a, key, good.Message, good.Signature)
			if err != nil {
				t.Fatal(err)
			}
			want(t, "a key that is perhaps no point", c, signature.Invalid)
		}
	}
}

func TestUnknownAlgorithmsAreUnsupported(t *testing.T) {
	for i := range 1 << 16 {
		if a := signature.Algorithm(i); a.Name() == "unknown" {
			want(t, "an unknown algorithm", signature.Check{Algorithm: a}, signature.Unsupported)
		}
	}
}

// Checks come from New. If a host is handed others, it may not take them for good, and may not fall over.
func TestChecksThatNewRefusesAreNotValid(t *testing.T) {
	for _, a := range signature.Algorithms() {
		good := signed(t, a, "message")
		for _, size := range []int{0, 1, 31, 32, 33, 56, 57, 58, 64, 65, 66, 114, 1311, 5000} {
			for _, c := range []signature.Check{
				{Algorithm: a, Key: make([]byte, size), Message: good.Message, Signature: good.Signature},
				{Algorithm: a, Key: good.Key, Message: good.Message, Signature: make([]byte, size)},
				{Algorithm: a, Key: make([]byte, size), Signature: make([]byte, size)},
			} {
				if _, err := signature.New(a, c.Key, c.Message, c.Signature); err == nil {
					continue
				}
				for name, answer := range answersOf(c) {
					if answer == signature.Valid {
						t.Errorf("%s: %s takes a key of %d and a signature of %d bytes", a, name, len(c.Key), len(c.Signature))
					}
				}
			}
		}
	}
}

func answersOf(c signature.Check) map[string]signature.Answer {
	batch := portable.RunBatch(signature.AppendBatch(nil, []signature.Check{c}))
	return map[string]signature.Answer{
		"native":                 native.Verify(c),
		"portable.Run, in batch": signature.Answer(batch[0]),
	}
}
