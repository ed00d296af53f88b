package issuer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxNames       = 64   // a certificate lists the names of one user's client, not of an organisation
	maxNameBytes   = 2048 // of a URI
	maxListIDBytes = 255  // as in package credential/x509
	// RFC 5280, Appendix A.1: ub-common-name and ub-organization-name.
	maxDisplayRunes = 64
)

// An Account is what the authority knows of an applicant from enrolment. Whoever fills it in has made sure that the
// account owns the names.
type Account struct {
	// ID is the authority's own, for the inventory. It does not get into certificates.
	ID string
	// Names are the identifiers the account owns: URIs of visible ASCII such as mimi://example.com/u/alice, in the
	// bytes in which they are to be certified.
	Names []string
	// DisplayName and Organization are for people to read, 64 characters at most. Either may be empty.
	DisplayName, Organization string
}

func (a Account) check() error {
	if a.ID == "" {
		return wrap(ErrAccount, "no id")
	}
	if len(a.Names) == 0 || len(a.Names) > maxNames {
		return wrap(ErrAccount, "no names, or too many")
	}
	for i, name := range a.Names {
		if !validURI(name) {
			return wrap(ErrAccount, "a name is not a URI of visible ASCII, or is too long")
		}
		if slices.Contains(a.Names[:i], name) {
			return wrap(ErrAccount, "a name stands twice")
		}
	}
	for _, s := range []string{a.DisplayName, a.Organization} {
		if !displayable(s) || utf8.RuneCountInString(s) > maxDisplayRunes {
			return wrap(ErrAccount, "a display attribute is too long or has characters that do not show")
		}
	}
	return nil
}

// validURI reports whether s is a scheme (RFC 3986, Section 3.1), a colon and something after it. The rest of the
// syntax depends on the scheme and is the business of enrolment.
func validURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || rest == "" || scheme == "" || !visibleASCII(s, maxNameBytes) {
		return false
	}
	for i := range len(scheme) {
		c := scheme[i] | 0x20
		if !(c >= 'a' && c <= 'z' || i > 0 && strings.IndexByte("0123456789+-.", scheme[i]) >= 0) {
			return false
		}
	}
	return true
}

func visibleASCII(s string, maxBytes int) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != "" && len(s) <= maxBytes
}

// displayable reports whether s is UTF-8 that shows in the order in which it stands: no control characters, line
// breaks, or characters that reverse what follows.
func displayable(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return false
		}
	}
	return true
}
