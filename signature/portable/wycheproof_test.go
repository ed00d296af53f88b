package portable_test

import (
	"testing"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/portable"
	"github.com/e2eid/e2eid/tests/vectors"
	"github.com/e2eid/e2eid/tests/wycheproof"
)

// Compiled as WebAssembly, this is the backend module.
func TestWycheproof(t *testing.T) {
	dir := vectors.Path(t, "wycheproof")
	files, err := wycheproof.Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	var answered, unsupported, wrong int
	for _, file := range files {
		cases, err := wycheproof.Read(dir, file)
		if err != nil {
			t.Fatal(err)
		}
		var checks []signature.Check
		var asked []wycheproof.Case
		for _, c := range cases {
			if c.Err == nil {
				checks, asked = append(checks, c.Check), append(asked, c)
			}
		}
		answers, err := signature.ParseAnswers(portable.RunBatch(signature.AppendBatch(nil, checks)), len(checks))
		if err != nil {
			t.Fatal(err)
		}
		for i, answer := range answers {
			want := signature.Unsupported
			if portable.Supports(checks[i].Algorithm) {
				want = asked[i].Want()
				answered++
			} else {
				unsupported++
			}
			if answer != want {
				wrong++
				t.Errorf("%s: %s: answered %d, want %d", file, asked[i], answer, want)
			}
		}
	}
	if answered == 0 {
		t.Error("nothing was answered")
	}
	t.Logf("%d checks answered, %d of algorithms that are left to others", answered, unsupported)
	t.Logf("figure x509.wycheproof_wrong %d cases", wrong)
}
