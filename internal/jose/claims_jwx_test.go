package jose_test

import (
	"slices"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v2/jwt"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// claimsOfJWX reads claims as jwx does. A panic is an error.
func claimsOfJWX(payload []byte) (token jwt.Token, err error) {
	defer func() {
		if recover() != nil {
			token, err = nil, errPanic
		}
	}()
	return jwt.ParseInsecure(payload)
}

// compareClaims asserts that jwx reads whatever claims we read, and as the same, and that what jwx alone reads is an
// exception.
func compareClaims(t *testing.T, known map[string]string, opened *jose.Token) {
	t.Helper()
	payload := opened.Payload()
	theirs, theirErr := claimsOfJWX(payload)
	claims, err := opened.Claims()
	if err != nil {
		if theirErr == nil && known[said(err)] == "" {
			t.Fatalf("claims %.2000q: %v; jwx reads them, and no exception says why", payload, err)
		}
		return
	}
	if theirErr != nil {
		if !beyondClaims(claims) {
			t.Fatalf("claims %.2000q: read; jwx says %v", payload, theirErr)
		}
		return
	}
	members, err := claims.Object()
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]func() time.Time{"exp": theirs.Expiration, "nbf": theirs.NotBefore, "iat": theirs.IssuedAt}
	for _, m := range members {
		value, ok := theirs.Get(m.Name)
		if !ok && m.Value.Kind() != strictjson.Null && m.Name != "aud" {
			t.Fatalf("claims %.2000q: jwx has no %q", payload, m.Name)
		}
		if text, err := m.Value.Text(); err == nil && times[m.Name] == nil && m.Name != "aud" && value != text {
			t.Fatalf("claims %.2000q: %q is %q, jwx has %q", payload, m.Name, text, value)
		}
		// jwx has whole numbers as doubles: beyond those that a double has exactly nothing is compared.
		if seconds, err := m.Value.Int64(); err == nil && times[m.Name] != nil && 0 <= seconds && seconds < 1<<53 && times[m.Name]().Unix() != seconds {
			t.Fatalf("claims %.2000q: %s is %d, jwx has %d", payload, m.Name, seconds, times[m.Name]().Unix())
		}
	}
	if names, err := theirs.AsMap(t.Context()); err != nil || len(names) > len(members) {
		t.Fatalf("claims %.2000q: jwx has %d, %v", payload, len(names), err)
	}
}

// beyondClaims reports claims that are JSON and that jwx does not read: registered ones of another type than RFC 7519,
// Section 4.1 has, which are for the readers of credentials to refuse, and numbers that are no double.
func beyondClaims(claims strictjson.Value) bool {
	for _, name := range []string{"iss", "sub", "jti"} {
		if v, ok := claims.Get(name); ok && v.Kind() != strictjson.String {
			return true
		}
	}
	for _, name := range []string{"exp", "nbf", "iat"} {
		v, ok := claims.Get(name)
		if !ok {
			continue
		}
		if n, err := v.Int64(); err != nil || n < 0 || n >= 1<<53 {
			return true
		}
	}
	if v, ok := claims.Get("aud"); ok && v.Kind() != strictjson.String {
		list, err := v.Array()
		if err != nil || slices.ContainsFunc(list, func(v strictjson.Value) bool { return v.Kind() != strictjson.String }) {
			return true
		}
	}
	return beyondDoubles(claims)
}
