package ocsp_test

import (
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/revocation/ocsp"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testocsp"
)

// A desk is a folder with the files that the openssl program wants.
type desk struct {
	dir       string
	world     world
	responder *testocsp.Responder // a delegate
}

// newDesk skips the test where there is no openssl program.
func newDesk(t *testing.T) desk {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("no openssl program")
	}
	w := newWorld(testca.P256)
	d := desk{t.TempDir(), w, testocsp.Delegate(w.authority.Intermediate, "Responder", nil)}
	ca := w.authority.Intermediate
	d.write(t, "root.pem", "CERTIFICATE", w.authority.Root.DER)
	d.write(t, "ca.pem", "CERTIFICATE", ca.DER)
	d.write(t, "ca.key", "PRIVATE KEY", pkcs8(t, ca.Key))
	d.write(t, "delegate.pem", "CERTIFICATE", d.responder.Cert)
	d.write(t, "delegate.key", "PRIVATE KEY", pkcs8(t, d.responder.Key))
	d.write(t, "cert.pem", "CERTIFICATE", w.cert)
	return d
}

func pkcs8(t *testing.T, key testca.Key) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key.Signer)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func (d desk) write(t *testing.T, name, kind string, der []byte) {
	t.Helper()
	if kind != "" {
		der = pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	}
	if err := os.WriteFile(filepath.Join(d.dir, name), der, 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs openssl ocsp and returns what it prints.
func (d desk) run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("openssl", append([]string{"ocsp"}, args...)...)
	cmd.Dir = d.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func TestResponsesOfOpenSSLAreRead(t *testing.T) {
	d := newDesk(t)
	cert, err := x509.ParseCertificate(d.world.cert)
	if err != nil {
		t.Fatal(err)
	}
	caKey := publicKey(t, d.world.authority.Intermediate.Key)
	for _, hash := range []string{"-sha1", "-sha256"} {
		d.run(t, hash, "-issuer", "ca.pem", "-cert", "cert.pem", "-reqout", "request")
		for line, want := range map[string]ocsp.Status{
			"V\t361231000000Z\t\t":                            ocsp.Good,
			"R\t361231000000Z\t261001000000Z,keyCompromise\t": ocsp.Revoked,
			"": ocsp.Unknown,
		} {
			if line != "" {
				line += strings.ToUpper(new(big.Int).Set(cert.SerialNumber).Text(16)) + "\tunknown\t/CN=alice\n"
			}
			d.write(t, "index", "", []byte(line))
			for _, signer := range []string{"ca", "delegate"} {
				for _, options := range [][]string{nil, {"-resp_key_id"}, {"-resp_no_certs"}} {
					d.run(t, append([]string{"-index", "index", "-CA", "ca.pem", "-rsigner", signer + ".pem", "-rkey", signer + ".key",
						"-reqin", "request", "-respout", "response", "-ndays", "1"}, options...)...)
					in, err := os.ReadFile(filepath.Join(d.dir, "response"))
					if err != nil {
						t.Fatal(err)
					}
					agree(t, in)
					r := mustParse(t, in)
					s := r.Singles[0]
					if s.Status != want || !s.ID.Matches(cert.RawIssuer, caKey.Key, s.ID.Serial) || r.Nonce == nil {
						t.Errorf("%v, %s, %v: %+v", hash, signer, options, r)
					}
					key := caKey
					if signer == "delegate" {
						key = publicKey(t, d.responder.Key)
					}
					check, err := r.Check(key)
					if err != nil || native.Verify(check) != signature.Valid {
						t.Errorf("%v, %s, %v: signature %v", hash, signer, options, err)
					}
				}
			}
		}
	}
}

// Our tests' responses are such as openssl believes: what is learned from them holds for real ones.
func TestOpenSSLBelievesResponsesOfTests(t *testing.T) {
	d := newDesk(t)
	for who, responder := range d.world.responders() {
		for what, template := range map[string]testocsp.Response{
			"good": responder.Good(d.world.cert), "revoked": responder.Revoked(d.world.cert, testca.At, 1),
		} {
			d.write(t, "response", "", responder.Sign(template))
			at := testca.At.Unix()
			out := d.run(t, "-respin", "response", "-issuer", "ca.pem", "-cert", "cert.pem", "-CAfile", "root.pem",
				"-verify_other", "ca.pem", "-no_nonce", "-attime", big.NewInt(at).String(), "-validity_period", "999999999")
			if !strings.Contains(out, "Response verify OK") || !strings.Contains(out, "cert.pem: "+what) {
				t.Errorf("%s, %s: %s", who, what, out)
			}
		}
	}
}
