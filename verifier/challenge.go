package verifier

import (
	"slices"

	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/signature"
)

// challenged returns the answer to a challenge as the presentation that it is beside: a certificate, whose Challenge is
// still to be looked at, or a token whose holder's proof must be for the challenge. ok is false if the call is incomplete.
//
// Who is verified is always named in what was signed. Where nobody is expected, that is whoever the presenter claims to
// be, and the credential must say so too: else somebody else's credential over the same key would do.
func (p *Presentation) challenged() (plain *Presentation, ok bool) {
	c := p.Challenge
	certificate := p.Kind == ChallengedCertificate
	if c == nil || !c.Valid() || p.PathOnly || p.Audience+p.Nonce != "" || certificate != (len(p.Signature) > 0) {
		return nil, false
	}
	q := *p
	switch who := c.Presenter.Identifier; {
	case p.Discover && len(p.Expected) == 0:
		q.Discover, q.Expected = false, []string{who}
	case p.Discover || !slices.Contains(p.Expected, who):
		return nil, false
	}
	if certificate {
		q.Kind = Certificate
		return &q, true
	}
	q.Kind, q.Challenge = Token, nil
	q.Audience, q.Nonce = challenge.Audience, c.TokenNonce()
	return &q, true
}

// answer plans the check that the key of a certificate has signed the challenge.
func (p *Plan) answer(it *item) {
	it.base.challenged = true
	key := it.end.PublicKey
	c, err := signature.New(challengeAlgorithm(key), key.Key, it.request.Challenge.Message(it.end.Raw), it.request.Signature)
	it.popRef = p.questions.ask(c, err)
}

// challengeAlgorithm returns the one algorithm by which a key answers challenges; 0 if there is none. RSA keys have
// several elsewhere: here RSASSA-PSS with SHA-256 and a salt of its size.
func challengeAlgorithm(key x509.PublicKey) signature.Algorithm {
	const pss = signature.RSAPSSSHA256 + 32
	switch key.Kind {
	case x509.KeyRSA:
		return pss
	case x509.KeyRSAPSS:
		if base, salt, restricted := key.PSS.PSS(); restricted && (base != signature.RSAPSSSHA256 || salt > 32) {
			return 0
		}
		return pss
	}
	return key.Algorithm()
}
