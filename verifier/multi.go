package verifier

import (
	"bytes"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/signature"
)

// A binding is one of a multi-credential. Its credential is judged as an item of its own, about its own key.
type binding struct {
	item
	signed ref
	asked  bool
}

// bind plans the checks of a multi-credential (draft-ietf-mls-extensions): each binding's signature, by the key of its
// credential over the signature key of this LeafNode, and its credential as if that stood alone.
func (p *Plan) bind(it *item) {
	it.base.pass(CheckCredentialType)
	it.base.pass(CheckDowngrade)
	for i := range it.leaf.Credential.Bindings {
		b := &it.leaf.Credential.Bindings[i]
		part := &binding{}
		part.base, part.request = &report{bound: true}, it.request
		part.leaf = &mls.LeafNode{SignatureKey: b.CredentialKey, Credential: b.Credential}
		it.bindings = append(it.bindings, part)
		r := part.base
		alg, ok := b.CipherSuite.SignatureAlgorithm()
		switch {
		case !ok:
			r.open(CheckBinding, CodeUnsupportedAlgorithm, -1)
		case signature.CheckKey(alg, b.CredentialKey) != nil:
			r.fail(CheckBinding, CodeBadBinding, -1)
		default:
			message, err := b.SignContent(it.leaf.SignatureKey)
			if err != nil {
				r.fail(CheckBinding, CodeBadBinding, -1)
				break
			}
			part.signed, part.asked = p.questions.ask(signature.NewDER(alg, b.CredentialKey, message, b.Signature)), true
		}
		p.boundCredential(part, alg)
	}
}

// boundCredential plans the checks of the credential in a binding.
func (p *Plan) boundCredential(part *binding, alg signature.Algorithm) {
	it, r := &part.item, part.base
	c := &it.leaf.Credential
	if !p.credential(it) || !p.certificates(it, c.Certificates) {
		return
	}
	if c.Token != nil {
		p.leafToken(it)
		return
	}
	if it.end == nil {
		return // a basic one, of which all is said
	}
	switch {
	case !bytes.Equal(it.end.PublicKey.Key, it.leaf.SignatureKey):
		r.fail(CheckSignatureKey, CodeKeyMismatch, 0)
	case it.end.PublicKey.Algorithm() != alg:
		r.fail(CheckSuite, CodeSuiteMismatch, 0)
	default:
		r.pass(CheckSignatureKey)
	}
	it.graph = p.graph(it.end, it.presented)
}

// concludeBindings judges a multi-credential whose LeafNode is judged in it.base. A binding that somebody forged, and a
// credential that is revoked, are never passed over. All of a multi-credential must be verified; of a weak one what can
// be, if that is of one authority.
func (p *Plan) concludeBindings(it *item) Verdict {
	weak := it.leaf.Credential.Type == mls.WeakMulti
	verdicts := make([]Verdict, len(it.bindings))
	for i, part := range it.bindings {
		verdicts[i] = p.concludeBinding(it, part)
	}
	for _, part := range it.bindings {
		if part.base.findings[CheckBinding].Code == CodeBadBinding { // whatever else is wrong with it
			it.base.fail(CheckBinding, CodeBadBinding, -1)
			return it.base.verdict()
		}
	}
	var verified, other *Verdict
	for i := range verdicts {
		v := &verdicts[i]
		switch {
		case v.revoked:
			return *v
		case v.outcome == Verified && verified == nil:
			verified = v
		case v.outcome == Verified && weak && v.identity.Authority != verified.identity.Authority:
			it.base.fail(CheckAuthority, CodeAmbiguousAuthority, -1)
			return it.base.verdict()
		case v.outcome == Verified && v.identity.ID != verified.identity.ID: // Discover: nothing tells which one to show
			it.base.fail(CheckExpected, CodeAmbiguousIdentity, -1)
			return it.base.verdict()
		case v.outcome == Verified:
		// If one is enough, say what could be settled, and else what is wrong.
		case other == nil, weak && v.outcome > other.outcome, !weak && v.outcome < other.outcome:
			other = v
		}
	}
	if verified == nil || !weak && other != nil {
		return *other
	}
	if !weak {
		for i := range verdicts {
			verified.narrow(&verdicts[i])
		}
	}
	return *verified
}

// narrow has a verified verdict hold no longer than another that must be verified too: whoever presents them chooses their order.
func (v *Verdict) narrow(other *Verdict) {
	if other.identity.NotBefore.After(v.identity.NotBefore) {
		v.identity.NotBefore = other.identity.NotBefore
	}
	if other.identity.NotAfter.Before(v.identity.NotAfter) {
		v.identity.NotAfter = other.identity.NotAfter
	}
	v.historical = v.historical || other.historical
	if f := other.freshness; f != nil {
		r := report{freshness: v.freshness}
		r.rest(*f)
		v.freshness = r.freshness
	}
}

// concludeBinding judges one binding with what is judged of the LeafNode itself.
func (p *Plan) concludeBinding(it *item, part *binding) Verdict {
	r := part.base
	if part.asked {
		p.settle(r, CheckBinding, part.signed)
		if f := &r.findings[CheckBinding]; f.Code == CodeBadSignature {
			f.Code = CodeBadBinding
		}
	}
	r.historical, r.assured = r.historical || it.base.historical, it.base.assured
	for _, f := range it.base.findings {
		if f.Check != 0 && f.Check != CheckCredentialType && f.Check != CheckDowngrade {
			r.add(f)
		}
	}
	part.early = it.early
	return p.conclude(&part.item)
}
