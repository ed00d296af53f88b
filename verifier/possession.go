package verifier

import (
	"bytes"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
)

// possession plans the checks that whoever presents the LeafNode holds its signature key, here and for this use.
func (p *Plan) possession(it *item) {
	p.source(it)
	p.lifetime(it)
	alg, ok := p.suite(it)
	if !ok {
		return
	}
	p.binding(it)
	leaf := it.leaf
	message, err := leaf.SignContent(it.request.GroupID, it.request.LeafIndex)
	if err != nil {
		it.base.fail(CheckLeafSignature, CodeInvalidRequest, -1)
		return
	}
	it.popRef, it.popAsked = p.questions.ask(signature.NewDER(alg, leaf.SignatureKey, message, leaf.Signature)), true
	if it.pkg == nil {
		it.base.skip(CheckPackageSignature)
		return
	}
	message = it.pkg.SignContent()
	it.pkgRef, it.pkgAsked = p.questions.ask(signature.NewDER(alg, leaf.SignatureKey, message, it.pkg.Signature)), true
}

// suite checks that the keys are of the cipher suite's signature algorithm, and returns that if they are.
func (p *Plan) suite(it *item) (alg signature.Algorithm, ok bool) {
	suite := it.request.CipherSuite
	if it.pkg != nil {
		if suite != 0 && suite != it.pkg.CipherSuite {
			it.base.fail(CheckSuite, CodeSuiteMismatch, -1)
			return 0, false
		}
		suite = it.pkg.CipherSuite
	}
	alg, ok = suite.SignatureAlgorithm()
	switch {
	case !ok:
		it.base.open(CheckSuite, CodeUnsupportedAlgorithm, -1)
	case !p.v.policy.Algorithms.Allows(alg):
		it.base.fail(CheckSuite, CodeAlgorithmNotAllowed, -1)
		return 0, false
	case it.end != nil && it.end.PublicKey.Algorithm() != alg:
		it.base.fail(CheckSuite, CodeSuiteMismatch, 0)
		return 0, false
	case signature.CheckKey(alg, it.leaf.SignatureKey) != nil:
		it.base.fail(CheckSuite, CodeBadKey, -1)
		return 0, false
	default:
		it.base.pass(CheckSuite)
	}
	return alg, ok
}

// binding checks that the end entity certificate is about the LeafNode's signature key (RFC 9420, Section 5.3), on the
// raw bytes of both keys, and so is the protocol.
func (p *Plan) binding(it *item) {
	key, want := it.leaf.SignatureKey, it.request.SignatureKey
	switch {
	case it.end != nil && !bytes.Equal(it.end.PublicKey.Key, key):
		it.base.fail(CheckSignatureKey, CodeKeyMismatch, 0)
	case len(want) > 0 && !bytes.Equal(want, key):
		it.base.fail(CheckSignatureKey, CodeKeyMismatch, -1)
	case it.end != nil:
		it.base.pass(CheckSignatureKey)
	default:
		it.base.skip(CheckSignatureKey)
	}
}

// source checks that the LeafNode was made for where it was found (RFC 9420, Sections 7.3 and 10.1).
func (p *Plan) source(it *item) {
	var want mls.LeafNodeSource
	switch it.request.Carrier {
	case InTree:
		it.base.pass(CheckSource)
		return
	case InUpdate:
		want = mls.SourceUpdate
	case InCommit:
		want = mls.SourceCommit
	default:
		want = mls.SourceKeyPackage
	}
	if it.leaf.Source != want {
		it.base.fail(CheckSource, CodeWrongSource, -1)
		return
	}
	it.base.pass(CheckSource)
}

// lifetime checks the lifetime of a LeafNode that has one (RFC 9420, Section 7.2): whether it is now, and its length,
// for which the application must set a maximum.
func (p *Plan) lifetime(it *item) {
	if it.leaf.Source != mls.SourceKeyPackage {
		it.base.skip(CheckLifetime)
		return
	}
	l, at := it.leaf.Lifetime, p.at.Unix()
	const most = 1<<63 - 1
	sound := l.NotBefore <= l.NotAfter && l.NotAfter <= most &&
		l.NotAfter-l.NotBefore <= uint64(p.v.policy.MaxLeafLifetime/time.Second) && at <= int64(l.NotAfter)
	if !sound || at < int64(l.NotBefore) {
		it.base.fail(CheckLifetime, CodeLifetime, -1)
		it.early = sound
		return
	}
	it.base.pass(CheckLifetime)
	it.base.historical = it.base.historical || p.now.Unix() > int64(l.NotAfter)
}

// answered settles the proofs of possession.
func (p *Plan) answered(it *item) {
	settle := func(c Check, r ref) {
		switch p.questions.of(r) {
		case signature.Valid:
			it.base.pass(c)
		case signature.Unsupported:
			it.base.open(c, CodeUnsupportedAlgorithm, -1)
		default:
			it.base.fail(c, CodeBadSignature, -1)
		}
	}
	if it.popAsked {
		settle(CheckLeafSignature, it.popRef)
	}
	if it.base.challenged {
		p.settle(it.base, CheckChallenge, it.popRef)
	}
	if it.pkgAsked {
		settle(CheckPackageSignature, it.pkgRef)
	}
}

// strong reports whether a key of a known kind is well-formed and not weak.
func strong(key x509.PublicKey) bool {
	alg := key.Algorithm()
	if key.Kind == x509.KeyRSA || key.Kind == x509.KeyRSAPSS {
		alg = signature.RSAPKCS1SHA256 // the bounds are those of every algorithm of RSA
	}
	return signature.CheckKey(alg, key.Key) == nil
}
