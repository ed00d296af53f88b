package main

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
)

// writeRequest writes a certification request in PEM.
func writeRequest(t *testing.T, path string, key crypto.Signer, names ...string) []byte {
	t.Helper()
	var template x509.CertificateRequest
	for _, s := range names {
		u, err := url.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		template.URIs = append(template.URIs, u)
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &template, key)
	if err != nil {
		t.Fatal(err)
	}
	writeText(t, path, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})))
	return der
}

const aliceName = "mimi://example.com/u/alice"

// certificateWorld makes an authority and a request in a new folder, and returns arguments of issue.
func certificateWorld(t *testing.T) []string {
	t.Helper()
	t.Chdir(t.TempDir())
	root, _ := e2eid(t, exitOK, "keys", "authority", "-organization", "Example", "-list", "https://id.example.com/1", "-ca-list", "https://id.example.com/ca", "ca")
	writeText(t, "root.pem", root)
	writeRequest(t, "alice.csr", testca.NewKey(testca.Ed25519, "alice 1").Signer, aliceName)
	return []string{"issue", "-kind", "certificate", "-authority", "ca", "-account", "alice", "-name", aliceName, "-for", "24h"}
}

// From an authority's keys to the verdict about a certificate, and about it when it is revoked.
func TestACertificateIsIssuedAndRevoked(t *testing.T) {
	args := certificateWorld(t)
	der := writeRequest(t, "bare.csr", testca.NewKey(testca.P256, "alice 2").Signer)
	writeText(t, "bare.der", string(der))
	for index, request := range []string{"alice.csr", "bare.csr", "bare.der"} {
		chain, errs := e2eid(t, exitOK, append(args, "-display-name", "Alice", request)...)
		if want := "e2eid: index " + string(rune('0'+index)) + " of list https://id.example.com/1\n"; errs != want {
			t.Errorf("%s: %s, want %s", request, errs, want)
		}
		writeText(t, "chain.pem", chain)
		out, _ := e2eid(t, exitOK, "verify", "-kind", "certificate", "-root", "root.pem", "-status", "uncheckedUnsafe", "-expect", aliceName, "chain.pem")
		if !strings.HasPrefix(out, "VERIFIED: "+aliceName+"\n") {
			t.Errorf("%s: %s", request, out)
		}
	}
	key, _ := e2eid(t, exitOK, "keys", "new", "head.pem")
	block, _ := pem.Decode([]byte(readText(t, "root.pem")))
	writeText(t, "trust.json", `{"authorities":[{"id":"example","scope":["example.com"],"anchors":["`+base64.StdEncoding.EncodeToString(block.Bytes)+`"],"revocation":{"keys":[`+key+`]}}]}`)
	writeText(t, "issued.csv", "list,issued\nhttps://id.example.com/1,100\nhttps://id.example.com/ca,1\n")
	writeText(t, "revoked.csv", "list,index\nhttps://id.example.com/1,2\n")
	publish := []string{"publish", "-authority", "example", "-key", "head.pem", "-issued", "issued.csv"}
	verify := []string{"verify", "-kind", "certificate", "-trust", "trust.json", "-revocation", "mirror", "-expect", aliceName, "-json", "chain.pem"}
	e2eid(t, exitOK, append(publish, "mirror")...)
	e2eid(t, exitOK, verify...)
	e2eid(t, exitOK, append(publish, "-revoked", "revoked.csv", "mirror")...)
	if out, _ := e2eid(t, 1, verify...); !strings.Contains(out, `"code":"revoked"`) {
		t.Error(out)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// What is refused takes no index, and leaves the authority as it was.
func TestWhatIssueRefusesToCertify(t *testing.T) {
	args := certificateWorld(t)
	key := testca.NewKey(testca.Ed25519, "alice 1").Signer
	writeRequest(t, "bob.csr", key, "mimi://example.com/u/bob")
	der := writeRequest(t, "both.csr", key, aliceName, "mimi://example.com/u/bob")
	der[len(der)-1] ^= 1
	writeText(t, "unsigned.der", string(der))
	writeText(t, "two.csr", readText(t, "alice.csr")+readText(t, "alice.csr"))
	writeText(t, "long.csr", strings.Repeat("x", maxRequest+1))
	inventory := filepath.Join("ca", "inventory.json")
	before := readText(t, inventory)
	for _, c := range []struct {
		why  string
		args []string
	}{
		{"issue takes one file", nil},
		{"-for says how long", []string{"-for", "0s", "alice.csr"}},
		{"-kind certificate takes", []string{"-authority", "", "alice.csr"}},
		{"-kind certificate takes", []string{"-account", "", "alice.csr"}},
		{"-key does not go with -kind certificate", []string{"-key", "key.pem", "alice.csr"}},
		{"does not go with -kind sd-jwt", []string{"-kind", "sd-jwt", "alice.csr"}},
		{"-name mimi://Example.com/u/alice: name: upper-case", []string{"-name", "mimi://Example.com/u/alice", "alice.csr"}},
		{"it names no user, client or host", []string{"-name", "mimi://example.com/r/room", "alice.csr"}},
		{"a name stands twice", []string{"-name", aliceName, "alice.csr"}},
		{`does not own "mimi://example.com/u/bob"`, []string{"bob.csr"}},
		{`does not own "mimi://example.com/u/bob"`, []string{"both.csr"}},
		{"no proof of possession", []string{"unsigned.der"}},
		{"there are 2 requests", []string{"two.csr"}},
		{"is a CERTIFICATE, not a CERTIFICATE REQUEST", []string{"root.pem"}},
		{"is too large", []string{"long.csr"}},
		{"no such file", []string{"nowhere.csr"}},
		{"no such file", []string{"-authority", "nowhere", "alice.csr"}},
		{"validity out of bounds", []string{"-for", "721h", "alice.csr"}},
		{"not valid at this time", []string{"-from", "2020-01-01T00:00:00Z", "alice.csr"}},
	} {
		refuses(t, c.why, append(slices.Clone(args), c.args...))
	}
	authority := []string{"keys", "authority", "-organization", "Example", "-list", "https://id.example.com/1", "-ca-list", "https://id.example.com/ca"}
	refuses(t, "a folder that is not empty", append(slices.Clone(authority), "ca"))
	refuses(t, "list ids are empty, too long, equal", append(slices.Clone(authority), "-ca-list", "https://id.example.com/1", "new"))
	refuses(t, "-algorithm of an authority", append(slices.Clone(authority), "-algorithm", "ML-DSA-44", "new"))
	if readText(t, inventory) != before {
		t.Error("the inventory has changed")
	}
	if _, err := os.Stat("new"); !os.IsNotExist(err) {
		t.Error("an authority that was refused is there", err)
	}
}
