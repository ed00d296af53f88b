package trust

import (
	"strings"

	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/verifier"
)

// issuer reads an issuer of verifiable credentials. That its keys are keys is for [verifier.New] to say.
func (c *Config) issuer(v strictjson.Value, authority string) (i verifier.Issuer, err error) {
	if err := v.Fields("id", "jwks", "x5c", "document", "fetch", "maxAge", "types", "identifiers", "name", "organization", "email", "emailVerified", "roles"); err != nil {
		return i, err
	}
	id, err := v.Require("id")
	if err != nil {
		return i, err
	}
	if i.ID, err = id.Text(); err != nil {
		return i, err
	}
	if set, ok := v.Get("jwks"); ok {
		if set.Kind() != strictjson.Object {
			return i, set.Refuse("is not a JWK Set")
		}
		i.Keys = []byte(set.Raw())
	}
	if x5c, ok := v.Get("x5c"); ok {
		if i.X5C, err = x5c.Bool(); err != nil {
			return i, err
		}
	}
	if document, ok := v.Get("document"); ok {
		n, err := oneOf(document, "metadata", "didWeb", "signedJwks", "didWebvh")
		if err != nil {
			return i, err
		}
		i.Document = verifier.IssuerMetadata + verifier.KeyDocument(n)
	}
	if age, ok := v.Get("maxAge"); ok {
		if i.MaxAge, err = seconds(age); err != nil {
			return i, err
		}
	}
	err = v.Each("fetch", func(v strictjson.Value) error {
		url, err := v.Text()
		if err != nil {
			return err
		}
		if i.Document == verifier.NoDocument || !strings.HasPrefix(url, "https://") || !isMirror(url+"/") {
			return v.Refuse("is not an https address without user, query and fragment, or no document is configured")
		}
		c.Fetch = append(c.Fetch, Address{authority, i.ID, url})
		return nil
	})
	if err != nil {
		return i, err
	}
	if i.Types, err = texts(v, "types"); err != nil {
		return i, err
	}
	if list, ok := v.Get("types"); ok && len(i.Types) == 0 {
		return i, list.Refuse("is empty: leave it out for every type")
	}
	for _, m := range [...]struct {
		name string
		to   *[]string
	}{{"name", &i.Name}, {"organization", &i.Organization}, {"email", &i.Email}, {"emailVerified", &i.EmailVerified}, {"roles", &i.Roles}} {
		if *m.to, err = texts(v, m.name); err != nil {
			return i, err
		}
	}
	err = v.Each("identifiers", func(v strictjson.Value) error {
		rule, err := claimRule(v)
		i.Identifiers = append(i.Identifiers, rule)
		return err
	})
	return i, err
}

func claimRule(v strictjson.Value) (r verifier.ClaimRule, err error) {
	if err := v.Fields("claim", "form", "prefix", "verified"); err != nil {
		return r, err
	}
	if _, err := v.Require("claim"); err != nil {
		return r, err
	}
	if r.Path, err = texts(v, "claim"); err != nil {
		return r, err
	}
	if r.Verified, err = texts(v, "verified"); err != nil {
		return r, err
	}
	if list, ok := v.Get("verified"); ok && len(r.Verified) == 0 {
		return r, list.Refuse("is empty")
	}
	if form, ok := v.Get("form"); ok {
		n, err := oneOf(form, "uri", "email")
		if err != nil {
			return r, err
		}
		r.Form = verifier.ClaimForm(n)
	}
	if prefix, ok := v.Get("prefix"); ok {
		if r.Prefix, err = prefix.Text(); err != nil {
			return r, err
		}
		if r.Prefix == "" {
			return r, prefix.Refuse("is empty")
		}
	}
	return r, nil
}
