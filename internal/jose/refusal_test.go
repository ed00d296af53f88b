package jose_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
)

func TestGoodTokenIsAcceptedByAll(t *testing.T) {
	good := goodToken()
	if err := ours(good.token(), good.jwk); err != nil {
		t.Error(err)
	}
	if err := jwx(good.token(), good.jwk, good.asked); err != nil {
		t.Errorf("jwx: %v", err)
	}
}

func TestGoodJSONSerializationsAreAcceptedByAll(t *testing.T) {
	for name, change := range map[string]func(*forgery){
		"flattened":              whole(func(p, a, _ string) string { return `{"payload":"` + p + `",` + a[1:] }),
		"general":                whole(func(p, a, _ string) string { return general(p, a) }),
		"a second by others":     whole(func(p, a, b string) string { return general(p, a, b) }),
		"an unprotected header":  unprotected(`{"disclosures":["x"]}`),
		"members nobody defined": whole(func(p, a, _ string) string { return `{"x":1,"payload":"` + p + `",` + a[1:] }),
	} {
		f := goodToken()
		change(&f)
		if err := ours(f.token(), f.jwk); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := jwx(f.token(), f.jwk, f.asked); err != nil {
			t.Errorf("%s: jwx: %v", name, err)
		}
	}
}

// ours parses a key, verifies a token with it, of several signatures the first, and reads the claims.
func ours(token, jwk string) error {
	opened, err := openAny(token, jwk)
	if err != nil {
		return err
	}
	_, err = opened.Claims()
	return err
}

func TestJWXPanicsWhereWeRefuse(t *testing.T) {
	for _, test := range negatives {
		f := goodToken()
		test.change(&f)
		err := jwx(f.token(), f.jwk, f.asked)
		if panics := strings.Contains(test.name, "jwx panics"); errors.Is(err, errPanic) != panics {
			t.Errorf("%s: jwx says %v", test.name, err)
		}
	}
}

// stricter are those of the negatives that a specification lets pass, or leaves to the application (several signatures:
// RFC 7515, Section 5.2): to accept them is no fault of jwx.
var stricter = map[string]bool{
	"b64 true": true, "k in an EC key": true, "arrays": true, "of the payload": true, "many values in the payload": true,
	"nine": true, "x5c of nine": true, "a long header": true, "a long token": true, "kid empty": true, "jwk": true, "x5c": true,
	"first bad second good": true, "first good second malformed": true, "first good second unprotected": true,
	"first good second empty": true, "first good second missing": true, "first good second null": true,
	"first good second with a header of an array": true,
}

func TestBadInputsAreRefusedForTheirReasonAlone(t *testing.T) {
	wrong, right := 0, 0
	unused := maps.Clone(stricter)
	for _, test := range negatives {
		delete(unused, test.name)
		t.Run(test.row+": "+test.name, func(t *testing.T) {
			f := goodToken()
			test.change(&f)
			token := f.token()
			err := ours(token, f.jwk)
			if !isKind(err, test.kind) || said(err) != test.reason {
				t.Errorf("got %v, want %v: %s", err, test.kind, test.reason)
			} else {
				right++
			}
			accepts := jwx(token, f.jwk, f.asked)
			if (accepts == nil) != test.jwx {
				t.Errorf("jwx says %v, the table accept = %v", accepts, test.jwx)
			}
			if accepts == nil && err != nil && !stricter[test.name] {
				wrong++
			}
		})
	}
	if len(unused) > 0 {
		t.Errorf("no such tests: %v", unused)
	}
	t.Logf("figure jose.jwx_wrong_accepts_refused %d cases", wrong)
	t.Logf("figure jose.negatives_right %d cases", right)
	t.Logf("figure jose.negatives_total %d cases", len(negatives))
}
