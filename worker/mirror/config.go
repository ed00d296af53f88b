package mirror

import (
	"math"
	"net/url"
	"strings"

	"github.com/e2eid/e2eid/internal/headkeys"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/revocation"
)

// Bounds of a configuration.
const (
	maxConfigBytes = 8 << 20
	maxCarried     = 64      // of one authority
	maxCarriedSize = 8 << 20 // bytes: a carried object is held in memory while it is checked
)

// A Config says whom a mirror serves.
type Config struct {
	Authorities []Authority
}

// An Authority is one of those that a mirror serves.
type Authority struct {
	revocation.Signers
	Origin  string // where to pull from, ends with a slash; empty: nowhere
	Carried []Carried
}

// Carried is an object of another format that a mirror passes on unchanged.
type Carried struct {
	Name     string // last part of its address: [a-z0-9._-]{1,64}, begins and ends with a letter or digit
	Form     Form
	Origin   string // where to pull from; empty: nowhere
	MaxBytes int64
}

// ParseConfig reads a configuration, a JSON object as worker/README.md describes it. Unknown and repeated names are refused.
// The error is of package strictjson and says where.
func ParseConfig(b []byte) (Config, error) {
	doc, err := strictjson.Parse(b, strictjson.Limits{Bytes: maxConfigBytes, Nodes: 1 << 16, Depth: 8})
	if err != nil {
		return Config{}, err
	}
	if err := doc.Fields("authorities"); err != nil {
		return Config{}, err
	}
	var c Config
	seen := map[string]bool{}
	err = doc.Each("authorities", func(v strictjson.Value) error {
		a, err := parseAuthority(v)
		if err != nil {
			return err
		}
		if seen[a.Authority] {
			return v.Refuse("has the id of another")
		}
		if len(c.Authorities) == revocation.MaxAuthorities {
			return v.Refuse("is one too many")
		}
		seen[a.Authority] = true
		c.Authorities = append(c.Authorities, a)
		return nil
	})
	if err != nil {
		return Config{}, err
	}
	return c, nil
}

func parseAuthority(v strictjson.Value) (a Authority, err error) {
	if err := v.Fields("id", "keys", "threshold", "sequence", "origin", "carried"); err != nil {
		return a, err
	}
	id, err := v.Require("id")
	if err != nil {
		return a, err
	}
	if a.Authority, err = id.Text(); err != nil {
		return a, err
	}
	if !validAuthority(a.Authority) {
		return a, id.Refuse("is not of the form [a-z0-9.-]{1,64}")
	}
	if err := v.Each("keys", func(v strictjson.Value) error {
		k, err := headkeys.Read(v)
		a.Keys = append(a.Keys, k)
		return err
	}); err != nil {
		return a, err
	}
	if t, ok := v.Get("threshold"); ok {
		if a.Threshold, err = headkeys.Threshold(t, len(a.Keys)); err != nil {
			return a, err
		}
	}
	if t, ok := v.Get("sequence"); ok {
		n, err := t.Int64()
		if err != nil {
			return a, err
		}
		if n < 0 || n > math.MaxUint32 {
			return a, t.Refuse("is not a sequence of keys")
		}
		a.Sequence = uint32(n)
	}
	if err := a.Signers.Validate(); err != nil {
		return a, v.Refuse(err.Error())
	}
	if a.Origin, err = origin(v, true); err != nil {
		return a, err
	}
	names := map[string]bool{}
	err = v.Each("carried", func(v strictjson.Value) error {
		c, err := parseCarried(v)
		if err != nil {
			return err
		}
		if names[c.Name] || len(names) == maxCarried {
			return v.Refuse("has the name of another, or is one too many")
		}
		names[c.Name] = true
		a.Carried = append(a.Carried, c)
		return nil
	})
	return a, err
}

func parseCarried(v strictjson.Value) (c Carried, err error) {
	if err := v.Fields("name", "form", "origin", "maxBytes"); err != nil {
		return c, err
	}
	name, err := v.Require("name")
	if err != nil {
		return c, err
	}
	if c.Name, err = name.Text(); err != nil {
		return c, err
	}
	if !validName(c.Name) {
		return c, name.Refuse("is not of the form [a-z0-9._-]{1,64}")
	}
	form, err := v.Require("form")
	if err != nil {
		return c, err
	}
	text, err := form.Text()
	if err != nil {
		return c, err
	}
	if c.Form = Form(text); c.Form.ContentType() == "" {
		return c, form.Refuse("is none of crl, statuslist+jwt, statuslist+cwt")
	}
	if c.Origin, err = origin(v, false); err != nil {
		return c, err
	}
	c.MaxBytes = 1 << 20
	if m, ok := v.Get("maxBytes"); ok {
		if c.MaxBytes, err = m.Int64(); err != nil {
			return c, err
		}
		if c.MaxBytes < 1 || c.MaxBytes > maxCarriedSize {
			return c, m.Refuse("is not between 1 and 8388608")
		}
	}
	return c, nil
}

// origin reads an address to pull from. A folder's ends with a slash.
func origin(v strictjson.Value, folder bool) (string, error) {
	v, ok := v.Get("origin")
	if !ok {
		return "", nil
	}
	text, err := v.Text()
	if err != nil {
		return "", err
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" ||
		u.ForceQuery || u.Fragment != "" || u.String() != text || folder && !strings.HasSuffix(text, "/") {
		return "", v.Refuse("is not an http or https address without user and query, ending with a slash if an authority's")
	}
	return text, nil
}

// validAuthority reports whether id can stand in an address: "blob" is where blobs are.
func validAuthority(id string) bool { return revocation.ValidAuthority(id) && id != "blob" }

func validName(name string) bool {
	if len(name) < 1 || len(name) > 64 {
		return false
	}
	for i, c := range []byte(name) {
		alphanumeric := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !alphanumeric && (i == 0 || i == len(name)-1 || c != '.' && c != '-' && c != '_') {
			return false
		}
	}
	return true
}
