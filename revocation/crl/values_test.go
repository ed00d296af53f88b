package crl_test

import (
	"bytes"
	"testing"

	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
)

func TestCheckNamesTheSignature(t *testing.T) {
	for _, kind := range testca.Kinds() {
		key := testca.NewKey(kind, "crl")
		l := mustParse(t, issue(testcrl.List{SignWith: &key}))
		var pub pkix.PublicKey
		if err := readKey(key, &pub); err != nil {
			t.Fatal(kind, err)
		}
		check, err := l.Check(pub)
		if err != nil {
			t.Errorf("%v: %v", kind, err)
		} else if !bytes.Equal(check.Message, l.RawTBS) || !bytes.Equal(check.Key, pub.Key) {
			t.Errorf("%v: check of something else", kind)
		}
	}
}

func TestReasonsHaveTheNamesOfRFC5280(t *testing.T) {
	for r := range 256 {
		valid := r <= 10 && r != 7
		if got := crl.Reason(r); got.Valid() != valid || (got.String() == "unknown") == valid {
			t.Errorf("%d: %q, %t", r, got, got.Valid())
		}
	}
	if s := crl.RemoveFromCRL.String(); s != "removeFromCRL" {
		t.Errorf("%q", s)
	}
}

func TestNumbersCompareByTheirValue(t *testing.T) {
	rising := [][]byte{nil, {0}, {1}, {0x7f}, {0, 0x80}, {0, 0xff}, {1, 0}, {1, 0, 0}, append([]byte{0, 0x80}, make([]byte, 19)...)}
	for i, a := range rising {
		for j, b := range rising {
			if got, want := sign(crl.CompareNumbers(a, b)), sign(i-j); got != want {
				t.Errorf("CompareNumbers(%x, %x) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func sign(n int) int { return max(-1, min(1, n)) }
