package crl_test

import (
	"bytes"
	"crypto/x509"
	"testing"

	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

// FuzzParse holds that what we take crypto/x509 takes too, with the same content, or that it is known why not; and that
// of such a list the index finds every certificate, and no other.
func FuzzParse(f *testing.F) {
	for _, folder := range [][]string{{"pkits", "crls"}, {"revocation", "crl-2011-odd"}, {"revocation", "crl-small"}, {"revocation", "crl-lint"}} {
		for _, v := range readVectors(f, folder...) {
			f.Add(v.der)
		}
	}
	issuer := testcrl.CertificateIssuer(testca.Directory(someone))
	f.Add(issue(with(exts(indirect, testcrl.Delta(3)), testcrl.RevokeSerial(1, issuer), testcrl.RevokeSerial(1, testcrl.Reason(8)))))
	f.Add(issue(testcrl.List{RawEntries: testcrl.Many(70, func(i int) []byte { return counter(i % 60) }, 4)}))
	f.Fuzz(func(t *testing.T, in []byte) {
		l, err := crl.Parse(in)
		if err != nil {
			if l != nil {
				t.Errorf("a value beside %v", err)
			}
			return
		}
		if !bytes.Equal(l.Raw, in) {
			t.Error("not all of the input")
		}
		if o, err := x509.ParseRevocationList(in); err != nil {
			if oracleRefusesRightly(l, err) == "" {
				t.Errorf("we take it, crypto/x509 says %v", err)
			}
		} else if differ := compareWithOracle(l, o); differ != "" {
			t.Errorf("decoded differently: %s", differ)
		}
		checkIndex(t, l)
	})
}

// FuzzEntries makes a list of any serial numbers and reasons and holds the index to what the list says.
func FuzzEntries(f *testing.F) {
	f.Add([]byte{}, true)
	f.Add([]byte("\x01\x00\x01\x06\x01\x08\x02\x00\x03\x00"), false)
	f.Add(bytes.Repeat([]byte{7, 3}, 40), true)
	f.Fuzz(func(t *testing.T, in []byte, isIndirect bool) {
		reasons := []byte{0, 1, 6, 8, 9}
		issuers := []testca.Name{someone, another, authority.Intermediate.Cert.Subject}
		list := with(exts(testcrl.Delta(1)))
		if isIndirect {
			list.Set(indirect)
		}
		for ; len(in) > 1 && len(list.Entries) < 1000; in = in[2:] {
			e := testcrl.RevokeSerial(int64(in[0])-8, testcrl.Reason(reasons[in[1]%5]))
			e.RevokedAt = testcrl.RevokedAt.AddDate(0, 0, int(in[1]>>3&3))
			if who := in[1] >> 5; isIndirect && int(who) < len(issuers) {
				e.Extensions = append(e.Extensions, testcrl.CertificateIssuer(testca.Directory(issuers[who])))
			}
			list.Entries = append(list.Entries, e)
		}
		l := mustParse(t, issue(list))
		if l.Entries() != len(list.Entries) {
			t.Errorf("%d entries, want %d", l.Entries(), len(list.Entries))
		}
		checkIndex(t, l)
	})
}
