package verifier_test

import (
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
	"github.com/e2eid/e2eid/verifier"
)

// The draft's examples: its credential is the holder's whose key is the subject, and the tokens beside it are not credentials.
func TestUserInfoVectors(t *testing.T) {
	var doc struct {
		OP, Subject                   json.RawMessage
		Credential, ID, Proof, JWKSet string
	}
	readUserInfo(t, &doc)
	subject, err := jose.ParseKey(doc.Subject)
	if err != nil {
		t.Fatal(err)
	}
	const issuer, at = "https://server.example.com", 1667600000
	trust := issuersWith(string(doc.OP), issuer)
	trust.Authorities[0].Scope = mustScope("example.com")
	trust.Authorities[0].Issuers[0].Identifiers = []verifier.ClaimRule{{Path: []string{"vc", "credentialSubject", "email"}, Form: verifier.ClaimEmail}}
	p := verifier.Presentation{Kind: verifier.BareToken, Bytes: []byte(doc.Credential), SignatureKey: subject.Public().Key, Expected: []string{"mailto:janedoe@example.com"}}
	count := vectors.NewCount(t, "userinfo-vc", 4)
	count.Case("credential", func(t *testing.T) {
		if got := said(judgeOne(t, trust, time.Unix(at, 0).UTC(), p)); got != "verified" {
			t.Error(got)
		}
		p := p
		p.SignatureKey = testvc.NewKey(t, "EdDSA").Raw()
		if got := said(judgeOne(t, trust, time.Unix(at, 0).UTC(), p)); got != "rejected key_mismatch POP-2" {
			t.Errorf("of another holder: %s", got)
		}
		if got := said(judgeOne(t, trust, time.Unix(1668180782, 0).UTC(), verifier.Presentation{Kind: verifier.BareToken, Bytes: p.Bytes, PathOnly: true})); got != "rejected expired PATH-2" {
			t.Errorf("after its end: %s", got)
		}
	})
	for name, token := range map[string]string{"ID token": doc.ID, "proof of a credential request": doc.Proof} {
		count.Case(name, func(t *testing.T) {
			if got := said(bareAt(t, trust, at, token)); got != "rejected no_key_binding POP-7" {
				t.Error(got)
			}
		})
	}
	count.Case("Signed JWK Set", func(t *testing.T) { signedSetVector(t, doc.JWKSet, doc.Credential) })
}

func readUserInfo(t *testing.T, to any) {
	var doc map[string]any
	if err := json.Unmarshal(vectors.Read(t, "vc", "userinfo-vc", "userinfo-vc.json"), &doc); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]any{
		"OP": doc["op_public_jwk"], "Subject": doc["subject_public_jwk"], "Credential": doc["credential_jwt"],
		"ID": doc["id_token"], "Proof": doc["proof_jwt"], "JWKSet": doc["signed_jwks_jwt"],
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, to); err != nil {
		t.Fatal(err)
	}
}

// The credential that the Token Status List's draft refers with to its lists, the first index of which is set: by either
// list it is revoked. As a CWT it is of no form that is known: it has no typ.
func TestReferencedTokenVectors(t *testing.T) {
	var doc struct {
		Key  json.RawMessage        `json:"key_public_jwk"`
		JWT  struct{ Token string } `json:"status_list_token_jwt"`
		CWT  string                 `json:"status_list_token_cwt_hex"`
		SD   struct{ Token string } `json:"referenced_token_sd_jwt"`
		CBOR string                 `json:"referenced_token_cwt_hex"`
	}
	if err := json.Unmarshal(vectors.Read(t, "vc", "token-status-list", "token-status-list.json"), &doc); err != nil {
		t.Fatal(err)
	}
	var keys struct{ Issuer_jwk json.RawMessage }
	if err := json.Unmarshal(vectors.Read(t, "vc", "sd-jwt", "rfc9901-examples.json"), &keys); err != nil {
		t.Fatal(err)
	}
	// The list that is a CWT names no issuer, and so is the credential's own.
	trust := issuersWith(string(keys.Issuer_jwk)+","+string(doc.Key), "https://example.com/issuer")
	a := &trust.Authorities[0]
	a.Status = verifier.StatusRequired
	a.Issuers = append(a.Issuers, verifier.Issuer{ID: "https://example.com", Keys: []byte(`{"keys":[` + string(doc.Key) + `]}`)})
	count := vectors.NewCount(t, "token-status-list", 2)
	count.Case("SD-JWT", func(t *testing.T) {
		cwt, err := hex.DecodeString(doc.CWT)
		if err != nil {
			t.Fatal(err)
		}
		const at = 1686925000
		for name, list := range map[string]string{"JWT": doc.JWT.Token, "CWT": string(cwt)} {
			if got := said(bareAt(t, trust, at, doc.SD.Token, list)); got != "rejected revoked STAT-3" {
				t.Errorf("by the %s: %s", name, got)
			}
		}
		if got := said(bareAt(t, trust, at, doc.SD.Token)); got != "undetermined revocation_unavailable STAT-1" {
			t.Errorf("without a list: %s", got)
		}
	})
	count.Case("CWT", func(t *testing.T) {
		b, err := hex.DecodeString(doc.CBOR)
		if err != nil {
			t.Fatal(err)
		}
		if got := said(bareAt(t, trust, 1686925000, string(b))); got != wrongType {
			t.Error(got)
		}
		refusedFor(t, string(b), "typ of a COSE_Sign1")
	})
}
