package verifier_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// The rows about JOSE, through whole presentations.

// signing is a signer with a signature that a test makes of the message.
type signing func(message []byte) []byte

func (s signing) Public() crypto.PublicKey { return nil }

func (s signing) Sign(_ io.Reader, message []byte, _ crypto.SignerOpts) ([]byte, error) {
	return s(message), nil
}

// signed replaces the issuer's signature, to which the key binding is made.
func signed(sign func(w *world, message []byte) []byte) func(testing.TB) string {
	return sd(func(w *world) {
		w.signer = testvc.KeyOf("ES256", signing(func(message []byte) []byte { return sign(w, message) }))
	})
}

// header replaces text in the header of the issuer's token, and in nothing else.
func header(old, new string) func(testing.TB) string {
	return sd(func(w *world) { replace(&w.header, old, new) })
}

// issuerKey judges with another key of the issuer's, whose JWK has more members.
func issuerKey(alg, more string) func(testing.TB) string {
	return sd(func(w *world) {
		w.issuer = newKey(alg)
		w.signer, w.listSigner = w.issuer, w.issuer
		w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + w.issuer.JWK(`,"kid":"k1"`+more) + `]}`)
	})
}

func newKey(alg string) *testvc.Key { return testvc.NewKey(helper, alg) }

// A jws is a presentation in the JSON serialization, in parts.
type jws struct{ protected, payload, signature, disclosures, kb, first string }

func (j jws) member(protected, header, signature string) string {
	return `{"protected":"` + protected + `","header":` + header + `,"signature":"` + signature + `"}`
}

func (j jws) header(more string) string {
	return `{"disclosures":[` + j.disclosures + `],"kb_jwt":"` + j.kb + `"` + more + `}`
}

func (j jws) flattened() string { return `{"payload":"` + j.payload + `",` + j.first[1:] }

func (j jws) general(signatures ...string) string {
	return `{"payload":"` + j.payload + `","signatures":[` + strings.Join(signatures, ",") + `]}`
}

// second is a signature of the same payload without an unprotected header.
func (j jws) second(key *testvc.Key, header string) string {
	protected := testvc.Encode([]byte(header))
	return `{"protected":"` + protected + `","signature":"` + testvc.Encode(key.SignRaw(helper, []byte(protected+"."+j.payload))) + `"}`
}

func inJSON(write func(w *world, j jws) string) func(testing.TB) string {
	return sd(func(w *world) { inJSONof(w, write) })
}

func inJSONof(w *world, write func(w *world, j jws) string) {
	w.edit = func(text string) string {
		parts := strings.Split(text, "~")
		jwt := strings.Split(parts[0], ".")
		j := jws{protected: jwt[0], payload: jwt[1], signature: jwt[2], kb: parts[len(parts)-1]}
		j.disclosures = `"` + strings.Join(parts[1:len(parts)-1], `","`) + `"`
		j.first = j.member(j.protected, j.header(""), j.signature)
		return write(w, j)
	}
}

// beside puts members into the unprotected header of the one signature.
func beside(more string) func(testing.TB) string {
	return inJSON(func(w *world, j jws) string { return j.general(j.member(j.protected, j.header(","+more), j.signature)) })
}

const (
	badIssuerSignature = "rejected bad_signature PATH-1"
	badAlgorithm       = "rejected bad_signature FORM-1"
	untrusted          = "rejected untrusted_issuer PATH-1"
	badForm            = "rejected malformed FORM-1"
)

var algNoneRow = []rowCase{
	{"none", "with a signature", header("ES256", "none"), badAlgorithm + ": alg is none: nobody signed"},
	{"none", "without a signature", sd(func(w *world) {
		replace(&w.header, "ES256", "none")
		w.signer = testvc.KeyOf("ES256", signing(func([]byte) []byte { return nil }))
	}), badAlgorithm + ": alg is none: nobody signed"},
	{"case variants", "None", header("ES256", "None"), badAlgorithm + ": alg is none: nobody signed"},
	{"case variants", "NONE", header("ES256", "NONE"), badAlgorithm + ": alg is none: nobody signed"},
	{"case variants", "nOnE", header("ES256", "nOnE"), badAlgorithm + ": alg is none: nobody signed"},
	{"before key lookup", "of an issuer whose keys cannot be had", sd(func(w *world) {
		i := &w.trust.Authorities[0].Issuers[0]
		i.Keys, i.Document = nil, verifier.IssuerMetadata
		replace(&w.header, "ES256", "none")
	}), badAlgorithm + ": alg is none: nobody signed"},
}

var algKeyRow = []rowCase{
	{"RS256->HS256", "the public JWK as the secret", sd(func(w *world) {
		replace(&w.header, "ES256", "HS256")
		w.signer = testvc.KeyOf("ES256", signing(func(m []byte) []byte {
			mac := hmac.New(sha256.New, []byte(w.issuer.JWK(`,"kid":"k1"`)))
			mac.Write(m)
			return mac.Sum(nil)
		}))
	}), badAlgorithm + ": alg is a MAC, which everyone who can check it can make"},
	{"RS256->HS256", "RS256 itself", header("ES256", "RS256"), badIssuerSignature},
	{"ES384 header with P-256 key", "", header("ES256", "ES384"), badIssuerSignature},
	{"curve bound to alg", "a P-384 key that signs with SHA-256", sd(func(w *world) {
		big := newKey("ES384")
		w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + big.JWK(`,"kid":"k1"`) + `]}`)
		w.noList = true
	}), badIssuerSignature},
	{"curve bound to alg", "EdDSA", header("ES256", "EdDSA"), badIssuerSignature},
	{"JWK alg", "of another algorithm", issuerKey("ES256", `,"alg":"ES384"`), "trust refused: no key that verifies: key unsuitable: alg is not a signature algorithm of this key"},
	{"JWK alg", "of encryption, in cnf", withCNF(`"alg":"ECDH-ES",`), "rejected no_key_binding POP-7"},
	{"JWK use", "enc", issuerKey("ES256", `,"use":"enc"`), "trust refused: no key that verifies: key unsuitable: use is not sig"},
	{"JWK use", "enc, in cnf", withCNF(`"use":"enc",`), "rejected no_key_binding POP-7"},
	{"JWK use", "sig", issuerKey("ES256", `,"use":"sig"`), "verified"},
	{"JWK key_ops", "encrypt", issuerKey("ES256", `,"key_ops":["encrypt"]`), "trust refused: no key that verifies: key unsuitable: key_ops has what is not for signatures"},
	{"JWK key_ops", "sign, in cnf", withCNF(`"key_ops":["sign"],`), "rejected no_key_binding POP-7"},
	{"JWK key_ops", "verify", issuerKey("ES256", `,"key_ops":["verify"]`), "verified"},
}

// withCNF puts members into the JWK in cnf.
func withCNF(members string) func(testing.TB) string {
	return sd(func(w *world) { replace(&w.payload, `{"kty":"OKP"`, `{`+members+`"kty":"OKP"`) })
}

var jwsJSONRow = []rowCase{
	{"empty signatures", "", inJSON(func(w *world, j jws) string { return j.general() }), badForm + ": signatures is not an array with members"},
	{"empty signatures", "none at all", inJSON(func(w *world, j jws) string { return `{"payload":"` + j.payload + `"}` }), badForm + ": token has a signature without protected"},
	{"empty signatures", "beside a flattened one", inJSON(func(w *world, j jws) string {
		return `{"signatures":[],` + j.flattened()[1:]
	}), badForm + ": token is both general and flattened"},
	{"first bad second good", "", sd(func(w *world) {
		w.signer = newES256()
		inJSONof(w, func(w *world, j jws) string { return j.general(j.first, j.second(w.issuer, w.header)) })
	}), badIssuerSignature},
	{"first good second bad", "malformed", inJSON(func(w *world, j jws) string { return j.general(j.first, `{"protected":"e30","signature":"AA"}`) }), badForm + ": header lacks alg"},
	{"first good second bad", "by a key that nobody knows, which adds nothing", inJSON(func(w *world, j jws) string {
		return j.general(j.first, j.second(newES256(), w.header))
	}), "verified"},
	{"protected missing", "", inJSON(func(w *world, j jws) string {
		return j.general(`{"header":` + j.header(`,"alg":"ES256","kid":"k1"`) + `,"signature":"` + j.signature + `"}`)
	}), badForm + ": token has a signature without protected"},
	{"protected missing", "of the second", inJSON(func(w *world, j jws) string {
		return j.general(j.first, `{"header":{"alg":"ES256"},"signature":"`+j.signature+`"}`)
	}), badForm + ": token has a signature without protected"},
}

var unprotectedRow = []rowCase{
	{"alg", "beside the protected one", beside(`"alg":"ES256"`), badForm + ": unprotected header has a name that must be protected"},
	{"alg", "instead of it", inJSON(func(w *world, j jws) string {
		protected := testvc.Encode([]byte(`{"typ":"dc+sd-jwt","kid":"k1"}`))
		return j.general(j.member(protected, j.header(`,"alg":"ES256"`), testvc.Encode(w.issuer.SignRaw(helper, []byte(protected+"."+j.payload)))))
	}), badForm + ": header lacks alg"},
	{"kid", "beside the protected one", beside(`"kid":"k1"`), badForm + ": unprotected header has a name that the protected one has"},
	{"kid", "instead of it, of no key: it does not count", sd(func(w *world) {
		replace(&w.header, `,"kid":"k1"`, ``)
		inJSONof(w, func(w *world, j jws) string {
			return j.general(j.member(j.protected, j.header(`,"kid":"k9"`), j.signature))
		})
	}), "verified"},
	{"jwk", "", inJSON(func(w *world, j jws) string {
		return j.general(j.member(j.protected, j.header(`,"jwk":`+w.issuer.JWK("")), j.signature))
	}), badForm + ": unprotected header has a name that must be protected"},
	{"x5c", "", beside(`"x5c":["MAA="]`), badForm + ": unprotected header has a name that must be protected"},
	{"disclosures beside another", "", inJSON(func(w *world, j jws) string {
		second := j.second(w.issuer, w.header)
		return j.general(j.first, `{"header":{"disclosures":[`+j.disclosures+`]},`+second[1:])
	}), badForm + ": disclosures beside another signature than the first"},
	{"kb_jwt beside another", "", inJSON(func(w *world, j jws) string {
		second := j.second(w.issuer, w.header)
		return j.general(j.first, `{"header":{"kb_jwt":"`+j.kb+`"},`+second[1:])
	}), badForm + ": kb_jwt beside another signature than the first"},
}

// embedded has the attacker sign, with what leads to their key in the header.
func embedded(member func(w *world) string) func(testing.TB) string {
	return sd(func(w *world) {
		w.signer = newES256()
		replace(&w.header, `"kid"`, member(w)+`,"kid"`)
	})
}

var embeddedRow = []rowCase{
	{"jwk", "", embedded(func(w *world) string { return `"jwk":` + w.signer.JWK("") }), badIssuerSignature},
	{"jku", "", embedded(func(*world) string { return `"jku":"https://evil.example/jwks"` }), badIssuerSignature},
	{"x5u", "", embedded(func(*world) string { return `"x5u":"https://evil.example/pem"` }), badIssuerSignature},
	{"x5c", "of an issuer whose keys are configured", sd(func(w *world) {
		key := testca.NewKey(testca.P256, "evil")
		w.signer = testvc.KeyOf("ES256", key.Signer)
		root := testca.NewRoot(testca.New(testca.Options{}).RootCert(), key)
		replace(&w.header, `"kid"`, `"x5c":["`+base64.StdEncoding.EncodeToString(root.DER)+`"],"kid"`)
	}), badIssuerSignature},
}

var critRow = []rowCase{
	{"unknown", "", header(`"kid"`, `"crit":["x"],"x":1,"kid"`), badForm + ": critical extension not understood: crit lists an extension"},
	{"unknown", "in the key binding", sd(func(w *world) { replace(&w.kbHeader, `"typ"`, `"crit":["x"],"x":1,"typ"`) }), badForm + ": critical extension not understood: crit lists an extension"},
	{"empty", "", header(`"kid"`, `"crit":[],"kid"`), badForm + ": crit is not an array with members"},
	{"duplicated", "", header(`"kid"`, `"crit":["x","x"],"x":1,"kid"`), badForm + ": crit lists a name twice"},
	{"names a standard header", "alg", header(`"kid"`, `"crit":["alg"],"kid"`), badForm + ": crit lists a name of RFC 7515"},
	{"names a standard header", "kid", header(`"kid"`, `"crit":["kid"],"kid"`), badForm + ": crit lists a name of RFC 7515"},
	{"b64=false", "critical", header(`"kid"`, `"crit":["b64"],"b64":false,"kid"`), badForm + ": critical extension not understood: crit lists an extension"},
	{"b64=false", "not critical", header(`"kid"`, `"b64":false,"kid"`), badForm + ": critical extension not understood: header has b64"},
	{"b64=false", "true", header(`"kid"`, `"b64":true,"kid"`), badForm + ": critical extension not understood: header has b64"},
}

// jwt edits the issuer's token in front of what is made for it: the key binding is that of the edited one.
func jwt(edit func(w *world, text string) string) func(testing.TB) string {
	return sd(func(w *world) { w.edit = resigned(w, edit) })
}

func resigned(w *world, edit func(w *world, text string) string) func(text string) string {
	return func(text string) string {
		token, rest, _ := strings.Cut(text, "~")
		sdjwt := edit(w, token) + "~" + rest[:strings.LastIndex(rest, "~")+1]
		return sdjwt + w.kbSigner.Sign(helper, w.kbHeader, strings.Replace(w.kbPayload, "HASH", testvc.Hash(sdjwt), 1))
	}
}

// strayBits changes the last character of 64 bytes, or of 32, in base64url so that a lenient decoder reads the same.
func strayBits(s string) string {
	last := strings.IndexByte(alphabet, s[len(s)-1])
	if last&1 != 0 {
		panic("no bits to stray")
	}
	return s[:len(s)-1] + alphabet[last+1:last+2]
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
