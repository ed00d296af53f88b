package statuslist

import (
	"github.com/e2eid/e2eid/internal/cbor"
	"github.com/e2eid/e2eid/internal/cose"
	"github.com/e2eid/e2eid/internal/jose"
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
	claimExpiration = 4
	claimNotBefore  = 5
	claimIssuedAt   = 6
	claimStatusList = 65533
	claimTimeToLive = 65534
)

// parseCWT reads a Status List Token in CWT form (draft-ietf-oauth-status-list-21, "Status List Token in CWT Format"): a
// COSE_Sign1 within its tag, and that within no other. A MAC is refused, since who can check it can make it.
func parseCWT(token []byte) (*List, error) {
	u, err := cose.Parse(token, MaxToken)
	if err != nil {
		return nil, err
	}
	if token[0] != cose.Tagged {
		return nil, malformed("not within the tag of COSE_Sign1")
	}
	if !jose.SameType(u.Header().Type, "statuslist+cwt") {
		return nil, &Error{ErrUnsupported, "typ"}
	}
	payload := u.UnverifiedPayload()
	claims, err := cbor.Parse(payload, cbor.Limits{Bytes: len(payload), Nodes: maxClaims, Depth: maxClaimDepth})
	if err != nil {
		return nil, err
	}
	l := &List{Kind: Token, Token: u}
	if err := l.readCWT(claims); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *List) readCWT(claims cbor.Value) error {
	if claims.Kind() != cbor.Map {
		return malformed("claims that are no map")
	}
	var notBefore int64
	for _, c := range [...]struct {
		claim int64
		to    *int64
		least int64
	}{{claimIssuedAt, &l.IssuedAt, minTime}, {claimExpiration, &l.NotAfter, minTime}, {claimNotBefore, &notBefore, minTime}, {claimTimeToLive, &l.TimeToLive, 1}} {
		if v, there := claims.Get(c.claim); there {
			n, ok := v.Int()
			if !ok || n < c.least || n > maxTime {
				return malformed("iat, exp, nbf or ttl is not a number of whole seconds in range")
			}
			*c.to = n
		}
	}
	if l.IssuedAt == 0 {
		return malformed("no iat")
	}
	l.IssuedAt = max(l.IssuedAt, notBefore)
	if l.NotAfter != 0 {
		l.NotAfter-- // exp is the first second that is not within
	}
	if sub, there := claims.Get(claimSubject); there {
		l.URI, _ = sub.Text()
	}
	if l.URI == "" {
		return malformed("sub is not a string with characters")
	}
	if iss, there := claims.Get(claimIssuer); there {
		if l.Issuer, _ = iss.Text(); l.Issuer == "" {
			return malformed("iss is not a string with characters")
		}
	}
	list, _ := claims.Get(claimStatusList)
	bits, _ := list.GetText("bits")
	lst, _ := list.GetText("lst")
	n, _ := bits.Int()
	if n != 1 && n != 2 && n != 4 && n != 8 {
		return malformed("bits is none of 1, 2, 4 and 8")
	}
	l.bits = int(n)
	if l.compressed, _ = lst.Bytes(); len(l.compressed) == 0 {
		return malformed("lst is not a byte string with content")
	}
	return nil
}
