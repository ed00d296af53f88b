package verifier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A part is a credential within a vp.
type part struct {
	signer               *testvc.Key
	issuer, kid, subject string
	claims               string // of the subject, after its id
	more                 string // members of the credential
	index                int
	list                 string
	from, until          string
	header               string // after typ, instead of kid
	raw                  string // instead of all that
}

// A severalWorld is a good vp of two credentials of one authority, of which the first has an address and the second a
// user of another scheme.
type severalWorld struct {
	*world
	form     string
	parts    []*part
	vpSigner *testvc.Key
	vpHolder string
	nonce    string
	options  func(options string) string // of the proof of a vp
	late     func(vp string) string
	made     time.Time
	revoked  []byte // the list
	bits     int
}

var forms = []string{"vp+jwt", "vp+sd-jwt", "JWT-VP", "Data Integrity"}

const vpContext = `"@context":["https://www.w3.org/ns/credentials/v2"]`

func newSeveralWorld(t testing.TB, form string) *severalWorld {
	w := &severalWorld{world: newWorld(t), form: form, nonce: "n-1234567890", revoked: make([]byte, 2), bits: 1, made: time.Unix(1749999990, 0).UTC()}
	w.vpSigner, w.vpHolder = w.holder, w.holder.DID()
	for i, claims := range []string{`"email":"alice@example.com","name":"Alice"`, `"user":"mimi://example.com/u/alice"`} {
		w.parts = append(w.parts, &part{signer: w.issuer, issuer: "https://issuer.example", kid: "k1", subject: w.holder.DID(), claims: claims, index: 3 + i,
			list: listURI, from: "2025-02-01T00:00:00Z", until: "2025-10-01T00:00:00Z"})
	}
	var rules []verifier.ClaimRule
	for _, path := range [][]string{{"credentialSubject"}, {"vc", "credentialSubject"}} {
		rules = append(rules, verifier.ClaimRule{Path: append(slices.Clone(path), "email"), Form: verifier.ClaimEmail}, verifier.ClaimRule{Path: append(slices.Clone(path), "user")})
	}
	w.trust.Authorities[0].Issuers[0].Identifiers = rules
	w.trust.Authorities[0].Issuers[0].Name = []string{"credentialSubject", "name"}
	if form == "JWT-VP" {
		w.trust.Authorities[0].Issuers[0].Name = []string{"vc", "credentialSubject", "name"}
	}
	w.presentation.Expected = []string{"mailto:alice@example.com", "mimi://example.com/u/alice"}
	return w
}

// issued returns a part as it stands in the vp.
func (w *severalWorld) issued(t testing.TB, p *part) string {
	header := p.header
	if header == "" {
		header = `"kid":"` + p.kid + `"`
	}
	status := fmt.Sprintf(`"status":{"status_list":{"idx":%d,"uri":"%s"}}`, p.index, p.list)
	subject := `"credentialSubject":{"id":"` + p.subject + `",` + p.claims + `}`
	switch {
	case p.raw != "" && (w.form == "JWT-VP" || strings.HasPrefix(p.raw, "{")):
		if strings.HasPrefix(p.raw, "{") {
			return p.raw
		}
		return `"` + p.raw + `"`
	case p.raw != "":
		return enveloped("vc+sd-jwt", p.raw)
	case w.form == "JWT-VP":
		from, _ := time.Parse(time.RFC3339, p.from)
		until, _ := time.Parse(time.RFC3339, p.until)
		return `"` + p.signer.Sign(t, `{"alg":"ES256","typ":"JWT",`+header+`}`, fmt.Sprintf(`{"iss":"%s","nbf":%d,"exp":%d,%s%s,"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential","T"],%s}}`,
			p.issuer, from.Unix(), until.Unix(), p.more, status, subject)) + `"`
	}
	document := `{` + vpContext + `,"type":["VerifiableCredential","T"],"issuer":"` + p.issuer + `","validFrom":"` + p.from + `","validUntil":"` + p.until + `",` + p.more + status + `,` + subject + `}`
	if w.form == "Data Integrity" && p != w.parts[0] { // the first is enveloped
		options := `{"type":"DataIntegrityProof","cryptosuite":"ecdsa-jcs-2019","verificationMethod":"` + p.issuer + `#` + p.kid + `","proofPurpose":"assertionMethod"}`
		return testvc.WithProofs(document, p.signer.Prove(t, document, options))
	}
	return enveloped("vc+jwt", p.signer.Sign(t, `{"alg":"ES256","typ":"vc+jwt",`+header+`}`, document))
}

func enveloped(typ, token string) string {
	return `{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/` + typ + `,` + token + `"}`
}

func (w *severalWorld) vp(t testing.TB) string {
	var parts []string
	for _, p := range w.parts {
		parts = append(parts, w.issued(t, p))
	}
	credentials := `"verifiableCredential":[` + strings.Join(parts, ",") + `]`
	claims := fmt.Sprintf(`"iat":%d,`, w.made.Unix()) + `"aud":"mimi://example.com/u/bob","nonce":"` + w.nonce + `"`
	if w.form == "JWT-VP" {
		return w.vpSigner.Sign(t, `{"alg":"EdDSA","typ":"JWT"}`, `{"iss":"`+w.vpHolder+`",`+claims+`,"vp":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiablePresentation"],`+credentials+`}}`)
	}
	vp := vpContext + `,"type":"VerifiablePresentation","holder":"` + w.vpHolder + `",` + credentials + `}`
	if w.form != "Data Integrity" {
		token := w.vpSigner.Sign(t, `{"alg":"EdDSA","typ":"`+w.form+`"}`, `{`+claims+`,`+vp)
		if w.form == "vp+sd-jwt" {
			token += "~"
		}
		return token
	}
	suite := "eddsa-jcs-2022"
	if w.vpSigner.Alg != "EdDSA" {
		suite = "ecdsa-jcs-2019"
	}
	options := `{"type":"DataIntegrityProof","cryptosuite":"` + suite + `","created":"` + w.made.Format(time.RFC3339) + `","verificationMethod":"` + w.vpHolder + `","proofPurpose":"authentication",` +
		`"domain":"mimi://example.com/u/bob","challenge":"` + w.nonce + `"}`
	if w.options != nil {
		options = w.options(options)
	}
	return testvc.WithProofs(`{`+vp, w.vpSigner.Prove(t, `{`+vp, options))
}

func (w *severalWorld) judge(t testing.TB) verifier.Verdict {
	t.Helper()
	w.listPayload = strings.Replace(w.listPayload, `1,"lst":"`+compressed(1, 0), fmt.Sprintf(`%d,"lst":"`, w.bits)+compressed(w.revoked...), 1)
	text := w.vp(t)
	if w.late != nil {
		text = w.late(text)
	}
	w.presentation.Bytes = []byte(text)
	return w.world.judge(t)
}

// another adds an authority with an issuer of its own, and has it issue a part.
func (w *severalWorld) another(t testing.TB, p *part) {
	a := w.trust.Authorities[0]
	a.ID = "other"
	a.Issuers = slices.Clone(a.Issuers)
	p.signer, p.issuer = testvc.NewKey(t, "ES256"), "https://other.example"
	a.Issuers[0].ID, a.Issuers[0].Keys = p.issuer, []byte(`{"keys":[`+p.signer.JWK(`,"kid":"k1"`)+`]}`)
	w.trust.Authorities = append(w.trust.Authorities, a)
}

// unsupported is a part of a form that is not known: an SD-JWT with another hash.
func (w *severalWorld) unsupported(t testing.TB) *part {
	return &part{raw: testvc.SDJWT(w.issuer.Sign(t, `{"alg":"ES256","typ":"vc+sd-jwt"}`, `{"_sd_alg":"sha3-256"}`))}
}

func TestAVPWithSeveralCredentials(t *testing.T) {
	helper = t
	for name, c := range map[string]struct {
		change func(w *severalWorld)
		code   verifier.Code
	}{
		"two that are good":                      {func(w *severalWorld) {}, ""},
		"in the other order":                     {func(w *severalWorld) { slices.Reverse(w.parts) }, ""},
		"the first revoked":                      {func(w *severalWorld) { w.revoked[0] = 0b1000 }, verifier.CodeRevoked},
		"the second revoked":                     {func(w *severalWorld) { w.revoked[0] = 0b1_0000 }, verifier.CodeRevoked},
		"one revoked and one expired":            {func(w *severalWorld) { w.revoked[0], w.parts[1].until = 0b1000, w.parts[1].from }, verifier.CodeRevoked},
		"one revoked and one of nobody's":        {func(w *severalWorld) { w.revoked[0], w.parts[1].issuer = 0b1000, "https://evil.example" }, verifier.CodeRevoked},
		"one revoked and one without its list":   {func(w *severalWorld) { w.revoked[0], w.parts[1].list = 0b1000, listURI+"0" }, verifier.CodeRevoked},
		"one revoked and one of an unknown form": {func(w *severalWorld) { w.revoked[0], w.parts = 0b1000, append(w.parts, w.unsupported(helper)) }, verifier.CodeRevoked},
		"one suspended and one revoked":          {func(w *severalWorld) { w.bits, w.revoked = 2, []byte{0b1000_0000, 0b01} }, verifier.CodeRevoked},
		"one revoked in a vp of somebody else's": {func(w *severalWorld) { w.revoked[0], w.vpSigner = 0b1000, w.other }, verifier.CodeBadSignature},
		"one expired":                            {func(w *severalWorld) { w.parts[1].until = "2025-03-01T00:00:00Z" }, verifier.CodeExpired},
		"one that has not begun":                 {func(w *severalWorld) { w.parts[0].from = "2025-09-01T00:00:00Z" }, verifier.CodeNotYetValid},
		"one forged":                             {func(w *severalWorld) { w.parts[1].signer = newES256() }, verifier.CodeBadSignature},
		"the other forged":                       {func(w *severalWorld) { w.parts[0].signer = newES256() }, verifier.CodeBadSignature},
		"one of an issuer nobody knows":          {func(w *severalWorld) { w.parts[1].issuer = "https://evil.example" }, verifier.CodeUntrustedIssuer},
		"one by a key the issuer has not":        {func(w *severalWorld) { w.parts[1].kid = "k2" }, verifier.CodeUntrustedIssuer},
		"one of another holder":                  {func(w *severalWorld) { w.parts[1].subject = w.other.DID() }, verifier.CodeKeyMismatch},
		"the first of another holder":            {func(w *severalWorld) { w.parts[0].subject = w.other.DID() }, verifier.CodeKeyMismatch},
		"one of nobody's":                        {func(w *severalWorld) { w.parts[1].subject = "did:example:alice" }, verifier.CodeNoKeyBinding},
		"signed by another":                      {func(w *severalWorld) { w.vpSigner = w.other }, verifier.CodeBadSignature},
		"both of another holder":                 {func(w *severalWorld) { w.vpHolder = w.other.DID() }, verifier.CodeKeyMismatch},
		"another nonce":                          {func(w *severalWorld) { w.nonce = "m" }, verifier.CodePopContext},
		"one about another user": {func(w *severalWorld) {
			w.parts[1].claims = `"email":"bob@example.com","user":"mimi://example.com/u/alice"`
		}, verifier.CodeAmbiguousIdentity},
		"what nobody names is expected": {func(w *severalWorld) { w.parts[1].claims = `"x":1` }, verifier.CodeIdentityMismatch},
		"neither names anybody":         {func(w *severalWorld) { w.parts[0].claims, w.parts[1].claims = `"x":1`, `"x":1` }, verifier.CodeNoIdentity},
		"one outside the scope": {func(w *severalWorld) {
			w.parts[1].claims = `"user":"mimi://example.org/u/alice"`
			w.presentation.Expected[1] = "mimi://example.org/u/alice"
		}, verifier.CodeAuthorityNotForDomain},
		"one without its list": {func(w *severalWorld) { w.parts[1].list = listURI + "0" }, verifier.CodeRevocationUnavailable},
		"of two authorities":   {func(w *severalWorld) { w.another(helper, w.parts[1]) }, verifier.CodeAmbiguousAuthority},
		"of two authorities, both of which name all": {func(w *severalWorld) {
			w.parts[0].claims += `,` + w.parts[1].claims
			w.parts[1].claims = w.parts[0].claims
			w.another(helper, w.parts[1])
		}, verifier.CodeAmbiguousAuthority},
		"of two authorities, whoever it is": {func(w *severalWorld) {
			w.another(helper, w.parts[1])
			w.presentation.Expected, w.presentation.PathOnly = nil, true
		}, verifier.CodeAmbiguousAuthority},
		"of two issuers of one authority": {func(w *severalWorld) {
			w.another(helper, w.parts[1])
			a := &w.trust.Authorities[0]
			a.Issuers = append(a.Issuers, w.trust.Authorities[1].Issuers...)
			w.trust.Authorities = w.trust.Authorities[:1]
			replace(&w.listPayload, `{"sub"`, `{"iss":"https://issuer.example","sub"`)
		}, ""},
		"a type that is not wanted":                       {func(w *severalWorld) { w.trust.Authorities[0].Issuers[0].Types = []string{"U"} }, verifier.CodeCredentialTypeNotAllowed},
		"whoever it is":                                   {func(w *severalWorld) { w.presentation.Expected, w.presentation.PathOnly = nil, true }, ""},
		"nobody expected, and two addresses of one user":  {func(w *severalWorld) { w.presentation.Expected, w.presentation.Discover = nil, true }, verifier.CodeAmbiguousIdentity},
		"nobody expected, and one that names nobody":      {func(w *severalWorld) { discover(w); w.parts[1].claims = `"x":1` }, ""},
		"nobody expected, and the same user named twice":  {func(w *severalWorld) { discover(w); w.parts[1].claims = w.parts[0].claims }, ""},
		"the protocol uses that key":                      {func(w *severalWorld) { w.presentation.SignatureKey = w.holder.Raw() }, ""},
		"the protocol uses another key":                   {func(w *severalWorld) { w.presentation.SignatureKey = w.other.Raw() }, verifier.CodeKeyMismatch},
		"one of a form that is not known":                 {func(w *severalWorld) { w.parts = append(w.parts, w.unsupported(helper)) }, verifier.CodeUnsupportedCredential},
		"one beside one of a form that is not known":      {func(w *severalWorld) { w.parts = []*part{w.parts[0], w.unsupported(helper)} }, verifier.CodeUnsupportedCredential},
		"all of forms that are not known":                 {func(w *severalWorld) { w.parts = []*part{w.unsupported(helper), w.unsupported(helper)} }, verifier.CodeUnsupportedCredential},
		"one forged beside one of a form that is unknown": {func(w *severalWorld) { w.parts[0].signer, w.parts[1] = newES256(), w.unsupported(helper) }, verifier.CodeBadSignature},
		"an algorithm that is refused":                    {func(w *severalWorld) { w.trust.Policy.Algorithms = mustSet("Ed25519") }, verifier.CodeAlgorithmNotAllowed},
		"eight": {func(w *severalWorld) {
			for range 6 {
				w.parts = append(w.parts, w.parts[1]) // ECDSA: another signature each time
			}
		}, ""},
		"nine": {func(w *severalWorld) {
			for range 7 {
				w.parts = append(w.parts, w.parts[1])
			}
		}, verifier.CodeBudget},
		"nothing": {func(w *severalWorld) { w.parts = nil }, verifier.CodeMalformed},
		"one that is not even a token": {func(w *severalWorld) {
			w.parts[1].raw = "x"
		}, verifier.CodeMalformed},
	} {
		for _, form := range forms {
			w := newSeveralWorld(t, form)
			c.change(w)
			if v := w.judge(t); v.Code() != c.code || (v.Outcome() == verifier.Verified) != (c.code == "") {
				t.Errorf("%s, %s: %s %s, want %s\n%s", name, form, v.Outcome(), v.Code(), c.code, v.AppendJSON(nil))
			}
		}
	}
}

func discover(w *severalWorld) { w.presentation.Expected, w.presentation.Discover = nil, true }

func TestTheIdentityOfSeveralCredentialsIsWhatAllOfThemSay(t *testing.T) {
	for _, form := range forms {
		w := newSeveralWorld(t, form)
		w.parts[1].from, w.parts[0].until = "2025-03-01T00:00:00Z", "2025-09-01T00:00:00Z"
		v := w.judge(t)
		id, ok := v.Identity()
		if !ok || id.ID != "mailto:alice@example.com" || id.Authority != "corp" || id.Name != "Alice" ||
			!slices.Equal(id.Identifiers, []string{"mailto:alice@example.com", "mimi://example.com/u/alice"}) ||
			id.NotBefore.Format(time.RFC3339) != "2025-03-01T00:00:00Z" || id.NotAfter.Format(time.RFC3339) != "2025-08-31T23:59:59Z" {
			t.Errorf("%s: %+v, %s", form, id, v.AppendJSON(nil))
		}
		if f, ok := v.Freshness(); !ok || f.Source != verifier.SourceStatusList {
			t.Errorf("%s: rests on %+v", form, f)
		}
		// Two names to display are none: the holder would choose by their order.
		w = newSeveralWorld(t, form)
		w.parts[1].claims += `,"name":"Alicia"`
		if id, ok := w.judge(t).Identity(); !ok || id.Name != "" {
			t.Errorf("%s: %+v", form, id)
		}
	}
}

// No answer but Valid to every question verifies.
func TestEverySignatureOfAVPCounts(t *testing.T) {
	for _, form := range forms {
		w := newSeveralWorld(t, form)
		w.judge(t)
		everyAnswerCounts(t, form, w.world, 4)
	}
}

// One signature must not do for two keys, even if it holds by both: ECDSA keys can be made for a signature.
func TestCredentialsOfTwoHoldersAreRefusedWhateverTheSignaturesSay(t *testing.T) {
	for _, form := range forms {
		w := newSeveralWorld(t, form)
		w.parts[1].subject = w.other.DID()
		if form == "JWT-VP" || form == "Data Integrity" {
			w.parts[1].subject = "did:example:alice" // nobody that the vp names is another, then
			w.parts[1].more = `"cnf":{"jwk":` + w.other.JWK("") + `},`
			w.vpHolder = "did:example:alice"
			w.parts[0].subject, w.parts[0].more = w.parts[1].subject, `"cnf":{"jwk":`+w.holder.JWK("")+`},`
		}
		w.judge(t)
		if v, _ := w.answered(t, allValid); v.Code() != verifier.CodeKeyMismatch {
			t.Errorf("%s: %s", form, v.AppendJSON(nil))
		}
	}
}
