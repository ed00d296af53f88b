package sdjwt

import (
	"github.com/e2eid/e2eid/internal/member"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// KeyBindingType is the typ of a Key Binding JWT.
const KeyBindingType = "kb+jwt"

// A KeyBinding is the payload of a Key Binding JWT (RFC 9901, Section 4.3).
type KeyBinding struct {
	IssuedAt        int64 // Unix seconds
	Expires, Before int64 // exp and nbf; 0 if there is none
	Audience        string
	Nonce           string
	Hash            string // sd_hash
}

// ParseKeyBinding reads the payload of a Key Binding JWT. All four claims must be there, and aud is one string: of
// several audiences each could present it to the others. Claims that are not known are passed over. The error is an
// [*Error].
func ParseKeyBinding(payload strictjson.Value) (*KeyBinding, error) {
	k := &KeyBinding{}
	for _, c := range [...]struct {
		name     string
		value    *int64
		required bool
	}{{"iat", &k.IssuedAt, true}, {"exp", &k.Expires, false}, {"nbf", &k.Before, false}} {
		n, ok := member.Seconds(payload, c.name)
		if !ok || n == 0 && c.required {
			return nil, malformed(c.name + " of the key binding is not a time in seconds")
		}
		*c.value = n
	}
	for _, c := range [...]struct {
		name  string
		value *string
	}{{"aud", &k.Audience}, {"nonce", &k.Nonce}, {"sd_hash", &k.Hash}} {
		s, ok := member.Text(payload, c.name)
		if !ok || s == "" {
			return nil, malformed(c.name + " of the key binding is not a string")
		}
		*c.value = s
	}
	return k, nil
}
