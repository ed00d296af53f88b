package revocation

import (
	"bytes"
	"errors"
	"testing"
)

func TestOnlyReasonsOfRFC5280AreTaken(t *testing.T) {
	for r := range 256 {
		blob := []byte{schemeDetails, byte(r), 0, 0, 0, 0, 1}
		err := checkDetails(blob, 1)
		valid := r <= 6 || r == 9 || r == 10
		if valid != (err == nil) || !valid && !errors.Is(err, ErrFormat) {
			t.Errorf("reason %d: %v", r, err)
		}
		if name := Reason(r).String(); valid == (name == "unknown") {
			t.Errorf("reason %d is called %q", r, name)
		}
	}
}

func TestDetailsAreAsManyAsRevoked(t *testing.T) {
	for _, c := range []struct {
		name    string
		blob    []byte
		revoked uint64
		want    error
	}{
		{"none for none", []byte{0x80}, 0, nil},
		{"empty", nil, 0, ErrFormat},
		{"one too few", []byte{0x80}, 1, ErrFormat},
		{"one too many", []byte{0x80, 0, 0, 0, 0, 0, 0}, 0, ErrFormat},
		{"cut off", []byte{0x80, 0, 0, 0, 0, 0}, 1, ErrFormat},
		{"a byte left over", []byte{0x80, 0, 0, 0, 0, 0, 0, 0}, 1, ErrFormat},
		{"after the year 9999", []byte{0x80, 0, 0xff, 0xff, 0xff, 0xff, 0xff}, 1, ErrFormat},
		{"another scheme", []byte{0x81}, 0, ErrVersion},
		{"a snapshot", []byte{schemeGolomb}, 0, ErrVersion},
	} {
		if err := checkDetails(c.blob, c.revoked); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func FuzzDetails(f *testing.F) {
	f.Add([]byte{0x80}, uint64(0))
	f.Add([]byte{0x80, 6, 0, 0x65, 0x53, 0xf1, 0x00, 1, 0, 0, 0, 0, 0}, uint64(2))
	f.Fuzz(func(t *testing.T, blob []byte, revoked uint64) {
		if revoked > MaxCovered || checkDetails(blob, revoked) != nil {
			return
		}
		entries := make([]Entry, revoked)
		for i := range entries {
			entries[i].Reason, entries[i].Since = detail(blob, uint64(i))
		}
		again, err := appendDetails(nil, entries)
		if err != nil || !bytes.Equal(again, blob) {
			t.Fatalf("%x re-encodes as %x, %v", blob, again, err)
		}
	})
}
