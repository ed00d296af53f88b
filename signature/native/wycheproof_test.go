package native_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/vectors"
	"github.com/e2eid/e2eid/tests/wycheproof"
)

func TestWycheproof(t *testing.T) {
	dir := vectors.Path(t, "wycheproof")
	files, err := wycheproof.Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	var total, accepted, before, wrong int
	policies := map[string]int{}
	for _, file := range files {
		cases, err := wycheproof.Read(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		// P-521 and large keys take long, in WebAssembly above all.
		sample := testing.Short() && (strings.Contains(file, "secp521r1") || strings.Contains(file, "_4096_") ||
			strings.Contains(file, "_8192_"))
		var checks []signature.Check
		var asked []wycheproof.Case
		for i, c := range cases {
			total++
			if c.Policy != "" {
				policies[c.Policy]++
			}
			switch {
			case c.Err != nil:
				before++
				if c.Want() == signature.Valid {
					wrong++
					t.Errorf("%s: %s: refused: %v", file, c, c.Err)
				}
			case c.Policy != "" && c.Policy != "context":
				wrong++
				t.Errorf("%s: %s: a check was made against the policy %q", file, c, c.Policy)
			case !sample || i%8 == 0:
				checks, asked = append(checks, c.Check), append(asked, c)
			}
		}
		for i, answer := range native.Run(checks) {
			if answer != asked[i].Want() {
				wrong++
				t.Errorf("%s: %s: answered %d", file, asked[i], answer)
			}
			if answer == signature.Valid {
				accepted++
			}
		}
	}
	t.Logf("%d cases: %d refused before a host is asked, of the others %d accepted; under policies: %v", total, before, accepted, policies)
	t.Logf("figure x509.wycheproof_wrong %d cases", wrong)

	// What the policies cover is stated, so that none grows unseen.
	want := map[string]int{"hash": 1800, "mgf1-hash": 430, "context": 21, "jose": 427}
	if !maps.Equal(policies, want) {
		t.Errorf("under policies: %v, want %v", policies, want)
	}
	for name := range policies {
		if wycheproof.Policies[name] == "" {
			t.Errorf("policy %q is not stated", name)
		}
	}
}

func TestRunAnswersInTheOrderOfTheChecks(t *testing.T) {
	cases, err := wycheproof.Read(vectors.Path(t, "wycheproof"), "ed25519")
	if err != nil {
		t.Fatal(err)
	}
	var checks []signature.Check
	for _, c := range cases {
		if c.Err == nil {
			checks = append(checks, c.Check)
		}
	}
	want := native.Run(checks)
	slices.Reverse(checks)
	got := native.Run(checks)
	slices.Reverse(got)
	if !slices.Equal(got, want) || len(got) != len(checks) || len(got) == 0 {
		t.Errorf("reversed checks get %v, want %v", got, want)
	}
	if got := native.Run(nil); len(got) != 0 {
		t.Errorf("no checks get %v", got)
	}
}
