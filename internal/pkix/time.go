package pkix

import (
	"time"

	"github.com/e2eid/e2eid/internal/der"
)

// ReadTime reads a Time (RFC 5280, Section 4.1.2.5): UTCTime as YYMMDDHHMMSSZ for the years 1950 to 2049,
// GeneralizedTime as YYYYMMDDHHMMSSZ. A GeneralizedTime before 2050 is taken: the rule against it binds authorities,
// its value is clear, and both NIST and deployed authorities have such certificates.
func ReadTime(in *der.String, out *time.Time) bool {
	var b der.String
	var tag der.Tag
	if !in.Any(&b, &tag) {
		return false
	}
	switch tag {
	case der.UTCTime:
		year, ok := number(b, 2)
		if !ok {
			return false
		}
		if year < 50 {
			year += 100
		}
		return parseTime(b[2:], 1900+year, out)
	case der.GeneralizedTime:
		year, ok := number(b, 4)
		return ok && parseTime(b[4:], year, out)
	}
	return false
}

// parseTime reads MMDDHHMMSSZ.
func parseTime(b []byte, year int, out *time.Time) bool {
	if len(b) != 11 || b[10] != 'Z' {
		return false
	}
	var f [5]int
	for i := range f {
		n, ok := number(b[2*i:], 2)
		if !ok {
			return false
		}
		f[i] = n
	}
	t := time.Date(year, time.Month(f[0]), f[1], f[2], f[3], f[4], 0, time.UTC)
	// time.Date carries overflows over: a date that exists comes back as it went in. No leap seconds.
	y, m, d := t.Date()
	if y != year || int(m) != f[0] || d != f[1] || f[2] > 23 || f[3] > 59 || f[4] > 59 {
		return false
	}
	*out = t
	return true
}

// number reads n decimal digits.
func number(b []byte, n int) (v int, ok bool) {
	if len(b) < n {
		return 0, false
	}
	for _, c := range b[:n] {
		if c < '0' || c > '9' {
			return 0, false
		}
		v = v*10 + int(c-'0')
	}
	return v, true
}
