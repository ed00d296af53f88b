package assertion_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/revocation/assertion"
)

// token returns a JWS of these parts, signed by nobody.
func token(header, claims string) []byte {
	return []byte(base64url.Encode([]byte(header)) + "." + base64url.Encode([]byte(claims)) + "." + base64url.Encode(make([]byte, 64)))
}

const (
	header = `{"alg":"ES256","typ":"status-assertion+jwt","kid":"k1"}`
	// The key, and the form of the hash, are those of the draft's examples.
	claims = `{"iss":"https://issuer.example","iat":1700000000,"exp":1700086400,"credential_hash":"xnlAq6Ma8fgu1z4hdGphJnKLulaVHpLCFeZFUGpQ2dA",` +
		`"credential_hash_alg":"sha-256","credential_status_validity":0,"cnf":{"jwk":{"alg":"ES256","kty":"EC","crv":"P-256",` +
		`"x":"_2ySUmWFjwmraNlo15r6dIBXerVdy_NpJuwAKJMFdoc","y":"MV3C88MhhEMba6oyMBWuGeB3dKHP4YADJmGyJwwILsk"}}}`
)

func TestAnAssertionIsRead(t *testing.T) {
	a, err := assertion.Parse(token(header, claims))
	if err != nil {
		t.Fatal(err)
	}
	hash, err := base64url.Decode("xnlAq6Ma8fgu1z4hdGphJnKLulaVHpLCFeZFUGpQ2dA")
	if err != nil {
		t.Fatal(err)
	}
	if a.Issuer != "https://issuer.example" || a.Status != assertion.Valid || a.IssuedAt != 1700000000 || a.NotAfter != 1700086399 ||
		!bytes.Equal(a.Credential[:], hash) || !a.Holder.Fits("ES256") || a.Token.Header().KeyID != "k1" {
		t.Errorf("%+v", a)
	}
}

func TestFormsOfAnAssertion(t *testing.T) {
	const malformed = true
	for _, c := range []struct {
		name     string
		old, new string
		refused  bool
	}{
		{"the name of the status in later drafts", `credential_status_validity`, `credential_status_type`, false},
		{"both names, of one status", `"credential_status_validity":0`, `"credential_status_validity":0,"credential_status_type":0`, false},
		{"both names, of two", `"credential_status_validity":0`, `"credential_status_validity":0,"credential_status_type":1`, malformed},
		{"no status", `"credential_status_validity":0,`, ``, malformed},
		{"a status that is true, as the first drafts had it", `"credential_status_validity":0`, `"credential_status_validity":true`, malformed},
		{"a status in words", `"credential_status_validity":0`, `"credential_status_type":"VALID"`, malformed},
		{"a status below all", `"credential_status_validity":0`, `"credential_status_validity":-1`, malformed},
		{"a status above all", `"credential_status_validity":0`, `"credential_status_validity":256`, malformed},
		{"a status with details", `"credential_status_validity":0`, `"credential_status_validity":0,"credential_status_detail":{"a":1}`, false},
		{"no issuer", `"iss":"https://issuer.example",`, ``, malformed},
		{"an issuer without characters", `https://issuer.example`, ``, malformed},
		{"no iat", `"iat":1700000000,`, ``, malformed},
		{"no exp", `"exp":1700086400,`, ``, malformed},
		{"exp at iat", `1700086400`, `1700000000`, malformed},
		{"exp after the year 9999", `1700086400`, `253402300800`, malformed},
		{"iat with a fraction", `1700000000`, `1700000000.5`, malformed},
		{"nbf", `"exp"`, `"nbf":1700000100,"exp"`, false},
		{"nbf at exp", `"exp"`, `"nbf":1700086400,"exp"`, malformed},
		{"nbf in words", `"exp"`, `"nbf":"soon","exp"`, malformed},
		{"another hash", `sha-256`, `sha-512`, malformed},
		{"no algorithm of the hash", `"credential_hash_alg":"sha-256",`, ``, malformed},
		{"a hash in base64", `FeZFUGpQ2dA`, `FeZFUGpQ2dA=`, malformed},
		{"a hash with stray bits", `FeZFUGpQ2dA`, `FeZFUGpQ2dB`, malformed},
		{"a hash that is short", `FeZFUGpQ2dA`, `FeZFUGpQ2`, malformed},
		{"no hash", `credential_hash"`, `hash"`, malformed},
		{"an audience", `"iat"`, `"aud":"https://verifier.example","iat"`, malformed},
		{"a key by its thumbprint", `"jwk"`, `"jkt"`, malformed},
		{"no cnf", `"cnf"`, `"confirmed"`, malformed},
	} {
		changed := strings.Replace(claims, c.old, c.new, 1)
		if changed == claims {
			t.Fatalf("%s: nothing has changed", c.name)
		}
		a, err := assertion.Parse(token(header, changed))
		if c.refused != (err != nil) || (a == nil) != c.refused {
			t.Errorf("%s: %+v, %v", c.name, a, err)
		}
	}
	if a, err := assertion.Parse(token(header, strings.Replace(claims, `"exp"`, `"nbf":1700000100,"exp"`, 1))); err != nil || a.IssuedAt != 1700000100 {
		t.Errorf("nbf does not move the begin: %+v, %v", a, err)
	}
}

func TestHeadersThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		header string
		kind   error
	}{
		"none":                   {`{"alg":"none","typ":"status-assertion+jwt"}`, jose.ErrAlgorithm},
		"a MAC":                  {`{"alg":"HS256","typ":"status-assertion+jwt"}`, jose.ErrAlgorithm},
		"critical":               {`{"alg":"ES256","typ":"status-assertion+jwt","crit":["x"],"x":1}`, jose.ErrCritical},
		"an error":               {`{"alg":"ES256","typ":"status-assertion-error+jwt"}`, assertion.ErrFormat},
		"a request":              {`{"alg":"ES256","typ":"status-assertion-request+jwt"}`, assertion.ErrFormat},
		"no typ":                 {`{"alg":"ES256"}`, assertion.ErrFormat},
		"a status list":          {`{"alg":"ES256","typ":"statuslist+jwt"}`, assertion.ErrFormat},
		"not a name of a header": {`{"alg":"ES256","alg":"ES256","typ":"status-assertion+jwt"}`, jose.ErrFormat},
	} {
		if a, err := assertion.Parse(token(c.header, claims)); !errors.Is(err, c.kind) || a != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := assertion.Parse(token(`{"alg":"ES256","typ":"application/status-assertion+jwt"}`, claims)); err != nil {
		t.Error(err)
	}
	large := strings.Replace(claims, `"iat"`, `"x":"`+strings.Repeat("x", assertion.MaxToken)+`","iat"`, 1)
	if _, err := assertion.Parse(token(header, large)); !errors.Is(err, jose.ErrLimit) {
		t.Errorf("larger than is taken: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(header, claims)
	f.Add(header, strings.Replace(claims, "validity", "type", 1))
	f.Fuzz(func(t *testing.T, header, claims string) {
		a, err := assertion.Parse(token(header, claims))
		if err != nil {
			if a != nil {
				t.Fatal("an assertion beside an error")
			}
			return
		}
		if a.Issuer == "" || a.Holder == nil || a.IssuedAt <= 0 || a.NotAfter < a.IssuedAt || a.Token == nil {
			t.Fatalf("%+v", a)
		}
	})
}
