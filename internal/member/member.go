// Package member reads members of JSON objects that many formats have: times, and text. What is absent is 0 or
// empty; what is there and is not what it should be is reported, in words of the caller's.
package member

import (
	"github.com/e2eid/e2eid/internal/rfc3339"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// MinTime and MaxTime bound times, in Unix seconds.
const (
	MinTime = 2            // the first that can be an end: the second before it is not 0, which stands for none
	MaxTime = 253402300799 // the end of the year 9999: what lies beyond is a misprint
)

// IsTime reports whether n is within the bounds.
func IsTime(n int64) bool { return MinTime <= n && n <= MaxTime }

// Seconds reads a NumericDate that is a whole number (RFC 7519, Section 2).
func Seconds(object strictjson.Value, name string) (n int64, ok bool) {
	v, there := object.Get(name)
	if !there {
		return 0, true
	}
	n, err := v.Int64()
	if err != nil || !IsTime(n) {
		return 0, false
	}
	return n, true
}

// DateTime reads a dateTimeStamp (XML Schema 1.1, Section 3.4.28): a date and time with a time zone, as Unix seconds.
// Fractions of a second are left out.
func DateTime(object strictjson.Value, name string) (n int64, ok bool) {
	s, ok := Text(object, name)
	if !ok || s == "" {
		return 0, ok
	}
	n, ok = rfc3339.Parse(s)
	if !ok || !IsTime(n) {
		return 0, false
	}
	return n, true
}

// Text reads a string, which must have characters.
func Text(object strictjson.Value, name string) (s string, ok bool) {
	v, there := object.Get(name)
	if !there {
		return "", true
	}
	s, err := v.Text()
	return s, err == nil && s != ""
}
