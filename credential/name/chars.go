package name

import "unicode/utf8"

// A set is a set of ASCII characters.
type set [2]uint64

func (s set) has(c byte) bool   { return c < 0x80 && s[c>>6]>>(c&63)&1 != 0 }
func (s set) without(t set) set { return set{s[0] &^ t[0], s[1] &^ t[1]} }

func chars(s string) set {
	var t set
	for i := range len(s) {
		t[s[i]>>6] |= 1 << (s[i] & 63)
	}
	return t
}

const (
	lowerAlpha = "abcdefghijklmnopqrstuvwxyz"
	upperAlpha = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits     = "0123456789"
	alnum      = lowerAlpha + upperAlpha + digits
	subDelims  = "!$&'()*+,;=" // RFC 3986, Section 2.2
)

var (
	unreserved = chars(alnum + "-._~") // RFC 3986, Section 2.3
	visible    = set{0xfffffffe << 32, 1<<63 - 1}
)

// A rule says which characters a part of an identifier may have, and which of them stand for themselves.
type rule struct {
	raw     set  // stand for themselves
	encoded set  // stand percent-encoded
	utf8    bool // characters beyond ASCII may stand percent-encoded
}

// newRule returns the rule of a part in which the characters of raw stand for themselves, and the other visible ones
// but those of never, "/" and "%" stand percent-encoded. Never may hold characters of raw.
func newRule(raw, never string) rule {
	no := chars(never)
	return rule{
		raw:     chars(raw).without(no),
		encoded: visible.without(chars(raw)).without(no).without(unreserved).without(chars("/%")),
		utf8:    true,
	}
}

// only returns the rule of a part that has the characters of raw and no percent-encoding.
func only(raw string) rule { return rule{raw: chars(raw)} }

var (
	mimiName     = newRule(alnum+"-._~"+subDelims+":@", "")
	mailName     = newRule(alnum+"-._~!$'*+", `"(),:;<>@[\]`) // RFC 5322's atext, so without what never holds
	sipName      = newRule(alnum+"-._~!*'()&=+$,;", "")
	acctName     = newRule(alnum+"-._~"+subDelims, "")
	xmppName     = newRule(lowerAlpha+digits+"-._~!$()*+,;=", `"&'/:<>@`)
	xmppResource = newRule(alnum+"-._~!$&'()*+,:;=", "")
	matrixName   = only(lowerAlpha + digits + "._=-+")
	wireHandle   = only(lowerAlpha + digits + "._-")
	wireID       = only(alnum + "-_")
	wireDevice   = only("0123456789abcdef")
)

// check reports what is wrong with a part, or nil.
func (r *rule) check(part string) *Error {
	if part == "" {
		return form("empty part")
	}
	if part == "." || part == ".." {
		return form("part that is a dot segment")
	}
	for i := 0; i < len(part); {
		c := part[i]
		if r.raw.has(c) {
			i++
			continue
		}
		if c != '%' {
			return misplaced(c)
		}
		c, err := triplet(part[i:])
		if err != nil {
			return err
		}
		if c < 0x80 {
			if err := r.checkEncoded(c); err != nil {
				return err
			}
			i += 3
			continue
		}
		n, err := r.checkUTF8(part[i:])
		if err != nil {
			return err
		}
		i += 3 * n
	}
	return nil
}

func misplaced(c byte) *Error {
	switch {
	case c == '?':
		return form("query")
	case c == '#':
		return form("fragment")
	case c == '/':
		return form("slash too many")
	case 'A' <= c && c <= 'Z':
		return form("upper-case letter where names are in lower case")
	}
	return form("character that cannot stand for itself at its place")
}

// triplet decodes the percent-encoded byte that s begins with.
func triplet(s string) (byte, *Error) {
	if len(s) < 3 {
		return 0, form("percent-encoding cut short")
	}
	hi, okHi := nibble(s[1])
	lo, okLo := nibble(s[2])
	if !okHi || !okLo {
		return 0, form("percent-encoding not in upper-case hexadecimal digits")
	}
	return hi<<4 | lo, nil
}

func nibble(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// checkEncoded judges an ASCII character that is percent-encoded.
func (r *rule) checkEncoded(c byte) *Error {
	switch {
	case c < 0x20 || c == 0x7f:
		return character("percent-encoded control character")
	case c == ' ':
		return character("percent-encoded space")
	case c == '/':
		return form("percent-encoded slash")
	case c == '%':
		return form("percent-encoded percent sign")
	case r.raw.has(c) || unreserved.has(c):
		return form("percent-encoding of a character that needs none")
	case !r.encoded.has(c):
		return form("percent-encoding of a character that this name cannot have")
	}
	return nil
}

// checkUTF8 judges the character beyond ASCII that s begins with, and returns its number of bytes.
func (r *rule) checkUTF8(s string) (int, *Error) {
	if !r.utf8 {
		return 0, form("character beyond ASCII in a name that has none")
	}
	var buf [utf8.UTFMax]byte
	n := 0
	for n < len(buf) && len(s) > 3*n && s[3*n] == '%' {
		c, err := triplet(s[3*n:])
		if err != nil {
			return 0, err
		}
		buf[n] = c
		n++
		if utf8.FullRune(buf[:n]) {
			break
		}
	}
	c, size := utf8.DecodeRune(buf[:n])
	if c == utf8.RuneError && size <= 1 {
		return 0, form("percent-encoded bytes that are not UTF-8")
	}
	if invisible(c) {
		return 0, character("percent-encoded character that cannot be seen")
	}
	return size, nil
}

// unseen holds ranges of characters that have no shape of their own, or that change how those beside them are shown:
// C1 controls, spaces, joiners, directional marks, fillers, variation selectors, private use, tags. With them two names
// could look alike that differ in nothing a person can be shown. The list need not be complete to be of use: exact
// comparison does not depend on it.
var unseen = [...][2]rune{
	{0x80, 0xa0}, {0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c}, {0x115f, 0x1160}, {0x1680, 0x1680}, {0x17b4, 0x17b5},
	{0x180b, 0x180f}, {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f}, {0x2800, 0x2800}, {0x3000, 0x3000},
	{0x3164, 0x3164}, {0xe000, 0xf8ff}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
	{0xfff0, 0xffff}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff},
}

func invisible(c rune) bool {
	if c&0xfffe == 0xfffe { // noncharacters
		return true
	}
	for _, r := range unseen {
		if r[0] <= c && c <= r[1] {
			return true
		}
	}
	return false
}
