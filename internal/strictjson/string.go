package strictjson

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// plain has the bytes that stand for themselves in a string.
var plain = func() (t [256]bool) {
	for c := 0x20; c < len(t); c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// string takes a string with its quotes.
func (p *parser) string() *Error {
	p.at++ // the node is without the quotes
	n, err := p.push(String)
	if err != nil {
		return err
	}
	text := p.text
	for {
		at := p.at
		for at < len(text) && plain[text[at]] {
			at++
		}
		p.at = at
		switch {
		case at == len(text):
			return p.fail("string without an end")
		case text[at] == '"':
			p.close(n)
			p.at++
			return nil
		case text[at] != '\\':
			return p.fail("control character in a string")
		}
		size := escapeSize(text[at:])
		if size == 0 {
			return p.fail("escape that is none, or half a surrogate pair")
		}
		p.nodes[n].escaped = true
		p.at += size
	}
}

// escapeSize returns the size of the escape that s begins with, or 0 if it is none. A surrogate pair is one escape.
func escapeSize(s string) int {
	if len(s) < 2 {
		return 0
	}
	if s[1] != 'u' {
		if strings.IndexByte(`"\/bfnrt`, s[1]) < 0 {
			return 0
		}
		return 2
	}
	c, ok := unit(s)
	if !ok {
		return 0
	}
	if !utf16.IsSurrogate(c) {
		return 6
	}
	low, ok := unit(s[6:])
	if !ok || utf16.DecodeRune(c, low) == utf8.RuneError {
		return 0
	}
	return 12
}

// unit reads the \uXXXX that s begins with.
func unit(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var v rune
	for i := 2; i < 6; i++ {
		c := s[i]
		switch {
		case isDigit(c):
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		v = v<<4 | rune(c)
	}
	return v, true
}

// same reports whether the strings at two nodes are the same.
func (d *document) same(a, b int) bool {
	x, y := &d.nodes[a], &d.nodes[b]
	if x.escaped || y.escaped {
		return d.unescaped(a) == d.unescaped(b)
	}
	return x.end-x.start == y.end-y.start && d.text[x.start:x.end] == d.text[y.start:y.end]
}

// is reports whether the string at a node is s.
func (d *document) is(n int, s string) bool {
	x := &d.nodes[n]
	if x.escaped {
		return d.unescaped(n) == s
	}
	return int(x.end-x.start) == len(s) && d.text[x.start:x.end] == s
}

// unescaped returns the string at node n.
func (d *document) unescaped(n int) string {
	x := &d.nodes[n]
	s := d.text[x.start:x.end]
	if !x.escaped {
		return s
	}
	out := make([]byte, 0, len(s)) // no escape is shorter than what it stands for
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			out = append(out, s[i])
			i++
			continue
		}
		size := escapeSize(s[i:])
		switch c := s[i+1]; c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r, _ := unit(s[i:])
			if size == 12 {
				low, _ := unit(s[i+6:])
				r = utf16.DecodeRune(r, low)
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
		}
		i += size
	}
	return string(out)
}

const lowerHex = "0123456789abcdef"

// AppendString appends s to dst as a JSON string in the one form of RFC 8785, Section 3.2.2.2: the quotation mark, the
// reverse solidus and the control characters below U+0020 are escaped, in two characters if there is such an escape and
// else with lower-case hexadecimal digits, and nothing else is. Each byte that is not part of UTF-8 becomes U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	n := 0
	for n < len(s) && plain[s[n]] && s[n] < utf8.RuneSelf {
		n++
	}
	dst = append(dst, s[:n]...)
	for _, c := range s[n:] { // an invalid byte is U+FFFD
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', byte(c))
		case c >= 0x20:
			dst = utf8.AppendRune(dst, c)
		case c == '\b':
			dst = append(dst, `\b`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\f':
			dst = append(dst, `\f`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
		}
	}
	return append(dst, '"')
}

// AppendInt appends n to dst in decimal digits. A reader that takes numbers for IEEE 754 doubles, as JavaScript does,
// reads those beyond 2^53 inexactly.
func AppendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// Comma appends the comma that stands before the item at index i of an array.
func Comma(dst []byte, i int) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return dst
}
