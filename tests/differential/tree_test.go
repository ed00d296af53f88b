package differential

import (
	"math/rand/v2"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// An element is a DER element that can be changed. Octet and bit strings that hold elements, as extensions and keys do,
// have them as members.
type element struct {
	tag     byte
	prefix  []byte // content before the members: the count of unused bits
	content []byte // of one without members
	members []*element
	// written stands in place of the whole.
	written []byte
}

// parseElements returns what b consists of; ok is false if it is not DER elements of small tags.
func parseElements(b []byte, depth int) (list []*element, ok bool) {
	in := cryptobyte.String(b)
	for !in.Empty() {
		var content cryptobyte.String
		var tag asn1.Tag
		if !in.ReadAnyASN1(&content, &tag) || depth > 16 {
			return nil, false
		}
		e := &element{tag: byte(tag), content: content}
		var members []byte
		switch {
		case tag&0x20 != 0, tag == asn1.OCTET_STRING:
			members = content
		case tag == asn1.BIT_STRING && len(content) > 1 && content[0] == 0:
			e.prefix, members = content[:1], content[1:]
		}
		if len(members) > 0 {
			if e.members, ok = parseElements(members, depth+1); !ok {
				e.prefix = nil
			}
		}
		list = append(list, e)
	}
	return list, true
}

func (e *element) body() []byte {
	if e.members == nil {
		return e.content
	}
	b := slices.Clone(e.prefix)
	for _, m := range e.members {
		b = append(b, m.der()...)
	}
	return b
}

func (e *element) der() []byte {
	if e.written != nil {
		return e.written
	}
	body := e.body()
	return append(header(e.tag, len(body), 0), body...)
}

// header has the length in more octets than it needs.
func header(tag byte, size, more int) []byte {
	if size < 0x80 && more == 0 {
		return []byte{tag, byte(size)}
	}
	var octets []byte
	for n := size; n > 0 || len(octets) == 0; n >>= 8 {
		octets = append([]byte{byte(n)}, octets...)
	}
	for range max(0, more-1) {
		octets = append([]byte{0}, octets...)
	}
	return append([]byte{tag, 0x80 | byte(len(octets))}, octets...)
}

// A mutation changes one element. It reports whether there was something to change.
type mutation struct {
	tag   string
	apply func(r *rand.Rand, parent *element, at int) bool
}

var mutations = []mutation{
	{"flip", func(r *rand.Rand, p *element, at int) bool {
		e := p.members[at]
		if e.members != nil || len(e.content) == 0 {
			return false
		}
		e.content = slices.Clone(e.content)
		e.content[r.IntN(len(e.content))] ^= 1 << r.IntN(8)
		return true
	}},
	{"tag", func(r *rand.Rand, p *element, at int) bool {
		p.members[at].tag ^= pick(r, []byte{1, 2, 4, 8, 0x20, 0x80})
		return p.members[at].tag&0x1f != 0x1f
	}},
	{"drop", func(_ *rand.Rand, p *element, at int) bool {
		p.members = slices.Delete(slices.Clone(p.members), at, at+1)
		p.content = nil
		return true
	}},
	{"twice", func(_ *rand.Rand, p *element, at int) bool {
		p.members = slices.Insert(slices.Clone(p.members), at, p.members[at])
		return true
	}},
	{"swap", func(_ *rand.Rand, p *element, at int) bool {
		if at == 0 {
			return false
		}
		p.members = slices.Clone(p.members)
		p.members[at-1], p.members[at] = p.members[at], p.members[at-1]
		return true
	}},
	{"empty", func(_ *rand.Rand, p *element, at int) bool {
		p.members[at] = &element{tag: p.members[at].tag}
		return true
	}},
	{"octet-more", func(r *rand.Rand, p *element, at int) bool {
		e := p.members[at]
		p.members[at] = &element{tag: e.tag, content: append(e.body(), byte(r.IntN(256)))}
		return true
	}},
	{"octet-before", func(_ *rand.Rand, p *element, at int) bool {
		e := p.members[at]
		if e.members != nil {
			return false
		}
		p.members[at] = &element{tag: e.tag, content: append([]byte{0}, e.body()...)}
		return true
	}},
	{"octet-less", func(_ *rand.Rand, p *element, at int) bool {
		e := p.members[at]
		body := e.body()
		if len(body) == 0 {
			return false
		}
		p.members[at] = &element{tag: e.tag, content: body[:len(body)-1]}
		return true
	}},
	{"null-more", func(_ *rand.Rand, p *element, at int) bool {
		e := p.members[at]
		if e.tag&0x20 == 0 {
			return false
		}
		p.members[at] = &element{tag: e.tag, content: append(e.body(), 5, 0)}
		return true
	}},
	{"long-length", func(r *rand.Rand, p *element, at int) bool {
		body := p.members[at].body()
		p.members[at].written = append(header(p.members[at].tag, len(body), 1+r.IntN(3)), body...)
		if len(body) >= 0x80 {
			p.members[at].written = append(header(p.members[at].tag, len(body), 2), body...)
		}
		return true
	}},
	{"indefinite-length", func(_ *rand.Rand, p *element, at int) bool {
		e := p.members[at]
		e.written = append(append([]byte{e.tag, 0x80}, e.body()...), 0, 0)
		return true
	}},
	{"wrong-length", func(r *rand.Rand, p *element, at int) bool {
		e := p.members[at]
		body := e.body()
		e.written = append(header(e.tag, max(0, len(body)+pick(r, []int{-1, 1, 100})), 0), body...)
		return true
	}},
	{"upper", func(_ *rand.Rand, p *element, at int) bool {
		e := p.members[at]
		if e.members != nil || e.tag != byte(asn1.UTF8String) && e.tag != 0x82 && e.tag != 0x81 && e.tag != 0x86 {
			return false
		}
		e.content = slices.Clone(e.content)
		for i, c := range e.content {
			if c >= 'a' && c <= 'z' {
				e.content[i] = c &^ 0x20
			}
		}
		return true
	}},
	{"true-is-1", func(_ *rand.Rand, p *element, at int) bool {
		if p.members[at].tag != 1 {
			return false
		}
		p.members[at].content = []byte{1}
		return true
	}},
	{"false", func(_ *rand.Rand, p *element, at int) bool {
		if p.members[at].tag != 1 {
			return false
		}
		p.members[at].content = []byte{0}
		return true
	}},
	{"next-oid", func(_ *rand.Rand, p *element, at int) bool {
		e := p.members[at]
		if e.tag != 6 || len(e.content) == 0 {
			return false
		}
		e.content = slices.Clone(e.content)
		e.content[len(e.content)-1] = (e.content[len(e.content)-1] + 1) & 0x7f
		return true
	}},
}
