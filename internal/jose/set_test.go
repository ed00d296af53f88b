package jose_test

import (
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/jose"
)

func set(keys ...string) []byte { return []byte(`{"keys":[` + strings.Join(keys, ",") + `]}`) }

func TestFindTakesTheOneKeyOfATokenOrNone(t *testing.T) {
	const none, several = "JWK Set has no key for the token", "JWK Set has more than one key for the token"
	a, b := publicJWK("P-256", `"kid":"1"`), publicJWK("another P-256", `"kid":"2"`)
	bare, other := publicJWK("P-256", ""), publicJWK("P-384", `"kid":"1"`)
	for _, test := range []struct {
		name    string
		keys    []string
		kid     string
		alg     string
		want    string // name of the key, or why there is none
		ignored int
	}{
		{"of its kid", []string{a, b}, "2", "ES256", "another P-256", 0},
		{"of no kid there", []string{a, b}, "3", "ES256", none, 0},
		{"a kid of another case", []string{publicJWK("P-256", `"kid":"Key"`)}, "key", "ES256", none, 0},
		{"of its kid and another algorithm", []string{a, b}, "2", "ES384", none, 0},
		{"two of one kid", []string{a, publicJWK("another P-256", `"kid":"1"`)}, "1", "ES256", several, 0},
		{"the same key twice", []string{a, a}, "1", "ES256", several, 0},
		{"two of one kid and two algorithms", []string{a, other}, "1", "ES384", "P-384", 0},
		{"two of one kid, one of them for encryption", []string{a, publicJWK("another P-256", `"kid":"1","use":"enc"`)}, "1", "ES256", "P-256", 1},
		{"a key without kid for a token with one", []string{bare}, "1", "ES256", none, 0},
		{"no kid in the token, one key that fits", []string{other, b}, "", "ES256", "another P-256", 0},
		{"no kid in the token, two keys that fit", []string{a, b}, "", "ES256", several, 0},
		{"no kid anywhere", []string{bare}, "", "ES256", "P-256", 0},
		{"an unknown type among them", []string{`{"kty":"XYZ","kid":"1"}`, a}, "1", "ES256", "P-256", 1},
		{"a malformed key among them", []string{`{"kty":"EC","kid":"1","crv":"P-256","x":"AA","y":"AA"}`, a}, "1", "ES256", "P-256", 1},
		{"no keys", nil, "", "ES256", none, 0},
	} {
		s, err := jose.ParseKeySet(set(test.keys...))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if s.Ignored() != test.ignored || len(s.Keys()) != len(test.keys)-test.ignored {
			t.Errorf("%s: %d keys, %d ignored", test.name, len(s.Keys()), s.Ignored())
		}
		key, err := s.Find(jose.Header{Algorithm: test.alg, KeyID: test.kid})
		if err != nil {
			if key != nil || !isKind(err, jose.ErrNoKey) || said(err) != test.want {
				t.Errorf("%s: %v, want %s", test.name, err, test.want)
			}
			continue
		}
		if want := publicJWK(test.want, ""); test.want == none || test.want == several || string(key.JWK()) != want {
			t.Errorf("%s: %s, want %s", test.name, key.JWK(), test.want)
		}
	}
}

func TestSetsAreRefusedAsAWhole(t *testing.T) {
	good := publicJWK("P-256", "")
	for _, test := range []struct {
		name, in string
		kind     error
	}{
		{"a private key in it", string(set(good, publicJWK("another P-256", `"d":"AA"`))), jose.ErrSecret},
		{"a private key for encryption in it", string(set(good, publicJWK("another P-256", `"d":"AA","use":"enc"`))), jose.ErrSecret},
		{"a private key of an unknown type in it", string(set(good, `{"kty":"XYZ","d":"AA"}`)), jose.ErrSecret},
		{"a symmetric key in it", string(set(good, `{"kty":"oct","k":"AA"}`)), jose.ErrSecret},
		{"what is no key in it", string(set(good, `"x"`)), jose.ErrFormat},
		{"no keys member", `{}`, jose.ErrFormat},
		{"keys of an object", `{"keys":` + good + `}`, jose.ErrFormat},
		{"an array", `[` + good + `]`, jose.ErrFormat},
		{"keys twice", `{"keys":[],"keys":[]}`, jose.ErrFormat},
		{"65 keys", string(set(strings.Split(strings.Repeat(good+" ", 65), " ")[:65]...)), jose.ErrLimit},
		{"too long", string(set(good)) + strings.Repeat(" ", 512<<10), jose.ErrLimit},
	} {
		if s, err := jose.ParseKeySet([]byte(test.in)); s != nil || !isKind(err, test.kind) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if s, err := jose.ParseKeySet(set(strings.Split(strings.Repeat(good+" ", 64), " ")[:64]...)); err != nil || len(s.Keys()) != 64 {
		t.Errorf("64 keys: %v", err)
	}
}
