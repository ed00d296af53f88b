package name_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/e2eid/e2eid/credential/name"
	"github.com/e2eid/e2eid/tests/vectors"
)

var (
	label63 = strings.Repeat("a", 63)
	host253 = strings.Repeat(label63+".", 3) + strings.Repeat("a", 61)
)

var accepted = []struct {
	name, in, host string
	class          name.Class
	warnings       string
}{
	{"user of MIMI", "mimi://example.com/u/alice", "example.com", name.User, ""},
	{"user of MIMI with a dot", "mimi://example.com/u/alice.smith", "example.com", name.User, ""},
	{"case of a MIMI name counts", "mimi://example.com/u/Alice", "example.com", name.User, ""},
	{"address as a MIMI name", "mimi://irc.example.com/u/jcapulet1583@example.com", "irc.example.com", name.User, ""},
	{"sub-delims and a colon stand for themselves", "mimi://example.com/u/a!$&'()*+,;=:b", "example.com", name.User, ""},
	{"client of MIMI in one part", "mimi://a.example/d/ClientA1", "a.example", name.Client, ""},
	{"client of MIMI in two parts", "mimi://example.com/d/SvPfLlwBQi-6oddVRrkqpw/04c7", "example.com", name.Client, ""},
	{"provider of MIMI", "mimi://a.example", "a.example", name.Host, ""},
	{"room is nobody", "mimi://a.example/r/clubhouse", "a.example", name.Other, ""},
	{"group is nobody", "mimi://a.example/g/TII9t5viBrXiXc", "a.example", name.Other, ""},
	{"pseudonym is nobody", "mimi://a.example/p/crazykoala75", "a.example", name.Other, ""},
	{"team is nobody", "mimi://a.example/t/engineering", "a.example", name.Other, ""},
	{"MIMI name beyond ASCII", "mimi://a.example/u/%D0%B0lice", "a.example", name.User, "percent_encoded"},
	{"MIMI name of four-byte characters", "mimi://a.example/u/%F0%9F%A6%8A", "a.example", name.User, "percent_encoded"},
	{"MIMI name with ASCII that needs encoding", "mimi://a.example/u/%5Bbot%5D", "a.example", name.User, ""},
	{"A-label", "mimi://xn--exmple-cua.com/u/alice", "xn--exmple-cua.com", name.User, "punycode"},
	{"A-label further down", "mimi://a.xn--p1ai/u/alice", "a.xn--p1ai", name.User, "punycode"},
	{"both warnings", "mimi://a.xn--p1ai/u/%D0%B0", "a.xn--p1ai", name.User, "punycode percent_encoded"},
	{"xn-- within a label is no A-label", "mimi://axn--b.example/u/alice", "axn--b.example", name.User, ""},
	{"three dots are no dot segment", "mimi://a.example/u/...", "a.example", name.User, ""},
	{"longest host", "mimi://" + host253 + "/u/a", host253, name.User, ""},
	{"digits in all labels but the beginning of the last", "mimi://1.2.3.e4/u/a", "1.2.3.e4", name.User, ""},
	{"several hyphens", "mimi://r3---sn.example/u/a", "r3---sn.example", name.User, ""},

	{"handle of Wire", "wireapp://%40alice_wire@world.com", "world.com", name.User, ""},
	{"client of Wire, bare exclamation mark", "wireapp://-AGm8u6qQEmgD31z8tS8vg!ff65cc9492cb86e6@wire.com", "wire.com", name.Client, ""},
	{"client of Wire, short device number", "wireapp://yRbSiljXSnCl77-QkM634g!1@wire.com", "wire.com", name.Client, ""},

	{"im", "im:alice@example.com", "example.com", name.User, ""},
	{"mail", "mailto:alice@example.com", "example.com", name.User, ""},
	{"mail with the atext that a URI takes", "mailto:a-._~!$'*+b@example.com", "example.com", name.User, ""},
	{"mail with the atext that a URI does not take", "mailto:%23%26%3D%3F%5E%60%7B%7C%7D@example.com", "example.com", name.User, ""},
	{"mail beyond ASCII", "mailto:%C3%BC@example.com", "example.com", name.User, "percent_encoded"},
	{"sip", "sip:alice@atlanta.com", "atlanta.com", name.User, ""},
	{"sip with a number and user parameters", "sip:+358-555-1234567;postd=pp22@foo.com", "foo.com", name.User, ""},
	{"acct", "acct:foobar@status.example.net", "status.example.net", name.User, ""},
	{"acct of an address elsewhere", "acct:juliet%40capulet.example@shoppingsite.example", "shoppingsite.example", name.User, ""},
	{"bare JID", "xmpp:juliet@example.com", "example.com", name.User, ""},
	{"full JID", "xmpp:juliet@example.com/Balcony", "example.com", name.Client, ""},
	{"full JID with an address as its resource", "xmpp:juliet@example.com/a%40b", "example.com", name.Client, ""},
	{"JID of a host", "xmpp:example.com", "example.com", name.Host, ""},
	{"JID of a resource of a host is nobody", "xmpp:example.com/x", "example.com", name.Other, ""},
	{"user of Matrix", "matrix:u/a.b_c=d-e+f0:example.org", "example.org", name.User, ""},
	{"longest user of Matrix", "matrix:u/" + strings.Repeat("a", 255-13) + ":example.org", "example.org", name.User, ""},
	{"host", "dns:example.com", "example.com", name.Host, ""},
	{"longest identifier", "acct:" + strings.Repeat("a", name.MaxSize-10) + "@a.bc", "a.bc", name.User, ""},
}

func TestAccepted(t *testing.T) {
	for _, test := range accepted {
		t.Run(test.name, func(t *testing.T) {
			id, err := name.Parse(test.in)
			if err != nil {
				t.Fatal(err)
			}
			scheme, _, _ := strings.Cut(test.in, ":")
			if id.String() != test.in || id.Host() != test.host || id.Class() != test.class || id.Scheme() != scheme {
				t.Errorf("got %q %q %q %v, want %q %q %q %v",
					id.String(), id.Scheme(), id.Host(), id.Class(), test.in, scheme, test.host, test.class)
			}
			var w []string
			for _, v := range id.Warnings() {
				w = append(w, string(v))
			}
			if got := strings.Join(w, " "); got != test.warnings {
				t.Errorf("Warnings() = %q, want %q", got, test.warnings)
			}
		})
	}
}

var refused = []struct {
	name, in  string
	kind      error
	canonical string
}{
	// Redteam 12: what only looks alike.
	{"Cyrillic letter in the host", "mimi://ex\u0430mple.com/u/alice", name.ErrCharacter, ""},
	{"Cyrillic letter in the name", "mimi://example.com/u/\u0430lice", name.ErrCharacter, ""},
	{"encoded Cyrillic letter in the host", "mimi://ex%D0%B0mple.com/u/alice", name.ErrForm, ""},
	{"encoded joiner in the name", "mimi://example.com/u/ali%E2%80%8Bce", name.ErrCharacter, ""},
	{"encoded right-to-left override", "mimi://example.com/u/%E2%80%AEecila", name.ErrCharacter, ""},
	{"encoded soft hyphen", "mimi://example.com/u/ali%C2%ADce", name.ErrCharacter, ""},
	{"encoded no-break space", "mimi://example.com/u/ali%C2%A0ce", name.ErrCharacter, ""},
	{"encoded Hangul filler", "mimi://example.com/u/alice%E3%85%A4", name.ErrCharacter, ""},
	{"encoded tag", "mimi://example.com/u/alice%F3%A0%81%81", name.ErrCharacter, ""},
	{"encoded noncharacter", "mimi://example.com/u/alice%F0%9F%BF%BF", name.ErrCharacter, ""},
	{"encoded byte order mark", "mimi://example.com/u/%EF%BB%BFalice", name.ErrCharacter, ""},
	{"ideographic full stop in the host", "mimi://example%E3%80%82com/u/alice", name.ErrForm, ""},

	// Redteam 13: other spellings of the same.
	{"scheme in upper case", "MIMI://example.com/u/alice", name.ErrScheme, "mimi://example.com/u/alice"},
	{"host in upper case", "mimi://Example.COM/u/alice", name.ErrForm, "mimi://example.com/u/alice"},
	{"host in upper case, opaque", "acct:Alice@Example.com", name.ErrForm, "acct:Alice@example.com"},
	{"host in upper case, Matrix", "matrix:u/alice:Example.org", name.ErrForm, "matrix:u/alice:example.org"},
	{"host in upper case, Wire", "wireapp://%40alice@World.com", name.ErrForm, "wireapp://%40alice@world.com"},
	{"host in upper case, dns", "dns:Example.com", name.ErrForm, "dns:example.com"},
	{"kind in upper case", "mimi://example.com/U/alice", name.ErrForm, ""},
	{"JID in upper case", "xmpp:Juliet@Example.com/Balcony", name.ErrForm, "xmpp:juliet@example.com/Balcony"},
	{"Matrix name in upper case", "matrix:u/Alice:example.org", name.ErrForm, ""},
	{"handle of Wire in upper case", "wireapp://%40Alice@world.com", name.ErrForm, ""},
	{"device of Wire in upper case", "wireapp://abc!FF@world.com", name.ErrForm, ""},
	{"trailing dot", "mimi://example.com./u/alice", name.ErrForm, "mimi://example.com/u/alice"},
	{"two trailing dots", "mimi://example.com../u/alice", name.ErrForm, ""},
	{"trailing dot, opaque", "sip:alice@example.com.", name.ErrForm, "sip:alice@example.com"},
	{"leading dot", "mimi://.example.com/u/alice", name.ErrForm, ""},
	{"encoding of an unreserved letter", "mimi://example.com/u/%61lice", name.ErrForm, "mimi://example.com/u/alice"},
	{"encoding of a dot", "mimi://example.com/u/%2E%2E", name.ErrForm, ""},
	{"encoding of a dot in a name", "mimi://example.com/u/a%2Eb", name.ErrForm, "mimi://example.com/u/a.b"},
	{"encoding of a tilde", "mimi://example.com/u/%7Ea", name.ErrForm, "mimi://example.com/u/~a"},
	{"encoding of a sub-delim that stands for itself", "mimi://example.com/u/a%21", name.ErrForm, ""},
	{"encoding of an at sign that stands for itself", "mimi://example.com/u/a%40b", name.ErrForm, ""},
	{"encoding in lower-case digits", "mimi://example.com/u/%d0%b0", name.ErrForm, "mimi://example.com/u/%D0%B0"},
	{"encoding in mixed digits", "acct:a%5b@example.com", name.ErrForm, "acct:a%5B@example.com"},
	{"encoding cut short", "mimi://example.com/u/alice%2", name.ErrForm, ""},
	{"bare percent sign", "mimi://example.com/u/alice%", name.ErrForm, ""},
	{"encoding without digits", "mimi://example.com/u/%zz", name.ErrForm, ""},
	{"encoding in the host", "mimi://ex%61mple.com/u/alice", name.ErrForm, ""},
	{"encoded slash", "mimi://example.com/u/alice%2Fbob", name.ErrForm, ""},
	{"encoded percent sign, so encoded twice", "mimi://example.com/u/%2561lice", name.ErrForm, ""},
	{"overlong UTF-8", "mimi://example.com/u/%C0%AF", name.ErrForm, ""},
	{"cut UTF-8", "mimi://example.com/u/%D0", name.ErrForm, ""},
	{"UTF-8 cut by a letter", "mimi://example.com/u/%D0a", name.ErrForm, ""},
	{"continuation byte alone", "mimi://example.com/u/%B0", name.ErrForm, ""},
	{"surrogate in UTF-8", "mimi://example.com/u/%ED%A0%80", name.ErrForm, ""},
	{"beyond Unicode", "mimi://example.com/u/%F4%90%80%80", name.ErrForm, ""},
	{"Latin-1", "mimi://example.com/u/%FC", name.ErrForm, ""},
	{"double slash before the kind", "mimi://example.com//u/alice", name.ErrForm, ""},
	{"double slash before the name", "mimi://example.com/u//alice", name.ErrForm, ""},
	{"slash at the end", "mimi://example.com/u/alice/", name.ErrForm, ""},
	{"slash after the host", "mimi://example.com/", name.ErrForm, ""},
	{"third slash", "mimi:///example.com/u/alice", name.ErrForm, ""},
	{"one slash", "mimi:/example.com/u/alice", name.ErrForm, ""},
	{"no slash", "mimi:example.com/u/alice", name.ErrForm, ""},
	{"dot segment", "mimi://example.com/u/./alice", name.ErrForm, ""},
	{"dot segment as the name", "mimi://example.com/u/.", name.ErrForm, ""},
	{"way up", "mimi://example.com/u/../u/alice", name.ErrForm, ""},
	{"way up from a client", "mimi://example.com/d/alice/..", name.ErrForm, ""},
	{"dot segment in an opaque name", "acct:..@example.com", name.ErrForm, ""},
	{"userinfo", "mimi://alice@example.com/u/alice", name.ErrForm, ""},
	{"host in the userinfo", "mimi://example.com@evil.example/u/alice", name.ErrForm, ""},
	{"empty userinfo", "mimi://@example.com/u/alice", name.ErrForm, ""},
	{"userinfo with a password", "mimi://example.com:x@evil.example/u/alice", name.ErrForm, ""},
	{"backslash before the at sign", `mimi://evil.example\@example.com/u/alice`, name.ErrForm, ""},
	{"port", "mimi://example.com:443/u/alice", name.ErrForm, ""},
	{"empty port", "mimi://example.com:/u/alice", name.ErrForm, ""},
	{"port of SIP", "sip:alice@example.com:5060", name.ErrForm, ""},
	{"port of Matrix", "matrix:u/alice:example.org:8448", name.ErrForm, ""},
	{"query", "mimi://example.com/u/alice?x", name.ErrForm, ""},
	{"empty query", "mimi://example.com/u/alice?", name.ErrForm, ""},
	{"query after the host", "mimi://example.com?/u/alice", name.ErrForm, ""},
	{"fragment", "mimi://example.com/u/alice#x", name.ErrForm, ""},
	{"fragment after the host", "mimi://example.com#.evil.example/u/alice", name.ErrForm, ""},
	{"query of Matrix", "matrix:u/alice:example.org?action=chat", name.ErrForm, ""},
	{"query of XMPP", "xmpp:alice@example.org?message", name.ErrForm, ""},
	{"headers of mail", "mailto:alice@example.com?subject=x", name.ErrForm, ""},
	{"parameters of SIP", "sip:alice@example.com;transport=tcp", name.ErrForm, ""},
	{"password of SIP", "sip:alice:secret@example.com", name.ErrForm, ""},
	{"query character in the name of SIP", "sip:a?b@example.com", name.ErrForm, ""},
	{"slash in the name of SIP", "sip:a/b@example.com", name.ErrForm, ""},
	{"encoding of what SIP takes bare", "sip:a%3Bb@example.com", name.ErrForm, ""},
	{"two addresses", "mailto:a@example.com,b@example.com", name.ErrForm, ""},
	{"two hosts", "acct:alice@a.example@b.example", name.ErrForm, ""},
	{"authority in acct", "acct://alice@example.com", name.ErrForm, ""},
	{"authority in XMPP", "xmpp://alice@example.com", name.ErrForm, ""},
	{"authority and path in XMPP", "xmpp://guest@example.com/support@example.com", name.ErrForm, ""},
	{"authority in dns", "dns://192.168.1.1/example.com", name.ErrForm, ""},
	{"class in dns", "dns:example.com?class=IN", name.ErrForm, ""},
	{"wildcard", "dns:*.example.com", name.ErrForm, ""},

	// Redteam 14.
	{"NUL at the end", "mimi://example.com/u/alice\x00", name.ErrCharacter, ""},
	{"NUL before another host", "mimi://example.com\x00.evil.example/u/alice", name.ErrCharacter, ""},
	{"encoded NUL", "mimi://example.com/u/alice%00", name.ErrCharacter, ""},
	{"encoded line feed", "mimi://example.com/u/alice%0A", name.ErrCharacter, ""},
	{"encoded DEL", "mimi://example.com/u/alice%7F", name.ErrCharacter, ""},
	{"encoded C1 control", "mimi://example.com/u/alice%C2%85", name.ErrCharacter, ""},
	{"encoded space", "mimi://example.com/u/alice%20", name.ErrCharacter, ""},
	{"line feed", "mimi://example.com/u/alice\n", name.ErrCharacter, ""},
	{"tab", "mimi://exam\tple.com/u/alice", name.ErrCharacter, ""},
	{"DEL", "mimi://example.com/u/alice\x7f", name.ErrCharacter, ""},
	{"space before", " mimi://example.com/u/alice", name.ErrCharacter, ""},
	{"byte beyond ASCII", "mimi://example.com/u/\xff", name.ErrCharacter, ""},

	// Hosts.
	{"no host", "mimi:///u/alice", name.ErrForm, ""},
	{"nothing after the scheme", "mimi://", name.ErrForm, ""},
	{"single label", "mimi://localhost/u/alice", name.ErrForm, ""},
	{"empty label", "mimi://example..com/u/alice", name.ErrForm, ""},
	{"label too long", "mimi://a" + label63 + ".com/u/alice", name.ErrForm, ""},
	{"host too long", "mimi://a" + host253 + "/u/alice", name.ErrForm, ""},
	{"hyphen before a label", "mimi://-a.example/u/alice", name.ErrForm, ""},
	{"hyphen after a label", "mimi://a-.example/u/alice", name.ErrForm, ""},
	{"hyphen after the last label", "mimi://a.example-/u/alice", name.ErrForm, ""},
	{"empty A-label", "mimi://xn--.example/u/alice", name.ErrForm, ""},
	{"A-label prefix in upper case", "mimi://XN--p1ai.example/u/alice", name.ErrForm, "mimi://xn--p1ai.example/u/alice"},
	{"underscore", "mimi://a_b.example/u/alice", name.ErrForm, ""},
	{"IPv4 address", "mimi://127.0.0.1/u/alice", name.ErrForm, ""},
	{"short IPv4 address", "mimi://127.1/u/alice", name.ErrForm, ""},
	{"hexadecimal IPv4 address", "mimi://0x7f.0x1/u/alice", name.ErrForm, ""},
	{"IPv4 address after labels", "mimi://a.0x1/u/alice", name.ErrForm, ""},
	{"IPv6 address", "mimi://[::1]/u/alice", name.ErrForm, ""},
	{"IPv6 address in SIP", "sip:juliet@[2001:db8::225:96ff:fe12:3456]", name.ErrForm, ""},
	{"address literal in mail", "mailto:a@[127.0.0.1]", name.ErrForm, ""},

	// Schemes.
	{"empty", "", name.ErrForm, ""},
	{"no scheme", "alice@example.com", name.ErrForm, ""},
	{"empty scheme", "://example.com/u/alice", name.ErrScheme, ""},
	{"other scheme", "https://example.com/u/alice", name.ErrScheme, ""},
	{"SIPS is another scheme than SIP", "sips:alice@example.com", name.ErrScheme, ""},
	{"too long", "acct:" + strings.Repeat("a", name.MaxSize-9) + "@a.bc", name.ErrForm, ""},
	{"unknown kind of MIMI", "mimi://example.com/x/alice", name.ErrForm, ""},
	{"MIMI kind without a name", "mimi://example.com/u", name.ErrForm, ""},
	{"MIMI kind with an empty name", "mimi://example.com/u/", name.ErrForm, ""},
	{"MIMI user of two parts", "mimi://example.com/u/alice/0001", name.ErrForm, ""},
	{"MIMI client of three parts", "mimi://example.com/d/a/b/c", name.ErrForm, ""},
	{"no name", "acct:@example.com", name.ErrForm, ""},
	{"no host after the name", "acct:alice@", name.ErrForm, ""},
	{"no at sign", "acct:alice", name.ErrForm, ""},
	{"acct that begins with encoding", "acct:%5Ba@example.com", name.ErrForm, ""},
	{"quoted name of mail", "mailto:%22a%22@example.com", name.ErrForm, ""},
	{"dot before the name of mail", "mailto:.a@example.com", name.ErrForm, ""},
	{"dot after the name of mail", "mailto:a.@example.com", name.ErrForm, ""},
	{"two dots in the name of mail", "mailto:a..b@example.com", name.ErrForm, ""},
	{"percent hack", "mailto:alice%25a.example@b.example", name.ErrForm, ""},
	{"character that no JID has", "xmpp:a%40b@example.com", name.ErrForm, ""},
	{"empty resource", "xmpp:a@example.com/", name.ErrForm, ""},
	{"second slash in a JID", "xmpp:a@example.com/b/c", name.ErrForm, ""},
	{"at sign in a resource", "xmpp:a@example.com/b@c", name.ErrForm, ""},
	{"host after a resource", "xmpp:example.com/b@evil.example", name.ErrForm, ""},
	{"room of Matrix", "matrix:r/room:example.org", name.ErrForm, ""},
	{"user of Matrix in the old form", "matrix:user/alice:example.org", name.ErrForm, ""},
	{"user ID of Matrix that is no URI", "@alice:example.org", name.ErrScheme, ""},
	{"authority in Matrix", "matrix://example.org/u/alice:example.org", name.ErrForm, ""},
	{"slash in the name of Matrix", "matrix:u/a/b:example.org", name.ErrForm, ""},
	{"character beyond ASCII in Matrix", "matrix:u/%C3%BC:example.org", name.ErrForm, ""},
	{"no name of Matrix", "matrix:u/:example.org", name.ErrForm, ""},
	{"no host of Matrix", "matrix:u/alice", name.ErrForm, ""},
	{"user ID of Matrix too long", "matrix:u/" + strings.Repeat("a", 256-13) + ":example.org", name.ErrForm, ""},
	{"encoded exclamation mark of Wire", "wireapp://abc%21ff@wire.com", name.ErrForm, ""},
	{"user of Wire without a mark", "wireapp://alice@wire.com", name.ErrForm, ""},
	{"at sign of Wire in the open", "wireapp://@alice@wire.com", name.ErrForm, ""},
	{"handle of Wire without a name", "wireapp://%40@wire.com", name.ErrForm, ""},
	{"handle of Wire with a client", "wireapp://%40alice!ff@wire.com", name.ErrForm, ""},
	{"client of Wire without a device", "wireapp://abc!@wire.com", name.ErrForm, ""},
	{"client of Wire without an owner", "wireapp://!ff@wire.com", name.ErrForm, ""},
	{"client of Wire with two devices", "wireapp://abc!ff!ff@wire.com", name.ErrForm, ""},
	{"client of Wire, device too long", "wireapp://abc!00112233445566778@wire.com", name.ErrForm, ""},
	{"path after Wire", "wireapp://%40alice@wire.com/x", name.ErrForm, ""},
	{"Wire without an authority", "wireapp:%40alice@wire.com", name.ErrForm, ""},
	{"Wire without an at sign", "wireapp://wire.com", name.ErrForm, ""},
}

func TestRefused(t *testing.T) {
	for _, test := range refused {
		t.Run(test.name, func(t *testing.T) {
			id, err := name.Parse(test.in)
			if err == nil {
				t.Fatalf("accepted %q", test.in)
			}
			if !id.IsZero() || id.Host() != "" || id.Class() != name.Other || id.Warnings() != nil {
				t.Errorf("an identifier beside %v", err)
			}
			var e *name.Error
			if !errors.As(err, &e) || !errors.Is(err, test.kind) || e.Reason == "" {
				t.Errorf("got %v, want a reason and %v", err, test.kind)
			}
			if e.Canonical != test.canonical {
				t.Errorf("canonical form %q, want %q", e.Canonical, test.canonical)
			}
			if strings.Contains(err.Error(), "canonical form is") != (test.canonical != "") {
				t.Errorf("message %q", err)
			}
		})
	}
}

func TestEveryCharacterAtEveryPlaceIsCanonicalOrRefused(t *testing.T) {
	for _, test := range accepted {
		for i := range len(test.in) + 1 {
			for c := range 256 {
				checkParse(t, test.in[:i]+string([]byte{byte(c)})+test.in[i:])
				if i < len(test.in) && len(test.in) < 100 {
					checkParse(t, test.in[:i]+string([]byte{byte(c)})+test.in[i+1:])
				}
			}
			if len(test.in) >= 100 && i > 40 {
				break
			}
		}
	}
}

func TestOnlyEqualBytesAreEqual(t *testing.T) {
	var ids []name.Identifier
	for _, test := range accepted {
		id, err := name.Parse(test.in)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for i, a := range ids {
		for j, b := range ids {
			if a.Equal(b) != (i == j) {
				t.Errorf("%v.Equal(%v) = %v", a, b, i != j)
			}
		}
	}
	var zero name.Identifier
	if zero.Equal(zero) || zero.Equal(ids[0]) || ids[0].Equal(zero) {
		t.Error("nobody equals somebody")
	}
	if zero.String() != "" || zero.Host() != "" || zero.Scheme() != "" || zero.Class() != name.Other || !zero.IsZero() {
		t.Error("the zero Identifier names somebody")
	}
}

func TestVectorsNameUsers(t *testing.T) {
	var cases []struct {
		Reference string `json:"reference_id"`
	}
	if err := json.Unmarshal(vectors.Read(t, "mls", "x509-keypackages.json"), &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		id, err := name.Parse(c.Reference)
		if err != nil || id.Class() != name.User {
			t.Errorf("%q: %v %v", c.Reference, id.Class(), err)
		}
	}
}

func TestClassNames(t *testing.T) {
	for c, want := range map[name.Class]string{
		name.Other: "other", name.User: "user", name.Client: "client", name.Host: "host", 99: "other",
	} {
		if c.String() != want {
			t.Errorf("%d is %q, want %q", c, c, want)
		}
	}
}

func TestFromEmail(t *testing.T) {
	for _, test := range []struct {
		name, in, want string
		err            error
	}{
		{"plain", "alice@example.com", "mailto:alice@example.com", nil},
		{"case of the name counts", "Alice@example.com", "mailto:Alice@example.com", nil},
		{"atext that a URI does not take", "#&=?^`{|}@example.com", "mailto:%23%26%3D%3F%5E%60%7B%7C%7D@example.com", nil},
		{"host in upper case", "alice@Example.com", "", name.ErrForm},
		{"percent sign stays no encoding", "a%40b@example.com", "", name.ErrForm},
		{"percent hack", "alice%a.example@b.example", "", name.ErrForm},
		{"slash", "a/b@example.com", "", name.ErrForm},
		{"quoted name", `"a b"@example.com`, "", name.ErrForm},
		{"quoted name without a space", `"a"@example.com`, "", name.ErrForm},
		{"comment", "(x)a@example.com", "", name.ErrForm},
		{"display name", "Alice <alice@example.com>", "", name.ErrCharacter},
		{"two at signs", "a@b.example@c.example", "", name.ErrForm},
		{"NUL", "alice@example.com\x00.evil.example", "", name.ErrCharacter},
		{"NUL in the name", "alice\x00@example.com", "", name.ErrCharacter},
		{"beyond ASCII", "\u00fc@example.com", "", name.ErrCharacter},
		{"headers", "alice@example.com?subject=x", "", name.ErrForm},
		{"host alone, as in a name constraint", "example.com", "", name.ErrForm},
		{"no name", "@example.com", "", name.ErrForm},
		{"empty", "", "", name.ErrForm},
		{"too long", strings.Repeat("a", name.MaxSize) + "@a.bc", "", name.ErrForm},
		{"too long once encoded", strings.Repeat("#", 400) + "@a.bc", "", name.ErrForm},
	} {
		t.Run(test.name, func(t *testing.T) {
			id, err := name.FromEmail(test.in)
			if !errors.Is(err, test.err) || id.String() != test.want {
				t.Errorf("got %v, %v, want %v, %v", id, err, test.want, test.err)
			}
		})
	}
}

func TestFromDNS(t *testing.T) {
	for _, test := range []struct {
		name, in, want string
		err            error
	}{
		{"plain", "example.com", "dns:example.com", nil},
		{"wildcard", "*.example.com", "", name.ErrForm},
		{"upper case", "Example.com", "", name.ErrForm},
		{"trailing dot", "example.com.", "", name.ErrForm},
		{"NUL", "example.com\x00", "", name.ErrCharacter},
		{"IP address", "127.0.0.1", "", name.ErrForm},
		{"name with a port", "example.com:443", "", name.ErrForm},
		{"empty", "", "", name.ErrForm},
		{"too long", strings.Repeat("a", name.MaxSize+1), "", name.ErrForm},
	} {
		t.Run(test.name, func(t *testing.T) {
			id, err := name.FromDNS(test.in)
			if !errors.Is(err, test.err) || id.String() != test.want {
				t.Errorf("got %v, %v, want %v, %v", id, err, test.want, test.err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, test := range accepted {
		f.Add(test.in)
	}
	for _, test := range refused {
		f.Add(test.in)
	}
	f.Fuzz(checkParse)
}

// checkParse checks what must hold of Parse whatever its input.
func checkParse(t *testing.T, s string) {
	id, err := name.Parse(s)
	if err != nil {
		var e *name.Error
		if !id.IsZero() || !errors.As(err, &e) {
			t.Fatalf("%q: an identifier beside an error, or an error of another type", s)
		}
		if e.Canonical != "" {
			if c, err := name.Parse(e.Canonical); err != nil || c.String() == s {
				t.Fatalf("%q: the canonical form %q is none: %v", s, e.Canonical, err)
			}
		}
		return
	}
	if id.String() != s || id.IsZero() {
		t.Fatalf("%q: became %q", s, id)
	}
	if again, err := name.Parse(id.String()); err != nil || !again.Equal(id) {
		t.Fatalf("%q: not canonical", s)
	}
	for i := range len(s) {
		if s[i] <= 0x20 || s[i] >= 0x7f {
			t.Fatalf("%q: byte that is not visible ASCII", s)
		}
	}
	checkHost(t, s, id.Host())

	// Who decodes sees one name: decoding once gives visible text, and decoding again changes nothing.
	once, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(once) || strings.Count(once, "/") != strings.Count(s, "/") {
		t.Fatalf("%q: decodes to %q, %v", s, once, err)
	}
	if twice, err := url.PathUnescape(once); err != nil || twice != once {
		t.Fatalf("%q: decodes differently twice", s)
	}

	// Another parser of URIs sees the same scheme and host.
	u, err := url.Parse(s)
	if err != nil || u.Scheme != id.Scheme() || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Port() != "" {
		t.Fatalf("%q: net/url has %+v, %v", s, u, err)
	}
	host := u.Host
	if u.Opaque != "" {
		switch u.Scheme {
		case "matrix":
			host = u.Opaque[strings.LastIndex(u.Opaque, ":")+1:]
		case "xmpp":
			host, _, _ = strings.Cut(u.Opaque, "/")
			host = host[strings.LastIndex(host, "@")+1:]
		default:
			host = u.Opaque[strings.LastIndex(u.Opaque, "@")+1:]
		}
	}
	if host != id.Host() {
		t.Fatalf("%q: host %q, net/url has %q", s, id.Host(), host)
	}
	if scheme := u.Scheme; scheme == "mimi" && u.User != nil || scheme == "wireapp" && u.Path != "" {
		t.Fatalf("%q: net/url has %+v", s, u)
	}

	// The scope of its host contains it, and that of a neighbour does not.
	for entry, want := range map[string]bool{
		id.Host(): true, "." + parent(id.Host()): strings.Contains(parent(id.Host()), "."),
		"x" + id.Host(): false, id.Host() + ".evil": false, "." + id.Host(): false,
	} {
		if scope, err := name.ParseScope([]string{entry}); err == nil && scope.Contains(id) != want {
			t.Fatalf("%q: scope %q contains it: %v", s, entry, !want)
		}
	}
}

func parent(host string) string {
	_, host, _ = strings.Cut(host, ".")
	return host
}

// checkHost states the rule for hosts a second time, in another way.
func checkHost(t *testing.T, s, host string) {
	labels := strings.Split(host, ".")
	if len(host) > 253 || len(labels) < 2 || !strings.Contains(s, host) {
		t.Fatalf("%q: host %q", s, host)
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || strings.Trim(l, "-") != l || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Fatalf("%q: host %q", s, host)
		}
	}
	if last := labels[len(labels)-1]; last[0] < 'a' {
		t.Fatalf("%q: host %q", s, host)
	}
}

func FuzzEqual(f *testing.F) {
	f.Add("mimi://example.com/u/alice", "mimi://example.com/u/%61lice")
	f.Add("xmpp:a@example.com", "acct:a@example.com")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, errX := name.Parse(a)
		y, errY := name.Parse(b)
		if want := errX == nil && errY == nil && a == b; x.Equal(y) != want {
			t.Fatalf("Equal(%q, %q) = %v", a, b, !want)
		}
	})
}

func FuzzFromEmail(f *testing.F) {
	f.Add("alice@example.com")
	f.Add("#&=?^`{|}@example.com")
	f.Add(`"a b"@example.com`)
	f.Fuzz(func(t *testing.T, s string) {
		id, err := name.FromEmail(s)
		if err != nil {
			return
		}
		checkParse(t, id.String())
		if back, err := url.PathUnescape(strings.TrimPrefix(id.String(), "mailto:")); err != nil || back != s {
			t.Fatalf("%q became %q, which decodes to %q, %v", s, id, back, err)
		}
	})
}
