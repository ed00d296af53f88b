// Package rfc3339 reads times as the W3C credential models have them: the form of RFC 3339, Section 5.6 in upper case,
// without leap seconds. Package time would read it too, and link its formatting of times.
package rfc3339

import "time"

// Parse reads YYYY-MM-DDThh:mm:ss, a fraction, and Z or an offset, and returns Unix seconds without the fraction.
func Parse(s string) (int64, bool) {
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
