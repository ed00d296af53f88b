package jose_test

import (
	"bytes"
	"crypto"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jws"

	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// exceptions says, for what we refuse and jwx accepts, why; by what our error says. Each is met by one of negatives: an entry
// that no input needs fails.
func exceptions(t testing.TB) map[string]string {
	t.Helper()
	b, err := os.ReadFile("testdata/exceptions.json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestExceptionsAreThoseThatAreNeeded(t *testing.T) {
	list, needed := exceptions(t), map[string]bool{}
	for _, test := range negatives {
		g := goodToken()
		test.change(&g)
		reason := of(g.token(), test.reason)
		needed[reason] = needed[reason] || test.jwx
		if test.jwx && list[reason] == "" {
			t.Errorf("%s is not among the exceptions", reason)
		}
	}
	for reason := range list {
		if !needed[reason] {
			t.Errorf("nothing needs the exception %q", reason)
		}
	}
}

// of is a reason as the exceptions have it: what is wrong with a signature is one where there are several alone.
func of(token, reason string) string {
	switch reason {
	case "signature does not hold", "signature is empty", "token has a signature without protected", "token has a signature without signature":
		var general struct{ Signatures []json.RawMessage } // by any case of the name, as jwx takes it
		if json.Unmarshal([]byte(token), &general) == nil && len(general.Signatures) > 1 {
			return reason + ", of several"
		}
	}
	return reason
}

var keyNames = []string{"P-256", "P-384", "P-521", "Ed25519", "Ed448", "RSA", "ML-DSA-44", "another P-256"}

// FuzzSigned signs whatever header and payload with a key that is named, so that what is refused is refused for
// what it says, and compares with jwx.
func FuzzSigned(f *testing.F) {
	for _, test := range negatives {
		g := goodToken()
		test.change(&g)
		f.Add([]byte(g.header), []byte(g.payload), byte(0), byte(0))
	}
	for i, name := range keyNames {
		for alg := range strings.FieldsSeq(fits[name]) {
			f.Add([]byte(`{"alg":"`+alg+`","typ":"JWT","kid":"k","x5c":["AAA="],"jwk":`+publicJWK(name, "")+`}`), []byte(`{}`), byte(i), byte(i))
		}
	}
	known := exceptions(f)
	f.Fuzz(func(t *testing.T, header, payload []byte, key, form byte) {
		name := keyNames[int(key)%len(keyNames)]
		alg := strings.Fields(fits[name])[0]
		message := base64url.Encode(header) + "." + base64url.Encode(payload)
		if u, err := jose.Parse([]byte(message + ".AA")); err == nil && contains(fits[name], u.Header().Algorithm) {
			alg = u.Header().Algorithm
		}
		sig := base64url.Encode(sign(keys()[name], alg, message))
		token := message + "." + sig
		if form%2 == 1 {
			token = `{"payload":"` + base64url.Encode(payload) + `","protected":"` + base64url.Encode(header) + `","signature":"` + sig + `"}`
		}
		compare(t, known, token, publicJWK(name, ""), alg)
	})
}

// FuzzToken compares with jwx on tokens and keys that are changed at will.
func FuzzToken(f *testing.F) {
	for _, test := range negatives {
		g := goodToken()
		test.change(&g)
		f.Add(g.token(), g.jwk, byte(0))
	}
	for i, name := range keyNames {
		g := goodToken()
		alg := strings.Fields(fits[name])[0]
		g.header, g.signer, g.signAs, g.jwk = `{"alg":"`+alg+`"}`, name, alg, publicJWK(name, "")
		f.Add(g.token(), g.jwk, byte(i))
	}
	known := exceptions(f)
	f.Fuzz(func(t *testing.T, token, jwk string, asked byte) {
		list := strings.Fields(fits[keyNames[int(asked)%len(keyNames)]])
		alg := list[int(asked)/len(keyNames)%len(list)]
		if u, err := parseAny(token); err == nil {
			alg = u.Header().Algorithm // what a caller of jwx would ask for
		}
		compare(t, known, token, jwk, alg)
	})
}

// compare asserts that jwx accepts whatever we accept, with the same payload and header, and that what jwx alone accepts
// is an exception.
func compare(t *testing.T, known map[string]string, token, jwk, asked string) {
	t.Helper()
	payload, theirs := verifyJWX(token, jwk, asked)
	opened, err := openAny(token, jwk)
	if err != nil {
		if theirs == nil && known[of(token, said(err))] == "" {
			t.Fatalf("%.2000q with %.2000s: %v; jwx accepts it, and no exception says why", token, jwk, err)
		}
		return
	}
	if theirs != nil {
		if !beyondJWX(opened.Header()) {
			t.Fatalf("%.2000q with %.2000s: accepted; jwx says %v", token, jwk, theirs)
		}
		return
	}
	if !bytes.Equal(payload, opened.Payload()) {
		t.Fatalf("%q: payload %q, jwx has %q", token, opened.Payload(), payload)
	}
	compareClaims(t, known, opened)
	message, err := jws.Parse([]byte(token))
	if err != nil {
		t.Fatal(err)
	}
	h, o := message.Signatures()[0].ProtectedHeaders(), opened.Header()
	if h.KeyID() != o.KeyID || h.Type() != o.Type || h.ContentType() != o.ContentType || h.Algorithm().String() != o.Algorithm {
		t.Fatalf("%q: header %+v, jwx has another", token, o)
	}
}

// parseAny reads either serialization; of several signatures the first counts.
func parseAny(token string) (*jose.Unverified, error) {
	if !strings.HasPrefix(strings.TrimLeft(token, " \t\r\n"), "{") {
		return jose.Parse([]byte(token))
	}
	list, err := jose.ParseJSON([]byte(token))
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

func openAny(token, jwk string) (*jose.Token, error) {
	key, err := jose.ParseKey([]byte(jwk))
	if err != nil {
		return nil, err
	}
	u, err := parseAny(token)
	if err != nil {
		return nil, err
	}
	return conclude(u, key)
}

// beyondJWX reports whether a header has what JOSE allows and jwx/v2 cannot read: a jwk of type AKP (RFC 9964), or a
// number that is no IEEE 754 double, which we keep as text.
func beyondJWX(h jose.Header) bool {
	jwk, _ := h.Object.Get("jwk")
	kty, _ := jwk.Get("kty")
	if s, _ := kty.Text(); s == "AKP" {
		return true
	}
	return beyondDoubles(h.Object)
}

func beyondDoubles(v strictjson.Value) bool {
	switch v.Kind() {
	case strictjson.Number:
		text, _ := v.Number()
		_, err := strconv.ParseFloat(text, 64)
		return err != nil
	case strictjson.Array:
		elements, _ := v.Array()
		return slices.ContainsFunc(elements, beyondDoubles)
	case strictjson.Object:
		members, _ := v.Object()
		return slices.ContainsFunc(members, func(m strictjson.Member) bool { return beyondDoubles(m.Value) })
	}
	return false
}

// FuzzKey compares JWKs with jwx's: whatever we accept, jwx accepts, and it is the same key.
func FuzzKey(f *testing.F) {
	for name := range keys() {
		f.Add(publicJWK(name, `"kid":"1","use":"sig","key_ops":["verify"],"alg":"`+strings.Fields(fits[name])[0]+`"`))
	}
	for _, test := range negatives {
		g := goodToken()
		test.change(&g)
		f.Add(g.jwk)
	}
	f.Fuzz(func(t *testing.T, in string) {
		ours, err := jose.ParseKey([]byte(in))
		if err != nil {
			if ours != nil || said(err) == "" {
				t.Fatalf("%q: %v beside %v", in, ours, err)
			}
			return
		}
		again, err := jose.ParseKey(ours.JWK())
		if err != nil || !bytes.Equal(again.JWK(), ours.JWK()) || again.Public().Kind != ours.Public().Kind ||
			!bytes.Equal(again.Public().Key, ours.Public().Key) {
			t.Fatalf("%q is written as %q: %v", in, ours.JWK(), err)
		}
		if isAKP(in) || bytes.Contains(ours.JWK(), []byte("Ed448")) {
			return // jwx does not know them
		}
		theirs, err := jwk.ParseKey([]byte(in))
		if err != nil {
			t.Fatalf("%q: accepted; jwx says %v", in, err)
		}
		print, err := theirs.Thumbprint(crypto.SHA256)
		if own := ours.Thumbprint(); err != nil || !bytes.Equal(print, own[:]) || theirs.KeyID() != ours.ID() {
			t.Fatalf("%q: thumbprint %x, jwx has %x, %v", in, own, print, err)
		}
	})
}
