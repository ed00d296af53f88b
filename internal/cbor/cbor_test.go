package cbor_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/internal/cbor"
)

var limits = cbor.Limits{Bytes: 1 << 16, Nodes: 256, Depth: 8}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// write encodes v anew from what its methods say of it.
func write(t testing.TB, v cbor.Value) []byte {
	switch kind := v.Kind(); kind {
	case cbor.Unsigned, cbor.Negative:
		n, ok := v.Int()
		if !ok { // of 64 bits without a sign: it has a head of nine bytes
			return v.Raw()
		}
		if n < 0 {
			return cbor.AppendHead(nil, kind, uint64(-1-n))
		}
		return cbor.AppendHead(nil, kind, uint64(n))
	case cbor.Bytes:
		b, _ := v.Bytes()
		return cbor.AppendBytes(nil, b)
	case cbor.Text:
		s, _ := v.Text()
		return append(cbor.AppendHead(nil, kind, uint64(len(s))), s...)
	case cbor.Array, cbor.Map:
		items, _ := v.Items()
		n := len(items)
		if kind == cbor.Map {
			n /= 2
		}
		b := cbor.AppendHead(nil, kind, uint64(n))
		for _, item := range items {
			b = append(b, write(t, item)...)
		}
		return b
	case cbor.Tag:
		tag, content, _ := v.Tagged()
		return append(cbor.AppendHead(nil, kind, tag), write(t, content)...)
	case cbor.False:
		return []byte{0xf4}
	case cbor.True:
		return []byte{0xf5}
	case cbor.Null:
		return []byte{0xf6}
	}
	t.Fatalf("a value of kind %d", v.Kind())
	return nil
}

// Examples of RFC 8949, Appendix A, that are within what is read.
var good = []string{
	"00", "01", "0a", "17", "1818", "1819", "1864", "1903e8", "1a000f4240", "1b000000e8d4a51000", "1bffffffffffffffff", "20", "29",
	"3863", "3903e7", "3bffffffffffffffff", "f4", "f5", "f6", "c074323031332d30332d32315432303a30343a30305a", "c11a514b67b0", "d74401020304",
	"d818456449455446", "40", "4401020304", "60", "6161", "6449455446", "62225c", "62c3bc", "63e6b0b4", "64f0908591", "80", "83010203",
	"8301820203820405", "98190102030405060708090a0b0c0d0e0f101112131415161718181819", "a0", "a201020304", "a26161016162820203",
	"826161a161626163", "a56161614161626142616361436164614461656145",
}

func TestExamplesAreReadAndReencodeToThemselves(t *testing.T) {
	for _, s := range good {
		v, err := cbor.Parse(unhex(s), limits)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if got := write(t, v); !bytes.Equal(got, unhex(s)) {
			t.Errorf("%s re-encodes to %x", s, got)
		}
	}
}

func TestWhatHasAnotherEncodingOrNoMeaningIsRefused(t *testing.T) {
	for name, s := range map[string]string{
		"nothing":                             "",
		"an integer in more bytes":            "1817",
		"an integer in two bytes too many":    "190018",
		"in three":                            "1a0000ffff",
		"in seven":                            "1b00000000ffffffff",
		"a negative integer in more bytes":    "3817",
		"a length in more bytes":              "580101",
		"a text's length in more bytes":       "780161",
		"a count in more bytes":               "980100",
		"a map's count in more bytes":         "b8010000",
		"a tag in more bytes":                 "d81100",
		"an argument that is reserved":        "1c",
		"an argument cut off":                 "19ff",
		"a head cut off":                      "18",
		"a byte string cut off":               "4201",
		"a text cut off":                      "6261",
		"a string of almost 2^64 bytes":       "5bffffffffffffffff00",
		"an array cut off":                    "8201",
		"an array of almost 2^64 items":       "9bffffffffffffffff00",
		"a map without its last value":        "a101",
		"a map of 2^63 pairs":                 "bb800000000000000000",
		"a tag of nothing":                    "d2",
		"a byte string of indefinite length":  "5f4101ff",
		"a text of indefinite length":         "7f6161ff",
		"an array of indefinite length":       "9f01ff",
		"a map of indefinite length":          "bf0101ff",
		"a break":                             "ff",
		"undefined":                           "f7",
		"a simple value":                      "f0",
		"a simple value in a byte":            "f8ff",
		"false in two bytes":                  "f814",
		"a float of 16 bits":                  "f93c00",
		"a float of 32 bits":                  "fa47c35000",
		"a float of 64 bits":                  "fb3ff199999999999a",
		"NaN":                                 "f97e00",
		"bytes after the end":                 "0000",
		"text that is not UTF-8":              "61ff",
		"text with half a character":          "61c3",
		"text with a surrogate":               "63eda080",
		"text in more bytes than it needs":    "62c080",
		"a key twice":                         "a201000100",
		"a key twice, and not side by side":   "a3010002000100",
		"a text as a key twice":               "a2616100616101",
		"a key that is a byte string":         "a1414100",
		"a key that is an array":              "a18000",
		"a key that is a map":                 "a1a000",
		"a key that is a tag":                 "a1c00000",
		"a key that is true":                  "a1f500",
		"a key that is null":                  "a1f600",
		"a bad item deep within":              "81a101811817",
		"two encodings of one key in one map": "a20100180100",
	} {
		v, err := cbor.Parse(unhex(s), limits)
		var e cbor.Error
		if !errors.As(err, &e) || v.Kind() != cbor.Invalid || v.Raw() != nil {
			t.Errorf("%s: %v beside %v", name, v, err)
		}
	}
}

func TestLimitsHoldAtTheirValue(t *testing.T) {
	for name, c := range map[string]struct {
		s      []byte
		limits cbor.Limits
	}{
		"bytes": {unhex("4401020304"), cbor.Limits{Bytes: 5, Nodes: 1, Depth: 1}},
		"items": {unhex("83010203"), cbor.Limits{Bytes: 4, Nodes: 4, Depth: 2}},
		"pairs": {unhex("a201020304"), cbor.Limits{Bytes: 5, Nodes: 5, Depth: 2}},
		"depth": {unhex("81c1a10180"), cbor.Limits{Bytes: 5, Nodes: 5, Depth: 4}},
	} {
		if _, err := cbor.Parse(c.s, c.limits); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, less := range []cbor.Limits{
			{Bytes: c.limits.Bytes - 1, Nodes: 256, Depth: 8}, {Bytes: 256, Nodes: c.limits.Nodes - 1, Depth: 8}, {Bytes: 256, Nodes: 256, Depth: c.limits.Depth - 1}, {},
		} {
			if v, err := cbor.Parse(c.s, less); err != cbor.ErrLimit || v.Kind() != cbor.Invalid {
				t.Errorf("%s within %+v: %v", name, less, err)
			}
		}
	}
	// A bomb of levels is refused before it takes a stack.
	for _, level := range []string{"81", "c1", "a100"} {
		bomb := unhex(strings.Repeat(level, 1<<20) + "00")
		if _, err := cbor.Parse(bomb, cbor.Limits{Bytes: 1 << 22, Nodes: 1 << 22, Depth: 16}); err != cbor.ErrLimit {
			t.Errorf("a bomb of %s: %v", level, err)
		}
	}
	// A count that promises more than there is costs nothing.
	if _, err := cbor.Parse(unhex("9bffffffffffffffff"+strings.Repeat("00", 1000)), limits); err != cbor.ErrLimit {
		t.Errorf("a long array: %v", err)
	}
}

func TestValuesSayWhatTheyAreAndNothingElse(t *testing.T) {
	v, err := cbor.Parse(unhex("a6"+"01"+"2a"+"20"+"4101"+"190100"+"6161"+"616b"+"8201f5"+"1903e8"+"d2f6"+"1a00010000"+"3bffffffffffffffff"), limits)
	if err != nil {
		t.Fatal(err)
	}
	get := func(key int64) cbor.Value {
		value, ok := v.Get(key)
		if !ok {
			t.Fatalf("no key %d", key)
		}
		return value
	}
	if n, ok := get(1).Int(); n != -11 || !ok {
		t.Errorf("key 1 is %d %v", n, ok)
	}
	if b, ok := get(-1).Bytes(); !bytes.Equal(b, []byte{1}) || !ok {
		t.Errorf("key -1 is %x %v", b, ok)
	}
	if s, ok := get(256).Text(); s != "a" || !ok {
		t.Errorf("key 256 is %q %v", s, ok)
	}
	if tag, content, ok := get(1000).Tagged(); tag != 18 || content.Kind() != cbor.Null || !ok {
		t.Errorf("key 1000 is %d %v %v", tag, content, ok)
	}
	if n, ok := get(65536).Int(); n != 0 || ok {
		t.Errorf("-2^64 is %d %v", n, ok)
	}
	list, ok := v.Find([]byte("\x61k"))
	if items, both := list.Items(); len(items) != 2 || !ok || !both || items[1].Kind() != cbor.True {
		t.Errorf("k is %v", items)
	}
	for _, key := range []int64{0, 2, -2, 255, 24, math.MinInt64, math.MaxInt64} {
		if value, ok := v.Get(key); ok || value.Kind() != cbor.Invalid {
			t.Errorf("key %d is there", key)
		}
	}
	for _, other := range []cbor.Value{{}, list, get(1), get(256), get(1000)} {
		if _, ok := other.Get(1); ok {
			t.Error("what is no map has a key")
		}
		if _, ok := other.Find([]byte("\x61k")); ok {
			t.Error("what is no map has a key")
		}
	}
	var zero cbor.Value
	if _, ok := zero.Int(); ok {
		t.Error("the zero Value is an integer")
	}
	if _, ok := zero.Bytes(); ok {
		t.Error("the zero Value is a byte string")
	}
	if _, ok := zero.Items(); ok {
		t.Error("the zero Value has items")
	}
	if _, _, ok := zero.Tagged(); ok {
		t.Error("the zero Value is tagged")
	}
	if _, ok := get(1).Bytes(); ok {
		t.Error("an integer is a byte string")
	}
	if _, ok := get(-1).Text(); ok {
		t.Error("a byte string is text")
	}
}

// What is accepted is what it re-encodes to, and within its limits; beside an error nothing is returned. No byte can be
// added, and none is read twice: the parts are as long as the whole.
func FuzzParse(f *testing.F) {
	for _, s := range good {
		f.Add(unhex(s))
	}
	f.Add(unhex("d28443a10126a1044231328042ff00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := cbor.Parse(b, limits)
		if err != nil {
			if v.Kind() != cbor.Invalid || v.Raw() != nil {
				t.Fatalf("%x beside %v", v.Raw(), err)
			}
			return
		}
		if got := write(t, v); !bytes.Equal(got, b) || !bytes.Equal(v.Raw(), b) {
			t.Fatalf("%x re-encodes to %x", b, got)
		}
		if _, err := cbor.Parse(append(bytes.Clone(b), 0), limits); err == nil {
			t.Fatalf("%x is accepted with a byte more", b)
		}
		for i := range b {
			if _, err := cbor.Parse(b[:i], limits); err == nil {
				t.Fatalf("%x is accepted without its end", b)
			}
		}
		items, _ := v.Items()
		for i := 0; v.Kind() == cbor.Map && i < len(items); i += 2 {
			if value, ok := v.Find(items[i].Raw()); !ok || !bytes.Equal(value.Raw(), items[i+1].Raw()) {
				t.Fatalf("%x has not the value of its own key", b)
			}
		}
	})
}
