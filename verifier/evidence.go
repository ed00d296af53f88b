package verifier

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
)

// evidence is what the bag has on the certificates of a graph, with the checks of who signed it.
type evidence struct {
	crls      []signedCRL
	responses []signedResponse
	issuers   map[string]bool // names whose CRLs are planned
	planned   int             // checks
	// exhausted is set if there was more than the budget allows.
	exhausted bool
}

// A signedCRL is a CRL and who may have signed it.
type signedCRL struct {
	*heldCRL
	signers []edge
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
	g.evidence.issuers = map[string]bool{}
	for i := 0; i < len(g.nodes); i++ { // issuers of CRLs join them
		n := g.nodes[i]
		p.planCRLs(g, p.key(n.cert.Issuer))
		for _, dp := range n.cert.CRLDistributionPoint {
			for _, name := range dp.CRLIssuer {
				if name.Kind == x509.DirectoryName {
					p.planCRLs(g, p.key(name.Directory))
				}
			}
		}
		p.planResponses(g, n)
	}
}

// planCRLs plans who signed the CRLs of an issuer of this name.
func (p *Plan) planCRLs(g *graph, issuer string) {
	if g.evidence.issuers[issuer] {
		return
	}
	g.evidence.issuers[issuer] = true
	for _, l := range p.bag.crls {
		if l.issuer != issuer {
			continue
		}
		s := signedCRL{heldCRL: l}
		p.named(g, issuer, func(n *node) {
			if g.evidence.spend() {
				s.signers = append(s.signers, edge{n, p.signedData(l.signed, n.cert.PublicKey, l.Check)})
				p.expand(g, n)
			}
		})
		g.evidence.crls = append(g.evidence.crls, s)
	}
}

// planResponses plans who signed the responses about n: the issuer, or whom the issuer's own key has appointed (RFC
// 6960, Section 4.2.2.2).
func (p *Plan) planResponses(g *graph, n *node) {
	for _, r := range p.bag.responses {
		for _, e := range g.edges[n] {
			issuer := e.issuer.cert
			if !r.about(n.cert, issuer) {
				continue
			}
			s := signedResponse{heldResponse: r, subject: n, issuer: e.issuer}
			if r.MayBe(issuer.Subject, issuer.PublicKey.Key) && g.evidence.spend() {
				s.check = p.signedData(r.signed, issuer.PublicKey, r.Check)
				g.evidence.responses = append(g.evidence.responses, s)
			}
			for _, d := range r.certificates {
				if r.MayBe(d.Subject, d.PublicKey.Key) && d.Issuer.Equal(issuer.Subject) && g.evidence.spend() {
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

// signedData plans the check that key signed data of which signed is the digest. It is asked for once and remembered.
func (p *Plan) signedData(signed digest, key x509.PublicKey, check func(x509.PublicKey) (signature.Check, error)) ref {
	h := sha256.New()
	h.Write([]byte("e2eid signed data"))
	h.Write(signed[:])
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(key.OID))))
	h.Write([]byte(key.OID))
	h.Write([]byte{byte(key.Kind)})
	h.Write(key.Key)
	var d digest
	h.Sum(d[:0])
	return p.questions.askOnce(d, func() (signature.Check, error) { return check(key) })
}
