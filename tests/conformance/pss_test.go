package conformance

import (
	"crypto"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
)

// A root with an RSA key in each of its forms certifies by RSASSA-PSS, as the form permits and not. OpenSSL says the same
// where it is present.
func TestRSASSAPSSCertificates(t *testing.T) {
	program, err := exec.LookPath("openssl")
	if err != nil {
		t.Log("no openssl here: its verdict is missing")
	}
	plain := testca.NewKey(testca.RSA2048, "root")
	const id = "1.2.840.113549.1.1.10"
	spki := func(algorithm []byte) []byte { return testca.RawSPKI(algorithm, testca.RawPublicKey(plain.Public())) }
	sha256 := func(salt int) []byte { return testca.PSSAlgorithm(crypto.SHA256, crypto.SHA256, salt) }
	for _, test := range []struct {
		name string
		key  []byte // of the root; nil: rsaEncryption
		sign testca.Key
		ok   bool
		// The signature is right but has parameters that we do not take, by policy.
		policy bool
	}{
		{"rsaEncryption, SHA-256", nil, plain.PSS(crypto.SHA256, 32), true, false},
		{"rsaEncryption, SHA-384 and a short salt", nil, plain.PSS(crypto.SHA384, 7), true, false},
		{"rsaEncryption, SHA-512 without a salt", nil, plain.PSS(crypto.SHA512, 0), true, false},
		{"rsaEncryption, the largest salt", nil, plain.PSS(crypto.SHA256, 222), true, false},
		{"rsaEncryption, SHA-1", nil, plain.PSS(crypto.SHA1, 20), false, true},
		{"rsaEncryption, SHA-224", nil, plain.PSS(crypto.SHA224, 28), false, true},
		{"id-RSASSA-PSS without parameters", spki(testca.Algorithm(id, nil)), plain.PSS(crypto.SHA512, 64), true, false},
		{"id-RSASSA-PSS with these parameters", spki(sha256(32)), plain.PSS(crypto.SHA256, 32), true, false},
		{"id-RSASSA-PSS, a longer salt than the key's", spki(sha256(20)), plain.PSS(crypto.SHA256, 32), true, false},
		{"id-RSASSA-PSS, a shorter salt than the key's", spki(sha256(32)), plain.PSS(crypto.SHA256, 31), false, false},
		{"id-RSASSA-PSS, another hash than the key's", spki(sha256(32)), plain.PSS(crypto.SHA512, 64), false, false},
		{"id-RSASSA-PSS without parameters, PKCS #1 v1.5", spki(testca.Algorithm(id, nil)), plain, false, false},
		{"id-RSASSA-PSS with parameters, PKCS #1 v1.5", spki(sha256(32)), plain, false, false},
	} {
		a := testca.New(testca.Options{NoStatus: true})
		root := a.RootCert()
		root.RawKey = test.key
		ca := testca.NewRoot(root, test.sign)
		ee := ca.Issue(a.Alice())

		issuer, err := x509.ParseCertificate(ca.DER)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		subject, err := x509.ParseCertificate(ee)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		check, err := subject.SignedBy(issuer.PublicKey)
		if ok := err == nil && native.Verify(check) == signature.Valid; ok != test.ok {
			t.Errorf("%s: %v, %v", test.name, ok, err)
		}
		if program == "" {
			continue
		}
		dir := t.TempDir()
		for name, der := range map[string][]byte{"root": ca.DER, "ee": ee} {
			block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
			if err := os.WriteFile(filepath.Join(dir, name), block, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out, err := exec.Command(program, "verify", "-auth_level", "0", "-attime", "1795500000",
			"-CAfile", filepath.Join(dir, "root"), filepath.Join(dir, "ee")).CombinedOutput()
		if (err == nil) != (test.ok || test.policy) {
			t.Errorf("%s: openssl verify: %v\n%s", test.name, err, out)
		}
	}
}
