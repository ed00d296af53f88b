package jose_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/vectors"
)

// open parses a token and verifies it with a key.
func open(token []byte, key *jose.Key) (*jose.Token, error) {
	u, err := jose.Parse(token)
	if err != nil {
		return nil, err
	}
	return conclude(u, key)
}

func conclude(u *jose.Unverified, key *jose.Key) (*jose.Token, error) {
	p, err := u.Plan(key)
	if err != nil {
		return nil, err
	}
	return p.Open(native.Verify(p.Check()))
}

func readJSON(t testing.TB, to any, elem ...string) {
	t.Helper()
	if err := json.Unmarshal(vectors.Read(t, elem...), to); err != nil {
		t.Fatal(err)
	}
}

func mustKey(t testing.TB, jwk []byte) *jose.Key {
	t.Helper()
	k, err := jose.ParseKey(jwk)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The tokens of RFC 9964's working group; their kid is the thumbprint of their key.
func TestMLDSAVectors(t *testing.T) {
	dir := vectors.Path(t, "vc", "ml-dsa-jose")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	count := vectors.NewCount(t, "ml-dsa-jose", 3)
	for _, file := range files {
		count.Case(filepath.Base(file), func(t *testing.T) { mldsaVector(t, filepath.Base(file)) })
	}
}

func mldsaVector(t *testing.T, file string) {
	var v struct {
		JWK map[string]string `json:"jwk"`
		JWS string            `json:"jws"`
	}
	readJSON(t, &v, "vc", "ml-dsa-jose", file)
	whole, _ := json.Marshal(v.JWK)
	if _, err := jose.ParseKey(whole); !isKind(err, jose.ErrSecret) {
		t.Errorf("private key: %v", err)
	}
	delete(v.JWK, "priv")
	public, _ := json.Marshal(v.JWK)
	key := mustKey(t, public)
	token, err := open([]byte(v.JWS), key)
	if err != nil {
		t.Fatal(err)
	}
	print := key.Thumbprint()
	if kid := token.Header().KeyID; kid != base64url.Encode(print[:]) || kid != key.ID() {
		t.Errorf("kid %s, thumbprint %x", kid, print)
	}
	header, signature, _ := strings.Cut(v.JWS, ".")
	if _, err := open([]byte(header+".e30"+signature[strings.Index(signature, "."):]), key); !isKind(err, jose.ErrSignature) {
		t.Errorf("of another payload: %v", err)
	}
}

func TestUserInfoTokensVerify(t *testing.T) {
	var v struct {
		OP         json.RawMessage `json:"op_public_jwk"`
		Subject    json.RawMessage `json:"subject_public_jwk"`
		Credential string          `json:"credential_jwt"`
		Proof      string          `json:"proof_jwt"`
		JWKS       string          `json:"signed_jwks_jwt"`
	}
	readJSON(t, &v, "vc", "userinfo-vc", "userinfo-vc.json")
	for name, test := range map[string]struct {
		token string
		key   json.RawMessage
	}{"credential": {v.Credential, v.OP}, "proof": {v.Proof, v.Subject}, "JWK Set": {v.JWKS, v.OP}} {
		token, err := open([]byte(test.token), mustKey(t, test.key))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := token.Claims(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := len(token.Header().Certificates); (n > 0) != (name == "JWK Set") {
			t.Errorf("%s: %d certificates", name, n)
		}
	}
}

// The examples of RFC 9901, Section 8 in the JSON serialization.
func TestJSONSerializationOfSDJWTVerifies(t *testing.T) {
	var v struct {
		Issuer json.RawMessage `json:"issuer_jwk"`
		JSON   []struct {
			ID  string          `json:"id"`
			JWS json.RawMessage `json:"jws_json"`
		} `json:"json_serialization"`
	}
	readJSON(t, &v, "vc", "sd-jwt", "rfc9901-examples.json")
	key := mustKey(t, v.Issuer)
	for _, e := range v.JSON {
		list, err := jose.ParseJSON(e.JWS)
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
			continue
		}
		want := 1
		if e.ID == "rfc9901-json-3" {
			want = 2 // the second is by a key that is not given
		}
		if len(list) != want {
			t.Errorf("%s: %d signatures", e.ID, len(list))
		}
		token, err := conclude(list[0], key)
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
			continue
		}
		if _, err := token.Claims(); err != nil || !jose.SameType(token.Header().Type, "application/example+sd-jwt") {
			t.Errorf("%s: %v, type %s", e.ID, err, token.Header().Type)
		}
		if _, ok := list[0].Unprotected().Get("disclosures"); !ok || token.Header().KeyID != "" {
			t.Errorf("%s: no disclosures, or a kid that is not protected", e.ID)
		}
		if want == 2 {
			if _, err := conclude(list[1], key); !isKind(err, jose.ErrSignature) {
				t.Errorf("%s: the other signature: %v", e.ID, err)
			}
		}
	}
	if len(v.JSON) != 3 {
		t.Errorf("%d tokens", len(v.JSON))
	}
}
