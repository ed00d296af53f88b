package main

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
)

// An authority of the tests, which has a CRL.
type crlFixture struct {
	t      *testing.T
	issuer *x509.Certificate
	key    string
	now    time.Time
}

func newCRLFixture(t *testing.T) crlFixture {
	t.Chdir(t.TempDir())
	writeKey(t, "key.pem", 1)
	writeKey(t, "ca.key", 2)
	return crlFixture{t, writeIssuer(t, "ca.pem", writeKey(t, "ca.key", 2)), "ca.key", time.Now().UTC().Truncate(time.Second)}
}

// write writes a CRL of these serial numbers, which edit may change.
func (f crlFixture) write(path string, edit func(*x509.RevocationList), serials ...int64) {
	f.t.Helper()
	template := &x509.RevocationList{Number: big.NewInt(7), ThisUpdate: f.now.Add(-time.Minute), NextUpdate: f.now.Add(time.Hour)}
	for _, s := range serials {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries,
			x509.RevocationListEntry{SerialNumber: big.NewInt(s), RevocationTime: f.now.Add(-time.Minute), ReasonCode: 1})
	}
	if edit != nil {
		edit(template)
	}
	der, err := x509.CreateRevocationList(nil, template, f.issuer, writeKey(f.t, "ca.key", 2))
	if err != nil {
		f.t.Fatal(err)
	}
	writeText(f.t, path, string(der))
}

// publish publishes into "folder" and returns what stands on standard error.
func (f crlFixture) publish(want int, args ...string) string {
	f.t.Helper()
	_, errs := e2eid(f.t, want, slices.Concat([]string{"publish", "-authority", "a.example", "-key", "key.pem",
		"-now", f.now.Format(time.RFC3339)}, args, []string{"folder"})...)
	return errs
}

// held returns what "folder" publishes.
func (f crlFixture) held() *revocation.Publication {
	f.t.Helper()
	folder, err := publisher.Open("folder", "a.example")
	if err != nil {
		f.t.Fatal(err)
	}
	held, err := folder.Held()
	if err != nil {
		f.t.Fatal(err)
	}
	return held
}

// entries returns what an index list in "folder" says.
func (f crlFixture) entries(list string) []revocation.Entry { return f.held().Entries(list) }

func crlExtension(t *testing.T, id int, critical bool, value any) pkix.Extension {
	t.Helper()
	der, ok := value.([]byte)
	if !ok {
		var err error
		if der, err = asn1.Marshal(value); err != nil {
			t.Fatal(err)
		}
	}
	return pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, id}, Critical: critical, Value: der}
}

// What a CRL leaves out would be published as good.
func TestCRLsThatLeaveSomethingOutAreRefused(t *testing.T) {
	f := newCRLFixture(t)
	writeText(t, "issued.csv", "list,serial,index\nurn:l,05,0\nurn:l,06,1\n")
	extra := func(e pkix.Extension) func(*x509.RevocationList) {
		return func(l *x509.RevocationList) { l.ExtraExtensions = append(l.ExtraExtensions, e) }
	}
	name := []byte{0x30, 9, 0xa0, 7, 0xa0, 5, 0x86, 3, 'u', ':', 'p'} // IssuingDistributionPoint with a name
	for title, c := range map[string]struct {
		edit  func(*x509.RevocationList)
		want  string // "": taken
		parts string // likewise with -crl-parts
	}{
		"complete":                 {nil, "", ""},
		"delta":                    {extra(crlExtension(t, 27, true, 3)), "delta CRL", "delta CRL"},
		"delta, not critical":      {extra(crlExtension(t, 27, false, 3)), "delta CRL", "delta CRL"},
		"critical and not known":   {extra(crlExtension(t, 99, true, []byte{5, 0})), "not known", "not known"},
		"not known":                {extra(crlExtension(t, 99, false, []byte{5, 0})), "", ""},
		"indirect":                 {extra(crlExtension(t, 28, true, []byte{0x30, 3, 0x84, 1, 0xff})), "indirect", "indirect"},
		"of attributes":            {extra(crlExtension(t, 28, true, []byte{0x30, 3, 0x85, 1, 0xff})), "attribute", "attribute"},
		"of users":                 {extra(crlExtension(t, 28, true, []byte{0x30, 3, 0x81, 1, 0xff})), "-crl-parts", ""},
		"of CAs":                   {extra(crlExtension(t, 28, true, []byte{0x30, 3, 0x82, 1, 0xff})), "-crl-parts", ""},
		"of some reasons":          {extra(crlExtension(t, 28, true, []byte{0x30, 4, 0x83, 2, 6, 0x40})), "-crl-parts", ""},
		"of a point":               {extra(crlExtension(t, 28, true, name)), "-crl-parts", ""},
		"of a point, not critical": {extra(crlExtension(t, 28, false, name)), "-crl-parts", ""},
		"out of date":              {func(l *x509.RevocationList) { l.NextUpdate = f.now.Add(-time.Second) }, "out of date", "out of date"},
		"from the future":          {func(l *x509.RevocationList) { l.ThisUpdate = f.now.Add(10 * time.Minute) }, "future", "future"},
	} {
		t.Run(title, func(t *testing.T) {
			f.t = t
			f.write("ca.crl", c.edit, 5)
			for _, run := range []struct {
				want string
				args []string
			}{{c.want, nil}, {c.parts, []string{"-crl-parts"}}} {
				if err := os.RemoveAll("folder"); err != nil {
					t.Fatal(err)
				}
				status := exitOK
				if run.want != "" {
					status = exitUsage
				}
				errs := f.publish(status, append(run.args, "-issued", "issued.csv", "-crl", "urn:l=ca.crl", "-issuer", "urn:l=ca.pem")...)
				if !strings.Contains(errs, run.want) {
					t.Errorf("%q is not in %s", run.want, errs)
				}
				if run.want == "" {
					if e := f.entries("urn:l"); len(e) != 1 || e[0].Index != 0 {
						t.Errorf("%+v", e)
					}
				}
			}
		})
	}
}

func TestCRLsAreSignedByTheIssuer(t *testing.T) {
	f := newCRLFixture(t)
	writeText(t, "issued.csv", "list,serial,index\nurn:l,05,0\n")
	f.write("ca.crl", nil, 5)
	der, err := os.ReadFile("ca.crl")
	if err != nil {
		t.Fatal(err)
	}
	block := string(pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}))
	changed := slices.Clone(der)
	changed[len(changed)-1] ^= 1
	writeText(t, "changed.crl", string(changed))
	writeText(t, "one.pem", block)
	writeText(t, "two.pem", block+block)
	writeText(t, "behind.crl", string(der)+"\x00")
	writeIssuer(t, "stranger.pem", writeKey(t, "stranger.key", 3)) // of the same name
	other := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CB"}, NotAfter: f.now.AddDate(1, 0, 0)}
	unfit := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA"}, NotAfter: f.now.AddDate(1, 0, 0), KeyUsage: x509.KeyUsageCertSign}
	for path, template := range map[string]*x509.Certificate{"other.pem": other, "unfit.pem": unfit} {
		key := writeKey(t, "ca.key", 2)
		der, err := x509.CreateCertificate(nil, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		writeText(t, path, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	}
	for title, c := range map[string]struct{ crl, issuer, want string }{
		"as it is":                  {"ca.crl", "ca.pem", ""},
		"PEM":                       {"one.pem", "ca.pem", ""},
		"two in PEM":                {"two.pem", "ca.pem", "one X509 CRL"},
		"a certificate":             {"ca.pem", "ca.pem", "one X509 CRL"},
		"bytes behind it":           {"behind.crl", "ca.pem", "not one DER SEQUENCE"},
		"a changed signature":       {"changed.crl", "ca.pem", "not signed"},
		"another key":               {"ca.crl", "stranger.pem", "not signed"},
		"another name":              {"ca.crl", "other.pem", "another issuer"},
		"a key that is not for it":  {"ca.crl", "unfit.pem", "keyUsage"},
		"no certificate to be held": {"ca.crl", "", "-issuer"},
	} {
		t.Run(title, func(t *testing.T) {
			f.t = t
			args := []string{"-issued", "issued.csv", "-crl", "urn:l=" + c.crl}
			if c.issuer != "" {
				args = append(args, "-issuer", "urn:l="+c.issuer)
			}
			status := exitOK
			if c.want != "" {
				status = exitUsage
			}
			if errs := f.publish(status, args...); !strings.Contains(errs, c.want) {
				t.Errorf("%q is not in %s", c.want, errs)
			}
		})
	}
}

// An inventory that gives the index of each serial number makes an index list of a CRL.
func TestIndexListFromCRLAndInventory(t *testing.T) {
	f := newCRLFixture(t)
	writeText(t, "issued.csv", "list,serial,index\nurn:l,05,40\nurn:l,00:80,41\nurn:l,06,7\nurn:m,07,3\n")
	f.write("ca.crl", nil, 0x80, 6)
	both := []string{"-issued", "issued.csv", "-issuer", "urn:l=ca.pem", "-issuer", "urn:m=ca.pem", "-details"}
	f.publish(exitOK, append(both, "-crl", "urn:l=ca.crl")...)
	since := f.now.Add(-time.Minute)
	want := []revocation.Entry{{Index: 7, Since: since, Reason: revocation.KeyCompromise}, {Index: 41, Since: since, Reason: revocation.KeyCompromise}}
	if got := f.entries("urn:l"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	// A CRL that speaks of both lists is given for both.
	f.write("ca.crl", nil, 0x80, 6, 7)
	if errs := f.publish(exitUsage, append(both, "-crl", "urn:l=ca.crl")...); !strings.Contains(errs, "no -issued has: 1, such as 07") {
		t.Error(errs)
	}
	f.publish(exitOK, append(both, "-crl", "urn:l=ca.crl", "-crl", "urn:m=ca.crl")...)
	if got := f.entries("urn:m"); len(got) != 1 || got[0].Index != 3 {
		t.Errorf("%v", got)
	}

	// A row names a credential by one or both, and by its serial number alone where nothing but what changed is given.
	writeText(t, "today.jsonl", `{"list":"urn:l","serial":"5","reason":"certificateHold"}
{"list":"urn:m","serial":"07","index":3}
`)
	f.publish(exitOK, append(both, "-incremental", "-revoked", "today.jsonl")...)
	if got := f.entries("urn:l"); len(got) != 3 || got[1].Index != 40 || got[1].Reason != revocation.CertificateHold {
		t.Errorf("%v", got)
	}
}

// What is revoked and was never issued is a mistake, or has expired and left the inventory: that is for a person to say.
func TestRevokedSerialNumbersThatNoInventoryHas(t *testing.T) {
	f := newCRLFixture(t)
	stamp := func(d time.Duration) string { return f.now.Add(d).Format(time.RFC3339) }
	rows := "list,serial,notBefore,notAfter\n"
	for _, serial := range []string{"01", "02", "03"} {
		rows += "urn:s," + serial + "," + stamp(-48*time.Hour) + "," + stamp(time.Hour) + "\n"
	}
	rows += "urn:s,04," + stamp(-48*time.Hour) + "," + stamp(-time.Hour) + "\n" // has expired
	rows += "urn:s,05," + stamp(-time.Minute) + "," + stamp(time.Hour) + "\n"   // is not covered yet
	writeText(t, "serials.csv", rows)
	writeText(t, "indexes.csv", "list,serial,index\nurn:l,01,0\n")
	for title, c := range map[string]struct {
		list    string
		serials []int64
		absent  string
	}{
		"serial list":               {"urn:s", []int64{2, 4, 5}, ""},
		"serial list, one too many": {"urn:s", []int64{2, 4, 5, 0x600d}, "1, such as 600d"},
		"index list":                {"urn:l", []int64{1}, ""},
		"index list, four too many": {"urn:l", []int64{1, 2, 3, 4, 5}, "4, such as 02, 03, 04"},
		"index list, all too many":  {"urn:l", []int64{9}, "1, such as 09"},
		"serial list, all too many": {"urn:s", []int64{9}, "1, such as 09"},
	} {
		t.Run(title, func(t *testing.T) {
			f.t = t
			if err := os.RemoveAll("folder"); err != nil {
				t.Fatal(err)
			}
			f.write("ca.crl", nil, c.serials...)
			args := []string{"-issued", "serials.csv", "-issued", "indexes.csv", "-issuer", "urn:s=ca.pem", "-issuer", "urn:l=ca.pem", "-crl", c.list + "=ca.crl"}
			if c.absent != "" {
				if errs := f.publish(exitUsage, args...); !strings.Contains(errs, "no -issued has: "+c.absent) {
					t.Error(errs)
				}
				if _, err := os.Stat("folder/a.example/head"); err == nil {
					t.Error("a head is published")
				}
			}
			errs := f.publish(exitOK, append(args, "-skip-absent")...)
			if said := strings.Contains(errs, "left out: revoked serial numbers that no -issued has: "+c.absent); said != (c.absent != "") {
				t.Errorf("said %q", errs)
			}
		})
	}
}

// One rule says what a list is, and what an inventory says twice is the same.
func TestInventoriesThatContradictThemselves(t *testing.T) {
	f := newCRLFixture(t)
	times := f.now.Add(-48*time.Hour).Format(time.RFC3339) + "," + f.now.Add(time.Hour).Format(time.RFC3339)
	const columns = "list,serial,index,issued,notBefore,notAfter\n"
	for title, c := range map[string]struct{ issued, revoked, want string }{
		"with an index and without":         {"urn:l,1,0,,,\nurn:l,2,,," + times + "\n", "", "either an index list or a serial list"},
		"without an index and with":         {"urn:l,2,,," + times + "\nurn:l,1,0,,,\n", "", "either an index list or a serial list"},
		"a serial number twice":             {"urn:l,1,0,,,\nurn:l,01,1,,,\n", "", "twice"},
		"of a serial list":                  {"urn:l,1,,," + times + "\nurn:l,01,,," + times + "\n", "", "twice"},
		"an index of two":                   {"urn:l,1,0,,,\nurn:l,2,0,,,\n", "", "allotted once"},
		"an index that no list has":         {"urn:l,1,18446744073709551615,,,\n", "", "none that a list can have"},
		"a serial number beside a count":    {"urn:l,1,,5,,\n", "", "needs its index"},
		"another index":                     {"urn:l,1,0,,,\nurn:l,2,1,,,\n", "urn:l,1,1\n", "another serial number"},
		"a serial number of nobody's index": {"urn:l,1,0,,,\nurn:l,,1,,,\n", "urn:l,3,1\n", "another serial number"},
		"an index in a serial list":         {"urn:l,1,,," + times + "\n", "urn:l,1,0\n", "is a serial list"},
		"a list that has issued nothing":    {"urn:l,1,0,,,\n", "urn:m,1,\n", "has issued nothing"},
		"what cannot be taken back":         {"urn:l,1,0,,,\n", "urn:l,1,\nurn:l,1,,removeFromCRL\n", "taken back"},
	} {
		t.Run(title, func(t *testing.T) {
			f.t = t
			writeText(t, "issued.csv", columns+c.issued)
			revoked := "list,serial,index\n"
			if strings.Contains(c.revoked, "removeFromCRL") {
				revoked, c.revoked = "list,serial,index,reason\n", strings.Replace(c.revoked, "1,\n", "1,,\n", 1)
			}
			writeText(t, "revoked.csv", revoked+c.revoked)
			if errs := f.publish(exitUsage, "-issued", "issued.csv", "-revoked", "revoked.csv", "-issuer", "urn:l=ca.pem"); !strings.Contains(errs, c.want) {
				t.Errorf("%q is not in %s", c.want, errs)
			}
		})
	}
}
