package vc

import (
	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/signature"
)

// A Signature is one that has to hold for a credential to be its issuer's.
type Signature struct {
	// Header is the protected header of the token. For a Data Integrity proof it has the algorithm and, as kid, the
	// verification method.
	Header jose.Header
	Proof  bool // of Data Integrity
	// Check describes the check that key made the signature. An error is one of a key that cannot have.
	Check func(key *jose.Key) (signature.Check, error)
	// Digest stands for everything that the check is about except for the key, and for more: what sd_hash of an SD-JWT must
	// be. It is empty where nothing has been hashed.
	Digest string
}

// Signatures returns those that all have to hold: that of the token, or every Data Integrity proof. There is at least
// one.
func (c *Credential) Signatures() []Signature {
	list := SignaturesOf(c.Token, c.Proofs)
	list[0].Digest = c.digest
	return list
}

// SignaturesOf returns that of the token, or those of the proofs if it is nil.
func SignaturesOf(token *jose.Unverified, proofs []*dataintegrity.Proof) []Signature {
	if token != nil {
		return []Signature{{Header: token.Header(), Check: token.Check}}
	}
	list := make([]Signature, len(proofs))
	for i, p := range proofs {
		list[i] = Signature{Header: jose.Header{Algorithm: p.Algorithm(), KeyID: p.VerificationMethod}, Proof: true, Check: p.Check}
	}
	return list
}

// Header returns that of the first signature.
func (c *Credential) Header() jose.Header {
	if c.Token != nil {
		return c.Token.Header()
	}
	return c.Signatures()[0].Header
}

// Check describes the check that key made the proof. An error is one of a key that cannot have.
func (p *Proof) Check(key *jose.Key) (signature.Check, error) {
	if p.proof != nil {
		return p.proof.Check(key)
	}
	return p.Token.Check(key)
}
