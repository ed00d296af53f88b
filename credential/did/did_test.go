package did_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
)

func TestDIDJWKVectors(t *testing.T) {
	var doc struct {
		Vectors []struct {
			DID string
			JWK json.RawMessage
		}
	}
	if err := json.Unmarshal(vectors.Read(t, "vc", "did-jwk", "did-jwk.json"), &doc); err != nil {
		t.Fatal(err)
	}
	count := vectors.NewCount(t, "did-jwk", 2)
	for i, v := range doc.Vectors {
		count.Case(strconv.Itoa(i), func(t *testing.T) {
			got, err := did.Key(v.DID)
			if strings.Contains(string(v.JWK), "X25519") { // for key agreement
				if !errors.Is(err, jose.ErrKey) || got != nil {
					t.Errorf("%v, %v", got, err)
				}
				return
			}
			want, wantErr := jose.ParseKey(v.JWK)
			if err != nil || wantErr != nil || got.Thumbprint() != want.Thumbprint() {
				t.Fatalf("%v, %v", err, wantErr)
			}
			if again, err := did.Key(v.DID + "#0"); err != nil || again.Thumbprint() != want.Thumbprint() {
				t.Errorf("#0: %v", err)
			}
			for _, fragment := range []string{"#", "#1", "#00", "#key-1"} {
				if _, err := did.Key(v.DID + fragment); !errors.Is(err, did.ErrFormat) {
					t.Errorf("%s: %v", fragment, err)
				}
			}
		})
	}
}

func TestDIDKeyVectors(t *testing.T) {
	count := vectors.NewCount(t, "did-key", 30)
	for _, file := range []string{"ed25519-x25519.json", "nist-curves.json", "secp256k1.json", "bls12381.json", "rsa.json", "x25519.json"} {
		var doc map[string]map[string]any
		if err := json.Unmarshal(vectors.Read(t, "vc", "did-key", file), &doc); err != nil {
			t.Fatal(err)
		}
		if file == "x25519.json" {
			documents := doc["didDocument"]
			doc = map[string]map[string]any{}
			for id := range documents {
				doc[id] = nil
			}
		}
		for id, vector := range doc {
			count.Case(id, func(t *testing.T) { didKeyVector(t, id, vector) })
		}
	}
}

func didKeyVector(t *testing.T, id string, vector map[string]any) {
	key, err := did.Key(id)
	want := ""
	switch prefix := strings.TrimPrefix(id, "did:key:")[:4]; {
	case prefix == "z6Mk": // Ed25519
		want = pointOfEd25519(t, id, vector)
	case strings.HasPrefix(prefix, "zDn"), strings.HasPrefix(prefix, "z82"), strings.HasPrefix(prefix, "z2J9"): // NIST curves
		want = pointOf(t, vector)
	default: // secp256k1, BLS12-381, RSA, X25519
		if !errors.Is(err, did.ErrUnsupported) || key != nil {
			t.Errorf("%v, %v", key, err)
		}
		return
	}
	if err != nil || string(key.Public().Key) != want {
		t.Errorf("%v: not the key %x", err, want)
	}
}

// pointOfEd25519 returns the key that a vector has as a JWK, or in base58, or else what follows two bytes of prefix in the
// identifier.
func pointOfEd25519(t *testing.T, id string, vector map[string]any) string {
	pair, _ := vector["verificationKeyPair"].(map[string]any)
	if jwk, ok := pair["publicKeyJwk"].(map[string]any); ok {
		x, err := base64.RawURLEncoding.DecodeString(jwk["x"].(string))
		if err != nil {
			t.Fatal(err)
		}
		return string(x)
	}
	text, ok := pair["publicKeyBase58"].(string)
	if !ok {
		t.Fatalf("%s has no key", id)
	}
	b, ok := did.Base58("z" + text)
	if !ok {
		t.Fatalf("%s is not in base58", text)
	}
	return string(b)
}

// pointOf returns the point that a vector of a NIST curve's has as a JWK, or compressed in base58.
func pointOf(t *testing.T, vector map[string]any) string {
	t.Helper()
	method := vector["verificationMethod"].(map[string]any)
	if text, ok := method["publicKeyBase58"].(string); ok {
		b, ok := did.Base58("z" + text)
		x, y := elliptic.UnmarshalCompressed(elliptic.P256(), b)
		if !ok || x == nil {
			t.Fatalf("%s is no point", text)
		}
		return "\x04" + string(x.FillBytes(make([]byte, 32))) + string(y.FillBytes(make([]byte, 32)))
	}
	jwk := method["publicKeyJwk"].(map[string]any)
	point := "\x04"
	for _, name := range []string{"x", "y"} {
		b, err := base64.RawURLEncoding.DecodeString(jwk[name].(string))
		if err != nil {
			t.Fatal(err)
		}
		point += string(b)
	}
	return point
}

// Of each curve a key that this test made, with each sign; and what is not the one form of a point.
func TestMultikeysOfNISTCurves(t *testing.T) {
	for _, c := range []struct {
		prefix string
		curve  elliptic.Curve
		kind   pkix.KeyKind
	}{{"\x80\x24", elliptic.P256(), pkix.KeyP256}, {"\x81\x24", elliptic.P384(), pkix.KeyP384}, {"\x82\x24", elliptic.P521(), pkix.KeyP521}} {
		signs := map[byte]bool{}
		for len(signs) < 2 {
			key, err := ecdsa.GenerateKey(c.curve, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			compressed := elliptic.MarshalCompressed(c.curve, key.X, key.Y)
			signs[compressed[0]] = true
			want, err := key.PublicKey.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			multikey := func(point []byte) string { return testvc.Base58(append([]byte(c.prefix), point...)) }
			text := multikey(compressed)
			for _, url := range []string{"did:key:" + text, "did:key:" + text + "#" + text} {
				got, err := did.Key(url)
				if err != nil || string(got.Public().Key) != string(want) || got.Public().Kind != c.kind {
					t.Fatalf("%s: %v, %v", url, got, err)
				}
			}
			if got, err := did.Multikey(text); err != nil || string(got.Public().Key) != string(want) {
				t.Fatalf("%s: %v, %v", text, got, err)
			}
			other := append([]byte{compressed[0] ^ 1}, compressed[1:]...)
			if got, err := did.Multikey(multikey(other)); err != nil || string(got.Public().Key) == string(want) {
				t.Fatalf("the other sign: %v, %v", got, err)
			}
			hybrid := append([]byte{compressed[0] + 4}, want[1:]...)
			for name, point := range map[string][]byte{
				"not compressed": want, "hybrid": hybrid, "no sign": append([]byte{4}, compressed[1:]...), "a byte less": compressed[:len(compressed)-1],
				"a byte more": append(bytes.Clone(compressed), 0), "x that is p": append([]byte{2}, c.curve.Params().P.Bytes()...),
			} {
				if got, err := did.Multikey(multikey(point)); !errors.Is(err, did.ErrFormat) {
					t.Errorf("%s: %v, %v", name, got, err)
				}
			}
		}
	}
}

func TestDIDsThatAreRefused(t *testing.T) {
	const ed = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
	if _, err := did.Key("did:key:" + ed + "#" + ed); err != nil {
		t.Fatal(err)
	}
	jwk := func(s string) string { return "did:jwk:" + base64url.Encode([]byte(s)) }
	private := jwk(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}`)
	for name, c := range map[string]struct {
		url  string
		want error
	}{
		"a fragment of another key":     {"did:key:" + ed + "#z6MknGc3ocHs3zdPiJbnaaqDi58NGb4pk1Sp9WxWufuXSdxf", did.ErrFormat},
		"an empty fragment":             {"did:key:" + ed + "#", did.ErrFormat},
		"another base":                  {"did:key:u" + ed[1:], did.ErrFormat},
		"a character outside base58":    {"did:key:" + ed[:10] + "0" + ed[11:], did.ErrFormat},
		"a key that is short":           {"did:key:" + ed[:len(ed)-2], did.ErrUnsupported},
		"a query":                       {"did:key:" + ed + "?a=b", did.ErrFormat},
		"upper case":                    {"DID:key:" + ed, did.ErrUnsupported},
		"a private JWK":                 {private, jose.ErrSecret},
		"a JWK with padding":            {"did:jwk:e30=", did.ErrFormat},
		"a JWK that is not one":         {jwk(`[]`), jose.ErrFormat},
		"two members of one name":       {jwk(`{"kty":"OKP","kty":"OKP"}`), jose.ErrFormat},
		"a key for key agreement":       {jwk(`{"kty":"OKP","crv":"X25519","use":"enc","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}`), jose.ErrKey},
		"did:web":                       {"did:web:example.com", did.ErrUnsupported},
		"nothing":                       {"", did.ErrUnsupported},
		"more than the largest":         {"did:key:z" + strings.Repeat("1", did.MaxSize), did.ErrFormat},
		"more digits than of any key":   {"did:key:z" + strings.Repeat("2", 4000), did.ErrFormat},
		"an Ed25519 point of low order": {"did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP", jose.ErrKey},
	} {
		if key, err := did.Key(c.url); !errors.Is(err, c.want) || key != nil {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// The digits are decoded in groups: every size of a rest, and of zeros in front.
func TestBase58OfEverySize(t *testing.T) {
	for size := range 64 {
		for zeros := range min(size, 4) + 1 {
			b := make([]byte, size)
			for i := zeros; i < size; i++ {
				b[i] = byte(255 - 7*i)
			}
			if got, ok := did.Base58(testvc.Base58(b)); !ok || !bytes.Equal(got, b) {
				t.Errorf("%x: %x", b, got)
			}
		}
	}
}
