package verifier_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/e2eid/e2eid/credential/vc"
	"github.com/e2eid/e2eid/internal/base64url"
	"github.com/e2eid/e2eid/internal/jose"
	"github.com/e2eid/e2eid/internal/strictjson"
	"github.com/e2eid/e2eid/revocation/statuslist"
	"github.com/e2eid/e2eid/verifier"
)

// shown is what the last judgement was of: a verdict has a code, and who wants to know why asks the reader of the bytes.
var shown struct {
	token []byte
	list  []byte // that was taken into the bag
}

// judged is what a case says, with the reason why the bytes were refused when they were read, or why a list has no answer.
func (c rowCase) judged(t testing.TB) string {
	helper = t
	shown.token, shown.list = nil, nil
	got := c.judge(t)
	switch {
	case strings.Contains(got, "FORM-1"), strings.Contains(got, " CRED-1"):
		return got + ": " + tokenReason()
	case strings.Contains(got, "not_covered"), strings.Contains(got, "revocation_unavailable"):
		if reason := listReason(); reason != "" {
			return got + ": " + reason
		}
	}
	return got
}

// tokenReason is why package vc does not read what was shown; "read" if it does. Where package sdjwt says of a part that it is
// not what it should be, the reader of that part says why.
func tokenReason() string {
	if shown.token == nil {
		return "nothing was shown"
	}
	_, err := vc.Parse(shown.token)
	if err == nil {
		return "read"
	}
	parts := bytes.Split(shown.token, []byte("~"))
	reason, cause := brief(err), error(nil)
	switch reason {
	case "what comes first is no JWT":
		_, cause = jose.Parse(parts[0])
	case "what comes last is no JWT":
		_, cause = jose.Parse(parts[len(parts)-1])
	case "a disclosure is not strict JSON":
		for _, part := range parts[1 : len(parts)-1] {
			text, err := base64url.Decode(part)
			if err == nil {
				_, err = strictjson.Parse(text, strictjson.Limits{Bytes: 1 << 20, Nodes: 1 << 10, Depth: 32})
			}
			if cause == nil {
				cause = err
			}
		}
	default:
		return reason
	}
	if cause == nil {
		return reason + ": for no reason"
	}
	return reason + ": " + brief(cause)
}

// listReason is why the list that was shown cannot be inflated, or has not the entry; "" if it can.
func listReason() string {
	if shown.list == nil {
		return ""
	}
	l, err := statuslist.Parse(shown.list)
	if err == nil {
		err = l.Open()
	}
	if err != nil {
		return brief(err)
	}
	return ""
}

// trustReason is why no verifier is made of trust; of a key of its first issuer, why that is none.
func trustReason(trust verifier.Trust, err error) string {
	s := brief(err)
	if s != "no key that verifies" {
		return s
	}
	var set struct{ Keys []json.RawMessage }
	if json.Unmarshal(trust.Authorities[0].Issuers[0].Keys, &set) != nil || len(set.Keys) == 0 {
		return s
	}
	if _, err = jose.ParseKey(set.Keys[0]); err == nil {
		return s + ": for no reason"
	}
	return s + ": " + brief(err)
}

// brief is an error without the names of packages and classes in front.
func brief(err error) string {
	s, _, _ := strings.Cut(err.Error(), " (at byte ")
	for {
		before, rest, ok := strings.Cut(s, ": ")
		if !ok {
			return s
		}
		switch before {
		case "vc", "jose", "sdjwt", "strictjson", "dataintegrity", "statuslist", "did", "cose", "cbor", "malformed", "over a limit",
			"media type of no credential or presentation", "a form that this version does not know", "json", "keydoc", "verifier", "trust configuration refused", "authority corp", "issuer", "document of another issuer",
			"nobody signed it, or everybody can who can check it", "algorithm unknown or not supported":
			s = rest
		default:
			return s
		}
	}
}
