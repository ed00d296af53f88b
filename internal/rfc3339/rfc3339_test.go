package rfc3339

import (
	"strings"
	"testing"
	"time"
)

// What is read, package time reads alike; what that reads in this form is read.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"2010-01-01T19:23:24Z", "2024-02-29T23:59:59.999+14:00", "2023-02-29T00:00:00Z", "2020-12-31T23:59:60Z", "2020-01-01t00:00:00z",
		"2020-01-01T24:00:00Z", "2020-01-01T00:00:00", "2020-01-01T00:00:00.Z", "2020-01-01T00:00:00+1400", "2020-00-01T00:00:00Z",
		"2020-01-01T00:00:00-00:00", "0000-01-01T00:00:00Z", "2020-01-01 00:00:00Z", "2020-01-01T00:00:00+14:01", "2020-01-01T00:00:00,5Z",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := Parse(s)
		want, err := time.Parse(time.RFC3339, s)
		if ok && (err != nil || got != want.Unix()) {
			t.Fatalf("%q is %d, want %v %v", s, got, want, err)
		}
		if !ok && err == nil {
			_, offset := want.Zone()
			if !strings.Contains(s, ",") && offset <= 14*3600 && offset >= -14*3600 && s[10] == 'T' && s[13] == ':' { // it takes an hour of one digit
				t.Fatalf("%q is refused", s)
			}
		}
	})
}
