package jose

import (
	"strings"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// A Header is a protected header (RFC 7515, Section 4). Absent members are empty: present ones that are empty are refused.
type Header struct {
	Algorithm   string // alg, one that this package knows
	KeyID       string // kid
	Type        string // typ, as it is written: see [SameType]
	ContentType string // cty, likewise
	// Certificates are the DER of x5c, the certificate of the signer's key first. Nothing in them is checked, and that
	// they are protected does not make them trusted.
	Certificates [][]byte
	// Object is the whole header, if it is JSON.
	Object strictjson.Value
}

// SameType reports whether a typ or cty names this media type. "application/" in front may be left out of either, if no
// other "/" follows (RFC 7515, Section 4.1.9), and ASCII letters of both cases are the same, as they are in media
// types (RFC 2045, Section 5.1). An empty type is no type.
func SameType(got, want string) bool {
	got, want = shortType(got), shortType(want)
	if len(got) != len(want) || got == "" {
		return false
	}
	for i := range len(got) {
		if lower(got[i]) != lower(want[i]) {
			return false
		}
	}
	return true
}

func shortType(s string) string {
	const prefix = "application/"
	if len(s) <= len(prefix) {
		return s
	}
	for i := range len(prefix) {
		if lower(s[i]) != prefix[i] {
			return s
		}
	}
	if strings.IndexByte(s[len(prefix):], '/') >= 0 {
		return s
	}
	return s[len(prefix):]
}

// registered are the names of RFC 7515, Section 4.1, which "crit" must not list, and which a header that is not protected
// must not have.
var registered = [...]string{"alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"}

func isRegistered(name string) bool {
	for _, r := range registered {
		if r == name {
			return true
		}
	}
	return false
}

// parseHeader reads a protected header from its base64url.
func parseHeader(b []byte) (Header, error) {
	if len(b) > maxHeader/3*4 {
		return Header{}, refuse(ErrLimit, "header", "is too long")
	}
	decoded, err := base64url.Decode(b)
	if err != nil {
		return Header{}, refuse(ErrFormat, "header", "is not base64url")
	}
	object, err := parseObject(decoded, headerLimits, "header")
	if err != nil {
		return Header{}, err
	}
	h := Header{Object: object}
	for _, m := range [...]struct {
		name string
		to   *string
	}{{"alg", &h.Algorithm}, {"kid", &h.KeyID}, {"typ", &h.Type}, {"cty", &h.ContentType}} {
		var ok bool
		if *m.to, ok = text(object, m.name); !ok {
			return Header{}, refuse(ErrFormat, m.name, "is not a short string, or is empty")
		}
	}
	if h.Algorithm == "" {
		return Header{}, refuse(ErrFormat, "header", "lacks alg")
	}
	if err := checkAlgorithm(h.Algorithm); err != nil {
		return Header{}, err
	}
	if err := checkCritical(object); err != nil {
		return Header{}, err
	}
	if h.Certificates, err = certificates(object); err != nil {
		return Header{}, err
	}
	if err := checkUnused(object, h.Algorithm); err != nil {
		return Header{}, err
	}
	return h, nil
}

// checkUnused refuses members that are never used but must have a certain form: what does not have it was made by nobody
// who follows RFC 7515, Section 4.1.
func checkUnused(object strictjson.Value, algorithm string) error {
	for _, name := range [...]string{"jku", "x5u", "x5t", "x5t#S256"} {
		if _, ok := text(object, name); !ok {
			return refuse(ErrFormat, name, "is not a short string, or is empty")
		}
	}
	if jwk, ok := object.Get("jwk"); ok {
		k, err := ReadKey(jwk)
		if err != nil {
			return &Error{ErrFormat, "jwk", "is no public key to verify with", err}
		}
		if !k.Fits(algorithm) {
			return refuse(ErrFormat, "jwk", "is not of the algorithm")
		}
	}
	return nil
}

// checkCritical refuses every "crit" (RFC 7515, Section 4.1.11): no extension is known. "b64" (RFC 7797) is refused even
// where it changes nothing, since it changes the signed bytes for some readers and not for others.
func checkCritical(object strictjson.Value) error {
	if crit, ok := object.Get("crit"); ok {
		names, err := crit.Array()
		if err != nil || len(names) == 0 {
			return refuse(ErrFormat, "crit", "is not an array with members")
		}
		for i, n := range names {
			name, err := n.Text()
			if err != nil {
				return refuse(ErrFormat, "crit", "lists what is not a name")
			}
			if isRegistered(name) {
				return refuse(ErrFormat, "crit", "lists a name of RFC 7515")
			}
			if _, ok := object.Get(name); !ok {
				return refuse(ErrFormat, "crit", "lists a name that the header does not have")
			}
			for _, before := range names[:i] {
				if b, _ := before.Text(); b == name {
					return refuse(ErrFormat, "crit", "lists a name twice")
				}
			}
		}
		return refuse(ErrCritical, "crit", "lists an extension")
	}
	if _, ok := object.Get("b64"); ok {
		return refuse(ErrCritical, "header", "has b64")
	}
	return nil
}

// certificates reads "x5c" (RFC 7515, Section 4.1.6).
func certificates(object strictjson.Value) ([][]byte, error) {
	v, ok := object.Get("x5c")
	if !ok {
		return nil, nil
	}
	list, err := v.Array()
	if err != nil || len(list) == 0 {
		return nil, refuse(ErrFormat, "x5c", "is not an array with members")
	}
	if len(list) > maxCertificates {
		return nil, refuse(ErrLimit, "x5c", "has too many certificates")
	}
	out := make([][]byte, len(list))
	for i, c := range list {
		s, err := c.Text()
		if err == nil {
			out[i], err = base64url.DecodePadded(s)
		}
		if err != nil || len(out[i]) == 0 {
			return nil, refuse(ErrFormat, "x5c", "has a member that is not base64")
		}
	}
	return out, nil
}
