package x509

import (
	"bytes"
	stdx509 "crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/vectors"
)

// pkits returns every certificate of the NIST suite and of its re-signed variants.
func pkits(t testing.TB) map[string][]byte {
	files := map[string][]byte{}
	for _, folder := range []string{"certs", "variants/p256/certs", "variants/ml-dsa-44/certs", "variants/ml-dsa-65/certs"} {
		dir := vectors.Path(t, "pkits", filepath.FromSlash(folder))
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".crt") {
				continue
			}
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			files[folder+"/"+e.Name()] = b
		}
	}
	return files
}

// What is malformed in the suite, all of it in tests that must fail or need DSA.
var pkitsMalformed = map[string]string{
	"certs/BadSignedCACert.crt":              "signature BIT STRING with unused bits (test 4.1.2)",
	"certs/InvalidDSASignatureTest6EE.crt":   "signature BIT STRING with unused bits (test 4.1.6)",
	"variants/ml-dsa-65/certs/DSACACert.crt": "algorithm outside differs from the one inside (test 4.1.4, DSA)",
}

func TestEveryPKITSCertificateDecodes(t *testing.T) {
	files := pkits(t)
	if len(files) < 1500 {
		t.Fatalf("found %d certificates, want the suite and three variants", len(files))
	}
	for name, der := range files {
		_, err := ParseCertificate(der)
		if why, malformed := pkitsMalformed[name]; malformed != (err != nil) {
			t.Errorf("%s: %v, want malformed = %v %s", name, err, malformed, why)
		}
	}
}

// The standard library is an oracle: what both decode must say the same.
func TestFieldsAgreeWithStandardLibrary(t *testing.T) {
	compared := 0
	for name, der := range pkits(t) {
		c, err := ParseCertificate(der)
		if err != nil {
			continue // the test above reports it
		}
		std, err := stdx509.ParseCertificate(der)
		if err != nil {
			continue
		}
		compared++
		same(t, name, c, std)
	}
	if compared < 1000 {
		t.Errorf("compared %d certificates only", compared)
	}
}

func same(t *testing.T, name string, c *Certificate, std *stdx509.Certificate) {
	t.Helper()
	serial, err := asn1.Marshal(std.SerialNumber)
	if err != nil || !bytes.Equal(serial[2:], c.Serial) {
		t.Errorf("%s: serial %x, want %x", name, c.Serial, serial)
	}
	checks := map[string]bool{
		"version":  c.Version == std.Version,
		"subject":  bytes.Equal(c.Subject.Raw, std.RawSubject),
		"issuer":   bytes.Equal(c.Issuer.Raw, std.RawIssuer),
		"times":    c.NotBefore.Equal(std.NotBefore) && c.NotAfter.Equal(std.NotAfter),
		"spki":     bytes.Equal(c.RawPublicKey, std.RawSubjectPublicKeyInfo),
		"tbs":      bytes.Equal(c.RawTBS, std.RawTBSCertificate),
		"sig":      bytes.Equal(c.Signature, std.Signature),
		"ski":      bytes.Equal(c.SubjectKeyID, std.SubjectKeyId),
		"ca":       (c.BasicConstraints != nil) == std.BasicConstraintsValid && (c.BasicConstraints == nil || c.BasicConstraints.CA == std.IsCA),
		"policies": len(c.Policies) == len(std.Policies),
		"exts":     len(c.Extensions) == len(std.Extensions),
	}
	if c.BasicConstraints != nil {
		want := std.MaxPathLen
		if want == 0 && !std.MaxPathLenZero {
			want = -1
		}
		checks["pathLen"] = c.BasicConstraints.MaxPathLen == want
	}
	if c.KeyUsage != nil {
		checks["keyUsage"] = int(*c.KeyUsage) == int(std.KeyUsage)
	}
	if c.AuthorityKeyID != nil {
		checks["aki"] = bytes.Equal(c.AuthorityKeyID.KeyID, std.AuthorityKeyId)
	}
	if s, ok := c.Subject.Text(OIDCommonName); ok {
		checks["cn"] = s == std.Subject.CommonName
	}
	for i, e := range c.Extensions {
		checks["ext "+e.ID.String()] = i < len(std.Extensions) && e.ID.String() == std.Extensions[i].Id.String() &&
			e.Critical == std.Extensions[i].Critical && bytes.Equal(e.Value, std.Extensions[i].Value)
	}
	for what, ok := range checks {
		if !ok {
			t.Errorf("%s: %s differs", name, what)
		}
	}
}

func TestOIDText(t *testing.T) {
	for _, s := range []string{"0.0", "0.39", "1.0", "1.39", "2.0", "2.5.29.17", "2.39", "2.40", "2.47", "2.48", "2.100", "2.999.3", "1.2.840.113549.1.1.11", "2.5.4294967295"} {
		o, ok := ParseOID(s)
		if !ok || o.String() != s {
			t.Errorf("ParseOID(%q) = %x, %v, which prints as %q", s, string(o), ok, o.String())
		}
	}
	for _, s := range []string{"", "1", "1.", ".1", "3.1", "0.40", "1.40", "01.2", "1.02", "1..2", "1.2.", "1.a", "1.4294967296", "-1.2"} {
		if o, ok := ParseOID(s); ok {
			t.Errorf("ParseOID(%q) = %x, want refusal", s, string(o))
		}
	}
	if got, want := OIDStatus.String(), "2.25.166729748438539482490491179987987410763"; got != want {
		t.Errorf("OIDStatus = %s, want %s", got, want)
	}
	for _, o := range []OID{"", "\x80\x01", "\x2a\x80\x01", "\x2a\x86"} {
		if o.String() != "" {
			t.Errorf("%x prints as %q, want nothing: it is no identifier", string(o), o.String())
		}
	}
}

// mlsCertificates are the certificates of the MLS vectors' trust configuration, made by another implementation.
func mlsCertificates(t testing.TB) (ders [][]byte) {
	var cases []struct {
		TrustAnchor  string `json:"trust_anchor"`
		Intermediate string `json:"intermediate"`
	}
	if err := json.Unmarshal(vectors.Read(t, "mls", "x509-keypackages.json"), &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		for _, s := range []string{c.TrustAnchor, c.Intermediate} {
			b, err := hex.DecodeString(s)
			if err != nil {
				t.Fatal(err)
			}
			ders = append(ders, b)
		}
	}
	return ders
}

func TestEveryTruncationIsRefused(t *testing.T) {
	der := mlsCertificates(t)[0]
	for n := range der {
		c, err := ParseCertificate(der[:n])
		if !errors.Is(err, ErrMalformed) || c != nil {
			t.Errorf("first %d bytes: %v, %v; want nil and ErrMalformed", n, c, err)
		}
	}
	if _, err := ParseCertificate(append(bytes.Clone(der), 0)); !errors.Is(err, ErrMalformed) {
		t.Errorf("with a byte after it: %v, want ErrMalformed", err)
	}
}

// FuzzParseCertificate: whatever we take, the standard library takes with the same fields, or is known to refuse for
// being less able; nothing of a refused input is returned.
func FuzzParseCertificate(f *testing.F) {
	for _, der := range mlsCertificates(f) {
		f.Add(der)
	}
	for name, der := range pkits(f) {
		if strings.HasPrefix(name, "variants/p256") && len(name)%7 == 0 {
			f.Add(der)
		}
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := ParseCertificate(der)
		if err != nil {
			if c != nil || !errors.Is(err, ErrMalformed) {
				t.Errorf("returned %v beside %v", c, err)
			}
			return
		}
		if !bytes.Equal(c.Raw, der) || !bytes.Contains(der, c.RawTBS) {
			t.Error("raw bytes are not those of the input")
		}
		for _, e := range c.Extensions {
			if e.ID.String() == "" {
				t.Error("extension with an identifier that is none")
			}
		}
		if _, err := c.SignedBy(c.PublicKey); err == nil && c.PublicKey.Kind == KeyUnknown {
			t.Error("a check by an unknown key")
		}
		if std, err := stdx509.ParseCertificate(der); err == nil {
			same(t, "fuzzed", c, std)
		}
	})
}
