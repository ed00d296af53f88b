package name_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/name"
)

func TestScopeContains(t *testing.T) {
	for _, test := range []struct {
		name    string
		entries []string
		in      string
		want    bool
	}{
		{"no entry contains nothing", nil, "mimi://example.com/u/alice", false},
		{"domain contains its user", []string{"example.com"}, "mimi://example.com/u/alice", true},
		{"domain contains every scheme", []string{"example.com"}, "mailto:alice@example.com", true},
		{"domain contains itself", []string{"example.com"}, "dns:example.com", true},
		{"domain contains its Matrix user", []string{"example.com"}, "matrix:u/alice:example.com", true},
		{"domain contains its Wire client", []string{"world.com"}, "wireapp://abc!ff@world.com", true},
		{"domain does not contain a host below", []string{"example.com"}, "mimi://a.example.com/u/alice", false},
		{"domain does not contain a longer host", []string{"example.com"}, "mimi://example.com.evil/u/alice", false},
		{"domain does not contain a host that ends like it", []string{"example.com"}, "mimi://badexample.com/u/alice", false},
		{"domain in the name does not count", []string{"example.com"}, "mimi://evil.example/u/alice@example.com", false},
		{"domain in the resource does not count", []string{"example.com"}, "xmpp:a@evil.example/example.com", false},
		{"dot contains a host below", []string{".example.com"}, "mimi://a.example.com/u/alice", true},
		{"dot contains a host far below", []string{".example.com"}, "mimi://c.b.a.example.com/u/alice", true},
		{"dot does not contain the domain", []string{".example.com"}, "mimi://example.com/u/alice", false},
		{"dot does not contain a host that ends like it", []string{".example.com"}, "mimi://badexample.com/u/alice", false},
		{"prefix contains a user", []string{"mimi://example.com/u/"}, "mimi://example.com/u/alice", true},
		{"prefix does not contain a client", []string{"mimi://example.com/u/"}, "mimi://example.com/d/alice", false},
		{"prefix does not contain another scheme", []string{"mimi://example.com/u/"}, "acct:alice@example.com", false},
		{"prefix does not contain a longer host", []string{"mimi://example.com/"}, "mimi://example.com.evil/u/alice", false},
		{"prefix of the host contains its users", []string{"mimi://example.com/"}, "mimi://example.com/u/alice", true},
		{"prefix of the host does not contain the provider", []string{"mimi://example.com/"}, "mimi://example.com", false},
		{"prefix with a colon", []string{"mimi://example.com/u/team:"}, "mimi://example.com/u/team:alice", true},
		{"prefix with a colon contains no other", []string{"mimi://example.com/u/team:"}, "mimi://example.com/u/teams:alice", false},
		{"prefix of a user's clients", []string{"mimi://example.com/d/alice/"}, "mimi://example.com/d/alice/0001", true},
		{"prefix of a user's clients, other user", []string{"mimi://example.com/d/alice/"}, "mimi://example.com/d/alice2/0001", false},
		{"prefix of an XMPP user's clients", []string{"xmpp:a@example.com/"}, "xmpp:a@example.com/b", true},
		{"second entry", []string{"a.example", "b.example"}, "mimi://b.example/u/alice", true},
		{"A-label", []string{"xn--exmple-cua.com"}, "mimi://xn--exmple-cua.com/u/alice", true},
		{"A-label and its look-alike", []string{"example.com"}, "mimi://xn--exmple-cua.com/u/alice", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := name.ParseScope(test.entries)
			if err != nil {
				t.Fatal(err)
			}
			id, err := name.Parse(test.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Contains(id); got != test.want {
				t.Errorf("Contains = %v", got)
			}
			if s.Contains(name.Identifier{}) || (name.Scope{}).Contains(id) {
				t.Error("nobody is contained, or nothing contains")
			}
		})
	}
}

func TestScopeRefused(t *testing.T) {
	for _, entry := range []string{
		"", ".", "com", ".com", "..com", "Example.com", "example.com.", "*.example.com", ".*.example.com", "127.0.0.1", "[::1]",
		"example.com/", "example.com:443", "example.com\x00", "ex\u0430mple.com", "alice@example.com", "-a.example",
		"mimi://example.com", "mimi://example.com.", "mimi://example.com:", "mimi://example.com/u", "mimi://example.com/u/alice",
		"mimi://example.com//", "mimi://example.com/u//", "mimi://example.com/x/", "mimi://example.com/u/a/", "mimi://example.com/../",
		"mimi://example.com/d/a/b/", "mimi://example.com/u/%", "mimi://example.com/u/%61:", "mimi://Example.com/", "mimi://com/", "mimi://",
		"mimi:", "mimi:/", "mimi:///", "mimi://example.com/u/?/", "mimi://a@example.com/", "mimi://example.com:1/", "MIMI://example.com/",
		"sip:", "acct:", "im:", "mailto:", "xmpp:", "dns:", "matrix:", "matrix:u/", "wireapp://", "https://example.com/", ":", "/", "::",
		"acct:alice@example.com/", "dns:example.com/", "dns:example.com:", "sip:alice:", "matrix:u/alice:", "wireapp://%40alice@world.com/",
		"xmpp:example.com:", "xmpp:a@example.com/b/", "mimi://" + strings.Repeat("a.", 512) + "bc/",
	} {
		s, err := name.ParseScope([]string{"a.example", entry})
		var e *name.ScopeError
		if !errors.Is(err, name.ErrScope) || !errors.As(err, &e) || e.Entry != 1 || e.Reason == "" {
			t.Errorf("%q: got %v", entry, err)
		} else if !strings.Contains(err.Error(), "entry 1") {
			t.Errorf("%q: message %q", entry, err)
		}
		if id, _ := name.Parse("dns:a.example"); s.Contains(id) {
			t.Errorf("%q: a scope beside the error", entry)
		}
	}
	if _, err := name.ParseScope(make([]string, name.MaxScope+1)); !errors.Is(err, name.ErrScope) {
		t.Errorf("too many entries: %v", err)
	}
}

func FuzzScope(f *testing.F) {
	f.Add("example.com", "mimi://example.com/u/alice")
	f.Add(".example.com", "mimi://a.example.com/u/alice")
	f.Add("mimi://example.com/u/", "mimi://example.com/u/alice")
	f.Add("mimi://example.com/", "mimi://example.com.evil/u/alice")
	f.Fuzz(func(t *testing.T, entry, in string) {
		s, err := name.ParseScope([]string{entry})
		if err != nil {
			return
		}
		id, err := name.Parse(in)
		if err != nil || !s.Contains(id) {
			return
		}
		// Whatever the entry, the host of what it contains is written out in it.
		host := id.Host()
		switch {
		case strings.Contains(entry, ":"):
			if !strings.HasPrefix(in, entry) || !strings.Contains(entry, host) || !strings.HasPrefix(entry, id.Scheme()+":") {
				t.Fatalf("%q contains %q", entry, in)
			}
		case entry[0] == '.':
			if !strings.HasSuffix(host, entry) {
				t.Fatalf("%q contains %q", entry, in)
			}
		default:
			if host != entry {
				t.Fatalf("%q contains %q", entry, in)
			}
		}
	})
}
