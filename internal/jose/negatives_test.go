package jose_test

import (
	"encoding/asn1"
	"math/big"
	"strings"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
)

// negatives are bad tokens and keys: each is goodToken with one change, signed after the change wherever a signature can
// cover it, so that nothing but the change can be why it is refused.
var negatives = []struct {
	row    string // of the tables of bad inputs, and of what jwx accepts
	name   string
	change func(*forgery)
	kind   error
	reason string
	jwx    bool // jwx/v2 v2.1.7 accepts it, asked for ES256 with the key
}{
	{"alg none / case variants", "none", header(`{"alg":"none","typ":"JWT"}`), jose.ErrAlgorithm, "alg is none: nobody signed", true},
	{"alg none / case variants", "None", header(`{"alg":"None"}`), jose.ErrAlgorithm, "alg is none: nobody signed", true},
	{"alg none / case variants", "NONE", header(`{"alg":"NONE"}`), jose.ErrAlgorithm, "alg is none: nobody signed", true},
	{"alg none / case variants", "nOnE without a signature", func(f *forgery) {
		f.header = `{"alg":"nOnE"}`
		f.finish = func(h, p, _ string) string { return h + "." + p + "." }
	}, jose.ErrAlgorithm, "alg is none: nobody signed", false},
	{"alg none / case variants", "no signature under a good alg", finish(func(h, p, _ string) string { return h + "." + p + "." }),
		jose.ErrFormat, "signature is empty", false},
	{"alg none / case variants", "es256", header(`{"alg":"es256"}`), jose.ErrAlgorithm, "alg is unknown", true},
	{"alg none / case variants", "an alg with a NUL", header(`{"alg":"ES256\u0000"}`), jose.ErrAlgorithm, "alg is unknown", true},

	{"no alg in header", "absent", header(`{"typ":"JWT"}`), jose.ErrFormat, "header lacks alg", true},
	{"no alg in header", "empty", header(`{"alg":""}`), jose.ErrFormat, "alg is not a short string, or is empty", true},
	{"no alg in header", "null", header(`{"alg":null}`), jose.ErrFormat, "alg is not a short string, or is empty", true},
	{"no alg in header", "array", header(`{"alg":["ES256"]}`), jose.ErrFormat, "alg is not a short string, or is empty", false},
	{"header alg != key/expected alg", "RS256->HS256", header(`{"alg":"HS256"}`),
		jose.ErrAlgorithm, "alg is a MAC, which everyone who can check it can make", true},
	{"header alg != key/expected alg", "ES384 header with P-256 key", header(`{"alg":"ES384"}`), jose.ErrKey, "key is not of the algorithm", true},
	{"header alg != key/expected alg", "RS256 header with P-256 key", header(`{"alg":"RS256"}`), jose.ErrKey, "key is not of the algorithm", true},
	{"header alg != key/expected alg", "EdDSA header with P-256 key", header(`{"alg":"EdDSA"}`), jose.ErrKey, "key is not of the algorithm", true},
	{"header alg != key/expected alg", "ES256K, of another curve", header(`{"alg":"ES256K"}`), jose.ErrAlgorithm, "alg is unknown", true},
	{"header alg != key/expected alg", "ESP256, which is COSE's", header(`{"alg":"ESP256"}`), jose.ErrAlgorithm, "alg is unknown", true},
	{"ES256 with P-384 key", "signed with SHA-256", func(f *forgery) {
		f.signer, f.jwk = "P-384", publicJWK("P-384", "")
	}, jose.ErrKey, "key is not of the algorithm", true},
	{"JWK alg/use/key_ops honoured", "alg ES384 in the JWK", withJWK(`"alg":"ES384"`), jose.ErrKey, "alg is not a signature algorithm of this key", true},
	{"JWK alg/use/key_ops honoured", "alg ECDH-ES in the JWK", withJWK(`"alg":"ECDH-ES"`), jose.ErrKey, "alg is not a signature algorithm of this key", true},
	{"JWK alg/use/key_ops honoured", "RS256 token with a PS256 JWK", func(f *forgery) {
		f.header, f.signer, f.signAs, f.jwk, f.asked = `{"alg":"RS256"}`, "RSA", "RS256", publicJWK("RSA", `"alg":"PS256"`), "RS256"
	}, jose.ErrKey, "key is not of the algorithm", true},
	{"JWK alg/use/key_ops honoured", "use enc", withJWK(`"use":"enc"`), jose.ErrKey, "use is not sig", true},
	{"JWK alg/use/key_ops honoured", "use of another case", withJWK(`"use":"Sig"`), jose.ErrKey, "use is not sig", true},
	{"JWK alg/use/key_ops honoured", "key_ops encrypt", withJWK(`"key_ops":["encrypt"]`), jose.ErrKey, "key_ops has what is not for signatures", true},
	{"JWK alg/use/key_ops honoured", "key_ops sign alone", withJWK(`"key_ops":["sign"]`), jose.ErrKey, "key_ops lacks verify", true},
	{"JWK alg/use/key_ops honoured", "key_ops empty", withJWK(`"key_ops":[]`), jose.ErrKey, "key_ops lacks verify", true},
	{"JWK alg/use/key_ops honoured", "key_ops twice the same", withJWK(`"key_ops":["verify","verify"]`), jose.ErrKey, "key_ops has a value twice", true},
	{"JWK alg/use/key_ops honoured", "use sig and key_ops deriveKey", withJWK(`"use":"sig","key_ops":["verify","deriveKey"]`),
		jose.ErrKey, "key_ops has what is not for signatures", true},

	{"embedded jwk/jku/x5u trust", "jwk of the attacker, who signed", func(f *forgery) {
		f.header, f.signer = `{"alg":"ES256","jwk":`+publicJWK("another P-256", "")+`}`, "another P-256"
	}, jose.ErrSignature, "signature does not hold", false},
	{"embedded jwk/jku/x5u trust", "jku of the attacker, who signed", func(f *forgery) {
		f.header, f.signer = `{"alg":"ES256","jku":"https://attacker.example/jwks"}`, "another P-256"
	}, jose.ErrSignature, "signature does not hold", false},
	{"embedded jwk/jku/x5u trust", "x5u of the attacker, who signed", func(f *forgery) {
		f.header, f.signer = `{"alg":"ES256","x5u":"https://attacker.example/pem"}`, "another P-256"
	}, jose.ErrSignature, "signature does not hold", false},
	{"embedded jwk/jku/x5u trust", "private jwk", header(`{"alg":"ES256","jwk":` + publicJWK("P-256", `"d":"AA"`) + `}`),
		jose.ErrFormat, "jwk is no public key to verify with", true},
	{"embedded jwk/jku/x5u trust", "jwk of another algorithm", header(`{"alg":"ES256","jwk":` + publicJWK("P-384", "") + `}`),
		jose.ErrFormat, "jwk is not of the algorithm", true},

	{"crit unknown", "unknown", header(`{"alg":"ES256","crit":["x"],"x":1}`), jose.ErrCritical, "crit lists an extension", true},
	{"crit empty", "empty", header(`{"alg":"ES256","crit":[]}`), jose.ErrFormat, "crit is not an array with members", true},
	{"crit duplicated", "twice the same", header(`{"alg":"ES256","crit":["x","x"],"x":1}`), jose.ErrFormat, "crit lists a name twice", true},
	{"crit names a standard header", "alg", header(`{"alg":"ES256","crit":["alg"]}`), jose.ErrFormat, "crit lists a name of RFC 7515", true},
	{"crit names a standard header", "crit itself", header(`{"alg":"ES256","crit":["crit"]}`), jose.ErrFormat, "crit lists a name of RFC 7515", true},
	{"crit names a standard header", "absent x5t#S256", header(`{"alg":"ES256","crit":["x5t#S256"]}`), jose.ErrFormat, "crit lists a name of RFC 7515", true},
	{"crit unknown", "name that is not there", header(`{"alg":"ES256","crit":["x"]}`),
		jose.ErrFormat, "crit lists a name that the header does not have", true},
	{"crit unknown", "a string", header(`{"alg":"ES256","crit":"x","x":1}`), jose.ErrFormat, "crit is not an array with members", false},
	{"crit unknown", "a number in it", header(`{"alg":"ES256","crit":[1],"1":1}`), jose.ErrFormat, "crit lists what is not a name", false},
	{"crit b64, b64=false", "critical, signed over base64url", header(`{"alg":"ES256","b64":false,"crit":["b64"]}`),
		jose.ErrCritical, "crit lists an extension", false},
	{"crit b64, b64=false", "critical, signed over the payload itself", func(f *forgery) {
		f.header = `{"alg":"ES256","b64":false,"crit":["b64"]}`
		f.finish = func(h, _, _ string) string {
			const payload = `{"sub":"1"}`
			return h + "." + payload + "." + base64url.Encode(sign(keys()["P-256"], "ES256", h+"."+payload))
		}
	}, jose.ErrCritical, "crit lists an extension", true},
	{"crit b64, b64=false", "not critical", header(`{"alg":"ES256","b64":false}`), jose.ErrCritical, "header has b64", false},
	{"crit b64, b64=false", "b64 true", header(`{"alg":"ES256","b64":true}`), jose.ErrCritical, "header has b64", true},

	{"JSON: duplicate names", "alg, the good one last", header(`{"alg":"none","alg":"ES256"}`), jose.ErrFormat, "header is not strict JSON", true},
	{"JSON: duplicate names", "kid", header(`{"alg":"ES256","kid":"1","kid":"2"}`), jose.ErrFormat, "header is not strict JSON", true},
	{"JSON: duplicate names", "kid, once escaped", header(`{"alg":"ES256","kid":"1","\u006bid":"2"}`), jose.ErrFormat, "header is not strict JSON", true},
	{"JSON: trailing bytes", "in the header", header(`{"alg":"ES256"}x`), jose.ErrFormat, "header is not strict JSON", false},
	{"JSON: trailing bytes", "a second object", header(`{"alg":"ES256"}{}`), jose.ErrFormat, "header is not strict JSON", false},
	{"JSON: trailing bytes", "NUL", header(`{"alg":"ES256"}` + "\x00"), jose.ErrFormat, "header is not strict JSON", false},
	{"JSON: NaN", "NaN", header(`{"alg":"ES256","x":NaN}`), jose.ErrFormat, "header is not strict JSON", false},
	{"JSON: invalid UTF-8", "in a value", header(`{"alg":"ES256","x":"` + "\xff" + `"}`), jose.ErrFormat, "header is not strict JSON", true},
	{"JSON: invalid UTF-8", "byte order mark", header("\ufeff" + `{"alg":"ES256"}`), jose.ErrFormat, "header is not strict JSON", false},
	{"JSON: lone surrogate", "high", header(`{"alg":"ES256","x":"\ud834"}`), jose.ErrFormat, "header is not strict JSON", true},
	{"JSON: lone surrogate", "in UTF-8", header(`{"alg":"ES256","x":"` + "\xed\xa0\x80" + `"}`), jose.ErrFormat, "header is not strict JSON", true},
	{"JSON: deep nesting", "arrays", header(`{"alg":"ES256","x":` + strings.Repeat("[", 50) + strings.Repeat("]", 50) + `}`),
		jose.ErrLimit, "header is not strict JSON", true},
	{"JSON: trailing bytes", "header is an array", header(`[{"alg":"ES256"}]`), jose.ErrFormat, "header is not a JSON object", false},
	{"JSON: duplicate names", "exp in the payload", payload(`{"exp":1,"exp":4000000000}`), jose.ErrFormat, "payload is not strict JSON", true},
	{"JSON: duplicate names", "in an object of the payload", payload(`{"cnf":{"kid":"1","kid":"2"}}`), jose.ErrFormat, "payload is not strict JSON", true},
	{"JSON: trailing bytes", "after the payload", payload(`{"exp":4000000000}x`), jose.ErrFormat, "payload is not strict JSON", true},
	{"JSON: trailing bytes", "a second payload", payload(`{"exp":4000000000}{"exp":1}`), jose.ErrFormat, "payload is not strict JSON", true},
	{"JSON: trailing bytes", "payload is an array", payload(`[{"sub":"1"}]`), jose.ErrFormat, "payload is not a JSON object", false},
	{"JSON: trailing bytes", "payload is empty", payload(``), jose.ErrFormat, "payload is not strict JSON", false},
	{"JSON: NaN", "in the payload", payload(`{"x":NaN}`), jose.ErrFormat, "payload is not strict JSON", false},
	{"JSON: invalid UTF-8", "in the payload", payload(`{"sub":"` + "\xc0\xaf" + `"}`), jose.ErrFormat, "payload is not strict JSON", true},
	{"JSON: lone surrogate", "in the payload", payload(`{"sub":"\udd1e\ud834"}`), jose.ErrFormat, "payload is not strict JSON", true},
	{"JSON: deep nesting", "of the payload", payload(`{"x":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`),
		jose.ErrLimit, "payload is not strict JSON", true},
	{"JSON: deep nesting", "many values in the payload", payload(`{"x":[` + strings.Repeat("0,", 1<<14) + `0]}`),
		jose.ErrLimit, "payload is not strict JSON", true},

	{"unsigned JWS-JSON", "empty signatures", whole(func(p, a, _ string) string {
		return `{"payload":"` + p + `","signatures":[]}`
	}), jose.ErrFormat, "signatures is not an array with members", false},
	{"unsigned JWS-JSON", "no signatures", whole(func(p, _, _ string) string { return `{"payload":"` + p + `"}` }),
		jose.ErrFormat, "token has a signature without protected", false},
	{"unsigned JWS-JSON", "signatures is an object", whole(func(p, a, _ string) string { return `{"payload":"` + p + `","signatures":` + a + `}` }),
		jose.ErrFormat, "signatures is not an array with members", false},
	{"unsigned JWS-JSON", "no payload", whole(func(_, a, _ string) string { return `{"signatures":[` + a + `]}` }),
		jose.ErrFormat, "token has no payload", false},
	{"several signatures", "first bad second good", whole(func(p, a, b string) string { return general(p, b, a) }),
		jose.ErrSignature, "signature does not hold", true},
	{"several signatures", "first good second malformed", whole(func(p, a, _ string) string {
		return general(p, a, `{"protected":"e30","signature":"AA"}`)
	}), jose.ErrFormat, "header lacks alg", true},
	{"several signatures", "nine", whole(func(p, a, _ string) string { return general(p, a, a, a, a, a, a, a, a, a) }),
		jose.ErrLimit, "signatures has too many members", true},
	{"several signatures", "general and flattened at once", whole(func(p, a, _ string) string {
		return `{"payload":"` + p + `","signatures":[` + a + `],` + a[1:]
	}), jose.ErrFormat, "token is both general and flattened", false},
	{"protected missing", "alg is not protected", func(f *forgery) {
		f.finish = func(_, p, _ string) string {
			sig := base64url.Encode(sign(keys()["P-256"], "ES256", "."+p))
			return `{"payload":"` + p + `","header":{"alg":"ES256"},"signature":"` + sig + `"}`
		}
	}, jose.ErrFormat, "token has a signature without protected", false},
	{"unprotected header trust", "alg of both", unprotected(`{"alg":"ES256"}`), jose.ErrFormat, "unprotected header has a name that must be protected", true},
	{"unprotected header trust", "jwk", unprotected(`{"jwk":` + publicJWK("P-256", "") + `}`),
		jose.ErrFormat, "unprotected header has a name that must be protected", true},
	{"unprotected header trust", "x5c", unprotected(`{"x5c":["MAA="]}`), jose.ErrFormat, "unprotected header has a name that must be protected", true},
	{"unprotected header trust", "crit", unprotected(`{"crit":["x"],"x":1}`), jose.ErrFormat, "unprotected header has a name that must be protected", true},
	{"unprotected header trust", "b64", unprotected(`{"b64":false}`), jose.ErrFormat, "unprotected header has a name that must be protected", true},
	{"unprotected header trust", "kid of both", unprotected(`{"kid":"2"}`), jose.ErrFormat, "unprotected header has a name that the protected one has", true},
	{"unprotected header trust", "an array", unprotected(`[]`), jose.ErrFormat, "unprotected header is not an object", false},
	{"JSON: duplicate names", "payload of a JSON serialization", whole(func(p, a, _ string) string {
		return `{"payload":"e30","payload":"` + p + `","signatures":[` + a + `]}`
	}), jose.ErrFormat, "token is not strict JSON", true},
	{"JSON: trailing bytes", "after a JSON serialization", whole(func(p, a, _ string) string { return general(p, a) + "x" }),
		jose.ErrFormat, "token is not strict JSON", true},

	{"header members of another form", "typ empty", header(`{"alg":"ES256","typ":""}`), jose.ErrFormat, "typ is not a short string, or is empty", true},
	{"header members of another form", "cty null", header(`{"alg":"ES256","cty":null}`), jose.ErrFormat, "cty is not a short string, or is empty", true},
	{"header members of another form", "kid empty", header(`{"alg":"ES256","kid":""}`), jose.ErrFormat, "kid is not a short string, or is empty", true},
	{"header members of another form", "kid of a number", header(`{"alg":"ES256","kid":1}`), jose.ErrFormat, "kid is not a short string, or is empty", false},
	{"header members of another form", "jku empty", header(`{"alg":"ES256","jku":""}`), jose.ErrFormat, "jku is not a short string, or is empty", true},
	{"header members of another form", "x5u empty", header(`{"alg":"ES256","x5u":""}`), jose.ErrFormat, "x5u is not a short string, or is empty", true},
	{"header members of another form", "x5t empty", header(`{"alg":"ES256","x5t":""}`), jose.ErrFormat, "x5t is not a short string, or is empty", true},
	{"header members of another form", "x5t#S256 null", header(`{"alg":"ES256","x5t#S256":null}`), jose.ErrFormat, "x5t#S256 is not a short string, or is empty", true},
	{"header members of another form", "x5c empty", header(`{"alg":"ES256","x5c":[]}`), jose.ErrFormat, "x5c is not an array with members", true},
	{"header members of another form", "x5c in base64url", header(`{"alg":"ES256","x5c":["_w"]}`), jose.ErrFormat, "x5c has a member that is not base64", true},
	{"header members of another form", "x5c of nine", header(`{"alg":"ES256","x5c":["AA==` + strings.Repeat(`","AA==`, 8) + `"]}`),
		jose.ErrLimit, "x5c has too many certificates", true},
	{"header members of another form", "crit with null", header(`{"alg":"ES256","crit":[null]}`), jose.ErrFormat, "crit lists what is not a name", true},
	{"header members of another form", "a long header", header(`{"alg":"ES256","x":"` + strings.Repeat("x", 96<<10) + `"}`),
		jose.ErrLimit, "header is too long", true},
	{"header members of another form", "a long token", payload(`{"x":"` + strings.Repeat("x", 256<<10) + `"}`), jose.ErrLimit, "token is too long", true},

	{"JWK of another form", "a member twice", withJWK(`"kid":"1","kid":"2"`), jose.ErrFormat, "JWK is not strict JSON", true},
	{"JWK of another form", "bytes after it", func(f *forgery) { f.jwk += "x" }, jose.ErrFormat, "JWK is not strict JSON", true},
	{"JWK of another form", "an array", func(f *forgery) { f.jwk = "[" + f.jwk + "]" }, jose.ErrFormat, "JWK is not a JSON object", false},
	{"JWK of another form", "a JWK Set", func(f *forgery) { f.jwk = `{"keys":[` + f.jwk + `]}` }, jose.ErrKey, "kty is no string, or absent", false},
	{"JWK of another form", "kid empty", withJWK(`"kid":""`), jose.ErrKey, "kid is not a short string, or is empty", true},
	{"JWK of another form", "alg null", withJWK(`"alg":null`), jose.ErrKey, "alg is not a signature algorithm of this key", true},
	{"JWK of another form", "key_ops of a string", withJWK(`"key_ops":"verify"`), jose.ErrKey, "key_ops is not an array", false},
	{"JWK of another form", "x padded", replaced(`","y"`, `=","y"`), jose.ErrKey, "x is not base64url", true},
	{"JWK of another form", "y with a line feed", replaced(`","y":"`, `","y":"\n`), jose.ErrKey, "y is not base64url", true},
	{"JWK of another form", "x with a zero before it", replaced(publicX(), zeroBefore(publicX())), jose.ErrKey, "x is not of the right size", true},
	{"JWK of another form", "e with a zero before it", asRSA(`"e":"AQAB"`, `"e":"AAEAAQ"`), jose.ErrKey, "e has a leading zero", true},
	{"JWK of another form", "n with a zero before it", asRSA(`"n":"`, `"n":"AAAA`), jose.ErrKey, "n has a leading zero", true},
	{"JWK of another form", "n padded", asRSA(`"}`, `=="}`), jose.ErrKey, "n is not base64url", true},
	{"JWK of another form", "curve of another size", replaced("P-256", "P-384"), jose.ErrKey, "x is not of the right size", false},
	{"several signatures", "first good second unprotected", second(`{"header":{"alg":"ES256"},"signature":"AA"}`),
		jose.ErrFormat, "token has a signature without protected", true},
	{"several signatures", "first good second empty", second(`{"protected":"eyJhbGciOiJFUzI1NiJ9","signature":""}`),
		jose.ErrFormat, "signature is empty", true},
	{"several signatures", "first good second missing", second(`{"protected":"eyJhbGciOiJFUzI1NiJ9"}`),
		jose.ErrFormat, "token has a signature without signature", true},
	{"several signatures", "first good second of an array", second(`[]`), jose.ErrFormat, "token has a signature without protected", false},
	{"several signatures", "first good second null", second(`null`), jose.ErrFormat, "token has a signature without protected", true},
	{"several signatures", "first good second with a header of an array", second(`{"protected":"eyJhbGciOiJFUzI1NiJ9","header":null,"signature":"AA"}`),
		jose.ErrFormat, "unprotected header is not an object", true},
	{"several signatures", "general and flattened, null", whole(func(p, a, _ string) string {
		return `{"payload":"` + p + `","signatures":[` + a + `],"protected":null}`
	}), jose.ErrFormat, "token is both general and flattened", true},
	{"several signatures", "signatures null beside a flattened one", whole(func(p, a, _ string) string {
		return `{"payload":"` + p + `","signatures":null,` + a[1:]
	}), jose.ErrFormat, "token is both general and flattened", true},
	{"unsigned JWS-JSON", "payload null", whole(func(_, a, _ string) string { return `{"payload":null,"signatures":[` + a + `]}` }),
		jose.ErrFormat, "token has no payload", false},
	{"names of another case", "kTy in a JWK", replaced(`"kty"`, `"kTy"`), jose.ErrKey, "kty is no string, or absent", true},
	{"names of another case", "Crv in a JWK", replaced(`"crv"`, `"Crv"`), jose.ErrKey, "crv is not a known curve of ECDSA", false},
	{"names of another case", "X in a JWK", replaced(`"x"`, `"X"`), jose.ErrKey, "JWK lacks x", false},
	{"names of another case", "Alg in a header", header(`{"Alg":"ES256"}`), jose.ErrFormat, "header lacks alg", true},
	{"names of another case", "Payload", whole(func(p, a, _ string) string { return `{"Payload":"` + p + `","signatures":[` + a + `]}` }),
		jose.ErrFormat, "token has no payload", true},
	{"names of another case", "Signatures", whole(func(p, a, _ string) string { return `{"payload":"` + p + `","Signatures":[` + a + `]}` }),
		jose.ErrFormat, "token has a signature without protected", true},
	{"names of another case", "Protected", whole(func(p, a, _ string) string {
		return `{"payload":"` + p + `","Protected"` + a[len(`{"protected"`):]
	}), jose.ErrFormat, "token has a signature without protected", true},
	{"JWK of another form", "Ed25519 key of 33 bytes, at which jwx panics", func(f *forgery) {
		f.header, f.signer, f.signAs, f.asked = `{"alg":"EdDSA"}`, "Ed25519", "Ed25519", "EdDSA"
		f.jwk = `{"kty":"OKP","crv":"Ed25519","x":"` + strings.Repeat("AAAA", 11) + `"}`
	}, jose.ErrKey, "x is not of the right size", false},

	{"base64url: padding", "of the signature", finish(func(h, p, s string) string { return h + "." + p + "." + s + "==" }),
		jose.ErrFormat, "signature is not base64url", true},
	{"base64url: padding", "of the header", func(f *forgery) {
		f.header = `{"alg":"ES256" }` // sixteen bytes
		f.finish = func(h, p, _ string) string { return signed(h+"==", p) }
	}, jose.ErrFormat, "header is not base64url", false},
	{"base64url: non-zero trailing bits", "of the signature", finish(func(h, p, s string) string { return h + "." + p + "." + strayBit(s) }),
		jose.ErrFormat, "signature is not base64url", true},
	{"base64url: non-zero trailing bits", "of the payload", finish(func(h, p, _ string) string { return signed(h, "e31") }),
		jose.ErrFormat, "payload is not base64url", false},
	{"base64url: newline", "after the token", finish(func(h, p, s string) string { return h + "." + p + "." + s + "\n" }),
		jose.ErrFormat, "signature is not base64url", true},
	{"base64url: newline", "within the payload", finish(func(h, p, s string) string { return h + "." + p[:4] + "\r\n" + p[4:] + "." + s }),
		jose.ErrFormat, "payload is not base64url", true},
	{"base64url: newline", "before the token", finish(func(h, p, s string) string { return "\n" + h + "." + p + "." + s }),
		jose.ErrFormat, "header is not base64url", true},
	{"base64url: newline", "space after the token", finish(func(h, p, s string) string { return h + "." + p + "." + s + " " }),
		jose.ErrFormat, "signature is not base64url", false},
	{"base64url: standard alphabet", "of the payload", func(f *forgery) {
		f.payload = `{"sub":"????>>>>~~~~"}`
		f.finish = func(h, p, s string) string {
			return h + "." + strings.NewReplacer("-", "+", "_", "/").Replace(p) + "." + s
		}
	}, jose.ErrFormat, "payload is not base64url", true},
	{"4 parts", "a fourth part", finish(func(h, p, s string) string { return h + "." + p + "." + s + "." + s }),
		jose.ErrFormat, "token does not have three parts", false},
	{"4 parts", "two parts", finish(func(h, p, s string) string { return h + "." + s }), jose.ErrFormat, "token does not have three parts", false},

	{"DER signature", "DER of r and s", resign(func(r, s *big.Int) []byte {
		b, _ := asn1.Marshal(struct{ R, S *big.Int }{r, s})
		return b
	}), jose.ErrSignature, "signature has a form or size that no signature has", false},
	{"zero signature", "r = s = 0", resign(func(_, _ *big.Int) []byte { return make([]byte, 64) }),
		jose.ErrSignature, "signature has a form or size that no signature has", false},
	{"r/s >= n", "s + n, in 32 bytes all bits", resign(func(r, _ *big.Int) []byte {
		return rawSignature(r, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1)), 32)
	}), jose.ErrSignature, "signature has a form or size that no signature has", false},
	{"short r", "without a leading byte", resign(func(r, s *big.Int) []byte { return rawSignature(r, s, 32)[1:] }),
		jose.ErrSignature, "signature has a form or size that no signature has", false},
	{"short r", "with leading zeros", resign(func(r, s *big.Int) []byte { return rawSignature(r, s, 33) }),
		jose.ErrSignature, "signature has a form or size that no signature has", false},
	{"signature of something else", "another payload", finish(func(h, p, s string) string { return h + "." + encode(`{"sub":"2"}`) + "." + s }),
		jose.ErrSignature, "signature does not hold", false},
	{"signature of something else", "another header", finish(func(h, p, s string) string { return encode(`{"alg":"ES256","kid":"2"}`) + "." + p + "." + s }),
		jose.ErrSignature, "signature does not hold", false},
	{"Ed25519 small order", "key of the neutral point", func(f *forgery) {
		f.header, f.signer, f.signAs, f.asked = `{"alg":"Ed25519"}`, "Ed25519", "Ed25519", "EdDSA"
		f.jwk = `{"kty":"OKP","crv":"Ed25519","x":"` + base64url.Encode(append([]byte{1}, make([]byte, 31)...)) + `"}`
		f.finish = func(h, p, _ string) string { // R = the neutral point, S = 0: holds for every message
			return h + "." + p + "." + base64url.Encode(append(append([]byte{1}, make([]byte, 31)...), make([]byte, 32)...))
		}
	}, jose.ErrKey, "key is refused", true},
	{"JWK off curve", "y changed", func(f *forgery) {
		good := publicJWK("P-256", "")
		last := strings.LastIndex(good, `"}`) - 5
		f.jwk = good[:last] + flip(good[last]) + good[last+1:]
	}, jose.ErrKey, "key is refused", false},
	{"JWK private where public is expected", "d", withJWK(`"d":"` + base64url.Encode(make([]byte, 31)) + `AQ"`), jose.ErrSecret, "JWK has the secret member d", true},
	{"JWK private where public is expected", "k in an EC key", withJWK(`"k":"AA"`), jose.ErrSecret, "JWK has the secret member k", true},
	{"JWK private where public is expected", "symmetric", func(f *forgery) { f.jwk = `{"kty":"oct"}` }, jose.ErrSecret, "kty is that of symmetric keys", false},
}
