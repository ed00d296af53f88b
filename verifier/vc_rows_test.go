package verifier_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// A rowCase is one change to what is verified otherwise, and all that is said of it: outcome, code, and each check that did
// not pass, so that nothing but the change can be why.
type rowCase struct {
	example string // of the row
	change  string // the sentence that tells it from others of the example; may be empty
	judge   func(t testing.TB) string
	want    string
}

// badInputs is the map from the tables of bad inputs to their tests: what has gone wrong in the field, row by row, and what
// other libraries of JOSE accept. Each example of a row has a case at least, and no case is without one.
var badInputs = []struct {
	row      string
	examples string // separated by semicolons, as the row has them
	cases    []rowCase
}{
	{"alg none", "none; case variants; before key lookup", algNoneRow},
	{"alg and key", "RS256->HS256; ES384 header with P-256 key; curve bound to alg; JWK alg; JWK use; JWK key_ops", algKeyRow},
	{"JWS-JSON", "empty signatures; first bad second good; first good second bad; protected missing", jwsJSONRow},
	{"unprotected header", "alg; kid; jwk; x5c; disclosures beside another; kb_jwt beside another", unprotectedRow},
	{"embedded keys", "jwk; jku; x5u; x5c", embeddedRow},
	{"crit", "unknown; empty; duplicated; names a standard header; b64=false", critRow},
	{"disclosures", "tampered; unreferenced", disclosureRow},
	{"SD-JWT", "duplicate digests; disclosure reused; name collision; name _sd; name ...; wrong arity; array digest with extra members; 2-element disclosure in _sd; 3-element in array; cycles; depth", sdjwtRow},
	{"_sd_alg", "nested; unknown; truncated hash; exp disclosable; nbf disclosable; cnf disclosable; iss disclosable; status disclosable", sdAlgRow},
	{"key binding", "stripped; by another key; sd_hash over another set; aud array; nonce type; iat future; iat old; typ", keyBindingRow},
	{"cnf", "missing; jwk private; kid-only; thumbprint; LeafNode key mismatch", cnfRow},
	{"x5c", "iss not bound to the leaf; self-signed leaf; anchor inside x5c", x5cRow},
	{"DID", "issuer != verificationMethod controller; did:web document id differs; did:key fragment of another key; private did:jwk; wrong multicodec length", didRow},
	{"JSON", "duplicate names; trailing bytes; NaN; 1e400; invalid UTF-8; lone surrogate; deep nesting; exp string; exp float; __proto__", jsonRow},
	{"base64url", "padding; non-zero trailing bits; newline; standard alphabet", base64Row},
	{"status", "bomb; wrong bit order; idx <0; idx string; idx float; idx 2^53; idx out of range; bits 3; sub != uri; typ JWT; list by another issuer; exp passed but ttl fresh; ttl 0; ttl huge; iat future; rollback; purpose mismatch; list that itself has a status; recursion", statusRow},
	{"status URL", "http:; data:; file:; localhost; IP; credentials in URL; redirect to http; too many redirects; wrong content type; slow body; fetch only after the signature holds", statusURLRow},
	{"ECDSA and EdDSA", "DER form; r/s = 0; r/s >= n; short r; Ed25519 small order; off-curve point", signatureRow},
	{"vc+jwt", "vc claim; unsecured VC in a VP; wrong typ; wrong cty; validUntil vs exp conflict", vcJWTRow},
	{"what jwx accepts", "ES384 asked as ES256; no alg; ES256 with P-384 key; duplicate header names; signature with trailing bits; signature with ==; newline after the token; 4 parts; KeySet, key without alg; trailing garbage; duplicate exp; exp as string; no exp at all; JWK off curve; JWK private; alg Ed25519; kty AKP", jwxRow},
}

// Status lists are fetched by the application. Of what the package fetches, documents of issuers' keys, web/test has these,
// against a server; that it fetches no list is there too.
const fetching = "../web/test/documents-server.test.ts"

var fetchedElsewhere = map[string]string{
	"redirect to http":   `["to http", "http://127.0.0.1:9/elsewhere"]`,
	"too many redirects": `["to itself, without end", "/.well-known/jwt-vc-issuer"]`,
	"wrong content type": `test("the type that a server gives says nothing: what it sends decides"`,
	"slow body":          `["the body stops in its middle"`,
}

func TestEachExampleOfBadInputHasATest(t *testing.T) {
	others, err := os.ReadFile(fetching)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range badInputs {
		examples := strings.Split(r.examples, "; ")
		seen := map[string]bool{}
		for _, c := range r.cases {
			if !slices.Contains(examples, c.example) {
				t.Errorf("%s: %q is no example of the row", r.row, c.example)
			}
			if name := c.example + "/" + c.change; seen[name] {
				t.Errorf("%s: %q stands twice", r.row, name)
			} else {
				seen[name], seen[c.example] = true, true
			}
		}
		for _, e := range examples {
			if name := fetchedElsewhere[e]; name != "" && strings.Contains(string(others), name) {
				continue
			}
			if !seen[e] {
				t.Errorf("%s: no test of %q", r.row, e)
			}
		}
	}
}

func TestBadInputIsRefusedForItsReasonAndNoOther(t *testing.T) {
	for _, r := range badInputs {
		for _, c := range r.cases {
			t.Run(r.row+"/"+c.example+"/"+c.change, func(t *testing.T) {
				if got := c.judged(t); got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
			})
		}
	}
}

// What the cases change is verified as it is.
func TestWhatBadInputIsMadeOfIsVerified(t *testing.T) {
	for name, judge := range map[string]func(testing.TB) string{
		"SD-JWT VC":              sd(func(*world) {}),
		"in JSON, flattened":     inJSON(func(w *world, j jws) string { return j.flattened() }),
		"in JSON, general":       inJSON(func(w *world, j jws) string { return j.general(j.first) }),
		"with two signatures":    inJSON(func(w *world, j jws) string { return j.general(j.first, j.second(w.issuer, w.header)) }),
		"by a path":              byPath(func(*caWorld) {}),
		"vp":                     inVP(func(*vpWorld) {}),
		"vp and StatusList2021":  inVP(to2021),
		"JWT-VC":                 in11(func(*string) {}),
		"LeafNode":               inLeaf(func(*leafWorld) {}),
		"did:web":                byDocument(func(map[string]any) {}),
		"Data Integrity":         proven(func(*setWorld) {}),
		"CWT":                    byCWT(func(*cwtWorld) {}),
		"did:key":                byDIDKey(func(w *world, did string) {}),
		"more disclosed":         sd(func(w *world) { w.more("x", w.disclose(`["s","deep",{"a":[1]}]`)) }),
		"an element disclosed":   sd(func(w *world) { w.claim(`"list":[{"...":"` + w.disclose(`["s",1]`) + `"},2]`) }),
		"disclosed in disclosed": sd(func(w *world) { w.nest(4) }),
	} {
		t.Run(name, func(t *testing.T) {
			helper = t
			if got := judge(t); got != "verified" {
				t.Error(got)
			}
		})
	}
}

// said is what a verdict says, on one line.
func said(v verifier.Verdict) string {
	if v.Outcome() == verifier.Verified {
		return "verified"
	}
	s := v.Outcome().String() + " " + string(v.Code())
	for _, f := range v.Findings() {
		if f.Result == verifier.Failed || f.Result == verifier.Open {
			s += " " + f.Check.String()
		}
	}
	return s
}

// sd judges the world's presentation after a change. A list that no bag takes, and trust that no verifier takes, are said.
func sd(change func(w *world)) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newWorld(t)
		change(w)
		return w.offer(t)
	}
}

func (w *world) offer(t testing.TB) string {
	v, err := verifier.New(w.trust)
	if err != nil {
		return "trust refused: " + trustReason(w.trust, err)
	}
	bag, note := &verifier.Bag{}, ""
	if list := []byte(w.listSigner.Sign(t, w.listHeader, w.listPayload)); !w.noList {
		if err := bag.AddStatusList(list); err != nil {
			note = ", list refused: " + brief(err)
		} else {
			shown.list = list
		}
	}
	v.Use(bag)
	p := w.presentation
	if p.Bytes == nil {
		p.Bytes = []byte(w.token(t))
	}
	shown.token = p.Bytes
	plan := v.Plan(w.at, w.at, []verifier.Presentation{p})
	return said(plan.Conclude(native.Run(plan.Checks()))[0]) + note
}

func byPath(change func(c *caWorld)) func(testing.TB) string {
	return func(t testing.TB) string {
		c := newCAWorld(t)
		change(c)
		return said(c.judge(t))
	}
}

func inVP(change func(w *vpWorld)) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newVPWorld(t)
		w.listHeader = `{"alg":"ES256","typ":"vc+jwt","kid":"k1"}`
		change(w)
		vc := w.issuer.Sign(t, w.vcHeader, w.vc)
		w.presentation.Bytes = []byte(w.vpSigner.Sign(t, w.vpHeader, strings.ReplaceAll(w.vp, "TOKEN", vc)))
		w.listPayload = w.list
		return w.offer(t)
	}
}

func inLeaf(change func(w *leafWorld)) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newLeafWorld(t)
		change(w)
		return said(w.judge(t))
	}
}

func byCWT(change func(w *cwtWorld)) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newCWTWorld(t)
		change(w)
		bag := &verifier.Bag{}
		list := []byte(w.token(t))
		if err := bag.AddStatusList(list); err != nil {
			w.noList = true
			return w.world.offer(t) + ", list refused: " + brief(err)
		}
		shown.list = list
		return said(w.judge(t))
	}
}

func proven(change func(w *setWorld)) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newSetWorld(t)
		w.chained, w.keep = false, []int{0}
		change(w)
		return said(w.judge(t))
	}
}

// byDocument has the issuer's key in the document of a did:web.
func byDocument(change func(document map[string]any)) func(testing.TB) string {
	const id = "did:web:issuer.example"
	return func(t testing.TB) string {
		w := newKeysWorld(t, verifier.DIDWeb)
		w.rename(id, "https://issuer.example/.well-known/did.json")
		d := map[string]any{}
		if err := json.Unmarshal(testvc.Canonical(testvc.Document(id, map[string]*testvc.Key{"k1": w.issuer})), &d); err != nil {
			t.Fatal(err)
		}
		change(d)
		note := ""
		if err := w.set(t, string(testvc.Canonical(d))); err != nil {
			note = ", document refused: " + brief(err)
		}
		return said(w.judge(t)) + note
	}
}

// byDIDKey has an issuer that is its key; did is that of another key.
func byDIDKey(change func(w *world, did string)) func(testing.TB) string {
	return sd(func(w *world) {
		i := &w.trust.Authorities[0].Issuers[0]
		i.ID, i.Keys = w.issuer.DIDKey(), nil
		replace(&w.payload, `"https://issuer.example"`, `"`+i.ID+`"`)
		_, fragment, _ := strings.Cut(i.ID, "did:key:")
		replace(&w.header, "k1", i.ID+"#"+fragment)
		replace(&w.listHeader, "k1", i.ID+"#"+fragment)
		change(w, newES256().DIDKey())
	})
}

// claim puts members at the top of the payload.
func (w *world) claim(members string) { replace(&w.payload, `"name"`, members+`,"name"`) }

// disclose adds a disclosure that nothing refers to yet, and returns its digest.
func (w *world) disclose(json string) string {
	text, digest := testvc.Disclosure(json)
	w.disclosures = append(w.disclosures, text)
	return digest
}

// more puts digests into a new object of the payload.
func (w *world) more(name string, digests ...string) {
	w.claim(`"` + name + `":{"_sd":["` + strings.Join(digests, `","`) + `"]}`)
}

// nest adds disclosures of which each refers to the next.
func (w *world) nest(levels int) {
	digest := w.disclose(`["s","a",1]`)
	for range levels - 1 {
		digest = w.disclose(`["s","a",{"_sd":["` + digest + `"]}]`)
	}
	w.more("x", digest)
}

// withhold makes a claim of the payload one that is disclosed selectively.
func (w *world) withhold(name, value string) {
	w.payload = strings.Replace(w.payload, `"`+name+`":`, `"x`+name+`":`, 1)
	replace(&w.payload, `"_sd":[`, `"_sd":["`+w.disclose(`["s","`+name+`",`+value+`]`)+`",`)
}
