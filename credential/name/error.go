package name

import (
	"errors"
	"strings"
)

// Errors of this package, by what is wrong. [Error] and [ScopeError] wrap them.
var (
	// ErrCharacter reports a control character, plain or percent-encoded, or another that no name may have because it
	// cannot be seen or is not of a URI at all. No honest issuer writes one.
	ErrCharacter = errors.New("name: character that no identifier has")
	// ErrScheme reports a URI of a scheme that this package does not know.
	ErrScheme = errors.New("name: unknown scheme")
	// ErrForm reports any other difference from the canonical form.
	ErrForm = errors.New("name: not a canonical identifier")
	// ErrScope reports an entry of a scope that is not of one of the three forms.
	ErrScope = errors.New("name: not an entry of a scope")
)

// An Error reports a string that is not a canonical identifier.
type Error struct {
	Kind   error  // ErrCharacter, ErrScheme or ErrForm
	Reason string // what is wrong, without the string itself
	// Canonical is what the string would have to be where that is plain, as with a host in upper case, and else empty.
	// It helps who wrote the string. It says nothing about whom the string means: never match against it.
	Canonical string
}

func (e *Error) Error() string {
	if e.Canonical != "" {
		return "name: " + e.Reason + "; the canonical form is " + e.Canonical
	}
	return "name: " + e.Reason
}

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

func character(reason string) *Error { return &Error{Kind: ErrCharacter, Reason: reason} }
func form(reason string) *Error      { return &Error{Kind: ErrForm, Reason: reason} }

// suggest returns the canonical identifier that s, of visible ASCII, becomes by the syntax-based normalization of
// RFC 3986, Sections 6.2.2.1 and 6.2.2.2, and without the dot at the end of its host; or "" if that is none.
func suggest(s string) string {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok {
		return ""
	}
	scheme = strings.ToLower(scheme)
	at, end := 0, len(rest) // of the host
	switch {
	case strings.HasPrefix(rest, "//"):
		at = 2
		if i := strings.IndexByte(rest[at:], '/'); i >= 0 {
			end = at + i
		}
		at += strings.LastIndexByte(rest[at:end], '@') + 1
	case scheme == "matrix":
		at = strings.LastIndexByte(rest, ':') + 1
	case scheme == "xmpp":
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			end = i
		}
		at = strings.LastIndexByte(rest[:end], '@') + 1
	default:
		at = strings.LastIndexByte(rest, '@') + 1
	}
	before, host, after := rest[:at], rest[at:end], rest[end:]
	if scheme == "xmpp" {
		before = strings.ToLower(before)
	}
	c := scheme + ":" + normalizeTriplets(before) + strings.TrimSuffix(strings.ToLower(host), ".") + normalizeTriplets(after)
	if c == s {
		return ""
	}
	if _, err := parse(c); err != nil {
		return ""
	}
	return c
}

// normalizeTriplets decodes percent-encoded unreserved characters and writes the other triplets in upper case.
func normalizeTriplets(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' || i+2 >= len(s) {
			out = append(out, s[i])
			continue
		}
		hex := strings.ToUpper(s[i+1 : i+3])
		hi, okHi := nibble(hex[0])
		lo, okLo := nibble(hex[1])
		if c := hi<<4 | lo; okHi && okLo && unreserved.has(c) {
			out = append(out, c)
		} else {
			out = append(append(out, '%'), hex...)
		}
		i += 2
	}
	return string(out)
}
