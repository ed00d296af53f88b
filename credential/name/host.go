package name

import "strings"

const (
	maxHost  = 253
	maxLabel = 63
)

// checkHost reports what is wrong with a host of an identifier, or nil.
func checkHost(host string) *Error {
	labels, err := checkLabels(host)
	if err != nil {
		return err
	}
	if labels < 2 {
		return form("host of a single label")
	}
	return nil
}

// checkLabels reports what is wrong with a domain name of any number of labels, or how many there are.
func checkLabels(host string) (labels int, err *Error) {
	if host == "" {
		return 0, form("no host")
	}
	for i := range len(host) {
		if err := checkHostByte(host[i]); err != nil {
			return 0, err
		}
	}
	if len(host) > maxHost {
		return 0, form("host longer than 253 bytes")
	}
	if host[len(host)-1] == '.' {
		return 0, form("host ends with a dot")
	}
	label := ""
	for rest, more := host, true; more; labels++ {
		label, rest, more = strings.Cut(rest, ".")
		switch {
		case label == "":
			return 0, form("empty label in the host")
		case len(label) > maxLabel:
			return 0, form("label longer than 63 bytes in the host")
		case label[0] == '-' || label[len(label)-1] == '-':
			return 0, form("label with a hyphen at its end in the host")
		}
	}
	// An IPv4 address, also in the hexadecimal and octal notations that some parsers take, ends with a number.
	if last := label[0]; '0' <= last && last <= '9' {
		return 0, form("host whose last label begins with a digit, as that of an IP address")
	}
	return labels, nil
}

func checkHostByte(c byte) *Error {
	switch {
	case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '.':
		return nil
	case 'A' <= c && c <= 'Z':
		return form("upper-case letter in the host")
	case c == '@':
		return form("userinfo before the host, or a second @")
	case c == ':' || c == '[':
		return form("port, or an IP address")
	case c == '%':
		return form("percent-encoding in the host")
	case c == '/':
		return form("path, where this kind of identifier has none")
	case c == '?':
		return form("query")
	case c == '#':
		return form("fragment")
	}
	return form("character in the host that no host name has")
}

// hasALabel reports whether a label of a valid host begins with the ACE prefix (RFC 5890, Section 2.3.2.5).
func hasALabel(host string) bool {
	return strings.HasPrefix(host, "xn--") || strings.Contains(host, ".xn--")
}
