package attack

import (
	"testing"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A JWT of the data model 2.0 whose typ is JWT is refused where its subject is another key than cnf has. A tilde behind it,
// which anybody can write, must not make it a credential that is read less strictly.
func TestATildeLosesNoSubjectOfAJWTOfTheDataModel(t *testing.T) {
	w := newVCWorld(t, "credentialSubject", "email")
	for _, header := range []string{`{"alg":"ES256","kid":"k1"}`, `{"alg":"ES256","typ":"JWT","kid":"k1"}`} {
		credential := func(subject string) string {
			return w.issuer.Sign(t, header, `{`+contextV2+`,"type":["VerifiableCredential"],"issuer":"https://issuer.example","cnf":{"jwk":`+w.holder.JWK("")+`},`+
				`"credentialSubject":{"id":"`+subject+`","email":"alice@example.com"}}`)
		}
		for _, end := range []string{"", "~"} {
			want(t, "one key"+end, w.bareToken(t, credential(w.holder.DID())+end), verifier.Verified, "")
			want(t, "two keys"+end, w.bareToken(t, credential(testvc.NewKey(t, "EdDSA").DID())+end), verifier.Rejected, verifier.CodeNoKeyBinding)
		}
	}
}

// What ends a credential of the data model 2.0 in the words of 1.1, as issuers write who have moved, ends it.
func TestAnEndInTheWordsOfTheModelBeforeCounts(t *testing.T) {
	w := newVCWorld(t, "credentialSubject", "email")
	credential := func(context, more string) string {
		return w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, `{"@context":[`+context+`],"type":["VerifiableCredential"],"issuer":"https://issuer.example",`+
			`"cnf":{"jwk":`+w.holder.JWK("")+`},"credentialSubject":{"email":"alice@example.com"}`+more+`}`)
	}
	const context = `"https://www.w3.org/ns/credentials/v2"`
	want(t, "expirationDate is to come", w.bareToken(t, credential(context, `,"expirationDate":"2026-01-01T00:00:00Z"`)), verifier.Verified, "")
	want(t, "expirationDate is over", w.bareToken(t, credential(context, `,"expirationDate":"2025-01-01T00:00:00Z"`)), verifier.Rejected, verifier.CodeExpired)
	want(t, "a context of its own behind", w.bareToken(t, credential(context+`,{"a":"b"}`, "")), verifier.Verified, "")
	want(t, "a context of its own before", w.bareToken(t, credential(`{"a":"b"},`+context, "")), verifier.Rejected, verifier.CodeMalformed)
}
