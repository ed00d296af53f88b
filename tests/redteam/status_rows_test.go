package redteam

import (
	"bytes"
	"compress/zlib"
	"math/big"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/publisher"
	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/testcrl"
	"github.com/e2eid/e2eid/tests/testvc"
	"github.com/e2eid/e2eid/verifier"
)

// Row 34 by serial lists, which go by issuer and serial number: whoever has the number has the revocation, and what would
// publish the second certificate as good is refused. An index is another with each certificate: a list of indexes knows
// nothing of the number, and the second certificate is as good as the authority says under its own index.
func TestRow34SerialNumberIssuedAgainUnderASerialList(t *testing.T) {
	w, _, der := statusWorld(t, false)
	publishSaid(t, w, der, true, revoked)
	again := w.ca.Alice()
	again.NotBefore = now.Add(-time.Hour)
	again.Serial = new(big.Int).SetBytes(testcrl.Serial(der))
	again.Key = testca.NewKey(testca.P256, "alice, again").Public()
	reissued := w.ca.Issue(again)
	if bytes.Equal(reissued, der) {
		t.Fatal("the same certificate")
	}
	ask := func() verifier.Verdict {
		return w.ask(verifier.Presentation{Kind: verifier.Certificate, Bytes: reissued, Certificates: [][]byte{w.ca.Intermediate.DER}, Expected: []string{alice}})
	}
	rejected(t, ask(), verifier.CodeRevoked)
	again.NotBefore = now // after the list was made
	reissued = w.ca.Issue(again)
	want(t, ask(), verifier.Undetermined, verifier.CodeNotCovered)

	serial := testcrl.Serial(der)
	list := publisher.SerialList{ID: "urn:ends", Issuer: keyOf(t, w.ca.Intermediate.DER), IssuedBefore: now, Serials: [][]byte{serial, serial}, Revoked: []int{0}}
	if _, _, err := list.Encode(); err == nil {
		t.Error("a serial number is published as revoked and as good")
	}
}

// Row 69: the key that signs an authority's heads is replaced by one that the trust configuration does not have, also beside
// the old one's signature.
func TestRow69ListSigningKeyIsReplacedByOneThatNobodyDelegated(t *testing.T) {
	w := newWorld(t)
	p := alicePresents(w)
	honest := w.lists.Key
	w.lists.Key = testca.NewKey(testca.Ed25519, "taken over")
	head, blobs := w.lists.Next(now.Add(time.Minute))
	refused(t, w.offer(now.Add(time.Minute), head, blobs), verifier.CodeBadRevocation)
	verified(t, w.ask(p)) // by what was held
	w.lists.Key = honest
	w.publish(now.Add(2*time.Minute), revocation.Entry{Index: 0})
	rejected(t, w.askAt(now, now.Add(2*time.Minute), p), verifier.CodeRevoked)

	// And that of status lists and assertions: they are as if they were not there.
	k := walletOf(t, mechanisms["Token Status List"], mechanisms["status assertion"])
	v := k.client()
	issuer := k.issuer
	k.issuer = testvc.NewKey(t, "ES256")
	forged := []string{k.tokenList(uri("token"), 1749995000, good), k.assertion(good)}
	want(t, k.ask(v, forged...), verifier.Undetermined, verifier.CodeRevocationUnavailable)
	k.issuer = issuer
	want(t, k.ask(v, append(forged, k.tokenList(uri("token"), 1749990000, good), k.assertion(good))...), verifier.Verified, "")
	rejected(t, k.ask(v, append(forged, k.tokenList(uri("token"), 1749990000, revoked), k.assertion(good))...), verifier.CodeRevoked)
}

// Rows 24 to 26 for status lists and assertions, which anyone brings: old ones while they last, and never one that is older
// than what was used, also after a restart.
func TestRow26OlderStatusListsAreBroughtBack(t *testing.T) {
	for name, old := range map[string]func(w *wallet) (named mechanism, older, newer string){
		"list": func(w *wallet) (mechanism, string, string) {
			return mechanisms["Token Status List"], w.tokenList(uri("token"), 1749980000, good), w.tokenList(uri("token"), 1749990000, revoked)
		},
		"list as CWT after one as JWT": func(w *wallet) (mechanism, string, string) {
			return mechanisms["Token Status List"], w.tokenList(uri("token"), 1749980000, good), w.cwtList(uri("token"), 1749990000, revoked)
		},
		"list as JWT after one as CWT": func(w *wallet) (mechanism, string, string) {
			return mechanisms["Token Status List, CWT"], w.cwtList(uri("cwt"), 1749980000, good), w.tokenList(uri("cwt"), 1749990000, revoked)
		},
		"assertion": func(w *wallet) (mechanism, string, string) {
			later := strings.Replace(assertionClaims(w, "1"), "1749990000", "1749995000", 1)
			return mechanisms["status assertion"], w.assertion(good), w.issuer.Sign(w.t, `{"alg":"ES256","typ":"status-assertion+jwt"}`, later)
		},
	} {
		m, _, _ := old(walletOf(t))
		w := walletOf(t, m)
		_, older, newer := old(w)
		v := w.client()
		want(t, w.ask(v, older), verifier.Verified, "")
		rejected(t, w.ask(v, newer), verifier.CodeRevoked)
		want(t, w.ask(v, older), verifier.Undetermined, verifier.CodeRollback)
		again := w.client()
		if err := again.RestoreState(v.State(nil)); err != nil {
			t.Fatal(err)
		}
		want(t, w.ask(again, older), verifier.Undetermined, verifier.CodeRollback)
		rejected(t, w.ask(again, older, newer), verifier.CodeRevoked)
		w.at = w.at.Add(48 * time.Hour)
		want(t, w.ask(w.client(), older), verifier.Undetermined, verifier.CodeStaleRevocation)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

func assertionClaims(w *wallet, status string) string {
	return `{"iss":"` + tokenIssuer + `","iat":1749990000,"exp":1750080000,"credential_hash":"` + testvc.Hash(w.jwt) +
		`","credential_hash_alg":"sha-256","credential_status_validity":` + status + `,"cnf":{"jwk":` + w.holder.JWK("") + `}}`
}

// Row 59 for status lists.
func TestRow59ExpiredStatusListBesideAFreshOne(t *testing.T) {
	w := walletOf(t, mechanisms["Token Status List"])
	expired := func(what said) string {
		l := w.tokenList(uri("token"), 1749000000, what)
		return w.issuer.Sign(t, `{"alg":"ES256","typ":"statuslist+jwt"}`, strings.Replace(payloadOf(t, l), "1750100000", "1749100000", 1))
	}
	for _, old := range []said{good, suspended, revoked} {
		for _, fresh := range []said{good, suspended, revoked} {
			outcome, code := together(fresh)
			permutations([]string{expired(old), w.tokenList(uri("token"), 1749990000, fresh)}, func(tokens []string) {
				want(t, w.ask(w.client(), tokens...), outcome, code)
			})
		}
		want(t, w.ask(w.client(), expired(old)), verifier.Undetermined, verifier.CodeStaleRevocation)
	}
}

// Row 60 for credentials: of four entries only the last says revoked.
func TestRow60OnlyTheLastStatusEntrySaysRevoked(t *testing.T) {
	all := []mechanism{mechanisms["Token Status List"], mechanisms["Bitstring Status List, suspension"], mechanisms["StatusList2021"],
		mechanisms["Bitstring Status List, revocation"]}
	w := walletOf(t, all...)
	var tokens []string
	for _, m := range all {
		tokens = append(tokens, m.signed(w, good))
	}
	want(t, w.ask(w.client(), tokens...), verifier.Verified, "")
	tokens[3] = all[3].signed(w, revoked)
	permutations(tokens, func(tokens []string) { rejected(t, w.ask(w.client(), tokens...), verifier.CodeRevoked) })
}

// Row 67.
func TestRow67StatusListsThatAreNotTheOneReferredTo(t *testing.T) {
	w := walletOf(t, mechanisms["Token Status List"])
	other := testvc.NewKey(t, "ES256")
	w.trust.Authorities = append(w.trust.Authorities, verifier.Authority{
		ID: "other", Scope: scope(t, "other.example"), Issuers: []verifier.Issuer{{ID: "https://other.example", Keys: []byte(`{"keys":[` + other.JWK("") + `]}`)}},
	})
	const header = `{"alg":"ES256","typ":"statuslist+jwt"}`
	payload := payloadOf(t, w.tokenList(uri("token"), 1749990000, good))
	for name, token := range map[string]string{
		"of another authority's issuer": other.Sign(t, header, strings.Replace(payload, `"iat"`, `"iss":"https://other.example","iat"`, 1)),
		"by another authority's key":    other.Sign(t, header, payload),
		"of an issuer nobody knows":     w.issuer.Sign(t, header, strings.Replace(payload, `"iat"`, `"iss":"https://nobody.example","iat"`, 1)),
		"sub is not the uri":            w.tokenList(uri("another"), 1749990000, good),
		"sub is the uri and a slash":    w.tokenList(uri("token/"), 1749990000, good),
		"of another kind":               w.bitstring(uri("token"), "revocation", false, false),
	} {
		v := w.ask(w.client(), token)
		want(t, v, verifier.Undetermined, verifier.CodeRevocationUnavailable)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	// The other's lists do not take its name, either.
	rejected(t, w.ask(w.client(), other.Sign(t, header, payload), w.tokenList(uri("token"), 1749990000, revoked)), verifier.CodeRevoked)

	// Bits: the entry before and after, and the same place counted from the other end, are others'.
	for bit := range 64 {
		var out bytes.Buffer
		z := zlib.NewWriter(&out)
		content := make([]byte, 8)
		content[bit/8] = 1 << (bit % 8)
		z.Write(content)
		z.Close()
		token := w.issuer.Sign(t, header, `{"sub":"`+uri("token")+`","iat":1749990000,"exp":1750100000,"status_list":{"bits":1,"lst":"`+testvc.Encode(out.Bytes())+`"}}`)
		if bit == tokenIndex {
			rejected(t, w.ask(w.client(), token), verifier.CodeRevoked)
		} else {
			want(t, w.ask(w.client(), token), verifier.Verified, "")
		}
	}

	// A gigabyte of zeros, of which no more than is allowed is ever there.
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	for range 1024 {
		z.Write(make([]byte, 1<<20))
	}
	z.Close()
	token := w.issuer.Sign(t, header, `{"sub":"`+uri("token")+`","iat":1749990000,"exp":1750100000,"status_list":{"bits":1,"lst":"`+testvc.Encode(bomb.Bytes())+`"}}`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	want(t, w.ask(w.client(), token), verifier.Undetermined, verifier.CodeNotCovered)
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 128<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

// payloadOf returns what a token says.
func payloadOf(t *testing.T, token string) string {
	t.Helper()
	b, err := base64url.Decode(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
