package revocation_test

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/revocation"
)

func TestStatusExtensionIsAsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/status-extension.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := string(text)
	if !strings.Contains(doc, "`"+revocation.StatusExtensionOID+"`") {
		t.Error("OID is not in the document")
	}
	oid, err := x509.ParseOID(revocation.StatusExtensionOID)
	if err != nil {
		t.Fatal(err)
	}
	der, err := oid.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	spaced := regexp.MustCompile("..").ReplaceAllString(hex.EncodeToString(der), "$0 ")
	if !strings.Contains(doc, "`"+strings.TrimSpace(spaced)+"`") {
		t.Errorf("DER of the OID is not in the document: %s", spaced)
	}

	value := struct {
		ListID string `asn1:"ia5"`
		Index  int64
	}{"https://a.example/status/1", 7}
	want, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(doc, "index 7:")
	example, _, _ = strings.Cut(example, "##")
	if got := strings.Join(strings.Fields(example), ""); got != hex.EncodeToString(want) {
		t.Errorf("example is %s, want %x", got, want)
	}
}
