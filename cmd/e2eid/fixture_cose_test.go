package main

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
)

// writeCOSE writes a vp secured with COSE whose last byte is a line break, its status list as CWT, and a trust configuration.
func writeCOSE(t testing.TB, write func(string, []byte)) {
	t.Helper()
	issuer := testvc.KeyOf("EdDSA", testca.NewKey(testca.Ed25519, "issuer of credentials").Signer)
	const uri = "https://issuer.example/status/1"
	made := testca.At.Unix()
	lists := func(lst ...byte) []byte {
		return issuer.SignCOSE(t, testvc.Sign1{
			Protected: []testvc.Pair{{Key: 1, Value: -8}, {Key: 16, Value: "application/statuslist+cwt"}},
			Payload: testvc.CBOR([]testvc.Pair{{Key: 2, Value: uri}, {Key: 6, Value: int(made)}, {Key: 65534, Value: 86400},
				{Key: 65533, Value: []testvc.Pair{{Key: "bits", Value: 1}, {Key: "lst", Value: zlibOf(lst)}}}}),
		})
	}
	write("good.cwt", lists(0))
	write("revoked.cwt", lists(1))
	write("cut.cwt", lists(0)[:100])
	for n := 0; ; n++ { // until a signature ends like a text file
		holder := testvc.KeyOf("EdDSA", testca.NewKey(testca.Ed25519, fmt.Sprint("holder ", n)).Signer)
		credential := issuer.SignCOSE(t, testvc.Sign1{
			Protected: []testvc.Pair{{Key: 1, Value: -8}, {Key: 16, Value: "application/vc+cose"}},
			Payload: []byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"https://issuer.example",` +
				`"credentialSubject":{"id":"` + holder.DID() + `","email":"alice@example.com"},"status":{"status_list":{"idx":0,"uri":"` + uri + `"}}}`),
		})
		vp := holder.SignCOSE(t, testvc.Sign1{
			Protected: []testvc.Pair{{Key: 1, Value: -8}, {Key: 16, Value: "application/vp+cose"}},
			Payload: []byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":"VerifiablePresentation","holder":"` + holder.DID() + `",` +
				fmt.Sprintf(`"iat":%d,"aud":"mimi://example.com/u/bob","nonce":"n-1","verifiableCredential":{"@context":"https://www.w3.org/ns/credentials/v2",`, made) +
				`"type":"EnvelopedVerifiableCredential","id":"data:application/vc+cose;base64,` + base64.StdEncoding.EncodeToString(credential) + `"}}`),
		})
		// The last byte of an Ed25519 signature is at most 0x10.
		if last := vp[len(vp)-1]; last == '\n' {
			write("vp.cose", vp)
			write("vp.b64", []byte(base64.StdEncoding.EncodeToString(vp)+"\n"))
			break
		}
	}
	write("trust-tokens.json", []byte(`{"authorities":[{"id":"corp","scope":["example.com"],"issuers":[{"id":"https://issuer.example","jwks":{"keys":[`+
		issuer.JWK("")+`]},"identifiers":[{"claim":["credentialSubject","email"],"form":"email"}]}]}]}`))
}

func zlibOf(b []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}
