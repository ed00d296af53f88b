package vc

import (
	"errors"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/member"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// ErrConfirmation reports a binding by other means than a key that is there.
var ErrConfirmation = errors.New("vc: bound to what is not a public key that stands in it")

var errHolders = errors.New("vc: bound to two keys")

// readHolder finds the key that the credential is bound to: jwk in cnf (RFC 7800, Section 3.2), or a subject whose
// identifier is a key. Where both are there they are the same key. A reference to a key, by kid, thumbprint or URL,
// binds nobody: what it refers to is not signed. A kid that is a did:jwk or did:key refers to nothing: it is the key.
func (c *Credential) readHolder() {
	if cnf, ok := c.Claims.Get("cnf"); ok {
		if c.Holder, c.HolderError = confirmation(cnf); c.HolderError != nil {
			c.Holder = nil
			return
		}
	}
	if !did.Is(c.Subject) {
		return
	}
	key, err := did.Key(c.Subject)
	switch {
	case errors.Is(err, did.ErrUnsupported): // an identifier of another kind; cnf may bind
	case err != nil:
		c.Holder, c.HolderError = nil, err
	case c.Holder == nil:
		c.Holder = key
	case c.Holder.Thumbprint() != key.Thumbprint():
		c.Holder, c.HolderError = nil, errHolders
	}
}

func confirmation(cnf strictjson.Value) (*jose.Key, error) {
	if jwk, ok := cnf.Get("jwk"); ok {
		return jose.ReadKey(jwk)
	}
	if kid, err := text(cnf, "kid"); err == nil && did.Is(kid) {
		if key, err := did.Key(kid); !errors.Is(err, did.ErrUnsupported) {
			return key, err
		}
	}
	return nil, ErrConfirmation
}

// audience reads aud, a string or an array of one. Of several, each could present what it gets to the others.
func audience(v strictjson.Value) (string, error) {
	if list, _ := v.Get("aud"); list.Kind() == strictjson.Array {
		if elements, err := list.Array(); err == nil && len(elements) == 1 {
			if s, err := elements[0].Text(); err == nil && s != "" {
				return s, nil
			}
		}
	}
	return text(v, "aud")
}

// text reads a string that must have characters if it is there; what is absent is empty.
func text(v strictjson.Value, name string) (string, error) {
	s, ok := member.Text(v, name)
	if !ok {
		return "", malformed(name + " is not a string with characters")
	}
	return s, nil
}

// texts reads a string or an array of strings and objects, of which the objects are left out, as contexts behind the first may be.
func texts(v strictjson.Value, name string) ([]string, error) {
	member, _ := v.Get(name)
	if s, err := member.Text(); err == nil {
		return []string{s}, nil
	}
	list, err := member.Array()
	if err != nil || len(list) > maxTypes {
		return nil, malformed(name + " is neither a string nor a list of a few")
	}
	var out []string
	for i, v := range list {
		s, err := v.Text()
		if err != nil {
			if v.Kind() == strictjson.Object && name == "@context" && i > 0 {
				continue
			}
			return nil, malformed(name + " has what is not a string")
		}
		out = append(out, s)
	}
	return out, nil
}
