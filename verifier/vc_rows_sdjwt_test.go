package verifier_test

import (
	"crypto"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testvc"
)

// The rows about SD-JWTs, their holders and their issuers.

var disclosureRow = []rowCase{
	{"tampered", "its value", sd(func(w *world) { w.disclosures[0], _ = testvc.Disclosure(`["salt","email","bob@example.com"]`) }), badForm + ": no digest refers to a disclosure"},
	{"tampered", "its salt", sd(func(w *world) { w.disclosures[0], _ = testvc.Disclosure(`["pepper","email","alice@example.com"]`) }), badForm + ": no digest refers to a disclosure"},
	{"tampered", "its text alone", sd(func(w *world) { w.disclosures[0], _ = testvc.Disclosure(`["salt", "email","alice@example.com"]`) }), badForm + ": no digest refers to a disclosure"},
	{"unreferenced", "", sd(func(w *world) { w.disclose(`["s","role","admin"]`) }), badForm + ": no digest refers to a disclosure"},
	{"unreferenced", "of an element", sd(func(w *world) { w.disclose(`["s","admin"]`) }), badForm + ": no digest refers to a disclosure"},
	{"unreferenced", "that only another unreferenced one refers to", sd(func(w *world) {
		w.disclose(`["s","a",{"_sd":["` + w.disclose(`["s","role","admin"]`) + `"]}]`)
	}), badForm + ": no digest refers to a disclosure"},
}

// emailDigest is that of the disclosure of the good presentation.
var _, emailDigest = testvc.Disclosure(`["salt","email","alice@example.com"]`)

// decoy is a digest that nothing is disclosed for.
var decoy = testvc.Digest(crypto.SHA256, "nothing")

var sdjwtRow = []rowCase{
	{"duplicate digests", "in one array", sd(func(w *world) { replace(&w.payload, `"_sd":[`, `"_sd":["`+emailDigest+`",`) }), badForm + ": a digest stands twice"},
	{"duplicate digests", "that nothing is disclosed for", sd(func(w *world) { w.more("x", decoy, decoy) }), badForm + ": a digest stands twice"},
	{"duplicate digests", "in _sd and in an array", sd(func(w *world) { w.claim(`"list":[{"...":"` + decoy + `"}],"x":{"_sd":["` + decoy + `"]}`) }), badForm + ": a digest stands twice"},
	{"duplicate digests", "in the payload and in a disclosure", sd(func(w *world) { w.more("x", w.disclose(`["s","a",{"_sd":["`+emailDigest+`"]}]`)) }), badForm + ": a digest stands twice"},
	{"disclosure reused", "in two objects", sd(func(w *world) {
		d := w.disclose(`["s","a",1]`)
		w.more("x", d)
		w.more("y", d)
	}), badForm + ": a digest stands twice"},
	{"disclosure reused", "provided twice", sd(func(w *world) { w.disclosures = append(w.disclosures, w.disclosures[0]) }), badForm + ": a disclosure stands twice"},
	{"name collision", "with a claim for all", sd(func(w *world) { w.top(`["s","name","Mallory"]`) }), badForm + ": the processed payload is not strict JSON: a name is there already, or it is too large"},
	{"name collision", "with another disclosure", sd(func(w *world) { w.top(`["s","email","bob@example.com"]`) }), badForm + ": the processed payload is not strict JSON: a name is there already, or it is too large"},
	{"name collision", "below the top", sd(func(w *world) { w.claim(`"x":{"a":1,"_sd":["` + w.disclose(`["s","a",2]`) + `"]}`) }), badForm + ": the processed payload is not strict JSON: a name is there already, or it is too large"},
	{"name collision", "escaped", sd(func(w *world) { w.top(`["s","n\u0061me","Mallory"]`) }), badForm + ": the processed payload is not strict JSON: a name is there already, or it is too large"},
	{"name _sd", "", sd(func(w *world) { w.top(`["s","_sd",[]]`) }), badForm + ": the name in a disclosure is one of SD-JWT's own"},
	{"name _sd", "below the top", sd(func(w *world) { w.more("x", w.disclose(`["s","_sd","a"]`)) }), badForm + ": the name in a disclosure is one of SD-JWT's own"},
	{"name _sd", "_sd_alg", sd(func(w *world) { w.top(`["s","_sd_alg","sha-256"]`) }), badForm + ": the name in a disclosure is one of SD-JWT's own"},
	{"name ...", "", sd(func(w *world) { w.top(`["s","...","` + decoy + `"]`) }), badForm + ": the name in a disclosure is one of SD-JWT's own"},
	{"name ...", "of a member for all", sd(func(w *world) { w.claim(`"x":{"...":"` + decoy + `"}`) }), badForm + ": a member has the name of an array's digest"},
	{"name ...", "within a disclosure", sd(func(w *world) { w.top(`["s","a",{"...":"` + decoy + `"}]`) }), badForm + ": a member has the name of an array's digest"},
	{"wrong arity", "none", sd(func(w *world) { w.top(`[]`) }), badForm + ": a disclosure is not an array of two or three"},
	{"wrong arity", "one", sd(func(w *world) { w.top(`["s"]`) }), badForm + ": a disclosure is not an array of two or three"},
	{"wrong arity", "four", sd(func(w *world) { w.top(`["s","a",1,2]`) }), badForm + ": a disclosure is not an array of two or three"},
	{"wrong arity", "an object", sd(func(w *world) { w.top(`{"s":"a"}`) }), badForm + ": a disclosure is not an array of two or three"},
	{"wrong arity", "a name that is no string", sd(func(w *world) { w.top(`["s",1,1]`) }), badForm + ": the name in a disclosure is not a string"},
	{"wrong arity", "a salt that is no string", sd(func(w *world) { w.top(`[1,"a",1]`) }), badForm + ": the salt of a disclosure is not a string"},
	{"array digest with extra members", "", sd(func(w *world) { w.claim(`"list":[{"...":"` + w.disclose(`["s",1]`) + `","a":1}]`) }), badForm + ": an array's digest has other members beside it"},
	{"array digest with extra members", "not disclosed", sd(func(w *world) { w.claim(`"list":[{"...":"` + decoy + `","a":1}]`) }), badForm + ": an array's digest has other members beside it"},
	{"array digest with extra members", "that is no digest", sd(func(w *world) { w.claim(`"list":[{"...":1}]`) }), badForm + ": a digest is not one of the hash"},
	{"2-element disclosure in _sd", "", sd(func(w *world) { w.top(`["s","a"]`) }), badForm + ": an element is disclosed where a member is"},
	{"2-element disclosure in _sd", "below the top", sd(func(w *world) { w.more("x", w.disclose(`["s","a"]`)) }), badForm + ": an element is disclosed where a member is"},
	{"3-element in array", "", sd(func(w *world) { w.claim(`"list":[{"...":"` + w.disclose(`["s","a",1]`) + `"}]`) }), badForm + ": a member is disclosed where an element is"},
	{"cycles", "back to what is above", sd(func(w *world) {
		up := w.disclose(`["s","a",{"_sd":["` + emailDigest + `"]}]`)
		w.more("x", w.disclose(`["s","b",{"_sd":["`+up+`"]}]`))
	}), badForm + ": a digest stands twice"},
	{"cycles", "that nothing at the top refers to", sd(func(w *world) {
		w.disclose(`["s","b",{"_sd":["` + w.disclose(`["s","a",{"_sd":["`+decoy+`"]}]`) + `"]}]`)
	}), badForm + ": no digest refers to a disclosure"},
	{"depth", "of disclosures within each other", sd(func(w *world) { w.nest(40) }), "rejected budget FORM-1: too many levels"},
	{"depth", "of one disclosure", sd(func(w *world) { w.top(`["s","a",` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `]`) }), "rejected budget FORM-1: a disclosure is not strict JSON: too many levels"},
	{"depth", "as deep as may be", sd(func(w *world) { w.nest(20) }), "verified"},
}

// top adds a disclosure of a claim at the top.
func (w *world) top(json string) { replace(&w.payload, `"_sd":[`, `"_sd":["`+w.disclose(json)+`",`) }

var sdAlgRow = []rowCase{
	{"nested", "", sd(func(w *world) { w.claim(`"x":{"_sd_alg":"sha-256"}`) }), badForm + ": _sd_alg below the top"},
	{"nested", "in a disclosure", sd(func(w *world) { w.top(`["s","a",{"_sd_alg":"sha-256"}]`) }), badForm + ": _sd_alg below the top"},
	{"unknown", "", sdAlg("sha3-256"), "unverified unsupported_credential CRED-1: digests of a hash that is not known: _sd_alg"},
	{"unknown", "of another case", sdAlg("SHA-256"), "unverified unsupported_credential CRED-1: digests of a hash that is not known: _sd_alg"},
	{"unknown", "too weak", sdAlg("md5"), "unverified unsupported_credential CRED-1: digests of a hash that is not known: _sd_alg"},
	{"unknown", "no string", sd(func(w *world) { w.claim(`"_sd_alg":256`) }), badForm + ": _sd_alg is not a string"},
	{"truncated hash", "by name", sdAlg("sha-256-128"), "unverified unsupported_credential CRED-1: digests of a hash that is not known: _sd_alg"},
	{"truncated hash", "a digest of half the bytes", sd(func(w *world) { replace(&w.payload, emailDigest, testvc.Encode(make([]byte, 16))) }), badForm + ": a digest is not one of the hash"},
	{"truncated hash", "a decoy of half the bytes", sd(func(w *world) { w.more("x", testvc.Encode(make([]byte, 16))) }), badForm + ": a digest is not one of the hash"},
	{"exp disclosable", "", sd(func(w *world) { w.withhold("exp", "1760000000") }), badForm + ": a claim that must be there for all is disclosed selectively"},
	{"exp disclosable", "and withheld: no claim that anyone sees", sd(func(w *world) {
		w.withhold("exp", "1750000000")
		w.disclosures = w.disclosures[:1]
	}), "verified"},
	{"nbf disclosable", "", sd(func(w *world) { w.top(`["s","nbf",1740000000]`) }), badForm + ": a claim that must be there for all is disclosed selectively"},
	{"cnf disclosable", "", sd(func(w *world) { w.withhold("cnf", `{"jwk":`+w.holder.JWK("")+`}`) }), badForm + ": a claim that must be there for all is disclosed selectively"},
	{"cnf disclosable", "in part", sd(func(w *world) {
		replace(&w.payload, `{"jwk":`+w.holder.JWK("")+`}`, `{"_sd":["`+w.disclose(`["s","jwk",`+w.holder.JWK("")+`]`)+`"]}`)
	}), badForm + ": a digest within a claim that must be there for all"},
	{"cnf disclosable", "and withheld", sd(func(w *world) {
		w.withhold("cnf", `{}`)
		w.disclosures = w.disclosures[:1]
	}), "rejected no_key_binding POP-7"},
	{"iss disclosable", "", sd(func(w *world) { w.withhold("iss", `"https://issuer.example"`) }), badForm + ": a claim that must be there for all is disclosed selectively"},
	{"status disclosable", "", sd(func(w *world) {
		w.withhold("status", `{"status_list":{"idx":3,"uri":"`+listURI+`"}}`)
	}), badForm + ": a claim that must be there for all is disclosed selectively"},
	{"status disclosable", "and withheld", sd(func(w *world) {
		w.withhold("status", `{}`)
		w.disclosures = w.disclosures[:1]
	}), "undetermined not_covered STAT-1"},
	{"status disclosable", "in part", sd(func(w *world) {
		replace(&w.payload, `"idx":3`, `"_sd":["`+w.disclose(`["s","idx",3]`)+`"]`)
	}), badForm + ": a digest within a claim that must be there for all"},
}

func sdAlg(name string) func(testing.TB) string {
	return sd(func(w *world) { w.claim(`"_sd_alg":"` + name + `"`) })
}

const badContext = "rejected pop_context POP-8"

func kb(old, new string) func(testing.TB) string {
	return sd(func(w *world) { replace(&w.kbPayload, old, new) })
}

var keyBindingRow = []rowCase{
	{"stripped", "", sd(func(w *world) { w.noProof = true }), "rejected key_mismatch POP-7"},
	{"stripped", "beside the protocol's key", sd(func(w *world) {
		w.noProof, w.presentation.SignatureKey = true, w.holder.Raw()
	}), "rejected key_mismatch POP-7"},
	{"by another key", "", sd(func(w *world) { w.kbSigner = w.other }), "rejected bad_signature POP-7"},
	{"by another key", "that the header brings", sd(func(w *world) {
		w.kbSigner = w.other
		replace(&w.kbHeader, `"typ"`, `"jwk":`+w.other.JWK("")+`,"typ"`)
	}), "rejected bad_signature POP-7"},
	{"by another key", "the issuer's", sd(func(w *world) {
		w.kbSigner = w.issuer
		replace(&w.kbHeader, "EdDSA", "ES256")
	}), "rejected bad_signature POP-7"},
	{"sd_hash over another set", "with one disclosure less", sd(func(w *world) {
		w.more("x", w.disclose(`["s","a",1]`))
		w.edit = func(text string) string { // the holder signed without the second
			parts := strings.Split(text, "~")
			less := parts[0] + "~" + parts[1] + "~"
			return strings.Join(parts[:3], "~") + "~" + w.kbSigner.Sign(helper, w.kbHeader, strings.Replace(w.kbPayload, "HASH", testvc.Hash(less), 1))
		}
	}), badContext},
	{"sd_hash over another set", "without the last tilde", sd(func(w *world) {
		w.edit = func(text string) string {
			at := strings.LastIndex(text, "~")
			return text[:at+1] + w.kbSigner.Sign(helper, w.kbHeader, strings.Replace(w.kbPayload, "HASH", testvc.Hash(text[:at]), 1))
		}
	}), badContext},
	{"sd_hash over another set", "of another credential", kb("HASH", testvc.Hash("x")), badContext},
	{"sd_hash over another set", "absent", kb(`"sd_hash"`, `"hash"`), badForm + ": sd_hash of the key binding is not a string"},
	{"aud array", "of one", kb(`"mimi://example.com/u/bob"`, `["mimi://example.com/u/bob"]`), badForm + ": aud of the key binding is not a string"},
	{"aud array", "of another one", kb(`mimi://example.com/u/bob`, `mimi://example.com/u/carol`), badContext},
	{"aud array", "absent", kb(`"aud"`, `"audience"`), badForm + ": aud of the key binding is not a string"},
	{"nonce type", "a number", kb(`"n-1234567890"`, `1234567890`), badForm + ": nonce of the key binding is not a string"},
	{"nonce type", "an array", kb(`"n-1234567890"`, `["n-1234567890"]`), badForm + ": nonce of the key binding is not a string"},
	{"nonce type", "null", kb(`"n-1234567890"`, `null`), badForm + ": nonce of the key binding is not a string"},
	{"nonce type", "another", kb(`n-1234567890`, `N-1234567890`), badContext},
	{"iat future", "", kb("1749999990", "1750000061"), badContext},
	{"iat future", "within the clocks' difference", kb("1749999990", "1750000059"), "verified"},
	{"iat old", "", kb("1749999990", "1749999340"), badContext},
	{"iat old", "absent", kb(`"iat":1749999990,`, ``), badForm + ": iat of the key binding is not a time in seconds"},
	{"iat old", "in a string", kb(`1749999990`, `"1749999990"`), badForm + ": iat of the key binding is not a time in seconds"},
	{"typ", "JWT", sd(func(w *world) { replace(&w.kbHeader, "kb+jwt", "JWT") }), badForm + ": key binding of another typ than kb+jwt"},
	{"typ", "absent", sd(func(w *world) { replace(&w.kbHeader, `,"typ":"kb+jwt"`, ``) }), badForm + ": key binding of another typ than kb+jwt"},
}

const unbound = "rejected no_key_binding POP-7"

// cnf replaces the member of cnf.
func cnf(members func(w *world) string) func(testing.TB) string {
	return sd(func(w *world) { replace(&w.payload, `"jwk":`+w.holder.JWK(""), members(w)) })
}

var cnfRow = []rowCase{
	{"missing", "", sd(func(w *world) { replace(&w.payload, `"cnf"`, `"xcnf"`) }), unbound},
	{"missing", "empty", cnf(func(*world) string { return `` }), unbound},
	{"missing", "no object", sd(func(w *world) { replace(&w.payload, `"cnf":{`, `"cnf":"x","xcnf":{`) }), unbound},
	{"jwk private", "", withCNF(`"d":"AA",`), unbound},
	{"jwk private", "symmetric", cnf(func(*world) string { return `"jwk":{"kty":"oct","k":"AAAA"}` }), unbound},
	{"kid-only", "", cnf(func(*world) string { return `"kid":"1"` }), unbound},
	{"kid-only", "a URL", cnf(func(*world) string { return `"kid":"https://evil.example/keys#1"` }), unbound},
	{"thumbprint", "jkt", cnf(func(*world) string { return `"jkt":"` + decoy + `"` }), unbound},
	{"thumbprint", "x5t#S256", cnf(func(*world) string { return `"x5t#S256":"` + decoy + `"` }), unbound},
	{"thumbprint", "as a kid", cnf(func(*world) string { return `"kid":"urn:ietf:params:oauth:jwk-thumbprint:sha-256:` + decoy + `"` }), unbound},
	{"LeafNode key mismatch", "cnf of another key", inLeaf(func(w *leafWorld) {
		replace(&w.payload, w.holder.JWK(""), w.other.JWK(""))
		w.kbSigner = w.other
	}), "rejected key_mismatch POP-2"},
	{"LeafNode key mismatch", "the call's key", sd(func(w *world) { w.presentation.SignatureKey = w.other.Raw() }), "rejected key_mismatch POP-2"},
}

var x5cRow = []rowCase{
	{"iss not bound to the leaf", "another URI", byPath(func(c *caWorld) { c.leaf.Set(testca.SAN(testca.URI("https://other.example"))) }), "rejected untrusted_issuer VC-1"},
	{"iss not bound to the leaf", "a host below", byPath(func(c *caWorld) { c.leaf.Set(testca.SAN(testca.DNS("a.issuer.example"))) }), "rejected untrusted_issuer VC-1"},
	{"iss not bound to the leaf", "a wildcard", byPath(func(c *caWorld) { c.leaf.Set(testca.SAN(testca.DNS("*.example"))) }), "rejected untrusted_issuer VC-1"},
	{"iss not bound to the leaf", "the name in the subject alone", byPath(func(c *caWorld) {
		c.leaf.Subject = testca.Name{{Type: testca.OIDCommonName, Value: "https://issuer.example"}}
		c.leaf.Forbid(testca.OIDSubjectAltName)
		c.leaf.Extensions = c.leaf.Extensions[:1]
	}), "rejected untrusted_issuer VC-1"},
	{"self-signed leaf", "", byPathAlone(func(c *caWorld, key testca.Key) [][]byte {
		return [][]byte{testca.NewRoot(c.leaf, key).DER}
	}), "rejected untrusted_issuer PATH-1"},
	{"self-signed leaf", "in front of the right intermediate", byPathAlone(func(c *caWorld, key testca.Key) [][]byte {
		return [][]byte{testca.NewRoot(c.leaf, key).DER, c.ca.Intermediate.DER}
	}), "rejected untrusted_issuer PATH-1"},
	{"self-signed leaf", "that is the anchor", byPathAlone(func(c *caWorld, key testca.Key) [][]byte {
		self := testca.NewRoot(c.leaf, key)
		c.trust.Authorities[0].Anchors = [][]byte{self.DER}
		return [][]byte{self.DER}
	}), "rejected bad_chain PATH-3"},
	{"anchor inside x5c", "", byPath(func(c *caWorld) { c.chain = append(c.chain, base64.StdEncoding.EncodeToString(c.ca.Root.DER)) }), "rejected bad_chain PATH-3"},
	{"anchor inside x5c", "in front of the intermediate", byPath(func(c *caWorld) {
		c.chain = append([]string{base64.StdEncoding.EncodeToString(c.ca.Root.DER)}, c.chain...)
	}), "rejected bad_chain PATH-3"},
}

// byPathAlone gives the certificates of x5c.
func byPathAlone(certificates func(c *caWorld, key testca.Key) [][]byte) func(testing.TB) string {
	return func(t testing.TB) string {
		c := newCAWorld(t)
		var list []string
		for _, der := range certificates(c, testca.NewKey(testca.P256, "credential issuer")) {
			list = append(list, base64.StdEncoding.EncodeToString(der))
		}
		replace(&c.header, `"kid":"k1"`, `"x5c":["`+strings.Join(list, `","`)+`"]`)
		return said(c.world.judge(t))
	}
}

type object = map[string]any

func method(d object) object { return d["verificationMethod"].([]any)[0].(object) }

// withoutKID has the issuer's key configured without a kid.
func withoutKID(change func(w *setWorld)) func(testing.TB) string {
	return proven(func(w *setWorld) {
		w.trust.Authorities[0].Issuers[0].Keys = []byte(`{"keys":[` + w.keys[0].JWK("") + `]}`)
		change(w)
	})
}

var didRow = []rowCase{
	{"issuer != verificationMethod controller", "did:web", byDocument(func(d object) { method(d)["controller"] = "did:web:evil.example" }), untrusted},
	{"issuer != verificationMethod controller", "did:web, none", byDocument(func(d object) { delete(method(d), "controller") }), untrusted},
	{"issuer != verificationMethod controller", "did:web, a method of another DID", byDocument(func(d object) { method(d)["id"] = "did:web:evil.example#k1" }), untrusted},
	{"issuer != verificationMethod controller", "Data Integrity", proven(func(w *setWorld) { replace(&w.options[0], "https://issuer.example#a", "https://evil.example#a") }), untrusted},
	{"issuer != verificationMethod controller", "Data Integrity, a key that is its own DID", proven(func(w *setWorld) {
		replace(&w.options[0], "https://issuer.example#a", w.keys[0].DIDKey()+"#"+w.keys[0].Multikey())
	}), untrusted},
	{"issuer != verificationMethod controller", "Data Integrity, a key without a kid that is its own DID", withoutKID(func(w *setWorld) {
		replace(&w.options[0], "https://issuer.example#a", w.keys[0].DIDKey()+"#"+w.keys[0].Multikey())
	}), "verified"},
	{"issuer != verificationMethod controller", "Data Integrity, a key without a kid under the issuer", withoutKID(func(*setWorld) {}), "verified"},
	{"issuer != verificationMethod controller", "Data Integrity, a key without a kid as another did:key", withoutKID(func(w *setWorld) {
		other := testvc.NewKey(helper, "EdDSA")
		replace(&w.options[0], "https://issuer.example#a", other.DIDKey()+"#"+other.Multikey())
	}), untrusted},
	{"issuer != verificationMethod controller", "Data Integrity, a key without a kid as another did:web", withoutKID(func(w *setWorld) {
		replace(&w.options[0], "https://issuer.example#a", "did:web:evil.example#a")
	}), untrusted},
	{"issuer != verificationMethod controller", "Data Integrity, a key without a kid at another URL", withoutKID(func(w *setWorld) {
		replace(&w.options[0], "https://issuer.example#a", "https://evil.example#a")
	}), untrusted},
	{"issuer != verificationMethod controller", "Data Integrity, a key without a kid below the issuer's URL", withoutKID(func(w *setWorld) {
		replace(&w.options[0], "https://issuer.example#a", "https://issuer.example/other#a")
	}), untrusted},
	{"did:web document id differs", "", byDocument(func(d object) { d["id"] = "did:web:evil.example" }), "undetermined issuer_keys_unavailable KEY-2, document refused: id"},
	{"did:web document id differs", "by case", byDocument(func(d object) { d["id"] = "did:web:Issuer.example" }), "undetermined issuer_keys_unavailable KEY-2, document refused: id"},
	{"did:key fragment of another key", "", byDIDKey(func(w *world, did string) {
		_, fragment, _ := strings.Cut(w.header, "#")
		replace(&w.header, "#"+fragment[:strings.IndexByte(fragment, '"')], "#"+strings.TrimPrefix(did, "did:key:"))
	}), untrusted},
	{"did:key fragment of another key", "and a signature of that", byDIDKey(func(w *world, did string) {
		w.signer = newES256()
		_, fragment, _ := strings.Cut(w.header, "#")
		replace(&w.header, "#"+fragment[:strings.IndexByte(fragment, '"')], "#"+w.signer.Multikey())
	}), untrusted},
	{"private did:jwk", "the issuer", sd(func(w *world) {
		i := &w.trust.Authorities[0].Issuers[0]
		i.ID, i.Keys = "did:jwk:"+testvc.Encode([]byte(w.issuer.JWK(`,"d":"AA"`))), nil
	}), "trust refused: id: jose: secret key: JWK has the secret member d"},
	{"private did:jwk", "in cnf", cnf(func(w *world) string {
		return `"kid":"did:jwk:` + testvc.Encode([]byte(w.holder.JWK(`,"d":"AA"`))) + `#0"`
	}), unbound},
	{"private did:jwk", "the subject of a vc", inVP(func(w *vpWorld) {
		private := "did:jwk:" + testvc.Encode([]byte(w.holder.JWK(`,"d":"AA"`)))
		w.vc = strings.ReplaceAll(w.vc, w.holder.DID(), private)
		w.vp = strings.ReplaceAll(w.vp, w.holder.DID(), private)
	}), unbound},
	{"wrong multicodec length", "a byte more", boundToMulticodec(0xed, 0x01, 33), unbound},
	{"wrong multicodec length", "a byte less", boundToMulticodec(0xed, 0x01, 31), unbound},
	{"wrong multicodec length", "of another curve", boundToMulticodec(0x80, 0x24, 32), unbound},
	{"wrong multicodec length", "of the issuer", sd(func(w *world) {
		i := &w.trust.Authorities[0].Issuers[0]
		i.ID, i.Keys = "did:key:"+testvc.Base58(append([]byte{0xed, 0x01}, make([]byte, 33)...)), nil
	}), "trust refused: id: did: malformed"},
	{"wrong multicodec length", "that is right", cnf(func(w *world) string { return `"kid":"` + w.holder.DIDKey() + `#` + w.holder.Multikey() + `"` }), "verified"},
}

// boundToMulticodec has a kid that is a did:key of the holder's key, cut or made longer to this many bytes.
func boundToMulticodec(a, b byte, size int) func(testing.TB) string {
	return cnf(func(w *world) string {
		text := testvc.Base58(append([]byte{a, b}, append(w.holder.Raw(), 0)[:size]...))
		return `"kid":"did:key:` + text + `#` + text + `"`
	})
}
