package verifier

import (
	"bytes"
	"errors"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/revocation/crl"
	"github.com/e2eid/e2eid/revocation/ocsp"
)

// ErrBag reports more than a [Bag] holds.
var ErrBag = errors.New("verifier: too much for one bag")

// errBudget keeps a check from being planned.
var errBudget = errors.New("verifier: over the budget")

// A Bag holds what may help to judge certificates and credentials: other certificates, CRLs, OCSP responses, status lists,
// assertions, and documents of issuers' keys that are signed. It may come from anyone and in any order: nothing in it is trusted, and what is of no use is passed over. The
// zero Bag is empty.
type Bag struct {
	certificates []*x509.Certificate
	crls         []*heldCRL
	responses    []*heldResponse
	lists        []*heldList
	documents    []*heldDocument
	bytes        int
	assertions   map[digest][]*heldAssertion // by the digest of their credential
	asserted     int                         // how many
	inflated     int                         // bytes of lists
	digests      map[digest]bool
}

// A heldCRL has the digest of what was signed, so that a large one is hashed once.
type heldCRL struct {
	*crl.List
	issuer string // key of the issuer's name
	scope  []byte // DER of the issuing distribution point, nil if there is none
	signed digest
}

// A heldResponse has the certificates that the response carries.
type heldResponse struct {
	*ocsp.Response
	certificates []*x509.Certificate
	signed       digest
}

// AddCertificate adds a DER certificate, which is not copied. The error is [ErrBag] or from [x509.ParseCertificate].
func (b *Bag) AddCertificate(der []byte) error {
	if err := b.room(der, len(b.certificates), maxBagCertificates); err != nil {
		return err
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	b.certificates, b.bytes = append(b.certificates, c), b.bytes+len(der)
	return nil
}

// AddCRL adds a DER CertificateList, which is not copied. The error is [ErrBag] or from [crl.Parse].
func (b *Bag) AddCRL(der []byte) error {
	if err := b.room(der, len(b.crls), maxBagCRLs); err != nil {
		return err
	}
	l, err := crl.Parse(der)
	if err != nil {
		return err
	}
	signed, known := b.seen(der)
	if known {
		return nil
	}
	held := &heldCRL{List: l, issuer: l.Issuer.Key(), signed: signed}
	for _, e := range l.Extensions {
		if e.ID == x509.OIDIssuingDistributionPoint {
			held.scope = e.Value
		}
	}
	b.crls, b.bytes = append(b.crls, held), b.bytes+len(der)
	return nil
}

// AddOCSP adds a DER OCSPResponse, such as a stapled one, which is not copied. The error is [ErrBag] or from [ocsp.Parse].
func (b *Bag) AddOCSP(der []byte) error {
	if err := b.room(der, len(b.responses), maxBagResponses); err != nil {
		return err
	}
	r, err := ocsp.Parse(der)
	if err != nil {
		return err
	}
	signed, known := b.seen(der)
	if known {
		return nil
	}
	held := &heldResponse{Response: r, signed: signed}
	for _, der := range r.Certificates {
		// Nobody has signed that they are in the response: one that is malformed must not cost the others.
		if c, err := x509.ParseCertificate(der); err == nil {
			held.certificates = append(held.certificates, c)
		}
	}
	b.responses, b.bytes = append(b.responses, held), b.bytes+len(der)
	return nil
}

// seen returns the digest of what is signed and notes it; known if it was there. Everybody may bring the same.
func (b *Bag) seen(signed []byte) (d digest, known bool) {
	d = sha256.Sum256(signed)
	if known = b.digests[d]; !known {
		if b.digests == nil {
			b.digests = map[digest]bool{}
		}
		b.digests[d] = true
	}
	return d, known
}

func (b *Bag) room(der []byte, held, most int) error {
	if held >= most || len(der) > maxBagBytes-b.bytes {
		return ErrBag
	}
	return nil
}

// Use has the verifier judge with what is in the bag from then on, instead of the one before; nil is an empty one. Plans
// that are open keep theirs. The bag must not be added to afterwards.
func (v *Verifier) Use(b *Bag) {
	if b == nil {
		b = &Bag{}
	}
	v.bag, v.bagged = b, pool{}
	seen := map[digest]bool{}
	type named struct {
		*node
		subject string
	}
	var nodes []named
	for _, c := range b.certificates {
		n := named{subject: c.Subject.Key()}
		n.node = newNode(n.subject, c, nil)
		d := n.digest()
		if v.anchor(n.subject, c) != nil || seen[d] {
			continue
		}
		seen[d] = true
		// In an order of their own: where there are too many, the order in which they came must not decide which count.
		at := len(nodes)
		nodes = append(nodes, n)
		for ; at > 0 && bytes.Compare(nodes[at-1].hash[:], d[:]) > 0; at-- {
			nodes[at] = nodes[at-1]
		}
		nodes[at] = n
	}
	for _, n := range nodes {
		v.bagged.add(n.subject, n.node)
	}
}
