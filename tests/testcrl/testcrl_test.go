package testcrl_test

import (
	"bytes"
	"crypto/x509"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

func TestTheStandardLibraryReadsAndVerifiesTheLists(t *testing.T) {
	for _, kind := range []testca.Kind{testca.P256, testca.P384, testca.P521, testca.Ed25519, testca.RSA2048} {
		a := testca.New(testca.Options{Kind: kind})
		alice := a.Root.Issue(a.Alice())
		var l testcrl.List
		l.Set(testcrl.Number(8), testcrl.Delta(7), testcrl.IDP(testcrl.Scope{OnlyUsers: true}))
		l.Entries = []testcrl.Entry{testcrl.Revoke(alice, testcrl.Reason(testcrl.Superseded)), testcrl.RevokeSerial(-300)}
		der := testcrl.Issue(a.Root, l)
		if !bytes.Equal(der, testcrl.Issue(a.Root, l)) {
			t.Errorf("%v: equal templates, different bytes", kind)
		}
		got, err := x509.ParseRevocationList(der)
		if err != nil {
			t.Fatalf("%v: %v", kind, err)
		}
		root, err := x509.ParseCertificate(a.Root.DER)
		if err != nil {
			t.Fatal(err)
		}
		if err := got.CheckSignatureFrom(root); err != nil {
			t.Errorf("%v: %v", kind, err)
		}
		entries := got.RevokedCertificateEntries
		if len(entries) != 2 || !bytes.Equal(entries[0].SerialNumber.Bytes(), testcrl.Serial(alice)) ||
			entries[0].ReasonCode != testcrl.Superseded || entries[1].SerialNumber.Int64() != -300 {
			t.Errorf("%v: entries %+v", kind, entries)
		}
		if got.Number.Int64() != 8 || !bytes.Equal(got.AuthorityKeyId, root.SubjectKeyId) || !got.ThisUpdate.Equal(testcrl.ThisUpdate) ||
			!got.NextUpdate.Equal(testcrl.NextUpdate) || !bytes.Equal(got.RawIssuer, root.RawSubject) || len(got.Extensions) != 4 {
			t.Errorf("%v: %+v", kind, got)
		}
	}
}

func TestManyEntriesAreThoseOfTemplates(t *testing.T) {
	a := testca.New(testca.Options{})
	var l testcrl.List
	for i := range 200 {
		l.Entries = append(l.Entries, testcrl.RevokeSerial(int64(i%128), testcrl.Reason(1)))
	}
	many := testcrl.List{RawEntries: testcrl.Many(200, func(i int) []byte { return []byte{byte(i % 128)} }, 1)}
	if !bytes.Equal(testcrl.Issue(a.Root, l), testcrl.Issue(a.Root, many)) {
		t.Error("different bytes")
	}
}
