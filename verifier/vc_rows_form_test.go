package verifier_test

import (
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testvc"
)

// The rows about JSON, base64url and what the W3C data model says.

func payload(old, new string) func(testing.TB) string {
	return sd(func(w *world) { replace(&w.payload, old, new) })
}

var jsonRow = []rowCase{
	{"duplicate names", "", payload(`"vct"`, `"iss":"https://issuer.example","vct"`), badForm + ": payload is not strict JSON: json: iss second member of this name"},
	{"duplicate names", "once escaped", payload(`"vct"`, `"\u0069ss":"https://issuer.example","vct"`), badForm + ": payload is not strict JSON: json: iss second member of this name"},
	{"duplicate names", "in cnf", withCNF(`"crv":"Ed25519",`), badForm + ": payload is not strict JSON: json: cnf.jwk.crv second member of this name"},
	{"duplicate names", "in a disclosure", sd(func(w *world) { w.top(`["s","a",{"b":1,"b":2}]`) }), badForm + ": a disclosure is not strict JSON: [2].b second member of this name"},
	{"duplicate names", "in the key binding", kb(`"iat"`, `"iat":1749999990,"iat"`), badForm + ": payload is not strict JSON: json: iat second member of this name"},
	{"duplicate names", "in a header", header(`"alg"`, `"typ":"dc+sd-jwt","alg"`), badForm + ": header is not strict JSON: json: typ second member of this name"},
	{"trailing bytes", "after the payload", sd(func(w *world) { w.payload += "x" }), badForm + ": payload is not strict JSON: json: more than one value"},
	{"trailing bytes", "a second object", sd(func(w *world) { w.payload += "{}" }), badForm + ": payload is not strict JSON: json: more than one value"},
	{"trailing bytes", "NUL", sd(func(w *world) { w.payload += "\x00" }), badForm + ": payload is not strict JSON: json: more than one value"},
	{"trailing bytes", "after the header", sd(func(w *world) { w.header += "x" }), badForm + ": header is not strict JSON: json: more than one value"},
	{"trailing bytes", "after a disclosure", sd(func(w *world) { w.top(`["s","a",1]x`) }), badForm + ": a disclosure is not strict JSON: more than one value"},
	{"trailing bytes", "after the key binding's payload", sd(func(w *world) { w.kbPayload += "x" }), badForm + ": payload is not strict JSON: json: more than one value"},
	{"trailing bytes", "after a token in JSON", inJSON(func(w *world, j jws) string { return j.flattened() + "x" }), badForm + ": more than one value"},
	{"NaN", "", payload("1760000000", "NaN"), badForm + ": payload is not strict JSON: json: no value"},
	{"NaN", "Infinity", payload("1760000000", "Infinity"), badForm + ": payload is not strict JSON: json: no value"},
	{"1e400", "", payload("1760000000", "1e400"), badForm + ": payload is not strict JSON: json: number that no double has"},
	{"1e400", "in a claim that nobody reads", payload(`"Alice"`, "1e400"), badForm + ": payload is not strict JSON: json: number that no double has"},
	{"1e400", "the largest that is a double", payload(`"Alice"`, "1.7976931348623157e308"), "verified"},
	{"1e400", "in digits", payload(`"Alice"`, "1"+strings.Repeat("0", 309)), badForm + ": payload is not strict JSON: json: number that no double has"},
	{"1e400", "in a header", header(`"kid"`, `"x":-1e400,"kid"`), badForm + ": header is not strict JSON: json: number that no double has"},
	{"1e400", "in a disclosure", sd(func(w *world) { w.top(`["s","a",1e400]`) }), badForm + ": a disclosure is not strict JSON: number that no double has"},
	{"invalid UTF-8", "", payload(`"Alice"`, "\"\xff\""), badForm + ": payload is not strict JSON: json: not UTF-8"},
	{"invalid UTF-8", "overlong", payload(`"Alice"`, "\"\xc0\xaf\""), badForm + ": payload is not strict JSON: json: not UTF-8"},
	{"invalid UTF-8", "in a disclosure", sd(func(w *world) { w.top("[\"s\",\"a\",\"\xff\"]") }), badForm + ": a disclosure is not strict JSON: not UTF-8"},
	{"invalid UTF-8", "a byte order mark", sd(func(w *world) { w.payload = "\ufeff" + w.payload }), badForm + ": payload is not strict JSON: json: byte order mark"},
	{"lone surrogate", "high", payload(`"Alice"`, `"\ud800"`), badForm + ": payload is not strict JSON: json: escape that is none, or half a surrogate pair"},
	{"lone surrogate", "low first", payload(`"Alice"`, `"\udd1e\ud834"`), badForm + ": payload is not strict JSON: json: escape that is none, or half a surrogate pair"},
	{"lone surrogate", "in UTF-8", payload(`"Alice"`, "\"\xed\xa0\x80\""), badForm + ": payload is not strict JSON: json: not UTF-8"},
	{"lone surrogate", "in a disclosure", sd(func(w *world) { w.top(`["s","a","\ud800"]`) }), badForm + ": a disclosure is not strict JSON: escape that is none, or half a surrogate pair"},
	{"deep nesting", "arrays", payload(`"Alice"`, strings.Repeat("[", 99)+strings.Repeat("]", 99)), "rejected budget FORM-1: payload is not strict JSON: json: too many levels"},
	{"deep nesting", "objects", payload(`"Alice"`, strings.Repeat(`{"a":`, 99)+"1"+strings.Repeat("}", 99)), "rejected budget FORM-1: payload is not strict JSON: json: too many levels"},
	{"deep nesting", "in the header", header(`"kid"`, `"x":`+strings.Repeat("[", 99)+strings.Repeat("]", 99)+`,"kid"`), "rejected budget FORM-1: header is not strict JSON: json: too many levels"},
	{"deep nesting", "a hundred thousand, never closed", sd(func(w *world) { w.payload = strings.Repeat("[", 100_000) }), "rejected budget FORM-1: payload is not strict JSON: json: too many levels"},
	{"exp string", "", payload("1760000000", `"1760000000"`), badForm + ": exp is not a time in whole seconds"},
	{"exp float", "", payload("1760000000", "1760000000.5"), badForm + ": exp is not a time in whole seconds"},
	{"exp float", "that is whole", payload("1760000000", "1760000000.0"), badForm + ": exp is not a time in whole seconds"},
	{"exp float", "with an exponent", payload("1760000000", "176e7"), badForm + ": exp is not a time in whole seconds"},
	{"exp float", "below 0", payload("1760000000", "-1"), badForm + ": exp is not a time in whole seconds"},
	{"__proto__", "a good presentation beside it", payload(`"vct"`, `"__proto__":{"email":"mallory@example.com","cnf":{}},"vct"`), "verified"},
	{"__proto__", "with the claim that names the holder", sd(func(w *world) {
		w.top(`["s","__proto__",{"email":"alice@example.com"}]`)
		w.disclosures = w.disclosures[1:]
	}), "rejected no_identity NAME-1"},
	{"__proto__", "with cnf", payload(`"cnf":{"jwk"`, `"__proto__":{"cnf":{}},"xcnf":{"jwk"`), unbound},
	{"__proto__", "within cnf", payload(`"cnf":{"jwk":`, `"cnf":{"__proto__":{"jwk":{}},"xjwk":`), unbound},
	{"__proto__", "with status", payload(`"status":`, `"__proto__":{"status":{}},"xstatus":`), "undetermined not_covered STAT-1"},
	{"__proto__", "with alg", header(`"alg":"ES256"`, `"__proto__":{"alg":"ES256"}`), badForm + ": header lacks alg"},
	{"__proto__", "twice", payload(`"vct"`, `"__proto__":{},"__proto__":{},"vct"`), badForm + ": payload is not strict JSON: json: __proto__ second member of this name"},
}

// disclosure edits the text of the one disclosure, after its digest was made from what it is then.
func disclosure(edit func(text string) string) func(testing.TB) string {
	return sd(func(w *world) {
		w.disclosures[0] = edit(w.disclosures[0])
		replace(&w.payload, emailDigest, testvc.Hash(w.disclosures[0]))
	})
}

// binding edits the text of the key binding.
func binding(edit func(text string) string) func(testing.TB) string {
	return sd(func(w *world) {
		w.edit = func(text string) string {
			at := strings.LastIndex(text, "~") + 1
			return text[:at] + edit(text[at:])
		}
	})
}

// partOf edits one part of the issuer's token, which is signed as it is then.
func partOf(i int, edit func(text string) string) func(testing.TB) string {
	return jwt(func(w *world, token string) string {
		parts := strings.Split(token, ".")
		parts[i] = edit(parts[i])
		if i < 2 {
			parts[2] = testvc.Encode(w.issuer.SignRaw(helper, []byte(parts[0]+"."+parts[1])))
		}
		return strings.Join(parts, ".")
	})
}

func padded(s string) string { return s + strings.Repeat("=", max(1, (4-len(s)%4)%4)) }

func broken(s string) string { return s[:len(s)/2] + "\n" + s[len(s)/2:] }

var base64Row = []rowCase{
	{"padding", "of the header", partOf(0, padded), badForm + ": header is not base64url"},
	{"padding", "of the payload", partOf(1, padded), badForm + ": payload is not base64url"},
	{"padding", "of the signature", partOf(2, padded), badForm + ": signature is not base64url"},
	{"padding", "of a disclosure", disclosure(padded), badForm + ": a disclosure is not base64url"},
	{"padding", "of the key binding", binding(padded), badForm + ": signature is not base64url"},
	{"padding", "of a list", sd(func(w *world) { replace(&w.listPayload, compressed(1, 0), padded(compressed(1, 0))) }), notCovered + ": the list is not base64url"},
	{"non-zero trailing bits", "of the signature", partOf(2, strayBits), badForm + ": signature is not base64url"},
	{"non-zero trailing bits", "of a disclosure", disclosure(func(s string) string {
		return strayBits(testvc.Encode([]byte(`["sal","email","alice@example.com"]`)))
	}), badForm + ": a disclosure is not base64url"},
	{"non-zero trailing bits", "of the key binding", binding(strayBits), badForm + ": signature is not base64url"},
	{"non-zero trailing bits", "of a list", sd(func(w *world) {
		long := compressed(1, 0)
		replace(&w.listPayload, long, strayBits(long))
	}), notCovered + ": the list is not base64url"},
	{"newline", "in the header", partOf(0, broken), badForm + ": header is not base64url"},
	{"newline", "in the payload", partOf(1, broken), badForm + ": payload is not base64url"},
	{"newline", "in the signature", partOf(2, broken), badForm + ": signature is not base64url"},
	{"newline", "in a disclosure", disclosure(broken), badForm + ": a disclosure is not base64url"},
	{"newline", "in the key binding", binding(broken), badForm + ": payload is not base64url"},
	{"newline", "in front of the token", sd(func(w *world) { w.edit = func(s string) string { return "\n" + s } }), badForm + ": header is not base64url"},
	{"newline", "a space behind it", sd(func(w *world) { w.edit = func(s string) string { return s + " " } }), badForm + ": signature is not base64url"},
	{"standard alphabet", "in the payload", sd(func(w *world) {
		w.claim(`"x":"????>>>>~~~~????>>>>~~~~"`)
		w.edit = resigned(w, func(_ *world, token string) string {
			parts := strings.Split(token, ".")
			parts[1] = strings.NewReplacer("-", "+", "_", "/").Replace(parts[1])
			parts[2] = testvc.Encode(w.issuer.SignRaw(helper, []byte(parts[0]+"."+parts[1])))
			return strings.Join(parts, ".")
		})
	}), badForm + ": payload is not base64url"},
	{"standard alphabet", "in a disclosure", sd(func(w *world) {
		w.disclosures[0] = testvc.Encode([]byte(`["????>>>>~~~~","email","alice@example.com"]`))
		w.disclosures[0] = strings.NewReplacer("-", "+", "_", "/").Replace(w.disclosures[0])
		replace(&w.payload, emailDigest, testvc.Hash(w.disclosures[0]))
	}), badForm + ": a disclosure is not base64url"},
	{"standard alphabet", "a good disclosure with such letters", sd(func(w *world) {
		w.disclosures[0] = testvc.Encode([]byte(`["????>>>>~~~~","email","alice@example.com"]`))
		replace(&w.payload, emailDigest, testvc.Hash(w.disclosures[0]))
	}), "verified"},
	{"standard alphabet", "of a digest", sd(func(w *world) {
		replace(&w.payload, `"_sd":[`, `"_sd":["`+strings.Repeat("+", 42)+`A",`)
	}), badForm + ": a digest is not one of the hash"},
}

// in11 judges a credential of the data model 1.1 beside the holder's key.
func in11(change func(vc *string)) func(testing.TB) string {
	return inVP(func(w *vpWorld) {
		to2021(w)
		vc := `{"iss":"https://issuer.example","iat":1740000000,"exp":1760000000,"vc":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential"],` +
			w.vc[strings.Index(w.vc, `"credentialSubject"`):] + `}`
		change(&vc)
		w.vcHeader, w.vp = `{"alg":"ES256","typ":"JWT","kid":"k1"}`, strings.Replace(w.vp, `"verifiableCredential"`, `"other"`, 1)
		w.vpHeader = `{"alg":"EdDSA","typ":"JWT"}`
		w.vp = `{"iss":"` + w.holder.DID() + `","iat":1749999990,"aud":"mimi://example.com/u/bob","nonce":"n-1234567890",` +
			`"vp":{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiablePresentation"],"verifiableCredential":["TOKEN"]}}`
		w.vc = vc
	})
}

// vc11, vcWith and vp replace text in a credential, and in a presentation.
func vc11(old, new string) func(testing.TB) string {
	return in11(func(vc *string) { replace(vc, old, new) })
}

func vcWith(old, new string) func(testing.TB) string {
	return inVP(func(w *vpWorld) { replace(&w.vc, old, new) })
}

func vcHeader(old, new string) func(testing.TB) string {
	return inVP(func(w *vpWorld) { replace(&w.vcHeader, old, new) })
}

func vp(old, new string) func(testing.TB) string {
	return inVP(func(w *vpWorld) { replace(&w.vp, old, new) })
}

const envelope = `{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,TOKEN"}`

var vcJWTRow = []rowCase{
	{"vc claim", "", vcWith(`"issuer"`, `"vc":{},"issuer"`), badForm + ": a claim vc, which is not of this data model"},
	{"vc claim", "null", vcWith(`"issuer"`, `"vc":null,"issuer"`), badForm + ": a claim vc, which is not of this data model"},
	{"vc claim", "vp in the presentation", vp(`"holder"`, `"vp":{},"holder"`), badForm + ": a claim vp, which is not of this data model"},
	{"vc claim", "of another issuer than iss", vcWith(`"issuer"`, `"iss":"https://evil.example","issuer"`), badForm + ": issuer is empty, or is not iss"},
	{"unsecured VC in a VP", "", inVP(func(w *vpWorld) { replace(&w.vp, envelope, w.vc) }), badForm + ": type is not EnvelopedVerifiableCredential"},
	{"unsecured VC in a VP", "beside a good one", inVP(func(w *vpWorld) { replace(&w.vp, envelope, envelope+","+w.vc) }), badForm + ": type is not EnvelopedVerifiableCredential"},
	{"unsecured VC in a VP", "in the URL", inVP(func(w *vpWorld) {
		replace(&w.vp, "application/vc+jwt,TOKEN", "application/vc,"+testvc.Encode([]byte(w.vc)))
	}), badForm + ": token does not have three parts"},
	{"wrong typ", "of another form", vcHeader("vc+jwt", "dc+sd-jwt"), badForm + ": an SD-JWT without a tilde"},
	{"wrong typ", "of the presentation", vcHeader("vc+jwt", "vp+jwt"), badForm + ": type is not VerifiablePresentation"},
	{"wrong typ", "of a list", vcHeader("vc+jwt", "statuslist+jwt"), "rejected credential_type_not_allowed CRED-1: typ of a JWT"},
	{"wrong typ", "of a key binding around it", inVP(func(w *vpWorld) { replace(&w.vpHeader, "vp+jwt", "kb+jwt") }), "rejected credential_type_not_allowed CRED-1: typ of a JWT"},
	{"wrong cty", "", vcHeader(`"kid"`, `"cty":"vp","kid"`), "rejected credential_type_not_allowed CRED-1: cty is not vc"},
	{"wrong cty", "that is right", vcHeader(`"kid"`, `"cty":"vc","kid"`), "verified"},
	{"validUntil vs exp conflict", "exp before it, and passed", vcWith(`"issuer"`, `"exp":1750000000,"issuer"`), "rejected expired PATH-2"},
	{"validUntil vs exp conflict", "exp after it, which has passed", vcWith(`"2025-10-01T00:00:00Z"`, `"2025-06-15T15:06:40Z","exp":1760000000`), "rejected expired PATH-2"},
	{"validUntil vs exp conflict", "both to come: the earlier counts", vcWith(`"issuer"`, `"exp":1750000001,"issuer"`), "verified"},
	{"validUntil vs exp conflict", "the data model 1.1, after it", vc11(`"credentialSubject"`, `"expirationDate":"2026-10-09T08:53:20Z","credentialSubject"`), badForm + ": exp and expirationDate differ"},
	{"validUntil vs exp conflict", "the data model 1.1, before it", vc11(`"credentialSubject"`, `"expirationDate":"2025-09-09T08:53:20Z","credentialSubject"`), badForm + ": exp and expirationDate differ"},
	{"validUntil vs exp conflict", "the data model 1.1, the same", vc11(`"credentialSubject"`, `"expirationDate":"2025-10-09T08:53:20Z","credentialSubject"`), "verified"},
}
