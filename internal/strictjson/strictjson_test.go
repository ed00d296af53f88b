package strictjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/e2eid/e2eid/internal/strictjson"
)

var limits = strictjson.Limits{Bytes: 1 << 20, Nodes: 100_000, Depth: 32}

var accepted = []struct{ name, in string }{
	{"empty object", `{}`},
	{"empty array", `[]`},
	{"white space everywhere", " \t\n\r{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n"},
	{"string alone", `"a"`},
	{"number alone", `0`},
	{"true alone", `true`},
	{"null alone", `null`},
	{"negative zero", `-0`},
	{"fraction", `-0.010`},
	{"exponents", `[1e1,1E+1,1e-1,0e0,1.5E10,1e308,1e-999999]`},
	{"very long number", strings.Repeat("9", 308)},
	{"escapes", `"\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC"`},
	{"surrogate pair", `"\ud834\uDD1E"`},
	{"escaped NUL", `"\u0000"`},
	{"characters that only JavaScript minded", "\"\u2028\u2029\""},
	{"DEL", "\"\x7f\""},
	{"noncharacter", "\"\uffff\""},
	{"replacement character", "\"\ufffd\\ufffd\""},
	{"byte order mark in a string", "\"\ufeff\""},
	{"characters of four bytes", "\"\U0001f98a\""},
	{"empty name", `{"":1}`},
	{"names that differ in case", `{"a":1,"A":2}`},
	{"names of different objects", `[{"a":1},{"a":2},{"b":{"a":{"a":1}}}]`},
	{"many names", manyNames(100, 0)},
	{"as deep as it may be", strings.Repeat("[", 32) + strings.Repeat("]", 32)},
}

var refused = []struct {
	name, in string
	kind     error
	offset   int
}{
	{"nothing", ``, strictjson.ErrSyntax, 0},
	{"white space alone", "  ", strictjson.ErrSyntax, 2},
	{"two values", `{} {}`, strictjson.ErrSyntax, 3},
	{"bracket at the end", `[]]`, strictjson.ErrSyntax, 2},
	{"NUL at the end", "{}\x00", strictjson.ErrSyntax, 2},
	{"NUL before", "\x00{}", strictjson.ErrSyntax, 0},
	{"byte order mark", "\ufeff{}", strictjson.ErrSyntax, 0},
	{"byte order mark at the end", "{}\ufeff", strictjson.ErrSyntax, 2},
	{"UTF-16", "{\x00}\x00", strictjson.ErrSyntax, 1},
	{"no-break space", "[\u00a0]", strictjson.ErrSyntax, 1},
	{"form feed", "[\f]", strictjson.ErrSyntax, 1},
	{"comment", `[/*x*/]`, strictjson.ErrSyntax, 1},
	{"open object", `{`, strictjson.ErrSyntax, 1},
	{"open array", `[1`, strictjson.ErrSyntax, 2},
	{"wrong bracket", `[1}`, strictjson.ErrSyntax, 2},
	{"wrong bracket after a member", `{"a":1]`, strictjson.ErrSyntax, 6},
	{"comma at the end of an array", `[1,]`, strictjson.ErrSyntax, 3},
	{"comma at the end of an object", `{"a":1,}`, strictjson.ErrSyntax, 7},
	{"comma alone", `[,]`, strictjson.ErrSyntax, 1},
	{"no comma", `[1 2]`, strictjson.ErrSyntax, 3},
	{"no colon", `{"a" 1}`, strictjson.ErrSyntax, 5},
	{"no value", `{"a":}`, strictjson.ErrSyntax, 5},
	{"name alone", `{"a"}`, strictjson.ErrSyntax, 4},
	{"number beyond doubles", `[1e400]`, strictjson.ErrSyntax, 6},
	{"number beyond doubles, in digits", strings.Repeat("9", 400), strictjson.ErrSyntax, 400},
	{"number as a name", `{1:1}`, strictjson.ErrSyntax, 1},
	{"bare name", `{a:1}`, strictjson.ErrSyntax, 1},
	{"single quotes", `['a']`, strictjson.ErrSyntax, 1},
	{"word in upper case", `True`, strictjson.ErrSyntax, 0},
	{"word cut short", `[tru]`, strictjson.ErrSyntax, 1},
	{"word too long", `nulll`, strictjson.ErrSyntax, 4},
	{"NaN", `NaN`, strictjson.ErrSyntax, 0},
	{"infinity", `-Infinity`, strictjson.ErrSyntax, 1},
	{"leading zero", `01`, strictjson.ErrSyntax, 1},
	{"negative leading zero", `-01`, strictjson.ErrSyntax, 2},
	{"plus", `+1`, strictjson.ErrSyntax, 0},
	{"minus alone", `-`, strictjson.ErrSyntax, 1},
	{"point at the end", `1.`, strictjson.ErrSyntax, 2},
	{"point at the beginning", `.5`, strictjson.ErrSyntax, 0},
	{"exponent without digits", `1e`, strictjson.ErrSyntax, 2},
	{"exponent with a sign alone", `1e+`, strictjson.ErrSyntax, 3},
	{"hexadecimal", `0x1`, strictjson.ErrSyntax, 1},
	{"underscore", `1_0`, strictjson.ErrSyntax, 1},
	{"open string", `"a`, strictjson.ErrSyntax, 2},
	{"string open after an escape", `"\"`, strictjson.ErrSyntax, 3},
	{"line feed in a string", "\"a\nb\"", strictjson.ErrSyntax, 2},
	{"NUL in a string", "\"a\x00\"", strictjson.ErrSyntax, 2},
	{"unknown escape", `"\x41"`, strictjson.ErrSyntax, 1},
	{"escape in upper case", `"\U0041"`, strictjson.ErrSyntax, 1},
	{"escaped single quote", `"\'"`, strictjson.ErrSyntax, 1},
	{"escape of three digits", `"\u004"`, strictjson.ErrSyntax, 1},
	{"escape cut short", `"\u00`, strictjson.ErrSyntax, 1},
	{"escape at the end", `"\`, strictjson.ErrSyntax, 1},
	{"high surrogate alone", `"\ud834"`, strictjson.ErrSyntax, 1},
	{"high surrogate before a letter", `"\ud834a12345"`, strictjson.ErrSyntax, 1},
	{"high surrogate before another escape", `"\ud834\n"`, strictjson.ErrSyntax, 1},
	{"high surrogate before another character", `"\ud834\u0041"`, strictjson.ErrSyntax, 1},
	{"two high surrogates", `"\ud834\ud834"`, strictjson.ErrSyntax, 1},
	{"low surrogate alone", `"\udd1e"`, strictjson.ErrSyntax, 1},
	{"surrogates in the wrong order", `"\udd1e\ud834"`, strictjson.ErrSyntax, 1},
	{"surrogate in UTF-8", "\"\xed\xa0\x80\"", strictjson.ErrSyntax, 1},
	{"overlong UTF-8", "\"\xc0\xaf\"", strictjson.ErrSyntax, 1},
	{"cut UTF-8", "\"\xe2\x82\"", strictjson.ErrSyntax, 1},
	{"UTF-8 beyond Unicode", "\"\xf4\x90\x80\x80\"", strictjson.ErrSyntax, 1},
	{"bytes that are not UTF-8 after an error of syntax", "]\xff", strictjson.ErrSyntax, 1},
	{"same name twice", `{"a":1,"a":1}`, strictjson.ErrSyntax, 7},
	{"same name twice, once escaped", `{"a":1,"\u0061":1}`, strictjson.ErrSyntax, 7},
	{"same name twice, escaped differently", `{"\u000a":1,"\n":1}`, strictjson.ErrSyntax, 12},
	{"same name twice, as a pair and as UTF-8", `{"\ud834\udd1e":1,"𝄞":1}`, strictjson.ErrSyntax, 18},
	{"same empty name twice", `{"":1,"":1}`, strictjson.ErrSyntax, 6},
	{"same name twice within", `[[{"b":{"a":1,"c":[{}],"a":2}}]]`, strictjson.ErrSyntax, 23},
	{"same name among many", manyNames(100, 1), strictjson.ErrSyntax, len(manyNames(100, 0))},
	{"same name at the ninth", manyNames(8, 1), strictjson.ErrSyntax, len(manyNames(8, 0))},
	{"same name at the tenth", manyNames(9, 1), strictjson.ErrSyntax, len(manyNames(9, 0))},
	{"too deep", strings.Repeat("[", 33) + strings.Repeat("]", 33), strictjson.ErrLimit, 32},
	{"too deep in objects", strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), strictjson.ErrLimit, 32 * 5},
	{"far too deep", strings.Repeat("[", 1<<20), strictjson.ErrLimit, 32},
	{"too many values", "[" + strings.Repeat("0,", 100_000) + "0]", strictjson.ErrLimit, 2*99_999 + 1},
	{"too long", strings.Repeat(" ", 1<<20) + "0", strictjson.ErrLimit, 1 << 20},
}

// manyNames returns an object with n distinct names, and then some of them again.
func manyNames(n, again int) string {
	var b strings.Builder
	for i := range n + again {
		b.WriteString(`,"name` + strconv.Itoa(1000+i%n) + `":0`)
	}
	return "{" + b.String()[1:] + "}"
}

func TestAccepted(t *testing.T) {
	for _, test := range accepted {
		t.Run(test.name, func(t *testing.T) {
			if _, err := strictjson.Parse([]byte(test.in), limits); err != nil {
				t.Error(err)
			}
			checkParse(t, []byte(test.in))
		})
	}
}

func TestRefused(t *testing.T) {
	for _, test := range refused {
		t.Run(test.name, func(t *testing.T) {
			v, err := strictjson.Parse([]byte(test.in), limits)
			var e *strictjson.Error
			if !errors.As(err, &e) || !errors.Is(err, test.kind) || e.Offset != test.offset || e.Reason == "" {
				t.Errorf("got %v, want %v at byte %d", err, test.kind, test.offset)
			}
			if v != (strictjson.Value{}) {
				t.Error("a value beside the error")
			}
			checkParse(t, []byte(test.in))
		})
	}
}

func TestEveryPrefixIsRefused(t *testing.T) {
	const whole = `{"a":[1,-0.5e+7,"\u00e9\ud834\udd1e",true,false,null,{"b":{}}],"c":"d"}`
	for i := range whole {
		if _, err := strictjson.Parse([]byte(whole[:i]), limits); !errors.Is(err, strictjson.ErrSyntax) {
			t.Errorf("%s: %v", whole[:i], err)
		}
	}
}

func TestEveryByteInEveryPlace(t *testing.T) {
	const whole = `{"a":[1,-0.5e+7,"\u00e9\ud834\udd1e",true,false,null,{"b":{}}],"c":"d"}`
	for i := range whole {
		for c := range 256 {
			changed := []byte(whole)
			changed[i] = byte(c)
			checkParse(t, changed)
		}
	}
}

func TestZeroLimitsAcceptNothing(t *testing.T) {
	for _, in := range []string{"", "0", "[]", " "} {
		if _, err := strictjson.Parse([]byte(in), strictjson.Limits{}); err == nil {
			t.Errorf("%q accepted", in)
		}
	}
	negative := strictjson.Limits{Bytes: -1, Nodes: -1, Depth: -1}
	if _, err := strictjson.Parse([]byte("0"), negative); !errors.Is(err, strictjson.ErrLimit) {
		t.Errorf("negative limits: %v", err)
	}
}

func TestLimitsAreExact(t *testing.T) {
	in := []byte(`{"a":[1,2],"b":{}}`) // 2 names, 5 values, 2 levels
	exact := strictjson.Limits{Bytes: len(in), Nodes: 7, Depth: 2}
	if _, err := strictjson.Parse(in, exact); err != nil {
		t.Error(err)
	}
	for _, l := range []strictjson.Limits{{len(in) - 1, 7, 2}, {len(in), 6, 2}, {len(in), 7, 1}} {
		if _, err := strictjson.Parse(in, l); !errors.Is(err, strictjson.ErrLimit) {
			t.Errorf("%+v: %v", l, err)
		}
	}
	huge := strictjson.Limits{Bytes: math.MaxInt, Nodes: math.MaxInt, Depth: math.MaxInt}
	if _, err := strictjson.Parse([]byte(strings.Repeat("[", 1<<20)), huge); !errors.Is(err, strictjson.ErrLimit) {
		t.Errorf("no bound of depth: %v", err)
	}
}

func TestMemoryIsProportionalToTheText(t *testing.T) {
	n := 1 << 17
	huge := strictjson.Limits{Bytes: 1 << 24, Nodes: 1 << 24, Depth: 32}
	for name, in := range map[string]string{
		"numbers":        "[" + strings.Repeat("0,", n) + "0]",
		"empty arrays":   "[" + strings.Repeat("[],", n) + "0]",
		"members":        manyNames(n, 0),
		"escaped names":  strings.ReplaceAll(manyNames(n, 0), "name", `\u006e`),
		"small objects":  "[" + strings.Repeat(manyNames(9, 0)+",", n/9) + "0]",
		"escapes":        `"` + strings.Repeat(`\n`, n) + `"`,
		"unclosed":       "[" + strings.Repeat("[],", n),
		"commas alone":   `["` + strings.Repeat(",", n),
		"one long token": strings.Repeat("9", n),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, _ = strictjson.Parse([]byte(in), huge)
		runtime.ReadMemStats(&after)
		ratio := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(in))
		t.Logf("%s: %.1f bytes allocated in all for each byte of text", name, ratio)
		if ratio > 40 {
			t.Errorf("%s: %.1f bytes for each byte of text", name, ratio)
		}
	}
}

func TestParseDoesNotRetainItsInput(t *testing.T) {
	in := []byte(`{"a":"b"}`)
	v, err := strictjson.Parse(in, limits)
	if err != nil {
		t.Fatal(err)
	}
	clear(in)
	m, _ := v.Get("a")
	if s, err := m.Text(); s != "b" || err != nil {
		t.Errorf("got %q, %v", s, err)
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range accepted {
		f.Add([]byte(test.in))
	}
	for _, test := range refused {
		if len(test.in) < 1<<12 {
			f.Add([]byte(test.in))
		}
	}
	f.Fuzz(func(t *testing.T, in []byte) { checkParse(t, in) })
}

// checkParse compares Parse with encoding/json, which accepts more.
func checkParse(t *testing.T, in []byte) {
	t.Helper()
	v, err := strictjson.Parse(in, limits)
	if err != nil {
		var e *strictjson.Error
		if v != (strictjson.Value{}) || !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(in) || len(e.Error()) > 400 {
			t.Fatalf("%q: got %v, or a value beside it", in, err)
		}
		if e.Reason == "number that no double has" {
			return // the value after it may be none
		}
		if e.Kind == strictjson.ErrSyntax && json.Valid(in) && e.Reason != "second member of this name" &&
			e.Reason != "escape that is none, or half a surrogate pair" && e.Reason != "not UTF-8" {
			t.Fatalf("%q: refused though it is JSON: %v", in, err)
		}
		return
	}
	d := json.NewDecoder(bytes.NewReader(in))
	d.UseNumber()
	var want any
	if err := d.Decode(&want); err != nil || !json.Valid(in) {
		t.Fatalf("%q: accepted, encoding/json has %v", in, err)
	}
	checkEqual(t, v, want)
	var doubles any
	if err := json.Unmarshal(in, &doubles); err != nil {
		t.Fatalf("%q: accepted, with a number that no double has: %v", in, err)
	}

	once := encode(nil, v)
	again, err := strictjson.Parse(once, limits)
	if err != nil {
		t.Fatalf("%q: written as %q, which is refused: %v", in, once, err)
	}
	if twice := encode(nil, again); !bytes.Equal(once, twice) {
		t.Fatalf("%q: written as %q and then as %q", in, once, twice)
	}
}

// checkEqual compares v with what encoding/json read.
func checkEqual(t *testing.T, v strictjson.Value, want any) {
	t.Helper()
	fail := func() { t.Helper(); t.Fatalf("%v differs from %#v", v.Kind(), want) }
	switch want := want.(type) {
	case nil:
		if v.Kind() != strictjson.Null {
			fail()
		}
	case bool:
		if got, err := v.Bool(); err != nil || got != want {
			fail()
		}
	case json.Number:
		if got, err := v.Number(); err != nil || got != want.String() {
			fail()
		}
		got, err := v.Int64()
		exact, errExact := want.Int64()
		if exactly := errExact == nil && want.String() == strconv.FormatInt(exact, 10); (err == nil) != exactly || exactly && got != exact {
			fail()
		}
	case string:
		if got, err := v.Text(); err != nil || got != want || !utf8.ValidString(got) {
			fail()
		}
	case []any:
		elements, err := v.Array()
		if err != nil || len(elements) != len(want) {
			fail()
		}
		for i, e := range elements {
			checkEqual(t, e, want[i])
		}
	case map[string]any:
		members, err := v.Object()
		if err != nil || len(members) != len(want) {
			fail()
		}
		for _, m := range members {
			w, ok := want[m.Name]
			got, found := v.Get(m.Name)
			if !ok || !found || got != m.Value {
				fail()
			}
			checkEqual(t, m.Value, w)
		}
	}
}

func encode(dst []byte, v strictjson.Value) []byte {
	switch v.Kind() {
	case strictjson.Bool:
		b, _ := v.Bool()
		return strconv.AppendBool(dst, b)
	case strictjson.Number:
		n, _ := v.Number()
		return append(dst, n...)
	case strictjson.String:
		s, _ := v.Text()
		return strictjson.AppendString(dst, s)
	case strictjson.Array:
		elements, _ := v.Array()
		dst = append(dst, '[')
		for i, e := range elements {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = encode(dst, e)
		}
		return append(dst, ']')
	case strictjson.Object:
		members, _ := v.Object()
		dst = append(dst, '{')
		for i, m := range members {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(strictjson.AppendString(dst, m.Name), ':')
			dst = encode(dst, m.Value)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

func TestAppendString(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", `""`},
		{"short escapes", "\b\t\n\f\r\"\\", `"\b\t\n\f\r\"\\"`},
		{"long escapes", "\x00\x01\x0b\x0e\x1f", `"\u0000\u0001\u000b\u000e\u001f"`},
		{"what needs no escape", "/<>&'\x7f\u2028\u2029\ufeff\U0001f98a", "\"/<>&'\x7f\u2028\u2029\ufeff\U0001f98a\""},
		{"bytes that are not UTF-8", "a\xffb\xc3", "\"a\ufffdb\ufffd\""},
		{"surrogate in UTF-8", "\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(strictjson.AppendString([]byte("x"), test.in)); got != "x"+test.want {
				t.Errorf("got %s, want %s", got, "x"+test.want)
			}
		})
	}
}

func FuzzAppendString(f *testing.F) {
	f.Add("a\"\\\x00\u2028\xff")
	f.Fuzz(func(t *testing.T, s string) {
		out := strictjson.AppendString(nil, s)
		want := string([]rune(s)) // each byte that is not UTF-8 becomes U+FFFD
		var other string
		if err := json.Unmarshal(out, &other); err != nil || other != want {
			t.Fatalf("%q: encoding/json reads %q, %v", s, other, err)
		}
		v, err := strictjson.Parse(out, strictjson.Limits{Bytes: len(out), Nodes: 1})
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if got, err := v.Text(); got != want || err != nil {
			t.Fatalf("%q: read as %q, %v", s, got, err)
		}
	})
}

func TestAppendInt(t *testing.T) {
	for n, want := range map[int64]string{0: "0", -1: "-1", math.MaxInt64: "9223372036854775807", math.MinInt64: "-9223372036854775808"} {
		out := strictjson.AppendInt(nil, n)
		if string(out) != want {
			t.Errorf("got %s, want %s", out, want)
		}
		v, err := strictjson.Parse(out, limits)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.Int64(); got != n || err != nil {
			t.Errorf("read as %d, %v", got, err)
		}
	}
}
