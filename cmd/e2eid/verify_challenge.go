package main

import (
	"encoding/hex"
	"flag"

	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/verifier"
)

var roles = map[string]challenge.Role{"initiator": challenge.Initiator, "responder": challenge.Responder}

// A challengeQuestion is what the flags say of the challenge that the input answers.
type challengeQuestion struct {
	challenge.Challenge
	role string
}

func (c *challengeQuestion) flags(flags *flag.FlagSet, p *verifier.Presentation) {
	flags.StringVar(&c.role, "role", "", "of a challenge: which `end` of the session the presenter is, initiator or responder")
	hexFlag(flags, &c.Session, "session", "of a challenge: what identifies the session, in `hex`")
	flags.StringVar(&c.Verifier.Identifier, "verifier", "", "of a challenge: the `identifier` of who has asked")
	hexFlag(flags, &c.Verifier.IdentityKey, "verifier-key", "of a challenge: the messenger's identity key of who has asked, in `hex`")
	hexFlag(flags, &c.Presenter.IdentityKey, "presenter-key", "of a challenge: the identity key of the session's other end, in `hex`")
	hexFlag(flags, &p.Signature, "signature", "of a challenge: what the certificate's key has signed, in `hex`; without it the input is a token")
}

// used reports whether one of the flags is there.
func (c *challengeQuestion) used(p *verifier.Presentation) bool {
	return c.role+c.Verifier.Identifier != "" || len(c.Session)+len(c.Verifier.IdentityKey)+len(c.Presenter.IdentityKey)+len(p.Signature) > 0
}

// complete makes p the presentation of an answer.
func (c *challengeQuestion) complete(p *verifier.Presentation) error {
	if len(p.Expected) == 0 {
		return usageError("a challenge needs -expect; the first is whom the presenter signs as")
	}
	c.PresenterRole, c.Presenter.Identifier = roles[c.role], p.Expected[0]
	var err error
	if c.Challenge.Nonce, err = hex.DecodeString(p.Nonce); err != nil || p.Audience != "" {
		return usageError("a challenge needs -nonce in hexadecimal digits, and no -audience")
	}
	if !c.Valid() {
		return usageError("a challenge needs -role, -session, -verifier, -verifier-key and -presenter-key, each of 16 bytes or more where it is hex")
	}
	if p.Nonce = ""; len(p.Signature) == 0 {
		p.Kind = verifier.ChallengedToken
	}
	p.Challenge = &c.Challenge
	return nil
}
