package statuslist

import (
	"bytes"
	"slices"

	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/member"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// Parse reads a signed status list of one of the three forms. What does not begin like text is a COSE_Sign1, and JSON has Data
// Integrity proofs. The error is an [*Error], or of package jose, cose or cbor.
func Parse(token []byte) (*List, error) {
	switch start := bytes.TrimLeft(token, " \t\r\n"); {
	case len(token) > 0 && token[0] >= 0x80:
		return parseCOSE(token)
	case len(start) > 0 && start[0] == '{':
		return parseProven(token)
	}
	u, err := jose.ParseSized(token, MaxToken)
	if err != nil {
		return nil, err
	}
	claims, err := u.UnverifiedClaims()
	if err != nil {
		return nil, err
	}
	l := &List{Token: u}
	typ := u.Header().Type
	switch {
	case jose.SameType(typ, "statuslist+jwt"):
		err = l.readToken(claims)
	case jose.SameType(typ, "vc+jwt"):
		err = l.readEnveloped(u.Header(), claims)
	case typ == "" || jose.SameType(typ, "JWT"):
		inner, ok := claims.Get("vc")
		if _, context := claims.Get("@context"); context && !ok { // of the data model 2.0, whose typ is a SHOULD
			err = l.readEnveloped(u.Header(), claims)
			break
		}
		if !ok {
			return nil, &Error{ErrUnsupported, "a JWT without a status list"}
		}
		err = l.readCredential(claims, inner)
	default:
		err = &Error{ErrUnsupported, "typ"}
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// readToken reads a Status List Token in JWT form (draft-ietf-oauth-status-list, "Status List Token").
func (l *List) readToken(claims strictjson.Value) error {
	l.Kind = Token
	if err := l.readTimes(claims); err != nil {
		return err
	}
	if _, ok := claims.Get("iat"); !ok {
		return malformed("no iat")
	}
	var err error
	if l.URI, err = text(claims, "sub", true); err != nil {
		return err
	}
	if l.Issuer, err = text(claims, "iss", false); err != nil {
		return err
	}
	if ttl, ok := claims.Get("ttl"); ok {
		if l.TimeToLive, err = ttl.Int64(); err != nil || l.TimeToLive <= 0 {
			return malformed("ttl is not a positive number of seconds")
		}
	}
	list, _ := claims.Get("status_list")
	bits, _ := list.Get("bits")
	n, err := bits.Int64()
	if err != nil || n != 1 && n != 2 && n != 4 && n != 8 {
		return malformed("bits is none of 1, 2, 4 and 8")
	}
	l.bits = int(n)
	l.encoded, err = text(list, "lst", true)
	return err
}

// readEnveloped reads a credential of the data model 2.0 that is the payload of a token (VC-JOSE-COSE, Section 3.1).
func (l *List) readEnveloped(h jose.Header, claims strictjson.Value) error {
	if h.ContentType != "" && !jose.SameType(h.ContentType, "vc") {
		return malformed("cty is not vc")
	}
	for _, name := range [...]string{"vc", "vp"} {
		if _, ok := claims.Get(name); ok {
			return malformed("a claim of another data model")
		}
	}
	return l.readCredential(claims, claims)
}

// readCredential reads the credential that a list of the W3C kinds is. claims and v are the same in the data model 2.0. It is
// bound by the times in the words of both models, so that no issuer's end is passed over.
func (l *List) readCredential(claims, v strictjson.Value) error {
	if err := l.readTimes(claims); err != nil {
		return err
	}
	for _, d := range [...][2]string{{"validFrom", "validUntil"}, {"issuanceDate", "expirationDate"}} {
		var times [2]int64
		for i, name := range d {
			var ok bool
			if times[i], ok = member.DateTime(v, name); !ok {
				return malformed(name + " is not a date and time")
			}
		}
		l.between(times[0], times[1])
	}
	if l.IssuedAt() == 0 {
		return malformed("no time of issue")
	}
	var err error
	if err := refuseStatus(v); err != nil {
		return err
	}
	if l.URI, err = text(v, "id", false); err != nil {
		return err
	}
	jti, err := text(claims, "jti", false)
	if err != nil {
		return err
	}
	if l.URI == "" {
		l.URI = jti
	}
	if l.URI == "" || jti != "" && jti != l.URI {
		return malformed("no id, or another jti")
	}
	if err := l.readIssuer(claims, v); err != nil {
		return err
	}
	types, err := texts(v, "type")
	if err != nil {
		return err
	}
	subject, _ := v.Get("credentialSubject")
	subjectType, err := text(subject, "type", true)
	if err != nil {
		return err
	}
	if l.encoded, err = text(subject, "encodedList", true); err != nil {
		return err
	}
	switch {
	case slices.Contains(types, "BitstringStatusListCredential") && subjectType == "BitstringStatusList":
		l.Kind = Bitstring
		var ok bool
		if l.encoded, ok = cutMultibase(l.encoded); !ok {
			return malformed("encodedList is not multibase of base64url")
		}
		if ttl, ok := subject.Get("ttl"); ok {
			if l.TimeToLive, err = ttl.Int64(); err != nil || l.TimeToLive <= 0 {
				return malformed("ttl is not a positive number of milliseconds")
			}
			l.TimeToLive = max(1, l.TimeToLive/1000)
		}
	case slices.Contains(types, "StatusList2021Credential") && subjectType == "StatusList2021":
		l.Kind = List2021
	default:
		return &Error{ErrUnsupported, "type of a status list"}
	}
	if l.Purposes, err = texts(subject, "statusPurpose"); err != nil || len(l.Purposes) == 0 {
		return malformed("no statusPurpose")
	}
	return nil
}

// readIssuer reads iss and issuer, which must be the same where both are there.
func (l *List) readIssuer(claims, v strictjson.Value) error {
	iss, err := text(claims, "iss", false)
	if err != nil {
		return err
	}
	l.Issuer = iss
	if issuer, ok := v.Get("issuer"); ok {
		if l.Issuer, err = issuer.Text(); err != nil {
			if l.Issuer, err = text(issuer, "id", true); err != nil {
				return err
			}
		}
	}
	if l.Issuer == "" || iss != "" && iss != l.Issuer {
		return malformed("no issuer, or another iss")
	}
	return nil
}

// refuseStatus refuses a list whose own status would have to be asked for: that would never end.
func refuseStatus(v strictjson.Value) error {
	for _, name := range [...]string{"credentialStatus", "status"} {
		if _, ok := v.Get(name); ok {
			return malformed("a status list that has a status")
		}
	}
	return nil
}

// readTimes reads iat, nbf and exp of a list that has no status of its own. A list that is not valid yet is one from the future.
func (l *List) readTimes(claims strictjson.Value) error {
	if err := refuseStatus(claims); err != nil {
		return err
	}
	var iat, nbf, exp int64
	for _, c := range [...]struct {
		name string
		to   *int64
	}{{"iat", &iat}, {"exp", &exp}, {"nbf", &nbf}} {
		var ok bool
		if *c.to, ok = member.Seconds(claims, c.name); !ok {
			return malformed(c.name + " is not a time in whole seconds")
		}
	}
	if _, ok := claims.Get("aud"); ok {
		return malformed("for an audience, where all are to read")
	}
	l.between(nbf, exp)
	l.SignedAt = max(l.SignedAt, iat)
	return nil
}

// between narrows the time of the list: it holds from start on, and end is the first second that is not within. Either is 0 if
// it is not said.
func (l *List) between(start, end int64) {
	l.From = max(l.From, start)
	if end != 0 && (l.NotAfter == 0 || end-1 < l.NotAfter) {
		l.NotAfter = end - 1
	}
}

func text(v strictjson.Value, name string, required bool) (string, error) {
	s, ok := member.Text(v, name)
	if !ok || s == "" && required {
		return "", malformed(name + " is not a string with characters")
	}
	return s, nil
}

func texts(v strictjson.Value, name string) ([]string, error) {
	const few = 16
	value, _ := v.Get(name)
	if s, err := value.Text(); err == nil {
		return []string{s}, nil
	}
	list, err := value.Array()
	if err != nil || len(list) > few {
		return nil, malformed(name + " is neither a string nor a list of a few")
	}
	var out []string
	for _, v := range list {
		s, err := v.Text()
		if err != nil {
			return nil, malformed(name + " has what is not a string")
		}
		out = append(out, s)
	}
	return out, nil
}
