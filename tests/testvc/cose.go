package testvc

import (
	"encoding/binary"
	"fmt"
	"testing"
)

// A Pair is a key of a CBOR map with its value.
type Pair struct{ Key, Value any }

// Tag is something within a tag of CBOR.
type Tag struct {
	Number  uint64
	Content any
}

// Raw is CBOR as it is, well-formed or not.
type Raw []byte

// CBOR encodes nil, booleans, integers, strings, bytes, []any, []Pair in their order, Tag and Raw (RFC 8949), with heads in
// their shortest form. Nothing else is checked.
func CBOR(v any) []byte {
	switch v := v.(type) {
	case nil:
		return []byte{0xf6}
	case bool:
		if v {
			return []byte{0xf5}
		}
		return []byte{0xf4}
	case int:
		if v < 0 {
			return head(1, uint64(-1-v))
		}
		return head(0, uint64(v))
	case []byte:
		return append(head(2, uint64(len(v))), v...)
	case string:
		return append(head(3, uint64(len(v))), v...)
	case []any:
		b := head(4, uint64(len(v)))
		for _, item := range v {
			b = append(b, CBOR(item)...)
		}
		return b
	case []Pair:
		b := head(5, uint64(len(v)))
		for _, p := range v {
			b = append(append(b, CBOR(p.Key)...), CBOR(p.Value)...)
		}
		return b
	case Tag:
		return append(head(6, v.Number), CBOR(v.Content)...)
	case Raw:
		return v
	}
	panic(fmt.Sprintf("testvc: %T in CBOR", v))
}

func head(major byte, n uint64) []byte {
	b := binary.BigEndian.AppendUint64(nil, n)
	switch {
	case n < 24:
		return []byte{major<<5 | byte(n)}
	case n < 1<<8:
		return append([]byte{major<<5 | 24}, b[7:]...)
	case n < 1<<16:
		return append([]byte{major<<5 | 25}, b[6:]...)
	case n < 1<<32:
		return append([]byte{major<<5 | 26}, b[4:]...)
	}
	return append([]byte{major<<5 | 27}, b...)
}

// A Sign1 is a COSE_Sign1 (RFC 9052, Section 4.2) to be signed.
type Sign1 struct {
	Protected   []Pair
	Unprotected []Pair
	Payload     []byte
	// Encoded stands for Protected, if it is there.
	Encoded []byte
	// Context stands for "Signature1" in what is signed, if it is there.
	Context string
	// Wrap makes the message of its parts, in place of tag 18 around the four of them.
	Wrap func(parts []any) any
}

// Set replaces or adds a label of the protected header; nil takes it away.
func (s *Sign1) Set(label int, value any) {
	for i, p := range s.Protected {
		if p.Key == label {
			s.Protected = append(s.Protected[:i:i], s.Protected[i+1:]...)
			break
		}
	}
	if value != nil {
		s.Protected = append(s.Protected, Pair{label, value})
	}
}

// SignCOSE returns the message.
func (k *Key) SignCOSE(t testing.TB, s Sign1) []byte {
	t.Helper()
	protected, context := s.Encoded, s.Context
	if protected == nil {
		protected = CBOR(s.Protected)
	}
	if context == "" {
		context = "Signature1"
	}
	signature := k.signature(t, CBOR([]any{context, protected, []byte{}, s.Payload}))
	parts := []any{protected, s.Unprotected, s.Payload, signature}
	if s.Wrap != nil {
		return CBOR(s.Wrap(parts))
	}
	return CBOR(Tag{18, parts})
}
