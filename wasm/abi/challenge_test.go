package abi

import (
	"encoding/binary"
	"testing"

	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// answerRequest is an answer to a challenge, by its expected presenter.
func answerRequest(p verifier.Presentation) []byte {
	b := []byte{byte(p.Kind), 0, 0, 0, 0}
	b = appendOpaque(b, nil)
	b = binary.BigEndian.AppendUint32(b, 0)
	b = appendOpaque(b, nil)
	b = appendOpaque(binary.BigEndian.AppendUint16(b, 1), []byte(p.Challenge.Presenter.Identifier))
	b = appendOpaque(b, p.Bytes)
	b = binary.BigEndian.AppendUint16(b, uint16(len(p.Certificates)))
	for _, c := range p.Certificates {
		b = appendOpaque(b, c)
	}
	c := p.Challenge
	b = append(b, byte(c.PresenterRole))
	for _, part := range [][]byte{
		c.Session, c.Nonce, []byte(c.Verifier.Identifier), c.Verifier.IdentityKey,
		[]byte(c.Presenter.Identifier), c.Presenter.IdentityKey, p.Signature,
	} {
		b = appendOpaque(b, part)
	}
	return b
}

func challengeOf(presenter string) *challenge.Challenge {
	return &challenge.Challenge{
		PresenterRole: challenge.Initiator, Session: []byte("what only this session has"), Nonce: []byte("made for one answer"),
		Verifier:  challenge.Party{Identifier: "mimi://example.com/u/bob", IdentityKey: []byte("Bob's identity key")},
		Presenter: challenge.Party{Identifier: presenter, IdentityKey: []byte("Alice's identity key")},
	}
}

func TestCertificateAnswersAChallengeThroughTheModule(t *testing.T) {
	h := newHost(t)
	h.refresh()
	key := testca.NewKey(testca.Ed25519, "alice 1")
	template := h.ca.Alice()
	template.Key = key.Public()
	chain := h.ca.Chain(template)
	p := verifier.Presentation{Kind: verifier.ChallengedCertificate, Bytes: chain[0], Certificates: chain[1:], Challenge: challengeOf(alice)}
	p.Signature = key.Sign(p.Challenge.Message(chain[0]))
	good := answerRequest(p)
	want(t, h.judge(planRequest(good))[0], "verified", "")

	// No byte of the challenge, which stands at the end, may change.
	for i := len(good) - 64 - 4 - 1; i > len(good)-200; i-- {
		b := append([]byte(nil), good...)
		b[i] ^= 1
		if planned := h.m.Dispatch(nil, "plan", planRequest(b)); planned[0] == statusOK {
			if v := parse(t, h.must("conclude", h.answer(planned[1:])))[0]; v.Outcome != "rejected" {
				t.Errorf("byte %d changed: %s(%s)", i-len(good), v.Outcome, v.Code)
			}
		}
	}
	p.Challenge.PresenterRole = challenge.Responder
	want(t, h.judge(planRequest(answerRequest(p)))[0], "rejected", verifier.CodeBadSignature)
	p.Challenge.PresenterRole = 0
	want(t, h.judge(planRequest(answerRequest(p)))[0], "rejected", verifier.CodeInvalidRequest)
	if code := h.code("plan", planRequest(good[:len(good)-1])); code != verifier.CodeInvalidRequest {
		t.Errorf("cut: %s", code)
	}
}

func TestTokenAnswersAChallengeThroughTheModule(t *testing.T) {
	h := &host{t: t, m: New()}
	issuer, holder := testvc.NewKey(t, "ES256"), testvc.NewKey(t, "EdDSA")
	h.must("configure", appendOpaque(nil, []byte(`{"authorities":[{"id":"corp","scope":["example.com"],"status":"uncheckedUnsafe","issuers":[{"id":"https://issuer.example","jwks":{"keys":[`+
		issuer.JWK("")+`]},"identifiers":[{"claim":["email"],"form":"email"}]}]}]}`)))
	token := testvc.SDJWT(issuer.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt"}`, `{"iss":"https://issuer.example","vct":"v","email":"alice@example.com","cnf":{"jwk":`+holder.JWK("")+`}}`))
	p := verifier.Presentation{Kind: verifier.ChallengedToken, Challenge: challengeOf("mailto:alice@example.com")}
	p.Bytes = []byte(token + holder.Sign(t, `{"alg":"EdDSA","typ":"kb+jwt"}`,
		`{"iat":1795435190,"aud":"`+challenge.Audience+`","nonce":"`+p.Challenge.TokenNonce()+`","sd_hash":"`+testvc.Hash(token)+`"}`))
	want(t, h.judge(planRequest(answerRequest(p)))[0], "verified", "")
	p.Challenge.Session = []byte("what only another session has")
	want(t, h.judge(planRequest(answerRequest(p)))[0], "rejected", verifier.CodePopContext)
}
