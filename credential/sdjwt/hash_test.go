package sdjwt_test

import (
	"crypto"
	_ "crypto/sha256" // hash functions of package crypto
	_ "crypto/sha512"
	"encoding/base64"
	"errors"
	"testing"

	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/strictjson"
)

var hashes = map[string]crypto.Hash{"sha-256": crypto.SHA256, "sha-384": crypto.SHA384, "sha-512": crypto.SHA512}

func sum(h crypto.Hash, s string) string {
	w := h.New()
	w.Write([]byte(s))
	return base64.RawURLEncoding.EncodeToString(w.Sum(nil))
}

// Each hash that _sd_alg may name is that of all digests and of sd_hash; none of another, however long, is one.
func TestTheHashThatIsNamedIsTheOneOfAllDigests(t *testing.T) {
	text := base64.RawURLEncoding.EncodeToString([]byte(`["salt","email","a@b.example"]`))
	for alg, h := range hashes {
		for other, digested := range hashes {
			for _, short := range []int{0, 1, 32, 48} { // bytes that are kept; 0 for all
				full, _ := base64.RawURLEncoding.DecodeString(sum(digested, text))
				if short >= len(full) {
					continue
				}
				if short > 0 {
					full = full[:short]
				}
				digest := base64.RawURLEncoding.EncodeToString(full)
				jwt := "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"_sd":["`+digest+`"],"_sd_alg":"`+alg+`"}`)) + ".AA"
				token, err := sdjwt.Parse([]byte(jwt + "~" + text + "~"))
				if err != nil {
					t.Fatal(err)
				}
				claims, err := token.Process(payload(t, jwt))
				if good := alg == other && short == 0; good != (err == nil) || !good && !errors.Is(err, sdjwt.ErrFormat) {
					t.Fatalf("_sd_alg %s with digests of %s, %d bytes of them: %s, %v", alg, other, short, claims.Raw(), err)
				}
				if err == nil && claims.Raw() != `{"email":"a@b.example"}` {
					t.Errorf("%s: %s", alg, claims.Raw())
				}
				if got, want := token.Hash(), sum(h, jwt+"~"+text+"~"); err == nil && got != want {
					t.Errorf("sd_hash of %s is %s, want %s", alg, got, want)
				}
			}
		}
	}
}

// Nothing of one payload is left for the next.
func TestTheHashIsThatOfThePayloadProcessedLast(t *testing.T) {
	token, err := sdjwt.Parse([]byte("e30.e30.AA~"))
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range []string{"sha-512", "sha-256", "sha-384", ""} {
		text, h := `{"_sd_alg":"`+alg+`"}`, hashes[alg]
		if alg == "" {
			text, h = `{}`, crypto.SHA256
		}
		v, err := strictjson.Parse([]byte(text), limits)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := token.Process(v); err != nil {
			t.Fatal(err)
		}
		if got := token.Hash(); got != sum(h, "e30.e30.AA~") {
			t.Errorf("%s: %s", alg, got)
		}
	}
}
