package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/der"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/verifier"
)

func TestUsageListsEveryCommand(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
	}{{nil, exitUsage}, {[]string{"help"}, exitOK}, {[]string{"-h"}, exitOK}, {[]string{"judge"}, exitUsage}} {
		var stdout, stderr bytes.Buffer
		if got := run(c.args, strings.NewReader(""), &stdout, &stderr); got != c.status {
			t.Errorf("%q: exit %d, want %d", c.args, got, c.status)
		}
		said := stdout.String()
		if c.status != exitOK {
			if said != "" {
				t.Errorf("%q: an error on standard output: %q", c.args, said)
			}
			said = stderr.String()
		}
		for name := range commands {
			if !strings.Contains(said, "  "+name+" ") {
				t.Errorf("%q: nothing about %s: %q", c.args, name, said)
			}
		}
	}
}

func TestEveryCheckHasARule(t *testing.T) {
	for _, c := range verifier.Checks() {
		if checkRules[c] == "" {
			t.Errorf("%s has no rule", c)
		}
	}
	if got, want := len(checkRules), len(verifier.Checks()); got != want {
		t.Errorf("%d rules for %d checks", got, want)
	}
}

func TestOnlyVerifiedExitsWithZero(t *testing.T) {
	seen := map[int]bool{exitUsage: true}
	for i := range 256 {
		o := verifier.Outcome(i)
		status, known := outcomeStatus[o]
		if known != (o.String() != "rejected" || o == verifier.Rejected) {
			t.Errorf("outcome %d: known %v", i, known)
		}
		if known && (status == exitOK) != (o == verifier.Verified) {
			t.Errorf("outcome %s exits with %d", o, status)
		}
		if known && seen[status] {
			t.Errorf("exit status %d says two things", status)
		}
		seen[status] = seen[status] || known
	}
}

func TestDecodeInput(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		encoding       encoding
	}{
		{"hexadecimal digits", "00ff", "\x00\xff", encodingHex},
		{"upper case, white space around, broken lines", " 00\r\nFF\n ", "\x00\xff", encodingHex},
		{"an odd number of digits is base64 at most", "00fff", "00fff", encodingBinary},
		{"base64", "AAEC/w==\n", "\x00\x01\x02\xff", encodingBase64},
		{"base64 without its padding", "AAEC/w", "AAEC/w", encodingBinary},
		{"base64 with bits left over", "AAEC/x==", "AAEC/x==", encodingBinary},
		{"base64 of the URL alphabet", "AAEC_w==", "AAEC_w==", encodingBinary},
		{"hexadecimal digits that are base64 as well", "AAEC", "\xaa\xec", encodingHex},
		{"anything else", "\x00\x01", "\x00\x01", encodingBinary},
		{"white space that may be part of something binary", "\x01 \n", "\x01 \n", encodingBinary},
		{"nothing", "", "", encodingBinary},
	} {
		got, enc := decodeInput([]byte(c.in))
		if string(got) != c.want || enc != c.encoding {
			t.Errorf("%s: got %q, taken for %s; want %q, %s", c.name, got, enc, c.want, c.encoding)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":                   `""`,
		"alice":              "alice",
		"Zoë Ångström 松本":    "Zoë Ångström 松本",
		" alice":             `" alice"`,
		"alice ":             `"alice "`,
		`"alice"`:            `"\"alice\""`,
		`a\nb`:               `"a\\nb"`,
		"\x1b[2J":            `"\x1b[2J"`,
		"a\u202eb":           `"a\u202eb"`,
		"a\u200bb":           `"a\u200bb"`,
		"\u009b31m":          `"\u009b31m"`,
		"a\nVERIFIED: alice": `"a\nVERIFIED: alice"`,
		"\xff":               `"\xff"`,
	} {
		if got := text(in); got != want {
			t.Errorf("text(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestDistinguishedName(t *testing.T) {
	const country x509.OID = "\x55\x04\x06"
	for _, c := range []struct {
		name string
		in   []x509.Attribute
		want string
	}{
		{"no attributes", nil, ""},
		{"the last relative name stands first", []x509.Attribute{
			{RDN: 0, Type: country, Tag: der.PrintableString, Value: []byte("SE")},
			{RDN: 1, Type: x509.OIDOrganization, Tag: der.UTF8String, Value: []byte("Exempel")},
			{RDN: 1, Type: x509.OIDCommonName, Tag: der.UTF8String, Value: []byte("Zoë")},
		}, "O=Exempel+CN=Zoë,C=SE"},
		{"separators are escaped", []x509.Attribute{
			{Type: x509.OIDCommonName, Tag: der.UTF8String, Value: []byte(`#a,O=b+c;d<e>f"g\h `)},
		}, `CN=\#a\,O=b\+c\;d\<e\>f\"g\\h\ `},
		{"what cannot be seen is escaped", []x509.Attribute{
			{Type: x509.OIDCommonName, Tag: der.UTF8String, Value: []byte("a\x1b\u200b\u009b")},
		}, `CN=a\1b\e2\80\8b\c2\9b`},
		{"BMPString", []x509.Attribute{
			{Type: x509.OIDCommonName, Tag: der.BMPString, Value: []byte("\x00Z\x00\xeb\xd8\x3d\xde\x00")},
		}, "CN=Zë😀"},
		{"BMPString with half a pair", []x509.Attribute{
			{Type: x509.OIDCommonName, Tag: der.BMPString, Value: []byte("\xd8\x3d")},
		}, "CN=#1e02d83d"},
		{"UniversalString", []x509.Attribute{
			{Type: x509.OIDCommonName, Tag: der.UniversalString, Value: []byte("\x00\x00\x00Z\x00\x01\xf6\x00")},
		}, "CN=Z😀"},
		{"no string at all", []x509.Attribute{
			{Type: x509.OIDCommonName, Tag: der.OctetString, Value: []byte("Z")},
		}, "CN=#04015a"},
		{"a type without a short name", []x509.Attribute{
			{Type: x509.OIDClientAuth, Tag: der.UTF8String, Value: []byte("Z")},
		}, "1.3.6.1.5.5.7.3.2=#0c015a"},
	} {
		if got := distinguishedName(x509.Name{Attributes: c.in}); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestRegistered(t *testing.T) {
	grease := 0
	for v := range 1 << 16 {
		if registered(uint16(v), "") != hexOf(uint16(v)) {
			grease++
		}
	}
	if grease != 15 { // RFC 9420, Section 13.5
		t.Errorf("%d values are GREASE, want 15", grease)
	}
	for _, v := range []uint16{0x0a0a, 0x1a1a, 0xeaea} {
		if got, want := registered(v, ""), hexOf(v)+" GREASE"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func hexOf(v uint16) string { return "0x" + hex.EncodeToString([]byte{byte(v >> 8), byte(v)}) }

func TestLongListsAreCountedAndNotShown(t *testing.T) {
	entries := make([]revocation.Entry, maxEntries+1)
	for i := range entries {
		entries[i].Index = uint64(i)
	}
	l, blobs, err := revocation.EncodeList("list", uint64(len(entries)), entries, true)
	if err != nil {
		t.Fatal(err)
	}
	for i, show := range []func(revocation.List, uint8, []byte) (object, error){showSnapshot, showDetails} {
		o, err := show(l, 0, blobs[i])
		if err != nil {
			t.Fatal(err)
		}
		if last := o[len(o)-1]; !strings.HasSuffix(last.name, "LeftOut") || last.value != uint64(len(entries)) {
			t.Errorf("last field %s: %v", last.name, last.value)
		}
	}
}

func TestStateIsNotLostWhereAnotherRunWroteIt(t *testing.T) {
	dir := t.TempDir()
	writeFixtures(t, dir)
	t.Chdir(dir)
	_, slow, slowState := accepting(t, "mirror-old")
	_, fast, fastState := accepting(t, "mirror")
	if err := fastState.save(fast); err != nil {
		t.Fatal(err)
	}
	if err := slowState.save(slow); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile("state")
	if err != nil {
		t.Fatal(err)
	}
	s, err := revocation.ParseState(b)
	if err != nil {
		t.Fatal(err)
	}
	if seen, _ := s.Seen("example"); seen.Number != 2 {
		t.Errorf("state remembers head %d, want 2", seen.Number)
	}
	if left, _ := filepath.Glob(".state*"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestFormIsChosenWhereSeveralFit(t *testing.T) {
	dir := t.TempDir()
	writeFixtures(t, dir)
	both := filepath.Join(dir, "polyglot")
	for _, form := range []string{"head", "leafnode"} {
		var stdout, stderr bytes.Buffer
		if status := run([]string{"inspect", "-json", "-as", form, both}, nil, &stdout, &stderr); status != exitOK {
			t.Errorf("-as %s: exit %d, %s", form, status, &stderr)
		}
		if want := `{"unverified":true,"form":"` + form + `",`; !strings.HasPrefix(stdout.String(), want) {
			t.Errorf("-as %s: %.100s", form, &stdout)
		}
	}
}

// addFixtures adds every fixture as a seed.
func addFixtures(f *testing.F) {
	dir := f.TempDir()
	writeFixtures(f, dir)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil { // not a folder
			f.Add(b)
		}
	}
}

// FuzzInspect: whatever the input, what is printed can do nothing to a terminal, the card says first that nothing was
// verified, and the JSON is JSON.
func FuzzInspect(f *testing.F) {
	addFixtures(f)
	f.Fuzz(func(t *testing.T, in []byte) {
		ways := [][]string{{"inspect", "-"}, {"inspect", "-json", "-"}}
		for _, form := range allForms() {
			ways = append(ways, []string{"inspect", "-as", form.name, "-"})
		}
		for i, args := range ways {
			var stdout, stderr bytes.Buffer
			status := run(args, bytes.NewReader(in), &stdout, &stderr)
			checkHarmless(t, stdout.String())
			checkHarmless(t, stderr.String())
			if bytes.IndexByte(stdout.Bytes(), '\t') >= 0 || bytes.IndexByte(stderr.Bytes(), '\t') >= 0 {
				t.Fatal("a tab was printed")
			}
			switch {
			case status == exitUsage:
				if stdout.Len() > 0 || stderr.Len() == 0 {
					t.Fatalf("%q failed with %q on standard output and %q on standard error", args, &stdout, &stderr)
				}
			case status != exitOK || stderr.Len() > 0:
				t.Fatalf("%q exits with %d, %q", args, status, &stderr)
			case i == 1:
				if !json.Valid(stdout.Bytes()) || !strings.HasPrefix(stdout.String(), `{"unverified":true,`) {
					t.Fatalf("not the JSON of inspect: %s", &stdout)
				}
			case !strings.HasPrefix(stdout.String(), notice):
				t.Fatalf("the notice does not stand first: %s", &stdout)
			}
		}
	})
}

// FuzzInspectBlob: the same, for blobs that a head names, whatever they are.
func FuzzInspectBlob(f *testing.F) {
	f.Add([]byte{1}, uint64(1), uint64(0))
	f.Add([]byte{0x80, 1, 0, 0, 0, 0, 0}, uint64(9), uint64(1))
	f.Add([]byte{0x80, 6, 1, 2, 3, 4, 5}, uint64(9), uint64(1))
	f.Fuzz(func(t *testing.T, in []byte, covered, revoked uint64) {
		if len(in) == 0 || covered > revocation.MaxCovered || revoked > covered {
			return
		}
		l := revocation.List{ID: "list", Covered: covered, Revoked: revoked, Details: revocation.NewBlob(in)}
		if o, err := showDetails(l, 0, in); (err == nil) == (o == nil) {
			t.Errorf("details: %v beside %v", o, err)
		}
		l.Snapshot = revocation.NewBlob(in)
		if o, err := showSnapshot(l, 0, in); (err == nil) == (o == nil) {
			t.Errorf("list: %v beside %v", o, err)
		}
	})
}
