package strictjson

import (
	"slices"
	"strconv"
)

// A Kind is the kind of a value.
type Kind uint8

const (
	Invalid Kind = iota // of the zero Value only
	Null
	Bool
	Number
	String
	Array
	Object
)

// String returns the kind with its article, as "an object".
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "a boolean"
	case Number:
		return "a number"
	case String:
		return "a string"
	case Array:
		return "an array"
	case Object:
		return "an object"
	}
	return "nothing"
}

// A Value is one value of a parsed document, which it keeps in memory. The zero Value has kind Invalid, no members and no
// content. Methods that read a value return an [*Error] of kind [ErrValue], with the path of the value, where it is not of
// the kind asked for; what they return beside it is zero.
type Value struct {
	doc *document
	n   uint32 // index of its node
}

func (d *document) at(n int) Value { return Value{d, uint32(n)} }

// none is the node of the zero Value.
var none node

func (v Value) node() *node {
	if v.doc == nil {
		return &none
	}
	return &v.doc.nodes[v.n]
}

// Kind returns the kind of v.
func (v Value) Kind() Kind {
	if v.doc == nil {
		return Invalid
	}
	return v.doc.nodes[v.n].kind
}

func (v Value) want(k Kind) error {
	if v.Kind() != k {
		return v.fail(ErrValue, "is "+v.Kind().String()+", not "+k.String())
	}
	return nil
}

// Bool returns the truth value that v is.
func (v Value) Bool() (bool, error) {
	if err := v.want(Bool); err != nil {
		return false, err
	}
	return v.doc.text[v.node().start] == 't', nil
}

// Text returns the string that v is, unescaped. It may be a part of the document's text or a copy.
func (v Value) Text() (string, error) {
	if err := v.want(String); err != nil {
		return "", err
	}
	return v.doc.unescaped(int(v.n)), nil
}

// Number returns the number that v is, as it is written.
func (v Value) Number() (string, error) {
	if err := v.want(Number); err != nil {
		return "", err
	}
	return v.doc.text[v.node().start:v.node().end], nil
}

// Int64 returns the integer that v is. A number with a fraction or an exponent is none, even if its value is integral,
// and neither is one that does not fit, nor -0.
func (v Value) Int64() (int64, error) {
	text, err := v.Number()
	if err != nil {
		return 0, err
	}
	i, err := strconv.ParseInt(text, 10, 64)
	if err != nil || text == "-0" {
		return 0, v.fail(ErrValue, "is not an integer of 64 bits")
	}
	return i, nil
}

// Array returns the elements of v in their order.
func (v Value) Array() ([]Value, error) {
	if err := v.want(Array); err != nil {
		return nil, err
	}
	nodes, end := v.doc.nodes, v.node().next
	count := 0
	for n := v.n + 1; n < end; n = nodes[n].next {
		count++
	}
	if count == 0 {
		return nil, nil
	}
	elements := make([]Value, 0, count)
	for n := v.n + 1; n < end; n = nodes[n].next {
		elements = append(elements, Value{v.doc, n})
	}
	return elements, nil
}

// A Member is a member of an object. Its name is unescaped.
type Member struct {
	Name  string
	Value Value
}

// Object returns the members of v in their order.
func (v Value) Object() ([]Member, error) {
	if err := v.want(Object); err != nil {
		return nil, err
	}
	nodes, end := v.doc.nodes, v.node().next
	count := 0
	for n := v.n + 1; n < end; n = nodes[n+1].next {
		count++
	}
	if count == 0 {
		return nil, nil
	}
	members := make([]Member, 0, count)
	for n := v.n + 1; n < end; n = nodes[n+1].next {
		members = append(members, Member{v.doc.unescaped(int(n)), Value{v.doc, n + 1}})
	}
	return members, nil
}

// Each calls read with each element of the array that is v's member of this name, until it fails. The member may be
// absent.
func (v Value) Each(name string, read func(Value) error) error {
	member, ok := v.Get(name)
	if !ok {
		return nil
	}
	list, err := member.Array()
	if err != nil {
		return err
	}
	for _, element := range list {
		if err := read(element); err != nil {
			return err
		}
	}
	return nil
}

// Fields reports an error unless v is an object all of whose members have one of the names. None need be there.
func (v Value) Fields(names ...string) error {
	if err := v.want(Object); err != nil {
		return err
	}
	for n := v.n + 1; n < v.node().next; n = v.doc.nodes[n+1].next {
		if !slices.Contains(names, v.doc.unescaped(int(n))) {
			return Value{v.doc, n + 1}.fail(ErrValue, "is unknown")
		}
	}
	return nil
}

// Get returns the member of that name. It is the zero Value, and ok is false, if v has no such member or is no object.
func (v Value) Get(name string) (member Value, ok bool) {
	if v.Kind() != Object {
		return Value{}, false
	}
	nodes, end := v.doc.nodes, v.doc.nodes[v.n].next
	for n := v.n + 1; n < end; n = nodes[n+1].next {
		if x := &nodes[n]; (x.escaped || int(x.end-x.start) == len(name)) && v.doc.is(int(n), name) {
			return Value{v.doc, n + 1}, true
		}
	}
	return Value{}, false
}

// Require returns the member of that name, and an error if v has no such member or is no object.
func (v Value) Require(name string) (Value, error) {
	if err := v.want(Object); err != nil {
		return Value{}, err
	}
	member, ok := v.Get(name)
	if !ok {
		return Value{}, v.fail(ErrValue, "lacks "+printable(name))
	}
	return member, nil
}

// Refuse returns an error of kind [ErrValue] that says where v is. The reason completes a sentence about v, as in "is
// not a domain", and must not repeat what v says.
func (v Value) Refuse(reason string) error { return v.fail(ErrValue, reason) }

func (v Value) fail(kind error, reason string) *Error {
	at := int(v.node().start)
	if v.Kind() == String {
		at-- // the quotation mark
	}
	return &Error{Kind: kind, Offset: at, Path: v.path(), Reason: reason}
}
