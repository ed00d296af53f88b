package verifier_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
	"github.com/e2eid/e2eid/verifier"
)

// issuersWith is trust in one authority whose issuers all have this key, and whose credentials need no status.
func issuersWith(jwk string, ids ...string) verifier.Trust {
	a := verifier.Authority{ID: "vectors", Status: verifier.StatusUncheckedUnsafe}
	for _, id := range ids {
		a.Issuers = append(a.Issuers, verifier.Issuer{ID: id, Keys: []byte(`{"keys":[` + jwk + `]}`)})
	}
	return verifier.Trust{Authorities: []verifier.Authority{a}}
}

// specifications have their examples from these issuers.
var specifications = []string{"https://issuer.example.com", "https://pid-issuer.bund.de.example", "https://example.com/issuer", "https://pid-issuer.aendgard.example"}

// bareAt judges a credential by itself, whomever it names.
func bareAt(t *testing.T, trust verifier.Trust, at int64, text string, lists ...string) verifier.Verdict {
	return judgeOne(t, trust, time.Unix(at, 0).UTC(), verifier.Presentation{Kind: verifier.BareToken, Bytes: []byte(text), PathOnly: true}, lists...)
}

// The examples of RFC 9901 and SD-JWT VC: those with key binding as presentations, the others by themselves. What has no
// tilde is no SD-JWT.
func TestSDJWTVectors(t *testing.T) {
	count := vectors.NewCount(t, "sd-jwt", 20)
	for _, file := range []string{"rfc9901-examples.json", "sd-jwt-vc-examples.json"} {
		var doc struct {
			Issuer_jwk json.RawMessage
			Examples   []struct {
				ID, Kind, Token string
			}
			Json_serialization []struct {
				ID       string
				Jws_json json.RawMessage
			}
		}
		if err := json.Unmarshal(vectors.Read(t, "vc", "sd-jwt", file), &doc); err != nil {
			t.Fatal(err)
		}
		trust := issuersWith(string(doc.Issuer_jwk), specifications...)
		for _, e := range doc.Examples {
			count.Case(e.ID, func(t *testing.T) {
				if e.Kind == "issuer-signed-jwt" {
					if got := said(bareAt(t, trust, 1_750_000_000, e.Token)); got != badForm {
						t.Error(got)
					}
					refusedFor(t, e.Token, "an SD-JWT without a tilde")
					return
				}
				sdjwtVector(t, trust, e.Token, e.Kind == "sd-jwt+kb")
			})
		}
		for _, e := range doc.Json_serialization {
			count.Case(e.ID, func(t *testing.T) {
				sdjwtVector(t, trust, string(e.Jws_json), strings.Contains(string(e.Jws_json), "kb_jwt"))
			})
		}
	}
}

// sdjwtVector judges an example for what its key binding says, and for another nonce.
func sdjwtVector(t *testing.T, trust verifier.Trust, text string, bound bool) {
	p := verifier.Presentation{Kind: verifier.BareToken, Bytes: []byte(text), PathOnly: true}
	at := time.Unix(1_750_000_000, 0).UTC()
	if bound {
		read, err := vc.Parse(p.Bytes)
		if err != nil || read.Proof == nil {
			t.Fatal(err)
		}
		p.Kind, p.Audience, p.Nonce, at = verifier.Token, read.Proof.Audience, "1234567890", time.Unix(read.Proof.IssuedAt, 0).UTC()
	}
	if v := judgeOne(t, trust, at, p); v.Outcome() != verifier.Verified {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	if bound {
		p.Nonce += "1"
		if got := said(judgeOne(t, trust, at, p)); got != "rejected pop_context POP-8" {
			t.Errorf("with another nonce: %s", got)
		}
	}
	stranger := issuersWith(testvc.NewKey(t, "ES256").JWK(""), specifications...)
	if v := judgeOne(t, stranger, at, p); v.Outcome() == verifier.Verified {
		t.Error("verified with another key of the issuer")
	}
}

// refusedFor asserts why a token is refused while it is read.
func refusedFor(t testing.TB, text, reason string) {
	t.Helper()
	p, err := vc.Parse([]byte(text))
	if err == nil || !strings.HasSuffix(err.Error(), reason) || p != nil {
		t.Errorf("refused for %q, want %q", err, reason)
	}
}

// suiteCase is what the suite of VC-JOSE-COSE expects, and what is said here. Of three cases that differs: the suite asks
// whether the signature of a vp holds, and a verdict whether somebody presents what is theirs.
type suiteCase struct {
	said, reason string
}

const (
	wrongType    = "rejected credential_type_not_allowed CRED-1"
	badIssuerSig = "rejected bad_signature PATH-1"
)

var suiteOfVCJOSECOSE = map[int]suiteCase{
	6: {said: "verified"},
	// The vp is well signed. Its credentials are about nobody's key, so that whoever has them could sign it.
	7: {said: "rejected no_key_binding POP-7"},
	8: {said: "verified"},
	// The suite pairs it with a key of another kind than made it. With its own it is verified, whatever its extension says.
	9:  {said: "rejected untrusted_issuer PATH-1"},
	10: {said: "rejected bad_signature FORM-1", reason: "JSON without a proof"},
	11: {said: "rejected bad_signature FORM-1", reason: "JSON without a proof"},
	12: {said: badIssuerSig},
	13: {said: wrongType, reason: "typ of a JWT"},
	14: {said: wrongType, reason: "typ of a JWT"},
	15: {said: badForm, reason: "a claim vc, which is not of this data model"},
	16: {said: badForm, reason: "an enveloped credential is not a data: URL"},
	20: {said: "verified"},
	21: {said: "verified"},
	22: {said: "rejected no_key_binding POP-7"}, // as 7
	23: {said: badIssuerSig},
	24: {said: wrongType, reason: "typ of an SD-JWT"},
	25: {said: wrongType, reason: "typ of an SD-JWT"},
	26: {said: wrongType, reason: "typ of an SD-JWT"},
	29: {said: "verified"},
	30: {said: badForm, reason: "token does not have three parts"}, // hexadecimal digits
	// The vp is well signed around what is no credential: a JWS without a typ, of six parts, of which the last is empty.
	31: {said: badForm, reason: "token does not have three parts"},
	32: {said: badIssuerSig},
	33: {said: wrongType, reason: "typ of a COSE_Sign1"},
	34: {said: wrongType, reason: "typ of a COSE_Sign1"},
	35: {said: badForm, reason: "an enveloped credential is not a data: URL"},
}

func TestVCJOSECOSEVectors(t *testing.T) {
	var manifest struct {
		Cases []struct {
			Number                                      int
			Name, Input_file, Key_file, Expected_result string
		}
	}
	if err := json.Unmarshal(vectors.Read(t, "vc", "vc-jose-cose", "manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	count := vectors.NewCount(t, "vc-jose-cose", 25)
	for _, c := range manifest.Cases {
		text := strings.TrimSpace(string(vectors.Read(t, "vc", "vc-jose-cose", c.Input_file)))
		test := func(t *testing.T) {
			want, ok := suiteOfVCJOSECOSE[c.Number]
			if !ok || c.Expected_result == "failure" && want.said == "verified" {
				t.Fatalf("no expectation, or not the suite's")
			}
			keys := suiteJWK(t, c.Key_file)
			if c.Number == 7 || c.Number == 22 { // the vp is signed with that one, and each credential with another
				keys = suiteJWK(t, "vm-p256.json") + "," + suiteJWK(t, "vm-p384.json") + "," + suiteJWK(t, "vm-ed25519.json")
			}
			trust := issuersWith(keys, "https://example.issuer/vc-jose-cose")
			if got := said(bareAt(t, trust, 1_750_000_000, text)); got != want.said {
				t.Errorf("%s, want %s", got, want.said)
			}
			if want.reason != "" {
				refusedFor(t, text, want.reason)
			} else if _, err := vc.Parse([]byte(text)); err != nil {
				t.Error(err)
			}
			if c.Number == 9 {
				trust = issuersWith(suiteJWK(t, "vm-p521.json"), "https://example.issuer/vc-jose-cose")
				if got := said(bareAt(t, trust, 1_750_000_000, text)); got != "verified" {
					t.Errorf("with its own key: %s", got)
				}
			}
		}
		if c.Expected_result == "failure" {
			count.Negative(c.Name, test)
		} else {
			count.Case(c.Name, test)
		}
	}
}

func suiteJWK(t *testing.T, file string) string {
	var doc struct{ PublicKeyJwk json.RawMessage }
	if err := json.Unmarshal(vectors.Read(t, "vc", "vc-jose-cose", file), &doc); err != nil {
		t.Fatal(err)
	}
	return string(doc.PublicKeyJwk)
}
