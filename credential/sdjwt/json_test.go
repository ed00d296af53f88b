package sdjwt_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/sdjwt"
	"github.com/e2eid/e2eid/internal/base64url"
)

func TestTheJSONSerialization(t *testing.T) {
	protected := base64url.Encode([]byte(`{"alg":"ES256"}`))
	d, digest := disclose(`["s","n",1]`)
	payload := base64url.Encode([]byte(`{"_sd":["` + digest + `"]}`))
	sig := base64url.Encode(make([]byte, 64))
	kb := protected + ".e30." + sig
	one := `{"protected":"` + protected + `","signature":"` + sig + `","header":{"disclosures":["` + d + `"],"kb_jwt":"` + kb + `"}}`
	flat := `{"payload":"` + payload + `",` + one[1:]
	general := `{"payload":"` + payload + `","signatures":[` + one + `,{"protected":"` + protected + `","signature":"` + sig + `"}]}`
	want, err := sdjwt.Parse([]byte(protected + "." + payload + "." + sig + "~" + d + "~" + kb))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"flattened": flat, "general": general} {
		got, err := sdjwt.ParseJSON([]byte(text))
		if err != nil || string(got.JWT) != string(want.JWT) || got.Hash() != want.Hash() || string(got.KeyBinding) != string(want.KeyBinding) || len(got.Disclosures) != 1 {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for name, c := range map[string][2]string{
		"disclosures beside another signature": {`,{"protected":"` + protected + `"`, `,{"header":{"disclosures":[]},"protected":"` + protected + `"`},
		"a key binding beside another":         {`,{"protected":"` + protected + `"`, `,{"header":{"kb_jwt":"x"},"protected":"` + protected + `"`},
		"alg in the unprotected header":        {`"header":{`, `"header":{"alg":"ES256",`},
		"no signatures":                        {general[strings.Index(general, `"signatures":`):], `"signatures":[]}`},
		"a signature without a header":         {`"protected":"` + protected + `",`, ``},
		"a disclosure twice":                   {`["` + d + `"]`, `["` + d + `","` + d + `"]`},
		"a disclosure that is two":             {`["` + d + `"]`, `["` + d + `~` + d + `"]`},
		"a disclosure with padding":            {`["` + d + `"]`, `["` + d + `="]`},
		"disclosures that are a string":        {`["` + d + `"]`, `"` + d + `"`},
		"a key binding that is more":           {`"kb_jwt":"`, `"kb_jwt":"e30~`},
		"an empty key binding":                 {kb, ``},
		"names twice":                          {`"payload"`, `"payload":"e30","payload"`},
		"bytes after it":                       {`]}`, `]}x`},
	} {
		if !strings.Contains(general, c[0]) {
			t.Fatalf("%s: nothing to change", name)
		}
		i := strings.LastIndex(general, c[0])
		text := general[:i] + c[1] + general[i+len(c[0]):]
		if name != "bytes after it" && name != "disclosures beside another signature" && name != "a key binding beside another" && name != "no signatures" {
			text = strings.Replace(general, c[0], c[1], 1)
		}
		if got, err := sdjwt.ParseJSON([]byte(text)); !errors.Is(err, sdjwt.ErrFormat) || got != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
