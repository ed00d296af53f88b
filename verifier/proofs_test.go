package verifier

import (
	"errors"
	"testing"

	"github.com/e2eid/e2eid/signature"
)

func check(message string) signature.Check {
	return signature.Check{Algorithm: signature.Ed25519, Key: []byte("key"), Message: []byte(message), Signature: []byte("signature")}
}

func TestEdgesAreAskedOnceAndProofsOfPossessionEachTime(t *testing.T) {
	q := &questions{proven: &proven{}}
	a, b := q.askEdge(check("a"), nil), q.askEdge(check("b"), nil)
	if again := q.askEdge(check("a"), nil); again != a || a == b || len(q.checks) != 2 {
		t.Errorf("refs %d, %d, again %d, %d checks", a, b, again, len(q.checks))
	}
	if pop, again := q.ask(check("a"), nil), q.ask(check("a"), nil); pop == again || pop == a || len(q.checks) != 4 {
		t.Errorf("proofs of possession %d and %d, %d checks", pop, again, len(q.checks))
	}
}

// A check that cannot be asked for has its answer, and never a good one.
func TestRefusedChecksAreAnsweredWithoutAsking(t *testing.T) {
	for _, test := range []struct {
		err  error
		want signature.Answer
	}{
		{signature.ErrAlgorithm, signature.Unsupported},
		{signature.ErrKey, signature.Invalid},
		{signature.ErrSignature, signature.Invalid},
		{errors.New("an error of tomorrow"), signature.Invalid},
	} {
		q := &questions{proven: &proven{}}
		for _, r := range []ref{q.ask(check("a"), test.err), q.askEdge(check("a"), test.err)} {
			if err := q.answer(nil); err != nil || len(q.checks) != 0 || q.of(r) != test.want {
				t.Errorf("%v: answer %d, %d checks, %v", test.err, q.of(r), len(q.checks), err)
			}
		}
	}
}

func TestOnlyValidEdgesAreRemembered(t *testing.T) {
	p := &proven{}
	q := &questions{proven: p}
	possession := q.ask(check("possession"), nil)
	edges := map[signature.Answer]ref{}
	for _, a := range []signature.Answer{signature.Invalid, signature.Valid, signature.Unsupported} {
		edges[a] = q.askEdge(check(string('a'+rune(a))), nil)
	}
	if err := q.answer([]signature.Answer{signature.Valid, signature.Invalid, signature.Valid, signature.Unsupported}); err != nil {
		t.Fatal(err)
	}
	if q.of(possession) != signature.Valid {
		t.Error("the proof of possession has another answer")
	}
	next := &questions{proven: p}
	for a, r := range edges {
		if q.of(r) != a {
			t.Errorf("answer %d became %d", a, q.of(r))
		}
		again := next.askEdge(check(string('a'+rune(a))), nil)
		if (again == refProven) != (a == signature.Valid) {
			t.Errorf("an edge answered %d: remembered = %v", a, again == refProven)
		}
	}
	if next.askEdge(check("possession"), nil) == refProven {
		t.Error("a proof of possession is remembered")
	}
	if next.of(refProven) != signature.Valid {
		t.Error("what is proven is not valid")
	}
}

// Every part of a check counts, and no part can lend bytes to the next.
func TestAnotherCheckIsAnotherEdge(t *testing.T) {
	base := check("message")
	seen := map[digest]string{digestOf(base): "itself"}
	for what, edit := range map[string]func(*signature.Check){
		"algorithm":            func(c *signature.Check) { c.Algorithm = signature.Ed448 },
		"key":                  func(c *signature.Check) { c.Key = []byte("kez") },
		"message":              func(c *signature.Check) { c.Message = []byte("massage") },
		"signature":            func(c *signature.Check) { c.Signature = []byte("signaturf") },
		"key to message":       func(c *signature.Check) { c.Key, c.Message = []byte("keym"), []byte("essage") },
		"message to key":       func(c *signature.Check) { c.Key, c.Message = []byte("ke"), []byte("ymessage") },
		"message to signature": func(c *signature.Check) { c.Message, c.Signature = []byte("messag"), []byte("esignature") },
		"nothing":              func(c *signature.Check) { *c = signature.Check{} },
	} {
		c := base
		edit(&c)
		d := digestOf(c)
		if other, ok := seen[d]; ok {
			t.Errorf("%s is the same as %s", what, other)
		}
		seen[d] = what
	}
}

func TestMisshapenAnswersProveNothing(t *testing.T) {
	for what, answers := range map[string][]signature.Answer{
		"none": nil, "too few": {signature.Valid}, "too many": {signature.Valid, signature.Valid, signature.Valid},
		"one that no host gives": {signature.Valid, 3},
	} {
		p := &proven{}
		q := &questions{proven: p}
		a, b := q.askEdge(check("a"), nil), q.ask(check("b"), nil)
		if err := q.answer(answers); !errors.Is(err, signature.ErrAnswers) {
			t.Errorf("%s: %v", what, err)
		}
		if q.of(a) == signature.Valid || q.of(b) == signature.Valid || len(p.newer)+len(p.older) != 0 {
			t.Errorf("%s: something is proven", what)
		}
	}
	// Before any answer, and beyond the last, nothing is valid.
	q := &questions{}
	for r := ref(-10); r < 10; r++ {
		if r != refProven && q.of(r) == signature.Valid {
			t.Errorf("ref %d is valid", r)
		}
	}
}

func TestOldestEdgesAreForgotten(t *testing.T) {
	at := func(i int) (d digest) {
		d[0], d[1], d[2] = byte(i), byte(i>>8), byte(i>>16)
		return d
	}
	var p proven
	const added = 4*maxProven + 17
	for i := range added {
		p.add(at(i))
	}
	// The last maxProven are held for certain.
	for i := added - maxProven; i < added; i++ {
		if !p.has(at(i)) {
			t.Fatalf("%d of %d is forgotten", i, added)
		}
	}
	if p.has(at(0)) {
		t.Error("the first is still held")
	}
}
