package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
)

func TestDocumentsOfIssuersKeys(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string, age time.Duration) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		when := testca.At.Add(-age)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, holder := testvc.NewKey(t, "EdDSA"), testvc.NewKey(t, "EdDSA")
	log := &testvc.Log{T: t, Domain: "issuer.example"}
	log.Add(testvc.Entry{
		Time: "2026-01-01T00:00:00Z", Signer: key, State: testvc.Document("did:webvh:{SCID}:issuer.example", map[string]*testvc.Key{"k": key}),
		Parameters: map[string]any{"method": "did:webvh:1.0", "scid": "{SCID}", "updateKeys": []any{key.Multikey()}},
	})
	token := func(id string) string {
		return write("token", testvc.SDJWT(key.Sign(t, `{"alg":"EdDSA","typ":"dc+sd-jwt"}`, `{"iss":"`+id+`","vct":"v","iat":1790000000,"email":"alice@example.com","cnf":{"jwk":`+holder.JWK("")+`}}`)), 0)
	}
	trust := func(id, document string) string {
		return write("trust.json", `{"authorities":[{"id":"corp","scope":["example.com"],"status":"uncheckedUnsafe","issuers":[{"id":"`+id+`","document":"`+document+
			`","identifiers":[{"claim":["email"],"form":"email"}]}]}]}`, 0)
	}
	const web = "https://issuer.example"
	keys := `{"keys":[` + key.JWK("") + `]}`
	metadata := write("metadata.json", `{"issuer":"`+web+`","jwks":`+keys+`}`, time.Hour)
	linking := write("linking.json", `{"issuer":"`+web+`","jwks_uri":"https://issuer.example/jwks"}`, time.Hour)
	set := write("jwks.json", keys, time.Hour)
	old := write("old.json", `{"issuer":"`+web+`","jwks":`+keys+`}`, 25*time.Hour)
	logFile := write("did.jsonl", string(log.Bytes()), 0)
	for name, c := range map[string]struct {
		id, document string
		args         []string
		status       int
		says         string
	}{
		"metadata":                      {web, "metadata", []string{"-issuer-document", web + "=" + metadata}, exitOK, "KEY-1"},
		"metadata and the set it links": {web, "metadata", []string{"-issuer-document", web + "=" + linking, "-issuer-document", web + "=" + set}, exitOK, "KEY-1"},
		"without the set it links":      {web, "metadata", []string{"-issuer-document", web + "=" + linking}, 3, "document of the issuer's keys: https://issuer.example/jwks"},
		"none":                          {web, "metadata", nil, 3, "document of the issuer's keys: https://issuer.example/.well-known/jwt-vc-issuer"},
		"a file of yesterday":           {web, "metadata", []string{"-issuer-document", web + "=" + old}, 3, "stale_issuer_keys"},
		"a document too many":           {web, "metadata", []string{"-issuer-document", web + "=" + metadata, "-issuer-document", web + "=" + set}, exitUsage, "another document"},
		"of an issuer of no document":   {web, "metadata", []string{"-issuer-document", "https://other.example=" + metadata}, exitUsage, "another document"},
		"that is none":                  {web, "metadata", []string{"-issuer-document", web + "=" + set}, exitUsage, "jwks.json"},
		"that is not there":             {web, "metadata", []string{"-issuer-document", web + "=" + dir + "/none"}, exitUsage, "none"},
		"without an id":                 {web, "metadata", []string{"-issuer-document", metadata}, exitUsage, "ID=FILE"},
		"in the bag, where anyone is":   {web, "metadata", []string{"-bag", metadata}, 3, "is left out"},
		"a log in the bag":              {log.DID(), "didWebvh", []string{"-bag", logFile}, exitOK, "KEY-4"},
		"a log that was fetched":        {log.DID(), "didWebvh", []string{"-issuer-document", log.DID() + "=" + logFile}, exitOK, "KEY-4"},
	} {
		args := append([]string{"verify", "-trust", trust(c.id, c.document), "-kind", "bare-token", "-path", "-now", testca.At.Format(time.RFC3339)}, c.args...)
		var stdout, stderr bytes.Buffer
		status := run(append(args, token(c.id)), strings.NewReader(""), &stdout, &stderr)
		if said := stdout.String() + stderr.String(); status != c.status || !strings.Contains(said, c.says) {
			t.Errorf("%s: exit %d, want %d and %q:\n%s", name, status, c.status, c.says, said)
		}
	}
}
