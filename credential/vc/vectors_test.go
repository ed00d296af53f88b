package vc_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/internal/cose"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/vectors"
)

// holds reports whether key signed the token.
func holds(u *jose.Unverified, key *jose.Key) bool {
	p, err := u.Plan(key)
	return err == nil && native.Run([]signature.Check{p.Check()})[0] == signature.Valid
}

// holdsCOSE reports whether key signed a COSE_Sign1 in base64.
func holdsCOSE(t *testing.T, text string, key *jose.Key) bool {
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	u, err := cose.Parse(b, len(b))
	return err == nil && holds(u, key)
}

func suiteKey(t *testing.T, file string) *jose.Key {
	var doc struct{ PublicKeyJwk json.RawMessage }
	if err := json.Unmarshal(vectors.Read(t, "vc", "vc-jose-cose", file), &doc); err != nil {
		t.Fatal(err)
	}
	key, err := jose.ParseKey(doc.PublicKeyJwk)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// errSignature stands for a signature that does not hold by the key of the case.
var errSignature = errors.New("signature")

// reasons why the suite's negatives are refused.
var reasons = map[int]error{
	9:  errSignature, // the key is another's; the extension is well-formed and nobody's business
	10: vc.ErrUnsigned,
	11: vc.ErrUnsigned,
	12: errSignature,
	13: vc.ErrType,
	14: vc.ErrType,
	15: vc.ErrFormat,
	16: vc.ErrFormat,
	23: errSignature,
	24: vc.ErrType,
	25: vc.ErrType,
	26: vc.ErrType,
	30: vc.ErrFormat,
	32: errSignature,
	33: vc.ErrType,
	34: vc.ErrType,
	35: vc.ErrFormat,
}

// placeholder is the case whose vp is well signed, which is what the suite asks, around a credential that is none: a JWS
// without type and signature, of six parts. The signature is to hold, and the presentation to be refused.
const placeholder = 31

type suiteCase struct {
	Number                     int
	Name, Feature              string
	InputFile, KeyFile, Expect string
}

func (c *suiteCase) UnmarshalJSON(b []byte) error {
	var m struct {
		Number                                               int
		Name, Feature, Input_file, Key_file, Expected_result string
	}
	err := json.Unmarshal(b, &m)
	*c = suiteCase{m.Number, m.Name, m.Feature, m.Input_file, m.Key_file, m.Expected_result}
	return err
}

func TestSuiteOfVCJOSECOSE(t *testing.T) {
	var manifest struct{ Cases []suiteCase }
	if err := json.Unmarshal(vectors.Read(t, "vc", "vc-jose-cose", "manifest.json"), &manifest); err != nil {
		t.Fatal(err)
	}
	for _, c := range manifest.Cases {
		text := []byte(strings.TrimSpace(string(vectors.Read(t, "vc", "vc-jose-cose", c.InputFile))))
		key := suiteKey(t, c.KeyFile)
		p, err := vc.Parse(text)
		if c.Expect == "success" {
			if c.Number == placeholder {
				if !errors.Is(err, vc.ErrFormat) || !holdsCOSE(t, string(text), key) {
					t.Errorf("%s: %v, or the signature does not hold", c.Name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", c.Name, err)
				continue
			}
			token := p.Credentials[0].Token
			if strings.HasPrefix(c.Feature, "presentation") {
				if p.Proof == nil {
					t.Errorf("%s: no proof", c.Name)
					continue
				}
				token = p.Proof.Token
			}
			if !holds(token, key) {
				t.Errorf("%s: the signature does not hold", c.Name)
			}
			continue
		}
		want := reasons[c.Number]
		if err == nil {
			token := p.Credentials[0].Token
			if p.Proof != nil {
				token = p.Proof.Token
			}
			if !holds(token, key) {
				err = errSignature
			}
		}
		if want == nil || !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", c.Name, err, want)
		}
	}
}

func TestUserInfoVC(t *testing.T) {
	var doc struct {
		Op_public_jwk      json.RawMessage
		Subject_public_jwk json.RawMessage
		Credential_jwt     string
		Id_token           string
		Proof_jwt          string
	}
	if err := json.Unmarshal(vectors.Read(t, "vc", "userinfo-vc", "userinfo-vc.json"), &doc); err != nil {
		t.Fatal(err)
	}
	op, err := jose.ParseKey(doc.Op_public_jwk)
	if err != nil {
		t.Fatal(err)
	}
	subject, err := jose.ParseKey(doc.Subject_public_jwk)
	if err != nil {
		t.Fatal(err)
	}
	p, err := vc.Parse([]byte(doc.Credential_jwt))
	if err != nil {
		t.Fatal(err)
	}
	c := p.Credentials[0]
	if !holds(c.Token, op) || c.Format != vc.JWTVC || c.Issuer != "https://server.example.com" || c.NotBefore != 1667575982 || c.NotAfter != 1668180781 {
		t.Errorf("credential is %+v", c)
	}
	if c.Holder == nil || c.Holder.Thumbprint() != subject.Thumbprint() {
		t.Errorf("holder is %v, %v", c.Holder, c.HolderError)
	}
	for _, token := range []string{doc.Id_token, doc.Proof_jwt} {
		if _, err := vc.Parse([]byte(token)); !errors.Is(err, vc.ErrBearer) {
			t.Errorf("a JWT without a credential: %v", err)
		}
	}
}

func TestEveryExampleOfSDJWTIsReadAndHolds(t *testing.T) {
	n, refused, bound := 0, 0, 0
	for _, file := range []string{"rfc9901-examples.json", "sd-jwt-vc-examples.json"} {
		var doc struct {
			Issuer_jwk         json.RawMessage
			Examples           []struct{ ID, Kind, Token string }
			Json_serialization []struct {
				ID       string
				Jws_json json.RawMessage
			}
		}
		if err := json.Unmarshal(vectors.Read(t, "vc", "sd-jwt", file), &doc); err != nil {
			t.Fatal(err)
		}
		key, err := jose.ParseKey(doc.Issuer_jwk)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range doc.Json_serialization {
			p, err := vc.Parse(e.Jws_json)
			if err != nil {
				t.Errorf("%s: %v", e.ID, err)
				continue
			}
			c := p.Credentials[0]
			if !holds(c.Token, key) {
				t.Errorf("%s: the issuer's signature does not hold", e.ID)
			}
			if p.Proof != nil {
				bound++
				if !p.Proof.Bound || c.Holder == nil || !holds(p.Proof.Token, c.Holder) {
					t.Errorf("%s: the key binding does not hold", e.ID)
				}
			}
			n++
		}
		for _, e := range doc.Examples {
			p, err := vc.Parse([]byte(e.Token))
			if e.Kind == "issuer-signed-jwt" {
				if err == nil {
					t.Errorf("%s: accepted without a tilde", e.ID)
				}
				refused++
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", e.ID, err)
				continue
			}
			c := p.Credentials[0]
			if !holds(c.Token, key) || c.Issuer == "" {
				t.Errorf("%s: the issuer's signature does not hold, or no issuer", e.ID)
			}
			if e.Kind == "sd-jwt+kb" && (p.Proof == nil || !p.Proof.Bound || c.Holder == nil || !holds(p.Proof.Token, c.Holder)) {
				t.Errorf("%s: the key binding does not hold", e.ID)
			}
			n++
		}
	}
	if n != 18 || refused != 2 || bound != 2 {
		t.Errorf("%d examples, %d refused, %d bound in JSON", n, refused, bound)
	}
}
