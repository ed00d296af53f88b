package vectors

import (
	"encoding/hex"
	"encoding/json"
	"testing"
)

// Multibase returns the public key of a file with a key pair, below vectors/vc/data-integrity.
func Multibase(t testing.TB, elem ...string) string {
	t.Helper()
	var pair struct{ PublicKeyMultibase string }
	readProofKey(t, &pair, elem...)
	return pair.PublicKeyMultibase
}

// MLDSA44 returns the public key of the ML-DSA-44 proofs there.
func MLDSA44(t testing.TB) []byte {
	t.Helper()
	var doc struct {
		Mldsa44 struct{ PublicKeyHex string }
	}
	readProofKey(t, &doc, "quantum-safe", "inputs", "KeysMLDSA.json")
	raw, err := hex.DecodeString(doc.Mldsa44.PublicKeyHex)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func readProofKey(t testing.TB, to any, elem ...string) {
	t.Helper()
	if err := json.Unmarshal(Read(t, append([]string{"vc", "data-integrity"}, elem...)...), to); err != nil {
		t.Fatal(err)
	}
}
