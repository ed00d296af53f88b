package differential

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
)

var generated = sync.OnceValue(generateAll)

// scenarios returns all, the same in every run.
func scenarios(t testing.TB) []*scenario {
	list := generated()
	for _, s := range list {
		if len(s.tags) == 0 || len(s.end) == 0 || len(s.roots) == 0 {
			t.Fatalf("not a scenario: %q", s.id())
		}
	}
	return list
}

func generateAll() (list []*scenario) {
	for _, generate := range []func() []*scenario{
		certificates, validities, extensions, usages, algorithms, signatures,
		names, constraints, namedConstraints, policies, hosts, bags,
		lists, mutants,
	} {
		list = append(list, unique(generate())...)
	}
	return list
}

// newRandom returns what a generator draws from. It depends on nothing but the name.
func newRandom(name string) *rand.Rand {
	var seed [32]byte
	copy(seed[:], "e2eid differential "+name)
	return rand.New(rand.NewChaCha8(seed))
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// A change is one thing that is special about a chain, with its tags.
type change struct {
	tag   string
	apply func(*hierarchy)
}

// each returns a scenario for each change of a chain with this many intermediates.
func each(group string, intermediates int, changes []change) (list []*scenario) {
	for _, c := range changes {
		h := newHierarchy(intermediates, append([]string{group}, strings.Fields(c.tag)...)...)
		c.apply(h)
		list = append(list, h.scenarioOf())
	}
	return list
}

// places calls add for each certificate of a chain: an intermediate is in the middle.
func places(add func(place string, of func(*hierarchy) *testca.Cert)) {
	add("root", (*hierarchy).root)
	add("ca", (*hierarchy).ca)
	add("end", (*hierarchy).end)
}
