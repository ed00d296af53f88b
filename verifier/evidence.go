package verifier

import (
	"encoding/binary"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/signature"
)

// evidence is what the bag has on the certificates of a graph, with the checks of who signed it.
type evidence struct {
	crls      []*signedCRL
	responses []signedResponse
	planned   int // checks
	compared  int // names and keys, of CRLs and responses with those of certificates
	// exhausted is set if there was more than the budget allows.
	exhausted bool
}

// A signedCRL is a CRL of an issuer that a certificate of the graph has or names, and who may have signed it. That is
// planned if it is about one of them.
type signedCRL struct {
	*heldCRL
	signers []edge
	planned bool
}

// A signedResponse is an OCSP response about a certificate that issuer may have issued. delegate is nil if the issuer
// signed it; else appointed is the check that the issuer signed the delegate's certificate.
type signedResponse struct {
	*heldResponse
	subject, issuer *node
	check           ref
	delegate        *x509.Certificate
	appointed       ref
}

// planEvidence plans the checks of whatever in the bag might speak about certificates of the graph.
func (p *Plan) planEvidence(g *graph) {
	if len(p.bag.crls) == 0 && len(p.bag.responses) == 0 {
		return
	}
	for i := 0; i < len(g.nodes); i++ { // issuers of CRLs join them
		n := g.nodes[i]
		for _, l := range p.bag.crls {
			p.planCRL(g, n.cert, l)
		}
		p.planResponses(g, n)
	}
}

// planCRL plans who signed a CRL if it is about c.
func (p *Plan) planCRL(g *graph, c *x509.Certificate, l *heldCRL) {
	reasons := p.scopeReasons(&g.evidence, c, l)
	if reasons == 0 && l.issuer != p.key(c.Issuer) {
		return
	}
	s := g.evidence.crl(l)
	if s.planned || reasons == 0 {
		return
	}
	s.planned = true
	p.named(g, l.issuer, func(n *node) bool {
		if !g.evidence.spend() {
			return false
		}
		s.signers = append(s.signers, edge{n, p.signedData(l.signed, n.cert.PublicKey, l.Check)})
		p.expand(g, n)
		return true
	})
}

// crl returns the entry of a CRL, a new one if there is none.
func (e *evidence) crl(l *heldCRL) *signedCRL {
	for _, s := range e.crls {
		if s.heldCRL == l {
			return s
		}
	}
	s := &signedCRL{heldCRL: l}
	e.crls = append(e.crls, s)
	return s
}

// planResponses plans who signed the responses about n: the issuer, or whom the issuer's own key has appointed (RFC
// 6960, Section 4.2.2.2).
func (p *Plan) planResponses(g *graph, n *node) {
	for _, r := range p.bag.responses {
		if !g.evidence.compare(len(r.Singles)) {
			return
		}
		for _, e := range g.edges[n] {
			issuer := e.issuer.cert
			if !g.evidence.about(r, n.cert, issuer) {
				continue
			}
			s := signedResponse{heldResponse: r, subject: n, issuer: e.issuer}
			if r.ResponderName != nil && !g.evidence.compare(len(r.ResponderName.Raw)+len(issuer.Subject.Raw)) {
				return
			}
			if r.MayBe(issuer.Subject, issuer.PublicKey.Key) && g.evidence.spend() {
				s.check = p.signedData(r.signed, issuer.PublicKey, r.Check)
				g.evidence.responses = append(g.evidence.responses, s)
			}
			for _, d := range r.certificates {
				if g.evidence.compare(len(d.Raw)) && r.MayBe(d.Subject, d.PublicKey.Key) && d.Issuer.Equal(issuer.Subject) && g.evidence.spend() {
					s.delegate = d
					s.check = p.signedData(r.signed, d.PublicKey, r.Check)
					s.appointed = p.signedBy(d, issuer)
					g.evidence.responses = append(g.evidence.responses, s)
				}
			}
		}
	}
}

// spend reports whether the budget has room for another check.
func (e *evidence) spend() bool {
	if e.planned == maxRevocationChecks {
		e.exhausted = true
		return false
	}
	e.planned++
	return true
}

// compare reports whether the budget has room for comparing, or hashing, names and keys of this size.
func (e *evidence) compare(sizeBytes int) bool {
	e.compared += 1 + sizeBytes/8
	e.exhausted = e.exhausted || e.compared > maxCompared
	return e.compared <= maxCompared
}

// signedData plans the check that key signed data of which signed is the digest. It is asked for once and remembered.
func (p *Plan) signedData(signed digest, key x509.PublicKey, check func(x509.PublicKey) (signature.Check, error)) ref {
	h := sha256.New()
	h.Write([]byte("e2eid signed data"))
	h.Write(signed[:])
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(key.OID))))
	h.Write([]byte(key.OID))
	h.Write([]byte{byte(key.Kind), byte(key.PSS >> 8), byte(key.PSS)}) // what a key is restricted to is a part of it
	h.Write(key.Key)
	return p.questions.askOnce(h.Sum(), func() (signature.Check, error) { return check(key) })
}
