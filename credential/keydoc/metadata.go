package keydoc

import (
	"strings"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/internal/jose"
)

// Metadata is a JWT VC Issuer Metadata configuration. Exactly one of its members is set.
type Metadata struct {
	Keys    []*jose.Key
	KeysURL string // jwks_uri: an https URL
}

// MetadataURL returns the URL of an issuer's metadata: the well-known string stands between host and path (draft-24, "JWT
// VC Issuer Metadata"). ok is false if issuer is not an https URL of a host name, without port, query and fragment.
func MetadataURL(issuer string) (url string, ok bool) {
	host, ok := HTTPSHost(issuer)
	if !ok || strings.ContainsAny(issuer, "?#") {
		return "", false
	}
	origin := "https://" + host
	return origin + "/.well-known/jwt-vc-issuer" + strings.TrimSuffix(issuer[len(origin):], "/"), true
}

// HTTPSHost returns the host of an https URL that every reader of URLs reads alike, without a port.
func HTTPSHost(url string) (host string, ok bool) {
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		return "", false
	}
	for i := range len(rest) {
		if rest[i] <= ' ' || rest[i] >= 0x7f || rest[i] == '\\' || rest[i] == '@' {
			return "", false
		}
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	_, err := name.FromDNS(rest)
	return rest, err == nil && !strings.HasSuffix(rest, ".localhost") // all below it are this machine (RFC 6761, Section 6.3)
}

// ParseMetadata reads the metadata of an issuer, whose identifier it must have. Of keys those that are not for verifying
// are left out. The error is an [*Error] or of package jose.
func ParseMetadata(b []byte, issuer string) (*Metadata, error) {
	v, err := parse(b, "metadata")
	if err != nil {
		return nil, err
	}
	id, err := text(v, "issuer")
	if err != nil {
		return nil, err
	}
	if id != issuer {
		return nil, &Error{ErrIssuer, "issuer"}
	}
	set, embedded := v.Get("jwks")
	_, linked := v.Get("jwks_uri")
	if embedded == linked {
		return nil, malformed("not exactly one of jwks and jwks_uri")
	}
	m := &Metadata{}
	if embedded {
		m.Keys, err = keySet(set)
	} else if m.KeysURL, err = text(v, "jwks_uri"); err == nil {
		if _, ok := HTTPSHost(m.KeysURL); !ok || strings.Contains(m.KeysURL, "#") {
			err = malformed("jwks_uri is not an https URL")
		}
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// ParseKeySet reads the JWK Set that jwks_uri leads to. The error is an [*Error] or of package jose.
func ParseKeySet(b []byte) ([]*jose.Key, error) {
	v, err := parse(b, "JWK Set")
	if err != nil {
		return nil, err
	}
	return keySet(v)
}

// A SignedSet is a Signed JWK Set. Nothing in it is authenticated.
type SignedSet struct {
	Token  *jose.Unverified
	Issuer string
	// IssuedAt and NotAfter are Unix seconds, IssuedAt the later of iat and nbf; NotAfter is the last second within.
	IssuedAt, NotAfter int64
	Keys               []*jose.Key
}

// ParseSignedSet reads a Signed JWK Set, of typ JWT or none as in the draft, or jwks+jwt. iss, exp, jwks and x5c are required
// as there, and iat too: it tells an older set from a newer one. The error is an [*Error] or of package jose.
func ParseSignedSet(token []byte) (*SignedSet, error) {
	u, err := jose.ParseSized(token, MaxDocument)
	if err != nil {
		return nil, err
	}
	typ := u.Header().Type
	if typ != "" && !jose.SameType(typ, "JWT") && !jose.SameType(typ, "jwks+jwt") {
		return nil, malformed("typ of no Signed JWK Set")
	}
	if len(u.Header().Certificates) == 0 {
		return nil, malformed("no x5c")
	}
	v, err := u.UnverifiedClaims()
	if err != nil {
		return nil, err
	}
	s := &SignedSet{Token: u}
	if s.Issuer, err = text(v, "iss"); err != nil {
		return nil, err
	}
	if s.IssuedAt, err = seconds(v, "iat", true); err != nil {
		return nil, err
	}
	if s.NotAfter, err = seconds(v, "exp", true); err != nil {
		return nil, err
	}
	s.NotAfter-- // exp is the first second that is not within
	begins, err := seconds(v, "nbf", false)
	if err != nil {
		return nil, err
	}
	s.IssuedAt = max(s.IssuedAt, begins)
	if s.NotAfter < s.IssuedAt {
		return nil, malformed("exp is not after iat")
	}
	// With an audience it is for somebody, and a credential or a list is no set of keys.
	for _, other := range [...]string{"aud", "sub", "vc", "vp", "vct", "status_list"} {
		if _, ok := v.Get(other); ok {
			return nil, malformed("a claim of another kind of token")
		}
	}
	set, ok := v.Get("jwks")
	if !ok {
		return nil, malformed("no jwks")
	}
	if s.Keys, err = keySet(set); err != nil {
		return nil, err
	}
	return s, nil
}
