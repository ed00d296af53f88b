package abi

import (
	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/verifier"
)

// readChallenge reads what the presentation answers.
func readChallenge(r *reader, p *verifier.Presentation) {
	c := &challenge.Challenge{PresenterRole: challenge.Role(r.uint8()), Session: r.opaque(), Nonce: r.opaque()}
	for _, party := range [...]*challenge.Party{&c.Verifier, &c.Presenter} {
		party.Identifier, party.IdentityKey = string(r.opaque()), r.opaque()
	}
	p.Challenge, p.Signature = c, r.opaque()
}
