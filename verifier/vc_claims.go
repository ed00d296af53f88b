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
	v, ok = member(v, path)
	s, err := v.Text()
	return s, ok && err == nil
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

// identify judges whom the credential names, and whether the authority may say so, as [path.identify] does.
func (t *vcToken) identify(req request, r *report) {
	a := t.issuer.authority
	if req.PathOnly {
		for _, c := range [...]Check{CheckIdentifier, CheckExpected, CheckScope} {
			r.skip(c)
		}
		r.identity = t.identity(name.Identifier{}, nil)
		return
	}
	ids, any := t.identifiers()
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
	r.identity = t.identity(who, within)
}

func (t *vcToken) identity(who name.Identifier, within []name.Identifier) Identity {
	id := Identity{ID: who.String(), Authority: t.issuer.authority.id, NotBefore: time.Unix(t.NotBefore, 0).UTC(), NotAfter: noExpiry}
	if t.NotAfter != 0 {
		id.NotAfter = time.Unix(t.NotAfter, 0).UTC()
	}
	for _, w := range within {
		id.Identifiers = append(id.Identifiers, w.String())
	}
	display := func(path []string) string {
		s, _ := claim(t.Claims, path)
		if !pkix.Showable(s) {
			return ""
		}
		return strings.TrimSpace(s)
	}
	id.Name, id.Organization = display(t.issuer.Name), display(t.issuer.Organization)
	// An address is an assertion about its domain, which may be outside the authority's scope.
	if s, ok := claim(t.Claims, t.issuer.Email); ok {
		if address, err := name.FromEmail(s); err == nil && t.issuer.authority.scope.Contains(address) {
			v, _ := member(t.Claims, t.issuer.EmailVerified)
			verified, err := v.Bool()
			id.Email, id.EmailVerified = s, err == nil && verified
		}
	}
	id.Roles = t.roles()
	return id
}

// roles returns the strings of the claim that has them, nil if any is one that cannot be shown.
func (t *vcToken) roles() (roles []string) {
	v, _ := member(t.Claims, t.issuer.Roles)
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
