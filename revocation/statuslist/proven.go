package statuslist

import (
	"errors"

	"github.com/e2eid/e2eid/credential/dataintegrity"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// provenLimits bound a list with proofs: its credential has some twenty members, and so has each proof.
var provenLimits = strictjson.Limits{Bytes: maxProven, Nodes: 1 << 10, Depth: 16}

// parseProven reads a credential that is a list, with Data Integrity proofs (VC Data Integrity 1.0), all of which have to
// hold.
func parseProven(text []byte) (*List, error) {
	v, err := strictjson.Parse(text, provenLimits)
	switch {
	case errors.Is(err, strictjson.ErrLimit):
		return nil, &Error{ErrLimit, "a list with proofs is over 256 KiB, or of too many members"}
	case err != nil:
		return nil, malformed("not strict JSON")
	}
	l := &List{}
	switch l.Proofs, err = dataintegrity.Read(v); {
	case errors.Is(err, dataintegrity.ErrUnsupported):
		return nil, &Error{ErrUnsupported, err.Error()}
	case errors.Is(err, dataintegrity.ErrLimit):
		return nil, &Error{ErrLimit, err.Error()}
	case err != nil:
		return nil, malformed(err.Error())
	}
	for _, p := range l.Proofs {
		switch {
		case p.Purpose != "assertionMethod":
			return nil, malformed("a proof for another purpose than to assert")
		case p.Domain != "" || p.Challenge != "":
			return nil, malformed("a proof for a domain or a challenge, where all are to read")
		}
		l.between(0, p.Expires)
		l.SignedAt = max(l.SignedAt, p.Created)
	}
	for _, name := range [...]string{"iss", "jti", "vc", "vp", "exp", "nbf", "iat", "aud"} {
		if _, ok := v.Get(name); ok {
			return nil, malformed("a claim of JWTs beside a proof")
		}
	}
	if err := l.readCredential(v, v); err != nil {
		return nil, err
	}
	return l, nil
}
