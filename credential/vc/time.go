package vc

import (
	"github.com/e2eid/e2eid/internal/rfc3339"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// minTime is the first that can be an end: the second before it is not 0, which stands for none.
const minTime = 2

// maxTime is the end of the year 9999, beyond which times are misprints.
const maxTime = 253402300799

// seconds reads a NumericDate that is a whole number (RFC 7519, Section 2); 0 if it is absent.
func seconds(v strictjson.Value, name string) (int64, error) {
	member, ok := v.Get(name)
	if !ok {
		return 0, nil
	}
	n, err := member.Int64()
	if err != nil || n < minTime || n > maxTime {
		return 0, malformed(name + " is not a time in whole seconds")
	}
	return n, nil
}

// dateTime reads a dateTimeStamp (XML Schema 1.1, Section 3.4.28): a date and time with a time zone. Fractions of a
// second are left out. 0 if it is absent.
func dateTime(v strictjson.Value, name string) (int64, error) {
	s, err := text(v, name)
	if err != nil || s == "" {
		return 0, err
	}
	n, ok := rfc3339.Parse(s)
	if !ok || n < minTime {
		return 0, malformed(name + " is not a date and time with a time zone")
	}
	return n, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
