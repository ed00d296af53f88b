package jose

import (
	"github.com/e2eid/e2eid/internal/strictjson"
)

// ParseJSON reads a JWS in the general or flattened JSON serialization (RFC 7515, Section 7.2), of at most [MaxToken]
// bytes, and returns one Unverified for each signature, in their order; all have the same payload. It is for SD-JWTs
// (RFC 9901, Section 8). A signature that holds says nothing about the others: the caller chooses one and must not use the
// unprotected header of another. Members that are not of RFC 7515 are ignored, as it demands. The error is an [*Error]. It
// does not retain b.
func ParseJSON(b []byte) ([]*Unverified, error) {
	object, err := parseObject(b, tokenLimits, "token")
	if err != nil {
		return nil, err
	}
	payload, ok := object.Get("payload")
	if !ok || payload.Kind() != strictjson.String {
		return nil, refuse(ErrFormat, "token", "has no payload")
	}
	encoded, _ := payload.Text()
	many, general := object.Get("signatures")
	if !general {
		u, err := parseSignature(object, encoded)
		if err != nil {
			return nil, err
		}
		return []*Unverified{u}, nil
	}
	for _, name := range [...]string{"protected", "header", "signature"} {
		if _, both := object.Get(name); both {
			return nil, refuse(ErrFormat, "token", "is both general and flattened")
		}
	}
	list, err := many.Array()
	if err != nil || len(list) == 0 {
		return nil, refuse(ErrFormat, "signatures", "is not an array with members")
	}
	if len(list) > maxSignatures {
		return nil, refuse(ErrLimit, "signatures", "has too many members")
	}
	out := make([]*Unverified, len(list))
	for i, s := range list {
		if out[i], err = parseSignature(s, encoded); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// parseSignature reads the members of one signature.
func parseSignature(object strictjson.Value, payload string) (*Unverified, error) {
	var parts [2]string
	for i, name := range [...]string{"protected", "signature"} {
		v, ok := object.Get(name)
		if !ok || v.Kind() != strictjson.String {
			return nil, refuse(ErrFormat, "token", "has a signature without "+name)
		}
		parts[i], _ = v.Text()
	}
	u, err := parseParts([]byte(parts[0]), []byte(payload), []byte(parts[1]))
	if err != nil {
		return nil, err
	}
	u.signed = []byte(parts[0] + "." + payload)
	header, ok := object.Get("header")
	if !ok {
		return u, nil
	}
	members, err := header.Object()
	if err != nil {
		return nil, refuse(ErrFormat, "unprotected header", "is not an object")
	}
	for _, m := range members {
		if m.Name != "kid" && isRegistered(m.Name) || m.Name == "b64" {
			return nil, refuse(ErrFormat, "unprotected header", "has a name that must be protected")
		}
		// RFC 7515, Section 7.2.1: the names of the two are disjoint.
		if _, both := u.header.Object.Get(m.Name); both {
			return nil, refuse(ErrFormat, "unprotected header", "has a name that the protected one has")
		}
	}
	u.unprotected = header
	return u, nil
}
