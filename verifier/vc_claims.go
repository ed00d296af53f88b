package verifier

import (
	"strings"
	"time"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/internal/pkix"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// claim returns the text at a path; ok is false if there is no such string.
func claim(v strictjson.Value, path []string) (s string, ok bool) {
	if v, ok = member(v, path); !ok {
		return "", false
	}
	s, err := v.Text()
	return s, err == nil
}

func member(v strictjson.Value, path []string) (strictjson.Value, bool) {
	for _, name := range path {
		var ok bool
		if v, ok = v.Get(name); !ok {
			return v, false
		}
	}
	return v, len(path) > 0
}

// identifiers returns those that the configured claims hold. any reports whether one of the claims is there at all.
func (t *vcToken) identifiers() (ids []name.Identifier, any bool) {
	for _, rule := range t.issuer.Identifiers {
		text, ok := claim(t.Claims, rule.Path)
		if !ok {
			continue
		}
		any = true
		if rule.Verified != nil {
			v, _ := member(t.Claims, rule.Verified)
			if verified, err := v.Bool(); err != nil || !verified {
				continue
			}
		}
		var id name.Identifier
		var err error
		switch rule.Form {
		case ClaimEmail:
			id, err = name.FromEmail(text)
		case ClaimURI:
			id, err = name.Parse(rule.Prefix + text)
			if err == nil && rule.Prefix != "" && strings.IndexByte(text, '/') >= 0 {
				err = name.ErrForm // the claim is one part of the identifier, and must not add others
			}
		default:
			continue
		}
		if err == nil && !contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, any
}

// identify judges whom the credentials of one authority name together, and whether it may say so, as [path.identify]
// does.
func identify(tokens []*vcToken, req request, r *report) {
	a := tokens[0].issuer.authority
	if req.PathOnly {
		for _, c := range [...]Check{CheckIdentifier, CheckExpected, CheckScope} {
			r.skip(c)
		}
		r.identity = identity(tokens, name.Identifier{}, nil)
		return
	}
	var ids []name.Identifier
	any := false
	for _, t := range tokens {
		more, there := t.identifiers()
		any = any || there
		for _, id := range more {
			if !contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	if !any || len(ids) == 0 && req.Discover {
		r.fail(CheckIdentifier, CodeNoIdentity, -1)
		return
	}
	r.pass(CheckIdentifier)
	var within []name.Identifier
	for _, id := range ids {
		for _, w := range id.Warnings() {
			r.warnings = appendNew(r.warnings, string(w))
		}
		if a.scope.Contains(id) {
			within = append(within, id)
		}
	}
	if several(ids, req.Discover) || several(within, req.Discover) {
		r.fail(CheckExpected, CodeAmbiguousIdentity, -1)
		return
	}
	who := leading(within)
	if !req.Discover {
		who = req.expected[0]
		for _, want := range req.expected {
			if !contains(ids, want) {
				r.fail(CheckExpected, CodeIdentityMismatch, -1)
				return
			}
		}
	}
	r.pass(CheckExpected)
	for _, want := range append(req.expected[:len(req.expected):len(req.expected)], who) {
		if !a.scope.Contains(want) { // nor the zero Identifier
			r.fail(CheckScope, CodeAuthorityNotForDomain, -1)
			return
		}
	}
	r.pass(CheckScope)
	r.identity = identity(tokens, who, within)
}

// identity is bounded by each of the credentials. What they say for display counts if it is not two things.
func identity(tokens []*vcToken, who name.Identifier, within []name.Identifier) Identity {
	id := Identity{ID: who.String(), Authority: tokens[0].issuer.authority.id, NotAfter: noExpiry}
	for _, w := range within {
		id.Identifiers = append(id.Identifiers, w.String())
	}
	var names, organizations, emails []string
	verified := false
	notBefore := int64(0)
	for _, t := range tokens {
		notBefore = max(notBefore, t.NotBefore)
		if end := time.Unix(t.NotAfter, 0).UTC(); t.NotAfter != 0 && end.Before(id.NotAfter) {
			id.NotAfter = end
		}
		names = appendShown(names, t.Claims, t.issuer.Name)
		organizations = appendShown(organizations, t.Claims, t.issuer.Organization)
		if s, known := t.email(); s != "" {
			emails, verified = appendNew(emails, s), verified || known
		}
		for _, role := range t.roles() {
			id.Roles = appendNew(id.Roles, role)
		}
	}
	id.NotBefore = time.Unix(notBefore, 0).UTC()
	if len(names) == 1 {
		id.Name = names[0]
	}
	if len(organizations) == 1 {
		id.Organization = organizations[0]
	}
	if len(emails) == 1 {
		id.Email, id.EmailVerified = emails[0], verified
	}
	return id
}

// email returns the address to display. It is an assertion about its domain, which may be outside the authority's scope.
func (t *vcToken) email() (address string, verified bool) {
	s, ok := claim(t.Claims, t.issuer.Email)
	if !ok {
		return "", false
	}
	if id, err := name.FromEmail(s); err != nil || !t.issuer.authority.scope.Contains(id) {
		return "", false
	}
	v, _ := member(t.Claims, t.issuer.EmailVerified)
	verified, err := v.Bool()
	return s, err == nil && verified
}

// roles returns the strings of the claim that has them, nil if any is one that cannot be shown.
func (t *vcToken) roles() (roles []string) {
	v, ok := member(t.Claims, t.issuer.Roles)
	if !ok {
		return nil
	}
	list, err := v.Array()
	if err != nil {
		list = []strictjson.Value{v}
	}
	if len(list) > maxRoles {
		return nil
	}
	for _, v := range list {
		s, err := v.Text()
		if err != nil || s == "" || !pkix.Showable(s) {
			return nil
		}
		roles = append(roles, s)
	}
	return roles
}

// appendShown appends the text at a path if there is something to show, and it is new.
func appendShown(list []string, claims strictjson.Value, path []string) []string {
	s, _ := claim(claims, path)
	if s = strings.TrimSpace(s); s == "" || !pkix.Showable(s) {
		return list
	}
	return appendNew(list, s)
}
