package trust_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/verifier"
	"github.com/e2eid/e2eid/verifier/trust"
)

var (
	ca      = testca.New(testca.Options{})
	other   = testca.New(testca.Options{Seed: "other", Name: "Other Authority"})
	listKey = testca.RawPublicKey(testca.NewKey(testca.Ed25519, "list signer").Public())
)

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// An object and an array are JSON to be edited. Names come out sorted.
type (
	object = map[string]any
	array  = []any
)

// Every name that the code takes stands in the document, and every name of the document is taken.
func TestDocumentNamesEveryMember(t *testing.T) {
	doc, err := os.ReadFile("../../docs/trust.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(string(doc)) {
		if name, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ = strings.Cut(name, "`")
			rows = append(rows, name)
		}
	}
	var names []string
	for name := range full()["authorities"].(array)[0].(object) {
		if name != "revocation" {
			names = append(names, name)
		}
	}
	names = append(names, "distrusted")
	for _, section := range []string{"revocation", "policy"} {
		members, ok := full()[section].(object)
		if !ok {
			members = full()["authorities"].(array)[0].(object)[section].(object)
		}
		for name := range members {
			names = append(names, section+"."+name)
		}
	}
	slices.Sort(rows)
	slices.Sort(names)
	if !slices.Equal(rows, names) {
		t.Errorf("rows of the document %v, members that are taken %v", rows, names)
	}
}

// full has every member.
func full() object {
	return object{
		"authorities": array{object{
			"id": "example", "scope": array{"example.com"},
			"anchors": array{base64Of(ca.Root.DER)}, "intermediates": array{base64Of(ca.Intermediate.DER)},
			"anchorConstraints": "ignore", "extendedKeyUsage": array{"clientAuth"},
			"policies": object{"acceptable": array{"1.2.3"}, "requireExplicit": true, "inhibitMapping": true, "inhibitAny": true},
			"status":   "endEntity", "shortLived": 86400,
			"issuers": array{
				object{
					"id": "https://issuer.example", "jwks": object{"keys": array{object{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}},
					"types": array{"a"}, "name": array{"n"}, "organization": array{"o"},
					"identifiers": array{
						object{"claim": array{"c", "email"}, "form": "email", "verified": array{"v"}},
						object{"claim": array{"u"}, "form": "uri", "prefix": "mimi://example.com/u/"},
					},
				},
				object{"id": "https://ca.example", "x5c": true},
			},
			"revocation": object{
				"mirror": "https://mirror.example/", "keys": array{object{"algorithm": "Ed25519", "key": base64Of(listKey)}},
				"threshold": 1, "sequence": 3, "delegated": false, "maxAge": 3600,
			},
		}},
		"policy":     object{"basic": "report", "maxLeafLifetime": 60, "algorithms": array{"Ed25519", "RSASSA-PSS-SHA256"}},
		"distrusted": array{base64Of(testca.New(testca.Options{Seed: "removed"}).Root.DER)},
	}
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryMemberIsRead(t *testing.T) {
	c, err := trust.Parse(encode(t, full()))
	if err != nil {
		t.Fatal(err)
	}
	a := c.Authorities[0]
	policies := verifier.PolicyInputs{RequireExplicit: true, InhibitMapping: true, InhibitAny: true}
	policies.Acceptable = a.Policies.Acceptable
	if len(a.Policies.Acceptable) != 1 || a.Policies.Acceptable[0].String() != "1.2.3" || !reflect.DeepEqual(a.Policies, policies) {
		t.Errorf("policies %+v", a.Policies)
	}
	if len(c.Distrusted) != 1 || a.AnchorConstraints != verifier.IgnoreAnchor {
		t.Errorf("distrusted %d, anchorConstraints %v", len(c.Distrusted), a.AnchorConstraints)
	}
	if a.Status != verifier.StatusEndEntity || a.MaxAge != time.Hour || a.Threshold != 1 || a.ShortLived != 24*time.Hour {
		t.Errorf("%+v", a)
	}
	if names := c.Policy.Algorithms.Names(); !slices.Equal(names, []string{"Ed25519", "RSASSA-PSS-SHA256"}) {
		t.Errorf("algorithms %v", names)
	}
	if want := (verifier.Policy{Basic: verifier.ReportBasic, MaxLeafLifetime: time.Minute, Algorithms: c.Policy.Algorithms}); c.Policy != want {
		t.Errorf("%+v, want %+v", c.Policy, want)
	}
	if _, err := verifier.New(c.Trust); err != nil {
		t.Error(err)
	}
}

// What is left out is the zero value of package verifier, and that is the strictest.
func TestLeftOutIsTheZeroValue(t *testing.T) {
	c, err := trust.Parse(encode(t, object{"authorities": array{object{"id": "example", "anchors": array{base64Of(ca.Root.DER)}}}}))
	if err != nil {
		t.Fatal(err)
	}
	want := trust.Config{
		Trust:   verifier.Trust{Authorities: []verifier.Authority{{ID: "example", Anchors: [][]byte{ca.Root.DER}}}},
		Mirrors: map[string]string{},
	}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("%+v, want %+v", c, want)
	}
	if verifier.StatusRequired != 0 || verifier.RejectBasic != 0 {
		t.Error("a zero rule is not the strictest")
	}
	if empty, err := trust.Parse([]byte(`{"authorities":[]}`)); err != nil || len(empty.Authorities) != 0 {
		t.Errorf("no authorities: %+v, %v", empty, err)
	}
}

func TestFormsThatAreTaken(t *testing.T) {
	anchor := func(v any) func(object) { return func(a object) { a["anchors"] = array{v} } }
	revocationIs := func(name string, v any) func(object) {
		return func(a object) { a["revocation"].(object)[name] = v }
	}
	for name, edit := range map[string]func(object){
		"a certificate as PEM":                             anchor(pemOf("CERTIFICATE", ca.Root.DER)),
		"white space after PEM":                            anchor(pemOf("CERTIFICATE", ca.Root.DER) + "\n \r\n"),
		"several anchors":                                  func(a object) { a["anchors"] = array{base64Of(ca.Root.DER), pemOf("CERTIFICATE", other.Root.DER)} },
		"a domain and those below it":                      func(a object) { a["scope"] = array{"example.com", ".example.com"} },
		"a usage as an object identifier":                  func(a object) { a["extendedKeyUsage"] = array{"1.3.6.1.5.5.7.3.4"} },
		"no usage at all":                                  func(a object) { a["extendedKeyUsage"] = array{} },
		"an id of the longest size":                        func(a object) { a["id"] = strings.Repeat("a", 64) },
		"an id with dots, digits and hyphens":              func(a object) { a["id"] = "0.a-b.9" },
		"a mirror in plain HTTP: what it serves is signed": revocationIs("mirror", "http://127.0.0.1:8080/"),
		"a mirror with a path":                             revocationIs("mirror", "https://cdn.example/e2eid/v1/"),
	} {
		config := full()
		edit(config["authorities"].(array)[0].(object))
		c, err := trust.Parse(encode(t, config))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := verifier.New(c.Trust); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Every algorithm that signs heads, with a key of its own.
	for algorithm, kind := range map[string]testca.Kind{
		"Ed25519": testca.Ed25519, "ECDSA-P256-SHA256": testca.P256, "ML-DSA-44": testca.MLDSA44, "ML-DSA-65": testca.MLDSA65,
	} {
		config := full()
		key := testca.RawPublicKey(testca.NewKey(kind, "list signer").Public())
		revocationIs("keys", array{object{"algorithm": algorithm, "key": base64Of(key)}})(config["authorities"].(array)[0].(object))
		c, err := trust.Parse(encode(t, config))
		if err != nil || !slices.Equal(c.Authorities[0].Keys[0].Key, key) {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
}

// set returns an edit of the authority, or of what a dotted name leads to within it.
func set(name string, v any) func(object) {
	return func(config object) {
		at := config["authorities"].(array)[0].(object)
		for {
			head, rest, more := strings.Cut(name, ".")
			if !more {
				at[name] = v
				return
			}
			at, name = at[head].(object), rest
		}
	}
}

func TestEveryRefusalSaysWhere(t *testing.T) {
	const authority = "authorities[0]"
	twoCertificates := pemOf("CERTIFICATE", ca.Root.DER) + pemOf("CERTIFICATE", ca.Intermediate.DER)
	brokenFirst := "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n" + pemOf("CERTIFICATE", ca.Root.DER)
	p256Key := testca.RawPublicKey(testca.NewKey(testca.P256, "list signer").Public())
	key := func(algorithm string, raw []byte) array {
		return array{object{"algorithm": algorithm, "key": base64Of(raw)}}
	}
	tests := []struct {
		name, path string
		edit       func(object)
	}{
		{"an unknown member of the document", "policies", func(c object) { c["policies"] = object{} }},
		{"no authorities", "", func(c object) { delete(c, "authorities") }},
		{"authorities that are no array", "authorities", func(c object) { c["authorities"] = object{} }},
		{"an authority that is null", "authorities[1]", func(c object) { c["authorities"] = append(c["authorities"].(array), nil) }},
		{"the second of two authorities is the wrong one", "authorities[1].id", func(c object) {
			second := maps.Clone(c["authorities"].(array)[0].(object))
			second["id"] = "Second"
			c["authorities"] = append(c["authorities"].(array), second)
		}},

		{"an unknown member of an authority", authority + ".anchor", set("anchor", array{})},
		{"a member in other letters", authority + ".Anchors", set("Anchors", array{})},
		{"no id", authority, func(c object) { delete(c["authorities"].(array)[0].(object), "id") }},
		{"an id that is a number", authority + ".id", set("id", 1)},
		{"an id of no characters", authority + ".id", set("id", "")},
		{"an id of 65 characters", authority + ".id", set("id", strings.Repeat("a", 65))},
		{"an id with an upper-case letter", authority + ".id", set("id", "Example")},
		{"an id that is where the mirror has its blobs", authority + ".id", set("id", "blob")},
		{"an id that begins with a dot", authority + ".id", set("id", ".example")},
		{"an id that ends with a hyphen", authority + ".id", set("id", "example-")},
		{"an id that climbs out of its folder", authority + ".id", set("id", "..")},
		{"an id with a slash", authority + ".id", set("id", "a/b")},
		{"an id with a NUL", authority + ".id", set("id", "a\x00b")},

		{"a scope that is a string", authority + ".scope", set("scope", "example.com")},
		{"a scope of a number", authority + ".scope[0]", set("scope", array{1})},
		{"a scope of a whole top-level domain", authority + ".scope", set("scope", array{"example.com", ".com"})},
		{"a scope of everything", authority + ".scope", set("scope", array{""})},
		{"a scope of a dot", authority + ".scope", set("scope", array{"."})},
		{"a scope with a star", authority + ".scope", set("scope", array{"*.example.com"})},
		{"a scope in upper case", authority + ".scope", set("scope", array{"Example.com"})},
		{"a scope whose host could go on", authority + ".scope", set("scope", array{"mimi://example.com"})},
		{"a scope that is null", authority + ".scope", set("scope", nil)},

		{"no anchors member", authority, func(c object) { a := c["authorities"].(array)[0].(object); delete(a, "anchors"); delete(a, "issuers") }},
		{"anchors that are a string", authority + ".anchors", set("anchors", base64Of(ca.Root.DER))},
		{"an anchor that is not base64", authority + ".anchors[0]", set("anchors", array{"!"})},
		{"base64 without its padding", authority + ".anchors[0]", set("anchors", array{"AAA"})},
		{"base64 with bits left over", authority + ".anchors[0]", set("anchors", array{"AAB="})},
		{"base64 of the URL alphabet", authority + ".anchors[0]", set("anchors", array{"-_-_"})},
		{"base64 with a line break", authority + ".anchors[0]", set("anchors", array{base64Of(ca.Root.DER)[:64] + "\n" + base64Of(ca.Root.DER)[64:]})},
		{"base64 of no certificate", authority + ".anchors[0]", set("anchors", array{"AAAA"})},
		{"an empty string for a certificate", authority + ".anchors[0]", set("anchors", array{""})},
		{"a certificate with a byte after it", authority + ".anchors[0]", set("anchors", array{base64Of(append(slices.Clone(ca.Root.DER), 0))})},
		{"the second of two anchors is the wrong one", authority + ".anchors[1]", set("anchors", array{base64Of(ca.Root.DER), "?"})},
		{"PEM of another type", authority + ".anchors[0]", set("anchors", array{pemOf("TRUSTED CERTIFICATE", ca.Root.DER)})},
		{"PEM of a key", authority + ".anchors[0]", set("anchors", array{pemOf("PUBLIC KEY", ca.Root.DER)})},
		{"two certificates in one PEM", authority + ".anchors[0]", set("anchors", array{twoCertificates})},
		{"two certificates in one PEM, the first of them broken", authority + ".anchors[0]", set("anchors", array{brokenFirst})},
		{"text after PEM", authority + ".anchors[0]", set("anchors", array{pemOf("CERTIFICATE", ca.Root.DER) + "text"})},
		{"text before PEM", authority + ".anchors[0]", set("anchors", array{"text\n" + pemOf("CERTIFICATE", ca.Root.DER)})},
		{"PEM that is cut", authority + ".anchors[0]", set("anchors", array{pemOf("CERTIFICATE", ca.Root.DER)[:100]})},
		{"an intermediate that is not base64", authority + ".intermediates[0]", set("intermediates", array{"!"})},

		{"a usage that is no name", authority + ".extendedKeyUsage[0]", set("extendedKeyUsage", array{"clientauth"})},
		{"a usage that is no object identifier", authority + ".extendedKeyUsage[1]", set("extendedKeyUsage", array{"clientAuth", "1.3.6.01"})},
		{"usages that are a string", authority + ".extendedKeyUsage", set("extendedKeyUsage", "clientAuth")},
		{"usages that are null", authority + ".extendedKeyUsage", set("extendedKeyUsage", nil)},

		{"policies that are an array", authority + ".policies", set("policies", array{})},
		{"an unknown member of the policies", authority + ".policies.require", set("policies.require", true)},
		{"an acceptable policy by name", authority + ".policies.acceptable[0]", set("policies.acceptable", array{"anyPolicy"})},
		{"an acceptable policy that is a number", authority + ".policies.acceptable[0]", set("policies.acceptable", array{1.2})},
		{"a truth value in words", authority + ".policies.requireExplicit", set("policies.requireExplicit", "true")},
		{"a truth value as a number", authority + ".policies.inhibitMapping", set("policies.inhibitMapping", 1)},
		{"a truth value that is null", authority + ".policies.inhibitAny", set("policies.inhibitAny", nil)},

		{"a status rule that is not there", authority + ".status", set("status", "unchecked")},
		{"a status rule by its number", authority + ".status", set("status", 2)},
		{"a status rule of no characters", authority + ".status", set("status", "")},

		{"a revocation that is a string", authority + ".revocation", set("revocation", "https://mirror.example/")},
		{"an unknown member of revocation", authority + ".revocation.url", set("revocation.url", "")},
		{"a mirror with a query", authority + ".revocation.mirror", set("revocation.mirror", "https://mirror.example/?user=")},
		{"a mirror with a query that ends with a slash", authority + ".revocation.mirror", set("revocation.mirror", "https://mirror.example/?a/")},
		{"a mirror with a fragment", authority + ".revocation.mirror", set("revocation.mirror", "https://mirror.example/#/")},
		{"a mirror without the slash", authority + ".revocation.mirror", set("revocation.mirror", "https://mirror.example")},
		{"a mirror of another scheme", authority + ".revocation.mirror", set("revocation.mirror", "ftp://mirror.example/")},
		{"a mirror that is relative", authority + ".revocation.mirror", set("revocation.mirror", "/mirror/")},
		{"a mirror that is a script", authority + ".revocation.mirror", set("revocation.mirror", "javascript:alert(1)//https://a/")},
		{"a mirror without a host", authority + ".revocation.mirror", set("revocation.mirror", "https://")},
		{"a mirror whose host is empty", authority + ".revocation.mirror", set("revocation.mirror", "https:///path/")},
		{"a mirror with a user", authority + ".revocation.mirror", set("revocation.mirror", "https://user:secret@mirror.example/")},
		{"a mirror with a backslash, which browsers take for a slash", authority + ".revocation.mirror", set("revocation.mirror", "https://mirror.example\\@a/")},
		{"a mirror with a line break, which browsers leave out", authority + ".revocation.mirror", set("revocation.mirror", "https://mirror.example/\n/")},
		{"keys that are an object", authority + ".revocation.keys", set("revocation.keys", object{})},
		{"a key that is a string", authority + ".revocation.keys[0]", set("revocation.keys", array{base64Of(listKey)})},
		{"a key without its algorithm", authority + ".revocation.keys[0]", set("revocation.keys", array{object{"key": base64Of(listKey)}})},
		{"a key without its bytes", authority + ".revocation.keys[0]", set("revocation.keys", array{object{"algorithm": "Ed25519"}})},
		{"a key with one member more", authority + ".revocation.keys[0].id", set("revocation.keys", array{object{"algorithm": "Ed25519", "key": base64Of(listKey), "id": ""}})},
		{"an algorithm that does not sign heads", authority + ".revocation.keys[0].algorithm", set("revocation.keys", key("Ed448", listKey))},
		{"an algorithm in other letters", authority + ".revocation.keys[0].algorithm", set("revocation.keys", key("ed25519", listKey))},
		{"a key of another algorithm", authority + ".revocation.keys[0].key", set("revocation.keys", key("Ed25519", p256Key))},
		{"a key of small order", authority + ".revocation.keys[0].key", set("revocation.keys", key("Ed25519", make([]byte, 32)))},
		{"a key as SubjectPublicKeyInfo", authority + ".revocation.keys[0].key", set("revocation.keys", key("Ed25519", testca.SPKI(testca.NewKey(testca.Ed25519, "list signer").Public())))},
		{"a key that is not base64", authority + ".revocation.keys[0].key", set("revocation.keys", array{object{"algorithm": "Ed25519", "key": "!"}})},
		{"threshold 0", authority + ".revocation.threshold", set("revocation.threshold", 0)},
		{"a threshold over the number of keys", authority + ".revocation.threshold", set("revocation.threshold", 2)},
		{"a negative threshold", authority + ".revocation.threshold", set("revocation.threshold", -1)},
		{"a threshold that overflows 32 bits to 1", authority + ".revocation.threshold", set("revocation.threshold", 1<<32+1)},
		{"a threshold with a fraction", authority + ".revocation.threshold", set("revocation.threshold", 1.5)},
		{"a threshold in words", authority + ".revocation.threshold", set("revocation.threshold", "1")},
		{"a threshold and no keys", authority + ".revocation.threshold", func(c object) { delete(c["authorities"].(array)[0].(object)["revocation"].(object), "keys") }},
		{"maxAge 0", authority + ".revocation.maxAge", set("revocation.maxAge", 0)},
		{"a negative maxAge", authority + ".revocation.maxAge", set("revocation.maxAge", -1)},
		{"a maxAge that a Duration does not hold", authority + ".revocation.maxAge", set("revocation.maxAge", int64(1)<<62)},
		{"a maxAge that 64 bits do not hold", authority + ".revocation.maxAge", set("revocation.maxAge", json.Number("18446744073709551616"))},
		{"a maxAge with an exponent", authority + ".revocation.maxAge", set("revocation.maxAge", json.Number("1e3"))},

		{"a policy that is null", "policy", func(c object) { c["policy"] = nil }},
		{"an unknown member of the policy", "policy.strict", func(c object) { c["policy"].(object)["strict"] = true }},
		{"a rule for basic credentials that accepts", "policy.basic", func(c object) { c["policy"].(object)["basic"] = "accept" }},
		{"a lifetime of 0", "policy.maxLeafLifetime", func(c object) { c["policy"].(object)["maxLeafLifetime"] = 0 }},
		{"a lifetime over a century", "policy.maxLeafLifetime", func(c object) { c["policy"].(object)["maxLeafLifetime"] = 4e9 }},
	}
	for _, test := range tests {
		config := full()
		test.edit(config)
		refused(t, test.name, encode(t, config), strictjson.ErrValue, test.path)
	}
}

// refused fails the test unless b is, with an error of this kind that says where.
func refused(t *testing.T, name string, b []byte, kind error, path string) {
	t.Helper()
	c, err := trust.Parse(b)
	var at *strictjson.Error
	if !errors.As(err, &at) || !errors.Is(err, kind) || at.Path != path {
		t.Errorf("%s: error %v, want one of %v at %q", name, err, kind, path)
	}
	if path != "" && err != nil && !strings.Contains(err.Error(), path+" ") {
		t.Errorf("%s: error %v does not say where", name, err)
	}
	if !reflect.DeepEqual(c, trust.Config{}) {
		t.Errorf("%s: a configuration beside the error %v", name, err)
	}
}

// Text that is no strict JSON, whatever it means to other readers.
func TestTextsThatAreNotStrictJSON(t *testing.T) {
	good := string(encode(t, full()))
	for _, test := range []struct {
		name, text string
		kind       error
	}{
		{"nothing", "", strictjson.ErrSyntax},
		{"a byte after it", good + "x", strictjson.ErrSyntax},
		{"two documents", good + good, strictjson.ErrSyntax},
		{"a byte order mark", "\ufeff" + good, strictjson.ErrSyntax},
		{"a comment", "// trust\n" + good, strictjson.ErrSyntax},
		{"a comma too many", strings.Replace(good, `"scope":["example.com"]`, `"scope":["example.com",]`, 1), strictjson.ErrSyntax},
		{"a member twice", strings.Replace(good, `"status":"endEntity"`, `"status":"required","status":"uncheckedUnsafe"`, 1), strictjson.ErrSyntax},
		{"a member twice, once with an escape", strings.Replace(good, `"status":"endEntity"`, `"status":"required","st\u0061tus":"uncheckedUnsafe"`, 1), strictjson.ErrSyntax},
		{"bytes that are not UTF-8", strings.Replace(good, "example.com", "ex\xffmple.com", 1), strictjson.ErrSyntax},
		{"brackets without an end", strings.Repeat("[", 1000), strictjson.ErrLimit},
		{"brackets deeper than any configuration", `{"authorities":` + strings.Repeat("[", 9) + strings.Repeat("]", 9) + "}", strictjson.ErrLimit},
		{"more text than the limit", good + strings.Repeat(" ", 8<<20), strictjson.ErrLimit},
		{"more values than the limit", `{"authorities":[` + strings.Repeat("0,", 1<<16) + "0]}", strictjson.ErrLimit},
	} {
		if test.text == good {
			t.Fatalf("%s: nothing was changed", test.name)
		}
		c, err := trust.Parse([]byte(test.text))
		if !errors.Is(err, test.kind) || !reflect.DeepEqual(c, trust.Config{}) {
			t.Errorf("%s: error %v, want %v", test.name, err, test.kind)
		}
	}
}

// Relations between the parts are for verifier.New.
func TestWhatIsLeftToTheVerifier(t *testing.T) {
	twice := full()
	twice["authorities"] = append(twice["authorities"].(array), twice["authorities"].(array)[0])
	sameAnchor := full()
	second := maps.Clone(sameAnchor["authorities"].(array)[0].(object))
	second["id"] = "second"
	sameAnchor["authorities"] = append(sameAnchor["authorities"].(array), second)
	noAnchor := full()
	noAnchor["authorities"].(array)[0].(object)["anchors"] = array{}
	sameKey := full()
	revocationOf := sameKey["authorities"].(array)[0].(object)["revocation"].(object)
	revocationOf["keys"] = append(revocationOf["keys"].(array), revocationOf["keys"].(array)[0])
	for name, config := range map[string]object{
		"an id twice": twice, "an anchor of two authorities": sameAnchor, "no anchor": noAnchor, "a key twice": sameKey,
	} {
		c, err := trust.Parse(encode(t, config))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var refusal *verifier.TrustError
		if v, err := verifier.New(c.Trust); v != nil || !errors.As(err, &refusal) || !errors.Is(err, verifier.ErrTrust) {
			t.Errorf("%s: New = %v, %v", name, v, err)
		}
	}
}

// A configuration that is refused is refused for the same reason each time.
func TestErrorsAreTheSameEachTime(t *testing.T) {
	config := full()
	config["authorities"].(array)[0].(object)["policies"] = object{"requireExplicit": 1, "inhibitMapping": 1, "inhibitAny": 1}
	text := encode(t, config)
	_, first := trust.Parse(text)
	for range 50 {
		if _, err := trust.Parse(text); err == nil || err.Error() != first.Error() {
			t.Fatalf("%v, then %v", first, err)
		}
	}
}

// What Parse takes, verifier.New takes or refuses with a reason; what it refuses leaves nothing behind.
func FuzzConfiguration(f *testing.F) {
	f.Add(encode(f, full()))
	f.Add([]byte(`{"authorities":[]}`))
	f.Add(encode(f, object{"authorities": array{object{"id": "a", "anchors": array{pemOf("CERTIFICATE", ca.Root.DER)}}}}))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := trust.Parse(in)
		if err != nil {
			var at *strictjson.Error
			if !errors.As(err, &at) || !reflect.DeepEqual(c, trust.Config{}) {
				t.Fatalf("%+v beside %v", c, err)
			}
			return
		}
		for id, mirror := range c.Mirrors {
			if !slices.ContainsFunc(c.Authorities, func(a verifier.Authority) bool { return a.ID == id }) || !strings.HasPrefix(mirror, "http") {
				t.Fatalf("mirror %q of %q", mirror, id)
			}
		}
		for _, a := range c.Authorities {
			if !verifier.ValidAuthorityID(a.ID) || a.Threshold < 0 || a.Threshold > len(a.Keys) || a.MaxAge < 0 {
				t.Fatalf("authority %+v", a)
			}
		}
		var refusal *verifier.TrustError
		if v, err := verifier.New(c.Trust); (v == nil) == (err == nil) || err != nil && !errors.As(err, &refusal) {
			t.Fatalf("New = %v, %v", v, err)
		}
	})
}
