package redteam

import (
	"crypto/ecdsa"
	"encoding/asn1"
	"math/big"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// askLeaf judges a LeafNode of a KeyPackage for a user.
func (w *group) askLeaf(l mlstest.LeafNode, user string) verifier.Verdict {
	return w.ask(verifier.Presentation{Kind: verifier.LeafNode, Bytes: l.Build(), CipherSuite: suite, Carrier: verifier.InKeyPackage, Expected: []string{user}})
}

// Row 45 in MLS: Mallory has a certificate for her name over Alice's key, of an authority that asked for no proof of
// possession, and puts it into a leaf.
func TestRow45UnknownKeyShareInALeafNode(t *testing.T) {
	w := newWorld(t)
	template := w.ca.Client("mallory", "1", 3)
	template.Key = testca.NewKey(testca.P256, "alice 1").Public()
	hers := w.ca.Chain(template)
	const mallory = "mimi://example.com/u/mallory"

	honest := leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...)
	verified(t, w.askLeaf(honest, alice))
	parsed, err := mls.ParseLeafNode(honest.Build())
	if err != nil {
		t.Fatal(err)
	}
	honest.EncryptionKey = parsed.EncryptionKey
	// Alice's leaf and signature with the other certificate: the signature covers the credential.
	swapped := honest
	swapped.Credential, swapped.Signature = mlstest.X509(hers...), leafSignature(t, honest.Build())
	for _, user := range []string{alice, mallory} {
		rejected(t, w.askLeaf(swapped, user), verifier.CodeBadSignature)
	}
	// Her own leaf, signed by her own key.
	rejected(t, w.askLeaf(leaf(signer("mallory", "1"), hers...), mallory), verifier.CodeKeyMismatch)
}

// Row 46 in MLS: of the key under which Alice's signature of her leaf verifies as well Mallory has a certificate. The leaf's
// signed bytes have its key and credential, so that neither can be replaced.
func TestRow46DuplicateSignatureKeySelectionOfALeafNode(t *testing.T) {
	w := newWorld(t)
	honest := leaf(signer("alice", "1"), w.ca.Chain(w.ca.Alice())...)
	built := honest.Build()
	parsed, err := mls.ParseLeafNode(built)
	if err != nil {
		t.Fatal(err)
	}
	// MLS has ECDSA signatures in DER, and these are Alice's two halves.
	message, der := leafContent(t, built), leafSignature(t, built)
	sig := rawSignature(t, der)
	key := secondKey(t, signer("alice", "1").Public().(*ecdsa.PublicKey), message, sig)
	check, err := signature.New(signature.ECDSAP256SHA256, raw(t, key), message, sig)
	if err != nil || native.Run([]signature.Check{check})[0] != signature.Valid {
		t.Fatalf("the attack itself does not work: %v", err)
	}
	for _, user := range []string{"mallory", "alice"} {
		template := w.ca.Client(user, "1", 3)
		template.Key = key
		l := honest
		l.EncryptionKey, l.SignatureKey, l.Signature = parsed.EncryptionKey, raw(t, key), der
		l.Credential = mlstest.X509(w.ca.Chain(template)...)
		rejected(t, w.askLeaf(l, "mimi://example.com/u/"+user), verifier.CodeBadSignature)
		// Nor with the key of the leaf as it was.
		l.SignatureKey = nil
		rejected(t, w.askLeaf(l, "mimi://example.com/u/"+user), verifier.CodeKeyMismatch)
	}
}

// rawSignature is the two halves of an ECDSA signature in DER.
func rawSignature(t *testing.T, der []byte) []byte {
	t.Helper()
	var halves struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &halves); err != nil || len(rest) != 0 {
		t.Fatal("no signature in DER")
	}
	return append(halves.R.FillBytes(make([]byte, 32)), halves.S.FillBytes(make([]byte, 32))...)
}
