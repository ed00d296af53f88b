package name

import (
	"strconv"
	"strings"
)

// MaxScope is the number of entries that no scope exceeds.
const MaxScope = 1024

// A Scope is a set of identifiers that an authority may assert. The zero Scope contains nothing.
type Scope struct{ entries []entry }

type entry struct {
	kind entryKind
	text string
}

type entryKind uint8

const (
	exactHost entryKind = iota // text is the host
	belowHost                  // the host ends with text, which begins with a dot
	uriPrefix                  // the identifier begins with text
	everything
)

// A ScopeError reports an entry that [ParseScope] refuses. It wraps [ErrScope].
type ScopeError struct {
	Entry  int // its position, from 0
	Reason string
}

func (e *ScopeError) Error() string {
	return "name: entry " + strconv.Itoa(e.Entry) + " of the scope: " + e.Reason
}

// Unwrap returns [ErrScope].
func (e *ScopeError) Unwrap() error { return ErrScope }

// ParseScope returns the scope of the entries together. An entry is
//
//   - a domain, as "example.com": every identifier under exactly that host;
//
//   - a domain after a dot, as ".example.com": every identifier under a host below that domain, at any depth, and not
//     under the domain itself;
//
//   - the beginning of canonical identifiers up to and with a "/" or ":", as "mimi://example.com/u/". It must cover the
//     scheme and the whole host, so that no other host can continue it; a scheme that has its host last has no such
//     prefix.
//
//   - an address, as "ip:192.0.2.1": exactly that;
//
//   - "*": every identifier. It makes an authority the equal of all others.
//
// Domains follow the rules for hosts in the package comment. A whole top-level domain, as ".com", is refused. The error
// is a [*ScopeError]; the Scope beside it is zero. Entries is not retained.
func ParseScope(entries []string) (Scope, error) {
	if len(entries) > MaxScope {
		return Scope{}, &ScopeError{Entry: MaxScope, Reason: "more than 1024 entries"}
	}
	var s Scope
	for i, text := range entries {
		e, reason := parseEntry(text)
		if reason != "" {
			return Scope{}, &ScopeError{Entry: i, Reason: reason}
		}
		s.entries = append(s.entries, e)
	}
	return s, nil
}

// parseEntry returns an entry, or the reason why text is none.
func parseEntry(text string) (entry, string) {
	if text == "*" {
		return entry{everything, text}, ""
	}
	if strings.HasPrefix(text, "ip:") {
		if _, err := parse(text); err != nil {
			return entry{}, err.Reason
		}
		return entry{exactHost, text[len("ip:"):]}, ""
	}
	if strings.IndexByte(text, ':') >= 0 {
		return parsePrefix(text)
	}
	e := entry{exactHost, text}
	host, ok := strings.CutPrefix(text, ".")
	if ok {
		e.kind = belowHost
	}
	if err := checkHost(host); err != nil {
		return entry{}, err.Reason
	}
	return e, ""
}

func parsePrefix(text string) (entry, string) {
	if last := text[len(text)-1]; last != '/' && last != ':' {
		return entry{}, "prefix that does not end with / or :"
	}
	// The prefix is good if a plain name completes it and the host ends before that name begins.
	id, err := parse(text + "x")
	if err != nil { // after mimi://host/ a kind stands before the name
		var errKind *Error
		if id, errKind = parse(text + "u/x"); errKind != nil {
			return entry{}, "prefix of no identifier: " + err.Reason
		}
	}
	if id.hostEnd >= len(text) {
		return entry{}, "prefix that does not cover the whole host"
	}
	return entry{uriPrefix, text}, ""
}

// Contains reports whether an entry covers id. No scope contains the zero Identifier.
func (s Scope) Contains(id Identifier) bool {
	if id.IsZero() {
		return false
	}
	for _, e := range s.entries {
		switch e.kind {
		case everything:
			return true
		case exactHost:
			if id.Host() == e.text {
				return true
			}
		case belowHost:
			if strings.HasSuffix(id.Host(), e.text) {
				return true
			}
		case uriPrefix:
			if strings.HasPrefix(id.text, e.text) {
				return true
			}
		}
	}
	return false
}
