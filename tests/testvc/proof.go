package testvc

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"encoding/json"
	"strings"
	"testing"
)

// Prove makes a Data Integrity proof over document, which has none, and over the previous proofs, if there are any. It
// returns options, which say what the proof is, with its value. Canonical JSON is made by the standard library, and so
// names are ASCII and numbers small integers.
func (k *Key) Prove(t testing.TB, document, options string, previous ...string) string {
	t.Helper()
	if len(previous) > 0 {
		document = addMember(document, `"proof":[`+strings.Join(previous, ",")+`]`)
	}
	h := crypto.SHA256
	if k.Alg == "ES384" {
		h = crypto.SHA384
	}
	var message []byte
	for _, text := range []string{options, document} {
		w := h.New()
		w.Write(canonical(t, text))
		message = w.Sum(message)
	}
	return addMember(options, `"proofValue":"`+Base58(k.SignRaw(t, message))+`"`)
}

// WithProofs returns a document with its proof, or with several in an array.
func WithProofs(document string, proofs ...string) string {
	member := strings.Join(proofs, ",")
	if len(proofs) != 1 {
		member = "[" + member + "]"
	}
	return addMember(document, `"proof":`+member)
}

// Multikey returns the public key as publicKeyMultibase of a Multikey.
func (k *Key) Multikey() string {
	if _, ok := k.signer.Public().(*ecdsa.PublicKey); !ok {
		return Base58(append([]byte{0xed, 0x01}, k.Raw()...))
	}
	prefix := map[string]byte{"ES256": 0x80, "ES384": 0x81, "ES512": 0x82}[k.Alg]
	raw := k.Raw()
	half := (len(raw) - 1) / 2
	compressed := append([]byte{2 + raw[len(raw)-1]&1}, raw[1:1+half]...)
	return Base58(append([]byte{prefix, 0x24}, compressed...))
}

// DIDKey returns the public key as a did:key.
func (k *Key) DIDKey() string { return "did:key:" + k.Multikey() }

func addMember(object, member string) string { return object[:len(object)-1] + "," + member + "}" }

func canonical(t testing.TB, text string) []byte {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
