package statuslist

import (
	"github.com/e2eid/e2eid/internal/cbor"
	"github.com/e2eid/e2eid/internal/cose"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/member"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// maxClaims bounds the claims of a CWT in items: the largest list that is known has seven claims and three members.
const (
	maxClaims     = 256
	maxClaimDepth = 8
)

// Claims of a CWT (RFC 8392, Section 4; draft-ietf-oauth-status-list-21, "CBOR Web Token Claims Registration").
const (
	claimIssuer     = 1
	claimSubject    = 2
	claimAudience   = 3
	claimExpiration = 4
	claimNotBefore  = 5
	claimIssuedAt   = 6
	claimStatusList = 65533
	claimTimeToLive = 65534
	claimStatus     = 65535
)

// parseCOSE reads a Status List Token in CWT form (draft-ietf-oauth-status-list-21, "Status List Token in CWT Format"), or a
// credential that is a list (VC-JOSE-COSE, Section 3.3). A MAC is refused, since who can check it can make it.
func parseCOSE(token []byte) (*List, error) {
	u, err := cose.Parse(token, MaxToken)
	if err != nil {
		return nil, err
	}
	l := &List{Token: u}
	switch typ := u.Header().Type; {
	case jose.SameType(typ, "statuslist+cwt"):
		err = l.parseCWT(token[0], u.UnverifiedPayload())
	case jose.SameType(typ, "vc+cose"):
		var claims strictjson.Value
		if claims, err = u.UnverifiedClaims(); err == nil {
			err = l.readEnveloped(u.Header(), claims)
		}
	default:
		err = &Error{ErrUnsupported, "typ"}
	}
	if err != nil {
		return nil, err
	}
	return l, nil
}

// parseCWT reads the payload of a CWT, which is within the tag of COSE_Sign1, and that within no other.
func (l *List) parseCWT(first byte, payload []byte) error {
	if first != cose.Tagged {
		return malformed("not within the tag of COSE_Sign1")
	}
	l.Kind = Token
	claims, err := cbor.Parse(payload, cbor.Limits{Bytes: len(payload), Nodes: maxClaims, Depth: maxClaimDepth})
	if err != nil {
		return err
	}
	return l.readCWT(claims)
}

func (l *List) readCWT(claims cbor.Value) error {
	if _, ok := claims.Get(claimStatus); ok {
		return malformed("a status list that has a status") // see refuseStatus
	}
	if _, ok := claims.Get(claimAudience); ok {
		return malformed("for an audience, where all are to read")
	}
	issuedAt, notBefore, expiration := number(claims, claimIssuedAt), number(claims, claimNotBefore), number(claims, claimExpiration)
	l.TimeToLive = number(claims, claimTimeToLive)
	if issuedAt < member.MinTime || expiration < 0 || expiration == 1 || notBefore < 0 || l.TimeToLive < 0 {
		return malformed("no iat, or exp, nbf or ttl that is not in whole seconds from 1 on")
	}
	l.between(notBefore, expiration)
	l.SignedAt = issuedAt
	var ok, okay bool
	l.URI, ok = name(claims, claimSubject)
	l.Issuer, okay = name(claims, claimIssuer)
	if !ok || !okay || l.URI == "" {
		return malformed("no sub, or sub or iss is not a string with characters")
	}
	list, _ := claims.Get(claimStatusList)
	bits, _ := list.Find([]byte("\x64bits"))
	n, _ := bits.Int()
	if n != 1 && n != 2 && n != 4 && n != 8 {
		return malformed("bits is none of 1, 2, 4 and 8")
	}
	l.bits = int(n)
	lst, _ := list.Find([]byte("\x63lst"))
	if l.compressed, _ = lst.Bytes(); len(l.compressed) == 0 {
		return malformed("lst is not a byte string with content")
	}
	return nil
}

// number reads a number of seconds; it is 0 if it is absent, and below that if it is not one from 1 to the year 9999.
func number(claims cbor.Value, claim int64) int64 {
	v, there := claims.Get(claim)
	if !there {
		return 0
	}
	n, _ := v.Int()
	if n < 1 || n > member.MaxTime {
		return -1
	}
	return n
}

// name reads a string; it is empty if it is absent.
func name(claims cbor.Value, claim int64) (s string, ok bool) {
	v, there := claims.Get(claim)
	if !there {
		return "", true
	}
	s, _ = v.Text()
	return s, s != ""
}
