package verifier

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
)

// A Plan is a batch of presentations on the way to their verdicts.
type Plan struct {
	v         *Verifier
	bag       *Bag
	bagged    pool
	at, now   time.Time
	questions questions
	items     []item
	// Members of a group present the same intermediates: issuers has them by their DER, names the keys of names by theirs,
	// edges the checks between two.
	issuers map[string]*x509.Certificate
	names   map[string]string
	edges   map[[2]*x509.Certificate]ref
	keys    map[*issuer]*issuerKeys
	spent   bool
	// What was signed about the status of credentials: each once, and in the order it was planned.
	sources     map[sourceKey]*source
	inOrder     []*source
	chains      map[chainKey]*sourceChain
	lists       map[listsKey][]plannedList
	assertions  map[assertionsKey]*assertions
	sourceBytes int
	provenBytes int
	exhausted   bool // there was more than the budget allows
}

// An item is one presentation, parsed.
type item struct {
	base    *report
	request request
	leaf    *mls.LeafNode
	pkg     *mls.KeyPackage
	// popRef and pkgRef are the proofs of possession; they count if popAsked and pkgAsked. Of an answer to a challenge
	// popRef is the signature.
	popRef, pkgRef     ref
	popAsked, pkgAsked bool
	token              *vcToken          // nil unless the credential is a verifiable one
	end                *x509.Certificate // nil unless the credential is X.509, or was issued under one
	presented          []*x509.Certificate
	graph              *graph     // nil if there is no path to find
	bindings           []*binding // of a multi-credential
	members            []*item    // the credentials of a vp with several
	early              bool       // the LeafNode's lifetime has not begun, and is sound else
}

// Plan parses the presentations and plans the signature checks of all of them. at is the time to judge validity for,
// such as when a message was sent, and now the time to judge revocation data for; at may not be later. Nothing is
// copied: presentations must not change until [Plan.Conclude].
func (v *Verifier) Plan(at, now time.Time, presentations []Presentation) *Plan {
	p := &Plan{v: v, bag: v.bag, bagged: v.bagged, issuers: map[string]*x509.Certificate{}, names: map[string]string{}, edges: map[[2]*x509.Certificate]ref{}, keys: map[*issuer]*issuerKeys{}}
	p.questions.proven, p.questions.allowed = &v.proven, v.policy.Algorithms
	p.items = make([]item, len(presentations))
	// Certificates and lists know whole seconds: the second of notAfter is within.
	at, now = at.Truncate(time.Second), now.Truncate(time.Second)
	p.at, p.now = at, now
	timesOK := !at.IsZero() && !now.IsZero() && !at.After(now)
	for i := range presentations {
		it := &p.items[i]
		it.base = &report{}
		r, ok := presentations[i].check()
		switch {
		case !ok || !timesOK || r.ProvenAt > now.Unix():
			it.base.fail(CheckForm, CodeInvalidRequest, -1)
			continue
		case i >= MaxPresentations:
			it.base.fail(CheckForm, CodeBudget, -1)
			continue
		}
		it.request = r
		it.base.assured = r.Assured
		p.parse(it)
	}
	return p
}

// Checks returns the signature checks to run. The host answers them in this order.
func (p *Plan) Checks() []signature.Check { return p.questions.checks }

// parse decodes a presentation and plans its checks.
func (p *Plan) parse(it *item) {
	if it.request.Kind == Certificate {
		p.bare(it)
		return
	}
	if it.request.Kind == Token || it.request.Kind == BareToken {
		p.credentialToken(it)
		return
	}
	var err error
	if it.request.Kind == KeyPackage {
		it.pkg, err = mls.ParseKeyPackageAny(it.request.Bytes)
		if err == nil {
			it.leaf = it.pkg.LeafNode
		}
	} else {
		it.leaf, err = mls.ParseLeafNode(it.request.Bytes)
	}
	if err != nil {
		p.unreadable(it, err)
		return
	}
	if !p.credential(it) || !p.consistent(it) || !p.certificates(it, it.leaf.Credential.Certificates) {
		return
	}
	it.base.pass(CheckForm)
	p.possession(it)
	if it.leaf.Credential.Token != nil {
		p.leafToken(it)
	}
	if it.leaf.Credential.Bindings != nil {
		p.bind(it)
	}
	if it.end != nil && it.token == nil { // what a token needs is planned with it
		it.graph = p.graph(it.end, it.presented)
	}
}

// bare is parse of a certificate by itself. There is no possession to prove, unless it answers a challenge.
func (p *Plan) bare(it *item) {
	ders := append([][]byte{it.request.Bytes}, it.request.Certificates...)
	if !p.certificates(it, ders) {
		return
	}
	r := it.base
	r.bare, r.nameless = true, it.request.PathOnly
	for _, c := range [...]Check{CheckForm, CheckCredentialType, CheckDowngrade} {
		r.pass(c)
	}
	for _, c := range [...]Check{CheckSource, CheckLeafSignature, CheckPackageSignature, CheckLifetime} {
		r.skip(c)
	}
	key := it.end.PublicKey
	switch want := it.request.SignatureKey; {
	case len(want) == 0:
		r.skip(CheckSignatureKey)
	case bytes.Equal(want, key.Key):
		r.pass(CheckSignatureKey)
	default:
		r.fail(CheckSignatureKey, CodeKeyMismatch, 0)
	}
	switch {
	case key.Kind == x509.KeyUnknown:
		r.open(CheckSuite, CodeUnsupportedAlgorithm, 0)
	case !strong(key):
		r.fail(CheckSuite, CodeBadKey, 0)
	default:
		r.pass(CheckSuite)
	}
	if it.request.Challenge != nil {
		p.answer(it)
	}
	it.graph = p.graph(it.end, it.presented)
}

func (p *Plan) unreadable(it *item, err error) {
	switch {
	case errors.Is(err, mls.ErrUnsupportedCredential):
		it.base.pass(CheckForm)
		it.base.open(CheckCredentialType, CodeUnsupportedCredential, -1)
	case errors.Is(err, mls.ErrLimit):
		it.base.fail(CheckForm, CodeBudget, -1)
	case errors.Is(err, mls.ErrUnsupportedVersion):
		it.base.open(CheckForm, CodeUnsupportedAlgorithm, -1)
	default:
		it.base.fail(CheckForm, CodeMalformed, -1)
	}
}

// consistent checks what RFC 9420 demands of a LeafNode or KeyPackage by itself: it supports its own credential (Section
// 7.3), and the key it is welcomed with is not the one of its leaf (Section 10.1).
func (p *Plan) consistent(it *item) bool {
	if !slices.Contains(it.leaf.Capabilities.Credentials, it.leaf.Credential.Type) ||
		it.pkg != nil && bytes.Equal(it.pkg.InitKey, it.leaf.EncryptionKey) {
		it.base.fail(CheckForm, CodeMalformed, -1)
		return false
	}
	return true
}

// credential judges the credential's type. It reports whether the rest of the LeafNode can be relied on to be one.
func (p *Plan) credential(it *item) bool {
	r := it.base
	switch c := &it.leaf.Credential; {
	case !c.Known() || it.request.Guessed:
		r.pass(CheckForm)
		it.base.open(CheckCredentialType, CodeUnsupportedCredential, -1)
		return false
	case c.Type == mls.X509:
		r.pass(CheckCredentialType)
		r.pass(CheckDowngrade)
	case c.Bindings != nil: // each is judged
	case c.Token != nil: // its own type is judged too
		r.pass(CheckDowngrade)
	default:
		if p.v.policy.Basic == ReportBasic {
			r.open(CheckCredentialType, CodeNoAssurance, -1)
		} else {
			r.fail(CheckCredentialType, CodeCredentialTypeNotAllowed, -1)
		}
		if it.request.Assured {
			r.fail(CheckDowngrade, CodeCredentialDowngrade, -1)
		} else {
			r.pass(CheckDowngrade)
		}
	}
	return true
}

// certificates parses those of an X.509 credential. It reports whether they are well-formed.
func (p *Plan) certificates(it *item, ders [][]byte) bool {
	if len(ders) > maxPresentedCertificates {
		it.base.fail(CheckForm, CodeBudget, -1)
		return false
	}
	certs := make([]*x509.Certificate, len(ders))
	for i, der := range ders {
		c := p.issuers[string(der)]
		if c == nil {
			var err error
			if c, err = x509.ParseCertificate(der); err != nil {
				it.base.fail(CheckForm, CodeMalformed, i)
				return false
			}
			if i > 0 {
				p.issuers[string(der)] = c
			}
		}
		certs[i] = c
	}
	if len(certs) > 0 {
		it.end, it.presented = certs[0], certs[1:]
	}
	return true
}
