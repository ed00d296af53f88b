package main

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// e2eid runs a command in the current folder.
func e2eid(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(args, strings.NewReader(""), &out, &errs); got != want {
		t.Fatalf("e2eid %q: exit %d, want %d\n%s%s", args, got, want, &out, &errs)
	}
	return out.String(), errs.String()
}

func writeKey(t *testing.T, path string, n byte) ed25519.PrivateKey {
	t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32))
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	writeText(t, path, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	return key
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func writeIssuer(t *testing.T, path string, key crypto.Signer) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Unix(0, 0), NotAfter: time.Now().AddDate(1, 0, 0), KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte{1}}
	der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	writeText(t, path, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPublishFromRecords(t *testing.T) {
	t.Chdir(t.TempDir())
	writeKey(t, "key.pem", 1)
	ca := writeKey(t, "ca.key", 2)
	issuer := writeIssuer(t, "ca.pem", ca)
	now := time.Now().UTC().Truncate(time.Second)
	stamp := func(d time.Duration) string { return now.Add(d).Format(time.RFC3339) }
	writeText(t, "issued.csv", "list,issued,expires\nhttps://a.example/1,1000,"+stamp(1000*time.Hour)+"\n")
	var issued strings.Builder
	for i := range 200 {
		fmt.Fprintf(&issued, `{"list":"urn:serials","serial":"%x","notBefore":"%s","notAfter":"%s"}`+"\n", 0x1000+i, stamp(-48*time.Hour), stamp(1000*time.Hour))
	}
	writeText(t, "issued.jsonl", issued.String())
	writeText(t, "revoked.csv", "list,index,reason,since\nhttps://a.example/1,7,keyCompromise,"+stamp(-time.Hour)+"\nhttps://a.example/1,9,certificateHold,\n")
	crl, err := x509.CreateRevocationList(nil, &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now, NextUpdate: now.Add(time.Hour),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(0x1005), RevocationTime: now, ReasonCode: 1}}}, issuer, ca)
	if err != nil {
		t.Fatal(err)
	}
	writeText(t, "ca.crl", string(crl))
	common := []string{"publish", "-authority", "a.example", "-key", "key.pem"}
	out, _ := e2eid(t, exitOK, append(common, "-issued", "issued.csv", "-issued", "issued.jsonl", "-revoked", "revoked.csv",
		"-crl", "urn:serials=ca.crl", "-issuer", "urn:serials=ca.pem", "-details", "-effort", "4",
		"-standard", "standard", "-token-key", "key.pem", "-crl-key", "ca.key", "-now", stamp(0), "folder")...)
	for _, want := range []string{"head 1, ", "https://a.example/1: index list of 1000, 1 revoked, 1 suspended", "urn:serials: serial list of 200, 1 revoked"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	files, _ := filepath.Glob("standard/*")
	if len(files) != 4 {
		t.Errorf("standard forms: %q", files)
	}
	out, _ = e2eid(t, exitOK, "lists", "verify", "-key", "key.pem", "folder", "a.example")
	if !strings.HasPrefix(out, "head 1 of a.example: signed, 2 lists whole") {
		t.Error(out)
	}
	e2eid(t, exitRefused, "lists", "verify", "-key", "ca.key", "folder", "a.example")

	// The next day, with changes only: one more, and one that is good again.
	if err := os.CopyFS("before", os.DirFS("folder")); err != nil {
		t.Fatal(err)
	}
	writeText(t, "today.jsonl", `{"list":"https://a.example/1","index":500,"reason":"superseded"}
{"list":"https://a.example/1","index":9,"reason":"removeFromCRL"}
`)
	out, _ = e2eid(t, exitOK, append(common, "-incremental", "-issued", "issued.jsonl", "-crl", "urn:serials=ca.crl", "-issuer", "urn:serials=ca.pem",
		"-effort", "4", "-details", "-revoked", "today.jsonl", "-now", stamp(time.Minute), "-grace", "1h", "folder")...)
	if !strings.Contains(out, "head 2, ") || !strings.Contains(out, "2 revoked, 0 suspended") {
		t.Error(out)
	}
	out, _ = e2eid(t, exitOK, "lists", "diff", "before", "folder", "a.example")
	for _, want := range []string{"head 1 -> 2\n", "  9 good\n", "  500 revoked\n", "suspended 1 -> 0"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}

	// Keys are replaced, and the former ones still lead to the new.
	writeKey(t, "new.pem", 3)
	e2eid(t, exitOK, "publish", "-authority", "a.example", "-key", "new.pem", "-old-key", "key.pem", "-sequence", "1", "-incremental",
		"-issued", "issued.jsonl", "-crl", "urn:serials=ca.crl", "-issuer", "urn:serials=ca.pem", "-now", stamp(2*time.Minute), "folder")
	for _, key := range []string{"key.pem", "new.pem"} {
		e2eid(t, exitOK, "lists", "verify", "-key", key, "folder", "a.example")
	}
}

func TestPublishRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	writeKey(t, "key.pem", 1)
	writeText(t, "good.csv", "list,issued\nhttps://a.example/1,10\n")
	for name, c := range map[string]struct{ file, want string }{
		"an unknown column":             {"list,colour\na,red\n", "column"},
		"an index that is not a number": {"list,index\na,x\n", "column index"},
		"a row without a list":          {"list,index\n,1\n", "no list"},
		"an unknown reason":             {"list,index,reason\nhttps://a.example/1,1,boredom\n", "boredom"},
		"an index that is not issued":   {"list,index\nhttps://a.example/1,10\n", "not covered"},
		"an unknown field":              {`{"list":"a","indx":1}`, "unknown field"},
		"a serial number of nobody":     {"list,serial\nurn:x,0a\n", "has issued nothing"},
		"letters for a serial number":   {"list,serial\nurn:x,zz\n", "hexadecimal"},
		"an empty file":                 {"", "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			writeText(t, "bad", c.file)
			flag := "-revoked"
			if strings.Contains(c.want, "no list") {
				flag = "-issued"
			}
			_, errs := e2eid(t, exitUsage, "publish", "-authority", "a.example", "-key", "key.pem", "-issued", "good.csv", flag, "bad", "folder")
			if !strings.Contains(errs, c.want) {
				t.Errorf("%q is not in %s", c.want, errs)
			}
			if _, err := os.Stat("folder/a.example/head"); err == nil {
				t.Error("a head is published")
			}
		})
	}
	e2eid(t, exitUsage, "publish", "folder")
	e2eid(t, exitUsage, "publish", "-authority", "a.example", "-key", "good.csv", "folder")
	e2eid(t, exitUsage, "lists")
	e2eid(t, exitUsage, "lists", "count", "folder")
}
