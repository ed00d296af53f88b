package name

import (
	"errors"
	"net/netip"
	"testing"
)

func TestAddressesHaveOneForm(t *testing.T) {
	for _, s := range []string{
		"ip:192.0.2.1", "ip:0.0.0.0", "ip:255.255.255.255", "ip:::", "ip:::1", "ip:1::", "ip:2001:db8::1",
		"ip:2001:db8:0:1:1:1:1:1", "ip:2001:0:0:1::1", "ip:2001:db8:1:2:3:4:5:6", "ip:fe80::1:0:0:1", "ip:0:0:1::",
	} {
		id, err := Parse(s)
		if err != nil || id.String() != s || id.Class() != Host || id.Scheme() != "ip" || id.Host() != s[3:] {
			t.Errorf("%s: %+v, %v", s, id, err)
		}
	}
	for _, s := range []string{
		"ip:", "ip:192.0.2", "ip:192.0.2.1.1", "ip:192.0.2.256", "ip:192.0.2.01", "ip:0x7f.0.0.1", "ip:127.1", "ip:+1.0.0.0",
		"ip:2001:DB8::1", "ip:2001:db8:0:0:0:0:0:1", "ip:2001:db8::0:1", "ip:02::1", "ip:1:2:3:4:5:6:7", "ip:1:2:3:4:5:6:7::8",
		"ip:1::2::3", "ip::::", "ip:::ffff:192.0.2.1", "ip:fe80::1%eth0", "ip:[::1]", "ip:1:2:3:4:5:6:7:8:9", "ip:::1:", "ip:2001:db8::1:1:1:1:1",
	} {
		if id, err := Parse(s); !errors.Is(err, ErrForm) || !id.IsZero() {
			t.Errorf("%s: %+v, %v", s, id, err)
		}
	}
	if _, err := FromIP(make([]byte, 8)); err == nil {
		t.Error("an address with a mask is an address")
	}
}

// The standard library writes the same form, but for IPv4 in IPv6.
func FuzzFromIP(f *testing.F) {
	f.Add([]byte{192, 0, 2, 1})
	f.Add(make([]byte, 16))
	f.Fuzz(func(t *testing.T, b []byte) {
		id, err := FromIP(b)
		std, ok := netip.AddrFromSlice(b)
		if (err == nil) != ok {
			t.Fatalf("%x: %v", b, err)
		}
		if !ok {
			return
		}
		if !std.Is4In6() && id.String() != "ip:"+std.String() {
			t.Errorf("%x: %s, the standard library has %s", b, id, std)
		}
		if again, err := Parse(id.String()); err != nil || !again.Equal(id) {
			t.Errorf("%s: %v", id, err)
		}
	})
}

func TestAWildcardStandsForOneLabelBelowADomain(t *testing.T) {
	for _, test := range []struct {
		dNSName, id string
		want        bool
	}{
		{"*.example.com", "dns:a.example.com", true},
		{"*.a.example.com", "dns:b.a.example.com", true},
		{"*.example.com", "dns:example.com", false},
		{"*.example.com", "dns:a.b.example.com", false},
		{"*.example.com", "mimi://a.example.com", false},
		{"*.example.com", "dns:a.example.org", false},
		{"*.com", "dns:example.com", false},
		{"*", "dns:example.com", false},
		{"*.", "dns:example.com", false},
		{"a*.example.com", "dns:ab.example.com", false},
		{"xn--*.example.com", "dns:xn--a.example.com", false},
		{"*.*.example.com", "dns:a.b.example.com", false},
		{"a.*.example.com", "dns:a.b.example.com", false},
		{"*.Example.com", "dns:a.example.com", false},
		{"a.example.com", "dns:a.example.com", false},
	} {
		id, err := Parse(test.id)
		if err != nil {
			t.Fatal(err)
		}
		if got := id.IsBelowWildcard(test.dNSName); got != test.want {
			t.Errorf("%s for %s: %v", test.dNSName, test.id, got)
		}
	}
	if (Identifier{}).IsBelowWildcard("*.example.com") {
		t.Error("nobody is below a wildcard")
	}
}

func TestAnAddressIsInTheScopeThatNamesIt(t *testing.T) {
	id, err := FromIP([]byte{192, 0, 2, 1})
	if err != nil {
		t.Fatal(err)
	}
	all, err := ParseScope([]string{"*"})
	if err != nil || !all.Contains(id) || all.Contains(Identifier{}) {
		t.Error("everything does not hold an address, or holds nobody", err)
	}
	one, err := ParseScope([]string{"ip:192.0.2.1"})
	if err != nil || !one.Contains(id) {
		t.Error("an address is not in its own scope", err)
	}
	if other, err := FromIP([]byte{192, 0, 2, 2}); err != nil || one.Contains(other) {
		t.Error("an address is in the scope of another", err)
	}
	for _, bad := range []string{"192.0.2.1", "ip:", "ip:192.0.2", "ip:192.0.2.0/24", "ip:::01", ".192.0.2.1"} {
		if s, err := ParseScope([]string{bad}); err == nil || s.Contains(id) {
			t.Errorf("%q is a scope", bad)
		}
	}
}
