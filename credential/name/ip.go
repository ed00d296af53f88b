package name

import (
	"strconv"
	"strings"
)

// FromIP takes the octets of an iPAddress of a certificate, 4 or 16, and returns the ip identifier of that address. The
// error is an [*Error].
func FromIP(address []byte) (Identifier, error) {
	if len(address) != 4 && len(address) != 16 {
		return Identifier{}, form("neither 4 nor 16 octets")
	}
	text := "ip:" + ipText(address)
	return Identifier{text: text, scheme: "ip", class: Host, hostAt: len("ip:"), hostEnd: len(text)}, nil
}

// ip reads an address. The one form it accepts is the one that [FromIP] writes.
func (p *parser) ip() (Identifier, *Error) {
	address, ok := ipv4(p.rest)
	if strings.IndexByte(p.rest, ':') >= 0 {
		address, ok = ipv6(p.rest)
	}
	if !ok || ipText(address) != p.rest {
		return Identifier{}, form("not an IP address in its canonical form")
	}
	return Identifier{text: p.text, scheme: p.text[:len(p.scheme)], class: Host, hostAt: len("ip:"), hostEnd: len(p.text)}, nil
}

// ipText writes four decimal numbers, or what RFC 5952, Section 4 recommends: lower-case hexadecimal without leading
// zeros, and "::" for the first longest run of two or more zeros. No address is written with an IPv4 address in it.
func ipText(b []byte) string {
	var out []byte
	if len(b) == 4 {
		for i, octet := range b {
			if i > 0 {
				out = append(out, '.')
			}
			out = strconv.AppendUint(out, uint64(octet), 10)
		}
		return string(out)
	}
	zeros := func(at int) (n int) {
		for at+n < 8 && b[2*(at+n)] == 0 && b[2*(at+n)+1] == 0 {
			n++
		}
		return n
	}
	longest, start := 1, -1
	for i := range 8 {
		if n := zeros(i); n > longest {
			longest, start = n, i
		}
	}
	for i := 0; i < 8; i++ {
		if i == start {
			out = append(out, "::"...)
			i += longest - 1
			continue
		}
		if i > 0 && out[len(out)-1] != ':' {
			out = append(out, ':')
		}
		out = strconv.AppendUint(out, uint64(b[2*i])<<8|uint64(b[2*i+1]), 16)
	}
	return string(out)
}

func ipv4(s string) (b []byte, ok bool) {
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil || len(b) == 4 {
			return nil, false
		}
		b = append(b, byte(n))
	}
	return b, len(b) == 4
}

func ipv6(s string) (b []byte, ok bool) {
	head, tail, gap := strings.Cut(s, "::")
	b, ok = groups(head)
	if !gap {
		return b, ok && len(b) == 16
	}
	after, fine := groups(tail)
	if !ok || !fine || len(b)+len(after) > 14 {
		return nil, false
	}
	for len(b)+len(after) < 16 {
		b = append(b, 0)
	}
	return append(b, after...), true
}

func groups(s string) (b []byte, ok bool) {
	if s == "" {
		return nil, true
	}
	for part := range strings.SplitSeq(s, ":") {
		n, err := strconv.ParseUint(part, 16, 16)
		if err != nil || len(b) == 16 {
			return nil, false
		}
		b = append(b, byte(n>>8), byte(n))
	}
	return b, true
}
