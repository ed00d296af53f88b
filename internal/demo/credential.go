package demo

import (
	"crypto"
	"encoding/json"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/internal/jwxsign"
)

// The forms of verifiable credentials that the authority issues, as the page names them.
const (
	formSDJWT    = "sd_jwt"
	formUserInfo = "userinfo_vc"
)

const (
	// Each form has an issuer of its own, since the claims stand elsewhere in each.
	sdjwtIssuer    = "https://" + authorityID + "/vc"
	userInfoIssuer = "https://" + authorityID + "/oidc"
	sdjwtType      = "https://" + authorityID + "/types/member"
	userInfoType   = "UserInfoCredential"

	// credentialList is one of the authority's own signed lists, as those of certificates are.
	credentialList = "https://" + authorityID + "/lists/credentials"
	tokenKeyID     = "1"
)

// enrolToken issues a verifiable credential to the account that a token stands for, and publishes a head that covers it.
// The request proves possession of the key, as that for a certificate does.
func (a *authority) enrolToken(token, form string, csr []byte) (credential string, head uint64, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	account, err := a.account(token)
	if err != nil {
		return "", 0, err
	}
	b, err := a.ca.Bind(issuer.Request{Account: account.Account, PKCS10: csr}, credentialList)
	if err != nil {
		return "", 0, err
	}
	claims := account.claims()
	c := issuer.Credential{
		Type: sdjwtType, Holder: b.Key, NotBefore: b.NotBefore, NotAfter: b.Record.NotAfter,
		StatusURI: credentialList, StatusIndex: int64(b.Record.Index),
	}
	i := issuer.TokenIssuer{ID: sdjwtIssuer, Algorithm: "ES256", Key: a.tokens, KeyID: tokenKeyID}
	switch form {
	case formSDJWT:
		c.Disclosable = claims
		credential, err = i.SDJWTVC(c)
	default: // formUserInfo
		i.ID, c.Type, c.Claims = userInfoIssuer, userInfoType, claims
		credential, err = i.JWTVC(c)
	}
	if err != nil {
		return "", 0, err
	}
	head, err = a.publish()
	return credential, head, err
}

// claims are what the authority says of an account (OpenID Connect Core, Section 5.1, but for the organization).
func (a *account) claims() map[string]any {
	return map[string]any{
		"preferred_username": a.ID, "name": a.DisplayName, "organization": a.Organization,
		"email": a.ID + "@aurora.example", "birthdate": a.Birthdate,
	}
}

// tokenIssuers are the issuers of the trust configuration.
func tokenIssuers(key crypto.PublicKey) ([]tokenIssuer, error) {
	public, err := jwxsign.PublicKey(key)
	if err != nil {
		return nil, err
	}
	var jwk map[string]any
	if err := json.Unmarshal(public.JWK(), &jwk); err != nil {
		return nil, err
	}
	jwk["kid"] = tokenKeyID
	keys := map[string][]any{"keys": {jwk}}
	path := func(form, claim string) []string {
		if form == formUserInfo {
			return []string{"vc", "credentialSubject", claim}
		}
		return []string{claim}
	}
	var issuers []tokenIssuer
	for _, i := range []struct{ form, id, credential string }{{formSDJWT, sdjwtIssuer, sdjwtType}, {formUserInfo, userInfoIssuer, userInfoType}} {
		issuers = append(issuers, tokenIssuer{
			ID: i.id, JWKS: keys, Types: []string{i.credential},
			Identifiers:  []claimRule{{Claim: path(i.form, "preferred_username"), Form: "uri", Prefix: scope[0]}},
			Name:         path(i.form, "name"),
			Organization: path(i.form, "organization"),
		})
	}
	return issuers, nil
}
