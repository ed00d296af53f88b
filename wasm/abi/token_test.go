package abi

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// tokenRequest is a presentation of a verifiable credential for alice@example.com.
func tokenRequest(kind verifier.Kind, token, audience, nonce string, key []byte) []byte {
	b := []byte{byte(kind), 0, 0, 0, 0}
	b = appendOpaque(b, nil)
	b = binary.BigEndian.AppendUint32(b, 0)
	b = appendOpaque(b, key)
	b = appendOpaque(binary.BigEndian.AppendUint16(b, 1), []byte("mailto:alice@example.com"))
	b = appendOpaque(b, []byte(token))
	b = binary.BigEndian.AppendUint16(b, 0)
	return appendOpaque(appendOpaque(b, []byte(audience)), []byte(nonce))
}

func TestTokensThroughTheModule(t *testing.T) {
	h := &host{t: t, m: New()}
	issuer, holder := testvc.NewKey(t, "ES256"), testvc.NewKey(t, "EdDSA")
	h.must("configure", appendOpaque(nil, []byte(`{"authorities":[{"id":"corp","scope":["example.com"],"issuers":[{"id":"https://issuer.example","jwks":{"keys":[`+
		issuer.JWK("")+`]},"identifiers":[{"claim":["email"],"form":"email"}]}]}]}`)))
	token := testvc.SDJWT(issuer.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt"}`, `{"iss":"https://issuer.example","vct":"v","iat":1790000000,"email":"alice@example.com",`+
		`"cnf":{"jwk":`+holder.JWK("")+`},"status":{"status_list":{"idx":0,"uri":"https://issuer.example/1"}}}`))
	list := issuer.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt"}`, `{"sub":"https://issuer.example/1","iat":1795430000,"exp":1798000000,"status_list":{"bits":1,"lst":"eNpjAAAAAQAB"}}`)
	presented := token + holder.Sign(t, `{"alg":"EdDSA","typ":"kb+jwt"}`, `{"iat":1795435190,"aud":"bob","nonce":"n","sd_hash":"`+testvc.Hash(token)+`"}`)
	ask := func(b []byte) []byte { return planRequest(b) }
	h.must("bag", bagRequest(bagItem{bagStatusList, []byte(list)}))
	want(t, h.judge(ask(tokenRequest(verifier.Token, presented, "bob", "n", nil)))[0], "verified", "")
	want(t, h.judge(ask(tokenRequest(verifier.Token, presented, "bob", "m", nil)))[0], "rejected", "pop_context")
	want(t, h.judge(ask(tokenRequest(verifier.Token, token, "bob", "n", nil)))[0], "rejected", "key_mismatch")
	want(t, h.judge(ask(tokenRequest(verifier.BareToken, token, "", "", holder.Raw())))[0], "verified", "")
	want(t, h.judge(ask(tokenRequest(verifier.BareToken, token, "", "", issuer.Raw())))[0], "rejected", "key_mismatch")

	jwt := issuer.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt"}`, `{"iss":"https://issuer.example","vct":"v","iat":1790000000,"email":"alice@example.com",`+
		`"cnf":{"jwk":`+holder.JWK("")+`},"status":{"status_assertion":{"credential_hash_alg":"sha-256"}}}`)
	asserted := ask(tokenRequest(verifier.BareToken, jwt+"~", "", "", holder.Raw()))
	says := func(status string) bagItem {
		return bagItem{bagAssertion, []byte(issuer.Sign(t, `{"alg":"ES256","typ":"status-assertion+jwt"}`, `{"iss":"https://issuer.example","iat":1795430000,"exp":1795440000,`+
			`"credential_hash":"`+testvc.Hash(jwt)+`","credential_hash_alg":"sha-256","credential_status_validity":`+status+`,"cnf":{"jwk":`+holder.JWK("")+`}}`))}
	}
	want(t, h.judge(asserted)[0], "undetermined", "revocation_unavailable")
	h.must("bag", bagRequest(says("0")))
	want(t, h.judge(asserted)[0], "verified", "")
	h.must("bag", bagRequest(says("0"), says("2")))
	want(t, h.judge(asserted)[0], "rejected", "suspended")
	h.must("bag", bagRequest())
	want(t, h.judge(ask(tokenRequest(verifier.Token, presented, "bob", "n", nil)))[0], "undetermined", "revocation_unavailable")
}

// Binary tokens and lists come through the same kinds as those in text.
func TestCOSEThroughTheModule(t *testing.T) {
	h := &host{t: t, m: New()}
	issuer, holder := testvc.NewKey(t, "ES256"), testvc.NewKey(t, "EdDSA")
	h.must("configure", appendOpaque(nil, []byte(`{"authorities":[{"id":"corp","scope":["example.com"],"issuers":[{"id":"https://issuer.example","jwks":{"keys":[`+
		issuer.JWK("")+`]},"identifiers":[{"claim":["credentialSubject","email"],"form":"email"}]}]}]}`)))
	credential := string(issuer.SignCOSE(t, testvc.Sign1{
		Protected: []testvc.Pair{{Key: 1, Value: -7}, {Key: 16, Value: "application/vc+cose"}},
		Payload: []byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"https://issuer.example",` +
			`"credentialSubject":{"id":"` + holder.DID() + `","email":"alice@example.com"},"status":{"status_list":{"idx":0,"uri":"https://issuer.example/1"}}}`),
	}))
	list := func(lst string) []byte {
		return issuer.SignCOSE(t, testvc.Sign1{
			Protected: []testvc.Pair{{Key: 1, Value: -7}, {Key: 16, Value: "application/statuslist+cwt"}},
			Payload: testvc.CBOR([]testvc.Pair{{Key: 2, Value: "https://issuer.example/1"}, {Key: 6, Value: 1795430000}, {Key: 4, Value: 1798000000},
				{Key: 65533, Value: []testvc.Pair{{Key: "bits", Value: 1}, {Key: "lst", Value: []byte(lst)}}}}),
		})
	}
	const good, revoked = "\x78\xda\x63\x00\x00\x00\x01\x00\x01", "\x78\xda\x63\x04\x00\x00\x02\x00\x02" // ZLIB of 0 and of 1
	bare := planRequest(tokenRequest(verifier.BareToken, credential, "", "", holder.Raw()))
	h.must("bag", bagRequest(bagItem{bagStatusList, list(good)}))
	want(t, h.judge(bare)[0], "verified", "")
	want(t, h.judge(planRequest(tokenRequest(verifier.Token, credential, "bob", "n", nil)))[0], "rejected", "key_mismatch")
	h.must("bag", bagRequest(bagItem{bagStatusList, list(revoked)}))
	want(t, h.judge(bare)[0], "rejected", "revoked")
	if response := h.must("bag", bagRequest(bagItem{bagStatusList, append(list(good), 0)})); !bytes.Contains(response, []byte(`"item":0,"code":"malformed"`)) {
		t.Errorf("a list and a byte after it: %s", response)
	}
	want(t, h.judge(bare)[0], "undetermined", "revocation_unavailable")
}

// A holder's proof is for the moment in which it was shown; the credential goes on being judged.
func TestTokenIsJudgedAgainAfterItsProof(t *testing.T) {
	h := &host{t: t, m: New()}
	issuer, holder := testvc.NewKey(t, "ES256"), testvc.NewKey(t, "EdDSA")
	h.must("configure", appendOpaque(nil, []byte(`{"authorities":[{"id":"corp","scope":["example.com"],"issuers":[{"id":"https://issuer.example","jwks":{"keys":[`+
		issuer.JWK("")+`]},"identifiers":[{"claim":["email"],"form":"email"}]}]}]}`)))
	token := testvc.SDJWT(issuer.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt"}`, `{"iss":"https://issuer.example","vct":"v","iat":1790000000,"exp":1795438860,"email":"alice@example.com",`+
		`"cnf":{"jwk":`+holder.JWK("")+`},"status":{"status_list":{"idx":0,"uri":"https://issuer.example/1"}}}`))
	list := issuer.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt"}`, `{"sub":"https://issuer.example/1","iat":1795430000,"exp":1798000000,"status_list":{"bits":1,"lst":"eNpjAAAAAQAB"}}`)
	presented := token + holder.Sign(t, `{"alg":"EdDSA","typ":"kb+jwt"}`, `{"iat":1795435190,"aud":"bob","nonce":"n","sd_hash":"`+testvc.Hash(token)+`"}`)
	h.must("bag", bagRequest(bagItem{bagStatusList, []byte(list)}))

	shown := testca.At.Unix()
	ask := func(nonce string, now, proven int64) []byte {
		b := binary.BigEndian.AppendUint64(nil, uint64(now))
		b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(b, uint64(now)), 1)
		p := tokenRequest(verifier.Token, presented, "bob", nonce, nil)
		p[4] = flagProven
		return binary.BigEndian.AppendUint64(append(b, p...), uint64(proven))
	}
	for _, c := range []struct {
		name        string
		nonce       string
		now, proven int64
		outcome     string
		code        verifier.Code
	}{
		{"when it was shown", "n", shown, shown, "verified", ""},
		{"an hour after", "n", shown + 3600, shown, "verified", ""},
		{"as if it were shown again", "n", shown + 3600, shown + 3600, "rejected", verifier.CodePopContext},
		{"before it was made", "n", shown + 3600, shown - 3600, "rejected", verifier.CodePopContext},
		{"for another nonce", "m", shown + 3600, shown, "rejected", verifier.CodePopContext},
		{"once the credential has expired", "n", shown + 3661, shown, "rejected", verifier.CodeExpired},
		{"shown later than now", "n", shown, shown + 1, "rejected", verifier.CodeInvalidRequest},
	} {
		t.Run(c.name, func(t *testing.T) { want(t, h.judge(ask(c.nonce, c.now, c.proven))[0], c.outcome, c.code) })
	}
	other := presentation([]byte{0}, alice)
	other[4] = flagProven
	want(t, h.judge(planRequest(binary.BigEndian.AppendUint64(other, uint64(shown))))[0], "rejected", verifier.CodeInvalidRequest)
}
