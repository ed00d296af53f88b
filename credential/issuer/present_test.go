package issuer_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/e2eid/e2eid/credential/issuer"
	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/tests/testvc"
)

func TestAHolderPresentsWhatItChooses(t *testing.T) {
	i, holder, _ := tokenWorld(t)
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	credential, err := i.SDJWTVC(issuer.Credential{
		Type: "t", Holder: holder.Public(), NotBefore: at, NotAfter: at.Add(time.Hour),
		Claims: map[string]any{"a": 1}, Disclosable: map[string]any{"b": 2, "c": 3, "d": map[string]any{"e": 4}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, names := range [][]string{nil, {"b"}, {"d", "b", "d"}, {"b", "c", "d"}} {
		disclosed, err := issuer.Disclose(credential, names)
		if err != nil {
			t.Fatal(err)
		}
		presented, err := issuer.Present(disclosed, "Ed25519", holder, "v", "n", at)
		if err != nil {
			t.Fatal(err)
		}
		p, err := vc.Parse([]byte(presented))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a", "b", "c", "d"} {
			if _, shown := p.Credentials[0].Claims.Get(name); shown != (name == "a" || slices.Contains(names, name)) {
				t.Errorf("%q: %s shown %v", names, name, shown)
			}
		}
		if p.Proof.Audience != "v" || p.Proof.Nonce != "n" || p.Proof.IssuedAt != at.Unix() {
			t.Errorf("proof %+v", p.Proof)
		}
		if _, err := issuer.Disclose(presented, nil); !errors.Is(err, issuer.ErrToken) {
			t.Errorf("presented twice: %v", err)
		}
	}
	for _, names := range [][]string{{"a"}, {"e"}, {"b", "x"}, {""}} {
		if s, err := issuer.Disclose(credential, names); !errors.Is(err, issuer.ErrToken) || s != "" {
			t.Errorf("%q: %v", names, err)
		}
	}
	within, _ := testvc.Disclosure(`["salt","c",4]`) // as of an object that is in the clear
	twice := credential + within + "~"
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	jwt, _, _ := strings.Cut(credential, "~")
	public, err := jwxsign.PublicKey(holder.Public())
	if err != nil {
		t.Fatal(err)
	}
	presented, err := issuer.Present(credential, "Ed25519", holder, "v", "n", at)
	if err != nil {
		t.Fatal(err)
	}
	hashed := func(alg string) string {
		return testvc.KeyOf("EdDSA", other).Sign(t, `{"alg":"EdDSA","typ":"dc+sd-jwt"}`, `{"vct":"x","_sd_alg":"`+alg+`","cnf":{"jwk":`+string(public.JWK())+`}}`) + "~"
	}
	for _, alg := range []string{"sha-256", "sha-384", "sha-512"} {
		if s, err := issuer.Present(hashed(alg), "Ed25519", holder, "v", "n", at); err != nil {
			t.Errorf("%s: %v", alg, err)
		} else if p, err := vc.Parse([]byte(s)); err != nil || !p.Proof.Bound {
			t.Errorf("%s: %v, bound %v", alg, err, p)
		}
	}
	unknown := hashed("md5")
	for name, present := range map[string]func() (string, error){
		"another's credential": func() (string, error) { return issuer.Present(credential, "Ed25519", other, "v", "n", at) },
		"presented before":     func() (string, error) { return issuer.Present(presented, "Ed25519", holder, "v", "n", at) },
		"a JWT":                func() (string, error) { return issuer.Present(jwt, "Ed25519", holder, "v", "n", at) },
		"an unknown hash":      func() (string, error) { return issuer.Present(unknown, "Ed25519", holder, "v", "n", at) },
		"no audience":          func() (string, error) { return issuer.Present(credential, "Ed25519", holder, "", "n", at) },
		"a nonce of bytes":     func() (string, error) { return issuer.Present(credential, "Ed25519", holder, "v", "\xff", at) },
		"no nonce":             func() (string, error) { return issuer.Present(credential, "Ed25519", holder, "v", "", at) },
		"no SD-JWT":            func() (string, error) { return issuer.Disclose(jwt, nil) },
		"one of two":           func() (string, error) { return issuer.Disclose(twice, []string{"c"}) },
	} {
		if s, err := present(); !errors.Is(err, issuer.ErrToken) || s != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
