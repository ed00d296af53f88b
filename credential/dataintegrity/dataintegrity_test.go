package dataintegrity_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/vectors"
)

func keyOf(t *testing.T, text string) *jose.Key {
	t.Helper()
	key, err := did.Multikey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func parse(t *testing.T, text []byte) (*dataintegrity.Proof, error) {
	v, err := strictjson.Parse(text, strictjson.Limits{Bytes: 1 << 20, Nodes: 1 << 14, Depth: 32})
	if err != nil {
		t.Fatal(err)
	}
	return dataintegrity.Parse(v)
}

func holds(p *dataintegrity.Proof, key *jose.Key) bool {
	check, err := p.Check(key)
	return err == nil && native.Verify(check) == signature.Valid
}

func mldsaKey(t *testing.T) *jose.Key {
	key, err := jose.KeyOf(pkix.PublicKey{Kind: pkix.KeyMLDSA44, Key: vectors.MLDSA44(t)})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestVectors(t *testing.T) {
	eddsa := vectors.Multibase(t, "eddsa", "keyPair.json")
	p256 := vectors.Multibase(t, "ecdsa", "p256KeyPair.json")
	p384 := vectors.Multibase(t, "ecdsa", "p384KeyPair.json")
	for _, c := range []struct {
		file []string
		key  *jose.Key
	}{
		{[]string{"eddsa", "eddsa-jcs-2022", "signedJCS.json"}, keyOf(t, eddsa)},
		{[]string{"ecdsa", "ecdsa-jcs-2019-p256", "signedJCSECDSAP256.json"}, keyOf(t, p256)},
		{[]string{"ecdsa", "ecdsa-jcs-2019-p384", "signedJCSECDSAP384.json"}, keyOf(t, p384)},
		{[]string{"quantum-safe", "mldsa44-jcs-2024", "signed-mldsa44-jcs-2024.json"}, mldsaKey(t)},
	} {
		text := vectors.Read(t, append([]string{"vc", "data-integrity"}, c.file...)...)
		p, err := parse(t, text)
		if err != nil || !holds(p, c.key) {
			t.Errorf("%s: %v, or the proof does not hold", c.file, err)
			continue
		}
		// Every member that is signed counts.
		for _, change := range [][2]string{{`"type": "DataIntegrityProof"`, `"x": 1, "type": "DataIntegrityProof"`}, {`"VerifiableCredential"`, `"VerifiableCredential", "x"`}, {"2023-02-24", "2023-02-25"}, {"assertionMethod", "authentication"}} {
			changed := strings.Replace(string(text), change[0], change[1], 1)
			if changed == string(text) {
				t.Fatalf("%s: %s is not there", c.file, change[0])
			}
			if p, err := parse(t, []byte(changed)); err == nil && holds(p, c.key) {
				t.Errorf("%s: holds with %s", c.file, change[1])
			}
		}
		// Not what is not: order and white space.
		v, _ := strictjson.Parse(text, strictjson.Limits{Bytes: 1 << 20, Nodes: 1 << 14, Depth: 32})
		var any map[string]any
		if err := json.Unmarshal([]byte(v.Raw()), &any); err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal(any)
		if p, err := parse(t, again); err != nil || !holds(p, c.key) {
			t.Errorf("%s: does not hold in another order", c.file)
		}
	}
}

func TestOtherSuitesAreUnsupported(t *testing.T) {
	for _, file := range [][]string{
		{"eddsa", "eddsa-rdfc-2022", "signedDataInt.json"}, {"ecdsa", "ecdsa-rdfc-2019-p256", "signedECDSAP256.json"},
		{"quantum-safe", "mldsa44-rdfc-2024", "signed-mldsa44-rdfc-2024.json"}, {"quantum-safe", "slhdsa128-jcs-2024", "signed-slhdsa128-jcs-2024.json"},
		{"eddsa", "Ed25519Signature2020", "signedEdSig.json"},
	} {
		if _, err := parse(t, vectors.Read(t, append([]string{"vc", "data-integrity"}, file...)...)); !errors.Is(err, dataintegrity.ErrUnsupported) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestProofsThatAreRefused(t *testing.T) {
	good := string(vectors.Read(t, "vc", "data-integrity", "eddsa", "eddsa-jcs-2022", "signedJCS.json"))
	for name, c := range map[string]struct {
		from, to string
		want     error
	}{
		"no value":                   {`"proofValue": "z`, `"other": "z`, dataintegrity.ErrFormat},
		"a value in another base":    {`"proofValue": "z`, `"proofValue": "u`, dataintegrity.ErrFormat},
		"a value that is a number":   {`"proofPurpose": "assertionMethod"`, `"proofPurpose": 1`, dataintegrity.ErrFormat},
		"a date without a zone":      {"2023-02-24T23:36:38Z", "2023-02-24T23:36:38", dataintegrity.ErrFormat},
		"a chain without its first":  {`"proofPurpose"`, `"previousProof": "x", "proofPurpose"`, dataintegrity.ErrFormat},
		"a set of nothing":           {`"proof": {`, `"proof": [{}, {}], "other": {`, dataintegrity.ErrFormat},
		"no proof":                   {`"proof": {`, `"proof": [], "other": {`, dataintegrity.ErrFormat},
		"a context not the document": {"\"@context\": [\n      \"https://www.w3.org/ns/credentials/v2\"", "\"@context\": [\n      \"https://www.w3.org/ns/credentials/v3\"", dataintegrity.ErrFormat},
	} {
		if !strings.Contains(good, c.from) {
			t.Fatalf("%s: nothing to change", name)
		}
		if p, err := parse(t, []byte(strings.Replace(good, c.from, c.to, 1))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v %v, want %v", name, p, err, c.want)
		}
	}
	p, err := parse(t, []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Check(mldsaKey(t)); !errors.Is(err, dataintegrity.ErrKey) {
		t.Errorf("a key of another suite: %v", err)
	}
}
