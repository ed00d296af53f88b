package base64url_test

import (
	"testing"

	"github.com/e2eid/e2eid/internal/base64url"
)

// IsOf is what Decode and the size say, without decoding.
func FuzzIsOf(f *testing.F) {
	for _, s := range []string{"", "Zg", "Zh", "Zm8", "Zm9", "Zm9v", "Zm9vYg", "__-_", "Z", "Zm9v\n", "Zg==", "Zm+v"} {
		for size := range 6 {
			f.Add(s, size)
		}
	}
	f.Fuzz(func(t *testing.T, s string, size int) {
		if size < 0 || size > 1<<16 {
			return
		}
		b, err := base64url.Decode(s)
		if got, want := base64url.IsOf(s, size), err == nil && len(b) == size; got != want {
			t.Fatalf("IsOf(%q, %d) = %t, Decode has %d bytes, %v", s, size, got, len(b), err)
		}
	})
}
