package redteam

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Every signature of ECDSA verifies under a second key, which anybody can compute from signature and message. Mallory has
// it certified for her name where nobody asks for proof of possession. Alice's answer must not become hers.
func TestRow46DuplicateSignatureKeySelection(t *testing.T) {
	w := newWorld(t)
	c := between(bob, alice, "Bob and Alice")
	honest := w.byCertificate(testca.P256, w.ca.Alice())(c)
	verified(t, w.ask(honest))
	message := c.Message(honest.Bytes)
	key := secondKey(t, signer("alice", "1").Public().(*ecdsa.PublicKey), message, honest.Signature)
	check, err := signature.New(signature.ECDSAP256SHA256, raw(t, key), message, honest.Signature)
	if err != nil || native.Run([]signature.Check{check})[0] != signature.Valid {
		t.Fatalf("the attack itself does not work: %v", err)
	}
	for _, who := range []string{"mallory", "alice"} { // not even for a name that is the same
		template := w.ca.Client(who, "1", 3)
		template.Key = key
		chain := w.ca.Chain(template)
		p := honest
		p.Bytes, p.Certificates = chain[0], chain[1:]
		asked := c
		asked.Presenter.Identifier = "mimi://example.com/u/" + who
		rejected(t, w.ask(hears(p, asked)), verifier.CodeBadSignature)
		rejected(t, w.ask(claimed(p, asked)), verifier.CodeBadSignature)
	}
}

// The same with a Key Binding JWT: what the new key's credential hashes to is not what Alice has signed.
func TestRow46DuplicateSignatureKeySelectionOfAKeyBinding(t *testing.T) {
	w := newWorld(t)
	issuer := w.tokenIssuer()
	key := signer("alice", "1")
	c := between(bob, alice, "Bob and Alice")
	honest := w.bySDJWT(issuer, testvc.KeyOf("ES256", key), alice)(c)
	verified(t, w.ask(honest))
	binding := string(honest.Bytes[bytes.LastIndexByte(honest.Bytes, '~')+1:])
	message := []byte(binding[:strings.LastIndexByte(binding, '.')])
	second := secondKey(t, key.Public().(*ecdsa.PublicKey), message, jwsSignature(t, binding))
	point := raw(t, second)
	jwk := `{"kty":"EC","crv":"P-256","x":"` + testvc.Encode(point[1:33]) + `","y":"` + testvc.Encode(point[33:]) + `"}`
	for _, account := range []string{mallory, alice} {
		p := honest
		p.Bytes = []byte(testvc.SDJWT(issuer.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt"}`,
			`{"iss":"https://issuer.example","vct":"v","account":"`+account+`","cnf":{"jwk":`+jwk+`}}`)) + binding)
		asked := c
		asked.Presenter.Identifier = account
		v := w.ask(hears(p, asked))
		rejected(t, v, verifier.CodePopContext)
		for _, f := range v.Findings() {
			if f.Check == verifier.CheckHolder && f.Result != verifier.Passed {
				t.Error("the attack itself does not work: the signature does not hold under the second key")
			}
		}
		rejected(t, w.ask(claimed(p, asked)), verifier.CodePopContext)
	}
}

// secondKey returns the other one of the two keys under which an ECDSA signature over P-256 verifies: of
// Q = (s R - e G) / r both R and -R have the same r.
func secondKey(t *testing.T, first *ecdsa.PublicKey, message, sig []byte) *ecdsa.PublicKey {
	t.Helper()
	c := first.Curve.Params()
	r, s := new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
	hash := sha256.Sum256(message)
	e := new(big.Int).SetBytes(hash[:])
	// y of R: x^3 - 3x + b, of which p = 3 mod 4 gives the root.
	y := new(big.Int).Exp(r, big.NewInt(3), c.P)
	y.Sub(y, new(big.Int).Mul(r, big.NewInt(3))).Add(y, c.B)
	y.Exp(y, new(big.Int).Rsh(new(big.Int).Add(c.P, big.NewInt(1)), 2), c.P)
	inverse := new(big.Int).ModInverse(r, c.N)
	u := new(big.Int).Mul(s, inverse)
	v := new(big.Int).Mul(new(big.Int).Neg(e), inverse)
	known := raw(t, first)
	for _, root := range []*big.Int{y, new(big.Int).Sub(c.P, y)} {
		q := add(c, times(c, u.Mod(u, c.N), point{r, root}), times(c, v.Mod(v, c.N), point{c.Gx, c.Gy}))
		b := append([]byte{4}, append(q.x.FillBytes(make([]byte, 32)), q.y.FillBytes(make([]byte, 32))...)...)
		if !bytes.Equal(b, known) {
			key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), b)
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
	}
	t.Fatal("both keys are Alice's")
	return nil
}

func raw(t *testing.T, key *ecdsa.PublicKey) []byte {
	t.Helper()
	b, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// A point in affine coordinates; x is nil for the neutral one. Slow, for keys that are public.
type point struct{ x, y *big.Int }

func add(c *elliptic.CurveParams, a, b point) point {
	switch {
	case a.x == nil:
		return b
	case b.x == nil:
		return a
	}
	slope, below := new(big.Int), new(big.Int)
	switch {
	case a.x.Cmp(b.x) != 0:
		slope.Sub(b.y, a.y)
		below.Sub(b.x, a.x)
	case a.y.Cmp(b.y) != 0:
		return point{}
	default:
		slope.Mul(a.x, a.x).Sub(slope, big.NewInt(1)).Mul(slope, big.NewInt(3)) // 3x^2 - 3
		below.Lsh(a.y, 1)
	}
	slope.Mul(slope, below.ModInverse(below.Mod(below, c.P), c.P)).Mod(slope, c.P)
	x := new(big.Int).Mul(slope, slope)
	x.Sub(x, a.x).Sub(x, b.x).Mod(x, c.P)
	y := new(big.Int).Sub(a.x, x)
	return point{x, y.Mul(y, slope).Sub(y, a.y).Mod(y, c.P)}
}

func times(c *elliptic.CurveParams, k *big.Int, p point) (sum point) {
	for i := k.BitLen() - 1; i >= 0; i-- {
		sum = add(c, sum, sum)
		if k.Bit(i) == 1 {
			sum = add(c, sum, p)
		}
	}
	return sum
}

// Every kind of key that X.509 has answers by its one algorithm; RSA keys by no other than RSASSA-PSS.
func TestEveryKindOfKeyAnswersByOneAlgorithm(t *testing.T) {
	w := newWorld(t)
	c := between(bob, alice, "Bob and Alice")
	for _, kind := range testca.Kinds() {
		key := testca.NewKey(kind, "alice 1")
		template := w.ca.Alice()
		template.Key = key.Public()
		chain := w.ca.Chain(template)
		answer := func(sig []byte) verifier.Presentation {
			return verifier.Presentation{
				Kind: verifier.ChallengedCertificate, Bytes: chain[0], Certificates: chain[1:], Expected: []string{alice}, Challenge: &c, Signature: sig,
			}
		}
		message := c.Message(chain[0])
		t.Run(kind.String(), func(t *testing.T) {
			verified(t, w.ask(answer(answerOf(kind, key, message))))
			rejected(t, w.ask(answer(answerOf(kind, key, append(message, 0)))), verifier.CodeBadSignature)
			rejected(t, w.ask(answer([]byte{1})), verifier.CodeBadSignature)
		})
	}
	key := testca.NewKey(testca.RSA2048, "alice 1")
	p := w.byCertificate(testca.RSA2048, w.ca.Alice())(c)
	for name, sig := range map[string][]byte{
		"PKCS #1 v1.5":        key.Sign(c.Message(p.Bytes)),
		"another hash":        key.SignPSS(c.Message(p.Bytes), crypto.SHA512, crypto.SHA512, 64),
		"another salt length": key.SignPSS(c.Message(p.Bytes), crypto.SHA256, crypto.SHA256, 20),
	} {
		p.Signature = sig
		if v := w.ask(p); v.Code() != verifier.CodeBadSignature {
			t.Errorf("RSA by %s: %s", name, v.AppendJSON(nil))
		}
	}
}

// A key that its certificate restricts to RSASSA-PSS answers if the one algorithm is within what it may do.
func TestKeysForRSASSAPSSAloneAnswerIfTheyMay(t *testing.T) {
	w := newWorld(t)
	c := between(bob, alice, "Bob and Alice")
	key := testca.NewKey(testca.RSA2048, "alice 1")
	for name, test := range map[string]struct {
		parameters []byte
		verified   bool
	}{
		"no parameters":              {testca.Algorithm("1.2.840.113549.1.1.10", nil), true},
		"SHA-256, 20 bytes or more":  {testca.PSSAlgorithm(crypto.SHA256, crypto.SHA256, 20), true},
		"SHA-256, 32 bytes or more":  {testca.PSSAlgorithm(crypto.SHA256, crypto.SHA256, 32), true},
		"SHA-256, 33 bytes or more":  {testca.PSSAlgorithm(crypto.SHA256, crypto.SHA256, 33), false},
		"SHA-384, 32 bytes or more":  {testca.PSSAlgorithm(crypto.SHA384, crypto.SHA384, 32), false},
		"SHA-512, as long as itself": {testca.PSSAlgorithm(crypto.SHA512, crypto.SHA512, 64), false},
	} {
		template := w.ca.Alice()
		template.RawKey = testca.RawSPKI(test.parameters, testca.RawPublicKey(key.Public()))
		chain := w.ca.Chain(template)
		v := w.ask(verifier.Presentation{
			Kind: verifier.ChallengedCertificate, Bytes: chain[0], Certificates: chain[1:], Expected: []string{alice}, Challenge: &c,
			Signature: key.SignPSS(c.Message(chain[0]), crypto.SHA256, crypto.SHA256, 32),
		})
		verified(t, w.ask(verifier.Presentation{Kind: verifier.Certificate, Bytes: chain[0], Certificates: chain[1:], Expected: []string{alice}}))
		want := verifier.Verified
		if !test.verified {
			want = verifier.Unverified
		}
		if v.Outcome() != want {
			t.Errorf("%s: %s", name, v.AppendJSON(nil))
		}
	}
}

// leafSignature returns that of a LeafNode.
func leafSignature(t *testing.T, leafNode []byte) []byte {
	t.Helper()
	l, err := mls.ParseLeafNode(leafNode)
	if err != nil {
		t.Fatal(err)
	}
	return l.Signature
}

// leafContent returns what the signature of a LeafNode of a KeyPackage covers.
func leafContent(t *testing.T, leafNode []byte) []byte {
	t.Helper()
	l, err := mls.ParseLeafNode(leafNode)
	if err != nil {
		t.Fatal(err)
	}
	content, err := l.SignContent(nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func jwsSignature(t *testing.T, token string) []byte {
	t.Helper()
	at := bytes.LastIndexByte([]byte(token), '.')
	sig, err := base64.RawURLEncoding.DecodeString(token[at+1:])
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

// derSignature is the Ecdsa-Sig-Value of r || s.
func derSignature(t *testing.T, rs []byte) []byte {
	t.Helper()
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1BigInt(new(big.Int).SetBytes(rs[:len(rs)/2]))
		b.AddASN1BigInt(new(big.Int).SetBytes(rs[len(rs)/2:]))
	})
	out, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return out
}
