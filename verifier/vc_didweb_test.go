package verifier_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

func TestKeysOfADIDWeb(t *testing.T) {
	for id, url := range map[string]string{
		"did:web:issuer.example":              "https://issuer.example/.well-known/did.json",
		"did:web:issuer.example:u:alice":      "https://issuer.example/u/alice/did.json",
		"did:web:issuer.example%3A8443:dids":  "https://issuer.example:8443/dids/did.json",
		"did:web:issuer.example%3A443":        "https://issuer.example:443/.well-known/did.json",
		"did:web:issuer.example:a.b_c-d":      "https://issuer.example/a.b_c-d/did.json",
		"did:web:a.b.c.issuer.example:x:y:zz": "https://a.b.c.issuer.example/x/y/zz/did.json",
	} {
		w := newKeysWorld(t, verifier.DIDWeb)
		w.rename(id, url)
		for _, kid := range []string{"k1", id + "#k1"} {
			w.header = `{"alg":"ES256","typ":"dc+sd-jwt","kid":"` + kid + `"}`
			w.v = nil
			if v := w.judge(t); v.Code() != verifier.CodeIssuerKeysUnavailable || !wants(v, url) {
				t.Errorf("%s without: %s", id, v.AppendJSON(nil))
			}
			if err := w.set(t, string(testvc.Canonical(testvc.Document(id, map[string]*testvc.Key{"k1": w.issuer})))); err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			if v := w.judge(t); v.Outcome() != verifier.Verified || !passed(v, "KEY-2") || passed(v, "KEY-1") {
				t.Errorf("%s: %s", id, v.AppendJSON(nil))
			}
		}
	}
}

func TestADIDWebDocumentDecidesWhichKeyMayAssert(t *testing.T) {
	const id = "did:web:issuer.example"
	type object = map[string]any
	method := func(d object) object { return d["verificationMethod"].([]any)[0].(object) }
	for name, c := range map[string]struct {
		change func(w *keysWorld, d object)
		code   verifier.Code // "refused" if the document is
	}{
		"as it is":           {func(*keysWorld, object) {}, ""},
		"of another DID":     {func(_ *keysWorld, d object) { d["id"] = "did:web:other.example" }, "refused"},
		"without an id":      {func(_ *keysWorld, d object) { delete(d, "id") }, "refused"},
		"no assertionMethod": {func(_ *keysWorld, d object) { delete(d, "assertionMethod") }, verifier.CodeUntrustedIssuer},
		"a method that is listed for another purpose": {func(_ *keysWorld, d object) {
			d["authentication"], d["assertionMethod"] = d["assertionMethod"], []any{}
		}, verifier.CodeUntrustedIssuer},
		"controlled by another DID": {func(_ *keysWorld, d object) { method(d)["controller"] = "did:web:evil.example" }, verifier.CodeUntrustedIssuer},
		"controlled by nobody":      {func(_ *keysWorld, d object) { delete(method(d), "controller") }, verifier.CodeUntrustedIssuer},
		"a method of another DID":   {func(_ *keysWorld, d object) { method(d)["id"] = "did:web:evil.example#k1" }, verifier.CodeUntrustedIssuer},
		"a relative reference":      {func(_ *keysWorld, d object) { d["assertionMethod"] = []any{"#k1"} }, verifier.CodeUntrustedIssuer},
		"an unknown type":           {func(_ *keysWorld, d object) { method(d)["type"] = "X25519KeyAgreementKey2020" }, verifier.CodeUntrustedIssuer},
		"embedded in assertionMethod": {func(_ *keysWorld, d object) {
			d["assertionMethod"], d["verificationMethod"] = d["verificationMethod"], []any{}
		}, ""},
		"a JWK for encryption": {func(_ *keysWorld, d object) { method(d)["publicKeyJwk"].(object)["use"] = "enc" }, verifier.CodeUntrustedIssuer},
		"a private JWK":        {func(_ *keysWorld, d object) { method(d)["publicKeyJwk"].(object)["d"] = "AAAA" }, "refused"},
		"a private JWK of an unknown type": {func(_ *keysWorld, d object) {
			method(d)["type"], method(d)["publicKeyJwk"].(object)["d"] = "Unknown", "AAAA"
		}, "refused"},
		"a private multikey": {func(_ *keysWorld, d object) { method(d)["secretKeyMultibase"] = "z3u2" }, "refused"},
		"two forms of a key": {func(w *keysWorld, d object) { method(d)["publicKeyMultibase"] = w.other.Multikey() }, "refused"},
		"two methods of one id": {func(_ *keysWorld, d object) {
			d["verificationMethod"] = append(d["verificationMethod"].([]any), method(d))
		}, "refused"},
		"more methods than are looked at": {func(_ *keysWorld, d object) {
			for range 100 {
				d["verificationMethod"] = append(d["verificationMethod"].([]any), object{"id": "did:web:x.example#a"})
			}
		}, "refused"},
		"more references than are looked at": {func(_ *keysWorld, d object) {
			for range 200 {
				d["assertionMethod"] = append(d["assertionMethod"].([]any), id+"#k1")
			}
		}, "refused"},
		"kid is the fragment of another key": {func(w *keysWorld, d object) {
			more := testvc.Document(id, map[string]*testvc.Key{"k2": newES256()})
			d["verificationMethod"] = append(d["verificationMethod"].([]any), more["verificationMethod"].([]any)...)
			d["assertionMethod"] = append(d["assertionMethod"].([]any), id+"#k2")
			w.header = strings.Replace(w.header, `"kid":"k1"`, `"kid":"`+id+`#k2"`, 1)
		}, verifier.CodeBadSignature},
		"kid is a DID URL of another DID": {func(w *keysWorld, d object) {
			w.header = strings.Replace(w.header, `"kid":"k1"`, `"kid":"did:web:other.example#k1"`, 1)
		}, verifier.CodeUntrustedIssuer},
		"kid is a fragment that is not there": {func(w *keysWorld, d object) {
			w.header = strings.Replace(w.header, `"kid":"k1"`, `"kid":"`+id+`#k9"`, 1)
		}, verifier.CodeUntrustedIssuer},
		"kid of the JWK is another than the method's": {func(_ *keysWorld, d object) { method(d)["publicKeyJwk"].(object)["kid"] = "k9" }, ""},
	} {
		w := newKeysWorld(t, verifier.DIDWeb)
		w.rename(id, "https://issuer.example/.well-known/did.json")
		d := object{}
		if err := json.Unmarshal(testvc.Canonical(testvc.Document(id, map[string]*testvc.Key{"k1": w.issuer})), &d); err != nil {
			t.Fatal(err)
		}
		c.change(w, d)
		switch err := w.set(t, string(testvc.Canonical(d))); {
		case (err != nil) != (c.code == "refused"):
			t.Errorf("%s: %v", name, err)
		case err != nil:
		default:
			if v := w.judge(t); v.Code() != c.code {
				t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
			}
		}
	}
}

func TestAMultikeyOfADIDWeb(t *testing.T) {
	const id = "did:web:issuer.example"
	w := newKeysWorld(t, verifier.DIDWeb)
	w.rename(id, "https://issuer.example/.well-known/did.json")
	key := testvc.NewKey(t, "EdDSA")
	w.signer, w.listSigner = key, key
	w.header, w.listHeader = strings.Replace(w.header, "ES256", "EdDSA", 1), strings.Replace(w.listHeader, "ES256", "EdDSA", 1)
	document := func(typ, text string) string {
		return `{"id":"` + id + `","verificationMethod":[{"id":"` + id + `#k1","type":"` + typ + `","controller":"` + id + `","publicKeyMultibase":"` + text + `"}],"assertionMethod":["` + id + `#k1"]}`
	}
	for _, typ := range []string{"Multikey", "Ed25519VerificationKey2020"} {
		if err := w.set(t, document(typ, key.Multikey())); err != nil {
			t.Fatal(err)
		}
		if v := w.judge(t); v.Outcome() != verifier.Verified {
			t.Errorf("%s: %s", typ, v.AppendJSON(nil))
		}
	}
	if err := w.set(t, document("Multikey", "z0")); err == nil {
		t.Error("what is not base58: accepted")
	}
	if err := w.set(t, document("Multikey", testvc.Base58(append([]byte{0xec, 0x01}, key.Raw()...)))); err != nil {
		t.Fatal(err) // X25519, which does not verify
	}
	if v := w.judge(t); v.Code() != verifier.CodeUntrustedIssuer {
		t.Errorf("for key agreement: %s", v.AppendJSON(nil))
	}
}
