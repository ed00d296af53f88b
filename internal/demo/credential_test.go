package demo

import (
	"crypto"
	"net/http"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/verifier"
)

// enrolToken gets a verifiable credential for a key.
func (d *Demo) enrolToken(t *testing.T, id, form string, key crypto.Signer) (credential string, head uint64) {
	t.Helper()
	var got struct {
		Credential string
		Head       uint64
	}
	request := map[string]any{"token": d.token(t, id), "form": form, "csr": csr(t, key, "mimi://aurora.example/u/"+id)}
	if status := d.post(t, "/enrol", request, &got); status != http.StatusOK {
		t.Fatal("status", status)
	}
	return got.Credential, got.Head
}

func keyPackage(key crypto.Signer, credential mls.Credential) []byte {
	now := uint64(time.Now().Unix())
	return mlstest.KeyPackage{LeafNode: mlstest.LeafNode{
		Suite: suite, Signer: key, Credential: credential,
		Lifetime: mls.Lifetime{NotBefore: now - 60, NotAfter: now + 3600},
	}}.Build()
}

func TestVerifiableCredentialsAreIssuedAndRevoked(t *testing.T) {
	d := start(t)
	c := d.client(t)
	key := mlstest.NewSigner(suite)
	sdjwt, _ := d.enrolToken(t, "bob", formSDJWT, key)
	jwt, head := d.enrolToken(t, "bob", formUserInfo, key)
	if got := c.refresh(t); got != head {
		t.Errorf("mirror has head %d, authority said %d", got, head)
	}
	present := func(claims ...string) []byte {
		shown, err := issuer.Disclose(sdjwt, claims)
		if err != nil {
			t.Fatal(err)
		}
		presented, err := issuer.Present(shown, "ES256", key, "https://aurora.example", "nonce", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return keyPackage(key, mlstest.Token(mls.SDJWT, presented))
	}
	bySDJWT := present("name", "organization", "preferred_username")
	byUserInfo := keyPackage(key, mlstest.Token(mls.UserInfoVC, jwt))
	for _, kp := range [][]byte{bySDJWT, byUserInfo} {
		v := c.verify(kp, "bob")
		expect(t, v, verifier.Verified, "")
		if id, _ := v.Identity(); id.Name != "Bob Lindqvist" || id.Organization != "Aurora Research" || id.Authority != authorityID {
			t.Errorf("%+v", id)
		}
		expect(t, c.verify(kp, "alice"), verifier.Rejected, verifier.CodeIdentityMismatch)
	}
	v := c.verify(present("organization", "preferred_username"), "bob")
	if id, _ := v.Identity(); v.Outcome() != verifier.Verified || id.Name != "" || id.Organization == "" {
		t.Errorf("the name is withheld: %s", v.AppendJSON(nil))
	}
	expect(t, c.verify(present("name", "email", "birthdate", "organization"), "bob"), verifier.Rejected, verifier.CodeNoIdentity)

	other := mlstest.NewSigner(suite)
	expect(t, c.verify(keyPackage(other, mlstest.Token(mls.UserInfoVC, jwt)), "bob"), verifier.Rejected, verifier.CodeKeyMismatch)
	expect(t, c.verify(keyPackage(other, mlstest.Token(mls.SDJWT, sdjwt)), "bob"), verifier.Rejected, verifier.CodeKeyMismatch)

	if status := d.post(t, "/revoke", map[string]string{"account": "bob", "reason": "keyCompromise"}, nil); status != http.StatusOK {
		t.Fatal("status", status)
	}
	c.refresh(t)
	expect(t, c.verify(bySDJWT, "bob"), verifier.Rejected, verifier.CodeRevoked)
	expect(t, c.verify(byUserInfo, "bob"), verifier.Rejected, verifier.CodeRevoked)
}

func TestVerifiableCredentialsAreRefused(t *testing.T) {
	d := start(t)
	key := mlstest.NewSigner(suite)
	right := func() map[string]any {
		return map[string]any{"token": d.token(t, "bob"), "form": formSDJWT, "csr": csr(t, key, "mimi://aurora.example/u/bob")}
	}
	for name, c := range map[string]struct {
		member string
		value  any
		status int
	}{
		"a form that is not known": {"form", "saml", http.StatusBadRequest},
		"a token of nobody":        {"token", "x", http.StatusUnauthorized},
		"somebody else's name":     {"csr", csr(t, key, "mimi://aurora.example/u/alice"), http.StatusForbidden},
		"no request":               {"csr", []byte("x"), http.StatusBadRequest},
	} {
		request := right()
		request[c.member] = c.value
		if status := d.post(t, "/enrol", request, nil); status != c.status {
			t.Errorf("%s: status %d, want %d", name, status, c.status)
		}
	}
	if status := d.post(t, "/enrol", right(), nil); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
}

// A mirror that withholds newer lists gains the time until the last one is stale, and no more.
func TestMirrorThatWithholdsIsFoundOut(t *testing.T) {
	now := time.Now()
	d := start(t, func(c *Config) { c.Now = func() time.Time { return now } })
	key := mlstest.NewSigner(suite)
	jwt, head := d.enrolToken(t, "bob", formUserInfo, key)
	bob := keyPackage(key, mlstest.Token(mls.UserInfoVC, jwt))
	c := d.client(t)
	c.refresh(t)
	withhold := func(origin string, on bool) int {
		body := map[string]bool{"on": on}
		return do(t, call{method: http.MethodPost, url: d.Mirror + "/withhold", origin: origin, contentType: "application/json", body: body}).status
	}
	if status := withhold("https://elsewhere.example", true); status != http.StatusForbidden {
		t.Errorf("another page: status %d", status)
	}
	if status := withhold(d.Page, true); status != http.StatusOK {
		t.Fatal("status", status)
	}
	if status := d.post(t, "/revoke", map[string]string{"account": "bob", "reason": "keyCompromise"}, nil); status != http.StatusOK {
		t.Fatal("status", status)
	}
	if got := c.refresh(t); got != head {
		t.Errorf("head %d, want %d", got, head)
	}
	v := c.verify(bob, "bob")
	expect(t, v, verifier.Verified, "")
	if f, _ := v.Freshness(); f.FreshUntil.After(now.Add(headValidity)) {
		t.Errorf("fresh until %s", f.FreshUntil)
	}
	withhold(d.Page, false)
	c.refresh(t)
	expect(t, c.verify(bob, "bob"), verifier.Rejected, verifier.CodeRevoked)
}
