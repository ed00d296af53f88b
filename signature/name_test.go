package signature_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/e2eid/e2eid/signature"
)

// Trust configurations name algorithms: a name that changed would change what they allow.
var stableNames = []string{
	"ECDSA-P256-SHA256", "ECDSA-P256-SHA384", "ECDSA-P256-SHA512",
	"ECDSA-P384-SHA256", "ECDSA-P384-SHA384", "ECDSA-P384-SHA512",
	"ECDSA-P521-SHA256", "ECDSA-P521-SHA384", "ECDSA-P521-SHA512",
	"Ed25519", "Ed448",
	"RSASSA-PKCS1-v1_5-SHA256", "RSASSA-PKCS1-v1_5-SHA384", "RSASSA-PKCS1-v1_5-SHA512",
	"ML-DSA-44", "ML-DSA-65", "ML-DSA-87",
	"RSASSA-PSS-SHA256", "RSASSA-PSS-SHA384", "RSASSA-PSS-SHA512",
}

func TestEveryAlgorithmHasItsStableName(t *testing.T) {
	for i, a := range signature.Algorithms() {
		if a.Name() != stableNames[i] {
			t.Errorf("%#x has the name %q, want %q", uint16(a), a.Name(), stableNames[i])
		}
	}
	if got := (signature.RSAPSSSHA384 + 7).String(); got != "RSASSA-PSS-SHA384 (salt 7)" {
		t.Errorf("String() = %q", got)
	}
	if got := signature.Ed25519.String(); got != "Ed25519" {
		t.Errorf("String() = %q", got)
	}
}

// nameOf returns the stable name of a value, empty if it is no algorithm.
func nameOf(value int) string {
	if value >= 0x0500 && value < 0x0800 {
		value = value&0xff00 + map[int]int{5: 32, 6: 48, 7: 64}[value>>8]
	}
	if i := slices.Index(signature.Algorithms(), signature.Algorithm(value)); i >= 0 {
		return stableNames[i]
	}
	return ""
}

func TestTheZeroSetAllowsEveryAlgorithmAndNothingElse(t *testing.T) {
	for i := range 1 << 16 {
		if got := (signature.Set{}).Allows(signature.Algorithm(i)); got != (nameOf(i) != "") {
			t.Errorf("Allows(%#x) = %v", i, got)
		}
	}
	if got := (signature.Set{}).Names(); !slices.Equal(got, stableNames) {
		t.Errorf("Names() = %v", got)
	}
}

func TestASetAllowsWhatItNamesAndNothingElse(t *testing.T) {
	for _, list := range [][]string{
		stableNames[:1], {"Ed25519"}, {"RSASSA-PSS-SHA512"}, {"ML-DSA-65", "ECDSA-P256-SHA256"}, stableNames[:19], stableNames,
	} {
		set, err := signature.ParseSet(list)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1 << 16 {
			if got := set.Allows(signature.Algorithm(i)); got != slices.Contains(list, nameOf(i)) {
				t.Errorf("%v: Allows(%#x) = %v", list, i, got)
			}
		}
		sorted := slices.DeleteFunc(slices.Clone(stableNames), func(name string) bool { return !slices.Contains(list, name) })
		if got := set.Names(); !slices.Equal(got, sorted) {
			t.Errorf("%v: Names() = %v", list, got)
		}
	}
}

func TestParseSetRefuses(t *testing.T) {
	for _, list := range [][]string{
		nil, {}, {""}, {"unknown"}, {"ed25519"}, {"ECDSA-P256-SHA1"}, {"RSASSA-PSS-SHA1"}, {"RSASSA-PSS-SHA256 (salt 32)"}, {"Ed25519 "},
		{"Ed25519", "Ed25519"}, {"Ed25519", "none"},
	} {
		if set, err := signature.ParseSet(list); !errors.Is(err, signature.ErrAlgorithm) || set != (signature.Set{}) {
			t.Errorf("ParseSet(%q) = %v, %v", list, set, err)
		}
	}
}

func TestPSSAlgorithmsTellTheirHashAndSalt(t *testing.T) {
	for i := range 1 << 16 {
		base, salt, ok := signature.Algorithm(i).PSS()
		if want := i >= 0x0500 && i < 0x0800; ok != want {
			t.Fatalf("PSS(%#x): %v", i, ok)
		}
		if ok && (int(base) != i&0xff00 || salt != i&0xff) || !ok && (base != 0 || salt != 0) {
			t.Errorf("PSS(%#x) = %#x, %d", i, uint16(base), salt)
		}
	}
}
