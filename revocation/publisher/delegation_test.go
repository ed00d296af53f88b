package publisher

import (
	"errors"
	"testing"
	"time"

	"github.com/cloudflare/circl/sign/mldsa/mldsa44"

	"github.com/e2eid/e2eid/internal/jwxsign"
	"github.com/e2eid/e2eid/revocation"
	"github.com/e2eid/e2eid/revocation/delegation"
	"github.com/e2eid/e2eid/signature"
	"github.com/e2eid/e2eid/signature/native"
)

func TestDelegationOfEveryKeyThatSigns(t *testing.T) {
	_, quantum := mldsa44.NewKeyFromSeed(&[mldsa44.SeedSize]byte{3})
	issuer := p256Key(t)
	for _, s := range []Signer{signer(t, ed25519Key(1)), signer(t, p256Key(t)), signer(t, quantum)} {
		d := Delegation{Issuer: "https://issuer.example", Authority: "a.example", Key: s.Key(), NotBefore: start, NotAfter: start.Add(time.Hour)}
		token, err := d.Sign("ES256", issuer, "1")
		if err != nil {
			t.Fatal(err)
		}
		got, err := delegation.Parse(token)
		if err != nil {
			t.Fatal(err)
		}
		if got.Issuer != d.Issuer || got.Authority != d.Authority || got.Key.ID() != s.Key().ID() || got.Token.Header().KeyID != "1" ||
			!got.Holds(start.Unix()) || got.Holds(start.Add(time.Hour).Unix()) {
			t.Errorf("%v: %+v", s.Key().Algorithm, got)
		}
		key, err := jwxsign.PublicKey(issuer.Public())
		if err != nil {
			t.Fatal(err)
		}
		plan, err := got.Token.Plan(key)
		if err != nil || native.Verify(plan.Check()) != signature.Valid {
			t.Errorf("%v: not signed by the issuer: %v", s.Key().Algorithm, err)
		}
		f := folder(t, t.TempDir(), "a.example")
		p := publication(1)
		p.ThisUpdate, p.NextUpdate, p.Delegations = start, start.Add(time.Hour), [][]byte{token}
		head, err := f.Publish(p, s)
		if err != nil {
			t.Fatal(err)
		}
		tokens, err := head.Delegations()
		if err != nil || len(tokens) != 1 || string(tokens[0]) != string(token) {
			t.Errorf("%q, %v", tokens, err)
		}
		// A newer delegation is published, although nothing else is new.
		d.NotAfter = start.Add(2 * time.Hour)
		if token, err = d.Sign("ES256", issuer, "1"); err != nil {
			t.Fatal(err)
		}
		p.Delegations = [][]byte{token}
		for range 2 {
			if head, err := f.Publish(p, s); err != nil || head.Body().Number != 2 {
				t.Errorf("with a newer delegation: %v", err)
			}
		}
	}
}

func TestDelegationThatHelpsNobodyIsNotMadeOrPublished(t *testing.T) {
	issuer, key, other := p256Key(t), signer(t, ed25519Key(1)), signer(t, ed25519Key(2))
	good := Delegation{Issuer: "https://issuer.example", Authority: "a.example", Key: key.Key(), NotBefore: start, NotAfter: start.Add(time.Hour)}
	for name, change := range map[string]func(d *Delegation){
		"no issuer":               func(d *Delegation) { d.Issuer = "" },
		"no authority":            func(d *Delegation) { d.Authority = "" },
		"an end before its begin": func(d *Delegation) { d.NotAfter = start.Add(-time.Hour) },
		"no time":                 func(d *Delegation) { d.NotBefore, d.NotAfter = time.Time{}, time.Time{} },
		"no key":                  func(d *Delegation) { d.Key = revocation.Key{} },
		"half a key":              func(d *Delegation) { d.Key.Key = d.Key.Key[:16] },
	} {
		d := good
		change(&d)
		if _, err := d.Sign("ES256", issuer, ""); !errors.Is(err, ErrInput) && !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := good.Sign("EdDSA", issuer, ""); !errors.Is(err, jwxsign.ErrKey) {
		t.Errorf("an algorithm of another key: %v", err)
	}
	sign := func(d Delegation) []byte {
		token, err := d.Sign("ES256", issuer, "")
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	elsewhere, later := good, good
	elsewhere.Authority = "b.example"
	later.NotBefore, later.NotAfter = start.Add(time.Hour), start.Add(2*time.Hour)
	f := folder(t, t.TempDir(), "a.example")
	for name, c := range map[string]struct {
		token []byte
		by    Signer
	}{
		"of another authority": {sign(elsewhere), key}, "not in force yet": {sign(later), key},
		"of another key": {sign(good), other}, "malformed": {[]byte("x"), key},
	} {
		p := publication(1)
		p.ThisUpdate, p.NextUpdate, p.Delegations = start, start.Add(time.Hour), [][]byte{c.token}
		if _, err := f.Publish(p, c.by); !errors.Is(err, ErrInput) {
			t.Errorf("delegation %s: %v", name, err)
		}
	}
}
