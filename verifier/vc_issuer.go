package verifier

import (
	"bytes"
	"errors"
	"strings"
	"time"

	"github.com/e2eid/e2eid/credential/did"
	"github.com/e2eid/e2eid/credential/keydoc"
	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
)

// An Issuer is one of an authority's issuers of verifiable credentials. Its keys come from exactly one place: Keys, X5C,
// Document, or ID itself where that is a did:jwk or did:key. What a credential says about its issuer's keys beside that is not used.
type Issuer struct {
	// ID is iss or issuer of its credentials, byte for byte: a URL, a DID, or with Keys any text without spaces; empty,
	// with Keys, for credentials that name no issuer.
	ID string
	// Keys is a JWK Set. Which of them signed is decided by kid and alg.
	Keys []byte
	// X5C has credentials bring a certification path, in x5c, from one of the authority's anchors to a certificate that
	// names ID, as a URI, or the host of ID, as a DNS name, in its subjectAltName.
	X5C bool
	// Document has the keys stand in a document, that the application fetches or that anyone brings.
	Document KeyDocument
	// MaxAge bounds the time since the document was fetched or, of one that is signed, made. 0 stands for a day, and of a
	// Signed JWK Set for its own end; a log of a did:webvh then has none.
	MaxAge time.Duration
	// Types are the vct, or types of the W3C data model, of which a credential must have one; nil accepts all.
	Types []string
	// Identifiers are the claims that hold identifiers. Without one a credential identifies nobody.
	Identifiers []ClaimRule
	// Name, Organization, Email and Roles lead to the claims to display, as paths of members from the payload; nil for
	// none. EmailVerified leads to the one that says whether the address is known to be the holder's.
	Name, Organization, Email, EmailVerified, Roles []string
}

// A ClaimRule says which claim holds an identifier and how it becomes one. A claim that does not is no identifier.
type ClaimRule struct {
	Path []string // of members from the payload down
	Form ClaimForm
	// Prefix stands before the claim's text, as "mimi://example.com/u/", for ClaimURI alone.
	Prefix string
	// Verified leads to a claim that must be true, as email_verified; nil for none.
	Verified []string
}

// A ClaimForm says what the text of a claim is.
type ClaimForm uint8

const (
	ClaimURI   ClaimForm = iota // a canonical identifier of package name, or the rest of one after Prefix
	ClaimEmail                  // a mailbox, as in an rfc822Name
)

// An issuer is a validated Issuer.
type issuer struct {
	Issuer
	authority  *authority
	keys       []*jose.Key // nil if by x5c
	host       string      // of an https ID
	configured issuerKeys  // these keys, for every plan; never changed
	documents
}

func (v *Verifier) addIssuers(a *Authority, auth *authority) error {
	refuse := func(reason string) error { return &TrustError{a.ID, reason} }
	if len(a.Issuers) > maxIssuers {
		return refuse("too many issuers")
	}
	for _, i := range a.Issuers {
		if v.issuers[i.ID] != nil {
			return refuse("an issuer is configured twice")
		}
		iss := &issuer{Issuer: i, authority: auth}
		if reason := iss.prepare(len(a.Anchors) > 0); reason != "" {
			return refuse("issuer: " + reason)
		}
		for _, k := range iss.keys {
			if v.distrusted[string(k.Public().Key)] {
				return refuse("a key of an issuer is distrusted")
			}
		}
		iss.configured = issuerKeys{sets: []*keySet{{keys: iss.keys, counts: true}}, judged: true}
		if v.issuers == nil {
			v.issuers = map[string]*issuer{}
		}
		v.issuers[i.ID] = iss
	}
	return nil
}

// prepare checks an issuer and reads its keys. It returns what is wrong.
func (i *issuer) prepare(anchors bool) string {
	https := false
	i.host, https = keydoc.HTTPSHost(i.ID)
	if len(i.ID) > did.MaxSize || (i.X5C || i.Document != NoDocument) && !https && !did.Is(i.ID) {
		return "id is neither an https URL nor a DID"
	}
	for _, c := range []byte(i.ID) {
		if c <= ' ' || c >= 0x7f || c == '#' {
			return "id has a space, a fragment, or other characters than those of ASCII"
		}
	}
	for _, r := range i.Identifiers {
		if !isPath(r.Path) || r.Verified != nil && !isPath(r.Verified) || r.Form > ClaimEmail || r.Form != ClaimURI && r.Prefix != "" {
			return "a claim rule without a path, or out of range"
		}
		// As the prefixes of scopes, it covers the whole host: a claim cannot choose another.
		if _, err := name.ParseScope([]string{r.Prefix}); r.Prefix != "" && (err != nil || !strings.Contains(r.Prefix, ":")) {
			return "the prefix of a claim rule is not one of identifiers under one host"
		}
	}
	if len(i.Identifiers) > maxClaims || i.EmailVerified != nil && i.Email == nil {
		return "too many claims, or emailVerified without email"
	}
	for _, path := range [...][]string{i.Name, i.Organization, i.Email, i.EmailVerified, i.Roles} {
		if path != nil && !isPath(path) {
			return "a path that is empty or too long"
		}
	}
	key, err := did.Key(i.ID)
	switch {
	case i.Document > DIDWebVH, i.MaxAge < 0, i.Document == NoDocument && i.MaxAge != 0:
		return "document or maxAge out of range"
	case err == nil:
		if i.X5C || i.Keys != nil || i.Document != NoDocument {
			return "the id is a key, and has others beside it"
		}
		i.keys = []*jose.Key{key}
	case i.Document != NoDocument:
		return i.prepareDocument(https, anchors)
	case i.X5C && i.Keys == nil && anchors:
	case i.X5C:
		return "x5c takes an anchor, and no keys"
	case i.Keys == nil && !errors.Is(err, did.ErrUnsupported):
		return "id: " + err.Error() // of a method in which it is the key
	default:
		set, err := jose.ParseKeySet(i.Keys)
		if err != nil {
			return err.Error()
		}
		if i.keys = set.Keys(); len(i.keys) == 0 {
			return "no key that verifies"
		}
	}
	return ""
}

func isPath(path []string) bool { return 0 < len(path) && len(path) <= maxPath }

// named reports whether a certificate is this issuer's: it has the identifier itself, or the host, in its subjectAltName;
// the host alone counts if byHost is set.
func (i *issuer) named(c *x509.Certificate, byHost bool) bool {
	for _, g := range c.SubjectAltName {
		switch g.Kind {
		case x509.URIName:
			if !byHost && string(g.Value) == i.ID {
				return true
			}
		case x509.DNSName:
			if i.host != "" && string(g.Value) == i.host {
				return true
			}
		}
	}
	return false
}

// issuerNamed returns the issuer by x5c to whom a certificate belongs, nil if there is none or are several. It is who
// issued a credential that says nobody in iss (draft-ietf-oauth-sd-jwt-vc, "Issuer-signed JWT Verification Key Validation").
func (v *Verifier) issuerNamed(c *x509.Certificate) (found *issuer) {
	for _, i := range v.issuers {
		if i.X5C && i.named(c, false) {
			if found != nil {
				return nil
			}
			found = i
		}
	}
	return found
}

// among are those of keys that a token with this header may have been signed with. A kid that is a URL under
// the issuer's identifier may be the fragment alone, and a DID URL of an issuer with a DID is under its own.
//
// Of a Data Integrity proof kid is the verification method, which is a key of the issuer's by what it says (VC Data Integrity
// 1.0, Section 4.3): it is under the issuer's identifier, or the kid of a key, or a DID that is a key without a kid.
func (i *issuer) among(all []*jose.Key, h jose.Header, proof bool) (keys []*jose.Key) {
	kid, free := h.KeyID, !proof
	if did.Is(kid) && did.Is(i.ID) {
		id, fragment := did.Split(kid)
		if id != i.ID {
			return nil
		}
		key, err := did.Key(kid)
		if err == nil {
			return []*jose.Key{key}
		}
		if !errors.Is(err, did.ErrUnsupported) {
			return nil // no key of a DID that is its own document
		}
		kid, free = fragment, true
	}
	if fragment, ok := strings.CutPrefix(kid, i.ID+"#"); ok {
		kid, free = fragment, true
	}
	if proof && kid == "" {
		return nil // whose URL names no key
	}
	if itself, err := did.Key(kid); !free && err == nil {
		for _, k := range all {
			if k.Thumbprint() == itself.Thumbprint() && (k.ID() == "" || k.ID() == h.KeyID) {
				keys = append(keys, k)
			}
		}
		return keys
	}
	var other []*jose.Key
	for _, k := range all {
		id := k.ID()
		named := id != "" && (id == kid || id == h.KeyID)
		switch {
		case k.Fits(h.Algorithm):
			// A key that was configured without a kid may have any.
			if named || free && (kid == "" || id == "") {
				keys = append(keys, k)
			}
		case named:
			other = append(other, k)
		}
	}
	if len(keys) == 0 {
		return other // which make no signature of this algorithm
	}
	return keys
}

// hasType reports whether one of the types is accepted.
func (i *issuer) hasType(types []string) bool {
	if i.Types == nil {
		return true
	}
	for _, t := range types {
		for _, want := range i.Types {
			if t == want {
				return true
			}
		}
	}
	return false
}

// sameKey reports whether a key is the one that the protocol uses, in the form of [signature.Check]. The sizes of keys of
// different kinds differ.
func sameKey(k *jose.Key, protocol []byte) bool { return bytes.Equal(k.Public().Key, protocol) }
