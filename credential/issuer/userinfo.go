package issuer

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/revocation/statuslist"
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
	payload, err := i.payload(c)
	if err != nil {
		return "", err
	}
	key, err := jwxsign.PublicKey(c.Holder)
	if err != nil {
		return "", err
	}
	if _, taken := c.Claims["id"]; taken {
		return "", fmt.Errorf("%w: claim \"id\" is the issuer's own", ErrToken)
	}
	subject := map[string]any{"id": "did:jwk:" + encode(key.JWK())}
	maps.Copy(subject, c.Claims)
	inner := map[string]any{
		"@context": []string{"https://www.w3.org/2018/credentials/v1"}, "type": []string{"VerifiableCredential", c.Type}, "credentialSubject": subject,
	}
	if uri != "" {
		index := strconv.FormatInt(c.StatusIndex, 10)
		inner["credentialStatus"] = map[string]any{
			"id": uri + "#" + index, "type": "StatusList2021Entry", "statusPurpose": "revocation", "statusListIndex": index, "statusListCredential": uri,
		}
	}
	payload["nbf"], payload["jti"], payload["vc"] = payload["iat"], uuid(), inner
	token, err := i.sign(payload, "JWT")
	if err != nil {
		return "", err
	}
	return readBack(token)
}

// StatusList2021 signs a StatusList2021 as a JWT-VC, as UserInfo VCs refer to: an entry of one bit for each index, 1 where a
// credential is revoked. There are 131,072 entries at least, that a list tells little of whom it is about. It may be
// relied on from made until the second before notAfter.
func (i *TokenIssuer) StatusList2021(uri string, size int, revoked []int, made, notAfter time.Time) (string, error) {
	const least = 131072
	list := make([]byte, (max(size, least)+7)/8)
	for _, n := range revoked {
		if n < 0 || n >= size {
			return "", fmt.Errorf("%w: index %d of %d", ErrToken, n, size)
		}
		list[n/8] |= 0x80 >> (n % 8)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(list); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	token, err := i.sign(map[string]any{
		"iss": i.ID, "iat": made.Unix(), "nbf": made.Unix(), "exp": notAfter.Unix(), "jti": uri, "sub": uri + "#list",
		"vc": map[string]any{
			"@context": []string{"https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"},
			"type":     []string{"VerifiableCredential", "StatusList2021Credential"},
			"credentialSubject": map[string]any{
				"id": uri + "#list", "type": "StatusList2021", "statusPurpose": "revocation", "encodedList": encode(b.Bytes()),
			},
		},
	}, "JWT")
	if err != nil {
		return "", err
	}
	if _, err := statuslist.Parse([]byte(token)); err != nil {
		return "", fmt.Errorf("%w: %w", ErrToken, err)
	}
	return token, nil
}

// uuid returns a random UUID as a URN (RFC 9562, Section 5.4): the id of a credential, which tells nothing.
func uuid() string {
	b := random(16)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
