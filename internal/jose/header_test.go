package jose_test

import (
	"bytes"
	"encoding/base64"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
)

// unsigned returns a token with a signature that nobody checks.
func unsigned(header, payload string) []byte {
	return []byte(encode(header) + "." + encode(payload) + ".AA")
}

func TestSameType(t *testing.T) {
	for _, test := range []struct {
		got, want string
		same      bool
	}{
		{"dc+sd-jwt", "dc+sd-jwt", true},
		{"application/dc+sd-jwt", "dc+sd-jwt", true},
		{"dc+sd-jwt", "application/dc+sd-jwt", true},
		{"jwt", "JWT", true},
		{"APPLICATION/kb+JWT", "kb+jwt", true},
		{"", "", false},
		{"", "JWT", false},
		{"application/", "", false},
		{"application/", "application/", true}, // no media type, and not the short form of one
		{"vc+sd-jwt", "dc+sd-jwt", false},
		{"dc+sd-jwt ", "dc+sd-jwt", false},
		{"dc+sd-jwt;q=1", "dc+sd-jwt", false},
		{"text/dc+sd-jwt", "dc+sd-jwt", false},
		{"application/a/b", "a/b", false}, // "application/" in front of "a/b" is not left out
		{"application/application/jwt", "application/jwt", false},
		{"application/application/jwt", "jwt", false},
		{"\u212ab+jwt", "kb+jwt", false}, // the Kelvin sign is a K to those who fold Unicode
		{"J\u017fT", "JST", false},
		{"[wt", "{wt", false},
		{"jwt", "jwtx", false},
	} {
		if got := jose.SameType(test.got, test.want); got != test.same {
			t.Errorf("SameType(%q, %q) = %v", test.got, test.want, got)
		}
		if jose.SameType(test.got, test.want) != jose.SameType(test.want, test.got) {
			t.Errorf("SameType(%q, %q) depends on the order", test.got, test.want)
		}
	}
}

func TestMalformedHeadersAreRefused(t *testing.T) {
	der := base64.StdEncoding.EncodeToString([]byte("certificate"))
	for _, test := range []struct {
		name, members string
		kind          error
		reason        string
	}{
		{"kid empty", `"kid":""`, jose.ErrFormat, "kid is not a short string, or is empty"},
		{"kid of a number", `"kid":1`, jose.ErrFormat, "kid is not a short string, or is empty"},
		{"kid null", `"kid":null`, jose.ErrFormat, "kid is not a short string, or is empty"},
		{"kid of 4097 bytes", `"kid":"` + strings.Repeat("k", 4097) + `"`, jose.ErrFormat, "kid is not a short string, or is empty"},
		{"typ of an array", `"typ":["JWT"]`, jose.ErrFormat, "typ is not a short string, or is empty"},
		{"typ empty", `"typ":""`, jose.ErrFormat, "typ is not a short string, or is empty"},
		{"cty of an object", `"cty":{}`, jose.ErrFormat, "cty is not a short string, or is empty"},
		{"x5c of a string", `"x5c":"` + der + `"`, jose.ErrFormat, "x5c is not an array with members"},
		{"x5c empty", `"x5c":[]`, jose.ErrFormat, "x5c is not an array with members"},
		{"x5c null", `"x5c":null`, jose.ErrFormat, "x5c is not an array with members"},
		{"x5c with an empty certificate", `"x5c":[""]`, jose.ErrFormat, "x5c has a member that is not base64"},
		{"x5c with a number", `"x5c":[1]`, jose.ErrFormat, "x5c has a member that is not base64"},
		{"x5c in base64url", `"x5c":["_w"]`, jose.ErrFormat, "x5c has a member that is not base64"},
		{"x5c without padding", `"x5c":["/w"]`, jose.ErrFormat, "x5c has a member that is not base64"},
		{"x5c in lines, as in PEM", `"x5c":["` + der + `\n"]`, jose.ErrFormat, "x5c has a member that is not base64"},
		{"x5c with a stray bit", `"x5c":["/x=="]`, jose.ErrFormat, "x5c has a member that is not base64"},
		{"x5c of nine", `"x5c":["` + strings.Repeat(der+`","`, 8) + der + `"]`, jose.ErrLimit, "x5c has too many certificates"},
		{"jku of a number", `"jku":1`, jose.ErrFormat, "jku is not a short string, or is empty"},
		{"x5u null", `"x5u":null`, jose.ErrFormat, "x5u is not a short string, or is empty"},
		{"x5t of an array", `"x5t":[]`, jose.ErrFormat, "x5t is not a short string, or is empty"},
		{"x5t#S256 of a number", `"x5t#S256":1`, jose.ErrFormat, "x5t#S256 is not a short string, or is empty"},
		{"jwk of a string", `"jwk":"{}"`, jose.ErrFormat, "jwk is no public key to verify with"},
		{"jwk empty", `"jwk":{}`, jose.ErrFormat, "jwk is no public key to verify with"},
		{"many members", `"x":[` + strings.Repeat("0,", 255) + `0]`, jose.ErrLimit, "header is not strict JSON"},
		{"too long", `"x":"` + strings.Repeat("x", 96<<10-21) + `"`, jose.ErrLimit, "header is too long"},
	} {
		u, err := jose.Parse(unsigned(`{"alg":"ES256",`+test.members+`}`, "{}"))
		if u != nil || !isKind(err, test.kind) || said(err) != test.reason {
			t.Errorf("%s: %v, want %s", test.name, err, test.reason)
		}
	}
}

func TestTheLongestHeaderIsTaken(t *testing.T) {
	for over := range 2 {
		fill := strings.Repeat("x", 96<<10-len(`{"alg":"ES256","x":""}`)+over)
		_, err := jose.Parse(unsigned(`{"alg":"ES256","x":"`+fill+`"}`, "{}"))
		if (err == nil) != (over == 0) {
			t.Errorf("%d bytes over the limit: %v", over, err)
		}
	}
}

func TestHeaderIsReturnedAsItIs(t *testing.T) {
	members := `"alg":"ES256","kid":"did:example:1#\u006b","typ":"Application/JWT","cty":"x","x5c":["/w==","AAE="],"x":{"y":[1]}`
	u, err := jose.Parse(unsigned("{"+members+"}", "{}"))
	if err != nil {
		t.Fatal(err)
	}
	h := u.Header()
	if h.Algorithm != "ES256" || h.KeyID != "did:example:1#k" || h.Type != "Application/JWT" || h.ContentType != "x" ||
		len(h.Certificates) != 2 || !bytes.Equal(h.Certificates[0], []byte{0xff}) || !bytes.Equal(h.Certificates[1], []byte{0, 1}) {
		t.Errorf("%+v", h)
	}
	if _, ok := h.Object.Get("x"); !ok {
		t.Error("the header lacks a member")
	}
}

func TestTokensAreBounded(t *testing.T) {
	fixed := len(unsigned(`{"alg":"ES256"}`, ""))
	for _, bound := range []int{0, 1, fixed, 100, 1000, jose.MaxToken} {
		for size := bound - 4; size <= bound+4; size++ {
			if size < fixed || (size-fixed)%4 != 0 {
				continue
			}
			token := unsigned(`{"alg":"ES256"}`, strings.Repeat("x", (size-fixed)/4*3))
			_, err := jose.ParseSized(token, bound)
			if fits := len(token) <= bound; (err == nil) != fits || !fits && !isKind(err, jose.ErrLimit) {
				t.Errorf("%d bytes of at most %d: %v", len(token), bound, err)
			}
			if bound == jose.MaxToken {
				if _, other := jose.Parse(token); (other == nil) != (err == nil) {
					t.Errorf("Parse of %d bytes: %v", len(token), other)
				}
			}
		}
	}
	for _, bound := range []int{-1, 0} {
		if _, err := jose.ParseSized(nil, bound); err == nil {
			t.Error("nothing is a token")
		}
	}
}

// Hostile tokens take memory in proportion to their size.
func TestMemoryIsProportionalToTheToken(t *testing.T) {
	size := jose.MaxToken - 100
	for name, token := range map[string][]byte{
		"full stops":     bytes.Repeat([]byte("."), size),
		"one part":       bytes.Repeat([]byte("A"), size),
		"long header":    append(bytes.Repeat([]byte("A"), size), ".AA.AA"...),
		"long payload":   []byte(encode(`{"alg":"ES256"}`) + "." + strings.Repeat("A", size/4*4) + ".AA"),
		"JSON":           []byte(`{"payload":"` + strings.Repeat("A", size/4*4) + `"}`),
		"open brackets":  bytes.Repeat([]byte("["), size),
		"many signature": []byte(`{"payload":"` + strings.Repeat("A", size/4*3) + `","signatures":[` + strings.Repeat(`{"protected":"eyJhbGciOiJFUzI1NiJ9","signature":"AA"},`, 7) + `{}]}`),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = jose.Parse(token)
		_, _ = jose.ParseJSON(token)
		runtime.ReadMemStats(&after)
		if ratio := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(token)); ratio > 45 {
			t.Errorf("%s: %.1f bytes for each byte", name, ratio)
		}
	}
}

func TestNumbersOfClaimsAreIntegersOrRefused(t *testing.T) {
	for exp, ok := range map[string]bool{
		"4000000000": true, "0": true, "-1": true, "9223372036854775807": true,
		`"4000000000"`: false, "4000000000.0": false, "4e9": false, "1e300": false, "-0": false,
		"9223372036854775808": false, "null": false, "true": false, "[1]": false, `{"x":1}`: false,
	} {
		u, err := jose.Parse(unsigned(`{"alg":"ES256"}`, `{"__proto__":{"exp":1},"exp":`+exp+`}`))
		if err != nil {
			t.Fatal(err)
		}
		claims, err := u.UnverifiedClaims()
		if err != nil {
			t.Fatal(err)
		}
		v, _ := claims.Get("exp")
		n, err := v.Int64()
		if (err == nil) != ok || ok && strconv.FormatInt(n, 10) != exp {
			t.Errorf("exp %s: %d, %v", exp, n, err)
		}
	}
	u, err := jose.Parse(unsigned(`{"alg":"ES256"}`, `{"__proto__":{"exp":1},"constructor":1}`))
	if err != nil {
		t.Fatal(err)
	}
	claims, err := u.UnverifiedClaims()
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := claims.Get("exp"); ok {
		t.Error("__proto__ gave the claims a member")
	}
}

func TestEveryAlgorithmOfJOSEVerifiesInBothSerializations(t *testing.T) {
	for name, list := range fits {
		for alg := range strings.FieldsSeq(list) {
			header := `{"alg":"` + alg + `"}`
			f := forgery{
				header: header, payload: `{}`, signer: name, signAs: alg, jwk: publicJWK(name, ""), asked: alg,
				finish: func(h, p, s string) string { return h + "." + p + "." + s },
			}
			token := f.token()
			if err := ours(token, f.jwk); err != nil {
				t.Errorf("%s: %v", alg, err)
			}
			parts := strings.Split(token, ".")
			flat := `{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`
			if err := ours(flat, f.jwk); err != nil {
				t.Errorf("%s in JSON: %v", alg, err)
			}
			// Any one bit of the signature counts.
			sig := decode(t, parts[2])
			for _, bit := range []int{0, len(sig) * 4, len(sig)*8 - 9} {
				changed := bytes.Clone(sig)
				changed[bit/8] ^= 1 << (bit % 8)
				if err := ours(parts[0]+"."+parts[1]+"."+base64url.Encode(changed), f.jwk); !isKind(err, jose.ErrSignature) {
					t.Errorf("%s with bit %d of its signature changed: %v", alg, bit, err)
				}
			}
		}
	}
}
