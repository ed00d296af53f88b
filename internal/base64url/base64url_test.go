package base64url_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/base64url"
)

func TestRefused(t *testing.T) {
	for _, test := range []struct{ name, in string }{
		{"padding", "Zm8="},
		{"padding twice", "Zg=="},
		{"padding alone", "="},
		{"a stray bit after one byte", "Zh"},
		{"a stray bit after two bytes", "Zm9"},
		{"one character", "Z"},
		{"five characters", "Zm9vZ"},
		{"line feed at the end", "Zm9v\n"},
		{"carriage return and line feed within", "Zm\r\n9v"},
		{"space", "Zm 9v"},
		{"the other alphabet's 62", "Zm+v"},
		{"the other alphabet's 63", "Zm/v"},
		{"full stop", "Zm.v"},
		{"NUL", "Zm9\x00"},
		{"a letter beyond ASCII", "Zm9\u00e9"},
	} {
		if got, err := base64url.Decode(test.in); err != base64url.ErrFormat || got != nil {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
}

func TestPaddedRefused(t *testing.T) {
	for _, test := range []struct{ name, in string }{
		{"no padding", "Zg"},
		{"half the padding", "Zg="},
		{"too much padding", "Zm8=="},
		{"three of padding", "Z==="},
		{"padding alone", "===="},
		{"padding within", "Zg==Zg=="},
		{"padding after whole bytes", "Zm9v===="},
		{"a stray bit", "Zh=="},
		{"line feeds that make it whole", "Zm9vZm9\n"},
		{"the other alphabet", "Zm-_"},
	} {
		if got, err := base64url.DecodePadded(test.in); err != base64url.ErrFormat || got != nil {
			t.Errorf("%s: %q, %v", test.name, got, err)
		}
	}
}

// Every text up to three characters, of every byte: the whole of what can be wrong at an end.
func TestEveryShortTextIsReadAsItsOneEncoding(t *testing.T) {
	accepted := 0
	check := func(in string) {
		out, err := base64url.Decode(in)
		if err != nil {
			return
		}
		accepted++
		if base64.RawURLEncoding.EncodeToString(out) != in {
			t.Fatalf("%q read as %x, which is written otherwise", in, out)
		}
	}
	check("")
	for a := range 256 {
		check(string([]byte{byte(a)}))
		for b := range 256 {
			check(string([]byte{byte(a), byte(b)}))
		}
	}
	for a := range 256 {
		for b := range 256 {
			check(string([]byte{'A', byte(a), byte(b)}))
		}
	}
	if want := 1 + 256 + 64*16; accepted != want { // nothing, each byte, and those that begin with 000000
		t.Errorf("%d texts accepted, want %d", accepted, want)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "Zg", "Zm8", "Zm9v", "Zm9vYg", "__-_", "Zg==", "Zh", "Zm9v\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out, err := base64url.Decode(in)
		oracle, errOracle := base64.RawURLEncoding.Strict().DecodeString(in)
		if want := errOracle == nil && !strings.ContainsAny(in, "\r\n"); (err == nil) != want || want && !bytes.Equal(out, oracle) {
			t.Fatalf("Decode(%q) = %x, %v; the standard library has %x, %v", in, out, err, oracle, errOracle)
		}
		if err == nil && base64url.Encode(out) != in {
			t.Fatalf("%q re-encodes to %q", in, base64url.Encode(out))
		}
		padded, err := base64url.DecodePadded(in)
		oracle, errOracle = base64.StdEncoding.Strict().DecodeString(in)
		if want := errOracle == nil && !strings.ContainsAny(in, "\r\n"); (err == nil) != want || want && !bytes.Equal(padded, oracle) {
			t.Fatalf("DecodePadded(%q) = %x, %v; the standard library has %x, %v", in, padded, err, oracle, errOracle)
		}
		if got, err := base64url.Decode(base64url.Encode([]byte(in))); err != nil || string(got) != in {
			t.Fatalf("%q comes back as %q, %v", in, got, err)
		}
	})
}
