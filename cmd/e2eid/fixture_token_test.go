package main

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
)

// writeTokens writes credentials of alice@example.com, status lists, and keys of their issuer in each form.
func writeTokens(t testing.TB, write func(string, []byte)) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	key, holder := testca.NewKey(testca.Ed25519, "token issuer"), testca.NewKey(testca.Ed25519, "alice 1")
	public, err := jwxsign.PublicKey(key.Signer.Public())
	check(err)
	write("issuer.jwk", public.JWK())
	write("issuers.json", []byte(`{"keys":[`+string(public.JWK())+`]}`))
	spki, err := x509.MarshalPKIXPublicKey(key.Signer.Public())
	check(err)
	write("issuer.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}))
	write("secret.jwk", []byte(strings.Replace(string(public.JWK()), "{", `{"d":"AA",`, 1)))
	other, err := jwxsign.PublicKey(testca.NewKey(testca.Ed25519, "another issuer").Signer.Public())
	check(err)
	write("other.jwk", other.JWK())

	i := &issuer.TokenIssuer{ID: "https://issuer.example", Algorithm: "Ed25519", Key: key.Signer}
	c := issuer.Credential{
		Type: "https://example.com/employee", Holder: holder.Signer.Public(), NotBefore: testca.At.Add(-time.Hour), NotAfter: testca.At.AddDate(0, 1, 0),
		Claims:      map[string]any{"name": "Alice", "email_verified": true, "groups": []string{"admin", "ops"}},
		Disclosable: map[string]any{"email": "alice@example.com"},
		StatusURI:   "https://issuer.example/status/1", StatusIndex: 7,
	}
	bare, err := i.SDJWTVC(c)
	check(err)
	write("credential.txt", []byte(bare+"\n"))
	held, err := jwxsign.PublicKey(holder.Signer.Public())
	check(err)
	write("holder.jwk", held.JWK())
	token, err := issuer.Present(bare, "Ed25519", holder.Signer, "https://verifier.example", "n-0S6_WzA2Mj", testca.At)
	check(err)
	write("token.txt", []byte(token+"\n"))
	for name, revoked := range map[string][]int{"list.jwt": {6, 8}, "list-revoked.jwt": {7}} {
		list, err := i.StatusList(c.StatusURI, 1000, revoked, testca.At.Add(-time.Minute), testca.At.AddDate(0, 0, 1), time.Hour)
		check(err)
		write(name, []byte(list+"\n"))
	}
	// A token that is signed by the key which it names as its issuer.
	self := testvc.KeyOf("EdDSA", testca.NewKey(testca.Ed25519, "mallory").Signer)
	write("self.txt", []byte(self.Sign(t, `{"alg":"EdDSA","typ":"dc+sd-jwt"}`, `{"iss":"`+self.DID()+`","vct":"x"}`)+"~"))
	write("notoken.txt", []byte("eyJhbGciOiJFZERTQSJ9.e30.AA~x"))

	// An issuer under a root, that its token does not name.
	ca := testca.New(testca.Options{NoStatus: true})
	leaf := testca.Cert{
		Subject: testca.Name{{Type: testca.OIDCommonName, Value: "issuer"}}, Key: key.Public(),
		Extensions: []testca.Ext{testca.KeyUsage(testca.DigitalSignature), testca.SAN(testca.DNS("issuer.example"))},
	}
	var x5c []string
	for _, der := range [][]byte{ca.Intermediate.Issue(leaf), ca.Intermediate.DER} {
		x5c = append(x5c, base64.StdEncoding.EncodeToString(der))
	}
	write("x5c.txt", []byte(testvc.KeyOf("EdDSA", key.Signer).Sign(t, `{"alg":"EdDSA","typ":"dc+sd-jwt","x5c":["`+strings.Join(x5c, `","`)+`"]}`, `{"vct":"x"}`)+"~"))
	write("trust-token.json", []byte(`{"authorities":[{"id":"corp","scope":["example.com"],"issuers":[{"id":"https://issuer.example","jwks":{"keys":[`+string(public.JWK())+`]},`+
		`"identifiers":[{"claim":["email"],"form":"email","verified":["email_verified"]}],"name":["name"],"email":["email"],"emailVerified":["email_verified"],"roles":["groups"]}]}]}`))
}
