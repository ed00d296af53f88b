package signature_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"golang.org/x/crypto/cryptobyte"

	"github.com/e2eid/e2eid/signature"
)

func equalChecks(a, b []signature.Check) bool {
	return slices.EqualFunc(a, b, func(x, y signature.Check) bool {
		return x.Algorithm == y.Algorithm && bytes.Equal(x.Key, y.Key) && bytes.Equal(x.Message, y.Message) && bytes.Equal(x.Signature, y.Signature)
	})
}

// oneOfEach returns a check of every algorithm, twice with the same key.
func oneOfEach(t testing.TB) (checks []signature.Check) {
	for _, message := range []string{"first", "second"} {
		for _, a := range signature.Algorithms() {
			key, sig := good(a)
			c, err := signature.New(a, key, []byte(message), sig)
			if err != nil {
				t.Fatal(err)
			}
			checks = append(checks, c)
		}
	}
	return checks
}

func TestBatchRoundTrip(t *testing.T) {
	all := oneOfEach(t)
	same := all[0]
	for _, test := range []struct {
		name   string
		checks []signature.Check
		keys   uint32
	}{
		{"no checks", nil, 0},
		{"one", all[:1], 1},
		{"every algorithm", all[:len(signature.Algorithms())], uint32(len(signature.Algorithms()))},
		{"every algorithm twice: keys stand once", all, uint32(len(signature.Algorithms()))},
		{"one check twice", []signature.Check{same, same}, 1},
		{"one key with two algorithms is two keys", []signature.Check{
			{Algorithm: signature.ECDSAP256SHA256, Key: same.Key}, {Algorithm: signature.ECDSAP256SHA512, Key: same.Key},
		}, 2},
		{"parts of no bytes", []signature.Check{{Algorithm: signature.Ed25519}}, 1},
	} {
		prefix := []byte("before")
		b := signature.AppendBatch(bytes.Clone(prefix), test.checks)
		if !bytes.HasPrefix(b, prefix) {
			t.Fatalf("%s: the prefix is gone", test.name)
		}
		b = b[len(prefix):]
		if !bytes.Equal(b, signature.AppendBatch(nil, test.checks)) {
			t.Errorf("%s: the encoding depends on what it is appended to", test.name)
		}
		if keys := binary.BigEndian.Uint32(b[1:]); keys != test.keys {
			t.Errorf("%s: %d keys, want %d", test.name, keys, test.keys)
		}
		got, err := signature.ParseBatch(b)
		if err != nil || !equalChecks(got, test.checks) {
			t.Errorf("%s: ParseBatch = %v, %v", test.name, got, err)
		}
		// Each part counts: without its last byte, or with one more, it is no batch.
		for n := range b {
			if _, err := signature.ParseBatch(b[:n]); !errors.Is(err, signature.ErrBatch) {
				t.Fatalf("%s: %d of %d bytes: %v", test.name, n, len(b), err)
			}
		}
		if _, err := signature.ParseBatch(append(b, 0)); !errors.Is(err, signature.ErrBatch) {
			t.Errorf("%s: with a byte after it: %v", test.name, err)
		}
	}
}

// The layout is docs/architecture.md's; the npm package has a second reader of it.
func TestBatchLayout(t *testing.T) {
	got := signature.AppendBatch(nil, []signature.Check{
		{Algorithm: signature.Ed25519, Key: []byte("k"), Message: []byte("mm"), Signature: []byte("sss")},
		{Algorithm: signature.MLDSA44, Key: []byte("ll"), Message: nil, Signature: []byte("s")},
		{Algorithm: signature.Ed25519, Key: []byte("k"), Message: []byte("m"), Signature: nil},
	})
	want := "\x01" +
		"\x00\x00\x00\x02" + "\x02\x01\x00\x00\x00\x01k" + "\x04\x01\x00\x00\x00\x02ll" +
		"\x00\x00\x00\x03" +
		"\x00\x00\x00\x00" + "\x00\x00\x00\x02" + "\x00\x00\x00\x03" + "mm" + "sss" +
		"\x00\x00\x00\x01" + "\x00\x00\x00\x00" + "\x00\x00\x00\x01" + "s" +
		"\x00\x00\x00\x00" + "\x00\x00\x00\x01" + "\x00\x00\x00\x00" + "m"
	if string(got) != want {
		t.Errorf("%x, want %x", got, want)
	}
}

func TestParseBatchRefuses(t *testing.T) {
	const key = "\x02\x01\x00\x00\x00\x01k"
	for _, test := range []struct{ name, batch string }{
		{"version 0", "\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"},
		{"version 2", "\x02" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"},
		{"a check of a key that is not there", "\x01" + "\x00\x00\x00\x00" + "\x00\x00\x00\x01" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"},
		{"a check of a key beyond the last", "\x01" + "\x00\x00\x00\x01" + key + "\x00\x00\x00\x01" + "\x00\x00\x00\x01" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"},
		{"a check of a key of the highest index", "\x01" + "\x00\x00\x00\x01" + key + "\x00\x00\x00\x01" + "\xff\xff\xff\xff" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"},
		{"more keys than there are bytes for", "\x01" + "\xff\xff\xff\xff" + key + "\x00\x00\x00\x00"},
		{"more checks than there are bytes for", "\x01" + "\x00\x00\x00\x01" + key + "\xff\xff\xff\xff"},
		{"a key longer than the batch", "\x01" + "\x00\x00\x00\x01" + "\x02\x01\xff\xff\xff\xffk" + "\x00\x00\x00\x00"},
		{"a message and signature whose sizes add up to little in 32 bits", "\x01" + "\x00\x00\x00\x01" + key + "\x00\x00\x00\x01" + "\x00\x00\x00\x00" + "\xff\xff\xff\xff" + "\x00\x00\x00\x01"},
	} {
		if checks, err := signature.ParseBatch([]byte(test.batch)); !errors.Is(err, signature.ErrBatch) || checks != nil {
			t.Errorf("%s: %v, %v", test.name, checks, err)
		}
	}
}

// A count that the bytes do not bear out must not be made room for.
func TestParseBatchMemoryIsBoundedByItsInput(t *testing.T) {
	hostile := append([]byte{1, 0xff, 0xff, 0xff, 0xff}, make([]byte, 1000)...)
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = signature.ParseBatch(hostile)
		}
	})
	if got := result.AllocedBytesPerOp(); got > 100*int64(len(hostile)) {
		t.Errorf("ParseBatch allocates %d bytes for %d", got, len(hostile))
	}
}

func TestOnlyAnswersThatAHostMayGiveAreTaken(t *testing.T) {
	for a := range 256 {
		known := a == int(signature.Invalid) || a == int(signature.Valid) || a == int(signature.Unsupported)
		// Alone, and at each place among others.
		for at := range 3 {
			b := []byte{1, 1, 1}
			b[at] = byte(a)
			answers, err := signature.ParseAnswers(b, 3)
			if known && (err != nil || len(answers) != 3 || answers[at] != signature.Answer(a)) {
				t.Errorf("ParseAnswers(%v) = %v, %v", b, answers, err)
			}
			if !known && (err != signature.ErrAnswers || answers != nil) {
				t.Errorf("ParseAnswers(%v) = %v, %v", b, answers, err)
			}
		}
		if err := signature.ValidateAnswers([]signature.Answer{signature.Answer(a)}, 1); (err == nil) != known {
			t.Errorf("ValidateAnswers(%d) = %v", a, err)
		}
	}
	for have := range 5 {
		for want := range 5 {
			b := bytes.Repeat([]byte{byte(signature.Valid)}, have)
			answers, err := signature.ParseAnswers(b, want)
			if (err == nil) != (have == want) || err != nil && err != signature.ErrAnswers {
				t.Errorf("%d answers to %d checks: %v, %v", have, want, answers, err)
			}
			if err := signature.ValidateAnswers(make([]signature.Answer, have), want); (err == nil) != (have == want) {
				t.Errorf("%d answers to %d checks: %v", have, want, err)
			}
		}
	}
}

// isCanonical reports whether the keys of a batch that ParseBatch accepts stand in the order of their first use, each
// once, and all are used. Then, and only then, is it the encoding of its checks.
func isCanonical(batch []byte) bool {
	s := cryptobyte.String(batch[1:])
	var keyCount, checkCount uint32
	s.ReadUint32(&keyCount)
	seen := map[string]bool{}
	for range keyCount {
		head, size := s, uint32(0)
		s.Skip(2)
		s.ReadUint32(&size)
		s.Skip(int(size))
		seen[string(head[:len(head)-len(s)])] = true
	}
	s.ReadUint32(&checkCount)
	next := uint32(0)
	for range checkCount {
		var key, message, sig uint32
		s.ReadUint32(&key)
		s.ReadUint32(&message)
		s.ReadUint32(&sig)
		s.Skip(int(message + sig))
		if key > next {
			return false
		}
		if key == next {
			next++
		}
	}
	return len(seen) == int(keyCount) && next == keyCount
}

func FuzzParseBatch(f *testing.F) {
	all := oneOfEach(f)
	f.Add(signature.AppendBatch(nil, nil))
	f.Add(signature.AppendBatch(nil, all[:2]))
	f.Add(signature.AppendBatch(nil, append(all[9:11:11], all[9:11]...)))
	f.Add([]byte("\x01\x00\x00\x00\x02\x02\x01\x00\x00\x00\x01k\x02\x01\x00\x00\x00\x01k\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, in []byte) {
		checks, err := signature.ParseBatch(in)
		if err != nil {
			if err != signature.ErrBatch || checks != nil {
				t.Fatalf("%v beside %v", checks, err)
			}
			return
		}
		out := signature.AppendBatch(nil, checks)
		if same := bytes.Equal(out, in); same != isCanonical(in) || len(out) > len(in) {
			t.Fatalf("%x re-encodes to %x", in, out)
		}
		again, err := signature.ParseBatch(out)
		if err != nil || !equalChecks(again, checks) {
			t.Fatalf("%x: the checks are others after re-encoding: %v", in, err)
		}
	})
}
