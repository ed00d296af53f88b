package name

import "strings"

// Parse takes a presented or a reference identifier in its canonical form, which the package comment defines, and
// refuses any other. The error is an [*Error]; the Identifier beside it is zero.
//
// A presented identifier that is refused identifies nobody. A reference identifier that is refused is a mistake of the
// application, and the error says what it should have been where that is plain.
func Parse(s string) (Identifier, error) {
	id, err := parse(s)
	if err != nil {
		if err.Kind != ErrCharacter && len(s) <= MaxSize {
			err.Canonical = suggest(s)
		}
		return Identifier{}, err
	}
	return id, nil
}

func parse(s string) (Identifier, *Error) {
	if len(s) > MaxSize {
		return Identifier{}, form("longer than 1024 bytes")
	}
	for i := range len(s) {
		if !visible.has(s[i]) {
			return Identifier{}, character("control character, space, or byte beyond ASCII")
		}
	}
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok {
		return Identifier{}, form("no scheme")
	}
	p := parser{text: s, scheme: scheme, rest: rest}
	switch scheme {
	case "mimi":
		return p.mimi()
	case "im", "mailto":
		return p.address(&mailName)
	case "sip":
		return p.address(&sipName)
	case "acct":
		return p.address(&acctName)
	case "xmpp":
		return p.xmpp()
	case "matrix":
		return p.matrix()
	case "wireapp":
		return p.wireapp()
	case "ip":
		return p.ip()
	case "dns":
		return p.identifier(Host, len(s)-len(rest), len(s))
	}
	return Identifier{}, &Error{Kind: ErrScheme, Reason: "unknown scheme"}
}

// A parser reads one identifier of visible ASCII.
type parser struct {
	text   string
	scheme string
	rest   string // what stands after the scheme and its colon
}

// identifier checks the host at text[from:to] and returns the result.
func (p *parser) identifier(class Class, from, to int) (Identifier, *Error) {
	if err := checkHost(p.text[from:to]); err != nil {
		return Identifier{}, err
	}
	return Identifier{text: p.text, scheme: p.text[:len(p.scheme)], class: class, hostAt: from, hostEnd: to}, nil
}

// mimi reads //host[/kind/name[/name]].
func (p *parser) mimi() (Identifier, *Error) {
	after, ok := strings.CutPrefix(p.rest, "//")
	if !ok {
		return Identifier{}, form("no authority")
	}
	from := len(p.text) - len(after)
	host, path, ok := strings.Cut(after, "/")
	if !ok {
		return p.identifier(Host, from, len(p.text))
	}
	kind, names, _ := strings.Cut(path, "/")
	class, most := Other, 1
	switch kind {
	case "u":
		class = User
	case "d":
		class, most = Client, 2
	case "r", "g", "p", "t":
	case "":
		return Identifier{}, form("empty part")
	default:
		return Identifier{}, form("unknown kind of mimi identifier")
	}
	part := ""
	for more := true; more; most-- {
		if most == 0 {
			return Identifier{}, form("more parts than this kind of mimi identifier has")
		}
		part, names, more = strings.Cut(names, "/")
		if err := mimiName.check(part); err != nil {
			return Identifier{}, err
		}
	}
	return p.identifier(class, from, from+len(host))
}

// address reads name@host.
func (p *parser) address(r *rule) (Identifier, *Error) {
	part, _, ok := strings.Cut(p.rest, "@")
	if !ok {
		return Identifier{}, form("no name before the host")
	}
	if err := r.check(part); err != nil {
		return Identifier{}, err
	}
	if r == &mailName && (part[0] == '.' || part[len(part)-1] == '.' || strings.Contains(part, "..")) {
		return Identifier{}, form("name with a dot at its end, or two in a row")
	}
	if r == &acctName && part[0] == '%' {
		return Identifier{}, form("name that begins with percent-encoding")
	}
	return p.identifier(User, len(p.scheme)+1+len(part)+1, len(p.text))
}

// xmpp reads [name@]host[/name].
func (p *parser) xmpp() (Identifier, *Error) {
	if strings.HasPrefix(p.rest, "//") {
		return Identifier{}, form("authority component")
	}
	address, resource, hasResource := strings.Cut(p.rest, "/")
	if hasResource {
		if err := xmppResource.check(resource); err != nil {
			return Identifier{}, err
		}
	}
	from := len(p.scheme) + 1
	to := from + len(address)
	part, _, hasName := strings.Cut(address, "@")
	if hasName {
		if err := xmppName.check(part); err != nil {
			return Identifier{}, err
		}
		from += len(part) + 1
	}
	class := Other
	switch {
	case hasName && hasResource:
		class = Client
	case hasName:
		class = User
	case !hasResource:
		class = Host
	}
	return p.identifier(class, from, to)
}

// matrix reads u/name:host.
func (p *parser) matrix() (Identifier, *Error) {
	const maxUserID = 255 // "@" name ":" host
	after, ok := strings.CutPrefix(p.rest, "u/")
	if !ok {
		return Identifier{}, form("not a user of Matrix")
	}
	if 1+len(after) > maxUserID {
		return Identifier{}, form("Matrix user ID longer than 255 bytes")
	}
	part, host, ok := strings.Cut(after, ":")
	if !ok {
		return Identifier{}, form("no host after the name")
	}
	if err := matrixName.check(part); err != nil {
		return Identifier{}, err
	}
	return p.identifier(User, len(p.text)-len(host), len(p.text))
}

// wireapp reads //%40handle@host or //id!device@host.
func (p *parser) wireapp() (Identifier, *Error) {
	after, ok := strings.CutPrefix(p.rest, "//")
	if !ok {
		return Identifier{}, form("no authority")
	}
	part, host, ok := strings.Cut(after, "@")
	if !ok {
		return Identifier{}, form("no name before the host")
	}
	from := len(p.text) - len(host)
	if handle, ok := strings.CutPrefix(part, "%40"); ok {
		if err := wireHandle.check(handle); err != nil {
			return Identifier{}, err
		}
		return p.identifier(User, from, len(p.text))
	}
	owner, device, ok := strings.Cut(part, "!")
	if !ok {
		return Identifier{}, form("neither a handle nor a client of Wire")
	}
	if err := wireID.check(owner); err != nil {
		return Identifier{}, err
	}
	if err := wireDevice.check(device); err != nil {
		return Identifier{}, err
	}
	if len(device) > 16 {
		return Identifier{}, form("device number longer than 64 bits")
	}
	return p.identifier(Client, from, len(p.text))
}

// FromEmail takes an rfc822Name of a certificate, name@host, and returns the mailto identifier of that address: it
// percent-encodes what a URI cannot have and changes nothing else. An address whose host is not in lower case is
// refused like any other that is not canonical, and so are quoted names. The error is an [*Error].
func FromEmail(rfc822Name string) (Identifier, error) {
	if len(rfc822Name) > MaxSize {
		return Identifier{}, form("longer than 1024 bytes")
	}
	part, host, ok := strings.Cut(rfc822Name, "@")
	if !ok {
		return Identifier{}, form("no host after the name")
	}
	uri := append(make([]byte, 0, len("mailto:")+len(rfc822Name)), "mailto:"...)
	for i := range len(part) {
		switch c := part[i]; {
		case mailName.raw.has(c):
			uri = append(uri, c)
		case mailName.encoded.has(c):
			uri = append(uri, '%', upperHex[c>>4], upperHex[c&15])
		case !visible.has(c):
			return Identifier{}, character("control character, space, or byte beyond ASCII")
		default:
			return Identifier{}, form("character in the name that this package takes from no address")
		}
	}
	return Parse(string(append(append(uri, '@'), host...)))
}

const upperHex = "0123456789ABCDEF"

// FromDNS takes a dNSName of a certificate and returns the dns identifier of that host. A wildcard is no host: see
// [Identifier.IsBelowWildcard]. The error is an [*Error].
func FromDNS(dNSName string) (Identifier, error) {
	if len(dNSName) > MaxSize {
		return Identifier{}, form("longer than 1024 bytes")
	}
	return Parse("dns:" + dNSName)
}

// IsBelowWildcard reports whether id is the dns identifier of a host that a dNSName with a wildcard stands for: the
// wildcard is the whole first label, stands for one label, and stands before a domain of two labels or more (RFC 9525,
// Section 6.3).
func (id Identifier) IsBelowWildcard(dNSName string) bool {
	domain, ok := strings.CutPrefix(dNSName, "*.")
	if !ok || id.scheme != "dns" || checkHost(domain) != nil {
		return false
	}
	_, parent, _ := strings.Cut(id.Host(), ".")
	return parent == domain
}
