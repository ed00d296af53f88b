package verifier

import (
	"testing"

	"github.com/e2eid/e2eid/credential/x509"
)

func general(kind x509.NameKind, value string) x509.GeneralName {
	return x509.GeneralName{Kind: kind, Value: []byte(value)}
}

func TestNamesInSubtrees(t *testing.T) {
	const dns, mail, uri, ip = x509.DNSName, x509.RFC822Name, x509.URIName, x509.IPAddress
	for _, c := range []struct {
		kind                x509.NameKind
		name, base          string
		permitted, excluded answer // as a base of either
	}{
		{dns, "example.com", "example.com", yes, yes},
		{dns, "a.b.example.com", "example.com", yes, yes},
		{dns, "A.EXAMPLE.com", "example.COM", yes, yes},
		{dns, "badexample.com", "example.com", no, no},
		{dns, "example.com.evil.org", "example.com", no, no},
		{dns, "example.com", "a.example.com", no, no},
		{dns, "anything.org", "", yes, yes},
		{dns, "a.example.com", ".example.com", unknown, unknown}, // no form of a dNSName constraint
		{dns, "example.com.", "example.com", unknown, unknown},
		{dns, "", "example.com", unknown, unknown},
		{dns, "exa mple.com", "example.com", unknown, unknown},
		{dns, "*.example.com", "example.com", yes, yes},
		{dns, "*.example.com", "a.example.com", no, yes}, // it stands for a.example.com too
		{dns, "*.example.com", "b.a.example.com", no, no},
		{dns, "*.com", "example.com", no, yes},
		{dns, "a.*.example.com", "example.com", unknown, unknown},

		{mail, "alice@example.com", "example.com", yes, yes},
		{mail, "alice@EXAMPLE.com", "example.com", yes, yes},
		{mail, "alice@a.example.com", "example.com", no, no}, // a host, not a domain
		{mail, "alice@a.example.com", ".example.com", yes, yes},
		{mail, "alice@example.com", ".example.com", no, no},
		{mail, "alice@example.com", "alice@example.com", yes, yes},
		{mail, "Alice@example.com", "alice@example.com", no, no},
		{mail, "bob@example.com", "alice@example.com", no, no},
		{mail, "alice@example.com", "", yes, yes},
		{mail, `"alice@example.com"@evil.org`, "example.com", unknown, unknown},
		{mail, "alice@evil.org@example.com", "example.com", unknown, unknown},
		{mail, "alice", "example.com", unknown, unknown},
		{mail, "@example.com", "example.com", unknown, unknown},
		{mail, "alice@[192.0.2.1]", "example.com", unknown, unknown},
		{mail, "alice@example.com", "alice@.example.com", unknown, unknown},

		{uri, "mimi://example.com/u/alice", "example.com", yes, yes},
		{uri, "mimi://a.example.com/u/alice", "example.com", no, no},
		{uri, "mimi://a.example.com/u/alice", ".example.com", yes, yes},
		{uri, "mimi://example.com/u/alice", ".example.com", no, no},
		{uri, "mimi://EXAMPLE.com/u/alice", "example.COM", yes, yes},
		{uri, "wireapp://%40alice_wire@world.com", "world.com", yes, yes}, // Wire's: userinfo is not the host
		{uri, "wireapp://id!device@world.com", "world.com", yes, yes},
		{uri, "https://example.com@evil.org/", "example.com", no, no},
		{uri, "https://evil.org/@example.com", "example.com", no, no},
		{uri, "https://evil.org#@example.com", "example.com", no, no},
		{uri, "https://evil.org?@example.com", "example.com", no, no},
		{uri, `https://evil.org\@example.com`, "example.com", unknown, unknown},
		{uri, "https://example.com:443/", "example.com", yes, yes},
		{uri, "https://example.com:x/", "example.com", unknown, unknown},
		{uri, "https://example.com./", "example.com", unknown, unknown},
		{uri, "https://example.com%2eevil.org/", "example.com", unknown, unknown},
		{uri, "https://192.0.2.1/", "example.com", unknown, unknown},
		{uri, "https://[2001:db8::1]/", "example.com", unknown, unknown},
		{uri, "https://[fe80::1%25example.com]/", "example.com", unknown, unknown},
		{uri, "https://localhost/", "localhost", unknown, unknown},
		{uri, "https:///path", "example.com", unknown, unknown},
		{uri, "im:alice@example.com", "example.com", unknown, unknown}, // no authority: RFC 5280 has it refused
		{uri, "urn:example.com", "example.com", unknown, unknown},
		{uri, "https://example.com/", "https://example.com/", unknown, unknown},

		{ip, "\xc0\x00\x02\x01", "\xc0\x00\x02\x00\xff\xff\xff\x00", yes, yes},
		{ip, "\xc0\x00\x03\x01", "\xc0\x00\x02\x00\xff\xff\xff\x00", no, no},
		{ip, "\xc0\x00\x02\x01", "\x00\x00\x00\x00\x00\x00\x00\x00", yes, yes},
		{ip, "\xc0\x00\x02\x01", "\xc0\x00\x02\x00\xff\x00\xff\x00", unknown, unknown}, // a mask with holes
		{ip, "\xc0\x00\x02\x01", "\xc0\x00\x02\x01\xff\xff\xff\x00", unknown, unknown}, // bits beyond the mask
		{ip, "\xc0\x00\x02\x01", string(make([]byte, 32)), no, no},                     // another family

		{x509.OtherName, "x", "x", unknown, unknown},
		{x509.RegisteredID, "x", "x", unknown, unknown},
		{x509.EDIPartyName, "x", "x", unknown, unknown},
		{x509.X400Address, "x", "x", unknown, unknown},
	} {
		if got := match(general(c.kind, c.name), general(c.kind, c.base), false); got != c.permitted {
			t.Errorf("%q in permitted %q: %d, want %d", c.name, c.base, got, c.permitted)
		}
		if got := match(general(c.kind, c.name), general(c.kind, c.base), true); got != c.excluded {
			t.Errorf("%q in excluded %q: %d, want %d", c.name, c.base, got, c.excluded)
		}
	}
}

// What cannot be compared is within nothing that is permitted, and not outside of anything that is excluded.
func TestWhatCannotBeComparedIsNotWithin(t *testing.T) {
	odd := general(x509.OtherName, "x")
	tree := []x509.Subtree{{Base: odd, Max: -1}}
	for what, nc := range map[string]*x509.NameConstraints{
		"permitted": {Permitted: tree}, "excluded": {Excluded: tree},
	} {
		if within(odd, nc) {
			t.Errorf("otherName is within constraints where one is %s", what)
		}
		if !within(general(x509.DNSName, "example.com"), nc) {
			t.Errorf("a dNSName is not within constraints on otherName, %s", what)
		}
	}
}
