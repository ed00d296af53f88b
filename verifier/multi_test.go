package verifier_test

import (
	"crypto"
	"fmt"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A multiWorld is a KeyPackage with a multi-credential of an SD-JWT and an X.509 credential of one authority, each with a
// key of its own.
type multiWorld struct {
	*caWorld
	weak    bool
	client  crypto.Signer
	sdKey   crypto.Signer
	certKey testca.Key
	cert    testca.Cert
	change  func(bindings []mls.Binding) []mls.Binding // before they are signed
	after   func(bindings []mls.Binding) []mls.Binding // after
	boundTo []byte                                     // nil: the key of the leaf
	label   string
}

func newMultiWorld(t testing.TB) *multiWorld {
	w := &multiWorld{caWorld: newCAWorld(t), client: mlstest.NewSigner(1), sdKey: mlstest.NewSigner(1), label: "CredentialBindingTBS"}
	holder := testvc.KeyOf("EdDSA", w.sdKey)
	replace(&w.payload, w.holder.JWK(""), holder.JWK(""))
	w.kbSigner = holder
	issuer := testvc.NewKey(t, "ES256")
	w.signer, w.listSigner = issuer, issuer
	a := &w.trust.Authorities[0]
	a.Issuers[0].X5C, a.Issuers[0].Keys = false, []byte(`{"keys":[`+issuer.JWK(`,"kid":"k1"`)+`]}`)
	w.cert = w.ca.Alice()
	w.certKey = testca.NewKey(testca.P256, "credential key")
	w.cert.Key = w.certKey.Public()
	w.cert.Set(testca.SAN(testca.Email("alice@example.com")))
	w.presentation = verifier.Presentation{Kind: verifier.KeyPackage, Expected: []string{"mailto:alice@example.com"}}
	return w
}

func (w *multiWorld) judge(t testing.TB) verifier.Verdict {
	t.Helper()
	bindings := []mls.Binding{
		{CipherSuite: 1, Credential: mlstest.Token(mls.SDJWT, w.world.token(t)), CredentialKey: mlstest.PublicKey(w.sdKey.Public())},
		{CipherSuite: 2, Credential: mlstest.X509(w.ca.Intermediate.Issue(w.cert), w.ca.Intermediate.DER), CredentialKey: mlstest.PublicKey(w.certKey.Public())},
	}
	signers := []crypto.Signer{w.sdKey, w.certKey.Signer}
	if w.change != nil {
		bindings = w.change(bindings)
	}
	key := w.boundTo
	if key == nil {
		key = mlstest.PublicKey(w.client.Public())
	}
	for i := range bindings {
		bindings[i].Signature = mlstest.Sign(bindings[i].CipherSuite, signers[i], w.label, mlstest.AppendVector(mlstest.BindingTBS(bindings[i]), key))
	}
	if w.after != nil {
		bindings = w.after(bindings)
	}
	c := mls.Credential{Type: mls.Multi, Bindings: bindings}
	if w.weak {
		c.Type = mls.WeakMulti
	}
	at := uint64(w.at.Unix())
	w.presentation.Bytes = mlstest.KeyPackage{LeafNode: mlstest.LeafNode{
		Suite: 1, Signer: w.client, Credential: c, Lifetime: mls.Lifetime{NotBefore: at - 100, NotAfter: at + 100},
	}}.Build()
	return w.world.judge(t)
}

func TestRows38And39MultiCredentials(t *testing.T) {
	helper = t
	forge := func(i int) func([]mls.Binding) []mls.Binding {
		return func(b []mls.Binding) []mls.Binding {
			b[i].Signature = mlstest.Sign(b[i].CipherSuite, mlstest.NewSigner(b[i].CipherSuite), "CredentialBindingTBS", []byte("x"))
			return b
		}
	}
	unknown := func(b []mls.Binding) []mls.Binding {
		b[0].Credential = mlstest.Unknown(0x0a0a, []byte("?"))
		return b
	}
	for name, c := range map[string]struct {
		change      func(w *multiWorld)
		multi, weak verifier.Code
	}{
		"both are good":                      {func(w *multiWorld) {}, "", ""},
		"38 one of a type that is not known": {func(w *multiWorld) { w.change = unknown }, verifier.CodeUnsupportedCredential, ""},
		"38 all of a type that is not known": {func(w *multiWorld) { w.change = func(b []mls.Binding) []mls.Binding { return unknown(b)[:1] } }, verifier.CodeUnsupportedCredential, verifier.CodeUnsupportedCredential},
		"38 one forged beside a good one":    {func(w *multiWorld) { w.after = forge(0) }, verifier.CodeBadBinding, verifier.CodeBadBinding},
		"38 the other forged":                {func(w *multiWorld) { w.after = forge(1) }, verifier.CodeBadBinding, verifier.CodeBadBinding},
		"39 made for another leaf":           {func(w *multiWorld) { w.boundTo = mlstest.PublicKey(mlstest.NewSigner(1).Public()) }, verifier.CodeBadBinding, verifier.CodeBadBinding},
		"another label":                      {func(w *multiWorld) { w.label = "LeafNodeTBS" }, verifier.CodeBadBinding, verifier.CodeBadBinding},
		"a credential of another binding's": {func(w *multiWorld) {
			w.after = func(b []mls.Binding) []mls.Binding { b[0].Credential = b[1].Credential; return b }
		}, verifier.CodeBadBinding, verifier.CodeBadBinding},
		"a credential about another key": {func(w *multiWorld) { replace(&w.payload, w.kbSigner.JWK(""), w.other.JWK("")) }, verifier.CodeKeyMismatch, ""},
		"one expired":                    {func(w *multiWorld) { replace(&w.payload, "1798000000", "1795435195") }, verifier.CodeExpired, ""},
		"one about somebody else":        {func(w *multiWorld) { w.cert.Set(testca.SAN(testca.Email("bob@example.com"))) }, verifier.CodeIdentityMismatch, ""},
		"one of an issuer nobody knows":  {func(w *multiWorld) { replace(&w.payload, "https://issuer.example", "https://evil.example") }, verifier.CodeUntrustedIssuer, ""},
		"a suite that is not known": {func(w *multiWorld) {
			w.after = func(b []mls.Binding) []mls.Binding { b[0].CipherSuite = 0x0a0a; return b }
		}, verifier.CodeUnsupportedAlgorithm, ""},
		"the protocol uses another key": {func(w *multiWorld) { w.presentation.SignatureKey = w.other.Raw() }, verifier.CodeKeyMismatch, verifier.CodeKeyMismatch},
		"one revoked": {func(w *multiWorld) {
			w.trust.Authorities[0].Status = verifier.StatusEndEntity
			replace(&w.listPayload, compressed(1, 0), compressed(0b1000, 0))
		}, verifier.CodeRevoked, verifier.CodeRevoked},
		"basic beside a good one": {func(w *multiWorld) {
			w.change = func(b []mls.Binding) []mls.Binding { b[0].Credential = mlstest.Basic("alice"); return b }
		}, verifier.CodeCredentialTypeNotAllowed, ""},
		"one within another": {func(w *multiWorld) {
			w.change = func(b []mls.Binding) []mls.Binding {
				inner := b[0]
				inner.Signature = []byte{1}
				b[0].Credential = mls.Credential{Type: mls.Multi, Bindings: []mls.Binding{inner}}
				return b
			}
		}, verifier.CodeUnsupportedCredential, ""},
		"nine": {func(w *multiWorld) {
			w.after = func(b []mls.Binding) []mls.Binding { return append(b, b[0], b[0], b[0], b[0], b[0], b[0], b[0]) }
		}, verifier.CodeUnsupportedCredential, verifier.CodeUnsupportedCredential},
	} {
		for _, weak := range []bool{false, true} {
			w := newMultiWorld(t)
			w.weak = weak
			c.change(w)
			want := c.multi
			if weak {
				want = c.weak
			}
			if v := w.judge(t); v.Code() != want {
				t.Errorf("%s, weak %v: %s, want %s\n%s", name, weak, v.Code(), want, v.AppendJSON(nil))
			}
		}
	}
}

// All bindings of a multi-credential have to be good, so that a verdict about it ends with the first of them that does,
// whatever their order.
func TestAMultiCredentialLastsNoLongerThanItsShortestBinding(t *testing.T) {
	for _, swapped := range []bool{false, true} {
		w := newMultiWorld(t)
		end := w.at.Add(time.Hour).Truncate(time.Second)
		replace(&w.payload, "1798000000", fmt.Sprint(end.Unix()+1))
		if swapped {
			w.after = func(b []mls.Binding) []mls.Binding { return []mls.Binding{b[1], b[0]} }
		}
		v := w.judge(t)
		id, ok := v.Identity()
		if !ok || !id.NotAfter.Equal(end) {
			t.Errorf("swapped %t: %s until %s, want %s", swapped, v.AppendJSON(nil), id.NotAfter, end)
		}
	}
}
