package verifier

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// allPassed returns a report that leads to Verified.
func allPassed() *report {
	r := &report{}
	for _, c := range Checks() {
		r.pass(c)
	}
	return r
}

// Nothing but a pass of every check is Verified; these five may have been left out for want of a subject.
func TestOnlyPassedChecksAreVerified(t *testing.T) {
	if outcome, _ := allPassed().decide(); outcome != Verified {
		t.Fatalf("all passed: %v", outcome)
	}
	left := map[string]bool{"POP-4": true, "POP-6": true, "STAT-1": true, "STAT-2": true, "STAT-3": true}
	for _, c := range Checks() {
		for result := range Result(8) { // also values that nobody gives
			r := allPassed()
			r.findings[c] = Finding{c, result, CodeMalformed, -1}
			outcome, _ := r.decide()
			if want := result == Passed || result == Skipped && left[c.String()]; want != (outcome == Verified) {
				t.Errorf("%s %d: %v", c, result, outcome)
			}
		}
		r := allPassed()
		r.vc, r.bound, r.challenged = isForTokens(c), c == CheckBinding, c == CheckChallenge // others do not come to those
		if isForKeys(c) {
			r.keys = c
		}
		r.findings[c] = Finding{}
		if outcome, f := r.decide(); outcome != Rejected || f.Code != CodeInternal {
			t.Errorf("without %s: %v(%v)", c, outcome, f)
		}
	}
}

func TestWorstFindingOfACheckStays(t *testing.T) {
	add := []func(*report){
		func(r *report) { r.skip(CheckStatus) },
		func(r *report) { r.pass(CheckStatus) },
		func(r *report) { r.open(CheckStatus, CodeNotCovered, 1) },
		func(r *report) { r.fail(CheckStatus, CodeRevoked, 0) },
	}
	want := []Result{Skipped, Passed, Open, Failed}
	for i := range add {
		for j := range add {
			r := &report{}
			add[i](r)
			add[j](r)
			if got := r.findings[CheckStatus].Result; got != want[max(i, j)] {
				t.Errorf("%v, then %v: %v", want[i], want[j], got)
			}
		}
	}
}

// A rejection outranks whatever could not be decided, and the first failure is the code.
func TestFirstFailureIsTheCode(t *testing.T) {
	r := allPassed()
	r.open(CheckPath, CodeUnsupportedAlgorithm, -1)
	if v := r.verdict(); v.Outcome() != Unverified || v.Code() != CodeUnsupportedAlgorithm {
		t.Errorf("%v(%v)", v.Outcome(), v.Code())
	}
	r.open(CheckCredentialType, CodeNoAssurance, -1)
	r.fail(CheckStatus, CodeRevoked, 0)
	r.fail(CheckScope, CodeAuthorityNotForDomain, 0)
	if v := r.verdict(); v.Outcome() != Rejected || v.Code() != CodeAuthorityNotForDomain || v.Certificate() != 0 {
		t.Errorf("%v(%v) of certificate %d", v.Outcome(), v.Code(), v.Certificate())
	}
}

func TestRevokedEndEntityOutranksAnotherPath(t *testing.T) {
	good, revoked, issuer, open := allPassed(), allPassed(), allPassed(), allPassed()
	revoked.fail(CheckStatus, CodeRevoked, 0)
	issuer.fail(CheckStatus, CodeRevoked, 1)
	open.open(CheckFresh, CodeStaleRevocation, 0)
	for i, r := range []*report{issuer, open, good, revoked} {
		for j, s := range []*report{issuer, open, good, revoked} {
			if (r.rank() > s.rank()) != (i > j) {
				t.Errorf("rank %d of report %d, rank %d of report %d", r.rank(), i, s.rank(), j)
			}
		}
	}
}

func TestZeroVerdictIsRejectedAndShowsNothing(t *testing.T) {
	var v Verdict
	if v.Outcome() != Rejected || v.Code() != CodeInternal || v.Certificate() != -1 {
		t.Errorf("%v(%v) of certificate %d", v.Outcome(), v.Code(), v.Certificate())
	}
	if id, ok := v.Identity(); ok || id.ID != "" {
		t.Errorf("identity %+v", id)
	}
	const want = `{"outcome":"rejected","code":"internal","message":"the host gave no usable answers, or the module failed: nothing was judged","missing":[],"warnings":[],"findings":[]}`
	if got := string(v.AppendJSON(nil)); got != want {
		t.Errorf("JSON %s", got)
	}
	for o := range Outcome(255) {
		if s := o.String(); o > Verified && s != "rejected" {
			t.Errorf("outcome %d is %q", o, s)
		}
	}
}

func TestEveryCodeIsListedOnceAndHasAMessage(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[Code]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && strings.HasPrefix(spec.Names[0].Name, "Code") {
			s, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			declared[Code(s)] = true
		}
		return true
	})
	messages := map[string]Code{}
	for _, c := range Codes() {
		if !declared[c] {
			t.Errorf("%s is listed twice, or not declared", c)
		}
		delete(declared, c)
		if other := messages[c.Message()]; other != "" {
			t.Errorf("%s has the message of %s", c, other)
		}
		messages[c.Message()] = c
	}
	for c := range declared {
		t.Errorf("%s is not listed", c)
	}
	if Code("no such").Message() != CodeInternal.Message() {
		t.Error("a code that is none has a message of its own")
	}
}

func TestEveryCheckHasANameOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Checks() {
		if c.String() == "" || seen[c.String()] {
			t.Errorf("check %d is called %q", c, c)
		}
		seen[c.String()] = true
	}
	if Check(0).String() != "" || checkEnd.String() != "" {
		t.Error("a value that is no check has a name")
	}
}

func TestProvenEdgesTakeConstantMemory(t *testing.T) {
	var p proven
	var d digest
	for i := range 5 * maxProven {
		d[0], d[1], d[2] = byte(i), byte(i>>8), byte(i>>16)
		p.add(d)
		if !p.has(d) {
			t.Fatal("forgot what was just added")
		}
		if len(p.newer) > maxProven || len(p.older) > maxProven {
			t.Fatalf("holds %d and %d", len(p.newer), len(p.older))
		}
	}
}

func TestDocumentListsEveryCheckAndCode(t *testing.T) {
	doc, err := os.ReadFile("../docs/checks.md")
	if err != nil {
		t.Fatal(err)
	}
	var checks, codes []string
	for line := range strings.Lines(string(doc)) {
		cells := strings.Split(line, " | ")
		first, ok := strings.CutPrefix(cells[0], "| ")
		switch {
		case !ok || first == "check" || first == "code":
		case strings.HasPrefix(first, "`"):
			codes = append(codes, strings.Trim(first, "`"))
			if want := Code(codes[len(codes)-1]).Message(); strings.TrimRight(cells[2], " |\n") != want {
				t.Errorf("%s: the document says %q, the code %q", first, cells[2], want)
			}
		default:
			checks = append(checks, first)
		}
	}
	var wantChecks, wantCodes []string
	for _, c := range Checks() {
		wantChecks = append(wantChecks, c.String())
	}
	for _, c := range Codes() {
		wantCodes = append(wantCodes, string(c))
	}
	if !slices.Equal(checks, wantChecks) {
		t.Errorf("checks of the document %v, want %v", checks, wantChecks)
	}
	if !slices.Equal(codes, wantCodes) {
		t.Errorf("codes of the document %v, want %v", codes, wantCodes)
	}
}
