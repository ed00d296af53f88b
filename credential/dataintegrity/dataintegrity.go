// Package dataintegrity reads Data Integrity proofs (W3C, Verifiable Credential Data Integrity 1.0) of the suites that
// canonicalize with JCS (RFC 8785). Suites on RDF are [ErrUnsupported]: their canonicalization is larger than the rest of
// the verifier.
//
//	suite             key                     signature                    hash
//	eddsa-jcs-2022    Ed25519                 64 bytes, base58btc          SHA-256
//	ecdsa-jcs-2019    P-256, P-384            r || s, base58btc            SHA-256, SHA-384
//	mldsa44-jcs-2024  ML-DSA-44               2420 bytes, base64url ("u")  SHA-256
//
// What is signed are two digests: of the proof without its value, and of the document without its proofs. In a chain
// (Section 2.1.2) the second is of the document with the proofs that previousProof names as its only ones, whole and in
// the order in which they stand in the document (Section 4.5): a later proof covers the earlier ones and their values.
//
// Nothing says how many proofs a document had: who has it can take away one of a set, or the last of a chain, and what
// is left holds by itself. Then the document is one that the others signed, and no more: what the proof that is gone
// demanded, as its domain or expiry, it demands no longer.
package dataintegrity

import (
	"errors"
	"strings"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jcs"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/rfc3339"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/internal/sha512"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/signature"
)

// Errors of this package.
var (
	ErrFormat      = errors.New("dataintegrity: malformed proof")
	ErrUnsupported = errors.New("dataintegrity: proof or suite that is not supported, or a set where one is wanted")
	ErrLimit       = errors.New("dataintegrity: too many proofs")
	ErrKey         = errors.New("dataintegrity: key of another suite")
)

// maxProofs of one document. Approvals have three or four; each costs the document's canonical form.
const maxProofs = 8

// maxBase58 bounds the text of a signature in base58btc, which takes time in its square: 96 bytes have 132 digits.
const maxBase58 = 1 + 132

// A Proof is one that is well-formed, and that nobody has checked.
type Proof struct {
	Suite string
	// VerificationMethod is the URL of the key; Purpose says what it may prove, as "assertionMethod".
	VerificationMethod, Purpose string
	Domain, Challenge           string // empty if absent
	Created, Expires            int64  // Unix seconds; 0 if absent
	id                          string // empty if absent
	value                       []byte
	document, proof, previous   strictjson.Value // until they are hashed
	hashes                      []byte           // what is signed
}

// Parse reads the proof of a document, which is a JSON object. Of several it is [ErrUnsupported].
func Parse(document strictjson.Value) (*Proof, error) {
	proofs, err := ParseAll(document)
	if err != nil {
		return nil, err
	}
	if len(proofs) > 1 {
		return nil, ErrUnsupported
	}
	return proofs[0], nil
}

// ParseAll reads the proofs of a document, a set or a chain (Sections 2.1.1 and 2.1.2), in their order; there is at least
// one. All of them have to hold. If one is of a suite or type that is not known, all are [ErrUnsupported]; if one is
// malformed, or names a previous one that is not there, all are [ErrFormat], and so are two of one id, one that stands
// twice, and a circle.
func ParseAll(document strictjson.Value) ([]*Proof, error) {
	proofs, err := Read(document)
	if err != nil {
		return nil, err
	}
	for _, p := range proofs {
		if err := p.hash(); err != nil {
			return nil, err
		}
	}
	return proofs, nil
}

// Read is ParseAll of a document that may be large: it is hashed for a proof when that is first checked, and what ParseAll
// would refuse then is an error of [Proof.Check].
func Read(document strictjson.Value) ([]*Proof, error) {
	v, ok := document.Get("proof")
	if !ok {
		return nil, ErrFormat
	}
	list, err := v.Array()
	switch {
	case err != nil:
		list = []strictjson.Value{v}
	case len(list) == 0:
		return nil, ErrFormat
	case len(list) > maxProofs:
		return nil, ErrLimit
	}
	proofs := make([]*Proof, len(list))
	var unsupported error
	for i, v := range list {
		switch proofs[i], err = read(v); err {
		case nil:
		case ErrUnsupported:
			unsupported = err
		default:
			return nil, err
		}
	}
	if unsupported != nil {
		return nil, unsupported
	}
	chained, err := link(list, proofs)
	if err != nil {
		return nil, err
	}
	for i, p := range proofs {
		p.document, p.proof, p.previous = document, list[i], chained[i]
	}
	return proofs, nil
}

// read reads one proof by itself.
func read(v strictjson.Value) (*Proof, error) {
	p := &Proof{}
	if t, ok := v.Get("type"); ok { // before the members that this type has
		if s, err := t.Text(); err == nil && s != "DataIntegrityProof" {
			return nil, ErrUnsupported
		}
	}
	var typ, value, created, expires string
	for _, m := range [...]struct {
		name     string
		to       *string
		required bool
	}{
		{"type", &typ, true}, {"cryptosuite", &p.Suite, false}, {"proofPurpose", &p.Purpose, true}, {"verificationMethod", &p.VerificationMethod, true},
		{"proofValue", &value, true}, {"domain", &p.Domain, false}, {"challenge", &p.Challenge, false}, {"created", &created, false}, {"expires", &expires, false},
		{"id", &p.id, false},
	} {
		member, there := v.Get(m.name)
		if !there && !m.required {
			continue
		}
		s, err := member.Text()
		if err != nil || s == "" {
			return nil, ErrFormat
		}
		*m.to = s
	}
	for _, t := range [...]struct {
		text string
		to   *int64
	}{{created, &p.Created}, {expires, &p.Expires}} {
		if t.text == "" {
			continue
		}
		n, ok := rfc3339.Parse(t.text)
		if !ok || n <= 1 {
			return nil, ErrFormat
		}
		*t.to = n
	}
	ok := false
	switch p.Suite {
	case "eddsa-jcs-2022", "ecdsa-jcs-2019":
		if len(value) <= maxBase58 {
			p.value, ok = did.Base58(value)
		}
	case "mldsa44-jcs-2024":
		text, found := strings.CutPrefix(value, "u")
		b, err := base64url.Decode(text)
		p.value, ok = b, found && err == nil
	default:
		return nil, ErrUnsupported
	}
	if !ok {
		return nil, ErrFormat
	}
	return p, nil
}

// hash hashes what is signed, once: the document, of which previous are the proofs, if it is not the zero Value. A context
// within the proof is the one the document was signed with, and must be what the document's begins with (eddsa-jcs-2022,
// Section 3.3.2).
func (p *Proof) hash() error {
	document, proof, previous := p.document, p.proof, p.previous
	if p.hashes != nil {
		return nil
	}
	context, there := document.Get("@context")
	own, inProof := proof.Get("@context")
	if inProof && !beginsWith(context, own) {
		return ErrFormat
	}
	members, err := document.Object()
	if err != nil {
		return ErrFormat
	}
	var list []strictjson.Member
	for _, m := range members {
		if m.Name == "proof" {
			if previous.Kind() == strictjson.Invalid {
				continue
			}
			m.Value = previous
		}
		if m.Name == "@context" && inProof {
			m.Value = own
		}
		list = append(list, m)
	}
	text, err := jcs.AppendMembers(nil, list)
	if err != nil {
		return ErrFormat
	}
	if members, err = proof.Object(); err != nil {
		return ErrFormat
	}
	list = nil
	for _, m := range members {
		if m.Name != "proofValue" {
			list = append(list, m)
		}
	}
	// The suite of ML-DSA signs with the document's context where the proof does not show one.
	if p.Suite == "mldsa44-jcs-2024" && there && !inProof {
		list = append(list, strictjson.Member{Name: "@context", Value: context})
	}
	options, err := jcs.AppendMembers(nil, list)
	if err != nil {
		return ErrFormat
	}
	if p.Algorithm() == "ES384" {
		first, second := sha512.Sum384(options), sha512.Sum384(text)
		p.hashes = append(first[:], second[:]...)
		return nil
	}
	first, second := sha256.Sum256(options), sha256.Sum256(text)
	p.hashes = append(first[:], second[:]...)
	return nil
}

// beginsWith reports whether a context, a value or a list, begins with those of another.
func beginsWith(context, start strictjson.Value) bool {
	have, want := contexts(context), contexts(start)
	if len(want) == 0 || len(want) > len(have) {
		return false
	}
	for i := range want {
		a, errA := jcs.Append(nil, have[i])
		b, errB := jcs.Append(nil, want[i])
		if errA != nil || errB != nil || string(a) != string(b) {
			return false
		}
	}
	return true
}

func contexts(v strictjson.Value) []strictjson.Value {
	if list, err := v.Array(); err == nil {
		return list
	}
	if v.Kind() == strictjson.Invalid {
		return nil
	}
	return []strictjson.Value{v}
}

// Algorithm returns the name in JOSE of the algorithm that made the signature; empty if its size is of none.
func (p *Proof) Algorithm() string {
	switch {
	case p.Suite == "eddsa-jcs-2022":
		return "Ed25519"
	case p.Suite == "mldsa44-jcs-2024":
		return "ML-DSA-44"
	case len(p.value) == 64:
		return "ES256"
	case len(p.value) == 96:
		return "ES384"
	}
	return ""
}

// Check describes the check that key made the proof. The error is [ErrKey] if it is not of the suite, or from
// [signature.New]; or [ErrFormat], if it is from [Read].
func (p *Proof) Check(key *jose.Key) (signature.Check, error) {
	if !key.Fits(p.Algorithm()) {
		return signature.Check{}, ErrKey
	}
	if err := p.hash(); err != nil {
		return signature.Check{}, err
	}
	public := key.Public()
	return signature.New(public.Algorithm(), public.Key, p.hashes, p.value)
}
