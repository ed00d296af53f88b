package strictjson_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/strictjson"
)

func parse(t *testing.T, in string) strictjson.Value {
	t.Helper()
	v, err := strictjson.Parse([]byte(in), limits)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEveryReaderTakesItsKindOnly(t *testing.T) {
	readers := map[strictjson.Kind]func(strictjson.Value) error{
		strictjson.Bool:   func(v strictjson.Value) error { _, err := v.Bool(); return err },
		strictjson.Number: func(v strictjson.Value) error { _, err := v.Int64(); return err },
		strictjson.String: func(v strictjson.Value) error { _, err := v.Text(); return err },
		strictjson.Array:  func(v strictjson.Value) error { _, err := v.Array(); return err },
		strictjson.Object: func(v strictjson.Value) error {
			_, err := v.Object()
			if errFields := v.Fields("a"); (err == nil) != (errFields == nil) {
				t.Errorf("Fields has %v, Object %v", errFields, err)
			}
			if _, errRequire := v.Require("a"); (err == nil) != (errRequire == nil) {
				t.Errorf("Require has %v, Object %v", errRequire, err)
			}
			if _, ok := v.Get("a"); ok != (err == nil) {
				t.Errorf("Get has %v, Object %v", ok, err)
			}
			return err
		},
	}
	values := []strictjson.Value{
		{}, parse(t, "null"), parse(t, "true"), parse(t, "1"), parse(t, `"a"`), parse(t, `["a"]`), parse(t, `{"a":1}`),
	}
	for i, v := range values {
		if v.Kind() != strictjson.Kind(i) {
			t.Errorf("kind %v, want %v", v.Kind(), strictjson.Kind(i))
		}
		for kind, read := range readers {
			err := read(v)
			if (err == nil) != (v.Kind() == kind) || err != nil && !errors.Is(err, strictjson.ErrValue) {
				t.Errorf("%v read as %v: %v", v.Kind(), kind, err)
			}
		}
	}
}

func TestInt64IsExact(t *testing.T) {
	for in, want := range map[string]int64{
		"0": 0, "-1": -1, "9007199254740993": 9007199254740993, "9223372036854775807": 1<<63 - 1, "-9223372036854775808": -1 << 63,
	} {
		if got, err := parse(t, in).Int64(); got != want || err != nil {
			t.Errorf("%s: %d, %v", in, got, err)
		}
	}
	for _, in := range []string{"-0", "1.0", "1e0", "1e3", "9223372036854775808", "-9223372036854775809", strings.Repeat("9", 300)} {
		if got, err := parse(t, in).Int64(); got != 0 || !errors.Is(err, strictjson.ErrValue) {
			t.Errorf("%s: %d, %v", in, got, err)
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	v := parse(t, `{"authorities":[{"id":"a"},{"id":"b","scope":["x","y"],"od d":{"k\u0000":[1]}}]}`)
	get := func(v strictjson.Value, name string) strictjson.Value {
		m, ok := v.Get(name)
		if !ok {
			t.Fatalf("no %q", name)
		}
		return m
	}
	authorities, err := get(v, "authorities").Array()
	if err != nil {
		t.Fatal(err)
	}
	scope, err := get(authorities[1], "scope").Array()
	if err != nil {
		t.Fatal(err)
	}
	nul, err := get(get(authorities[1], "od d"), "k\x00").Array()
	if err != nil {
		t.Fatal(err)
	}
	_, errKind := scope[1].Int64()
	_, errMissing := authorities[0].Require("scope")
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"unknown member", authorities[1].Fields("id", "scope"), `json: authorities[1]."od d" is unknown (at byte 62)`},
		{"unknown member at the top", v.Fields("id"), "json: authorities is unknown (at byte 15)"},
		{"no names are known", v.Fields(), "json: authorities is unknown (at byte 15)"},
		{"other kind", errKind, "json: authorities[1].scope[1] is a string, not a number (at byte 50)"},
		{"missing member", errMissing, "json: authorities[0] lacks scope (at byte 16)"},
		{"reason of the caller", scope[0].Refuse("is not a domain"), "json: authorities[1].scope[0] is not a domain (at byte 46)"},
		{"whole document", v.Refuse("is wrong"), "json: document is wrong (at byte 0)"},
		{"control characters are not repeated", nul[0].Refuse("is wrong"), `json: authorities[1]."od d"."k?"[0] is wrong (at byte 74)`},
		{"second member", parseError(`{"a":[{},{"b":1,"b":2}]}`), "json: a[1].b second member of this name (at byte 16)"},
		{"second member at the end", parseError(`[[{"a":{"b":1,"c":2},"c":{},"a":3`), "json: neither a comma nor the closing bracket (at byte 33)"},
		{"syntax", parseError(`[1,]`), "json: no value (at byte 3)"},
		{"nothing", strictjson.Value{}.Fields("a"), "json: document is nothing, not an object (at byte 0)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.err == nil || test.err.Error() != test.want {
				t.Errorf("got %v, want %s", test.err, test.want)
			}
		})
	}
}

func parseError(in string) error {
	_, err := strictjson.Parse([]byte(in), limits)
	return err
}

func TestErrorsRepeatLittle(t *testing.T) {
	long := strings.Repeat("secret", 1000)
	deep := strings.Repeat(`{"`+long+`":`, 20) + `{"value":"hidden"}` + strings.Repeat("}", 20)
	v := parse(t, deep)
	for v.Kind() == strictjson.Object {
		members, err := v.Object()
		if err != nil {
			t.Fatal(err)
		}
		v = members[0].Value
	}
	if _, err := v.Int64(); err == nil || len(err.Error()) > 400 || strings.Contains(err.Error(), "hidden") ||
		!strings.Contains(err.Error(), ".value is a string") {
		t.Errorf("got %v", err)
	}
	if _, err := parse(t, "{}").Require(long); err == nil || len(err.Error()) > 200 {
		t.Errorf("got %v", err)
	}
}

func TestFieldsComparesUnescapedNames(t *testing.T) {
	v := parse(t, `{"\u0069d":1}`)
	if err := v.Fields("id"); err != nil {
		t.Error(err)
	}
	if m, ok := v.Get("id"); !ok || m.Kind() != strictjson.Number {
		t.Error("no id")
	}
	if _, ok := v.Get(`\u0069d`); ok {
		t.Error("found by its escape")
	}
}
