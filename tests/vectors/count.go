package vectors

import "testing"

// A Count counts the vectors of a folder below vectors/vc that get the right answer. It says so at the end of the test, as
// "counted FOLDER RIGHT TOTAL NEGATIVES", and tests/bench/vc.sh adds up what is said. The names of these tests end in Vectors.
type Count struct {
	t                       *testing.T
	right, total, negatives int
}

// NewCount starts a count of as many vectors as want says. Another number fails the test: none is passed over in silence.
func NewCount(t *testing.T, folder string, want int) *Count {
	c := &Count{t: t}
	t.Cleanup(func() {
		if c.total != want && !t.Skipped() {
			t.Errorf("%d vectors of %s, want %d", c.total, folder, want)
		}
		t.Logf("counted %s %d %d %d", folder, c.right, c.total, c.negatives)
	})
	return c
}

// Case runs the test of a vector, which is right if that passes.
func (c *Count) Case(name string, test func(t *testing.T)) { c.run(name, test) }

// Negative is Case of a vector that is to be refused, for the reason that the test asserts.
func (c *Count) Negative(name string, test func(t *testing.T)) {
	if c.run(name, test) {
		c.negatives++
	}
}

func (c *Count) run(name string, test func(t *testing.T)) (right bool) {
	c.total++
	c.t.Run(name, func(t *testing.T) {
		test(t)
		right = !t.Failed() && !t.Skipped()
	})
	if right {
		c.right++
	}
	return right
}
