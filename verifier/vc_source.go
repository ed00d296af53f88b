package verifier

import (
	"time"

	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
)

// A heldToken is what an issuer signed about the status of credentials, out of a bag: a status list or an assertion. It has
// the digest of what was signed, so that a large one is hashed once.
type heldToken struct {
	signatures   []vc.Signature // all of which have to hold
	signed       digest
	size         int                 // bytes
	certificates []*x509.Certificate // of x5c, the signer's first
}

// A source is such a token, with the checks that an issuer signed it. However many credentials refer to it, it is planned
// and judged once in a plan. One that nobody signed says nothing, and costs nothing of the budget of one that somebody did.
type source struct {
	*heldToken
	issuer *issuer
	checks [][]ref      // of each signature
	from   [][]*keySet  // of checks, nil for a path
	chain  *sourceChain // of x5c; nil where keys are configured
	made   int64        // Unix seconds
	marks  []mark
	unread bool // the issuer's keys are over the budget: it might hold, and revoke
	judged bool
	held   bool // the signature holds, see holds
}

// A mark is a time, in Unix seconds, by which sources of one name are told older from newer.
type mark struct {
	name revocation.SignedName
	at   int64
	// vague: it is not said, and this is the earliest that it can be. It is not remembered.
	vague bool
}

type sourceKey struct {
	signed digest
	issuer *issuer
}

// A sourceChain is the certificates that sources came with. Those of one signer share them, and are judged by them once.
type sourceChain struct {
	graph        *graph
	judged, held bool
	until        time.Time // of what is known of the signer's status; zero if that does not end
}

type chainKey struct {
	certificates digest
	authority    *authority
}

// hold reads the certificates of a token for the bag, and notes it; held is false if it was there.
func (b *Bag) hold(text []byte, signatures []vc.Signature) (h *heldToken, fresh bool, err error) {
	h = &heldToken{signatures: signatures, size: len(text)}
	if h.certificates, err = parseAll(signatures[0].Header.Certificates); err != nil { // no proof has any
		return nil, false, err
	}
	var known bool
	if h.signed, known = b.seen(text); !known {
		b.bytes += len(text)
	}
	return h, !known, nil
}

// sourceOf plans the checks that an issuer signed a token, made at a time in Unix seconds. It returns nil if the issuer cannot
// have.
func (p *Plan) sourceOf(h *heldToken, iss *issuer, made int64, marks ...mark) *source {
	key := sourceKey{h.signed, iss}
	if s, ok := p.sources[key]; ok {
		return s
	}
	var s *source
	if iss.X5C {
		s = p.sourcePath(h, iss)
	} else {
		s = p.sourceByKeys(h, iss)
	}
	if p.sources == nil {
		p.sources = map[sourceKey]*source{}
	}
	p.sources[key] = s
	if s != nil {
		s.made, s.marks = made, marks
		p.inOrder = append(p.inOrder, s)
	}
	return s
}

// sourceByKeys plans the checks of every signature with the issuer's keys. It returns nil if they are known, and one of the
// signatures is of none of them.
func (p *Plan) sourceByKeys(h *heldToken, iss *issuer) *source {
	code := p.keysOf(iss).code
	s := &source{heldToken: h, issuer: iss, unread: code == CodeBudget}
	asked := 0
	for _, sig := range h.signatures {
		hashed := !sig.Proof // by whoever checks it
		checks, from, ok := p.byIssuer(iss, sig, func(key *jose.Key) ref {
			if !hashed {
				hashed = true
				p.provenBytes += h.size
			}
			if asked++; asked > maxSourceChecks || sig.Proof && p.provenBytes > maxProvenBytes {
				s.unread = true
				return refInvalid
			}
			return p.signedSource(h, sig, key)
		})
		if len(checks) == 0 && code == "" && ok { // else it is said what is missing
			return nil
		}
		s.checks, s.from, s.unread = append(s.checks, checks), append(s.from, from), s.unread || !ok
	}
	return s
}

// remember notes the sources whose signatures hold, before any is used: their order must not decide. One from the future is
// not noted, so that a clock that is behind has nothing refused for good.
func (p *Plan) remember() {
	for _, s := range p.inOrder {
		if !p.now.Before(time.Unix(s.made, 0).Add(-revocation.ClockTolerance)) && p.holds(s) {
			for _, m := range s.marks {
				if !m.vague {
					p.v.state.NoteSigned(s.issuer.authority.id, m.name, m.at)
				}
			}
		}
	}
}

// sourcePath plans the paths to the certificate that a token was signed with. They have a budget of their own, so that
// what comes with one token cannot spend another's; there are not more than a bag has lists, and a few for assertions.
func (p *Plan) sourcePath(h *heldToken, iss *issuer) *source {
	if len(h.certificates) == 0 || !iss.named(h.certificates[0], false) {
		return nil
	}
	end := h.certificates[0]
	key, err := jose.KeyOf(end.PublicKey)
	if err != nil {
		return nil
	}
	s := &source{heldToken: h, issuer: iss, checks: [][]ref{{p.signedSource(h, h.signatures[0], key)}}}
	d := sha256.New()
	for _, c := range h.certificates {
		d.Write(c.Raw) // DER says where each ends
	}
	id := chainKey{d.Sum(), iss.authority}
	if s.chain = p.chains[id]; s.chain != nil {
		return s
	}
	if s.chain = new(sourceChain); len(p.chains) == maxSourceChains {
		p.exhausted = true
		return s
	}
	if p.chains == nil {
		p.chains = map[chainKey]*sourceChain{}
	}
	p.chains[id] = s.chain
	s.chain.graph = p.graph(end, h.certificates[1:])
	return s
}

// signedSource plans the check that key made a signature of a token, within what all such checks of a plan may have to read.
// A proof is of two digests, which are made here, and there may be others beside it.
func (p *Plan) signedSource(h *heldToken, s vc.Signature, key *jose.Key) ref {
	if s.Proof {
		return p.questions.askEdge(s.Check(key))
	}
	return p.signedData(h.signed, key.Public(), func(x509.PublicKey) (signature.Check, error) {
		if p.sourceBytes += h.size; p.sourceBytes > maxSourceBytes {
			p.exhausted = true
			return signature.Check{}, errBudget
		}
		return s.Check(key)
	})
}

// holds reports whether the issuer signed the token, by x5c with a certificate that is valid now and not revoked.
func (p *Plan) holds(s *source) bool {
	if s.judged {
		return s.held
	}
	s.judged = true
	if p.judgedKeys(s.issuer).code != "" {
		return false
	}
	held := len(s.checks) > 0
	for n, refs := range s.checks {
		if s.from != nil {
			refs = counted(refs, s.from[n])
		}
		answer, _ := p.best(refs)
		held = held && answer == signature.Valid
	}
	s.held = held && (s.chain == nil || p.certified(s.chain, s.issuer.authority))
	return s.held
}

func (p *Plan) certified(s *sourceChain, a *authority) bool {
	if s.judged || s.graph == nil {
		return s.held
	}
	s.judged = true
	code, _, until, exhausted := p.signerHolds(s.graph, a)
	s.held, s.until = code == "" && !exhausted, until
	return s.held
}
