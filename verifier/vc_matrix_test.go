package verifier_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/mls"
	"github.com/e2eid/e2eid/credential/mls/mlstest"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Rows 38, 39, 45, 47 to 50, 63 and 66 to 68 of the red-team matrix for verifiable credentials. Package tests/redteam has rows 37 and 46,
// and these for certificates, challenges and addresses. Each verdict is the matrix's, and what the attack is made of is
// verified.

// attack is one way to do what a row says.
type attack struct {
	name  string
	judge func(t testing.TB) string
	want  string // outcome and code
}

func tryAll(t *testing.T, attacks []attack) {
	t.Helper()
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			helper = t
			if got := a.judge(t); got != a.want && !strings.HasPrefix(got, a.want+" ") && !strings.HasPrefix(got, a.want+",") {
				t.Errorf("%s, want %s", got, a.want)
			}
		})
	}
}

// same has each attack with one verdict.
func same(want string, attacks ...attack) []attack {
	for i := range attacks {
		attacks[i].want = want
	}
	return attacks
}

func multi(weak bool, change func(w *multiWorld)) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newMultiWorld(t)
		w.weak = weak
		change(w)
		return said(w.judge(t))
	}
}

// forged has another key sign one of the bindings.
func forged(i int) func(w *multiWorld) {
	return func(w *multiWorld) {
		w.after = func(b []mls.Binding) []mls.Binding {
			tbs := mlstest.AppendVector(mlstest.BindingTBS(b[i]), mlstest.PublicKey(w.client.Public()))
			b[i].Signature = mlstest.Sign(b[i].CipherSuite, mlstest.NewSigner(b[i].CipherSuite), w.label, tbs)
			return b
		}
	}
}

func TestRow38GoodBindingBesideAnUnsupportedOrForgedOne(t *testing.T) {
	unknown := func(w *multiWorld) {
		w.change = func(b []mls.Binding) []mls.Binding {
			b[0].Credential = mlstest.Unknown(0x0a0a, []byte("alice@example.com"))
			return b
		}
	}
	tryAll(t, []attack{
		{"both are good", multi(true, func(*multiWorld) {}), "verified"},
		{"weak-multi, beside an unsupported one", multi(true, unknown), "verified"},
		{"weak-multi, an unsupported one alone", multi(true, func(w *multiWorld) {
			unknown(w)
			both := w.change
			w.change = func(b []mls.Binding) []mls.Binding { return both(b)[:1] }
		}), "unverified unsupported_credential"},
		{"weak-multi, the unsupported one is the one that names whom is expected", multi(true, func(w *multiWorld) {
			unknown(w)
			w.presentation.Expected = []string{"mailto:bob@example.com"}
		}), "unverified unsupported_credential"},
		{"multi, beside an unsupported one", multi(false, unknown), "unverified unsupported_credential"},
		{"weak-multi, the first forged", multi(true, forged(0)), "rejected bad_binding"},
		{"weak-multi, the second forged", multi(true, forged(1)), "rejected bad_binding"},
		{"multi, the first forged", multi(false, forged(0)), "rejected bad_binding"},
		{"multi, the second forged", multi(false, forged(1)), "rejected bad_binding"},
	})
}

func TestRow39BindingCopiedFromAnotherLeaf(t *testing.T) {
	copied := func(w *multiWorld) { w.boundTo = mlstest.PublicKey(mlstest.NewSigner(1).Public()) }
	one := func(w *multiWorld) { // of Alice's, in a leaf of Mallory's beside nothing else
		copied(w)
		w.change = func(b []mls.Binding) []mls.Binding { return b[:1] }
	}
	tryAll(t, same("rejected bad_binding",
		attack{name: "weak-multi", judge: multi(true, copied)}, attack{name: "multi", judge: multi(false, copied)},
		attack{name: "weak-multi, one", judge: multi(true, one)}, attack{name: "multi, one", judge: multi(false, one)}))
}

func TestRow45MalloryHasACredentialForHerNameOverAlicesKey(t *testing.T) {
	hers := func(w *world) { replace(&w.payload, `"name":"Alice"`, `"name":"Mallory"`) }
	tryAll(t, []attack{
		{"in her leaf, which Alice's key has not signed", inLeaf(func(w *leafWorld) { hers(w.world); w.leaf.Signer = mlstest.NewSigner(1) }), "rejected key_mismatch"},
		{"in a leaf with Alice's key", inLeaf(func(w *leafWorld) {
			hers(w.world)
			w.leaf.Signature = mlstest.Sign(1, mlstest.NewSigner(1), "LeafNodeTBS", []byte("x"))
		}), "rejected bad_signature"},
		{"with the proof that Alice has made for her own", sd(func(w *world) {
			proof := w.token(helper)
			proof = proof[strings.LastIndex(proof, "~")+1:]
			hers(w)
			w.noProof = true
			w.edit = func(text string) string { return text + proof }
		}), "rejected pop_context"},
		{"with Alice's proof over a key of hers", sd(func(w *world) { replace(&w.payload, w.holder.JWK(""), w.other.JWK("")) }), "rejected bad_signature"},
	})
}

func TestRow47PresentationIsReplayed(t *testing.T) {
	tryAll(t, append(same("rejected pop_context",
		attack{name: "an old nonce", judge: kb("n-1234567890", "n-1")},
		attack{name: "another audience", judge: kb("mimi://example.com/u/bob", "mimi://example.com/u/carol")},
		attack{name: "another group as the audience", judge: kb("mimi://example.com/u/bob", "mimi://example.com/g/other")},
		attack{name: "eleven minutes old", judge: kb("1749999990", "1749999340")},
		attack{name: "from the future", judge: kb("1749999990", "1750000061")},
		attack{name: "over another set of disclosures", judge: kb("HASH", testvc.Hash("x"))},
		attack{name: "a vp with an old nonce", judge: vp("n-1234567890", "n-1")},
		attack{name: "a vp for another audience", judge: vp("mimi://example.com/u/bob", "mimi://example.com/u/carol")},
		attack{name: "a vp eleven minutes old", judge: vp("1749999990", "1749999340")},
		attack{name: "a vp without nonce", judge: vp(`"nonce":"n-1234567890",`, ``)},
		attack{name: "a vp without audience", judge: vp(`"aud":"mimi://example.com/u/bob",`, ``)},
	), attack{"a leaf of another group", leafIn("group B"), "rejected bad_signature"}, attack{"a leaf of this group", leafIn("group A"), "verified"}))
}

// leafIn judges a leaf that was made for group A as one of this group.
func leafIn(group string) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newLeafWorld(t)
		w.leaf.Source, w.leaf.GroupID, w.leaf.LeafIndex = mls.SourceCommit, []byte("group A"), 3
		w.leaf.Credential, w.leaf.RawCredential = w.credential(w.token(t))
		w.presentation = verifier.Presentation{Kind: verifier.LeafNode, Bytes: w.leaf.Build(), CipherSuite: 1, Carrier: verifier.InCommit,
			GroupID: []byte(group), LeafIndex: 3, Expected: w.presentation.Expected}
		return said(w.world.judge(t))
	}
}

func TestRow48KeyBindingIsMissingOrOfAnotherKeyThanTheLeafs(t *testing.T) {
	tryAll(t, same("rejected key_mismatch",
		attack{name: "no KB-JWT", judge: sd(func(w *world) { w.noProof = true })},
		attack{name: "no KB-JWT, in JSON", judge: inJSON(func(w *world, j jws) string {
			return j.general(j.member(j.protected, `{"disclosures":[`+j.disclosures+`]}`, j.signature))
		})},
		attack{name: "no KB-JWT in a leaf", judge: inLeaf(func(w *leafWorld) { w.noProof = true })},
		attack{name: "no KB-JWT in a leaf of another key", judge: inLeaf(func(w *leafWorld) { w.noProof = true; w.leaf.Signer = mlstest.NewSigner(1) })},
		attack{name: "a credential without its vp", judge: inVP(func(w *vpWorld) { w.vp, w.vpHeader, w.vpSigner = w.vc, w.vcHeader, w.issuer })},
		attack{name: "cnf of another key than the leaf's", judge: inLeaf(func(w *leafWorld) {
			replace(&w.payload, w.holder.JWK(""), w.other.JWK(""))
			w.kbSigner = w.other
		})},
		attack{name: "a stolen presentation in the attacker's leaf", judge: inLeaf(func(w *leafWorld) { w.leaf.Signer = mlstest.NewSigner(1) })},
		attack{name: "cnf of another key than the protocol's", judge: sd(func(w *world) { w.presentation.SignatureKey = w.other.Raw() })},
	))
}

func TestRow49TokenThatNoIssuerSignedLikeThis(t *testing.T) {
	tryAll(t, same("rejected bad_signature",
		attack{name: "alg none", judge: header("ES256", "none")},
		attack{name: "alg None", judge: header("ES256", "None")},
		attack{name: "alg none in the key binding", judge: sd(func(w *world) { replace(&w.kbHeader, "EdDSA", "none") })},
		attack{name: "HS256 with the public key", judge: algKeyRow[0].judge},
		attack{name: "an alg of another curve", judge: header("ES256", "ES384")},
		attack{name: "an alg of another kind of key", judge: header("ES256", "RS256")},
		attack{name: "another alg of the key binding", judge: sd(func(w *world) { replace(&w.kbHeader, "EdDSA", "ES256") })},
	))
	tryAll(t, same("rejected malformed",
		attack{name: "crit of a name that is not known", judge: header(`"kid"`, `"crit":["x"],"x":1,"kid"`)},
		attack{name: "crit in the key binding", judge: sd(func(w *world) { replace(&w.kbHeader, `"typ"`, `"crit":["x"],"x":1,"typ"`) })},
		attack{name: "b64 false", judge: header(`"kid"`, `"crit":["b64"],"b64":false,"kid"`)},
		attack{name: "no alg", judge: header(`"alg":"ES256",`, ``)},
		attack{name: "duplicate keys in the payload", judge: payload(`"vct"`, `"iss":"https://evil.example","vct"`)},
		attack{name: "duplicate keys in the header", judge: header(`"alg"`, `"alg":"none","alg"`)},
		attack{name: "duplicate keys in the key binding", judge: kb(`"aud"`, `"aud":"mimi://example.com/u/carol","aud"`)},
	))
}

// asked has the verdict say all addresses it asks for.
func asked(change func(w *world)) func(testing.TB) string {
	return func(t testing.TB) string {
		w := newWorld(t)
		change(w)
		v := w.judge(t)
		got := said(v) + ","
		for _, m := range v.Missing() {
			got += " " + m.Name
		}
		return got
	}
}

// Verifying cannot fetch (tests/deps), so that what is left is what a verdict asks the application for, and that such
// addresses prove nothing. The browser's test counts the requests.
func TestRow50AddressOfTheAttackersInAToken(t *testing.T) {
	const evil = "https://attacker.example/track"
	forgedBy := func(member string) func(w *world) {
		return func(w *world) {
			w.signer, w.noList = newES256(), true
			replace(&w.header, `"kid"`, member+`,"kid"`)
		}
	}
	tryAll(t, []attack{
		{"jku, signed by its key", asked(forgedBy(`"jku":"` + evil + `"`)), "rejected bad_signature PATH-1,"},
		{"x5u, signed by its key", asked(forgedBy(`"x5u":"` + evil + `"`)), "rejected bad_signature PATH-1,"},
		{"kid", asked(func(w *world) { w.noList = true; replace(&w.header, "k1", evil) }), "rejected untrusted_issuer PATH-1,"},
		{"status_list.uri, signed by nobody", asked(func(w *world) {
			forgedBy(`"x":1`)(w)
			replace(&w.payload, listURI, evil)
		}), "rejected bad_signature PATH-1,"},
		{"iss, whose metadata has the attacker's key", asked(func(w *world) {
			w.signer, w.noList = newES256(), true
			replace(&w.payload, "https://issuer.example", "https://attacker.example")
		}), "rejected untrusted_issuer VC-1,"},
		{"status_list.uri that the issuer signed, with no list there", asked(func(w *world) { w.noList = true; replace(&w.payload, listURI, evil) }),
			"undetermined revocation_unavailable STAT-1, " + evil}, // for the application to decide
		{"jku and x5u in a good token change nothing", asked(func(w *world) {
			replace(&w.header, `"kid"`, `"jku":"`+evil+`","x5u":"`+evil+`","kid"`)
		}), "verified,"},
	})
}

func TestRow63BearerTokenIsOfferedAsACredential(t *testing.T) {
	const claims = `{"iss":"https://issuer.example","sub":"1","aud":"c","email":"alice@example.com","email_verified":true,"exp":1760000000,"iat":1740000000}`
	tryAll(t, same("rejected no_key_binding",
		attack{name: "an ID token", judge: sd(bearer(`{"alg":"ES256","typ":"JWT","kid":"k1"}`, claims))},
		attack{name: "an access token", judge: sd(bearer(`{"alg":"ES256","typ":"at+jwt","kid":"k1"}`, claims))},
		attack{name: "an ID token with the protocol's key beside it", judge: sd(func(w *world) {
			bearer(`{"alg":"ES256","typ":"JWT","kid":"k1"}`, claims)(w)
			p := &w.presentation
			p.Kind, p.Audience, p.Nonce, p.SignatureKey = verifier.BareToken, "", "", w.holder.Raw()
		})},
		attack{name: "a SAML assertion", judge: sd(text(`<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"/>`))},
		attack{name: "a SAML assertion in base64url", judge: sd(text(testvc.Encode([]byte(`<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/>`))))},
		attack{name: "an SD-JWT bound to nobody", judge: sd(func(w *world) { replace(&w.payload, `"cnf"`, `"xcnf"`) })},
		attack{name: "an ID token in a leaf", judge: inLeaf(func(w *leafWorld) {
			w.credential = func(string) (mls.Credential, []byte) {
				return mlstest.Token(mls.UserInfoVC, w.issuer.Sign(helper, `{"alg":"ES256","typ":"JWT","kid":"k1"}`, claims)), nil
			}
		})},
	))
}

func TestRow66DisclosuresThatAreNotTheIssuers(t *testing.T) {
	tryAll(t, same("rejected malformed",
		attack{name: "no digest refers to it", judge: sd(func(w *world) { w.disclose(`["s","role","admin"]`) })},
		attack{name: "a digest twice", judge: sd(func(w *world) { w.more("x", emailDigest) })},
		attack{name: "_sd as a name", judge: sd(func(w *world) { w.top(`["s","_sd",[]]`) })},
		attack{name: "cnf disclosed selectively", judge: sd(func(w *world) { w.withhold("cnf", `{"jwk":`+w.holder.JWK("")+`}`) })},
		attack{name: "exp disclosed selectively", judge: sd(func(w *world) { w.withhold("exp", "1760000000") })},
	))
}

func TestRow67StatusListThatIsNotTheRightOne(t *testing.T) {
	lsb := func(w *vpWorld) { replace(&w.list, noneRevoked, setBit(94567)) }
	tryAll(t, append(same("undetermined revocation_unavailable",
		attack{name: "of another issuer", judge: list(`"iat"`, `"iss":"https://evil.example","iat"`)},
		attack{name: "by another key", judge: sd(func(w *world) { w.listSigner = newES256() })},
		attack{name: "sub is not the uri", judge: list(listURI, listURI+"0")},
		attack{name: "Bitstring, the id is not the address", judge: w3cList(listURI, listURI+"0")},
		attack{name: "a bomb that nobody signed", judge: sd(func(w *world) {
			w.listSigner = newES256()
			replace(&w.listPayload, compressed(1, 0), compressed(make([]byte, 20<<20)...))
		})},
	), attack{"a bomb", list(compressed(1, 0), compressed(make([]byte, 20<<20)...)), "undetermined not_covered"},
		attack{"Bitstring, a bomb", w3cList(noneRevoked, gzipped(make([]byte, 20<<20))), "undetermined not_covered"},
		attack{"Token Status List, revoked, read from the low bit", list(compressed(1, 0), compressed(0b0000_1000, 0)), "rejected revoked"},
		attack{"Bitstring, revoked, read from the high bit", inVP(lsb), "rejected revoked"},
		attack{"StatusList2021, revoked, read from the high bit", inVP(func(w *vpWorld) { to2021(w); lsb(w) }), "rejected revoked"}))
}

func TestRow68TokenThatIsWrittenInAnotherWay(t *testing.T) {
	var attacks []attack
	for _, c := range slices.Concat(base64Row, jsonRow) {
		if !strings.HasPrefix(c.want, badForm) {
			continue
		}
		switch c.example {
		case "padding", "non-zero trailing bits", "newline", "duplicate names", "trailing bytes":
			attacks = append(attacks, attack{name: c.example + ", " + c.change, judge: c.judge})
		}
	}
	if len(attacks) < 25 {
		t.Fatalf("%d attacks", len(attacks))
	}
	tryAll(t, same("rejected malformed", attacks...))
}
