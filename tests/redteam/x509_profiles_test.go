package redteam

import (
	"testing"

	"github.com/e2eid/e2eid/tests/testca"
	"github.com/e2eid/e2eid/tests/world"
	"github.com/e2eid/e2eid/verifier"
)

type generalNames = []testca.GeneralName

// A profile is how some product names its users in certificates.
type profile struct {
	names               generalNames // of the certificate
	permitted, excluded generalNames // constraints of its issuer, critical
	scope               []string
	expected            []string // each is proven
	discovered          string
	others              []string       // none of them is: nearly the same, in canonical form
	outside             []generalNames // names that the issuer's constraints do not allow
}

var wire = profile{
	names:      generalNames{testca.URI("wireapp://T4Coy4vdRzianwfOgXpn6A!6add501bacd1d90e@world.com"), testca.URI("wireapp://%40alice_wire@world.com")},
	permitted:  generalNames{testca.URI(".world.com"), testca.URI("world.com")},
	scope:      []string{"world.com"},
	expected:   []string{"wireapp://%40alice_wire@world.com", "wireapp://T4Coy4vdRzianwfOgXpn6A!6add501bacd1d90e@world.com"},
	discovered: "wireapp://%40alice_wire@world.com",
	others: []string{
		"wireapp://%40alice@world.com", "wireapp://%40alice_wire@world.org", "wireapp://T4Coy4vdRzianwfOgXpn6A!6add501bacd1d90f@world.com",
		"wireapp://%40alice_wire@a.world.com", "acct:alice_wire@world.com",
	},
	outside: []generalNames{
		{testca.URI("wireapp://%40alice_wire@world.org")}, {testca.URI("wireapp://%40alice_wire@xworld.com")},
		{testca.URI("wireapp://%40alice_wire@world.com.example")}, {testca.URI("wireapp://%40alice_wire@world.com@b.example")},
		{testca.URI("wireapp:%40alice_wire@world.com")}, {testca.URI("wireapp://T4Coy4vdRzianwfOgXpn6A!6add501bacd1d90e@world.org")},
	},
}

func profiles() map[string]profile {
	subdomain := wire
	subdomain.names = generalNames{testca.URI("wireapp://%40alice@chat.world.com")}
	subdomain.scope = []string{"chat.world.com"}
	subdomain.expected, subdomain.discovered = []string{"wireapp://%40alice@chat.world.com"}, "wireapp://%40alice@chat.world.com"
	subdomain.others = []string{"wireapp://%40alice@world.com"}
	return map[string]profile{
		"Wire": wire, "Wire, of a subdomain": subdomain,
		"MIMI": {
			names:     generalNames{testca.URI("mimi://example.com/u/alice"), testca.URI("mimi://example.com/d/alice/1")},
			permitted: generalNames{testca.URI("example.com")}, scope: []string{"example.com"},
			expected: []string{"mimi://example.com/u/alice", "mimi://example.com/d/alice/1"}, discovered: "mimi://example.com/u/alice",
			others:  []string{"mimi://example.com/u/alic", "mimi://example.com/d/alice/2", "mimi://example.com/d/alice", "mimi://a.example.com/u/alice"},
			outside: []generalNames{{testca.URI("mimi://a.example.com/u/alice")}, {testca.URI("mimi://example.org/u/alice")}},
		},
		"Matrix": { // its URIs have no authority: an issuer that is constrained to hosts may not issue any
			names: generalNames{testca.URI("matrix:u/alice:example.com")}, excluded: generalNames{testca.DNS("example.org")}, scope: []string{"example.com"},
			expected: []string{"matrix:u/alice:example.com"}, discovered: "matrix:u/alice:example.com",
			others:  []string{"matrix:u/bob:example.com", "matrix:u/alice:example.org", "acct:alice@example.com"},
			outside: []generalNames{{testca.URI("matrix:u/alice:example.com"), testca.DNS("a.example.org")}},
		},
		"e-mail": {
			names: generalNames{testca.Email("alice@example.com")}, permitted: generalNames{testca.Email("example.com")}, scope: []string{"example.com"},
			expected: []string{"mailto:alice@example.com"}, discovered: "mailto:alice@example.com",
			others:  []string{"mailto:Alice@example.com", "mailto:bob@example.com", "mailto:alice@a.example.com", "acct:alice@example.com", "im:alice@example.com"},
			outside: []generalNames{{testca.Email("alice@a.example.com")}, {testca.Email("alice@example.org")}, {testca.Email("alice@example.org@example.com")}},
		},
		"DNS": {
			names: generalNames{testca.DNS("a.example.com"), testca.DNS("*.b.example.com")}, permitted: generalNames{testca.DNS("example.com")}, scope: []string{".example.com"},
			expected: []string{"dns:a.example.com", "dns:c.b.example.com"}, discovered: "dns:a.example.com",
			others:  []string{"dns:b.example.com", "dns:d.c.b.example.com", "dns:b.a.example.com", "dns:example.com", "mimi://a.example.com"},
			outside: []generalNames{{testca.DNS("a.example.org")}, {testca.DNS("*.com")}, {testca.DNS("aexample.com")}},
		},
		"IP": {
			names:     generalNames{testca.IP(192, 0, 2, 1), testca.IP(0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)},
			permitted: generalNames{testca.IP(192, 0, 2, 0, 255, 255, 255, 0), testca.IP(append([]byte{0x20, 1, 0xd, 0xb8, 12: 0}, append([]byte{0, 0, 0, 255, 255, 255, 255}, make([]byte, 12)...)...)...)},
			scope:     []string{"ip:192.0.2.1", "ip:2001:db8::1"},
			expected:  []string{"ip:192.0.2.1", "ip:2001:db8::1"},
			others:    []string{"ip:192.0.2.2", "ip:2001:db8::2"},
			outside:   []generalNames{{testca.IP(192, 0, 3, 1)}, {testca.IP(0x20, 1, 0xd, 0xb9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)}},
		},
	}
}

// issuer returns a world that trusts a profile's authority, and an intermediate with its constraints.
func (p profile) issuer(t *testing.T) (*world.World, *testca.CA) {
	w := world.Unchecked(t)
	w.Trust.Authorities[0].Scope = world.Scope(t, p.scope...)
	inter := w.CA.IntermediateCert()
	inter.Set(testca.NameConstraints(p.permitted, p.excluded))
	return w, w.CA.Root.NewCA(inter, testca.NewKey(testca.P256, "constrained"))
}

func TestProfilesProveTheirNamesAndNoOthers(t *testing.T) {
	for what, p := range profiles() {
		t.Run(what, func(t *testing.T) {
			w, ca := p.issuer(t)
			c := w.CA.Alice()
			c.Set(testca.SAN(p.names...))
			end := ca.Issue(c)
			for _, id := range p.expected {
				v := w.Names(id, end, ca.DER)
				world.Verified(t, v)
				if got, _ := v.Identity(); got.ID != id {
					t.Errorf("proves %q, not %q", got.ID, id)
				}
			}
			for _, id := range p.others {
				world.Rejected(t, w.Names(id, end, ca.DER), verifier.CodeIdentityMismatch, 0)
			}
			if v := w.Discover(end, ca.DER); p.discovered == "" {
				world.Rejected(t, v, verifier.CodeAmbiguousIdentity, 0)
			} else {
				world.Verified(t, v)
				if got, _ := v.Identity(); got.ID != p.discovered {
					t.Errorf("discovered %q, want %q", got.ID, p.discovered)
				}
			}
			for _, names := range p.outside {
				c.Set(testca.SAN(names...))
				world.Rejected(t, w.Names(p.expected[0], ca.Issue(c), ca.DER), verifier.CodeNameConstraint, 0)
				c.Set(testca.SAN(append(p.names[:len(p.names):len(p.names)], names...)...)) // one more beside its own
				world.Rejected(t, w.Names(p.expected[0], ca.Issue(c), ca.DER), verifier.CodeNameConstraint, 0)
			}
		})
	}
}

// Outside of the scope that the trust configuration gives it, an authority proves nothing, whatever its certificates say.
func TestProfilesAreBoundToTheScope(t *testing.T) {
	for what, p := range profiles() {
		t.Run(what, func(t *testing.T) {
			names := p.names
			p.scope = []string{"other.example"}
			w, ca := p.issuer(t)
			c := w.CA.Alice()
			c.Set(testca.SAN(names...))
			for _, id := range p.expected {
				world.Rejected(t, w.Names(id, ca.Issue(c), ca.DER), verifier.CodeAuthorityNotForDomain, 0)
			}
		})
	}
}

// What a lenient reader would rewrite is compared as it stands: "!" is not "%21", "%40" is not "@".
func TestWireNamesAreComparedByTheirBytes(t *testing.T) {
	w, ca := wire.issuer(t)
	const device, handle = "wireapp://T4Coy4vdRzianwfOgXpn6A!6add501bacd1d90e@world.com", "wireapp://%40alice_wire@world.com"
	for expected, names := range map[string][]string{
		device: {
			"wireapp://T4Coy4vdRzianwfOgXpn6A%216add501bacd1d90e@world.com", "wireapp://T4Coy4vdRzianwfOgXpn6A:6add501bacd1d90e@world.com",
			"wireapp://T4Coy4vdRzianwfOgXpn6A!6ADD501BACD1D90E@world.com", "wireapp://t4coy4vdrzianwfogxpn6a!6add501bacd1d90e@world.com",
			"wireapp://T4Coy4vdRzianwfOgXpn6A!6add501bacd1d90e@WORLD.com", "wireapp://T4Coy4vdRzianwfOgXpn6A!6add501bacd1d90e@world.com/",
			"wireapp://T4Coy4vdRzianwfOgXpn6A!6add501bacd1d90e@world.com:443", "wireapp://T4Coy4vdRzianwfOgXpn6A/6add501bacd1d90e@world.com",
		},
		handle: {
			"wireapp://@alice_wire@world.com", "wireapp://%2540alice_wire@world.com", "wireapp://alice_wire@world.com",
			"wireapp://%40Alice_wire@world.com", "wireapp://%40alice%5fwire@world.com", "wireapp://%40alice_wire@world.com#", "WIREAPP://%40alice_wire@world.com",
		},
	} {
		c := w.CA.Alice()
		c.Set(testca.SAN(testca.URI(expected)))
		world.Verified(t, w.Names(expected, ca.Issue(c), ca.DER))
		for _, name := range names {
			c.Set(testca.SAN(testca.URI(name)))
			v := w.Names(expected, ca.Issue(c), ca.DER)
			if v.Code() != verifier.CodeNameConstraint { // of those whose host a constraint can not read
				world.Rejected(t, v, verifier.CodeIdentityMismatch, 0)
			}
			if id, ok := w.Discover(ca.Issue(c), ca.DER).Identity(); ok && id.ID != name {
				t.Errorf("%s is discovered as %s", name, id.ID)
			}
		}
	}
}

// Several users in one certificate of each profile: nobody is proven.
func TestProfilesNameOneUser(t *testing.T) {
	for what, second := range map[string]testca.GeneralName{
		"Wire": testca.URI("wireapp://%40bob@world.com"), "MIMI": testca.URI("mimi://example.com/u/bob"),
		"Matrix": testca.URI("matrix:u/bob:example.com"), "e-mail": testca.Email("bob@example.com"),
	} {
		t.Run(what, func(t *testing.T) {
			p := profiles()[what]
			w, ca := p.issuer(t)
			c := w.CA.Alice()
			c.Set(testca.SAN(append(p.names[:len(p.names):len(p.names)], second)...))
			world.Rejected(t, w.Names(p.expected[0], ca.Issue(c), ca.DER), verifier.CodeAmbiguousIdentity, 0)
		})
	}
}
