package verifier

import (
	"bytes"
	"strings"

	"github.com/e2eid/e2eid/credential/x509"
)

// nameConstraints checks that each certificate names only what every issuer above it may certify (RFC 5280, Sections
// 4.2.1.10 and 6.1.3, (b) and (c)). Constraints are applied whether they are critical or not. Whatever cannot be
// compared, with constraints of its kind in force, is a violation.
//
// compared counts what it takes, for all paths of one presentation together.
func (p path) nameConstraints(r *report, compared *int) {
	for i := len(p) - 1; i > 0; i-- {
		nc := p[i].cert.NameConstraints
		if nc == nil {
			continue
		}
		for _, s := range append(nc.Permitted[:len(nc.Permitted):len(nc.Permitted)], nc.Excluded...) {
			// RFC 5280, Section 4.2.1.10: minimum is zero and maximum absent.
			if s.Min != 0 || s.Max >= 0 {
				r.fail(CheckNames, CodeNameConstraint, i)
				return
			}
		}
		for j := i - 1; j >= 0; j-- {
			if j > 0 && p[j].cert.SelfIssued() {
				continue
			}
			for _, name := range constrained(p[j].cert) {
				size := 1 + len(name.Value)/64
				if name.Kind == x509.DirectoryName {
					size = 1 + len(name.Directory.Raw)/8 // its values are prepared for each
				}
				if *compared += (len(nc.Permitted) + len(nc.Excluded)) * size; *compared > maxComparisons {
					r.fail(CheckNames, CodeBudget, j)
					return
				}
				if !within(name, nc) {
					r.fail(CheckNames, CodeNameConstraint, j)
					return
				}
			}
		}
	}
	r.pass(CheckNames)
}

// oidEmailAddress is the attribute in which old certificates have a mailbox (RFC 5280, Section 4.1.2.6).
const oidEmailAddress x509.OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"

// onSmtpUTF8Mailbox begins an otherName that has an internationalised mailbox: the DER of id-on-SmtpUTF8Mailbox.
const onSmtpUTF8Mailbox = "\x06\x08\x2b\x06\x01\x05\x05\x07\x08\x09"

// constrained returns the names of a certificate that constraints apply to.
func constrained(c *x509.Certificate) []x509.GeneralName {
	names := c.SubjectAltName[:len(c.SubjectAltName):len(c.SubjectAltName)]
	if !c.Subject.Empty() {
		names = append(names, x509.GeneralName{Kind: x509.DirectoryName, Directory: c.Subject})
	}
	for _, n := range c.SubjectAltName {
		// RFC 9598, Section 6: constraints on mailboxes hold for these too. Not compared, they are violated if there are any.
		if n.Kind == x509.OtherName && strings.HasPrefix(string(n.Value), onSmtpUTF8Mailbox) {
			names = append(names, x509.GeneralName{Kind: x509.RFC822Name})
		}
	}
	for _, n := range c.SubjectAltName {
		if n.Kind == x509.RFC822Name {
			return names
		}
	}
	for _, a := range c.Subject.Attributes {
		if a.Type == oidEmailAddress {
			names = append(names, x509.GeneralName{Kind: x509.RFC822Name, Value: a.Value})
		}
	}
	return names
}

// within reports whether a name is in one of the permitted subtrees of its kind, if there are any, and in no excluded.
func within(name x509.GeneralName, nc *x509.NameConstraints) bool {
	for _, s := range nc.Excluded {
		if s.Base.Kind == name.Kind && match(name, s.Base, true) != no {
			return false
		}
	}
	permitted := true
	for _, s := range nc.Permitted {
		if s.Base.Kind != name.Kind {
			continue
		}
		switch match(name, s.Base, false) {
		case yes:
			return true
		case unknown:
			return false
		}
		permitted = false
	}
	return permitted
}

// An answer says whether a name is in a subtree; unknown where one of the two has no form that could be compared.
type answer uint8

const (
	unknown answer = iota
	no
	yes
)

func answerOf(b bool) answer {
	if b {
		return yes
	}
	return no
}

// match compares a name and a base of one kind. excluded says what a wildcard means: in an excluded subtree it is if
// any name it stands for is.
func match(name, base x509.GeneralName, excluded bool) answer {
	switch name.Kind {
	case x509.DirectoryName:
		return answerOf(name.Directory.HasPrefix(base.Directory))
	case x509.DNSName:
		return matchDNS(string(name.Value), string(base.Value), excluded)
	case x509.RFC822Name:
		return matchMailbox(string(name.Value), string(base.Value))
	case x509.URIName:
		return matchURI(string(name.Value), string(base.Value))
	case x509.IPAddress:
		return matchIP(name.Value, base.Value)
	}
	return unknown // otherName, x400Address, ediPartyName, registeredID
}

func matchDNS(name, base string, excluded bool) answer {
	name, base = lower(name), lower(base)
	rest, wildcard := strings.CutPrefix(name, "*.")
	if !isHost(rest) || base != "" && !isHost(base) {
		return unknown
	}
	if base == "" || isBelow(rest, base) || rest == base {
		return yes
	}
	if wildcard && excluded {
		_, parent, _ := strings.Cut(base, ".")
		return answerOf(parent == rest)
	}
	return no
}

// matchMailbox has three forms of base: a mailbox, a host, and with a leading dot every host below a domain.
func matchMailbox(name, base string) answer {
	local, host, ok := mailbox(name)
	if !ok {
		return unknown
	}
	if !strings.Contains(base, "@") {
		return matchHost(host, base)
	}
	one, at, ok := mailbox(base)
	if !ok || strings.HasPrefix(at, ".") {
		return unknown
	}
	if a := matchHost(host, at); a != yes || local == one {
		return a
	}
	return no
}

// mailbox splits an address. ok is false for quoted names, which nobody compares alike, and what is none.
func mailbox(s string) (local, host string, ok bool) {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || strings.ContainsAny(s[:at], "@\"\\ ") {
		return "", "", false
	}
	return s[:at], s[at+1:], true
}

// matchURI compares the host of a URI. One without an authority, or whose host is an address or no full domain name,
// is refused where URIs are constrained (RFC 5280, Section 4.2.1.10).
func matchURI(name, base string) answer {
	colon := strings.IndexByte(name, ':')
	if colon < 0 || !strings.HasPrefix(name[colon:], "://") || strings.ContainsAny(name, "\\") {
		return unknown
	}
	authority := name[colon+3:]
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	host := authority[strings.IndexByte(authority, '@')+1:] // a second "@" is in no host, nor in what stands before one
	if port := strings.IndexByte(host, ':'); port >= 0 {
		if strings.Trim(host[port+1:], "0123456789") != "" {
			return unknown
		}
		host = host[:port]
	}
	return matchHost(host, base)
}

// matchHost compares a host with a base that is a host or, with a leading dot, every host below a domain.
func matchHost(host, base string) answer {
	host, base = lower(host), lower(base)
	if !isHost(host) || !strings.Contains(host, ".") || isAddress(host) {
		return unknown
	}
	if base == "" {
		return yes
	}
	if domain, below := strings.CutPrefix(base, "."); below {
		if !isHost(domain) {
			return unknown
		}
		return answerOf(isBelow(host, domain))
	}
	if !isHost(base) {
		return unknown
	}
	return answerOf(host == base)
}

// matchIP compares an address with an address and a mask, of one family.
func matchIP(name, base []byte) answer {
	if len(base) != 2*len(name) {
		return no
	}
	address, mask := base[:len(name)], base[len(name):]
	ended := false
	masked := make([]byte, len(name))
	for i, m := range mask {
		// The ones stand before the zeros (RFC 4632, Section 5.1).
		for bit := byte(0x80); bit > 0; bit >>= 1 {
			if m&bit == 0 {
				ended = true
			} else if ended {
				return unknown
			}
		}
		masked[i] = name[i] & m
		if address[i]&^m != 0 {
			return unknown
		}
	}
	return answerOf(bytes.Equal(masked, address))
}

func isBelow(host, domain string) bool { return strings.HasSuffix(host, "."+domain) }

// isHost reports whether s is labels of letters, digits, "-" and "_" between dots, in lower case.
func isHost(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			c := label[i]
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return len(s) <= 253
}

// isAddress reports whether the last label is a number, so that a host could be taken for an IPv4 address.
func isAddress(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last[0] >= '0' && last[0] <= '9'
}

// lower is strings.ToLower for ASCII; other characters stay, and fit no host.
func lower(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= 'A' && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if b[i] >= 'A' && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}
