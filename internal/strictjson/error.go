package strictjson

import (
	"errors"
	"strconv"
)

// Kinds of [Error].
var (
	ErrSyntax = errors.New("strictjson: not strict JSON")
	ErrLimit  = errors.New("strictjson: over a limit")
	ErrValue  = errors.New("strictjson: not the value expected")
)

// An Error reports a text or a value that is refused. It repeats nothing of the text but names of members.
type Error struct {
	Kind   error  // ErrSyntax, ErrLimit or ErrValue
	Offset int    // in bytes from the beginning of the text
	Path   string // of the value, as "authorities[0].scope[1]"; empty for the whole document, or where none is known
	Reason string // as "is a string, not an object"
}

func (e *Error) Error() string {
	s := "json: "
	switch {
	case e.Path != "":
		s += e.Path + " "
	case e.Kind == ErrValue:
		s += "document "
	}
	return s + e.Reason + " (at byte " + strconv.Itoa(e.Offset) + ")"
}

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Bounds of what errors repeat of the text, in bytes.
const (
	maxName = 40
	maxPath = 200
)

// path returns where v is in its document. It is found by walking down from the top, so that values need not carry it.
func (v Value) path() string {
	if v.doc == nil {
		return ""
	}
	var path []byte
	for at := uint32(0); at < v.n; {
		object := v.doc.nodes[at].kind == Object
		name := at + 1 // or the element, in an array
		value := name
		for i := 0; ; i++ {
			value = name
			if object {
				value++
			}
			if end := v.doc.end(value); v.n >= end {
				name = end
				continue
			}
			if !object {
				path = append(strconv.AppendInt(append(path, '['), int64(i), 10), ']')
			}
			break
		}
		if object {
			if len(path) > 0 {
				path = append(path, '.')
			}
			path = append(path, printable(v.doc.unescaped(int(name)))...)
		}
		at = value // beyond v if v is the name
	}
	return shorten(path)
}

// end returns the index of the node after n and all within it, also while that is still open.
func (d *document) end(n uint32) uint32 {
	if end := d.nodes[n].next; end != 0 {
		return end
	}
	return uint32(len(d.nodes))
}

// shorten cuts a path so that its end remains.
func shorten(path []byte) string {
	if len(path) > maxPath {
		return "..." + string(path[len(path)-maxPath:])
	}
	return string(path)
}

// printable returns a name as it is if it is short and plain, and else a JSON string of ASCII with its beginning.
func printable(name string) string {
	plain := name != "" && len(name) <= maxName
	for i := 0; i < len(name) && plain; i++ {
		c := name[i] | 0x20
		plain = 'a' <= c && c <= 'z' || isDigit(name[i]) || name[i] == '-' || name[i] == '_' || name[i] == '$' || name[i] == '@'
	}
	if plain {
		return name
	}
	out := []byte{'"'}
	for i := range len(name) {
		if len(out) > maxName {
			out = append(out, "..."...)
			break
		}
		if c := name[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' {
			out = append(out, '?')
		} else {
			out = append(out, c)
		}
	}
	return string(append(out, '"'))
}
