// Package trust reads the trust configuration: the JSON that docs/trust.md describes. It is the same for the command,
// for Go programs and for the npm package.
package trust

import (
	"strings"
	"time"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/headkeys"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/verifier"
)

// Limits of a configuration: a few hundred authorities with certificates of some kB each.
var limits = strictjson.Limits{Bytes: 8 << 20, Nodes: 1 << 16, Depth: 8}

// A Config is a trust configuration, and where its authorities' revocation data is mirrored.
type Config struct {
	verifier.Trust
	Mirrors map[string]string // by authority id; verifying never looks at them
	// Fetch are the addresses, all https, from which documents of issuers' keys may be fetched: the same for every client,
	// whatever credentials it is shown. Verifying never looks at them.
	Fetch []Address
}

// An Address is one from which a document of an issuer may be fetched.
type Address struct{ Authority, Issuer, URL string }

// Parse reads a configuration. Unknown and repeated names are refused, and so is all that [verifier.New] refuses
// except relations between the parts. The error says where; it is of package strictjson.
func Parse(b []byte) (Config, error) {
	doc, err := strictjson.Parse(b, limits)
	if err != nil {
		return Config{}, err
	}
	c := Config{Mirrors: map[string]string{}}
	if err := c.parse(doc); err != nil {
		return Config{}, err
	}
	return c, nil
}

func (c *Config) parse(doc strictjson.Value) error {
	if err := doc.Fields("authorities", "policy", "distrusted"); err != nil {
		return err
	}
	list, err := doc.Require("authorities")
	if err != nil {
		return err
	}
	authorities, err := list.Array()
	if err != nil {
		return err
	}
	for _, v := range authorities {
		if err := c.authority(v); err != nil {
			return err
		}
	}
	if c.Distrusted, err = certificates(doc, "distrusted"); err != nil {
		return err
	}
	if v, ok := doc.Get("policy"); ok {
		return c.policy(v)
	}
	return nil
}

func (c *Config) policy(v strictjson.Value) error {
	if err := v.Fields("basic", "maxLeafLifetime", "algorithms"); err != nil {
		return err
	}
	if v, ok := v.Get("basic"); ok {
		rule, err := oneOf(v, "reject", "report")
		if err != nil {
			return err
		}
		c.Policy.Basic = verifier.BasicRule(rule)
	}
	if list, ok := v.Get("algorithms"); ok {
		names, err := texts(v, "algorithms")
		if err != nil {
			return err
		}
		if c.Policy.Algorithms, err = signature.ParseSet(names); err != nil {
			return list.Refuse("is empty, repeats itself, or has what is no algorithm")
		}
	}
	if v, ok := v.Get("maxLeafLifetime"); ok {
		d, err := seconds(v)
		if err != nil {
			return err
		}
		c.Policy.MaxLeafLifetime = d
	}
	return nil
}

func (c *Config) authority(v strictjson.Value) error {
	if err := v.Fields("id", "scope", "anchors", "anchorConstraints", "intermediates", "extendedKeyUsage", "issuers", "policies", "status", "shortLived", "revocation"); err != nil {
		return err
	}
	var a verifier.Authority
	id, err := v.Require("id")
	if err != nil {
		return err
	}
	if a.ID, err = id.Text(); err != nil {
		return err
	}
	if !verifier.ValidAuthorityID(a.ID) {
		return id.Refuse("is not of the form [a-z0-9.-]{1,64}")
	}
	scope, err := texts(v, "scope")
	if err != nil {
		return err
	}
	if a.Scope, err = name.ParseScope(scope); err != nil {
		v, _ := v.Get("scope")
		return v.Refuse(err.Error())
	}
	err = v.Each("issuers", func(v strictjson.Value) error {
		i, err := c.issuer(v, a.ID)
		a.Issuers = append(a.Issuers, i)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := v.Require("anchors"); err != nil && len(a.Issuers) == 0 {
		return err
	}
	if a.Anchors, err = certificates(v, "anchors"); err != nil {
		return err
	}
	if v, ok := v.Get("anchorConstraints"); ok {
		rule, err := oneOf(v, "apply", "ignore")
		if err != nil {
			return err
		}
		a.AnchorConstraints = verifier.AnchorRule(rule)
	}
	if a.Intermediates, err = certificates(v, "intermediates"); err != nil {
		return err
	}
	if v, ok := v.Get("extendedKeyUsage"); ok {
		if a.ExtKeyUsage, err = extKeyUsages(v); err != nil {
			return err
		}
	}
	if v, ok := v.Get("policies"); ok {
		if err := policies(v, &a.Policies); err != nil {
			return err
		}
	}
	if v, ok := v.Get("status"); ok {
		rule, err := oneOf(v, "required", "endEntity", "uncheckedUnsafe")
		if err != nil {
			return err
		}
		a.Status = verifier.StatusRule(rule)
	}
	if v, ok := v.Get("shortLived"); ok {
		if a.ShortLived, err = seconds(v); err != nil {
			return err
		}
	}
	if v, ok := v.Get("revocation"); ok {
		if err := c.revocation(v, &a); err != nil {
			return err
		}
	}
	c.Authorities = append(c.Authorities, a)
	return nil
}

func (c *Config) revocation(v strictjson.Value, a *verifier.Authority) error {
	if err := v.Fields("mirror", "keys", "threshold", "sequence", "delegated", "maxAge"); err != nil {
		return err
	}
	if v, ok := v.Get("mirror"); ok {
		mirror, err := v.Text()
		if err != nil {
			return err
		}
		if !isMirror(mirror) {
			return v.Refuse("is not an http or https address that ends with a slash, without user and query")
		}
		c.Mirrors[a.ID] = mirror
	}
	if v, ok := v.Get("keys"); ok {
		list, err := v.Array()
		if err != nil {
			return err
		}
		for _, v := range list {
			k, err := key(v)
			if err != nil {
				return err
			}
			a.Keys = append(a.Keys, k)
		}
	}
	if v, ok := v.Get("threshold"); ok {
		var err error
		if a.Threshold, err = headkeys.Threshold(v, len(a.Keys)); err != nil {
			return err
		}
	}
	if v, ok := v.Get("delegated"); ok {
		var err error
		if a.Delegated, err = v.Bool(); err != nil {
			return err
		}
		if a.Delegated && len(a.Keys) > 0 {
			return v.Refuse("and keys exclude each other")
		}
	}
	if v, ok := v.Get("sequence"); ok {
		n, err := v.Int64()
		if err != nil {
			return err
		}
		if n < 1 || n > 1<<32-1 {
			return v.Refuse("is not a number from 1 to 2^32-1")
		}
		a.KeySequence = uint32(n)
	}
	if v, ok := v.Get("maxAge"); ok {
		d, err := seconds(v)
		if err != nil {
			return err
		}
		a.MaxAge = d
	}
	return nil
}

// isMirror reports whether s is an address that blobs and heads can be appended to, and that every reader of URLs reads
// alike: browsers take a backslash for a slash, and leave line breaks out.
func isMirror(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(s, "http://")
	}
	for i := range len(rest) {
		ok = ok && rest[i] > ' ' && rest[i] < 0x7f
	}
	return ok && !strings.HasPrefix(rest, "/") && strings.HasSuffix(rest, "/") && !strings.ContainsAny(rest, "?#@\\")
}

func key(v strictjson.Value) (revocation.Key, error) {
	k, err := headkeys.Read(v)
	if err == nil && signature.CheckKey(k.Algorithm, k.Key) != nil {
		raw, _ := v.Get("key")
		err = raw.Refuse("is not a key of this algorithm")
	}
	return k, err
}

// policies reads the inputs about certificate policies.
func policies(v strictjson.Value, in *verifier.PolicyInputs) error {
	if err := v.Fields("acceptable", "requireExplicit", "inhibitMapping", "inhibitAny"); err != nil {
		return err
	}
	err := v.Each("acceptable", func(v strictjson.Value) error {
		s, err := v.Text()
		if err != nil {
			return err
		}
		id, ok := x509.ParseOID(s)
		if !ok {
			return v.Refuse("is not a dotted object identifier")
		}
		in.Acceptable = append(in.Acceptable, id)
		return nil
	})
	if err != nil {
		return err
	}
	for _, member := range []struct {
		field string
		value *bool
	}{
		{"requireExplicit", &in.RequireExplicit}, {"inhibitMapping", &in.InhibitMapping}, {"inhibitAny", &in.InhibitAny},
	} {
		if v, ok := v.Get(member.field); ok {
			if *member.value, err = v.Bool(); err != nil {
				return err
			}
		}
	}
	return nil
}

// extKeyUsageNames are those that may stand by name (RFC 5280, Section 4.2.1.12).
var extKeyUsageNames = map[string]x509.OID{
	"serverAuth":      x509.OIDServerAuth,
	"clientAuth":      x509.OIDClientAuth,
	"codeSigning":     x509.OIDCodeSigning,
	"emailProtection": x509.OIDEmailProtection,
}

// ExtKeyUsage returns the usage that a name, such as "clientAuth", or a dotted object identifier stands for.
func ExtKeyUsage(s string) (usage x509.OID, ok bool) {
	if usage, ok = extKeyUsageNames[s]; !ok {
		usage, ok = x509.ParseOID(s)
	}
	return usage, ok
}

// extKeyUsages returns a list that is not nil, since nil stands for the default.
func extKeyUsages(v strictjson.Value) ([]x509.OID, error) {
	list, err := v.Array()
	if err != nil {
		return nil, err
	}
	usages := []x509.OID{}
	for _, v := range list {
		s, err := v.Text()
		if err != nil {
			return nil, err
		}
		usage, ok := ExtKeyUsage(s)
		if !ok {
			return nil, v.Refuse("is neither a known usage nor a dotted object identifier")
		}
		usages = append(usages, usage)
	}
	return usages, nil
}

// certificates reads a list of certificates, each base64 of DER, or PEM. They are parsed, so that the error says where.
func certificates(v strictjson.Value, field string) ([][]byte, error) {
	var ders [][]byte
	err := v.Each(field, func(v strictjson.Value) error {
		text, err := v.Text()
		if err != nil {
			return err
		}
		var der []byte
		if strings.HasPrefix(text, "-----BEGIN") {
			var ok bool
			if der, ok = fromPEM(text); !ok {
				return v.Refuse("is not one PEM certificate")
			}
		} else if der, err = headkeys.Base64(v); err != nil {
			return err
		}
		if _, err := x509.ParseCertificate(der); err != nil {
			return v.Refuse("is refused: " + err.Error())
		}
		ders = append(ders, der)
		return nil
	})
	return ders, err
}

// fromPEM returns the DER of a text that is one certificate (RFC 7468, Section 5.1), with line breaks anywhere.
func fromPEM(text string) ([]byte, bool) {
	text, begins := strings.CutPrefix(text, "-----BEGIN CERTIFICATE-----")
	text, rest, ends := strings.Cut(text, "-----END CERTIFICATE-----")
	if !begins || !ends || strings.TrimSpace(rest) != "" {
		return nil, false
	}
	der, err := base64url.DecodePadded(strings.Join(strings.Fields(text), ""))
	return der, err == nil
}

func texts(v strictjson.Value, field string) (list []string, err error) {
	err = v.Each(field, func(v strictjson.Value) error {
		s, err := v.Text()
		list = append(list, s)
		return err
	})
	return list, err
}

func seconds(v strictjson.Value) (time.Duration, error) {
	n, err := v.Int64()
	if err != nil {
		return 0, err
	}
	// A hundred years, far below what time.Duration holds.
	if n < 1 || n > 100*366*24*3600 {
		return 0, v.Refuse("is not a number of seconds from 1 on")
	}
	return time.Duration(n) * time.Second, nil
}

// oneOf returns the index of the text that v is.
func oneOf(v strictjson.Value, texts ...string) (int, error) {
	s, err := v.Text()
	if err != nil {
		return 0, err
	}
	for i, t := range texts {
		if s == t {
			return i, nil
		}
	}
	return 0, v.Refuse("is none of " + strings.Join(texts, ", "))
}
