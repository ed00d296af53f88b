package attack

import (
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

// docs/vc.md: a credential is short-lived from the earlier of iat and nbf. SD-JWT VC lets iat be disclosed selectively, so
// that a holder could leave out that it was issued long before.
func TestHolderDoesNotMakeACredentialShortLivedByHidingWhenItWasIssued(t *testing.T) {
	w := newVCWorld(t, "email")
	w.trust.Authorities[0].Status, w.trust.Authorities[0].ShortLived = verifier.StatusRequired, 24*time.Hour
	iat, digest := testvc.Disclosure(`["salt","iat",1740000000]`)
	claims := func(more string) string {
		return `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":` + w.holder.JWK("") + `},"email":"alice@example.com","nbf":1749960000,"exp":1750046400` + more + `}`
	}
	hidden := claims(`,"_sd":["` + digest + `"]`)
	want(t, "nothing hidden", w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", claims(`,"iat":1749960000`))), verifier.Verified, "")
	want(t, "disclosed", w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", hidden, iat)), verifier.Undetermined, verifier.CodeNotCovered)
	want(t, "hidden", w.bareToken(t, w.sdjwt(t, "dc+sd-jwt", hidden)), verifier.Undetermined, verifier.CodeNotCovered)
	want(t, "hidden, of no type", w.bareToken(t, w.sdjwt(t, "", hidden)), verifier.Undetermined, verifier.CodeNotCovered)
	want(t, "no number", w.bareToken(t, w.issuer.Sign(t, `{"alg":"ES256","kid":"k1","typ":"vc+jwt"}`, `{`+contextV2+`,"type":["VerifiableCredential"],`+
		`"issuer":"https://issuer.example","iat":"long ago","email":"alice@example.com","validFrom":"2025-06-15T10:00:00Z","validUntil":"2025-06-15T20:00:00Z",`+
		`"credentialSubject":{"id":"`+w.holder.DID()+`"}}`)), verifier.Undetermined, verifier.CodeNotCovered)
}

// An assertion that revokes does so for good: that it has expired must not leave its credential excused for being short-lived.
func TestShortLifeDoesNotExcuseARevocationThatHasExpired(t *testing.T) {
	w := newVCWorld(t, "email")
	w.trust.Authorities[0].Status, w.trust.Authorities[0].ShortLived = verifier.StatusRequired, 24*time.Hour
	jwt := w.issuer.Sign(t, `{"alg":"ES256","kid":"k1","typ":"dc+sd-jwt"}`, `{"iss":"https://issuer.example","vct":"v","cnf":{"jwk":`+w.holder.JWK("")+
		`},"email":"alice@example.com","iat":1749960000,"exp":1750046400}`)
	said := func(status, until string) []byte {
		return []byte(w.issuer.Sign(t, `{"alg":"ES256","typ":"status-assertion+jwt","kid":"k1"}`, `{"iss":"https://issuer.example","iat":1749990000,"exp":`+until+
			`,"credential_hash":"`+testvc.Hash(jwt)+`","credential_hash_alg":"sha-256","credential_status_validity":`+status+`,"cnf":{"jwk":`+w.holder.JWK("")+`}}`))
	}
	for _, c := range []struct {
		name, status, until string
		outcome             verifier.Outcome
		code                verifier.Code
	}{
		{"revoked", "1", "1750010000", verifier.Rejected, verifier.CodeRevoked},
		{"revoked, expired", "1", "1749999000", verifier.Rejected, verifier.CodeRevoked},
		{"suspended, expired", "2", "1749999000", verifier.Verified, ""},
		{"valid, expired", "0", "1749999000", verifier.Verified, ""},
	} {
		v := newVerifier(t, w.trust.Authorities[0])
		bag := &verifier.Bag{}
		if err := bag.AddStatusAssertion(said(c.status, c.until)); err != nil {
			t.Fatal(err)
		}
		v.Use(bag)
		want(t, c.name, askAt(v, w.at, w.at, verifier.Presentation{
			Kind: verifier.BareToken, Bytes: []byte(testvc.SDJWT(jwt)), SignatureKey: w.holder.Raw(), Expected: []string{"mailto:alice@example.com"},
		}), c.outcome, c.code)
	}
}

// A newer CRL that has expired revokes for good, as a newer delta that has expired does. An older one that is still fresh
// says nothing against it: it was made before.
func TestFreshCRLDoesNotTakeBackANewerRevocation(t *testing.T) {
	w := world.New(t)
	alice := w.CA.Issue(w.CA.Alice())
	regular := testcrl.List{ThisUpdate: testca.At.Add(-48 * time.Hour), NextUpdate: testca.At.Add(5 * 24 * time.Hour)}
	regular.Set(testcrl.Number(1))
	emergency := testcrl.List{ThisUpdate: testca.At.Add(-24 * time.Hour), NextUpdate: testca.At.Add(-12 * time.Hour), Entries: compromised(alice)}
	emergency.Set(testcrl.Number(2))
	for name, crls := range map[string][]testcrl.List{"in turn": {regular, emergency}, "the other way round": {emergency, regular}} {
		w.CRLs = [][]byte{rootCRL(w)}
		for _, l := range crls {
			w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, l))
		}
		if v := w.Path(alice, w.CA.Intermediate.DER); v.Code() != verifier.CodeRevoked {
			t.Errorf("%s: %s", name, v.AppendJSON(nil))
		}
	}
	// A newer complete one takes it back, and so does not stand for nothing.
	corrected := testcrl.List{ThisUpdate: testca.At.Add(-time.Hour), NextUpdate: testca.At.Add(time.Hour)}
	corrected.Set(testcrl.Number(3))
	w.CRLs = append(w.CRLs, testcrl.Issue(w.CA.Intermediate, corrected))
	world.Verified(t, w.Path(alice, w.CA.Intermediate.DER))
}

// A list that is not valid yet is one from the future, also where it says when it was signed: of several that were signed
// ahead, whoever brings them would choose.
func TestStatusListIsNotUsedBeforeItIsValid(t *testing.T) {
	w := newVCWorld(t, "email")
	w.trust.Authorities[0].Status = verifier.StatusRequired
	credential := w.issuer.Sign(t, `{"alg":"ES256","kid":"k1","typ":"vc+jwt"}`, `{`+contextV2+`,"type":["VerifiableCredential"],"issuer":"https://issuer.example",`+
		`"email":"alice@example.com","credentialStatus":`+bitEntry+`,"credentialSubject":{"id":"`+w.holder.DID()+`"}}`)
	list := func(times string) string {
		return w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`, strings.Replace(w.bitstringPayload(vcOther, 0), `"validFrom":"2025-06-15T00:00:00Z"`, times, 1))
	}
	want(t, "valid", w.bareToken(t, credential, list(`"iat":1749960000,"validFrom":"2025-06-15T00:00:00Z"`)), verifier.Verified, "")
	want(t, "not valid yet", w.bareToken(t, credential, list(`"iat":1749960000,"validFrom":"2025-06-16T00:00:00Z"`)), verifier.Undetermined, verifier.CodeClock)
	want(t, "without iat", w.bareToken(t, credential, list(`"validFrom":"2025-06-16T00:00:00Z"`)), verifier.Undetermined, verifier.CodeClock)
}
