package jcs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"unicode/utf16"

	"github.com/e2eid/e2eid/internal/jcs"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/tests/vectors"
)

var limits = strictjson.Limits{Bytes: 1 << 20, Nodes: 1 << 16, Depth: 64}

func canonical(text []byte) ([]byte, error) {
	v, err := strictjson.Parse(text, limits)
	if err != nil {
		return nil, err
	}
	return jcs.Append(nil, v)
}

func TestVectors(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(vectors.Path(t, "vc", "jcs", "input"), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	count := vectors.NewCount(t, "jcs", 6)
	for _, file := range files {
		count.Case(filepath.Base(file), func(t *testing.T) {
			in, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := vectors.Read(t, "vc", "jcs", "output", filepath.Base(file))
			if got, err := canonical(in); err != nil || !bytes.Equal(got, bytes.TrimSpace(want)) {
				t.Errorf("%s, %v\nwant %s", got, err, want)
			}
		})
	}
}

// RFC 8785, Appendix B.
func TestNumbers(t *testing.T) {
	for bits, want := range map[uint64]string{
		0x0000000000000000: "0", 0x8000000000000000: "0", 0x0000000000000001: "5e-324", 0x8000000000000001: "-5e-324",
		0x7fefffffffffffff: "1.7976931348623157e+308", 0xffefffffffffffff: "-1.7976931348623157e+308",
		0x4340000000000000: "9007199254740992", 0xc340000000000000: "-9007199254740992", 0x4430000000000000: "295147905179352830000",
		0x44b52d02c7e14af5: "9.999999999999997e+22", 0x44b52d02c7e14af6: "1e+23", 0x44b52d02c7e14af7: "1.0000000000000001e+23",
		0x444b1ae4d6e2ef4e: "999999999999999700000", 0x444b1ae4d6e2ef4f: "999999999999999900000", 0x444b1ae4d6e2ef50: "1e+21",
		0x3eb0c6f7a0b5ed8c: "9.999999999999997e-7", 0x3eb0c6f7a0b5ed8d: "0.000001", 0x41b3de4355555553: "333333333.3333332",
		0x41b3de4355555554: "333333333.33333325", 0x41b3de4355555555: "333333333.3333333", 0x41b3de4355555556: "333333333.3333334",
		0x41b3de4355555557: "333333333.33333343", 0xbecbf647612f3696: "-0.0000033333333333333333", 0x43143ff3c1cb0959: "1424953923781206.2",
	} {
		in := strconv.FormatFloat(math.Float64frombits(bits), 'e', 30, 64)
		if got, err := canonical([]byte(in)); err != nil || string(got) != want {
			t.Errorf("%016x: %s, %v, want %s", bits, got, err, want)
		}
	}
	for _, in := range []string{"1e400", "-1e400", "1e309"} {
		if got, err := canonical([]byte(in)); !errors.Is(err, strictjson.ErrSyntax) || got != nil {
			t.Errorf("%s: %s, %v", in, got, err)
		}
	}
}

// What is canonical stays as it is, and means the same.
func FuzzAppend(f *testing.F) {
	f.Add([]byte(`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew","1":"One","\ud83d\ude00":"Emoji","\u0080":"Control","\u00f6":"o"}`))
	f.Add([]byte(`[56.0,{"d":true,"10":null,"1":[]},1e-7,4.50,2e-3,-0,1E30]`))
	f.Fuzz(func(t *testing.T, in []byte) {
		once, err := canonical(in)
		if err != nil {
			return
		}
		twice, err := canonical(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s becomes %s, %v", once, twice, err)
		}
		var a, b any
		if json.Unmarshal(in, &a) != nil || json.Unmarshal(once, &b) != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("%s means something else than %s", once, in)
		}
	})
}

// Names are in the order of their UTF-16 code units, where they differ in a pair of surrogates, or at their ends, too.
func TestOrder(t *testing.T) {
	letters := []rune{'a', 'b', 0xe9, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600, 0x1f601, 0x10ffff}
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		names := map[string]int{}
		for range 6 {
			var name []rune
			for range random.IntN(5) {
				name = append(name, letters[random.IntN(len(letters))])
			}
			names[string(name)] = 1
		}
		text, err := json.Marshal(names)
		if err != nil {
			t.Fatal(err)
		}
		if text, err = canonical(text); err != nil {
			t.Fatal(err)
		}
		v, err := strictjson.Parse(text, limits)
		if err != nil {
			t.Fatal(err)
		}
		members, _ := v.Object()
		want := slices.SortedFunc(maps.Keys(names), func(a, b string) int {
			return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		})
		for i, m := range members {
			if len(members) != len(want) || m.Name != want[i] {
				t.Fatalf("%s, want %q", text, want)
			}
		}
	}
}
