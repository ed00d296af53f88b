package verifier_test

import (
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// One thing of a good vp with a Data Integrity proof is changed.
func TestAVPWithADataIntegrityProof(t *testing.T) {
	helper = t
	swap := func(old, new string) func(w *severalWorld) {
		return func(w *severalWorld) {
			w.options = func(options string) string {
				if !strings.Contains(options, old) {
					t.Fatalf("%s is not in %s", old, options)
				}
				return strings.Replace(options, old, new, 1)
			}
		}
	}
	late := func(old, new string) func(w *severalWorld) {
		return func(w *severalWorld) { w.late = func(vp string) string { replace(&vp, old, new); return vp } }
	}
	const domain, challenge = `"domain":"mimi://example.com/u/bob",`, `,"challenge":"n-1234567890"`
	for name, c := range map[string]struct {
		change func(w *severalWorld)
		code   verifier.Code
	}{
		"good":                            {func(w *severalWorld) {}, ""},
		"the method with its fragment":    {func(w *severalWorld) { swap(w.holder.DID(), w.holder.DID()+"#0")(w) }, ""},
		"the same key by another DID":     {func(w *severalWorld) { swap(w.holder.DID(), w.holder.DIDKey())(w) }, ""},
		"a fragment of no key":            {func(w *severalWorld) { swap(w.holder.DID(), w.holder.DID()+"#1")(w) }, verifier.CodeKeyMismatch},
		"the method of another key":       {func(w *severalWorld) { swap(w.holder.DID(), w.other.DID())(w) }, verifier.CodeKeyMismatch},
		"the method of another":           {func(w *severalWorld) { swap(w.holder.DID(), "https://evil.example#key")(w) }, verifier.CodeKeyMismatch},
		"no method":                       {swap("verificationMethod", "x"), verifier.CodeMalformed},
		"a proof to assert":               {swap("authentication", "assertionMethod"), verifier.CodeMalformed},
		"a proof to invoke":               {swap("authentication", "capabilityInvocation"), verifier.CodeMalformed},
		"another domain":                  {swap("u/bob", "u/carol"), verifier.CodePopContext},
		"several domains":                 {swap(`"mimi://example.com/u/bob"`, `["mimi://example.com/u/bob","mimi://example.com/u/carol"]`), verifier.CodeMalformed},
		"one domain in an array":          {swap(`"mimi://example.com/u/bob"`, `["mimi://example.com/u/bob"]`), verifier.CodeMalformed},
		"another challenge":               {swap("n-1234567890", "n-1234567891"), verifier.CodePopContext},
		"a challenge that is a number":    {swap(`"n-1234567890"`, `1`), verifier.CodeMalformed},
		"an empty challenge":              {swap(`"n-1234567890"`, `""`), verifier.CodeMalformed},
		"a nonce where a challenge is":    {swap(`"challenge"`, `"nonce"`), verifier.CodeMalformed},
		"a challenge without a domain":    {swap(domain, ""), verifier.CodeMalformed},
		"a domain without a challenge":    {swap(challenge, ""), verifier.CodeMalformed},
		"neither":                         {swap(domain+`"challenge":"n-1234567890"`, `"x":1`), verifier.CodePopContext},
		"no time":                         {swap(`"created":"2025-06-15T15:06:30Z",`, ""), verifier.CodePopContext},
		"made long ago":                   {swap("15:06:30", "14:06:30"), verifier.CodePopContext},
		"made in the future":              {swap("15:06:30", "15:08:30"), verifier.CodePopContext},
		"a time without a zone":           {swap("15:06:30Z", "15:06:30"), verifier.CodeMalformed},
		"that expires":                    {swap(`"created"`, `"expires":"2025-06-15T15:06:41Z","created"`), ""},
		"that has expired":                {swap(`"created"`, `"expires":"2025-06-15T15:06:40Z","created"`), verifier.CodePopContext},
		"that expired with the epoch":     {swap(`"created"`, `"expires":"1970-01-01T00:00:02Z","created"`), verifier.CodePopContext},
		"a suite on RDF":                  {swap("eddsa-jcs-2022", "eddsa-rdfc-2022"), verifier.CodeUnsupportedCredential},
		"a suite of another key":          {swap("eddsa-jcs-2022", "ecdsa-jcs-2019"), verifier.CodeBadSignature},
		"a previous proof that is absent": {swap(`"created"`, `"previousProof":"urn:x","created"`), verifier.CodeMalformed},
		"a context that is not the vp's":  {swap(`"created"`, `"@context":["urn:x"],"created"`), verifier.CodeMalformed},
		"the vp's context in the proof":   {swap(`"created"`, vpContext+`,"created"`), ""},
		"no proof":                        {late(`"proof":{"type"`, `"x":{"type"`), verifier.CodeMalformed},
		"a member more":                   {late(`"type":"VerifiablePresentation"`, `"x":1,"type":"VerifiablePresentation"`), verifier.CodeBadSignature},
		"the holder changed":              {func(w *severalWorld) { late(`"holder":"`+w.holder.DID(), `"holder":"`+w.holder.DIDKey())(w) }, verifier.CodeBadSignature},
		"another holder, signed":          {func(w *severalWorld) { w.vpHolder = w.other.DID(); swap(w.other.DID(), w.holder.DID())(w) }, verifier.CodeKeyMismatch},
		"a time changed":                  {late("15:06:30Z", "15:06:31Z"), verifier.CodeBadSignature},
		"a domain that was taken out":     {late(domain+`"challenge":"n-1234567890"`, `"x":1`), verifier.CodeBadSignature},
		"a credential taken out": {func(w *severalWorld) {
			w.late = func(vp string) string { return cut(vp, "", `{`+vpContext, `],"proof"`) }
		}, verifier.CodeBadSignature},
		"a credential's proof taken out": {func(w *severalWorld) { w.parts[1].raw = "{" + vpContext + `,"type":["VerifiableCredential"]}` }, verifier.CodeMalformed},
		"a credential's proof to log in": {func(w *severalWorld) {
			w.parts[1].raw = strings.Replace(w.issued(t, w.parts[1]), "assertionMethod", "authentication", 1)
		}, verifier.CodeMalformed},
		"a URL as a credential":        {func(w *severalWorld) { w.parts[1].raw = `{"id":"https://issuer.example/1"}` }, verifier.CodeMalformed},
		"a vp with its own proof":      {func(w *severalWorld) { w.parts[1].raw = newSeveralWorld(t, w.form).vp(t) }, verifier.CodeMalformed},
		"a vp of this holder":          {func(w *severalWorld) { w.parts[1].raw = w.vp(t) }, verifier.CodeMalformed},
		"a credential that is also vp": {func(w *severalWorld) { w.parts[1].more = ""; both(w) }, verifier.CodeMalformed},
		"an enveloped vp": {func(w *severalWorld) {
			inner := newSeveralWorld(t, "vp+jwt")
			w.parts[1].raw = enveloped("vp+jwt", inner.vp(t))
		}, verifier.CodeMalformed},
		"a credential twice": {func(w *severalWorld) {
			w.parts[1].raw = w.issued(t, w.parts[1])
			w.parts = append(w.parts, w.parts[1])
		}, verifier.CodeMalformed},
		"a credential for another": {func(w *severalWorld) { proved(w, `"domain":"x","challenge":"n-1234567890",`) }, verifier.CodePopContext},
		"a credential for this": {func(w *severalWorld) {
			proved(w, domain+`"challenge":"n-1234567890",`)
		}, ""},
		"a credential in answer to another":    {func(w *severalWorld) { proved(w, domain+`"challenge":"m",`) }, verifier.CodePopContext},
		"a credential in answer to what is no": {func(w *severalWorld) { proved(w, `"challenge":"m",`) }, verifier.CodePopContext},
	} {
		w := newSeveralWorld(t, "Data Integrity")
		c.change(w)
		if v := w.judge(t); v.Code() != c.code || (v.Outcome() == verifier.Verified) != (c.code == "") {
			t.Errorf("%s: %s %s, want %s\n%s", name, v.Outcome(), v.Code(), c.code, v.AppendJSON(nil))
		}
	}
}

// cut replaces what is between two texts, of which the first stays out too.
func cut(s, new, from, to string) string {
	i := strings.LastIndex(s, ","+from)
	return s[:i] + new + s[i+strings.Index(s[i:], to):]
}

// both makes the second credential one that says it is a presentation as well.
func both(w *severalWorld) {
	p := w.parts[1]
	document := strings.Replace(unproved(w), `"T"]`, `"VerifiablePresentation"]`, 1)
	p.raw = testvc.WithProofs(document, p.signer.Prove(helper, document, issuerOptions(p, "")))
}

// proved gives the second credential's proof more options.
func proved(w *severalWorld, more string) {
	p := w.parts[1]
	document := unproved(w)
	p.raw = testvc.WithProofs(document, p.signer.Prove(helper, document, issuerOptions(p, more)))
}

func unproved(w *severalWorld) string {
	text := w.issued(helper, w.parts[1])
	return text[:strings.Index(text, `,"proof"`)] + "}"
}

func issuerOptions(p *part, more string) string {
	return `{` + more + `"type":"DataIntegrityProof","cryptosuite":"ecdsa-jcs-2019","verificationMethod":"` + p.issuer + `#` + p.kid + `","proofPurpose":"assertionMethod"}`
}

// A holder whose key is of a NIST curve, named by a did:key of a compressed point.
func TestAHolderWithACompressedKey(t *testing.T) {
	for _, alg := range []string{"ES256", "ES384"} {
		w := newSeveralWorld(t, "Data Integrity")
		w.vpSigner = testvc.NewKey(t, alg)
		w.vpHolder = w.vpSigner.DIDKey()
		w.parts[0].subject = w.vpHolder
		for subject, want := range map[string]verifier.Code{
			w.vpHolder: "", w.vpSigner.DID(): "", testvc.NewKey(t, alg).DIDKey(): verifier.CodeKeyMismatch,
			w.vpHolder[:len(w.vpHolder)-2]: verifier.CodeNoKeyBinding, "did:key:" + testvc.Base58(w.vpSigner.Raw()): verifier.CodeNoKeyBinding,
		} {
			w.parts[1].subject = subject
			if v := w.judge(t); v.Code() != want {
				t.Errorf("%s, %s: %s", alg, subject, v.AppendJSON(nil))
			}
		}
	}
}

// A vp beside the protocol's key, with nothing said of a nonce: it may have none, and if it has half of one it is refused.
func TestAVPBesideTheProtocolsKey(t *testing.T) {
	for name, c := range map[string]struct {
		from, to string
		code     verifier.Code
	}{
		"both": {"", "", ""}, "neither": {`,"domain":"mimi://example.com/u/bob","challenge":"n-1234567890"`, "", ""},
		"a domain": {`,"challenge":"n-1234567890"`, "", verifier.CodeMalformed}, "a challenge": {`,"domain":"mimi://example.com/u/bob"`, "", verifier.CodeMalformed},
	} {
		w := newSeveralWorld(t, "Data Integrity")
		p := &w.presentation
		p.Kind, p.Audience, p.Nonce, p.SignatureKey = verifier.BareToken, "", "", w.holder.Raw()
		w.options = func(s string) string { return strings.Replace(s, c.from, c.to, 1) }
		if v := w.judge(t); v.Code() != c.code {
			t.Errorf("%s: %s", name, v.AppendJSON(nil))
		}
		p.SignatureKey = w.other.Raw()
		if v := w.judge(t); v.Outcome() == verifier.Verified {
			t.Errorf("%s, of another key: %s", name, v.AppendJSON(nil))
		}
	}
}

// A key of a DID that is not its own document is the subject's, if cnf binds it.
func TestTheMethodOfASubjectThatIsNotItsKey(t *testing.T) {
	for method, want := range map[string]verifier.Code{
		"did:example:alice#key-1": "", "did:example:alice": "", "did:example:bob#key-1": verifier.CodeKeyMismatch,
		"did:example:alice2#key-1": verifier.CodeKeyMismatch, "key-1": verifier.CodeKeyMismatch,
	} {
		w := newSeveralWorld(t, "Data Integrity")
		for _, p := range w.parts {
			p.subject, p.more = "did:example:alice", `"cnf":{"jwk":`+w.holder.JWK("")+`},`
		}
		w.vpHolder = "did:example:alice"
		w.options = func(s string) string {
			return strings.Replace(s, `"verificationMethod":"did:example:alice"`, `"verificationMethod":"`+method+`"`, 1)
		}
		if v := w.judge(t); v.Code() != want {
			t.Errorf("%s: %s, want %s", method, v.AppendJSON(nil), want)
		}
	}
}
