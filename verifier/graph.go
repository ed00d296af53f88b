package verifier

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"

	"github.com/e2eid/e2eid/credential/x509"
)

// A node is a certificate that a path may run through. An anchor ends a path.
type node struct {
	cert      *x509.Certificate
	identity  digest     // of its name and key: no path has one twice
	authority *authority // of an anchor, else nil
}

// newNode returns the node of a certificate whose subject has this key.
func newNode(subject string, c *x509.Certificate, a *authority) *node {
	n := &node{cert: c, authority: a}
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(subject))))
	h.Write([]byte(subject))
	h.Write(c.RawPublicKey)
	h.Sum(n.identity[:0])
	return n
}

// An edge says that issuer may have issued the certificate the edge belongs to; check is the proof.
type edge struct {
	issuer *node
	check  ref
}

// A graph holds every candidate edge between an end entity and the anchors.
type graph struct {
	end   *node
	nodes []*node // those with edges, in the order they were found
	edges map[*node][]edge
	// exhausted is set if there were more candidates than the budget allows.
	exhausted bool
}

// A pool finds certificates by the key of their subject.
type pool map[string][]*node

func (p pool) add(subject string, n *node) { p[subject] = append(p[subject], n) }

// graph finds the candidate edges breadth first from the end entity, so that short paths are planned before the budget
// ends. Names decide: key identifiers are hints which an attacker may set (RFC 4158, Section 3.5.5 uses them to order,
// not to exclude), and whether an issuer may issue is judged later, so that the verdict can say so.
func (p *Plan) graph(end *x509.Certificate, presented []*x509.Certificate) *graph {
	g := &graph{end: newNode(p.key(end.Subject), end, nil), edges: make(map[*node][]edge)}
	// In an order of their own, so that the order in which they were presented changes nothing.
	presented = sorted(presented)
	local := pool{}
	for i, c := range presented {
		subject := p.key(c.Subject)
		if p.v.isAnchor(subject, c) || bytes.Equal(c.Raw, end.Raw) || i > 0 && bytes.Equal(c.Raw, presented[i-1].Raw) {
			continue // an anchor is reached as an anchor
		}
		local.add(subject, newNode(subject, c, nil))
	}
	level := []*node{g.end}
	planned := 0
	for depth := 0; depth <= maxPathIntermediates && len(level) > 0; depth++ {
		var next []*node
		for _, n := range level {
			if _, done := g.edges[n]; done {
				continue
			}
			edges := []edge{}
			issuer := p.key(n.cert.Issuer)
			for _, from := range []pool{p.v.anchors, p.v.intermediates, local} {
				for _, candidate := range from[issuer] {
					if candidate.cert == n.cert || bytes.Equal(candidate.cert.Raw, n.cert.Raw) {
						continue
					}
					if planned == maxEdges {
						g.exhausted = true
						break
					}
					planned++
					edges = append(edges, edge{candidate, p.signedBy(n.cert, candidate.cert)})
					if candidate.authority == nil {
						next = append(next, candidate)
					}
				}
			}
			g.nodes = append(g.nodes, n)
			g.edges[n] = edges
		}
		level = next
	}
	return g
}

// sorted returns the certificates in the order of their bytes. They are few; package slices would link a larger sort.
func sorted(certs []*x509.Certificate) []*x509.Certificate {
	out := make([]*x509.Certificate, 0, len(certs))
	for _, c := range certs {
		i := len(out)
		out = append(out, c)
		for ; i > 0 && bytes.Compare(out[i-1].Raw, c.Raw) > 0; i-- {
			out[i] = out[i-1]
		}
		out[i] = c
	}
	return out
}

// key returns the key of a name. Members of a group have the same issuers, whose names need not be prepared each time.
func (p *Plan) key(n x509.Name) string {
	k, ok := p.names[string(n.Raw)]
	if !ok {
		k = n.Key()
		p.names[string(n.Raw)] = k
	}
	return k
}

// signedBy plans the check that issuer signed c.
func (p *Plan) signedBy(c, issuer *x509.Certificate) ref {
	r, ok := p.edges[[2]*x509.Certificate{c, issuer}]
	if !ok {
		r = p.questions.askEdge(c.SignedBy(issuer.PublicKey))
		p.edges[[2]*x509.Certificate{c, issuer}] = r
	}
	return r
}

// isAnchor reports whether c, whose subject has this key, has the name and public key of an anchor.
func (v *Verifier) isAnchor(subject string, c *x509.Certificate) bool {
	for _, a := range v.anchors[subject] {
		if bytes.Equal(a.cert.RawPublicKey, c.RawPublicKey) {
			return true
		}
	}
	return false
}
