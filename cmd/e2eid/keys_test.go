package main

import (
	"bytes"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"

	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/tests/vectors"
)

var headAlgorithms = []string{"Ed25519", "ECDSA-P256-SHA256", "ML-DSA-44", "ML-DSA-65"}

// A head with keys of every algorithm from files: all must hold, or as many as the threshold says.
func TestHybridHeadFromKeyFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	publish := []string{"publish", "-authority", "a.example", "-issued", "issued.jsonl"}
	var verify []string
	var entries []string
	for _, a := range headAlgorithms {
		out, _ := e2eid(t, exitOK, "keys", "new", "-algorithm", a, a+".pem")
		if again, _ := e2eid(t, exitOK, "keys", "show", a+".pem"); again != out || !strings.Contains(out, `{"algorithm": "`+a+`"`) {
			t.Errorf("%s: %s, then %s", a, out, again)
		}
		if info, err := os.Stat(a + ".pem"); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", a, info.Mode(), err)
		}
		e2eid(t, exitUsage, "keys", "new", "-algorithm", a, a+".pem") // what is there is not overwritten
		publish, verify = append(publish, "-key", a+".pem"), append(verify, "-key", a+".pem")
		entries = append(entries, strings.TrimSpace(out))
	}
	writeText(t, "issued.jsonl", `{"list":"https://a.example/1","issued":100}`)
	e2eid(t, exitOK, append(publish, "folder")...)
	check := func(want int, args ...string) {
		t.Helper()
		e2eid(t, want, append(append([]string{"lists", "verify"}, args...), "folder", "a.example")...)
	}
	check(exitOK, verify...)
	e2eid(t, exitOK, "keys", "new", "-algorithm", "ML-DSA-65", "other.pem")
	check(exitRefused, append(verify, "-key", "other.pem")...)
	check(exitOK, append(verify, "-key", "other.pem", "-threshold", "4")...)
	check(exitRefused, "-key", "ML-DSA-44.pem", "-key", "other.pem", "-threshold", "2")
	check(exitOK, "-key", "ML-DSA-44.pem", "-key", "other.pem", "-threshold", "1")
	// What keys prints is what a trust configuration has.
	writeText(t, "trust.json", `{"authorities":[{"id":"a.example","scope":["a.example"],"issuers":[{"id":"did:web:a.example","jwks":{"keys":[`+
		string(publicJWK(t, "Ed25519.pem"))+`]}}],"revocation":{"keys":[`+strings.Join(entries, ",")+`],"threshold":4}}]}`)
	_, errs := e2eid(t, exitOK+1, "verify", "-trust", "trust.json", "-discover", "-kind", "certificate", "-revocation", "folder", "issued.jsonl")
	if strings.Contains(errs, "revocation data") {
		t.Error(errs)
	}
}

func publicJWK(t *testing.T, path string) []byte {
	t.Helper()
	key, err := readKey(path)
	if err != nil {
		t.Fatal(err)
	}
	public, err := jwxsign.PublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return public.JWK()
}

// An authority that has issuers and no anchor: one of its keys delegates, and a verifier that knows the issuer alone takes the head.
func TestDelegatedHeadFromFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, k := range []string{"issuer", "lists", "stranger"} {
		e2eid(t, exitOK, "keys", "new", "-algorithm", map[string]string{"issuer": "ECDSA-P256-SHA256"}[k]+map[bool]string{true: "ML-DSA-44"}[k != "issuer"], k)
	}
	delegate := []string{"keys", "delegate", "-authority", "a.example", "-issuer", "https://issuer.example", "-key", "lists"}
	e2eid(t, exitOK, append(delegate, "-by", "issuer", "good.jwt")...)
	e2eid(t, exitOK, append(delegate, "-by", "stranger", "bad.jwt")...)
	e2eid(t, exitUsage, append(delegate, "-by", "issuer", "good.jwt")...) // there
	e2eid(t, exitUsage, append(delegate, "none.jwt")...)
	e2eid(t, exitUsage, append(delegate, "-by", "issuer", "-alg", "ES384", "none.jwt")...)
	writeText(t, "issued.jsonl", `{"list":"https://a.example/1","issued":100}`)
	writeText(t, "trust.json", `{"authorities":[{"id":"a.example","scope":["a.example"],"issuers":[{"id":"https://issuer.example","jwks":{"keys":[`+
		string(publicJWK(t, "issuer"))+`]}}],"revocation":{"delegated":true}}]}`)
	for file, refused := range map[string]bool{"good.jwt": false, "bad.jwt": true} {
		e2eid(t, exitOK, "publish", "-authority", "a.example", "-key", "lists", "-issued", "issued.jsonl", "-delegation", file, file+".d")
		_, errs := e2eid(t, 1, "verify", "-trust", "trust.json", "-discover", "-kind", "certificate", "-revocation", file+".d", "issued.jsonl")
		if strings.Contains(errs, "bad_revocation") != refused {
			t.Errorf("%s: %s", file, errs)
		}
	}
	e2eid(t, exitUsage, "publish", "-authority", "a.example", "-key", "stranger", "-issued", "issued.jsonl", "-delegation", "good.jwt", "folder")
}

// The forms of RFC 9881, Section 6 and RFC 9964, Section 3, with the working group's key.
func TestFormsOfMLDSAKeys(t *testing.T) {
	var vector struct {
		JWK struct {
			Kid, Kty, Alg, Pub, Priv string
		}
	}
	if err := json.Unmarshal(vectors.Read(t, "vc/ml-dsa-jose/ML_DSA_44.jose.json"), &vector); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	jwk, err := json.Marshal(map[string]string{"kty": vector.JWK.Kty, "alg": vector.JWK.Alg, "pub": vector.JWK.Pub, "priv": vector.JWK.Priv})
	if err != nil {
		t.Fatal(err)
	}
	seed, err := base64.RawURLEncoding.DecodeString(vector.JWK.Priv)
	if err != nil {
		t.Fatal(err)
	}
	_, private := mldsa44.NewKeyFromSeed((*[32]byte)(seed))
	both, err := asn1.Marshal(struct{ Seed, Expanded []byte }{seed, private.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	mixed := bytes.Clone(both)
	mixed[len(mixed)-1] ^= 1
	expanded, err := asn1.Marshal(private.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	pkcs8 := func(private []byte) string {
		der, err := asn1.Marshal(privateKey{0, algorithmIdentifier{oidMLDSA44}, private})
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	}
	seedForm := append([]byte{0x80, 32}, seed...)
	// By hand: SEQUENCE, version 0, the algorithm's OID, an OCTET STRING with the seed.
	byHand := append([]byte{0x30, 0x34, 2, 1, 0, 0x30, 0x0b, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x11, 4, 0x22}, seedForm...)
	if block, _ := pem.Decode([]byte(pkcs8(seedForm))); !bytes.Equal(block.Bytes, byHand) {
		t.Errorf("PKCS #8 is %x, by hand %x", block.Bytes, byHand)
	}
	spki := append([]byte{0x30, 0x82, 5, 0x32, 0x30, 0x0b, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 0x11, 3, 0x82, 5, 0x21, 0}, private.Public().(*mldsa44.PublicKey).Bytes()...)
	for name, c := range map[string]struct {
		file          string
		private, good bool
	}{
		"seed":                         {pkcs8(seedForm), true, true},
		"both":                         {pkcs8(both), true, true},
		"a JWK":                        {string(jwk), true, true},
		"a public JWK":                 {`{"kty":"AKP","alg":"ML-DSA-44","pub":"` + vector.JWK.Pub + `"}`, false, true},
		"a public key":                 {string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})), false, true},
		"both, of two keys":            {pkcs8(mixed), true, false},
		"the expanded key alone":       {pkcs8(expanded), true, false},
		"a seed too short":             {pkcs8(append([]byte{0x80, 31}, seed[:31]...)), true, false},
		"a byte behind the seed":       {pkcs8(append(bytes.Clone(seedForm), 0)), true, false},
		"a JWK with another's pub":     {strings.Replace(string(jwk), vector.JWK.Pub[:4], "AAAA", 1), true, false},
		"a JWK of ML-DSA-87":           {strings.Replace(string(jwk), "ML-DSA-44", "ML-DSA-87", 1), true, false},
		"a JWK with a seed too short":  {strings.Replace(string(jwk), vector.JWK.Priv, vector.JWK.Priv[4:], 1), true, false},
		"a public key with more in it": {string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: append(bytes.Clone(spki), 0)})), false, false},
	} {
		path := filepath.Join(t.TempDir(), "key")
		writeText(t, path, c.file)
		if _, err := readKey(path); (err == nil) != (c.private && c.good) {
			t.Errorf("%s as a private key: %v", name, err)
		}
		k, err := readPublicKey(path)
		if (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
		if c.good && base64.RawURLEncoding.EncodeToString(k.Key) != vector.JWK.Pub {
			t.Errorf("%s: another key", name)
		}
	}
}

// A padded folder is read by all commands.
func TestPaddedFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	writeKey(t, "key.pem", 1)
	writeText(t, "issued.jsonl", `{"list":"https://a.example/1","issued":100}`)
	writeText(t, "revoked.csv", "list,index,reason\nhttps://a.example/1,7,keyCompromise\nhttps://a.example/1,9,certificateHold\n")
	out, _ := e2eid(t, exitOK, "publish", "-authority", "a.example", "-key", "key.pem", "-issued", "issued.jsonl", "-revoked", "revoked.csv", "-details", "-pad", "128", "folder")
	if !strings.Contains(out, "1 revoked, 1 suspended, 128 bytes") {
		t.Error(out)
	}
	e2eid(t, exitOK, "lists", "verify", "-key", "key.pem", "folder", "a.example")
	e2eid(t, exitUsage, "publish", "-authority", "a.example", "-key", "key.pem", "-issued", "issued.jsonl", "-pad", "100", "other")
	raw, err := os.ReadFile("folder/a.example/head")
	if err != nil {
		t.Fatal(err)
	}
	u, err := revocation.ParseHead(raw)
	if err != nil {
		t.Fatal(err)
	}
	l := u.Body().Lists[0]
	for name, want := range map[string]string{l.Snapshot.Name(): `"suspendedIndexes":[9]`, l.Details.Name(): `"reason":"keyCompromise"`} {
		out, _ := e2eid(t, exitOK, "inspect", "-json", "-head", "folder/a.example/head", "folder/blob/"+name)
		if !strings.Contains(out, want) {
			t.Errorf("%s is not in %s", want, out)
		}
	}
}
