package revocation

import (
	"bytes"
	"errors"
	"testing"
)

func TestOnlyReasonsOfRFC5280AreTaken(t *testing.T) {
	for r := range 256 {
		blob := []byte{schemeDetails, byte(r), 0, 0, 0, 0, 1}
		err := parseDetails(blob, List{Revoked: 1})
		valid := r <= 6 || r == 9 || r == 10
		// What is suspended stands apart.
		if (valid && r != 6) != (err == nil) || err != nil && !errors.Is(err, ErrFormat) {
			t.Errorf("reason %d: %v", r, err)
		}
		if name := Reason(r).String(); valid == (name == "unknown") {
			t.Errorf("reason %d is called %q", r, name)
		}
	}
}

func TestDetailsAreAsManyAsRevoked(t *testing.T) {
	for _, c := range []struct {
		name               string
		blob               []byte
		revoked, suspended uint64
		want               error
	}{
		{"none for none", []byte{0x80}, 0, 0, nil},
		{"empty", nil, 0, 0, ErrFormat},
		{"one too few", []byte{0x80}, 1, 0, ErrFormat},
		{"one too many", []byte{0x80, 0, 0, 0, 0, 0, 0}, 0, 0, ErrFormat},
		{"cut off", []byte{0x80, 0, 0, 0, 0, 0}, 1, 0, ErrFormat},
		{"one suspended", []byte{0x80, 0, 0, 0, 0, 0}, 0, 1, nil},
		{"a byte left over", []byte{0x80, 0, 0, 0, 0, 0, 0, 0}, 1, 0, ErrFormat},
		{"after the year 9999", []byte{0x80, 0, 0xff, 0xff, 0xff, 0xff, 0xff}, 1, 0, ErrFormat},
		{"suspended after the year 9999", []byte{0x80, 0xff, 0xff, 0xff, 0xff, 0xff}, 0, 1, ErrFormat},
		{"another scheme", []byte{0x81}, 0, 0, ErrVersion},
		{"a snapshot", []byte{schemeGolomb}, 0, 0, ErrVersion},
	} {
		if err := parseDetails(c.blob, List{Revoked: c.revoked, Suspended: c.suspended}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func FuzzDetails(f *testing.F) {
	f.Add([]byte{0x80}, uint64(0), uint64(0))
	f.Add([]byte{0x80, 5, 0, 0x65, 0x53, 0xf1, 0x00, 1, 0, 0, 0, 0, 0}, uint64(2), uint64(0))
	f.Add([]byte{0x80, 5, 0, 0x65, 0x53, 0xf1, 0x00, 0, 0, 0, 0, 1}, uint64(1), uint64(1))
	f.Fuzz(func(t *testing.T, blob []byte, revoked, suspended uint64) {
		if revoked > MaxCovered || suspended > MaxCovered || parseDetails(blob, List{Revoked: revoked, Suspended: suspended}) != nil {
			return
		}
		again := []byte{schemeDetails}
		for b := blob[1:]; len(b) > 0; {
			e := Entry{Reason: CertificateHold}
			if revoked > 0 {
				revoked--
				e.Reason, b = Reason(b[0]), b[1:]
			}
			e.Since, b = sinceOf(b), b[sinceSize:]
			var err error
			if again, err = appendDetails(again, []Entry{e}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(again, blob) {
			t.Fatalf("%x re-encodes as %x", blob, again)
		}
	})
}
