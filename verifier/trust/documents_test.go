package trust_test

import (
	"slices"
	"testing"
	"time"

	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/verifier/trust"
)

// withDocument is a full configuration whose first issuer's keys stand in a document.
func withDocument(change func(object)) object {
	o := full()
	i := o["authorities"].(array)[0].(object)["issuers"].(array)[0].(object)
	delete(i, "jwks")
	i["id"], i["document"] = "https://issuer.example", "metadata"
	change(i)
	return o
}

func TestDocumentsOfIssuersAreRead(t *testing.T) {
	const scid = "QmQ6FJ4fk2xheSSQoEjVpTgx9AQPKhJgtR9hn1nr4EeCrZ"
	for _, c := range []struct {
		word, id string
		want     verifier.KeyDocument
	}{
		{"metadata", "https://issuer.example", verifier.IssuerMetadata},
		{"didWeb", "did:web:issuer.example", verifier.DIDWeb},
		{"signedJwks", "https://issuer.example", verifier.SignedKeySet},
		{"didWebvh", "did:webvh:" + scid + ":issuer.example", verifier.DIDWebVH},
	} {
		config, err := trust.Parse(encode(t, withDocument(func(i object) {
			i["document"], i["id"], i["maxAge"] = c.word, c.id, 3600
			i["fetch"] = array{"https://issuer.example/a", "https://keys.example/b.json"}
		})))
		if err != nil {
			t.Fatal(err)
		}
		if i := config.Authorities[0].Issuers[0]; i.Document != c.want || i.MaxAge != time.Hour || i.Keys != nil {
			t.Errorf("%s: %+v", c.word, i)
		}
		if want := []trust.Address{{"example", c.id, "https://issuer.example/a"}, {"example", c.id, "https://keys.example/b.json"}}; !slices.Equal(config.Fetch, want) {
			t.Errorf("%s: fetch %v", c.word, config.Fetch)
		}
		if _, err := verifier.New(config.Trust); err != nil {
			t.Errorf("%s: %v", c.word, err)
		}
	}
}

func TestDocumentsThatAreRefused(t *testing.T) {
	for name, change := range map[string]func(object){
		"an unknown document":         func(i object) { i["document"] = "jwks_uri" },
		"a document that is no text":  func(i object) { i["document"] = true },
		"an age that is text":         func(i object) { i["maxAge"] = "1" },
		"an age of nothing":           func(i object) { i["maxAge"] = 0 },
		"fetch that is text":          func(i object) { i["fetch"] = "https://issuer.example/a" },
		"fetch without TLS":           func(i object) { i["fetch"] = array{"http://issuer.example/a"} },
		"fetch with a user":           func(i object) { i["fetch"] = array{"https://a@issuer.example/a"} },
		"fetch with a query":          func(i object) { i["fetch"] = array{"https://issuer.example/a?b"} },
		"fetch with a fragment":       func(i object) { i["fetch"] = array{"https://issuer.example/a#b"} },
		"fetch with a backslash":      func(i object) { i["fetch"] = array{`https://issuer.example\a`} },
		"fetch of nothing":            func(i object) { i["fetch"] = array{"https://"} },
		"fetch that is not an array":  func(i object) { i["fetch"] = array{1} },
		"fetch without a document":    func(i object) { delete(i, "document"); i["fetch"] = array{"https://issuer.example/a"} },
		"data in place of an address": func(i object) { i["fetch"] = array{"data:application/json,{}"} },
	} {
		if _, err := trust.Parse(encode(t, withDocument(change))); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// What contradicts itself is refused with the rest of the relations between the parts.
	for name, change := range map[string]func(object){
		"jwks too": func(i object) { i["jwks"] = object{"keys": array{}} },
		"x5c too":  func(i object) { i["x5c"] = true },
		"an age":   func(i object) { delete(i, "document"); i["maxAge"] = 1 },
		"an id":    func(i object) { i["document"] = "didWeb" },
	} {
		c, err := trust.Parse(encode(t, withDocument(change)))
		if err == nil {
			_, err = verifier.New(c.Trust)
		}
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
