// Package cbor reads CBOR (RFC 8949) as verifiers need it: integers, byte and text strings, arrays, maps, tags, true, false
// and null. What has two encodings is refused in all but one: heads are of the shortest form and lengths definite
// (Section 4.2.1), so that each item re-encodes to itself and equal keys are equal bytes. Keys of maps are integers and
// texts, as labels of COSE are (RFC 9052, Section 1.5), and none stands twice; their order is free, since signed tokens
// have any. Floats, undefined and other simple values are refused: no time or label that is read here has one.
//
// Encoders of COSE and CWT in use write the shortest form. Those that do not by themselves, such as streaming ones with
// indefinite lengths, are refused, though RFC 9052, Section 9 demands it of the signed structure alone.
package cbor

import (
	"bytes"
	"math"
	"unicode/utf8"
)

// An Error says why bytes are refused, and repeats nothing of them. [ErrLimit] is one; all others report what is not strict
// CBOR.
type Error string

func (e Error) Error() string { return "cbor: " + string(e) }

// ErrLimit reports more bytes, items or levels than are read.
const ErrLimit Error = "over a limit"

// Limits bound what [Parse] reads. A zero limit allows nothing.
type Limits struct {
	Bytes int
	Nodes int // items, keys among them; each key of a map is compared with those before it
	Depth int // of arrays, maps and tags within each other; 1 is a single item
}

// A Kind is the kind of an item. The zero Kind is that of the zero Value.
type Kind uint8

const (
	Invalid Kind = iota
	Unsigned
	Negative
	Bytes
	Text
	Array
	Map
	Tag
	False
	True
	Null
)

// A Value is one item, as the bytes that encode it. Only [Parse] makes one that is not zero.
type Value struct{ b []byte }

// Parse reads the one item that b is. The error is an [Error]. The value refers to b.
func Parse(b []byte, limits Limits) (Value, error) {
	if len(b) > limits.Bytes {
		return Value{}, ErrLimit
	}
	r := reader{b, limits.Nodes}
	if err := r.item(limits.Depth); err != nil {
		return Value{}, err
	}
	if len(r.b) > 0 {
		return Value{}, Error("bytes after the end")
	}
	return Value{b}, nil
}

// A reader checks items.
type reader struct {
	b     []byte // the rest
	nodes int    // how many more items are allowed
}

// item reads one item at most depth levels deep.
func (r *reader) item(depth int) error {
	if depth <= 0 || r.nodes <= 0 {
		return ErrLimit
	}
	r.nodes--
	kind, n, size := head(r.b)
	if size == 0 {
		return Error("a head that is cut off, of indefinite length, not of the shortest form, or of a value that is not read")
	}
	r.b = r.b[size:]
	switch kind {
	case Bytes, Text:
		if n > uint64(len(r.b)) {
			return Error("a string beyond the end")
		}
		if kind == Text && !utf8.Valid(r.b[:n]) {
			return Error("text that is not UTF-8")
		}
		r.b = r.b[n:]
	case Array:
		for ; n > 0; n-- {
			if err := r.item(depth - 1); err != nil {
				return err
			}
		}
	case Map:
		return r.members(n, depth-1)
	case Tag:
		return r.item(depth - 1)
	}
	return nil
}

// members reads those of a map.
func (r *reader) members(n uint64, depth int) error {
	var keys [][]byte
	for ; n > 0; n-- {
		before := r.b
		if err := r.item(depth); err != nil {
			return err
		}
		key := before[:len(before)-len(r.b)]
		if kind, _, _ := head(key); kind > Text || kind == Bytes {
			return Error("a key that is neither an integer nor text")
		}
		for _, k := range keys {
			if bytes.Equal(k, key) {
				return Error("a key twice")
			}
		}
		keys = append(keys, key)
		if err := r.item(depth); err != nil {
			return err
		}
	}
	return nil
}

// head reads the first bytes of an item: its kind and its argument, which is what follows in bytes, items or pairs, or a
// value by itself. size is how many bytes that took, and 0 if it is refused.
func head(b []byte) (kind Kind, n uint64, size int) {
	if len(b) == 0 {
		return Invalid, 0, 0
	}
	kind, n, size = Kind(b[0]>>5)+Unsigned, uint64(b[0]&31), 1
	if kind > Tag {
		if n < 20 || n > 22 {
			return Invalid, 0, 0
		}
		return False + Kind(n-20), n, 1
	}
	if n < 24 {
		return kind, n, size
	}
	width := 1 << (n - 24)
	if n > 27 || len(b) <= width {
		return Invalid, 0, 0
	}
	n = 0
	for _, c := range b[1 : 1+width] {
		n = n<<8 | uint64(c)
	}
	if n < 24 || width > 1 && n>>(width*4) == 0 {
		return Invalid, 0, 0 // fits in less
	}
	return kind, n, 1 + width
}

// skip returns what follows the first item of b, which was checked before.
func skip(b []byte) []byte {
	for items := uint64(1); items > 0; items-- {
		kind, n, size := head(b)
		b = b[size:]
		switch kind {
		case Bytes, Text:
			b = b[n:]
		case Array:
			items += n
		case Map:
			items += 2 * n
		case Tag:
			items++
		}
	}
	return b
}

// Raw returns the bytes that encode v. They must not be changed.
func (v Value) Raw() []byte { return v.b }

// Kind returns the kind of v.
func (v Value) Kind() Kind {
	kind, _, _ := head(v.b)
	return kind
}

// Int returns the integer that v is; ok is false if it is none, or not of 64 bits with a sign.
func (v Value) Int() (i int64, ok bool) {
	kind, n, _ := head(v.b)
	if n > math.MaxInt64 {
		return 0, false
	}
	switch kind {
	case Unsigned:
		return int64(n), true
	case Negative:
		return -1 - int64(n), true
	}
	return 0, false
}

// Bytes returns the byte string that v is. It must not be changed.
func (v Value) Bytes() (b []byte, ok bool) { return v.content(Bytes) }

// Text returns the text that v is.
func (v Value) Text() (s string, ok bool) {
	b, ok := v.content(Text)
	return string(b), ok
}

func (v Value) content(want Kind) ([]byte, bool) {
	kind, _, size := head(v.b)
	if kind != want {
		return nil, false
	}
	return v.b[size:], true
}

// Tagged returns the tag that v is and what it is about.
func (v Value) Tagged() (tag uint64, content Value, ok bool) {
	kind, n, size := head(v.b)
	if kind != Tag {
		return 0, Value{}, false
	}
	return n, Value{v.b[size:]}, true
}

// Items returns the elements of the array that v is, or the keys and values of a map in turn.
func (v Value) Items() (items []Value, ok bool) {
	kind, _, size := head(v.b)
	if kind != Array && kind != Map {
		return nil, false
	}
	for b := v.b[size:]; len(b) > 0; {
		rest := skip(b)
		items = append(items, Value{b[:len(b)-len(rest)]})
		b = rest
	}
	return items, true
}

// Get returns the value of an integer key; ok is false if v has none, or is no map.
func (v Value) Get(key int64) (value Value, ok bool) {
	kind := Unsigned
	if key < 0 {
		kind, key = Negative, -1-key
	}
	return v.Find(AppendHead(nil, kind, uint64(key)))
}

// Find is Get of the key that these bytes encode, as "\x64bits" does a text of four.
func (v Value) Find(key []byte) (value Value, ok bool) {
	if v.Kind() == Map {
		items, _ := v.Items()
		for i := 0; i < len(items); i += 2 {
			if bytes.Equal(items[i].b, key) {
				return items[i+1], true
			}
		}
	}
	return Value{}, false
}

// AppendHead appends the head of an item, of kinds up to Tag, with its argument.
func AppendHead(dst []byte, kind Kind, n uint64) []byte {
	major := byte(kind-Unsigned) << 5
	if n < 24 {
		return append(dst, major|byte(n))
	}
	info := 0
	for width := 1; width < 8 && n>>(width*8) != 0; width *= 2 {
		info++
	}
	dst = append(dst, major|byte(24+info))
	for shift := 8<<info - 8; shift >= 0; shift -= 8 {
		dst = append(dst, byte(n>>shift))
	}
	return dst
}

// AppendBytes appends a byte string.
func AppendBytes(dst, b []byte) []byte {
	return append(AppendHead(dst, Bytes, uint64(len(b))), b...)
}
