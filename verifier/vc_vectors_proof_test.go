package verifier_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
	"github.com/e2eid/e2eid/verifier"
)

// Every document below data-integrity that has a proof: those of suites on JCS are verified with the vectors' key as the
// issuer's, and nothing is known of any other.
func TestDataIntegrityVectors(t *testing.T) {
	root := vectors.Path(t, "vc", "data-integrity")
	verified := map[string]string{
		"eddsa/eddsa-jcs-2022/signedJCS.json":                        multibaseJWK(t, "eddsa", "keyPair.json"),
		"ecdsa/ecdsa-jcs-2019-p256/signedJCSECDSAP256.json":          multibaseJWK(t, "ecdsa", "p256KeyPair.json"),
		"ecdsa/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json":          multibaseJWK(t, "ecdsa", "p384KeyPair.json"),
		"quantum-safe/mldsa44-jcs-2024/signed-mldsa44-jcs-2024.json": mldsaJWK(t),
	}
	// bbs-2023 10, ecdsa-sd-2023 4, ecdsa-rdfc-2019 4, eddsa-rdfc-2022 2 and with sets and chains 6, Ed25519Signature2020 1,
	// mldsa44-rdfc-2024 1, slhdsa128 2.
	const unsupported = 30
	count := vectors.NewCount(t, "data-integrity", 4+unsupported)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var doc struct {
			Proof  json.RawMessage
			Issuer json.RawMessage
		}
		if json.Unmarshal(text, &doc) != nil || doc.Proof == nil || doc.Issuer == nil {
			return nil // a step on the way to the document
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		count.Case(name, func(t *testing.T) { dataIntegrityVector(t, string(text), issuerID(t, doc.Issuer), verified[name]) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// dataIntegrityVector judges a document whose issuer has this key; "" if its suite is not known.
func dataIntegrityVector(t *testing.T, text, issuer, jwk string) {
	const at = 1_680_000_000 // in 2023, when the proofs were made
	if jwk == "" {
		trust := issuersWith(testvc.NewKey(t, "ES256").JWK(""), "https://vc.example/issuers/5678")
		if got := said(bareAt(t, trust, at, text)); got != "unverified unsupported_credential CRED-1" {
			t.Error(got)
		}
		return
	}
	if did.Is(issuer) {
		foreignMethodVector(t, text, issuer, jwk)
		return
	}
	trust := issuersWith(jwk, issuer)
	if got := said(bareAt(t, trust, at, text)); got != "verified" {
		t.Error(got)
	}
	changed := strings.Replace(text, `"VerifiableCredential"`, `"VerifiableCredential", "x"`, 1)
	if got := said(bareAt(t, trust, at, changed)); got != "rejected bad_signature PATH-1" {
		t.Errorf("changed: %s", got)
	}
}

// foreignMethodVector judges a document whose issuer is the did:key of one key, and which was signed with another, as the
// document with ML-DSA has it. Its proof holds by that key, and is nobody's: a verification method is its issuer's, or none.
func foreignMethodVector(t *testing.T, text, issuer, jwk string) {
	trust := verifier.Trust{Authorities: []verifier.Authority{{ID: "vectors", Status: verifier.StatusUncheckedUnsafe, Issuers: []verifier.Issuer{{ID: issuer}}}}}
	if got := said(bareAt(t, trust, 1_680_000_000, text)); got != "rejected untrusted_issuer PATH-1" {
		t.Error(got)
	}
	p, err := vc.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	key, err := jose.ParseKey([]byte(jwk))
	if err != nil {
		t.Fatal(err)
	}
	check, err := p.Credentials[0].Signatures()[0].Check(key)
	if err != nil || native.Verify(check) != signature.Valid {
		t.Errorf("the proof does not hold: %v", err)
	}
}

func issuerID(t *testing.T, issuer json.RawMessage) string {
	var id string
	if json.Unmarshal(issuer, &id) == nil {
		return id
	}
	var object struct{ ID string }
	if err := json.Unmarshal(issuer, &object); err != nil {
		t.Fatal(err)
	}
	return object.ID
}

func multibaseJWK(t *testing.T, elem ...string) string {
	key, err := did.Multikey(vectors.Multibase(t, elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(key.JWK())
}

func mldsaJWK(t *testing.T) string {
	key, err := jose.KeyOf(pkix.PublicKey{Kind: pkix.KeyMLDSA44, Key: vectors.MLDSA44(t)})
	if err != nil {
		t.Fatal(err)
	}
	return string(key.JWK())
}
