package verifier

import (
	"strings"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/credential/x509"
)

// presented returns the identifiers of a certificate, in its order. any reports whether there is a name of a kind that
// could be one: a name that is not in its canonical form identifies nobody, but it is there.
func presented(c *x509.Certificate) (ids []name.Identifier, any bool) {
	for _, g := range c.SubjectAltName {
		var id name.Identifier
		var err error
		switch g.Kind {
		case x509.URIName:
			id, err = name.Parse(string(g.Value))
			if s := id.Scheme(); s == "mailto" || s == "dns" || s == "ip" {
				// Mailboxes, hosts and addresses have name forms of their own, on which issuers can be constrained.
				err = name.ErrForm
			}
		case x509.RFC822Name:
			id, err = name.FromEmail(string(g.Value))
		case x509.DNSName:
			id, err = name.FromDNS(string(g.Value))
		case x509.IPAddress:
			id, err = name.FromIP(g.Value)
		default:
			continue
		}
		any = true
		if err == nil && !contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, any
}

// identify judges whom the end entity names, and whether the authority may say so.
func (p path) identify(req request, r *report) {
	if req.PathOnly {
		for _, c := range [...]Check{CheckIdentifier, CheckExpected, CheckScope} {
			r.skip(c)
		}
		r.identity = p.identity(name.Identifier{}, nil)
		return
	}
	ids, any := presented(p.end())
	if !any || len(ids) == 0 && req.Discover {
		r.fail(CheckIdentifier, CodeNoIdentity, 0)
		return
	}
	r.pass(CheckIdentifier)
	for _, id := range ids {
		for _, w := range id.Warnings() {
			r.warnings = appendNew(r.warnings, string(w))
		}
	}
	scope := p.authority().scope
	var within []name.Identifier
	for _, id := range ids {
		if scope.Contains(id) {
			within = append(within, id)
		}
	}
	// Among all, and among those that can be shown: one that is outside the scope must not hide that these are several.
	if several(ids, req.Discover) || several(within, req.Discover) {
		r.fail(CheckExpected, CodeAmbiguousIdentity, 0)
		return
	}
	var who name.Identifier
	if req.Discover {
		// What is outside the scope is not asserted at all.
		r.pass(CheckExpected)
		if who = leading(within); who.IsZero() { // several has left one at most
			r.fail(CheckScope, CodeAuthorityNotForDomain, 0)
			return
		}
	} else {
		who = req.expected[0]
		for _, want := range req.expected {
			if !contains(ids, want) && !byWildcard(p.end(), want) {
				r.fail(CheckExpected, CodeIdentityMismatch, 0)
				return
			}
		}
		r.pass(CheckExpected)
		for _, want := range req.expected {
			if !scope.Contains(want) {
				r.fail(CheckScope, CodeAuthorityNotForDomain, 0)
				return
			}
			if !contains(within, want) {
				within = append(within, want) // by a wildcard
			}
		}
	}
	r.pass(CheckScope)
	r.identity = p.identity(who, within)
}

func (p path) identity(who name.Identifier, within []name.Identifier) Identity {
	end := p.end()
	id := Identity{ID: who.String(), Authority: p.authority().id, NotBefore: end.NotBefore, NotAfter: end.NotAfter}
	for _, w := range within {
		id.Identifiers = append(id.Identifiers, w.String())
	}
	id.Name = shown(end.Subject, x509.OIDCommonName)
	id.Organization = shown(end.Subject, x509.OIDOrganization)
	return id
}

// shown returns an attribute for display, "" if there is nothing to see.
func shown(n x509.Name, t x509.OID) string {
	s, _ := n.Text(t)
	return strings.TrimSpace(s)
}

// several reports whether more than one is named. A user may have an address in each of several schemes, and any number
// of clients, but not be two; where nobody is expected, nothing tells then which of the addresses is the one to show.
func several(ids []name.Identifier, discover bool) bool {
	leader := leading(ids).Class()
	for i, a := range ids {
		for _, b := range ids[:i] {
			if a.Scheme() == b.Scheme() && owner(a) != "" && owner(b) != "" && owner(a) != owner(b) ||
				discover && a.Class() == leader && b.Class() == leader {
				return true
			}
		}
	}
	return false
}

// owner returns the user that an identifier of a user, or of a client, names; "" if it names none. Clients of mimi have
// the user's name before their own where they have two, those of xmpp before the slash; a client of wireapp has an id of
// its own.
func owner(id name.Identifier) string {
	s := id.String()
	switch {
	case id.Class() == name.User:
		return s
	case id.Class() == name.Client && id.Scheme() == "xmpp":
		return s[:strings.IndexByte(s, '/')]
	case id.Class() == name.Client && id.Scheme() == "mimi":
		provider := "mimi://" + id.Host()
		user, _, two := strings.Cut(strings.TrimPrefix(s, provider+"/d/"), "/")
		if two {
			return provider + "/u/" + user
		}
	}
	return ""
}

// leading returns the first user, or else the first client or host, or else none.
func leading(ids []name.Identifier) name.Identifier {
	for _, class := range []name.Class{name.User, name.Client, name.Host} {
		for _, id := range ids {
			if id.Class() == class {
				return id
			}
		}
	}
	return name.Identifier{}
}

// byWildcard reports whether a wildcard of c stands for the host that is wanted.
func byWildcard(c *x509.Certificate, want name.Identifier) bool {
	for _, g := range c.SubjectAltName {
		if g.Kind == x509.DNSName && want.IsBelowWildcard(string(g.Value)) {
			return true
		}
	}
	return false
}

func contains(ids []name.Identifier, id name.Identifier) bool {
	for _, have := range ids {
		if have.Equal(id) {
			return true
		}
	}
	return false
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}
