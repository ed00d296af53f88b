package main

import (
	"bufio"
	"encoding/hex"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/e2eid/e2eid/internal/strictjson"
)

// What inspect shows is a tree, written either for people or as JSON. Its values are object, list, string, hexBytes,
// literal, time.Time, uint64 and bool. Both forms have the same names and the same strings, and every string goes through
// [text] or is made of visible ASCII, so that neither form can do anything to a terminal.

// An object has fields in the order in which they are written.
type object []field

type field struct {
	name  string
	value any
}

func (o *object) add(name string, value any) { *o = append(*o, field{name, value}) }

// A list is a sequence of values that are made when they are written: a tree has thousands of members.
type list iter.Seq[any]

// listOf returns a list of items, each as show has it.
func listOf[T any](items []T, show func(T) any) list {
	return func(yield func(any) bool) {
		for _, item := range items {
			if !yield(show(item)) {
				return
			}
		}
	}
}

type hexBytes []byte

// A literal is a number of JSON as it is written, or null.
type literal string

// hexLine is how many bytes stand on one line for people.
const hexLine = 32

// A jsonWriter writes values as JSON without white space.
type jsonWriter struct{ *bufio.Writer }

func (w jsonWriter) value(v any) {
	switch v := v.(type) {
	case object:
		w.WriteByte('{')
		for i, f := range v {
			if i > 0 {
				w.WriteByte(',')
			}
			w.value(f.name)
			w.WriteByte(':')
			w.value(f.value)
		}
		w.WriteByte('}')
	case list:
		w.WriteByte('[')
		first := true
		for item := range v {
			if !first {
				w.WriteByte(',')
			}
			first = false
			w.value(item)
		}
		w.WriteByte(']')
	case string:
		w.Write(strictjson.AppendString(nil, v))
	default:
		if s, isText := scalar(v); isText {
			w.value(s)
		} else {
			w.WriteString(s)
		}
	}
}

// scalar returns a value that has no parts, and whether it is a string in JSON.
func scalar(v any) (s string, isText bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case hexBytes:
		return hex.EncodeToString(v), true
	case time.Time:
		return v.UTC().Format(time.RFC3339), true
	case uint64:
		return strconv.FormatUint(v, 10), false
	case bool:
		return strconv.FormatBool(v), false
	case literal:
		return string(v), false
	}
	panic("e2eid: value of a kind that is not shown")
}

// A cardWriter writes values for people: a line for each, what has parts indented below its name.
type cardWriter struct{ *bufio.Writer }

func (w cardWriter) object(o object, indent int) {
	for i, f := range o {
		if i > 0 {
			w.spaces(indent)
		}
		w.WriteString(f.name)
		w.WriteByte(':')
		w.part(f.value, indent+2)
	}
	if len(o) == 0 {
		w.WriteString("(empty)\n")
	}
}

// part ends the line of a name with a value, or puts its parts below.
func (w cardWriter) part(v any, indent int) {
	switch v := v.(type) {
	case object:
		w.WriteByte('\n')
		w.spaces(indent)
		w.object(v, indent)
	case list:
		w.WriteByte('\n')
		empty := true
		for item := range v {
			empty = false
			w.spaces(indent)
			w.WriteByte('-')
			if o, ok := item.(object); ok {
				w.WriteByte(' ')
				w.object(o, indent+2)
			} else {
				w.part(item, indent+2)
			}
		}
		if empty {
			w.spaces(indent)
			w.WriteString("(none)\n")
		}
	case hexBytes:
		w.hex(v, indent)
	default:
		s, _ := scalar(v)
		if s == "" {
			s = "(empty)"
		}
		w.WriteByte(' ')
		w.WriteString(s)
		w.WriteByte('\n')
	}
}

func (w cardWriter) hex(b []byte, indent int) {
	switch {
	case len(b) == 0:
		w.WriteString(" (empty)\n")
	case len(b) <= hexLine:
		w.WriteString(" " + hex.EncodeToString(b) + "\n")
	default:
		w.WriteByte('\n')
		for line := range slices.Chunk(b, hexLine) {
			w.spaces(indent)
			w.WriteString(hex.EncodeToString(line))
			w.WriteByte('\n')
		}
	}
}

func (w cardWriter) spaces(n int) {
	for range n {
		w.WriteByte(' ')
	}
}
