package sdjwt_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/tests/vectors"
)

var limits = strictjson.Limits{Bytes: 1 << 20, Nodes: 1 << 16, Depth: 32}

type example struct {
	ID       string
	Kind     string
	Token    string
	KB       struct{ Payload map[string]any }
	Expected any `json:"expected_processed_payload"`
	Computed any `json:"computed_processed_payload"`
}

func examples(t testing.TB) (list []example) {
	for _, file := range []string{"rfc9901-examples.json", "sd-jwt-vc-examples.json"} {
		var doc struct{ Examples []example }
		if err := json.Unmarshal(vectors.Read(t, "vc", "sd-jwt", file), &doc); err != nil {
			t.Fatal(err)
		}
		list = append(list, doc.Examples...)
	}
	return list
}

// payload returns the payload of a compact JWT.
func payload(t testing.TB, jwt string) strictjson.Value {
	t.Helper()
	b, err := base64url.Decode(strings.Split(jwt, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	v, err := strictjson.Parse(b, limits)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestExamplesOfTheSpecificationsComeOutAsPrinted(t *testing.T) {
	for _, e := range examples(t) {
		tok, err := sdjwt.Parse([]byte(e.Token))
		if e.Kind == "issuer-signed-jwt" {
			if err == nil {
				t.Errorf("%s: a JWT without a tilde was taken for an SD-JWT", e.ID)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
			continue
		}
		claims, err := tok.Process(payload(t, string(tok.JWT)))
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
			continue
		}
		want := e.Expected
		if want == nil {
			want = e.Computed
		}
		var got any
		if err := json.Unmarshal([]byte(claims.Raw()), &got); err != nil {
			t.Fatal(err)
		}
		if want == nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: claims are\n%s\nnot\n%v", e.ID, claims.Raw(), want)
		}
		if (e.Kind == "sd-jwt+kb") != (len(tok.KeyBinding) > 0) {
			t.Errorf("%s: key binding %q", e.ID, tok.KeyBinding)
		}
		if len(tok.KeyBinding) == 0 {
			continue
		}
		kb, err := sdjwt.ParseKeyBinding(payload(t, string(tok.KeyBinding)))
		if err != nil {
			t.Errorf("%s: %v", e.ID, err)
			continue
		}
		if kb.Hash != tok.Hash() || kb.Nonce != e.KB.Payload["nonce"] || kb.Audience != e.KB.Payload["aud"] || float64(kb.IssuedAt) != e.KB.Payload["iat"] {
			t.Errorf("%s: key binding %+v of %s, want %v", e.ID, kb, tok.Hash(), e.KB.Payload)
		}
	}
}
