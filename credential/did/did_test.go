package did_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
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
	for _, v := range doc.Vectors {
		want, wantErr := jose.ParseKey(v.JWK) // the one for key agreement is refused
		got, err := did.Key(v.DID)
		if (err == nil) != (wantErr == nil) {
			t.Errorf("%s: %v, want %v", v.DID, err, wantErr)
			continue
		}
		if err == nil && got.Thumbprint() != want.Thumbprint() {
			t.Errorf("%s: another key", v.DID)
		}
		if _, again := did.Key(v.DID + "#0"); (again == nil) != (err == nil) {
			t.Errorf("%s#0: %v", v.DID, again)
		}
		for _, fragment := range []string{"#", "#1", "#00", "#key-1"} {
			if _, err := did.Key(v.DID + fragment); err == nil {
				t.Errorf("%s%s: accepted", v.DID, fragment)
			}
		}
	}
	if len(doc.Vectors) != 2 {
		t.Errorf("%d vectors", len(doc.Vectors))
	}
	if !t.Failed() {
		t.Log("counted did-jwk 2 2 0")
	}
}

func TestDIDKeyVectors(t *testing.T) {
	known, unknown := 0, 0
	for _, file := range []string{"ed25519-x25519.json", "nist-curves.json", "secp256k1.json", "bls12381.json", "rsa.json"} {
		var doc map[string]map[string]any
		if err := json.Unmarshal(vectors.Read(t, "vc", "did-key", file), &doc); err != nil {
			t.Fatal(err)
		}
		for id := range doc {
			key, err := did.Key(id)
			switch {
			case strings.HasPrefix(id, "did:key:z6Mk"): // Ed25519
				known++
				if err != nil {
					t.Errorf("%s: %v", id, err)
					continue
				}
				pair, _ := doc[id]["verificationKeyPair"].(map[string]any)
				if jwk, ok := pair["publicKeyJwk"].(map[string]any); ok {
					x, _ := base64.RawURLEncoding.DecodeString(jwk["x"].(string))
					if string(key.Public().Key) != string(x) {
						t.Errorf("%s: another key", id)
					}
				}
			default:
				unknown++
				if !errors.Is(err, did.ErrUnsupported) {
					t.Errorf("%s: %v", id, err)
				}
			}
		}
	}
	if known != 5 || unknown < 16 {
		t.Errorf("%d known and %d unknown keys", known, unknown)
	}
	if !t.Failed() {
		t.Logf("counted did-key %d %d 0", known+unknown, known+unknown)
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
