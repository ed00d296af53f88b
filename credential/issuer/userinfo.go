package issuer

import (
	"fmt"
	"strconv"
)

// userInfoType is that of the draft's examples and its abstract; one sentence of it has another, OpenIDCredential.
const userInfoType = "UserInfoCredential"

// UserInfoVC issues a UserInfo VC (OpenID Connect UserInfo Verifiable Credentials, draft 00): a JWT-VC with the claims that a
// UserInfo endpoint would return, of which nothing can be withheld. Its subject is the holder's key as a did:jwk, and its
// status, if there is one, an entry of a StatusList2021: that of [TokenIssuer.StatusList2021], which is the only kind that
// the draft has. Type must be empty, and the issuer must have a KeyID, which verifiers find in its JWK Set.
func (i *TokenIssuer) UserInfoVC(c Credential) (string, error) {
	if c.Type != "" || i.KeyID == "" || len(c.Disclosable) > 0 {
		return "", fmt.Errorf("%w: a UserInfo VC of another type, without a kid, or with what can be withheld", ErrToken)
	}
	uri := c.StatusURI
	c.Type, c.StatusURI = userInfoType, ""
	payload, vc, key, err := i.vcPayload(c)
	if err != nil {
		return "", err
	}
	if uri != "" {
		index := strconv.FormatInt(c.StatusIndex, 10)
		vc["credentialStatus"] = map[string]any{
			"id": uri + "#" + index, "type": "StatusList2021Entry", "statusPurpose": "revocation", "statusListIndex": index, "statusListCredential": uri,
		}
	}
	payload["jti"] = uuid()
	return i.signVC(payload, key)
}

// uuid returns a random UUID as a URN (RFC 9562, Section 5.4): the id of a credential, which tells nothing.
func uuid() string {
	b := random(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
