package redteam

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/signature/native"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

const (
	tokenIssuer = "https://issuer.example"
	tokenIndex  = 5
)

// A wallet is a holder with a credential that names its status, and what the issuer signs about that.
type wallet struct {
	t              *testing.T
	issuer, holder *testvc.Key
	at             time.Time
	jwt            string
	trust          verifier.Trust
}

// newWallet returns one whose credential has this status claim and these credentialStatus, both JSON, empty for none.
func newWallet(t *testing.T, status, credentialStatus string) *wallet {
	w := &wallet{t: t, issuer: testvc.NewKey(t, "ES256"), holder: testvc.NewKey(t, "EdDSA"), at: time.Unix(1_750_000_000, 0).UTC()}
	w.trust = verifier.Trust{Authorities: []verifier.Authority{{
		ID: authority, Scope: scope(t, "example.com"), Issuers: []verifier.Issuer{{
			ID: tokenIssuer, Keys: []byte(`{"keys":[` + w.issuer.JWK("") + `]}`),
			Identifiers: []verifier.ClaimRule{{Path: []string{"email"}, Form: verifier.ClaimEmail}},
		}},
	}}}
	claims := `"iss":"` + tokenIssuer + `","iat":1740000000,"exp":1760000000,"vct":"v","email":"alice@example.com","cnf":{"jwk":` + w.holder.JWK("") + `}`
	if status != "" {
		claims += `,"status":` + status
	}
	if credentialStatus != "" {
		claims += `,"credentialStatus":` + credentialStatus
	}
	w.jwt = w.issuer.Sign(t, `{"alg":"ES256","typ":"dc+sd-jwt"}`, "{"+claims+"}")
	return w
}

func (w *wallet) client() *verifier.Verifier {
	v, err := verifier.New(w.trust)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// ask has a client judge the credential with these lists and assertions.
func (w *wallet) ask(v *verifier.Verifier, tokens ...string) verifier.Verdict {
	w.t.Helper()
	bag := &verifier.Bag{}
	for _, text := range tokens {
		if bag.AddStatusAssertion([]byte(text)) != nil {
			if err := bag.AddStatusList([]byte(text)); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	v.Use(bag)
	plan := v.Plan(w.at, w.at, []verifier.Presentation{{
		Kind: verifier.BareToken, Bytes: []byte(w.jwt + "~"), SignatureKey: w.holder.Raw(), Expected: []string{"mailto:alice@example.com"},
	}})
	return plan.Conclude(native.Run(plan.Checks()))[0]
}

// tokenList is a Token Status List of 2 bits that says this at the index.
func (w *wallet) tokenList(uri string, made int, what said) string {
	content := make([]byte, 8)
	content[tokenIndex/4] = tokenBits[what] << (tokenIndex % 4 * 2)
	return w.issuer.Sign(w.t, `{"alg":"ES256","typ":"statuslist+jwt"}`, `{"sub":"`+uri+`","iat":`+strconv.Itoa(made)+`,"exp":1750100000,"status_list":{"bits":2,"lst":"`+testvc.Encode(deflated(content))+`"}}`)
}

// cwtList is tokenList as a CWT.
func (w *wallet) cwtList(uri string, made int, what said) string {
	content := make([]byte, 8)
	content[tokenIndex/4] = tokenBits[what] << (tokenIndex % 4 * 2)
	list := []testvc.Pair{{Key: "bits", Value: 2}, {Key: "lst", Value: deflated(content)}}
	return string(w.issuer.SignCOSE(w.t, testvc.Sign1{
		Protected: []testvc.Pair{{Key: 1, Value: -7}, {Key: 16, Value: "application/statuslist+cwt"}},
		Payload:   testvc.CBOR([]testvc.Pair{{Key: 2, Value: uri}, {Key: 4, Value: 1750100000}, {Key: 6, Value: made}, {Key: 65533, Value: list}}),
	}))
}

var tokenBits = map[said]byte{good: 0, revoked: 1, suspended: 2}

func deflated(content []byte) []byte {
	var out bytes.Buffer
	z := zlib.NewWriter(&out)
	z.Write(content)
	z.Close()
	return out.Bytes()
}

// bitstring is a Bitstring Status List, or a StatusList2021, for a purpose.
func (w *wallet) bitstring(uri, purpose string, old, set bool) string {
	content := make([]byte, 16384)
	if set {
		content[tokenIndex/8] = 0x80 >> (tokenIndex % 8)
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(content)
	z.Close()
	typ, encoded := "BitstringStatusList", "u"+testvc.Encode(out.Bytes())
	if old {
		typ, encoded = "StatusList2021", testvc.Encode(out.Bytes())
	}
	return w.issuer.Sign(w.t, `{"alg":"ES256","typ":"vc+jwt"}`, `{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"`+uri+`","type":["VerifiableCredential","`+typ+`Credential"],"issuer":"`+tokenIssuer+
		`","validFrom":"2025-06-15T00:00:00Z","validUntil":"2025-06-16T00:00:00Z","credentialSubject":{"type":"`+typ+`","statusPurpose":"`+purpose+`","encodedList":"`+encoded+`"}}`)
}

func (w *wallet) assertion(what said) string {
	return w.issuer.Sign(w.t, `{"alg":"ES256","typ":"status-assertion+jwt"}`, `{"iss":"`+tokenIssuer+`","iat":1749990000,"exp":1750080000,"credential_hash":"`+testvc.Hash(w.jwt)+
		`","credential_hash_alg":"sha-256","credential_status_validity":`+map[said]string{good: "0", revoked: "1", suspended: "2"}[what]+`,"cnf":{"jwk":`+w.holder.JWK("")+`}}`)
}

// uri returns the name of the list of each mechanism.
func uri(name string) string { return tokenIssuer + "/" + name }

func entry(kind, name, purpose string) string {
	return `{"type":"` + kind + `","statusPurpose":"` + purpose + `","statusListIndex":"5","statusListCredential":"` + uri(name) + `"}`
}

// A mechanism is one that credentials name, with what the issuer says by it.
type mechanism struct {
	member  string // of status
	entry   string // of credentialStatus
	source  verifier.Source
	missing verifier.MissingKind
	signed  func(w *wallet, what said) string
}

var mechanisms = map[string]mechanism{
	"Token Status List": {`"status_list":{"idx":5,"uri":"` + uri("token") + `"}`, "", verifier.SourceStatusList, verifier.MissingStatusList,
		func(w *wallet, what said) string { return w.tokenList(uri("token"), 1749990000, what) }},
	"Token Status List, CWT": {`"status_list":{"idx":5,"uri":"` + uri("cwt") + `"}`, "", verifier.SourceStatusList, verifier.MissingStatusList,
		func(w *wallet, what said) string { return w.cwtList(uri("cwt"), 1749990000, what) }},
	"status assertion": {`"status_assertion":{"credential_hash_alg":"sha-256"}`, "", verifier.SourceStatusAssertion, verifier.MissingStatusAssertion,
		func(w *wallet, what said) string { return w.assertion(what) }},
	"Bitstring Status List, revocation": {"", entry("BitstringStatusListEntry", "revocation", "revocation"), verifier.SourceStatusList, verifier.MissingStatusList,
		func(w *wallet, what said) string {
			return w.bitstring(uri("revocation"), "revocation", false, what == revoked)
		}},
	"Bitstring Status List, suspension": {"", entry("BitstringStatusListEntry", "suspension", "suspension"), verifier.SourceStatusList, verifier.MissingStatusList,
		func(w *wallet, what said) string {
			return w.bitstring(uri("suspension"), "suspension", false, what == suspended)
		}},
	"StatusList2021": {"", entry("StatusList2021Entry", "2021", "revocation"), verifier.SourceStatusList, verifier.MissingStatusList,
		func(w *wallet, what said) string {
			return w.bitstring(uri("2021"), "revocation", true, what == revoked)
		}},
}

// says reports whether a mechanism can say this: lists of the W3C have one purpose each.
func (m mechanism) says(what said) bool {
	switch what {
	case revoked:
		return !strings.Contains(m.entry, `"suspension"`)
	case suspended:
		return !strings.Contains(m.entry, `"revocation"`)
	}
	return true
}

func walletOf(t *testing.T, named ...mechanism) *wallet {
	var members, entries []string
	for _, m := range named {
		if m.member != "" {
			members = append(members, m.member)
		} else {
			entries = append(entries, m.entry)
		}
	}
	status, list := "", ""
	if len(members) > 0 {
		status = "{" + strings.Join(members, ",") + "}"
	}
	if len(entries) > 0 {
		list = "[" + strings.Join(entries, ",") + "]"
	}
	return newWallet(t, status, list)
}

func TestEachMechanismOfCredentialsSaysItsSource(t *testing.T) {
	for name, m := range mechanisms {
		for what := nothing; what < sayings; what++ {
			if !m.says(what) {
				continue
			}
			w := walletOf(t, m)
			var tokens []string
			if what != nothing {
				tokens = append(tokens, m.signed(w, what))
			}
			v := w.ask(w.client(), tokens...)
			outcome, code := together(what)
			want(t, v, outcome, code)
			if f, ok := v.Freshness(); ok && (f.Source != m.source || f.ThisUpdate.IsZero() || f.NextUpdate.IsZero() || f.FreshUntil.Before(w.at)) {
				t.Errorf("%s rests on %+v", name, f)
			}
			if r, ok := v.Revocation(); ok != (what >= suspended) || ok && r.Reason != "unspecified" {
				t.Errorf("%s: revocation %+v, %v", name, r, ok)
			}
			if what == nothing && (len(v.Missing()) != 1 || v.Missing()[0].Kind != m.missing) {
				t.Errorf("%s: missing %+v", name, v.Missing())
			}
		}
	}
}

// Of several references each must be good, and the worst decides: every pair of mechanisms, of what they say, and of orders.
func TestTheWorstReferenceDecidesInAnyOrder(t *testing.T) {
	for oneName, one := range mechanisms {
		for twoName, two := range mechanisms {
			if oneName >= twoName || strings.HasPrefix(oneName, "Token") && strings.HasPrefix(twoName, "Token") {
				continue // the wallets have both orders; a credential names one Token Status List
			}
			first := map[[2]said]string{}
			type side struct {
				*wallet
				one, two [sayings]string
			}
			var sides []side
			for _, w := range []*wallet{walletOf(t, one, two), walletOf(t, two, one)} {
				s := side{wallet: w}
				for what := good; what < sayings; what++ {
					s.one[what], s.two[what] = one.signed(w, what), two.signed(w, what)
				}
				sides = append(sides, s)
			}
			for a := nothing; a < sayings; a++ {
				for b := nothing; b < sayings; b++ {
					if !one.says(a) || !two.says(b) {
						continue
					}
					outcome, code := together(a, b)
					if outcome == verifier.Verified && min(a, b) == nothing {
						outcome, code = verifier.Undetermined, verifier.CodeRevocationUnavailable
					}
					for _, w := range sides {
						var tokens []string
						for _, token := range []string{w.one[a], w.two[b]} {
							if token != "" {
								tokens = append(tokens, token)
							}
						}
						permutations(tokens, func(tokens []string) {
							v := w.ask(w.client(), tokens...)
							want(t, v, outcome, code)
							f, _ := v.Freshness()
							r, _ := v.Revocation()
							got := string(v.Code()) + string(f.Source) + f.FreshUntil.String() + r.Reason
							if was, ok := first[[2]said{a, b}]; !ok {
								first[[2]said{a, b}] = got
							} else if was != got {
								t.Errorf("%s %d, %s %d: the order has changed %s to %s", oneName, a, twoName, b, was, got)
							}
						})
					}
				}
			}
		}
	}
}

// Several lists of one name, in either form: the newest decides, and of the same second the most severe.
func TestTheNewestListOfANameDecidesInAnyOrder(t *testing.T) {
	w := walletOf(t, mechanisms["Token Status List"])
	for form := range 8 {
		list := func(i, made int, what said) string {
			if form>>i&1 == 0 {
				return w.tokenList(uri("token"), made, what)
			}
			return w.cwtList(uri("token"), made, what)
		}
		for a := good; a < sayings; a++ {
			for b := good; b < sayings; b++ {
				for c := good; c < sayings; c++ {
					tokens := []string{list(0, 1749980000, a), list(1, 1749990000, b), list(2, 1749990000, c)}
					outcome, code := together(b, c)
					permutations(tokens, func(tokens []string) { want(t, w.ask(w.client(), tokens...), outcome, code) })
				}
			}
		}
	}
}
