// Package dataintegrity reads Data Integrity proofs (W3C, Verifiable Credential Data Integrity 1.0) of the suites that
// canonicalize with JCS (RFC 8785). Suites on RDF are [ErrUnsupported]: their canonicalization is larger than the rest of
// the verifier.
//
//	suite             key                     signature                    hash
//	eddsa-jcs-2022    Ed25519                 64 bytes, base58btc          SHA-256
//	ecdsa-jcs-2019    P-256, P-384            r || s, base58btc            SHA-256, SHA-384
//	mldsa44-jcs-2024  ML-DSA-44               2420 bytes, base64url ("u")  SHA-256
//
// What is signed are two digests: of the proof without its value, and of the document without its proof. A document has
// one proof; sets and chains are ErrUnsupported.
package dataintegrity

import (
	"errors"
	"strings"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jcs"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/internal/rfc3339"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/internal/sha512"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/signature"
)

// Errors of this package.
var (
	ErrFormat      = errors.New("dataintegrity: malformed proof")
	ErrUnsupported = errors.New("dataintegrity: suite, set or chain that is not supported")
	ErrKey         = errors.New("dataintegrity: key of another suite")
)

// A Proof is one that is well-formed, and that nobody has checked.
type Proof struct {
	Suite string
	// VerificationMethod is the URL of the key; Purpose says what it may prove, as "assertionMethod".
	VerificationMethod, Purpose string
	Domain, Challenge           string // empty if absent
	Created, Expires            int64  // Unix seconds; 0 if absent
	value                       []byte
	options, document           []byte // canonical
}

// Parse reads the proof of a document, which is a JSON object.
func Parse(document strictjson.Value) (*Proof, error) {
	v, ok := document.Get("proof")
	if !ok {
		return nil, ErrFormat
	}
	if list, err := v.Array(); err == nil {
		if len(list) != 1 {
			return nil, ErrUnsupported
		}
		v = list[0]
	}
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
	if _, chained := v.Get("previousProof"); chained {
		return nil, ErrUnsupported
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
	switch p.Suite {
	case "eddsa-jcs-2022", "ecdsa-jcs-2019":
		p.value, ok = did.Base58(value)
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
	return p, p.canonicalize(document, v)
}

// canonicalize writes what is hashed. A context within the proof is the one the document was signed with, and must be
// what the document's begins with (eddsa-jcs-2022, Section 3.3.2).
func (p *Proof) canonicalize(document, proof strictjson.Value) error {
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
			continue
		}
		if m.Name == "@context" && inProof {
			m.Value = own
		}
		list = append(list, m)
	}
	if p.document, err = jcs.AppendMembers(nil, list); err != nil {
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
	if p.options, err = jcs.AppendMembers(nil, list); err != nil {
		return ErrFormat
	}
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
// [signature.New].
func (p *Proof) Check(key *jose.Key) (signature.Check, error) {
	if !key.Fits(p.Algorithm()) {
		return signature.Check{}, ErrKey
	}
	public := key.Public()
	options, document := sha256.Sum256(p.options), sha256.Sum256(p.document)
	hashes := append(options[:], document[:]...)
	if public.Kind == pkix.KeyP384 {
		options, document := sha512.Sum384(p.options), sha512.Sum384(p.document)
		hashes = append(options[:], document[:]...)
	}
	return signature.New(public.Algorithm(), public.Key, hashes, p.value)
}
