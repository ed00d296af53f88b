package keydoc_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/keydoc"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
)

func TestURLsOfDocuments(t *testing.T) {
	const scid = "QmQ6FJ4fk2xheSSQoEjVpTgx9AQPKhJgtR9hn1nr4EeCrZ"
	for _, c := range []struct {
		of       func(string) (string, bool)
		id, want string // "" if there is none
	}{
		{keydoc.MetadataURL, "https://example.com", "https://example.com/.well-known/jwt-vc-issuer"},
		{keydoc.MetadataURL, "https://example.com/", "https://example.com/.well-known/jwt-vc-issuer"},
		{keydoc.MetadataURL, "https://example.com/tenant/1234", "https://example.com/.well-known/jwt-vc-issuer/tenant/1234"},
		{keydoc.MetadataURL, "https://example.com/tenant/1234/", "https://example.com/.well-known/jwt-vc-issuer/tenant/1234"},
		{keydoc.MetadataURL, "http://example.com", ""},
		{keydoc.MetadataURL, "https://user@example.com", ""},
		{keydoc.MetadataURL, "https://a.localhost", ""},
		{keydoc.MetadataURL, "https://example.com:8443", ""},
		{keydoc.MetadataURL, "https://example.com?a", ""},
		{keydoc.MetadataURL, "https://example.com#a", ""},
		{keydoc.MetadataURL, "https://", ""},
		{keydoc.DocumentURL, "did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"},
		{keydoc.DocumentURL, "did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"},
		{keydoc.DocumentURL, "did:web:example.com%3A3000", "https://example.com:3000/.well-known/did.json"},
		{keydoc.DocumentURL, "did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"},
		{keydoc.DocumentURL, "did:web:example.com%3a3000", ""},
		{keydoc.DocumentURL, "did:web:example.com%3A3000%3A1", ""},
		{keydoc.DocumentURL, "did:web:example.com%2Fa", ""},
		{keydoc.DocumentURL, "did:web:127%2E0%2E0%2E1", ""},
		{keydoc.DocumentURL, "did:web:example.com#key-1", ""},
		{keydoc.DocumentURL, "did:web:", ""},
		{keydoc.DocumentURL, "did:WEB:example.com", ""},
		{keydoc.LogURL, "did:webvh:" + scid + ":example.com", "https://example.com/.well-known/did.jsonl"},
		{keydoc.LogURL, "did:webvh:" + scid + ":example.com%3A3000:dids:issuer", "https://example.com:3000/dids/issuer/did.jsonl"},
		{keydoc.LogURL, "did:webvh:{SCID}:example.com", ""},
		{keydoc.LogURL, "did:webvh:" + scid[:45] + ":example.com", ""},
		{keydoc.LogURL, "did:webvh:" + scid, ""},
		{keydoc.LogURL, "did:webvh:" + scid + ":127.0.0.1", ""},
		{keydoc.LogURL, "did:webvh:" + scid + ":example.com:%2e%2e:x", ""},
		{keydoc.LogURL, "did:webvh:" + scid + ":example.com:..", ""},
		{keydoc.LogURL, "did:webvh:" + scid + ":example.com%23f", ""},
	} {
		if got, ok := c.of(c.id); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, want %q", c.id, got, c.want)
		}
	}
}

// history is a log of some entries, the update key changing with each.
func history(t testing.TB, entries int) *testvc.Log {
	l := &testvc.Log{T: t, Domain: "issuer.example"}
	key := testvc.NewKey(t, "EdDSA")
	for n := range entries {
		next := testvc.NewKey(t, "EdDSA")
		e := testvc.Entry{Time: fmt.Sprintf("2025-06-01T%02d:%02d:00Z", n/60, n%60), Signer: key, Parameters: map[string]any{"updateKeys": []any{next.Multikey()}}}
		id := "did:webvh:{SCID}:issuer.example"
		if n == 0 {
			e.Parameters = map[string]any{"method": "did:webvh:1.0", "scid": "{SCID}", "updateKeys": []any{key.Multikey()}}
			next = key
		} else {
			id = l.DID()
		}
		e.State = testvc.Document(id, map[string]*testvc.Key{"k": key})
		l.Add(e)
		key = next
	}
	return l
}

func TestALogIsBounded(t *testing.T) {
	l := history(t, 257)
	whole, err := keydoc.ParseLog(l.Bytes())
	if err == nil || whole != nil {
		t.Errorf("257 entries: %v", err)
	}
	l.Lines = l.Lines[:256]
	if whole, err = keydoc.ParseLog(l.Bytes()); err != nil || len(whole.Versions) != 256 {
		t.Fatalf("256 entries: %v", err)
	}
	for _, v := range whole.Versions {
		if native.Verify(v.Check) != signature.Valid {
			t.Fatalf("%s does not hold", v.ID)
		}
	}
	large := append(l.Bytes(), bytes.Repeat([]byte(" "), keydoc.MaxLog)...)
	if _, err := keydoc.ParseLog(large); err == nil {
		t.Error("more bytes than a log may have: accepted")
	}
}

// Accepted metadata is of the issuer asked for, and has keys or the address of keys, never both.
func FuzzParseMetadata(f *testing.F) {
	key := testvc.NewKey(f, "ES256")
	f.Add([]byte(`{"issuer":"https://issuer.example","jwks":{"keys":[` + key.JWK(`,"kid":"1"`) + `]}}`))
	f.Add([]byte(`{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/jwks"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := keydoc.ParseMetadata(b, "https://issuer.example")
		if err != nil {
			if m != nil {
				t.Fatalf("a value beside %v", err)
			}
			return
		}
		if (len(m.Keys) > 0) == (m.KeysURL != "") || m.KeysURL != "" && !strings.HasPrefix(m.KeysURL, "https://") {
			t.Fatalf("%d keys and %q", len(m.Keys), m.KeysURL)
		}
		if _, err := keydoc.ParseMetadata(b, "https://other.example"); err == nil {
			t.Fatal("metadata of two issuers")
		}
	})
}

// Keys of an accepted DID document have different names, and are of no other DID.
func FuzzParseDocument(f *testing.F) {
	const id = "did:web:issuer.example"
	f.Add(testvc.Canonical(testvc.Document(id, map[string]*testvc.Key{"a": testvc.NewKey(f, "ES256"), "b": testvc.NewKey(f, "EdDSA")})))
	f.Add([]byte(`{"id":"` + id + `","assertionMethod":[{"id":"` + id + `#k","type":"Multikey","controller":"` + id + `","publicKeyMultibase":"` + testvc.NewKey(f, "EdDSA").Multikey() + `"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		keys, err := keydoc.ParseDocument(b, id)
		if err != nil && keys != nil {
			t.Fatalf("keys beside %v", err)
		}
		names := map[string]bool{}
		for _, k := range keys {
			if k.ID() == "" || names[k.ID()] {
				t.Fatalf("a key named %q", k.ID())
			}
			names[k.ID()] = true
		}
		if other, err := keydoc.ParseDocument(b, "did:web:other.example"); err == nil && keys != nil {
			t.Fatalf("a document of two DIDs, with %d keys", len(other))
		}
	})
}

// An accepted set has an issuer, an end after its beginning, keys, and certificates.
func FuzzParseSignedSet(f *testing.F) {
	key := testvc.NewKey(f, "ES256")
	f.Add([]byte(key.Sign(f, `{"alg":"ES256","typ":"jwks+jwt","x5c":["MAA="]}`, `{"iss":"https://issuer.example","iat":1,"exp":9,"jwks":{"keys":[`+key.JWK("")+`]}}`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := keydoc.ParseSignedSet(b)
		if err != nil {
			if s != nil {
				t.Fatalf("a value beside %v", err)
			}
			return
		}
		if s.Issuer == "" || s.NotAfter < s.IssuedAt || s.IssuedAt <= 0 || len(s.Keys) == 0 || len(s.Token.Header().Certificates) == 0 {
			t.Fatalf("%+v", s)
		}
	})
}

// Each beginning of a log that is accepted is a log, with the same versions and the same SCID.
func FuzzParseLog(f *testing.F) {
	f.Add(history(f, 1).Bytes())
	f.Add(history(f, 3).Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := keydoc.ParseLog(b)
		if err != nil {
			if l != nil {
				t.Fatalf("a value beside %v", err)
			}
			return
		}
		if len(l.Versions) == 0 || !strings.HasPrefix(l.ID, "did:webvh:"+l.SCID+":") {
			t.Fatalf("%+v", l)
		}
		for i, v := range l.Versions {
			if !strings.HasPrefix(v.ID, fmt.Sprint(i+1, "-")) || i > 0 && v.Time <= l.Versions[i-1].Time {
				t.Fatalf("version %d is %s", i+1, v.ID)
			}
		}
		if cut := bytes.LastIndexByte(bytes.TrimSuffix(b, []byte("\n")), '\n'); cut >= 0 {
			// It may be none only for its document, of which those before the last are not read.
			if before, err := keydoc.ParseLog(b[:cut]); err == nil && (before.SCID != l.SCID || before.Versions[len(before.Versions)-1].ID != l.Versions[len(l.Versions)-2].ID) {
				t.Fatal("another history without the last entry")
			}
		}
	})
}
