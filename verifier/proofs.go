package verifier

import (
	"encoding/binary"

	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/signature"
)

// A ref stands for a signature check: an index into the plan's checks, or an answer that is known without asking.
type ref int32

const (
	refInvalid     ref = -1 // refused before asking
	refUnsupported ref = -2
	refProven      ref = -3 // proven before
	refForbidden   ref = -4 // by the policy
)

// digest is the SHA-256 of everything a check is about, each part with its size before it.
type digest [sha256.Size]byte

func digestOf(c signature.Check) digest {
	h := sha256.New()
	var head [14]byte
	binary.BigEndian.PutUint16(head[:], uint16(c.Algorithm))
	binary.BigEndian.PutUint32(head[2:], uint32(len(c.Key)))
	binary.BigEndian.PutUint32(head[6:], uint32(len(c.Message)))
	binary.BigEndian.PutUint32(head[10:], uint32(len(c.Signature)))
	h.Write(head[:])
	h.Write(c.Key)
	h.Write(c.Message)
	h.Write(c.Signature)
	return h.Sum()
}

// proven remembers edges that were answered Valid, in constant memory: when the newer generation is full it becomes the
// older one, which is forgotten. A remembered edge is not asked for again. Nothing but Valid is remembered.
type proven struct {
	newer, older map[digest]struct{}
}

func (p *proven) has(d digest) bool {
	if _, ok := p.newer[d]; ok {
		return true
	}
	_, ok := p.older[d]
	return ok
}

func (p *proven) add(d digest) {
	if p.newer == nil || len(p.newer) >= maxProven {
		p.older, p.newer = p.newer, make(map[digest]struct{})
	}
	p.newer[d] = struct{}{}
}

// questions collects the checks of one batch.
type questions struct {
	proven  *proven
	allowed signature.Set
	checks  []signature.Check
	edges   map[digest]ref     // checks to remember, each asked once
	answers []signature.Answer // given by answer
}

// ask takes what [signature.New] or [signature.NewDER] returned about a proof of possession. Those are not remembered:
// a client makes one for each use, and to hash it costs a tenth of checking it.
func (q *questions) ask(c signature.Check, err error) ref {
	switch err {
	case nil:
	case signature.ErrAlgorithm:
		return refUnsupported
	default:
		return refInvalid
	}
	if !q.allowed.Allows(c.Algorithm) {
		return refForbidden
	}
	q.checks = append(q.checks, c)
	return ref(len(q.checks) - 1)
}

// askEdge is ask about an edge of a path, which is asked for once and remembered.
func (q *questions) askEdge(c signature.Check, err error) ref {
	if err != nil {
		return q.ask(c, err)
	}
	return q.askOnce(digestOf(c), func() (signature.Check, error) { return c, nil })
}

// askOnce asks, and remembers under d, which stands for everything that the check is about.
func (q *questions) askOnce(d digest, check func() (signature.Check, error)) ref {
	if q.proven.has(d) {
		return refProven
	}
	r, asked := q.edges[d]
	if !asked {
		if q.edges == nil {
			q.edges = make(map[digest]ref)
		}
		if r = q.ask(check()); r >= 0 {
			q.edges[d] = r
		}
	}
	return r
}

// answer takes the host's answers. The error is [signature.ErrAnswers], and then nothing is remembered.
func (q *questions) answer(answers []signature.Answer) error {
	if err := signature.ValidateAnswers(answers, len(q.checks)); err != nil {
		return err
	}
	for d, r := range q.edges {
		if answers[r] == signature.Valid {
			q.proven.add(d)
		}
	}
	q.answers = answers
	return nil
}

// of returns the answer that r stands for.
func (q *questions) of(r ref) signature.Answer {
	switch {
	case r == refProven:
		return signature.Valid
	case r == refUnsupported:
		return signature.Unsupported
	case r < 0 || int(r) >= len(q.answers):
		return signature.Invalid
	}
	return q.answers[r]
}
