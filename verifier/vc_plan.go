package verifier

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/sha256"
	"github.com/e2eid/e2eid/signature"
)

// A vcToken is a presentation of a verifiable credential.
type vcToken struct {
	*vc.Credential
	proof  *vc.Proof
	issuer *issuer
	// signed are the checks that a key of the issuer made each signature that has to hold: one for each candidate, or for
	// the certificate of x5c.
	signed [][]ref
	from   [][]*keySet // of signed, nil for a path: see [Plan.byIssuer]
	holder ref         // the holder's signature, if proof is not nil and holderAsked
	asked  bool
	hash   digest // of what the issuer signed, if an assertion is asked for or there
	// What in the bag might speak of it.
	lists      [][]plannedList // by reference
	assertions *assertions
}

// credentialToken is parse of a verifiable credential by itself.
func (p *Plan) credentialToken(it *item) {
	r := it.base
	r.vc, r.bare, r.bareToken, r.nameless = true, true, it.request.Kind == BareToken, it.request.PathOnly
	tokens, all := p.parseToken(it, it.request.Bytes)
	if len(tokens) == 0 {
		return
	}
	for _, c := range [...]Check{CheckSource, CheckLeafSignature, CheckPackageSignature, CheckLifetime} {
		r.skip(c)
	}
	if len(tokens) > 1 || !all {
		p.several(it, tokens)
		return
	}
	t := tokens[0]
	it.token = t
	p.holder(it, t)
	p.issued(it, t)
}

// leafToken is parse of a verifiable credential in a LeafNode, whose signature proves possession. An SD-JWT credential
// has a key binding beside that (draft-mahy-mls-sd-cwt-credential-02, Section 3.2), for an audience of the application's;
// that it was made for this group is what the LeafNode's signature says.
func (p *Plan) leafToken(it *item) {
	r := it.base
	r.vc, r.bareToken = true, true
	tokens, all := p.parseToken(it, it.leaf.Credential.Token)
	if len(tokens) == 0 {
		return
	}
	if len(tokens) > 1 || !all { // of a leaf's type is one
		r.open(CheckCredentialType, CodeUnsupportedCredential, -1)
		return
	}
	t := tokens[0]
	it.token = t
	sdjwt := it.leaf.Credential.Type == mls.SDJWT
	userInfo := t.Format == vc.JWTVC || t.Format == vc.VCJWT
	// MLS has code points for JOSE alone, neither for COSE nor for Data Integrity.
	jws := t.Token != nil && t.Format != vc.VCCOSE &&
		(t.proof == nil || t.proof.Token != nil && !jose.SameType(t.proof.Token.Header().Type, "vp+cose"))
	if sdjwt == userInfo || !jws {
		r.fail(CheckForm, CodeMalformed, -1)
		return
	}
	if sdjwt && t.proof == nil && t.Holder != nil {
		r.fail(CheckHolder, CodeKeyMismatch, -1)
		return
	}
	p.holder(it, t)
	p.issued(it, t)
}

// parseToken reads the credentials of a presentation; nil if there is none to judge. One of a form that is not known is
// not among them, and leaves the presentation unverified at best: then all is false.
func (p *Plan) parseToken(it *item, b []byte) (tokens []*vcToken, all bool) {
	r := it.base
	pres, err := vc.Parse(b)
	switch {
	case err == nil:
	case errors.Is(err, vc.ErrBearer):
		r.pass(CheckForm)
		r.fail(CheckHolder, CodeNoKeyBinding, -1)
		return nil, false
	case errors.Is(err, vc.ErrUnsupported):
		r.pass(CheckForm)
		r.open(CheckCredentialType, CodeUnsupportedCredential, -1)
		return nil, false
	case errors.Is(err, vc.ErrType):
		r.pass(CheckForm)
		r.fail(CheckCredentialType, CodeCredentialTypeNotAllowed, -1)
		return nil, false
	case errors.Is(err, vc.ErrUnsigned):
		r.fail(CheckForm, CodeBadSignature, -1)
		return nil, false
	case errors.Is(err, vc.ErrAlgorithm):
		r.open(CheckForm, CodeUnsupportedAlgorithm, -1)
		return nil, false
	case errors.Is(err, vc.ErrLimit):
		r.fail(CheckForm, CodeBudget, -1)
		return nil, false
	default:
		r.fail(CheckForm, CodeMalformed, -1)
		return nil, false
	}
	r.pass(CheckForm)
	if pres.Unsupported > 0 {
		r.open(CheckCredentialType, CodeUnsupportedCredential, -1)
	}
	for _, c := range pres.Credentials {
		tokens = append(tokens, &vcToken{Credential: c, proof: pres.Proof})
	}
	return tokens, pres.Unsupported == 0
}

// holder checks to whom the credential is bound, and plans the holder's signature over the presentation.
func (p *Plan) holder(it *item, t *vcToken) {
	r := it.base
	// Who says what a proof must be made for wants one: else whoever carries it could strip it.
	needed := it.request.Kind == Token || it.request.Nonce != ""
	key, want := t.Holder, it.request.SignatureKey
	if it.leaf != nil {
		want = it.leaf.SignatureKey
	}
	// Where nobody is asked for, a key of a kind that is not known, or that is elsewhere, matters as little as none.
	elsewhere := errors.Is(t.HolderError, vc.ErrConfirmation) || errors.Is(t.HolderError, jose.ErrKey)
	broken := t.HolderError != nil && !(it.request.PathOnly && elsewhere)
	switch {
	case key == nil && (broken || needed || t.proof != nil || len(want) > 0):
		r.fail(CheckHolder, CodeNoKeyBinding, -1)
		return
	case key == nil: // nobody is to be identified
		for _, c := range [...]Check{CheckSuite, CheckSignatureKey, CheckHolder, CheckContext} {
			r.skip(c)
		}
		return
	}
	if it.leaf == nil { // there it is said what the suite demands
		r.pass(CheckSuite)
	}
	switch {
	case len(want) == 0:
		r.skip(CheckSignatureKey)
	case sameKey(key, want):
		r.pass(CheckSignatureKey)
	default:
		r.fail(CheckSignatureKey, CodeKeyMismatch, -1)
	}
	if t.proof == nil {
		if needed {
			r.fail(CheckHolder, CodeKeyMismatch, -1)
			return
		}
		r.skip(CheckHolder)
		r.skip(CheckContext)
		return
	}
	if !t.isHolder(key) {
		r.fail(CheckHolder, CodeKeyMismatch, -1)
	}
	if check, err := t.proof.Check(key); err != nil {
		r.fail(CheckHolder, CodeBadSignature, -1)
	} else {
		t.holder, t.asked = p.questions.ask(check, nil), true
	}
	p.context(it, t)
}

// isHolder reports whether a vp that says who presents it, or with which key, says the one that the credential is bound
// to. A key whose URL is not itself the key must be the subject's.
func (t *vcToken) isHolder(key *jose.Key) bool {
	is := func(url string) (bool, error) {
		named, err := did.Key(url)
		return err == nil && named.Thumbprint() == key.Thumbprint(), err
	}
	if t.proof.Holder != "" && t.proof.Holder != t.Subject {
		if ok, _ := is(t.proof.Holder); !ok {
			return false
		}
	}
	if t.proof.Method == "" {
		return true
	}
	ok, err := is(t.proof.Method)
	id, _ := did.Split(t.proof.Method)
	return ok || errors.Is(err, did.ErrUnsupported) && id == t.Subject
}

// context checks that the proof was made for here and now.
func (p *Plan) context(it *item, t *vcToken) {
	r, at := it.base, p.at.Unix()
	if shown := it.request.ProvenAt; shown != 0 {
		at = shown
	}
	expected := it.request.Audience != "" || it.request.Nonce != ""
	made := t.proof.IssuedAt
	const tolerance = int64(proofTolerance / time.Second)
	switch {
	case !t.proof.Bound,
		t.proof.NotAfter != 0 && at > t.proof.NotAfter,
		at < t.proof.NotBefore-tolerance,
		expected && (t.proof.Audience != it.request.Audience || t.proof.Nonce != it.request.Nonce),
		// A vp that is a JWT need not say when it was made: the nonce, which the application takes once, tells that it is
		// fresh. A Data Integrity proof, which has a method, does.
		expected && (made != 0 || t.proof.Method != "") && (made < at-int64(maxProofAge/time.Second) || made > at+tolerance):
		r.fail(CheckContext, CodePopContext, -1)
	case expected:
		r.pass(CheckContext)
	default:
		r.skip(CheckContext) // BareToken: by other means
	}
}

// issued plans the checks of who issued the credential.
func (p *Plan) issued(it *item, t *vcToken) {
	r := it.base
	t.issuer = p.v.issuers[t.Issuer]
	if ders := t.Header().Certificates; t.issuer == nil && t.Issuer == "" && len(ders) > 0 {
		if end, err := x509.ParseCertificate(ders[0]); err == nil {
			t.issuer = p.v.issuerNamed(end)
		}
	}
	if t.issuer == nil {
		r.fail(CheckIssuer, CodeUntrustedIssuer, -1)
		return
	}
	r.pass(CheckIssuer)
	if !t.issuer.hasType(t.Types) {
		r.fail(CheckCredentialType, CodeCredentialTypeNotAllowed, -1)
	} else {
		r.pass(CheckCredentialType)
	}
	r.pass(CheckDowngrade)
	if t.issuer.X5C {
		p.issuedByPath(it, t)
	} else {
		r.keys = t.issuer.Document.check()
		for _, s := range t.Signatures() {
			refs, from, ok := p.byIssuer(t.issuer, s, func(key *jose.Key) ref { return p.signedToken(s, key) })
			if !ok {
				r.fail(CheckPath, CodeBudget, -1)
			}
			t.signed, t.from = append(t.signed, refs), append(t.from, from)
		}
		for _, c := range [...]Check{CheckCritical, CheckConstraints, CheckNames, CheckPolicies, CheckKeyUsage} {
			r.skip(c)
		}
	}
	p.planLists(t)
	p.planAssertions(t)
}

// issuedByPath plans the path of the certificate in x5c.
func (p *Plan) issuedByPath(it *item, t *vcToken) {
	r := it.base
	ders := t.Header().Certificates
	if len(ders) == 0 {
		r.fail(CheckPath, CodeUntrustedIssuer, -1)
		return
	}
	if !p.certificates(it, ders) {
		return
	}
	for _, c := range append(it.presented[:len(it.presented):len(it.presented)], it.end) {
		// The anchor is not among them, so that nobody can take it from there (HAIP 1.0, Section 6.1.1).
		if p.v.anchor(p.key(c.Subject), c) != nil {
			r.fail(CheckConstraints, CodeBadChain, -1)
			return
		}
	}
	if !t.issuer.named(it.end, false) {
		r.fail(CheckIssuer, CodeUntrustedIssuer, 0)
	}
	key, err := jose.KeyOf(it.end.PublicKey)
	if err != nil {
		r.fail(CheckPath, CodeBadKey, 0)
		return
	}
	t.signed = [][]ref{{p.signedToken(t.Signatures()[0], key)}} // no proof has certificates
	it.graph = p.graph(it.end, it.presented)
}

// signedToken plans the check that key signed what an issuer did. Members of a group are judged again and again, so that
// it is remembered: an SD-JWT with what is disclosed of it, since that is hashed anyway.
func (p *Plan) signedToken(s vc.Signature, key *jose.Key) ref {
	c, err := s.Check(key)
	switch {
	case err != nil:
		return refInvalid
	case s.Digest == "":
		return p.questions.askEdge(c, nil)
	}
	h := sha256.New()
	h.Write([]byte("e2eid SD-JWT"))
	h.Write(binary.BigEndian.AppendUint16([]byte{byte(len(s.Digest))}, uint16(c.Algorithm)))
	h.Write([]byte(s.Digest))
	h.Write(c.Key)
	return p.questions.askOnce(h.Sum(), func() (signature.Check, error) { return c, nil })
}
