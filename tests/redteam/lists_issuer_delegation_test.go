package redteam

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/delegation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

const (
	issuerID    = "https://issuer.example"
	otherIssuer = "https://other.example"
)

// Rows 29 and 69 where an authority has issuers of verifiable credentials and no anchor: a head counts if, and only if, a
// configured key of one of its issuers has delegated its signer, for this authority and for now.
func TestOnlyWhomAnIssuerDelegatesSignsLists(t *testing.T) {
	w := newWorld(t)
	key, stranger, didKey := testvc.NewKey(t, "ES256"), testvc.NewKey(t, "ES256"), testvc.NewKey(t, "EdDSA")
	w.trust.Authorities = []verifier.Authority{
		{ID: authority, Scope: scope(t, "example.com"), Delegated: true, Issuers: []verifier.Issuer{
			{ID: issuerID, Keys: []byte(`{"keys":[` + key.JWK(`,"kid":"1"`) + `]}`)}, {ID: didKey.DID()},
		}},
		{ID: "other", Scope: scope(t, "other.example"), Delegated: true, Issuers: []verifier.Issuer{
			{ID: otherIssuer, Keys: []byte(`{"keys":[` + stranger.JWK("") + `]}`)},
		}},
	}
	lists := testvc.KeyOf("EdDSA", w.lists.Key.Signer)
	header := `{"alg":"ES256","typ":"` + delegation.Type + `","kid":"1"}`
	payload := func(iss, authority string, from, until time.Duration, key string) string {
		return fmt.Sprintf(`{"iss":%q,"authority":%q,"nbf":%d,"exp":%d,"key":%s}`, iss, authority, now.Add(from).Unix(), now.Add(until).Unix(), key)
	}
	good := payload(issuerID, authority, -time.Hour, time.Hour, lists.JWK(""))
	did := `{"alg":"EdDSA","typ":"` + delegation.Type + `"}`
	hour := time.Hour
	for _, c := range []struct {
		name    string
		by      *testvc.Key
		header  string
		payload string
		key     testca.Key // that signs the head
		good    bool
	}{
		{"as it should be", key, header, good, w.lists.Key, true},
		{"without a kid", key, strings.Replace(header, `,"kid":"1"`, "", 1), good, w.lists.Key, true},
		{"by the key that a DID is", didKey, did, payload(didKey.DID(), authority, -hour, hour, lists.JWK("")), w.lists.Key, true},
		{"from now on", key, header, payload(issuerID, authority, 0, time.Second, lists.JWK("")), w.lists.Key, true},
		{"that has just ended", key, header, payload(issuerID, authority, -hour, 0, lists.JWK("")), w.lists.Key, false},
		{"not valid yet", key, header, payload(issuerID, authority, time.Second, hour, lists.JWK("")), w.lists.Key, false},
		{"of another key than the head's", key, header, good, testca.NewKey(testca.Ed25519, "other"), false},
		{"signed by a stranger", stranger, header, good, w.lists.Key, false},
		{"of another authority", key, header, payload(issuerID, "other", -hour, hour, lists.JWK("")), w.lists.Key, false},
		{"of another authority's issuer", stranger, header, payload(otherIssuer, authority, -hour, hour, lists.JWK("")), w.lists.Key, false},
		{"of an issuer nobody configured", key, header, payload("https://x.example", authority, -hour, hour, lists.JWK("")), w.lists.Key, false},
		{"with the DID of a stranger", stranger, strings.Replace(header, `"1"`, `"`+stranger.DID()+`#0"`, 1), good, w.lists.Key, false},
		{"of another use: a credential", key, strings.Replace(header, delegation.Type, "dc+sd-jwt", 1), good, w.lists.Key, false},
		{"of another use: a JWT", key, strings.Replace(header, delegation.Type, "JWT", 1), good, w.lists.Key, false},
		{"without a use", key, strings.Replace(header, `,"typ":"`+delegation.Type+`"`, "", 1), good, w.lists.Key, false},
		{"that brings its own key", key, strings.Replace(header, `"kid":"1"`, `"jwk":`+stranger.JWK(""), 1), good, w.lists.Key, false},
		{"with something critical", key, strings.Replace(header, `"kid":"1"`, `"crit":["x"],"x":1`, 1), good, w.lists.Key, false},
		{"with a claim that is not known", key, header, strings.Replace(good, `{"iss"`, `{"sub":"x","iss"`, 1), w.lists.Key, false},
		{"with a claim twice", key, header, strings.Replace(good, `{"iss"`, `{"iss":"https://x.example","iss"`, 1), w.lists.Key, false},
		{"that never ends", key, header, strings.Replace(good, `"exp"`, `"exq"`, 1), w.lists.Key, false},
		{"of a key that signs no heads", key, header, payload(issuerID, authority, -hour, hour, testvc.NewKey(t, "ES384").JWK("")), w.lists.Key, false},
		{"of a private key", key, header, payload(issuerID, authority, -hour, hour, lists.JWK(`,"d":"AA"`)), w.lists.Key, false},
	} {
		t.Run("delegation "+c.name, func(t *testing.T) {
			w.restart()
			err := w.offer(now, delegatedHead(t, c.key, revocation.ProofDelegations, []byte(c.by.Sign(t, c.header, c.payload))), nil)
			if c.good != (err == nil) {
				t.Errorf("%v, want good %t", err, c.good)
			}
			if err != nil {
				refused(t, err, verifier.CodeBadRevocation)
			}
		})
	}
	token := []byte(key.Sign(t, header, good))
	w.restart()
	for name, head := range map[string][]byte{
		"among the certificates":   delegatedHead(t, w.lists.Key, revocation.ProofCertificates, token),
		"with a signature too few": delegatedHead(t, w.lists.Key, revocation.ProofDelegations, token[:len(token)-1]),
		"without any":              delegatedHead(t, w.lists.Key, revocation.ProofDelegations),
		"behind four others":       delegatedHead(t, w.lists.Key, revocation.ProofDelegations, token, token, token, token, token),
	} {
		if err := w.offer(now, head, nil); err == nil {
			t.Errorf("delegation %s is taken", name)
		}
	}
	if err := w.offer(now, delegatedHead(t, w.lists.Key, revocation.ProofDelegations, []byte("x"), token), nil); err != nil {
		t.Errorf("behind one that cannot be read: %v", err)
	}
	// An algorithm that the policy does not have: of the token, or of the head, whose key the configuration does not name.
	for _, only := range []string{"Ed25519", "ECDSA-P256-SHA256"} {
		var err error
		if w.trust.Policy.Algorithms, err = signature.ParseSet([]string{only}); err != nil {
			t.Fatal(err)
		}
		w.restart()
		err = w.offer(now, delegatedHead(t, w.lists.Key, revocation.ProofDelegations, token), nil)
		if err == nil {
			t.Fatalf("taken where %s alone is allowed", only)
		}
		refused(t, err, verifier.CodeBadRevocation)
	}
}

// A key that is distrusted signs no lists, whoever delegates to it.
func TestDistrustedKeySignsNoListsThoughDelegated(t *testing.T) {
	w := newWorld(t)
	key, lists := testvc.NewKey(t, "EdDSA"), testvc.KeyOf("EdDSA", w.lists.Key.Signer)
	w.trust.Authorities = []verifier.Authority{{ID: authority, Scope: scope(t, "example.com"), Delegated: true,
		Issuers: []verifier.Issuer{{ID: issuerID, Keys: []byte(`{"keys":[` + key.JWK("") + `]}`)}}}}
	token := []byte(key.Sign(t, `{"alg":"EdDSA","typ":"`+delegation.Type+`"}`, fmt.Sprintf(`{"iss":%q,"authority":%q,"nbf":%d,"exp":%d,"key":%s}`,
		issuerID, authority, now.Unix(), now.Add(time.Hour).Unix(), lists.JWK(""))))
	head := delegatedHead(t, w.lists.Key, revocation.ProofDelegations, token)
	for i, distrusted := range []testca.Key{testca.NewKey(testca.Ed25519, "other"), w.lists.Key} {
		w.trust.Distrusted = [][]byte{testca.NewRoot(testca.Cert{Subject: testca.Name{{Type: testca.OIDCommonName, Value: "distrusted"}}}, distrusted).DER}
		w.restart()
		if err := w.offer(now, head, nil); (err != nil) != (i == 1) {
			t.Errorf("distrusted key %d: %v", i, err)
		}
	}
}

// A delegation is no credential, and a list's signer is nobody's identity.
func TestDelegationIsNoCredential(t *testing.T) {
	w := newWorld(t)
	key, lists := testvc.NewKey(t, "ES256"), testvc.KeyOf("EdDSA", w.lists.Key.Signer)
	w.trust.Authorities[0].Issuers = []verifier.Issuer{{ID: issuerID, Keys: []byte(`{"keys":[` + key.JWK("") + `]}`),
		Identifiers: []verifier.ClaimRule{{Path: []string{"authority"}, Prefix: "mimi://example.com/u/"}}}}
	w.restart()
	token := key.Sign(t, `{"alg":"ES256","typ":"`+delegation.Type+`"}`,
		fmt.Sprintf(`{"iss":%q,"authority":"alice","nbf":%d,"exp":%d,"key":%s}`, issuerID, now.Unix(), now.Add(time.Hour).Unix(), lists.JWK("")))
	for _, kind := range []verifier.Kind{verifier.Token, verifier.BareToken} {
		v := w.ask(verifier.Presentation{Kind: kind, Bytes: []byte(token), Expected: []string{alice}})
		if v.Outcome() == verifier.Verified {
			t.Errorf("kind %v: %s", kind, v.AppendJSON(nil))
		}
	}
}

// delegatedHead returns a head of the authority, signed by a key, with these behind it.
func delegatedHead(t *testing.T, key testca.Key, proof uint16, delegated ...[]byte) []byte {
	t.Helper()
	body, err := revocation.AppendBody(nil, revocation.Body{Authority: authority, Number: 1, ThisUpdate: now, NextUpdate: now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	k := revocation.Key{Algorithm: signature.Ed25519, Key: testca.RawPublicKey(key.Public())}
	var data []byte
	for _, d := range delegated {
		data = revocation.AppendDelegated(data, d)
	}
	head, err := revocation.AssembleHead(body, []revocation.Signature{{Algorithm: uint16(k.Algorithm), KeyID: k.ID(), Signature: key.Sign(body)}},
		revocation.Proof{Type: proof, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return head.Bytes()
}
