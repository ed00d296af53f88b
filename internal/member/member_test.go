package member_test

import (
	"testing"

	"github.com/e2eid/e2eid/internal/member"
	"github.com/e2eid/e2eid/internal/strictjson"
)

func object(t *testing.T, text string) strictjson.Value {
	t.Helper()
	v, err := strictjson.Parse([]byte("{"+text+"}"), strictjson.Limits{Bytes: 1 << 10, Nodes: 8, Depth: 4})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTimes(t *testing.T) {
	for text, want := range map[string]int64{
		"": 0, `"a":2`: 2, `"a":1700000000`: 1_700_000_000, `"a":253402300799`: 253402300799,
		`"a":1`: -1, `"a":0`: -1, `"a":-5`: -1, `"a":253402300800`: -1, `"a":1.0`: -1, `"a":1e9`: -1, `"a":"1700000000"`: -1, `"a":null`: -1,
	} {
		n, ok := member.Seconds(object(t, text), "a")
		if ok != (want >= 0) || n != max(want, 0) {
			t.Errorf("%s: %d, %t", text, n, ok)
		}
	}
	for text, want := range map[string]int64{
		"": 0, `"a":"2023-11-14T22:13:20Z"`: 1_700_000_000, `"a":"2023-11-14T23:13:20.9+01:00"`: 1_700_000_000,
		`"a":"1970-01-01T00:00:01Z"`: -1, `"a":"2023-11-14T22:13:20"`: -1, `"a":"2023-11-14"`: -1, `"a":""`: -1, `"a":1700000000`: -1, `"a":null`: -1,
	} {
		n, ok := member.DateTime(object(t, text), "a")
		if ok != (want >= 0) || n != max(want, 0) {
			t.Errorf("%s: %d, %t", text, n, ok)
		}
	}
}

func TestText(t *testing.T) {
	for text, want := range map[string]struct {
		s  string
		ok bool
	}{"": {"", true}, `"a":"x"`: {"x", true}, `"a":""`: {}, `"a":1`: {}, `"a":null`: {}, `"a":["x"]`: {}} {
		if s, ok := member.Text(object(t, text), "a"); s != want.s || ok != want.ok {
			t.Errorf("%s: %q, %t", text, s, ok)
		}
	}
}
