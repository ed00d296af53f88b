package strictjson

import "testing"

func TestRawIsTheTextOfAValue(t *testing.T) {
	const text = ` { "a" : [ 1 , -0.5e3 ] , "b\n" : "x\"" , "c" : { } , "d" : true , "e" : null } `
	v, err := Parse([]byte(text), Limits{Bytes: 1000, Nodes: 100, Depth: 10})
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Raw(); got != text[1:len(text)-1] {
		t.Errorf("document: %q", got)
	}
	for name, want := range map[string]string{"a": "[ 1 , -0.5e3 ]", "b\n": `"x\""`, "c": "{ }", "d": "true", "e": "null", "f": ""} {
		member, _ := v.Get(name)
		if got := member.Raw(); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
