package redteam

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

var seconds = strconv.FormatInt(now.Unix(), 10)

func TestAnAnswerInItsSessionIsVerified(t *testing.T) {
	w := newWorld(t)
	w.each(func(t *testing.T, f form) {
		c := between(bob, alice, "Bob and Alice")
		p := f.answer(c)
		verified(t, w.ask(p))
		v := w.ask(claimed(p, c))
		verified(t, v)
		if id, _ := v.Identity(); id.ID != alice {
			t.Errorf("it is %q", id.ID)
		}
	})
}

// Whatever Bob sees otherwise than Alice does, her answer is not to his question.
func TestAnAnswerIsToOneChallengeInOneSession(t *testing.T) {
	w := newWorld(t)
	w.each(func(t *testing.T, f form) {
		right := between(bob, alice, "Bob and Alice")
		p := f.answer(right)
		for name, change := range map[string]func(*challenge.Challenge){
			"role":            func(c *challenge.Challenge) { c.PresenterRole = challenge.Initiator },
			"session":         func(c *challenge.Challenge) { c.Session = []byte("session of the same two, set up anew") },
			"nonce":           func(c *challenge.Challenge) { c.Nonce = []byte("a nonce of another time") },
			"verifier":        func(c *challenge.Challenge) { c.Verifier.Identifier = mallory },
			"verifier's key":  func(c *challenge.Challenge) { c.Verifier.IdentityKey = bytes.Repeat([]byte{7}, 33) },
			"presenter":       func(c *challenge.Challenge) { c.Presenter.Identifier = bob },
			"presenter's key": func(c *challenge.Challenge) { c.Presenter.IdentityKey = bytes.Repeat([]byte{7}, 33) },
			"ends exchanged":  func(c *challenge.Challenge) { c.Presenter, c.Verifier = c.Verifier, c.Presenter },
			"one end's device": func(c *challenge.Challenge) {
				c.Presenter.IdentityKey = append(bytes.Clone(c.Presenter.IdentityKey), 2)
			},
		} {
			c := right
			change(&c)
			for _, p := range []verifier.Presentation{hears(p, c), claimed(p, c)} {
				if v := w.ask(p); v.Outcome() != verifier.Rejected || v.Code() != f.other {
					t.Errorf("%s: %s", name, v.AppendJSON(nil))
				}
			}
		}
	})
}

// Bob's own answer comes back to him as Alice's. Two devices of one user may even share name, identity key and credential.
func TestReflectedAnswer(t *testing.T) {
	w := newWorld(t)
	w.each(func(t *testing.T, f form) {
		asked := between(bob, alice, "Bob and Alice")
		own := asked // what Bob answers when Alice sends his nonce back
		own.PresenterRole, own.Verifier, own.Presenter = challenge.Initiator, asked.Presenter, asked.Verifier
		rejected(t, w.ask(hears(f.answer(own), asked)), f.other)

		twin := between(alice, alice, "two devices of Alice")
		echo := twin
		echo.PresenterRole = challenge.Initiator
		verified(t, w.ask(f.answer(echo)))
		rejected(t, w.ask(hears(f.answer(echo), twin)), f.other)
	})
}

// The provider is the other end for both and carries nonce and answer across; so is Mallory, under her own name.
func TestRelayBetweenTwoSessions(t *testing.T) {
	w := newWorld(t)
	w.each(func(t *testing.T, f form) {
		for _, middle := range []string{"mimi://example.com/u/provider", mallory} {
			asked := between(bob, alice, "Bob and the provider")
			asked.Presenter.IdentityKey = between(bob, middle, "").Presenter.IdentityKey
			seen := between(middle, alice, "the provider and Alice")
			for _, as := range []string{middle, bob} {
				seen.Verifier.Identifier = as
				rejected(t, w.ask(hears(f.answer(seen), asked)), f.other)
				rejected(t, w.ask(claimed(f.answer(seen), asked)), f.other)
			}
			// Not even with everything that can be chosen the same.
			seen.Session, seen.Presenter = asked.Session, between(bob, alice, "").Presenter
			rejected(t, w.ask(hears(f.answer(seen), asked)), f.other)
		}
	})
}

// Mallory has a credential for her name over Alice's key, of an authority that asked for no proof of possession.
func TestRow45UnknownKeyShareInASession(t *testing.T) {
	w := newWorld(t)
	issuer, holder := w.tokenIssuer(), testvc.NewKey(t, "ES256")
	for _, f := range []struct {
		name         string
		honest, hers func(challenge.Challenge) verifier.Presentation
		other        verifier.Code
	}{
		{"certificate", w.byCertificate(testca.P256, w.ca.Alice()), w.byCertificate(testca.P256, w.ca.Client("mallory", "1", 3)), verifier.CodeBadSignature},
		{"SD-JWT VC", w.bySDJWT(issuer, holder, alice), w.bySDJWT(issuer, holder, mallory), verifier.CodePopContext},
	} {
		t.Run(f.name, func(t *testing.T) {
			withAlice, withMallory := between(bob, alice, "Bob and Alice"), between(bob, mallory, "Bob and Mallory")
			relayed := between(mallory, alice, "Mallory and Alice")
			verified(t, w.ask(f.honest(withAlice)))
			// What Alice signs, wherever, under Mallory's credential.
			for _, signed := range []challenge.Challenge{withAlice, relayed} {
				stolen := f.hers(withMallory) // would be made with Alice's key, which Mallory does not have
				answer := f.honest(signed)
				if f.name == "certificate" {
					stolen.Signature = answer.Signature
				} else {
					at := bytes.LastIndexByte(answer.Bytes, '~')
					cut := bytes.LastIndexByte(stolen.Bytes, '~')
					stolen.Bytes = append(bytes.Clone(stolen.Bytes[:cut]), answer.Bytes[at:]...)
				}
				for _, asked := range []challenge.Challenge{withMallory, withAlice} {
					rejected(t, w.ask(hears(stolen, asked)), f.other)
					rejected(t, w.ask(claimed(stolen, asked)), f.other)
					as := asked
					as.Presenter.Identifier = mallory
					rejected(t, w.ask(claimed(stolen, as)), f.other)
				}
				// Alice's credential and answer in Mallory's session: Bob must not take Mallory for Alice.
				as := withMallory
				as.Presenter.Identifier = alice
				rejected(t, w.ask(hears(f.honest(signed), as)), f.other)
			}
			// Whoever signs a name that the credential does not have.
			rejected(t, w.ask(f.hers(withAlice)), verifier.CodeIdentityMismatch)
			rejected(t, w.ask(claimed(f.hers(withAlice), withAlice)), verifier.CodeIdentityMismatch)
		})
	}
}

func TestRow47OldOrForeignProofAnswersNothing(t *testing.T) {
	w := newWorld(t)
	w.each(func(t *testing.T, f form) {
		c := between(bob, alice, "Bob and Alice")
		old := c
		old.Nonce = []byte("the nonce of last week.")
		rejected(t, w.ask(hears(f.answer(old), c)), f.other)
		if f.other != verifier.CodePopContext {
			return
		}
		p := f.answer(c)
		rejected(t, w.askAt(now.Add(11*time.Minute), now.Add(11*time.Minute), p), verifier.CodePopContext)
		// The same token is no answer to an application that asks for itself, and the other way.
		p.Kind, p.Challenge, p.Audience, p.Nonce = verifier.Token, nil, "https://shop.example", c.TokenNonce()
		rejected(t, w.ask(p), verifier.CodePopContext)
	})
}

func TestRow47ProofForAnotherAudienceAnswersNothing(t *testing.T) {
	w := newWorld(t)
	issuer, holder := w.tokenIssuer(), testvc.NewKey(t, "EdDSA")
	c := between(bob, alice, "Bob and Alice")
	p := w.bySDJWT(issuer, holder, alice)(c)
	verified(t, w.ask(p))
	token := string(p.Bytes[:bytes.LastIndexByte(p.Bytes, '~')+1])
	for _, audience := range []string{"https://shop.example", bob, "e2eid-bound-challenge-2"} {
		p.Bytes = []byte(token + w.keyBinding(holder, token, audience, c.TokenNonce()))
		rejected(t, w.ask(p), verifier.CodePopContext)
	}
	p.Bytes = []byte(token)
	rejected(t, w.ask(p), verifier.CodeKeyMismatch)
}

// A signature that the same key has made for something else is no answer, nor an answer anything else.
func TestSignaturesOfOtherProtocols(t *testing.T) {
	w := newWorld(t)
	key := signer("alice", "1")
	c := between(bob, alice, "Bob and Alice")
	answer := w.byCertificate(testca.P256, w.ca.Alice())(c)
	verified(t, w.ask(answer))

	l := leaf(key, w.ca.Chain(w.ca.Alice())...)
	leafNode := l.Build()
	holder := testvc.KeyOf("ES256", key)
	token := testvc.SDJWT(holder.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt"}`, `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+holder.JWK("")+`}}`))
	tls := append(bytes.Repeat([]byte(" "), 64), "TLS 1.3, client CertificateVerify\x00"...)
	foreign := map[string][]byte{
		"of a LeafNode, as it stands there": leafSignature(t, leafNode),
		"of a LeafNode's content":           holder.SignRaw(t, leafContent(t, leafNode)),
		"of a key binding":                  jwsSignature(t, w.keyBinding(holder, token, challenge.Audience, c.TokenNonce())),
		"of TLS":                            holder.SignRaw(t, append(tls, make([]byte, 32)...)),
		"of the token's bytes":              holder.SignRaw(t, []byte(c.TokenNonce())),
		"of the message, in DER":            derSignature(t, answer.Signature),
		"of nothing":                        holder.SignRaw(t, nil),
	}
	for name, signature := range foreign {
		p := answer
		p.Signature = signature
		if v := w.ask(p); v.Code() != verifier.CodeBadSignature {
			t.Errorf("signature %s: %s", name, v.AppendJSON(nil))
		}
	}

	l.Signature = derSignature(t, answer.Signature)
	rejected(t, w.judge(mlstest.KeyPackage{LeafNode: l}.Build()), verifier.CodeBadSignature)
}

func TestAnAnswerWithPartsLeftOutIsNone(t *testing.T) {
	w := newWorld(t)
	w.each(func(t *testing.T, f form) {
		c := between(bob, alice, "Bob and Alice")
		good := f.answer(c)
		for name, change := range map[string]func(*verifier.Presentation){
			"no challenge":          func(p *verifier.Presentation) { p.Challenge = nil },
			"zero challenge":        func(p *verifier.Presentation) { p.Challenge = &challenge.Challenge{} },
			"no session":            func(p *verifier.Presentation) { d := c; d.Session = nil; p.Challenge = &d },
			"nobody expected":       func(p *verifier.Presentation) { p.Expected = nil },
			"somebody else":         func(p *verifier.Presentation) { p.Expected = []string{bob} },
			"expected and discover": func(p *verifier.Presentation) { p.Discover = true },
			"whomever it names":     func(p *verifier.Presentation) { p.Expected, p.PathOnly = nil, true },
			"an audience":           func(p *verifier.Presentation) { p.Audience = "bob" },
			"a nonce":               func(p *verifier.Presentation) { p.Nonce = "n" },
			"a group":               func(p *verifier.Presentation) { p.GroupID = []byte("group") },
			"the other form": func(p *verifier.Presentation) {
				p.Kind = verifier.ChallengedCertificate + verifier.ChallengedToken - p.Kind
			},
			"signature in the wrong place": func(p *verifier.Presentation) {
				if p.Signature == nil {
					p.Signature = []byte{1}
				} else {
					p.Signature = nil
				}
			},
			"for a certificate that proves nothing": func(p *verifier.Presentation) { p.Kind = verifier.Certificate },
			"for a KeyPackage":                      func(p *verifier.Presentation) { p.Kind = verifier.KeyPackage },
		} {
			p := good
			change(&p)
			if v := w.ask(p); v.Outcome() != verifier.Rejected || v.Code() != verifier.CodeInvalidRequest {
				t.Errorf("%s: %s", name, v.AppendJSON(nil))
			}
		}
	})
}
