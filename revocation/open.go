package revocation

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/signature"
)

// A Key may sign the heads of an authority.
type Key struct {
	Algorithm signature.Algorithm
	Key       []byte // as in signature.Check
}

// ID returns the key's id in a head.
func (k Key) ID() (id [8]byte) {
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint16(nil, uint16(k.Algorithm)), k.Key...))
	copy(id[:], sum[:])
	return id
}

// Signers says who signs the heads of an authority.
type Signers struct {
	Authority string
	Keys      []Key
	Threshold int // how many of Keys must have signed; 0: all
	// Sequence is 0, or that of the rollover that led to these keys.
	Sequence uint32
	// Fixed keys are replaced by no rollover: they were delegated for a time, and must not decide about a longer one.
	Fixed bool
}

// need returns how many keys must have signed.
func (s Signers) need() int {
	if s.Threshold == 0 {
		return len(s.Keys)
	}
	return s.Threshold
}

// Validate reports [ErrSigners] unless the authority's id is valid, there is a key, each is well formed, none is there
// twice, and the threshold is not over their number. The error says which.
func (s Signers) Validate() error {
	switch {
	case !ValidAuthority(s.Authority):
		return &detailError{ErrSigners, "authority id"}
	case len(s.Keys) == 0:
		return &detailError{ErrSigners, "no key"}
	case s.Threshold < 0 || s.Threshold > len(s.Keys):
		return &detailError{ErrSigners, "threshold is over the number of keys"}
	}
	for i, k := range s.Keys {
		if err := signature.CheckKey(k.Algorithm, k.Key); err != nil {
			return &detailError{ErrSigners, err.Error()}
		}
		for _, other := range s.Keys[:i] {
			if other.ID() == k.ID() || bytes.Equal(other.Key, k.Key) {
				return &detailError{ErrSigners, "a key is there twice"} // it would count twice
			}
		}
	}
	return nil
}

// A HeadPlan holds the signature checks that decide whether a head is an authority's.
type HeadPlan struct {
	head      *UnverifiedHead
	signers   Signers
	rollovers []rollover
	checks    []signature.Check
	about     []about // each check
}

// An about says under which object a signature stands, and by which key.
type about struct {
	object int // a rollover, or -1 for the head
	key    [8]byte
	raw    []byte
}

// Plan lists the signatures under the head, and under the rollovers that come with it, that a configured key may have made
// or one that follows it. The error is [ErrSigners], [ErrAuthority] if the head is another authority's, [ErrSignature]
// if there are too few to ask about, or wraps [ErrFormat] or [ErrVersion] if a rollover is malformed.
func (u *UnverifiedHead) Plan(s Signers) (*HeadPlan, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if u.body.Authority != s.Authority {
		return nil, ErrAuthority
	}
	rollovers, err := u.rollovers()
	if err != nil {
		return nil, err
	}
	if s.Fixed {
		rollovers = nil
	}
	p := &HeadPlan{head: u, signers: s, rollovers: rollovers}
	keys := s.Keys[:len(s.Keys):len(s.Keys)]
	for i, r := range rollovers {
		keys = append(keys, r.next.Keys...)
		p.ask(i, keys, r.signed, r.signatures)
	}
	if p.ask(-1, keys, u.signed, u.signatures); len(rollovers) == 0 && len(p.checks) < s.need() {
		return nil, ErrSignature
	}
	return p, nil
}

// ask adds the checks of an object's signatures by any of these keys.
func (p *HeadPlan) ask(object int, keys []Key, signed []byte, signatures []Signature) {
	for _, sig := range signatures {
		for _, k := range keys {
			if uint16(k.Algorithm) != sig.Algorithm || k.ID() != sig.KeyID {
				continue // counts for nothing
			}
			// Ids rise, so that no key is asked about twice.
			if c, err := signature.New(k.Algorithm, k.Key, signed, sig.Signature); err == nil {
				p.checks = append(p.checks, c)
				p.about = append(p.about, about{object, sig.KeyID, k.Key})
			}
			break
		}
	}
}

// signed reports whether enough of the keys have signed an object; unsure is whether more may have, than the host can check.
func (p *HeadPlan) signed(object int, s Signers, answers []signature.Answer) (ok, unsure bool) {
	valid, maybe := 0, 0
	for i, a := range p.about {
		for _, k := range s.Keys {
			if a.object == object && k.ID() == a.key && bytes.Equal(k.Key, a.raw) {
				switch answers[i] {
				case signature.Valid:
					valid++
				case signature.Unsupported:
					maybe++
				}
			}
		}
	}
	need := s.need()
	return need > 0 && valid >= need, valid+maybe >= need
}

// Checks returns what the host has to answer. The slices within are parts of the head and must not be changed.
func (p *HeadPlan) Checks() []signature.Check { return slices.Clone(p.checks) }

// A Head is a head that its authority has signed. It may be old: see [State.Accept]. Only [HeadPlan.Open] makes one; a zero
// Head is nobody's, and no State accepts it.
type Head struct {
	u        UnverifiedHead
	sequence uint32     // of the keys that have signed
	from     uint32     // of the keys that the verifier is configured with
	by       []followed // from those to these
}

// A followed is a rollover that put its keys in force.
type followed struct {
	sequence uint32
	keys     [32]byte // SHA-256 of what was signed: authority, sequence, threshold and keys
}

// Open concludes the plan from the host's answers, one for each check. The error is [ErrSignature], [ErrAlgorithm], or
// signature.ErrAnswers if the host is at fault.
func (p *HeadPlan) Open(answers []signature.Answer) (*Head, error) {
	if err := signature.ValidateAnswers(answers, len(p.checks)); err != nil {
		return nil, err
	}
	// A rollover that the keys in force and its own have signed puts its own in force; any other is passed over.
	s := p.signers
	var by []followed
	unsure := false
	for i, r := range p.rollovers {
		if r.next.Sequence <= s.Sequence {
			continue
		}
		old, maybeOld := p.signed(i, s, answers)
		next, maybeNext := p.signed(i, r.next, answers)
		if old && next {
			s = r.next
			by = append(by, followed{s.Sequence, sha256.Sum256(r.signed)})
		} else {
			unsure = unsure || maybeOld && maybeNext
		}
	}
	ok, maybe := p.signed(-1, s, answers)
	switch {
	case ok:
		return &Head{*p.head, s.Sequence, p.signers.Sequence, by}, nil
	case maybe && p.head != nil, unsure:
		return nil, ErrAlgorithm
	}
	return nil, ErrSignature
}

// Body returns what the head says. The caller may change it.
func (h *Head) Body() Body { return h.u.Body() }

// Authority returns the id of the authority that signed.
func (h *Head) Authority() string { return h.u.body.Authority }

// Number returns the number of the head.
func (h *Head) Number() uint64 { return h.u.body.Number }

// Sequence returns that of the rollover that led to the keys that have signed, 0 if none did.
func (h *Head) Sequence() uint32 { return h.sequence }

// ThisUpdate returns when the head was made.
func (h *Head) ThisUpdate() time.Time { return h.u.body.ThisUpdate }

// Hash returns the hash of the head: SHA-256 of the bytes that are signed.
func (h *Head) Hash() [32]byte { return h.u.Hash() }

// Bytes returns a copy of the head as it was received, to be kept and opened again.
func (h *Head) Bytes() []byte { return bytes.Clone(h.u.raw) }
