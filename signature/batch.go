package signature

import (
	"encoding/binary"
	"errors"
)

const batchVersion = 1

// ErrAnswers reports answers that do not fit the checks they were given for. Nothing may be concluded from them.
var ErrAnswers = errors.New("signature: host gave too few, too many or unknown answers")

// AppendBatch appends the encoding of checks as one buffer, as docs/architecture.md lays it out. Equal keys stand
// once, so that a host imports each once.
func AppendBatch(dst []byte, checks []Check) []byte {
	type key struct {
		algorithm Algorithm
		key       string
	}
	index := make(map[key]uint32, len(checks))
	var keys []byte
	refs := make([]uint32, len(checks))
	size := 0
	for i, c := range checks {
		k := key{c.Algorithm, string(c.Key)}
		n, ok := index[k]
		if !ok {
			n = uint32(len(index))
			index[k] = n
			keys = binary.BigEndian.AppendUint16(keys, uint16(c.Algorithm))
			keys = binary.BigEndian.AppendUint32(keys, uint32(len(c.Key)))
			keys = append(keys, c.Key...)
		}
		refs[i] = n
		size += 12 + len(c.Message) + len(c.Signature)
	}
	if need := len(dst) + 9 + len(keys) + size; cap(dst) < need {
		dst = append(make([]byte, 0, need), dst...)
	}
	dst = append(dst, batchVersion)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(index)))
	dst = append(dst, keys...)
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(checks)))
	for i, c := range checks {
		dst = binary.BigEndian.AppendUint32(dst, refs[i])
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(c.Message)))
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(c.Signature)))
		dst = append(dst, c.Message...)
		dst = append(dst, c.Signature...)
	}
	return dst
}

// ErrBatch reports bytes that are not a batch.
var ErrBatch = errors.New("signature: malformed batch")

// ParseBatch reads a batch, for hosts that are written in Go. Keys and signatures are not checked again; they were when
// the checks were made. The error is [ErrBatch]. The checks keep sub-slices of b.
func ParseBatch(b []byte) ([]Check, error) {
	r := batchReader{b: b}
	if r.uint(1) != batchVersion {
		return nil, ErrBatch
	}
	// A count is only as good as the bytes that are there for it.
	const minKey, minCheck = 6, 12
	count := r.uint(4)
	if count > uint64(len(r.b))/minKey {
		return nil, ErrBatch
	}
	keys := make([]Check, count)
	for i := range keys {
		keys[i].Algorithm = Algorithm(r.uint(2))
		keys[i].Key = r.take(r.uint(4))
	}
	count = r.uint(4)
	if count > uint64(len(r.b))/minCheck {
		return nil, ErrBatch
	}
	checks := make([]Check, count)
	for i := range checks {
		key, message, sig := r.uint(4), r.uint(4), r.uint(4)
		if r.bad || key >= uint64(len(keys)) {
			return nil, ErrBatch
		}
		checks[i] = keys[key]
		checks[i].Message, checks[i].Signature = r.take(message), r.take(sig)
	}
	if r.bad || len(r.b) > 0 {
		return nil, ErrBatch
	}
	return checks, nil
}

// A batchReader reads zeros after the first read past the end.
type batchReader struct {
	b   []byte
	bad bool
}

func (r *batchReader) take(n uint64) []byte {
	if r.bad || n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *batchReader) uint(size uint64) (v uint64) {
	for _, c := range r.take(size) {
		v = v<<8 | uint64(c)
	}
	return v
}

// ParseAnswers reads a host's answers to n checks. The error is [ErrAnswers].
func ParseAnswers(b []byte, n int) ([]Answer, error) {
	answers := make([]Answer, 0, min(n, len(b)))
	for _, a := range b {
		answers = append(answers, Answer(a))
	}
	if err := ValidateAnswers(answers, n); err != nil {
		return nil, err
	}
	return answers, nil
}

// ValidateAnswers reports [ErrAnswers] unless there are n answers and each is one that a host may give.
func ValidateAnswers(answers []Answer, n int) error {
	if len(answers) != n {
		return ErrAnswers
	}
	for _, a := range answers {
		if a > Unsupported {
			return ErrAnswers
		}
	}
	return nil
}
