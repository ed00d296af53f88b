package portable_test

import (
	"testing"

	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/portable"
	"github.com/e2eid/e2eid/tests/testca"
)

var kinds = map[signature.Algorithm]testca.Kind{
	signature.Ed25519: testca.Ed25519, signature.Ed448: testca.Ed448,
	signature.MLDSA44: testca.MLDSA44, signature.MLDSA65: testca.MLDSA65, signature.MLDSA87: testca.MLDSA87,
	signature.ECDSAP256SHA256: testca.P256, // which is not supported
}

// checks returns for each algorithm a check that holds and one that does not.
func checks(t testing.TB) (list []signature.Check) {
	for _, a := range signature.Algorithms() {
		kind, ok := kinds[a]
		if !ok {
			continue
		}
		key := testca.NewKey(kind, "portable test")
		for _, message := range []string{"message", "massage"} {
			c, err := signature.NewDER(a, testca.RawPublicKey(key.Public()), []byte(message), key.Sign([]byte("message")))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, c)
		}
	}
	return list
}

// Package native compares the answers themselves, with the vectors and among each other.
func TestRunBatchAnswersEachCheck(t *testing.T) {
	list := checks(t)
	answers, err := signature.ParseAnswers(portable.RunBatch(signature.AppendBatch(nil, list)), len(list))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range list {
		want := signature.Valid
		switch {
		case !portable.Supports(c.Algorithm):
			want = signature.Unsupported
		case string(c.Message) != "message":
			want = signature.Invalid
		}
		if answers[i] != want || portable.Verify(c) != want {
			t.Errorf("%s, %q: %d in the batch, %d alone, want %d", c.Algorithm, c.Message, answers[i], portable.Verify(c), want)
		}
	}
}

func TestAMalformedBatchHasNoAnswers(t *testing.T) {
	batch := signature.AppendBatch(nil, checks(t)[:1])
	for n := range batch {
		if answers := portable.RunBatch(batch[:n]); answers != nil {
			t.Fatalf("%d of %d bytes get %v", n, len(batch), answers)
		}
	}
	// What has no checks has no answers, and that is the right number of them.
	if _, err := signature.ParseAnswers(portable.RunBatch(signature.AppendBatch(nil, nil)), 0); err != nil {
		t.Error(err)
	}
}

func TestSupportsIsWhatVerifyCanDo(t *testing.T) {
	for i := range 1 << 16 {
		c := signature.Check{Algorithm: signature.Algorithm(i)}
		if got := portable.Supports(c.Algorithm); i%256 < 16 && got == (answer(c) == signature.Unsupported) {
			t.Errorf("Supports(%#x) = %v, Verify answers %d", i, got, answer(c))
		}
	}
}

// answer goes through RunBatch, which contains what the checks of no bytes may do to a backend.
func answer(c signature.Check) signature.Answer {
	return signature.Answer(portable.RunBatch(signature.AppendBatch(nil, []signature.Check{c}))[0])
}

// Whatever the bytes are, there is one known answer for each check, or there are none.
func FuzzRunBatch(f *testing.F) {
	list := checks(f)
	for _, c := range list {
		f.Add(signature.AppendBatch(nil, []signature.Check{c}))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		parsed, err := signature.ParseBatch(in)
		answers := portable.RunBatch(in)
		if err != nil {
			if answers != nil {
				t.Fatalf("a malformed batch is answered %v", answers)
			}
			return
		}
		if _, err := signature.ParseAnswers(answers, len(parsed)); err != nil {
			t.Fatalf("%d checks are answered %v", len(parsed), answers)
		}
		for i, c := range parsed {
			if !portable.Supports(c.Algorithm) && answers[i] != byte(signature.Unsupported) {
				t.Fatalf("check %d is answered %d", i, answers[i])
			}
		}
	})
}
