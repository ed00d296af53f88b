package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/revocation/statuslist"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
)

// writeInspected writes tokens whose every byte is the same on each run, as those of package issuer with their salts are
// not.
func writeInspected(t testing.TB, write func(string, []byte)) {
	t.Helper()
	key := testvc.KeyOf("EdDSA", testca.NewKey(testca.Ed25519, "token issuer").Signer)
	holder := testvc.KeyOf("EdDSA", testca.NewKey(testca.Ed25519, "alice 1").Signer)
	made := testca.At.Unix()

	// A member, an element, what is within a disclosure, and two digests that nothing is disclosed of.
	street, streetDigest := testvc.Disclosure(`["s1","street","Main Street 1"]`)
	address, addressDigest := testvc.Disclosure(`["s2","address",{"country":"SE","_sd":["` + streetDigest + `"]}]`)
	group, groupDigest := testvc.Disclosure(`["s3","admin"]`)
	_, hidden := testvc.Disclosure(`["s4","birthdate","2000-01-01"]`)
	_, alsoHidden := testvc.Disclosure(`["s5","ops"]`)
	const header = `{"alg":"EdDSA","typ":"dc+sd-jwt","kid":"k1"}`
	claims := fmt.Sprintf(`{"iss":"https://issuer.example","vct":"https://example.com/employee","iat":%d,"exp":%d,"cnf":{"jwk":%s},`, made-60, made+3600, holder.JWK("")) +
		`"status":{"status_list":{"idx":7,"uri":"https://issuer.example/status/1"}},"email_verified":true,"height":1.80,"middle_name":null,` +
		`"groups":[{"...":"` + groupDigest + `"},{"...":"` + alsoHidden + `"}],"_sd":["` + addressDigest + `","` + hidden + `"]}`
	credential := key.Sign(t, header, claims)
	shown := testvc.SDJWT(credential, address, street, group)
	write("shown.txt", []byte(shown+holder.Sign(t, `{"alg":"EdDSA","typ":"kb+jwt"}`,
		fmt.Sprintf(`{"iat":%d,"aud":"https://verifier.example","nonce":"n-1","sd_hash":"%s"}`, made, testvc.Hash(shown)))+"\n"))
	for name, text := range map[string]string{"token.leaf": shown, "notoken.leaf": "x~"} {
		write(name, leaf(mlstest.Token(mls.SDJWT, text), testca.NewKey(testca.Ed25519, "alice 1")).Build())
	}
	write("cut.txt", []byte(shown[:len(shown)-9]))
	write("mark.txt", []byte("\ufeff"+shown))

	quoted, err := json.Marshal(hostile)
	if err != nil {
		t.Fatal(err)
	}
	write("hostile.txt", []byte(key.Sign(t, `{"alg":"EdDSA","typ":"dc+sd-jwt","kid":`+string(quoted)+`}`,
		`{"iss":`+string(quoted)+`,"vct":"x",`+string(quoted)+`:[`+string(quoted)+`,{"- iss: a":"","b: c":[],"d":{}}]}`)+"~"))

	const context = `"@context":["https://www.w3.org/ns/credentials/v2"],`
	subject := `"credentialSubject":{"id":"` + holder.DIDKey() + `","email":"alice@example.com"}`
	document := `{` + context + `"type":["VerifiableCredential"],"issuer":"https://issuer.example",` + subject + `}`
	proof := `{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","verificationMethod":"https://issuer.example#k1","proofPurpose":"assertionMethod"}`
	write("proven.json", []byte(testvc.WithProofs(document, key.Prove(t, document, proof))+"\n"))
	jwt := key.Sign(t, `{"alg":"EdDSA","typ":"vc+jwt"}`, `{`+context+`"type":["VerifiableCredential"],"issuer":{"id":"https://issuer.example"},"validUntil":"2027-01-01T00:00:00Z",`+
		`"credentialStatus":{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"3","statusListCredential":"https://issuer.example/status/2","statusSize":2},`+subject+`}`)
	write("vp.jwt", []byte(holder.Sign(t, `{"alg":"EdDSA","typ":"vp+jwt"}`, `{`+context+`"type":"VerifiablePresentation","holder":"`+holder.DIDKey()+
		`","aud":"https://verifier.example","nonce":"n-1","verifiableCredential":[{`+context+`"type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,`+jwt+`"}]}`)))

	// 0x41 and zeros, 16384 bytes. Written out, since what the standard library compresses to may change.
	const packed = "H4sIAAAAAAAA_-zAsQAAAAACsNTylwqjZ2sAAAAAAAAAAAAAAAAAAACAtwUAAP__iD7OUABAAAA"
	bits := `{` + context + `"id":"https://issuer.example/status/2","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"https://issuer.example",` +
		`"validFrom":"2026-11-23T12:00:00Z","credentialSubject":{"type":"BitstringStatusList","statusPurpose":["revocation","suspension"],"ttl":60000,"encodedList":"%s"}}`
	write("bits.jwt", []byte(key.Sign(t, `{"alg":"EdDSA","typ":"vc+jwt"}`, fmt.Sprintf(bits, "u"+packed))))
	write("short.jwt", []byte(key.Sign(t, `{"alg":"EdDSA","typ":"vc+jwt"}`, fmt.Sprintf(bits, "uAAAA"))))
	proven := fmt.Sprintf(bits, "u"+packed)
	write("bits.json", []byte(testvc.WithProofs(proven, key.Prove(t, proven, `{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","created":"2026-11-23T13:00:00Z","verificationMethod":"https://issuer.example#k1","proofPurpose":"assertionMethod"}`))+"\n"))
	write("bits.cose", key.SignCOSE(t, testvc.Sign1{Protected: []testvc.Pair{{Key: 1, Value: -8}, {Key: 4, Value: []byte("k1")}, {Key: 16, Value: "application/vc+cose"}}, Payload: []byte(proven)}))
	list := fmt.Sprintf(`{"sub":"https://issuer.example/status/1","iat":%d,"exp":%d,"ttl":3600,"status_list":{"bits":2,"lst":"`, made, made+86400)
	const two = "eNo76fITAAPfAgc" // of draft-ietf-oauth-status-list, "Compressed Byte Array", with two bits
	write("two.jwt", []byte(key.Sign(t, `{"alg":"EdDSA","typ":"statuslist+jwt"}`, list+two+`"}}`)))
	write("none.jwt", []byte(key.Sign(t, `{"alg":"EdDSA","typ":"statuslist+jwt"}`, strings.Replace(list, "iat", "at", 1)+two+`"}}`)))
	lst, err := base64.RawURLEncoding.DecodeString(two)
	if err != nil {
		t.Fatal(err)
	}
	write("two.cwt", key.SignCOSE(t, testvc.Sign1{
		Protected: []testvc.Pair{{Key: 1, Value: -8}, {Key: 4, Value: []byte("k1")}, {Key: 16, Value: "application/statuslist+cwt"}},
		Payload: testvc.CBOR([]testvc.Pair{{Key: 2, Value: "https://issuer.example/status/1"}, {Key: 6, Value: int(made)},
			{Key: 65533, Value: []testvc.Pair{{Key: "bits", Value: 2}, {Key: "lst", Value: lst}}}}),
	}))
	asserted := fmt.Sprintf(`{"iss":"https://issuer.example","iat":%d,"exp":%d,"credential_hash":"%s","credential_hash_alg":"sha-256","credential_status_validity":0,"cnf":{"jwk":%s}}`,
		made, made+86400, testvc.Hash(credential), holder.JWK(""))
	write("asserted.jwt", []byte(key.Sign(t, `{"alg":"EdDSA","typ":"status-assertion+jwt"}`, asserted)))
	write("unasserted.jwt", []byte(key.Sign(t, `{"alg":"EdDSA","typ":"status-assertion+jwt"}`, strings.Replace(asserted, "sha-256", "md5", 1))))
}

// A list that is larger than what is inflated is shown without its entries.
func TestALargeListIsNotInflated(t *testing.T) {
	key := testvc.NewKey(t, "EdDSA")
	token := key.Sign(t, `{"alg":"EdDSA","typ":"statuslist+jwt"}`, `{"sub":"https://issuer.example/1","iat":1795435200,"status_list":{"bits":1,"lst":"`+
		testvc.Encode(zlibOf(make([]byte, statuslist.MaxInflated+1)))+`"}}`)
	var stdout, stderr bytes.Buffer
	status := run([]string{"inspect", "-json", "-"}, strings.NewReader(token), &stdout, &stderr)
	if status != exitOK || !strings.HasSuffix(stdout.String(), `"bits":1,"malformed":"statuslist: over a limit: the list is larger than 16 MiB"}]}`+"\n") {
		t.Errorf("exit %d, %s%s", status, &stdout, &stderr)
	}
}
