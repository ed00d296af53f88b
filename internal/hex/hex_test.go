package hex

import (
	stdhex "encoding/hex"
	"testing"
)

func TestAgreesWithStandardLibrary(t *testing.T) {
	var all []byte
	for i := range 256 {
		all = append(all, byte(i))
	}
	s := String(all)
	if s != stdhex.EncodeToString(all) {
		t.Errorf("String = %s", s)
	}
	if got := string(MustDecode(s)); got != string(all) {
		t.Errorf("MustDecode does not undo String: %x", got)
	}
}

func TestMustDecodePanicsOnAnythingElse(t *testing.T) {
	for _, s := range []string{"0", "0g", "AB", "abc", "  ", "0x12"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("MustDecode(%q) returned", s)
				}
			}()
			MustDecode(s)
		}()
	}
}
