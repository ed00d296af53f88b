package verifier_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/e2eid/e2eid/internal/cose"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/tests/vectors"
	"github.com/e2eid/e2eid/verifier"
)

// A cwtWorld is a good presentation of an SD-JWT VC whose status list is a CWT.
type cwtWorld struct {
	*world
	cwt    testvc.Sign1
	claims []testvc.Pair
	bits   int
	list   []byte
}

func newCWTWorld(t testing.TB) *cwtWorld {
	w := &cwtWorld{world: newWorld(t), bits: 1, list: []byte{1, 0}}
	w.noList = true
	w.cwt.Protected = []testvc.Pair{{Key: 1, Value: -7}, {Key: 16, Value: "application/statuslist+cwt"}}
	w.cwt.Unprotected = []testvc.Pair{{Key: 4, Value: []byte("k1")}}
	w.claims = []testvc.Pair{{Key: 2, Value: listURI}, {Key: 6, Value: 1749990000}, {Key: 4, Value: 1751000000}, {Key: 65534, Value: 86400}}
	return w
}

func (w *cwtWorld) claim(key int, value any) {
	s := testvc.Sign1{Protected: w.claims}
	s.Set(key, value)
	w.claims = s.Protected
}

func (w *cwtWorld) token(t testing.TB) string {
	var lst bytes.Buffer
	z := zlib.NewWriter(&lst)
	z.Write(w.list)
	z.Close()
	w.cwt.Payload = testvc.CBOR(append(w.claims[:len(w.claims):len(w.claims)], testvc.Pair{Key: 65533, Value: []testvc.Pair{{Key: "bits", Value: w.bits}, {Key: "lst", Value: lst.Bytes()}}}))
	return string(w.listSigner.SignCOSE(t, w.cwt))
}

func (w *cwtWorld) judge(t testing.TB, lists ...string) verifier.Verdict {
	t.Helper()
	p := w.presentation
	p.Bytes = []byte(w.world.token(t))
	return judgeOne(t, w.trust, w.at, p, append(lists, w.token(t))...)
}

func TestAStatusListAsCWT(t *testing.T) {
	helper = t
	w := newCWTWorld(t)
	v := w.judge(t)
	if f, ok := v.Freshness(); !ok || v.Outcome() != verifier.Verified || f.Source != verifier.SourceStatusList || f.FreshUntil.Unix() != 1749990000+86400 {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	for name, c := range map[string]struct {
		change func(w *cwtWorld)
		code   verifier.Code
	}{
		"alg under its full name":       {func(w *cwtWorld) { w.cwt.Set(1, -9) }, ""},
		"no kid":                        {func(w *cwtWorld) { w.cwt.Unprotected = nil }, ""},
		"another kid, unprotected":      {func(w *cwtWorld) { w.cwt.Unprotected[0].Value = []byte("k2") }, ""},
		"another kid, protected":        {func(w *cwtWorld) { w.cwt.Unprotected = nil; w.cwt.Set(4, []byte("k2")) }, verifier.CodeRevocationUnavailable},
		"of the credential's issuer":    {func(w *cwtWorld) { w.claim(1, "https://issuer.example") }, ""},
		"67 of another issuer":          {func(w *cwtWorld) { w.claim(1, "https://evil.example") }, verifier.CodeRevocationUnavailable},
		"67 another sub":                {func(w *cwtWorld) { w.claim(2, listURI+"0") }, verifier.CodeRevocationUnavailable},
		"67 signed by another key":      {func(w *cwtWorld) { w.listSigner = newES256() }, verifier.CodeRevocationUnavailable},
		"alg of another curve":          {func(w *cwtWorld) { w.cwt.Set(1, -35) }, verifier.CodeRevocationUnavailable},
		"a signature of another object": {func(w *cwtWorld) { w.cwt.Context = "Signature" }, verifier.CodeRevocationUnavailable},
		"67 exp passed, ttl not":        {func(w *cwtWorld) { w.claim(4, 1749999999) }, verifier.CodeStaleRevocation},
		"67 ttl passed, exp not":        {func(w *cwtWorld) { w.claim(65534, 60) }, verifier.CodeStaleRevocation},
		"67 no exp and no ttl":          {func(w *cwtWorld) { w.claim(4, nil); w.claim(65534, nil) }, verifier.CodeStaleRevocation},
		"67 iat in the future":          {func(w *cwtWorld) { w.claim(6, 1750001000) }, verifier.CodeClock},
		"67 nbf in the future":          {func(w *cwtWorld) { w.claim(5, 1750001000) }, verifier.CodeClock},
		"67 index outside":              {func(w *cwtWorld) { replace(&w.payload, `"idx":3`, `"idx":16`) }, verifier.CodeNotCovered},
		"67 a bomb":                     {func(w *cwtWorld) { w.list = make([]byte, 20<<20) }, verifier.CodeNotCovered},
		"67 a bomb that nobody signed":  {func(w *cwtWorld) { w.listSigner, w.list = newES256(), make([]byte, 20<<20) }, verifier.CodeRevocationUnavailable},
		"revoked":                       {func(w *cwtWorld) { w.list = []byte{0b1000, 0} }, verifier.CodeRevoked},
		"suspended":                     {func(w *cwtWorld) { w.bits, w.list = 2, []byte{0b1000_0000, 0} }, verifier.CodeSuspended},
		"a status of the application's": {func(w *cwtWorld) { w.bits, w.list = 2, []byte{0b1100_0000, 0} }, verifier.CodeNotCovered},
	} {
		w := newCWTWorld(t)
		c.change(w)
		if v := w.judge(t); v.Code() != c.code {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
		}
	}
}

// One list may be published in both forms: what either says to revoke counts, and neither takes back what the other says.
func TestAListInBothFormsIsOneList(t *testing.T) {
	w := newCWTWorld(t)
	good := w.listSigner.Sign(t, w.listHeader, w.listPayload)
	if v := w.judge(t, good); v.Outcome() != verifier.Verified {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	w.list = []byte{0b1000, 0}
	if v := w.judge(t, good); v.Code() != verifier.CodeRevoked {
		t.Errorf("revoked by the CWT: %s", v.AppendJSON(nil))
	}
	w = newCWTWorld(t)
	replace(&w.listPayload, compressed(1, 0), compressed(0b1000, 0))
	if v := w.judge(t, w.listSigner.Sign(t, w.listHeader, w.listPayload)); v.Code() != verifier.CodeRevoked {
		t.Errorf("revoked by the JWT: %s", v.AppendJSON(nil))
	}
}

func TestAnOlderListOfTheOtherFormIsARollback(t *testing.T) {
	w := newCWTWorld(t)
	v, err := verifier.New(w.trust)
	if err != nil {
		t.Fatal(err)
	}
	p := w.presentation
	p.Bytes = []byte(w.world.token(t))
	judge := func(list string) verifier.Verdict {
		bag := &verifier.Bag{}
		if err := bag.AddStatusList([]byte(list)); err != nil {
			t.Fatal(err)
		}
		v.Use(bag)
		plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
		return plan.Conclude(native.Run(plan.Checks()))[0]
	}
	if v := judge(w.listSigner.Sign(t, w.listHeader, w.listPayload)); v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	w.claim(6, 1749989999)
	if v := judge(w.token(t)); v.Code() != verifier.CodeRollback {
		t.Errorf("%s", v.AppendJSON(nil))
	}
}

// A list whose signer is certified, in x5chain, holds by its path, whose status is asked for like any other.
func TestAStatusListAsCWTWithACertificationPath(t *testing.T) {
	c, w := newCAWorld(t), newCWTWorld(t)
	c.trust.Authorities[0].Status = verifier.StatusEndEntity
	end := c.ca.Intermediate.Issue(c.leaf)
	replace(&c.header, `"kid":"k1"`, `"x5c":["`+base64.StdEncoding.EncodeToString(end)+`","`+c.chain[0]+`"]`)
	w.listSigner = c.issuer
	w.claim(6, 1795435190)
	w.claim(4, 1798000000)
	judge := func(crls ...[]byte) verifier.Verdict {
		v, err := verifier.New(c.trust)
		if err != nil {
			t.Fatal(err)
		}
		bag := &verifier.Bag{}
		if err := bag.AddStatusList([]byte(w.token(t))); err != nil {
			t.Fatal(err)
		}
		for _, crl := range crls {
			if err := bag.AddCRL(crl); err != nil {
				t.Fatal(err)
			}
		}
		v.Use(bag)
		p := c.presentation
		p.Bytes = []byte(c.world.token(t))
		plan := v.Plan(c.at, c.at, []verifier.Presentation{p})
		return plan.Conclude(native.Run(plan.Checks()))[0]
	}
	crl := testcrl.Issue(c.ca.Intermediate, testcrl.List{})
	if v := judge(crl); v.Code() != verifier.CodeRevocationUnavailable {
		t.Errorf("without x5chain: %s", v.AppendJSON(nil))
	}
	w.cwt.Set(33, []any{end, c.ca.Intermediate.DER})
	if v := judge(crl); v.Outcome() != verifier.Verified {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	if v := judge(); v.Outcome() == verifier.Verified {
		t.Error("without the status of the signer's certificate")
	}
	// The signer's CA has issued the credential's issuer, too: with keys configured in its place the list alone rests on it.
	c.trust.Authorities[0].Issuers = append(c.trust.Authorities[0].Issuers, c.trust.Authorities[0].Issuers[0])
	lister := &c.trust.Authorities[0].Issuers[1]
	lister.ID = "https://lists.example"
	c.trust.Authorities[0].Issuers[0].X5C, c.trust.Authorities[0].Issuers[0].Keys = false, []byte(`{"keys":[`+c.issuer.JWK("")+`]}`)
	own := c.leaf
	own.Set(testca.SAN(testca.URI(lister.ID)))
	w.cwt.Set(33, []any{c.ca.Intermediate.Issue(own), c.ca.Intermediate.DER})
	w.claim(1, lister.ID)
	next := c.at.Add(10 * time.Minute)
	v := judge(testcrl.Issue(c.ca.Intermediate, testcrl.List{NextUpdate: next}))
	if f, ok := v.Freshness(); !ok || !f.FreshUntil.Equal(next) {
		t.Errorf("until %s, want %s: %s", f.FreshUntil, next, v.AppendJSON(nil))
	}
	w.claim(1, nil)
	w.cwt.Set(33, []any{end, c.ca.Intermediate.DER})
	c.trust.Authorities[0].Issuers = c.trust.Authorities[0].Issuers[:1]
	c.trust.Authorities[0].Issuers[0].X5C, c.trust.Authorities[0].Issuers[0].Keys = true, nil
	w.list = []byte{0b1000, 0}
	if v := judge(crl); v.Code() != verifier.CodeRevoked {
		t.Errorf("revoked: %s", v.AppendJSON(nil))
	}
	w.list = []byte{1, 0}
	other := c.leaf
	other.Set(testca.SAN(testca.URI("https://other.example")))
	w.cwt.Set(33, []any{c.ca.Intermediate.Issue(other), c.ca.Intermediate.DER})
	if v := judge(crl); v.Code() != verifier.CodeRevocationUnavailable {
		t.Errorf("a certificate of somebody else: %s", v.AppendJSON(nil))
	}
}

func TestABagTakesNoCWTThatIsNoList(t *testing.T) {
	w := newCWTWorld(t)
	w.cwt.Wrap = func(parts []any) any { return testvc.Tag{Number: 17, Content: parts} }
	bag := &verifier.Bag{}
	if err := bag.AddStatusList([]byte(w.token(t))); !errors.Is(err, cose.ErrMAC) {
		t.Errorf("a MAC: %v", err)
	}
	w.cwt.Wrap = nil
	w.cwt.Set(33, []byte("no certificate"))
	if err := bag.AddStatusList([]byte(w.token(t))); err == nil {
		t.Error("a list with what is no certificate")
	}
	w.cwt.Set(33, nil)
	b := []byte(w.token(t))
	if err := bag.AddStatusList(append(b, 0)); err == nil {
		t.Error("a list and bytes after it")
	}
	if err := bag.AddStatusList(b); err != nil {
		t.Error(err)
	}
}

// The examples of draft-ietf-oauth-status-list: the referenced SD-JWT has entry 0 of the list, which is 1.
func TestTheCWTOfTheSpecificationRevokes(t *testing.T) {
	var doc struct {
		Key        json.RawMessage        `json:"key_public_jwk"`
		List       string                 `json:"status_list_token_cwt_hex"`
		Referenced struct{ Token string } `json:"referenced_token_sd_jwt"`
	}
	if err := json.Unmarshal(vectors.Read(t, "vc", "token-status-list", "token-status-list.json"), &doc); err != nil {
		t.Fatal(err)
	}
	var issuer struct{ Issuer_jwk json.RawMessage }
	if err := json.Unmarshal(vectors.Read(t, "vc", "sd-jwt", "rfc9901-examples.json"), &issuer); err != nil {
		t.Fatal(err)
	}
	trust := verifier.Trust{Authorities: []verifier.Authority{{ID: "examples", Issuers: []verifier.Issuer{{
		ID: "https://example.com/issuer", Keys: []byte(`{"keys":[` + string(issuer.Issuer_jwk) + `,` + string(doc.Key) + `]}`),
	}}}}}
	list, err := hex.DecodeString(doc.List)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1686920170+60, 0).UTC()
	p := verifier.Presentation{Kind: verifier.BareToken, Bytes: []byte(doc.Referenced.Token), PathOnly: true}
	if v := judgeOne(t, trust, at, p, string(list)); v.Code() != verifier.CodeRevoked {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	if v := judgeOne(t, trust, at, p); v.Code() != verifier.CodeRevocationUnavailable {
		t.Errorf("without the list: %s", v.AppendJSON(nil))
	}
}
