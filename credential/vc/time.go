package vc

import (
	"github.com/e2eid/e2eid/internal/member"
	"github.com/e2eid/e2eid/internal/strictjson"
)

// seconds reads a NumericDate; 0 if it is absent.
func seconds(v strictjson.Value, name string) (int64, error) {
	n, ok := member.Seconds(v, name)
	if !ok {
		return 0, malformed(name + " is not a time in whole seconds")
	}
	return n, nil
}

// dateTime reads a dateTimeStamp; 0 if it is absent.
func dateTime(v strictjson.Value, name string) (int64, error) {
	n, ok := member.DateTime(v, name)
	if !ok {
		return 0, malformed(name + " is not a date and time with a time zone")
	}
	return n, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
