// Package strictjson reads JSON (RFC 8259) without reflection, and takes less of it than most readers do: whatever two
// readers could understand in two ways is refused. It also writes strings and integers, in one form each.
//
// Refused, beyond what is not JSON at all:
//
//   - bytes that are not UTF-8, and a byte order mark (RFC 8259, Section 8.1)
//   - escapes of a surrogate without its other half (Section 8.2)
//   - two members of one object with the same name, compared after unescaping (Section 4)
//   - numbers that no double has, as 1e400: infinite to some readers, an error to others (RFC 7493, Section 2.2)
//   - more bytes, nodes or levels than the caller's [Limits] (Section 9)
//
// Numbers keep their text and are never rounded: see [Value.Int64].
//
// The value of a document is a flat array of nodes, 16 bytes for each, beside one copy of the text. Strings are
// unescaped when they are asked for.
package strictjson

import (
	"strconv"
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

// bytesPerNode is how much text a node of a token has, in bytes. Where there are more nodes the array grows.
const bytesPerNode = 12

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
	room  [12]node // for the nodes of a small one
}

// Parse reads one JSON text and nothing after it but white space. The error is an [*Error] of kind [ErrSyntax] or
// [ErrLimit]; the Value beside it is zero. It does not retain b; its memory is less than 40 times the size of b, and 300 bytes.
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
	doc := &document{text: string(b)}
	doc.nodes = doc.room[:0]
	if likely := min(limits.Nodes, 4+len(b)/bytesPerNode); likely > len(doc.room) {
		doc.nodes = make([]node, 0, likely)
	}
	p := parser{document: doc, left: limits.Nodes}
	err := p.value(min(limits.Depth, maxDepth))
	if err == nil {
		if p.ahead(); p.at < len(b) {
			err = p.fail("more than one value")
		}
	}
	if err != nil {
		return Value{}, err
	}
	return Value{doc: doc}, nil
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

// A parser reads byte by byte, most of them through local variables: each call counts where none is inlined.
type parser struct {
	*document
	at   int
	left int // nodes that may still follow
}

func (p *parser) fail(reason string) *Error {
	return &Error{Kind: ErrSyntax, Offset: p.at, Reason: reason}
}

// ahead passes white space and returns the byte behind it, or 0 at the end: no JSON text has a NUL outside a string, nor
// within one.
func (p *parser) ahead() byte {
	text, at := p.text, p.at
	for at < len(text) {
		c := text[at]
		if c > ' ' || c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			p.at = at
			return c
		}
		at++
	}
	p.at = at
	return 0
}

// push adds a node that starts here and returns its index.
func (p *parser) push(kind Kind) (int, *Error) {
	if p.left <= 0 {
		return 0, &Error{Kind: ErrLimit, Offset: p.at, Reason: "too many values"}
	}
	p.left--
	n := len(p.nodes)
	p.nodes = append(p.nodes, node{kind: kind, start: uint32(p.at)})
	return n, nil
}

// close ends the node at index n here.
func (p *parser) close(n int) {
	closed := &p.nodes[n]
	closed.end, closed.next = uint32(p.at), uint32(len(p.nodes))
}

// value takes a value and the white space before it.
func (p *parser) value(depth int) *Error {
	switch c := p.ahead(); {
	case c == '"':
		return p.string()
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
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
	if !strings.HasPrefix(p.text[p.at:], word) {
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

// open takes the bracket that begins an array or object, and the closing one if nothing is between: then more is false.
func (p *parser) open(kind Kind, depth int, closing byte) (n int, more bool, err *Error) {
	if depth <= 0 {
		return 0, false, &Error{Kind: ErrLimit, Offset: p.at, Reason: "too many levels"}
	}
	if n, err = p.push(kind); err != nil {
		return 0, false, err
	}
	p.at++
	if p.ahead() != closing {
		return n, true, nil
	}
	p.at++
	return n, false, nil
}

// more takes what stands after an element: a comma, which another must follow, or the closing bracket.
func (p *parser) more(closing byte) (bool, *Error) {
	switch p.ahead() {
	case closing:
		p.at++
		return false, nil
	case ',':
		p.at++
		return true, nil
	}
	return false, p.fail("neither a comma nor the closing bracket")
}

func (p *parser) array(depth int) *Error {
	n, more, err := p.open(Array, depth, ']')
	for more && err == nil {
		if err = p.value(depth - 1); err == nil {
			more, err = p.more(']')
		}
	}
	if err != nil {
		return err
	}
	p.close(n)
	return nil
}

func (p *parser) object(depth int) *Error {
	n, more, err := p.open(Object, depth, '}')
	for more && err == nil {
		if err = p.name(); err != nil {
			break
		}
		if err = p.value(depth - 1); err == nil {
			more, err = p.more('}')
		}
	}
	if err != nil {
		return err
	}
	p.close(n)
	return p.distinct(n)
}

// name takes the name of a member and the colon.
func (p *parser) name() *Error {
	if p.ahead() != '"' {
		return p.fail("no name")
	}
	if err := p.string(); err != nil {
		return err
	}
	if p.ahead() != ':' {
		return p.fail("no colon after the name")
	}
	p.at++
	return nil
}

// distinct refuses an object with two members of one name.
func (p *parser) distinct(object int) *Error {
	const few = 16 // up to so many members are compared with each other
	var names [few]int
	count := 0
	var seen map[string]struct{} // if there are more
	end := int(p.nodes[object].next)
	for n := object + 1; n < end; n = int(p.nodes[n+1].next) {
		known := false
		if count < few {
			for _, m := range names[:count] {
				known = known || p.same(m, n)
			}
			names[count] = n
			count++
		} else {
			if seen == nil {
				seen = make(map[string]struct{})
				for _, m := range names {
					seen[p.unescaped(m)] = struct{}{}
				}
			}
			name := p.unescaped(n)
			_, known = seen[name]
			seen[name] = struct{}{}
		}
		if known {
			return p.document.at(n).fail(ErrSyntax, "second member of this name")
		}
	}
	return nil
}

func (p *parser) number() *Error {
	n, err := p.push(Number)
	if err != nil {
		return err
	}
	start, exponent := p.at, false
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
		exponent = true
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		if err := p.digits(); err != nil {
			return err
		}
	}
	if text := p.text[start:p.at]; exponent || len(text) > 308 {
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return p.fail("number that no double has")
		}
	}
	p.close(n)
	return nil
}

// peek is ahead without white space.
func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// digits takes one or more digits.
func (p *parser) digits() *Error {
	at := p.at
	for at < len(p.text) && '0' <= p.text[at] && p.text[at] <= '9' {
		at++
	}
	if at == p.at {
		return p.fail("number without a digit where one must be")
	}
	p.at = at
	return nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
