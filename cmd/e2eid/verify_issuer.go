package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/revocation/statuslist"
	"github.com/e2eid/e2eid/verifier"
)

// keysID names the authority that -issuer and -jwks make.
const keysID = "issuer"

// issuerOptions are the flags that say who issues credentials, instead of a trust configuration.
type issuerOptions struct {
	ids   []string // none: whom the token, and the lists beside it, name
	files []string // of keys
	rules []verifier.ClaimRule
}

func issuerFlags(flags *flag.FlagSet, o *issuerOptions) {
	stringsFlag(flags, &o.files, "jwks", "instead of -trust: a `file` with public keys that sign credentials and status lists: a JWK Set, JWK, or PEM; may be repeated")
	stringsFlag(flags, &o.ids, "issuer", "with -jwks or -root: who may issue, the `id` in iss or issuer; a did:jwk or did:key needs neither; may be repeated; default: whom the token names")
	flags.Func("identifier", "with -jwks, -issuer or -root: a claim that identifies the holder, a `rule` as email:email,email_verified or uri:sub; may be repeated", func(s string) error {
		rule, ok := claimRule(s)
		if !ok {
			return errors.New("not email:CLAIM, email:CLAIM,VERIFIED or uri:CLAIM, a dot between the members of CLAIM")
		}
		o.rules = append(o.rules, rule)
		return nil
	})
}

// claimRule reads FORM:CLAIM[,VERIFIED], in which dots stand between members.
func claimRule(s string) (r verifier.ClaimRule, ok bool) {
	form, claims, ok := strings.Cut(s, ":")
	claim, verified, both := strings.Cut(claims, ",")
	switch form {
	case "email":
		r.Form = verifier.ClaimEmail
	case "uri":
		r.Form = verifier.ClaimURI
	default:
		return r, false
	}
	if r.Path = strings.Split(claim, "."); both {
		r.Verified = strings.Split(verified, ".")
	}
	return r, ok && !slices.Contains(r.Path, "") && !slices.Contains(r.Verified, "")
}

// set reports whether there is any of the flags.
func (o *issuerOptions) set() bool { return len(o.ids)+len(o.files)+len(o.rules) > 0 }

// keys returns those of the files as a JWK Set, nil without files, and what is odd about them.
func (o *issuerOptions) keys() (set []byte, keys []*jose.Key, problems []error, err error) {
	var list []json.RawMessage
	for _, path := range o.files {
		b, err := readFile(path, maxTrust)
		if err != nil {
			return nil, nil, nil, err
		}
		more, err := publicKeys(b)
		switch {
		case errors.Is(err, errPrivate):
			problems = append(problems, fmt.Errorf("%q: %w", path, err))
		case err != nil:
			return nil, nil, nil, fmt.Errorf("%q: %w", path, err)
		}
		list = append(list, more...)
	}
	if len(o.files) == 0 {
		return nil, nil, nil, nil
	}
	if set, err = json.Marshal(map[string]any{"keys": list}); err != nil {
		return nil, nil, nil, err
	}
	read, err := jose.ParseKeySet(set)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("-jwks: %w", err)
	}
	if len(read.Keys()) == 0 {
		return nil, nil, nil, errors.New("-jwks: no key that verifies signatures and is known")
	}
	return set, read.Keys(), problems, nil
}

// add gives the authority the issuers that the flags stand for. The ones that a token names get no say beyond their
// names: what is trusted are the keys or the roots.
func (o *issuerOptions) add(a *verifier.Authority, x5c bool, token []byte, lists [][]byte) (problems []error, err error) {
	set, keys, problems, err := o.keys()
	if err != nil {
		return nil, err
	}
	ids, given := slices.Clone(o.ids), len(o.ids) > 0
	if !given {
		ids = namedIssuers(token, lists, x5c)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		i := verifier.Issuer{ID: id, Keys: set, X5C: x5c}
		if own, err := did.Key(id); err == nil {
			switch {
			case given && (set != nil || x5c):
				return nil, usageError(fmt.Sprintf("-issuer %s is its own key: -jwks and -root do not go with it", text(id)))
			case !given && !slices.ContainsFunc(keys, func(k *jose.Key) bool { return k.Thumbprint() == own.Thumbprint() }):
				continue // its own word is not enough
			}
			i.Keys, i.X5C = nil, false
		} else if set == nil && !x5c {
			return nil, usageError(fmt.Sprintf("-issuer %s needs its keys: -jwks, or -root for x5c", text(id)))
		}
		if !given {
			alone := *a
			alone.Issuers = []verifier.Issuer{i}
			if _, err := verifier.New(verifier.Trust{Authorities: []verifier.Authority{alone}}); err != nil {
				continue // no issuer can have this name: the token is from nobody
			}
		}
		i.Identifiers = o.rules
		a.Issuers = append(a.Issuers, i)
	}
	if len(a.Issuers) == 0 && !x5c { // the verdict says what is wrong with the token
		a.Issuers = []verifier.Issuer{{Keys: set, Identifiers: o.rules}}
	}
	return problems, nil
}

// namedIssuers returns whom credentials and status lists say that they are from.
func namedIssuers(token []byte, lists [][]byte, x5c bool) (ids []string) {
	if p, err := vc.Parse(token); err == nil {
		for _, c := range p.Credentials {
			id := c.Issuer
			if ders := c.Header().Certificates; id == "" && x5c && len(ders) > 0 {
				id = namedBy(ders[0])
			}
			ids = append(ids, id)
		}
	}
	for _, b := range lists {
		if l, err := statuslist.Parse(b); err == nil && l.Issuer != "" {
			ids = append(ids, l.Issuer)
		}
	}
	return ids
}

// namedBy returns the first name of a certificate that an issuer can have.
func namedBy(der []byte) string {
	if c, err := x509.ParseCertificate(der); err == nil {
		for _, g := range c.SubjectAltName {
			switch g.Kind {
			case x509.URIName:
				return string(g.Value)
			case x509.DNSName:
				return "https://" + string(g.Value)
			}
		}
	}
	return ""
}
