package jose

import (
	"errors"

	"github.com/e2eid/e2eid/internal/strictjson"
)

// Kinds of [Error].
var (
	// ErrFormat reports what is no JWS, JWK or JWK Set, or has two readings.
	ErrFormat = errors.New("jose: malformed")
	// ErrLimit reports more bytes, values, certificates, keys or signatures than are looked at.
	ErrLimit = errors.New("jose: over a limit")
	// ErrAlgorithm reports an algorithm that is unknown, or that never secures a credential: none, a MAC. It also
	// reports one that the host cannot check.
	ErrAlgorithm = errors.New("jose: algorithm unknown or not supported")
	// ErrCritical reports a token that demands an extension.
	ErrCritical = errors.New("jose: critical extension not understood")
	// ErrKey reports a key that is of an unknown kind, malformed, weak or not for verifying, or not of a token's algorithm.
	ErrKey = errors.New("jose: key unsuitable")
	// ErrSecret reports a private or symmetric key where a public one must be. Whoever made it public lost it.
	ErrSecret = errors.New("jose: secret key")
	// ErrNoKey reports a set that has no key for a token, or several.
	ErrNoKey = errors.New("jose: no key, or more than one")
	// ErrSignature reports a signature that does not hold.
	ErrSignature = errors.New("jose: bad signature")
)

// An Error reports what is refused. It repeats nothing of it but names of members.
type Error struct {
	Kind   error  // one of the above
	Part   string // as "header"
	Reason string // as "is not base64url"
	Cause  error  // of package strictjson or signature, or nil
}

func (e *Error) Error() string {
	s := e.Kind.Error() + ": " + e.Part + " " + e.Reason
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

func refuse(kind error, part, reason string) error {
	return &Error{Kind: kind, Part: part, Reason: reason}
}

// parseObject reads one JSON object.
func parseObject(b []byte, limits strictjson.Limits, part string) (strictjson.Value, error) {
	v, err := strictjson.Parse(b, limits)
	if err != nil {
		kind := ErrFormat
		if errors.Is(err, strictjson.ErrLimit) {
			kind = ErrLimit
		}
		return strictjson.Value{}, &Error{kind, part, "is not strict JSON", err}
	}
	if v.Kind() != strictjson.Object {
		return strictjson.Value{}, refuse(ErrFormat, part, "is not a JSON object")
	}
	return v, nil
}

// text reads a member that must be a short string with characters, if it is there; ok is false if it is there and is not.
// What is absent is the empty string.
func text(object strictjson.Value, name string) (s string, ok bool) {
	v, there := object.Get(name)
	if !there {
		return "", true
	}
	s, err := v.Text()
	return s, err == nil && s != "" && len(s) <= maxText
}
