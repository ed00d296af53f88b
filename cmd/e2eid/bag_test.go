package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Status lists and assertions are told apart by their typ, so that what is wrong with one is said of the right kind.
func TestABagTakesStatusListsAndAssertions(t *testing.T) {
	key := testvc.NewKey(t, "ES256")
	claims := `{"iss":"https://issuer.example","iat":1749990000,"exp":1750080000,"credential_hash":"` + testvc.Hash("x") +
		`","credential_hash_alg":"sha-256","credential_status_validity":0,"cnf":{"jwk":` + key.JWK("") + `}}`
	const header = `{"alg":"ES256","typ":"status-assertion+jwt"}`
	list := `{"id":"https://issuer.example/1","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"https://issuer.example",` +
		`"credentialSubject":{"type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"uAA"}}`
	prove := func(suite string) string {
		return testvc.WithProofs(list, key.Prove(t, list, `{"type":"DataIntegrityProof","cryptosuite":"`+suite+`","created":"2025-06-15T00:00:00Z","verificationMethod":"https://issuer.example#1","proofPurpose":"assertionMethod"}`)) + "\n"
	}
	for name, c := range map[string]struct{ token, problem string }{
		"proven list":        {prove("ecdsa-jcs-2019"), ""},
		"bad proven list":    {prove("ecdsa-rdfc-2019"), "suite"},
		"other JSON":         {`{"versionId":"1"}`, "versionTime"},
		"assertion":          {key.Sign(t, header, claims) + "\n", ""},
		"bad assertion":      {key.Sign(t, header, strings.Replace(claims, "sha-256", "md5", 1)), "credential_hash"},
		"list":               {key.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt"}`, `{"sub":"https://issuer.example/1","iat":1749990000,"status_list":{"bits":1,"lst":"eNpjAAAAAQAB"}}`), ""},
		"bad list":           {key.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt"}`, `{"iat":1749990000}`), "sub"},
		"something else":     {key.Sign(t, `{"alg":"ES256","typ":"kb+jwt"}`, claims), "status list"},
		"unsigned assertion": {key.Sign(t, `{"alg":"none","typ":"status-assertion+jwt"}`, claims), "alg"},
	} {
		file := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(file, []byte(c.token), 0o600); err != nil {
			t.Fatal(err)
		}
		_, problems := fillBag(&verifier.Bag{}, []string{file})
		if (len(problems) == 0) != (c.problem == "") || len(problems) > 0 && !strings.Contains(problems[0].Error(), c.problem) {
			t.Errorf("%s: %v, want %q", name, problems, c.problem)
		}
	}
}
