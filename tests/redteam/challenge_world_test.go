package redteam

import (
	"bytes"
	"crypto"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Bound challenges (docs/challenge.md): Bob asks, Alice answers, and Mallory or the provider is between them. Bob has
// begun the session.

const mallory = "mimi://example.com/u/mallory"

// between is what two ends of one session see in a challenge: who asks, who answers.
func between(verifierID, presenterID, session string) challenge.Challenge {
	identityKey := func(id string) []byte { return bytes.Repeat([]byte(id[len(id)-3:]), 11) }
	return challenge.Challenge{
		PresenterRole: challenge.Responder,
		Session:       []byte("session of " + session + " and more"),
		Nonce:         []byte("a nonce that Bob has made anew..."),
		Verifier:      challenge.Party{Identifier: verifierID, IdentityKey: identityKey(verifierID)},
		Presenter:     challenge.Party{Identifier: presenterID, IdentityKey: identityKey(presenterID)},
	}
}

// A form is a way to answer: what it makes of what the presenter sees, and the code of an answer to something else.
type form struct {
	name   string
	answer func(c challenge.Challenge) verifier.Presentation
	other  verifier.Code
}

// tokenIssuer returns an issuer of verifiable credentials, of an authority of its own that is trusted from now on.
func (w *group) tokenIssuer() *testvc.Key {
	issuer := testvc.NewKey(w.t, "ES256")
	w.trust.Authorities = append(w.trust.Authorities, verifier.Authority{
		ID: "corp", Scope: scope(w.t, "example.com"), Status: verifier.StatusUncheckedUnsafe,
		Issuers: []verifier.Issuer{{
			ID: "https://issuer.example", Keys: []byte(`{"keys":[` + issuer.JWK("") + `]}`),
			Identifiers: []verifier.ClaimRule{{Path: []string{"account"}}, {Path: []string{"credentialSubject", "account"}}},
		}},
	})
	w.restart()
	w.publish(now)
	return issuer
}

// forms are all ways of Alice.
func (w *group) forms() []form {
	issuer := w.tokenIssuer()
	list := []form{
		{"certificate, P-256", w.byCertificate(testca.P256, w.ca.Alice()), verifier.CodeBadSignature},
		{"certificate, Ed25519", w.byCertificate(testca.Ed25519, w.ca.Alice()), verifier.CodeBadSignature},
	}
	for _, alg := range []string{"ES256", "EdDSA"} {
		holder := testvc.NewKey(w.t, alg)
		list = append(list,
			form{"SD-JWT VC, " + alg, w.bySDJWT(issuer, holder, alice), verifier.CodePopContext},
			form{"vp+jwt, " + alg, w.byVP(issuer, holder), verifier.CodePopContext},
		)
	}
	return list
}

// byCertificate answers with a certificate over the key "alice 1" of this kind, and with that key.
func (w *group) byCertificate(kind testca.Kind, template testca.Cert) func(challenge.Challenge) verifier.Presentation {
	key := testca.NewKey(kind, "alice 1")
	template.Key = key.Public()
	chain := w.ca.Chain(template)
	return func(c challenge.Challenge) verifier.Presentation {
		return verifier.Presentation{
			Kind: verifier.ChallengedCertificate, Bytes: chain[0], Certificates: chain[1:],
			Expected: []string{c.Presenter.Identifier}, Challenge: &c, Signature: answerOf(kind, key, c.Message(chain[0])),
		}
	}
}

// answerOf signs as docs/challenge.md says for this kind of key.
func answerOf(kind testca.Kind, key testca.Key, message []byte) []byte {
	size := map[testca.Kind]int{testca.P256: 32, testca.P384: 48, testca.P521: 66}[kind]
	switch {
	case kind == testca.RSA2048:
		return key.SignPSS(message, crypto.SHA256, crypto.SHA256, 32)
	case size == 0:
		return key.Sign(message)
	}
	var sequence cryptobyte.String
	var r, s big.Int
	if in := cryptobyte.String(key.Sign(message)); !in.ReadASN1(&sequence, asn1.SEQUENCE) || !sequence.ReadASN1Integer(&r) || !sequence.ReadASN1Integer(&s) {
		panic("no signature of ECDSA")
	}
	return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
}

func (w *group) bySDJWT(issuer, holder *testvc.Key, account string) func(challenge.Challenge) verifier.Presentation {
	token := testvc.SDJWT(issuer.Sign(w.t, `{"alg":"ES256","typ":"dc+sd-jwt"}`,
		`{"iss":"https://issuer.example","vct":"v","account":"`+account+`","cnf":{"jwk":`+holder.JWK("")+`}}`))
	return func(c challenge.Challenge) verifier.Presentation {
		return answerToken(c, token+w.keyBinding(holder, token, challenge.Audience, c.TokenNonce()))
	}
}

func (w *group) keyBinding(holder *testvc.Key, token, audience, nonce string) string {
	return holder.Sign(w.t, `{"alg":"`+holder.Alg+`","typ":"kb+jwt"}`,
		`{"iat":`+seconds+`,"aud":"`+audience+`","nonce":"`+nonce+`","sd_hash":"`+testvc.Hash(token)+`"}`)
}

func (w *group) byVP(issuer, holder *testvc.Key) func(challenge.Challenge) verifier.Presentation {
	const context = `"@context":["https://www.w3.org/ns/credentials/v2"]`
	vc := issuer.Sign(w.t, `{"alg":"ES256","typ":"vc+jwt"}`, `{`+context+`,"type":["VerifiableCredential"],"issuer":"https://issuer.example",`+
		`"credentialSubject":{"id":"`+holder.DID()+`","account":"`+alice+`"}}`)
	return func(c challenge.Challenge) verifier.Presentation {
		return answerToken(c, holder.Sign(w.t, `{"alg":"`+holder.Alg+`","typ":"vp+jwt"}`,
			`{`+context+`,"type":"VerifiablePresentation","iat":`+seconds+`,"aud":"`+challenge.Audience+`","nonce":"`+c.TokenNonce()+`",`+
				`"verifiableCredential":[{`+context+`,"type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,`+vc+`"}]}`))
	}
}

func answerToken(c challenge.Challenge, token string) verifier.Presentation {
	return verifier.Presentation{
		Kind: verifier.ChallengedToken, Bytes: []byte(token), Expected: []string{c.Presenter.Identifier}, Challenge: &c,
	}
}

// hears returns the presentation as it comes to a verifier who sees this challenge and expects its presenter.
func hears(p verifier.Presentation, c challenge.Challenge) verifier.Presentation {
	p.Challenge, p.Expected, p.Discover = &c, []string{c.Presenter.Identifier}, false
	return p
}

// claimed is hears of a verifier who expects nobody.
func claimed(p verifier.Presentation, c challenge.Challenge) verifier.Presentation {
	p.Challenge, p.Expected, p.Discover = &c, nil, true
	return p
}

// each runs a test for every form.
func (w *group) each(run func(t *testing.T, f form)) {
	for _, f := range w.forms() {
		w.t.Run(strings.ReplaceAll(f.name, " ", "_"), func(t *testing.T) { run(t, f) })
	}
}
