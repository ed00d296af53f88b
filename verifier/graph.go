package verifier

import (
	"bytes"
	"encoding/binary"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/sha256"
)

// A node is a certificate that a path may run through. An anchor ends a path.
type node struct {
	cert      *x509.Certificate
	identity  digest     // of its name and key: no path has one twice
	hash      *digest    // of the certificate; nil until it is asked for
	authority *authority // of an anchor, else nil
}

// newNode returns the node of a certificate whose subject has this key.
func newNode(subject string, c *x509.Certificate, a *authority) *node {
	n := &node{cert: c, authority: a}
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(subject))))
	h.Write([]byte(subject))
	h.Write(c.RawPublicKey)
	n.identity = h.Sum()
	return n
}

// same reports whether both are of one certificate. Some are large and differ in their last bytes, so that those of one
// size are compared by their digests.
func (n *node) same(other *node) bool {
	return len(n.cert.Raw) == len(other.cert.Raw) && n.digest() == other.digest()
}

func (n *node) digest() digest {
	if n.hash == nil {
		d := digest(sha256.Sum256(n.cert.Raw))
		n.hash = &d
	}
	return *n.hash
}

// An edge says that issuer may have issued the certificate the edge belongs to; check is the proof.
type edge struct {
	issuer *node
	check  ref
}

// A graph holds every candidate edge between an end entity, or the issuer of a CRL, and the anchors.
type graph struct {
	end   *node
	nodes []*node // those with edges, in the order they were found
	edges map[*node][]edge
	local pool // presented certificates
	// exhausted is set if there were more candidates than the budget allows.
	exhausted bool
	forbidden bool // the policy forbids the algorithm of an edge
	deep      bool // there might be longer paths
	planned   int  // edges
	compared  int  // names with constraints, counted by size
	evidence  evidence
}

// A pool finds certificates by the key of their subject.
type pool map[string][]*node

func (p pool) add(subject string, n *node) { p[subject] = append(p[subject], n) }

// graph finds the candidate edges breadth first from the end entity, so that short paths are planned before the budget
// ends. Names decide: key identifiers are hints which an attacker may set (RFC 4158, Section 3.5.5 uses them to order,
// not to exclude), and whether an issuer may issue is judged later, so that the verdict can say so.
func (p *Plan) graph(end *x509.Certificate, presented []*x509.Certificate) *graph {
	g := &graph{end: newNode(p.key(end.Subject), end, nil), edges: make(map[*node][]edge), local: pool{}}
	// In an order of their own, so that the order in which they were presented changes nothing.
	presented = sorted(presented)
	for i, c := range presented {
		subject := p.key(c.Subject)
		if p.v.anchor(subject, c) != nil || bytes.Equal(c.Raw, end.Raw) || i > 0 && bytes.Equal(c.Raw, presented[i-1].Raw) {
			continue // an anchor is reached as an anchor
		}
		g.local.add(subject, newNode(subject, c, nil))
	}
	if !p.v.distrusted[string(end.PublicKey.Key)] {
		p.expand(g, g.end)
	}
	p.planEvidence(g)
	return g
}

// named calls use with each certificate of this name that a path may run through, until it returns false.
func (p *Plan) named(g *graph, subject string, use func(*node) bool) {
	var seen []*node
	for _, from := range [...]pool{p.v.anchors, p.v.intermediates, p.bagged, g.local} {
	next:
		for _, n := range from[subject] {
			if p.v.distrusted[string(n.cert.PublicKey.Key)] {
				continue
			}
			for _, other := range seen {
				if other.same(n) {
					continue next
				}
			}
			seen = append(seen, n)
			if !use(n) {
				return
			}
		}
	}
}

// expand plans the edges from n to the anchors.
func (p *Plan) expand(g *graph, n *node) {
	level := []*node{n}
	for depth := 0; depth <= maxPathIntermediates && len(level) > 0; depth++ {
		var next []*node
		for _, n := range level {
			if _, done := g.edges[n]; done || n.authority != nil {
				continue
			}
			edges := []edge{}
			p.named(g, p.key(n.cert.Issuer), func(candidate *node) bool {
				switch {
				case candidate.same(n):
				case g.planned == maxEdges:
					g.exhausted = true
					return false
				default:
					g.planned++
					check := p.signedBy(n.cert, candidate.cert)
					g.forbidden = g.forbidden || check == refForbidden
					edges = append(edges, edge{candidate, check})
					next = append(next, candidate)
				}
				return true
			})
			g.nodes = append(g.nodes, n)
			g.edges[n] = edges
		}
		level = next
	}
	for _, n := range level {
		if _, done := g.edges[n]; !done && n.authority == nil {
			g.deep = true
		}
	}
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

// anchor returns an anchor with the name and public key of c, whose subject has this key; nil if there is none.
func (v *Verifier) anchor(subject string, c *x509.Certificate) *node {
	for _, a := range v.anchors[subject] {
		if bytes.Equal(a.cert.RawPublicKey, c.RawPublicKey) {
			return a
		}
	}
	return nil
}
