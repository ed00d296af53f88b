package main

import (
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/revocation/assertion"
	"github.com/e2eid/e2eid/revocation/statuslist"
)

var listKinds = map[statuslist.Kind]string{
	statuslist.Token: "Token Status List", statuslist.Bitstring: "Bitstring Status List", statuslist.List2021: "StatusList2021",
}

// showStatusList shows a list that anybody may have made. It is inflated all the same, once, and to no more than
// statuslist.MaxInflated: the person who asks has chosen the file.
func showStatusList(l *statuslist.List) object {
	o := object{{"kind", listKinds[l.Kind]}}
	o = append(o, showSecuring(l.Token, l.Proofs)...)
	o.add("uri", text(l.URI))
	o.addText("issuer", l.Issuer)
	o.addTime("issuedAt", l.IssuedAt())
	o.addTime("notAfter", l.NotAfter)
	if l.TimeToLive != 0 {
		o.add("timeToLive", uint64(l.TimeToLive))
	}
	if len(l.Purposes) > 0 {
		o.add("purposes", listOf(l.Purposes, func(s string) any { return text(s) }))
	}
	bits := l.Bits()
	if bits > 0 {
		o.add("bits", uint64(bits))
	} else {
		bits = 1 // of all but those whose credentials say otherwise
	}
	if err := l.Open(); err != nil {
		o.add("malformed", text(err.Error()))
		return o
	}
	defer l.Close()
	entries := uint64(l.Size()) * 8 / uint64(bits)
	var counts [256]uint64
	for i := range entries {
		v, _ := l.Value(i, bits)
		counts[v]++
	}
	o.add("size", uint64(l.Size()))
	o.add("entries", entries)
	o.add("set", list(func(yield func(any) bool) {
		for v, n := range counts {
			if v > 0 && n > 0 && !yield(object{{"value", uint64(v)}, {"entries", n}}) {
				return
			}
		}
	}))
	return o
}

func showAssertion(a *assertion.Assertion) object {
	o := object{
		{"header", showHeader(a.Token.Header())},
		{"issuer", text(a.Issuer)},
		{"credentialHash", base64url.Encode(a.Credential[:])},
		{"holder", showHolder(a.Holder)},
		{"status", uint64(a.Status)},
	}
	o.addTime("issuedAt", a.IssuedAt)
	o.addTime("notAfter", a.NotAfter)
	return o
}
