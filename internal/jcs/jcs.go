// Package jcs writes JSON in the one form of the JSON Canonicalization Scheme (RFC 8785), from values that package
// strictjson has read: duplicate names, lone surrogates and what is not UTF-8 are refused there.
package jcs

import (
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/e2eid/e2eid/internal/strictjson"
)

// Append appends the canonical form of v to dst. The error is of package strictjson, for a v that is of no document, and dst
// then is nil.
func Append(dst []byte, v strictjson.Value) ([]byte, error) { return AppendWithout(dst, v, "") }

// AppendWithout is [Append] of an object without its member of this name; "" leaves none out.
func AppendWithout(dst []byte, v strictjson.Value, name string) ([]byte, error) {
	switch v.Kind() {
	case strictjson.Object:
		members, err := v.Object()
		if err != nil {
			return nil, err
		}
		if name != "" {
			members = without(members, name)
		}
		return appendObject(dst, members)
	case strictjson.Array:
		elements, err := v.Array()
		if err != nil {
			return nil, err
		}
		dst = append(dst, '[')
		for i, e := range elements {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = Append(dst, e); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	case strictjson.String:
		s, err := v.Text()
		return strictjson.AppendString(dst, s), err
	case strictjson.Number:
		s, err := v.Number()
		if err != nil {
			return nil, err
		}
		return appendNumber(dst, s)
	}
	return append(dst, v.Raw()...), nil
}

func without(members []strictjson.Member, name string) []strictjson.Member {
	out := make([]strictjson.Member, 0, len(members))
	for _, m := range members {
		if m.Name != name {
			out = append(out, m)
		}
	}
	return out
}

// AppendMembers appends an object of these members, which have different names.
func AppendMembers(dst []byte, members []strictjson.Member) ([]byte, error) {
	return appendObject(dst, members)
}

// appendObject sorts by the UTF-16 code units of names (Section 3.2.3).
func appendObject(dst []byte, members []strictjson.Member) ([]byte, error) {
	sorted := make([]strictjson.Member, len(members))
	copy(sorted, members)
	sort(sorted)
	dst = append(dst, '{')
	for i, m := range sorted {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(strictjson.AppendString(dst, m.Name), ':')
		var err error
		if dst, err = Append(dst, m.Value); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

// sort merges halves: the sorts of the standard library link more, and an object may have some thousand members.
func sort(members []strictjson.Member) {
	if len(members) < 2 {
		return
	}
	half := len(members) / 2
	left := append([]strictjson.Member(nil), members[:half]...)
	right := members[half:]
	sort(left)
	sort(right)
	for i := range members {
		if len(right) == 0 || len(left) > 0 && !less(right[0].Name, left[0].Name) {
			members[i], left = left[0], left[1:]
		} else {
			members[i], right = right[0], right[1:]
		}
	}
}

// less compares UTF-16 code units. They are in another order than UTF-8's only where one is of a surrogate pair.
func less(a, b string) bool {
	same := 0 // bytes; names may be long, and differ at their ends alone
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	if same == len(a) || same == len(b) {
		return len(a) < len(b)
	}
	for !utf8.RuneStart(a[same]) || !utf8.RuneStart(b[same]) {
		same--
	}
	x, _ := utf8.DecodeRuneInString(a[same:])
	y, _ := utf8.DecodeRuneInString(b[same:])
	return first(x) < first(y) || first(x) == first(y) && x < y
}

// first returns the first code unit of r.
func first(r rune) rune {
	if high, _ := utf16.EncodeRune(r); high != utf8.RuneError {
		return high
	}
	return r
}

// appendNumber writes a number as ECMAScript does (Section 3.2.2.3): the shortest digits that read back as the same
// double, and an exponent from 1e21 on and below 1e-6.
func appendNumber(dst []byte, s string) ([]byte, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, err // no number that strictjson reads
	}
	if f == 0 {
		return append(dst, '0'), nil // also -0
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64), nil
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	// An exponent has no zero in front, where Go writes two digits.
	if n := len(dst); dst[n-2] == '0' && (dst[n-3] == '+' || dst[n-3] == '-') {
		dst = append(dst[:n-2], dst[n-1])
	}
	return dst, nil
}
