package verifier_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/keydoc"
	"github.com/e2eid/e2eid/credential/x509"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testocsp"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A jwksWorld is a presentation whose issuer's keys stand in a Signed JWK Set.
type jwksWorld struct {
	*keysWorld
	ca     *caWorld
	signer *testvc.Key // of the set
	typ    string
	made   time.Time
	claims string // beside iss, iat and jwks
	issuer string // iss
	keys   string
}

func newJWKSWorld(t testing.TB) *jwksWorld {
	c := newCAWorld(t)
	c.leaf.Set(testca.SAN(testca.DNS("issuer.example")))
	w := &jwksWorld{keysWorld: &keysWorld{world: c.world, id: "https://issuer.example"}, ca: c, signer: c.issuer, typ: "JWT", made: c.at.Add(-time.Hour)}
	credentials := testvc.NewKey(t, "ES256")
	w.world.issuer, w.world.signer, w.world.listSigner = credentials, credentials, credentials
	i := &w.trust.Authorities[0].Issuers[0]
	i.X5C, i.Document = false, verifier.SignedKeySet
	w.claims = fmt.Sprintf(`"exp":%d`, w.at.Add(time.Hour).Unix())
	w.issuer = w.id
	w.keys = `{"keys":[` + credentials.JWK(`,"kid":"k1"`) + `]}`
	return w
}

func (w *jwksWorld) signedSet(t testing.TB) []byte {
	chain := append([]string{base64.StdEncoding.EncodeToString(w.ca.ca.Intermediate.Issue(w.ca.leaf))}, w.ca.chain...)
	header := `{"alg":"ES256","typ":"` + w.typ + `","x5c":["` + strings.Join(chain, `","`) + `"]}`
	return []byte(w.signer.Sign(t, header, fmt.Sprintf(`{"iss":"%s","iat":%d,"jwks":%s,%s}`, w.issuer, w.made.Unix(), w.keys, w.claims)))
}

func TestKeysOfASignedJWKSet(t *testing.T) {
	helper = t
	type change = func(w *jwksWorld)
	for name, c := range map[string]struct {
		change change
		code   verifier.Code // "refused" if it does not come into the bag
	}{
		"as it is":                           {func(w *jwksWorld) {}, ""},
		"of typ jwks+jwt":                    {func(w *jwksWorld) { w.typ = "jwks+jwt" }, ""},
		"of the typ of a credential":         {func(w *jwksWorld) { w.typ = "vc+jwt" }, "refused"},
		"without exp":                        {func(w *jwksWorld) { w.claims = `"jti":"1"` }, "refused"},
		"exp that is text":                   {func(w *jwksWorld) { w.claims = `"exp":"1"` }, "refused"},
		"with an audience":                   {func(w *jwksWorld) { w.claims += `,"aud":"x"` }, "refused"},
		"with a credential in it":            {func(w *jwksWorld) { w.claims += `,"vc":{}` }, "refused"},
		"with a private key":                 {func(w *jwksWorld) { w.keys = strings.Replace(w.keys, `"kid"`, `"d":"AAAA","kid"`, 1) }, "refused"},
		"with a key for encryption":          {func(w *jwksWorld) { w.keys = strings.Replace(w.keys, `"kid"`, `"use":"enc","kid"`, 1) }, "refused"},
		"expired":                            {func(w *jwksWorld) { w.claims = fmt.Sprintf(`"exp":%d`, w.at.Unix()) }, verifier.CodeStaleIssuerKeys},
		"in its last second":                 {func(w *jwksWorld) { w.claims = fmt.Sprintf(`"exp":%d`, w.at.Unix()+1) }, ""},
		"older than configured":              {func(w *jwksWorld) { w.trust.Authorities[0].Issuers[0].MaxAge = time.Minute }, verifier.CodeStaleIssuerKeys},
		"made in the future":                 {func(w *jwksWorld) { w.made = w.at.Add(6 * time.Minute) }, verifier.CodeClock},
		"valid from the future":              {func(w *jwksWorld) { w.claims += fmt.Sprintf(`,"nbf":%d`, w.at.Unix()+600) }, verifier.CodeClock},
		"of another issuer":                  {func(w *jwksWorld) { w.issuer = "https://issuer.example/other" }, verifier.CodeIssuerKeysUnavailable},
		"wrong host":                         {func(w *jwksWorld) { w.ca.leaf.Set(testca.SAN(testca.DNS("other.example"))) }, verifier.CodeIssuerKeysUnavailable},
		"a wildcard over the host":           {func(w *jwksWorld) { w.ca.leaf.Set(testca.SAN(testca.DNS("*.example"))) }, verifier.CodeIssuerKeysUnavailable},
		"the host in a URI alone":            {func(w *jwksWorld) { w.ca.leaf.Set(testca.SAN(testca.URI("https://issuer.example"))) }, verifier.CodeIssuerKeysUnavailable},
		"another key than the certificate's": {func(w *jwksWorld) { w.signer = newES256() }, verifier.CodeIssuerKeysUnavailable},
		"the key that it brings":             {func(w *jwksWorld) { w.signer = w.world.issuer }, verifier.CodeIssuerKeysUnavailable},
		"no intermediate":                    {func(w *jwksWorld) { w.ca.chain = nil }, verifier.CodeIssuerKeysUnavailable},
		"another hierarchy": {func(w *jwksWorld) {
			w.ca.ca = testca.New(testca.Options{Seed: "evil", NoStatus: true})
			w.ca.chain[0] = base64.StdEncoding.EncodeToString(w.ca.ca.Intermediate.DER)
		}, verifier.CodeIssuerKeysUnavailable},
		"another authority's anchor": {func(w *jwksWorld) {
			w.ca.ca = testca.New(testca.Options{Seed: "second", Name: "Second", NoStatus: true})
			w.ca.chain[0] = base64.StdEncoding.EncodeToString(w.ca.ca.Intermediate.DER)
			w.trust.Authorities = append(w.trust.Authorities, verifier.Authority{ID: "second", Anchors: [][]byte{w.ca.ca.Root.DER}, Status: verifier.StatusUncheckedUnsafe})
		}, verifier.CodeIssuerKeysUnavailable},
		"a certificate that has expired":          {func(w *jwksWorld) { w.ca.leaf.NotAfter = testca.At.Add(-time.Second) }, verifier.CodeIssuerKeysUnavailable},
		"a certificate for something else":        {func(w *jwksWorld) { w.ca.leaf.Set(testca.KeyUsage(testca.KeyAgreement)) }, verifier.CodeIssuerKeysUnavailable},
		"a credential by another key":             {func(w *jwksWorld) { w.world.signer = newES256() }, verifier.CodeBadSignature},
		"a credential by a key that is not in it": {func(w *jwksWorld) { w.header = strings.Replace(w.header, "k1", "k2", 1) }, verifier.CodeUntrustedIssuer},
		"a host that cannot check": {func(w *jwksWorld) {
			w.answers = func(a []signature.Answer) {
				for i := range a {
					a[i] = signature.Unsupported
				}
			}
		}, verifier.CodeUnsupportedAlgorithm},
	} {
		w := newJWKSWorld(t)
		c.change(w)
		set := w.signedSet(t)
		if err := (&verifier.Bag{}).AddIssuerDocument(set); (err != nil) != (c.code == "refused") {
			t.Errorf("%s: %v", name, err)
		}
		if c.code == "refused" {
			continue
		}
		w.extra = [][]byte{set}
		v := w.judge(t)
		if v.Code() != c.code || c.code == "" && !passed(v, "KEY-3") {
			t.Errorf("%s: %s, want %s\n%s", name, v.Code(), c.code, v.AppendJSON(nil))
		}
		if c.code == verifier.CodeIssuerKeysUnavailable && !wants(v, w.id) {
			t.Errorf("%s: missing %v", name, v.Missing())
		}
	}
	if v := newJWKSWorld(t).judge(t); v.Code() != verifier.CodeIssuerKeysUnavailable || v.Outcome() != verifier.Undetermined {
		t.Errorf("no set at all: %s", v.AppendJSON(nil))
	}
}

func TestTheSignersCertificateOfASetHasAStatus(t *testing.T) {
	w := newJWKSWorld(t)
	w.trust.Authorities[0].Status = verifier.StatusRequired
	w.extra = [][]byte{w.signedSet(t)}
	if v := w.judge(t); v.Outcome() != verifier.Undetermined || v.Code() != verifier.CodeRevocationUnavailable || passed(v, "KEY-3") {
		t.Errorf("unknown: %s", v.AppendJSON(nil))
	}
	root := testcrl.Issue(w.ca.ca.Root, testcrl.List{})
	w.crls = [][]byte{root, testcrl.Issue(w.ca.ca.Intermediate, testcrl.List{})}
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Errorf("good: %s", v.AppendJSON(nil))
	}
	w.crls = [][]byte{root, testcrl.Issue(w.ca.ca.Intermediate, testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(w.ca.ca.Intermediate.Issue(w.ca.leaf))}})}
	w.v = nil
	if v := w.judge(t); v.Outcome() != verifier.Undetermined || v.Code() != verifier.CodeIssuerKeysUnavailable {
		t.Errorf("revoked: %s", v.AppendJSON(nil))
	}
}

// Whoever signs the set makes issuers, so that its certificate is not excused as an end entity of a day is.
func TestTheSignersCertificateOfASetIsNotShortLived(t *testing.T) {
	w := newJWKSWorld(t)
	a := &w.trust.Authorities[0]
	a.Status, a.ShortLived = verifier.StatusRequired, shortLife
	w.ca.leaf.NotBefore, w.ca.leaf.NotAfter = w.at.Add(-shortLife/2), w.at.Add(shortLife/2)
	w.extra = [][]byte{w.signedSet(t)}
	w.crls = [][]byte{testcrl.Issue(w.ca.ca.Root, testcrl.List{})} // nothing of what the intermediate has revoked
	if v := w.judge(t); v.Outcome() != verifier.Undetermined || passed(v, "KEY-3") {
		t.Errorf("withheld: %s", v.AppendJSON(nil))
	}
	w.crls = append(w.crls, testcrl.Issue(w.ca.ca.Intermediate, testcrl.List{}))
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Errorf("good: %s", v.AppendJSON(nil))
	}
}

// A verdict is to be renewed when newer data may have revoked who signed the set, though the set itself lasts longer.
func TestAVerdictRestsOnTheStatusOfTheSigner(t *testing.T) {
	w := newJWKSWorld(t)
	w.trust.Authorities[0].Status = verifier.StatusRequired
	w.extra = [][]byte{w.signedSet(t)}
	next := w.at.Add(10 * time.Minute)
	w.crls = [][]byte{testcrl.Issue(w.ca.ca.Root, testcrl.List{}), testcrl.Issue(w.ca.ca.Intermediate, testcrl.List{NextUpdate: next})}
	v := w.judge(t)
	if f, ok := v.Freshness(); !ok || !f.FreshUntil.Equal(next) {
		t.Errorf("until %s, want %s: %s", f.FreshUntil, next, v.AppendJSON(nil))
	}
}

// A path on which the signer is not revoked makes up for none on which it is: whoever brings the set chooses the paths.
func TestAPathDoesNotMakeUpForOneOnWhichTheSignerIsRevoked(t *testing.T) {
	for _, order := range [][2]int{{0, 1}, {1, 0}} {
		w := newJWKSWorld(t)
		w.trust.Authorities[0].Status = verifier.StatusEndEntity
		other := w.ca.ca.IntermediateCert() // of the same key, that may not sign CRLs
		other.Set(testca.KeyUsage(testca.KeyCertSign))
		certificates := []string{w.ca.chain[0], base64.StdEncoding.EncodeToString(w.ca.ca.Root.NewCA(other, w.ca.ca.Intermediate.Key).DER)}
		w.ca.chain = []string{certificates[order[0]], certificates[order[1]]}
		leaf := w.ca.ca.Intermediate.Issue(w.ca.leaf)
		w.extra = [][]byte{w.signedSet(t)}
		responder := testocsp.ByAuthority(w.ca.ca.Intermediate)
		w.ocsp = [][]byte{responder.Sign(responder.Good(leaf))}
		if v := w.judge(t); v.Outcome() != verifier.Verified {
			t.Errorf("%v, good: %s", order, v.AppendJSON(nil))
		}
		w.crls = [][]byte{testcrl.Issue(w.ca.ca.Intermediate, testcrl.List{Entries: []testcrl.Entry{testcrl.Revoke(leaf)}})}
		if v := w.judge(t); v.Code() != verifier.CodeIssuerKeysUnavailable {
			t.Errorf("%v, revoked on one path: %s", order, v.AppendJSON(nil))
		}
	}
}

// A key that was taken out of the set must not come back with a set of before, whoever brings it and whatever else.
func TestAnOlderSetDoesNotBringBackAKey(t *testing.T) {
	w := newJWKSWorld(t)
	old := w.signedSet(t)
	good := w.keys
	w.made, w.keys = w.made.Add(time.Second), `{"keys":[`+newES256().JWK(`,"kid":"k1"`)+`]}`
	rotated := w.signedSet(t)
	w.claims = fmt.Sprintf(`"exp":%d`, w.at.Unix())
	expired := w.signedSet(t)
	w.extra = [][]byte{old}
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Fatalf("%s", v.AppendJSON(nil))
	}
	for _, together := range [][][]byte{{old, rotated}, {rotated, old}} {
		w.v, w.extra = nil, together
		if v := w.judge(t); v.Code() != verifier.CodeBadSignature {
			t.Errorf("with a newer one: %s", v.AppendJSON(nil))
		}
		w.extra = [][]byte{old}
		if v := w.judge(t); v.Outcome() != verifier.Undetermined || v.Code() != verifier.CodeRollback {
			t.Errorf("after a newer one: %s", v.AppendJSON(nil))
		}
	}
	for _, together := range [][][]byte{{old, expired}, {expired, old}} {
		w.v, w.extra = nil, together
		if v := w.judge(t); v.Code() != verifier.CodeStaleIssuerKeys {
			t.Errorf("with a newer one that has expired: %s", v.AppendJSON(nil))
		}
	}
	// One from the future, by a clock that is behind, has nothing refused for good.
	ahead := *w
	ahead.made, ahead.keys, ahead.claims = w.at.Add(time.Hour), good, fmt.Sprintf(`"exp":%d`, w.at.Add(2*time.Hour).Unix())
	w.v, w.extra = nil, [][]byte{ahead.signedSet(t)}
	if v := w.judge(t); v.Code() != verifier.CodeClock {
		t.Errorf("from the future: %s", v.AppendJSON(nil))
	}
	w.extra = [][]byte{old}
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Errorf("after one from the future: %s", v.AppendJSON(nil))
	}
	// One that nobody signed is no newer one.
	w.made, w.keys, w.claims, w.signer = w.made.Add(time.Second), good, fmt.Sprintf(`"exp":%d`, w.at.Unix()+100), newES256()
	forged := w.signedSet(t)
	for _, together := range [][][]byte{{old, forged}, {forged, old}} {
		w.v, w.extra = nil, together
		if v := w.judge(t); v.Outcome() != verifier.Verified {
			t.Errorf("with a forged one: %s", v.AppendJSON(nil))
		}
	}
	w.extra = [][]byte{forged}
	if v := w.judge(t); v.Code() != verifier.CodeIssuerKeysUnavailable {
		t.Errorf("a forged one alone: %s", v.AppendJSON(nil))
	}
	// Sets without end cost no more than the budget.
	for n := range 10 {
		w.made = w.made.Add(time.Duration(n+1) * time.Second)
		w.extra = append(w.extra, w.signedSet(t))
	}
	if v := w.judge(t); v.Outcome() != verifier.Rejected || v.Code() != verifier.CodeBudget {
		t.Errorf("many: %s", v.AppendJSON(nil))
	}
}

func TestKeysOfUnsignedSetsAreBounded(t *testing.T) {
	w := newJWKSWorld(t)
	var keys []string
	for range 40 {
		keys = append(keys, newES256().JWK(""))
	}
	w.keys = `{"keys":[` + strings.Join(keys, ",") + `]}`
	for n := range 2 {
		w.made = w.made.Add(time.Duration(n) * time.Second)
		w.extra = append(w.extra, w.signedSet(t))
	}
	if v := w.judge(t); v.Outcome() != verifier.Rejected || v.Code() != verifier.CodeBudget {
		t.Errorf("%s", v.AppendJSON(nil))
	}
}

func TestASetMayBeFetchedToo(t *testing.T) {
	w := newJWKSWorld(t)
	set := w.signedSet(t)
	if err := w.verifier(t).SetFetchedDocument(w.id, "https://issuer.example/jwks", set, w.at); err != nil {
		t.Fatal(err)
	}
	if v := w.judge(t); v.Outcome() != verifier.Verified {
		t.Errorf("%s", v.AppendJSON(nil))
	}
	w.issuer = "https://other.example"
	if err := w.verifier(t).SetFetchedDocument(w.id, "https://issuer.example/jwks", w.signedSet(t), w.at); err == nil {
		t.Error("of another issuer: accepted")
	}
}

// signedSetVector judges the draft's credential by the draft's Signed JWK Set, which has in x5c a certificate of another key
// and name; and by one that says the same and has the right certificate, so that nothing else can be why.
func signedSetVector(t *testing.T, set, credential string) {
	w := newJWKSWorld(t)
	w.ca.leaf.Set(testca.SAN(testca.DNS("server.example.com")))
	w.issuer = "https://server.example.com"
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(set, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct{ JWKS json.RawMessage }
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	w.keys = string(claims.JWKS)
	a := &w.trust.Authorities[0]
	a.Status, a.Issuers[0].ID = verifier.StatusUncheckedUnsafe, w.issuer
	for name, c := range map[string]struct{ set, want string }{
		"the draft's":                {set, "undetermined issuer_keys_unavailable KEY-3"},
		"with the right certificate": {string(w.signedSet(t)), "verified"},
	} {
		v, err := verifier.New(w.trust)
		if err != nil {
			t.Fatal(err)
		}
		bag := &verifier.Bag{}
		if err := bag.AddIssuerDocument([]byte(c.set)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		v.Use(bag)
		plan := v.Plan(time.Unix(1667600000, 0).UTC(), w.at, []verifier.Presentation{{Kind: verifier.BareToken, Bytes: []byte(credential), PathOnly: true}})
		if got := said(plan.Conclude(native.Run(plan.Checks()))[0]); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	// It is a set, of this issuer, whose certificate's key has not signed it.
	parsed, err := keydoc.ParseSignedSet([]byte(set))
	if err != nil || parsed.Issuer != w.issuer || len(parsed.Keys) != 1 {
		t.Fatalf("%+v, %v", parsed, err)
	}
	certificate, err := x509.ParseCertificate(parsed.Token.Header().Certificates[0])
	if err != nil || len(certificate.SubjectAltName) != 0 {
		t.Fatal(err)
	}
	key, err := jose.KeyOf(certificate.PublicKey)
	if err == nil {
		_, err = parsed.Token.Check(key)
	}
	if err == nil {
		t.Error("the certificate's key can have signed it")
	}
}
