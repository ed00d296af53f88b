package trust

import (
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testlist"
	"github.com/e2eid/e2eid/verifier"
)

var (
	ca       = testca.New(testca.Options{})
	root     = base64.StdEncoding.EncodeToString(ca.Root.DER)
	rootPEM  = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Root.DER}))
	listKey  = base64.StdEncoding.EncodeToString(testlist.New("example", ca).PublicKey().Key)
	minimal  = `{"authorities":[{"id":"example","anchors":["` + root + `"]}]}`
	quotePEM = strings.ReplaceAll(rootPEM, "\n", `\n`)
)

func TestTheDocumentsExample(t *testing.T) {
	doc, err := os.ReadFile("../../docs/trust.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```json\n(.*?)```").FindStringSubmatch(string(doc))
	if example == nil {
		t.Fatal("the document has no example")
	}
	text := strings.NewReplacer("<certificate>", root, "<base64 of the raw key>", listKey).Replace(example[1])
	c, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.New(c.Trust); err != nil {
		t.Error(err)
	}
	a := c.Authorities[0]
	if c.Mirrors["example"] != "https://mirror.example/" || a.Threshold != 1 || a.MaxAge != 24*time.Hour ||
		len(a.Keys) != 1 || a.Keys[0].Algorithm != signature.Ed25519 || c.Policy.MaxLeafLifetime != 366*24*time.Hour {
		t.Errorf("%+v, mirrors %v, policy %+v", a, c.Mirrors, c.Policy)
	}
}

func TestWhatIsLeftOutIsStrictest(t *testing.T) {
	c, err := Parse([]byte(minimal))
	if err != nil {
		t.Fatal(err)
	}
	a := c.Authorities[0]
	if a.Status != verifier.StatusRequired || a.ExtKeyUsage != nil || a.Keys != nil || a.Threshold != 0 || a.MaxAge != 0 ||
		c.Policy != (verifier.Policy{}) || c.Policy.Basic != verifier.RejectBasic || len(c.Mirrors) != 0 || a.Policies.RequireExplicit {
		t.Errorf("%+v, policy %+v", a, c.Policy)
	}
}

func TestFormsOfACertificate(t *testing.T) {
	c, err := Parse([]byte(strings.Replace(minimal, root, quotePEM, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if string(c.Authorities[0].Anchors[0]) != string(ca.Root.DER) {
		t.Error("PEM is another certificate than base64")
	}
}

// with puts a member into the one authority.
func with(member string) string {
	return strings.Replace(minimal, `"id":"example",`, `"id":"example",`+member+`,`, 1)
}

func TestRefusals(t *testing.T) {
	key := `{"algorithm":"Ed25519","key":"` + listKey + `"}`
	for what, c := range map[string]struct{ text, where string }{
		"not JSON":                      {`{`, ""},
		"an array":                      {`[]`, "document"},
		"nothing":                       {`{}`, "authorities"},
		"an unknown name":               {`{"authorities":[],"more":1}`, "more"},
		"a repeated name":               {`{"authorities":[],"authorities":[]}`, ""},
		"bytes behind":                  {minimal + "x", ""},
		"no id":                         {`{"authorities":[{}]}`, "authorities[0] lacks id"},
		"id with a capital letter":      {strings.Replace(minimal, `"example"`, `"Example"`, 1), "authorities[0].id"},
		"id too long":                   {strings.Replace(minimal, `"example"`, `"`+strings.Repeat("a", 65)+`"`, 1), "authorities[0].id"},
		"id that is an address":         {strings.Replace(minimal, `"example"`, `"blob"`, 1), "authorities[0].id"},
		"no anchors":                    {`{"authorities":[{"id":"example"}]}`, "authorities[0] lacks anchors"},
		"anchors that are none":         {`{"authorities":[{"id":"example","anchors":"x"}]}`, "authorities[0].anchors"},
		"anchor that is no base64":      {strings.Replace(minimal, root, "@", 1), "authorities[0].anchors[0]"},
		"base64 with a line break":      {strings.Replace(minimal, root, root[:64]+`\n`+root[64:], 1), "authorities[0].anchors[0]"},
		"base64 without padding":        {strings.Replace(minimal, root, "AA", 1), "authorities[0].anchors[0]"},
		"anchor that is no certificate": {strings.Replace(minimal, root, "AAAA", 1), "authorities[0].anchors[0]"},
		"PEM of something else":         {strings.Replace(minimal, root, strings.ReplaceAll(quotePEM, "CERTIFICATE", "PUBLIC KEY"), 1), "authorities[0].anchors[0]"},
		"two certificates in one PEM":   {strings.Replace(minimal, root, quotePEM+quotePEM, 1), "authorities[0].anchors[0]"},
		"scope of a top-level domain":   {with(`"scope":[".com"]`), "authorities[0].scope"},
		"scope with a port":             {with(`"scope":["example.com:80"]`), "authorities[0].scope"},
		"scope that is a number":        {with(`"scope":[1]`), "authorities[0].scope[0]"},
		"usage that is unknown":         {with(`"extendedKeyUsage":["client"]`), "authorities[0].extendedKeyUsage[0]"},
		"status that is unknown":        {with(`"status":"unchecked"`), "authorities[0].status"},
		"policy that is no identifier":  {with(`"policies":{"acceptable":["any"]}`), "authorities[0].policies.acceptable[0]"},
		"mirror with a query":           {with(`"revocation":{"mirror":"https://m.example/?a/"}`), "authorities[0].revocation.mirror"},
		"mirror without a slash":        {with(`"revocation":{"mirror":"https://m.example"}`), "authorities[0].revocation.mirror"},
		"mirror that is a file":         {with(`"revocation":{"mirror":"file:///"}`), "authorities[0].revocation.mirror"},
		"algorithm that signs no heads": {with(`"revocation":{"keys":[{"algorithm":"Ed448","key":"AA=="}]}`), "authorities[0].revocation.keys[0].algorithm"},
		"key of another size":           {with(`"revocation":{"keys":[{"algorithm":"Ed25519","key":"AA=="}]}`), "authorities[0].revocation.keys[0].key"},
		"threshold zero":                {with(`"revocation":{"keys":[` + key + `],"threshold":0}`), "authorities[0].revocation.threshold"},
		"threshold over the keys":       {with(`"revocation":{"keys":[` + key + `],"threshold":2}`), "authorities[0].revocation.threshold"},
		"age that is negative":          {with(`"revocation":{"maxAge":-1}`), "authorities[0].revocation.maxAge"},
		"age that is a fraction":        {with(`"revocation":{"maxAge":1.5}`), "authorities[0].revocation.maxAge"},
		"basic that is unknown":         {`{"authorities":[],"policy":{"basic":"accept"}}`, "policy.basic"},
		"lifetime of centuries":         {`{"authorities":[],"policy":{"maxLeafLifetime":99999999999}}`, "policy.maxLeafLifetime"},
	} {
		c2, err := Parse([]byte(c.text))
		var e *strictjson.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, want a *strictjson.Error", what, err)
			continue
		}
		if !strings.Contains(err.Error(), c.where) {
			t.Errorf("%s: %v, want it at %q", what, err, c.where)
		}
		if len(c2.Authorities) != 0 || c2.Mirrors != nil {
			t.Errorf("%s: returned %+v beside an error", what, c2)
		}
	}
}

func TestEmptyExtendedKeyUsageDemandsNoneAndIsNotTheDefault(t *testing.T) {
	c, err := Parse([]byte(with(`"extendedKeyUsage":[]`)))
	if err != nil || c.Authorities[0].ExtKeyUsage == nil {
		t.Errorf("%v, %v", c.Authorities, err)
	}
	c, err = Parse([]byte(with(`"extendedKeyUsage":["clientAuth","1.2.3"]`)))
	if err != nil || len(c.Authorities[0].ExtKeyUsage) != 2 || c.Authorities[0].ExtKeyUsage[0] != x509.OIDClientAuth {
		t.Errorf("%v, %v", c.Authorities, err)
	}
}

// FuzzParse: what is taken makes a verifier, or is refused for how its parts go together.
func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte(with(`"scope":["example.com"],"status":"endEntity","policies":{"inhibitAny":true}`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse(b)
		if err != nil {
			return
		}
		var refused *verifier.TrustError
		if _, err := verifier.New(c.Trust); err != nil && !errors.As(err, &refused) {
			t.Errorf("New: %v", err)
		}
	})
}
