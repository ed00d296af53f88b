package verifier_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/e2eid/e2eid/tests/testvc"
)

// A member of a JSON object. Objects keep their order, and names that stand twice: []member, []any, string, json.Number,
// bool and nil are all that JSON is made of here.
type member struct {
	name  string
	value any
}

// ordered reads JSON by the standard library.
func ordered(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := orderedValue(d)
	if err == nil {
		if _, err := d.Token(); err != io.EOF {
			return nil, errors.New("bytes after it")
		}
	}
	return v, err
}

func orderedValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		object := []member{}
		for d.More() {
			key, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := orderedValue(d)
			if err != nil {
				return nil, err
			}
			object = append(object, member{key.(string), value})
		}
		_, err = d.Token()
		return object, err
	case json.Delim('['):
		array := []any{}
		for d.More() {
			value, err := orderedValue(d)
			if err != nil {
				return nil, err
			}
			array = append(array, value)
		}
		_, err = d.Token()
		return array, err
	}
	return token, nil
}

// written is the reverse of ordered.
func written(v any) string {
	switch v := v.(type) {
	case []member:
		var parts []string
		for _, m := range v {
			parts = append(parts, written(m.name)+":"+written(m.value))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, written(item))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case json.Number: // also what is none, such as 00
		return v.String()
	}
	return string(testvc.Canonical(v))
}

// walk visits each value.
func walk(v any, visit func(any)) {
	visit(v)
	switch v := v.(type) {
	case []member:
		for _, m := range v {
			walk(m.value, visit)
		}
	case []any:
		for _, item := range v {
			walk(item, visit)
		}
	}
}

func parsed(raw string) ([]member, bool) {
	v, err := ordered(raw)
	object, ok := v.([]member)
	return object, err == nil && ok
}

func set(object []member, name string, value any) []member {
	object = slices.DeleteFunc(slices.Clone(object), func(m member) bool { return m.name == name })
	if value == nil {
		return object
	}
	return append(object, member{name, value})
}

func get(object []member, name string) any {
	for _, m := range object {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

func sortedJSON(text string) string {
	var out bytes.Buffer
	if json.Compact(&out, []byte(text)) != nil {
		return text
	}
	v, err := ordered(text)
	if err != nil {
		return text
	}
	return written(sorted(v))
}

func sorted(v any) any {
	switch v := v.(type) {
	case []member:
		out := slices.Clone(v)
		for i := range out {
			out[i].value = sorted(out[i].value)
		}
		slices.SortStableFunc(out, func(a, b member) int { return strings.Compare(a.name, b.name) })
		return out
	case []any:
		out := slices.Clone(v)
		for i := range out {
			out[i] = sorted(out[i])
		}
		return out
	}
	return v
}
