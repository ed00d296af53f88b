package vc

import (
	"time"

	"github.com/e2eid/e2eid/internal/strictjson"
)

// maxTime is the end of the year 9999, beyond which times are misprints.
const maxTime = 253402300799

// seconds reads a NumericDate that is a whole number (RFC 7519, Section 2); 0 if it is absent.
func seconds(v strictjson.Value, name string) (int64, error) {
	member, ok := v.Get(name)
	if !ok {
		return 0, nil
	}
	n, err := member.Int64()
	if err != nil || n <= 0 || n > maxTime {
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
	n, ok := parseDateTime(s)
	if !ok || n <= 0 {
		return 0, malformed(name + " is not a date and time with a time zone")
	}
	return n, nil
}

// parseDateTime reads YYYY-MM-DDThh:mm:ss, a fraction, and Z or an offset.
func parseDateTime(s string) (int64, bool) {
	const form = "dddd-dd-ddTdd:dd:dd"
	if len(s) <= len(form) {
		return 0, false
	}
	for i := range len(form) {
		if c := form[i]; c == 'd' && !isDigit(s[i]) || c != 'd' && c != s[i] {
			return 0, false
		}
	}
	number := func(at, size int) (n int) {
		for _, c := range []byte(s[at : at+size]) {
			n = n*10 + int(c-'0')
		}
		return n
	}
	year, month, day := number(0, 4), number(5, 2), number(8, 2)
	hour, minute, second := number(11, 2), number(14, 2), number(17, 2)
	if month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	if t.Day() != day { // a day that the month does not have
		return 0, false
	}
	s = s[len(form):]
	if s[0] == '.' {
		digits := 1
		for digits < len(s) && isDigit(s[digits]) {
			digits++
		}
		if digits == 1 {
			return 0, false
		}
		s = s[digits:]
	}
	if s == "Z" {
		return t.Unix(), true
	}
	if len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-' || !isDigit(s[1]) || !isDigit(s[2]) || !isDigit(s[4]) || !isDigit(s[5]) {
		return 0, false
	}
	hour, minute = int(s[1]-'0')*10+int(s[2]-'0'), int(s[4]-'0')*10+int(s[5]-'0')
	if hour > 14 || minute > 59 || hour == 14 && minute > 0 {
		return 0, false
	}
	offset := int64(hour*3600 + minute*60)
	if s[0] == '-' {
		offset = -offset
	}
	return t.Unix() - offset, true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
