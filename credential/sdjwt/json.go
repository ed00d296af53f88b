package sdjwt

import (
	"strings"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// jsonLimits bound the JSON serialization.
var jsonLimits = strictjson.Limits{Bytes: MaxBytes, Nodes: 1 << 12, Depth: 16}

// ParseJSON reads an SD-JWT in the JSON serialization (RFC 9901, Section 8): a JWS, flattened or general, with the
// disclosures and the key binding in the unprotected header of its first signature, which is the one that counts. The
// Token is that of the compact form with the same parts, and so is its [Token.Hash]. The error is an [*Error].
func ParseJSON(text []byte) (*Token, error) {
	if _, err := jose.ParseJSON(text); err != nil { // all signatures are well-formed
		return nil, wrapJOSE(err)
	}
	v, err := strictjson.Parse(text, jsonLimits)
	if err != nil {
		return nil, wrap(err, "not strict JSON")
	}
	first := v
	if many, ok := v.Get("signatures"); ok {
		list, err := many.Array()
		if err != nil || len(list) == 0 {
			return nil, malformed("no signature")
		}
		first = list[0]
		for _, other := range list[1:] {
			header, _ := other.Get("header")
			for _, name := range [...]string{"disclosures", "kb_jwt"} {
				if _, ok := header.Get(name); ok {
					return nil, malformed(name + " beside another signature than the first")
				}
			}
		}
	}
	var parts [3]string
	for i, m := range [...]struct {
		in   strictjson.Value
		name string
	}{{first, "protected"}, {v, "payload"}, {first, "signature"}} {
		member, _ := m.in.Get(m.name)
		if parts[i], err = member.Text(); err != nil {
			return nil, malformed("no " + m.name)
		}
	}
	compact := strings.Join(parts[:], ".") + "~"
	header, _ := first.Get("header")
	if member, ok := header.Get("disclosures"); ok {
		list, err := member.Array()
		if err != nil {
			return nil, malformed("disclosures is not an array")
		}
		for _, d := range list {
			s, err := d.Text()
			if err != nil || strings.IndexByte(s, '~') >= 0 {
				return nil, malformed("a disclosure is not a string of base64url")
			}
			compact += s + "~"
		}
	}
	if member, ok := header.Get("kb_jwt"); ok {
		s, err := member.Text()
		if err != nil || s == "" || strings.IndexByte(s, '~') >= 0 {
			return nil, malformed("kb_jwt is not a JWT")
		}
		compact += s
	}
	return Parse([]byte(compact))
}
