package main

import (
	"strconv"
	"strings"

	"github.com/e2eid/e2eid/internal/strictjson"
)

// showJSON shows JSON that somebody else wrote.
func showJSON(v strictjson.Value) any {
	switch v.Kind() {
	case strictjson.Object:
		members, _ := v.Object()
		o := make(object, len(members))
		for i, m := range members {
			o[i] = field{memberName(m.Name), showJSON(m.Value)}
		}
		return o
	case strictjson.Array:
		elements, _ := v.Array()
		return listOf(elements, showJSON)
	case strictjson.String:
		s, _ := v.Text()
		return text(s)
	case strictjson.Bool:
		b, _ := v.Bool()
		return b
	}
	return literal(v.Raw())
}

// memberName is [text] of a name. One that in a card would look like a name with its value, or like an item of a list, is
// quoted too.
func memberName(s string) string {
	if strings.Contains(s, ": ") || strings.HasSuffix(s, ":") || strings.HasPrefix(s, "-") {
		return strconv.Quote(s)
	}
	return text(s)
}
