package redteam

import (
	"bytes"
	"slices"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
)

// A simMirror has all that the authority ever published, and cannot sign for it. It knows what the client holds.
type simMirror struct {
	*simAuthority
	c      *simClient
	day    int
	forged map[revocation.Blob][]byte
}

// A simAnswer is what a mirror serves: a head, and blobs in place of the honest ones; ok is false where there is nothing to
// lie about.
type simAnswer struct {
	head   []byte
	blobs  func(needed []revocation.Blob, honest [][]byte) (served [][]byte, ok bool)
	refuse []verifier.Code // one of which the client gives; none: it takes what is served
	either bool            // it may take it as well
}

// A simLie is a way to lie; ok is false where there is no way today.
type simLie struct {
	name string
	tell func(m *simMirror) (a simAnswer, ok bool)
}

var (
	simBad         = []verifier.Code{verifier.CodeBadRevocation}
	simMalformed   = []verifier.Code{verifier.CodeMalformed}
	simUnavailable = []verifier.Code{verifier.CodeRevocationUnavailable}
	simAny         = []verifier.Code{verifier.CodeMalformed, verifier.CodeBadRevocation, verifier.CodeUnsupportedCritical}
)

func (m *simMirror) honest() *revocation.UnverifiedHead { return m.heads[m.day] }

// blob returns a blob that was published, or forged.
func (m *simMirror) blob(b revocation.Blob) []byte {
	if forged, ok := m.forged[b]; ok {
		return forged
	}
	return m.simAuthority.blob(b)
}

func (m *simMirror) flip(b []byte) []byte {
	b = bytes.Clone(b)
	b[m.lies.IntN(len(b))] ^= 1 << m.lies.IntN(8)
	return b
}

// parts returns the signed part of a head, and what is behind it.
func (m *simMirror) parts(u *revocation.UnverifiedHead) (body, rest []byte) {
	body, err := revocation.AppendBody(nil, u.Body())
	if err != nil {
		m.t.Fatal(err)
	}
	return body, u.Bytes()[len(body):]
}

// assembled returns a head of parts that can be put together.
func (m *simMirror) assembled(body []byte, signatures []revocation.Signature, proofs ...revocation.Proof) []byte {
	u, err := revocation.AssembleHead(body, signatures, proofs...)
	if err != nil {
		m.t.Fatal(err)
	}
	return u.Bytes()
}

// names returns the blobs that the honest head names.
func (m *simMirror) names() (names []revocation.Blob) {
	body := m.honest().Body()
	for _, l := range body.Lists {
		names = append(names, l.Snapshot)
	}
	for _, d := range body.Deltas {
		names = append(names, d.Blob)
	}
	return names
}

func (m *simMirror) named(b []byte) bool { return slices.Contains(m.names(), revocation.NewBlob(b)) }

// followed reports whether the client can have heard of the head of a day from the head alone, now.
func (m *simMirror) followed(day int) bool {
	return !m.c.delegated || !m.c.certificateEnded(simDay(day), m.day)
}

// allGood returns the body of a next head by which nobody is revoked, whose blobs the mirror then serves.
func (m *simMirror) allGood() revocation.Body {
	body := m.honest().Body()
	body.Number, body.Previous, body.Deltas, body.Extensions = body.Number+1, m.honest().Hash(), nil, nil
	body.NextUpdate = body.ThisUpdate.Add(60 * 24 * 60 * 60 * 1e9)
	var lists []revocation.List
	for _, l := range body.Lists {
		if l.Kind == revocation.KindIndex {
			none, blobs, err := revocation.EncodeList(l.ID, l.Covered, nil, false)
			if err != nil {
				m.t.Fatal(err)
			}
			lists = append(lists, none)
			m.forged[none.Snapshot] = blobs[0]
		}
	}
	body.Lists = lists
	return body
}

// simLies are all that a mirror can do. Every one is told in two years.
var simLies = slices.Concat(simHeadLies, simForgeries, simBlobLies)

var simHeadLies = []simLie{
	{"no answer", func(m *simMirror) (simAnswer, bool) { return simAnswer{refuse: simUnavailable}, true }},
	{"empty answer", func(m *simMirror) (simAnswer, bool) { return simAnswer{head: []byte{}, refuse: simMalformed}, true }},
	{"a page that asks to log in", func(m *simMirror) (simAnswer, bool) {
		return simAnswer{head: []byte("<!doctype html><title>Log in</title>"), refuse: simMalformed}, true
	}},
	{"the head that is held", func(m *simMirror) (simAnswer, bool) {
		return simAnswer{head: m.headOf(m.c.held)}, m.c.held != nil && m.followed(simDayOf(m.c.held.Head().ThisUpdate()))
	}},
	{"an older head", func(m *simMirror) (a simAnswer, ok bool) {
		seen := m.c.seen()
		if seen.Number < 2 {
			return a, false
		}
		day := m.lies.IntN(int(seen.Number) - 1)
		a = simAnswer{head: m.heads[day].Bytes(), refuse: []verifier.Code{verifier.CodeRollback}}
		if !m.followed(day) || !m.c.delegated && simSequence(day) < int(seen.Sequence) {
			a.refuse = simBad
		}
		return a, true
	}},
	{"a newer head that is old", func(m *simMirror) (a simAnswer, ok bool) {
		seen := int(m.c.seen().Number)
		if seen >= m.day {
			return a, false
		}
		day := seen + m.lies.IntN(m.day-seen)
		a.head = m.heads[day].Bytes()
		if !m.followed(day) {
			a.refuse = simBad
		}
		return a, true
	}},
	{"a bit of the head", func(m *simMirror) (simAnswer, bool) {
		body, rest := m.parts(m.honest())
		return simAnswer{head: append(m.flip(body), rest...), refuse: simAny}, true
	}},
	{"a bit of the signature", func(m *simMirror) (simAnswer, bool) {
		body, _ := m.parts(m.honest())
		signatures := m.honest().Signatures()
		signatures[0].Signature = m.flip(signatures[0].Signature)
		return simAnswer{head: m.assembled(body, signatures, m.honest().Proofs()...), refuse: simBad}, true
	}},
	{"a bit of the proofs", func(m *simMirror) (simAnswer, bool) {
		raw, proofs := m.honest().Bytes(), 0
		for _, p := range m.honest().Proofs() {
			proofs += len(p.Data)
		}
		at := len(raw) - proofs
		return simAnswer{head: append(bytes.Clone(raw[:at]), m.flip(raw[at:])...), refuse: simAny, either: true}, true
	}},
	{"the head cut off", func(m *simMirror) (simAnswer, bool) {
		raw := m.honest().Bytes()
		return simAnswer{head: raw[:m.lies.IntN(len(raw))], refuse: simMalformed}, true
	}},
	{"the head and more", func(m *simMirror) (simAnswer, bool) {
		return simAnswer{head: append(m.honest().Bytes(), make([]byte, 1+m.lies.IntN(3))...), refuse: simMalformed}, true
	}},
	{"a head of too many bytes", func(m *simMirror) (simAnswer, bool) {
		return simAnswer{head: append(m.honest().Bytes(), make([]byte, revocation.MaxHeadSize)...), refuse: simMalformed}, true
	}},
	{"no signatures", func(m *simMirror) (simAnswer, bool) {
		body, _ := m.parts(m.honest())
		return simAnswer{head: append(body, 0, 0), refuse: simMalformed}, true
	}},
	{"no proofs", func(m *simMirror) (a simAnswer, ok bool) {
		body, _ := m.parts(m.honest())
		a.head = m.assembled(body, m.honest().Signatures())
		if m.c.delegated || simSequence(m.day) > 0 {
			a.refuse = simBad
		}
		return a, true
	}},
	{"the signature of another head", func(m *simMirror) (a simAnswer, ok bool) {
		if m.day == 0 {
			return a, false
		}
		body, _ := m.parts(m.honest())
		return simAnswer{head: m.assembled(body, m.heads[m.lies.IntN(m.day)].Signatures(), m.honest().Proofs()...), refuse: simBad}, true
	}},
}

func (m *simMirror) headOf(p *revocation.Publication) []byte {
	if p == nil {
		return nil
	}
	return p.Head().Bytes()
}

var simStranger = testca.NewKey(testca.Ed25519, "a stranger")

// Heads that others than the authority sign, or for another, which say that nobody is revoked, and are the next.
var simForgeries = []simLie{
	{"another authority's head, by the same key", func(m *simMirror) (simAnswer, bool) {
		body := m.allGood()
		body.Authority = "other.example"
		return simAnswer{head: simSign(m.t, body, simKey(simSequence(m.day)), m.honest().Proofs()...).Bytes(), refuse: simBad}, true
	}},
	{"by a stranger", func(m *simMirror) (simAnswer, bool) {
		return simAnswer{head: simSign(m.t, m.allGood(), simStranger, m.honest().Proofs()...).Bytes(), refuse: simBad}, true
	}},
	{"by a stranger under the authority's key id", func(m *simMirror) (simAnswer, bool) {
		body, err := revocation.AppendBody(nil, m.allGood())
		if err != nil {
			m.t.Fatal(err)
		}
		sig := simSignature(simStranger, m.honest().Signatures()[0].KeyID, body)
		return simAnswer{head: m.assembled(body, []revocation.Signature{sig}, m.honest().Proofs()...), refuse: simBad}, true
	}},
	{"by a stranger who rolls over to himself", func(m *simMirror) (simAnswer, bool) {
		next := revocation.Signers{Authority: simID, Keys: []revocation.Key{publicOf(simStranger)}, Sequence: 9}
		signed, err := revocation.AppendRollover(nil, next)
		if err != nil {
			m.t.Fatal(err)
		}
		by := []revocation.Signature{simSignature(simStranger, publicOf(simStranger).ID(), signed)}
		if m.lies.IntN(2) == 0 { // and says that the authority has signed too
			by = append(by, simSignature(simStranger, m.honest().Signatures()[0].KeyID, signed))
			slices.SortFunc(by, func(a, b revocation.Signature) int { return bytes.Compare(a.KeyID[:], b.KeyID[:]) })
		}
		proof := revocation.Proof{Type: revocation.ProofRollovers, Data: revocation.AssembleRollover(signed, by)}
		return simAnswer{head: simSign(m.t, m.allGood(), simStranger, proof).Bytes(), refuse: simBad}, true
	}},
	{"by a stranger whom a namesake of the root certifies", func(m *simMirror) (simAnswer, bool) {
		namesake := testca.New(testca.Options{Seed: "a stranger"})
		proof := revocation.Proof{Type: revocation.ProofCertificates, Data: revocation.AppendDelegated(nil, certify(namesake.Root, simStranger, m.day))}
		return simAnswer{head: simSign(m.t, m.allGood(), simStranger, proof).Bytes(), refuse: simBad}, true
	}},
	{"by a key that was replaced", func(m *simMirror) (a simAnswer, ok bool) {
		// Stolen when it was replaced: with all the authority ever published behind it. Who has not heard of the
		// replacement cannot know.
		for sequence, from := range simRollovers[1:] {
			last := from - 1
			if m.day < from || !m.c.delegated && int(m.c.seen().Sequence) <= sequence || m.c.delegated && m.followed(last) {
				continue
			}
			return simAnswer{head: simSign(m.t, m.allGood(), simKey(sequence), m.heads[last].Proofs()...).Bytes(), refuse: simBad}, true
		}
		return a, false
	}},
	{"by a stranger to whom a key that was replaced rolls over", func(m *simMirror) (a simAnswer, ok bool) {
		// With the sequence of the key that came after it, or a higher one; to a client that has a head of that key.
		if m.c.delegated || m.c.held == nil || m.c.held.Head().Sequence() == 0 {
			return a, false
		}
		sequence := m.c.held.Head().Sequence() + uint32(m.lies.IntN(3))
		signed, err := revocation.AppendRollover(nil, revocation.Signers{Authority: simID, Keys: []revocation.Key{publicOf(simStranger)}, Sequence: sequence})
		if err != nil {
			m.t.Fatal(err)
		}
		by := []revocation.Signature{simSignature(simKey(0), publicOf(simKey(0)).ID(), signed), simSignature(simStranger, publicOf(simStranger).ID(), signed)}
		slices.SortFunc(by, func(a, b revocation.Signature) int { return bytes.Compare(a.KeyID[:], b.KeyID[:]) })
		proof := revocation.Proof{Type: revocation.ProofRollovers, Data: revocation.AssembleRollover(signed, by)}
		return simAnswer{head: simSign(m.t, m.allGood(), simStranger, proof).Bytes(), refuse: simBad}, true
	}},
}
