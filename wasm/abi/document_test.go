package abi

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

func documentRequest(issuer, url string, fetched int64, document []byte) []byte {
	b := appendOpaque(appendOpaque(nil, []byte(issuer)), []byte(url))
	return appendOpaque(binary.BigEndian.AppendUint64(b, uint64(fetched)), document)
}

// documentHost is configured with an issuer whose keys stand in a document, and asks about a credential of that issuer.
func documentHost(t *testing.T, id, document string, key *testvc.Key) (h *host, ask []byte) {
	h = &host{t: t, m: New()}
	configured := h.must("configure", appendOpaque(nil, []byte(`{"authorities":[{"id":"corp","scope":["example.com"],"status":"uncheckedUnsafe","issuers":[{"id":"`+id+`","document":"`+document+
		`","fetch":["https://issuer.example/a","https://issuer.example/b"],"identifiers":[{"claim":["email"],"form":"email"}]}]}]}`)))
	var got struct {
		Documents []struct{ Authority, Issuer, URL string }
	}
	if err := json.Unmarshal(configured, &got); err != nil || len(got.Documents) != 2 || got.Documents[0].Authority != "corp" || got.Documents[1].Issuer != id || got.Documents[1].URL != "https://issuer.example/b" {
		t.Errorf("%s: %v", configured, err)
	}
	holder := testvc.NewKey(t, "EdDSA")
	token := testvc.SDJWT(key.Sign(t, `{"alg":"`+key.Alg+`","typ":"dc+sd-jwt"}`, `{"iss":"`+id+`","vct":"v","iat":1790000000,"email":"alice@example.com","cnf":{"jwk":`+holder.JWK("")+`}}`))
	return h, planRequest(tokenRequest(verifier.BareToken, token, "", "", holder.Raw()))
}

func TestAFetchedDocumentThroughTheModule(t *testing.T) {
	key := testvc.NewKey(t, "ES256")
	const id, url = "https://issuer.example", "https://issuer.example/.well-known/jwt-vc-issuer"
	h, ask := documentHost(t, id, "metadata", key)
	now := testca.At.Unix()
	metadata := []byte(`{"issuer":"` + id + `","jwks":{"keys":[` + key.JWK("") + `]}}`)
	want(t, h.judge(ask)[0], "undetermined", verifier.CodeIssuerKeysUnavailable)
	if got := h.must("document", documentRequest(id, url, now-86400, metadata)); string(got) != "{}" {
		t.Errorf("%s", got)
	}
	want(t, h.judge(ask)[0], "verified", "")
	for name, c := range map[string]struct {
		request []byte
		code    verifier.Code
	}{
		"of another URL":    {documentRequest(id, url+"/x", now, metadata), verifier.CodeInvalidRequest},
		"of another issuer": {documentRequest("https://other.example", url, now, metadata), verifier.CodeInvalidRequest},
		"what is none":      {documentRequest(id, url, now, []byte("<!doctype html>")), verifier.CodeMalformed},
		"a byte too many":   {append(documentRequest(id, url, now, metadata), 0), verifier.CodeInvalidRequest},
		"cut off":           {documentRequest(id, url, now, metadata)[:80], verifier.CodeInvalidRequest},
	} {
		if code := h.code("document", c.request); code != c.code {
			t.Errorf("%s: %s", name, code)
		}
		want(t, h.judge(ask)[0], "verified", "")
	}
	h.must("document", documentRequest(id, url, now-86401, metadata))
	want(t, h.judge(ask)[0], "undetermined", verifier.CodeStaleIssuerKeys)

	// Nor does it come with a bag.
	answer := h.must("bag", bagRequest(bagItem{bagIssuerKeys, metadata}))
	if !strings.Contains(string(answer), `"item":0,"code":"malformed"`) {
		t.Errorf("%s", answer)
	}
	want(t, h.judge(ask)[0], "undetermined", verifier.CodeStaleIssuerKeys)
}

func TestALogOfAnyoneThroughTheModule(t *testing.T) {
	key := testvc.NewKey(t, "EdDSA")
	l := &testvc.Log{T: t, Domain: "issuer.example"}
	l.Add(testvc.Entry{
		Time: "2026-01-01T00:00:00Z", Signer: key, State: testvc.Document("did:webvh:{SCID}:issuer.example", map[string]*testvc.Key{"k": key}),
		Parameters: map[string]any{"method": "did:webvh:1.0", "scid": "{SCID}", "updateKeys": []any{key.Multikey()}},
	})
	h, ask := documentHost(t, l.DID(), "didWebvh", key)
	want(t, h.judge(ask)[0], "undetermined", verifier.CodeIssuerKeysUnavailable)
	h.must("bag", bagRequest(bagItem{bagIssuerKeys, l.Bytes()}))
	want(t, h.judge(ask)[0], "verified", "")
	h.must("bag", bagRequest())
	want(t, h.judge(ask)[0], "undetermined", verifier.CodeIssuerKeysUnavailable)
	h.must("document", documentRequest(l.DID(), "https://issuer.example/.well-known/did.jsonl", 0, l.Bytes()))
	want(t, h.judge(ask)[0], "verified", "")
}
