package main

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/e2eid/e2eid/credential/challenge"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
)

// asked is the challenge of the transcript verify-challenge.txt.
var asked = challenge.Challenge{
	PresenterRole: challenge.Initiator, Session: bytes.Repeat([]byte{0x11}, 32), Nonce: bytes.Repeat([]byte{0x22}, 16),
	Verifier:  challenge.Party{Identifier: "mimi://example.com/u/bob", IdentityKey: bytesOf(0x33)},
	Presenter: challenge.Party{Identifier: "mimi://example.com/u/alice", IdentityKey: bytesOf(0x44)},
}

// writeAnswers writes a verifiable credential that answers, and a configuration that trusts its issuer. It returns the
// signature with which the certificate answers, which stands in the transcript.
func writeAnswers(t testing.TB, write func(string, []byte), certificate []byte, alice testca.Key) (signature []byte) {
	issuer := testvc.KeyOf("EdDSA", testca.NewKey(testca.Ed25519, "issuer").Signer)
	holder := testvc.KeyOf("EdDSA", alice.Signer)
	token := testvc.SDJWT(issuer.Sign(t, `{"alg":"EdDSA","typ":"dc+sd-jwt"}`,
		`{"iss":"https://issuer.example","vct":"v","account":"mimi://example.com/u/alice","cnf":{"jwk":`+holder.JWK("")+`}}`))
	token += holder.Sign(t, `{"alg":"EdDSA","typ":"kb+jwt"}`, `{"iat":`+strconv.FormatInt(testca.At.Unix(), 10)+
		`,"aud":"`+challenge.Audience+`","nonce":"`+asked.TokenNonce()+`","sd_hash":"`+testvc.Hash(token)+`"}`)
	write("answer.sd-jwt", []byte(token+"\n"))
	write("issuer.json", []byte(`{"authorities":[{"id":"corp","scope":["example.com"],"status":"uncheckedUnsafe","issuers":[`+
		`{"id":"https://issuer.example","jwks":{"keys":[`+issuer.JWK("")+`]},"identifiers":[{"claim":["account"]}]}]}]}`))
	return alice.Sign(asked.Message(certificate))
}
