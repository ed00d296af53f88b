package mirror_test

import (
	"errors"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/worker/mirror"
)

// An address has one form: what it is taken apart into is put together to the same path.
func FuzzParseAddress(f *testing.F) {
	for _, p := range []string{"/", "/status", "/a/head", "/blob/" + strings.Repeat("0", 64), "/a/blob/" + strings.Repeat("f", 64), "/a.b/carried/ca.crl", "/../head", "/blob/head"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		a := mirror.ParseAddress(p)
		want := map[mirror.Kind]string{
			mirror.KindPage: "/", mirror.KindStatus: "/status", mirror.KindHead: "/" + a.Authority + "/head",
			mirror.KindCarried: "/" + a.Authority + "/carried/" + a.Name,
			mirror.KindBlob:    strings.TrimSuffix("/"+a.Authority, "/") + "/blob/" + a.Name,
		}[a.Kind]
		if a.Kind == mirror.KindNone {
			if a != (mirror.Address{}) {
				t.Errorf("%q: %+v", p, a)
			}
			return
		}
		if want != p || path.Clean(p) != p || strings.ContainsAny(p, "%?#\\ ") || strings.Contains(p, "/.") {
			t.Errorf("%q: %+v", p, a)
		}
	})
}

// The Worker's entry knows the same addresses, by patterns of its own.
func TestWorkerHasThePatternsOfAuthorityAndName(t *testing.T) {
	text, err := os.ReadFile("../index.mjs")
	if err != nil {
		t.Fatal(err)
	}
	pattern := func(name string) *regexp.Regexp {
		m := regexp.MustCompile(`const ` + name + ` = "(?:\(\?!blob/\))?(.*)"`).FindSubmatch(text)
		if m == nil {
			t.Fatal("no pattern ", name)
		}
		return regexp.MustCompile("^" + string(m[1]) + "$")
	}
	authorities, names := pattern("AUTHORITY"), pattern("NAME")
	for _, s := range []string{"a", "a.b", "a-b", "-a", "a-", ".", "", "a_b", "a.", "0", "A", "ä", strings.Repeat("a", 64), strings.Repeat("a", 65), "a..b"} {
		if got, want := authorities.MatchString(s), mirror.ParseAddress("/"+s+"/head").Kind == mirror.KindHead; got != want {
			t.Errorf("authority %q: %v in the Worker, %v here", s, got, want)
		}
		if got, want := names.MatchString(s), mirror.ParseAddress("/a/carried/"+s).Kind == mirror.KindCarried; got != want {
			t.Errorf("name %q: %v in the Worker, %v here", s, got, want)
		}
	}
}

// Every Reason has a status and a sentence, and the Worker tells the same.
func TestReasonsAreTheSameInTheWorker(t *testing.T) {
	text, err := os.ReadFile("../http.mjs")
	if err != nil {
		t.Fatal(err)
	}
	entries := regexp.MustCompile(`(?m)^  (\w+): \[(\d+), "([^"]+)", "([^"]+)"\],$`).FindAllSubmatch(text, -1)
	if len(entries) < 5 {
		t.Fatal("the Worker has no reasons")
	}
	for _, e := range entries {
		r := mirror.Reason(e[1])
		if r.Detail() != string(e[4]) || string(e[2]) != itoa(r.Status()) {
			t.Errorf("%s: %s %q in the Worker, %d %q here", r, e[2], e[4], r.Status(), r.Detail())
		}
	}
	source, err := os.ReadFile("reason.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`Reason = "(\w+)"`).FindAllSubmatch(source, -1) {
		if mirror.Reason(m[1]).Detail() == "" {
			t.Errorf("%s has no sentence", m[1])
		}
	}
	if mirror.ReasonOf(errors.New("x")) != mirror.ReasonInternal || mirror.Reason("new").Status() != 500 {
		t.Error("what is unknown is not internal")
	}
}

func itoa(n int) string {
	return string([]byte{byte('0' + n/100), byte('0' + n/10%10), byte('0' + n%10)})
}

const key = `{"algorithm":"Ed25519","key":"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}`

func TestConfigurations(t *testing.T) {
	one := func(members string) string { return `{"authorities":[{"id":"a","keys":[` + key + `]` + members + `}]}` }
	for name, text := range map[string]string{
		"no authority": `{}`, "one": one(""), "an origin": one(`,"origin":"https://a.example/x/"`),
		"a carried CRL": one(`,"carried":[{"name":"ca.crl","form":"crl","origin":"http://a.example/ca.crl"}]`),
	} {
		if _, err := mirror.ParseConfig([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"an unknown name":            `{"authority":[]}`,
		"an id twice":                `{"authorities":[{"id":"a","keys":[` + key + `]},{"id":"a","keys":[` + key + `]}]}`,
		"the id of the blobs":        `{"authorities":[{"id":"blob","keys":[` + key + `]}]}`,
		"no key":                     `{"authorities":[{"id":"a","keys":[]}]}`,
		"a key twice":                `{"authorities":[{"id":"a","keys":[` + key + `,` + key + `]}]}`,
		"a threshold over the keys":  one(`,"threshold":2`),
		"a threshold of zero":        one(`,"threshold":0`),
		"an origin without a slash":  one(`,"origin":"https://a.example/x"`),
		"an origin with a user":      one(`,"origin":"https://u@a.example/"`),
		"an origin with a query":     one(`,"origin":"https://a.example/?/"`),
		"an origin that is a file":   one(`,"origin":"file:///etc/"`),
		"a carried name with a path": one(`,"carried":[{"name":"../head","form":"crl"}]`),
		"a carried name twice":       one(`,"carried":[{"name":"a","form":"crl"},{"name":"a","form":"crl"}]`),
		"a form nobody knows":        one(`,"carried":[{"name":"a","form":"ocsp"}]`),
		"more bytes than any":        one(`,"carried":[{"name":"a","form":"crl","maxBytes":8388609}]`),
		"a name twice":               `{"authorities":[],"authorities":[]}`,
	} {
		c, err := mirror.ParseConfig([]byte(text))
		where := (*strictjson.Error)(nil)
		if !errors.As(err, &where) || len(c.Authorities) > 0 {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

func TestShortTokensAreRefused(t *testing.T) {
	if _, err := mirror.ParseTokens("0123456789abcde"); err == nil {
		t.Error("15 bytes were accepted")
	}
	if tokens, err := mirror.ParseTokens(" 0123456789abcdef\n0123456789abcdeg "); err != nil || len(tokens) != 2 {
		t.Errorf("%d tokens, %v", len(tokens), err)
	}
}

// What is stored compressed comes back as it was put.
func FuzzUncompress(f *testing.F) {
	f.Add([]byte{0x30, 0})
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, b []byte) {
		data, compressed, err := mirror.Uncompress(b)
		if err == nil && !compressed && string(data) != string(b) {
			t.Error("changed")
		}
		if len(data) > 8<<20+1 {
			t.Error("larger than any carried object")
		}
	})
}
