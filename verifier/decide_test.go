package verifier

import "testing"

// Any two checks may come out in any two ways: what is Verified depends on each by itself, and what is Rejected or not on
// the worst.
func TestTwoChecksDecideAsEachByItself(t *testing.T) {
	absent := Result(255)
	results := []Result{absent, Skipped, Passed, Open, Failed}
	set := func(r *report, c Check, result Result) {
		if r.findings[c] = (Finding{c, result, CodeClock, -1}); result == absent {
			r.findings[c] = Finding{}
		}
	}
	alone := func(c Check, result Result) Outcome {
		r := allPassed()
		set(r, c, result)
		outcome, _ := r.decide()
		return outcome
	}
	for a := CheckForm; a < checkEnd; a++ {
		for b := a + 1; b < checkEnd; b++ {
			for _, x := range results {
				for _, y := range results {
					r := allPassed()
					set(r, a, x)
					set(r, b, y)
					got, f := r.decide()
					one, two := alone(a, x), alone(b, y)
					want := Undetermined
					switch {
					case x == Failed || y == Failed:
						want = Rejected
					case x == Open || y == Open:
					case one == Verified && two == Verified:
						want = Verified
					default:
						want = Rejected
					}
					if got != want || (f == nil) != (got == Verified) {
						t.Errorf("%s %v and %s %v: %s, want %s", a, x, b, y, got, want)
					}
					if id, ok := r.verdict().Identity(); ok != (want == Verified) {
						t.Errorf("%s %v and %s %v: identity %+v", a, x, b, y, id)
					}
				}
			}
		}
	}
}
