// Package strictjson reads JSON (RFC 8259) without reflection, and takes less of it than most readers do: whatever two
// readers could understand in two ways is refused. It also writes strings and integers, in one form each.
//
// Refused, beyond what is not JSON at all:
//
//   - bytes that are not UTF-8, and a byte order mark (RFC 8259, Section 8.1)
//   - escapes of a surrogate without its other half (Section 8.2)
//   - two members of one object with the same name, compared after unescaping (Section 4)
//   - more bytes, nodes or levels than the caller's [Limits] (Section 9)
//
// Numbers keep their text and are never rounded: see [Value.Int64].
//
// The value of a document is a flat array of nodes, 16 bytes for each, beside one copy of the text. Strings are
// unescaped when they are asked for.
package strictjson

import (
	"strings"
	"unicode/utf8"
)

// Limits bound a document. The zero Limits accept none.
type Limits struct {
	Bytes int // size of the text
	Nodes int // values, and names of members
	Depth int // arrays and objects within each other; 0 admits a string, number, true, false or null alone
}

// No limit above these is honoured: offsets are stored in 32 bits, and each level takes some stack.
const (
	maxBytes = 1 << 30
	maxDepth = 256
)

// A node is a value or the name of a member. An array's elements follow it, and so do an object's names, each before
// its value.
type node struct {
	start, end uint32 // the text; without the quotes if a string
	next       uint32 // the index of the node after this one and all within it
	kind       Kind
	escaped    bool // a string with escapes
}

// A document owns the text and nodes of the values in it.
type document struct {
	text  string
	nodes []node
}

// Parse reads one JSON text and nothing after it but white space. The error is an [*Error] of kind [ErrSyntax] or
// [ErrLimit]; the Value beside it is zero. It does not retain b; its memory is less than 40 times the size of b.
func Parse(b []byte, limits Limits) (Value, error) {
	if len(b) > min(limits.Bytes, maxBytes) {
		return Value{}, &Error{Kind: ErrLimit, Offset: min(limits.Bytes, maxBytes), Reason: "text too long"}
	}
	if len(b) >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf {
		return Value{}, &Error{Kind: ErrSyntax, Reason: "byte order mark"}
	}
	if !utf8.Valid(b) {
		return Value{}, &Error{Kind: ErrSyntax, Offset: firstInvalid(b), Reason: "not UTF-8"}
	}
	p := parser{doc: document{text: string(b)}, nodes: limits.Nodes}
	p.doc.nodes = make([]node, 0, max(0, min(limits.Nodes, mostNodes(p.doc.text))))
	p.space()
	err := p.value(min(limits.Depth, maxDepth))
	if err == nil {
		if p.space(); p.at < len(b) {
			err = p.fail("more than one value")
		}
	}
	if err != nil {
		return Value{}, err
	}
	return Value{doc: &p.doc}, nil
}

// mostNodes returns a number of nodes that text cannot exceed: a value is the first one, or follows one of these.
func mostNodes(text string) int {
	n := 1
	for i := range len(text) {
		switch text[i] {
		case '[', '{', ',', ':':
			n++
		}
	}
	return n
}

func firstInvalid(b []byte) int {
	at := 0
	for at < len(b) {
		c, size := utf8.DecodeRune(b[at:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

type parser struct {
	doc   document
	at    int
	nodes int // how many more may follow
}

func (p *parser) fail(reason string) *Error {
	return &Error{Kind: ErrSyntax, Offset: p.at, Reason: reason}
}

func (p *parser) space() {
	for p.at < len(p.doc.text) {
		switch p.doc.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// peek returns the byte ahead, or 0 at the end: no JSON text has a NUL outside a string, nor within one.
func (p *parser) peek() byte {
	if p.at < len(p.doc.text) {
		return p.doc.text[p.at]
	}
	return 0
}

// push adds a node that starts here and returns its index.
func (p *parser) push(kind Kind) (int, *Error) {
	if p.nodes <= 0 {
		return 0, &Error{Kind: ErrLimit, Offset: p.at, Reason: "too many values"}
	}
	p.nodes--
	p.doc.nodes = append(p.doc.nodes, node{kind: kind, start: uint32(p.at)})
	return len(p.doc.nodes) - 1, nil
}

// close ends the node at index n here.
func (p *parser) close(n int) {
	p.doc.nodes[n].end = uint32(p.at)
	p.doc.nodes[n].next = uint32(len(p.doc.nodes))
}

func (p *parser) value(depth int) *Error {
	switch c := p.peek(); {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		return p.string()
	case c == '-' || isDigit(c):
		return p.number()
	case c == 't':
		return p.literal("true", Bool)
	case c == 'f':
		return p.literal("false", Bool)
	case c == 'n':
		return p.literal("null", Null)
	}
	return p.fail("no value")
}

func (p *parser) literal(word string, kind Kind) *Error {
	if !strings.HasPrefix(p.doc.text[p.at:], word) {
		return p.fail("no value")
	}
	n, err := p.push(kind)
	if err != nil {
		return err
	}
	p.at += len(word)
	p.close(n)
	return nil
}

// open takes the bracket that begins an array or object.
func (p *parser) open(kind Kind, depth int) (int, *Error) {
	if depth <= 0 {
		return 0, &Error{Kind: ErrLimit, Offset: p.at, Reason: "too many levels"}
	}
	n, err := p.push(kind)
	p.at++
	p.space()
	return n, err
}

// more takes what stands after an element: a comma, which another must follow, or the closing bracket.
func (p *parser) more(closing byte) (bool, *Error) {
	p.space()
	switch p.peek() {
	case closing:
		p.at++
		return false, nil
	case ',':
		p.at++
		p.space()
		return true, nil
	}
	return false, p.fail("neither a comma nor the closing bracket")
}

func (p *parser) array(depth int) *Error {
	n, err := p.open(Array, depth)
	if err != nil {
		return err
	}
	more := p.peek() != ']'
	if !more {
		p.at++
	}
	for more {
		if err := p.value(depth - 1); err != nil {
			return err
		}
		if more, err = p.more(']'); err != nil {
			return err
		}
	}
	p.close(n)
	return nil
}

func (p *parser) object(depth int) *Error {
	n, err := p.open(Object, depth)
	if err != nil {
		return err
	}
	more := p.peek() != '}'
	if !more {
		p.at++
	}
	for more {
		if p.peek() != '"' {
			return p.fail("no name")
		}
		if err := p.string(); err != nil {
			return err
		}
		p.space()
		if p.peek() != ':' {
			return p.fail("no colon after the name")
		}
		p.at++
		p.space()
		if err := p.value(depth - 1); err != nil {
			return err
		}
		if more, err = p.more('}'); err != nil {
			return err
		}
	}
	p.close(n)
	return p.distinct(n)
}

// distinct refuses an object with two members of one name.
func (p *parser) distinct(object int) *Error {
	const few = 8 // up to so many members are compared with each other
	end := int(p.doc.nodes[object].next)
	var names []int // while there are few
	var seen map[string]struct{}
	for n := object + 1; n < end; n = int(p.doc.nodes[n+1].next) {
		name := p.doc.unescaped(n)
		known := false
		if seen != nil {
			_, known = seen[name]
		} else {
			for _, m := range names {
				known = known || p.doc.unescaped(m) == name
			}
			names = append(names, n)
			if len(names) > few {
				seen = make(map[string]struct{})
				for _, m := range names {
					seen[p.doc.unescaped(m)] = struct{}{}
				}
			}
		}
		if known {
			return p.doc.at(n).fail(ErrSyntax, "second member of this name")
		}
		if seen != nil {
			seen[name] = struct{}{}
		}
	}
	return nil
}

func (p *parser) number() *Error {
	n, err := p.push(Number)
	if err != nil {
		return err
	}
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		p.at++
		if isDigit(p.peek()) {
			return p.fail("number with a leading zero")
		}
	} else if err := p.digits(); err != nil {
		return err
	}
	if p.peek() == '.' {
		p.at++
		if err := p.digits(); err != nil {
			return err
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		if err := p.digits(); err != nil {
			return err
		}
	}
	p.close(n)
	return nil
}

// digits takes one or more digits.
func (p *parser) digits() *Error {
	if !isDigit(p.peek()) {
		return p.fail("number without a digit where one must be")
	}
	for isDigit(p.peek()) {
		p.at++
	}
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
